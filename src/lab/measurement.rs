//! What the lab answers: the outcome, and all one must know to judge it.

use super::gil::Hold;
use crate::experiment::{Costs, Ended, Outcome};
use serde::{Deserialize, Serialize};

/// One measured run with the conditions under which it was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// What came of it, in the shape that a prediction has, too.
    pub outcome: Outcome,
    /// What a unit of work takes on this machine.
    pub calibration: Calibration,
    /// Units per second of one thread of one process alone, measured just
    /// before the run: the yardstick of speed-up.
    pub baseline_units_per_s: f64,
    /// Where it was measured.
    pub environment: Environment,
    /// What starting and waking costs here, for the simulator. What was not
    /// measured is zero: the context switch always, the hand-off without a
    /// GIL or with too few hand-offs, a thread's start with one thread.
    pub costs: Costs,
    /// Who had the GIL when, for each process; empty without a GIL. At most
    /// [`MAX_HOLDS`](super::telemetry::MAX_HOLDS) each, the first ones.
    pub gil_holds: Vec<Vec<Hold>>,
    /// How often the GIL was held, for each process: how many holds there
    /// would be without that limit.
    pub gil_holds_in_all: Vec<u32>,
    /// What went wrong, in plain sentences.
    pub messages: Vec<String>,
}

impl Measurement {
    /// How many times faster the run was than one thread alone.
    #[must_use]
    pub fn speed_up(&self) -> f64 {
        if self.baseline_units_per_s > 0.0 {
            self.outcome.units_per_second() / self.baseline_units_per_s
        } else {
            0.0
        }
    }
}

/// What work takes on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// One block of the kernel, ns: the median of the samples.
    pub block_ns: f64,
    /// Distance from the samples' first to their third quartile, ns.
    pub block_spread_ns: f64,
    /// How many samples; each is the mean of a batch of blocks long enough for
    /// the clock's resolution.
    pub samples: u32,
    /// Blocks that make one unit.
    pub blocks_per_unit: u32,
    /// What one unit therefore computes, ns; as near to the experiment's
    /// `cpu_us` as whole blocks allow.
    pub unit_ns: u64,
}

/// The browser and the machine it runs on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// Whether the page is cross-origin isolated, which shared memory needs.
    pub isolated: bool,
    /// Why threads cannot be had here, as a sentence; `None`: they can.
    pub threads_unavailable: Option<String>,
    /// Why not even processes can be had; `None`: they can.
    pub processes_unavailable: Option<String>,
    /// Cores that the browser says there are.
    pub cores: u32,
    /// The smallest step that the clock was seen to make, ns.
    pub timer_resolution_ns: u32,
    /// What the browser calls itself.
    pub user_agent: String,
}

/// What a running experiment looks like at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Time since the start of the run, ns.
    pub elapsed_ns: u64,
    /// Units done and planned by all threads together.
    pub units_done: u64,
    /// Units planned.
    pub units_planned: u64,
    /// One entry for each process.
    pub processes: Vec<ProcessProgress>,
    /// When each unit so far was completed, ns, in no particular order.
    pub completions_ns: Vec<u64>,
}

/// What a process looks like at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessProgress {
    /// Whether it has begun to work.
    pub is_ready: bool,
    /// How it has ended, if it has.
    pub ended: Option<Ended>,
    /// One entry for each of its threads.
    pub threads: Vec<ThreadProgress>,
}

/// What a thread looks like at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadProgress {
    /// What it is doing.
    pub state: super::telemetry::State,
    /// How it has ended, if it has.
    pub ended: Option<Ended>,
    /// Units it has completed.
    pub units: u32,
    /// Units it was dealt.
    pub planned: u32,
}
