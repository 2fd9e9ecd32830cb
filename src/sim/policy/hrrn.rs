//! Highest response ratio next.

use super::order::Order;
use super::tournament::{Tournament, Waiting};
use super::{Arrival, NOBODY, Options, Policy, Tasks};

/// Highest response ratio next: (waiting + burst) / burst, not preemptive (P.
/// Brinch Hansen, 1971). Short bursts go first, but a long one that has waited
/// for long enough overtakes them.
#[derive(Debug, Clone)]
pub(crate) struct Hrrn {
    ready: Tournament,
    order: Order,
}

impl Hrrn {
    pub(crate) fn new(options: Options) -> Self {
        Self {
            ready: Tournament::default(),
            order: Order::new(options.equal_keys),
        }
    }
}

impl Policy for Hrrn {
    fn enqueue(&mut self, tasks: &mut Tasks, thread: u32, why: Arrival, now: u64) {
        let task = &mut tasks[thread as usize];
        task.queued = true;
        if !matches!(why, Arrival::Reprioritised | Arrival::Migrated) {
            task.waits_since = now;
        }
        let waiting = Waiting {
            thread,
            since: task.waits_since,
            // No burst is shorter than the unit of time.
            burst: task.burst_left.max(1),
            tie: self.order.place(task, thread, why),
        };
        task.slot = self.ready.insert(waiting, now);
    }

    fn pick(&mut self, tasks: &mut Tasks, now: u64) -> Option<u32> {
        let thread = self.ready.first(now)?;
        self.remove(tasks, thread, now);
        Some(thread)
    }

    fn peek(&mut self, _tasks: &mut Tasks, now: u64) -> Option<u32> {
        self.ready.first(now)
    }

    fn remove(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
        let task = &mut tasks[thread as usize];
        task.queued = false;
        self.ready.remove(task.slot, now);
        task.slot = NOBODY;
    }

    fn len(&self) -> usize {
        self.ready.len()
    }
}
