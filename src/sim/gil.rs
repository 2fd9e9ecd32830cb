//! The GIL of one process: CPython's state machine since 3.2
//! (`Python/ceval_gil.c`), without its clock and without its threads. The
//! engine supplies both.

/// State of one GIL. Threads are indices into the engine's table.
#[derive(Debug, Default)]
pub(super) struct Gil {
    /// Who holds it now, and since when.
    pub(super) holder: Option<(u32, u64)>,
    /// Who held it last.
    last_holder: Option<u32>,
    /// Counts changes of `last_holder`.
    pub(super) switch_number: u64,
    /// A waiter has lost patience; the holder is to let go at its next poll
    /// point.
    pub(super) drop_request: bool,
    /// Who sleeps until the GIL is released, with the switch number at the
    /// start of the sleep. One who was woken is no longer here.
    waiters: Vec<(u32, u64)>,
    /// Who was made to let go and blocks until someone else has held it.
    forced: Option<u32>,
}

/// What a waiter finds when its interval is over.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Timeout {
    /// The GIL is free: try to take it.
    Free,
    /// It is held, and changed hands meanwhile: wait a whole interval again.
    Switched,
    /// It is held by the same thread all along: it has been asked to let go.
    Requested {
        /// The holder.
        holder: u32,
    },
}

impl Gil {
    pub(super) fn is_held_by(&self, thread: u32) -> bool {
        self.holder.is_some_and(|(holder, _)| holder == thread)
    }

    /// Takes it for `thread` if it is free. `Ok` names the thread, if any,
    /// that was made to let go and may now stop blocking.
    pub(super) fn take(&mut self, thread: u32, now: u64) -> Result<Option<u32>, Held> {
        if self.holder.is_some() {
            return Err(Held);
        }
        self.holder = Some((thread, now));
        self.drop_request = false;
        if self.last_holder == Some(thread) {
            return Ok(None);
        }
        self.last_holder = Some(thread);
        self.switch_number += 1;
        Ok(self.forced.take())
    }

    /// Puts `thread` to sleep until the GIL is released.
    pub(super) fn wait(&mut self, thread: u32) {
        self.waiters.push((thread, self.switch_number));
    }

    /// What `thread`, asleep, does at the end of its interval. Unless the GIL
    /// is free it sleeps on.
    pub(super) fn timeout(&mut self, thread: u32) -> Timeout {
        let Some(index) = self.waiters.iter().position(|&(id, _)| id == thread) else {
            unreachable!("a thread whose interval ended sleeps on the GIL");
        };
        let Some((holder, _)) = self.holder else {
            self.waiters.swap_remove(index);
            return Timeout::Free;
        };
        let since = std::mem::replace(&mut self.waiters[index].1, self.switch_number);
        if since != self.switch_number {
            return Timeout::Switched;
        }
        self.drop_request = true;
        Timeout::Requested { holder }
    }

    /// Releases it. If `forced`, the holder then blocks until someone else has
    /// held it. `choose(n)` picks which of `n` sleepers wakes (the wake order
    /// of a condition variable is not FIFO); the result is the one woken, and
    /// since when the GIL was held.
    ///
    /// # Panics
    /// If nobody holds it: only the holder releases.
    pub(super) fn release(
        &mut self,
        forced: bool,
        choose: impl FnOnce(usize) -> usize,
    ) -> (Option<u32>, u64) {
        let Some((holder, since)) = self.holder.take() else {
            unreachable!("only the holder releases the GIL");
        };
        if forced {
            self.forced = Some(holder);
        }
        let woken = (!self.waiters.is_empty())
            .then(|| self.waiters.swap_remove(choose(self.waiters.len())).0);
        (woken, since)
    }
}

/// The GIL is held by another thread.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Held;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waiter_asks_only_after_a_whole_interval_without_a_switch() {
        let mut gil = Gil::default();
        assert_eq!(gil.take(1, 0), Ok(None));
        assert_eq!(gil.take(2, 5), Err(Held));
        gil.wait(2);
        gil.wait(3);
        // Holder 1 lets go of its own accord and 3 gets it: 2 must wait again.
        assert_eq!(gil.release(false, |n| n - 1), (Some(3), 0));
        assert_eq!(gil.take(3, 7), Ok(None));
        assert_eq!(gil.timeout(2), Timeout::Switched);
        assert!(!gil.drop_request);
        assert_eq!(gil.timeout(2), Timeout::Requested { holder: 3 });
        assert!(gil.drop_request);
    }

    #[test]
    fn a_forced_release_blocks_until_someone_else_has_held_it() {
        let mut gil = Gil::default();
        assert_eq!(gil.take(1, 0), Ok(None));
        gil.wait(2);
        assert_eq!(gil.release(true, |_| 0), (Some(2), 0));
        assert_eq!(gil.take(2, 9), Ok(Some(1)), "1 may stop blocking");
        assert_eq!(gil.switch_number, 2);
    }

    #[test]
    fn taking_it_again_is_no_switch() {
        let mut gil = Gil::default();
        assert_eq!(gil.take(1, 0), Ok(None));
        assert_eq!(gil.release(false, |_| 0), (None, 0));
        assert_eq!(gil.take(1, 4), Ok(None));
        assert_eq!(gil.switch_number, 1);
    }
}
