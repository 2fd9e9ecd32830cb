//! The engine's side of the GIL: time, cores and records for
//! [`crate::sim::gil::Gil`].

use super::entity::{Aside, Burn};
use super::{Engine, NONE, Owner, Process, class};
use crate::experiment::scenario::GilSpec;
use crate::sim::gil::Timeout;
use crate::sim::policy::Arrival;
use crate::sim::trace::{Cause, Hold, State};

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
        self.may_burn(id) || self.take_gil(id, true)
    }

    /// Takes the GIL for a thread on a core whose next op uses objects. If that
    /// is not possible the thread now waits.
    pub(super) fn acquire_for_heap(&mut self, id: u32) -> bool {
        let gil = self.thread(id).gil;
        gil == NONE || self.gils[gil as usize].is_held_by(id) || self.take_gil(id, true)
    }

    /// `fresh`: a thread that was woken up to CPython 3.1 and finds the GIL
    /// taken tries once more before it sleeps again.
    fn take_gil(&mut self, id: u32, fresh: bool) -> bool {
        let number = self.thread(id).gil;
        let gil = &mut self.gils[number as usize];
        match gil.take(id, self.now) {
            Ok(unblocked) => {
                if let Some(other) = unblocked {
                    self.wake(other, id, Cause::Gil);
                }
                self.plan_timeout(number);
                true
            }
            Err(_held) => {
                let retry_ns = self.plan.costs.gil_retry_ns;
                let tries = fresh && gil.has_woken(id) && retry_ns > 0;
                if tries && self.is_ticking(id) {
                    self.put_aside_for(id, retry_ns, None);
                    return false;
                }
                let gil = &mut self.gils[number as usize];
                gil.wait(id, self.now);
                self.block(id, State::WaitGil);
                self.plan_timeout(number);
                self.plan_check(number);
                false
            }
        }
    }

    /// Thread `id` will not come back for a GIL, which `freed` another that
    /// blocked until it would.
    pub(super) fn after_forgetting(&mut self, id: u32, number: u32, freed: Option<u32>) {
        if let Some(freed) = freed {
            self.wake(freed, id, Cause::Gil);
        }
        self.plan_timeout(number);
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
    pub(super) fn is_ticking(&self, id: u32) -> bool {
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
        gil.is_held_by(id) && (gil.drop_request || (gil.is_wanted() && self.is_ticking(id)))
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
            every - (self.thread(id).ticks + done) % every
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

    /// Up to CPython 3.1, every 100 bytecodes while another wants the GIL: lets
    /// go of it, wakes a sleeper if there is one, and takes it again. In the
    /// time that the system call takes the GIL is free: a waiter that tries
    /// just then gets it.
    fn offer(&mut self, id: u32) -> bool {
        let thread = self.thread(id);
        let (number, core) = (thread.gil, thread.core);
        self.settle(core);
        self.cores[usize::from(core)].poll_at = u64::MAX;
        let chance = &mut self.chance;
        let gil = &mut self.gils[number as usize];
        let (woken, since) = gil.release(false, |n| chance.below(n as u64) as usize);
        let mut ns = self.plan.costs.gil_offer_ns;
        if let Some(woken) = woken {
            let at = self.now + self.latency(self.plan.costs.gil_handoff_ns);
            self.record_wake(woken, id, Cause::Gil);
            self.wake_at(woken, at);
            ns += self.plan.costs.gil_signal_ns;
        }
        let hold = Hold {
            start: since,
            end: self.now,
            thread: id,
        };
        let switches = self.gils[number as usize].switch_number;
        self.put_aside_for(id, ns, Some((hold, switches)));
        true
    }

    /// The running thread spends `ns` on getting the GIL before it goes on with
    /// what it was computing.
    fn put_aside_for(&mut self, id: u32, ns: u64, hold: Option<(Hold, u64)>) {
        let thread = self.thread_mut(id);
        thread.aside = Some(Aside {
            remaining: thread.remaining,
            done: thread.done,
            burn: thread.burn,
            hold,
        });
        (thread.remaining, thread.done, thread.burn) = (ns, 0, Burn::Native);
        if ns == 0 {
            self.resume_aside(id);
        } else {
            self.burn(id);
        }
    }

    /// If the thread on a core has been busy with getting the GIL: takes it, if
    /// it is free, and goes on. Whether it has been.
    pub(super) fn resume_aside(&mut self, id: u32) -> bool {
        let thread = self.thread_mut(id);
        let Some(aside) = thread.aside.take() else {
            return false;
        };
        thread.remaining = aside.remaining;
        (thread.done, thread.burn) = (aside.done, aside.burn);
        let (number, core) = (thread.gil, thread.core);
        let before = self.gils[number as usize].switch_number;
        let taken = self.take_gil(id, false);
        if let Some((hold, switches)) = aside.hold {
            let gil = &mut self.gils[number as usize];
            if taken && (before, gil.switch_number) == (switches, switches) {
                // Nobody else has had it: the hold goes on.
                gil.holder = Some((id, hold.start));
            } else if self.recording {
                self.trace.earlier_hold(hold);
            }
        }
        if !taken {
            return true;
        }
        if aside.remaining > 0 {
            self.burn(id);
        } else {
            self.cores[usize::from(core)].burning = false;
            self.advance(id);
        }
        true
    }

    /// The thread will not go on with what it has put aside.
    pub(super) fn drop_aside(&mut self, id: u32) {
        let aside = self.threads[id as usize].aside.take();
        if let Some((hold, _)) = aside.and_then(|aside| aside.hold)
            && self.recording
        {
            self.trace.earlier_hold(hold);
        }
    }

    /// Up to CPython 3.1: bytecode is done, and its end may be one of the
    /// points at which the GIL is offered. Whether it was offered.
    pub(super) fn tick(&mut self, id: u32) -> bool {
        let process = self.thread(id).process as usize;
        let GilSpec::Tick { check } = self.plan.processes[process].gil else {
            return false;
        };
        let thread = self.thread_mut(id);
        thread.ticks = (thread.ticks + thread.done) % check.0.max(1);
        thread.done = 0;
        thread.ticks == 0 && self.asked_to_let_go(id) && self.offer(id)
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
            self.record_wake(woken, id, Cause::Gil);
            self.wake_at(woken, at);
        }
    }
}
