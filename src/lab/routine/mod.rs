//! What a process can be asked to do, besides its part in an experiment: one
//! family of questions a file. The page asks one question at a time; the
//! process answers it with all of its threads, and then waits for the next.
//!
//! Portable, so that the tests run every routine on native threads. Questions
//! and answers travel as JSON.

pub mod count;
pub mod heap;
pub mod hold;
pub mod lock;
pub mod refer;
pub mod signal;
pub mod speed;
pub mod task;
pub mod wait;

use super::crew::{Crew, Team};
use super::work::Host;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A question and the shape of its answer.
pub trait Question: Into<Ask> {
    /// What comes back.
    type Answer: Serialize + DeserializeOwned + 'static;
}

/// Every question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Updates of shared numbers.
    Count(count::Ask),
    /// The process's own memory.
    Heap(heap::Ask),
    /// Threads that keep a lock for ever.
    Hold(hold::Ask),
    /// What a lock costs.
    Lock(lock::Ask),
    /// References to shared objects.
    Refer(refer::Ask),
    /// What it takes to reach another thread.
    Signal(signal::Ask),
    /// How fast a kernel runs.
    Speed(speed::Ask),
    /// Units of work.
    Task(task::Ask),
    /// Blocking waits.
    Wait(wait::Ask),
}

/// Declares a family's `Ask` as a question with this answer.
macro_rules! question {
    ($family:ident, $ask:ty, $answer:ty) => {
        impl From<$ask> for $crate::lab::routine::Ask {
            fn from(ask: $ask) -> Self {
                Self::$family(ask)
            }
        }
        impl $crate::lab::routine::Question for $ask {
            type Answer = $answer;
        }
    };
}
pub(crate) use question;

/// Answers `ask`, as JSON. Does not return from a crash, a hang or a deadlock
/// that was asked for.
pub fn answer<T: Team, H: Host>(ask: &Ask, crew: Crew<'_, T, H>) -> String {
    match ask {
        Ask::Count(ask) => json(&count::answer(ask, crew)),
        Ask::Heap(ask) => json(&heap::answer(ask, crew)),
        Ask::Hold(ask) => json(&hold::answer(ask, crew)),
        Ask::Lock(ask) => json(&lock::answer(ask, crew)),
        Ask::Refer(ask) => json(&refer::answer(ask, crew)),
        Ask::Signal(ask) => json(&signal::answer(ask, crew)),
        Ask::Speed(ask) => json(&speed::answer(ask, crew)),
        Ask::Task(ask) => json(&task::answer(ask, crew)),
        Ask::Wait(ask) => json(&wait::answer(ask, crew)),
    }
}

fn json(answer: &impl Serialize) -> String {
    // Answers are plain data, and JSON has no NaN: those become null.
    serde_json::to_string(answer).unwrap_or_default()
}
