//! The GIL of one process: CPython's state machine since 3.2
//! (`Python/ceval_gil.c`), without its clock and without its threads. The
//! engine supplies both.
//!
//! A waiter sleeps in rounds of one switch interval each. If the GIL changed
//! hands during a round, the waiter sleeps another; if not, it asks the holder
//! to let go. With many waiters nearly all rounds end without effect, so the
//! rounds are not simulated one by one: [`Gil::next_timeout`] works out when
//! the next one that matters will end.

/// State of one GIL. Threads are indices into the engine's table, times are
/// ns.
#[derive(Debug, Default)]
pub(super) struct Gil {
    /// Who holds it now, and since when.
    pub(super) holder: Option<(u32, u64)>,
    /// Who held it last.
    last_holder: Option<u32>,
    /// Counts changes of `last_holder`, and when that was last.
    pub(super) switch_number: u64,
    switched_at: u64,
    /// A waiter has lost patience; the holder is to let go at its next poll
    /// point.
    pub(super) drop_request: bool,
    /// Who sleeps until the GIL is released. One who was woken is no longer
    /// here.
    waiters: Vec<Waiter>,
    /// Who was made to let go and blocks until someone else has held it.
    forced: Option<u32>,
    /// Changes whenever it is taken or released: tells time-outs that are out
    /// of date.
    pub(super) epoch: u32,
}

#[derive(Debug)]
struct Waiter {
    thread: u32,
    /// When its first round began.
    since: u64,
    /// Length of a round, at least 1: the switch interval and the time to
    /// wake up.
    round: u64,
}

impl Waiter {
    /// End of the round that is on at `now`, or that begins then.
    fn round_end(&self, now: u64) -> u64 {
        self.since + (now.saturating_sub(self.since) / self.round + 1) * self.round
    }

    /// End of the first round, not over at `now`, in which the GIL does not
    /// change hands if it last did at `switched_at`.
    fn patience_end(&self, now: u64, switched_at: u64) -> u64 {
        let disturbed = switched_at.saturating_sub(self.since).div_ceil(self.round);
        let undisturbed = self.since + (disturbed + 1) * self.round;
        undisturbed.max(self.round_end(now))
    }
}

/// What the end of a waiter's round brings about.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Timeout {
    /// The GIL is free: this waiter, now awake, tries to take it.
    Awake(u32),
    /// The holder has been asked to let go.
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
        self.epoch += 1;
        if self.last_holder == Some(thread) {
            return Ok(None);
        }
        self.last_holder = Some(thread);
        self.switch_number += 1;
        self.switched_at = now;
        Ok(self.forced.take())
    }

    /// Puts `thread` to sleep until the GIL is released, in rounds of `round`
    /// ns, which must be positive.
    pub(super) fn wait(&mut self, thread: u32, now: u64, round: u64) {
        self.waiters.push(Waiter {
            thread,
            since: now,
            round,
        });
    }

    /// When the next round ends that matters, after `now`: while the GIL is
    /// free, any; while it is held, the first in which it does not change
    /// hands. `None`: nobody waits, or the holder has been asked already.
    pub(super) fn next_timeout(&self, now: u64) -> Option<u64> {
        match self.holder {
            None => self.waiters.iter().map(|w| w.round_end(now)).min(),
            Some(_) if self.drop_request => None,
            Some(_) => self
                .waiters
                .iter()
                .map(|w| w.patience_end(now, self.switched_at))
                .min(),
        }
    }

    /// What happens at `now`, an instant that [`Gil::next_timeout`] named.
    /// `None`: it is out of date.
    pub(super) fn timeout(&mut self, now: u64) -> Option<Timeout> {
        let Some((holder, _)) = self.holder else {
            let over = |waiter: &Waiter| waiter.round_end(now - 1) == now;
            let index = self.waiters.iter().position(over)?;
            return Some(Timeout::Awake(self.waiters.swap_remove(index).thread));
        };
        if self.drop_request {
            return None;
        }
        let over = |waiter: &Waiter| waiter.patience_end(now - 1, self.switched_at) == now;
        self.waiters.iter().find(|waiter| over(waiter))?;
        self.drop_request = true;
        Some(Timeout::Requested { holder })
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
        self.epoch += 1;
        if forced {
            self.forced = Some(holder);
        }
        let woken = (!self.waiters.is_empty()).then(|| {
            let chosen = choose(self.waiters.len());
            self.waiters.swap_remove(chosen).thread
        });
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
    fn a_waiter_asks_only_after_a_whole_round_without_a_switch() {
        let mut gil = Gil::default();
        assert_eq!(gil.take(1, 0), Ok(None));
        assert_eq!(gil.take(2, 5), Err(Held));
        gil.wait(2, 5, 10);
        gil.wait(3, 6, 10);
        assert_eq!(gil.next_timeout(6), Some(15));
        // Holder 1 lets go of its own accord and 3 gets it: 2's first round,
        // 5 to 15, is disturbed, its second is not.
        assert_eq!(gil.release(false, |n| n - 1), (Some(3), 0));
        assert_eq!(gil.next_timeout(7), Some(15), "while it is free");
        assert_eq!(gil.take(3, 8), Ok(None));
        assert_eq!(gil.next_timeout(8), Some(25));
        assert_eq!(gil.timeout(15), None);
        assert!(!gil.drop_request);
        assert_eq!(gil.timeout(25), Some(Timeout::Requested { holder: 3 }));
        assert!(gil.drop_request);
        assert_eq!(gil.next_timeout(25), None, "once is enough");
    }

    #[test]
    fn a_waiter_whose_round_ends_while_it_is_free_tries_to_take_it() {
        let mut gil = Gil::default();
        assert_eq!(gil.take(1, 0), Ok(None));
        gil.wait(2, 1, 10);
        gil.wait(3, 2, 10);
        assert_eq!(gil.release(false, |_| 0), (Some(2), 0));
        assert_eq!(gil.next_timeout(11), Some(12));
        assert_eq!(gil.timeout(12), Some(Timeout::Awake(3)));
        assert_eq!(gil.next_timeout(12), None);
    }

    #[test]
    fn a_forced_release_blocks_until_someone_else_has_held_it() {
        let mut gil = Gil::default();
        assert_eq!(gil.take(1, 0), Ok(None));
        gil.wait(2, 0, 10);
        assert_eq!(gil.release(true, |_| 0), (Some(2), 0));
        assert_eq!(gil.take(2, 9), Ok(Some(1)), "1 may stop blocking");
        assert_eq!(gil.switch_number, 2);
    }

    #[test]
    fn taking_it_again_is_no_switch_and_does_not_disturb_a_round() {
        let mut gil = Gil::default();
        assert_eq!(gil.take(1, 0), Ok(None));
        gil.wait(2, 1, 10);
        assert_eq!(gil.release(false, |_| 0), (Some(2), 0));
        assert_eq!(gil.take(1, 4), Ok(None));
        assert_eq!(gil.switch_number, 1);
        gil.wait(2, 5, 10);
        assert_eq!(gil.next_timeout(5), Some(15));
    }
}
