//! A thread at work in its process: its GIL, its stops, its waits.

use crate::process::Process;
use rustpython_vm::builtins::PyBaseExceptionRef;
use rustpython_vm::{PyResult, VirtualMachine};
use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;
use timeslice_core::lab::gil::Why;
use timeslice_core::lab::python::Voice;
use timeslice_core::lab::telemetry::{State, ThreadLine};

/// Waits are cut into pieces of this length at most, for after each it is looked
/// whether the run was stopped.
pub(crate) const PIECE: Duration = Duration::from_millis(50);

/// What the program's thread is to the lab.
#[derive(Debug)]
pub(crate) struct Strand {
    process: Arc<Process>,
    index: u16,
    has_gil: Cell<bool>,
    gil_wait_ns: Cell<u64>,
    waited_ns: Cell<u64>,
    /// Whether the thread shows what it does: not when it has done its work.
    shows: bool,
}

thread_local! {
    /// The one that runs on this thread.
    static CURRENT: Cell<Option<&'static Strand>> = const { Cell::new(None) };
}

impl Strand {
    /// Thread `index` of `process` runs on the calling thread while `work` does.
    ///
    /// `shows`: the telemetry shows what it does.
    pub(crate) fn run<R>(
        process: &Arc<Process>,
        index: u16,
        shows: bool,
        work: impl FnOnce(&Self) -> R,
    ) -> R {
        // What the interpreter calls back finds it for as long as the instance
        // lives: a thread is never started again.
        let strand: &'static Self = Box::leak(Box::new(Self {
            process: Arc::clone(process),
            index,
            has_gil: Cell::new(false),
            gil_wait_ns: Cell::new(0),
            waited_ns: Cell::new(0),
            shows,
        }));
        let before = CURRENT.replace(Some(strand));
        let result = work(strand);
        CURRENT.set(before);
        result
    }

    /// The one that runs on the calling thread.
    pub(crate) fn current() -> Option<&'static Self> {
        CURRENT.get()
    }

    pub(crate) fn process(&self) -> &Process {
        &self.process
    }

    /// Which thread of its process.
    pub(crate) fn index(&self) -> u16 {
        self.index
    }

    /// Its line of the telemetry.
    pub(crate) fn line(&self) -> ThreadLine<'_> {
        self.process.area().thread(self.index)
    }

    fn set_state(&self, state: State) {
        if self.shows {
            self.line().set_state(state);
        }
    }

    /// Where it says what it prints.
    pub(crate) fn voice(&self) -> Voice<'_> {
        self.process.output().voice(usize::from(self.index))
    }

    /// A poll point: hands the GIL over if somebody has asked for it.
    ///
    /// # Errors
    /// `KeyboardInterrupt` when the run was stopped.
    #[inline]
    pub(crate) fn poll(&self, vm: &VirtualMachine) -> PyResult<()> {
        if self.process.area().is_stopped() {
            return Err(stopped(vm));
        }
        if let Some(gil) = self.process.gil()
            && self.has_gil.get()
            && gil.requested()
        {
            self.hand_over(vm);
        }
        Ok(())
    }

    #[cold]
    fn hand_over(&self, vm: &VirtualMachine) {
        if let Some(gil) = self.process.gil() {
            self.set_state(State::WaitingForGil);
            self.process.area().leave();
            let waited = vm.allow_threads(|| gil.poll(self.index));
            self.process.area().enter();
            self.has_waited_for_gil(waited);
            self.set_state(State::Computing);
        }
    }

    /// Takes the GIL, if there is one, unless the thread has it.
    pub(crate) fn take_gil(&self, vm: &VirtualMachine) {
        if let Some(gil) = self.process.gil()
            && !self.has_gil.get()
        {
            self.set_state(State::WaitingForGil);
            let waited = vm.allow_threads(|| gil.take(self.index));
            self.process.area().enter();
            self.has_waited_for_gil(waited);
            self.has_gil.set(true);
        }
        self.set_state(State::Computing);
    }

    /// Lets go of the GIL if the thread has it.
    pub(crate) fn drop_gil(&self) {
        if let Some(gil) = self.process.gil()
            && self.has_gil.replace(false)
        {
            self.process.area().leave();
            gil.drop(self.index, Why::Voluntary);
        }
    }

    fn has_waited_for_gil(&self, ns: u64) {
        self.gil_wait_ns.set(self.gil_wait_ns.get() + ns);
        self.line().set_gil_wait(self.gil_wait_ns.get());
    }

    /// A blocking call, without the GIL. `wait` is called, with how long it may
    /// take, until it says that it is done (`Some`).
    ///
    /// # Errors
    /// `KeyboardInterrupt` when the run was stopped meanwhile.
    pub(crate) fn block<R>(
        &self,
        state: State,
        vm: &VirtualMachine,
        mut wait: impl FnMut(Duration) -> Option<R>,
    ) -> PyResult<R> {
        let had_gil = self.has_gil.get();
        self.drop_gil();
        self.set_state(state);
        let since = self.process.now_ns();
        let result = vm.allow_threads(|| {
            loop {
                if self.process.area().is_stopped() {
                    return None;
                }
                if let Some(result) = wait(PIECE) {
                    return Some(result);
                }
                // Waiting long is no silence.
                self.line().beat();
            }
        });
        let waited = self.process.now_ns().saturating_sub(since);
        self.waited_ns.set(self.waited_ns.get() + waited);
        self.line().set_waited(self.waited_ns.get());
        if had_gil {
            self.take_gil(vm);
        } else {
            self.set_state(State::Computing);
        }
        result.ok_or_else(|| stopped(vm))
    }
}

/// What ends a program whose run was stopped.
pub(crate) fn stopped(vm: &VirtualMachine) -> PyBaseExceptionRef {
    vm.new_exception_empty(vm.ctx.exceptions.keyboard_interrupt.to_owned())
}
