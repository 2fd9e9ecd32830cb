//! Linux's deadline class, `SCHED_DEADLINE`: constant bandwidth servers,
//! scheduled by earliest deadline first.
//!
//! Each thread is a server with a budget of Q ns every P. While budget is left
//! it competes with its server's deadline d; when it runs out the thread is
//! throttled until d, then d += P and q += Q. A thread that wakes keeps d and
//! q unless these would let it have more than Q / P. See
//! `Documentation/scheduler/sched-deadline.rst`, section 2.
//!
//! Where the end of a slice is only noticed at ticks, budgets are overrun; the
//! overrun is charged to the next budget.

use super::heap::ReadyHeap;
use super::linux::level;
use super::{Arrival, Options, Policy, Task, Tasks};
use crate::experiment::scenario::OrderBy;

/// The deadline class of one queue.
#[derive(Debug, Clone)]
pub(crate) struct Deadline {
    /// By the server's deadline.
    ready: ReadyHeap<(u64, u64)>,
    /// By when the budget is replenished.
    throttled: ReadyHeap<(u64, u64)>,
    /// How many of the class there are: ready, throttled or running.
    members: usize,
    arrivals: u64,
    timer_changed: bool,
    equal_keys: OrderBy,
}

/// A server's parameters, ns.
struct Server {
    budget: i64,
    deadline: u64,
    period: u64,
}

/// The server of a thread; none if it has no runtime or no period: it is then
/// never throttled.
fn server(task: &Task) -> Option<Server> {
    let period = if task.period == u64::MAX {
        task.relative_deadline
    } else {
        task.period
    };
    if task.runtime == 0 || period == u64::MAX || period == 0 {
        return None;
    }
    Some(Server {
        budget: i64::try_from(task.runtime).unwrap_or(i64::MAX),
        deadline: task.relative_deadline.min(period),
        period,
    })
}

/// The absolute deadline of a thread's server.
fn due(task: &Task) -> u64 {
    task.vdeadline as u64
}

fn set_due(task: &mut Task, due: u64) {
    task.vdeadline = i64::try_from(due).unwrap_or(i64::MAX);
}

/// A server begins anew.
fn start(task: &mut Task, now: u64) {
    match server(task) {
        Some(server) => {
            task.budget = server.budget;
            set_due(task, now.saturating_add(server.deadline));
        }
        None => {
            task.budget = i64::MAX;
            let due = now.saturating_add(task.relative_deadline);
            set_due(task, due);
        }
    }
}

/// The wake-up rule: whether what is left of the budget until the deadline is
/// more than the server's bandwidth, or the deadline is over.
fn exceeds(task: &Task, now: u64) -> bool {
    let due = due(task);
    let Some(server) = server(task) else {
        return true;
    };
    due < now
        || i128::from(task.budget) * i128::from(server.period)
            > i128::from(due - now) * i128::from(server.budget)
}

/// Gives a server its next budgets, as many as it takes to have one.
fn replenish(task: &mut Task, now: u64) {
    let Some(server) = server(task) else {
        return start(task, now);
    };
    let times = (-task.budget.min(0)) / server.budget + 1;
    task.budget += times * server.budget;
    let next = due(task).saturating_add(times as u64 * server.period);
    set_due(task, next);
    if next < now {
        start(task, now);
    }
}

impl Deadline {
    /// A queue of a machine as `options` describe it.
    pub(crate) fn new(options: Options) -> Self {
        Self {
            ready: ReadyHeap::default(),
            throttled: ReadyHeap::default(),
            members: 0,
            arrivals: 0,
            timer_changed: false,
            equal_keys: options.equal_keys,
        }
    }

    /// Makes a thread, which is in no class of this queue, run in this one.
    pub(super) fn adopt(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
        self.members += 1;
        let task = &mut tasks[thread as usize];
        task.level = level::DEADLINE;
        start(task, now);
    }

    /// Among the ready ones if there is budget, else among the throttled.
    fn insert(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
        let task = &mut tasks[thread as usize];
        if task.budget <= 0 && due(task) <= now {
            replenish(task, now);
        }
        self.arrivals += 1;
        let order = match self.equal_keys {
            OrderBy::Queue => self.arrivals,
            OrderBy::Id => u64::from(thread),
        };
        let key = (due(task), order);
        task.queued = true;
        if task.budget > 0 {
            task.level = level::DEADLINE;
            self.ready.push(tasks, thread, key);
        } else {
            task.level = level::THROTTLED;
            self.throttled.push(tasks, thread, key);
            self.timer_changed = true;
        }
    }
}

impl Policy for Deadline {
    fn enqueue(&mut self, tasks: &mut Tasks, thread: u32, why: Arrival, now: u64) {
        let task = &mut tasks[thread as usize];
        match why {
            Arrival::New => start(task, now),
            Arrival::Woken { .. } if exceeds(task, now) => start(task, now),
            // Giving way means: nothing more to do in this period.
            Arrival::Yielded => task.budget = task.budget.min(0),
            _ => {}
        }
        if !matches!(
            why,
            Arrival::Expired | Arrival::Preempted | Arrival::Yielded
        ) {
            self.members += 1;
        }
        self.insert(tasks, thread, now);
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
        if tasks[thread as usize].level == level::THROTTLED {
            self.throttled.remove(tasks, thread);
            self.timer_changed = true;
        } else {
            self.ready.remove(tasks, thread);
        }
        tasks[thread as usize].queued = false;
        self.members -= 1;
    }

    /// Counts only those that have budget.
    fn len(&self) -> usize {
        self.ready.len()
    }

    fn charge(&mut self, tasks: &mut Tasks, thread: u32, ran: u64, _now: u64) {
        let task = &mut tasks[thread as usize];
        if server(task).is_some() {
            task.budget -= ran as i64;
        }
    }

    fn block(&mut self, _tasks: &mut Tasks, _thread: u32, _now: u64) {
        self.members -= 1;
    }

    fn slice(&mut self, tasks: &Tasks, thread: u32, _now: u64) -> Option<u64> {
        let task = &tasks[thread as usize];
        server(task).map(|_| task.budget.max(1) as u64)
    }

    fn expire(&mut self, tasks: &mut Tasks, thread: u32, _now: u64) -> bool {
        tasks[thread as usize].budget <= 0
    }

    /// A server without budget gives way even to nobody.
    fn slices_alone(&self) -> bool {
        self.members > 0
    }

    fn preempts(&self, tasks: &Tasks, ready: u32, running: u32, _now: u64) -> bool {
        due(&tasks[ready as usize]) < due(&tasks[running as usize])
    }

    fn is_preemptive(&self) -> bool {
        true
    }

    fn next_timer(&self) -> Option<u64> {
        self.throttled.peek().map(|((at, _), _)| at)
    }

    fn on_timer(&mut self, tasks: &mut Tasks, now: u64) {
        while let Some(((at, _), thread)) = self.throttled.peek() {
            if at > now {
                break;
            }
            self.throttled.pop_min(tasks);
            self.timer_changed = true;
            self.insert(tasks, thread, now);
        }
    }

    fn timer_changed(&mut self) -> bool {
        std::mem::take(&mut self.timer_changed)
    }
}
