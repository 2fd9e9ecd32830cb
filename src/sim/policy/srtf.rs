//! Shortest remaining time first.

use super::Task;
use super::keyed::{Keyed, Rule};

/// Shortest remaining time first: SJF that preempts as soon as a thread is
/// ready that needs strictly less than what the running one has left. Optimal
/// in mean turnaround time on one core (L. Schrage, 1968).
pub(crate) type Srtf = Keyed<RemainingTime>;

/// What is left of the CPU burst.
#[derive(Debug, Clone)]
pub(crate) struct RemainingTime;

impl Rule for RemainingTime {
    const PREEMPTIVE: bool = true;

    fn key(task: &Task) -> u64 {
        task.burst_left
    }
}
