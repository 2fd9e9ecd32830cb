//! First in, first out.

use super::list::List;
use super::{Arrival, Policy, Tasks};

/// First come, first served: a thread runs until it blocks or ends. The oldest
/// policy there is, and the one with the convoy effect: short bursts wait
/// behind long ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fifo {
    ready: List,
}

impl Policy for Fifo {
    fn enqueue(&mut self, tasks: &mut Tasks, thread: u32, why: Arrival, _now: u64) {
        tasks[thread as usize].queued = true;
        if why == Arrival::Preempted {
            self.ready.push_front(tasks, thread);
        } else {
            self.ready.push_back(tasks, thread);
        }
    }

    fn pick(&mut self, tasks: &mut Tasks, _now: u64) -> Option<u32> {
        let thread = self.ready.pop_front(tasks)?;
        tasks[thread as usize].queued = false;
        Some(thread)
    }

    fn peek(&mut self, _tasks: &mut Tasks, _now: u64) -> Option<u32> {
        self.ready.front()
    }

    fn remove(&mut self, tasks: &mut Tasks, thread: u32, _now: u64) {
        tasks[thread as usize].queued = false;
        self.ready.remove(tasks, thread);
    }

    fn len(&self) -> usize {
        self.ready.len()
    }
}
