//! Who stands in the run queues, in their order.

use super::Engine;
use crate::experiment::scenario::{Class, PolicySpec};
use crate::sim::policy::{Policy, Task};
use crate::sim::trace::State;

/// A run queue at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QueueView {
    /// The core that takes from it; `None`: all do.
    pub core: Option<u16>,
    /// Who is ready in it, whom it would give away next first.
    pub threads: Vec<Queued>,
}

/// A thread in a run queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queued {
    /// Its index in the trace.
    pub thread: u32,
    /// What its place hangs on, if that is more than when it came.
    pub key: Option<OrderKey>,
}

/// What orders a queue, and a thread's value of it: times in ns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderKey {
    /// Length of its CPU burst.
    Burst(u64),
    /// What is left of that.
    BurstLeft(u64),
    /// Its priority, as the scenario counts them.
    Priority(i32),
    /// Its response ratio, in hundredths.
    Ratio(u64),
    /// The level of its queue, from 0.
    Level(u16),
    /// Its lottery tickets.
    Tickets(u32),
    /// Its pass.
    Pass(i64),
    /// Its virtual run time.
    Vruntime(i64),
    /// Its virtual deadline.
    VirtualDeadline(i64),
    /// Its deadline.
    Deadline(u64),
    /// Its period.
    Period(u64),
    /// Its deadline after release.
    RelativeDeadline(u64),
    /// How long it can wait and still meet its deadline.
    Laxity(i64),
}

impl Engine<'_> {
    /// All run queues, at `at`, an instant before the next step.
    pub(super) fn line_up(&self, at: u64) -> Vec<QueueView> {
        let mut places: Vec<Vec<u32>> = vec![Vec::new(); self.queues.len()];
        for (id, thread) in (0..).zip(&self.threads) {
            if thread.state == State::Ready {
                places[usize::from(thread.queue)].push(id);
            }
        }
        if places.iter().all(Vec::is_empty) {
            let count = places.len() as u16;
            return (0..count).map(|n| self.queue_view(n, &[], at)).collect();
        }
        let now = at.max(self.now);
        let mut tasks = self.tasks.clone();
        let queues = (0..).zip(&self.queues.all).zip(places);
        queues
            .map(|((number, policy), mut ready)| {
                // One after the other is taken out of a copy, so that nobody
                // has to know how the policy keeps them.
                let mut policy = policy.clone();
                let mut order = Vec::with_capacity(ready.len());
                while let Some(id) = policy.peek(&mut tasks, now) {
                    if order.len() == ready.len() {
                        break;
                    }
                    policy.remove(&mut tasks, id, now);
                    order.push(id);
                }
                // Whom it holds back for the time being.
                ready.retain(|id| !order.contains(id));
                order.append(&mut ready);
                self.queue_view(number, &order, at)
            })
            .collect()
    }

    fn queue_view(&self, number: u16, order: &[u32], at: u64) -> QueueView {
        let queued = |&thread: &u32| Queued {
            thread,
            key: self.order_key(&self.tasks[thread as usize], at),
        };
        QueueView {
            core: (!self.queues.is_global()).then_some(number),
            threads: order.iter().map(queued).collect(),
        }
    }

    fn order_key(&self, task: &Task, at: u64) -> Option<OrderKey> {
        let priority = || OrderKey::Priority(self.plan.urgency(task.priority));
        let known = |time: u64, key: fn(u64) -> OrderKey| (time != u64::MAX).then(|| key(time));
        let linux = |fair: OrderKey| match task.class {
            Class::Deadline => known(task.deadline, OrderKey::Deadline),
            Class::Fifo | Class::Rr => Some(priority()),
            Class::Normal | Class::Idle => Some(fair),
        };
        match self.plan.machine.policy {
            PolicySpec::Fifo | PolicySpec::RoundRobin { .. } => None,
            PolicySpec::Sjf => Some(OrderKey::Burst(task.burst_left)),
            PolicySpec::Srtf => Some(OrderKey::BurstLeft(task.burst_left)),
            PolicySpec::Priority { .. } => Some(priority()),
            PolicySpec::Hrrn => {
                let burst = u128::from(task.burst_left.max(1));
                let waited = u128::from(at.saturating_sub(task.waits_since));
                let ratio = (waited + burst) * 100 / burst;
                Some(OrderKey::Ratio(u64::try_from(ratio).unwrap_or(u64::MAX)))
            }
            PolicySpec::Mlfq { .. } => Some(OrderKey::Level(task.level)),
            PolicySpec::Lottery { .. } => Some(OrderKey::Tickets(task.tickets)),
            PolicySpec::Stride { .. } => Some(OrderKey::Pass(task.vruntime)),
            PolicySpec::Cfs => linux(OrderKey::Vruntime(task.vruntime)),
            PolicySpec::Eevdf { .. } => linux(OrderKey::VirtualDeadline(task.vdeadline)),
            PolicySpec::SchedFifo | PolicySpec::SchedRr { .. } | PolicySpec::SchedDeadline => {
                linux(OrderKey::Vruntime(task.vruntime))
            }
            PolicySpec::Edf => known(task.deadline, OrderKey::Deadline),
            PolicySpec::Rm => known(task.period, OrderKey::Period),
            PolicySpec::Dm => known(task.relative_deadline, OrderKey::RelativeDeadline),
            PolicySpec::Llf { .. } => (task.deadline != u64::MAX).then(|| {
                let done = i128::from(at) + i128::from(task.burst_left);
                let laxity = i128::from(task.deadline) - done;
                OrderKey::Laxity(i64::try_from(laxity).unwrap_or(i64::MIN))
            }),
        }
    }
}
