//! A GIL: CPython's state machine (`Python/ceval_gil.c`), without its clock and
//! without its threads. The engine supplies both.
//!
//! Since 3.2 a waiter sleeps in rounds of one switch interval each. If the GIL
//! changed hands during a round, the waiter sleeps another; if not, it asks the
//! holder to let go. With many waiters nearly all rounds end without effect, so
//! the rounds are not simulated one by one. All rounds of a GIL are equally
//! long, so a waiter is known by its phase, and the next round that matters is
//! found by a binary search among the phases.
//!
//! Up to 3.1 a waiter sleeps until it is signalled, which happens whenever the
//! holder lets go. It lets go every 100 bytecodes while somebody wants the GIL
//! ([`Gil::is_wanted`]), but takes it again as soon as it has made the signal:
//! the woken one mostly comes too late.

/// State of one GIL. Threads are indices into the engine's table, times are
/// ns.
#[derive(Debug, Clone)]
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
    /// Length of a round, at least 1: the switch interval and the time to wake
    /// up.
    round: u64,
    /// Who sleeps until it is released, by phase. One who was woken is no
    /// longer here.
    waiters: Vec<Waiter>,
    /// Who was woken and has neither taken it since nor gone back to sleep.
    awake: Vec<u32>,
    /// Who was made to let go and blocks until someone else has held it.
    forced: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Waiter {
    /// When its rounds begin, modulo their length.
    phase: u64,
    thread: u32,
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
    /// A free one whose waiters sleep in rounds of `round` ns.
    pub(super) fn new(round: u64) -> Self {
        Self {
            holder: None,
            last_holder: None,
            switch_number: 0,
            switched_at: 0,
            drop_request: false,
            round: round.max(1),
            waiters: Vec::new(),
            awake: Vec::new(),
            forced: None,
        }
    }

    pub(super) fn is_held_by(&self, thread: u32) -> bool {
        self.holder.is_some_and(|(holder, _)| holder == thread)
    }

    /// Whether anybody but its holder wants it, asleep or awake.
    pub(super) fn is_wanted(&self) -> bool {
        !self.waiters.is_empty() || !self.awake.is_empty()
    }

    /// Whether `thread` was woken to take it, and has not tried yet.
    pub(super) fn has_woken(&self, thread: u32) -> bool {
        self.awake.contains(&thread)
    }

    /// Takes it for `thread` if it is free. `Ok` names the thread, if any,
    /// that was made to let go and may now stop blocking.
    pub(super) fn take(&mut self, thread: u32, now: u64) -> Result<Option<u32>, Held> {
        if self.holder.is_some() {
            return Err(Held);
        }
        self.holder = Some((thread, now));
        self.drop_request = false;
        self.awake.retain(|&awake| awake != thread);
        if self.last_holder == Some(thread) {
            return Ok(None);
        }
        self.last_holder = Some(thread);
        self.switch_number += 1;
        self.switched_at = now;
        Ok(self.forced.take())
    }

    /// Puts `thread` to sleep until the GIL is released.
    pub(super) fn wait(&mut self, thread: u32, now: u64) {
        self.awake.retain(|&awake| awake != thread);
        let waiter = Waiter {
            phase: now % self.round,
            thread,
        };
        let place = self.waiters.partition_point(|other| *other < waiter);
        self.waiters.insert(place, waiter);
    }

    /// The waiter whose next round begins or ends first at `from` or after,
    /// and when that is.
    fn next_boundary(&self, from: u64) -> Option<(u64, u32)> {
        let phase = from % self.round;
        let place = self.waiters.partition_point(|waiter| waiter.phase < phase);
        let later = self.waiters.get(place).map(|w| (from - phase, w));
        let (lap, waiter) =
            later.or_else(|| Some((from - phase + self.round, self.waiters.first()?)))?;
        Some((lap + waiter.phase, waiter.thread))
    }

    /// When the next round ends that matters, after `now`: while the GIL is
    /// free, any; while it is held, the first in which it does not change
    /// hands. `None`: nobody waits, or the holder has been asked already.
    pub(super) fn next_timeout(&self, now: u64) -> Option<u64> {
        match self.holder {
            None => self.next_boundary(now + 1).map(|(at, _)| at),
            Some(_) if self.drop_request => None,
            Some(_) => {
                // A round that began before both of these is over or was
                // disturbed.
                let from = self.switched_at.max((now + 1).saturating_sub(self.round));
                self.next_boundary(from).map(|(at, _)| at + self.round)
            }
        }
    }

    /// What happens at `now`, an instant that [`Gil::next_timeout`] named.
    pub(super) fn timeout(&mut self, now: u64) -> Option<Timeout> {
        match self.holder {
            None => {
                let (at, thread) = self.next_boundary(now)?;
                (at == now).then(|| {
                    self.waiters.retain(|waiter| waiter.thread != thread);
                    self.awake.push(thread);
                    Timeout::Awake(thread)
                })
            }
            Some(_) if self.drop_request || self.waiters.is_empty() => None,
            Some((holder, _)) => {
                self.drop_request = true;
                Some(Timeout::Requested { holder })
            }
        }
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
        (self.signal(choose), since)
    }

    /// Wakes one sleeper.
    fn signal(&mut self, choose: impl FnOnce(usize) -> usize) -> Option<u32> {
        if self.waiters.is_empty() {
            return None;
        }
        let chosen = choose(self.waiters.len());
        let thread = self.waiters.remove(chosen).thread;
        self.awake.push(thread);
        Some(thread)
    }

    /// Forgets everyone: its process has ended. Names the holder, and since
    /// when it held the GIL.
    pub(super) fn abandon(&mut self) -> Option<(u32, u64)> {
        self.waiters.clear();
        self.awake.clear();
        self.forced = None;
        self.drop_request = false;
        self.last_holder = None;
        self.holder.take()
    }

    /// A thread that waited will not come back: it has ended.
    /// As [`Gil::forget_awake`].
    pub(super) fn forget(&mut self, thread: u32) -> Option<u32> {
        self.waiters.retain(|waiter| waiter.thread != thread);
        if self.forced == Some(thread) {
            self.forced = None;
        }
        self.forget_awake(thread)
    }

    /// A thread that was woken will not try to take it: it has ended. If nobody
    /// is left who wants it, nobody is asked to let go, and the thread that was
    /// made to, which is named then, has nobody to block for.
    pub(super) fn forget_awake(&mut self, thread: u32) -> Option<u32> {
        self.awake.retain(|&awake| awake != thread);
        if !self.waiters.is_empty() || !self.awake.is_empty() {
            return None;
        }
        self.drop_request = false;
        self.forced.take()
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
        let mut gil = Gil::new(10);
        assert_eq!(gil.take(1, 0), Ok(None));
        assert_eq!(gil.take(2, 5), Err(Held));
        gil.wait(2, 5);
        gil.wait(3, 6);
        assert_eq!(gil.next_timeout(6), Some(15));
        // Holder 1 lets go of its own accord and 3 gets it: 2's first round,
        // 5 to 15, is disturbed, its second is not.
        assert_eq!(gil.release(false, |n| n - 1), (Some(3), 0));
        assert_eq!(gil.next_timeout(7), Some(15), "while it is free");
        assert_eq!(gil.take(3, 8), Ok(None));
        assert_eq!(gil.next_timeout(8), Some(25));
        assert_eq!(gil.timeout(25), Some(Timeout::Requested { holder: 3 }));
        assert!(gil.drop_request);
        assert_eq!(gil.next_timeout(25), None, "once is enough");
    }

    #[test]
    fn a_waiter_whose_round_ends_while_it_is_free_tries_to_take_it() {
        let mut gil = Gil::new(10);
        assert_eq!(gil.take(1, 0), Ok(None));
        gil.wait(2, 1);
        gil.wait(3, 2);
        assert_eq!(gil.release(false, |_| 0), (Some(2), 0));
        assert_eq!(gil.next_timeout(11), Some(12));
        assert_eq!(gil.timeout(12), Some(Timeout::Awake(3)));
        assert_eq!(gil.next_timeout(12), None);
    }

    #[test]
    fn a_forced_release_blocks_until_someone_else_has_held_it() {
        let mut gil = Gil::new(10);
        assert_eq!(gil.take(1, 0), Ok(None));
        gil.wait(2, 0);
        assert_eq!(gil.release(true, |_| 0), (Some(2), 0));
        assert_eq!(gil.take(2, 9), Ok(Some(1)), "1 may stop blocking");
        assert_eq!(gil.switch_number, 2);
    }

    #[test]
    fn taking_it_again_is_no_switch_and_does_not_disturb_a_round() {
        let mut gil = Gil::new(10);
        assert_eq!(gil.take(1, 0), Ok(None));
        gil.wait(2, 1);
        assert_eq!(gil.release(false, |_| 0), (Some(2), 0));
        assert_eq!(gil.take(1, 4), Ok(None));
        assert_eq!(gil.switch_number, 1);
        gil.wait(2, 5);
        assert_eq!(gil.next_timeout(5), Some(15));
    }
}
