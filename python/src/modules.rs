//! The modules that the lab brings: `threading` with locks that let go of the GIL
//! while they wait, and `timeslice`.

use rustpython_vm::builtins::PyModuleDef;
use rustpython_vm::vm::Context;

/// Their definitions.
pub(crate) fn definitions(ctx: &Context) -> [&'static PyModuleDef; 2] {
    [threading::module_def(ctx), timeslice::module_def(ctx)]
}

/// A lock of which one thread at a time is the owner, as often as it likes if it
/// is reentrant.
mod gate {
    use crate::strand::{PIECE, Strand};
    use rustpython_vm::{PyResult, VirtualMachine};
    use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
    use std::time::Duration;
    use timeslice_core::lab::telemetry::State;

    #[derive(Debug, Default)]
    pub(super) struct Gate {
        held: Mutex<Held>,
        free: Condvar,
    }

    #[derive(Debug, Default)]
    struct Held {
        /// Who has it, if anybody.
        by: Option<u64>,
        /// How often it was taken by that thread.
        times: u32,
    }

    impl Gate {
        /// Takes it for `thread`; `reentrant`: also if it has it already. `within`
        /// is how long it may take, `None` for ever. Says whether it did.
        pub(super) fn take(
            &self,
            (thread, reentrant): (u64, bool),
            within: Option<Duration>,
            vm: &VirtualMachine,
        ) -> PyResult<bool> {
            if self.try_take(&mut self.lock(), thread, reentrant) {
                return Ok(true);
            }
            let mut left = match within {
                Some(Duration::ZERO) => return Ok(false),
                within => within,
            };
            // Pieces are counted rather than a clock read: there are few.
            let wait = |piece: Duration| {
                let piece = left.map_or(piece, |left| left.min(piece));
                let held = self.lock();
                let waited = self.free.wait_timeout(held, piece);
                let (mut held, result) = waited.unwrap_or_else(PoisonError::into_inner);
                if self.try_take(&mut held, thread, reentrant) {
                    return Some(true);
                }
                if let (Some(left), true) = (&mut left, result.timed_out()) {
                    *left = left.saturating_sub(piece);
                }
                (left == Some(Duration::ZERO)).then_some(false)
            };
            match Strand::current() {
                Some(strand) => strand.block(State::WaitingForLock, vm, wait),
                None => {
                    let mut wait = wait;
                    Ok(vm.allow_threads(|| {
                        loop {
                            if let Some(taken) = wait(PIECE) {
                                return taken;
                            }
                        }
                    }))
                }
            }
        }

        fn try_take(&self, held: &mut Held, thread: u64, reentrant: bool) -> bool {
            if held.by.is_none() || (reentrant && held.by == Some(thread)) {
                held.by = Some(thread);
                held.times += 1;
                return true;
            }
            false
        }

        /// Lets go of it once. With `by` only if that thread has it. Says whether
        /// it was held.
        pub(super) fn leave(&self, by: Option<u64>) -> bool {
            let mut held = self.lock();
            if held.by.is_none() || (by.is_some() && held.by != by) {
                return false;
            }
            held.times -= 1;
            if held.times == 0 {
                held.by = None;
                drop(held);
                self.free.notify_one();
            }
            true
        }

        pub(super) fn is_held(&self) -> bool {
            self.lock().by.is_some()
        }

        /// A thread that panicked (natively; in wasm it ends the instance) leaves
        /// the state whole.
        fn lock(&self) -> MutexGuard<'_, Held> {
            self.held.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }
}

#[rustpython_vm::pymodule]
mod threading {
    use super::gate::Gate;
    use crate::strand::Strand;
    use rustpython_vm::builtins::PyTypeRef;
    use rustpython_vm::function::{FuncArgs, OptionalArg};
    use rustpython_vm::types::Constructor;
    use rustpython_vm::{
        FromArgs, Py, PyPayload, PyResult, VirtualMachine, builtins::PyType, pyclass,
    };
    use std::time::Duration;

    /// What `acquire` is told.
    #[derive(FromArgs)]
    struct Acquire {
        #[pyarg(any, default = true)]
        blocking: bool,
        #[pyarg(any, optional)]
        timeout: OptionalArg<f64>,
    }

    impl Acquire {
        /// How long it may take; `None`: for ever.
        fn within(&self, vm: &VirtualMachine) -> PyResult<Option<Duration>> {
            let timeout = match &self.timeout {
                OptionalArg::Missing => -1.0,
                OptionalArg::Present(seconds) => *seconds,
            };
            // The default, exactly, as it was given.
            #[expect(clippy::float_cmp, reason = "-1 stands for no limit")]
            let unlimited = timeout == -1.0;
            match (self.blocking, unlimited) {
                (true, true) => Ok(None),
                (false, true) => Ok(Some(Duration::ZERO)),
                (false, false) => {
                    Err(vm.new_value_error("can't specify a timeout for a non-blocking call"))
                }
                (true, false) => Duration::try_from_secs_f64(timeout)
                    .map(Some)
                    .map_err(|_| vm.new_value_error("timeout value must be a non-negative number")),
            }
        }
    }

    #[pyattr]
    #[pyclass(module = "threading", name = "Lock")]
    #[derive(Debug, PyPayload)]
    struct Lock {
        gate: Gate,
    }

    #[pyclass(with(Constructor))]
    impl Lock {
        #[pymethod]
        fn acquire(zelf: &Py<Self>, args: Acquire, vm: &VirtualMachine) -> PyResult<bool> {
            zelf.gate.take((get_ident(), false), args.within(vm)?, vm)
        }

        #[pymethod]
        fn release(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult<()> {
            match zelf.gate.leave(None) {
                true => Ok(()),
                false => Err(vm.new_runtime_error("release unlocked lock")),
            }
        }

        #[pymethod]
        fn locked(zelf: &Py<Self>) -> bool {
            zelf.gate.is_held()
        }

        #[pymethod]
        fn __enter__(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult<bool> {
            zelf.gate.take((get_ident(), false), None, vm)
        }

        #[pymethod]
        fn __exit__(zelf: &Py<Self>, _args: FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
            Self::release(zelf, vm)
        }
    }

    impl Constructor for Lock {
        type Args = ();

        fn py_new(_cls: &Py<PyType>, _args: Self::Args, _vm: &VirtualMachine) -> PyResult<Self> {
            Ok(Self {
                gate: Gate::default(),
            })
        }
    }

    #[pyattr]
    #[pyclass(module = "threading", name = "RLock")]
    #[derive(Debug, PyPayload)]
    struct RLock {
        gate: Gate,
    }

    #[pyclass(with(Constructor))]
    impl RLock {
        #[pymethod]
        fn acquire(zelf: &Py<Self>, args: Acquire, vm: &VirtualMachine) -> PyResult<bool> {
            zelf.gate.take((get_ident(), true), args.within(vm)?, vm)
        }

        #[pymethod]
        fn release(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult<()> {
            match zelf.gate.leave(Some(get_ident())) {
                true => Ok(()),
                false => Err(vm.new_runtime_error("cannot release un-acquired lock")),
            }
        }

        #[pymethod]
        fn __enter__(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult<bool> {
            zelf.gate.take((get_ident(), true), None, vm)
        }

        #[pymethod]
        fn __exit__(zelf: &Py<Self>, _args: FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
            Self::release(zelf, vm)
        }
    }

    impl Constructor for RLock {
        type Args = ();

        fn py_new(_cls: &Py<PyType>, _args: Self::Args, _vm: &VirtualMachine) -> PyResult<Self> {
            Ok(Self {
                gate: Gate::default(),
            })
        }
    }

    /// Tells threads of a process apart: 1, 2, …
    #[pyfunction]
    fn get_ident() -> u64 {
        Strand::current().map_or(1, |strand| u64::from(strand.index()) + 1)
    }

    #[pyattr]
    #[pyclass(module = "threading", name = "Thread")]
    #[derive(Debug, PyPayload)]
    struct Thread;

    #[pyclass(with(Constructor))]
    impl Thread {}

    impl Constructor for Thread {
        type Args = FuncArgs;

        fn slot_new(_cls: PyTypeRef, _args: FuncArgs, vm: &VirtualMachine) -> PyResult {
            Err(vm.new_runtime_error(
                "the lab starts the threads here: choose how many beside the program, \
                 and each calls work(i) for its share",
            ))
        }

        fn py_new(_cls: &Py<PyType>, _args: Self::Args, _vm: &VirtualMachine) -> PyResult<Self> {
            Ok(Self)
        }
    }
}

#[rustpython_vm::pymodule]
mod timeslice {
    use crate::strand::Strand;
    use rustpython_vm::builtins::PyStrRef;
    use rustpython_vm::protocol::PyNumberMethods;
    use rustpython_vm::types::AsNumber;
    use rustpython_vm::{Py, PyPayload, PyResult, VirtualMachine, pyclass};

    /// Makes a real invalid memory access.
    #[pyfunction]
    fn crash(vm: &VirtualMachine) -> PyResult<()> {
        match Strand::current() {
            Some(strand) => strand.process().crash(),
            None => Err(vm.new_runtime_error("there is no process to crash")),
        }
    }

    /// What `sys.stdout` is: each thread has a panel of its own on the page.
    #[pyattr]
    #[pyclass(module = "timeslice", name = "Console")]
    #[derive(Debug, Default, PyPayload)]
    pub(crate) struct Console;

    #[pyclass]
    impl Console {
        #[pymethod]
        fn write(_zelf: &Py<Self>, text: PyStrRef) -> usize {
            let text = text.to_string_lossy();
            if let Some(strand) = Strand::current() {
                strand.voice().say(&text);
            }
            text.chars().count()
        }

        #[pymethod]
        fn flush(_zelf: &Py<Self>) {}
    }

    /// What polls when it is negated.
    #[pyattr]
    #[pyclass(module = "timeslice", name = "_Poll")]
    #[derive(Debug, Default, PyPayload)]
    pub(crate) struct Poll;

    #[pyclass(with(AsNumber))]
    impl Poll {}

    impl AsNumber for Poll {
        fn as_number() -> &'static PyNumberMethods {
            static METHODS: PyNumberMethods = PyNumberMethods {
                negative: Some(|_, vm| {
                    if let Some(strand) = Strand::current() {
                        strand.poll(vm)?;
                    }
                    Ok(vm.ctx.true_value.clone().into())
                }),
                ..PyNumberMethods::NOT_IMPLEMENTED
            };
            &METHODS
        }
    }
}

pub(crate) use timeslice::{Console, Poll};
