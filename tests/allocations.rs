//! A run that has found its size allocates nothing: a whole run is done twice,
//! the second time with twice as many events, and has to allocate no more
//! often. So setting up and the report at the end, which are the same in both,
//! do not count, nor what grows within the first half (queues up to the most
//! that ever wait in them). Left out are the trace, and what a run is meant to
//! remember for ever: failures, deadlocks, jobs of periodic threads.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    unsafe_code,
    reason = "an allocator can be counted only by being one, which is unsafe"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use timeslice::experiment::scenario::{Document, Scenario, read};
use timeslice::sim::{Limits, run};

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, counting for each thread, so that the tests do not
/// see each other.
struct Counting;

fn count() {
    ALLOCATIONS.set(ALLOCATIONS.get() + 1);
}

// SAFETY: every call is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as above.
        unsafe { System.realloc(memory, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often a run of so many events allocates.
fn allocations(scenario: &Scenario, max_events: u64) -> u64 {
    let before = ALLOCATIONS.get();
    let run = run(
        scenario,
        Limits {
            max_events,
            trace: false,
        },
    )
    .expect("the scenario is valid");
    let after = ALLOCATIONS.get();
    assert!(run.cut, "it goes on for longer than that");
    after - before
}

/// Runs threads that do `steps` again and again; `more` are further keys of the
/// scenario, `process` of its process.
fn check(name: &str, policy: &str, more: &str, process: &str, count: u32, steps: &[&str]) {
    const EVENTS: u64 = 100_000;
    let threads: Vec<String> = steps
        .iter()
        .map(|steps| {
            format!(
                r#"{{ "count": {count}, "sched": {{ "priority": 1 }}, "program":
                    [{{ "repeat": {{ "times": 1000000000, "steps": [{steps}] }} }}] }}"#
            )
        })
        .collect();
    let text = format!(
        r#"{{ {more} "machine": {{ "cores": 4, {policy} }}, "costs": "cpython-linux",
             "processes": [{{ "name": "p", {process} "threads": [{}] }}] }}"#,
        threads.join(", ")
    );
    let scenario = match read(&text) {
        Ok(Document::Scenario(scenario)) => scenario,
        other => panic!("{name}: {other:?}\n{text}"),
    };
    let first = allocations(&scenario, EVENTS);
    let second = allocations(&scenario, 2 * EVENTS);
    assert_eq!(second - first, 0, "{name}");
}

const RR: &str = r#""policy": { "kind": "rr", "slice": "50 us" }"#;
const GIL: &str = r#""gil": { "kind": "switch-interval", "interval": "100 us", "poll": "10 us" },"#;

#[test]
fn slices_allocate_nothing_under_any_policy() {
    let policies = [
        r#""kind": "fifo""#,
        r#""kind": "sjf""#,
        r#""kind": "srtf""#,
        r#""kind": "priority", "ageing": "1 ms""#,
        r#""kind": "hrrn""#,
        r#""kind": "rr", "slice": "50 us""#,
        r#""kind": "mlfq", "boost": "10 ms",
           "levels": [{ "quantum": "50 us" }, { "quantum": "100 us", "allotment": 2 }]"#,
        r#""kind": "lottery", "quantum": "50 us""#,
        r#""kind": "stride", "quantum": "50 us""#,
        r#""kind": "cfs""#,
        r#""kind": "eevdf", "slice": "100 us", "delayed-dequeue": true"#,
        r#""kind": "sched-fifo""#,
        r#""kind": "sched-rr", "slice": "50 us""#,
        r#""kind": "edf""#,
        r#""kind": "rm""#,
        r#""kind": "dm""#,
        r#""kind": "llf", "quantum": "50 us""#,
    ];
    let steps = [
        r#"{ "native": "200 us" }"#,
        r#"{ "native": "70 us" }, { "sleep": "30 us" }"#,
        r#"{ "native": "70 us" }, "yield""#,
    ];
    for policy in policies {
        let policy = format!(r#""policy": {{ {policy} }}"#);
        check(&policy, &policy, "", "", 20, &steps);
        let queues = r#""queues": { "kind": "per-core", "steal": true, "balance": "5 ms" }"#;
        let policy = format!("{policy}, {queues}");
        check(&policy, &policy, "", "", 20, &steps);
    }
}

#[test]
fn a_gil_allocates_nothing() {
    let steps = [r#"{ "compute": "300 us" }, { "release": "50 us" }, "unit""#];
    check("switch interval", RR, "", GIL, 16, &steps);
    let tick = r#""gil": { "kind": "tick", "check": "20 us" },"#;
    check("tick", RR, "", tick, 16, &steps);
    let free = r#""gil": { "kind": "free-threaded", "overhead-permille": 1100 },"#;
    check("free-threaded", RR, "", free, 16, &steps);
}

#[test]
fn locks_and_what_is_built_on_them_allocate_nothing() {
    for protocol in [r#""none""#, r#""inherit""#, r#"{ "ceiling": 50 }"#] {
        let lock = format!(r#""locks": [{{ "name": "l", "protocol": {protocol} }}],"#);
        let steps = [
            r#"{ "lock": "l" }, { "compute": "20 us" }, { "unlock": "l" },
                        { "compute": "10 us" }"#,
        ];
        check(protocol, RR, &lock, "", 12, &steps);
    }
    check(
        "semaphore",
        RR,
        r#""semaphores": [{ "name": "s", "count": 2 }],"#,
        "",
        12,
        &[r#"{ "acquire": "s" }, { "compute": "20 us" }, { "post": "s" }"#],
    );
    check(
        "barrier",
        RR,
        r#""barriers": [{ "name": "b", "parties": 12 }],"#,
        "",
        12,
        &[r#"{ "compute": "20 us" }, { "barrier": "b" }"#],
    );
}

#[test]
fn channels_allocate_nothing() {
    let bounded =
        r#""channels": [{ "name": "c", "capacity": 4, "transport": { "kind": "by-reference" } }],"#;
    let steps = [
        r#"{ "compute": "10 us" }, { "send": { "channel": "c", "bytes": 64 } }"#,
        r#"{ "receive": "c" }, { "compute": "10 us" }"#,
    ];
    check("channel", RR, bounded, "", 6, &steps);
    check("channel under a GIL", RR, bounded, GIL, 6, &steps);
}

#[test]
fn input_and_output_allocates_nothing() {
    let steps = [
        r#"{ "compute": "20 us" }, { "io": { "device": "d", "time": "30 us" } }"#,
        r#"{ "compute": "20 us" }, { "io": { "time": "30 us" } }"#,
    ];
    let devices = r#""devices": [{ "name": "d", "parallel": 1 }],"#;
    check("device", RR, devices, GIL, 8, &steps);
}

#[test]
fn an_event_loop_allocates_nothing() {
    let task = r#"[{ "repeat": { "times": 1000000000,
                    "steps": [{ "await": "40 us" }, { "compute": "5 us" }] } }]"#;
    let tasks = vec![task; 20].join(", ");
    let steps = format!(r#"{{ "run-loop": [{tasks}] }}"#);
    check("event loop", RR, "", GIL, 1, &[&steps]);
}
