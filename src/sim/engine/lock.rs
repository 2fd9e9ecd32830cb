//! Locks: who holds them, who waits, priority inheritance and ceilings,
//! deadlocks found when they close.

use super::entity::Wait;
use super::{Engine, NONE, Owner};
use crate::experiment::scenario::{LockProtocol, WaiterOrder};
use crate::experiment::{Ended, Medium};
use crate::sim::plan::Plan;
use crate::sim::policy::{Arrival, Policy};
use crate::sim::trace::{Cause, State};
use std::collections::VecDeque;

/// The owner of a lock that a fork copied while a thread held it that the
/// child does not have.
pub(super) const GHOST: u32 = NONE - 1;

/// A lock of one process, or of all.
#[derive(Debug, Clone)]
pub(super) struct Lock {
    /// Index into the plan's locks.
    pub(super) plan: u32,
    /// Who holds it, or [`NONE`].
    pub(super) owner: u32,
    /// Its owner has ended, or never was in this process.
    dead: bool,
    pub(super) waiters: VecDeque<u32>,
}

/// A deadlock: when the circle of waiting closed, and who waits in it, each for
/// the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sim) struct Deadlock {
    pub(in crate::sim) at: u64,
    pub(in crate::sim) threads: Vec<u32>,
}

/// All locks: first one of each in shared memory, then those of each process.
pub(super) fn table(plan: &Plan) -> Vec<Lock> {
    let each = 0..plan.locks.len() as u32;
    (0..=plan.processes.len())
        .flat_map(|_| each.clone())
        .map(|plan| Lock {
            plan,
            owner: NONE,
            dead: false,
            waiters: VecDeque::new(),
        })
        .collect()
}

impl Engine<'_> {
    /// The lock that a thread means by index `lock` of the plan.
    fn lock_of(&self, id: u32, lock: u32) -> u32 {
        if self.plan.locks[lock as usize].shared {
            return lock;
        }
        (self.thread(id).process + 1) * self.plan.locks.len() as u32 + lock
    }

    /// The running thread takes a lock, or waits for it, no longer than
    /// `patience`. Whether it waits.
    pub(super) fn lock(&mut self, id: u32, lock: u32, patience: Option<u64>) -> bool {
        let number = self.lock_of(id, lock);
        if self.locks[number as usize].owner == NONE {
            self.give(number, id);
            self.set_inherited(id);
            // A ceiling may change the thread's place.
            return self.thread(id).state != State::Running;
        }
        self.locks[number as usize].waiters.push_back(id);
        self.wait_for(id, State::WaitLock, Wait::Lock(number));
        if let Some(ns) = patience {
            self.wake_at(id, self.now + ns);
        }
        let owner = self.locks[number as usize].owner;
        if owner != GHOST {
            self.set_inherited(owner);
        }
        self.find_deadlock(id);
        true
    }

    fn give(&mut self, number: u32, id: u32) {
        self.locks[number as usize].owner = id;
        let thread = &mut self.threads[id as usize];
        thread.held.push(number);
        thread.missed_locks.retain(|&missed| missed != number);
    }

    /// The op: gives back a lock; to give back one that is not held is an
    /// exception. Whether the thread is gone.
    pub(super) fn unlock_op(&mut self, id: u32, lock: u32) -> bool {
        let number = self.lock_of(id, lock);
        if self.locks[number as usize].owner == id {
            self.unlock(id, number);
            return self.thread(id).state != State::Running;
        }
        let thread = &mut self.threads[id as usize];
        if let Some(place) = thread.missed_locks.iter().position(|&lock| lock == number) {
            thread.missed_locks.swap_remove(place);
            return false;
        }
        self.raise(id, None);
        true
    }

    /// Hands a lock that `id` holds to the next waiter.
    pub(super) fn unlock(&mut self, id: u32, number: u32) {
        self.threads[id as usize]
            .held
            .retain(|&held| held != number);
        let lock = &self.locks[number as usize];
        let place = match self.plan.locks[lock.plan as usize].order {
            WaiterOrder::Fifo => 0,
            WaiterOrder::Priority => {
                let urgency = |place: &usize| {
                    let waiter = lock.waiters[*place] as usize;
                    (self.tasks[waiter].priority, std::cmp::Reverse(*place))
                };
                (0..lock.waiters.len()).max_by_key(urgency).unwrap_or(0)
            }
        };
        let lock = &mut self.locks[number as usize];
        lock.owner = NONE;
        if let Some(next) = lock.waiters.remove(place) {
            self.give(number, next);
            self.threads[next as usize].wait = Wait::Nothing;
            self.wake(next, id, Cause::Lock);
            self.set_inherited(next);
        }
        self.set_inherited(id);
    }

    /// Takes a lock for a thread that waits off a core, or puts it among the
    /// waiters: a condition's waiter after `by` has notified it.
    pub(super) fn relock(&mut self, id: u32, number: u32, by: u32) {
        if self.locks[number as usize].owner == NONE {
            self.give(number, id);
            self.threads[id as usize].wait = Wait::Nothing;
            self.wake(id, by, Cause::Condition);
            return self.set_inherited(id);
        }
        self.threads[id as usize].wait = Wait::Lock(number);
        self.enter(id, State::WaitLock);
        let lock = &mut self.locks[number as usize];
        lock.waiters.push_back(id);
        let owner = lock.owner;
        if owner != GHOST {
            self.set_inherited(owner);
        }
        self.find_deadlock(id);
    }

    /// The lock that `id` holds by index `lock` of the plan, if it does.
    pub(super) fn held_lock(&self, id: u32, lock: u32) -> Option<u32> {
        let number = self.lock_of(id, lock);
        (self.locks[number as usize].owner == id).then_some(number)
    }

    /// A waiter's patience is over.
    pub(super) fn time_out(&mut self, id: u32, number: u32) {
        let missed = &mut self.threads[id as usize].missed_locks;
        if !missed.contains(&number) {
            missed.push(number);
        }
        self.leave_lock(id, number);
    }

    /// A waiter waits no longer.
    pub(super) fn leave_lock(&mut self, id: u32, number: u32) {
        let lock = &mut self.locks[number as usize];
        lock.waiters.retain(|&waiter| waiter != id);
        let owner = lock.owner;
        if owner != NONE && owner != GHOST {
            self.set_inherited(owner);
        }
    }

    /// Sets a thread's priority to what the locks it holds lend it, and those
    /// of the owners down the chain that it waits for.
    fn set_inherited(&mut self, mut id: u32) {
        for _ in 0..=self.threads.len() {
            let lent = |&number: &u32| {
                let lock = &self.locks[number as usize];
                match self.plan.locks[lock.plan as usize].protocol {
                    LockProtocol::None => None,
                    LockProtocol::Ceiling(ceiling) => Some(ceiling),
                    LockProtocol::Inherit => {
                        let priority = |&waiter: &u32| self.tasks[waiter as usize].priority;
                        lock.waiters.iter().map(priority).max()
                    }
                }
            };
            let thread = &self.threads[id as usize];
            let base = self.tasks[id as usize].base_priority;
            let most = thread.held.iter().filter_map(lent).max();
            let priority = most.map_or(base, |most| most.max(base));
            if priority == self.tasks[id as usize].priority || thread.ended.is_some() {
                return;
            }
            self.set_priority(id, priority);
            let Wait::Lock(next) = self.threads[id as usize].wait else {
                return;
            };
            let owner = self.locks[next as usize].owner;
            if owner == NONE || owner == GHOST {
                return;
            }
            id = owner;
        }
    }

    fn set_priority(&mut self, id: u32, priority: i32) {
        let queue = usize::from(self.thread(id).queue);
        let heeded = self.queues.all[queue].heeds_priority();
        match self.thread(id).state {
            State::Ready if heeded => {
                self.dequeue(id);
                self.tasks[id as usize].priority = priority;
                self.enqueue(id, Arrival::Reprioritised);
            }
            State::Running if heeded => {
                let core = self.thread(id).core;
                self.settle(core);
                self.tasks[id as usize].priority = priority;
                // Tells the policy, which may have to change its class.
                self.queues.all[queue].charge(&mut self.tasks, id, 0, self.now);
                self.plan_slice(core);
                self.dirty = true;
            }
            _ => self.tasks[id as usize].priority = priority,
        }
        if self.recording {
            let as_written = self.plan.urgency(priority);
            self.trace.priorities.push((self.now, id, as_written));
        }
    }

    /// Whom a waiting thread waits for, if it is one thread: the owner of a
    /// lock, or one it joins. A wait that a timer will end does not count.
    fn waits_for(&self, id: u32) -> Option<u32> {
        if self.timers.is_set(self.slot(Owner::Thread(id))) {
            return None;
        }
        match self.thread(id).wait {
            Wait::Lock(lock) => Some(self.locks[lock as usize].owner),
            Wait::Thread(other) => Some(other),
            _ => None,
        }
    }

    /// A thread has begun to wait: looks whether that closes a circle, or is
    /// for an owner that will never come back.
    pub(super) fn find_deadlock(&mut self, id: u32) {
        let mut at = id;
        // A circle that does not contain `id` was reported when it closed.
        for _ in 0..=self.threads.len() {
            let Some(next) = self.waits_for(at) else {
                return;
            };
            if next == GHOST || self.thread(next).ended.is_some() {
                if at == id && matches!(self.thread(id).wait, Wait::Lock(_)) {
                    self.report_orphaned(id, next);
                }
                return;
            }
            if next == id {
                return self.report_deadlock(id);
            }
            at = next;
        }
    }

    /// `id` waits for others who in the end wait for it.
    fn report_deadlock(&mut self, id: u32) {
        let next = |&at: &u32| self.waits_for(at).filter(|&next| next != id);
        let chain: Vec<u32> = std::iter::successors(Some(id), next).collect();
        let mut first = None;
        for &id in &chain {
            let medium = first.map(|_| Medium::Lock);
            let failure = self.fail_thread(id, Ended::Deadlocked, first, medium, None);
            first.get_or_insert(failure);
        }
        self.deadlocks.push(Deadlock {
            at: self.now,
            threads: chain,
        });
    }

    /// `id` waits for a lock whose owner has ended.
    fn report_orphaned(&mut self, id: u32, owner: u32) {
        let cause = (owner != GHOST).then(|| self.failure_of(owner)).flatten();
        self.fail_thread(id, Ended::Deadlocked, cause, Some(Medium::Lock), None);
    }

    /// The locks of a thread that has ended stay locked for ever.
    pub(super) fn orphan_locks(&mut self, id: u32) {
        let held = std::mem::take(&mut self.threads[id as usize].held);
        for &number in &held {
            self.locks[number as usize].dead = true;
            for place in 0..self.locks[number as usize].waiters.len() {
                let waiter = self.locks[number as usize].waiters[place];
                let process = self.thread(waiter).process as usize;
                let gives_up = self.timers.is_set(self.slot(Owner::Thread(waiter)));
                if !gives_up && !self.processes[process].ending {
                    self.report_orphaned(waiter, id);
                }
            }
        }
    }

    /// A fork copies its parent's locks as they are. The child has only the
    /// thread that forked.
    pub(super) fn fork_locks(&mut self, by: u32, parent: u32, child: u32) {
        let count = self.plan.locks.len() as u32;
        for lock in 0..count {
            let owner = self.locks[((parent + 1) * count + lock) as usize].owner;
            if self.plan.locks[lock as usize].shared || owner == NONE {
                continue;
            }
            let number = (child + 1) * count + lock;
            if owner == by {
                let main = self.plan.processes[child as usize].first_thread;
                self.give(number, main);
            } else {
                let copy = &mut self.locks[number as usize];
                copy.owner = GHOST;
                copy.dead = true;
            }
        }
    }

    /// A process that begins anew has new locks.
    pub(super) fn reset_locks(&mut self, process: u32) {
        let count = self.plan.locks.len();
        let first = (process as usize + 1) * count;
        for lock in &mut self.locks[first..first + count] {
            lock.owner = NONE;
            lock.dead = false;
            lock.waiters.clear();
        }
    }

    /// Why a thread waits for ever: the failure of whom it waits for.
    pub(super) fn why_stuck(&self, id: u32) -> (Option<usize>, Option<Medium>) {
        match self.thread(id).wait {
            Wait::Lock(lock) => {
                let owner = self.locks[lock as usize].owner;
                let cause = (owner < GHOST).then(|| self.failure_of(owner)).flatten();
                (cause, Some(Medium::Lock))
            }
            Wait::Thread(other) => (self.failure_of(other), Some(Medium::Join)),
            Wait::Process(process) => {
                let main = self.plan.processes[process as usize].first_thread;
                (self.failure_of(main), Some(Medium::Join))
            }
            Wait::Send { .. } | Wait::Receive(_) => (None, Some(Medium::Channel)),
            Wait::Gather(pool) => (self.pools[pool as usize].failure, Some(Medium::Pool)),
            _ => (None, None),
        }
    }
}
