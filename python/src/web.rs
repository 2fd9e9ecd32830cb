//! A process in a web worker. The page tells it its task as it tells the lab's
//! other processes theirs, by the same two calls (`src/lab/web/host.js`).

#![expect(
    unreachable_pub,
    reason = "JavaScript reaches what Rust does not, and only public functions can be exported"
)]

#[path = "../../src/lab/web/memory.rs"]
mod memory;

use crate::process::{Host, Process};
use crate::stock::Stock;
use js_sys::{Function, Object, Reflect, Uint32Array};
use memory::Telling;
use std::hint::black_box;
use std::panic;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use timeslice_core::lab::python::Task;
use wasm_bindgen::prelude::*;

/// Starts the threads: this module's own copy, over its own memory.
pub use wasm_bindgen_rayon::init_thread_pool;

#[global_allocator]
static ALLOCATOR: Telling<Stock> = Telling(Stock);

/// Messages are at least so far apart, ns.
const REPORT_NS: u64 = 50_000_000;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = postMessage, catch)]
    fn post_message(message: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(thread_local_v2, js_namespace = performance, js_name = timeOrigin)]
    static TIME_ORIGIN: f64;

    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// This instance's process. Its threads share it, so it lives for ever; the memory
/// goes when the worker is ended.
static PROCESS: OnceLock<Arc<Process>> = OnceLock::new();

/// Says why this process cannot go on, where the page will look for it. Allocates
/// nothing.
fn leave_last_words(text: &str) {
    if let Some(process) = PROCESS.get() {
        process.area().leave_note(text);
    }
}

/// Takes a task, written as JSON. Returns a promise to wait for before
/// [`serve`]: the threads' start. `undefined` if there is none.
///
/// # Errors
/// If it is no task, or the instance has one already.
#[wasm_bindgen(js_name = labPrepare)]
pub fn prepare(task: &str) -> Result<JsValue, JsError> {
    panic::set_hook(Box::new(|info| leave_last_words(&info.to_string())));
    let task: Task = serde_json::from_str(task)?;
    let threads = usize::from(task.experiment.threads);
    let host = WebHost {
        origin_ms: task.origin_ms,
        reported_ns: (!task.page_reads_memory).then(AtomicU64::default),
    };
    let process = Process::new(task, Arc::new(host));
    if process.task().page_reads_memory {
        let area = process.area();
        share("words", area.address(), area.layout().words()).map_err(told)?;
        let output = process.output();
        share("output", output.address(), output.plan().words()).map_err(told)?;
    }
    let mut pool = JsValue::UNDEFINED;
    if threads > 1 {
        pool = init_thread_pool(threads).into();
    }
    let first = PROCESS.set(process).is_ok();
    first
        .then_some(pool)
        .ok_or_else(|| JsError::new("this instance has a task already"))
}

/// Does the task. Blocks until it is done.
///
/// # Errors
/// If there is none.
#[wasm_bindgen(js_name = labServe)]
pub fn serve() -> Result<(), JsError> {
    let process = PROCESS
        .get()
        .ok_or_else(|| JsError::new("this instance has no task"))?;
    // Where there is one thread it runs here; and a trap while the program is loaded is
    // the first thread's, too.
    run_thread(process, 0, &|_| {
        process.run(|work| {
            process.set_threads_started();
            // One call on each thread of the pool, and each runs one thread of the
            // process.
            rayon::broadcast(|context| {
                let index = context.index() as u16;
                run_thread(process, index, work);
            });
        });
    });
    Ok(())
}

/// Runs a thread inside a JavaScript call, which catches what nothing in wasm can:
/// a trap. The thread is then no more, but this one frame below it is, and can tell
/// of its death.
fn run_thread(process: &Process, index: u16, work: &(dyn Fn(u16) + Sync)) {
    let mut run = || work(index);
    let closure = ScopedClosure::<dyn FnMut()>::borrow_mut_aborting(&mut run);
    let function: &Function = closure.as_ref().unchecked_ref();
    if let Err(error) = function.call0(&JsValue::UNDEFINED) {
        process.record_trap(index, &why_trapped(&describe(&error)));
        // It was cut off in the middle of its call: leave it.
        std::mem::forget(closure);
    }
}

/// What a trap's own words mean, where they do not say it.
fn why_trapped(words: &str) -> String {
    // V8 and JavaScriptCore say the first, SpiderMonkey the second.
    let is_overflow = ["call stack size", "too much recursion"]
        .iter()
        .any(|known| words.contains(known));
    if is_overflow {
        format!(
            "the stack overflowed, for calls within the interpreter were nested too deep ({words})"
        )
    } else {
        words.to_owned()
    }
}

/// Lets the page read words in place from now on.
fn share(kind: &str, address: *const u32, words: usize) -> Result<(), JsValue> {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let view = Uint32Array::new_with_byte_offset_and_length(
        &memory.buffer(),
        address as u32,
        words as u32,
    );
    post(kind, &view)
}

fn post(kind: &str, content: &JsValue) -> Result<(), JsValue> {
    let message = Object::new();
    Reflect::set(&message, &"kind".into(), &kind.into())?;
    Reflect::set(&message, &"content".into(), content)?;
    post_message(&message)
}

/// What a thrown value says.
fn describe(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(
        || format!("{error:?}"),
        |error| String::from(error.message()),
    )
}

fn told(error: JsValue) -> JsError {
    JsError::new(&describe(&error))
}

/// A worker as the place where a process runs.
struct WebHost {
    origin_ms: f64,
    /// When the last message was sent, ns; `None`: the page reads the memory.
    reported_ns: Option<AtomicU64>,
}

impl Host for WebHost {
    fn now_ns(&self) -> u64 {
        let now_ms = TIME_ORIGIN.with(|origin| *origin) + performance_now();
        // Before the origin it is 0: the cast saturates.
        ((now_ms - self.origin_ms) * 1e6) as u64
    }

    fn memory_bytes(&self) -> u64 {
        const PAGE: u64 = 65_536;
        core::arch::wasm32::memory_size::<0>() as u64 * PAGE
    }

    fn report(&self, process: &Process) {
        let Some(reported_ns) = &self.reported_ns else {
            return;
        };
        let now = self.now_ns();
        let is_over = process.is_over();
        if is_over || now.saturating_sub(reported_ns.load(Ordering::Relaxed)) >= REPORT_NS {
            reported_ns.store(now, Ordering::Relaxed);
            // Not shared memory, so there is nothing it could refuse.
            let _ = post(
                "output",
                &Uint32Array::from(process.output().copy().as_slice()),
            );
            let _ = post(
                "words",
                &Uint32Array::from(process.area().copy().as_slice()),
            );
        }
    }

    #[expect(
        unsafe_code,
        reason = "a crash is a real invalid memory access, which safe code cannot make"
    )]
    fn crash(&self) -> ! {
        // The last word of the 4 GiB that an address can name; a memory never grows
        // so far.
        let beyond = black_box(usize::MAX - 3) as *const u32;
        // SAFETY: none, on purpose: the engine checks the address, finds it out of
        // bounds and traps. Nothing is read and nothing comes back.
        let word = unsafe { beyond.read_volatile() };
        unreachable!("read {word} beyond the end of the memory")
    }
}
