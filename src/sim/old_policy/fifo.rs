//! First in, first out, to completion: the textbook's FCFS. Not preemptive, so
//! short jobs wait behind long ones (the convoy effect).

use super::{Arrival, Policy};
use std::collections::VecDeque;

#[derive(Debug, Default)]
pub(in crate::sim) struct Fifo {
    queue: VecDeque<u32>,
}

impl Policy for Fifo {
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
        None
    }
}
