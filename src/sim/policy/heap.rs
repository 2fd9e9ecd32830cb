//! A heap of ready threads that can also be taken out of its middle.

use super::{NOBODY, Tasks};

/// How many children a node has: a wider heap is a flatter one, and the
/// children compared with each other lie side by side in memory.
const ARITY: usize = 4;

/// Ready threads, the smallest key first. Each thread's place is kept in its
/// [`Task::slot`](super::Task::slot), so that it can be removed in O(log n).
///
/// Equal keys have no order of their own: a policy that needs one puts a
/// sequence number or the thread into the key.
#[derive(Debug, Clone)]
pub(crate) struct ReadyHeap<K> {
    nodes: Vec<(K, u32)>,
}

impl<K> Default for ReadyHeap<K> {
    fn default() -> Self {
        Self { nodes: Vec::new() }
    }
}

impl<K: Ord + Copy> ReadyHeap<K> {
    /// How many threads are in it.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    #[cfg(test)]
    fn key(&self, tasks: &Tasks, thread: u32) -> K {
        self.nodes[slot(tasks, thread) as usize].0
    }

    /// The smallest key and its thread.
    pub(crate) fn peek(&self) -> Option<(K, u32)> {
        self.nodes.first().copied()
    }

    /// Puts in `thread`, which is in no heap.
    pub(crate) fn push(&mut self, tasks: &mut Tasks, thread: u32, key: K) {
        debug_assert_eq!(slot(tasks, thread), NOBODY, "the thread is in no heap yet");
        self.nodes.push((key, thread));
        self.rise(tasks, self.nodes.len() - 1);
    }

    /// Takes out the smallest key and its thread.
    pub(crate) fn pop_min(&mut self, tasks: &mut Tasks) -> Option<(K, u32)> {
        let least = self.peek()?;
        self.take(tasks, 0);
        Some(least)
    }

    /// Takes out `thread`, which is in the heap, and tells its key.
    pub(crate) fn remove(&mut self, tasks: &mut Tasks, thread: u32) -> K {
        let at = slot(tasks, thread) as usize;
        let (key, holder) = self.nodes[at];
        debug_assert_eq!(holder, thread, "the thread is in this heap");
        self.take(tasks, at);
        key
    }

    /// The last node fills the gap, and may belong on either side of it.
    fn take(&mut self, tasks: &mut Tasks, at: usize) {
        let (_, thread) = self.nodes.swap_remove(at);
        tasks[thread as usize].slot = NOBODY;
        if at < self.nodes.len() {
            let at = self.rise(tasks, at);
            self.sink(tasks, at);
        }
    }

    /// Moves the node at `at` up to where it belongs, and tells where that is.
    fn rise(&mut self, tasks: &mut Tasks, mut at: usize) -> usize {
        let node = self.nodes[at];
        while at > 0 {
            let parent = (at - 1) / ARITY;
            if self.nodes[parent].0 <= node.0 {
                break;
            }
            self.place(tasks, at, self.nodes[parent]);
            at = parent;
        }
        self.place(tasks, at, node);
        at
    }

    /// Moves the node at `at` down to where it belongs.
    fn sink(&mut self, tasks: &mut Tasks, mut at: usize) {
        let node = self.nodes[at];
        loop {
            let first = at * ARITY + 1;
            let end = (first + ARITY).min(self.nodes.len());
            let Some(least) = (first..end).min_by_key(|&child| self.nodes[child].0) else {
                break;
            };
            if node.0 <= self.nodes[least].0 {
                break;
            }
            self.place(tasks, at, self.nodes[least]);
            at = least;
        }
        self.place(tasks, at, node);
    }

    fn place(&mut self, tasks: &mut Tasks, at: usize, node: (K, u32)) {
        self.nodes[at] = node;
        tasks[node.1 as usize].slot = at as u32;
    }
}

fn slot(tasks: &Tasks, thread: u32) -> u32 {
    tasks[thread as usize].slot
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::super::Task;
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        /// Against a sorted set: pushes, pops and removals in any order.
        #[test]
        fn agrees_with_a_sorted_set(moves in prop::collection::vec((0u32..40, 0u8..8, 0u8..4), 0..300)) {
            let mut tasks = vec![Task::default(); 40];
            let mut heap = ReadyHeap::default();
            let mut set = BTreeSet::new();
            for (thread, key, what) in moves {
                let key = (key, thread);
                let held = set.iter().find(|&&(_, holder)| holder == thread).copied();
                match held {
                    _ if what == 0 => {
                        let least = set.pop_first();
                        prop_assert_eq!(heap.pop_min(&mut tasks).map(|(key, _)| key), least);
                    }
                    Some(held) => {
                        prop_assert_eq!(heap.key(&tasks, thread), held);
                        prop_assert_eq!(heap.remove(&mut tasks, thread), held);
                        set.remove(&held);
                    }
                    None => {
                        heap.push(&mut tasks, thread, key);
                        set.insert(key);
                    }
                }
                prop_assert_eq!(heap.len(), set.len());
                prop_assert_eq!(heap.peek().map(|(key, _)| key), set.first().copied());
            }
        }
    }
}
