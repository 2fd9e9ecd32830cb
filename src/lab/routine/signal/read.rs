//! A thread reads what another has written, where it is.

use super::Answer;
use crate::lab::crew::{Crew, Team};
use crate::lab::work::Host;
use std::hint::spin_loop;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{PoisonError, RwLock};

/// Fills `block` in a way that depends on `seed`.
pub(crate) fn fill(block: &mut [u8], seed: u32) {
    let (words, rest) = block.as_chunks_mut::<4>();
    let mut value = seed;
    for word in words {
        *word = value.to_le_bytes();
        value = value.wrapping_add(0x9e37_79b9);
    }
    rest.fill(seed as u8);
}

/// The sum of `block`'s words: every byte of it counts.
#[must_use]
pub(crate) fn sum(block: &[u8]) -> u32 {
    let (words, rest) = block.as_chunks::<4>();
    let words = words.iter().map(|word| u32::from_le_bytes(*word));
    let rest = rest.iter().map(|&byte| u32::from(byte));
    words.chain(rest).fold(0, u32::wrapping_add)
}

/// From the moment at which the first thread says that the bytes are there
/// until it knows the sum that the second has made of them.
pub(super) fn in_place<T: Team, H: Host>(bytes: u32, samples: u32, crew: Crew<'_, T, H>) -> Answer {
    let mut answer = Answer::default();
    if crew.team.threads() < 2 {
        return answer;
    }
    let block = RwLock::new(vec![0; bytes as usize]);
    for sample in 0..=samples {
        let (given, read, made) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
        let ran = crew.team.all(|index| match index {
            0 => {
                let expected = {
                    let mut block = block.write().unwrap_or_else(PoisonError::into_inner);
                    fill(&mut block, sample + 1);
                    sum(&block)
                };
                let from = crew.host.now_ns();
                given.store(1, Ordering::Release);
                while read.load(Ordering::Acquire) == 0 {
                    spin_loop();
                }
                let took = crew.host.now_ns().saturating_sub(from);
                Some((took, made.load(Ordering::Relaxed) == expected))
            }
            1 => {
                while given.load(Ordering::Acquire) == 0 {
                    spin_loop();
                }
                let block = block.read().unwrap_or_else(PoisonError::into_inner);
                made.store(sum(&block), Ordering::Relaxed);
                read.store(1, Ordering::Release);
                None
            }
            _ => None,
        });
        let Some((took, right)) = ran.into_iter().flatten().flatten().next() else {
            return answer;
        };
        answer.checks.count(right);
        if sample > 0 {
            answer.each_ns.push(took as f64);
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_depends_on_every_byte() {
        let mut block = vec![0; 1_003];
        fill(&mut block, 5);
        let whole = sum(&block);
        for at in 0..block.len() {
            block[at] ^= 1;
            assert_ne!(sum(&block), whole, "byte {at}");
            block[at] ^= 1;
        }
        assert_eq!(sum(&block), whole);
    }
}
