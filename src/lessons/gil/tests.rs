//! Findings for which each claim holds, and others that turn it.

use super::super::find;
use super::super::testing::environment;
use super::arms::Arm;
use super::*;
use crate::experiment::{Costs, Ended, Experiment, Outcome, ProcessOutcome, ThreadOutcome};
use crate::lab::measurement::{Calibration, Measurement, Stretch};

/// A run of an arm that did so many units a second in all.
fn run((processes, threads, gil): Arm, per_second: u64) -> NamedRun {
    let thread = ThreadOutcome {
        planned: 100,
        units: 100,
        wrong: 0,
        ended: Ended::Completed,
        gil_wait_ns: 0,
    };
    let process = ProcessOutcome {
        ready_ns: Some(0),
        ended_ns: 1_000_000_000,
        ended: Ended::Completed,
        gil_switches: 0,
        memory_bytes: 0,
        threads: vec![thread; usize::from(threads)],
    };
    NamedRun {
        name: format!("{processes} x {threads}"),
        experiment: Experiment {
            processes,
            threads,
            gil,
            ..Experiment::default()
        },
        measurement: Measurement {
            outcome: Outcome {
                wall_ns: 400_000_000_000 / per_second,
                processes: vec![process; usize::from(processes)],
                ..Outcome::default()
            },
            calibration: Calibration {
                block_ns: 50_000.0,
                block_spread_ns: 0.0,
                samples: 15,
                blocks_per_unit: 20,
                unit_ns: 1_000_000,
                blocked_ns: 0,
            },
            baseline_units_per_s: 1_000.0,
            environment: environment(),
            costs: Costs::IDEAL,
            gil_holds: Vec::new(),
            gil_holds_in_all: vec![50],
            gil_most_holders: vec![1],
            all_at_work: Some(Stretch {
                from_ns: 0,
                until_ns: 1_000_000_000,
                units: per_second,
            }),
            uncompared: 0,
            messages: Vec::new(),
        },
    }
}

fn judge(id: &str, runs: &[(Arm, u64)]) -> bool {
    let mut found = Findings::new(id, environment());
    found.runs = runs.iter().map(|&(arm, rate)| run(arm, rate)).collect();
    find(id).unwrap().judge(&found).holds
}

const ONE: (Arm, u64) = ((1, 1, true), 1_000);

#[test]
fn nothing_measured_decides_nothing() {
    for lesson in LESSONS {
        assert!(!judge(lesson.id, &[]), "{}", lesson.id);
        assert!(!judge(lesson.id, &[ONE]), "{}", lesson.id);
    }
}

#[test]
fn processes_must_bring_throughput() {
    let two = |rate| judge("P2", &[((1, 1, false), 1_000), ((2, 1, false), rate)]);
    assert!(two(1_900));
    assert!(!two(1_100));
    // Two cores do not make four processes four times as fast.
    let four = |rate| {
        let runs = [(1, 1_000), (2, 1_900), (4, rate)];
        judge("P2", &runs.map(|(n, rate)| ((n, 1, false), rate)))
    };
    assert!(four(1_900));
    assert!(!four(1_000));
}

#[test]
fn the_best_round_counts() {
    let rounds = [
        ((1, 1, false), 900),
        ((2, 1, false), 700),
        ((1, 1, false), 1_000),
        ((2, 1, false), 1_900),
    ];
    assert!(judge("P2", &rounds));
}

#[test]
fn a_busy_machine_is_named_as_a_possible_reason() {
    let said = |second| {
        let mut found = Findings::new("P2", environment());
        let rounds = [
            ((1, 1, false), 1_000),
            ((1, 1, false), second),
            ((2, 1, false), 1_100),
        ];
        found.runs = rounds.map(|(arm, rate)| run(arm, rate)).to_vec();
        find("P2").unwrap().judge(&found)
    };
    let steady = said(950);
    assert!(
        !steady.holds && !steady.text.contains("busy"),
        "{}",
        steady.text
    );
    let busy = said(400);
    assert!(!busy.holds && busy.text.contains("busy"), "{}", busy.text);
}

#[test]
fn a_wrong_result_or_a_failure_turns_every_verdict() {
    let mut found = Findings::new("P2", environment());
    found.runs = vec![run((1, 1, false), 1_000), run((2, 1, false), 1_900)];
    let holds = |found: &Findings| find("P2").unwrap().judge(found).holds;
    assert!(holds(&found));
    found.runs[0].measurement.outcome.processes[0].threads[0].wrong = 1;
    assert!(!holds(&found));
}

#[test]
fn a_lock_in_every_process_must_hold_back_only_its_own_threads() {
    let runs = |threads, processes, both| {
        let arms = [
            ONE,
            ((1, 2, true), threads),
            ((2, 1, true), processes),
            ((2, 2, true), both),
        ];
        judge("P5", &arms)
    };
    assert!(runs(990, 1_950, 1_900));
    assert!(!runs(1_900, 1_950, 1_900), "no lock at all");
    assert!(!runs(990, 1_000, 1_000), "one lock for all processes");
    assert!(!runs(990, 1_950, 1_000));
}

#[test]
fn only_the_lock_may_keep_threads_from_running_in_parallel() {
    let runs = |two, four, free| {
        let arms = [
            ONE,
            ((1, 2, true), two),
            ((1, 4, true), four),
            ((1, 2, false), free),
        ];
        judge("T7", &arms)
    };
    assert!(runs(990, 970, 1_900));
    assert!(!runs(1_800, 970, 1_900));
    assert!(!runs(990, 970, 1_000), "slow without the lock, too");
    let pair = |id, first: Arm, threads, second: Arm, other| {
        judge(id, &[ONE, (first, threads), (second, other)])
    };
    assert!(pair("W3", (1, 2, true), 990, (2, 1, true), 1_900));
    assert!(!pair("W3", (1, 2, true), 1_900, (2, 1, true), 1_900));
    assert!(!pair("W3", (1, 2, true), 990, (2, 1, true), 1_000));
    assert!(pair("W5", (1, 2, true), 990, (1, 2, false), 1_900));
    assert!(!pair("W5", (1, 2, true), 1_900, (1, 2, false), 1_900));
    assert!(!pair("W5", (1, 2, true), 990, (1, 2, false), 1_000));
}

#[test]
fn threads_must_save_no_time_and_processes_must() {
    let runs = |two, four, processes| {
        let arms = [
            ONE,
            ((1, 2, true), two),
            ((1, 4, true), four),
            ((2, 1, true), processes),
        ];
        judge("T8", &arms)
    };
    assert!(runs(900, 800, 1_800));
    assert!(!runs(1_700, 800, 1_800));
    assert!(!runs(900, 800, 900));
}

/// Slices of so many ms at intervals of 1, 5 and 20 ms.
fn trace(slices: [f64; 3], overlap_ns: f64, at_once: f64) -> Verdict {
    let mut found = Findings::new("G1", environment());
    for (interval_ms, slice_ms) in [1, 5, 20].into_iter().zip(slices) {
        let mut run = run((1, 2, true), 1_000);
        run.name = format!("interval {interval_ms}");
        run.experiment.switch_interval_us = interval_ms * 1_000;
        let named = |what: &str| format!("{what}, {}", run.name);
        found.add(named("slice"), Unit::Ns, &[slice_ms * 1e6]);
        found.add(named("overlap"), Unit::Ns, &[0.0, overlap_ns]);
        found.add(named("holders at once"), Unit::Count, &[at_once]);
        found.runs.push(run);
    }
    find("G1").unwrap().judge(&found)
}

#[test]
fn never_two_inside_and_slices_follow_the_interval() {
    let good = trace([1.2, 5.3, 20.4], 0.0, 1.0);
    assert!(good.holds, "{}", good.text);
    assert!(!trace([1.2, 5.3, 20.4], 0.0, 2.0).holds, "two inside");
    assert!(!trace([1.2, 5.3, 20.4], 200_000.0, 1.0).holds, "overlap");
    assert!(!trace([5.0, 5.0, 5.0], 0.0, 1.0).holds, "always the same");
    assert!(!trace([1.2, 20.4, 5.3], 0.0, 1.0).holds, "in disorder");
    assert!(!trace([8.0, 12.0, 24.0], 0.0, 1.0).holds, "hardly differ");
    let busy = trace([4.0, 8.0, 25.7], 0.0, 1.0);
    assert!(busy.holds, "waiters wake late on a busy machine");
}

#[test]
fn a_comparison_for_each_arm() {
    let mut found = Findings::new("T7", environment());
    let arms = [(1, 1, true), (1, 2, true), (1, 2, false)];
    found.runs = arms.map(|arm| run(arm, 1_000)).to_vec();
    found.runs.push(run((1, 1, true), 500));
    let predictor = Predictor {
        costs: Costs::IDEAL,
    };
    let compared = find("T7").unwrap().compare(&found, &predictor);
    let predicted: Vec<_> = compared
        .iter()
        .map(|c| c.predicted.round() as u32)
        .collect();
    assert_eq!(predicted, [1, 1, 2]);
}
