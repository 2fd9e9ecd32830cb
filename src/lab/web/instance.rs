//! A process as the page sees it: a worker with an instance of its own.

use super::python::Interpreter;
use super::{
    BUDGET, MAIN_URL, ask, count_view, describe, epoch_ms, read_words, start_python, start_worker,
};
use crate::lab::budget::{Budget, OverBudget, Share};
use crate::lab::plan::Job;
use crate::lab::python::Task;
use crate::lab::trial::Trouble;
use futures_channel::oneshot;
use js_sys::{Atomics, Uint32Array};
use std::cell::RefCell;
use std::collections::BTreeMap;
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

    /// Which question is answered.
    #[wasm_bindgen(method, getter)]
    fn id(this: &Message) -> Option<u32>;
}

/// Waits for a text from a worker; the error is why none will come.
pub(super) type Awaited = oneshot::Receiver<Result<String, String>>;

/// What has come from the worker.
#[derive(Debug, Default)]
struct Inbox {
    /// The telemetry: a view of the worker's memory, or the latest copy.
    words: Option<Uint32Array>,
    /// What its threads say: likewise.
    output: Option<Uint32Array>,
    report: Option<String>,
    broken: Option<String>,
    /// Who waits for which answer; [`READY`] for the worker to be ready.
    awaited: BTreeMap<u32, oneshot::Sender<Result<String, String>>>,
}

/// Stands in the place of a question's number.
const READY: u32 = 0;

/// Why a worker was not started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotStarted {
    /// There would be too many.
    #[error(transparent)]
    OverBudget(#[from] OverBudget),
    /// The browser refuses, with its reason.
    #[error("{0}")]
    Refused(String),
}

impl From<NotStarted> for Trouble {
    fn from(why: NotStarted) -> Self {
        match why {
            NotStarted::OverBudget(over) => Self::OverBudget(over),
            NotStarted::Refused(why) => Self::NotStarted(why),
        }
    }
}

/// What a worker is started for.
pub(super) struct Order {
    /// Web workers that it takes, threads included.
    workers: u32,
    /// What it is told, as JSON.
    text: String,
    code: Code,
}

/// What a worker runs.
enum Code {
    /// The page's own module.
    Page,
    /// The Python interpreter.
    Python(Interpreter),
}

impl Order {
    /// A job for the page's own module.
    pub(super) fn of(job: &Job) -> Self {
        Self {
            workers: job.workers(),
            text: serde_json::to_string(job).unwrap_or_default(),
            code: Code::Page,
        }
    }

    /// A task for a Python interpreter.
    pub(super) fn of_python(task: &Task, interpreter: Interpreter) -> Self {
        Self {
            workers: task.workers(),
            text: serde_json::to_string(task).unwrap_or_default(),
            code: Code::Python(interpreter),
        }
    }

    fn start(&self, name: &str) -> Result<Worker, JsValue> {
        match &self.code {
            Code::Page => {
                MAIN_URL.with(|main| start_worker(name, main, &wasm_bindgen::module(), &self.text))
            }
            Code::Python(Interpreter { main, module }) => {
                start_python(name, main, module, &self.text)
            }
        }
    }
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
    /// Given back last, when the worker was told to end.
    _share: Share,
}

impl Instance {
    /// Starts a worker called `name` and gives it its order. `stop_word` is the
    /// place of the stop flag in its telemetry, if it has one.
    ///
    /// # Errors
    /// If there would be too many workers, or the browser refuses.
    pub(super) fn start(
        name: &str,
        order: &Order,
        stop_word: Option<u32>,
    ) -> Result<Self, NotStarted> {
        let share = BUDGET.with(|budget: &Budget| budget.take(order.workers))?;
        let from_ms = epoch_ms();
        let worker = order
            .start(name)
            .map_err(|error| NotStarted::Refused(describe(&error)))?;
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
            _share: share,
        })
    }

    /// A copy of a part of the telemetry; `None` if there is none yet.
    pub(super) fn read(&self, words: Range<usize>) -> Option<Vec<u32>> {
        let inbox = self.inbox.borrow();
        let view = inbox.words.as_ref()?;
        let (from, to) = (words.start as u32, words.end as u32);
        (to <= view.length()).then(|| read_words(view, from, to).to_vec())
    }

    /// A copy of what its threads say; `None` if there is nothing yet.
    pub(super) fn output(&self) -> Option<Vec<u32>> {
        let inbox = self.inbox.borrow();
        let view = inbox.output.as_ref()?;
        Some(read_words(view, 0, view.length()).to_vec())
    }

    /// Waits until the worker has said that it is ready.
    pub(super) fn ready(&self) -> Awaited {
        self.inbox.borrow_mut().wait_for(READY)
    }

    /// Sends question `id` (not 0), as JSON, with what JSON cannot carry, and
    /// waits for the answer.
    ///
    /// # Errors
    /// What the browser says if it cannot send it.
    pub(super) fn ask(
        &self,
        id: u32,
        question: &str,
        more: &JsValue,
        transfer: &js_sys::Array,
    ) -> Result<Awaited, String> {
        let answer = self.inbox.borrow_mut().wait_for(id);
        ask(&self.worker, id, question, more, transfer).map_err(|error| describe(&error))?;
        Ok(answer)
    }

    /// Ends the worker now, whatever it is doing.
    pub(super) fn terminate(&self) {
        self.worker.terminate();
    }

    /// The telemetry itself: where its memory is shared, a view of it that
    /// outlives the worker.
    pub(super) fn words(&self) -> Option<Uint32Array> {
        self.inbox.borrow().words.clone()
    }

    /// Tells all its threads to stop. Whether they do is up to them.
    pub(super) fn tell_to_stop(&self) {
        if let (Some(words), Some(at)) = (&self.inbox.borrow().words, self.stop_word) {
            // Fails only for a place beyond the end.
            let _ = Atomics::store(words, at, 1);
        }
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
            "output" => self.output = message.content().dyn_into().ok(),
            "report" => self.report = message.content().as_string(),
            "ready" => self.answered(READY, message.content()),
            "answer" => self.answered(message.id().unwrap_or(READY), message.content()),
            _ => self.set_broken(message.content().as_string().unwrap_or_default()),
        }
    }

    fn wait_for(&mut self, id: u32) -> Awaited {
        let (sender, receiver) = oneshot::channel();
        match &self.broken {
            // Nobody is there to be told, if the receiver is gone.
            Some(why) => drop(sender.send(Err(why.clone()))),
            None => drop(self.awaited.insert(id, sender)),
        }
        receiver
    }

    fn answered(&mut self, id: u32, content: JsValue) {
        if let Some(waiting) = self.awaited.remove(&id) {
            let text = content.as_string();
            drop(waiting.send(text.ok_or_else(|| "it answered without a text".to_owned())));
        }
    }

    /// Notes why the worker cannot go on, and tells all who wait for it.
    fn set_broken(&mut self, why: String) {
        for (_, waiting) in std::mem::take(&mut self.awaited) {
            drop(waiting.send(Err(why.clone())));
        }
        self.broken.get_or_insert(why);
    }

    fn fail(&mut self, event: &ErrorEvent) {
        // A script that could not be loaded gives a plain event, without text.
        let text = js_sys::Reflect::get(event, &"message".into());
        let text = text.ok().and_then(|text| text.as_string());
        let why = match text.as_deref() {
            None | Some("") => "its script could not be loaded".to_owned(),
            Some(text) => text.to_owned(),
        };
        self.set_broken(why);
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        // Its threads are workers of the worker, and end with it; the flag is
        // for a browser that takes its time to end them.
        self.tell_to_stop();
        self.worker.terminate();
        let inbox = self.inbox.borrow();
        for _ in [&inbox.words, &inbox.output].into_iter().flatten() {
            count_view();
        }
    }
}
