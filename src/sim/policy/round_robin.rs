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
    /// Threads that gave up their cores at the very beat `.0` of the global
    /// timer: so many cores have yet to feel it.
    left_at_beat: (u64, u32),
}

impl RoundRobin {
    pub(crate) fn new(slice: u64, timer: SliceTimer, tie: Tie) -> Self {
        Self {
            ready: List::default(),
            slice: slice.max(1),
            timer,
            tie,
            left_at_beat: (0, 0),
        }
    }

    /// Whether a thread that takes a core now is in time for a beat of the
    /// global timer at this very instant, which its predecessor did not feel.
    fn meets_beat(&mut self, now: u64) -> bool {
        let (beat, cores) = &mut self.left_at_beat;
        let meets = *cores > 0 && *beat == now;
        *cores = if meets { *cores - 1 } else { 0 };
        meets
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
            task.allotment = now / self.slice + u64::from(!self.meets_beat(now));
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

    fn block(&mut self, _tasks: &mut Tasks, _thread: u32, now: u64) {
        // A beat that comes after everything else of its instant strikes
        // whoever takes over.
        let beat = self.timer == SliceTimer::Global && now.is_multiple_of(self.slice);
        if beat && self.tie == Tie::ArrivalFirst {
            let (at, cores) = self.left_at_beat;
            self.left_at_beat = (now, if at == now { cores + 1 } else { 1 });
        }
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
            SliceTimer::Global if now / self.slice >= tasks[thread as usize].allotment => 0,
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
