//! Supervisors: who is restarted, when, how often; and how failures spread, as
//! a graph with its media and times.

#![cfg(not(target_arch = "wasm32"))]

use expect_test::{Expect, expect};
use timeslice::experiment::Subject;
use timeslice::experiment::scenario::{Document, read};
use timeslice::sim::{Limits, Run, State, run};

include!("common/scenarios.rs");
include!("common/describe.rs");

/// Processes that compute for 10 ms, each with a unit after every 1 ms; `one`
/// has a fault after 3 units.
fn supervised(supervision: &str, fault: &str, others: &[&str]) -> Run {
    let process = |name: &&str| {
        format!(
            r#"{{"name": "{name}", "supervision": {supervision}, "threads": [{{"name": "main",
                "program": [{{"repeat": {{"times": 10, "steps": [{{"compute": "1 ms"}}, "unit"]}}}}]}}]}}"#
        )
    };
    let names = std::iter::once(&"one").chain(others);
    let processes: Vec<String> = names.map(process).collect();
    run_file(&format!(
        r#"{{"machine": {{"cores": 8}}, "processes": [{}],
            "faults": [{{"kind": "{fault}", "process": "one", "when": {{"units": 3}}}}]}}"#,
        processes.join(", ")
    ))
}

/// When each thread ran, in µs, after the description of the run.
fn history(run: &Run) -> String {
    let mut out = describe(run);
    for (index, thread) in run.threads.iter().enumerate() {
        let mut spans: Vec<_> = run.trace.spans.iter().collect();
        spans.retain(|span| span.thread == index as u32 && span.state == State::Running);
        spans.sort_by_key(|span| span.start);
        let mut ran: Vec<String> = Vec::new();
        for span in spans {
            ran.push(format!("{}-{}", span.start / 1_000, span.end / 1_000));
        }
        let process = &run.processes[thread.process as usize];
        let (lost, restarts) = (process.units_lost, process.restarts);
        out += &format!(
            "{}: ran {}, {} units, {lost} lost, {restarts} restarts\n",
            thread.name,
            ran.join(" "),
            thread.units
        );
    }
    out
}

fn check(run: &Run, expect: Expect) {
    expect.assert_eq(&history(run));
}

#[test]
fn one_for_one_restarts_the_one_that_failed() {
    let supervision = r#"{"strategy": "one-for-one", "max-restarts": 3, "back-off": "2 ms"}"#;
    for (fault, expect) in [
        (
            "segfault",
            expect![[r#"
            #0 3000: one main crashed with an invalid memory access
            #1 3000: one crashed with an invalid memory access because of #0 through the shared heap
            one completed at 15000, status 0
              one main completed at 15000
            two completed at 10000, status 0
              two main completed at 10000
            one main: ran 0-3000 5000-15000, 10 units, 3 lost, 1 restarts
            two main: ran 0-10000, 10 units, 0 lost, 0 restarts
        "#]],
        ),
        (
            "exception",
            expect![[r#"
            #0 3000: one main ended by an exception
            #1 3000: one ended by an exception because of #0 as its main thread
            one completed at 15000, status 0
              one main completed at 15000
            two completed at 10000, status 0
              two main completed at 10000
            one main: ran 0-3000 5000-15000, 10 units, 3 lost, 1 restarts
            two main: ran 0-10000, 10 units, 0 lost, 0 restarts
        "#]],
        ),
        (
            "kill-process",
            expect![[r#"
            #0 3000: one was killed
            #1 3000: one main was taken down because of #0 through the shared heap
            one completed at 15000, status 0
              one main completed at 15000
            two completed at 10000, status 0
              two main completed at 10000
            one main: ran 0-3000 5000-15000, 10 units, 3 lost, 1 restarts
            two main: ran 0-10000, 10 units, 0 lost, 0 restarts
        "#]],
        ),
    ] {
        check(&supervised(supervision, fault, &["two"]), expect);
    }
}

#[test]
fn one_for_all_restarts_the_whole_group() {
    let supervision = r#"{"strategy": "one-for-all", "max-restarts": 3, "back-off": "2 ms"}"#;
    check(
        &supervised(supervision, "segfault", &["two", "three"]),
        expect![[r#"
            #0 3000: one main crashed with an invalid memory access
            #1 3000: one crashed with an invalid memory access because of #0 through the shared heap
            #2 3000: two was killed because of #1 by its supervisor
            #3 3000: two main was taken down because of #2 through the shared heap
            #4 3000: three was killed because of #1 by its supervisor
            #5 3000: three main was taken down because of #4 through the shared heap
            one completed at 15000, status 0
              one main completed at 15000
            two completed at 15000, status 0
              two main completed at 15000
            three completed at 15000, status 0
              three main completed at 15000
            one main: ran 0-3000 5000-15000, 10 units, 3 lost, 1 restarts
            two main: ran 0-3000 5000-15000, 10 units, 2 lost, 1 restarts
            three main: ran 0-3000 5000-15000, 10 units, 2 lost, 1 restarts
        "#]],
    );
}

#[test]
fn a_supervisor_gives_up_and_waits_twice_as_long_each_time() {
    // It fails each time: after 1 ms, from 0, 3, 8, 17 on.
    let file = |limit: u32, end: &str| {
        run_file(&format!(
            r#"{{"machine": {{"cores": 4}}, "processes": [
                {{"name": "one", "supervision": {{"max-restarts": {limit}, "back-off": "2 ms"}},
                    "threads": [{{"name": "main", "program": [{{"compute": "1 ms"}}, {end}]}}]}},
                {{"name": "two", "supervision": {{"max-restarts": {limit}}},
                    "threads": [{{"name": "main", "program": [{{"sleep": "1 s"}}]}}]}},
                {{"name": "three", "supervision": {{"group": 1, "max-restarts": {limit}}},
                    "threads": [{{"name": "main", "program": [{{"sleep": "50 ms"}}]}}]}}]}}"#
        ))
    };
    check(
        &file(3, r#""segfault""#),
        expect![[r#"
        #0 1000: one main crashed with an invalid memory access
        #1 1000: one crashed with an invalid memory access because of #0 through the shared heap
        #2 4000: one main crashed with an invalid memory access
        #3 4000: one crashed with an invalid memory access because of #2 through the shared heap
        #4 9000: one main crashed with an invalid memory access
        #5 9000: one crashed with an invalid memory access because of #4 through the shared heap
        #6 18000: one main crashed with an invalid memory access
        #7 18000: one crashed with an invalid memory access because of #6 through the shared heap
        #8 18000: two was killed because of #7 by its supervisor
        #9 18000: two main was taken down because of #8 through the shared heap
        one crashed with an invalid memory access at 18000, status -11
          one main crashed with an invalid memory access at 18000
        two was killed at 18000, status -9
          two main was taken down at 18000
        three completed at 50000, status 0
          three main completed at 50000
        one main: ran 0-1000 3000-4000 8000-9000 17000-18000, 0 units, 0 lost, 3 restarts
        two main: ran , 0 units, 0 lost, 0 restarts
        three main: ran , 0 units, 0 lost, 0 restarts
    "#]],
    );
    check(
        &file(0, r#""raise""#),
        expect![[r#"
        #0 1000: one main ended by an exception
        #1 1000: one ended by an exception because of #0 as its main thread
        #2 1000: two was killed because of #1 by its supervisor
        #3 1000: two main was taken down because of #2 through the shared heap
        one ended by an exception at 1000, status 1
          one main ended by an exception at 1000
        two was killed at 1000, status -9
          two main was taken down at 1000
        three completed at 50000, status 0
          three main completed at 50000
        one main: ran 0-1000, 0 units, 0 lost, 0 restarts
        two main: ran , 0 units, 0 lost, 0 restarts
        three main: ran , 0 units, 0 lost, 0 restarts
    "#]],
    );
    check(
        &file(1, r#"{"kill-process": "one"}"#),
        expect![[r#"
        #0 1000: one was killed
        #1 1000: one main was taken down because of #0 through the shared heap
        #2 4000: one was killed
        #3 4000: one main was taken down because of #2 through the shared heap
        #4 4000: two was killed because of #2 by its supervisor
        #5 4000: two main was taken down because of #4 through the shared heap
        one was killed at 4000, status -9
          one main was taken down at 4000
        two was killed at 4000, status -9
          two main was taken down at 4000
        three completed at 50000, status 0
          three main completed at 50000
        one main: ran 0-1000 3000-4000, 0 units, 0 lost, 1 restarts
        two main: ran , 0 units, 0 lost, 0 restarts
        three main: ran , 0 units, 0 lost, 0 restarts
    "#]],
    );
}

#[test]
fn restart_always_restarts_what_completed() {
    let run = run_file(
        r#"{"processes": [{"name": "one", "supervision": {"restart": "always", "max-restarts": 2,
            "back-off": "1 ms"}, "threads": [{"name": "main", "program": [{"compute": "1 ms"}, "unit"]}]}]}"#,
    );
    check(
        &run,
        expect![[r#"
        one completed at 6000, status 0
          one main completed at 6000
        one main: ran 0-1000 2000-3000 5000-6000, 1 units, 2 lost, 2 restarts
    "#]],
    );
}

#[test]
fn failures_spread_through_what_is_shared() {
    // A worker crashes; who receives from it learns of the end of the stream,
    // who waits for that one's lock is deadlocked, who joins that one waits
    // for ever, a second process goes on.
    let run = run_file(
        r#"{"machine": {"cores": 4},
            "channels": [{"name": "c", "capacity": 2, "transport": {"kind": "serialised"}}],
            "locks": [{"name": "l"}],
            "processes": [
                {"name": "source", "threads": [{"name": "main", "program":
                    [{"compute": "1 ms"}, {"send": {"channel": "c", "bytes": 10}}, {"compute": "1 ms"},
                    "segfault"]}, {"name": "side", "program": [{"sleep": "9 ms"}]}]},
                {"name": "sink", "threads": [
                    {"name": "main", "program": [{"join-thread": "next"}]},
                    {"name": "reader", "program": [{"lock": "l"}, {"receive": "c"}, {"receive": "c"},
                        {"unlock": "l"}]},
                    {"name": "next", "program": [{"sleep": "1 ms"}, {"lock": "l"}, {"unlock": "l"}]}]},
                {"name": "other", "threads": [{"name": "main", "program": [{"compute": "5 ms"}]}]}]}"#,
    );
    check(
        &run,
        expect![[r#"
        #0 2000: source main crashed with an invalid memory access
        #1 2000: source crashed with an invalid memory access because of #0 through the shared heap
        #2 2000: source side was taken down because of #1 through the shared heap
        #3 2000: sink reader ended by an exception because of #0 through a channel
        #4 2000: sink next is deadlocked because of #3 through a lock
        #5 5000: sink main waits for ever because of #4 by waiting for it
        source crashed with an invalid memory access at 2000, status -11
          source main crashed with an invalid memory access at 2000
          source side was taken down at 2000
        sink waits for ever
          sink main waits for ever
          sink reader ended by an exception at 2000
          sink next is deadlocked
        other completed at 5000, status 0
          other main completed at 5000
        source main: ran 0-2000, 0 units, 0 lost, 0 restarts
        source side: ran , 0 units, 0 lost, 0 restarts
        sink main: ran , 0 units, 0 lost, 0 restarts
        sink reader: ran , 0 units, 0 lost, 0 restarts
        sink next: ran , 0 units, 0 lost, 0 restarts
        other main: ran 0-5000, 0 units, 0 lost, 0 restarts
    "#]],
    );
}

#[test]
fn a_process_that_begins_anew_has_a_new_pool_and_new_locks() {
    let run = run_file(
        r#"{"machine": {"cores": 4}, "locks": [{"name": "l"}],
            "pools": [{"name": "p", "kind": "threads", "workers": 2}],
            "processes": [{"name": "one", "supervision": {"max-restarts": 1}, "threads": [
                {"name": "main", "program": [{"lock": "l"},
                    {"submit": {"pool": "p", "task": [{"sleep": "3 ms"}, "unit"], "count": 3}},
                    {"gather": "p"}, {"unlock": "l"}, "unit"]}]}],
            "faults": [{"kind": "kill-process", "process": "one", "when": {"at": "4 ms"}}]}"#,
    );
    assert_eq!(run.end_ns, 10_000_000, "{}", describe(&run));
    assert_eq!((run.processes[0].status, run.threads[0].units), (0, 1));
    // Two tasks were done before the restart, three after.
    assert_eq!(run.metrics.tasks_done, 5);
}
