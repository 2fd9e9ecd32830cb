//! What a trial of a claim found: whole runs, samples, and who failed.

use super::measurement::{Environment, Measurement};
use crate::experiment::{Experiment, Failure};
use serde::{Deserialize, Serialize};

/// What the trial of one claim found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// The claim's id: "T7".
    pub claim: String,
    /// Whole experiments that were run, in order.
    pub runs: Vec<NamedRun>,
    /// Samples that were taken, in order.
    pub figures: Vec<Figure>,
    /// Results of units of work that the trial itself checked; those of `runs`
    /// are in their outcomes.
    pub checks: Checks,
    /// What failed outside of `runs`, causes before effects.
    pub failures: Vec<Failure>,
    /// What a reader should know besides, in plain sentences.
    pub notes: Vec<String>,
    /// Where it was measured.
    pub environment: Environment,
}

/// One experiment of a trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamedRun {
    /// Its name among the trial's: "4 threads".
    pub name: String,
    /// What was run.
    pub experiment: Experiment,
    /// What came of it.
    pub measurement: Measurement,
}

/// One number with its spread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Its name among the trial's: "round trip, 64 B, clone".
    pub name: String,
    /// How much.
    pub summary: Summary,
    /// Of what.
    pub unit: Unit,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Nanoseconds.
    Ns,
    /// Bytes.
    Bytes,
    /// Things.
    Count,
    /// How many times as much.
    Times,
    /// Things per second.
    PerSecond,
}

/// Samples, summed up. One sample is a summary, too.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// How many.
    pub samples: u32,
    /// The middle one.
    pub median: f64,
    /// 95 of 100 are at most so large: the nearest rank.
    pub p95: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

/// Results compared with known ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Checks {
    /// As they should be.
    pub right: u64,
    /// Not so.
    pub wrong: u64,
}

impl Checks {
    /// Adds one result.
    pub fn count(&mut self, is_right: bool) {
        self.right += u64::from(is_right);
        self.wrong += u64::from(!is_right);
    }

    /// Adds all of `other`.
    pub fn add(&mut self, other: Self) {
        self.right += other.right;
        self.wrong += other.wrong;
    }
}

impl Summary {
    /// Sums up `samples`; `None` if there are none. The median of an even
    /// number of samples is the lower of the two middle ones: one that was
    /// measured.
    #[must_use]
    pub fn of(samples: &[f64]) -> Option<Self> {
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        let rank = |percent: usize| sorted.get((sorted.len() * percent).div_ceil(100).max(1) - 1);
        Some(Self {
            samples: u32::try_from(sorted.len()).unwrap_or(u32::MAX),
            median: *rank(50)?,
            p95: *rank(95)?,
            min: *sorted.first()?,
            max: *sorted.last()?,
        })
    }
}

impl Findings {
    /// Nothing yet.
    #[must_use]
    pub fn new(claim: &str, environment: Environment) -> Self {
        Self {
            claim: claim.to_owned(),
            runs: Vec::new(),
            figures: Vec::new(),
            checks: Checks::default(),
            failures: Vec::new(),
            notes: Vec::new(),
            environment,
        }
    }

    /// Adds samples under a name. None are left out.
    pub fn add(&mut self, name: impl Into<String>, unit: Unit, samples: &[f64]) {
        if let Some(summary) = Summary::of(samples) {
            self.figures.push(Figure {
                name: name.into(),
                summary,
                unit,
            });
        }
    }

    /// The figure of this name.
    #[must_use]
    pub fn figure(&self, name: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.name == name)
    }

    /// The median of the figure of this name.
    #[must_use]
    pub fn median(&self, name: &str) -> Option<f64> {
        self.figure(name).map(|figure| figure.summary.median)
    }

    /// The run of this name.
    #[must_use]
    pub fn run(&self, name: &str) -> Option<&NamedRun> {
        self.runs.iter().find(|run| run.name == name)
    }

    /// All results that were checked, those of the runs included.
    #[must_use]
    pub fn all_checks(&self) -> Checks {
        let mut all = self.checks;
        for measurement in self.runs.iter().map(|run| &run.measurement) {
            let wrong = measurement.outcome.units_wrong();
            all.wrong += wrong;
            all.right += measurement.outcome.units_done() - measurement.uncompared - wrong;
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_names_samples_that_were_measured() {
        assert_eq!(Summary::of(&[]), None);
        let of = |count: u32| {
            let samples: Vec<f64> = (1..=count).rev().map(f64::from).collect();
            let Summary {
                samples,
                median,
                p95,
                min,
                max,
            } = Summary::of(&samples).unwrap();
            assert_eq!(samples, count);
            [median, p95, min, max].map(|value| value as u32)
        };
        assert_eq!(of(1), [1, 1, 1, 1]);
        assert_eq!(of(4), [2, 4, 1, 4]);
        assert_eq!(of(5), [3, 5, 1, 5]);
        assert_eq!(of(100), [50, 95, 1, 100]);
    }
}
