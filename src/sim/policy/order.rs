//! How threads with equal keys are ordered.

use super::{Arrival, OrderBy, Task};

/// Gives each thread that is queued a number that settles ties.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    by: OrderBy,
    next: u64,
}

impl Order {
    pub(crate) fn new(by: OrderBy) -> Self {
        Self { by, next: 0 }
    }

    /// The last part of the key of `thread`, which is being queued. A thread
    /// that was preempted, or whose priority has changed, has not been queued
    /// anew: it keeps its place among its equals.
    pub(crate) fn place(&mut self, task: &mut Task, thread: u32, why: Arrival) -> u64 {
        if !matches!(why, Arrival::Preempted | Arrival::Reprioritised) {
            task.sequence = self.next;
            self.next += 1;
        }
        match self.by {
            OrderBy::Queue => task.sequence,
            OrderBy::Id => u64::from(thread),
        }
    }
}
