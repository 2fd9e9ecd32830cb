//! What things cost on this machine, as probes have measured it: the cost
//! profile "this browser".

use super::findings::Figure;
use super::measurement::Environment;
use crate::experiment::Costs;
use serde::{Deserialize, Serialize};

/// What all probes found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Probes {
    /// When, ms since 1970.
    pub taken_ms: f64,
    /// Where.
    pub environment: Environment,
    /// What each probe found, in the order they ran. A figure's name is the
    /// probe's id and says what it is: "instance start".
    pub figures: Vec<Figure>,
    /// What could not be measured here: the probe's id, and why.
    pub unavailable: Vec<(String, String)>,
}

impl Probes {
    /// The median of the probe of this id, if it has run.
    #[must_use]
    pub fn median(&self, id: &str) -> Option<f64> {
        let figure = self.figures.iter().find(|figure| figure.name == id)?;
        Some(figure.summary.median)
    }

    /// What the simulator is to charge. What no probe measures is zero.
    #[must_use]
    pub fn costs(&self) -> Costs {
        Costs::IDEAL
    }
}
