//! Run queues as they are seen at a moment: in the order in which the policy
//! would give its threads away, with what that hangs on.

#![cfg(not(target_arch = "wasm32"))]

use expect_test::{Expect, expect};
use timeslice::experiment::scenario::{Document, Scenario, read};
use timeslice::sim::{Limits, Rewind, State, View};

fn scenario(machine: &str, threads: &str) -> Scenario {
    let text = format!(
        r#"{{"machine": {{{machine}}}, "processes": [{{"name": "p", "threads": [{threads}]}}]}}"#
    );
    match read(&text) {
        Ok(Document::Scenario(scenario)) => *scenario,
        other => panic!("{other:?}\n{text}"),
    }
}

/// Four threads of different length, urgency and share; the last comes later.
const THREADS: &str = r#"
    {"name": "a", "sched": {"priority": 1, "tickets": 4}, "program": [{"compute": "9 ms"}]},
    {"name": "b", "sched": {"priority": 5, "tickets": 1}, "program": [{"compute": "4 ms"}]},
    {"name": "c", "sched": {"priority": 3, "tickets": 2}, "program": [{"compute": "6 ms"}]},
    {"name": "d", "arrival": "2 ms", "sched": {"priority": 4, "tickets": 1}, "program": [{"compute": "2 ms"}]}"#;

fn rewind(policy: &str, more: &str) -> Rewind {
    let scenario = scenario(&format!(r#""policy": {{{policy}}}{more}"#), THREADS);
    Rewind::scenario(&scenario, Limits::default())
        .expect("valid")
        .1
}

/// The queues, each thread with its key.
fn line_up(view: &View) -> String {
    let queues = view.queues.iter().map(|queue| {
        let core = queue
            .core
            .map_or(String::new(), |core| format!("core {core}: "));
        let threads = queue.threads.iter().map(|queued| {
            let name = ["a", "b", "c", "d"][queued.thread as usize];
            queued
                .key
                .map_or(name.to_owned(), |key| format!("{name} {key:?}"))
        });
        format!("{core}{}", threads.collect::<Vec<_>>().join(", "))
    });
    queues.collect::<Vec<_>>().join("; ")
}

#[test]
fn each_policy_has_its_order_and_its_key() {
    let policies = [
        r#""kind": "fifo""#,
        r#""kind": "sjf""#,
        r#""kind": "srtf""#,
        r#""kind": "priority""#,
        r#""kind": "hrrn""#,
        r#""kind": "rr", "slice": "1 ms""#,
        r#""kind": "mlfq", "levels": [{"quantum": "1 ms"}, {"quantum": "2 ms"}]"#,
        r#""kind": "stride", "quantum": "1 ms""#,
        r#""kind": "cfs""#,
        r#""kind": "eevdf", "slice": "1 ms""#,
    ];
    let mut found = String::new();
    for policy in policies {
        let view = rewind(policy, "").at(3_500_000);
        found += &format!("{policy}\n  {}\n", line_up(&view));
    }
    check(
        &found,
        &expect![[r#"
            "kind": "fifo"
              b, c, d
            "kind": "sjf"
              d Burst(2000000), c Burst(6000000), a Burst(9000000)
            "kind": "srtf"
              d BurstLeft(2000000), c BurstLeft(6000000), a BurstLeft(9000000)
            "kind": "priority"
              d Priority(4), c Priority(3), a Priority(1)
            "kind": "hrrn"
              b Ratio(187), d Ratio(175), c Ratio(158)
            "kind": "rr", "slice": "1 ms"
              d, b, c
            "kind": "mlfq", "levels": [{"quantum": "1 ms"}, {"quantum": "2 ms"}]
              a Level(1), b Level(1), c Level(1)
            "kind": "stride", "quantum": "1 ms"
              a Pass(262144), c Pass(524288), b Pass(1048576)
            "kind": "cfs"
              b Vruntime(9000000), d Vruntime(9500000), c Vruntime(9500000)
            "kind": "eevdf", "slice": "1 ms"
              a VirtualDeadline(1500000), d VirtualDeadline(2166666), b VirtualDeadline(2500000)
        "#]],
    );
}

fn check(found: &str, expected: &Expect) {
    expected.assert_eq(found);
}

#[test]
fn cores_of_their_own_have_queues_of_their_own() {
    let more = r#", "cores": 2, "queues": {"kind": "per-core"}"#;
    let view = rewind(r#""kind": "rr", "slice": "1 ms""#, more).at(2_500_000);
    check(&line_up(&view), &expect!["core 0: c; core 1: b"]);
}

/// Whoever gets the core next stood first, whatever the policy.
#[test]
fn the_first_is_the_next() {
    let policies = [
        r#""kind": "fifo""#,
        r#""kind": "sjf""#,
        r#""kind": "srtf""#,
        r#""kind": "priority", "ageing": "1 ms""#,
        r#""kind": "hrrn""#,
        r#""kind": "rr", "slice": "1 ms""#,
        r#""kind": "mlfq", "boost": "5 ms", "levels": [{"quantum": "1 ms"}, {"quantum": "2 ms"}]"#,
        r#""kind": "lottery", "quantum": "1 ms""#,
        r#""kind": "stride", "quantum": "1 ms""#,
        r#""kind": "cfs""#,
        r#""kind": "eevdf", "slice": "1 ms""#,
        r#""kind": "sched-fifo""#,
        r#""kind": "sched-rr", "slice": "1 ms""#,
    ];
    for policy in policies {
        let mut there = rewind(policy, "");
        let mut before = there.view();
        let mut seen = 0;
        while before.next.is_some() {
            let after = there.step_forward();
            assert_eq!(
                after.queues[0].threads.len(),
                after.ready[0] as usize,
                "{policy}"
            );
            let all: Vec<u32> = after.queues[0].threads.iter().map(|it| it.thread).collect();
            for (id, thread) in (0..).zip(&after.threads) {
                let ready = thread.state == State::Ready;
                assert_eq!(all.contains(&id), ready, "{policy}: {id}");
            }
            let taken = after.cores[0].filter(|_| after.cores != before.cores);
            let was_there = |id: &u32| before.queues[0].threads.iter().any(|it| it.thread == *id);
            if let Some(taken) = taken.filter(was_there) {
                assert_eq!(
                    before.queues[0].threads[0].thread, taken,
                    "{policy} at {}",
                    after.at
                );
                seen += 1;
            }
            before = after;
        }
        assert!(seen >= 3, "{policy}: {seen}");
    }
}
