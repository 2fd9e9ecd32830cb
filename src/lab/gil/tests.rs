//! The lock under native threads.

use super::*;
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::thread;
use std::time::Instant;

/// Collects every hold.
#[derive(Debug)]
struct Notes {
    start: Instant,
    holds: Mutex<Vec<Hold>>,
}

impl Notes {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            holds: Mutex::new(Vec::new()),
        }
    }
}

impl Observer for &Notes {
    fn now_ns(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    fn held(&self, hold: Hold, _switches: u64) {
        self.holds.lock().unwrap().push(hold);
    }
}

const INTERVAL: Duration = Duration::from_micros(200);

/// Runs `work` on `threads` threads that share a lock, and returns its trace.
fn with_threads(threads: u16, work: impl Fn(&Gil<&Notes>, u16) + Sync) -> (Vec<Hold>, u64) {
    let notes = Notes::new();
    let gil = Gil::new(INTERVAL, &notes);
    thread::scope(|scope| {
        for thread in 0..threads {
            let (gil, work) = (&gil, &work);
            scope.spawn(move || work(gil, thread));
        }
    });
    let switches = gil.switches();
    (notes.holds.into_inner().unwrap(), switches)
}

fn assert_never_two(holds: &[Hold]) {
    for pair in holds.windows(2) {
        assert!(pair[0].until_ns <= pair[1].from_ns, "{pair:?}");
    }
}

#[test]
fn a_read_modify_write_under_the_lock_loses_nothing() {
    const ROUNDS: u64 = 20_000;
    let inside = AtomicUsize::new(0);
    let counter = AtomicU64::new(0);
    let (holds, switches) = with_threads(4, |gil, thread| {
        gil.take(thread);
        for round in 0..ROUNDS {
            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two holders");
            // Two steps, not one atomic addition: only the lock protects it.
            let seen = counter.load(Ordering::Relaxed);
            hint::spin_loop();
            counter.store(seen + 1, Ordering::Relaxed);
            inside.fetch_sub(1, Ordering::SeqCst);
            gil.poll(thread);
            if round % 1_000 == 0 {
                gil.drop(thread, Why::Voluntary);
                gil.take(thread);
            }
        }
        gil.drop(thread, Why::Voluntary);
    });
    assert_eq!(counter.into_inner(), 4 * ROUNDS);
    assert_never_two(&holds);
    assert!(switches >= 4, "each thread had it: {switches}");
}

/// `pause`: between two of the holder's poll points.
fn check_forced_switch(pause: Duration) {
    let handed_over = AtomicUsize::new(0);
    let done = AtomicBool::new(false);
    let (holds, _) = with_threads(2, |gil, thread| {
        gil.take(thread);
        if thread == 0 {
            // Computes until the other has had the lock, however long that is.
            while !done.load(Ordering::Relaxed) {
                let until = Instant::now() + pause;
                while Instant::now() < until {
                    hint::spin_loop();
                }
                if gil.poll(thread) > 0 {
                    handed_over.fetch_add(1, Ordering::Relaxed);
                }
            }
        } else {
            done.store(true, Ordering::Relaxed);
        }
        gil.drop(thread, Why::Voluntary);
    });
    assert_never_two(&holds);
    // If thread 1 came first there was nothing to hand over.
    if holds[0].thread == 0 {
        assert_eq!(handed_over.into_inner(), 1);
        assert_eq!(holds[1].thread, 1);
    }
}

#[test]
fn a_request_forces_a_switch_while_the_waiter_is_awake() {
    check_forced_switch(Duration::ZERO);
}

#[test]
fn a_request_forces_a_switch_when_the_waiter_sleeps_again() {
    check_forced_switch(10 * AWAKE);
}

#[test]
fn every_waiter_gets_its_turn() {
    const TURNS: usize = 5;
    let turns: Vec<AtomicUsize> = (0..4).map(|_| AtomicUsize::new(0)).collect();
    let (holds, _) = with_threads(4, |gil, thread| {
        let have_all = || turns.iter().all(|t| t.load(Ordering::Relaxed) >= TURNS);
        gil.take(thread);
        turns[usize::from(thread)].fetch_add(1, Ordering::Relaxed);
        while !have_all() {
            if gil.poll(thread) > 0 {
                turns[usize::from(thread)].fetch_add(1, Ordering::Relaxed);
            }
        }
        gil.drop(thread, Why::Voluntary);
    });
    assert_never_two(&holds);
}

#[test]
fn a_request_comes_no_sooner_than_the_interval() {
    let asked_after = AtomicU64::new(0);
    let holding = AtomicBool::new(false);
    with_threads(2, |gil, thread| {
        if thread == 0 {
            gil.take(thread);
            let since = Instant::now();
            holding.store(true, Ordering::SeqCst);
            while !gil.requested() {
                hint::spin_loop();
            }
            let passed = u64::try_from(since.elapsed().as_nanos()).unwrap();
            asked_after.store(passed, Ordering::SeqCst);
        } else {
            while !holding.load(Ordering::SeqCst) {
                hint::spin_loop();
            }
            gil.take(thread);
        }
        gil.drop(thread, Why::Voluntary);
    });
    let interval = u64::try_from(INTERVAL.as_nanos()).unwrap();
    assert!(asked_after.into_inner() >= interval);
}

#[test]
fn nobody_who_computes_alone_is_ever_asked() {
    let (holds, switches) = with_threads(1, |gil, thread| {
        assert_eq!(gil.take(thread), 0);
        let until = Instant::now() + 5 * INTERVAL;
        while Instant::now() < until {
            assert_eq!(gil.poll(thread), 0);
        }
        gil.drop(thread, Why::Voluntary);
        assert_eq!(gil.take(thread), 0);
        gil.drop(thread, Why::Voluntary);
    });
    assert_eq!((holds.len(), switches), (2, 1));
}

#[test]
fn waiting_time_is_measured() {
    let waited = AtomicU64::new(0);
    let holding = AtomicBool::new(false);
    with_threads(2, |gil, thread| {
        if thread == 0 {
            gil.take(thread);
            holding.store(true, Ordering::SeqCst);
            thread::sleep(Duration::from_millis(5));
            // A long call that keeps the lock: no poll point before its end.
            gil.drop(thread, Why::Voluntary);
        } else {
            while !holding.load(Ordering::SeqCst) {
                thread::yield_now();
            }
            waited.store(gil.take(thread), Ordering::SeqCst);
            gil.drop(thread, Why::Voluntary);
        }
    });
    assert!(waited.into_inner() > 1_000_000);
}

#[test]
#[should_panic(expected = "only the holder may let go")]
fn letting_go_of_what_one_has_not_is_a_bug() {
    let notes = Notes::new();
    Gil::new(INTERVAL, &notes).drop(0, Why::Voluntary);
}
