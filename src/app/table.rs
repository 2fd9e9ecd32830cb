//! The numbers: predicted, predicted for this machine, measured, and how far
//! those two are apart.

use super::headline::speed_up;
use super::{Measured, State};
use crate::app::english::numbers as text;
use crate::experiment::{Experiment, Outcome};
use crate::plot::{count, duration, percent, rate, ratio, signed_percent};
use crate::sim::{Metrics, Run};

/// One number in all its versions, as text with units. Empty where there is
/// none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Identifier for tests and styles.
    pub id: &'static str,
    /// What it is.
    pub name: &'static str,
    /// What that means, in one sentence.
    pub help: &'static str,
    /// Predicted for the settings.
    pub predicted: String,
    /// Predicted for this machine.
    pub here: String,
    /// Measured.
    pub measured: String,
    /// How far the prediction for this machine is off: (it - measured) /
    /// measured.
    pub error: String,
}

/// A number of a run: its name and how to find and write it.
struct Figure {
    id: &'static str,
    name: &'static str,
    help: &'static str,
    of_outcome: fn(&Outcome) -> Option<f64>,
    /// Whether a relative error says something.
    compares: bool,
    write: fn(f64) -> String,
}

const FIGURES: &[Figure] = &[
    Figure {
        id: "wall",
        name: text::WALL,
        help: text::WALL_ABOUT,
        compares: true,
        of_outcome: |outcome| Some(outcome.wall_ns as f64),
        write: |ns| duration(ns as u64),
    },
    Figure {
        id: "rate",
        name: text::RATE,
        help: text::RATE_ABOUT,
        compares: true,
        of_outcome: |outcome| Some(outcome.units_per_second()),
        write: rate,
    },
    Figure {
        id: "ready",
        name: text::READY,
        help: text::READY_ABOUT,
        compares: true,
        of_outcome: |outcome| outcome.all_ready_ns().map(|ns| ns as f64),
        write: |ns| duration(ns as u64),
    },
    Figure {
        id: "gil-wait",
        name: text::GIL_WAIT,
        help: text::GIL_WAIT_ABOUT,
        compares: true,
        of_outcome: |outcome| Some(outcome.gil_wait_ns() as f64),
        write: |ns| duration(ns as u64),
    },
    Figure {
        id: "gil-switches",
        name: text::GIL_SWITCHES,
        help: text::GIL_SWITCHES_ABOUT,
        compares: true,
        of_outcome: |outcome| {
            let switches = outcome.processes.iter().map(|process| process.gil_switches);
            Some(switches.sum::<u64>() as f64)
        },
        write: |number| count(number as u64),
    },
    Figure {
        id: "units",
        name: text::UNITS,
        help: text::UNITS_ABOUT,
        compares: false,
        of_outcome: |outcome| Some(outcome.units_done() as f64),
        write: |number| count(number as u64),
    },
    Figure {
        id: "lost",
        name: text::LOST,
        help: text::LOST_ABOUT,
        compares: false,
        of_outcome: |outcome| Some(outcome.threads_lost() as f64),
        write: |number| count(number as u64),
    },
    Figure {
        id: "memory",
        name: text::MEMORY,
        help: text::MEMORY_ABOUT,
        compares: false,
        of_outcome: |outcome| {
            let bytes = outcome.processes.iter().map(|process| process.memory_bytes);
            Some(bytes.sum::<u64>() as f64)
        },
        write: |bytes| format!("{:.1} MiB", bytes / f64::from(1 << 20)),
    },
];

/// All numbers of the page.
#[must_use]
pub fn table(state: &State) -> Vec<Row> {
    let prediction = &state.predicted.run;
    let measured = state.measured().map(|measured| &**measured);
    let mut rows = vec![speed_up_row(&state.experiment, prediction, measured)];
    rows.extend(
        FIGURES
            .iter()
            .map(|figure| figure.row(prediction, measured)),
    );
    if let Some(measured) = measured {
        rows.push(checked_row(measured));
    }
    rows
}

/// What only the simulator can tell: a browser does not show its scheduler.
#[must_use]
pub fn scheduler_table(state: &State) -> Vec<Row> {
    let Run {
        metrics, outcome, ..
    } = &state.predicted.run;
    simulated_rows(metrics, outcome.wall_ns)
}

impl Figure {
    fn row(&self, prediction: &Run, measured: Option<&Measured>) -> Row {
        let write = |number: Option<f64>| number.map(self.write).unwrap_or_default();
        let predicted = (self.of_outcome)(&prediction.outcome);
        let here = measured.and_then(|m| (self.of_outcome)(&m.calibrated.run.outcome));
        let found = measured.and_then(|m| (self.of_outcome)(&m.measurement.outcome));
        Row {
            id: self.id,
            name: self.name,
            help: self.help,
            predicted: write(predicted),
            here: write(here),
            measured: write(found),
            error: if self.compares {
                error(here, found)
            } else {
                String::new()
            },
        }
    }
}

fn error(here: Option<f64>, found: Option<f64>) -> String {
    match (here, found) {
        (Some(here), Some(found)) if found > 0.0 => signed_percent((here - found) / found),
        _ => String::new(),
    }
}

fn speed_up_row(experiment: &Experiment, prediction: &Run, measured: Option<&Measured>) -> Row {
    // Over the very yardstick that the measurement is held against.
    let here = measured.map(|m| {
        let predicted = m.calibrated.run.outcome.units_per_second();
        predicted / m.measurement.baseline_units_per_s.max(1e-3)
    });
    let found = measured.map(|m| m.measurement.speed_up());
    Row {
        id: "speed-up",
        name: text::SPEED_UP,
        help: text::SPEED_UP_ABOUT,
        predicted: ratio(speed_up(experiment, &prediction.outcome)),
        here: here.map(ratio).unwrap_or_default(),
        measured: found.map(ratio).unwrap_or_default(),
        error: error(here, found),
    }
}

fn simulated_rows(metrics: &Metrics, wall_ns: u64) -> Vec<Row> {
    let row = |id, name, help, predicted| Row {
        id,
        name,
        help,
        predicted,
        here: String::new(),
        measured: String::new(),
        error: String::new(),
    };
    vec![
        row(
            "utilisation",
            text::UTILISATION,
            text::UTILISATION_ABOUT,
            percent(metrics.utilisation(wall_ns)),
        ),
        row(
            "context-switches",
            text::CONTEXT_SWITCHES,
            text::CONTEXT_SWITCHES_ABOUT,
            count(metrics.context_switches),
        ),
        row(
            "turnaround",
            text::TURNAROUND,
            text::TURNAROUND_ABOUT,
            duration(metrics.turnaround.mean),
        ),
        row(
            "response",
            text::RESPONSE,
            text::RESPONSE_ABOUT,
            duration(metrics.response.mean),
        ),
        row(
            "waiting",
            text::WAITING,
            text::WAITING_ABOUT,
            duration(metrics.waiting.mean),
        ),
    ]
}

fn checked_row(measured: &Measured) -> Row {
    let measurement = &measured.measurement;
    let (wrong, done) = (
        measurement.outcome.units_wrong(),
        measurement.outcome.units_done(),
    );
    Row {
        id: "checked",
        name: text::CHECKED,
        help: text::CHECKED_ABOUT,
        predicted: String::new(),
        here: String::new(),
        measured: text::checked(wrong, done - measurement.uncompared, measurement.uncompared),
        error: String::new(),
    }
}
