//! References to shared objects, counted as CPython counts them: each object
//! has a number, one larger for each new reference, one smaller for each that
//! is dropped, and freed at 0.
//!
//! Every object begins, and should end, with the one reference of its owner. A
//! count that ends higher is a leak: it never comes down to 0. One that ends
//! lower came down to 0, or will, while the object is still in use.

use super::count::{Race, span_ns};
use crate::lab::crew::{Crew, Team};
use crate::lab::gil::{Gil, Hold, Observer, Why};
use crate::lab::routine::question;
use crate::lab::work::Host;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::hint::black_box;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

/// The reference of the owner.
const OWNED: i32 = 1;

/// What can be asked: that every thread takes and drops references, all at
/// once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// In which way.
    pub how: How,
    /// How many objects there are, at least 1. Each use is of one at random.
    pub objects: u16,
    /// For how long each thread takes references and drops them again, ms since
    /// the last one has begun.
    pub for_ms: u32,
}

/// How a thread changes a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum How {
    /// Each thread has objects of its own, with plain counts: nothing can go
    /// wrong, and nothing is shared.
    Owned,
    /// Load, add, store, and nothing that keeps others out between.
    Apart,
    /// The same under a real GIL, with a poll point after each change and none
    /// within, as in CPython.
    Gil {
        /// Its switch interval, µs.
        interval_us: u32,
    },
    /// One atomic addition for each change.
    Atomic,
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Changes of counts by all threads together.
    pub changes: u64,
    /// Objects whose count is too high in the end: they would never be freed.
    pub leaked: u32,
    /// Objects whose count is too low: they would be freed while in use.
    pub freed: u32,
    /// By how much the counts are off, all together.
    pub off: u64,
    /// How often the GIL went to another thread.
    pub switches: u64,
    /// From the first change to the last, ns.
    pub took_ns: u64,
}

question!(Refer, Ask, Answer);

/// The lock's clock; nobody wants its trace.
struct Clock<'a, H>(&'a H);

impl<H: Host> Observer for Clock<'_, H> {
    fn now_ns(&self) -> u64 {
        self.0.now_ns()
    }

    fn held(&self, _hold: Hold, _switches: u64) {}
}

/// Lets all threads take and drop references.
pub(super) fn answer<T: Team, H: Host>(ask: &Ask, crew: Crew<'_, T, H>) -> Answer {
    let threads = crew.team.threads();
    let objects = usize::from(ask.objects.max(1));
    let race = Race::new(threads, ask.for_ms);
    let counts: Vec<AtomicI32> = (0..objects).map(|_| AtomicI32::new(OWNED)).collect();
    let interval = match ask.how {
        How::Gil { interval_us } => interval_us,
        How::Owned | How::Apart | How::Atomic => 0,
    };
    let interval = Duration::from_micros(u64::from(interval));
    let gil = Gil::new(interval, Clock(crew.host));
    let laps = crew.team.all(|index| {
        let mut random = Random::new(index);
        // Each turn takes a reference to an object and drops it again.
        match ask.how {
            How::Owned => {
                let mut own = vec![OWNED; objects];
                let lap = race.run(crew.host, || {
                    let object = random.below(objects);
                    own[object] = black_box(own[object] + 1);
                    own[object] = black_box(own[object] - 1);
                });
                black_box(own);
                lap
            }
            How::Apart => race.run(crew.host, || {
                let count = &counts[random.below(objects)];
                change(count, 1);
                change(count, -1);
            }),
            How::Gil { .. } => {
                // At most 64, so it fits.
                let thread = index as u16;
                let has_it = Cell::new(false);
                let lap = race.run(crew.host, || {
                    if !has_it.replace(true) {
                        gil.take(thread);
                    }
                    let count = &counts[random.below(objects)];
                    for by in [1, -1] {
                        change(count, by);
                        gil.poll(thread);
                    }
                });
                gil.drop(thread, Why::Voluntary);
                lap
            }
            How::Atomic => race.run(crew.host, || {
                let count = &counts[random.below(objects)];
                count.fetch_add(1, Ordering::Relaxed);
                count.fetch_sub(1, Ordering::Relaxed);
            }),
        }
    });
    let ends: Vec<i32> = counts.into_iter().map(AtomicI32::into_inner).collect();
    let number = |wrong: fn(&i32) -> bool| ends.iter().filter(|&end| wrong(end)).count() as u32;
    Answer {
        changes: 2 * laps.iter().flatten().map(|lap| lap.turns).sum::<u64>(),
        leaked: number(|&end| end > OWNED),
        freed: number(|&end| end < OWNED),
        off: ends.iter().map(|&end| u64::from(end.abs_diff(OWNED))).sum(),
        switches: gil.switches().saturating_sub(1),
        took_ns: span_ns(laps.iter().flatten().map(|lap| lap.span)),
    }
}

/// Three steps, between which another thread may come.
fn change(count: &AtomicI32, by: i32) {
    let seen = count.load(Ordering::Relaxed);
    count.store(seen.wrapping_add(by), Ordering::Relaxed);
}

/// Numbers at random, but the same each time.
struct Random(u32);

impl Random {
    /// Different ones for each thread.
    fn new(thread: usize) -> Self {
        // Any seed but 0 will do.
        Self(0x9E37_79B9_u32.wrapping_mul(thread as u32 + 1) | 1)
    }

    /// The next one, below `limit`. xorshift32.
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as usize % limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::crew::native::with_crew;

    fn refer(threads: usize, how: How) -> Answer {
        let ask = Ask {
            how,
            objects: 8,
            for_ms: 20,
        };
        with_crew(threads, |crew| answer(&ask, crew))
    }

    #[test]
    fn counts_are_exact_under_a_gil_and_with_atomic_changes() {
        for how in [How::Gil { interval_us: 100 }, How::Atomic, How::Owned] {
            let answer = refer(4, how);
            assert!(answer.changes > 0);
            let wrong = (answer.leaked, answer.freed, answer.off);
            assert_eq!(wrong, (0, 0, 0), "{how:?}");
        }
    }

    #[test]
    fn without_them_one_thread_counts_right_and_several_do_not() {
        assert_eq!(refer(1, How::Apart).off, 0);
        // Other tests keep the cores busy, so the threads may take turns.
        let is_off = |_| {
            let answer = refer(4, How::Apart);
            assert_eq!(answer.off > 0, answer.leaked + answer.freed > 0);
            answer.off > 0
        };
        assert!((0..100).any(is_off));
    }

    #[test]
    fn all_threads_get_the_lock() {
        assert!(refer(4, How::Gil { interval_us: 100 }).switches >= 3);
        assert_eq!(refer(1, How::Gil { interval_us: 100 }).switches, 0);
    }
}
