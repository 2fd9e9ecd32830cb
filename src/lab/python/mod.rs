//! Python in the lab: what a process of it is told to do, and what it tells of
//! itself besides its telemetry.
//!
//! The interpreter is a module of its own (the package `timeslice-python`). Page
//! and interpreter share these types, and each process's [`Output`]: what its
//! threads print, which exceptions nothing caught, and a fingerprint of every
//! unit's result, as words in memory like the telemetry.

mod output;
mod read;

pub use output::{Output, Voice};
pub use read::{Plan, Raised, Said, Told, Transcript, what_was_raised};

use crate::experiment::{Experiment, Field, Outcome};
use serde::{Deserialize, Serialize};

/// What the lab runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Work {
    /// The experiment's kernel.
    #[default]
    Kernel,
    /// A Python program: its text, which defines `work(i)`.
    Python(std::rc::Rc<str>),
}

/// What one process of a Python run is to do: sent to its worker when it starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// The experiment: of it count processes, threads, units, the GIL and its
    /// switch interval.
    pub experiment: Experiment,
    /// The program's text.
    pub source: String,
    /// Which process it is, from 0.
    pub index: u16,
    /// When the run began, ms since 1970 on the page's clock.
    pub origin_ms: f64,
    /// Whether the page can read its memory. If not, it needs messages.
    pub page_reads_memory: bool,
    /// Fingerprints of the results of the run by one thread alone, by unit; 0 or
    /// missing: not known.
    pub expected: Vec<u32>,
}

impl Task {
    /// How many web workers it takes: its own, and one for each thread if there
    /// are more than one.
    #[must_use]
    pub fn workers(&self) -> u32 {
        let threads = u32::from(self.experiment.threads);
        1 + if threads > 1 { threads } else { 0 }
    }

    /// The units that each of its threads is dealt.
    #[must_use]
    pub fn planned(&self) -> Vec<u32> {
        let share = |thread| self.experiment.share(self.index, thread);
        (0..self.experiment.threads).map(share).collect()
    }

    /// The number of the first unit of each of its threads: over all processes
    /// and threads every number up to the units' is dealt once.
    #[must_use]
    pub fn first_units(&self) -> Vec<u32> {
        let mut next = 0;
        for process in 0..self.index {
            for thread in 0..self.experiment.threads {
                next += self.experiment.share(process, thread);
            }
        }
        let planned = self.planned();
        let first = planned.iter().map(|units| {
            let first = next;
            next += units;
            first
        });
        first.collect()
    }
}

/// The part of the run that one thread does alone before it: `experiment` with
/// one process of one thread, and no GIL.
#[must_use]
pub fn alone(experiment: &Experiment) -> Experiment {
    Experiment {
        processes: 1,
        threads: 1,
        gil: false,
        ..plain(experiment)
    }
}

/// `experiment` without what a Python program says itself: what its units do, and
/// what goes wrong.
#[must_use]
pub fn plain(experiment: &Experiment) -> Experiment {
    Experiment {
        // The shortest, for nobody knows before it has run.
        cpu_us: Field::CpuPerUnit.spec().min,
        io_us: 0,
        faults: Vec::new(),
        ..experiment.clone()
    }
}

/// Units completed in a run whose result is in none of `expected`, the fingerprints of
/// the run by one thread alone.
#[must_use]
pub fn uncompared(outcome: &Outcome, expected: &[u32]) -> u64 {
    let mut first = 0;
    let mut count = 0;
    // As they are dealt: see `Task::first_units`.
    for thread in outcome.threads() {
        let done = first..first + thread.units as usize;
        let unknown = done.filter(|&unit| expected.get(unit).is_none_or(|&print| print == 0));
        count += unknown.count() as u64;
        first += thread.planned as usize;
    }
    count
}

/// A fingerprint of a result, written as text; never 0. FNV-1a of 32 bits
/// (<https://www.rfc-editor.org/rfc/rfc9923>).
#[must_use]
pub fn fingerprint(text: &str) -> u32 {
    let hash = text.bytes().fold(0x811C_9DC5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    hash.max(1)
}

#[cfg(test)]
mod tests;
