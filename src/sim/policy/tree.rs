//! A balanced tree of ready threads, ordered by virtual run time, that also
//! knows the earliest virtual deadline of each subtree.
//!
//! It is a treap: a search tree by key that is at the same time a heap by a
//! number drawn for each node. Here the number is a hash of the thread, so the
//! shape is the same in every run and about as balanced as one drawn by
//! chance: O(log n) expected per operation.
//!
//! It lies in the table of tasks and so never allocates: `prev` and `next` are
//! a node's children, `slot` is whoever of its subtree has the earliest
//! deadline. That is the augmentation by which Linux picks in EEVDF
//! (`pick_eevdf` in `kernel/sched/fair.c`; ordered and augmented the other way
//! round since 6.8, with the same answers).

use super::{NOBODY, Task, Tasks};

/// Ready threads by `(vruntime, sequence)`. None of the fields that order them
/// (`vruntime`, `vdeadline`, `sequence`) may change while they are in it, and
/// no two may have the same sequence number.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    root: u32,
    len: usize,
}

impl Default for Tree {
    fn default() -> Self {
        Self {
            root: NOBODY,
            len: 0,
        }
    }
}

impl Tree {
    /// How many threads are in it.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Puts in `thread`, which is in no tree.
    pub(crate) fn insert(&mut self, tasks: &mut Tasks, thread: u32) {
        let task = &mut tasks[thread as usize];
        task.prev = NOBODY;
        task.next = NOBODY;
        task.slot = thread;
        task.queued = true;
        self.root = insert(tasks, self.root, thread);
        self.len += 1;
    }

    /// Takes out `thread`, which is in the tree.
    pub(crate) fn remove(&mut self, tasks: &mut Tasks, thread: u32) {
        self.root = remove(tasks, self.root, thread);
        let task = &mut tasks[thread as usize];
        task.prev = NOBODY;
        task.next = NOBODY;
        task.slot = NOBODY;
        task.queued = false;
        self.len -= 1;
    }

    /// Who has the least virtual run time.
    pub(crate) fn first(&self, tasks: &Tasks) -> Option<u32> {
        leftmost(tasks, self.root)
    }

    /// Who comes after the first.
    pub(crate) fn second(&self, tasks: &Tasks) -> Option<u32> {
        let first = self.first(tasks)?;
        let right = tasks[first as usize].next;
        if right != NOBODY {
            return leftmost(tasks, right);
        }
        // Nobody is right of the first, so its parent comes next.
        let mut node = self.root;
        while node != first {
            let left = tasks[node as usize].prev;
            if left == first {
                return Some(node);
            }
            node = left;
        }
        None
    }

    /// Of those whose virtual run time is `eligible`, the one with the earliest
    /// virtual deadline. If a virtual run time is eligible, all smaller ones
    /// must be.
    pub(crate) fn earliest(&self, tasks: &Tasks, eligible: impl Fn(i64) -> bool) -> Option<u32> {
        let mut best = NOBODY;
        let mut node = self.root;
        while node != NOBODY {
            let task = &tasks[node as usize];
            if eligible(task.vruntime) {
                // So is all of its left subtree; the right one may be in part.
                best = earlier(tasks, best, node);
                best = earlier(tasks, best, best_of(tasks, task.prev));
                node = task.next;
            } else {
                node = task.prev;
            }
        }
        (best != NOBODY).then_some(best)
    }
}

fn key(task: &Task) -> (i64, u64) {
    (task.vruntime, task.sequence)
}

/// Which of two has the earlier deadline; either may be nobody.
fn earlier(tasks: &Tasks, a: u32, b: u32) -> u32 {
    if a == NOBODY {
        return b;
    }
    if b == NOBODY {
        return a;
    }
    let deadline = |thread: u32| {
        let task = &tasks[thread as usize];
        (task.vdeadline, task.sequence)
    };
    if deadline(b) < deadline(a) { b } else { a }
}

fn best_of(tasks: &Tasks, node: u32) -> u32 {
    if node == NOBODY {
        NOBODY
    } else {
        tasks[node as usize].slot
    }
}

fn leftmost(tasks: &Tasks, mut node: u32) -> Option<u32> {
    if node == NOBODY {
        return None;
    }
    loop {
        let left = tasks[node as usize].prev;
        if left == NOBODY {
            return Some(node);
        }
        node = left;
    }
}

/// The heap's number of a thread: a one-to-one scrambling of its index, so no
/// two are equal (the finaliser of MurmurHash3).
fn rank(thread: u32) -> u32 {
    let mut hash = thread ^ 0x9e37_79b9;
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

/// Works out anew who has the earliest deadline of `node`'s subtree.
fn refresh(tasks: &mut Tasks, node: u32) {
    let (left, right) = children(tasks, node);
    let best = earlier(tasks, node, best_of(tasks, left));
    tasks[node as usize].slot = earlier(tasks, best, best_of(tasks, right));
}

fn children(tasks: &Tasks, node: u32) -> (u32, u32) {
    let task = &tasks[node as usize];
    (task.prev, task.next)
}

fn insert(tasks: &mut Tasks, node: u32, thread: u32) -> u32 {
    if node == NOBODY {
        return thread;
    }
    if rank(thread) > rank(node) {
        let (left, right) = split(tasks, node, key(&tasks[thread as usize]));
        tasks[thread as usize].prev = left;
        tasks[thread as usize].next = right;
        refresh(tasks, thread);
        return thread;
    }
    let (left, right) = children(tasks, node);
    if key(&tasks[thread as usize]) < key(&tasks[node as usize]) {
        tasks[node as usize].prev = insert(tasks, left, thread);
    } else {
        tasks[node as usize].next = insert(tasks, right, thread);
    }
    refresh(tasks, node);
    node
}

/// Parts a subtree into those before `at` and the others.
fn split(tasks: &mut Tasks, node: u32, at: (i64, u64)) -> (u32, u32) {
    if node == NOBODY {
        return (NOBODY, NOBODY);
    }
    let (left, right) = children(tasks, node);
    if key(&tasks[node as usize]) < at {
        let (before, after) = split(tasks, right, at);
        tasks[node as usize].next = before;
        refresh(tasks, node);
        (node, after)
    } else {
        let (before, after) = split(tasks, left, at);
        tasks[node as usize].prev = after;
        refresh(tasks, node);
        (before, node)
    }
}

fn remove(tasks: &mut Tasks, node: u32, thread: u32) -> u32 {
    debug_assert_ne!(node, NOBODY, "the thread is in this tree");
    let (left, right) = children(tasks, node);
    if node == thread {
        return merge(tasks, left, right);
    }
    if key(&tasks[thread as usize]) < key(&tasks[node as usize]) {
        tasks[node as usize].prev = remove(tasks, left, thread);
    } else {
        tasks[node as usize].next = remove(tasks, right, thread);
    }
    refresh(tasks, node);
    node
}

/// Joins two subtrees, all of the first before all of the second.
fn merge(tasks: &mut Tasks, first: u32, second: u32) -> u32 {
    if first == NOBODY {
        return second;
    }
    if second == NOBODY {
        return first;
    }
    if rank(first) > rank(second) {
        let right = tasks[first as usize].next;
        tasks[first as usize].next = merge(tasks, right, second);
        refresh(tasks, first);
        first
    } else {
        let left = tasks[second as usize].prev;
        tasks[second as usize].prev = merge(tasks, first, left);
        refresh(tasks, second);
        second
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn depth(tasks: &Tasks, node: u32) -> usize {
        if node == NOBODY {
            return 0;
        }
        let (left, right) = children(tasks, node);
        1 + depth(tasks, left).max(depth(tasks, right))
    }

    #[test]
    fn stays_flat_when_filled_in_order() {
        let mut tasks = vec![Task::default(); 100_000];
        let mut tree = Tree::default();
        for thread in 0..100_000 {
            tasks[thread as usize].vruntime = i64::from(thread);
            tasks[thread as usize].sequence = u64::from(thread);
            tree.insert(&mut tasks, thread);
        }
        let depth = depth(&tasks, tree.root);
        assert!(depth <= 50, "depth {depth}");
        assert_eq!(tree.first(&tasks), Some(0));
        assert_eq!(tree.second(&tasks), Some(1));
    }

    proptest! {
        /// Against a sorted set that is searched from end to end.
        #[test]
        fn agrees_with_a_plain_list(
            moves in prop::collection::vec((0u32..40, -8i64..8, -8i64..8, -9i64..9), 1..300)
        ) {
            let mut tasks = vec![Task::default(); 40];
            let mut tree = Tree::default();
            let mut model = BTreeSet::new();
            for (number, (thread, vruntime, vdeadline, limit)) in moves.into_iter().enumerate() {
                if tasks[thread as usize].queued {
                    let task = &tasks[thread as usize];
                    model.remove(&(task.vruntime, task.sequence, task.vdeadline, thread));
                    tree.remove(&mut tasks, thread);
                } else {
                    let task = &mut tasks[thread as usize];
                    (task.vruntime, task.vdeadline) = (vruntime, vdeadline);
                    task.sequence = number as u64;
                    model.insert((vruntime, task.sequence, vdeadline, thread));
                    tree.insert(&mut tasks, thread);
                }
                prop_assert_eq!(tree.len(), model.len());
                let mut sorted = model.iter().map(|&(.., thread)| thread);
                prop_assert_eq!(tree.first(&tasks), sorted.next());
                prop_assert_eq!(tree.second(&tasks), sorted.next());
                let earliest = model
                    .iter()
                    .filter(|&&(vruntime, ..)| vruntime <= limit)
                    .min_by_key(|&&(_, sequence, vdeadline, _)| (vdeadline, sequence))
                    .map(|&(.., thread)| thread);
                prop_assert_eq!(tree.earliest(&tasks, |vruntime| vruntime <= limit), earliest);
            }
        }
    }
}
