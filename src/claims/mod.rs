//! The claims that Timeslice teaches, each with the runs that show it and a
//! judge that tells from their numbers alone whether it holds.
//!
//! A claim's runs are scenarios: the thing, and what it is compared with. Most
//! lie in `scenarios/claims/`; where one number is swept they are built here,
//! and say nothing that a file could not. Change a scenario (no GIL, one core,
//! a lock) and the verdict changes with it.

mod beyond;
pub(crate) mod build;
mod gil;
mod measure;
mod policies;
mod process;
pub(crate) mod text;
mod thread;
pub(crate) mod ways;
mod weight;

use crate::experiment::scenario::{Scenario, ScenarioError};
use crate::sim::{self, Limits, Run};
use serde::Serialize;

/// One claim.
#[derive(Debug, Clone, Copy)]
pub struct Claim {
    /// Its place in the table: P for processes, T for threads, G for the GIL,
    /// W for ways round it, M for multiprocessing, X for what lies beyond.
    pub id: &'static str,
    /// What is claimed, in one sentence.
    pub sentence: &'static str,
    /// What is run and what decides, in a sentence or two.
    pub about: &'static str,
    arms: fn() -> Vec<Arm>,
    judge: fn(&[Run]) -> Verdict,
}

/// A scenario of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    /// Its name among the claim's.
    pub name: &'static str,
    /// What is run.
    pub scenario: Scenario,
}

/// What the numbers say of a claim.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// Whether the claim holds in these runs.
    pub holds: bool,
    /// Why, in a sentence, with numbers.
    pub text: String,
    /// The numbers.
    pub figures: Vec<Figure>,
}

/// A number with its name and unit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// What it is.
    pub label: String,
    /// How much.
    pub value: f64,
    /// Of what: "ms", "MiB", "times"...
    pub unit: &'static str,
}

impl Claim {
    /// What is run, in the order in which [`Claim::judge`] wants the results.
    #[must_use]
    pub fn arms(&self) -> Vec<Arm> {
        (self.arms)()
    }

    /// The verdict on the results of the [arms](Claim::arms), in their order.
    #[must_use]
    pub fn judge(&self, runs: &[Run]) -> Verdict {
        (self.judge)(runs)
    }

    /// Runs the claim's own arms and judges them.
    ///
    /// # Errors
    /// What is wrong with a scenario, if one is not valid.
    pub fn verdict(&self) -> Result<Verdict, Vec<ScenarioError>> {
        self.verdict_on(&self.arms())
    }

    /// Runs `arms`, as they are or changed, and judges them.
    ///
    /// # Errors
    /// What is wrong with a scenario, if one is not valid.
    pub fn verdict_on(&self, arms: &[Arm]) -> Result<Verdict, Vec<ScenarioError>> {
        let runs: Result<Vec<Run>, _> = arms
            .iter()
            .map(|arm| sim::run(&arm.scenario, Limits::default()))
            .collect();
        Ok(self.judge(&runs?))
    }
}

/// All claims: first those of the table, in its order, then those beyond it.
pub fn all() -> impl Iterator<Item = &'static Claim> {
    let families: [&'static [Claim]; 7] = [
        process::CLAIMS,
        weight::CLAIMS,
        thread::CLAIMS,
        gil::CLAIMS,
        ways::CLAIMS,
        beyond::CLAIMS,
        policies::CLAIMS,
    ];
    families.into_iter().flatten()
}

/// The claim of this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Claim> {
    all().find(|claim| claim.id == id)
}

/// Every scenario of every claim, as "T7 four threads".
#[must_use]
pub fn all_scenarios() -> Vec<(String, Scenario)> {
    let named = |claim: &'static Claim| {
        let arms = claim.arms().into_iter();
        arms.map(|arm| (format!("{} {}", claim.id, arm.name), arm.scenario))
    };
    all().flat_map(named).collect()
}
