//! Scheduling policies: which ready thread a free core takes, and for how
//! long. One file each behind one small trait.

mod fifo;
mod round_robin;

pub(super) use fifo::Fifo;
pub(super) use round_robin::RoundRobin;

/// Why a thread becomes ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrival {
    /// It is new, or what it waited for has come.
    Woken,
    /// Its time slice was used up.
    Expired,
}

/// Orders the ready threads of a machine with one global run queue.
pub(super) trait Policy {
    /// Puts a thread among the ready ones.
    fn enqueue(&mut self, thread: u32, why: Arrival);

    /// Takes out the thread to run next.
    fn pick(&mut self) -> Option<u32>;

    /// Takes out a thread that will never run again.
    fn remove(&mut self, thread: u32);

    /// Whether no thread is ready.
    fn is_empty(&self) -> bool;

    /// How long a thread may keep a core while others are ready, ns; `None`:
    /// until it blocks or ends.
    fn slice_ns(&self) -> Option<u64>;
}
