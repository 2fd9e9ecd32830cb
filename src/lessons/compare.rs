//! Predicted against measured.

use crate::experiment::{Costs, Experiment, Field, Profile};
use crate::lab::findings::{NamedRun, Unit};
use crate::lab::measurement::Measurement;
use crate::sim::{Prediction, predict};
use serde::Serialize;

/// One number, predicted and measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// What it is: "speed-up, 4 threads".
    pub what: String,
    /// What the simulator says, with this machine's costs.
    pub predicted: f64,
    /// What was measured.
    pub measured: f64,
    /// Of what.
    pub unit: Unit,
}

impl Comparison {
    /// By how much the prediction is off, in percent of the measurement;
    /// positive if it is too high. `None` if nothing was measured.
    #[must_use]
    pub fn error_percent(&self) -> Option<f64> {
        (self.measured != 0.0).then(|| (self.predicted / self.measured - 1.0) * 100.0)
    }
}

/// The simulator with this machine's costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Predictor {
    /// What starting, waking and handing over cost here, from the probes. Where
    /// there are none, [`Costs::IDEAL`]: a run is then predicted with what its
    /// own calibration and starts cost.
    pub costs: Costs,
}

/// The same experiment with this machine's cores, and units that take as long
/// as they do here: as one thread needs that does `rate` a second. With waits,
/// whose lateness the simulator adds itself, it is what the calibration says.
#[must_use]
pub fn here(experiment: &Experiment, measurement: &Measurement, rate: f64) -> Experiment {
    let blocked_ns = measurement.calibration.blocked_ns;
    let unit_us = match (experiment.io_us, blocked_ns) {
        (0, 0) => 1e6 / rate.max(1e-3),
        _ => measurement.calibration.unit_ns as f64 / 1e3,
    };
    let io_us = match blocked_ns {
        0 => experiment.io_us,
        ns => (ns as f64 / 1e3).round() as u32,
    };
    Experiment {
        cores: measurement.environment.cores.clamp(1, 64) as u16,
        cpu_us: (unit_us.round() as u32).clamp(100, 50_000),
        io_us: io_us.min(Field::IoPerUnit.spec().max),
        profile: Profile::ThisBrowser,
        ..experiment.clone()
    }
}

impl Predictor {
    /// What the simulator says of a run, and of which experiment: the same with
    /// this machine's cores and unit time.
    #[must_use]
    pub fn prediction(&self, run: &NamedRun) -> Option<(Experiment, Prediction)> {
        let baseline = run.measurement.baseline_units_per_s;
        let here = here(&run.experiment, &run.measurement, baseline);
        let costs = match &self.costs {
            costs if *costs == Costs::IDEAL => &run.measurement.costs,
            costs => costs,
        };
        let prediction = predict(&here, costs).ok()?;
        Some((here, prediction))
    }

    /// The speed-up over one thread of a run, predicted and measured.
    #[must_use]
    pub fn speed_up(&self, run: &NamedRun) -> Option<Comparison> {
        let (_, prediction) = self.prediction(run)?;
        let measurement = &run.measurement;
        Some(Comparison {
            what: format!("speed-up, {}", run.name),
            predicted: prediction.outcome.units_per_second() / measurement.baseline_units_per_s,
            measured: measurement.speed_up(),
            unit: Unit::Times,
        })
    }
}
