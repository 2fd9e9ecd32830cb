//! A real global interpreter lock: the state machine of CPython >= 3.2
//! (`Python/ceval_gil.c`) over a mutex and condition variables. Portable, so it
//! is tested with native threads.
//!
//! - **take**: if free, take it. Else wait for the switch interval; if nobody
//!   was switched to meanwhile, ask the holder to let go (`drop_request`);
//!   repeat.
//! - **drop on request**: release, wake one waiter, and wait until another
//!   thread has had the lock (the forced switch).
//! - **drop around a blocking call**: release and wake one waiter; there is no
//!   forced switch, so a releaser that is back before the waiter woke wins.
//!
//! Which waiter wakes is the platform's choice: browsers wake the one that has
//! waited longest, Linux mostly so. Whoever asks while the lock is free gets it.
//!
//! One thing is not CPython's: around a hand-over on request both threads stay awake
//! for a moment ([`AWAKE`]) before they sleep, as adaptive mutexes do. The holder's
//! next poll point is most often less than that away, and to wake a core that has
//! gone to sleep takes about as long.

use std::hint;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a thread stays awake that expects the lock to change hands at once, at
/// most: about what it would take to wake it.
const AWAKE: Duration = Duration::from_micros(50);

/// And no more than this part of the switch interval: where there are more threads
/// than cores it may be in vain.
const AWAKE_PART: u32 = 10;

/// Looks at the lock between two readings of the clock, which may cost more.
const LOOKS: u32 = 32;

/// Where the lock reads its clock and reports what happened. Often called with the
/// lock's inner mutex held, so it must be quick and must not touch the lock.
pub trait Observer {
    /// A clock that never goes back, ns. Its zero does not matter.
    fn now_ns(&self) -> u64;
    /// A thread has had the lock, from when to when.
    fn held(&self, hold: Hold, switches: u64);
}

/// One stretch of time for which one thread had the lock, ns on the
/// observer's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Hold {
    /// Which thread of its process.
    pub thread: u16,
    /// When it took the lock.
    pub from_ns: u64,
    /// When it let go.
    pub until_ns: u64,
}

/// Why a thread lets go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// A waiter asked: do not go on before another thread has had the lock.
    Requested,
    /// The thread is about to block, or to end.
    Voluntary,
}

/// The lock. Every thread that uses it has a number of its own.
#[derive(Debug)]
pub struct Gil<O> {
    state: Mutex<State>,
    /// The lock was released.
    free: Condvar,
    /// `last_holder` has changed.
    switched: Condvar,
    /// Read at every poll point, without the mutex.
    drop_request: AtomicBool,
    /// Whether a thread has it, for those who stay awake: set and cleared with the
    /// mutex held.
    is_held: AtomicBool,
    interval: Duration,
    awake_ns: u64,
    observer: O,
}

#[derive(Debug)]
struct State {
    holder: Option<u16>,
    last_holder: Option<u16>,
    switches: u64,
    held_from_ns: u64,
    /// Waiters that look whether the lock is free: nobody needs to be woken then.
    awake: u32,
    /// Threads that sleep until `last_holder` has changed.
    asleep_for_switch: u32,
}

impl<O: Observer> Gil<O> {
    /// A free lock whose waiters ask the holder to let go after `interval`
    /// (at least a microsecond, as in CPython).
    pub fn new(interval: Duration, observer: O) -> Self {
        Self {
            state: Mutex::new(State {
                holder: None,
                last_holder: None,
                switches: 0,
                held_from_ns: 0,
                awake: 0,
                asleep_for_switch: 0,
            }),
            free: Condvar::new(),
            switched: Condvar::new(),
            drop_request: AtomicBool::new(false),
            is_held: AtomicBool::new(false),
            interval: interval.max(Duration::from_micros(1)),
            awake_ns: AWAKE.min(interval / AWAKE_PART).as_nanos() as u64,
            observer,
        }
    }

    /// Waits until `thread` has the lock. Returns how long it waited, ns; 0 if
    /// the lock was free.
    pub fn take(&self, thread: u16) -> u64 {
        let mut state = self.lock();
        let mut waiting_since = None;
        while state.holder.is_some() {
            waiting_since.get_or_insert_with(|| self.observer.now_ns());
            let seen = state.switches;
            // `wait_timeout_while` would read `Instant`, which panics on
            // wasm32-unknown-unknown.
            let (woken, result) = self
                .free
                .wait_timeout(state, self.interval)
                .unwrap_or_else(PoisonError::into_inner);
            state = woken;
            if result.timed_out() && state.holder.is_some() && state.switches == seen {
                self.drop_request.store(true, Ordering::Relaxed);
                state.awake += 1;
                drop(state);
                self.stay_awake_until(false);
                state = self.lock();
                state.awake -= 1;
            }
        }
        let now = self.observer.now_ns();
        state.holder = Some(thread);
        self.is_held.store(true, Ordering::Relaxed);
        state.held_from_ns = now;
        if state.last_holder != Some(thread) {
            state.last_holder = Some(thread);
            state.switches += 1;
            if state.asleep_for_switch > 0 {
                self.switched.notify_all();
            }
        }
        self.drop_request.store(false, Ordering::Relaxed);
        waiting_since.map_or(0, |since| now.saturating_sub(since))
    }

    /// Lets go of the lock, which `thread` has. With [`Why::Requested`] it
    /// returns only after another thread has taken the lock; there must be a
    /// waiter then, and there is one if [`Gil::requested`] said so.
    ///
    /// # Panics
    /// If `thread` does not have the lock: that is a bug of the caller.
    pub fn drop(&self, thread: u16, why: Why) {
        let mut state = self.lock();
        assert_eq!(state.holder, Some(thread), "only the holder may let go");
        state.holder = None;
        let hold = Hold {
            thread,
            from_ns: state.held_from_ns,
            until_ns: self.observer.now_ns(),
        };
        self.observer.held(hold, state.switches);
        self.is_held.store(false, Ordering::Relaxed);
        if state.awake == 0 {
            self.free.notify_one();
        }
        if why == Why::Requested {
            drop(state);
            self.stay_awake_until(true);
            state = self.lock();
            state.asleep_for_switch += 1;
            while state.last_holder == Some(thread) {
                state = self
                    .switched
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            state.asleep_for_switch -= 1;
        }
    }

    /// Waits, awake and without the mutex, until the lock is held or free, but only
    /// for a moment.
    fn stay_awake_until(&self, held: bool) {
        let until_ns = self.observer.now_ns() + self.awake_ns;
        loop {
            for _ in 0..LOOKS {
                if self.is_held.load(Ordering::Relaxed) == held {
                    return;
                }
                hint::spin_loop();
            }
            if self.observer.now_ns() >= until_ns {
                return;
            }
        }
    }

    /// Whether a waiter has asked the holder to let go: one relaxed load.
    #[inline]
    pub fn requested(&self) -> bool {
        self.drop_request.load(Ordering::Relaxed)
    }

    /// A poll point of `thread`, which has the lock: hands it over and takes
    /// it again if a waiter has asked. Returns how long `thread` was without
    /// it, ns.
    #[inline]
    pub fn poll(&self, thread: u16) -> u64 {
        if self.requested() {
            self.hand_over(thread)
        } else {
            0
        }
    }

    #[cold]
    fn hand_over(&self, thread: u16) -> u64 {
        let since = self.observer.now_ns();
        self.drop(thread, Why::Requested);
        self.take(thread);
        self.observer.now_ns().saturating_sub(since)
    }

    /// How often the lock went from one thread to another (the first taking
    /// counts).
    pub fn switches(&self) -> u64 {
        self.lock().switches
    }

    /// A thread that panicked (natively; in wasm it ends the instance) leaves
    /// the state whole: it is only ever changed in one go.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
