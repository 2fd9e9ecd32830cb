//! Threads and cores: who runs where, until when.

use super::Engine;
use crate::sim::old_event::Event;
use crate::sim::old_policy::{Arrival, Policy};
use crate::sim::trace::{Span, State};

impl<P: Policy> Engine<'_, P> {
    /// Changes a thread's state; accounts for and records the time in the old.
    pub(super) fn enter(&mut self, id: u32, state: State) {
        let now = self.now;
        let thread = self.thread_mut(id);
        thread.time_in[thread.state as usize] += now - thread.since;
        let span = Span {
            start: thread.since,
            end: now,
            thread: id,
            core: thread.core,
            state: thread.state,
        };
        thread.state = state;
        thread.since = now;
        thread.token += 1;
        if span.state != State::New {
            self.trace.span(span);
        }
    }

    /// Puts a thread among the ready ones; an idle core takes it at once.
    pub(super) fn make_ready(&mut self, id: u32, why: Arrival) {
        self.enter(id, State::Ready);
        self.policy.enqueue(id, why);
        let last = self.thread(id).core;
        let idle = if self.idle.contains(&last) {
            Some(last)
        } else {
            self.idle.first().copied()
        };
        match idle {
            Some(core) => self.fill(core),
            None => {
                while let Some(core) = self.unsliced.pop_first() {
                    self.schedule_slice_end(core);
                }
            }
        }
    }

    /// A slice's end matters only if someone is ready then, so none is
    /// scheduled before that.
    fn schedule_slice_end(&mut self, core: u16) {
        let Some(slice) = self.policy.slice_ns() else {
            return;
        };
        if self.policy.is_empty() {
            self.unsliced.insert(core);
            return;
        }
        let slot = &self.cores[usize::from(core)];
        let used = self.now.saturating_sub(slot.slice_from);
        let at = slot.slice_from + used.next_multiple_of(slice).max(slice);
        self.events.push(at, slot.token, Event::SliceEnd { core });
    }

    /// Gives an empty core the next ready thread, or leaves it idle.
    pub(super) fn fill(&mut self, core: u16) {
        match self.policy.pick() {
            Some(id) => {
                self.idle.remove(&core);
                self.dispatch(core, id);
            }
            None => {
                self.idle.insert(core);
            }
        }
    }

    fn dispatch(&mut self, core: u16, id: u32) {
        let now = self.now;
        self.thread_mut(id).core = core;
        self.enter(id, State::Running);
        self.thread_mut(id).first_run.get_or_insert(now);
        let switch_ns = self.costs.context_switch_ns;
        let slot = &mut self.cores[usize::from(core)];
        slot.token += 1;
        slot.running = Some(id);
        slot.run_from = now;
        slot.burning = false;
        if slot.last != Some(id) {
            if slot.last.is_some() {
                self.context_switches += 1;
            }
            slot.last = Some(id);
            slot.run_from = now + switch_ns;
        }
        slot.slice_from = slot.run_from;
        let (token, run_from) = (slot.token, slot.run_from);
        self.schedule_slice_end(core);
        if self.thread(id).remaining > 0 && self.may_burn(id) {
            self.burn(id);
        } else {
            self.events.push(run_from, token, Event::CoreDone { core });
        }
    }

    /// The thread on a core computes what it has left to compute.
    pub(super) fn burn(&mut self, id: u32) {
        let thread = self.thread(id);
        let (core, remaining, hung) = (thread.core, thread.remaining, thread.hung);
        let slot = &mut self.cores[usize::from(core)];
        slot.run_from = slot.run_from.max(self.now);
        slot.burning = true;
        if hung.is_some() {
            return self.watch(id);
        }
        let (over, token) = (slot.run_from + remaining, slot.token);
        self.events.push(over, token, Event::CoreDone { core });
        self.schedule_poll(id);
    }

    /// Takes the running thread off its core, which stays empty.
    pub(super) fn leave_core(&mut self, id: u32) {
        let now = self.now;
        let core = self.thread(id).core;
        let start = self.thread(id).since;
        let slot = &mut self.cores[usize::from(core)];
        let computed = if slot.burning {
            now.saturating_sub(slot.run_from)
        } else {
            0
        };
        slot.running = None;
        slot.token += 1;
        self.unsliced.remove(&core);
        slot.busy += now - start;
        let thread = self.thread_mut(id);
        thread.remaining = thread.remaining.saturating_sub(computed);
        thread.done += computed;
    }

    /// The running thread waits for something; its core goes to the next.
    pub(super) fn block(&mut self, id: u32, state: State) {
        let core = self.thread(id).core;
        self.leave_core(id);
        self.enter(id, state);
        self.fill(core);
    }

    pub(super) fn on_core_done(&mut self, core: u16) {
        let Some(id) = self.cores[usize::from(core)].running else {
            return;
        };
        if !self.cores[usize::from(core)].burning {
            // Just dispatched: resume the computing, or take the next op.
            if self.thread(id).remaining == 0 {
                self.advance(id);
            } else if self.acquire(id) {
                self.burn(id);
            }
            return;
        }
        self.cores[usize::from(core)].burning = false;
        self.thread_mut(id).remaining = 0;
        if self.asked_to_let_go(id) {
            self.force_switch(id);
        } else {
            self.advance(id);
        }
    }

    pub(super) fn on_slice_end(&mut self, core: u16) {
        let Some(id) = self.cores[usize::from(core)].running else {
            return;
        };
        if self.policy.is_empty() {
            self.unsliced.insert(core);
            return;
        }
        self.leave_core(id);
        self.enter(id, State::Ready);
        self.policy.enqueue(id, Arrival::Expired);
        self.fill(core);
    }
}
