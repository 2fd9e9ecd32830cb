//! Linux's fair class before 6.6: completely fair scheduling.
//!
//! Whoever has had the least virtual run time goes next, and keeps the core for
//! its share by weight of a period in which everybody has a turn. The rules
//! are those of `kernel/sched/fair.c` up to 6.5 (`place_entity`,
//! `check_preempt_tick`, `wakeup_preempt_entity`), without groups and without
//! the buddies that favour a warm cache.
//!
//! A queue that several cores share counts as one: its period is divided among
//! all of its threads, whichever core they run on.

use super::weight::{advance, factor, virtual_time, weight};
use super::{Arrival, NOBODY, Options, Policy, Task, Tasks, tree::Tree};
use crate::experiment::scenario::{Class, OrderBy};

/// Everybody has a turn within this, while few are runnable.
const LATENCY: u64 = 6_000_000;
/// Nobody's turn is meant to be shorter than this.
const MIN_GRANULARITY: u64 = 750_000;
/// By how much a woken thread must be behind to take a core at once.
const WAKEUP_GRANULARITY: u64 = 1_000_000;
/// With more runnable threads than this, the period grows.
const FEW: u64 = 8;

/// The completely fair scheduler of one queue.
#[derive(Debug, Clone)]
pub(crate) struct Cfs {
    ready: Tree,
    /// The running threads, linked by `prev` and `next`.
    running: u32,
    running_count: u64,
    /// Sum of the weights of the ready and running threads.
    load: u64,
    /// `min_vruntime`: where new and woken threads are placed. Never goes back.
    floor: i64,
    /// Who gave way and is to be passed over once, if that is nearly fair.
    skip: u32,
    arrivals: u64,
    latency: u64,
    min_granularity: u64,
    wakeup_granularity: u64,
    options: Options,
}

impl Cfs {
    /// A queue of a machine as `options` describe it.
    pub(crate) fn new(options: Options) -> Self {
        let factor = factor(options.cores);
        Self {
            ready: Tree::default(),
            running: NOBODY,
            running_count: 0,
            load: 0,
            floor: 0,
            skip: NOBODY,
            arrivals: 0,
            latency: LATENCY * factor,
            min_granularity: MIN_GRANULARITY * factor,
            wakeup_granularity: WAKEUP_GRANULARITY * factor,
            options,
        }
    }

    /// Makes a thread, which is in no class of this queue, run in this one.
    pub(super) fn adopt(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
        self.enqueue(tasks, thread, Arrival::Reprioritised, now);
        self.run(tasks, thread, now);
    }

    /// A running thread goes on in another class.
    pub(super) fn detach(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
        self.block(tasks, thread, now);
        self.forget(tasks, thread, now);
    }

    /// What a thread is due of the period, ns (`sched_slice`).
    fn share(&self, task: &Task) -> u64 {
        let runnable = self.ready.len() as u64 + self.running_count;
        let period = if runnable > FEW {
            runnable * self.min_granularity
        } else {
            self.latency
        };
        (u128::from(period) * u128::from(weight(task)) / u128::from(self.load.max(1))) as u64
    }

    /// Brings the floor up to the least virtual run time there is now. Running
    /// threads may not have been charged for a while, so what they have run
    /// since is added here.
    fn raise_floor(&mut self, tasks: &Tasks, now: u64) {
        let mut least = self
            .ready
            .first(tasks)
            .map(|thread| tasks[thread as usize].vruntime);
        let mut thread = self.running;
        while thread != NOBODY {
            let task = &tasks[thread as usize];
            let behind = virtual_time(now.saturating_sub(task.since), weight(task));
            let vruntime = task.vruntime + behind;
            least = Some(least.map_or(vruntime, |least| least.min(vruntime)));
            thread = task.next;
        }
        if let Some(least) = least {
            self.floor = self.floor.max(least);
        }
    }

    /// Where a thread that is not in the queue comes to stand (`place_entity`).
    fn place(&mut self, tasks: &mut Tasks, thread: u32, why: Arrival, now: u64) {
        self.raise_floor(tasks, now);
        let floor = self.floor;
        let task = &tasks[thread as usize];
        let own = if task.detached {
            task.vruntime + floor
        } else {
            task.vruntime
        };
        let vruntime = match why {
            // As if it had just had its turn: forking must not pay.
            Arrival::New => floor + virtual_time(self.share(task), weight(task)),
            // A thread that was moved while it slept has slept all the same.
            Arrival::Migrated | Arrival::Reprioritised if task.detached => own,
            _ if task.class == Class::Idle => own.max(floor - self.min_granularity as i64),
            _ => own.max(floor - (self.latency / 2) as i64),
        };
        let task = &mut tasks[thread as usize];
        task.vruntime = vruntime;
        if why == Arrival::New {
            task.remainder = 0;
        }
        task.detached = false;
    }

    /// Who goes next (`pick_next_entity`).
    fn choose(&self, tasks: &Tasks) -> Option<u32> {
        let first = self.ready.first(tasks)?;
        if first != self.skip {
            return Some(first);
        }
        let Some(second) = self.ready.second(tasks) else {
            return Some(first);
        };
        let behind = tasks[second as usize].vruntime - tasks[first as usize].vruntime;
        let nearly_fair = behind <= self.granularity(&tasks[first as usize]);
        Some(if nearly_fair { second } else { first })
    }

    /// The wake-up granularity in the virtual time of `task`.
    fn granularity(&self, task: &Task) -> i64 {
        virtual_time(self.wakeup_granularity, weight(task))
    }

    /// Turns a ready thread into a running one.
    fn run(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
        self.ready.remove(tasks, thread);
        if self.skip == thread {
            self.skip = NOBODY;
        }
        if self.running != NOBODY {
            tasks[self.running as usize].prev = thread;
        }
        let task = &mut tasks[thread as usize];
        task.prev = NOBODY;
        task.next = self.running;
        task.used = 0;
        task.since = now;
        self.running = thread;
        self.running_count += 1;
    }

    /// Takes a thread off the list of the running ones.
    fn halt(&mut self, tasks: &mut Tasks, thread: u32) {
        let (prev, next) = (tasks[thread as usize].prev, tasks[thread as usize].next);
        match prev {
            NOBODY => self.running = next,
            prev => tasks[prev as usize].next = next,
        }
        if next != NOBODY {
            tasks[next as usize].prev = prev;
        }
        tasks[thread as usize].prev = NOBODY;
        tasks[thread as usize].next = NOBODY;
        self.running_count -= 1;
    }
}

impl Policy for Cfs {
    fn enqueue(&mut self, tasks: &mut Tasks, thread: u32, why: Arrival, now: u64) {
        self.arrivals += 1;
        let mut since = u64::MAX;
        match why {
            Arrival::Expired | Arrival::Preempted | Arrival::Yielded => {
                self.halt(tasks, thread);
                if why == Arrival::Yielded {
                    self.skip = thread;
                }
            }
            Arrival::New | Arrival::Woken { .. } | Arrival::Migrated | Arrival::Reprioritised => {
                // The turn of a new thread is reckoned as if it were there.
                self.load += weight(&tasks[thread as usize]);
                self.running_count += 1;
                self.place(tasks, thread, why, now);
                self.running_count -= 1;
                since = now;
            }
        }
        let task = &mut tasks[thread as usize];
        task.since = since;
        task.sequence = match self.options.equal_keys {
            OrderBy::Queue => self.arrivals,
            OrderBy::Id => u64::from(thread),
        };
        self.ready.insert(tasks, thread);
    }

    fn pick(&mut self, tasks: &mut Tasks, now: u64) -> Option<u32> {
        let thread = self.choose(tasks)?;
        self.run(tasks, thread, now);
        Some(thread)
    }

    fn peek(&mut self, tasks: &mut Tasks, _now: u64) -> Option<u32> {
        self.choose(tasks)
    }

    fn remove(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
        self.raise_floor(tasks, now);
        self.ready.remove(tasks, thread);
        self.load -= weight(&tasks[thread as usize]);
        self.forget(tasks, thread, now);
    }

    fn len(&self) -> usize {
        self.ready.len()
    }

    fn charge(&mut self, tasks: &mut Tasks, thread: u32, ran: u64, now: u64) {
        let task = &mut tasks[thread as usize];
        advance(task, ran);
        task.used += ran;
        task.since = now;
        self.raise_floor(tasks, now);
    }

    fn block(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
        self.halt(tasks, thread);
        self.load -= weight(&tasks[thread as usize]);
        self.raise_floor(tasks, now);
    }

    fn forget(&mut self, tasks: &mut Tasks, thread: u32, _now: u64) {
        let task = &mut tasks[thread as usize];
        if !task.detached {
            task.vruntime -= self.floor;
            task.detached = true;
        }
        if self.skip == thread {
            self.skip = NOBODY;
        }
    }

    fn slice(&mut self, tasks: &Tasks, thread: u32, _now: u64) -> Option<u64> {
        let task = &tasks[thread as usize];
        let share = self.share(task);
        let due = if self.options.tick == 0 {
            share
        } else {
            // At every tick, but for those at which nothing can be due yet.
            self.min_granularity.min(share + 1)
        };
        Some(due.saturating_sub(task.used).max(1))
    }

    /// `check_preempt_tick`; with a high-resolution timer the share is the only
    /// rule, as in `entity_tick`.
    fn expire(&mut self, tasks: &mut Tasks, thread: u32, _now: u64) -> bool {
        let Some(first) = self.ready.first(tasks) else {
            return false;
        };
        let task = &tasks[thread as usize];
        let share = self.share(task);
        let ahead = task.vruntime - tasks[first as usize].vruntime;
        if self.options.tick == 0 {
            if task.used < share {
                return false;
            }
            if ahead < 0 {
                // It would be picked again.
                tasks[thread as usize].used = 0;
            }
            return ahead >= 0;
        }
        let due = task.used > share
            || (task.used >= self.min_granularity && ahead > 0 && ahead as u64 > share);
        due && ahead >= 0
    }

    fn preempts(&self, tasks: &Tasks, ready: u32, running: u32, now: u64) -> bool {
        let (a, b) = (&tasks[ready as usize], &tasks[running as usize]);
        let (a_idles, b_idles) = (a.class == Class::Idle, b.class == Class::Idle);
        if !a.queued {
            return (a_idles, a.vruntime) < (b_idles, b.vruntime);
        }
        if a_idles != b_idles {
            return b_idles && a.since == now && a.vruntime < b.vruntime;
        }
        // Only an arrival preempts; who was ready before waits for the tick.
        a.since == now && b.vruntime - a.vruntime > self.granularity(a)
    }

    fn is_preemptive(&self) -> bool {
        true
    }
}
