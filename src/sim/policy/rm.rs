//! Rate monotonic.

use super::Task;
use super::keyed::{Keyed, Rule};

/// Rate monotonic: the shorter its period, the more urgent a thread. The best
/// fixed priorities there are when deadlines are periods; on one core safe up
/// to a utilisation of n (2^(1/n) - 1) (C. L. Liu and J. W. Layland, 1973).
/// Threads without a period come last.
pub(crate) type Rm = Keyed<Period>;

/// The period.
#[derive(Debug, Clone)]
pub(crate) struct Period;

impl Rule for Period {
    const PREEMPTIVE: bool = true;

    fn key(task: &Task) -> u64 {
        task.period
    }
}
