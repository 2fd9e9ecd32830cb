//! Scheduling policies: which ready thread a core takes next, and for how
//! long. One file each behind one small trait.
//!
//! Mental model: a run queue holds the threads that are ready *and* knows of
//! those that were picked from it and are running. A thread's life in a queue:
//!
//! ```text
//!   enqueue(New | Woken) -> [ready] -> pick -> [running] -> block
//!                              ^                  |
//!                              +- enqueue(Expired | Preempted | Yielded)
//!   [ready] -> remove (killed, moved to another queue, priority changed)
//! ```
//!
//! While a thread runs, the engine calls `charge` with the time it has run
//! since it was picked or last charged: always before `enqueue` of a thread
//! that was running, `block`, `slice`, `expire`, and before `preempts` for the
//! running thread. So a policy reads no clock but `now`.
//!
//! What a policy knows of threads lies in one table, [`Tasks`], as Linux's
//! `sched_entity` lies in its `task_struct`: queues hold indices, so that a
//! thread can be taken out of the middle of any structure in O(log n) and no
//! operation allocates once the structures have reached their size.

mod any;
mod cfs;
mod deadline;
mod dm;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod drive;
mod edf;
mod eevdf;
mod fifo;
mod heap;
mod hrrn;
mod keyed;
mod linux;
mod list;
mod llf;
mod lottery;
mod mlfq;
mod order;
mod priority;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
mod rm;
mod round_robin;
mod rt;
mod sjf;
mod srtf;
mod stride;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod tickets;
mod tournament;
mod tree;
mod weight;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod drive_linux;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod fair_tests;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod linux_tests;

pub(crate) use any::AnyPolicy;
pub(crate) use heap::ReadyHeap;

use crate::experiment::scenario::{Class, OrderBy, Tie};

/// The table of what policies know of threads, by thread.
pub(crate) type Tasks = [Task];

/// No thread; ends a list, marks a slot as empty.
pub(crate) const NOBODY: u32 = u32::MAX;

/// What a policy knows of one thread. What every slice touches fills the first
/// cache line.
#[derive(Debug, Clone)]
#[repr(C, align(64))]
pub(crate) struct Task {
    // Set by the engine; policies only read these.
    /// CPU time consumed in its life, ns.
    pub(crate) ran: u64,
    /// What is left of its CPU burst (up to where it next blocks), ns. Exact
    /// whenever `charge`, `enqueue` or `preempts` is called.
    pub(crate) burst_left: u64,
    /// Its priority now: `base_priority`, or what a lock lends it. The engine
    /// takes a ready thread out (`remove`) before it changes this, and puts it
    /// back (`enqueue` with [`Arrival::Reprioritised`]).
    pub(crate) priority: i32,
    /// Linux's class of it.
    pub(crate) class: Class,
    /// Nice value, -20..=19.
    pub(crate) nice: i8,

    // The policies' own; the engine never touches these.
    /// Whether its virtual times count from those of the queue it left.
    pub(crate) detached: bool,
    /// Whether it stands in a ready structure.
    pub(crate) queued: bool,
    /// Which list or level it is in.
    pub(crate) level: u16,
    /// Place in a heap or a tree.
    pub(crate) slot: u32,
    /// Neighbours in a list, children in a tree.
    pub(crate) prev: u32,
    pub(crate) next: u32,
    /// Time it has used of its slice, ns.
    pub(crate) used: u64,
    /// What it may use, in quanta or in ns.
    pub(crate) allotment: u64,
    /// Virtual run time, or pass.
    pub(crate) vruntime: i64,

    // The engine's, and needed less often.
    /// Its own priority, larger is more urgent.
    pub(crate) base_priority: i32,
    /// Lottery tickets, at least 1.
    pub(crate) tickets: u32,
    /// Its whole CPU burst when it last began one, ns.
    pub(crate) burst: u64,
    /// When it last became ready after waiting or creation.
    pub(crate) ready_since: u64,
    /// The absolute deadline of its current job; `u64::MAX`: none.
    pub(crate) deadline: u64,
    /// Its deadline after release; `u64::MAX`: none.
    pub(crate) relative_deadline: u64,
    /// Its period; `u64::MAX`: none.
    pub(crate) period: u64,
    /// Runtime in each period under the deadline class; 0: none.
    pub(crate) runtime: u64,

    // The policies', and needed less often.
    /// Since when it has been in a ready structure.
    pub(crate) waits_since: u64,
    /// Virtual deadline.
    pub(crate) vdeadline: i64,
    /// Lag kept while it is not in the queue.
    pub(crate) lag: i64,
    /// Remaining budget of a constant bandwidth server, ns; negative after an
    /// overrun.
    pub(crate) budget: i64,
    /// Number of its arrival in the queue.
    pub(crate) sequence: u64,
    /// When it arrived, was picked or was last charged.
    pub(crate) since: u64,
    /// What division has left of its virtual run time.
    pub(crate) remainder: u64,
}

const _: () = assert!(std::mem::offset_of!(Task, vruntime) + size_of::<i64>() <= 64);

impl Default for Task {
    fn default() -> Self {
        Self {
            class: Class::Normal,
            nice: 0,
            base_priority: 0,
            priority: 0,
            tickets: 1,
            burst_left: 0,
            burst: 0,
            ready_since: 0,
            ran: 0,
            deadline: u64::MAX,
            relative_deadline: u64::MAX,
            period: u64::MAX,
            runtime: 0,
            slot: NOBODY,
            prev: NOBODY,
            next: NOBODY,
            level: 0,
            queued: false,
            used: 0,
            allotment: 0,
            waits_since: 0,
            vruntime: 0,
            vdeadline: 0,
            lag: 0,
            budget: 0,
            sequence: 0,
            since: 0,
            remainder: 0,
            detached: false,
        }
    }
}

/// Why a thread is put into a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// It begins to exist.
    New,
    /// What it waited for has come; `io`: it was I/O or a timer.
    Woken {
        /// Whether it waited for I/O or a timer, not for another thread.
        io: bool,
    },
    /// It was running and its slice was used up ([`Policy::expire`] said so).
    Expired,
    /// It was running and another took its core.
    Preempted,
    /// It was running and gave way of its own accord.
    Yielded,
    /// It comes from another core's queue, where it was ready.
    Migrated,
    /// It was ready here and its priority has changed.
    Reprioritised,
}

/// Orders the ready threads of one run queue.
///
/// `now` never goes back. A thread is in at most one queue. Methods that take a
/// thread may assume it to be in the state their text names.
pub(crate) trait Policy {
    /// Puts a thread that is not in the queue (or is running from it) among the
    /// ready ones.
    fn enqueue(&mut self, tasks: &mut Tasks, thread: u32, why: Arrival, now: u64);

    /// Takes out the thread to run next. It is running from now on, and a new
    /// slice begins for it. May be nobody although threads are ready: lottery
    /// keeps a core empty until its quantum is over ([`Policy::next_timer`]).
    fn pick(&mut self, tasks: &mut Tasks, now: u64) -> Option<u32>;

    /// Whom [`Policy::pick`] would take. May tidy up, hence `&mut`.
    fn peek(&mut self, tasks: &mut Tasks, now: u64) -> Option<u32>;

    /// Takes out a ready thread. If it is to come back (another queue, another
    /// priority), it does so by `enqueue`.
    fn remove(&mut self, tasks: &mut Tasks, thread: u32, now: u64);

    /// How many threads are ready (the running ones do not count).
    fn len(&self) -> usize;

    /// A running thread has used `ran` ns since it was picked or last charged.
    /// `burst_left` and `ran` of its task are up to date already.
    fn charge(&mut self, _tasks: &mut Tasks, _thread: u32, _ran: u64, _now: u64) {}

    /// A running thread leaves the queue: it blocks or has ended.
    fn block(&mut self, _tasks: &mut Tasks, _thread: u32, _now: u64) {}

    /// A thread that blocked in this queue will be woken in another one, or
    /// has ended: what the queue still keeps of it is settled. Harmless if
    /// there is nothing.
    fn forget(&mut self, _tasks: &mut Tasks, _thread: u32, _now: u64) {}

    /// For how long a running thread may go on before [`Policy::expire`] is
    /// asked, ns; 0: at this instant, after its arrivals; `None`: until it blocks or is preempted.
    fn slice(&mut self, _tasks: &Tasks, _thread: u32, _now: u64) -> Option<u64> {
        None
    }

    /// The time named by [`Policy::slice`] has passed (or a tick after it):
    /// whether the running thread must give way. If not, `slice` is asked
    /// again. With nobody ready the engine asks, too, if
    /// [`Policy::slices_alone`], and then enqueues and picks the same thread.
    fn expire(&mut self, _tasks: &mut Tasks, _thread: u32, _now: u64) -> bool {
        true
    }

    /// Whether slices matter even when nobody is ready to take over. If not,
    /// the engine asks for a running thread's `slice` only once someone is.
    fn slices_alone(&self) -> bool {
        false
    }

    /// Whether `ready` should take the core of `running` at once. Must be a
    /// strict order: for two running threads it also tells which of them is
    /// the better one to preempt (`preempts(a, b)`: b is).
    fn preempts(&self, _tasks: &Tasks, _ready: u32, _running: u32, _now: u64) -> bool {
        false
    }

    /// Whether [`Policy::preempts`] can ever be true.
    fn is_preemptive(&self) -> bool {
        false
    }

    /// Whether it orders threads by [`Task::priority`]. If not, the engine may
    /// change that without taking a ready thread out, so that it keeps its
    /// place in a queue.
    fn heeds_priority(&self) -> bool {
        false
    }

    /// When the policy itself wants to act next ([`Policy::on_timer`]), if
    /// ever: boosts, replenishments. Asked after every operation that returns
    /// `true` from [`Policy::timer_changed`].
    fn next_timer(&self) -> Option<u64> {
        None
    }

    /// The instant named by [`Policy::next_timer`] has come. Running threads
    /// have been charged.
    fn on_timer(&mut self, _tasks: &mut Tasks, _now: u64) {}

    /// Whether [`Policy::next_timer`] may answer otherwise than when last
    /// asked. Resets the mark.
    fn timer_changed(&mut self) -> bool {
        false
    }
}

/// Options that concern every policy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options {
    /// How equal keys are ordered.
    pub(crate) equal_keys: OrderBy,
    /// Whether a slice ends before or after an arrival of the same instant.
    pub(crate) tie: Tie,
    /// Cores of the machine: some parameters scale with it.
    pub(crate) cores: u16,
    /// The scheduler's tick, ns; 0: high resolution.
    pub(crate) tick: u64,
    /// Seed of the policy's own stream of chance.
    pub(crate) seed: u32,
}
