//! Periodic threads: a job each period, with a deadline.

use super::entity::{Context, Wait};
use super::{Engine, NONE, Owner, class};
use crate::experiment::Ended;
use crate::sim::plan::PeriodicPlan;
use crate::sim::policy::Arrival;
use crate::sim::trace::State;
use serde::Serialize;

/// With more jobs than this, those that nobody got to are left out: a thread
/// can hang for longer than there is memory to list the jobs it misses.
const MAX_BACKLOG: usize = 1 << 20;

/// One job of a periodic thread. Times are ns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Job {
    /// Which thread, as an index into the run's threads.
    pub thread: u32,
    /// When it was released.
    pub released_ns: u64,
    /// By when it was to be done.
    pub deadline_ns: u64,
    /// When it was done; `None`: not by the end of the run, or cut off.
    pub done_ns: Option<u64>,
    /// Whether it was cut off at its deadline.
    pub aborted: bool,
}

impl Job {
    /// Whether it missed its deadline; unknown (`None`) for one that the run
    /// ended before.
    #[must_use]
    pub fn missed(&self, end_ns: u64) -> Option<bool> {
        match self.done_ns {
            _ if self.aborted => Some(true),
            Some(done) => Some(done > self.deadline_ns),
            None if end_ns > self.deadline_ns => Some(true),
            None => None,
        }
    }
}

impl Engine<'_> {
    fn periodic(&self, id: u32) -> PeriodicPlan {
        let Some(periodic) = self.plan.threads[id as usize].periodic else {
            unreachable!("only periodic threads have jobs");
        };
        periodic
    }

    /// A periodic thread begins: it waits for its first release.
    pub(super) fn begin_periodic(&mut self, id: u32) {
        let first = self.now + self.periodic(id).phase;
        self.threads[id as usize].released = first;
        self.threads[id as usize].wait = Wait::Release;
        self.enter(id, State::WaitTimer);
        self.set(Owner::Thread(id), first, class::ARRIVAL);
    }

    /// A job is released: the thread's program runs from its start.
    pub(super) fn release_job(&mut self, id: u32) {
        let PeriodicPlan {
            deadline,
            abort_on_miss,
            ..
        } = self.periodic(id);
        let start = self.plan.threads[id as usize].start;
        let thread = &mut self.threads[id as usize];
        thread.context = Context::at(start);
        thread.job = self.jobs.len() as u32;
        let released_ns = thread.released;
        let deadline_ns = released_ns + deadline;
        self.jobs.push(Job {
            thread: id,
            released_ns,
            deadline_ns,
            done_ns: None,
            aborted: false,
        });
        self.tasks[id as usize].deadline = deadline_ns;
        if abort_on_miss {
            if self.threads[id as usize].deadline_timer == NONE {
                let timer = self.add_timer(Owner::Deadline(id));
                self.threads[id as usize].deadline_timer = timer;
            }
            let timer = self.threads[id as usize].deadline_timer;
            // A late job may begin after its deadline.
            let at = deadline_ns.max(self.now);
            self.timers.set(timer, at, class::FAULT);
        }
        self.make_ready(id, Arrival::Woken { io: true });
    }

    /// The running thread has done its job.
    pub(super) fn end_of_job(&mut self, id: u32) -> bool {
        let job = self.threads[id as usize].job;
        self.jobs[job as usize].done_ns = Some(self.now);
        self.let_go(id);
        self.leave_queue(id);
        self.await_release(id);
        true
    }

    /// A job is cut off at its deadline.
    pub(super) fn on_deadline(&mut self, id: u32) {
        let thread = self.thread(id);
        let (job, state) = (thread.job as usize, thread.state);
        if self.jobs[job].done_ns.is_some() || thread.ended.is_some() {
            return;
        }
        self.jobs[job].aborted = true;
        for lock in std::mem::take(&mut self.threads[id as usize].held) {
            self.threads[id as usize].held.push(lock);
            self.unlock(id, lock);
        }
        match state {
            State::Running => {
                self.let_go(id);
                self.leave_queue(id);
            }
            State::Ready => {
                self.dequeue(id);
                let gil = self.thread(id).gil;
                if gil != NONE {
                    let freed = self.gils[gil as usize].forget_awake(id);
                    self.after_forgetting(id, gil, freed);
                }
            }
            _ => {
                self.forget_waiter(id);
                self.cancel(Owner::Thread(id));
            }
        }
        self.drop_aside(id);
        self.threads[id as usize].remaining = 0;
        self.threads[id as usize].hung = None;
        self.await_release(id);
    }

    /// The thread, off its core and out of every queue, waits for its next
    /// release, or goes on at once if that has been.
    fn await_release(&mut self, id: u32) {
        let timer = self.thread(id).deadline_timer;
        if timer != NONE {
            self.timers.cancel(timer);
        }
        self.enter(id, State::WaitTimer);
        let period = self.periodic(id).period;
        let thread = &mut self.threads[id as usize];
        thread.released += period;
        let next = thread.released;
        if next <= self.now {
            return self.release_job(id);
        }
        thread.wait = Wait::Release;
        self.set(Owner::Thread(id), next, class::ARRIVAL);
    }

    /// At the end of a run: jobs that were released while their thread was
    /// still on an earlier one.
    pub(in crate::sim) fn record_backlog(&mut self) {
        for id in 0..self.threads.len() as u32 {
            let Some(PeriodicPlan {
                period, deadline, ..
            }) = self.plan.threads[id as usize].periodic
            else {
                continue;
            };
            let thread = self.thread(id);
            let cut = matches!(thread.ended, Some((Ended::Stopped, _)) | None);
            if thread.created.is_none() || !cut {
                continue;
            }
            let waits = thread.wait == Wait::Release;
            let mut next = thread.released + if waits { 0 } else { period };
            while next <= self.now && self.jobs.len() < MAX_BACKLOG {
                self.jobs.push(Job {
                    thread: id,
                    released_ns: next,
                    deadline_ns: next + deadline,
                    done_ns: None,
                    aborted: false,
                });
                next += period;
            }
        }
    }
}
