//! What CPython was measured to do (its version, machine and figures stand at
//! [`Costs::CPYTHON_LINUX`]) and the simulator must reproduce.

#![cfg(not(target_arch = "wasm32"))]

use timeslice::experiment::{Costs, Experiment, Profile};
use timeslice::sim::{Prediction, predict};

/// Wall time over sequential time.
fn ratio(prediction: &Prediction, experiment: &Experiment) -> f64 {
    prediction.outcome.wall_ns as f64 / experiment.sequential_ns() as f64
}

include!("common/cpython.rs");

#[test]
fn statement_1_threads_under_a_gil_take_as_long_as_one() {
    for (threads, most) in [(2, 1.10), (4, 1.10), (8, 1.25)] {
        let (experiment, prediction) = cpython(|e| e.threads = threads);
        let ratio = ratio(&prediction, &experiment);
        assert!((1.0..=most).contains(&ratio), "{threads} threads: {ratio}");
    }
}

#[test]
fn statement_2_processes_halve_the_time_on_two_cores() {
    for processes in [2, 4] {
        let (experiment, prediction) = cpython(|e| e.processes = processes);
        let ratio = ratio(&prediction, &experiment);
        assert!((0.45..=0.55).contains(&ratio), "{processes}: {ratio}");
    }
}

/// Median length of a full GIL hold, ns.
fn median_slice(prediction: &Prediction) -> u64 {
    let mut holds: Vec<_> = prediction
        .trace
        .holds
        .iter()
        .map(|h| h.end - h.start)
        .collect();
    holds.sort_unstable();
    holds[holds.len() / 2]
}

#[test]
fn statements_3_and_4_a_slice_is_the_interval_and_a_little() {
    for interval_us in [500_u32, 1_000, 5_000, 20_000] {
        let (_, prediction) = cpython(|e| {
            e.threads = 2;
            e.switch_interval_us = interval_us;
        });
        let over = median_slice(&prediction) as i64 - i64::from(interval_us) * 1_000;
        assert!(
            (100_000..=200_000).contains(&over),
            "{interval_us} µs: +{over} ns"
        );
    }
    for interval_us in [1, 10] {
        let (_, prediction) = cpython(|e| {
            e.threads = 2;
            e.switch_interval_us = interval_us;
        });
        let slice = median_slice(&prediction);
        assert!(
            (50_000..=150_000).contains(&slice),
            "{interval_us} µs: {slice} ns"
        );
    }
}

#[test]
fn statement_8_waits_of_threads_overlap() {
    // 40 sleeps of 20 ms: one thread 811 ms; 40 threads 26 ms, measured.
    let sleeps = |threads| {
        let (_, prediction) = cpython(|e| {
            (e.threads, e.units, e.cpu_us, e.io_us) = (threads, 40, 100, 20_000);
        });
        let outcome = &prediction.outcome;
        (outcome.wall_ns - outcome.all_ready_ns().expect("all became ready")) as f64 / 20e6
    };
    assert!((40.0..=41.0).contains(&sleeps(1)), "{}", sleeps(1));
    assert!((1.2..=1.6).contains(&sleeps(40)), "{}", sleeps(40));
}
