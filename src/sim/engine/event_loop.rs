//! Event loops (asyncio): tasks inside one thread, one ready queue, no
//! preemption. A task that blocks blocks the loop.

use super::entity::{Burn, Context, Wait};
use super::pool::Pending;
use super::{Engine, Owner, class};
use crate::sim::plan::NONE;
use crate::sim::trace::{Cause, State};
use std::collections::VecDeque;

/// Where an event loop finds what to do next in every plan.
const NEXT_TASK: u32 = 0;

/// An event loop that runs in a thread.
#[derive(Debug, Clone)]
pub(super) struct EventLoop {
    thread: u32,
    ready: VecDeque<u32>,
    current: u32,
    /// Tasks that have not ended.
    live: u32,
    /// Where the thread goes on after the last.
    back: Context,
}

/// A task of an event loop.
#[derive(Debug, Clone)]
pub(super) struct LoopTask {
    event_loop: u32,
    context: Context,
    timer: u32,
    /// When it became ready.
    ready_at: u64,
    /// The pool for whose results it waits, or [`NONE`], and how many are not
    /// done.
    gathers: u32,
    pub(super) pending: Pending,
}

impl Engine<'_> {
    /// Starts the tasks of `loops[number]` of the plan in the running thread.
    /// Whether it now computes: starting a task costs a little.
    pub(super) fn run_loop(&mut self, id: u32, number: u32) -> bool {
        let starts = &self.plan.loops[number as usize];
        let event_loop = self.loops.len() as u32;
        let mut ready = VecDeque::with_capacity(starts.len());
        for &start in starts {
            let task = self.loop_tasks.len() as u32;
            let timer = self.add_timer(Owner::LoopTask(task));
            self.loop_tasks.push(LoopTask {
                event_loop,
                context: Context::at(start),
                timer,
                ready_at: u64::MAX,
                gathers: NONE,
                pending: Pending::default(),
            });
            ready.push_back(task);
        }
        let thread = &mut self.threads[id as usize];
        thread.event_loop = event_loop;
        let back = std::mem::replace(&mut thread.context, Context::at(NEXT_TASK));
        self.loops.push(EventLoop {
            thread: id,
            live: starts.len() as u32,
            ready,
            current: NONE,
            back,
        });
        let ns = self.plan.costs.task_start_ns * starts.len() as u64;
        self.compute(id, ns, Burn::Bytecode)
    }

    /// The loop of the running thread takes its next ready task, waits for one,
    /// or is over. Whether the thread waits.
    pub(super) fn next_task(&mut self, id: u32) -> bool {
        let number = self.thread(id).event_loop;
        let event_loop = &mut self.loops[number as usize];
        if event_loop.live == 0 {
            self.threads[id as usize].context = event_loop.back;
            self.threads[id as usize].event_loop = NONE;
            return false;
        }
        let Some(task) = event_loop.ready.pop_front() else {
            event_loop.current = NONE;
            self.threads[id as usize].context = Context::at(NEXT_TASK);
            self.wait_for(id, State::WaitIo, Wait::Loop);
            return true;
        };
        event_loop.current = task;
        let task = &self.loop_tasks[task as usize];
        let late = self.now.saturating_sub(task.ready_at);
        self.counts.loop_lateness_ns = self.counts.loop_lateness_ns.max(late);
        self.threads[id as usize].context = task.context;
        false
    }

    /// The task that a thread is running, if it is one of an event loop.
    pub(super) fn current_loop_task(&self, id: u32) -> Option<u32> {
        let number = self.thread(id).event_loop;
        if number == NONE {
            return None;
        }
        let current = self.loops[number as usize].current;
        (current != NONE).then_some(current)
    }

    /// Puts the current task aside and lets the loop go on with the next.
    fn put_aside(&mut self, id: u32, task: u32) {
        let thread = &mut self.threads[id as usize];
        self.loop_tasks[task as usize].context = thread.context;
        thread.context = Context::at(NEXT_TASK);
    }

    /// The current task lets others run for `ns`. Whether the thread is gone.
    pub(super) fn await_time(&mut self, id: u32, ns: u64) -> bool {
        let Some(task) = self.current_loop_task(id) else {
            self.wait_for_time(id, State::WaitTimer, ns);
            return true;
        };
        self.put_aside(id, task);
        let timer = self.loop_tasks[task as usize].timer;
        self.timers.set(timer, self.now + ns, class::WAKE);
        false
    }

    /// The current task waits for its pool tasks, if there are any left.
    pub(super) fn gather_in_loop(&mut self, id: u32, task: u32, pool: u32) -> bool {
        let state = &mut self.loop_tasks[task as usize];
        if state.pending.of(pool) > 0 {
            state.gathers = pool;
            self.put_aside(id, task);
        }
        false
    }

    /// One of the pool tasks of an event-loop task is done by this worker.
    pub(super) fn pool_task_of_loop_done(&mut self, task: u32, pool: u32, by: u32) {
        let state = &mut self.loop_tasks[task as usize];
        if state.pending.remove(pool) == 0 && state.gathers == pool {
            state.gathers = NONE;
            self.on_loop_task(task, by);
        }
    }

    /// What a task awaited has come, from thread `by` or, if that is [`NONE`],
    /// in the course of time.
    pub(super) fn on_loop_task(&mut self, task: u32, by: u32) {
        let state = &mut self.loop_tasks[task as usize];
        state.ready_at = self.now;
        let event_loop = &mut self.loops[state.event_loop as usize];
        let id = event_loop.thread;
        if self.threads[id as usize].ended.is_some() {
            return;
        }
        event_loop.ready.push_back(task);
        let thread = &mut self.threads[id as usize];
        if thread.wait == Wait::Loop {
            thread.wait = Wait::Nothing;
            self.wake(id, by, Cause::Pool);
        }
    }

    pub(super) fn end_of_loop_task(&mut self, id: u32) -> bool {
        let number = self.thread(id).event_loop as usize;
        self.loops[number].live -= 1;
        self.loops[number].current = NONE;
        self.threads[id as usize].context = Context::at(NEXT_TASK);
        false
    }

    /// The running thread's program leaves its event loop, if it is in one,
    /// before all tasks have ended. Where the pool's task it is in goes back to.
    pub(super) fn leave_loops(&mut self, id: u32) -> u32 {
        let number = self.thread(id).event_loop;
        if number == NONE {
            return self.thread(id).context.back;
        }
        self.abandon_loop(id);
        self.threads[id as usize].event_loop = NONE;
        self.loops[number as usize].back.back
    }

    /// The tasks of a thread that has ended wait for nothing any more.
    pub(super) fn abandon_loop(&mut self, id: u32) {
        let number = self.thread(id).event_loop;
        if number == NONE {
            return;
        }
        for task in 0..self.loop_tasks.len() {
            if self.loop_tasks[task].event_loop == number {
                self.timers.cancel(self.loop_tasks[task].timer);
            }
        }
    }
}
