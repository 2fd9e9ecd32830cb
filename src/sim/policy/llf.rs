//! Least laxity first.

use super::keyed::{Keyed, Rule};
use super::{Arrival, Options, Policy, Task, Tasks};

/// Least laxity first: laxity is how long a job could wait and still meet its
/// deadline, `deadline - now - work left` (A. K. Mok, 1983).
///
/// A running thread's laxity stays as it is and a waiting one's shrinks, so
/// that two threads of equal laxity would change places without end. Hence
/// running threads are compared with the ready ones only when one becomes
/// ready and each time they have run for a quantum.
#[derive(Debug, Clone)]
pub(crate) struct Llf {
    ready: Keyed<Laxity>,
    quantum: u64,
}

/// Laxity without `now`, which all have in common.
#[derive(Debug, Clone)]
pub(crate) struct Laxity;

impl Rule for Laxity {
    const PREEMPTIVE: bool = true;

    fn key(task: &Task) -> u64 {
        if task.deadline == u64::MAX {
            return u64::MAX;
        }
        // Late by more than its whole life: moved up, so that it stays positive.
        (task.deadline + (1 << 62)).saturating_sub(task.burst_left)
    }
}

impl Llf {
    pub(crate) fn new(quantum: u64, options: Options) -> Self {
        Self {
            ready: Keyed::new(options),
            quantum: quantum.max(1),
        }
    }
}

impl Policy for Llf {
    fn enqueue(&mut self, tasks: &mut Tasks, thread: u32, why: Arrival, now: u64) {
        self.ready.enqueue(tasks, thread, why, now);
    }

    fn pick(&mut self, tasks: &mut Tasks, now: u64) -> Option<u32> {
        self.ready.pick(tasks, now)
    }

    fn peek(&mut self, tasks: &mut Tasks, now: u64) -> Option<u32> {
        self.ready.peek(tasks, now)
    }

    fn remove(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
        self.ready.remove(tasks, thread, now);
    }

    fn len(&self) -> usize {
        self.ready.len()
    }

    fn charge(&mut self, tasks: &mut Tasks, thread: u32, ran: u64, now: u64) {
        self.ready.charge(tasks, thread, ran, now);
    }

    fn slice(&mut self, tasks: &Tasks, thread: u32, _now: u64) -> Option<u64> {
        Some(self.quantum - tasks[thread as usize].used % self.quantum)
    }

    fn expire(&mut self, tasks: &mut Tasks, thread: u32, now: u64) -> bool {
        self.peek(tasks, now)
            .is_some_and(|ready| self.preempts(tasks, ready, thread, now))
    }

    fn preempts(&self, tasks: &Tasks, ready: u32, running: u32, now: u64) -> bool {
        self.ready.preempts(tasks, ready, running, now)
    }

    fn is_preemptive(&self) -> bool {
        true
    }
}
