//! Deadline monotonic.

use super::Task;
use super::keyed::{Keyed, Rule};

/// Deadline monotonic: the sooner after its release a job must be done, the
/// more urgent. The best fixed priorities there are when deadlines are shorter
/// than periods (J. Y.-T. Leung and J. Whitehead, 1982). Threads without a
/// deadline come last.
pub(crate) type Dm = Keyed<RelativeDeadline>;

/// The deadline, counted from the release.
#[derive(Debug, Clone)]
pub(crate) struct RelativeDeadline;

impl Rule for RelativeDeadline {
    const PREEMPTIVE: bool = true;

    fn key(task: &Task) -> u64 {
        task.relative_deadline
    }
}
