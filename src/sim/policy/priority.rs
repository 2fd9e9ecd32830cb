//! Priorities, with or without preemption and ageing.

use super::order::Order;
use super::{Arrival, Options, Policy, ReadyHeap, Task, Tasks};
use crate::experiment::scenario::PriorityOrder;

/// The most urgent thread first.
///
/// With ageing a waiting thread becomes more urgent by one level in each
/// `ageing` of time, evenly. As all that wait gain at the same rate their order
/// does not change, and a heap will do. A thread keeps the urgency it had
/// gained while it runs, and loses it when it stops. So that threads of nearly
/// equal urgency do not change places all the time, a running one is compared
/// with the waiting ones when one becomes ready, and besides only when it has
/// run for `ageing`.
#[derive(Debug, Clone)]
pub(crate) struct Priority {
    ready: ReadyHeap<(i128, u64)>,
    order: Order,
    preemptive: bool,
    ageing: Option<u64>,
    urgent: PriorityOrder,
}

impl Priority {
    pub(crate) fn new(
        preemptive: bool,
        ageing: Option<u64>,
        urgent: PriorityOrder,
        options: Options,
    ) -> Self {
        Self {
            ready: ReadyHeap::default(),
            order: Order::new(options.equal_keys),
            preemptive,
            ageing: ageing.filter(|&ageing| ageing > 0),
            urgent,
        }
    }

    /// Smaller is more urgent; one level is `ageing` (1 without).
    fn rank(&self, task: &Task) -> i128 {
        let priority = match self.urgent {
            PriorityOrder::HighFirst => -i128::from(task.priority),
            PriorityOrder::LowFirst => i128::from(task.priority),
        };
        priority * i128::from(self.ageing.unwrap_or(1))
    }

    /// Like [`Priority::rank`], less what the thread has gained by waiting.
    fn aged(&self, task: &Task, now: u64) -> i128 {
        let waited = match self.ageing {
            None => 0,
            Some(_) if task.queued => now - task.waits_since,
            Some(_) => task.allotment,
        };
        self.rank(task) - i128::from(waited)
    }
}

impl Policy for Priority {
    fn enqueue(&mut self, tasks: &mut Tasks, thread: u32, why: Arrival, now: u64) {
        let task = &mut tasks[thread as usize];
        task.queued = true;
        task.used = 0;
        if !matches!(why, Arrival::Reprioritised | Arrival::Migrated) {
            task.waits_since = now;
        }
        let since = self.ageing.map_or(0, |_| i128::from(task.waits_since));
        let key = (self.rank(task) + since, self.order.place(task, thread, why));
        self.ready.push(tasks, thread, key);
    }

    fn pick(&mut self, tasks: &mut Tasks, now: u64) -> Option<u32> {
        let (_, thread) = self.ready.pop_min(tasks)?;
        let task = &mut tasks[thread as usize];
        task.queued = false;
        task.allotment = now - task.waits_since;
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

    fn slice(&mut self, tasks: &Tasks, thread: u32, _now: u64) -> Option<u64> {
        let ageing = self.ageing.filter(|_| self.preemptive)?;
        Some(ageing - tasks[thread as usize].used % ageing)
    }

    fn expire(&mut self, tasks: &mut Tasks, thread: u32, now: u64) -> bool {
        self.peek(tasks, now)
            .is_some_and(|ready| self.preempts(tasks, ready, thread, now))
    }

    fn preempts(&self, tasks: &Tasks, ready: u32, running: u32, now: u64) -> bool {
        self.preemptive
            && self.aged(&tasks[ready as usize], now) < self.aged(&tasks[running as usize], now)
    }

    fn is_preemptive(&self) -> bool {
        self.preemptive
    }

    fn heeds_priority(&self) -> bool {
        true
    }
}
