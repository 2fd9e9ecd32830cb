//! What stands in a failure graph: names, signs, a word or two.

use super::FailuresRequest;
use super::rows::Row;
use crate::experiment::{Ended, Failure, Medium};
use crate::plot::text::duration;

/// A name longer than this is cut.
const MAX_NAME: usize = 14;

/// How wide a text beside a mark is, about.
pub(super) fn long(text: &str) -> f64 {
    6.1 * text.chars().count() as f64
}

/// What stands beside a mark: when it began, or through what it came.
pub(super) fn word(failure: &Failure) -> String {
    match (failure.cause, failure.medium) {
        (Some(_), Some(medium)) => medium_name(medium).to_owned(),
        (Some(_), None) => String::new(),
        (None, _) => duration(failure.at_ns),
    }
}

pub(super) fn label(request: &FailuresRequest<'_>, row: &Row) -> String {
    let name = row
        .who()
        .map_or_else(String::new, |who| (request.name)(who));
    if name.chars().count() <= MAX_NAME {
        return name;
    }
    let kept: String = name.chars().take(MAX_NAME - 1).collect();
    format!("{kept}…")
}

/// What stands in the mark of a failure.
pub(super) fn sign(how: Ended) -> &'static str {
    match how {
        Ended::TakenDown | Ended::CutOff => "↓",
        Ended::Deadlocked | Ended::Stuck | Ended::Hung => "∞",
        Ended::Exception | Ended::OutOfMemory => "!",
        Ended::Completed
        | Ended::NeverStarted
        | Ended::Segfault
        | Ended::Killed
        | Ended::Stopped
        | Ended::Corrupted
        | Ended::Exited => "✕",
    }
}

/// Through what a failure came, in a word or two.
#[must_use]
pub fn medium_name(medium: Medium) -> &'static str {
    match medium {
        Medium::SharedHeap => "shared heap",
        Medium::MainThread => "main thread",
        Medium::Watchdog => "watchdog",
        Medium::Lock => "lock",
        Medium::Channel => "channel",
        Medium::Join => "join",
        Medium::Pool => "pool",
        Medium::Supervisor => "supervisor",
        Medium::SharedMemory => "shared memory",
    }
}
