//! Shortest job first.

use super::Task;
use super::keyed::{Keyed, Rule};

/// Shortest job first: the thread with the shortest next CPU burst runs, until
/// it blocks or ends. Of all policies that do not preempt it has the least mean
/// waiting time, if bursts are known beforehand and all arrive together.
pub(crate) type Sjf = Keyed<NextBurst>;

/// The length of the next burst.
#[derive(Debug, Clone)]
pub(crate) struct NextBurst;

impl Rule for NextBurst {
    const PREEMPTIVE: bool = false;

    fn key(task: &Task) -> u64 {
        task.burst_left
    }
}
