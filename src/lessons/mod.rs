//! Claims, measured: what the findings of a trial say of its claim, and how
//! near the simulator comes with this machine's costs.
//!
//! A lesson has two verdicts. The simulated one is the claim's own
//! (`crate::claims`). The measured one is computed here, from the findings of
//! the lab's trial alone. Between them stand comparisons: the same number,
//! predicted with the costs measured on this machine and measured again. What is
//! to be read and tried about a claim is its [guide].

mod compare;
mod gil;
pub mod guide;
mod judge;
mod pools;
mod processes;
mod starts;
pub mod sweep;
#[cfg(test)]
mod testing;
mod threads;

pub use compare::{Comparison, Predictor, here};

use crate::claims::{self, Claim, Verdict};
use crate::lab::findings::Findings;
use crate::lab::trial::PYTHON;

/// A claim with its measured arm.
#[derive(Debug, Clone, Copy)]
pub struct Lesson {
    /// The claim's id.
    pub id: &'static str,
    /// What is measured and what decides, in a sentence or two.
    pub about: &'static str,
    judge: fn(&Findings) -> Option<Verdict>,
    compare: fn(&Findings, &Predictor) -> Vec<Comparison>,
}

impl Lesson {
    /// The claim.
    ///
    /// # Panics
    /// If there is no claim of this id; the tests try all.
    #[must_use]
    pub fn claim(&self) -> &'static Claim {
        let id = self.id.strip_suffix(PYTHON).unwrap_or(self.id);
        claims::find(id).expect("every lesson is of a claim")
    }

    /// What the findings say of the claim; `None`: they are not of this
    /// lesson's trial, or lack something.
    #[must_use]
    pub fn decide(&self, findings: &Findings) -> Option<Verdict> {
        (self.judge)(findings)
    }

    /// What the findings say of the claim. Findings that are not of this
    /// lesson's trial, or lack something, do not hold, and it says so.
    #[must_use]
    pub fn judge(&self, findings: &Findings) -> Verdict {
        self.decide(findings).unwrap_or_else(judge::incomplete)
    }

    /// Numbers of the findings beside what the simulator says of them.
    #[must_use]
    pub fn compare(&self, findings: &Findings, predictor: &Predictor) -> Vec<Comparison> {
        (self.compare)(findings, predictor)
    }
}

/// All lessons, in the order of the table.
#[must_use]
pub fn all() -> Vec<&'static Lesson> {
    let families: [&'static [Lesson]; 5] = [
        processes::LESSONS,
        starts::LESSONS,
        threads::LESSONS,
        gil::LESSONS,
        pools::LESSONS,
    ];
    let mut all: Vec<_> = families.into_iter().flatten().collect();
    let place = |lesson: &&Lesson| {
        crate::lab::trial::TRIALS
            .iter()
            .position(|&id| id == lesson.id)
    };
    all.sort_by_key(place);
    all
}

/// What is measured in Python, too: lessons of their own, whose ids end with
/// [`PYTHON`](crate::lab::trial::PYTHON).
pub fn in_python() -> impl Iterator<Item = &'static Lesson> {
    let families = [gil::IN_PYTHON, threads::IN_PYTHON];
    families.into_iter().flatten()
}

/// The lesson of this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Lesson> {
    let mut lessons = all().into_iter().chain(in_python());
    lessons.find(|lesson| lesson.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::trial::IN_PYTHON;

    #[test]
    fn every_trial_in_python_is_of_a_claim_that_is_tried_with_kernels_too() {
        let ids: Vec<_> = IN_PYTHON.iter().map(|id| format!("{id}{PYTHON}")).collect();
        let lessons: std::collections::BTreeSet<_> = in_python().map(|lesson| lesson.id).collect();
        assert_eq!(lessons, ids.iter().map(String::as_str).collect());
        for (id, with_kernels) in ids.iter().zip(IN_PYTHON) {
            let lesson = find(id).unwrap();
            assert_eq!(lesson.claim().id, with_kernels);
            assert!(std::ptr::eq(
                find(with_kernels).unwrap().claim(),
                lesson.claim()
            ));
            assert!(!all().iter().any(|other| other.id == lesson.id));
        }
    }
}
