//! A process as the page sees it: a worker with an instance of its own.

use super::{MAIN_URL, describe, epoch_ms, read_words, start_worker};
use crate::lab::plan::Job;
use js_sys::{Atomics, JsString, Uint32Array};
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker};

#[wasm_bindgen]
extern "C" {
    type Message;

    #[wasm_bindgen(method, getter)]
    fn kind(this: &Message) -> String;

    #[wasm_bindgen(method, getter)]
    fn content(this: &Message) -> JsValue;
}

/// What has come from the worker.
#[derive(Debug, Default)]
struct Inbox {
    /// The telemetry: a view of the worker's memory, or the latest copy.
    words: Option<Uint32Array>,
    report: Option<String>,
    broken: Option<String>,
}

/// A started worker. Ended, whatever it is doing, when this is dropped.
#[derive(Debug)]
pub(super) struct Instance {
    worker: Worker,
    inbox: Rc<RefCell<Inbox>>,
    /// Time the page spent on starting it, ns.
    pub(super) parent_ns: u64,
    stop_word: Option<u32>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(ErrorEvent)>,
}

impl Instance {
    /// Starts a worker called `name` and gives it `job`. `stop_word` is the
    /// place of the stop flag in its telemetry, if it has one.
    ///
    /// # Errors
    /// If the browser refuses, with its reason.
    pub(super) fn start(name: &str, job: &Job, stop_word: Option<u32>) -> Result<Self, String> {
        let job = serde_json::to_string(job).map_err(|error| error.to_string())?;
        let from_ms = epoch_ms();
        let worker = MAIN_URL
            .with(|main: &JsString| start_worker(name, main, &wasm_bindgen::module(), &job))
            .map_err(|error| describe(&error))?;
        let parent_ns = ((epoch_ms() - from_ms) * 1e6) as u64;

        let inbox = Rc::new(RefCell::new(Inbox::default()));
        let on_message = Closure::new({
            let inbox = Rc::clone(&inbox);
            move |event: MessageEvent| inbox.borrow_mut().receive(event.data().unchecked_ref())
        });
        let on_error = Closure::new({
            let inbox = Rc::clone(&inbox);
            move |event: ErrorEvent| {
                event.prevent_default();
                inbox.borrow_mut().fail(&event);
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            inbox,
            parent_ns,
            stop_word,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// A copy of a part of the telemetry; `None` if there is none yet.
    pub(super) fn read(&self, words: Range<usize>) -> Option<Vec<u32>> {
        let inbox = self.inbox.borrow();
        let view = inbox.words.as_ref()?;
        let (from, to) = (words.start as u32, words.end as u32);
        (to <= view.length()).then(|| read_words(view, from, to).to_vec())
    }

    /// The worker's report, if it has come.
    pub(super) fn take_report(&self) -> Option<String> {
        self.inbox.borrow_mut().report.take()
    }

    /// Why the worker cannot start or go on, if it said so.
    pub(super) fn take_broken(&self) -> Option<String> {
        self.inbox.borrow_mut().broken.take()
    }
}

impl Inbox {
    fn receive(&mut self, message: &Message) {
        match message.kind().as_str() {
            "words" => self.words = message.content().dyn_into().ok(),
            "report" => self.report = message.content().as_string(),
            _ => {
                let why = message.content().as_string();
                self.broken.get_or_insert_with(|| why.unwrap_or_default());
            }
        }
    }

    fn fail(&mut self, event: &ErrorEvent) {
        // A script that could not be loaded gives a plain event, without text.
        let text = js_sys::Reflect::get(event, &"message".into());
        let text = text.ok().and_then(|text| text.as_string());
        let why = match text.as_deref() {
            None | Some("") => "its script could not be loaded".to_owned(),
            Some(text) => text.to_owned(),
        };
        self.broken.get_or_insert(why);
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        // Its threads are workers of the worker, and end with it; the flag is
        // for a browser that takes its time to end them.
        if let (Some(words), Some(at)) = (&self.inbox.borrow().words, self.stop_word) {
            let _ = Atomics::store(words, at, 1);
        }
        self.worker.terminate();
    }
}
