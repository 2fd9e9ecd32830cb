//! Updates of a shared number, with and without a lock.
//!
//! Without one, each thread adds 1 by loading the number, adding, and storing
//! the sum: three steps, as `x += 1` compiles to. Each access is a relaxed
//! atomic one, because a race of plain accesses is undefined behaviour in Rust.
//! To the machine it is the same: every single load and store is whole, and
//! nothing keeps another thread out between them.

use crate::lab::crew::{Crew, Team};
use crate::lab::routine::question;
use crate::lab::work::Host;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Barrier, Mutex, PoisonError};

/// What can be asked: that every thread adds 1 so often, all at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// In which way.
    pub how: How,
    /// How often each thread does it.
    pub additions: u32,
}

/// How a thread adds 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum How {
    /// Load, add, store, and nothing else.
    Apart,
    /// The same, with a lock around it.
    Locked,
    /// One atomic addition.
    Atomic,
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Additions of all threads together.
    pub additions: u64,
    /// What the number came to; it began at 0.
    pub counted: u64,
    /// From the first addition to the last, ns.
    pub took_ns: u64,
}

question!(Count, Ask, Answer);

/// Lets all threads add.
pub(super) fn answer<T: Team, H: Host>(ask: &Ask, crew: Crew<'_, T, H>) -> Answer {
    let threads = crew.team.threads();
    let start = Barrier::new(threads);
    let number = AtomicU32::new(0);
    let locked = Mutex::new(0_u32);
    let spans = crew.team.all(|_| {
        start.wait();
        let from = crew.host.now_ns();
        for _ in 0..ask.additions {
            match ask.how {
                How::Apart => {
                    let seen = number.load(Ordering::Relaxed);
                    number.store(seen.wrapping_add(1), Ordering::Relaxed);
                }
                How::Locked => {
                    let mut number = locked.lock().unwrap_or_else(PoisonError::into_inner);
                    *number = number.wrapping_add(1);
                }
                How::Atomic => {
                    number.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
        (from, crew.host.now_ns())
    });
    let locked = locked.into_inner().unwrap_or_else(PoisonError::into_inner);
    let counted = match ask.how {
        How::Locked => locked,
        How::Apart | How::Atomic => number.into_inner(),
    };
    Answer {
        additions: u64::from(ask.additions) * threads as u64,
        counted: u64::from(counted),
        took_ns: span_ns(&spans),
    }
}

/// From the first beginning to the last end, ns.
pub(super) fn span_ns(spans: &[Option<(u64, u64)>]) -> u64 {
    let known = || spans.iter().flatten();
    let first = known().map(|&(from, _)| from).min().unwrap_or(0);
    let last = known().map(|&(_, until)| until).max().unwrap_or(0);
    last.saturating_sub(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::crew::native::with_crew;

    fn count(threads: usize, how: How) -> Answer {
        let ask = Ask {
            how,
            additions: 200_000,
        };
        with_crew(threads, |crew| answer(&ask, crew))
    }

    #[test]
    fn a_lock_or_an_atomic_addition_loses_nothing() {
        for how in [How::Locked, How::Atomic] {
            let Answer {
                additions, counted, ..
            } = count(4, how);
            assert_eq!((additions, counted), (800_000, 800_000), "{how:?}");
        }
    }

    #[test]
    fn without_them_one_thread_loses_nothing_and_several_do() {
        let one = count(1, How::Apart);
        assert_eq!(one.additions, one.counted);
        // The threads may happen to take turns, so it is tried again.
        let loses = |_| {
            let several = count(4, How::Apart);
            several.counted < several.additions
        };
        assert!((0..500).any(loses));
    }

    #[test]
    fn a_span_reaches_from_the_first_to_the_last() {
        assert_eq!(span_ns(&[Some((5, 9)), None, Some((3, 4))]), 6);
        assert_eq!(span_ns(&[None]), 0);
    }
}
