//! Predicted against measured.

use crate::experiment::{Costs, Experiment, Profile};
use crate::lab::findings::{NamedRun, Unit};
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
    /// What starting, waking and handing over cost here, from the probes.
    pub costs: Costs,
}

impl Predictor {
    /// What the simulator says of a run, and of which experiment: the same with
    /// this machine's cores and unit time.
    #[must_use]
    pub fn prediction(&self, run: &NamedRun) -> Option<(Experiment, Prediction)> {
        let measurement = &run.measurement;
        let here = Experiment {
            cores: measurement.environment.cores.clamp(1, 64) as u16,
            cpu_us: (measurement.calibration.unit_ns / 1_000).clamp(100, 50_000) as u32,
            profile: Profile::ThisBrowser,
            ..run.experiment.clone()
        };
        let prediction = predict(&here, &self.costs).ok()?;
        Some((here, prediction))
    }

    /// The speed-up over one thread of a run, predicted and measured.
    #[must_use]
    pub fn speed_up(&self, run: &NamedRun) -> Option<Comparison> {
        let (here, prediction) = self.prediction(run)?;
        let predicted = prediction.outcome;
        let measurement = &run.measurement;
        let alone = 1e9 / (f64::from(here.cpu_us) + f64::from(here.io_us)) / 1e3;
        Some(Comparison {
            what: format!("speed-up, {}", run.name),
            predicted: predicted.units_per_second() / alone,
            measured: measurement.speed_up(),
            unit: Unit::Times,
        })
    }
}
