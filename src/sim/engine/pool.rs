//! Pools: workers with a queue of tasks, and what the death of a worker does.

use super::entity::{Burn, Context, Wait};
use super::{Engine, Owner, class};
use crate::experiment::scenario::PoolKind;
use crate::experiment::{Ended, Medium};
use crate::sim::plan::NONE;
use crate::sim::trace::{Cause, State};
use std::collections::VecDeque;

/// A pool's state.
#[derive(Debug, Clone, Default)]
pub(super) struct Pool {
    queue: VecDeque<u32>,
    idle: VecDeque<u32>,
    start: Start,
    broken: bool,
    /// The failure that broke it, or lost the last of its tasks.
    pub(super) failure: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Start {
    #[default]
    Not,
    /// Being paid for.
    Begun,
    Done,
}

impl Pool {
    pub(super) fn forget(&mut self, id: u32) {
        self.idle.retain(|&worker| worker != id);
    }
}

/// How many tasks someone has handed to each pool that are not done.
#[derive(Debug, Clone, Default)]
pub(super) struct Pending(Vec<(u32, u32)>);

impl Pending {
    pub(super) fn add(&mut self, pool: u32, count: u32) {
        match self.0.iter_mut().find(|(of, _)| *of == pool) {
            Some((_, pending)) => *pending += count,
            None => self.0.push((pool, count)),
        }
    }

    /// One is done; how many are left.
    pub(super) fn remove(&mut self, pool: u32) -> u32 {
        let Some((_, pending)) = self.0.iter_mut().find(|(of, _)| *of == pool) else {
            return 0;
        };
        *pending = pending.saturating_sub(1);
        *pending
    }

    pub(super) fn of(&self, pool: u32) -> u32 {
        let found = self.0.iter().find(|(of, _)| *of == pool);
        found.map_or(0, |(_, pending)| *pending)
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// A task handed to a pool.
#[derive(Debug, Clone, Copy)]
pub(super) struct PoolTask {
    start: u32,
    pool: u32,
    thread: u32,
    /// How often the process that handed it over had been restarted: a later
    /// life of it waits for none of an earlier one's tasks.
    life: u32,
    /// The event-loop task that handed it over, or [`NONE`].
    loop_task: u32,
}

impl Engine<'_> {
    /// The running thread hands tasks to a pool. To a broken one that is an
    /// exception. Whether the thread does not go on at once.
    pub(super) fn submit(&mut self, id: u32, number: u32) -> bool {
        let submission = self.plan.submissions[number as usize];
        let pool = submission.pool;
        let plan = &self.plan.pools[pool as usize];
        if self.pools[pool as usize].broken {
            let cause = self.pools[pool as usize].failure;
            self.raise_because(id, cause, Medium::Pool);
            return true;
        }
        if self.pools[pool as usize].start == Start::Not && plan.start_ns > 0 {
            // Pay first, then come back.
            self.pools[pool as usize].start = Start::Begun;
            self.threads[id as usize].context.pc -= 1;
            return self.compute(id, plan.start_ns, Burn::Call);
        }
        if self.pools[pool as usize].start != Start::Done {
            self.pools[pool as usize].start = Start::Done;
            for &worker in &plan.workers {
                match plan.kind {
                    PoolKind::Threads => self.create(worker, id),
                    PoolKind::Executor | PoolKind::Multiprocessing => {
                        self.start_process(id, self.plan.threads[worker as usize].process);
                    }
                }
            }
        }
        if plan.kind != PoolKind::Multiprocessing {
            let process = self.thread(id).process as usize;
            self.processes[process].open_tasks += submission.count;
        }
        let loop_task = self.current_loop_task(id).unwrap_or(NONE);
        let life = self.lives(id);
        for _ in 0..submission.count {
            let task = self.pool_tasks.len() as u32;
            self.pool_tasks.push(PoolTask {
                start: submission.start,
                pool,
                thread: id,
                life,
                loop_task,
            });
            let pool = &mut self.pools[pool as usize];
            pool.queue.push_back(task);
            if let Some(worker) = pool.idle.pop_front() {
                self.threads[worker as usize].wait = Wait::Nothing;
                self.wake(worker, id, Cause::Pool);
            }
        }
        let pending = if loop_task == NONE {
            &mut self.threads[id as usize].pending_tasks
        } else {
            &mut self.loop_tasks[loop_task as usize].pending
        };
        pending.add(pool, submission.count);
        false
    }

    /// Waits until all tasks handed to a pool are done or have failed. Whether
    /// the thread waits.
    pub(super) fn gather(&mut self, id: u32, pool: u32) -> bool {
        if let Some(task) = self.current_loop_task(id) {
            return self.gather_in_loop(id, task, pool);
        }
        if self.thread(id).pending_tasks.of(pool) == 0 {
            return false;
        }
        self.wait_for(id, State::WaitJoin, Wait::Gather(pool));
        true
    }

    /// A worker takes its pool's next task, or waits for one. Whether it does
    /// not go on at once.
    pub(super) fn take_task(&mut self, id: u32, number: u32) -> bool {
        let pool = &mut self.pools[number as usize];
        let thread = &mut self.threads[id as usize];
        // It will take another after this one.
        thread.context.pc -= 1;
        let Some(task) = pool.queue.pop_front() else {
            pool.idle.push_back(id);
            self.wait_for(id, State::WaitChannel, Wait::Task(number));
            return true;
        };
        thread.task = task;
        let back = thread.context.pc;
        thread.context = Context {
            back,
            ..Context::at(self.pool_tasks[task as usize].start)
        };
        self.compute(id, self.plan.pools[number as usize].take_ns, Burn::Bytecode)
    }

    /// A worker has done its task.
    pub(super) fn end_of_task(&mut self, id: u32) -> bool {
        self.counts.tasks_done += 1;
        self.leave_task(id);
        self.thread(id).state != State::Running
    }

    fn leave_task(&mut self, id: u32) {
        // An exception may have come out of an event loop that the task ran.
        let back = self.leave_loops(id);
        let thread = &mut self.threads[id as usize];
        thread.context = Context::at(back);
        let task = std::mem::replace(&mut thread.task, NONE);
        self.task_over(task, id);
    }

    /// A task will not go on, because of its worker `by`: whoever handed it over
    /// may be waiting for that.
    fn task_over(&mut self, task: u32, by: u32) {
        let PoolTask {
            pool,
            thread,
            life,
            loop_task,
            ..
        } = self.pool_tasks[task as usize];
        if life != self.lives(thread) {
            return;
        }
        if self.plan.pools[pool as usize].kind != PoolKind::Multiprocessing {
            let process = self.thread(thread).process;
            let state = &mut self.processes[process as usize];
            state.open_tasks = state.open_tasks.saturating_sub(1);
            self.end_if_over(process);
        }
        if self.threads[thread as usize].ended.is_some() {
            return;
        }
        if loop_task != NONE {
            return self.pool_task_of_loop_done(loop_task, pool, by);
        }
        let owner = &mut self.threads[thread as usize];
        if owner.pending_tasks.remove(pool) == 0 && owner.wait == Wait::Gather(pool) {
            owner.wait = Wait::Nothing;
            self.wake(thread, by, Cause::Pool);
        }
    }

    /// How often the process of a thread has been restarted.
    fn lives(&self, id: u32) -> u32 {
        self.processes[self.thread(id).process as usize].restarts
    }

    /// An exception in a pool's task is the task's, not the worker's.
    pub(super) fn fails_only_its_task(&self, id: u32) -> bool {
        self.thread(id).task != NONE
    }

    pub(super) fn is_worker_of_multiprocessing(&self, id: u32) -> bool {
        let pool = self.plan.processes[self.thread(id).process as usize].pool;
        pool != NONE && self.plan.pools[pool as usize].kind == PoolKind::Multiprocessing
    }

    /// The task that a worker runs has raised an exception: its future will,
    /// too. The worker goes on.
    pub(super) fn fail_task(&mut self, id: u32) {
        self.counts.tasks_failed += 1;
        self.leave_task(id);
        if self.thread(id).state != State::Running {
            return;
        }
        let core = self.thread(id).core;
        self.cores[usize::from(core)].done_at = self.now;
        self.set_core_timer(core);
    }

    /// A process has ended; if it was a pool's worker, that breaks the pool or
    /// loses a task.
    pub(super) fn worker_died(&mut self, process: u32, how: Ended, cause: Option<usize>) {
        let number = self.plan.processes[process as usize].pool;
        let worker = self.plan.processes[process as usize].first_thread;
        let idle = self.thread(worker).task == NONE;
        if number == NONE || how == Ended::CutOff || (how == Ended::Completed && idle) {
            return;
        }
        let task = std::mem::replace(&mut self.threads[worker as usize].task, NONE);
        match self.plan.pools[number as usize].kind {
            PoolKind::Threads => {}
            PoolKind::Executor => self.break_pool(number, task, worker, cause),
            PoolKind::Multiprocessing => {
                if task != NONE {
                    self.counts.tasks_lost += 1;
                    self.pools[number as usize].failure = cause;
                }
                self.counts.restarts += 1;
                self.processes[process as usize].restarts += 1;
                self.reset_process(process);
                self.unfinished += 1;
                self.set(Owner::Process(process), self.now, class::ARRIVAL);
            }
        }
    }

    /// A worker of a `ProcessPoolExecutor` has died: all tasks that are not
    /// done fail, the other workers are ended, and nothing more is accepted.
    fn break_pool(&mut self, number: u32, task: u32, worker: u32, cause: Option<usize>) {
        let pool = &mut self.pools[number as usize];
        if std::mem::replace(&mut pool.broken, true) {
            if task != NONE {
                self.counts.tasks_failed += 1;
                self.task_over(task, worker);
            }
            return;
        }
        pool.failure = cause;
        let mut failed: Vec<u32> = pool.queue.drain(..).collect();
        if task != NONE {
            failed.insert(0, task);
        }
        self.counts.tasks_failed += failed.len() as u64;
        for task in failed {
            self.task_over(task, worker);
        }
        for &worker in &self.plan.pools[number as usize].workers {
            let other = self.plan.threads[worker as usize].process;
            let state = &self.processes[other as usize];
            if state.started.is_some() && state.ended.is_none() {
                self.fail_process(other, Ended::Killed, cause, Some(Medium::Pool));
            }
        }
    }
}
