//! Earliest deadline first.

use super::Task;
use super::keyed::{Keyed, Rule};

/// Earliest deadline first: on one core it meets all deadlines that can be met
/// (C. L. Liu and J. W. Layland, 1973). Threads without a deadline come last.
pub(crate) type Edf = Keyed<Deadline>;

/// The absolute deadline of the current job.
#[derive(Debug, Clone)]
pub(crate) struct Deadline;

impl Rule for Deadline {
    const PREEMPTIVE: bool = true;

    fn key(task: &Task) -> u64 {
        task.deadline
    }
}
