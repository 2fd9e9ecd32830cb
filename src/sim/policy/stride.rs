//! Stride scheduling.

use super::order::Order;
use super::{Arrival, Options, Policy, ReadyHeap, Task, Tasks};

/// The stride of a thread with one ticket (`stride1` in the paper).
const STRIDE_OF_ONE: u64 = 1 << 20;

/// Stride scheduling (C. Waldspurger and W. Weihl, 1995): the thread with the
/// lowest pass runs, and its pass advances by its stride, which is inverse to
/// its tickets; by less if it stops within the quantum.
///
/// A thread joins at the global pass (that of the last one picked). When it
/// leaves it takes along by how far it was ahead, and is so again on its
/// return: giving the core up for a moment gains it nothing.
#[derive(Debug, Clone)]
pub(crate) struct Stride {
    ready: ReadyHeap<(i64, u64)>,
    order: Order,
    quantum: u64,
    global_pass: i64,
}

impl Stride {
    pub(crate) fn new(quantum: u64, options: Options) -> Self {
        Self {
            ready: ReadyHeap::default(),
            order: Order::new(options.equal_keys),
            quantum: quantum.max(1),
            global_pass: 0,
        }
    }

    fn leave(&self, task: &mut Task) {
        task.lag = task.vruntime - self.global_pass;
    }
}

impl Policy for Stride {
    fn enqueue(&mut self, tasks: &mut Tasks, thread: u32, why: Arrival, _now: u64) {
        let task = &mut tasks[thread as usize];
        task.queued = true;
        match why {
            Arrival::New => {
                task.vruntime = self.global_pass;
                task.remainder = 0;
            }
            Arrival::Woken { .. } | Arrival::Migrated | Arrival::Reprioritised => {
                task.vruntime = self.global_pass + task.lag;
            }
            Arrival::Expired | Arrival::Preempted | Arrival::Yielded => {}
        }
        if why != Arrival::Preempted {
            task.used = 0;
        }
        let key = (task.vruntime, self.order.place(task, thread, why));
        self.ready.push(tasks, thread, key);
    }

    fn pick(&mut self, tasks: &mut Tasks, _now: u64) -> Option<u32> {
        let ((pass, _), thread) = self.ready.pop_min(tasks)?;
        tasks[thread as usize].queued = false;
        self.global_pass = self.global_pass.max(pass);
        Some(thread)
    }

    fn peek(&mut self, _tasks: &mut Tasks, _now: u64) -> Option<u32> {
        self.ready.peek().map(|(_, thread)| thread)
    }

    fn remove(&mut self, tasks: &mut Tasks, thread: u32, _now: u64) {
        let task = &mut tasks[thread as usize];
        task.queued = false;
        self.leave(task);
        self.ready.remove(tasks, thread);
    }

    fn len(&self) -> usize {
        self.ready.len()
    }

    fn charge(&mut self, tasks: &mut Tasks, thread: u32, ran: u64, _now: u64) {
        let task = &mut tasks[thread as usize];
        task.used += ran;
        let stride = (STRIDE_OF_ONE / u64::from(task.tickets.max(1))).max(1);
        // What does not make a whole unit is kept, so that the sum over a
        // quantum is exact however it is cut up.
        let advance = u128::from(ran) * u128::from(stride) + u128::from(task.remainder);
        let quantum = u128::from(self.quantum);
        task.vruntime += (advance / quantum) as i64;
        task.remainder = (advance % quantum) as u64;
    }

    fn block(&mut self, tasks: &mut Tasks, thread: u32, _now: u64) {
        self.leave(&mut tasks[thread as usize]);
    }

    fn slice(&mut self, tasks: &Tasks, thread: u32, _now: u64) -> Option<u64> {
        Some(self.quantum - tasks[thread as usize].used % self.quantum)
    }

    fn expire(&mut self, tasks: &mut Tasks, thread: u32, _now: u64) -> bool {
        tasks[thread as usize].used >= self.quantum
    }

    /// A lone thread's quanta count too, as in round robin.
    fn slices_alone(&self) -> bool {
        true
    }
}
