//! The one source of chance: seeded, so that a run can be repeated.

use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// A seeded generator.
#[derive(Debug, Clone)]
pub(super) struct Chance(Xoshiro256PlusPlus);

impl Chance {
    pub(super) fn from_seed(seed: u32) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(u64::from(seed)))
    }

    /// A number below `bound`, or 0 if `bound` is 0. Uniform but for a bias
    /// below `bound / 2^64` (the high half of a widening product).
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(bound)) >> 64) as u64
    }
}
