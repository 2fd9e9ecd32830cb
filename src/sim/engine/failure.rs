//! Faults, and how they spread: a thread's invalid access or a kill ends its
//! process with every thread in it; what crosses to another process does so
//! through something both use.

use super::entity::{Burn, Wait};
use super::{Engine, NONE, Owner, class};
use crate::experiment::scenario::InjectedKind;
use crate::experiment::{Ended, Failure, Medium, Subject};
use crate::sim::plan::{Op, When};
use crate::sim::trace::State;

/// What a thread in an endless loop has left to compute: more than any run
/// lasts.
const ENDLESS_NS: u64 = u64::MAX / 2;

/// Exit status of a process that a signal ended, as Python shows it.
const KILLED: i32 = -9;
const SEGFAULT: i32 = -11;

impl Engine<'_> {
    /// Sets the timers of faults that strike at an instant, and tells processes
    /// of those that strike at a unit.
    pub(super) fn plan_faults(&mut self) {
        for (index, fault) in self.plan.faults.iter().enumerate() {
            let index = index as u32;
            if fault.process == NONE {
                continue;
            }
            match (fault.kind, fault.when) {
                (InjectedKind::KillProcess, When::At(at)) => {
                    let slot = self.add_timer(Owner::Fault(index));
                    self.timers.set(slot, at, class::FAULT);
                }
                _ => {
                    let process = &mut self.processes[fault.process as usize];
                    process.faults.push(index);
                }
            }
        }
    }

    pub(super) fn on_fault(&mut self, fault: u32) {
        let process = self.plan.faults[fault as usize].process;
        let state = &self.processes[process as usize];
        if state.ended.is_none() && (state.started.is_some() || self.plan.faults_at_units) {
            self.kill(process, Some(fault as usize));
        }
    }

    /// Lets the first fault that is due strike a thread that is on a core.
    /// `true`: the thread does not go on by itself.
    pub(super) fn strike(&mut self, id: u32) -> bool {
        let process = self.thread(id).process;
        let faults = &self.processes[process as usize].faults;
        let Some(place) = faults.iter().position(|&fault| self.is_due(fault, id)) else {
            return false;
        };
        let fault = self.processes[process as usize].faults.remove(place) as usize;
        match self.plan.faults[fault].kind {
            InjectedKind::Exception => self.raise(id, Some(fault)),
            InjectedKind::Segfault => self.segfault(id, Some(fault)),
            InjectedKind::KillProcess => self.kill(process, Some(fault)),
            InjectedKind::Hang => self.hang(id, Some(fault)),
            InjectedKind::KillThread => {
                self.counts.refused_kills += 1;
                return false;
            }
            InjectedKind::OutOfMemory => self.raise_memory_error(id, Some(fault)),
            InjectedKind::Vanish => {
                self.fail_thread(id, Ended::Killed, None, None, Some(fault));
                self.finish(id, Ended::Killed);
            }
        }
        true
    }

    fn is_due(&self, fault: u32, id: u32) -> bool {
        let fault = &self.plan.faults[fault as usize];
        let thread = self.thread(id);
        if fault.thread != NONE && fault.thread != id {
            return false;
        }
        let next = self.plan.ops[thread.context.pc as usize];
        if fault.kind == InjectedKind::OutOfMemory && !matches!(next, Op::Alloc { .. }) {
            return false;
        }
        match fault.when {
            When::At(at) => self.now >= at,
            When::Units(units) if fault.kind == InjectedKind::KillProcess => {
                self.processes[thread.process as usize].units >= units
            }
            When::Units(units) => thread.units >= units,
        }
    }

    /// An exception ends its thread, and the process if that is its main.
    pub(super) fn raise(&mut self, id: u32, fault: Option<usize>) {
        if self.fails_only_its_task(id) {
            return self.fail_task(id);
        }
        self.fail_thread(id, Ended::Exception, None, None, fault);
        self.finish(id, Ended::Exception);
    }

    /// `sys.exit`: an exception that ends its thread quietly. A pool's task
    /// fails by it as by any other, except in a `multiprocessing.Pool`, whose
    /// worker ends.
    pub(super) fn exit(&mut self, id: u32) {
        if self.fails_only_its_task(id) && !self.is_worker_of_multiprocessing(id) {
            return self.fail_task(id);
        }
        self.finish(id, Ended::Completed);
    }

    /// As [`Engine::raise`], because of `cause`, which came through `medium`.
    pub(super) fn raise_because(&mut self, id: u32, cause: Option<usize>, medium: Medium) {
        if self.fails_only_its_task(id) {
            return self.fail_task(id);
        }
        self.fail_thread(id, Ended::Exception, cause, Some(medium), None);
        self.finish(id, Ended::Exception);
    }

    /// MemoryError: as any other exception.
    pub(super) fn raise_memory_error(&mut self, id: u32, fault: Option<usize>) {
        if self.fails_only_its_task(id) {
            return self.fail_task(id);
        }
        self.fail_thread(id, Ended::OutOfMemory, None, None, fault);
        self.finish(id, Ended::OutOfMemory);
    }

    /// The thread makes an invalid memory access: the operating system ends its
    /// process.
    pub(super) fn segfault(&mut self, id: u32, fault: Option<usize>) {
        let cause = self.fail_thread(id, Ended::Segfault, None, None, fault);
        self.fail_with_process(id, Ended::Segfault, SEGFAULT, cause, Medium::SharedHeap);
    }

    /// The thread crashes on what another has done to the heap.
    pub(super) fn crash_on_damage(&mut self, id: u32, cause: Option<usize>) {
        let process = self.thread_subject(id).process();
        let medium = cause.map(|cause| match self.failures[cause].who.process() {
            own if own == process => Medium::SharedHeap,
            _ => Medium::SharedMemory,
        });
        let failure = self.fail_thread(id, Ended::Segfault, cause, medium, None);
        self.fail_with_process(id, Ended::Segfault, SEGFAULT, failure, Medium::SharedHeap);
    }

    /// `os._exit`: the process ends at once, with all its threads.
    pub(super) fn exit_process(&mut self, id: u32, status: i32) {
        let cause = self.fail_thread(id, Ended::Exited, None, None, None);
        self.fail_with_process(id, Ended::Exited, status, cause, Medium::SharedHeap);
    }

    /// The thread goes into an endless loop that has no poll point.
    pub(super) fn hang(&mut self, id: u32, fault: Option<usize>) {
        let thread = self.thread_mut(id);
        thread.remaining = ENDLESS_NS;
        (thread.done, thread.burn) = (0, Burn::Call);
        thread.hung = Some(fault.map_or(NONE, |fault| fault as u32));
        if self.acquire(id) {
            self.burn(id);
        }
    }

    /// Starts the watchdog's patience when an endless loop begins.
    pub(super) fn watch(&mut self, id: u32) {
        let patience = self.plan.watchdog;
        if patience != u64::MAX && self.thread(id).remaining == ENDLESS_NS {
            let slot = self.add_timer(Owner::Watchdog(id));
            self.timers.set(slot, self.now + patience, class::WATCHDOG);
        }
    }

    pub(super) fn on_watchdog(&mut self, id: u32) {
        let thread = self.thread(id);
        if let (None, Some(fault)) = (thread.ended, thread.hung) {
            let fault = (fault != NONE).then_some(fault as usize);
            let cause = self.fail_thread(id, Ended::Hung, None, None, fault);
            self.fail_with_process(id, Ended::Hung, KILLED, cause, Medium::Watchdog);
        }
    }

    /// A process is killed from outside.
    fn kill(&mut self, process: u32, fault: Option<usize>) {
        let failure = self.fail(Failure {
            at_ns: self.now,
            who: self.process_subject(process),
            how: Ended::Killed,
            cause: None,
            medium: None,
            fault,
        });
        self.bring_down(process, Ended::Killed, KILLED, Some(failure));
    }

    /// A thread kills a process: its own, or another. Whether the thread is
    /// gone.
    pub(super) fn kill_from_inside(&mut self, id: u32, process: u32) -> bool {
        let state = &self.processes[process as usize];
        if state.started.is_some() && state.ended.is_none() {
            self.kill(process, None);
        }
        // It may have begun anew already.
        self.thread(id).state != State::Running
    }

    /// There is no operation that kills a thread alone.
    pub(super) fn refuse_kill(&mut self, _other: u32) -> bool {
        self.counts.refused_kills += 1;
        false
    }

    /// A process that lives fails because of `cause`.
    pub(super) fn fail_process(
        &mut self,
        process: u32,
        how: Ended,
        cause: Option<usize>,
        medium: Option<Medium>,
    ) {
        let failure = self.record_process(process, how, cause, medium);
        self.bring_down(process, how, KILLED, Some(failure));
    }

    /// A thread fails in a way that ends its whole process.
    fn fail_with_process(
        &mut self,
        id: u32,
        how: Ended,
        status: i32,
        cause: usize,
        medium: Medium,
    ) {
        let process = self.thread(id).process;
        let failure = self.record_process(process, how, Some(cause), Some(medium));
        self.processes[process as usize].ending = true;
        self.end_thread(id, how);
        self.bring_down(process, how, status, Some(failure));
    }

    /// Ends a process and every thread in it that has not ended, because of
    /// `failure`.
    pub(super) fn bring_down(&mut self, id: u32, how: Ended, status: i32, failure: Option<usize>) {
        self.close_holds(id);
        self.processes[id as usize].ending = true;
        let plan = &self.plan.processes[id as usize];
        for thread in plan.first_thread..plan.end_thread {
            if self.thread(thread).ended.is_some() {
                continue;
            }
            let scenario = self.plan.hidden == 0;
            let exists = !scenario || self.thread(thread).created.is_some();
            let worker = self.plan.threads[thread as usize].worker.is_some();
            let blamed = how != Ended::CutOff && exists && (scenario || worker);
            if blamed {
                let medium = Some(Medium::SharedHeap);
                self.fail_thread(thread, Ended::TakenDown, failure, medium, None);
            }
            if self.thread(thread).created.is_none()
                && self.timers.is_set(self.slot(Owner::Thread(thread)))
            {
                self.unfinished -= 1;
            }
            self.end_thread(
                thread,
                match how {
                    _ if !exists => Ended::NeverStarted,
                    Ended::CutOff => Ended::CutOff,
                    _ => Ended::TakenDown,
                },
            );
        }
        self.end_process(id, how, status, failure);
    }

    pub(super) fn fail_thread(
        &mut self,
        id: u32,
        how: Ended,
        cause: Option<usize>,
        medium: Option<Medium>,
        fault: Option<usize>,
    ) -> usize {
        let failure = self.fail(Failure {
            at_ns: self.now,
            who: self.thread_subject(id),
            how,
            cause,
            medium,
            fault,
        });
        self.threads[id as usize].failure = Some(failure);
        failure
    }

    pub(super) fn record_process(
        &mut self,
        process: u32,
        how: Ended,
        cause: Option<usize>,
        medium: Option<Medium>,
    ) -> usize {
        self.fail(Failure {
            at_ns: self.now,
            who: self.process_subject(process),
            how,
            cause,
            medium,
            fault: None,
        })
    }

    fn process_subject(&self, process: u32) -> Subject {
        Subject::Process(process.saturating_sub(self.plan.hidden) as u16)
    }

    pub(super) fn thread_subject(&self, id: u32) -> Subject {
        let plan = &self.plan.threads[id as usize];
        if let Some((process, thread)) = plan.worker {
            return Subject::Thread(process, thread);
        }
        let process = plan.process;
        let first = self.plan.processes[process as usize].first_thread;
        Subject::Thread(
            process.saturating_sub(self.plan.hidden) as u16,
            (id - first) as u16,
        )
    }

    /// The last failure of a thread, if it has one.
    pub(super) fn failure_of(&self, id: u32) -> Option<usize> {
        self.thread(id).failure
    }

    /// At the end of a run: how a thread that will never go on is stuck, if it
    /// is known.
    pub(super) fn how_stuck(&self, id: u32) -> Option<Ended> {
        let thread = self.thread(id);
        if thread.hung.is_some() {
            return Some(Ended::Hung);
        }
        self.failure_of(id)
            .map(|failure| self.failures[failure].how)
            .filter(|&how| how == Ended::Deadlocked)
    }

    /// At the end of a run in which nothing is left to happen: reports the
    /// threads that wait for ever.
    pub(super) fn report_stuck(&mut self) {
        for id in 0..self.threads.len() as u32 {
            let thread = self.thread(id);
            // A pool's worker without a task has nothing to wait for.
            let idle = matches!(thread.wait, Wait::Task(_));
            let known = !thread.is_alive() || thread.hung.is_some() || idle;
            if known || thread.state == State::Running || self.failure_of(id).is_some() {
                continue;
            }
            let (cause, medium) = self.why_stuck(id);
            self.fail_thread(id, Ended::Stuck, cause, medium, None);
        }
    }
}
