//! Findings as a trial might have made them.

use crate::experiment::{Costs, Experiment};
use crate::lab::findings::{Findings, NamedRun, Unit};
use crate::lab::measurement::{Calibration, Environment, Measurement};
use crate::sim::predict;

/// A machine with two cores where everything can be had.
pub(super) fn environment() -> Environment {
    Environment {
        isolated: true,
        threads_unavailable: None,
        processes_unavailable: None,
        cores: 2,
        timer_resolution_ns: 5_000,
        user_agent: "test".to_owned(),
    }
}

/// Findings with one sample for each name.
pub(super) fn findings(claim: &str, figures: &[(&str, Unit, f64)]) -> Findings {
    let mut found = Findings::new(claim, environment());
    for &(name, unit, value) in figures {
        found.add(name, unit, &[value]);
    }
    found
}

/// A run that went just as the simulator says it would if all but the work
/// itself was free.
pub(super) fn run(name: &str, experiment: Experiment) -> NamedRun {
    let outcome = predict(&experiment, &Costs::IDEAL).unwrap().outcome;
    let unit_ns = 1_000 * u64::from(experiment.cpu_us);
    let alone_ns = unit_ns + 1_000 * u64::from(experiment.io_us);
    NamedRun {
        name: name.to_owned(),
        measurement: Measurement {
            outcome,
            calibration: Calibration {
                block_ns: unit_ns as f64,
                block_spread_ns: 0.0,
                samples: 15,
                blocks_per_unit: 1,
                unit_ns,
                blocked_ns: 0,
            },
            baseline_units_per_s: 1e9 / alone_ns as f64,
            environment: environment(),
            costs: Costs::IDEAL,
            gil_holds: Vec::new(),
            gil_holds_in_all: Vec::new(),
            gil_most_holders: Vec::new(),
            all_at_work: None,
            uncompared: 0,
            messages: Vec::new(),
        },
        experiment,
    }
}
