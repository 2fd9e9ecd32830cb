//! Sorting numbers that are in no order, with the standard library.

use std::hint::black_box;

/// How many: about 30 µs on a laptop of 2024.
const COUNT: usize = 4_096;

/// [`weighted`] of them in order.
pub(super) const CHECKSUM: u64 = 24_068_842_601_066_240;

/// One thread's numbers.
#[derive(Debug)]
pub(super) struct Numbers {
    shuffled: Vec<u32>,
    sorted: Vec<u32>,
}

impl Numbers {
    pub(super) fn new() -> Self {
        let shuffled = shuffled();
        Self {
            sorted: shuffled.clone(),
            shuffled,
        }
    }

    /// Sorts them afresh and returns what tells whether each is in its place.
    #[inline(never)]
    pub(super) fn sort(&mut self) -> u64 {
        // Opaque, so no compiler can know the order in advance.
        self.sorted.copy_from_slice(black_box(&self.shuffled));
        self.sorted.sort_unstable();
        weighted(&self.sorted)
    }
}

/// Numbers in no order, the same each time: a linear congruential generator's
/// upper halves (constants of D. Knuth's MMIX).
fn shuffled() -> Vec<u32> {
    let mut state = 1_u64;
    let next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 32) as u32
    };
    std::iter::repeat_with(next).take(COUNT).collect()
}

/// Their sum, each multiplied by its place, counted from 1. It is largest when
/// they are in order: two that are not make it smaller.
fn weighted(numbers: &[u32]) -> u64 {
    let places = 1..;
    let terms = numbers.iter().zip(places);
    terms
        .map(|(&number, place): (_, u64)| place * u64::from(number))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn sorts_as_a_tree_does() {
        let mut times = BTreeMap::<u32, usize>::new();
        for number in shuffled() {
            *times.entry(number).or_default() += 1;
        }
        let expected: Vec<u32> = times
            .into_iter()
            .flat_map(|(number, times)| std::iter::repeat_n(number, times))
            .collect();
        assert_eq!(weighted(&expected), CHECKSUM);

        let mut numbers = Numbers::new();
        assert_eq!(numbers.sort(), CHECKSUM);
        assert_eq!(numbers.sorted, expected);
        // From the start again, not from what is in order already.
        assert_eq!(numbers.shuffled, shuffled());
    }

    #[test]
    fn two_numbers_out_of_place_are_noticed() {
        let mut numbers = Numbers::new();
        assert_eq!(numbers.sort(), CHECKSUM);
        assert!(weighted(&numbers.shuffled) < CHECKSUM);
        numbers.sorted.swap(7, 8);
        assert!(weighted(&numbers.sorted) < CHECKSUM);
    }
}
