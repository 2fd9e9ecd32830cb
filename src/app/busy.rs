//! One thing at a time, and why not now.

use crate::lab::trial::Doing;

/// What the lab does now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Busy {
    /// The experiment that the visitor has set up.
    Experiment,
    /// A trial, the probes or a sweep.
    Doing(Doing),
}

impl Busy {
    /// What is going on, in words that stand in a sentence.
    fn going_on(&self) -> String {
        match self {
            Self::Experiment => "your experiment is running".to_owned(),
            Self::Doing(Doing::Trial(id)) => format!("{id} is being measured"),
            Self::Doing(Doing::Probes) => "this browser's costs are being measured".to_owned(),
            Self::Doing(Doing::Grid(_)) => "the grid is being measured".to_owned(),
        }
    }

    /// Why nothing else can be started, in one sentence.
    #[must_use]
    pub fn why_not(&self) -> String {
        format!(
            "One thing at a time, as two would disturb each other: {}.",
            self.going_on()
        )
    }

    /// Whether it is the trial of this claim.
    #[must_use]
    pub fn is_trial_of(&self, claim: &str) -> bool {
        matches!(self, Self::Doing(Doing::Trial(id)) if id == claim)
    }
}
