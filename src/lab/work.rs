//! What the threads of one process do.
//!
//! For each unit: compute its blocks under the GIL (if there is one), let go of
//! it for the blocking wait, record the unit; then a fault may strike. Without
//! a wait the GIL is kept from unit to unit, unless somebody asks for it. Where
//! all this runs is the [`Host`]'s business.

use super::gil::{Gil, Hold, Observer, Why};
use super::kernel::Workload;
use super::plan;
use super::telemetry::{Area, State, ThreadLine};
use crate::experiment::{Experiment, FaultKind, Trigger};
use std::sync::Arc;
use std::time::Duration;

/// What a process needs from where it runs.
pub trait Host: Clone + Send + Sync {
    /// Time since the start of the run, ns.
    fn now_ns(&self) -> u64;

    /// Blocks the thread for `us` µs.
    fn wait(&self, us: u32);

    /// Bytes of memory the process has.
    fn memory_bytes(&self) -> u64;

    /// Called after each unit, and before a fault strikes: here a process whose
    /// memory the page cannot read reports to it. `urgent`: the page must know
    /// now, because a fault depends on it.
    fn report(&self, area: &Area, urgent: bool);

    /// Fetches one small file of the page's own site, past every cache, and
    /// blocks the thread until it is there. Returns its length in bytes.
    ///
    /// # Errors
    /// Why it could not be had, as a sentence.
    fn fetch(&self) -> Result<u64, String> {
        Err("there is no network here".to_owned())
    }

    /// Makes a real invalid memory access.
    fn crash(&self) -> !;

    /// Never comes back, and never blocks.
    fn hang(&self) -> ! {
        loop {
            std::hint::spin_loop();
        }
    }
}

/// Records holds of the lock in the telemetry.
#[derive(Debug)]
struct Recorder<H> {
    area: Arc<Area>,
    host: H,
}

impl<H: Host> Observer for Recorder<H> {
    fn now_ns(&self) -> u64 {
        self.host.now_ns()
    }

    fn held(&self, hold: Hold, switches: u64) {
        self.area.record_hold(hold, switches);
    }
}

/// One process: its threads' plan, lock and telemetry.
#[derive(Debug)]
pub struct Process<H> {
    experiment: Experiment,
    index: u16,
    planned: Vec<u32>,
    blocks_per_unit: u32,
    area: Arc<Area>,
    gil: Option<Gil<Recorder<H>>>,
    host: H,
}

impl<H: Host> Process<H> {
    /// Process `index` of `experiment`, whose units have `blocks_per_unit`
    /// blocks.
    pub fn new(experiment: Experiment, index: u16, blocks_per_unit: u32, host: H) -> Self {
        let planned = plan::planned(&experiment, index);
        let area = Arc::new(Area::new(&planned));
        let interval = Duration::from_micros(u64::from(experiment.switch_interval_us));
        let recorder = || Recorder {
            area: Arc::clone(&area),
            host: host.clone(),
        };
        Self {
            gil: experiment.gil.then(|| Gil::new(interval, recorder())),
            experiment,
            index,
            planned,
            blocks_per_unit,
            area,
            host,
        }
    }

    /// The telemetry.
    pub fn area(&self) -> &Area {
        &self.area
    }

    /// Notes that the process is ready: its threads can be started now.
    pub fn set_ready(&self) {
        self.area.set_memory(self.host.memory_bytes());
        self.area.set_ready(self.now_us());
    }

    /// Notes that all threads were started now.
    pub fn set_threads_started(&self) {
        self.area.set_memory(self.host.memory_bytes());
        let ready_us = self.area.ready_us();
        self.area
            .set_threads_started(self.now_us().saturating_sub(ready_us));
    }

    /// Where it runs.
    pub fn host(&self) -> &H {
        &self.host
    }

    /// Does all the work of thread `index`. To be called once, on a thread of
    /// its own. Does not return from a crash or a hang.
    ///
    /// # Panics
    /// If the process has no such thread.
    pub fn run_thread(&self, index: u16) {
        let mut thread = Thread {
            process: self,
            line: self.area.thread(index),
            index,
            planned: self.planned[usize::from(index)],
            has_gil: false,
            gil_wait_ns: 0,
        };
        let end = thread.run();
        self.area.set_memory(self.host.memory_bytes());
        thread.line.end(end, self.now_us());
    }

    /// Records that thread `index` was ended by a trap, which said `why`. To be
    /// called from outside the thread's work, which is no more.
    pub fn record_trap(&self, index: u16, why: &str) {
        self.area.leave_note(why);
        self.area.thread(index).end(State::Trapped, self.now_us());
    }

    fn now_us(&self) -> u32 {
        u32::try_from(self.host.now_ns() / 1_000).unwrap_or(u32::MAX)
    }
}

/// A thread at work.
struct Thread<'a, H> {
    process: &'a Process<H>,
    line: ThreadLine<'a>,
    index: u16,
    planned: u32,
    has_gil: bool,
    gil_wait_ns: u64,
}

impl<H: Host> Thread<'_, H> {
    fn run(&mut self) -> State {
        let mut workload = Workload::new(self.process.experiment.kernel);
        let area = &self.process.area;
        let mut units = 0;
        let end = loop {
            if let Some(end) = self.strike(units) {
                break end;
            }
            if units == self.planned {
                break State::Completed;
            }
            let Some(right) = self.compute(&mut workload) else {
                break State::Stopped;
            };
            self.wait();
            self.line.record_unit(self.process.now_us(), right);
            units += 1;
            self.process.host.report(area, self.is_kill_due(units));
        };
        self.drop_gil();
        end
    }

    /// Computes one unit. Says whether all its results were right; `None` if
    /// the process was told to stop.
    fn compute(&mut self, workload: &mut Workload) -> Option<bool> {
        self.take_gil();
        let gil = self.process.gil.as_ref();
        let mut right = true;
        for _ in 0..self.process.blocks_per_unit {
            if self.process.area.is_stopped() {
                return None;
            }
            self.line.beat();
            right &= workload.block(|| {
                if let Some(gil) = gil
                    && gil.requested()
                {
                    self.line.set_state(State::WaitingForGil);
                    // Only the holder can take a request back, so the poll
                    // does hand over.
                    self.process.area.leave();
                    self.gil_wait_ns += gil.poll(self.index);
                    self.process.area.enter();
                    self.line.set_gil_wait(self.gil_wait_ns);
                    self.line.set_state(State::Computing);
                }
            });
        }
        Some(right)
    }

    /// The blocking wait at the end of a unit, without the GIL.
    fn wait(&mut self) {
        let us = self.process.experiment.io_us;
        if us > 0 {
            self.drop_gil();
            self.line.set_state(State::Waiting);
            self.process.host.wait(us);
            self.line.set_state(State::Computing);
        }
    }

    /// Takes the GIL, if there is one, unless the thread has it.
    fn take_gil(&mut self) {
        if let Some(gil) = &self.process.gil
            && !self.has_gil
        {
            self.line.set_state(State::WaitingForGil);
            self.gil_wait_ns += gil.take(self.index);
            self.process.area.enter();
            self.line.set_gil_wait(self.gil_wait_ns);
            self.has_gil = true;
        }
        self.line.set_state(State::Computing);
    }

    /// Lets go of the GIL if the thread has it.
    fn drop_gil(&mut self) {
        if let Some(gil) = &self.process.gil
            && self.has_gil
        {
            self.process.area.leave();
            gil.drop(self.index, Why::Voluntary);
            self.has_gil = false;
        }
    }

    /// Whether this unit may be the one after which the process is to be
    /// killed. Only the page can kill it, so it must hear of it.
    fn is_kill_due(&self, units: u32) -> bool {
        let faults = &self.process.experiment.faults;
        faults.iter().any(|fault| {
            (fault.kind, fault.process) == (FaultKind::Kill, self.process.index)
                && fault.when == Trigger::Units(units)
        })
    }

    /// Lets the first fault strike that is due after `units` units. Returns how
    /// the thread ends if it ends by it, and not at all from a crash or a hang.
    fn strike(&mut self, units: u32) -> Option<State> {
        let process = self.process;
        let is_due = |when| match when {
            Trigger::Units(count) => count == units,
            Trigger::TimeUs(us) => process.now_us() >= us,
        };
        let mut faults = process.experiment.faults.iter().enumerate();
        let (index, fault) = faults.find(|(_, fault)| {
            fault.kind.hits_thread()
                && (fault.process, fault.thread) == (process.index, self.index)
                && is_due(fault.when)
        })?;
        self.line.set_fault(index);
        self.line.set_state(State::Computing);
        process.host.report(&process.area, true);
        match fault.kind {
            FaultKind::Exception => Some(State::Exception),
            FaultKind::Segfault => process.host.crash(),
            FaultKind::Hang => {
                // An endless loop is code like any other: it needs the GIL.
                self.take_gil();
                process.host.hang()
            }
            FaultKind::Kill => None,
        }
    }
}

#[cfg(test)]
mod tests;
