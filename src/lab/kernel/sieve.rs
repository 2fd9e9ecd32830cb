//! The sieve of Eratosthenes over the odd numbers, in a buffer that is reused.

use std::hint::black_box;

/// Primes below this are counted: about 80 µs on a laptop of 2024.
const BELOW: usize = 1 << 18;

/// How many there are.
pub(super) const PRIMES: usize = 23_000;

/// One thread's buffer.
#[derive(Debug)]
pub(super) struct Sieve {
    /// Whether `2 * index + 1` is known to be composite.
    composite: Vec<bool>,
}

impl Sieve {
    pub(super) fn new() -> Self {
        Self {
            composite: vec![false; BELOW / 2],
        }
    }

    /// Sieves afresh and counts the primes below [`BELOW`].
    #[inline(never)]
    pub(super) fn count(&mut self) -> usize {
        // The bound is opaque, so no compiler can know the answer in advance.
        let half = black_box(BELOW / 2);
        let composite = &mut self.composite[..half];
        composite.fill(false);
        let mut index = 1;
        loop {
            let number = 2 * index + 1;
            // Its square, the first multiple not struck by a smaller prime.
            let square = (number * number) / 2;
            if square >= half {
                break;
            }
            if !composite[index] {
                for multiple in composite[square..].iter_mut().step_by(number) {
                    *multiple = true;
                }
            }
            index += 1;
        }
        // Index 0 stands for the number 1, which is no prime, in place of 2,
        // which has no index: the count is the same.
        composite.iter().filter(|&&struck| !struck).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_primes_that_trial_division_finds() {
        let is_prime = |n: &usize| {
            !(2..)
                .take_while(|d| d * d <= *n)
                .any(|d| n.is_multiple_of(d))
        };
        assert_eq!((2..BELOW).filter(is_prime).count(), PRIMES);
        assert_eq!(Sieve::new().count(), PRIMES);
    }
}
