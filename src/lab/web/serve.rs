//! What a worker does: one job, told to it when it starts.

#![expect(
    unreachable_pub,
    reason = "JavaScript reaches what Rust does not, and only public functions can be exported"
)]

use super::browser::{self, Asked};
use super::guest::GuestTimes;
use super::host::WebHost;
use super::team::WebTeam;
use super::{describe, last_words, post};
use crate::experiment::json;
use crate::lab::calibrate::calibrate;
use crate::lab::crew::Crew;
use crate::lab::plan::{Job, Part};
use crate::lab::routine;
use crate::lab::telemetry::{Area, State};
use crate::lab::work::{Host, Process};
use js_sys::{Function, Uint32Array};
use std::panic;
use std::sync::OnceLock;
use wasm_bindgen::prelude::*;

/// This instance's job. Its threads share it, so it lives for ever; the memory
/// goes when the worker is ended.
static TASK: OnceLock<Task> = OnceLock::new();

#[derive(Debug)]
enum Task {
    Calibrate(Job),
    Process(Process<WebHost>),
    Guest(Guest),
}

/// A process that answers questions.
#[derive(Debug)]
struct Guest {
    area: Area,
    host: WebHost,
    team: WebTeam,
}

impl Task {
    fn area(&self) -> Option<&Area> {
        match self {
            Self::Calibrate(_) => None,
            Self::Process(process) => Some(process.area()),
            Self::Guest(guest) => Some(&guest.area),
        }
    }
}

/// Says why this process cannot go on, wherever the page may look for it.
/// Allocates nothing.
pub(super) fn leave_last_words(text: &str) {
    if let Some(area) = TASK.get().and_then(Task::area) {
        area.leave_note(text);
    }
    last_words(text);
}

/// Takes a job, written as JSON. Returns a promise to wait for before
/// [`serve`]: the threads' start. `undefined` if there is none.
///
/// # Errors
/// If it is no job, or the instance has one already.
#[wasm_bindgen(js_name = labPrepare)]
pub fn prepare(job: &str) -> Result<JsValue, JsError> {
    panic::set_hook(Box::new(|info| leave_last_words(&info.to_string())));
    let job: Job = json::from_str(job)?;
    let mut pool = JsValue::UNDEFINED;
    let task = match job.part {
        Part::Calibrate { .. } => Task::Calibrate(job),
        Part::Process {
            index,
            blocks_per_unit,
            page_reads_memory,
        } => {
            let threads = usize::from(job.experiment.threads);
            let host = WebHost::new(job.origin_ms, page_reads_memory);
            let process = Process::new(job.experiment, index, blocks_per_unit, host);
            process.set_ready();
            if page_reads_memory {
                share(process.area()).map_err(|error| JsError::new(&describe(&error)))?;
            }
            if threads > 1 {
                pool = wasm_bindgen_rayon::init_thread_pool(threads).into();
            }
            Task::Process(process)
        }
        Part::Guest {
            threads,
            page_reads_memory,
        } => {
            let host = WebHost::new(job.origin_ms, page_reads_memory);
            let area = Area::new(&vec![0; usize::from(threads)]);
            area.set_memory(host.memory_bytes());
            area.set_ready(u32::try_from(host.now_ns() / 1_000).unwrap_or(u32::MAX));
            if page_reads_memory {
                share(&area).map_err(|error| JsError::new(&describe(&error)))?;
            }
            if threads > 1 {
                pool = wasm_bindgen_rayon::init_thread_pool(usize::from(threads)).into();
            }
            let team = WebTeam::new(usize::from(threads));
            Task::Guest(Guest { area, host, team })
        }
    };
    let first = TASK.set(task).is_ok();
    first
        .then_some(pool)
        .ok_or_else(|| JsError::new("this instance has a job already"))
}

/// Does the job. Blocks until it is done.
///
/// # Errors
/// If there is none, or the page cannot be told.
#[wasm_bindgen(js_name = labServe)]
pub fn serve() -> Result<(), JsValue> {
    match TASK.get() {
        None => Err(JsError::new("this instance has no job").into()),
        Some(Task::Calibrate(job)) => {
            let known = match job.part {
                Part::Calibrate { known } => known,
                _ => None,
            };
            let host = WebHost::new(job.origin_ms, true);
            let report = calibrate(&job.experiment, known, &host);
            let text = serde_json::to_string(&report).map_err(JsError::from)?;
            post("report", &text.into())
        }
        Some(Task::Process(process)) => {
            process.set_threads_started();
            process.host().report(process.area(), true);
            if process.area().layout().threads() > 1 {
                // One call on each thread of the pool, and each runs one thread
                // of the process.
                rayon::broadcast(|context| run_thread(process, context.index() as u16));
            } else {
                run_thread(process, 0);
            }
            process.host().report(process.area(), true);
            Ok(())
        }
        Some(Task::Guest(guest)) => {
            let took_us = (guest.host.now_ns() / 1_000) as u32 - guest.area.ready_us();
            guest.area.set_threads_started(took_us);
            guest.area.set_memory(guest.host.memory_bytes());
            let times = GuestTimes {
                ready_us: guest.area.ready_us(),
                threads_us: took_us,
                memory_bytes: guest.host.memory_bytes(),
            };
            let text = serde_json::to_string(&times).map_err(JsError::from)?;
            post("ready", &text.into())
        }
    }
}

/// Answers a question, written as JSON; `more` is what came with it that JSON
/// cannot carry. Returns the answer as JSON, or a promise of it. Throws what a
/// trap throws.
///
/// # Errors
/// If this process does not answer questions, or not this one.
#[wasm_bindgen(js_name = labAnswer)]
pub fn answer(ask: &str, more: JsValue) -> Result<JsValue, JsError> {
    let Some(Task::Guest(guest)) = TASK.get() else {
        return Err(JsError::new("this instance does not answer questions"));
    };
    let crew = Crew {
        team: &guest.team,
        area: &guest.area,
        host: &guest.host,
    };
    match json::from_str(ask)? {
        Asked::Routine(ask) => Ok(routine::answer(&ask, crew).into()),
        Asked::Browser(ask) => Ok(browser::answer(ask, more, crew).into()),
    }
}

/// Runs a thread inside a JavaScript call, which catches what nothing in wasm
/// can: a trap. The thread is then no more, but this one frame below it is, and
/// can tell of its death. (The library that runs the pool would not notice.)
fn run_thread(process: &'static Process<WebHost>, index: u16) {
    let work = Closure::once(move || process.run_thread(index));
    let function: &Function = work.as_ref().unchecked_ref();
    if let Err(error) = function.call0(&JsValue::UNDEFINED) {
        process.record_trap(index, &describe(&error));
        // The closure was cut off in the middle of its call: leave it.
        std::mem::forget(work);
    }
}

/// Records that a trap, which said `why`, has ended what thread `index` of this
/// guest was doing.
pub(super) fn record_trap(index: usize, why: &str) {
    if let Some(Task::Guest(guest)) = TASK.get() {
        guest.area.leave_note(why);
        let at_us = u32::try_from(guest.host.now_ns() / 1_000).unwrap_or(u32::MAX);
        guest.area.thread(index as u16).end(State::Trapped, at_us);
    }
}

/// Lets the page read the telemetry in place from now on.
fn share(area: &Area) -> Result<(), JsValue> {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let words = area.layout().words() as u32;
    let view = Uint32Array::new_with_byte_offset_and_length(
        &memory.buffer(),
        area.address() as u32,
        words,
    );
    post("words", &view)
}
