//! The only place that spawns workers and knows a browser.
//!
//! `instance` and `run` work on the page, `serve` and `host` in a worker.
//! No futures and no timers of the page's framework: the page is polled by one
//! interval, which runs on in hidden tabs (slowly), and everything it learns
//! goes through the pure `watch`.

mod activity;
mod browser;
mod environment;
mod guest;
mod host;
mod instance;
mod pool;
mod probe;
mod report;
mod run;
mod serve;
mod session;
mod sweep;
mod team;
mod trial;

pub use activity::{Activity, begin};
pub use environment::environment;
pub use run::{Event, Handle, start};

use js_sys::{Function, JsString, Uint32Array};
use wasm_bindgen::prelude::*;

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

    /// From a worker: sends a message to the page.
    #[wasm_bindgen(catch)]
    fn post(kind: &str, content: &JsValue) -> Result<(), JsValue>;

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

    /// Copies words, each read atomically.
    #[wasm_bindgen(js_name = readWords)]
    fn read_words(view: &Uint32Array, from: u32, to: u32) -> Uint32Array;

    /// Whether the page is hidden.
    #[wasm_bindgen(js_name = isHidden)]
    fn is_hidden() -> bool;

    /// The clock's smallest step, ms; takes about 4 ms.
    #[wasm_bindgen(js_name = clockStepMs)]
    fn clock_step_ms() -> f64;
}

#[wasm_bindgen(module = "/src/lab/web/empty.js")]
extern "C" {
    /// A promise of the time that an empty module worker takes from being
    /// asked for until its first instruction, ms.
    #[wasm_bindgen(js_name = startEmpty)]
    fn start_empty() -> js_sys::Promise;
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
