//! Linux's fair class since 6.6: earliest eligible virtual deadline first.
//!
//! A thread is eligible if it has had no more than its share, that is, if its
//! virtual run time v is not beyond the weighted mean V of all that are
//! runnable; of these, the one whose next slice must be complete first goes
//! next. What a thread is owed, its lag V - v, outlives its sleep. See
//! `Documentation/scheduler/sched-eevdf.rst`, and `avg_vruntime`,
//! `place_entity`, `update_entity_lag`, `pick_eevdf` and
//! `check_preempt_wakeup_fair` in `kernel/sched/fair.c`.
//!
//! V needs no division: it is kept as the sums of w v and of w. A running
//! thread adds 1024 to the former each ns, whatever its weight, so V is known
//! at any time, not only when the running threads have been charged.
//!
//! In a queue that several cores share, nobody who is ready may be eligible
//! (those who are may all be running). Then the one nearest to it goes next;
//! no core idles while somebody is ready.

use super::linux::level;
use super::weight::{NICE_0, advance, factor, time_until, virtual_time, weight};
use super::{Arrival, Options, Policy, Task, Tasks, tree::Tree};
use crate::experiment::scenario::{Class, OrderBy};
use std::cmp::Ordering;

/// The base slice of one core.
const BASE_SLICE: u64 = 700_000;

/// The EEVDF scheduler of one queue.
#[derive(Debug, Clone)]
pub(crate) struct Eevdf {
    /// Those who are ready, and those who block but whose dequeue is delayed.
    tree: Tree,
    delayed: usize,
    running: u64,
    /// Sum over the running threads of when they were last charged.
    charged: i128,
    /// Sum of the weights of all that count.
    load: u64,
    /// Sum of w v (with the remainders), as of when each was last charged.
    moment: i128,
    /// V of the empty queue.
    resting: i64,
    arrivals: u64,
    slice: u64,
    delays: bool,
    options: Options,
}

impl Eevdf {
    /// A queue of a machine as `options` describe it. `slice`: the base slice,
    /// ns, if not Linux's; `delays`: whether dequeue is delayed.
    pub(crate) fn new(slice: Option<u64>, delays: bool, options: Options) -> Self {
        Self {
            tree: Tree::default(),
            delayed: 0,
            running: 0,
            charged: 0,
            load: 0,
            moment: 0,
            resting: 0,
            arrivals: 0,
            slice: slice.map_or(BASE_SLICE * factor(options.cores), |slice| slice.max(1)),
            delays,
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
        self.halt(tasks, thread);
        self.subtract(tasks, thread, now);
        keep_deadline(&mut tasks[thread as usize]);
    }

    /// Sum of w v now: running threads have gone on since they were charged.
    fn moment(&self, now: u64) -> i128 {
        let since = i128::from(self.running) * i128::from(now) - self.charged;
        self.moment + since * i128::from(NICE_0)
    }

    /// The sums of w v and of w.
    #[cfg(test)]
    pub(super) fn sums(&self, now: u64) -> (i128, i128) {
        (self.moment(now), i128::from(self.load))
    }

    /// V.
    pub(super) fn mean(&self, now: u64) -> i64 {
        if self.load == 0 {
            return self.resting;
        }
        self.moment(now).div_euclid(i128::from(self.load)) as i64
    }

    /// Whether v is not beyond V.
    fn is_eligible(&self, vruntime: i64, now: u64) -> bool {
        i128::from(vruntime) * i128::from(self.load) <= self.moment(now)
    }

    /// A slice in the virtual time of `task`.
    fn request(&self, task: &Task) -> i64 {
        virtual_time(self.slice, weight(task)).max(1)
    }

    /// Counts a thread, placed so that its lag is what it was when it left
    /// (`place_entity`). Its own arrival moves V, hence the factor.
    fn add(&mut self, tasks: &mut Tasks, thread: u32, why: Arrival, now: u64) {
        let mean = self.mean(now);
        let task = &mut tasks[thread as usize];
        let weight = weight(task);
        let request = virtual_time(self.slice, weight).max(1);
        let lag = if why == Arrival::New || self.load == 0 {
            0
        } else {
            let load = i128::from(self.load);
            (i128::from(task.lag) * (load + i128::from(weight)) / load) as i64
        };
        task.vruntime = mean - lag;
        task.remainder = 0;
        task.vdeadline = if why == Arrival::New {
            // Half a slice eases it into the competition.
            task.vruntime + request / 2
        } else if task.detached {
            task.vruntime + task.vdeadline
        } else {
            task.vruntime + request
        };
        task.detached = false;
        self.load += weight;
        self.moment += i128::from(weight) * i128::from(task.vruntime);
    }

    /// Counts a thread no more, and keeps its lag (`update_entity_lag`).
    fn subtract(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
        let mean = self.mean(now);
        let task = &mut tasks[thread as usize];
        let weight = weight(task);
        let limit = virtual_time((2 * self.slice).max(self.options.tick), weight);
        task.lag = (mean - task.vruntime).clamp(-limit, limit);
        self.load -= weight;
        self.moment -= i128::from(weight) * i128::from(task.vruntime) + i128::from(task.remainder);
        task.remainder = 0;
        task.detached = false;
        if self.load == 0 {
            self.resting = mean;
        }
    }

    /// Takes out a thread whose dequeue was delayed. It has atoned for what it
    /// ran too much, but gains nothing by its sleep (`DELAY_ZERO`).
    fn drop_delayed(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
        self.tree.remove(tasks, thread);
        self.delayed -= 1;
        self.subtract(tasks, thread, now);
        let task = &mut tasks[thread as usize];
        task.lag = task.lag.min(0);
        task.level = level::FAIR;
    }

    fn is_delayed(task: &Task) -> bool {
        task.queued && task.level == level::FAIR_DELAYED
    }

    /// Who goes next (`pick_eevdf`). Delayed threads that would are dequeued.
    fn choose(&mut self, tasks: &mut Tasks, now: u64) -> Option<u32> {
        loop {
            let (load, moment) = (i128::from(self.load), self.moment(now));
            let eligible = |vruntime| i128::from(vruntime) * load <= moment;
            let thread = self
                .tree
                .earliest(tasks, eligible)
                .or_else(|| self.tree.first(tasks))?;
            if !Self::is_delayed(&tasks[thread as usize]) {
                return Some(thread);
            }
            self.drop_delayed(tasks, thread, now);
        }
    }

    /// Smaller goes first: the eligible by deadline, then the others by how
    /// near to it they are.
    fn urgency(&self, task: &Task, now: u64) -> (bool, i64) {
        if self.is_eligible(task.vruntime, now) {
            (false, task.vdeadline)
        } else {
            (true, task.vruntime)
        }
    }

    /// Whether a ready thread would be picked if the running one were ready,
    /// too.
    fn goes_before(&self, tasks: &Tasks, ready: u32, running: u32, now: u64) -> bool {
        let urgency = |thread: u32| self.urgency(&tasks[thread as usize], now);
        match urgency(ready).cmp(&urgency(running)) {
            Ordering::Less => true,
            Ordering::Equal => self.options.equal_keys == OrderBy::Queue || ready < running,
            Ordering::Greater => false,
        }
    }

    /// Turns a ready thread into a running one, protected for its slice.
    fn run(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
        self.tree.remove(tasks, thread);
        let task = &mut tasks[thread as usize];
        task.level = level::FAIR;
        task.since = now;
        self.running += 1;
        self.charged += i128::from(now);
    }

    /// A thread no longer runs.
    fn halt(&mut self, tasks: &Tasks, thread: u32) {
        self.running -= 1;
        self.charged -= i128::from(tasks[thread as usize].since);
    }

    /// Puts a thread that counts into the tree.
    fn insert(&mut self, tasks: &mut Tasks, thread: u32) {
        self.arrivals += 1;
        tasks[thread as usize].sequence = match self.options.equal_keys {
            OrderBy::Queue => self.arrivals,
            OrderBy::Id => u64::from(thread),
        };
        self.tree.insert(tasks, thread);
    }

    /// A thread wakes whose dequeue was delayed (`requeue_delayed_entity`): it
    /// stands where it stood, unless it has atoned for more than it had to.
    fn wake_delayed(&mut self, tasks: &mut Tasks, thread: u32, why: Arrival, now: u64) {
        self.tree.remove(tasks, thread);
        self.delayed -= 1;
        if why == Arrival::New || self.mean(now) > tasks[thread as usize].vruntime {
            self.subtract(tasks, thread, now);
            tasks[thread as usize].lag = 0;
            self.add(tasks, thread, why, now);
        }
    }
}

/// Lets a thread's deadline count from its virtual run time, so that it is as
/// far away in the queue where the thread goes (`PLACE_REL_DEADLINE`).
fn keep_deadline(task: &mut Task) {
    task.vdeadline -= task.vruntime;
    task.detached = true;
}

impl Policy for Eevdf {
    fn enqueue(&mut self, tasks: &mut Tasks, thread: u32, why: Arrival, now: u64) {
        let mut since = u64::MAX;
        match why {
            Arrival::Expired | Arrival::Preempted | Arrival::Yielded => {
                self.halt(tasks, thread);
                if why == Arrival::Yielded {
                    let request = self.request(&tasks[thread as usize]);
                    tasks[thread as usize].vdeadline += request;
                }
            }
            _ if Self::is_delayed(&tasks[thread as usize]) => {
                self.wake_delayed(tasks, thread, why, now);
                since = now;
            }
            Arrival::New | Arrival::Woken { .. } | Arrival::Migrated | Arrival::Reprioritised => {
                self.add(tasks, thread, why, now);
                since = now;
            }
        }
        let task = &mut tasks[thread as usize];
        task.since = since;
        task.level = level::FAIR;
        self.insert(tasks, thread);
    }

    fn pick(&mut self, tasks: &mut Tasks, now: u64) -> Option<u32> {
        let thread = self.choose(tasks, now)?;
        self.run(tasks, thread, now);
        Some(thread)
    }

    fn peek(&mut self, tasks: &mut Tasks, now: u64) -> Option<u32> {
        self.choose(tasks, now)
    }

    fn remove(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
        self.tree.remove(tasks, thread);
        self.subtract(tasks, thread, now);
        keep_deadline(&mut tasks[thread as usize]);
    }

    fn len(&self) -> usize {
        self.tree.len() - self.delayed
    }

    /// `update_curr`: when the deadline has passed, the slice is complete and
    /// the next one is requested.
    fn charge(&mut self, tasks: &mut Tasks, thread: u32, ran: u64, now: u64) {
        let task = &mut tasks[thread as usize];
        advance(task, ran);
        self.moment += i128::from(ran) * i128::from(NICE_0);
        self.charged += i128::from(now) - i128::from(task.since);
        task.since = now;
        if task.vruntime < task.vdeadline {
            return;
        }
        task.level = level::FAIR_OVER;
        let request = self.request(&tasks[thread as usize]);
        let task = &mut tasks[thread as usize];
        task.vdeadline = if self.options.tick == 0 {
            // The end of a slice is noticed at once, however late this is
            // called (a thread that is alone is charged but rarely).
            task.vdeadline + request * ((task.vruntime - task.vdeadline) / request + 1)
        } else {
            task.vruntime + request
        };
    }

    fn block(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
        self.halt(tasks, thread);
        if self.delays && !self.is_eligible(tasks[thread as usize].vruntime, now) {
            tasks[thread as usize].level = level::FAIR_DELAYED;
            self.delayed += 1;
            self.insert(tasks, thread);
        } else {
            self.subtract(tasks, thread, now);
        }
    }

    fn forget(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
        if Self::is_delayed(&tasks[thread as usize]) {
            self.drop_delayed(tasks, thread, now);
        }
    }

    fn slice(&mut self, tasks: &Tasks, thread: u32, _now: u64) -> Option<u64> {
        let task = &tasks[thread as usize];
        if task.level == level::FAIR_OVER && self.options.tick != 0 {
            // No longer protected: compared with the others at every tick.
            return Some(1);
        }
        Some(time_until(task, task.vdeadline))
    }

    fn expire(&mut self, tasks: &mut Tasks, thread: u32, now: u64) -> bool {
        if tasks[thread as usize].level != level::FAIR_OVER {
            return false;
        }
        let Some(best) = self.choose(tasks, now) else {
            return false;
        };
        self.goes_before(tasks, best, thread, now)
    }

    /// `check_preempt_wakeup_fair`. With run to parity, a thread that is owed
    /// time keeps its core until its slice is complete.
    fn preempts(&self, tasks: &Tasks, ready: u32, running: u32, now: u64) -> bool {
        let (a, b) = (&tasks[ready as usize], &tasks[running as usize]);
        let is_protected =
            |task: &Task| task.level == level::FAIR && self.is_eligible(task.vruntime, now);
        let idles = |task: &Task| task.class == Class::Idle;
        if !a.queued {
            let rank = |task: &Task| (idles(task), !is_protected(task), self.urgency(task, now));
            return rank(a) < rank(b);
        }
        let is_better = self.goes_before(tasks, ready, running, now);
        if b.level == level::FAIR_OVER {
            return is_better;
        }
        // Only an arrival preempts; who was ready before waits for the tick.
        if a.since != now || idles(a) && !idles(b) {
            return false;
        }
        let ignores_protection = idles(b) && !idles(a);
        (ignores_protection || !is_protected(b)) && is_better
    }

    fn is_preemptive(&self) -> bool {
        true
    }
}
