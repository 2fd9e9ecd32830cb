//! The page as operating system and watchdog: decides, from what it sees of
//! the processes, which of them must be ended, and keeps the record of who
//! failed when and because of whom.
//!
//! Pure: it is told the time and what was seen, and answers with the processes
//! to end. The rules of failure are those that the simulator follows, too.

mod record;
mod rules;

use super::plan::planned;
use super::telemetry::{Head, State};
use crate::experiment::{
    Ended, Experiment, Fault, Outcome, ProcessOutcome, ThreadOutcome, Throughput, WATCHDOG_NS,
};
use record::Record;

/// A process that is not ready this long after its start never will be, ns.
/// Generous: a machine that compiles something else is slow to start workers.
pub const START_LIMIT_NS: u64 = 15_000_000_000;

/// At most this much of the time between two looks counts as silence, ns: a
/// page that was suspended itself has not been listening.
const LONGEST_LOOK_NS: u64 = 500_000_000;

/// What the page knows of all processes of a run.
#[derive(Debug)]
pub struct Watch {
    faults: Vec<Fault>,
    processes: Vec<Watched>,
    record: Record,
    messages: Vec<String>,
    last_look_ns: u64,
    /// So long a silence means that a thread hangs, ns.
    patience_ns: u64,
}

/// What it knows of one process.
#[derive(Debug)]
struct Watched {
    started_ns: u64,
    head: Option<Head>,
    ended: Option<(Ended, u64)>,
    /// For how long it has had something left to do when its threads had ended, ns.
    open_ns: u64,
    /// Why it could not start or go on, if it said so.
    broken: Option<String>,
    threads: Vec<WatchedThread>,
}

/// What it knows of one thread.
#[derive(Debug)]
struct WatchedThread {
    planned: u32,
    ended: Option<Ended>,
    /// The last sign of life.
    sign: Option<(State, u32, u32)>,
    /// For how long it has been the same while the thread computed.
    silent_ns: u64,
}

impl Watch {
    /// Begins to watch the processes of `experiment`. None has started yet.
    #[must_use]
    pub fn new(experiment: &Experiment) -> Self {
        let thread = |planned| WatchedThread {
            planned,
            ended: None,
            sign: None,
            silent_ns: 0,
        };
        let process = |index| Watched {
            started_ns: 0,
            head: None,
            ended: None,
            open_ns: 0,
            broken: None,
            threads: planned(experiment, index).into_iter().map(thread).collect(),
        };
        Self {
            faults: experiment.faults.clone(),
            processes: (0..experiment.processes).map(process).collect(),
            record: Record::default(),
            messages: Vec::new(),
            last_look_ns: 0,
            patience_ns: WATCHDOG_NS,
        }
    }

    /// The same, but only a silence of `ns` means that a thread hangs: what it does
    /// between two signs of life may take long.
    #[must_use]
    pub fn patient(mut self, ns: u64) -> Self {
        self.patience_ns = ns;
        self
    }

    /// Process `index` was started.
    ///
    /// # Panics
    /// This and all other methods that take a process: if there is none such.
    pub fn started(&mut self, index: usize, now_ns: u64) {
        self.processes[index].started_ns = now_ns;
    }

    /// This was seen of process `index`. What is seen after its end is ignored.
    pub fn seen(&mut self, index: usize, head: Head) {
        let process = &mut self.processes[index];
        if process.ended.is_none() {
            process.head = Some(head);
        }
    }

    /// Process `index` said, or its worker did, that it cannot start or go on.
    pub fn broken(&mut self, index: usize, why: String) {
        self.processes[index].broken.get_or_insert(why);
    }

    /// Draws the conclusions from what was seen up to now. Returns the
    /// processes that have ended: the caller must end their workers, at once
    /// and whatever they are doing.
    #[must_use]
    pub fn look(&mut self, now_ns: u64) -> Vec<usize> {
        let passed = now_ns
            .saturating_sub(self.last_look_ns)
            .min(LONGEST_LOOK_NS);
        self.last_look_ns = now_ns;
        let mut to_end = Vec::new();
        for index in 0..self.processes.len() {
            if self.processes[index].ended.is_none() {
                self.note_ended_threads(index, now_ns);
                self.note_kill(index, now_ns);
                self.note_completion(index, passed);
                self.note_silence(index, now_ns, passed);
                self.note_broken(index, now_ns);
                if self.processes[index].ended.is_some() {
                    to_end.push(index);
                }
            }
        }
        to_end
    }

    /// The visitor stops the run. Returns the processes whose workers the
    /// caller must end.
    #[must_use]
    pub fn stop(&mut self, now_ns: u64) -> Vec<usize> {
        let mut to_end = Vec::new();
        for (index, process) in self.processes.iter_mut().enumerate() {
            if process.ended.is_none() {
                process.ended = Some((Ended::Stopped, now_ns));
                for thread in &mut process.threads {
                    thread.ended.get_or_insert(Ended::Stopped);
                }
                to_end.push(index);
            }
        }
        to_end
    }

    /// Whether all processes have ended.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.processes.iter().all(|process| process.ended.is_some())
    }

    /// What was last seen of process `index` before its end.
    #[must_use]
    pub fn head(&self, index: usize) -> Option<&Head> {
        self.processes[index].head.as_ref()
    }

    /// How process `index` has ended, if it has.
    #[must_use]
    pub fn process_ended(&self, index: usize) -> Option<Ended> {
        self.processes[index].ended.map(|(how, _)| how)
    }

    /// How a thread of process `index` has ended, if it has.
    #[must_use]
    pub fn thread_ended(&self, index: usize, thread: usize) -> Option<Ended> {
        self.processes[index].threads[thread].ended
    }

    /// What went wrong so far, in plain sentences.
    #[must_use]
    pub fn messages(&self) -> &[String] {
        &self.messages
    }

    /// What came of the run, when it is over. `completions_ns` are the times at
    /// which the units were completed.
    #[must_use]
    pub fn outcome(&self, completions_ns: &[u64]) -> Outcome {
        let ends = self.processes.iter().filter_map(|process| process.ended);
        let wall_ns = ends.map(|(_, at)| at).max().unwrap_or(0);
        let threads = self.processes.iter().flat_map(|process| &process.threads);
        Outcome {
            wall_ns,
            units_planned: threads.map(|thread| u64::from(thread.planned)).sum(),
            throughput: Throughput::of_run(completions_ns, wall_ns),
            processes: self.processes.iter().map(process_outcome).collect(),
            failures: self.record.in_order(),
        }
    }
}

impl Watched {
    fn all_threads_ended(&self) -> bool {
        self.threads.iter().all(|thread| thread.ended.is_some())
    }
}

fn process_outcome(process: &Watched) -> ProcessOutcome {
    let head = process.head.as_ref();
    let (ended, ended_ns) = process.ended.unwrap_or((Ended::NeverStarted, 0));
    let thread = |(index, watched): (usize, &WatchedThread)| {
        let seen = head.map(|head| head.threads[index]);
        ThreadOutcome {
            planned: watched.planned,
            units: seen.map_or(0, |seen| seen.units),
            wrong: seen.map_or(0, |seen| seen.wrong),
            ended: watched.ended.unwrap_or(Ended::NeverStarted),
            gil_wait_ns: seen.map_or(0, |seen| u64::from(seen.gil_wait_us) * 1_000),
        }
    };
    ProcessOutcome {
        ready_ns: head
            .and_then(|head| head.ready_us)
            .map(|us| u64::from(us) * 1_000),
        ended_ns,
        ended,
        // The first to take it got it from nobody.
        gil_switches: head.map_or(0, |head| u64::from(head.switches).saturating_sub(1)),
        memory_bytes: head.map_or(0, |head| head.memory_bytes),
        threads: process.threads.iter().enumerate().map(thread).collect(),
    }
}

#[cfg(test)]
mod tests;
