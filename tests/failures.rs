//! Statement 14: what failures do to whom, exactly, as CPython 3.11 was
//! observed to do on Linux.

#![cfg(not(target_arch = "wasm32"))]

use expect_test::{Expect, expect};
use timeslice::experiment::Subject;
use timeslice::experiment::scenario::{Document, read};
use timeslice::sim::{Limits, Run, run};

include!("common/scenarios.rs");
include!("common/describe.rs");
include!("common/processes.rs");

#[test]
fn statement_14_exception_or_exit_in_a_thread_ends_that_thread() {
    for step in ["raise", "exit"] {
        let run = run_on_two(&processes(
            &format!(
                r#"{{"name": "main", "program": [{{"compute": "3 ms"}}, "unit"]}},
                   {{"name": "other", "program": [{{"compute": "1 ms"}}, "{step}", "unit"]}}"#
            ),
            "",
        ));
        let units: Vec<_> = run.threads.iter().map(|thread| thread.units).collect();
        assert_eq!((units, run.processes[0].status), (vec![1, 0], 0), "{step}");
        let expect = if step == "raise" {
            expect![[r#"
                #0 4000: app other ended by an exception
                app completed at 4000, status 0
                  app main completed at 3000
                  app other ended by an exception at 4000
            "#]]
        } else {
            expect![[r#"
                app completed at 4000, status 0
                  app main completed at 3000
                  app other completed at 4000
            "#]]
        };
        expect.assert_eq(&describe(&run));
    }
}

#[test]
fn statement_14_segfault_or_exit_of_the_process_in_a_thread_ends_the_process() {
    for (step, expect) in [
        (
            r#""segfault""#,
            expect![[r#"
            #0 6000: app other crashed with an invalid memory access
            #1 6000: app crashed with an invalid memory access because of #0 through the shared heap
            #2 6000: app main was taken down because of #1 through the shared heap
            app crashed with an invalid memory access at 6000, status -11
              app main was taken down at 6000
              app other crashed with an invalid memory access at 6000
        "#]],
        ),
        (
            r#"{"exit-process": 7}"#,
            expect![[r#"
            #0 6000: app other ended its process at once
            #1 6000: app ended its process at once because of #0 through the shared heap
            #2 6000: app main was taken down because of #1 through the shared heap
            app ended its process at once at 6000, status 7
              app main was taken down at 6000
              app other ended its process at once at 6000
        "#]],
        ),
    ] {
        check(
            &processes(
                &format!(
                    r#"{{"name": "main", "program": [{{"compute": "30 ms"}}]}},
                       {{"name": "other", "program": [{{"compute": "1 ms"}}, {step}]}}"#
                ),
                "",
            ),
            expect,
        );
    }
}

#[test]
fn statement_14_the_death_of_a_child_is_a_status_for_its_parent() {
    for (end, expect) in [
        (
            r#"{"compute": "1 ms"}"#,
            expect![[r#"
            app completed at 5000, status 0
              app main completed at 5000
            child completed at 2000, status 0
              child main completed at 2000
        "#]],
        ),
        (
            r#""segfault""#,
            expect![[r#"
            #0 1000: child main crashed with an invalid memory access
            #1 1000: child crashed with an invalid memory access because of #0 through the shared heap
            app completed at 5000, status 0
              app main completed at 5000
            child crashed with an invalid memory access at 1000, status -11
              child main crashed with an invalid memory access at 1000
        "#]],
        ),
        (
            r#""raise""#,
            expect![[r#"
            #0 1000: child main ended by an exception
            #1 1000: child ended by an exception because of #0 as its main thread
            app completed at 5000, status 0
              app main completed at 5000
            child ended by an exception at 1000, status 1
              child main ended by an exception at 1000
        "#]],
        ),
        (
            r#"{"exit-process": 7}"#,
            expect![[r#"
            #0 1000: child main ended its process at once
            #1 1000: child ended its process at once because of #0 through the shared heap
            app completed at 5000, status 0
              app main completed at 5000
            child ended its process at once at 1000, status 7
              child main ended its process at once at 1000
        "#]],
        ),
        (
            r#"{"compute": "50 ms"}"#,
            expect![[r#"
            #0 5000: child was killed
            #1 5000: child main was taken down because of #0 through the shared heap
            app completed at 5000, status 0
              app main completed at 5000
            child was killed at 5000, status -9
              child main was taken down at 5000
        "#]],
        ),
    ] {
        check(
            &processes(
                r#"{"name": "main", "program": [{"start-process": "child"}, {"sleep": "5 ms"},
                    {"kill-process": "child"}, {"join-process": "child"}, "unit"]}"#,
                &format!(
                    r#"{{"name": "child", "gil": {GIL}, "threads": [{{"name": "main", "program":
                        [{{"compute": "1 ms"}}, {end}]}}]}}"#
                ),
            ),
            expect,
        );
    }
}

#[test]
fn statement_14_a_lock_dies_with_its_owner() {
    // A thread.
    check(
        &format!(
            r#"{}, "locks": [{{"name": "l"}}]"#,
            processes(
                r#"{"name": "main", "program": [{"sleep": "1 ms"}, {"lock": "l"}, "unit"]},
                   {"name": "other", "program": [{"lock": "l"}, {"sleep": "2 ms"}, "raise"]}"#,
                ""
            )
        ),
        expect![[r#"
            #0 2000: app other ended by an exception
            #1 2000: app main is deadlocked because of #0 through a lock
            app waits for ever
              app main is deadlocked
              app other ended by an exception at 2000
        "#]],
    );
    // A process, and a lock in shared memory.
    let child = |shared| {
        format!(
            r#"{}, "locks": [{{"name": "l", "shared": {shared}}}]"#,
            processes(
                r#"{"name": "main", "program": [{"start-process": "child"}, {"sleep": "1 ms"},
                    {"kill-process": "child"}, {"join-process": "child"}, {"lock": "l"}, "unit"]}"#,
                &format!(
                    r#"{{"name": "child", "gil": {GIL}, "threads": [{{"name": "main", "program":
                        [{{"lock": "l"}}, {{"sleep": "5 ms"}}, {{"unlock": "l"}}]}}]}}"#
                )
            )
        )
    };
    check(
        &child(true),
        expect![[r#"
        #0 1000: child was killed
        #1 1000: child main was taken down because of #0 through the shared heap
        #2 1000: app main is deadlocked because of #1 through a lock
        app waits for ever
          app main is deadlocked
        child was killed at 1000, status -9
          child main was taken down at 1000
    "#]],
    );
    // Its own lock is gone with its memory.
    assert_eq!(run_on_two(&child(false)).threads[0].units, 1);
}

#[test]
fn statement_14_a_fork_copies_a_lock_that_another_thread_holds() {
    let file = |start: &str| {
        format!(
            r#"{}, "locks": [{{"name": "l"}}]"#,
            processes(
                r#"{"name": "main", "program": [{"sleep": "1 ms"}, {"start-process": "child"},
                    {"join-process": "child"}, "unit"]},
                   {"name": "logger", "program": [{"lock": "l"}, {"sleep": "5 ms"}, {"unlock": "l"}]}"#,
                &format!(
                    r#"{{"name": "child", "gil": {GIL}, "start": {start}, "threads": [{{"name": "main",
                        "program": [{{"lock": "l"}}, {{"compute": "1 ms"}}, {{"unlock": "l"}}]}}]}}"#
                )
            )
        )
    };
    check(
        &file(r#"{"fork": {}}"#),
        expect![[r#"
        #0 1000: child main is deadlocked through a lock
        #1 5000: app main waits for ever because of #0 by waiting for it
        app waits for ever
          app main waits for ever
          app logger completed at 5000
        child waits for ever
          child main is deadlocked
    "#]],
    );
    for start in [r#""spawn""#, r#""forkserver""#] {
        assert_eq!(run_on_two(&file(start)).threads[0].units, 1, "{start}");
    }
    // Its own lock the forking thread still holds in the child.
    let own = file(r#"{"fork": {}}"#)
        .replace(r#"{"sleep": "1 ms"}, {"start"#, r#"{"lock": "l"}, {"start"#)
        .replace(
            r#"[{"lock": "l"}, {"compute": "1 ms"}"#,
            r#"[{"compute": "1 ms"}"#,
        );
    let run = run_on_two(&own);
    assert_eq!(run.processes[1].status, 0);
}

#[test]
fn statement_14_the_end_of_an_interpreter() {
    check(
        &processes(
            r#"{"name": "main", "program": [{"start-process": "servant"}, {"start-process": "heir"},
                {"sleep": "1 ms"}]},
               {"name": "waited", "program": [{"sleep": "3 ms"}]},
               {"name": "daemon", "daemon": true, "program": [{"sleep": "9 ms"}]}"#,
            &format!(
                r#"{{"name": "servant", "daemon": true, "gil": {GIL}, "threads":
                    [{{"name": "main", "program": [{{"sleep": "9 ms"}}]}}]}},
                   {{"name": "heir", "gil": {GIL}, "threads":
                    [{{"name": "main", "program": [{{"sleep": "9 ms"}}]}}]}}"#
            ),
        ),
        expect![[r#"
            app completed at 3000, status 0
              app main completed at 1000
              app waited completed at 3000
              app daemon was cut off at the end of its interpreter at 3000
            servant was cut off at the end of its interpreter at 3000, status -15
              servant main was cut off at the end of its interpreter at 3000
            heir completed at 9000, status 0
              heir main completed at 9000
        "#]],
    );
}

#[test]
fn statement_14_children_of_a_killed_parent_go_on() {
    for (daemon, how) in [
        (false, r#"{"kind": "kill-process""#),
        (true, r#"{"kind": "kill-process""#),
        (true, r#"{"kind": "segfault""#),
    ] {
        let run = run_on_two(&format!(
            r#"{}, "faults": [{how}, "process": "app", "when": {{"at": "1 ms"}}}}]"#,
            processes(
                r#"{"name": "main", "program": [{"start-process": "child"}, {"compute": "2 ms"},
                    {"sleep": "3 ms"}]}"#,
                &format!(
                    r#"{{"name": "child", "daemon": {daemon}, "gil": {GIL}, "threads":
                        [{{"name": "main", "program": [{{"sleep": "9 ms"}}, "unit"]}}]}}"#
                )
            )
        ));
        let status = if how.contains("kill") { -9 } else { -11 };
        assert_eq!(run.processes[0].status, status);
        assert_eq!((run.threads[1].units, run.processes[1].status), (1, 0));
    }
}

#[test]
fn statement_14_a_thread_cannot_be_killed() {
    let run = run_on_two(&format!(
        r#"{}, "faults": [{{"kind": "kill-thread", "process": "app", "thread": "other",
            "when": {{"at": "1 ms"}}}}]"#,
        processes(
            r#"{"name": "main", "program": [{"sleep": "1 ms"}, {"kill-thread": "other"}, "unit"]},
               {"name": "other", "program": [{"compute": "2 ms"}, {"compute": "2 ms"}, "unit"]}"#,
            ""
        )
    ));
    assert_eq!(run.metrics.refused_kills, 2);
    assert_eq!((run.threads[0].units, run.threads[1].units), (1, 1));
    assert_eq!(run.outcome.failures, []);
}
