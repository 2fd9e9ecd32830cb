//! The multi-level feedback queue.

use super::list::List;
use super::{Arrival, NOBODY, Policy, Task, Tasks};
use crate::experiment::scenario::Level;

/// Multi-level feedback queue (F. Corbató and others, 1962), by the rules of
/// *Operating Systems: Three Easy Pieces*, chapter 8: the first queue that is
/// not empty runs, round robin; who has used up its allotment sinks by one
/// queue; now and then all return to the top.
///
/// A running thread keeps its place in its queue, as in that book's simulator:
/// a thread that is put in front of it (a boost, `io_bump`) takes its core, and
/// it goes on where it stood. So the lists hold running threads too, and
/// finding the first ready one steps over at most as many as there are cores.
/// Which of two stands further ahead is told by position numbers.
///
/// A boost touches no thread: the lists are joined, and whoever still carries
/// the number of an earlier epoch counts as in the top queue with everything
/// reset.
#[derive(Debug, Clone)]
pub(crate) struct Mlfq {
    levels: Vec<Level>,
    boost: Option<u64>,
    stay_after_io: bool,
    io_bump: bool,
    queues: Vec<Queue>,
    ready: usize,
    /// How many boosts there have been: `now / boost`.
    epoch: u64,
    timer_changed: bool,
}

/// Threads of one level, ready and running.
#[derive(Debug, Clone, Default)]
struct Queue {
    list: List,
    ready: usize,
}

impl Mlfq {
    pub(crate) fn new(
        levels: &[Level],
        boost: Option<u64>,
        stay_after_io: bool,
        io_bump: bool,
    ) -> Self {
        Self {
            levels: levels.to_vec(),
            boost: boost.filter(|&boost| boost > 0),
            stay_after_io,
            io_bump,
            queues: levels.iter().map(|_| Queue::default()).collect(),
            ready: 0,
            epoch: 0,
            timer_changed: false,
        }
    }

    fn quantum(&self, level: u16) -> u64 {
        self.levels[usize::from(level)].quantum.0.max(1)
    }

    fn allotment(&self, level: u16) -> u64 {
        u64::from(self.levels[usize::from(level)].allotment.max(1))
    }

    fn enter(&self, task: &mut Task, level: u16) {
        task.level = level;
        task.used = 0;
        task.allotment = self.allotment(level);
    }

    /// Whether `task` was last touched before the last boost.
    fn is_stale(&self, task: &Task) -> bool {
        task.sequence < self.epoch
    }

    /// Lets `task` know of boosts.
    fn refresh(&self, task: &mut Task) {
        if self.is_stale(task) {
            self.enter(task, 0);
        }
        task.sequence = self.epoch;
    }

    fn level_now(&self, task: &Task) -> u16 {
        if self.is_stale(task) { 0 } else { task.level }
    }

    /// A quantum is used up: the next of the allotment, or one level down.
    fn end_quantum(&self, task: &mut Task) {
        task.allotment = task.allotment.saturating_sub(1);
        task.used = 0;
        if task.allotment == 0 {
            let bottom = (self.levels.len() - 1) as u16;
            self.enter(task, (task.level + 1).min(bottom));
        }
    }

    /// Where a thread stands: its level, then its segment, then its number in
    /// that. A segment is what a level's list gets between two boosts; a boost
    /// puts them one behind the other in the top list.
    fn position(&self, task: &Task) -> (u16, i64, i64) {
        (self.level_now(task), task.vdeadline, task.vruntime)
    }

    /// Segments in the order in which a boost would put them: what is on top
    /// already, then the other levels from the bottom up.
    fn segment(&self, level: u16) -> i64 {
        let levels = self.levels.len() as u64;
        let rank = (levels - u64::from(level)) % levels;
        (self.epoch * levels + rank) as i64
    }

    fn push_back(&mut self, tasks: &mut Tasks, thread: u32) {
        let level = tasks[thread as usize].level;
        let segment = self.segment(level);
        let list = &mut self.queues[usize::from(level)].list;
        let number = match list.back().map(|back| &tasks[back as usize]) {
            Some(back) if back.vdeadline == segment => back.vruntime + 1,
            _ => 0,
        };
        list.push_back(tasks, thread);
        Self::stand(&mut tasks[thread as usize], segment, number);
    }

    fn push_front(&mut self, tasks: &mut Tasks, thread: u32) {
        let level = tasks[thread as usize].level;
        let segment = self.segment(level);
        let list = &mut self.queues[usize::from(level)].list;
        let (segment, number) = match list.front().map(|front| &tasks[front as usize]) {
            Some(front) => (front.vdeadline, front.vruntime - 1),
            None => (segment, 0),
        };
        list.push_front(tasks, thread);
        Self::stand(&mut tasks[thread as usize], segment, number);
    }

    fn stand(task: &mut Task, segment: i64, number: i64) {
        task.vdeadline = segment;
        task.vruntime = number;
        task.slot = 0;
    }

    /// Gives up the place of `thread`, which must know of all boosts.
    fn leave(&mut self, tasks: &mut Tasks, thread: u32) {
        let task = &mut tasks[thread as usize];
        task.slot = NOBODY;
        let level = usize::from(task.level);
        self.queues[level].list.remove(tasks, thread);
        self.timer_changed = true;
    }

    fn count_ready(&mut self, task: &mut Task) {
        task.queued = true;
        self.queues[usize::from(task.level)].ready += 1;
        self.ready += 1;
    }

    fn count_taken(&mut self, task: &mut Task) {
        task.queued = false;
        self.queues[usize::from(task.level)].ready -= 1;
        self.ready -= 1;
    }

    fn is_empty(&self) -> bool {
        self.queues.iter().all(|queue| queue.list.is_empty())
    }
}

impl Policy for Mlfq {
    fn enqueue(&mut self, tasks: &mut Tasks, thread: u32, why: Arrival, now: u64) {
        if let Some(boost) = self.boost
            && self.is_empty()
        {
            // No timer while nobody is here: catch up with the boosts missed.
            self.epoch = now / boost;
            self.timer_changed = true;
        }
        let task = &mut tasks[thread as usize];
        let holds_place = task.slot != NOBODY;
        if why == Arrival::New {
            self.enter(task, 0);
            task.sequence = self.epoch;
        }
        self.refresh(task);
        if why == Arrival::Preempted && holds_place {
            self.count_ready(task);
            return;
        }
        if holds_place {
            self.leave(tasks, thread);
        }
        let task = &mut tasks[thread as usize];
        let after_io = why == Arrival::Woken { io: true };
        let over = task.used >= self.quantum(task.level);
        if after_io && self.stay_after_io {
            // Even so, I/O in the very last moment of a quantum costs one.
            self.enter(task, task.level);
        }
        if over {
            self.end_quantum(task);
        }
        if (after_io && self.io_bump) || why == Arrival::Preempted {
            self.push_front(tasks, thread);
        } else {
            self.push_back(tasks, thread);
        }
        self.count_ready(&mut tasks[thread as usize]);
    }

    fn pick(&mut self, tasks: &mut Tasks, now: u64) -> Option<u32> {
        let thread = self.peek(tasks, now)?;
        let task = &mut tasks[thread as usize];
        self.refresh(task);
        self.count_taken(task);
        Some(thread)
    }

    fn peek(&mut self, tasks: &mut Tasks, _now: u64) -> Option<u32> {
        let queue = self.queues.iter().find(|queue| queue.ready > 0)?;
        let mut thread = queue.list.front()?;
        while !tasks[thread as usize].queued {
            thread = tasks[thread as usize].next;
        }
        Some(thread)
    }

    fn remove(&mut self, tasks: &mut Tasks, thread: u32, _now: u64) {
        let task = &mut tasks[thread as usize];
        self.refresh(task);
        self.count_taken(task);
        self.leave(tasks, thread);
    }

    fn len(&self) -> usize {
        self.ready
    }

    fn charge(&mut self, tasks: &mut Tasks, thread: u32, ran: u64, _now: u64) {
        let task = &mut tasks[thread as usize];
        self.refresh(task);
        task.used += ran;
    }

    fn block(&mut self, tasks: &mut Tasks, thread: u32, _now: u64) {
        self.refresh(&mut tasks[thread as usize]);
        self.leave(tasks, thread);
    }

    fn slice(&mut self, tasks: &Tasks, thread: u32, _now: u64) -> Option<u64> {
        let task = &tasks[thread as usize];
        let used = if self.is_stale(task) { 0 } else { task.used };
        let left = self.quantum(self.level_now(task)).saturating_sub(used);
        Some(left.max(1))
    }

    fn expire(&mut self, tasks: &mut Tasks, thread: u32, _now: u64) -> bool {
        let task = &mut tasks[thread as usize];
        self.refresh(task);
        task.used >= self.quantum(task.level)
    }

    /// A thread sinks even if it is alone.
    fn slices_alone(&self) -> bool {
        true
    }

    fn preempts(&self, tasks: &Tasks, ready: u32, running: u32, _now: u64) -> bool {
        self.position(&tasks[ready as usize]) < self.position(&tasks[running as usize])
    }

    fn is_preemptive(&self) -> bool {
        true
    }

    fn next_timer(&self) -> Option<u64> {
        let boost = self.boost.filter(|_| !self.is_empty())?;
        Some((self.epoch + 1) * boost)
    }

    fn on_timer(&mut self, tasks: &mut Tasks, now: u64) {
        let Some(boost) = self.boost else {
            return;
        };
        let epoch = now / boost;
        if epoch == self.epoch {
            return;
        }
        self.epoch = epoch;
        self.timer_changed = true;
        if let Some((top, lower)) = self.queues.split_first_mut() {
            for queue in lower.iter_mut().rev() {
                top.list.append(tasks, &mut queue.list);
                top.ready += std::mem::take(&mut queue.ready);
            }
        }
    }

    fn timer_changed(&mut self) -> bool {
        std::mem::take(&mut self.timer_changed)
    }
}
