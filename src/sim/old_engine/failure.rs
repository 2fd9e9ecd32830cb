//! Faults, and how they spread: a thread's invalid access or a kill ends its
//! process with every thread in it; nothing crosses to another process.

use super::Engine;
use crate::experiment::{Ended, Failure, FaultKind, Medium, Subject, Trigger, WATCHDOG_NS};
use crate::sim::old_event::Event;
use crate::sim::old_policy::Policy;

/// What a thread in an endless loop has left to compute: more than any run
/// lasts.
const ENDLESS_NS: u64 = u64::MAX / 2;

impl<P: Policy> Engine<'_, P> {
    pub(super) fn schedule_kills(&mut self) {
        for (index, fault) in self.experiment.faults.iter().enumerate() {
            if let (FaultKind::Kill, Trigger::TimeUs(us)) = (fault.kind, fault.when) {
                let fault = index as u16;
                let at = u64::from(us) * 1_000;
                self.events.push(at, 0, Event::Kill { fault });
            }
        }
    }

    /// Lets the first fault that is due strike a thread that is on a core, at
    /// the end of a unit. `true`: the thread does not go on by itself.
    pub(super) fn strike(&mut self, id: u32) -> bool {
        let process = self.thread(id).process;
        let due = self.pending[process as usize]
            .iter()
            .position(|&fault| self.is_due(fault, id));
        let Some(position) = due else {
            return false;
        };
        let fault = usize::from(self.pending[process as usize].remove(position));
        match self.experiment.faults[fault].kind {
            FaultKind::Exception => self.throw(id, fault),
            FaultKind::Segfault => {
                self.fail_with_process(id, Ended::Segfault, Medium::SharedHeap, fault);
            }
            FaultKind::Kill => self.kill(process, fault),
            FaultKind::Hang => self.hang(id, fault),
        }
        true
    }

    fn is_due(&self, fault: u16, id: u32) -> bool {
        let fault = &self.experiment.faults[usize::from(fault)];
        let thread = self.thread(id);
        match (fault.kind, fault.when) {
            (FaultKind::Kill, Trigger::Units(units)) => {
                self.processes[thread.process as usize].units >= units
            }
            (FaultKind::Kill, Trigger::TimeUs(_)) => false,
            (_, when) => {
                thread.worker == Some((fault.process, fault.thread))
                    && match when {
                        Trigger::Units(units) => thread.units >= units,
                        Trigger::TimeUs(us) => self.now >= u64::from(us) * 1_000,
                    }
            }
        }
    }

    /// An exception ends its thread, and the process if that is its main.
    fn throw(&mut self, id: u32, fault: usize) {
        let cause = self.fail_thread(id, Ended::Exception, fault);
        let process = self.thread(id).process;
        if self.processes[process as usize].main == id {
            self.fail(Failure {
                at_ns: self.now,
                who: Subject::Process(worker_index(process)),
                how: Ended::Exception,
                cause: Some(cause),
                medium: Some(Medium::MainThread),
                fault: None,
            });
        }
        self.finish(id, Ended::Exception);
    }

    /// The thread goes into an endless loop that has no poll point.
    fn hang(&mut self, id: u32, fault: usize) {
        let thread = self.thread_mut(id);
        (thread.remaining, thread.done, thread.bytecode) = (ENDLESS_NS, 0, true);
        thread.hung = Some(fault);
        if self.acquire(id) {
            self.burn(id);
        }
    }

    /// Starts the watchdog's patience when an endless loop begins.
    pub(super) fn watch(&mut self, id: u32) {
        if self.thread(id).remaining == ENDLESS_NS {
            let at = self.now + WATCHDOG_NS;
            self.events.push(at, 0, Event::Watchdog { thread: id });
        }
    }

    pub(super) fn on_watchdog(&mut self, id: u32) {
        let thread = self.thread(id);
        if let (None, Some(fault)) = (thread.ended, thread.hung) {
            self.fail_with_process(id, Ended::Hung, Medium::Watchdog, fault);
        }
    }

    pub(super) fn on_kill(&mut self, fault: u16) {
        let process = usize::from(self.experiment.faults[usize::from(fault)].process) + 1;
        if let Some(state) = self.processes.get(process)
            && state.ended.is_none()
        {
            self.kill(process as u32, usize::from(fault));
        }
    }

    fn kill(&mut self, process: u32, fault: usize) {
        let failure = self.fail(Failure {
            at_ns: self.now,
            who: Subject::Process(worker_index(process)),
            how: Ended::Killed,
            cause: None,
            medium: None,
            fault: Some(fault),
        });
        self.bring_down(process, Ended::Killed, failure, Vec::new());
    }

    /// A thread fails in a way that ends its whole process.
    fn fail_with_process(&mut self, id: u32, how: Ended, medium: Medium, fault: usize) {
        let cause = self.fail_thread(id, how, fault);
        let process = self.thread(id).process;
        let failure = self.fail(Failure {
            at_ns: self.now,
            who: Subject::Process(worker_index(process)),
            how,
            cause: Some(cause),
            medium: Some(medium),
            fault: None,
        });
        let emptied = self.end_thread(id, how);
        self.bring_down(process, how, failure, Vec::from_iter(emptied));
    }

    /// Ends a process and every thread in it that has not ended, because of
    /// `failure`; then fills the cores they were on and those in `emptied`.
    fn bring_down(&mut self, id: u32, how: Ended, failure: usize, mut emptied: Vec<u16>) {
        self.close_hold(id);
        let process = &self.processes[id as usize];
        for thread in process.main..process.threads_end {
            if self.thread(thread).ended.is_some() {
                continue;
            }
            if let Some((process, worker)) = self.thread(thread).worker {
                self.fail(Failure {
                    at_ns: self.now,
                    who: Subject::Thread(process, worker),
                    how: Ended::TakenDown,
                    cause: Some(failure),
                    medium: Some(Medium::SharedHeap),
                    fault: None,
                });
            }
            emptied.extend(self.end_thread(thread, Ended::TakenDown));
        }
        self.end_process(id, how);
        for core in emptied {
            self.fill(core);
        }
    }

    fn fail_thread(&mut self, id: u32, how: Ended, fault: usize) -> usize {
        let Some((process, thread)) = self.thread(id).worker else {
            unreachable!("faults strike worker threads only");
        };
        self.fail(Failure {
            at_ns: self.now,
            who: Subject::Thread(process, thread),
            how,
            cause: None,
            medium: None,
            fault: Some(fault),
        })
    }

    fn fail(&mut self, failure: Failure) -> usize {
        self.failures.push(failure);
        self.failures.len() - 1
    }
}

/// The experiment's number of a worker process.
fn worker_index(process: u32) -> u16 {
    (process - 1) as u16
}
