//! The same work dealt out to P processes of T threads, for every P and T of a
//! grid.

use super::findings::NamedRun;
use crate::experiment::Experiment;
use serde::{Deserialize, Serialize};

/// What is swept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The experiment of every cell, but for its processes and threads.
    pub experiment: Experiment,
    /// Processes, in rising order.
    pub processes: Vec<u16>,
    /// Threads in each, in rising order.
    pub threads: Vec<u16>,
}

/// What came of it, all of it or up to now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// What was asked for.
    pub plan: Plan,
    /// The cells that were run, in that order.
    pub cells: Vec<NamedRun>,
    /// The cells that could not be run: processes, threads, and why.
    pub refused: Vec<(u16, u16, String)>,
}

impl Grid {
    /// Nothing yet.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        Self {
            plan,
            cells: Vec::new(),
            refused: Vec::new(),
        }
    }

    /// How many cells are done with: the next one comes after so many.
    #[must_use]
    pub fn done(&self) -> usize {
        self.cells.len() + self.refused.len()
    }
}
