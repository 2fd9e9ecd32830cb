//! Round robin: first in, first out, but a thread goes to the back of the
//! queue after its time slice. A thread that finishes exactly at the end of
//! its slice is not queued again.

use super::{Arrival, Policy};
use std::collections::VecDeque;

#[derive(Debug)]
pub(in crate::sim) struct RoundRobin {
    queue: VecDeque<u32>,
    slice_ns: u64,
}

impl RoundRobin {
    pub(in crate::sim) fn new(slice_ns: u64) -> Self {
        Self {
            queue: VecDeque::new(),
            slice_ns,
        }
    }
}

impl Policy for RoundRobin {
    fn enqueue(&mut self, thread: u32, _why: Arrival) {
        self.queue.push_back(thread);
    }

    fn pick(&mut self) -> Option<u32> {
        self.queue.pop_front()
    }

    fn remove(&mut self, thread: u32) {
        self.queue.retain(|&queued| queued != thread);
    }

    fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    fn slice_ns(&self) -> Option<u64> {
        Some(self.slice_ns)
    }
}
