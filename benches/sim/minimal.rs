//! The least that any simulation of round robin has to do: a heap of the ends
//! of slices, a queue of jobs, and how much each job has left.

use crate::workload::{CORES, JOBS, SLICE_NS};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// Does the workload, and returns how many slices it took.
pub(crate) fn simulate(slices: u32) -> u64 {
    let mut left = vec![slices; JOBS as usize];
    let mut ready: VecDeque<u32> = (0..JOBS).collect();
    let mut ends = BinaryHeap::with_capacity(usize::from(CORES));
    for job in ready.drain(..usize::from(CORES)) {
        ends.push(Reverse((SLICE_NS, job)));
    }
    let mut done = 0;
    while let Some(mut first) = ends.peek_mut() {
        let Reverse((now, job)) = *first;
        done += 1;
        left[job as usize] -= 1;
        if left[job as usize] > 0 {
            ready.push_back(job);
        }
        match ready.pop_front() {
            // Sinks to its place when the guard is dropped.
            Some(next) => *first = Reverse((now + SLICE_NS, next)),
            None => drop(std::collections::binary_heap::PeekMut::pop(first)),
        }
    }
    done
}
