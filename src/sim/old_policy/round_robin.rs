//! Round robin: first in, first out, but a thread goes to the back of the
//! queue after its time slice. A thread that finishes exactly at the end of
//! its slice is not queued again.

use super::{Arrival, Fifo, Policy};

#[derive(Debug)]
pub(in crate::sim) struct RoundRobin {
    queue: Fifo,
    slice_ns: u64,
}

impl RoundRobin {
    pub(in crate::sim) fn new(slice_ns: u64) -> Self {
        Self {
            queue: Fifo::default(),
            slice_ns,
        }
    }
}

impl Policy for RoundRobin {
    fn enqueue(&mut self, thread: u32, why: Arrival) {
        self.queue.enqueue(thread, why);
    }

    fn pick(&mut self) -> Option<u32> {
        self.queue.pick()
    }

    fn remove(&mut self, thread: u32) {
        self.queue.remove(thread);
    }

    fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    fn slice_ns(&self) -> Option<u64> {
        Some(self.slice_ns)
    }
}
