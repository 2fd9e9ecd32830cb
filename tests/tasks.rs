//! Event loops and pools: what blocks a loop and what does not, in which order
//! tasks go, and what tasks cost.

#![cfg(not(target_arch = "wasm32"))]

use timeslice::experiment::scenario::{Document, read};
use timeslice::sim::{Limits, Run, State, run};

include!("common/scenarios.rs");

/// A process whose main thread runs these tasks in an event loop; a pool of two
/// of each kind.
fn tasks(list: &[&str]) -> Run {
    let list: Vec<String> = list.iter().map(|task| format!("[{task}]")).collect();
    main_thread(&format!(r#"{{"run-loop": [{}]}}, "unit""#, list.join(", ")))
}

fn main_thread(program: &str) -> Run {
    run_file(&format!(
        r#"{{"machine": {{"cores": 4}}, "channels": [{{"name": "c", "capacity": 99, "transport": {{"kind": "by-reference"}}}}],
            "pools": [{{"name": "threads", "kind": "threads", "workers": 2}},
                {{"name": "executor", "kind": "executor", "workers": 2, "gil": {{"kind": "switch-interval"}}}},
                {{"name": "processes", "kind": "multiprocessing", "workers": 2, "gil": {{"kind": "switch-interval"}}}}],
            "processes": [{{"name": "app", "gil": {{"kind": "switch-interval"}}, "threads": [
                {{"name": "main", "program": [{program}]}}]}}]}}"#
    ))
}

/// When units were completed, µs.
fn units(run: &Run) -> Vec<u64> {
    run.trace.units.iter().map(|ns| ns / 1_000).collect()
}

#[test]
fn tasks_take_turns_where_they_await() {
    // One thread: the computing adds up, the waiting overlaps.
    let task = r#"{"compute": "1 ms"}, {"await": "5 ms"}, {"compute": "1 ms"}, "unit""#;
    let run = tasks(&[task, task, task]);
    assert_eq!(units(&run), [7_000, 8_000, 9_000, 9_000]);
    assert_eq!(run.threads[0].cpu_ns(), 6_000_000);
    assert_eq!(run.metrics.loop_lateness_ns, 0);
}

#[test]
fn ready_tasks_go_in_the_order_they_became_ready() {
    let run = tasks(&[
        r#"{"await": "3 ms"}, {"compute": "1 ms"}, "unit""#,
        r#"{"await": "2 ms"}, {"compute": "1 ms"}, "unit""#,
        r#"{"await": "1 ms"}, {"compute": "5 ms"}, "unit""#,
    ]);
    // The second was ready at 2 and goes at 6, the first at 3 and goes at 7.
    assert_eq!(units(&run), [6_000, 7_000, 8_000, 8_000]);
    assert_eq!(run.metrics.loop_lateness_ns, 4_000_000);
    // Those that give way without waiting take turns.
    let run = tasks(&[
        r#"{"repeat": {"times": 3, "steps": [{"compute": "1 ms"}, "unit", {"await": "0 ms"}]}}"#,
        r#"{"repeat": {"times": 3, "steps": [{"compute": "100 us"}, "unit", {"await": "0 ms"}]}}"#,
    ]);
    assert_eq!(
        units(&run),
        [1_000, 1_100, 2_100, 2_200, 3_200, 3_300, 3_300]
    );
}

#[test]
fn what_blocks_a_task_blocks_the_loop() {
    let ticker = r#"{"await": "1 ms"}, "unit""#;
    for (blocker, ms) in [
        (r#"{"compute": "30 ms"}"#, 30),
        (r#"{"call": "30 ms"}"#, 30),
        (r#"{"release": "30 ms"}"#, 30),
        (r#"{"sleep": "30 ms"}"#, 30),
        (r#"{"io": {"time": "30 ms"}}"#, 30),
        (r#"{"await": "30 ms"}"#, 1),
    ] {
        let run = tasks(&[ticker, blocker]);
        assert_eq!(units(&run)[0], ms * 1_000, "{blocker}");
        assert_eq!(
            run.metrics.loop_lateness_ns,
            (ms - 1) * 1_000_000,
            "{blocker}"
        );
    }
}

#[test]
fn work_in_an_executor_does_not_block_the_loop() {
    let ticker = r#"{"repeat": {"times": 5, "steps": [{"await": "1 ms"}, "unit"]}}"#;
    for pool in ["threads", "executor", "processes"] {
        let submit = format!(
            r#"{{"submit": {{"pool": "{pool}", "task": [{{"sleep": "10 ms"}}], "count": 4}}}},
                {{"gather": "{pool}"}}, "unit""#
        );
        let run = tasks(&[&submit, ticker]);
        // Two at a time: the results are there after 20 ms.
        let expected = [1_000, 2_000, 3_000, 4_000, 5_000, 20_000, 20_000];
        assert_eq!(units(&run), expected, "{pool}");
        assert_eq!(run.metrics.tasks_done, 4);
    }
    // Each task waits for its own.
    let job = |ms: u32| {
        format!(
            r#"{{"submit": {{"pool": "threads", "task": [{{"sleep": "{ms} ms"}}]}}}}, {{"gather": "threads"}}, "unit""#
        )
    };
    let run = tasks(&[&job(9), &job(4), &job(3)]);
    assert_eq!(units(&run), [4_000, 7_000, 9_000, 9_000]);
}

#[test]
fn a_gather_is_for_one_pool() {
    let submit = |pool: &str, ms: u32| {
        format!(r#"{{"submit": {{"pool": "{pool}", "task": [{{"sleep": "{ms} ms"}}]}}}}"#)
    };
    let program = format!(
        r#"{}, {}, {{"gather": "threads"}}, "unit", {{"gather": "executor"}}, "unit", {{"gather": "executor"}}"#,
        submit("threads", 2),
        submit("executor", 7)
    );
    assert_eq!(units(&main_thread(&program)), [2_000, 7_000]);
    assert_eq!(units(&tasks(&[&program])), [2_000, 7_000, 7_000]);
}

#[test]
fn an_exception_in_a_task_of_a_loop_ends_the_loop() {
    let run = tasks(&[
        r#"{"await": "5 ms"}, "unit""#,
        r#"{"await": "1 ms"}, "raise""#,
    ]);
    assert!(units(&run).is_empty());
    assert_eq!((run.end_ns, run.processes[0].status), (1_000_000, 1));
}

#[test]
fn computing_scales_in_processes_but_not_in_threads() {
    let wall = |pool: &str| {
        let submit = format!(
            r#"{{"submit": {{"pool": "{pool}", "task": [{{"compute": "40 ms"}}], "count": 4}}}}, {{"gather": "{pool}"}}"#
        );
        main_thread(&submit).end_ns / 1_000_000
    };
    assert_eq!(
        [wall("threads"), wall("executor"), wall("processes")],
        [160, 80, 80]
    );
}

#[test]
fn tasks_go_to_workers_in_order() {
    let submit = |ms: u32| {
        format!(r#"{{"submit": {{"pool": "threads", "task": [{{"sleep": "{ms} ms"}}, "unit"]}}}}"#)
    };
    let list = [5, 1, 1, 1, 4].map(submit).join(", ");
    let run = main_thread(&format!(r#"{list}, {{"gather": "threads"}}"#));
    assert_eq!(units(&run), [1_000, 2_000, 3_000, 5_000, 7_000]);
    assert_eq!(run.threads[0].time_in[State::WaitJoin as usize], 7_000_000);
}

#[test]
fn what_handing_over_and_starting_cost() {
    let wall_us = |pool: &str, count: u32, bytes: u32| {
        let run = run_file(&format!(
            r#"{{"machine": {{"cores": 4}}, "costs": "cpython-linux", "pools": [
                {{"name": "threads", "kind": "threads", "workers": 1, "submit": "25 us"}},
                {{"name": "executor", "kind": "executor", "workers": 1, "submit": "352 us",
                    "gil": {{"kind": "switch-interval"}}}}],
                "processes": [{{"name": "app", "gil": {{"kind": "switch-interval"}}, "threads": [
                {{"name": "main", "program": [{{"repeat": {{"times": {count}, "steps": [
                    {{"submit": {{"pool": "{pool}", "task": [], "bytes": {bytes}}}}}]}}}}]}}]}}]}}"#
        ));
        let cpu = run.threads[0].cpu_ns();
        cpu as f64 / 1e3
    };
    let each = |pool: &str, bytes| (wall_us(pool, 101, bytes) - wall_us(pool, 1, bytes)) / 100.0;
    assert!(
        (25.0..=26.0).contains(&each("threads", 0)),
        "{}",
        each("threads", 0)
    );
    let executor = each("executor", 0);
    assert!((352.0..=353.0).contains(&executor), "{executor}");
    // Packing 1 MiB takes 2.2 ms.
    let large = each("executor", 1_048_576) - executor;
    assert!((2_195.0..=2_205.0).contains(&large), "{large}");
}
