//! The shape in which both arms answer, so that a prediction and a measurement
//! can be laid over each other. All times are ns since the start of the run.

use serde::{Deserialize, Serialize};

/// What came of one run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// From the first process start to the end of the last process.
    pub wall_ns: u64,
    /// Units that all threads together were dealt.
    pub units_planned: u64,
    /// Units completed over time.
    pub throughput: Throughput,
    /// One entry for each worker process, in order.
    pub processes: Vec<ProcessOutcome>,
    /// Everything that failed, in order of time; causes come before effects.
    pub failures: Vec<Failure>,
}

/// Units completed in consecutive bins of equal length.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Throughput {
    /// Length of a bin; 0 if there are none.
    pub bin_ns: u64,
    /// Units completed in each bin, from time 0.
    pub units: Vec<u32>,
}

/// What came of one process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessOutcome {
    /// When its first instruction of work could run; `None`: it never got
    /// that far.
    pub ready_ns: Option<u64>,
    /// When it ended.
    pub ended_ns: u64,
    /// How it ended.
    pub ended: Ended,
    /// Times the GIL went from one thread to another.
    pub gil_switches: u64,
    /// Bytes of memory at the end.
    pub memory_bytes: u64,
    /// One entry for each of its worker threads, in order.
    pub threads: Vec<ThreadOutcome>,
}

/// What came of one thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadOutcome {
    /// Units it was dealt.
    pub planned: u32,
    /// Units it completed.
    pub units: u32,
    /// Units whose result was not the known right one. A prediction has none.
    pub wrong: u32,
    /// How it ended.
    pub ended: Ended,
    /// Time it waited for the GIL.
    pub gil_wait_ns: u64,
}

/// How a thread or a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// It did all it had to do.
    Completed,
    /// It never started.
    NeverStarted,
    /// An exception that nobody caught.
    Exception,
    /// An invalid memory access of its own.
    Segfault,
    /// Killed from outside.
    Killed,
    /// It hung; the watchdog ended its process.
    Hung,
    /// Nothing wrong with it, but its process ended.
    TakenDown,
    /// The run was stopped before it could end.
    Stopped,
    /// It waited in a circle, or for a lock whose owner has ended: for ever.
    Deadlocked,
    /// It waited for something that never came.
    Stuck,
    /// A daemon, cut off at the end of its interpreter.
    CutOff,
    /// MemoryError: its heap's limit was reached.
    OutOfMemory,
    /// It damaged an object in its heap.
    Corrupted,
    /// It ended its process at once (`os._exit`).
    Exited,
}

impl Ended {
    /// As a phrase behind a name: "process 2 was killed".
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::NeverStarted => "never started",
            Self::Exception => "ended by an exception",
            Self::Segfault => "crashed with an invalid memory access",
            Self::Killed => "was killed",
            Self::Hung => "hung",
            Self::TakenDown => "was taken down",
            Self::Stopped => "was stopped",
            Self::Deadlocked => "is deadlocked",
            Self::Stuck => "waits for ever",
            Self::CutOff => "was cut off at the end of its interpreter",
            Self::OutOfMemory => "ran out of memory",
            Self::Corrupted => "damaged its heap",
            Self::Exited => "ended its process at once",
        }
    }
}

/// A process, or a thread in it; counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A worker process.
    Process(u16),
    /// A thread of a worker process: (process, thread).
    Thread(u16, u16),
}

impl Subject {
    /// The process it is or belongs to.
    #[must_use]
    pub fn process(self) -> u16 {
        match self {
            Self::Process(process) | Self::Thread(process, _) => process,
        }
    }

    /// Its name on the page, counted from 1: "process 1", "thread 2 of
    /// process 1".
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Process(process) => format!("process {}", process + 1),
            Self::Thread(process, thread) => {
                format!("thread {} of process {}", thread + 1, process + 1)
            }
        }
    }
}

/// Through what a failure spread from its cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Medium {
    /// The operating system ends a process as a whole: its threads share one
    /// heap, which can no longer be trusted.
    SharedHeap,
    /// The thread was the main one of its process.
    MainThread,
    /// The watchdog waited in vain for a sign of life.
    Watchdog,
    /// A lock that is never given back.
    Lock,
    /// A channel whose other end is gone.
    Channel,
    /// Waiting for the end of a thread or a process.
    Join,
    /// A pool and its workers.
    Pool,
    /// A supervisor's decision.
    Supervisor,
    /// Memory that two processes share, or that one has copied from the other
    /// at a fork.
    SharedMemory,
}

impl Medium {
    /// As a phrase behind "because ... , ": how the damage travelled.
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::SharedHeap => "through the shared heap",
            Self::MainThread => "as its main thread",
            Self::Watchdog => "ended by the watchdog",
            Self::Lock => "through a lock",
            Self::Channel => "through a channel",
            Self::Join => "by waiting for it",
            Self::Pool => "through the pool",
            Self::Supervisor => "by its supervisor",
            Self::SharedMemory => "through shared or copied memory",
        }
    }
}

/// One failure: who, when, how, and because of which other failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// When.
    pub at_ns: u64,
    /// Who.
    pub who: Subject,
    /// How it ended.
    pub how: Ended,
    /// Index of the failure that caused it; `None`: it was the first in its
    /// chain.
    pub cause: Option<usize>,
    /// Through what it came from its cause.
    pub medium: Option<Medium>,
    /// Index of the experiment's fault that put it in, if one did.
    pub fault: Option<usize>,
}

impl Outcome {
    /// All threads of all processes.
    pub fn threads(&self) -> impl Iterator<Item = &ThreadOutcome> {
        self.processes.iter().flat_map(|process| &process.threads)
    }

    /// Units completed by all threads together.
    #[must_use]
    pub fn units_done(&self) -> u64 {
        self.threads().map(|thread| u64::from(thread.units)).sum()
    }

    /// Units completed whose result was wrong.
    #[must_use]
    pub fn units_wrong(&self) -> u64 {
        self.threads().map(|thread| u64::from(thread.wrong)).sum()
    }

    /// Units completed per second over the whole run; 0 for an empty run.
    #[must_use]
    pub fn units_per_second(&self) -> f64 {
        if self.wall_ns == 0 {
            return 0.0;
        }
        self.units_done() as f64 / (self.wall_ns as f64 / 1e9)
    }

    /// Time all threads together waited for a GIL, ns.
    #[must_use]
    pub fn gil_wait_ns(&self) -> u64 {
        self.threads()
            .map(|thread| thread.gil_wait_ns)
            .fold(0, u64::saturating_add)
    }

    /// Processes that did not complete.
    #[must_use]
    pub fn processes_lost(&self) -> usize {
        let completed = |process: &&ProcessOutcome| process.ended != Ended::Completed;
        self.processes.iter().filter(completed).count()
    }

    /// Threads that did not complete: the blast radius of the failures.
    #[must_use]
    pub fn threads_lost(&self) -> usize {
        self.threads()
            .filter(|thread| thread.ended != Ended::Completed)
            .count()
    }

    /// When the last process became ready, ns; `None` if one never did.
    #[must_use]
    pub fn all_ready_ns(&self) -> Option<u64> {
        let mut last = 0;
        for process in &self.processes {
            last = last.max(process.ready_ns?);
        }
        Some(last)
    }
}

impl Throughput {
    /// Counts `times` in as many bins as make a readable line: at most 48, and
    /// fewer if they would hold so few units each that whole units make the
    /// line jump.
    #[must_use]
    pub fn of_run(times: &[u64], wall_ns: u64) -> Self {
        Self::from_times(times, wall_ns, (times.len() / 20).clamp(4, 48))
    }

    /// Counts `times` (ns, each the completion of one unit) in `bins` bins
    /// over `[0, wall_ns]`. The last bin includes its right edge.
    #[must_use]
    pub fn from_times(times: &[u64], wall_ns: u64, bins: usize) -> Self {
        if bins == 0 || wall_ns == 0 {
            return Self::default();
        }
        let bin_ns = wall_ns.div_ceil(bins as u64).max(1);
        let mut units = vec![0; wall_ns.div_ceil(bin_ns) as usize];
        let last = units.len() - 1;
        for &time in times {
            units[((time / bin_ns) as usize).min(last)] += 1;
        }
        Self { bin_ns, units }
    }

    /// Rate in each bin, units per second. The last bin of a run may be cut
    /// short by `wall_ns`; its rate is over the part that was.
    #[must_use]
    pub fn rates(&self, wall_ns: u64) -> Vec<f64> {
        let rate = |(bin, &units): (usize, &u32)| {
            let start = bin as u64 * self.bin_ns;
            let length = self.bin_ns.min(wall_ns.saturating_sub(start)).max(1);
            f64::from(units) / (length as f64 / 1e9)
        };
        self.units.iter().enumerate().map(rate).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_hold_every_unit_once() {
        let times = [0, 10, 19, 20, 95, 100];
        let throughput = Throughput::from_times(&times, 100, 5);
        assert_eq!(throughput.bin_ns, 20);
        assert_eq!(throughput.units, [3, 1, 0, 0, 2]);
        assert!((throughput.rates(100)[0] * 20e-9 - 3.0).abs() < 1e-9);
    }

    #[test]
    fn an_empty_run_has_no_bins_and_no_rate() {
        assert_eq!(Throughput::from_times(&[], 0, 5), Throughput::default());
        assert_eq!(Outcome::default().units_per_second().to_bits(), 0);
    }
}
