//! Locks and deadlocks: priorities that locks lend, waiting in a circle, owners
//! that die, and who of the waiters goes next.

#![cfg(not(target_arch = "wasm32"))]

use expect_test::{Expect, expect};
use timeslice::experiment::Subject;
use timeslice::experiment::scenario::{Document, read};
use timeslice::sim::{Limits, Run, run};

include!("common/scenarios.rs");
include!("common/describe.rs");

/// Runs a scenario file on two cores at no costs. `file` lacks the outermost
/// braces.
fn run_on_two(file: &str) -> Run {
    run_file(&format!(r#"{{"machine": {{"cores": 2}}, {file}}}"#))
}

/// Changes of priority, as µs, thread and priority.
fn priorities(run: &Run) -> String {
    let line = |&(at, thread, priority): &(u64, u32, i32)| {
        let name = &run.threads[thread as usize].name;
        format!("{} {name} {priority}\n", at as f64 / 1e3)
    };
    run.trace.priorities.iter().map(line).collect()
}

/// The rt-tester's chain: T0 is a normal thread and holds L1; T1 to T4 have
/// priorities 81 to 84, hold L2 to L5 and wait for L1 to L4, the last for 1 ms,
/// the others 1 ms longer each.
fn chain(protocol: &str) -> Run {
    let mut threads =
        r#"{"name": "T0", "program": [{"lock": "L1"}, {"compute": "30 ms"}, {"unlock": "L1"}]}"#
            .to_owned();
    for n in 1..=4 {
        threads += &format!(
            r#", {{"name": "T{n}", "arrival": "{n} ms", "sched": {{"class": "fifo", "priority": {}}},
                "program": [{{"lock": "L{}"}}, {{"lock-for": {{"lock": "L{n}", "time": "{} ms"}}}},
                    {{"unlock": "L{n}"}}, {{"unlock": "L{}"}}]}}"#,
            80 + n,
            n + 1,
            // T4 gives up at 11, T3 at 12, T2 at 13, T1 at 14 ms.
            15 - 2 * n,
            n + 1
        );
    }
    let locks: Vec<String> = (1..=5)
        .map(|n| format!(r#"{{"name": "L{n}", "protocol": {protocol}}}"#))
        .collect();
    run_file(&format!(
        r#"{{"machine": {{"policy": {{"kind": "cfs"}}}}, "locks": [{}],
            "processes": [{{"name": "P", "threads": [{threads}]}}]}}"#,
        locks.join(", ")
    ))
}

#[test]
fn a_chain_of_owners_inherits_and_gives_back_step_by_step() {
    let run = chain(r#""inherit""#);
    assert_eq!(run.outcome.failures, []);
    expect![[r#"
        1000 P T0 81
        2000 P T1 82
        2000 P T0 82
        3000 P T2 83
        3000 P T1 83
        3000 P T0 83
        4000 P T3 84
        4000 P T2 84
        4000 P T1 84
        4000 P T0 84
        11000 P T3 83
        11000 P T2 83
        11000 P T1 83
        11000 P T0 83
        12000 P T2 82
        12000 P T1 82
        12000 P T0 82
        13000 P T1 81
        13000 P T0 81
        14000 P T0 0
    "#]]
    .assert_eq(&priorities(&run));
    let t0: Vec<i32> = run
        .trace
        .priorities
        .iter()
        .filter(|change| change.1 == 0)
        .map(|change| change.2)
        .collect();
    assert_eq!(t0, [81, 82, 83, 84, 83, 82, 81, 0]);
    assert_eq!(priorities(&chain(r#""none""#)), "");
}

#[test]
fn a_boosted_normal_thread_runs_before_real_time_ones() {
    // Low holds the lock that high (90) waits for; medium (50) would starve
    // it.
    let finish = |protocol: &str| {
        let run = run_file(&format!(
            r#"{{"machine": {{"policy": {{"kind": "cfs"}}}},
                "locks": [{{"name": "l", "protocol": {protocol}}}],
                "processes": [{{"name": "P", "threads": [
                    {{"name": "low", "program": [{{"lock": "l"}}, {{"compute": "10 ms"}}, {{"unlock": "l"}},
                        {{"compute": "1 ms"}}]}},
                    {{"name": "high", "arrival": "2 ms", "sched": {{"class": "fifo", "priority": 90}},
                        "program": [{{"compute": "1 ms"}}, {{"lock": "l"}}, {{"compute": "1 ms"}}, {{"unlock": "l"}}]}},
                    {{"name": "medium", "arrival": "3 ms", "sched": {{"class": "fifo", "priority": 50}},
                        "program": [{{"compute": "50 ms"}}]}}]}}]}}"#
        ));
        let ms =
            |thread: &timeslice::sim::ThreadReport| thread.ended_ns.expect("ended") / 1_000_000;
        run.threads.iter().map(ms).collect::<Vec<_>>()
    };
    assert_eq!(finish(r#""none""#), [63, 62, 53]);
    assert_eq!(finish(r#""inherit""#), [63, 12, 62]);
    assert_eq!(finish(r#"{"ceiling": 90}"#), [63, 12, 62]);
}

#[test]
fn a_ceiling_holds_from_lock_to_unlock() {
    let run = run_file(
        r#"{"machine": {"policy": {"kind": "priority"}},
            "locks": [{"name": "outer", "protocol": {"ceiling": 5}}, {"name": "inner", "protocol": {"ceiling": 9}}],
            "processes": [{"name": "P", "threads": [
                {"name": "A", "sched": {"priority": 1}, "program": [{"lock": "outer"}, {"compute": "2 ms"},
                    {"lock": "inner"}, {"compute": "2 ms"}, {"unlock": "inner"}, {"compute": "2 ms"},
                    {"unlock": "outer"}, {"compute": "2 ms"}]},
                {"name": "B", "arrival": "1 ms", "sched": {"priority": 5}, "program": [{"compute": "1 ms"}]},
                {"name": "C", "arrival": "3 ms", "sched": {"priority": 7}, "program": [{"compute": "1 ms"}]}]}]}"#,
    );
    expect![[r#"
        0 P A 5
        2000 P A 9
        4000 P A 5
        7000 P A 1
    "#]]
    .assert_eq(&priorities(&run));
    // C takes the core when the ceiling of the inner lock is gone, B when that
    // of the outer is.
    let ended: Vec<_> = run
        .threads
        .iter()
        .map(|t| t.ended_ns.expect("ended") / 1_000_000)
        .collect();
    assert_eq!(ended, [10, 8, 5]);
}

/// A process of threads, each with locks `a`, `b`, `c`.
fn threads(list: &[&str]) -> Run {
    let thread = |(index, program): (usize, &&str)| {
        format!(r#"{{"name": "T{index}", "program": [{program}]}}"#)
    };
    let list: Vec<String> = list.iter().enumerate().map(thread).collect();
    run_on_two(&format!(
        r#""locks": [{{"name": "a"}}, {{"name": "b"}}, {{"name": "c"}}],
            "processes": [{{"name": "P", "threads": [{}]}}]"#,
        list.join(", ")
    ))
}

fn check_deadlock(run: &Run, deadlocks: &[(u64, Vec<u32>)], expect: Expect) {
    assert_eq!(run.deadlocks, deadlocks);
    expect.assert_eq(&describe(run));
}

#[test]
fn a_circle_is_reported_when_it_closes() {
    let philosopher = |first: &str, at: u32, second: &str| {
        format!(
            r#"{{"lock": "{first}"}}, {{"sleep": "{at} ms"}}, {{"lock": "{second}"}}, {{"unlock": "{second}"}},
                {{"unlock": "{first}"}}"#
        )
    };
    let (p, q, r) = (
        philosopher("a", 1, "b"),
        philosopher("b", 2, "c"),
        philosopher("c", 5, "a"),
    );
    // The last of them goes on for ever nevertheless.
    let run = threads(&[&p, &q, &r, r#"{"compute": "9 ms"}, "unit""#]);
    check_deadlock(
        &run,
        &[(5_000_000, vec![2, 0, 1])],
        expect![[r#"
        #0 5000: P T2 is deadlocked
        #1 5000: P T0 is deadlocked because of #0 through a lock
        #2 5000: P T1 is deadlocked because of #0 through a lock
        P waits for ever
          P T0 is deadlocked
          P T1 is deadlocked
          P T2 is deadlocked
          P T3 completed at 9000
    "#]],
    );
    assert_eq!(run.threads[3].units, 1);
    assert_eq!(run.end_ns, 9_000_000);
    // In the order of the locks nothing happens.
    let r = philosopher("a", 5, "c");
    let run = threads(&[&p, &q, &r]);
    assert_eq!((run.deadlocks.len(), run.processes[0].status), (0, 0));
}

#[test]
fn a_thread_that_waits_for_itself_and_one_that_waits_for_it() {
    let run = threads(&[
        r#"{"lock": "a"}, {"compute": "1 ms"}, {"lock": "a"}"#,
        r#"{"sleep": "3 ms"}, {"lock": "a"}"#,
        r#"{"compute": "2 ms"}"#,
    ]);
    check_deadlock(
        &run,
        &[(1_000_000, vec![0])],
        expect![[r#"
        #0 1000: P T0 is deadlocked
        #1 3000: P T1 waits for ever because of #0 through a lock
        P waits for ever
          P T0 is deadlocked
          P T1 waits for ever
          P T2 completed at 2000
    "#]],
    );
}

#[test]
fn joining_closes_a_circle_too() {
    let run = threads(&[
        r#"{"lock": "a"}, {"compute": "1 ms"}, {"join-thread": "T1"}"#,
        r#"{"sleep": "3 ms"}, {"lock": "a"}"#,
    ]);
    check_deadlock(
        &run,
        &[(3_000_000, vec![1, 0])],
        expect![[r#"
        #0 3000: P T1 is deadlocked
        #1 3000: P T0 is deadlocked because of #0 through a lock
        P waits for ever
          P T0 is deadlocked
          P T1 is deadlocked
    "#]],
    );
}

#[test]
fn a_wait_that_will_end_is_no_deadlock() {
    let run = threads(&[
        r#"{"lock": "a"}, {"sleep": "1 ms"}, {"lock-for": {"lock": "b", "time": "5 ms"}}, {"unlock": "b"}, {"unlock": "a"}, "unit""#,
        r#"{"lock": "b"}, {"sleep": "2 ms"}, {"lock": "a"}, {"unlock": "a"}, {"unlock": "b"}, "unit""#,
    ]);
    assert_eq!(run.deadlocks, []);
    assert_eq!(run.outcome.failures, []);
    assert_eq!(run.end_ns, 6_000_000);
    assert_eq!((run.threads[0].units, run.threads[1].units), (1, 1));
}

#[test]
fn a_dead_owner_keeps_its_lock() {
    let run = threads(&[
        r#"{"lock": "a"}, {"compute": "1 ms"}, "raise""#,
        r#"{"sleep": "2 ms"}, {"lock": "a"}"#,
        r#"{"sleep": "500 us"}, {"lock": "a"}"#,
        r#"{"lock-for": {"lock": "a", "time": "3 ms"}}, {"unlock": "a"}, "unit""#,
    ]);
    check_deadlock(
        &run,
        &[],
        expect![[r#"
            #0 1000: P T0 ended by an exception
            #1 1000: P T2 is deadlocked because of #0 through a lock
            #2 2000: P T1 is deadlocked because of #0 through a lock
            P waits for ever
              P T0 ended by an exception at 1000
              P T1 is deadlocked
              P T2 is deadlocked
              P T3 completed at 3000
        "#]],
    );
}

#[test]
fn giving_back_what_one_does_not_hold_is_an_exception() {
    let run = threads(&[r#"{"sleep": "1 ms"}"#, r#"{"unlock": "a"}, "unit""#]);
    assert_eq!(run.threads[1].units, 0);
    assert_eq!(run.outcome.failures.len(), 1);
}

#[test]
fn waiters_go_in_order_of_arrival_or_priority() {
    let order = |order: &str| {
        let waiter = |(n, priority): (usize, &i32)| {
            format!(
                r#"{{"name": "T{n}", "arrival": "{} us", "sched": {{"priority": {priority}}},
                    "program": [{{"lock": "l"}}, {{"compute": "1 ms"}}, {{"unlock": "l"}}]}}"#,
                n * 10
            )
        };
        let waiters: Vec<String> = [9, 1, 5, 3, 5].iter().enumerate().map(waiter).collect();
        let run = run_file(&format!(
            r#"{{"machine": {{"cores": 8}}, "locks": [{{"name": "l", "order": "{order}"}}],
                "processes": [{{"name": "P", "threads": [{}]}}]}}"#,
            waiters.join(", ")
        ));
        let mut order: Vec<usize> = (0..5).collect();
        order.sort_by_key(|&n| run.threads[n].ended_ns);
        order
    };
    assert_eq!(order("fifo"), [0, 1, 2, 3, 4]);
    assert_eq!(order("priority"), [0, 2, 4, 3, 1]);
}
