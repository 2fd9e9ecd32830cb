//! References to shared objects, counted as CPython counts them: each object
//! has a number, one larger for each new reference, one smaller for each that
//! is dropped, and freed at 0.
//!
//! Every object begins, and should end, with the one reference of its owner. A
//! count that ends higher is a leak: it never comes down to 0. One that ends
//! lower came down to 0, or will, while the object is still in use.

use super::count::{Lap, Race, span_ns};
use crate::lab::crew::{Crew, Team};
use crate::lab::gil::{Gil, Hold, Observer, Why};
use crate::lab::routine::question;
use crate::lab::work::Host;
use serde::{Deserialize, Serialize};
use std::hint::black_box;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

/// The reference of the owner.
const OWNED: i32 = 1;

/// References that a thread has at a time.
const HELD: usize = 8;

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
    let laps = crew.team.all(|index| match ask.how {
        How::Owned => {
            let mut own = vec![OWNED; objects];
            let lap = compete(&race, crew.host, (index, objects), |object, by| {
                own[object] = black_box(own[object] + by);
            });
            black_box(own);
            lap
        }
        How::Apart => compete(&race, crew.host, (index, objects), |object, by| {
            change(&counts[object], by);
        }),
        How::Gil { .. } => {
            // At most 64, so it fits.
            let thread = index as u16;
            // Not before all have come: one that waits for the others with the
            // lock would wait for ever.
            let mut has_it = false;
            let lap = compete(&race, crew.host, (index, objects), |object, by| {
                if !has_it {
                    gil.take(thread);
                    has_it = true;
                }
                change(&counts[object], by);
                gil.poll(thread);
            });
            gil.drop(thread, Why::Voluntary);
            lap
        }
        How::Atomic => compete(&race, crew.host, (index, objects), |object, by| {
            counts[object].fetch_add(by, Ordering::Relaxed);
        }),
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

/// Takes a reference to an object at random with each turn, and drops the one
/// that it has had for longest; at last all: `change(object, by)`.
fn compete(
    race: &Race,
    host: &impl Host,
    (thread, objects): (usize, usize),
    mut change: impl FnMut(usize, i32),
) -> Lap {
    // Random, but the same each time; any seed but 0 will do.
    let mut random = 0x9E37_79B9_u32.wrapping_mul(thread as u32 + 1) | 1;
    let mut held = [None; HELD];
    let mut turn = 0;
    let lap = race.run(host, || {
        // xorshift32
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        let object = random as usize % objects;
        change(object, 1);
        if let Some(oldest) = held[turn % HELD].replace(object) {
            change(oldest, -1);
        }
        turn += 1;
    });
    for object in held.into_iter().flatten() {
        change(object, -1);
    }
    lap
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
