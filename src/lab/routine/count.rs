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
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex, PoisonError};

/// What can be asked: that every thread adds 1 again and again, all at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// In which way.
    pub how: How,
    /// For how long, ms, since the last thread has begun. A number of additions
    /// would not do: on a busy machine one thread might be done with them before
    /// another has begun.
    pub for_ms: u32,
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
    let race = Race::new(threads, ask.for_ms);
    let number = AtomicU32::new(0);
    let locked = Mutex::new(0_u32);
    let add = || match ask.how {
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
    };
    let laps = crew.team.all(|_| race.run(crew.host, add));
    let locked = locked.into_inner().unwrap_or_else(PoisonError::into_inner);
    let counted = match ask.how {
        How::Locked => locked,
        How::Apart | How::Atomic => number.into_inner(),
    };
    Answer {
        additions: laps.iter().flatten().map(|lap| lap.turns).sum(),
        counted: u64::from(counted),
        took_ns: span_ns(laps.iter().flatten().map(|lap| lap.span)),
    }
}

/// So many turns between two looks at the clock.
const TURNS: u64 = 1_000;

/// Threads that do the same at the same time.
#[derive(Debug)]
pub(super) struct Race {
    start: Barrier,
    threads: usize,
    for_ns: u64,
    begun: AtomicUsize,
    /// When the last one has begun, ns.
    begun_ns: AtomicU64,
}

/// What one thread did.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lap {
    /// How often.
    pub(super) turns: u64,
    /// From when to when, ns.
    pub(super) span: (u64, u64),
}

impl Race {
    /// A race that goes on for `for_ms` after the last of `threads` has begun.
    pub(super) fn new(threads: usize, for_ms: u32) -> Self {
        Self {
            start: Barrier::new(threads),
            threads,
            for_ns: u64::from(for_ms) * 1_000_000,
            begun: AtomicUsize::new(0),
            begun_ns: AtomicU64::new(0),
        }
    }

    /// Takes turns until the race is over; to be called by each thread.
    pub(super) fn run(&self, host: &impl Host, mut turn: impl FnMut()) -> Lap {
        self.start.wait();
        let from = host.now_ns();
        self.begun_ns.fetch_max(from, Ordering::AcqRel);
        self.begun.fetch_add(1, Ordering::AcqRel);
        let mut turns = 0;
        loop {
            for _ in 0..TURNS {
                turn();
            }
            turns += TURNS;
            let now = host.now_ns();
            let all = self.begun.load(Ordering::Acquire) == self.threads;
            if all && now.saturating_sub(self.begun_ns.load(Ordering::Acquire)) >= self.for_ns {
                return Lap {
                    turns,
                    span: (from, now),
                };
            }
        }
    }
}

/// From the first beginning to the last end, ns.
pub(super) fn span_ns(spans: impl Iterator<Item = (u64, u64)>) -> u64 {
    let whole = spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    whole.map_or(0, |(from, until)| until.saturating_sub(from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::crew::native::with_crew;

    fn count(threads: usize, how: How) -> Answer {
        let ask = Ask { how, for_ms: 20 };
        with_crew(threads, |crew| answer(&ask, crew))
    }

    #[test]
    fn a_lock_or_an_atomic_addition_loses_nothing() {
        for how in [How::Locked, How::Atomic] {
            let Answer {
                additions, counted, ..
            } = count(4, how);
            assert_eq!(additions, counted, "{how:?}");
            assert!(additions >= 4 * TURNS);
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
        assert!((0..100).any(loses));
    }

    #[test]
    fn a_span_reaches_from_the_first_to_the_last() {
        assert_eq!(span_ns([(5, 9), (3, 4)].into_iter()), 6);
        assert_eq!(span_ns([].into_iter()), 0);
    }
}
