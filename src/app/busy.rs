//! One thing at a time, and why not now.

use crate::app::english::bench as text;
use crate::lab::trial::Doing;

/// What the lab does now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Busy {
    /// The experiment that the visitor has set up.
    Experiment,
    /// The Python program.
    Python,
    /// A trial, the probes or a sweep.
    Doing(Doing),
}

impl Busy {
    /// What is going on, in words that stand in a sentence.
    fn going_on(&self) -> String {
        match self {
            Self::Experiment => text::EXPERIMENT_IS_BUSY.to_owned(),
            Self::Python => text::PYTHON_IS_BUSY.to_owned(),
            Self::Doing(Doing::Trial(id)) => text::claim_is_busy(id),
            Self::Doing(Doing::Probes) => text::PROBES_ARE_BUSY.to_owned(),
            Self::Doing(Doing::Grid(_)) => text::GRID_IS_BUSY.to_owned(),
        }
    }

    /// Why nothing else can be started, in one sentence.
    #[must_use]
    pub fn why_not(&self) -> String {
        text::why_not(&self.going_on())
    }

    /// Whether it is a run of the experiment or of the Python program.
    #[must_use]
    pub fn is_run(&self, python: bool) -> bool {
        match self {
            Self::Experiment => !python,
            Self::Python => python,
            Self::Doing(_) => false,
        }
    }

    /// Whether it is the trial of this claim.
    #[must_use]
    pub fn is_trial_of(&self, claim: &str) -> bool {
        matches!(self, Self::Doing(Doing::Trial(id)) if id == claim)
    }
}
