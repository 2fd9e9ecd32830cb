//! How waits end, and the record of who ended them.

use super::{Engine, NONE, Owner, class};
use crate::sim::trace::{Cause, Wake};

impl Engine<'_> {
    /// Lets a waiting thread become ready at `at`.
    pub(super) fn wake_at(&mut self, id: u32, at: u64) {
        debug_assert!(self.waits(id), "{id} does not wait: {:?}", self.thread(id));
        self.set(Owner::Thread(id), at, class::WAKE);
    }

    /// Lets a thread that waited for `by` become ready after the time it takes
    /// to wake up.
    pub(super) fn wake(&mut self, id: u32, by: u32, cause: Cause) {
        self.record_wake(id, by, cause);
        let at = self.now + self.latency(self.plan.costs.wake_latency_ns);
        self.wake_at(id, at);
    }

    /// Keeps who ended a thread's wait, or began it; [`NONE`]: no thread did.
    #[inline]
    pub(super) fn record_wake(&mut self, id: u32, by: u32, cause: Cause) {
        if self.recording && by != NONE && by != id {
            self.trace.wakes.push(Wake {
                at: self.now,
                thread: id,
                by,
                cause,
            });
        }
    }
}
