//! An interpreter, with what it finds in the lab in place of an operating system.

use crate::math;
use crate::modules::{Console, Poll, definitions};
use crate::poll::POLLS;
use crate::strand::Strand;
use rustpython_vm::builtins::{PyBaseExceptionRef, PyTypeRef};
use rustpython_vm::function::{ArgIntoFloat, FuncArgs};
use rustpython_vm::vm::Context;
use rustpython_vm::{Interpreter, PyPayload, PyResult, Settings, VirtualMachine};
use std::time::Duration;
use timeslice_core::lab::telemetry::State;

/// Python calls may be nested so deep: what a browser's stack is sure to hold.
const RECURSION_LIMIT: usize = 200;

/// Starts an interpreter. It must not be dropped: in web assembly its finaliser
/// would read a clock that is not there.
pub(crate) fn start() -> Interpreter {
    let mut settings = Settings::default();
    settings.install_signal_handlers = false;
    // As with PYTHONHASHSEED=0: the same results in every process.
    settings.hash_seed = Some(0);
    Interpreter::builder(settings)
        .add_native_modules(&definitions(Context::genesis()))
        // Its collections stop all threads, by a clock that is not there.
        .init_hook(|vm| vm.state.gc.disable())
        .build()
}

/// Puts the lab in the place of the operating system.
///
/// # Errors
/// None that a program can cause: whatever is put in is there.
pub(crate) fn furnish(vm: &VirtualMachine, facts: &[(&'static str, u32)]) -> PyResult<()> {
    // Their types are there only when they have been imported.
    let timeslice = vm.import("timeslice", 0)?;
    let threading = vm.import("threading", 0)?;
    let console = Console.into_pyobject(vm);
    vm.sys_module.set_attr("stdout", console.clone(), vm)?;
    vm.sys_module.set_attr("stderr", console, vm)?;
    vm.recursion_limit.set(RECURSION_LIMIT);

    let poll = Poll.into_pyobject(vm);
    poll.make_immortal();
    for name in POLLS {
        vm.builtins.set_attr(name, poll.clone(), vm)?;
    }

    clocks(vm)?;
    math::install(vm)?;

    let collector = vm.import("gc", 0)?;
    // Nothing is collected, and so nothing is found.
    let nothing = vm.new_function("collect", |_args: FuncArgs| 0);
    collector.set_attr("collect", nothing, vm)?;

    let threads = vm.import("_thread", 0)?;
    for (theirs, ours) in [
        ("allocate_lock", "Lock"),
        ("LockType", "Lock"),
        ("RLock", "RLock"),
    ] {
        threads.set_attr(theirs, threading.get_attr(ours, vm)?, vm)?;
    }
    for name in ["start_new_thread", "start_new", "start_joinable_thread"] {
        threads.set_attr(name, threading.get_attr("Thread", vm)?, vm)?;
    }

    for &(name, number) in facts {
        timeslice.set_attr(name, vm.ctx.new_int(number), vm)?;
    }
    Ok(())
}

/// Clocks of the lab, and a sleep that lets go of the GIL.
fn clocks(vm: &VirtualMachine) -> PyResult<()> {
    let time = vm.import("time", 0)?;
    let sleep = vm.new_function("sleep", |seconds: ArgIntoFloat, vm: &VirtualMachine| {
        sleep(f64::from(seconds), vm)
    });
    time.set_attr("sleep", sleep, vm)?;
    for name in ["perf_counter", "monotonic", "process_time", "thread_time"] {
        let clock = vm.new_function(name, || now_ns() as f64 / 1e9);
        time.set_attr(name, clock, vm)?;
    }
    for name in [
        "perf_counter_ns",
        "monotonic_ns",
        "process_time_ns",
        "thread_time_ns",
    ] {
        time.set_attr(name, vm.new_function(name, now_ns), vm)?;
    }
    Ok(())
}

fn now_ns() -> u64 {
    Strand::current().map_or(0, |strand| strand.process().now_ns())
}

fn sleep(seconds: f64, vm: &VirtualMachine) -> PyResult<()> {
    let long = Duration::try_from_secs_f64(seconds)
        .map_err(|_| vm.new_value_error("sleep length must be non-negative"))?;
    let Some(strand) = Strand::current() else {
        return Ok(());
    };
    let until_ns = u64::try_from(long.as_nanos())
        .unwrap_or(u64::MAX)
        .saturating_add(strand.process().now_ns());
    strand.block(State::Waiting, vm, |piece| {
        let left_ns = until_ns.saturating_sub(strand.process().now_ns());
        let left = Duration::from_nanos(left_ns);
        std::thread::sleep(left.min(piece));
        (left <= piece).then_some(())
    })
}

/// An exception of this type and text.
pub(crate) fn exception(kind: &PyTypeRef, text: &str, vm: &VirtualMachine) -> PyBaseExceptionRef {
    vm.new_exception_msg(kind.to_owned(), text.into())
}
