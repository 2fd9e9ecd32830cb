//! Questions that only a browser can answer: messages to other processes,
//! promises. One family a file under `browser/`.

pub(super) mod message;
pub(super) mod promise;

use super::host::WebHost;
use super::team::WebTeam;
use crate::lab::crew::Crew;
use crate::lab::routine::Ask;
use js_sys::Promise;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

/// What a guest is asked.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Asked {
    /// What any machine can answer.
    Routine(Ask),
    /// What only a browser can.
    Browser(BrowserAsk),
}

/// Every question that only a browser can answer.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum BrowserAsk {
    /// Messages between processes.
    Message(message::Ask),
    /// An event loop: many waits at once on one thread.
    Promise(promise::Ask),
}

/// A question and the shape of its answer.
pub(super) trait BrowserQuestion: Into<BrowserAsk> {
    /// What comes back.
    type Answer: DeserializeOwned;
}

/// Declares a family's `Ask` as a question with this answer.
macro_rules! browser_question {
    ($family:ident, $ask:ty, $answer:ty) => {
        impl From<$ask> for $crate::lab::web::browser::BrowserAsk {
            fn from(ask: $ask) -> Self {
                Self::$family(ask)
            }
        }
        impl $crate::lab::web::browser::BrowserQuestion for $ask {
            type Answer = $answer;
        }
    };
}
use browser_question;

/// A promise of the answer, as JSON.
pub(super) fn answer(
    ask: BrowserAsk,
    more: JsValue,
    crew: Crew<'static, WebTeam, WebHost>,
) -> Promise {
    future_to_promise(async move {
        let answer = match ask {
            BrowserAsk::Message(ask) => json(&message::answer(ask, more, crew).await?),
            BrowserAsk::Promise(ask) => json(&promise::answer(ask, crew).await?),
        };
        Ok(answer.into())
    })
}

fn json(answer: &impl Serialize) -> String {
    serde_json::to_string(answer).unwrap_or_default()
}
