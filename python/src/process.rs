//! One process of a Python run: loads the program, has its threads do their units,
//! and tells.

use crate::strand::Strand;
use crate::traceback::{PROGRAM, told};
use crate::{immortal, interpreter, poll};
use rustpython_vm::builtins::PyBaseExceptionRef;
use rustpython_vm::scope::Scope;
use rustpython_vm::vm::thread::ThreadedVirtualMachine;
use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use timeslice_core::lab::gil::{Gil, Hold, Observer};
use timeslice_core::lab::python::{Output, Task, fingerprint, what_was_raised};
use timeslice_core::lab::telemetry::{Area, State};

/// What a process needs from where it runs.
pub trait Host: Send + Sync {
    /// Time since the start of the run, ns.
    fn now_ns(&self) -> u64;

    /// Bytes of memory the process has.
    fn memory_bytes(&self) -> u64;

    /// Called after each unit and when a thread has ended: here a process whose
    /// memory the page cannot read reports to it.
    fn report(&self, process: &Process);

    /// Makes a real invalid memory access.
    fn crash(&self) -> !;
}

/// Records holds of the lock in the telemetry.
struct Recorder {
    area: Arc<Area>,
    host: Arc<dyn Host>,
}

impl Observer for Recorder {
    fn now_ns(&self) -> u64 {
        self.host.now_ns()
    }

    fn held(&self, hold: Hold, switches: u64) {
        self.area.record_hold(hold, switches);
    }
}

/// One process: the program, its threads' plan, lock, telemetry and output.
pub struct Process {
    task: Task,
    planned: Vec<u32>,
    first: Vec<u32>,
    area: Arc<Area>,
    output: Output,
    gil: Option<Gil<Recorder>>,
    host: Arc<dyn Host>,
    /// The program, once it is loaded.
    program: OnceLock<Program>,
}

/// What a program has defined.
struct Program {
    work: PyObjectRef,
    result: Option<PyObjectRef>,
}

impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Process")
            .field("task", &self.task)
            .finish_non_exhaustive()
    }
}

impl Process {
    /// The process that `task` tells of.
    #[must_use]
    pub fn new(task: Task, host: Arc<dyn Host>) -> Arc<Self> {
        let planned = task.planned();
        let area = Arc::new(Area::new(&planned));
        let interval = Duration::from_micros(u64::from(task.experiment.switch_interval_us));
        let recorder = Recorder {
            area: Arc::clone(&area),
            host: Arc::clone(&host),
        };
        Arc::new(Self {
            first: task.first_units(),
            output: Output::new(&planned),
            gil: task.experiment.gil.then(|| Gil::new(interval, recorder)),
            task,
            planned,
            area,
            host,
            program: OnceLock::new(),
        })
    }

    /// What it is to do.
    #[must_use]
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// The telemetry.
    #[must_use]
    pub fn area(&self) -> &Area {
        &self.area
    }

    /// What its threads say.
    #[must_use]
    pub fn output(&self) -> &Output {
        &self.output
    }

    pub(crate) fn gil(&self) -> Option<&Gil<impl Observer>> {
        self.gil.as_ref()
    }

    /// Time since the start of the run, ns.
    #[must_use]
    pub fn now_ns(&self) -> u64 {
        self.host.now_ns()
    }

    fn now_us(&self) -> u32 {
        u32::try_from(self.now_ns() / 1_000).unwrap_or(u32::MAX)
    }

    pub(crate) fn crash(&self) -> ! {
        self.host.crash()
    }

    /// Starts the interpreter, loads the program, and has `broadcast` run all its
    /// threads: it is given what one thread does, by the thread's index, must call
    /// it on a thread of its own for each, and return when all are done. With one
    /// thread it is not called: that one is the calling thread.
    ///
    /// Blocks until all is done.
    pub fn run(self: &Arc<Self>, broadcast: impl FnOnce(&(dyn Fn(u16) + Sync))) {
        let interpreter = interpreter::start();
        self.area.set_memory(self.host.memory_bytes());
        self.area.set_open(true);
        interpreter.enter(|vm| {
            let loaded = Strand::run(self, 0, true, |strand| {
                strand.line().set_state(State::Computing);
                self.load(vm)
                    .map_err(|error| self.fail(strand, &error, None, vm))
            });
            self.area.set_ready(self.now_us());
            if let Err(end) = loaded {
                self.area.set_open(false);
                for index in 0..self.planned.len() {
                    self.area.thread(index as u16).end(end, self.now_us());
                }
                self.host.report(self);
                return;
            }
            if self.planned.len() == 1 {
                self.set_threads_started();
                self.run_thread(0, vm);
            } else {
                let threads: Vec<ThreadedVirtualMachine> =
                    self.planned.iter().map(|_| vm.new_thread()).collect();
                let threads = Handed(threads);
                let threads = &threads;
                vm.allow_threads(|| {
                    broadcast(&|index| {
                        threads.get(index).run(|vm| self.run_thread(index, vm));
                    });
                });
            }
            self.conclude(vm);
            self.area.set_open(false);
            self.area.set_memory(self.host.memory_bytes());
            self.host.report(self);
        });
        // See `interpreter::start`.
        std::mem::forget(interpreter);
    }

    /// Notes that all threads were started now.
    pub fn set_threads_started(&self) {
        let ready_us = self.area.ready_us();
        self.area
            .set_threads_started(self.now_us().saturating_sub(ready_us));
    }

    /// Records that thread `index` was ended by a trap, which said `why`. To be
    /// called from outside the thread's work, which is no more.
    pub fn record_trap(&self, index: u16, why: &str) {
        self.area.leave_note(why);
        self.area.thread(index).end(State::Trapped, self.now_us());
        self.host.report(self);
    }

    /// Whether all its threads have ended.
    #[must_use]
    pub fn is_over(&self) -> bool {
        (0..self.planned.len()).all(|index| self.area.thread(index as u16).state().has_ended())
    }

    /// Runs the program itself, once, and finds what it has defined.
    fn load(&self, vm: &VirtualMachine) -> PyResult<()> {
        let experiment = &self.task.experiment;
        let facts = [
            ("units", self.planned.iter().sum()),
            ("threads", u32::from(experiment.threads)),
            ("process", u32::from(self.task.index)),
            ("processes", u32::from(experiment.processes)),
        ];
        interpreter::furnish(vm, &facts)?;
        let code = poll::compile(&self.task.source, PROGRAM, vm)?;
        let globals = vm.ctx.new_dict();
        globals.set_item("__builtins__", vm.builtins.clone().into(), vm)?;
        // Not "__main__": the lab imports the program, as multiprocessing does.
        globals.set_item("__name__", vm.ctx.new_str("program").into(), vm)?;
        globals.set_item("__file__", vm.ctx.new_str(PROGRAM).into(), vm)?;
        let scope = Scope::with_builtins(None, globals.clone(), vm);
        vm.run_code_obj(code, scope)?;
        let find = |name: &str| globals.get_item_opt(name, vm);
        let Some(work) = find("work")?.filter(|found| found.is_callable()) else {
            let kind = vm.ctx.exceptions.name_error.to_owned();
            let text = "the program defines no function work(i), which the lab would call";
            return Err(interpreter::exception(&kind, text, vm));
        };
        let result = find("result")?.filter(|found| found.is_callable());
        if self.planned.len() > 1 {
            immortal::settle(&globals, vm);
        }
        // It is loaded once.
        let _ = self.program.set(Program { work, result });
        Ok(())
    }

    /// Does all the units of thread `index`.
    fn run_thread(self: &Arc<Self>, index: u16, vm: &VirtualMachine) {
        let end = Strand::run(self, index, true, |strand| {
            strand.take_gil(vm);
            let end = self.units(strand, vm);
            strand.drop_gil();
            end
        });
        self.area.set_memory(self.host.memory_bytes());
        self.area.thread(index).end(end, self.now_us());
        self.host.report(self);
    }

    fn units(&self, strand: &Strand, vm: &VirtualMachine) -> State {
        let Some(program) = self.program.get() else {
            return State::Stopped;
        };
        let thread = usize::from(strand.index());
        for done in 0..self.planned[thread] {
            if let Err(error) = strand.poll(vm) {
                return self.fail(strand, &error, None, vm);
            }
            let unit = self.first[thread] + done;
            let result = program
                .work
                .call((unit,), vm)
                .and_then(|result| result.repr(vm));
            let print = match result {
                Ok(text) => print_of(&text.to_string_lossy()),
                Err(error) => return self.fail(strand, &error, Some(unit), vm),
            };
            strand.voice().set_result_of(done, print);
            let expected = self.task.expected.get(unit as usize).copied().unwrap_or(0);
            let right = expected == 0 || print == 0 || expected == print;
            strand.line().beat();
            strand.line().record_unit(self.now_us(), right);
            self.host.report(self);
        }
        State::Completed
    }

    /// Asks for the program's `result()`, when all threads have ended.
    fn conclude(self: &Arc<Self>, vm: &VirtualMachine) {
        let Some(Program {
            result: Some(result),
            ..
        }) = self.program.get()
        else {
            return;
        };
        if self.area.is_stopped() {
            return;
        }
        Strand::run(self, 0, false, |strand| {
            let text = result.call((), vm).and_then(|result| result.str(vm));
            match text {
                Ok(text) => self.output.set_result(&text.to_string_lossy()),
                Err(error) => drop(self.fail(strand, &error, None, vm)),
            }
        });
    }

    /// An exception that nothing caught. Returns how the thread ends by it.
    fn fail(
        &self,
        strand: &Strand,
        error: &PyBaseExceptionRef,
        unit: Option<u32>,
        vm: &VirtualMachine,
    ) -> State {
        if self.area.is_stopped() {
            return State::Stopped;
        }
        let (text, line) = told(error, &self.task.source, vm);
        strand.voice().raise(&text, line, unit);
        self.area.leave_note(what_was_raised(&text));
        State::Exception
    }
}

/// A result's fingerprint. Results that are named by their address in memory
/// cannot be compared: 0.
fn print_of(text: &str) -> u32 {
    if text.contains(" at 0x") {
        0
    } else {
        fingerprint(text)
    }
}

/// Threads' machines, each of which one thread uses.
struct Handed(Vec<ThreadedVirtualMachine>);

impl Handed {
    fn get(&self, index: u16) -> &ThreadedVirtualMachine {
        &self.0[usize::from(index)]
    }
}

#[expect(
    unsafe_code,
    reason = "the interpreter's machine of a thread is not Sync"
)]
// SAFETY: each machine is used by one thread only, the one with its index.
unsafe impl Sync for Handed {}
