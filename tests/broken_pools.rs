//! Statement 14, pools: what failures of tasks and of workers do, exactly, as
//! CPython 3.11 was observed to do on Linux.

#![cfg(not(target_arch = "wasm32"))]

use expect_test::{Expect, expect};
use timeslice::experiment::Subject;
use timeslice::experiment::scenario::{Document, read};
use timeslice::sim::{Limits, Run, run};

include!("common/scenarios.rs");
include!("common/describe.rs");
include!("common/processes.rs");

/// `submit`s and `gather`s, from the main thread to a pool of two.
fn pool(kind: &str, steps: &str) -> String {
    format!(
        r#"{}, "pools": [{{"name": "pool", "kind": "{kind}", "workers": 2, "gil": {GIL}}}]"#,
        processes(&format!(r#"{{"name": "main", "program": [{steps}]}}"#), "")
    )
}

/// Tasks done, failed and lost.
fn tasks(run: &Run) -> (u64, u64, u64) {
    let metrics = &run.metrics;
    (metrics.tasks_done, metrics.tasks_failed, metrics.tasks_lost)
}

const TASK: &str =
    r#"{"submit": {"pool": "pool", "count": 2, "task": [{"sleep": "1 ms"}, "unit"]}}"#;

#[test]
fn statement_14_an_exception_in_a_pool_task_is_its_futures() {
    for kind in ["threads", "executor", "multiprocessing"] {
        for bad in [r#""raise""#, r#""exit""#] {
            if (kind, bad) == ("multiprocessing", r#""exit""#) {
                continue;
            }
            let run = run_on_two(&pool(
                kind,
                &format!(
                    r#"{TASK}, {{"submit": {{"pool": "pool", "task": [{{"sleep": "1 ms"}}, {bad}]}}}},
                    {TASK}, {{"gather": "pool"}}, "unit", {TASK}, {{"gather": "pool"}}, "unit""#
                ),
            ));
            assert_eq!(tasks(&run), (6, 1, 0), "{kind} {bad}");
            assert_eq!(
                (run.threads[0].units, run.end_ns),
                (2, 4_000_000),
                "{kind} {bad}"
            );
            assert_eq!(run.outcome.failures, [], "{kind} {bad}");
        }
    }
}

#[test]
fn statement_14_a_killed_worker_breaks_an_executor() {
    // Two tasks are done, two run, three wait.
    let kill =
        r#""faults": [{"kind": "kill-process", "process": "pool-1", "when": {"at": "1500 us"}}]"#;
    let steps = format!(
        r#"{TASK}, {TASK}, {TASK}, {{"submit": {{"pool": "pool", "task": [{{"sleep": "1 ms"}}]}}}},
            {{"gather": "pool"}}, "unit", {TASK}, "unit""#
    );
    let file = format!("{}, {kill}", pool("executor", &steps));
    let run = run_on_two(&file);
    assert_eq!(tasks(&run), (2, 5, 0));
    // It gets as far as the next submit.
    assert_eq!(run.threads[0].units, 1);
    check(
        &file,
        expect![[r#"
        #0 1500: pool-1 was killed
        #1 1500: pool-1 main was taken down because of #0 through the shared heap
        #2 1500: pool-2 was killed because of #0 through the pool
        #3 1500: pool-2 main was taken down because of #2 through the shared heap
        #4 1500: app main ended by an exception because of #0 through the pool
        #5 1500: app ended by an exception because of #4 as its main thread
        app ended by an exception at 1500, status 1
          app main ended by an exception at 1500
        pool-1 was killed at 1500, status -9
          pool-1 main was taken down at 1500
        pool-2 was killed at 1500, status -9
          pool-2 main was taken down at 1500
    "#]],
    );
}

#[test]
fn statement_14_a_segfault_of_a_worker_breaks_an_executor() {
    let steps = format!(
        r#"{TASK}, {{"submit": {{"pool": "pool", "task": [{{"sleep": "1200 us"}}, "segfault"]}}}},
            {TASK}, {{"gather": "pool"}}, "unit""#
    );
    let run = run_on_two(&pool("executor", &steps));
    assert_eq!(tasks(&run), (3, 2, 0));
    assert_eq!(run.processes[0].status, 0);
}

#[test]
fn statement_14_a_killed_worker_of_multiprocessing_pool_is_replaced_and_its_task_lost() {
    let kill =
        r#""faults": [{"kind": "kill-process", "process": "pool-1", "when": {"at": "1500 us"}}]"#;
    let steps = format!(r#"{TASK}, {TASK}, {TASK}, {{"gather": "pool"}}, "unit""#);
    let file = format!("{}, {kill}", pool("multiprocessing", &steps));
    let run = run_on_two(&file);
    assert_eq!(tasks(&run), (5, 0, 1));
    assert_eq!((run.metrics.restarts, run.processes[1].restarts), (1, 1));
    check(
        &file,
        expect![[r#"
            #0 1500: pool-1 was killed
            #1 1500: pool-1 main was taken down because of #0 through the shared heap
            #2 3000: app main waits for ever because of #0 through the pool
            app waits for ever
              app main waits for ever
            pool-1 waits for ever
              pool-1 main waits for ever
            pool-2 waits for ever
              pool-2 main waits for ever
        "#]],
    );
    // sys.exit ends a worker like that, too.
    let steps = steps.replacen(TASK, &TASK.replace("unit", "exit").replace("2", "1"), 1);
    let run = run_on_two(&pool("multiprocessing", &steps));
    assert_eq!(tasks(&run), (4, 0, 1));
    // Another pool is none the worse for it.
    let other = steps
        .replace(r#""gather""#, r#""sleep": "9 ms"}, {"gather""#)
        .replace(
            r#"{"gather": "pool"}"#,
            r#"{"submit": {"pool": "other", "task": [{"sleep": "1 ms"}]}}, {"gather": "other"}"#,
        );
    let file = format!("{}, {kill}", pool("multiprocessing", &other)).replace(
        r#""pools": ["#,
        r#""pools": [{"name": "other", "kind": "threads", "workers": 1}, "#,
    );
    assert_eq!(run_on_two(&file).threads[0].units, 1);
}

#[test]
fn statement_14_an_interpreter_waits_for_executors_but_not_for_multiprocessing() {
    for (kind, done, end_ms) in [
        ("threads", 6, 3),
        ("executor", 6, 3),
        ("multiprocessing", 2, 1),
    ] {
        let steps = format!(r#"{TASK}, {TASK}, {TASK}, {{"sleep": "1500 us"}}"#);
        let run = run_on_two(&pool(kind, &steps));
        assert_eq!(tasks(&run), (done, 0, 0), "{kind}");
        assert_eq!(run.end_ns / 1_000_000, end_ms, "{kind}");
        assert_eq!(run.processes[0].status, 0, "{kind}");
        assert_eq!(run.outcome.failures, [], "{kind}");
    }
}
