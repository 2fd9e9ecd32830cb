//! The engine's side of the GIL: time, cores and records for
//! [`crate::sim::old_gil::Gil`].

use super::Engine;
use crate::sim::old_event::Event;
use crate::sim::old_gil::{Gil, Timeout};
use crate::sim::old_policy::{Arrival, Policy};
use crate::sim::trace::{Hold, State};

impl<P: Policy> Engine<'_, P> {
    fn gil(&self, thread: u32) -> Option<&Gil> {
        let process = self.thread(thread).process as usize;
        self.processes[process].gil.as_ref()
    }

    fn gil_mut(&mut self, thread: u32) -> Option<&mut Gil> {
        let process = self.thread(thread).process as usize;
        self.processes[process].gil.as_mut()
    }

    /// Whether a thread with computing to do has all that it needs for it.
    pub(super) fn may_burn(&self, id: u32) -> bool {
        !self.thread(id).bytecode || self.gil(id).is_none_or(|gil| gil.is_held_by(id))
    }

    /// Takes the GIL for a thread on a core that is about to run bytecode. If
    /// that is not possible the thread now waits, and has left the core.
    pub(super) fn acquire(&mut self, id: u32) -> bool {
        if self.may_burn(id) {
            return true;
        }
        let now = self.now;
        let Some(gil) = self.gil_mut(id) else {
            return true;
        };
        match gil.take(id, now) {
            Ok(unblocked) => {
                if let Some(other) = unblocked {
                    let at = self.now + self.latency(self.costs.wake_latency_ns);
                    self.wake_at(other, at);
                }
                self.schedule_timeout(self.thread(id).process);
                true
            }
            Err(_held) => {
                let interval = u64::from(self.experiment.switch_interval_us) * 1_000;
                let round = interval + self.latency(self.costs.wake_latency_ns);
                if let Some(gil) = self.gil_mut(id) {
                    gil.wait(id, now, round);
                }
                self.block(id, State::WaitGil);
                self.schedule_timeout(self.thread(id).process);
                false
            }
        }
    }

    fn schedule_timeout(&mut self, process: u32) {
        if let Some(gil) = &self.processes[process as usize].gil
            && let Some(at) = gil.next_timeout(self.now)
        {
            let event = Event::GilTimeout { process };
            self.events.push(at, gil.epoch, event);
        }
    }

    pub(super) fn on_gil_timeout(&mut self, process: u32, epoch: u32) {
        let now = self.now;
        let Some(gil) = &mut self.processes[process as usize].gil else {
            return;
        };
        if gil.epoch != epoch {
            return;
        }
        match gil.timeout(now) {
            None => {}
            Some(Timeout::Awake(thread)) => {
                self.make_ready(thread, Arrival::Woken);
                self.schedule_timeout(process);
            }
            Some(Timeout::Requested { holder }) => {
                let slot = &self.cores[usize::from(self.thread(holder).core)];
                if slot.running == Some(holder) && slot.burning {
                    self.schedule_poll(holder);
                }
            }
        }
    }

    pub(super) fn asked_to_let_go(&self, id: u32) -> bool {
        self.gil(id)
            .is_some_and(|gil| gil.drop_request && gil.is_held_by(id))
    }

    /// If the computing thread has been asked to let go of the GIL, schedules
    /// its next poll point. (The end of the computing is one, too.)
    pub(super) fn schedule_poll(&mut self, id: u32) {
        let thread = self.thread(id);
        if !thread.bytecode || thread.hung.is_some() || !self.asked_to_let_go(id) {
            return;
        }
        let run_from = self.cores[usize::from(thread.core)].run_from;
        let done = thread.done + self.now.saturating_sub(run_from);
        let poll = done.next_multiple_of(self.experiment.kernel.poll_ns());
        let at = self.now.max(run_from) + (poll - done);
        let token = thread.token;
        self.events.push(at, token, Event::GilPoll { thread: id });
    }

    /// The thread on a core is made to let go of the GIL: it blocks until
    /// someone else has held it.
    pub(super) fn force_switch(&mut self, id: u32) {
        if self.asked_to_let_go(id) {
            self.release(id, true);
            self.block(id, State::WaitGil);
        }
    }

    /// A thread that is about to block or end releases the GIL if it holds it.
    pub(super) fn let_go(&mut self, id: u32) {
        if self.gil(id).is_some_and(|gil| gil.is_held_by(id)) {
            self.release(id, false);
        }
    }

    /// Records the end of a hold whose process ends: nobody is left to wake.
    pub(super) fn close_hold(&mut self, process: u32) {
        let Some(gil) = &mut self.processes[process as usize].gil else {
            return;
        };
        gil.epoch += 1;
        if let Some((thread, start)) = gil.holder.take() {
            self.trace.hold(Hold {
                start,
                end: self.now,
                thread,
            });
        }
    }

    fn release(&mut self, id: u32, forced: bool) {
        let process = self.thread(id).process as usize;
        let Some(gil) = self.processes[process].gil.as_mut() else {
            return;
        };
        let chance = &mut self.chance;
        let (woken, start) = gil.release(forced, |n| chance.below(n as u64) as usize);
        self.trace.hold(Hold {
            start,
            end: self.now,
            thread: id,
        });
        self.schedule_timeout(process as u32);
        if let Some(woken) = woken {
            let at = self.now + self.latency(self.costs.gil_handoff_ns);
            self.wake_at(woken, at);
        }
    }
}
