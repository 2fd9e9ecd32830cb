//! How threads and processes begin and end, and who waits for that.

use super::entity::{Context, Process, Wait};
use super::pool::Pool;
use super::{Engine, NONE, Owner, class};
use crate::experiment::scenario::{PoolKind, Restart, SupervisionStrategy};
use crate::experiment::{Ended, Failure, Medium};
use crate::sim::policy::{Arrival, Policy};
use crate::sim::trace::{Cause, State};

/// A process that has not begun; `gils` is the range of its GILs.
pub(super) fn process(gils: (u32, u32)) -> Process {
    Process {
        parent: NONE,
        first_gil: gils.0,
        end_gil: gils.1,
        alive: 0,
        non_daemons: 0,
        open_tasks: 0,
        units: 0,
        faults: Vec::new(),
        joiners: Vec::new(),
        main_ended: None,
        ending: false,
        restarting: false,
        restarts: 0,
        strikes: 0,
        started: None,
        ready: None,
        ended: None,
        status: 0,
        heap_bytes: 0,
        heap_peak: 0,
        inherited_bytes: 0,
        leaked_bytes: 0,
        copied_bytes: 0,
    }
}

impl Engine<'_> {
    /// A process's timer: it begins, or begins anew.
    pub(super) fn begin_process(&mut self, id: u32) {
        self.unfinished -= 1;
        self.start(id, NONE);
    }

    /// `by` starts another process, as a copy of its own if it forks.
    pub(super) fn start_process(&mut self, by: u32, id: u32) {
        let state = &self.processes[id as usize];
        if state.started.is_some() || state.ended.is_some() {
            return;
        }
        let parent = self.thread(by).process;
        self.processes[id as usize].parent = parent;
        if self.plan.processes[id as usize].forks {
            self.fork_locks(by, parent, id);
            self.fork_objects(parent, id);
        }
        self.start(id, by);
    }

    /// A process begins, by thread `by`, or if that is [`NONE`] by itself.
    fn start(&mut self, id: u32, by: u32) {
        let plan = &self.plan.processes[id as usize];
        let process = &mut self.processes[id as usize];
        process.started.get_or_insert(self.now);
        process.ended = None;
        process.restarting = false;
        for thread in plan.first_thread..plan.end_thread {
            match self.plan.threads[thread as usize].arrival {
                None if thread == plan.first_thread => self.create(thread, by),
                None => {}
                Some(0) => self.create(thread, by),
                Some(after) => {
                    self.unfinished += 1;
                    // The process does not end before it has begun and ended.
                    self.await_planned(thread);
                    self.set(Owner::Thread(thread), self.now + after, class::ARRIVAL);
                }
            }
        }
    }

    /// A thread's timer before it exists: it begins.
    pub(super) fn create_planned(&mut self, id: u32) {
        self.unfinished -= 1;
        self.forget_planned(id);
        self.create(id, NONE);
    }

    /// A thread that is still to come counts as one the process waits for.
    fn await_planned(&mut self, id: u32) {
        let process = self.thread(id).process as usize;
        let awaited = !self.plan.threads[id as usize].daemon;
        self.processes[process].non_daemons += u32::from(awaited);
    }

    /// It has come, or will not.
    pub(super) fn forget_planned(&mut self, id: u32) {
        let process = self.thread(id).process as usize;
        let awaited = !self.plan.threads[id as usize].daemon;
        self.processes[process].non_daemons -= u32::from(awaited);
    }

    /// A thread begins to exist, unless its process has ended before it could
    /// or it exists already. `by` started it, or [`NONE`].
    pub(super) fn create(&mut self, id: u32, by: u32) {
        let now = self.now;
        let thread = &mut self.threads[id as usize];
        let process = &mut self.processes[thread.process as usize];
        if thread.ended.is_some() || thread.created.is_some() || process.ended.is_some() {
            return;
        }
        thread.created = Some(now);
        thread.since = now;
        thread.marked = !process.faults.is_empty();
        process.alive += 1;
        process.non_daemons += u32::from(!self.plan.threads[id as usize].daemon);
        self.unfinished += 1;
        self.meet_channels(id);
        if self.plan.threads[id as usize].periodic.is_some() {
            return self.begin_periodic(id);
        }
        self.record_wake(id, by, Cause::Start);
        self.make_ready(id, Arrival::New);
    }

    /// A thread that is on a core ends of its own accord.
    pub(super) fn finish(&mut self, id: u32, how: Ended) {
        self.let_go(id);
        let process = self.thread(id).process;
        let plan = &self.plan.processes[process as usize];
        let counts = u32::from(!self.plan.threads[id as usize].daemon);
        let state = &mut self.processes[process as usize];
        if plan.first_thread == id {
            state.main_ended = Some(how);
        }
        // If it was the last, those that wait for its locks end with it.
        state.ending =
            state.main_ended.is_some() && state.non_daemons == counts && state.open_tasks == 0;
        self.end_thread(id, how);
        self.end_if_over(process);
    }

    /// Ends a process whose main thread has ended, unless its interpreter has
    /// to wait: for all threads but daemons, and for the tasks of executors.
    pub(super) fn end_if_over(&mut self, process: u32) {
        let state = &self.processes[process as usize];
        if state.non_daemons > 0 || state.open_tasks > 0 {
            return;
        }
        if let Some(how) = state.main_ended {
            let raised = matches!(how, Ended::Exception | Ended::OutOfMemory);
            let cause = raised.then(|| {
                let main = self.plan.processes[process as usize].first_thread;
                let cause = self.failure_of(main);
                self.record_process(process, how, cause, Some(Medium::MainThread))
            });
            self.cut_off_threads(process);
            self.end_process(process, how, i32::from(raised), cause);
        }
    }

    /// At the end of the interpreter, daemon threads are cut off without
    /// cleaning up.
    fn cut_off_threads(&mut self, process: u32) {
        self.processes[process as usize].ending = true;
        let plan = &self.plan.processes[process as usize];
        for thread in plan.first_thread..plan.end_thread {
            if self.thread(thread).is_alive() {
                self.end_thread(thread, Ended::CutOff);
            } else if self.timers.is_set(self.slot(Owner::Thread(thread))) {
                // It has not begun, and will not.
                self.cancel(Owner::Thread(thread));
                self.unfinished -= 1;
            }
        }
    }

    /// Marks a thread as ended and takes it away from wherever it is. Locks
    /// that it holds stay locked.
    pub(super) fn end_thread(&mut self, id: u32, how: Ended) {
        let now = self.now;
        match self.thread(id).state {
            State::Running => self.leave_queue(id),
            State::Ready => self.dequeue(id),
            State::New | State::Ended => {}
            _ => self.forget_waiter(id),
        }
        let queue = usize::from(self.thread(id).queue);
        self.queues.all[queue].forget(&mut self.tasks, id, self.now);
        self.replan_policy(queue as u16);
        self.cancel(Owner::Thread(id));
        self.drop_aside(id);
        let deadline = self.thread(id).deadline_timer;
        if deadline != NONE {
            self.timers.cancel(deadline);
        }
        let gil = self.thread(id).gil;
        if gil != NONE {
            let freed = self.gils[gil as usize].forget_awake(id);
            self.after_forgetting(id, gil, freed);
        }
        self.enter(id, State::Ended);
        self.leave_channels(id);
        self.abandon_loop(id);
        let daemon = self.plan.threads[id as usize].daemon;
        let thread = &mut self.threads[id as usize];
        let lived = thread.created.is_some();
        thread.ended = Some((how, now));
        thread.wait = Wait::Nothing;
        let joiners = std::mem::take(&mut thread.joiners);
        if lived {
            let process = &mut self.processes[thread.process as usize];
            process.alive -= 1;
            process.non_daemons -= u32::from(!daemon);
            self.unfinished -= 1;
        }
        self.orphan_locks(id);
        for &joiner in &joiners {
            self.wake_joiner(joiner, id);
        }
    }

    /// Marks a process as ended; its threads have ended already. `cause` is
    /// the failure that ended it, if one did.
    pub(super) fn end_process(&mut self, id: u32, how: Ended, status: i32, cause: Option<usize>) {
        self.close_holds(id);
        let now = self.now;
        let state = &mut self.processes[id as usize];
        state.ended = Some((how, now));
        state.status = status;
        state.heap_bytes = 0;
        state.main_ended = None;
        state.ending = false;
        // An interpreter that is not cut off cleans up after itself.
        if matches!(
            how,
            Ended::Completed | Ended::Exception | Ended::OutOfMemory
        ) {
            self.terminate_daemons(id);
        }
        self.worker_died(id, how, cause);
        if self.supervise(id, how, cause) {
            return;
        }
        let joiners = std::mem::take(&mut self.processes[id as usize].joiners);
        if joiners.is_empty() {
            return;
        }
        let last = self.last_to_end(id);
        for &joiner in &joiners {
            self.wake_joiner(joiner, last);
        }
    }

    /// The thread with whose end a process has ended: its main thread, unless
    /// others went on for longer.
    fn last_to_end(&self, process: u32) -> u32 {
        let plan = &self.plan.processes[process as usize];
        let ended = |id: &u32| self.thread(*id).ended.map(|(_, at)| at);
        (plan.first_thread..plan.end_thread)
            .max_by_key(|id| (ended(id), std::cmp::Reverse(*id)))
            .unwrap_or(plan.first_thread)
    }

    /// A process's daemon children end with its interpreter.
    fn terminate_daemons(&mut self, parent: u32) {
        for child in 0..self.processes.len() as u32 {
            let process = &self.processes[child as usize];
            let is_daemon = self.plan.processes[child as usize].daemon;
            let lives = process.started.is_some() && process.ended.is_none();
            if is_daemon && lives && process.parent == parent {
                self.bring_down(child, Ended::CutOff, -15, None);
            }
        }
    }

    fn wake_joiner(&mut self, joiner: u32, by: u32) {
        let thread = &mut self.threads[joiner as usize];
        if thread.state == State::WaitJoin {
            thread.wait = Wait::Nothing;
            self.wake(joiner, by, Cause::Join);
        }
    }

    pub(super) fn join_thread(&mut self, id: u32, other: u32) -> bool {
        if self.thread(other).ended.is_some() {
            return false;
        }
        self.threads[other as usize].joiners.push(id);
        self.wait_for(id, State::WaitJoin, Wait::Thread(other));
        self.find_deadlock(id);
        true
    }

    pub(super) fn join_process(&mut self, id: u32, process: u32) -> bool {
        let state = &mut self.processes[process as usize];
        if state.ended.is_some() && !state.restarting {
            return false;
        }
        state.joiners.push(id);
        self.wait_for(id, State::WaitJoin, Wait::Process(process));
        true
    }

    /// Restarts a supervised process that has ended, if its supervisor says so.
    /// Whether it will live again.
    fn supervise(&mut self, id: u32, how: Ended, cause: Option<usize>) -> bool {
        let Some(supervision) = self.plan.processes[id as usize].supervision else {
            return false;
        };
        if how == Ended::CutOff {
            return false;
        }
        let exited_well = how == Ended::Exited && self.processes[id as usize].status == 0;
        let failed = how != Ended::Completed && !exited_well;
        if !failed && supervision.restart == Restart::OnFailure
            || self.processes[id as usize].restarting
        {
            return self.processes[id as usize].restarting;
        }
        let in_group = |process: &u32| {
            self.plan.processes[*process as usize]
                .supervision
                .is_some_and(|other| other.group == supervision.group)
        };
        let group: Vec<u32> = (0..self.processes.len() as u32).filter(in_group).collect();
        let restarts: u32 = group
            .iter()
            .map(|&p| self.processes[p as usize].strikes)
            .sum();
        let mut again = vec![id];
        if supervision.strategy == SupervisionStrategy::OneForAll {
            for &other in &group {
                let state = &self.processes[other as usize];
                if other != id && state.started.is_some() && state.ended.is_none() {
                    again.push(other);
                }
            }
        }
        if restarts >= supervision.max_restarts {
            // The supervisor gives up: its whole group goes down.
            if let Some(cause) = cause {
                for &other in &group {
                    let state = &self.processes[other as usize];
                    if other != id && state.started.is_some() && state.ended.is_none() {
                        self.fail_process(
                            other,
                            Ended::Killed,
                            Some(cause),
                            Some(Medium::Supervisor),
                        );
                    }
                }
            }
            return false;
        }
        self.processes[id as usize].strikes += 1;
        let doubled = 1_u64 << restarts.min(20);
        let back_off = supervision.back_off.0.saturating_mul(doubled);
        for &process in &again {
            self.processes[process as usize].restarting = true;
            self.processes[process as usize].restarts += 1;
            self.counts.restarts += 1;
        }
        for &process in &again {
            if process != id {
                self.fail_process(process, Ended::Killed, cause, Some(Medium::Supervisor));
            }
            self.reset_process(process);
            self.unfinished += 1;
            let at = self.now.saturating_add(back_off);
            self.set(Owner::Process(process), at, class::ARRIVAL);
        }
        true
    }

    /// A process as it was before it began, but for what it is remembered by.
    pub(super) fn reset_process(&mut self, id: u32) {
        let plan = &self.plan.processes[id as usize];
        for thread in plan.first_thread..plan.end_thread {
            let start = self.plan.threads[thread as usize].start;
            let thread = &mut self.threads[thread as usize];
            thread.state = State::New;
            thread.since = self.now;
            thread.created = None;
            thread.first_run = None;
            thread.core = u16::MAX;
            thread.time_in = [0; State::COUNT];
            thread.ended = None;
            thread.hung = None;
            thread.remaining = 0;
            thread.aside = None;
            thread.ticks = 0;
            thread.context = Context::at(start);
            thread.event_loop = NONE;
            thread.held.clear();
            thread.missed_locks.clear();
            thread.task = NONE;
            thread.pending_tasks.clear();
            // Its results were in its heap.
            thread.units_lost += thread.units;
            thread.units = 0;
        }
        for pool in 0..self.pools.len() {
            let first = self.plan.pools[pool].workers.first();
            let of_threads = self.plan.pools[pool].kind == PoolKind::Threads;
            if of_threads && first.is_some_and(|&worker| self.thread(worker).process == id) {
                self.pools[pool] = Pool::default();
            }
        }
        let state = &mut self.processes[id as usize];
        state.units = 0;
        state.open_tasks = 0;
        state.ready = None;
        self.reset_objects(id);
        self.reset_locks(id);
    }

    /// Takes a waiting thread away from what it waits for: it has ended, or
    /// will wait no longer.
    pub(super) fn forget_waiter(&mut self, id: u32) {
        if self.thread(id).state == State::WaitGil {
            let gil = self.thread(id).gil;
            let freed = self.gils[gil as usize].forget(id);
            self.after_forgetting(id, gil, freed);
        }
        let wait = std::mem::replace(&mut self.threads[id as usize].wait, Wait::Nothing);
        match wait {
            Wait::Lock(lock) => self.leave_lock(id, lock),
            Wait::Semaphore(semaphore) => self.semaphores[semaphore as usize].forget(id),
            Wait::Condition { condition, .. } => self.conditions[condition as usize].forget(id),
            Wait::Barrier(barrier) => self.barriers[barrier as usize].forget(id),
            Wait::Send { channel, .. } | Wait::Receive(channel) => {
                self.channels[channel as usize].forget(id);
            }
            Wait::Device(device) => self.leave_device(id, device),
            Wait::Thread(other) => self.threads[other as usize].joiners.retain(|&j| j != id),
            Wait::Process(other) => self.processes[other as usize].joiners.retain(|&j| j != id),
            Wait::Task(pool) => self.pools[pool as usize].forget(id),
            Wait::Nothing | Wait::Loop | Wait::Gather(_) | Wait::Release => {}
        }
    }

    /// A waiting thread's timer has gone off.
    pub(super) fn wait_over(&mut self, id: u32) {
        let thread = &mut self.threads[id as usize];
        let io = matches!(thread.state, State::WaitIo | State::WaitTimer);
        let wait = std::mem::replace(&mut thread.wait, Wait::Nothing);
        match wait {
            Wait::Lock(lock) => self.time_out(id, lock),
            Wait::Device(device) => {
                self.device_done(id, device);
                let late = self.latency(self.plan.costs.wake_latency_ns);
                if late > 0 {
                    return self.wake_at(id, self.now + late);
                }
            }
            Wait::Release => return self.release_job(id),
            _ => {}
        }
        self.make_ready(id, Arrival::Woken { io });
    }

    pub(super) fn fail(&mut self, failure: Failure) -> usize {
        self.failures.push(failure);
        self.failures.len() - 1
    }
}
