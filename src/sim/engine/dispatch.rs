//! Threads and cores: who runs where, until when.

use super::entity::{Burn, Thread};
use super::{Engine, NONE, class};
use crate::sim::plan::ThreadPlan;
use crate::sim::policy::{Arrival, Policy, Task};
use crate::sim::trace::{Span, State, Trace};

/// What policies know of a thread at the start.
pub(super) fn task(thread: &ThreadPlan) -> Task {
    Task {
        class: thread.class,
        nice: thread.nice,
        base_priority: thread.priority,
        priority: thread.priority,
        tickets: thread.tickets.max(1),
        relative_deadline: thread.deadline,
        period: thread.period,
        runtime: thread.runtime,
        ..Task::default()
    }
}

/// [`Engine::enter`] with the thread at hand.
#[inline]
fn enter(thread: &mut Thread, id: u32, state: State, now: u64, trace: Option<&mut Trace>) {
    thread.time_in[thread.state as usize] += now - thread.since;
    if let Some(trace) = trace
        && thread.state != State::New
    {
        trace.span(Span {
            start: thread.since,
            end: now,
            thread: id,
            core: thread.core,
            state: thread.state,
        });
    }
    thread.state = state;
    thread.since = now;
}

impl Engine<'_> {
    /// Changes a thread's state; accounts for and records the time in the old.
    #[inline]
    pub(super) fn enter(&mut self, id: u32, state: State) {
        let trace = self.recording.then_some(&mut self.trace);
        enter(&mut self.threads[id as usize], id, state, self.now, trace);
    }

    /// Puts a thread that waited, or is new, among the ready ones.
    pub(super) fn make_ready(&mut self, id: u32, why: Arrival) {
        self.enter(id, State::Ready);
        let burst = if self.queues.needs_burst {
            self.burst_of(id)
        } else {
            0
        };
        let task = &mut self.tasks[id as usize];
        task.ready_since = self.now;
        task.burst = burst;
        task.burst_left = burst;
        if task.relative_deadline != u64::MAX && self.plan.threads[id as usize].periodic.is_none() {
            task.deadline = self.now + task.relative_deadline;
        }
        self.enqueue(id, why);
    }

    /// Gives free cores to ready threads, and to better ones the cores of
    /// worse.
    #[inline]
    pub(super) fn schedule(&mut self) {
        self.dirty = false;
        if self.queues.is_global() {
            self.fill_from_one_queue();
        } else {
            self.fill_from_own_queues();
        }
        if self.queues.preemptive {
            for queue in 0..self.queues.len() as u16 {
                self.preempt(queue);
            }
        }
        if self.queues.replans {
            self.replan_slices();
        }
        self.plan_missing_slices();
    }

    /// Someone became ready: for some policies running slices change.
    fn replan_slices(&mut self) {
        for core in 0..self.cores.len() as u16 {
            if self.cores[usize::from(core)].running != NONE {
                self.settle(core);
                self.plan_slice(core);
            }
        }
    }

    fn fill_from_one_queue(&mut self) {
        while !self.idle.is_empty() {
            let policy = &mut self.queues.all[0];
            let Some(id) = policy.pick(&mut self.tasks, self.now) else {
                break;
            };
            let last = self.threads[id as usize].core;
            let core = if self.idle.contains(last) {
                last
            } else {
                let Some(first) = self.idle.first() else {
                    unreachable!("there is an idle core");
                };
                first
            };
            self.dispatch(core, id);
        }
    }

    fn fill_from_own_queues(&mut self) {
        // Own threads first, so that nobody steals what a core could run now.
        for core in self.idle {
            self.pick_own(core);
        }
        if self.queues.steal {
            for core in self.idle {
                if self.steal_for(core) {
                    self.pick_own(core);
                }
            }
            self.dirty = false;
        }
    }

    fn pick_own(&mut self, core: u16) {
        let policy = &mut self.queues.all[usize::from(core)];
        if let Some(id) = policy.pick(&mut self.tasks, self.now) {
            self.dispatch(core, id);
        }
    }

    /// While the best ready thread of a queue should take the core of a
    /// running one, it does.
    fn preempt(&mut self, queue: u16) {
        let mut settled = false;
        loop {
            let policy = &mut self.queues.all[usize::from(queue)];
            let Some(best) = policy.peek(&mut self.tasks, self.now) else {
                return;
            };
            if !settled {
                settled = true;
                for core in self.cores_of(queue) {
                    self.settle(core);
                }
            }
            let policy = &self.queues.all[usize::from(queue)];
            let mut victim: Option<u32> = None;
            for core in self.cores_of(queue) {
                let running = self.cores[usize::from(core)].running;
                if running == NONE {
                    continue;
                }
                let worse = |other: u32| policy.preempts(&self.tasks, other, running, self.now);
                if worse(best) && victim.is_none_or(worse) {
                    victim = Some(running);
                }
            }
            let Some(victim) = victim else { return };
            let core = self.threads[victim as usize].core;
            self.counts.preemptions += 1;
            self.leave_core(victim);
            self.enter(victim, State::Ready);
            self.enqueue(victim, Arrival::Preempted);
            let policy = &mut self.queues.all[usize::from(queue)];
            if let Some(id) = policy.pick(&mut self.tasks, self.now) {
                self.dispatch(core, id);
            }
            self.dirty = false;
        }
    }

    fn dispatch(&mut self, core: u16, id: u32) {
        let now = self.now;
        let thread = &mut self.threads[id as usize];
        let before = std::mem::replace(&mut thread.core, core);
        let moved = before != u16::MAX && before != core;
        if before == u16::MAX {
            thread.first_run = Some(now);
        }
        let (process, remaining) = (thread.process, thread.remaining);
        let trace = self.recording.then_some(&mut self.trace);
        enter(thread, id, State::Running, now, trace);
        self.idle.remove(core);
        let slot = &mut self.cores[usize::from(core)];
        slot.running = id;
        slot.burning = false;
        let mut run_from = now;
        if slot.last != id {
            let costs = &self.plan.costs;
            if slot.last != NONE {
                self.counts.context_switches += 1;
                if slot.last_process != process {
                    self.counts.process_switches += 1;
                    run_from += costs.process_switch_ns;
                }
            }
            run_from += costs.context_switch_ns;
            slot.last = id;
            slot.last_process = process;
        }
        if moved {
            self.counts.migrations += 1;
            run_from += self.plan.costs.migration_ns;
        }
        slot.run_from = run_from;
        slot.settled = run_from;
        slot.charged = run_from;
        slot.poll_at = u64::MAX;
        slot.slice_at = u64::MAX;
        if self.plan.machine.cache.is_some() {
            self.find_warmth(core, id);
        }
        self.find_slice_end(core);
        if remaining > 0 && self.may_burn(id) {
            self.burn(id);
        } else {
            let slot = &mut self.cores[usize::from(core)];
            slot.done_at = slot.run_from;
            self.set_core_timer(core);
        }
    }

    /// Plans the end of the running thread's slice, unless nobody is ready to
    /// take over and that is all the same to the policy.
    pub(super) fn plan_slice(&mut self, core: u16) {
        self.find_slice_end(core);
        self.set_core_timer(core);
    }

    /// [`Engine::plan_slice`], before its core's timer is set.
    #[inline(always)]
    fn find_slice_end(&mut self, core: u16) {
        let queue = self.queues.of_core(core);
        let policy = &mut self.queues.all[usize::from(queue)];
        let slot = &mut self.cores[usize::from(core)];
        if policy.len() == 0 && !policy.slices_alone() {
            slot.slice_at = u64::MAX;
            self.unsliced.insert(core);
        } else {
            self.unsliced.remove(core);
            let from = slot.run_from.max(self.now);
            slot.slice_at = match policy.slice(&self.tasks, slot.running, from) {
                None => u64::MAX,
                Some(left) if self.tick == 0 => from + left,
                Some(left) => (from + left).next_multiple_of(self.tick),
            };
        }
    }

    /// Someone is ready again: the slices that were not planned matter.
    fn plan_missing_slices(&mut self) {
        for core in self.unsliced {
            let queue = self.queues.of_core(core);
            if self.queues.all[usize::from(queue)].len() > 0 {
                self.settle(core);
                self.plan_slice(core);
            }
        }
    }

    /// The thread on a core computes what it has left to compute.
    #[inline(always)]
    pub(super) fn burn(&mut self, id: u32) {
        let thread = &self.threads[id as usize];
        let (core, remaining, burn) = (thread.core, thread.remaining, thread.burn);
        let hung = thread.hung.is_some();
        let slot = &mut self.cores[usize::from(core)];
        slot.run_from = slot.run_from.max(self.now);
        slot.settled = slot.run_from;
        slot.burning = true;
        if hung {
            slot.done_at = u64::MAX;
            self.set_core_timer(core);
            return self.watch(id);
        }
        let done_at = self.time_for(core, remaining);
        self.cores[usize::from(core)].done_at = done_at;
        if burn == Burn::Bytecode {
            self.plan_poll(id);
        }
        self.set_core_timer(core);
    }

    /// Accounts for what the running thread has computed and used up to now.
    #[inline(always)]
    pub(super) fn settle(&mut self, core: u16) {
        let slot = &self.cores[usize::from(core)];
        if self.now > slot.settled.min(slot.charged) && slot.running != NONE {
            self.settle_thread(core);
        }
    }

    #[inline(never)]
    fn settle_thread(&mut self, core: u16) {
        let now = self.now;
        let slot = &mut self.cores[usize::from(core)];
        let id = slot.running;
        let (from, charged) = (slot.settled, slot.charged);
        let queue = self.threads[id as usize].queue;
        if slot.burning && now > from {
            slot.settled = now;
            let work = if self.plan.machine.cache.is_none() {
                now - from
            } else {
                self.work_done(core, from, now)
            };
            let thread = &mut self.threads[id as usize];
            thread.remaining = thread.remaining.saturating_sub(work);
            if thread.burn == Burn::Bytecode {
                thread.done += work;
            }
        }
        if now > charged {
            let ran = now - charged;
            self.cores[usize::from(core)].charged = now;
            let task = &mut self.tasks[id as usize];
            task.ran += ran;
            task.burst_left = task.burst_left.saturating_sub(ran);
            let policy = &mut self.queues.all[usize::from(queue)];
            policy.charge(&mut self.tasks, id, ran, now);
        }
    }

    /// Takes the running thread off its core, which is idle then.
    pub(super) fn leave_core(&mut self, id: u32) {
        self.settle(self.threads[id as usize].core);
        self.vacate(id);
    }

    /// [`Engine::leave_core`] of a thread whose running is accounted for.
    #[inline(always)]
    fn vacate(&mut self, id: u32) {
        let thread = &self.threads[id as usize];
        let (core, start) = (thread.core, thread.since);
        let slot = &mut self.cores[usize::from(core)];
        slot.running = NONE;
        slot.burning = false;
        slot.done_at = u64::MAX;
        slot.poll_at = u64::MAX;
        slot.slice_at = u64::MAX;
        slot.busy += self.now - start;
        if !self.queues.is_global() {
            self.threads[id as usize].left_core = self.now;
        }
        self.unsliced.remove(core);
        self.idle.insert(core);
        self.timers.cancel(u32::from(core));
        self.dirty = true;
    }

    /// The running thread waits for something or has ended.
    pub(super) fn leave_queue(&mut self, id: u32) {
        self.leave_core(id);
        let queue = self.threads[id as usize].queue;
        let policy = &mut self.queues.all[usize::from(queue)];
        policy.block(&mut self.tasks, id, self.now);
        self.replan_policy(queue);
    }

    /// The running thread waits for something.
    pub(super) fn block(&mut self, id: u32, state: State) {
        self.leave_queue(id);
        self.enter(id, state);
    }

    /// The running thread goes back among the ready ones.
    pub(super) fn requeue(&mut self, id: u32, why: Arrival) {
        self.leave_core(id);
        self.enter(id, State::Ready);
        self.enqueue(id, why);
    }

    pub(super) fn set_core_timer(&mut self, core: u16) {
        let slot = &self.cores[usize::from(core)];
        let (mut at, mut class) = (slot.done_at, class::CORE_DONE);
        if slot.poll_at < at {
            (at, class) = (slot.poll_at, class::GIL_POLL);
        }
        if slot.slice_at < at || slot.slice_at == at && self.slice_class < class {
            (at, class) = (slot.slice_at, self.slice_class);
        }
        if at == u64::MAX {
            self.timers.cancel(u32::from(core));
        } else {
            self.timers.set(u32::from(core), at, class);
        }
    }

    #[inline]
    pub(super) fn on_core(&mut self, core: u16) {
        let slot = &self.cores[usize::from(core)];
        let (id, now) = (slot.running, self.now);
        if slot.done_at <= now {
            self.on_done(core, id);
        } else if slot.slice_at <= now && (slot.poll_at > now || self.slice_class < class::GIL_POLL)
        {
            self.on_slice_end(core, id);
        } else if slot.poll_at <= now {
            self.cores[usize::from(core)].poll_at = u64::MAX;
            if !self.force_switch(id) {
                self.set_core_timer(core);
            }
        }
    }

    fn on_done(&mut self, core: u16, id: u32) {
        let slot = &mut self.cores[usize::from(core)];
        slot.done_at = u64::MAX;
        if !slot.burning {
            // Just dispatched: resume the computing, or take the next op.
            if self.threads[id as usize].remaining == 0 {
                self.go_on(core, id);
            } else if self.acquire(id) {
                self.burn(id);
            }
            return;
        }
        self.settle(core);
        self.cores[usize::from(core)].burning = false;
        let thread = &mut self.threads[id as usize];
        thread.remaining = 0;
        let burn = thread.burn;
        let gone = match burn {
            Burn::Native => self.resume_aside(id),
            Burn::Instruction => false,
            Burn::Bytecode if self.is_ticking(id) => self.tick(id),
            Burn::Bytecode | Burn::Call => self.force_switch(id),
        };
        if !gone {
            self.go_on(core, id);
        }
    }

    /// The thread on a core takes its next op; sees to the timer if it stays
    /// there without computing.
    fn go_on(&mut self, core: u16, id: u32) {
        self.cores[usize::from(core)].poll_at = u64::MAX;
        self.advance(id);
    }

    fn on_slice_end(&mut self, core: u16, id: u32) {
        let queue = usize::from(self.threads[id as usize].queue);
        let policy = &self.queues.all[queue];
        if policy.len() == 0 && !policy.slices_alone() {
            self.cores[usize::from(core)].slice_at = u64::MAX;
            self.unsliced.insert(core);
            return self.set_core_timer(core);
        }
        self.settle(core);
        let policy = &mut self.queues.all[queue];
        if policy.expire(&mut self.tasks, id, self.now) {
            self.vacate(id);
            self.enter(id, State::Ready);
            self.enqueue(id, Arrival::Expired);
        } else {
            self.plan_slice(core);
        }
        self.replan_policy(queue as u16);
    }

    /// Whether a thread waits for anything but a core.
    pub(super) fn waits(&self, id: u32) -> bool {
        let thread = self.thread(id);
        let state = thread.state;
        thread.is_alive() && !matches!(state, State::Ready | State::Running)
    }

    /// A thread's timer: it begins, or its wait is over.
    pub(super) fn on_thread(&mut self, id: u32) {
        if self.threads[id as usize].created.is_none() {
            return self.create_planned(id);
        }
        debug_assert!(self.waits(id), "{:?}", self.thread(id));
        self.wait_over(id);
    }
}
