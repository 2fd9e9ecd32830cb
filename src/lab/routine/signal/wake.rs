//! One thread wakes another, or hands it something to do.

use super::{Answer, Batch};
use crate::lab::crew::{Crew, Team};
use crate::lab::work::Host;
use std::hint::spin_loop;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::thread::Thread;

/// Before each round so many ns pass, so that whoever is to be woken really
/// sleeps: a pool's threads look for work a while before they do.
const REST_NS: u64 = 150_000;

/// Waits without sleeping: who is about to wake others is awake.
fn rest<H: Host>(host: &H) {
    let from = host.now_ns();
    while host.now_ns().saturating_sub(from) < REST_NS {
        spin_loop();
    }
}

/// From the call that wakes a blocked thread until that thread runs.
pub(super) fn wake<T: Team, H: Host>(batch: Batch, crew: Crew<'_, T, H>) -> Answer {
    let mut answer = Answer::default();
    if crew.team.threads() < 2 {
        return answer;
    }
    for sample in 0..=batch.samples {
        let sleeper = OnceLock::<Thread>::new();
        // How many times it was woken, and when it noticed the last time.
        let (woken, seen, seen_ns) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU64::new(0));
        let ran = crew.team.all(|index| match index {
            0 => {
                let thread = loop {
                    match sleeper.get() {
                        Some(thread) => break thread,
                        None => spin_loop(),
                    }
                };
                let mut sum = 0;
                for round in 1..=batch.rounds {
                    rest(crew.host);
                    let from = crew.host.now_ns();
                    woken.store(round, Ordering::Release);
                    thread.unpark();
                    while seen.load(Ordering::Acquire) != round {
                        spin_loop();
                    }
                    sum += seen_ns.load(Ordering::Relaxed).saturating_sub(from);
                }
                Some(sum)
            }
            1 => {
                sleeper.get_or_init(std::thread::current);
                for round in 1..=batch.rounds {
                    while woken.load(Ordering::Acquire) != round {
                        std::thread::park();
                    }
                    seen_ns.store(crew.host.now_ns(), Ordering::Relaxed);
                    seen.store(round, Ordering::Release);
                }
                None
            }
            _ => None,
        });
        let Some(sum) = ran.into_iter().flatten().flatten().next() else {
            return answer;
        };
        answer
            .checks
            .count(seen.load(Ordering::Relaxed) == batch.rounds);
        if sample > 0 {
            let rounds = f64::from(batch.rounds.max(1));
            answer.each_ns.push(sum as f64 / rounds);
        }
    }
    answer
}

/// From a thread's handing a task to the pool until another begins it. As for
/// a bare wake, the one that hands it over stays awake.
pub(super) fn hand_off<T: Team, H: Host>(batch: Batch, crew: Crew<'_, T, H>) -> Answer {
    let mut answer = Answer::default();
    if crew.team.threads() < 2 {
        return answer;
    }
    for sample in 0..=batch.samples {
        let mut sum = 0;
        for _ in 0..batch.rounds {
            let (from_ns, at_ns) = (AtomicU64::new(0), AtomicU64::new(0));
            let begun = AtomicU32::new(0);
            crew.team.hand(
                || {
                    rest(crew.host);
                    from_ns.store(crew.host.now_ns(), Ordering::Relaxed);
                },
                || {
                    at_ns.store(crew.host.now_ns(), Ordering::Relaxed);
                    begun.fetch_add(1, Ordering::Release);
                },
                || {
                    while begun.load(Ordering::Acquire) == 0 {
                        spin_loop();
                    }
                },
            );
            answer.checks.count(begun.into_inner() == 1);
            sum += at_ns.into_inner().saturating_sub(from_ns.into_inner());
        }
        if sample > 0 {
            let rounds = f64::from(batch.rounds.max(1));
            answer.each_ns.push(sum as f64 / rounds);
        }
    }
    answer
}

/// All threads begin, do nothing, and are waited for.
pub(super) fn all<T: Team, H: Host>(batch: Batch, crew: Crew<'_, T, H>) -> Answer {
    let mut answer = Answer::default();
    for sample in 0..=batch.samples {
        let mut sum = 0;
        for _ in 0..batch.rounds {
            rest(crew.host);
            let from = crew.host.now_ns();
            let ran = crew.team.all(|index| index);
            sum += crew.host.now_ns().saturating_sub(from);
            let each = ran.iter().enumerate().all(|(at, ran)| *ran == Some(at));
            answer.checks.count(each);
        }
        if sample > 0 {
            let rounds = f64::from(batch.rounds.max(1));
            answer.each_ns.push(sum as f64 / rounds);
        }
    }
    answer
}

/// How much later than asked a sleeping thread wakes.
pub(super) fn late<T: Team, H: Host>(us: u32, samples: u32, crew: Crew<'_, T, H>) -> Answer {
    let mut answer = Answer::default();
    for _ in 0..samples {
        let from = crew.host.now_ns();
        crew.host.wait(us);
        let slept = crew.host.now_ns().saturating_sub(from);
        let asked = u64::from(us) * 1_000;
        // The clock may cut off as much at the end as it makes steps of.
        answer.checks.count(slept + asked / 2 >= asked);
        answer.each_ns.push(slept.saturating_sub(asked) as f64);
    }
    answer
}
