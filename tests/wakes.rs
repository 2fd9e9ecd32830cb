//! Who woke whom: small scenarios, and each wake of them as a line.

#![cfg(not(target_arch = "wasm32"))]

use expect_test::{Expect, expect};
use timeslice::experiment::scenario::{Document, Ns, Scenario, read};
use timeslice::sim::{Limits, Rewind, Run, State, run};

include!("common/scenarios.rs");

/// A thread by its name and its steps.
type Thread = (&'static str, &'static str);

/// A scenario of one process on two cores; `keys` end with a comma.
fn text(keys: &str, threads: &[Thread]) -> String {
    let thread = |(name, steps): &Thread| format!(r#"{{"name": "{name}", "program": [{steps}]}}"#);
    let threads: Vec<String> = threads.iter().map(thread).collect();
    format!(
        r#"{{"machine": {{"cores": 2}}, {keys} "processes": [{{"name": "p", "threads": [{}]}}]}}"#,
        threads.join(", ")
    )
}

fn lines(run: &Run) -> String {
    let name = |thread: u32| run.trace.name(thread).replace("p ", "");
    let wakes = run.trace.wakes.iter().map(|wake| {
        let (by, thread) = (name(wake.by), name(wake.thread));
        let (at, cause) = (wake.at as f64 / 1e6, wake.cause.key());
        format!("t={at}ms {by} wakes {thread} ({cause})\n")
    });
    wakes.collect()
}

fn check(keys: &str, threads: &[Thread], expected: Expect) {
    let run = run_file(&text(keys, threads));
    expected.assert_eq(&lines(&run));
    hold_water(&run);
}

/// Whoever is woken waits at that time or is new, and is ready later, unless it
/// ends or the run is cut before.
fn hold_water(run: &Run) {
    let trace = &run.trace;
    assert!(trace.wakes.is_sorted_by_key(|wake| wake.at));
    for wake in &trace.wakes {
        assert!(wake.at <= trace.end && wake.by != wake.thread, "{wake:?}");
        let mut own = trace.spans.iter().filter(|span| span.thread == wake.thread);
        let after = own.find(|span| span.end > wake.at || span.start >= wake.at);
        let Some(after) = after else {
            let at_the_end = trace.end == wake.at;
            let ended = run.threads[wake.thread as usize].ended_ns;
            assert!(at_the_end || ended == Some(wake.at), "{wake:?}");
            continue;
        };
        let waits = !matches!(after.state, State::Running | State::Ready);
        assert!(after.start >= wake.at || waits, "{wake:?} {after:?}");
    }
}

#[test]
fn a_lock_goes_to_who_waits_for_it() {
    let steps = r#"{"lock": "l"}, {"compute": "3 ms"}, {"unlock": "l"}, {"compute": "1 ms"}"#;
    check(
        r#""locks": [{"name": "l"}],"#,
        &[("main", steps), ("worker", steps)],
        expect![[r#"
            t=3ms main wakes worker (lock)
        "#]],
    );
}

#[test]
fn whoever_comes_to_a_free_lock_is_woken_by_nobody() {
    let steps = r#"{"lock": "l"}, {"compute": "1 ms"}, {"unlock": "l"}"#;
    let late = r#"{"sleep": "5 ms"}, {"io": {"time": "1 ms"}}, {"lock": "l"}, {"unlock": "l"}"#;
    check(
        r#""locks": [{"name": "l"}],"#,
        &[("main", steps), ("late", late)],
        expect![""],
    );
}

#[test]
fn a_notified_thread_may_have_to_wait_for_the_lock() {
    let waiter = r#"{"lock": "l"}, {"wait": {"condition": "c", "lock": "l"}}, {"unlock": "l"}"#;
    check(
        r#""locks": [{"name": "l"}], "conditions": ["c"],"#,
        &[
            ("one", waiter),
            ("two", waiter),
            (
                "main",
                r#"{"sleep": "1 ms"}, {"notify": "c"}, {"sleep": "1 ms"}, {"lock": "l"},
                    {"notify-all": "c"}, {"compute": "1 ms"}, {"unlock": "l"}"#,
            ),
        ],
        expect![[r#"
            t=1ms main wakes one (condition)
            t=3ms main wakes two (lock)
        "#]],
    );
}

#[test]
fn semaphores_and_barriers_wake_too() {
    check(
        r#""semaphores": [{"name": "s", "count": 0}], "barriers": [{"name": "b", "parties": 3}],"#,
        &[
            ("a", r#"{"acquire": "s"}, {"barrier": "b"}"#),
            (
                "b",
                r#"{"compute": "2 ms"}, {"post": "s"}, {"barrier": "b"}"#,
            ),
            ("c", r#"{"sleep": "4 ms"}, {"barrier": "b"}"#),
        ],
        expect![[r#"
            t=2ms b wakes a (semaphore)
            t=4ms c wakes b (barrier)
            t=4ms c wakes a (barrier)
        "#]],
    );
}

#[test]
fn messages_room_for_them_and_their_end_wake() {
    let channel =
        r#""channels": [{"name": "c", "capacity": 1, "transport": {"kind": "by-reference"}}],"#;
    check(
        channel,
        &[
            (
                "sender",
                r#"{"compute": "1 ms"}, {"send": {"channel": "c"}}, {"send": {"channel": "c"}},
                    {"send": {"channel": "c"}}, {"compute": "1 ms"}"#,
            ),
            (
                "receiver",
                r#"{"receive": "c"}, {"compute": "2 ms"}, {"receive": "c"}, {"receive": "c"}, {"receive": "c"}"#,
            ),
        ],
        expect![[r#"
            t=1ms sender wakes receiver (message)
            t=3ms receiver wakes sender (room)
            t=4ms sender wakes receiver (closed)
        "#]],
    );
}

#[test]
fn threads_start_and_join_each_other() {
    check(
        "",
        &[
            (
                "main",
                r#"{"start-thread": "w"}, {"compute": "1 ms"}, {"join-thread": "w"}"#,
            ),
            ("w", r#"{"compute": "3 ms"}"#),
        ],
        expect![[r#"
            t=0ms main wakes w (start)
            t=3ms w wakes main (join)
        "#]],
    );
}

#[test]
fn a_process_is_joined_by_the_end_of_its_last_thread() {
    let run = run_file(
        r#"{"machine": {"cores": 4}, "processes": [
            {"name": "parent", "threads": [{"name": "m", "program": [
                {"start-process": "child"}, {"join-process": "child"}]}]},
            {"name": "child", "threads": [
                {"name": "m", "program": [{"start-thread": "w"}, {"compute": "1 ms"}]},
                {"name": "w", "program": [{"compute": "2 ms"}]}]}]}"#,
    );
    expect![[r#"
        t=0ms parent m wakes child m (start)
        t=0ms child m wakes child w (start)
        t=2ms child w wakes parent m (join)
    "#]]
    .assert_eq(&lines(&run));
    hold_water(&run);
}

#[test]
fn the_gil_is_handed_over() {
    let run = run_file(
        r#"{"machine": {"cores": 2}, "processes": [{"name": "p",
            "gil": {"kind": "switch-interval", "interval": "5 ms", "poll": "1 ms"},
            "threads": [{"name": "a", "program": [{"compute": "8 ms"}]},
                        {"name": "b", "program": [{"compute": "6 ms"}]}]}]}"#,
    );
    // Whoever is made to let go blocks until the other has the GIL.
    expect![[r#"
        t=5ms a wakes b (gil)
        t=5ms b wakes a (gil)
        t=10ms b wakes a (gil)
        t=10ms a wakes b (gil)
        t=13ms a wakes b (gil)
    "#]]
    .assert_eq(&lines(&run));
    hold_water(&run);
}

#[test]
fn pools_wake_workers_and_who_waits_for_results() {
    let run = run_file(
        r#"{"machine": {"cores": 2}, "pools": [{"name": "pool", "kind": "threads", "workers": 1}],
            "processes": [{"name": "p", "threads": [{"name": "main", "program": [
                {"submit": {"pool": "pool", "task": [{"compute": "2 ms"}]}}, {"gather": "pool"},
                {"compute": "1 ms"},
                {"submit": {"pool": "pool", "task": [{"compute": "2 ms"}]}}, {"gather": "pool"}]}]}]}"#,
    );
    expect![[r#"
        t=0ms main wakes pool-1 (start)
        t=2ms pool-1 wakes main (pool)
        t=3ms main wakes pool-1 (pool)
        t=5ms pool-1 wakes main (pool)
    "#]]
    .assert_eq(&lines(&run));
    hold_water(&run);
}

fn scenario(text: &str) -> Scenario {
    match read(text) {
        Ok(Document::Scenario(scenario)) => *scenario,
        other => panic!("{other:?}"),
    }
}

/// Ping-pong on two locks' worth of waits, for long.
fn long() -> Scenario {
    let steps = r#"{"repeat": {"times": 1000, "steps": [
        {"lock": "l"}, {"compute": "1 ms"}, {"unlock": "l"}]}}"#;
    scenario(&text(
        r#""locks": [{"name": "l"}],"#,
        &[("a", steps), ("b", steps)],
    ))
}

#[test]
fn a_cut_run_has_the_wakes_up_to_there() {
    let whole = run(&long(), Limits::default()).expect("valid");
    for ms in [0, 1, 10, 500] {
        let until = Some(Ns::ms(ms));
        let cut = run(&Scenario { until, ..long() }, Limits::default()).expect("valid");
        assert!(cut.cut);
        let before = whole.trace.wakes.iter();
        let before: Vec<_> = before.filter(|wake| wake.at <= cut.end_ns).collect();
        assert_eq!(cut.trace.wakes.iter().collect::<Vec<_>>(), before, "{ms}");
        hold_water(&cut);
    }
    let limits = Limits {
        max_events: 100,
        trace: true,
    };
    let cut = run(&long(), limits).expect("valid");
    assert_eq!(cut.trace.wakes, whole.trace.wakes[..cut.trace.wakes.len()]);
    assert!((10..100).contains(&cut.trace.wakes.len()));
}

#[test]
fn no_trace_has_no_wakes_and_going_back_adds_none() {
    let limits = Limits {
        trace: false,
        ..Limits::default()
    };
    assert_eq!(run(&long(), limits).expect("valid").trace.wakes, []);
    let (first, mut there) = Rewind::scenario(&long(), Limits::default()).expect("valid");
    assert_eq!(first, run(&long(), Limits::default()).expect("valid"));
    let moment = there.at(first.end_ns / 2);
    there.at(first.end_ns);
    assert_eq!(there.at(first.end_ns / 2), moment);
}
