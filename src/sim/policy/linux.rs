//! Linux's scheduling classes as one policy: whoever is of a higher class goes
//! first, deadline above real-time above fair; within a class, that class
//! decides.
//!
//! A thread's class follows from its `class` and its priority: a fair thread
//! to which a lock lends a real-time priority is scheduled by that until it
//! gives it back. If that happens while it runs, it changes classes at the next
//! call that concerns it.

use super::cfs::Cfs;
use super::deadline::Deadline;
use super::eevdf::Eevdf;
use super::rt::{MAX_PRIORITY, Rt};
use super::{Arrival, Options, Policy, Task, Tasks};
use crate::experiment::scenario::{Class, PolicySpec};

/// What [`Task::level`] says under this policy: the real-time priority (1 to
/// 99), or one of these. So it also tells which class holds the thread.
pub(super) mod level {
    /// In the deadline class, with budget.
    pub(in super::super) const DEADLINE: u16 = 100;
    /// In the deadline class, until its budget is replenished.
    pub(in super::super) const THROTTLED: u16 = 101;
    /// In the fair class.
    pub(in super::super) const FAIR: u16 = 102;
    /// In the fair class, running, and its slice is complete.
    pub(in super::super) const FAIR_OVER: u16 = 103;
    /// In the fair class, blocked, and still counted.
    pub(in super::super) const FAIR_DELAYED: u16 = 104;
}

/// Linux's slice of `SCHED_RR`.
const RR_SLICE: u64 = 100_000_000;

/// The classes of one queue.
#[derive(Debug, Clone)]
pub(crate) struct Linux {
    deadline: Deadline,
    rt: Rt,
    fair: Fair,
}

/// Who schedules the normal and the idle class.
#[derive(Debug, Clone)]
enum Fair {
    Cfs(Cfs),
    Eevdf(Eevdf),
}

/// Calls a method of whichever fair scheduler it is.
macro_rules! fair {
    ($linux:expr, $method:ident($($argument:expr),*)) => {
        match &mut $linux.fair {
            Fair::Cfs(cfs) => cfs.$method($($argument),*),
            Fair::Eevdf(eevdf) => eevdf.$method($($argument),*),
        }
    };
}

/// Calls a method of the part that `seat` names.
macro_rules! part {
    ($linux:expr, $seat:expr, $method:ident($($argument:expr),*)) => {
        match $seat {
            Seat::Deadline => $linux.deadline.$method($($argument),*),
            Seat::Rt => $linux.rt.$method($($argument),*),
            Seat::Fair => fair!($linux, $method($($argument),*)),
        }
    };
}

/// Which part schedules a thread; a later one goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Seat {
    Fair,
    Rt,
    Deadline,
}

/// Where a thread belongs by its class and priority.
fn seat(task: &Task) -> Seat {
    match task.class {
        Class::Deadline => Seat::Deadline,
        Class::Fifo | Class::Rr => Seat::Rt,
        Class::Normal | Class::Idle => {
            if task.priority > task.base_priority && task.priority >= 1 {
                Seat::Rt
            } else {
                Seat::Fair
            }
        }
    }
}

/// Where a thread is, or was when it was last in a queue.
fn holder(task: &Task) -> Option<Seat> {
    match task.level {
        0 => None,
        1..=MAX_PRIORITY => Some(Seat::Rt),
        level::DEADLINE | level::THROTTLED => Some(Seat::Deadline),
        _ => Some(Seat::Fair),
    }
}

impl Linux {
    /// The classes with what `spec` says of them, on a machine as `options`
    /// describe it. A policy that is none of Linux's gets Linux's defaults.
    pub(crate) fn new(spec: &PolicySpec, options: Options) -> Self {
        let fair = match spec {
            PolicySpec::Cfs => Fair::Cfs(Cfs::new(options)),
            PolicySpec::Eevdf {
                slice,
                delayed_dequeue,
            } => {
                let slice = slice.as_ref().map(|slice| slice.0);
                Fair::Eevdf(Eevdf::new(slice, *delayed_dequeue, options))
            }
            _ => Fair::Eevdf(Eevdf::new(None, false, options)),
        };
        let rr_slice = match spec {
            PolicySpec::SchedRr { slice } => slice.0,
            _ => RR_SLICE,
        };
        Self {
            deadline: Deadline::new(options),
            rt: Rt::new(rr_slice),
            fair,
        }
    }

    /// The fair part.
    #[cfg(test)]
    pub(super) fn eevdf(&self) -> &Eevdf {
        match &self.fair {
            Fair::Eevdf(eevdf) => eevdf,
            Fair::Cfs(_) => panic!("the fair class is EEVDF"),
        }
    }

    /// Takes a running thread over into the class where it belongs now.
    fn settle(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
        let seat = seat(&tasks[thread as usize]);
        let Some(holder) = holder(&tasks[thread as usize]) else {
            return;
        };
        if holder == seat {
            return;
        }
        self.detach(tasks, thread, holder, now);
        match seat {
            Seat::Deadline => self.deadline.adopt(tasks, thread, now),
            Seat::Rt => self.rt.adopt(tasks, thread),
            Seat::Fair => {
                tasks[thread as usize].level = level::FAIR;
                fair!(self, adopt(tasks, thread, now));
            }
        }
    }

    fn detach(&mut self, tasks: &mut Tasks, thread: u32, holder: Seat, now: u64) {
        match holder {
            Seat::Deadline => self.deadline.block(tasks, thread, now),
            Seat::Rt => self.rt.block(tasks, thread, now),
            Seat::Fair => fair!(self, detach(tasks, thread, now)),
        }
    }

    /// The class a thread is in, or belongs to if it is in none.
    fn held(task: &Task) -> Seat {
        holder(task).unwrap_or_else(|| seat(task))
    }
}

impl Policy for Linux {
    fn enqueue(&mut self, tasks: &mut Tasks, thread: u32, why: Arrival, now: u64) {
        let seat = seat(&tasks[thread as usize]);
        let holder = Self::held(&tasks[thread as usize]);
        let ran = matches!(
            why,
            Arrival::Expired | Arrival::Preempted | Arrival::Yielded
        );
        if holder != seat && ran {
            self.detach(tasks, thread, holder, now);
            part!(
                self,
                seat,
                enqueue(tasks, thread, Arrival::Reprioritised, now)
            );
        } else {
            if holder != seat {
                part!(self, holder, forget(tasks, thread, now));
            }
            part!(self, seat, enqueue(tasks, thread, why, now));
        }
        if seat == Seat::Fair {
            tasks[thread as usize].level = level::FAIR;
        }
    }

    fn pick(&mut self, tasks: &mut Tasks, now: u64) -> Option<u32> {
        self.deadline
            .pick(tasks, now)
            .or_else(|| self.rt.pick(tasks, now))
            .or_else(|| fair!(self, pick(tasks, now)))
    }

    fn peek(&mut self, tasks: &mut Tasks, now: u64) -> Option<u32> {
        self.deadline
            .peek(tasks, now)
            .or_else(|| self.rt.peek(tasks, now))
            .or_else(|| fair!(self, peek(tasks, now)))
    }

    fn remove(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
        let holder = Self::held(&tasks[thread as usize]);
        part!(self, holder, remove(tasks, thread, now));
    }

    fn len(&self) -> usize {
        let fair = match &self.fair {
            Fair::Cfs(cfs) => cfs.len(),
            Fair::Eevdf(eevdf) => eevdf.len(),
        };
        self.deadline.len() + self.rt.len() + fair
    }

    fn charge(&mut self, tasks: &mut Tasks, thread: u32, ran: u64, now: u64) {
        let holder = Self::held(&tasks[thread as usize]);
        part!(self, holder, charge(tasks, thread, ran, now));
        self.settle(tasks, thread, now);
    }

    fn block(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
        self.settle(tasks, thread, now);
        let holder = Self::held(&tasks[thread as usize]);
        part!(self, holder, block(tasks, thread, now));
    }

    fn forget(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
        let holder = Self::held(&tasks[thread as usize]);
        part!(self, holder, forget(tasks, thread, now));
    }

    fn slice(&mut self, tasks: &Tasks, thread: u32, now: u64) -> Option<u64> {
        part!(
            self,
            Self::held(&tasks[thread as usize]),
            slice(tasks, thread, now)
        )
    }

    fn expire(&mut self, tasks: &mut Tasks, thread: u32, now: u64) -> bool {
        self.settle(tasks, thread, now);
        let holder = Self::held(&tasks[thread as usize]);
        part!(self, holder, expire(tasks, thread, now))
    }

    fn slices_alone(&self) -> bool {
        self.deadline.slices_alone()
    }

    fn preempts(&self, tasks: &Tasks, ready: u32, running: u32, now: u64) -> bool {
        let (a, b) = (seat(&tasks[ready as usize]), seat(&tasks[running as usize]));
        if a != b {
            return a > b;
        }
        match (a, &self.fair) {
            (Seat::Deadline, _) => self.deadline.preempts(tasks, ready, running, now),
            (Seat::Rt, _) => self.rt.preempts(tasks, ready, running, now),
            (Seat::Fair, Fair::Cfs(cfs)) => cfs.preempts(tasks, ready, running, now),
            (Seat::Fair, Fair::Eevdf(eevdf)) => eevdf.preempts(tasks, ready, running, now),
        }
    }

    fn is_preemptive(&self) -> bool {
        true
    }

    fn heeds_priority(&self) -> bool {
        true
    }

    fn next_timer(&self) -> Option<u64> {
        self.deadline.next_timer()
    }

    fn on_timer(&mut self, tasks: &mut Tasks, now: u64) {
        self.deadline.on_timer(tasks, now);
    }

    fn timer_changed(&mut self) -> bool {
        self.deadline.timer_changed()
    }
}
