//! What a lock costs: to a thread that is alone with it, and to threads that
//! all want it.

use crate::lab::crew::{Crew, Team};
use crate::lab::findings::Checks;
use crate::lab::routine::question;
use crate::lab::work::Host;
use serde::{Deserialize, Serialize};
use std::hint::{black_box, spin_loop};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Threads wait for each other no longer than so many ns before they begin.
const GATHER_NS: u64 = 5_000_000;

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// One thread takes a lock that nobody else wants and lets it go.
    Uncontended {
        /// Times for each sample: enough for the clock's resolution.
        rounds: u32,
        /// Samples.
        samples: u32,
    },
    /// All threads do so with the same lock, each so many times.
    Contended {
        /// Times for each thread and sample.
        rounds: u32,
        /// Samples.
        samples: u32,
    },
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Time for each taking and letting go, ns: the whole time of a sample,
    /// from the first thread's start to the last one's end, by how often the
    /// lock was taken in it.
    pub each_ns: Vec<f64>,
    /// Whether the lock kept what it guards: one increment for each taking.
    pub checks: Checks,
}

question!(Lock, Ask, Answer);

/// Answers.
pub(super) fn answer<T: Team, H: Host>(ask: &Ask, crew: Crew<'_, T, H>) -> Answer {
    let mut answer = Answer {
        each_ns: Vec::new(),
        checks: Checks::default(),
    };
    let (rounds, samples, contended) = match *ask {
        Ask::Uncontended { rounds, samples } => (rounds, samples, false),
        Ask::Contended { rounds, samples } => (rounds, samples, true),
    };
    let threads = if contended { crew.team.threads() } else { 1 };
    let work = |guarded: &Mutex<u64>, arrived: &AtomicUsize| {
        // All begin together, or as many as there are cores for.
        let came_ns = crew.host.now_ns();
        arrived.fetch_add(1, Ordering::AcqRel);
        while arrived.load(Ordering::Acquire) < threads
            && crew.host.now_ns().saturating_sub(came_ns) < GATHER_NS
        {
            spin_loop();
        }
        let from = crew.host.now_ns();
        for _ in 0..rounds {
            *black_box(guarded)
                .lock()
                .unwrap_or_else(PoisonError::into_inner) += 1;
        }
        (from, crew.host.now_ns())
    };
    // One sample more, first: the engine compiles the code.
    for sample in 0..=samples {
        let (guarded, arrived) = (Mutex::new(0), AtomicUsize::new(0));
        let times = if contended {
            crew.team.all(|_| work(&guarded, &arrived))
        } else {
            vec![Some(work(&guarded, &arrived))]
        };
        let takings = u64::from(rounds) * times.len() as u64;
        let counted = *guarded.lock().unwrap_or_else(PoisonError::into_inner);
        answer.checks.count(counted == takings);
        let began = times.iter().flatten().map(|&(from, _)| from).min();
        let ended = times.iter().flatten().map(|&(_, until)| until).max();
        if let (1.., Some(began), Some(ended)) = (sample, began, ended) {
            let took = ended.saturating_sub(began);
            answer.each_ns.push(took as f64 / takings.max(1) as f64);
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::crew::native::with_crew;

    #[test]
    fn every_taking_is_counted_once_alone_and_together() {
        let (rounds, samples) = (2_000, 3);
        for ask in [
            Ask::Uncontended { rounds, samples },
            Ask::Contended { rounds, samples },
        ] {
            let answer = with_crew(3, |crew| answer(&ask, crew));
            assert_eq!(answer.each_ns.len(), 3, "{ask:?}");
            assert!(answer.each_ns.iter().all(|&ns| ns > 0.0), "{answer:?}");
            assert_eq!(answer.checks, Checks { right: 4, wrong: 0 });
        }
    }
}
