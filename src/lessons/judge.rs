//! Verdicts on findings, in words.

use crate::claims::Verdict;

/// The verdict on findings that lack something.
pub(super) fn incomplete() -> Verdict {
    Verdict {
        holds: false,
        text: "Not decided: the measurement is incomplete.".to_owned(),
        figures: Vec::new(),
    }
}
