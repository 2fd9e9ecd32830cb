//! The simulator from outside: schedules as text, the statements about CPython
//! it must reproduce, and what holds for every experiment.

#![cfg(not(target_arch = "wasm32"))]

use expect_test::{Expect, expect};
use proptest::prelude::*;
use timeslice::experiment::{
    Costs, Ended, Experiment, Fault, FaultKind, Kernel, Medium, PolicyKind, Profile, Subject,
    Trigger, from_fragment,
};
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

fn any_experiment() -> impl Strategy<Value = Experiment> {
    let fault = (0..4_usize, 0..4_u16, 0..4_u16, any::<bool>(), 0..40_u32).prop_map(
        |(kind, process, thread, timed, when)| Fault {
            kind: FaultKind::ALL[kind],
            process,
            thread,
            when: if timed {
                Trigger::TimeUs(when * 500)
            } else {
                Trigger::Units(when / 4)
            },
        },
    );
    let layout = (
        1..6_u16,
        1..5_u16,
        1..5_u16,
        any::<bool>(),
        0..PolicyKind::ALL.len(),
        0..2_usize,
    );
    let work = (
        1..60_u32,
        100..3_000_u32,
        prop_oneof![Just(0), 1..8_000_u32],
    );
    let times = (1..9_000_u32, 100..9_000_u32, any::<u32>());
    (layout, work, times, prop::collection::vec(fault, 0..3)).prop_map(
        |((cores, processes, threads, gil, policy, kernel), work, times, faults)| Experiment {
            cores,
            processes,
            threads,
            gil,
            policy: PolicyKind::ALL[policy],
            kernel: Kernel::ALL[kernel],
            units: work.0,
            cpu_us: work.1,
            io_us: work.2,
            switch_interval_us: times.0,
            slice_us: times.1,
            seed: times.2,
            profile: Profile::CPythonLinux,
            faults,
        },
    )
}

fn any_costs() -> impl Strategy<Value = Costs> {
    prop_oneof![Just(Costs::IDEAL), Just(Costs::CPYTHON_LINUX)]
}

/// Spans must not overlap once sorted by start.
fn overlap(mut spans: Vec<(u64, u64)>) -> Option<(u64, u64)> {
    spans.sort_unstable();
    spans.windows(2).find(|w| w[0].1 > w[1].0).map(|w| w[1])
}

proptest! {
    #[test]
    fn time_is_accounted_for(experiment in any_experiment(), costs in any_costs()) {
        let Prediction { outcome, metrics, trace } = predict(&experiment, &costs).unwrap();
        for (id, name) in trace.threads.iter().enumerate() {
            let of_thread = || trace.spans.iter().filter(|span| span.thread as usize == id);
            let lived: u64 = of_thread().map(|span| span.end - span.start).sum();
            let from = of_thread().map(|span| span.start).min().unwrap_or(0);
            let until = of_thread().map(|span| span.end).max().unwrap_or(0);
            prop_assert_eq!(lived, until - from, "{} has gaps or overlaps", name.label());
        }
        for core in 0..trace.cores {
            let on_core = || trace.spans.iter()
                .filter(|span| span.state == State::Running && span.core == core);
            prop_assert_eq!(overlap(on_core().map(|s| (s.start, s.end)).collect()), None);
            let busy: u64 = on_core().map(|span| span.end - span.start).sum();
            prop_assert_eq!(busy, metrics.core_busy_ns[usize::from(core)]);
        }
        prop_assert!(trace.spans.is_sorted_by_key(|span| span.end));
        prop_assert_eq!(trace.units.len() as u64, outcome.units_done());
        let binned: u64 = outcome.throughput.units.iter().map(|&n| u64::from(n)).sum();
        prop_assert_eq!(binned, outcome.units_done());
    }

    #[test]
    fn a_gil_has_at_most_one_holder(experiment in any_experiment(), costs in any_costs()) {
        let trace = predict(&experiment, &costs).unwrap().trace;
        for process in 1..=u32::from(experiment.processes) {
            let holds = trace.holds.iter()
                .filter(|hold| trace.threads[hold.thread as usize].process == process)
                .map(|hold| (hold.start, hold.end))
                .collect();
            prop_assert_eq!(overlap(holds), None);
        }
        prop_assert!(experiment.gil || trace.holds.is_empty());
    }

    #[test]
    fn all_work_is_done_unless_something_failed(
        experiment in any_experiment(), costs in any_costs()
    ) {
        let outcome = predict(&experiment, &costs).unwrap().outcome;
        if outcome.failures.is_empty() {
            prop_assert_eq!(outcome.units_done(), u64::from(experiment.units));
        }
        for thread in outcome.threads() {
            let done = thread.ended == Ended::Completed;
            prop_assert!(!done || thread.units == thread.planned);
            prop_assert!(thread.units <= thread.planned);
        }
    }

    #[test]
    fn no_failure_crosses_to_another_process(
        experiment in any_experiment(), costs in any_costs()
    ) {
        let outcome = predict(&experiment, &costs).unwrap().outcome;
        for (index, failure) in outcome.failures.iter().enumerate() {
            match failure.cause {
                None => prop_assert!(failure.fault.is_some(), "nothing fails by itself"),
                Some(cause) => {
                    prop_assert!(cause < index);
                    let cause = outcome.failures[cause];
                    prop_assert!(cause.at_ns <= failure.at_ns);
                    prop_assert_eq!(cause.who.process(), failure.who.process());
                }
            }
        }
        for (index, process) in outcome.processes.iter().enumerate() {
            let named = |who: Subject| usize::from(who.process()) == index;
            let hit = outcome.failures.iter().any(|failure| named(failure.who));
            prop_assert!(hit || process.ended == Ended::Completed);
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_trace(experiment in any_experiment(), costs in any_costs()) {
        let [first, second] = [(), ()].map(|()| predict(&experiment, &costs).unwrap());
        prop_assert_eq!(first, second);
    }
}
