//! Linux's real-time classes, `SCHED_FIFO` and `SCHED_RR`: a list for each
//! priority from 1 to 99, and a bit for each list that is not empty.
//!
//! See `man 7 sched`, and `kernel/sched/rt.c`: who is preempted goes to the
//! front of its list, who has used up a round-robin slice to the back (if
//! others are there). A change of priority puts a thread at the back of its new
//! list when it rises and at the front when it sinks (`rt_mutex_setprio`), so
//! that giving back what a lock lent costs no turn.
//!
//! Lists are in queue order by definition: there are no equal keys to order
//! otherwise.

use super::{Arrival, NOBODY, Policy, Task, Tasks};
use crate::experiment::scenario::Class;

/// The most urgent priority.
pub(super) const MAX_PRIORITY: u16 = 99;

const LISTS: usize = MAX_PRIORITY as usize + 1;

/// The real-time classes of one queue.
#[derive(Debug, Clone)]
pub(crate) struct Rt {
    /// First and last of each list, linked by `prev` and `next`.
    lists: Box<[(u32, u32); LISTS]>,
    /// Which lists have somebody in them.
    occupied: u128,
    len: usize,
    slice: u64,
}

impl Rt {
    /// A queue with round-robin slices of `slice` ns.
    pub(crate) fn new(slice: u64) -> Self {
        Self {
            lists: Box::new([(NOBODY, NOBODY); LISTS]),
            occupied: 0,
            len: 0,
            slice: slice.max(1),
        }
    }

    /// Makes a thread, which is in no class of this queue, run in this one.
    pub(super) fn adopt(&mut self, tasks: &mut Tasks, thread: u32) {
        tasks[thread as usize].level = priority(&tasks[thread as usize]);
    }

    fn first(&self) -> Option<u32> {
        if self.occupied == 0 {
            return None;
        }
        Some(self.lists[self.occupied.ilog2() as usize].0)
    }

    fn insert(&mut self, tasks: &mut Tasks, thread: u32, to_front: bool) {
        let level = priority(&tasks[thread as usize]);
        let (first, last) = &mut self.lists[usize::from(level)];
        let (prev, next) = if to_front {
            (NOBODY, *first)
        } else {
            (*last, NOBODY)
        };
        match prev {
            NOBODY => *first = thread,
            prev => tasks[prev as usize].next = thread,
        }
        match next {
            NOBODY => *last = thread,
            next => tasks[next as usize].prev = thread,
        }
        let task = &mut tasks[thread as usize];
        task.prev = prev;
        task.next = next;
        task.level = level;
        task.queued = true;
        self.occupied |= 1 << level;
        self.len += 1;
    }

    fn take(&mut self, tasks: &mut Tasks, thread: u32) {
        let task = &mut tasks[thread as usize];
        let (prev, next, level) = (task.prev, task.next, task.level);
        task.prev = NOBODY;
        task.next = NOBODY;
        task.queued = false;
        let (first, last) = &mut self.lists[usize::from(level)];
        match prev {
            NOBODY => *first = next,
            prev => tasks[prev as usize].next = next,
        }
        match next {
            NOBODY => *last = prev,
            next => tasks[next as usize].prev = prev,
        }
        if *first == NOBODY {
            self.occupied &= !(1 << level);
        }
        self.len -= 1;
    }
}

/// The priority a thread has now, within what the classes know.
pub(super) fn priority(task: &Task) -> u16 {
    task.priority.clamp(1, i32::from(MAX_PRIORITY)) as u16
}

impl Policy for Rt {
    fn enqueue(&mut self, tasks: &mut Tasks, thread: u32, why: Arrival, _now: u64) {
        let task = &mut tasks[thread as usize];
        let to_front = match why {
            Arrival::Preempted => true,
            Arrival::Reprioritised => {
                // The level is still that of the list it was taken from.
                (1..=MAX_PRIORITY).contains(&task.level) && priority(task) < task.level
            }
            Arrival::New => {
                task.used = 0;
                false
            }
            Arrival::Woken { .. } | Arrival::Expired | Arrival::Yielded | Arrival::Migrated => {
                false
            }
        };
        self.insert(tasks, thread, to_front);
    }

    fn pick(&mut self, tasks: &mut Tasks, _now: u64) -> Option<u32> {
        let thread = self.first()?;
        self.take(tasks, thread);
        Some(thread)
    }

    fn peek(&mut self, _tasks: &mut Tasks, _now: u64) -> Option<u32> {
        self.first()
    }

    fn remove(&mut self, tasks: &mut Tasks, thread: u32, _now: u64) {
        self.take(tasks, thread);
    }

    fn len(&self) -> usize {
        self.len
    }

    fn charge(&mut self, tasks: &mut Tasks, thread: u32, ran: u64, _now: u64) {
        let task = &mut tasks[thread as usize];
        task.used += ran;
        task.level = priority(task);
    }

    fn slice(&mut self, tasks: &Tasks, thread: u32, _now: u64) -> Option<u64> {
        let task = &tasks[thread as usize];
        // A normal thread that a lock has lifted here is in no round robin.
        (task.class == Class::Rr).then(|| self.slice.saturating_sub(task.used).max(1))
    }

    /// `task_tick_rt`: a slice is only worth something among equals; without
    /// them another one begins. What is left of it survives sleep.
    fn expire(&mut self, tasks: &mut Tasks, thread: u32, _now: u64) -> bool {
        let task = &mut tasks[thread as usize];
        if task.class != Class::Rr || task.used < self.slice {
            return false;
        }
        task.used = 0;
        self.occupied & (1 << priority(task)) != 0
    }

    fn preempts(&self, tasks: &Tasks, ready: u32, running: u32, _now: u64) -> bool {
        priority(&tasks[ready as usize]) > priority(&tasks[running as usize])
    }

    fn is_preemptive(&self) -> bool {
        true
    }
}
