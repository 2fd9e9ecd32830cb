//! A process that the page asks questions, one at a time.

use super::browser::{Asked, BrowserQuestion};
use super::instance::{Awaited, Instance, Order};
use super::{pause, read_words};
use crate::experiment::{Experiment, json};
use crate::lab::plan::{Job, Part};
use crate::lab::routine::Question;
use crate::lab::telemetry::{Head, Layout};
use crate::lab::trial::Trouble;
use futures_util::future::{Either, LocalBoxFuture, select};
use js_sys::{Array, Uint32Array};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// How long a guest may take to start or to answer, unless said otherwise, ms.
const PATIENCE_MS: u32 = 15_000;

/// A process that answers questions. Ended, whatever it is doing, when this is
/// dropped.
#[derive(Debug)]
pub(super) struct Guest {
    instance: Instance,
    layout: Layout,
    asked: Cell<u32>,
    /// When its worker was asked for, ns since the session began.
    pub(super) started_ns: u64,
    /// Time the page itself spent on that, ns.
    pub(super) parent_ns: u64,
    /// What it says of its start.
    pub(super) times: GuestTimes,
}

/// What a guest says when it is ready.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct GuestTimes {
    /// When its first instruction of Rust ran, µs since the session began.
    pub(super) ready_us: u32,
    /// How long its threads then took to start, all together, µs.
    pub(super) threads_us: u32,
    /// Bytes of its memory then.
    pub(super) memory_bytes: u64,
}

impl Guest {
    /// Starts one and waits until it is ready. For [`Session`](super::session::Session).
    pub(super) async fn start(
        name: &str,
        threads: u16,
        origin_ms: f64,
        started_ns: u64,
        page_reads_memory: bool,
    ) -> Result<Self, Trouble> {
        let job = Job {
            experiment: Experiment::default(),
            origin_ms,
            part: Part::Guest {
                threads,
                page_reads_memory,
            },
        };
        let layout = Layout::new(&vec![0; usize::from(threads)]);
        let stop_word = u32::try_from(layout.stop_word()).ok();
        let instance = Instance::start(name, &Order::of(&job), stop_word)?;
        let text = wait(instance.ready(), PATIENCE_MS)
            .await
            .map_err(|trouble| match trouble {
                Trouble::Ended(why) => Trouble::NotStarted(why),
                Trouble::Silent(ms) => {
                    Trouble::NotStarted(format!("it did not answer within {ms} ms"))
                }
                other => other,
            })?;
        Ok(Self {
            started_ns,
            parent_ns: instance.parent_ns,
            times: read(&text)?,
            instance,
            layout,
            asked: Cell::new(0),
        })
    }

    /// Asks, and waits for the answer.
    pub(super) async fn ask<Q: Question>(&self, question: Q) -> Result<Q::Answer, Trouble> {
        self.ask_within(PATIENCE_MS, question).await
    }

    /// Asks, and waits for the answer up to `ms`.
    pub(super) async fn ask_within<Q: Question>(
        &self,
        ms: u32,
        question: Q,
    ) -> Result<Q::Answer, Trouble> {
        let ask = Asked::Routine(question.into());
        let (more, transfer) = (JsValue::UNDEFINED, Array::new());
        read(&self.send(ms, ask, &more, &transfer).await?)
    }

    /// Asks what only a browser can answer; `more` is what the question needs
    /// that JSON cannot carry, `transfer` what of it is handed over.
    pub(super) async fn ask_browser<Q: BrowserQuestion>(
        &self,
        ms: u32,
        question: Q,
        more: &JsValue,
        transfer: &Array,
    ) -> Result<Q::Answer, Trouble> {
        let ask = Asked::Browser(question.into());
        read(&self.send(ms, ask, more, transfer).await?)
    }

    /// Boxed: whoever asks would contain a copy of all this.
    fn send<'a>(
        &'a self,
        ms: u32,
        ask: Asked,
        more: &'a JsValue,
        transfer: &'a Array,
    ) -> LocalBoxFuture<'a, Result<String, Trouble>> {
        Box::pin(async move {
            let id = self.asked.get() + 1;
            self.asked.set(id);
            let ask = serde_json::to_string(&ask)
                .map_err(|error| Trouble::Unusable(error.to_string()))?;
            let answer = self.instance.ask(id, &ask, more, transfer);
            wait(answer.map_err(Trouble::Ended)?, ms).await
        })
    }

    /// Ends it now, whatever it is doing. What it has told of its threads can
    /// still be [read](Guest::head).
    pub(super) fn kill(&self) {
        self.instance.terminate();
    }

    /// From the request for its worker until its first instruction of Rust,
    /// ns.
    pub(super) fn start_ns(&self) -> f64 {
        f64::from(self.times.ready_us) * 1e3 - self.started_ns as f64
    }

    /// What starting one of its threads took, ns: all of them start at once,
    /// so it is a share of their time. `None` if it has only its own.
    pub(super) fn thread_start_ns(&self) -> Option<f64> {
        let threads = self.layout.threads();
        (threads > 1).then(|| f64::from(self.times.threads_us) * 1e3 / threads as f64)
    }

    /// What its threads are doing now; `None` if the page cannot read its
    /// memory.
    pub(super) fn head(&self) -> Option<Head> {
        let words = self.instance.read(0..self.layout.head_words())?;
        Head::read(&self.layout, &words)
    }

    /// Tells all its threads to stop; those that look will.
    pub(super) fn tell_to_stop(&self) {
        self.instance.tell_to_stop();
    }

    /// Ends it, whatever it is doing. Its memory can still be read.
    pub(super) fn end(self) -> Remains {
        Remains {
            words: self.instance.words(),
            layout: self.layout,
        }
    }
}

/// What is left of a process that was ended: its telemetry, for as long as
/// this is kept.
#[derive(Debug)]
pub(super) struct Remains {
    words: Option<Uint32Array>,
    layout: Layout,
}

impl Remains {
    /// What its threads did last, or do now if they have not ended yet.
    pub(super) fn head(&self) -> Option<Head> {
        let words = self.words.as_ref()?;
        let to = u32::try_from(self.layout.head_words()).ok()?;
        Head::read(&self.layout, &read_words(words, 0, to).to_vec())
    }
}

fn read<A: DeserializeOwned>(text: &str) -> Result<A, Trouble> {
    json::from_str(text).map_err(|error| Trouble::Unusable(error.to_string()))
}

/// Waits for a worker's text, up to `ms`.
async fn wait(text: Awaited, ms: u32) -> Result<String, Trouble> {
    let late = JsFuture::from(pause(ms));
    match select(text, late).await {
        Either::Left((Ok(text), _)) => text.map_err(Trouble::Ended),
        // Its sender is gone only with the instance.
        Either::Left((Err(_), _)) => Err(Trouble::Ended("it was ended".to_owned())),
        Either::Right(_) => Err(Trouble::Silent(ms)),
    }
}
