//! First-in-first-out lists threaded through the table of tasks.

use super::{NOBODY, Tasks};

/// A doubly linked list of threads whose links are [`Task::prev`] and
/// [`Task::next`](super::Task::next): every operation is O(1) and none
/// allocates. A thread is in at most one list; which one, a policy with several
/// notes in [`Task::level`](super::Task::level).
///
/// [`Task::prev`]: super::Task::prev
#[derive(Debug, Clone, Copy)]
pub(crate) struct List {
    head: u32,
    tail: u32,
    len: u32,
}

impl Default for List {
    fn default() -> Self {
        Self {
            head: NOBODY,
            tail: NOBODY,
            len: 0,
        }
    }
}

impl List {
    /// How many threads are in it.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether nobody is in it.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The first thread.
    #[inline]
    pub(crate) fn front(&self) -> Option<u32> {
        some(self.head)
    }

    /// The last thread.
    pub(crate) fn back(&self) -> Option<u32> {
        some(self.tail)
    }

    /// Puts `thread`, which is in no list, at the end.
    #[inline]
    pub(crate) fn push_back(&mut self, tasks: &mut Tasks, thread: u32) {
        let task = &mut tasks[thread as usize];
        (task.prev, task.next) = (self.tail, NOBODY);
        match some(self.tail) {
            Some(tail) => tasks[tail as usize].next = thread,
            None => self.head = thread,
        }
        self.tail = thread;
        self.len += 1;
    }

    /// Puts `thread`, which is in no list, at the beginning.
    pub(crate) fn push_front(&mut self, tasks: &mut Tasks, thread: u32) {
        let task = &mut tasks[thread as usize];
        (task.prev, task.next) = (NOBODY, self.head);
        match some(self.head) {
            Some(head) => tasks[head as usize].prev = thread,
            None => self.tail = thread,
        }
        self.head = thread;
        self.len += 1;
    }

    /// Takes out the first thread.
    #[inline]
    pub(crate) fn pop_front(&mut self, tasks: &mut Tasks) -> Option<u32> {
        let head = self.front()?;
        let next = std::mem::replace(&mut tasks[head as usize].next, NOBODY);
        match some(next) {
            Some(next) => tasks[next as usize].prev = NOBODY,
            None => self.tail = NOBODY,
        }
        self.head = next;
        self.len -= 1;
        Some(head)
    }

    /// Takes out `thread`, which is in this list.
    #[inline]
    pub(crate) fn remove(&mut self, tasks: &mut Tasks, thread: u32) {
        let task = &mut tasks[thread as usize];
        let (prev, next) = (task.prev, task.next);
        (task.prev, task.next) = (NOBODY, NOBODY);
        match some(prev) {
            Some(prev) => tasks[prev as usize].next = next,
            None => self.head = next,
        }
        match some(next) {
            Some(next) => tasks[next as usize].prev = prev,
            None => self.tail = prev,
        }
        self.len -= 1;
    }

    /// Moves all of `other` to the end of this list.
    pub(crate) fn append(&mut self, tasks: &mut Tasks, other: &mut Self) {
        let Some(first) = other.front() else {
            return;
        };
        match some(self.tail) {
            Some(tail) => {
                tasks[tail as usize].next = first;
                tasks[first as usize].prev = tail;
            }
            None => self.head = first,
        }
        self.tail = other.tail;
        self.len += other.len;
        *other = Self::default();
    }
}

fn some(thread: u32) -> Option<u32> {
    (thread != NOBODY).then_some(thread)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::super::Task;
    use super::*;
    use proptest::prelude::*;
    use std::collections::VecDeque;

    fn forwards(list: &List, tasks: &Tasks) -> Vec<u32> {
        std::iter::successors(list.front(), |&thread| some(tasks[thread as usize].next)).collect()
    }

    fn backwards(list: &List, tasks: &Tasks) -> Vec<u32> {
        std::iter::successors(list.back(), |&thread| some(tasks[thread as usize].prev)).collect()
    }

    proptest! {
        /// Two lists against two deques, under any sequence of operations.
        #[test]
        fn agrees_with_deques(
            moves in prop::collection::vec((0u32..20, 0usize..2, 0u8..5), 0..200),
        ) {
            let mut tasks = vec![Task::default(); 20];
            let mut lists = [List::default(); 2];
            let mut deques = [const { VecDeque::new() }; 2];
            for (thread, which, what) in moves {
                let held = deques.iter().position(|deque| deque.contains(&thread));
                match (what, held) {
                    (0, _) => {
                        prop_assert_eq!(
                            lists[which].pop_front(&mut tasks),
                            deques[which].pop_front()
                        );
                    }
                    (1, _) => {
                        let [first, second] = &mut lists;
                        first.append(&mut tasks, second);
                        let [first, second] = &mut deques;
                        first.append(second);
                    }
                    (_, Some(held)) => {
                        lists[held].remove(&mut tasks, thread);
                        deques[held].retain(|&other| other != thread);
                    }
                    (2, None) => {
                        lists[which].push_front(&mut tasks, thread);
                        deques[which].push_front(thread);
                    }
                    (_, None) => {
                        lists[which].push_back(&mut tasks, thread);
                        deques[which].push_back(thread);
                    }
                }
                for (list, deque) in lists.iter().zip(&deques) {
                    prop_assert_eq!(list.len(), deque.len());
                    prop_assert_eq!(list.is_empty(), deque.is_empty());
                    prop_assert!(forwards(list, &tasks).iter().eq(deque));
                    prop_assert!(backwards(list, &tasks).iter().eq(deque.iter().rev()));
                }
            }
        }
    }
}
