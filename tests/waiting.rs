//! Semaphores, conditions, barriers, channels, devices and joins: who waits how
//! long, exactly.

#![cfg(not(target_arch = "wasm32"))]

use expect_test::{Expect, expect};
use timeslice::experiment::Subject;
use timeslice::experiment::scenario::{Document, read};
use timeslice::sim::{Limits, Run, State, run};

include!("common/scenarios.rs");
include!("common/describe.rs");

/// Runs the threads T0, T1... of one process on eight cores; `shared` names
/// what they share.
fn threads(shared: &str, programs: &[&str]) -> Run {
    let thread = |(index, program): (usize, &&str)| {
        format!(r#"{{"name": "T{index}", "program": [{program}]}}"#)
    };
    let list: Vec<String> = programs.iter().enumerate().map(thread).collect();
    run_file(&format!(
        r#"{{"machine": {{"cores": 8}}, {shared},
            "processes": [{{"name": "P", "threads": [{}]}}]}}"#,
        list.join(", ")
    ))
}

/// How long each thread was in a state, and when it ended, in µs.
fn times(run: &Run, state: State) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for thread in &run.threads {
        let us = |ns: u64| ns as f64 / 1e3;
        let (waited, how) = (us(thread.time_in[state as usize]), thread.ended.phrase());
        let at = thread
            .ended_ns
            .map_or_else(String::new, |ns| format!(" at {}", us(ns)));
        writeln!(out, "{} {} {waited}, {how}{at}", thread.name, state.label()).unwrap();
    }
    out
}

fn check(state: State, shared: &str, programs: &[&str], expect: Expect) {
    expect.assert_eq(&times(&threads(shared, programs), state));
}

#[test]
fn a_semaphore_lets_so_many_in() {
    let user = r#"{"acquire": "s"}, {"compute": "10 ms"}, {"post": "s"}"#;
    check(
        State::WaitLock,
        r#""semaphores": [{"name": "s", "count": 2}]"#,
        &[user, user, user, user, user],
        expect![[r#"
            P T0 waiting for a lock 0, completed at 10000
            P T1 waiting for a lock 0, completed at 10000
            P T2 waiting for a lock 10000, completed at 20000
            P T3 waiting for a lock 10000, completed at 20000
            P T4 waiting for a lock 20000, completed at 30000
        "#]],
    );
    // Given back more often than taken, it grows.
    check(
        State::WaitLock,
        r#""semaphores": [{"name": "s", "count": 0}]"#,
        &[
            r#"{"post": "s"}, {"post": "s"}, {"sleep": "3 ms"}, {"post": "s"}"#,
            r#"{"sleep": "1 ms"}, {"acquire": "s"}, {"acquire": "s"}, {"acquire": "s"}, {"acquire": "s"}"#,
        ],
        expect![[r#"
            P T0 waiting for a lock 0, completed at 3000
            P T1 waiting for a lock 2000, waits for ever
        "#]],
    );
}

const CONDITION: &str = r#""locks": [{"name": "l"}], "conditions": ["c"]"#;

#[test]
fn a_condition_wakes_one_or_all_and_they_take_the_lock_in_turn() {
    let waiter = r#"{"lock": "l"}, {"wait": {"condition": "c", "lock": "l"}}, {"compute": "1 ms"}, {"unlock": "l"}"#;
    let notifier = |how: &str| {
        format!(
            r#"{{"sleep": "5 ms"}}, {{"lock": "l"}}, {{"{how}": "c"}}, {{"compute": "2 ms"}}, {{"unlock": "l"}}"#
        )
    };
    check(
        State::WaitLock,
        CONDITION,
        &[waiter, waiter, waiter, &notifier("notify-all")],
        expect![[r#"
            P T0 waiting for a lock 7000, completed at 8000
            P T1 waiting for a lock 8000, completed at 9000
            P T2 waiting for a lock 9000, completed at 10000
            P T3 waiting for a lock 0, completed at 7000
        "#]],
    );
    check(
        State::WaitLock,
        CONDITION,
        &[waiter, waiter, waiter, &notifier("notify")],
        expect![[r#"
            P T0 waiting for a lock 7000, completed at 8000
            P T1 waiting for a lock 8000, waits for ever
            P T2 waiting for a lock 8000, waits for ever
            P T3 waiting for a lock 0, completed at 7000
        "#]],
    );
}

#[test]
fn waiting_without_the_lock_is_an_exception() {
    let run = threads(
        CONDITION,
        &[
            r#"{"sleep": "1 ms"}"#,
            r#"{"wait": {"condition": "c", "lock": "l"}}, "unit""#,
        ],
    );
    expect![[r#"
        #0 0: P T1 ended by an exception
        P completed at 1000, status 0
          P T0 completed at 1000
          P T1 ended by an exception at 0
    "#]]
    .assert_eq(&describe(&run));
}

#[test]
fn a_notification_that_nobody_waits_for_is_lost() {
    check(
        State::WaitLock,
        CONDITION,
        &[
            r#"{"notify": "c"}"#,
            r#"{"sleep": "1 ms"}, {"lock": "l"}, {"wait": {"condition": "c", "lock": "l"}}"#,
        ],
        expect![[r#"
            P T0 waiting for a lock 0, completed at 0
            P T1 waiting for a lock 0, waits for ever
        "#]],
    );
}

#[test]
fn a_barrier_opens_for_all_again_and_again() {
    let comer = |ms: u32| {
        format!(
            r#"{{"repeat": {{"times": 2, "steps": [{{"compute": "{ms} ms"}}, {{"barrier": "b"}}, "unit"]}}}}"#
        )
    };
    check(
        State::WaitLock,
        r#""barriers": [{"name": "b", "parties": 3}]"#,
        &[&comer(1), &comer(2), &comer(5)],
        expect![[r#"
            P T0 waiting for a lock 8000, completed at 10000
            P T1 waiting for a lock 6000, completed at 10000
            P T2 waiting for a lock 0, completed at 10000
        "#]],
    );
    // One that dies is missed for ever.
    let run = threads(
        r#""barriers": [{"name": "b", "parties": 3}]"#,
        &[&comer(1), &comer(2), r#"{"compute": "1 ms"}, "raise""#],
    );
    expect![[r#"
        #0 1000: P T2 ended by an exception
        #1 2000: P T0 waits for ever
        #2 2000: P T1 waits for ever
        P waits for ever
          P T0 waits for ever
          P T1 waits for ever
          P T2 ended by an exception at 1000
    "#]]
    .assert_eq(&describe(&run));
}

#[test]
fn a_channel_makes_both_ends_wait() {
    let channel = |capacity: u32| {
        format!(
            r#""channels": [{{"name": "c", "capacity": {capacity}, "transport": {{"kind": "by-reference"}}}}]"#
        )
    };
    // A slow receiver: the sender may be two ahead.
    check(
        State::WaitChannel,
        &channel(2),
        &[
            r#"{"repeat": {"times": 5, "steps": [{"compute": "1 ms"}, {"send": {"channel": "c"}}]}}"#,
            r#"{"repeat": {"times": 5, "steps": [{"receive": "c"}, {"compute": "4 ms"}]}}"#,
        ],
        expect![[r#"
            P T0 waiting for a message 4000, completed at 9000
            P T1 waiting for a message 1000, completed at 21000
        "#]],
    );
    // A slow sender.
    check(
        State::WaitChannel,
        &channel(2),
        &[
            r#"{"repeat": {"times": 5, "steps": [{"compute": "4 ms"}, {"send": {"channel": "c"}}]}}"#,
            r#"{"repeat": {"times": 5, "steps": [{"receive": "c"}, {"compute": "1 ms"}]}}"#,
        ],
        expect![[r#"
            P T0 waiting for a message 0, completed at 20000
            P T1 waiting for a message 16000, completed at 21000
        "#]],
    );
    // Nobody receives: the third waits for ever.
    check(
        State::WaitChannel,
        &channel(2),
        &[r#"{"repeat": {"times": 3, "steps": [{"send": {"channel": "c"}}, "unit"]}}"#],
        expect![[r#"
            P T0 waiting for a message 0, waits for ever
        "#]],
    );
}

#[test]
fn the_end_of_a_stream_comes_after_its_last_message() {
    let run = threads(
        r#""channels": [{"name": "c", "capacity": 9, "transport": {"kind": "by-reference"}}]"#,
        &[
            r#"{"send": {"channel": "c"}}, {"send": {"channel": "c"}}, {"sleep": "1 ms"}"#,
            r#"{"send": {"channel": "c"}}, {"sleep": "5 ms"}"#,
            r#"{"repeat": {"times": 9, "steps": [{"receive": "c"}, {"sleep": "1 ms"}, "unit"]}}"#,
        ],
    );
    assert_eq!(run.threads[2].units, 3);
    expect![[r#"
        #0 5000: P T2 ended by an exception through a channel
        P completed at 5000, status 0
          P T0 completed at 1000
          P T1 completed at 5000
          P T2 ended by an exception at 5000
    "#]]
    .assert_eq(&describe(&run));
}

#[test]
fn packing_and_unpacking_take_time() {
    // 1 MiB: the sender packs for 0.5 + 2 ms, the receiver unpacks for
    // 0.5 + 7 ms.
    check(
        State::Running,
        r#""channels": [{"name": "c", "capacity": 1, "transport": {"kind": "serialised",
            "per-message": "500 us", "pack-per-mib": "2 ms", "unpack-per-mib": "7 ms"}}]"#,
        &[
            r#"{"send": {"channel": "c", "bytes": 1048576}}"#,
            r#"{"receive": "c"}"#,
        ],
        expect![[r#"
            P T0 running 2500, completed at 2500
            P T1 running 7500, completed at 10000
        "#]],
    );
}

#[test]
fn a_device_serves_in_order_so_many_at_a_time() {
    let request = |arrival: u32, service: u32| {
        format!(
            r#"{{"sleep": "{arrival} ms"}}, {{"io": {{"device": "disk", "time": "{service} ms"}}}}"#
        )
    };
    for (parallel, expect) in [
        (
            1,
            expect![[r#"
        P T0 waiting for I/O 10000, completed at 10000
        P T1 waiting for I/O 11000, completed at 12000
        P T2 waiting for I/O 15000, completed at 17000
        P T3 waiting for I/O 1000, completed at 21000
    "#]],
        ),
        (
            2,
            expect![[r#"
        P T0 waiting for I/O 10000, completed at 10000
        P T1 waiting for I/O 2000, completed at 3000
        P T2 waiting for I/O 6000, completed at 8000
        P T3 waiting for I/O 1000, completed at 21000
    "#]],
        ),
    ] {
        check(
            State::WaitIo,
            &format!(r#""devices": [{{"name": "disk", "parallel": {parallel}}}]"#),
            &[
                &request(0, 10),
                &request(1, 2),
                &request(2, 5),
                &request(20, 1),
            ],
            expect,
        );
    }
}

#[test]
fn joining_waits_for_the_end_however_it_comes() {
    check(
        State::WaitJoin,
        r#""costs": "ideal""#,
        &[
            r#"{"join-thread": "T1"}, {"join-thread": "T2"}, {"join-thread": "T3"}"#,
            r#"{"compute": "3 ms"}"#,
            r#"{"compute": "1 ms"}, "raise""#,
            r#"{"compute": "5 ms"}, "exit""#,
        ],
        expect![[r#"
            P T0 waiting for others to end 5000, completed at 5000
            P T1 waiting for others to end 0, completed at 3000
            P T2 waiting for others to end 0, ended by an exception at 1000
            P T3 waiting for others to end 0, completed at 5000
        "#]],
    );
}

#[test]
fn threads_are_started_and_joined_by_name_or_number() {
    let run = run_file(
        r#"{"machine": {"cores": 8}, "processes": [{"name": "P", "threads": [
            {"program": [{"sleep": "1 ms"}, {"start-thread": "T2"}, {"start-thread": "w2"}, {"join-thread": "w2"},
                "unit"]},
            {"program": [{"compute": "1 ms"}]},
            {"name": "w", "count": 3, "program": [{"compute": "3 ms"}]}]}]}"#,
    );
    let started: Vec<_> = run.threads.iter().map(|t| t.created_ns).collect();
    let ms = |ms: u64| Some(ms * 1_000_000);
    // Those that no step starts begin with the process.
    assert_eq!(started, [ms(0), ms(1), ms(0), ms(1), ms(0)]);
    let names: Vec<_> = run.threads.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["P T1", "P T2", "P w1", "P w2", "P w3"]);
    assert_eq!(run.trace.units, [4_000_000]);
}
