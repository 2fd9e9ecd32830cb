//! Two threads that take turns.

use super::{Answer, Batch};
use crate::lab::crew::{Crew, Team};
use crate::lab::work::Host;
use std::hint::spin_loop;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::Thread;

/// Two threads on one core would spin for a whole time slice at each turn: a
/// batch ends after so many ns, with as many rounds as there were.
const BATCH_NS: u64 = 60_000_000;

/// The word says whose turn it is: even, the first thread's; odd, the
/// second's. This: nobody's any more.
const OVER: u32 = u32::MAX;

/// Turns by watching a word.
pub(super) fn spinning<T: Team, H: Host>(batch: Batch, crew: Crew<'_, T, H>) -> Answer {
    take_turns(batch, crew, |word, mine| {
        loop {
            let seen = word.load(Ordering::Acquire);
            if seen % 2 == mine || seen == OVER {
                return seen;
            }
            spin_loop();
        }
    })
}

/// Turns by sleeping until the other wakes one.
pub(super) fn blocking<T: Team, H: Host>(batch: Batch, crew: Crew<'_, T, H>) -> Answer {
    take_turns(batch, crew, |word, mine| {
        loop {
            let seen = word.load(Ordering::Acquire);
            if seen % 2 == mine || seen == OVER {
                return seen;
            }
            // In a browser this is `memory.atomic.wait32`.
            std::thread::park();
        }
    })
}

/// `await_turn(word, 0 or 1)` returns the word when it is that thread's turn.
fn take_turns<T: Team, H: Host>(
    batch: Batch,
    crew: Crew<'_, T, H>,
    await_turn: impl Fn(&AtomicU32, u32) -> u32 + Sync,
) -> Answer {
    let mut answer = Answer::default();
    if crew.team.threads() < 2 {
        return answer;
    }
    // One sample more, first: the engine compiles the code.
    for sample in 0..=batch.samples {
        let word = AtomicU32::new(0);
        let threads = [const { OnceLock::<Thread>::new() }; 2];
        let ran = crew.team.all(|index| match index {
            0 => Some(first(batch.rounds, &word, &threads, &await_turn, crew.host)),
            1 => {
                second(&word, &threads, &await_turn);
                None
            }
            _ => None,
        });
        let Some((took_ns, rounds, right)) = ran.into_iter().flatten().flatten().next() else {
            continue;
        };
        answer.checks.count(right && rounds > 0);
        if sample > 0 && rounds > 0 {
            answer.each_ns.push(took_ns as f64 / f64::from(rounds));
        }
    }
    answer
}

/// Begins each round and counts them: how long, how many, and whether the word
/// always went up by one.
fn first<H: Host>(
    rounds: u32,
    word: &AtomicU32,
    threads: &[OnceLock<Thread>; 2],
    await_turn: &impl Fn(&AtomicU32, u32) -> u32,
    host: &H,
) -> (u64, u32, bool) {
    let [mine, other] = threads;
    mine.get_or_init(std::thread::current);
    let wake = || {
        if let Some(other) = other.get() {
            other.unpark();
        }
    };
    // The other says that it is there: it hands over a turn that it never had.
    while other.get().is_none() {
        spin_loop();
    }
    let from = host.now_ns();
    let (mut done, mut right) = (0, true);
    while done < rounds {
        word.store(2 * done + 1, Ordering::Release);
        wake();
        right &= await_turn(word, 0) == 2 * done + 2;
        done += 1;
        // Reading the clock takes a while, too.
        if done % 64 == 0 && host.now_ns().saturating_sub(from) > BATCH_NS {
            break;
        }
    }
    let took = host.now_ns().saturating_sub(from);
    word.store(OVER, Ordering::Release);
    wake();
    (took, done, right)
}

/// Answers each round.
fn second(
    word: &AtomicU32,
    threads: &[OnceLock<Thread>; 2],
    await_turn: &impl Fn(&AtomicU32, u32) -> u32,
) {
    let [other, mine] = threads;
    mine.get_or_init(std::thread::current);
    loop {
        let seen = await_turn(word, 1);
        if seen == OVER {
            return;
        }
        word.store(seen + 1, Ordering::Release);
        if let Some(other) = other.get() {
            other.unpark();
        }
    }
}

/// Both ends of a channel's two directions, for one of the threads.
type Ends = Mutex<Option<(Sender<Box<[u8]>>, Receiver<Box<[u8]>>)>>;

/// Bytes handed to and fro: what goes through the channel is the pointer to
/// them, and with it they change hands.
pub(super) fn pass<T: Team, H: Host>(bytes: u32, batch: Batch, crew: Crew<'_, T, H>) -> Answer {
    let mut answer = Answer::default();
    if crew.team.threads() < 2 {
        return answer;
    }
    let mut block: Box<[u8]> = vec![7; (bytes as usize).max(2)].into();
    for sample in 0..=batch.samples {
        let ((there, at_second), (back, at_first)) = (channel(), channel());
        let ends: [Ends; 2] = [
            Mutex::new(Some((there, at_first))),
            Mutex::new(Some((back, at_second))),
        ];
        let block_slot = Mutex::new(Some(std::mem::take(&mut block)));
        let ran = crew.team.all(|index| {
            let (to, from) = ends
                .get(index)?
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take()?;
            if index == 1 {
                while let Ok(mut block) = from.recv() {
                    // Both ends are written: they were reached.
                    touch(&mut block);
                    if to.send(block).is_err() {
                        break;
                    }
                }
                return None;
            }
            let mut block = block_slot
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take()?;
            let (began, mut right) = (crew.host.now_ns(), true);
            for _ in 0..batch.rounds {
                let before = ends_of(&block);
                to.send(block).ok()?;
                block = from.recv().ok()?;
                right &= ends_of(&block) == before.map(|end| end.wrapping_add(1));
            }
            let took = crew.host.now_ns().saturating_sub(began);
            Some((took, right, block))
        });
        let Some((took, right, back)) = ran.into_iter().flatten().flatten().next() else {
            return answer;
        };
        block = back;
        answer.checks.count(right);
        if sample > 0 {
            let rounds = f64::from(batch.rounds.max(1));
            answer.each_ns.push(took as f64 / rounds);
        }
    }
    answer
}

fn touch(block: &mut [u8]) {
    let last = block.len() - 1;
    for at in [0, last] {
        block[at] = block[at].wrapping_add(1);
    }
}

fn ends_of(block: &[u8]) -> [u8; 2] {
    [block[0], block[block.len() - 1]]
}
