//! The simulator from outside: schedules as text, the statements about CPython
//! it must reproduce.

#![cfg(not(target_arch = "wasm32"))]

use expect_test::{Expect, expect};
use timeslice::experiment::{Costs, Ended, Experiment, Medium, Profile, from_fragment};
use timeslice::sim::{Prediction, Span, State, predict, predict_within};

fn run(fragment: &str, costs: &Costs) -> Prediction {
    let decoded = from_fragment(fragment);
    assert_eq!(decoded.problems, [], "{fragment}");
    predict(&decoded.experiment, costs).expect("a decoded experiment is valid")
}

/// What ran on each core, in µs, then who held which GIL, then what failed.
fn describe(prediction: &Prediction) -> String {
    use std::fmt::Write;
    let trace = &prediction.trace;
    let us = |ns: u64| ns as f64 / 1e3;
    let mut out = String::new();
    for core in 0..trace.cores {
        write!(out, "core {core}:").unwrap();
        let mut spans: Vec<_> = trace
            .spans
            .iter()
            .filter(|span| span.state == State::Running && span.core == core)
            .collect();
        spans.sort_by_key(|span| span.start);
        for span in spans {
            let name = trace.threads[span.thread as usize].label();
            write!(out, " {name} {}-{}", us(span.start), us(span.end)).unwrap();
        }
        out.push('\n');
    }
    for hold in &trace.holds {
        let name = trace.threads[hold.thread as usize].label();
        writeln!(out, "gil: {name} {}-{}", us(hold.start), us(hold.end)).unwrap();
    }
    let outcome = &prediction.outcome;
    for failure in &outcome.failures {
        let because = failure
            .cause
            .map(|cause| format!(" because of {}", outcome.failures[cause].who.name()))
            .unwrap_or_default();
        let medium = failure.medium.map_or("", Medium::phrase);
        let (at, who, how) = (us(failure.at_ns), failure.who.name(), failure.how.phrase());
        writeln!(out, "{at}: {who} {how}{because} {medium}").unwrap();
    }
    writeln!(
        out,
        "{} units in {}",
        outcome.units_done(),
        us(outcome.wall_ns)
    )
    .unwrap();
    out
}

fn check(fragment: &str, expect: Expect) {
    expect.assert_eq(&describe(&run(fragment, &Costs::IDEAL)));
}

#[test]
fn fifo_runs_to_completion_and_round_robin_takes_turns() {
    check(
        "cores=1&threads=2&gil=off&units=6&policy=fifo",
        expect![[r#"
        core 0: P1 T1 0-3000 P1 T2 3000-6000
        6 units in 6000
    "#]],
    );
    check(
        "cores=1&threads=2&gil=off&units=6&slice=1000",
        expect![[r#"
        core 0: P1 T1 0-1000 P1 T2 1000-2000 P1 T1 2000-3000 P1 T2 3000-4000 P1 T1 4000-5000 P1 T2 5000-6000
        6 units in 6000
    "#]],
    );
    check(
        "cores=2&threads=3&gil=off&units=6&slice=2000",
        expect![[r#"
        core 0: P1 T1 0-2000 P1 T3 2000-4000
        core 1: P1 T2 0-2000
        6 units in 4000
    "#]],
    );
}

#[test]
fn the_gil_is_handed_over_after_an_interval() {
    check(
        "cores=2&threads=2&units=8&interval=2000",
        expect![[r#"
        core 0: P1 T1 0-2000 P1 T1 4000-6000
        core 1: P1 T2 2000-4000 P1 T2 6000-8000
        gil: P1 T1 0-2000
        gil: P1 T2 2000-4000
        gil: P1 T1 4000-6000
        gil: P1 T2 6000-8000
        8 units in 8000
    "#]],
    );
    check(
        "cores=2&procs=2&threads=1&units=8",
        expect![[r#"
        core 0: P1 T1 0-4000
        core 1: P2 T1 0-4000
        gil: P1 T1 0-4000
        gil: P2 T1 0-4000
        8 units in 4000
    "#]],
    );
}

#[test]
fn waits_overlap_and_release_the_gil() {
    check(
        "cores=1&threads=2&units=4&cpu=1000&io=5000",
        expect![[r#"
        core 0: P1 T1 0-1000 P1 T2 1000-2000 P1 T1 6000-7000 P1 T2 7000-8000
        gil: P1 T1 0-1000
        gil: P1 T2 1000-2000
        gil: P1 T1 6000-7000
        gil: P1 T2 7000-8000
        4 units in 13000
    "#]],
    );
}

#[test]
fn failures_spread_within_a_process_and_no_further() {
    let layout = "cores=4&procs=2&threads=2&gil=off&units=8";
    check(
        &format!("{layout}&fault=segfault.0.1.u1"),
        expect![[r#"
        core 0: P1 T1 0-1000
        core 1: P1 T2 0-1000
        core 2: P2 T1 0-2000
        core 3: P2 T2 0-2000
        1000: thread 2 of process 1 crashed with an invalid memory access 
        1000: process 1 crashed with an invalid memory access because of thread 2 of process 1 through the shared heap
        1000: thread 1 of process 1 was taken down because of process 1 through the shared heap
        6 units in 2000
    "#]],
    );
    check(
        &format!("{layout}&fault=exception.0.1.u1"),
        expect![[r#"
        core 0: P1 T1 0-2000
        core 1: P1 T2 0-1000
        core 2: P2 T1 0-2000
        core 3: P2 T2 0-2000
        1000: thread 2 of process 1 ended by an exception 
        7 units in 2000
    "#]],
    );
    check(
        &format!("{layout}&fault=kill.1.0.t1500"),
        expect![[r#"
        core 0: P1 T1 0-2000
        core 1: P1 T2 0-2000
        core 2: P2 T1 0-1500
        core 3: P2 T2 0-1500
        1500: process 2 was killed 
        1500: thread 1 of process 2 was taken down because of process 2 through the shared heap
        1500: thread 2 of process 2 was taken down because of process 2 through the shared heap
        6 units in 2000
    "#]],
    );
    check(
        "cores=2&procs=2&threads=1&units=4&fault=exception.0.0.u1",
        expect![[r#"
        core 0: P1 T1 0-1000
        core 1: P2 T1 0-2000
        gil: P1 T1 0-1000
        gil: P2 T1 0-2000
        1000: thread 1 of process 1 ended by an exception 
        1000: process 1 ended by an exception because of thread 1 of process 1 as its main thread
        3 units in 2000
    "#]],
    );
    check(
        "cores=2&procs=1&threads=2&units=8&fault=hang.0.0.u1",
        expect![[r#"
            core 0: P1 T1 0-2001000
            core 1:
            gil: P1 T1 0-2001000
            2001000: thread 1 of process 1 hung 
            2001000: process 1 hung because of thread 1 of process 1 ended by the watchdog
            2001000: thread 2 of process 1 was taken down because of process 1 through the shared heap
            1 units in 2001000
        "#]],
    );
}

include!("common/cpython.rs");

#[test]
fn a_pool_hands_out_work_when_all_its_threads_have_started() {
    let costs = Costs {
        thread_start_ns: 1_000_000,
        ..Costs::IDEAL
    };
    let pool = Costs {
        threads_start_together: true,
        ..costs
    };
    let first_runs = |costs: &Costs| {
        let trace = run("cores=4&threads=3&gil=off&units=9", costs).trace;
        let of_worker = |&span: &&Span| {
            let name = trace.threads[span.thread as usize];
            span.state == State::Running && name.worker.is_some()
        };
        let runs: Vec<_> = trace.spans.iter().filter(of_worker).collect();
        let mut starts: Vec<_> = runs.iter().map(|span| span.start / 1_000_000).collect();
        starts.sort_unstable();
        starts
    };
    assert_eq!(first_runs(&costs), [1, 2, 3]);
    assert_eq!(first_runs(&pool), [3, 3, 3]);
}

#[test]
fn the_largest_experiment_is_whole() {
    let (_, prediction) = cpython(|e| {
        (e.cores, e.processes, e.threads, e.units) = (64, 64, 64, 20_000);
    });
    assert_eq!(prediction.outcome.units_done(), 20_000);
    assert_eq!(prediction.trace.cut_at, None);
}

#[test]
fn a_run_of_too_many_events_is_cut_and_says_so() {
    let (experiment, _) = cpython(|e| e.threads = 3);
    let cut = predict_within(&experiment, &Costs::CPYTHON_LINUX, 1_000).expect("valid");
    let at = cut
        .trace
        .cut_at
        .expect("2000 units take more than 1000 events");
    assert_eq!((cut.trace.end, cut.outcome.wall_ns), (at, at));
    assert_eq!(cut.outcome.processes[0].ended, Ended::Stopped);
    assert_eq!(cut.trace.units.len() as u64, cut.outcome.units_done());
    let (_, whole) = cpython(|e| e.threads = 3);
    let before: Vec<_> = whole
        .trace
        .units
        .iter()
        .take(cut.trace.units.len())
        .collect();
    assert_eq!(
        before,
        cut.trace.units.iter().collect::<Vec<_>>(),
        "a true prefix"
    );
}

#[test]
fn an_invalid_experiment_is_refused() {
    let experiment = Experiment {
        threads: 0,
        ..Experiment::default()
    };
    assert_eq!(predict(&experiment, &Costs::IDEAL).unwrap_err().len(), 1);
}

/// The same digests are asserted in the browser (`tests/wasm.rs`).
#[test]
fn the_trace_is_the_same_on_every_target() {
    let mut table = String::new();
    let comments = digests::TABLE.lines().filter(|line| line.starts_with('#'));
    let lines = digests::found().map(|(line, digest)| digests::with_digest(line, digest));
    for line in comments.map(str::to_owned).chain(lines) {
        table.push_str(&line);
        table.push('\n');
    }
    if std::env::var_os("TIMESLICE_DIGESTS").is_some_and(|value| value == "write") {
        std::fs::write("tests/common/digests.txt", table).expect("the table can be written");
    } else {
        assert_eq!(table, digests::TABLE);
    }
}

include!("common/seeded.rs");
include!("common/digests.rs");
