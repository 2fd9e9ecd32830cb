//! The only place that spawns workers and knows a browser.
//!
//! `instance` and `run` work on the page, `serve` and `host` in a worker.
//! A run looks at its processes by one interval, and everything it learns goes
//! through the pure `watch`; what asks questions waits for the answers as
//! futures. While the page is hidden nothing runs (`visibility`): browsers slow
//! hidden pages down.

mod activity;
mod browser;
mod environment;
mod guest;
mod host;
mod instance;
mod memory;
mod pool;
mod probe;
mod python;
mod report;
mod run;
mod running;
mod serve;
mod session;
mod single;
mod sweep;
mod team;
mod trial;
mod visibility;

pub use activity::{Activity, begin};
pub use environment::environment;
pub use python::load_python;
pub use run::Event;
pub use single::{Handle, start};

use super::budget::Budget;
use js_sys::{Function, JsString, Uint32Array};
use memory::Telling;
use serve::leave_last_words;
use std::alloc::System;
use wasm_bindgen::prelude::*;

#[global_allocator]
static ALLOCATOR: Telling<System> = Telling(System);

#[wasm_bindgen(module = "/src/lab/web/host.js")]
extern "C" {
    /// Starts a module worker with this file as its script, and sends it what
    /// it needs.
    #[wasm_bindgen(js_name = startWorker, catch)]
    fn start_worker(
        name: &str,
        main: &JsString,
        module: &JsValue,
        job: &str,
    ) -> Result<web_sys::Worker, JsValue>;

    /// The same, with a Python interpreter in place of the page's own module.
    #[wasm_bindgen(js_name = startPython, catch)]
    fn start_python(
        name: &str,
        main: &JsString,
        module: &JsValue,
        task: &str,
    ) -> Result<web_sys::Worker, JsValue>;

    /// A promise of the time that an empty module worker takes from being
    /// asked for until its first instruction, ms.
    #[wasm_bindgen(js_name = startEmpty)]
    fn start_empty() -> js_sys::Promise;

    /// Keeps the main script and what it imports in memory, from where workers
    /// start sooner.
    #[wasm_bindgen(js_name = keepScript)]
    fn keep_script(main: &JsString) -> js_sys::Promise;

    /// From a worker: sends a message to the page.
    #[wasm_bindgen(catch)]
    fn post(kind: &str, content: &JsValue) -> Result<(), JsValue>;

    /// From a process: says why it cannot go on, before it traps. Allocates
    /// nothing.
    #[wasm_bindgen(js_name = lastWords)]
    fn last_words(text: &str);

    /// From the page: sends a question to a guest.
    #[wasm_bindgen(catch)]
    fn ask(
        worker: &web_sys::Worker,
        id: u32,
        ask: &str,
        more: &JsValue,
        transfer: &js_sys::Array,
    ) -> Result<(), JsValue>;

    /// A promise that resolves after so many ms.
    fn pause(ms: u32) -> js_sys::Promise;

    /// Now, ms since 1970, on a clock that all contexts of a page share.
    #[wasm_bindgen(js_name = epochMs)]
    fn epoch_ms() -> f64;

    /// The page has given up a view of a process's memory.
    #[wasm_bindgen(js_name = countView)]
    fn count_view();

    /// Copies words, each read atomically.
    #[wasm_bindgen(js_name = readWords)]
    fn read_words(view: &Uint32Array, from: u32, to: u32) -> Uint32Array;

    /// Whether the page is hidden.
    #[wasm_bindgen(js_name = isHidden)]
    fn is_hidden() -> bool;

    /// In a worker: fetches a small file of the site and blocks until it is
    /// there. Returns its length in bytes.
    #[wasm_bindgen(js_name = fetchBlocking, catch)]
    fn fetch_blocking() -> Result<f64, JsValue>;

    /// A promise of the length in bytes of a small file of the site.
    #[wasm_bindgen(js_name = fetchLength)]
    fn fetch_length() -> js_sys::Promise;

    /// The clock's smallest step, ms; takes about 4 ms.
    #[wasm_bindgen(js_name = clockStepMs)]
    fn clock_step_ms() -> f64;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static MAIN_URL: JsString;

    #[wasm_bindgen(js_name = setInterval)]
    fn set_interval(callback: &Function, ms: u32) -> JsValue;

    #[wasm_bindgen(js_name = clearInterval)]
    fn clear_interval(interval: &JsValue);
}

thread_local! {
    /// The page's, which has one thread.
    static BUDGET: Budget = Budget::default();
}

/// How many web workers the page counts as alive, those of thread pools
/// included. Never more than [`MAX_WORKERS`](super::plan::MAX_WORKERS).
#[must_use]
pub fn workers() -> u32 {
    BUDGET.with(Budget::alive)
}

/// Tells `listener` how many there are whenever that changes. There is one
/// listener at a time.
pub fn on_workers(listener: impl Fn(u32) + 'static) {
    BUDGET.with(|budget| budget.on_change(listener));
}

/// Gets ready to start processes quickly. To be called once, on the page;
/// processes can be started at any time, before and after.
pub fn prepare() {
    // It never rejects, and nobody has to wait for it.
    drop(MAIN_URL.with(keep_script));
}

/// Whether this code runs in a worker, where `main` must do nothing: it runs
/// again in each process and in each of its threads.
#[must_use]
pub fn is_worker() -> bool {
    !js_sys::Reflect::has(&js_sys::global(), &"document".into()).unwrap_or(false)
}

/// What a thrown value says.
fn describe(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(
        || format!("{error:?}"),
        |error| String::from(error.message()),
    )
}
