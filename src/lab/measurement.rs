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
    /// How many threads at most had the GIL at the same time, for each process,
    /// by a count that they keep themselves; 0 without a GIL.
    pub gil_most_holders: Vec<u32>,
    /// The part of the run in which all its threads were at work; `None` if
    /// there was no such time worth the name.
    pub all_at_work: Option<Stretch>,
    /// Units completed whose result there was nothing to compare with: a Python
    /// program's, which one thread alone had not done before.
    #[serde(default)]
    pub uncompared: u64,
    /// What went wrong, in plain sentences.
    pub messages: Vec<String>,
}

/// What was done in a part of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// When it began, ns since the start of the run.
    pub from_ns: u64,
    /// When it ended.
    pub until_ns: u64,
    /// Units completed in between.
    pub units: u64,
}

/// A shorter stretch says nothing: the clock may be coarse and units long.
const SHORTEST_STRETCH_NS: u64 = 50_000_000;

impl Stretch {
    /// From when the last thread had started until the first ended: what
    /// starting cost and who was left over at the end do not matter in it.
    /// `completions` are the times at which units were completed, in any order,
    /// ns.
    #[must_use]
    pub fn all_at_work(started: &[u64], ended: &[u64], completions: &[u64]) -> Option<Self> {
        let from_ns = *started.iter().max()?;
        let until_ns = *ended.iter().min()?;
        let within = completions
            .iter()
            .filter(|&&at| from_ns < at && at <= until_ns);
        let stretch = Self {
            from_ns,
            until_ns,
            units: within.count() as u64,
        };
        (from_ns + SHORTEST_STRETCH_NS <= until_ns).then_some(stretch)
    }

    /// Units per second.
    #[must_use]
    pub fn units_per_second(self) -> f64 {
        self.units as f64 / (self.until_ns.saturating_sub(self.from_ns).max(1) as f64 / 1e9)
    }
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

    /// How many times faster it was than one thread alone while all its threads were
    /// at work; `None`: there was no such time worth the name.
    #[must_use]
    pub fn speed_up_at_work(&self) -> Option<f64> {
        let rate = self.all_at_work?.units_per_second();
        (self.baseline_units_per_s > 0.0).then(|| rate / self.baseline_units_per_s)
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
    /// How long a unit blocks besides, where that is not what the experiment says
    /// but was measured; else 0.
    #[serde(default)]
    pub blocked_ns: u64,
}

impl Calibration {
    /// Nothing is known yet.
    pub const NONE: Self = Self {
        block_ns: 0.0,
        block_spread_ns: 0.0,
        samples: 0,
        blocks_per_unit: 1,
        unit_ns: 0,
        blocked_ns: 0,
    };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_all_did_together_counts() {
        const MS: u64 = 1_000_000;
        let completions: Vec<u64> = (1..=100).map(|n| n * 10 * MS).collect();
        let all = |started: &[u64], ended: &[u64]| {
            let ns = |times: &[u64]| times.iter().map(|ms| ms * MS).collect::<Vec<_>>();
            Stretch::all_at_work(&ns(started), &ns(ended), &completions)
        };
        let stretch = all(&[100, 300], &[1_000, 700]).unwrap();
        assert_eq!((stretch.from_ns, stretch.until_ns), (300 * MS, 700 * MS));
        assert_eq!(stretch.units, 40);
        assert!((stretch.units_per_second() - 100.0).abs() < 1e-9);
        // The second began when the first had ended.
        assert_eq!(all(&[100, 600], &[500, 1_000]), None);
        assert_eq!(all(&[], &[]), None);
    }
}
