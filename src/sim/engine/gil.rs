//! The engine's side of the GIL: time, cores and records for
//! [`crate::sim::gil::Gil`].

use super::entity::Burn;
use super::{Engine, NONE, Owner, Process, class};
use crate::experiment::scenario::GilSpec;
use crate::sim::gil::Timeout;
use crate::sim::policy::Arrival;
use crate::sim::trace::{Hold, State};

impl Engine<'_> {
    /// Whether a thread with computing to do has all that it needs for it.
    pub(super) fn may_burn(&self, id: u32) -> bool {
        let thread = self.thread(id);
        thread.burn == Burn::Native
            || thread.gil == NONE
            || self.gils[thread.gil as usize].is_held_by(id)
    }

    /// Takes the GIL for a thread on a core that is about to run bytecode. If
    /// that is not possible the thread now waits, and has left the core.
    pub(super) fn acquire(&mut self, id: u32) -> bool {
        if self.may_burn(id) {
            return true;
        }
        let number = self.thread(id).gil;
        let gil = &mut self.gils[number as usize];
        match gil.take(id, self.now) {
            Ok(unblocked) => {
                if let Some(other) = unblocked {
                    self.wake(other);
                }
                self.plan_timeout(number);
                true
            }
            Err(_held) => {
                gil.wait(id, self.now);
                self.block(id, State::WaitGil);
                self.plan_timeout(number);
                self.plan_check(number);
                false
            }
        }
    }

    fn plan_timeout(&mut self, number: u32) {
        match self.gils[number as usize].next_timeout(self.now) {
            Some(at) if at < u64::MAX / 8 => self.set(Owner::Gil(number), at, class::WAKE),
            _ => self.cancel(Owner::Gil(number)),
        }
    }

    /// A waiter has come; if this GIL is one that its holder offers every so
    /// many bytecodes, the next offer matters now.
    fn plan_check(&mut self, number: u32) {
        let Some((holder, _)) = self.gils[number as usize].holder else {
            return;
        };
        if self.is_ticking(holder) {
            self.plan_holders_poll(holder);
        }
    }

    /// Whether a thread's GIL is of the kind that is offered every so many
    /// bytecodes.
    fn is_ticking(&self, id: u32) -> bool {
        let process = self.thread(id).process as usize;
        matches!(self.plan.processes[process].gil, GilSpec::Tick { .. })
    }

    pub(super) fn on_gil_timeout(&mut self, number: u32) {
        match self.gils[number as usize].timeout(self.now) {
            None => self.plan_timeout(number),
            Some(Timeout::Awake(thread)) => {
                self.make_ready(thread, Arrival::Woken { io: false });
                self.plan_timeout(number);
            }
            Some(Timeout::Requested { holder }) => self.plan_holders_poll(holder),
        }
    }

    /// The holder's next poll point matters now, if it is computing.
    fn plan_holders_poll(&mut self, holder: u32) {
        let thread = self.thread(holder);
        if thread.state != State::Running {
            return;
        }
        let core = thread.core;
        if self.cores[usize::from(core)].burning {
            self.plan_poll(holder);
            self.set_core_timer(core);
        }
    }

    pub(super) fn asked_to_let_go(&self, id: u32) -> bool {
        let gil = self.thread(id).gil;
        if gil == NONE {
            return false;
        }
        let gil = &self.gils[gil as usize];
        gil.is_held_by(id) && (gil.drop_request || (gil.has_waiters() && self.is_ticking(id)))
    }

    /// If the computing thread has been asked to let go of the GIL, plans its
    /// next poll point. (The end of the computing is one, too.)
    pub(super) fn plan_poll(&mut self, id: u32) {
        let thread = self.thread(id);
        if thread.burn != Burn::Bytecode || thread.hung.is_some() || !self.asked_to_let_go(id) {
            return;
        }
        let process = thread.process as usize;
        let every = match self.plan.processes[process].gil {
            GilSpec::SwitchInterval { poll, .. } | GilSpec::PerInterpreter { poll, .. } => poll.0,
            GilSpec::Tick { check } => check.0,
            GilSpec::None | GilSpec::FreeThreaded { .. } => return,
        }
        .max(1);
        let core = thread.core;
        let slot = &self.cores[usize::from(core)];
        let done = thread.done + self.now.saturating_sub(slot.settled);
        // A poll point that has just been passed without a request does not
        // count again.
        let to_go = if self.is_ticking(id) {
            (done / every + 1) * every - done
        } else {
            done.next_multiple_of(every) - done
        };
        let at = self.now.max(slot.run_from) + to_go;
        self.cores[usize::from(core)].poll_at = at;
    }

    /// The thread on a core is made to let go of the GIL, if someone has asked:
    /// it blocks until someone else has held it. Whether it does.
    pub(super) fn force_switch(&mut self, id: u32) -> bool {
        if !self.asked_to_let_go(id) {
            return false;
        }
        if self.is_ticking(id) {
            return self.offer(id);
        }
        self.release(id, true);
        self.block(id, State::WaitGil);
        true
    }

    /// Up to CPython 3.1: lets go of the GIL, wakes a waiter and takes the GIL
    /// again before that one can. What remains is the cost of the system call.
    fn offer(&mut self, id: u32) -> bool {
        let thread = self.thread(id);
        let (number, core) = (thread.gil, thread.core);
        let chance = &mut self.chance;
        let woken = self.gils[number as usize].signal(|n| chance.below(n as u64) as usize);
        if let Some(woken) = woken {
            let at = self.now + self.latency(self.plan.costs.gil_handoff_ns);
            self.wake_at(woken, at);
        }
        self.settle(core);
        self.threads[id as usize].remaining += self.plan.costs.gil_signal_ns;
        if self.cores[usize::from(core)].burning {
            self.burn(id);
            true
        } else {
            // The offer came with the end of an op; its cost is due before the
            // next.
            self.threads[id as usize].burn = Burn::Native;
            self.burn(id);
            true
        }
    }

    /// A thread that is about to block or end releases the GIL if it holds it.
    pub(super) fn let_go(&mut self, id: u32) {
        let gil = self.thread(id).gil;
        if gil != NONE && self.gils[gil as usize].is_held_by(id) {
            self.release(id, false);
        }
    }

    /// Records the end of the holds of a process that ends: nobody is left to
    /// wake.
    pub(super) fn close_holds(&mut self, process: u32) {
        let process = &self.processes[process as usize];
        for number in process.first_gil..process.end_gil {
            if let Some((thread, start)) = self.gils[number as usize].abandon() {
                self.record_hold(thread, start);
            }
            self.cancel(Owner::Gil(number));
        }
    }

    /// Times a process's GILs went from one thread to another. The first to
    /// take one got it from nobody.
    pub(in crate::sim) fn gil_switches_of(&self, process: &Process) -> u64 {
        (process.first_gil..process.end_gil)
            .map(|gil| self.gils[gil as usize].switch_number.saturating_sub(1))
            .sum()
    }

    /// Of all processes.
    pub(in crate::sim) fn gil_switches(&self) -> u64 {
        let of = |process| self.gil_switches_of(process);
        self.processes.iter().map(of).sum()
    }

    fn record_hold(&mut self, thread: u32, start: u64) {
        if self.recording {
            self.trace.hold(Hold {
                start,
                end: self.now,
                thread,
            });
        }
    }

    fn release(&mut self, id: u32, forced: bool) {
        let number = self.thread(id).gil;
        let core = self.thread(id).core;
        self.cores[usize::from(core)].poll_at = u64::MAX;
        let chance = &mut self.chance;
        let gil = &mut self.gils[number as usize];
        let (woken, start) = gil.release(forced, |n| chance.below(n as u64) as usize);
        self.record_hold(id, start);
        self.plan_timeout(number);
        if let Some(woken) = woken {
            let at = self.now + self.latency(self.plan.costs.gil_handoff_ns);
            self.wake_at(woken, at);
        }
    }
}
