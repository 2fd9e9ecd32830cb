//! What the lab does besides single runs: trials of claims, probes, sweeps.
//!
//! A trial is what it does to measure a claim. The ids of trials are those of the
//! claims. How they are done is in `web/trial/`; what their findings say of the
//! claim is for the lessons to judge.

use super::budget::OverBudget;
use super::findings::Findings;
use super::grid::{self, Grid};
use super::probes::Probes;
use serde::{Deserialize, Serialize};

/// The claims that can be tried in a browser, in the order of the table.
pub const TRIALS: [&str; 26] = [
    "P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "T1", "T2", "T3", "T4", "T5", "T6", "T7",
    "T8", "T9", "G1", "G2", "W1", "W2", "W3", "W4", "W5", "M1",
];

/// Claims that are tried in Python, too: their trial's id ends with [`PYTHON`].
pub const IN_PYTHON: [&str; 5] = ["T7", "T8", "G2", "W3", "W5"];

/// What the id of a trial in Python ends with.
pub const PYTHON: &str = ".py";

/// Why something came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Trouble {
    /// It cannot be measured here at all.
    #[error("Not measurable here: {0}")]
    Unavailable(String),
    /// A process did not start.
    #[error("A process did not start: {0}")]
    NotStarted(String),
    /// It would have been one worker too many.
    #[error("A process was not started: {0}")]
    OverBudget(OverBudget),
    /// A process ended by a trap or could not go on.
    #[error("A process ended: {0}")]
    Ended(String),
    /// A process did not answer in time.
    #[error("A process did not answer within {0} ms")]
    Silent(u32),
    /// What came back makes no sense.
    #[error("The measurement is unusable: {0}")]
    Unusable(String),
}

/// How far an activity is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What is being done: "4 threads".
    pub doing: String,
    /// Steps done before.
    pub done: u32,
    /// Steps in all.
    pub of: u32,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doing {
    /// Try the claim of this id.
    Trial(String),
    /// Measure what things cost here.
    Probes,
    /// Sweep a grid.
    Grid(grid::Plan),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Report {
    /// Of a trial.
    Findings(Box<Findings>),
    /// Of the probes.
    Probes(Box<Probes>),
    /// Of a sweep.
    Grid(Box<Grid>),
}

/// What an activity tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Happened {
    /// It goes on.
    Step(Step),
    /// A part of it is done; each part brings the whole up to now.
    Part(Report),
    /// The page is hidden, where browsers slow everything down: all that was
    /// started has ended. It begins again (a sweep: the cell that was cut off)
    /// when the page is shown.
    Paused,
    /// It is done. The last event.
    Done(Report),
    /// It came to nothing. The last event.
    Failed(Trouble),
    /// It was stopped. The last event.
    Stopped,
}
