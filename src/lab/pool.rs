//! A pool of processes: who is given which task, and what happens to the task
//! of a process that ends.
//!
//! As `multiprocessing.Pool` does it, with one difference: the task of a
//! process that has ended goes back to the front of the queue, where Python
//! loses it (and `ProcessPoolExecutor` gives up as a whole). That is safe here,
//! because doing a task twice does no harm.

use std::collections::{BTreeMap, VecDeque};

/// Names a worker process of the pool, counted from 0.
pub type Worker = u16;

/// Names a task, counted from 0.
pub type Task = u32;

/// The queue and who is doing what. It moves nothing itself: its owner asks
/// whom to give what, and tells what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    waiting: VecDeque<Task>,
    idle: VecDeque<Worker>,
    doing: BTreeMap<Worker, Task>,
    done: Vec<(Task, Worker)>,
    lost: Vec<(Task, Worker)>,
}

impl Pool {
    /// So many tasks for so many workers.
    #[must_use]
    pub fn new(workers: u16, tasks: u32) -> Self {
        Self {
            waiting: (0..tasks).collect(),
            idle: (0..workers).collect(),
            doing: BTreeMap::new(),
            done: Vec::new(),
            lost: Vec::new(),
        }
    }

    /// Who is to do what next; `None` while nobody is free or no task waits.
    pub fn hand_out(&mut self) -> Option<(Worker, Task)> {
        let task = *self.waiting.front()?;
        let worker = self.idle.pop_front()?;
        self.waiting.pop_front();
        self.doing.insert(worker, task);
        Some((worker, task))
    }

    /// The worker has done its task and is free again.
    pub fn answered(&mut self, worker: Worker) {
        if let Some(task) = self.doing.remove(&worker) {
            self.done.push((task, worker));
            self.idle.push_back(worker);
        }
    }

    /// The worker has ended. What it was doing is the next task again.
    pub fn ended(&mut self, worker: Worker) {
        self.idle.retain(|&idle| idle != worker);
        if let Some(task) = self.doing.remove(&worker) {
            self.lost.push((task, worker));
            self.waiting.push_front(task);
        }
    }

    /// The tasks that are done, in that order, and who did each.
    #[must_use]
    pub fn done(&self) -> &[(Task, Worker)] {
        &self.done
    }

    /// The tasks that ended with a worker, and whose they were.
    #[must_use]
    pub fn lost(&self) -> &[(Task, Worker)] {
        &self.lost
    }

    /// How many of the lost tasks another worker has done since.
    #[must_use]
    pub fn done_again(&self) -> usize {
        let again = |&&(lost, by): &&(Task, Worker)| {
            let mut done = self.done.iter();
            done.any(|&(task, worker)| task == lost && worker != by)
        };
        self.lost.iter().filter(again).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_free_gets_the_next_task() {
        let mut pool = Pool::new(2, 4);
        assert_eq!(
            (pool.hand_out(), pool.hand_out()),
            (Some((0, 0)), Some((1, 1)))
        );
        assert_eq!(pool.hand_out(), None, "nobody is free");
        pool.answered(1);
        assert_eq!(pool.hand_out(), Some((1, 2)));
        pool.answered(1);
        assert_eq!(pool.hand_out(), Some((1, 3)));
        pool.answered(0);
        assert_eq!(pool.hand_out(), None, "no task waits");
        pool.answered(1);
        assert_eq!(pool.done(), [(1, 1), (2, 1), (0, 0), (3, 1)]);
        assert_eq!((pool.lost(), pool.done_again()), (&[][..], 0));
    }

    #[test]
    fn a_lost_task_is_done_by_somebody_else() {
        let mut pool = Pool::new(2, 3);
        assert_eq!(
            (pool.hand_out(), pool.hand_out()),
            (Some((0, 0)), Some((1, 1)))
        );
        pool.ended(0);
        assert_eq!((pool.hand_out(), pool.done_again()), (None, 0));
        pool.answered(1);
        assert_eq!(pool.hand_out(), Some((1, 0)), "it comes first");
        pool.answered(1);
        assert_eq!((pool.lost(), pool.done_again()), (&[(0, 0)][..], 1));
        assert_eq!(pool.hand_out(), Some((1, 2)));
        pool.ended(1);
        assert_eq!(pool.hand_out(), None, "nobody is left");
        assert_eq!((pool.lost().len(), pool.done_again()), (2, 1));
    }

    #[test]
    fn an_idle_worker_that_ends_is_given_nothing() {
        let mut pool = Pool::new(2, 1);
        pool.ended(0);
        assert_eq!(pool.hand_out(), Some((1, 0)));
        assert_eq!(pool.lost(), []);
    }
}
