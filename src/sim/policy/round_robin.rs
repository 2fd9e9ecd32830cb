//! Round robin.

use super::list::List;
use super::{Arrival, Policy, Tasks};
use crate::experiment::scenario::{SliceTimer, Tie};

/// FIFO with a slice: who has used it up goes to the end of the queue (L.
/// Kleinrock, 1964). A thread that is preempted goes to the front and keeps
/// what is left of its slice.
#[derive(Debug, Clone)]
pub(crate) struct RoundRobin {
    ready: List,
    slice: u64,
    timer: SliceTimer,
    tie: Tie,
}

impl RoundRobin {
    pub(crate) fn new(slice: u64, timer: SliceTimer, tie: Tie) -> Self {
        Self {
            ready: List::default(),
            slice: slice.max(1),
            timer,
            tie,
        }
    }
}

impl Policy for RoundRobin {
    #[inline]
    fn enqueue(&mut self, tasks: &mut Tasks, thread: u32, why: Arrival, _now: u64) {
        let task = &mut tasks[thread as usize];
        task.queued = true;
        if why == Arrival::Preempted {
            self.ready.push_front(tasks, thread);
        } else {
            task.used = 0;
            self.ready.push_back(tasks, thread);
        }
    }

    #[inline]
    fn pick(&mut self, tasks: &mut Tasks, now: u64) -> Option<u32> {
        let thread = self.ready.pop_front(tasks)?;
        let task = &mut tasks[thread as usize];
        task.queued = false;
        if self.timer == SliceTimer::Global {
            // The beat of the timer at which its slice ends.
            task.allotment = now / self.slice + 1;
        }
        Some(thread)
    }

    fn peek(&mut self, _tasks: &mut Tasks, _now: u64) -> Option<u32> {
        self.ready.front()
    }

    fn remove(&mut self, tasks: &mut Tasks, thread: u32, _now: u64) {
        tasks[thread as usize].queued = false;
        self.ready.remove(tasks, thread);
    }

    #[inline]
    fn len(&self) -> usize {
        self.ready.len()
    }

    #[inline]
    fn charge(&mut self, tasks: &mut Tasks, thread: u32, ran: u64, _now: u64) {
        tasks[thread as usize].used += ran;
    }

    #[inline]
    fn slice(&mut self, tasks: &Tasks, thread: u32, now: u64) -> Option<u64> {
        let left = match self.timer {
            // Alone it may have used many slices. If one of them ends at this
            // very instant, in which another has arrived, the tie decides.
            SliceTimer::Own => match tasks[thread as usize].used {
                0 => self.slice,
                used if used % self.slice > 0 => self.slice - used % self.slice,
                _ if self.tie == Tie::ArrivalFirst => 0,
                _ => self.slice,
            },
            SliceTimer::Global => self.slice - now % self.slice,
        };
        Some(left)
    }

    #[inline]
    fn expire(&mut self, tasks: &mut Tasks, thread: u32, now: u64) -> bool {
        let task = &tasks[thread as usize];
        match self.timer {
            SliceTimer::Own => task.used >= self.slice,
            SliceTimer::Global => now / self.slice >= task.allotment,
        }
    }

    /// A lone thread's own slices are worked out when another arrives.
    #[inline]
    fn slices_alone(&self) -> bool {
        self.timer == SliceTimer::Global
    }
}
