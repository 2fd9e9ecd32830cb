//! An event loop: many waits at once on one thread.

use super::browser_question;
use crate::lab::crew::Crew;
use crate::lab::web::host::WebHost;
use crate::lab::web::team::WebTeam;
use crate::lab::web::{fetch_length, pause};
use crate::lab::work::Host;
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::lab::web) enum Ask {
    /// To await so many things.
    Await {
        /// How many.
        count: u32,
        /// What each is.
        what: For,
        /// All at once, or one after the other.
        together: bool,
    },
    /// How late the loop is for a timer while a callback computes.
    Late {
        /// The timer's time, ms.
        timer_ms: u32,
        /// How long the callback computes, ms; 0 for none.
        busy_ms: u32,
    },
}

/// What is awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::lab::web) enum For {
    /// A timer of so many ms.
    Ms(u32),
    /// A small file of the page's own site.
    File,
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::lab::web) struct Answer {
    /// What came as it should.
    pub(in crate::lab::web) done: u32,
    /// From the first request until the last had come, ns.
    pub(in crate::lab::web) took_ns: u64,
    /// How late the timer was, ns; 0 where that was not asked.
    pub(in crate::lab::web) late_ns: u64,
    /// Lengths of the files in bytes: the smallest and the largest.
    pub(in crate::lab::web) bytes: Option<(u64, u64)>,
    /// Why one did not come, the first reason.
    pub(in crate::lab::web) trouble: Option<String>,
}

browser_question!(Promise, Ask, Answer);

/// Answers, in the event loop of the worker.
///
/// # Errors
/// None of its own: what a promise is rejected with is in the answer.
pub(super) async fn answer(
    ask: Ask,
    crew: Crew<'static, WebTeam, WebHost>,
) -> Result<Answer, JsValue> {
    Ok(match ask {
        Ask::Await {
            count,
            what,
            together,
        } => wait(count, what, together, crew.host).await,
        Ask::Late { timer_ms, busy_ms } => lateness(timer_ms, busy_ms, crew.host).await,
    })
}

async fn wait(count: u32, what: For, together: bool, host: &WebHost) -> Answer {
    let one = async || {
        JsFuture::from(match what {
            For::Ms(ms) => pause(ms),
            For::File => fetch_length(),
        })
        .await
    };
    let from = host.now_ns();
    let came = if together {
        join_all((0..count).map(|_| one())).await
    } else {
        let mut came = Vec::new();
        for _ in 0..count {
            came.push(one().await);
        }
        came
    };
    let took_ns = host.now_ns().saturating_sub(from);
    let lengths = || {
        let numbers = came.iter().flatten().filter_map(JsValue::as_f64);
        numbers.map(|bytes| bytes as u64)
    };
    Answer {
        done: came.iter().flatten().count() as u32,
        took_ns,
        late_ns: 0,
        bytes: lengths().min().zip(lengths().max()),
        trouble: came
            .iter()
            .find_map(|it| it.as_ref().err())
            .map(super::super::describe),
    }
}

async fn lateness(timer_ms: u32, busy_ms: u32, host: &WebHost) -> Answer {
    let from = host.now_ns();
    let timer = pause(timer_ms);
    let busy_ns = u64::from(busy_ms) * 1_000_000;
    while host.now_ns().saturating_sub(from) < busy_ns {
        std::hint::spin_loop();
    }
    // It never rejects.
    drop(JsFuture::from(timer).await);
    let took_ns = host.now_ns().saturating_sub(from);
    Answer {
        done: 1,
        took_ns,
        late_ns: took_ns.saturating_sub(u64::from(timer_ms) * 1_000_000),
        bytes: None,
        trouble: None,
    }
}
