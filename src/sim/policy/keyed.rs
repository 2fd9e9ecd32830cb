//! Policies that order ready threads by one number that does not change while
//! a thread waits.

use super::order::Order;
use super::{Arrival, Options, Policy, ReadyHeap, Task, Tasks};
use std::marker::PhantomData;

/// What orders the threads.
pub(crate) trait Rule {
    /// Whether a thread with a smaller key takes the core at once.
    const PREEMPTIVE: bool;

    /// The smallest runs first. Of a ready thread it must stay the same; a
    /// running one's may change.
    fn key(task: &Task) -> u64;
}

/// Runs the thread with the smallest key of `R`. A running thread is preempted
/// only by a strictly smaller key.
#[derive(Debug, Clone)]
pub(crate) struct Keyed<R> {
    ready: ReadyHeap<(u64, u64)>,
    order: Order,
    rule: PhantomData<R>,
}

impl<R: Rule> Keyed<R> {
    pub(crate) fn new(options: Options) -> Self {
        Self {
            ready: ReadyHeap::default(),
            order: Order::new(options.equal_keys),
            rule: PhantomData,
        }
    }
}

impl<R: Rule> Policy for Keyed<R> {
    fn enqueue(&mut self, tasks: &mut Tasks, thread: u32, why: Arrival, _now: u64) {
        let task = &mut tasks[thread as usize];
        task.queued = true;
        task.used = 0;
        let key = (R::key(task), self.order.place(task, thread, why));
        self.ready.push(tasks, thread, key);
    }

    fn pick(&mut self, tasks: &mut Tasks, _now: u64) -> Option<u32> {
        let (_, thread) = self.ready.pop_min(tasks)?;
        tasks[thread as usize].queued = false;
        Some(thread)
    }

    fn peek(&mut self, _tasks: &mut Tasks, _now: u64) -> Option<u32> {
        self.ready.peek().map(|(_, thread)| thread)
    }

    fn remove(&mut self, tasks: &mut Tasks, thread: u32, _now: u64) {
        tasks[thread as usize].queued = false;
        self.ready.remove(tasks, thread);
    }

    fn len(&self) -> usize {
        self.ready.len()
    }

    fn charge(&mut self, tasks: &mut Tasks, thread: u32, ran: u64, _now: u64) {
        tasks[thread as usize].used += ran;
    }

    fn preempts(&self, tasks: &Tasks, ready: u32, running: u32, _now: u64) -> bool {
        R::PREEMPTIVE && R::key(&tasks[ready as usize]) < R::key(&tasks[running as usize])
    }

    fn is_preemptive(&self) -> bool {
        R::PREEMPTIVE
    }
}
