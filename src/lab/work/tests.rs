//! A process's work on native threads, read through its telemetry.

use super::*;
use crate::experiment::{Fault, Kernel};
use crate::lab::telemetry::{Head, read_holds};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

/// A native machine. A crash is a panic here, a hang ends with a panic when
/// the test says so: neither lets go of the lock.
#[derive(Debug, Clone)]
struct Native {
    start: Instant,
    over: Arc<AtomicBool>,
}

impl Host for Native {
    fn now_ns(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap()
    }

    fn wait(&self, us: u32) {
        thread::sleep(Duration::from_micros(u64::from(us)));
    }

    fn memory_bytes(&self) -> u64 {
        1 << 20
    }

    fn report(&self, _area: &Area, _urgent: bool) {}

    fn crash(&self) -> ! {
        panic!("crashed on purpose")
    }

    fn hang(&self) -> ! {
        while !self.over.load(Ordering::SeqCst) {
            thread::yield_now();
        }
        panic!("hung on purpose")
    }
}

fn process(change: impl FnOnce(&mut Experiment)) -> Process<Native> {
    let mut experiment = Experiment {
        processes: 1,
        threads: 2,
        units: 40,
        switch_interval_us: 200,
        ..Experiment::default()
    };
    change(&mut experiment);
    let host = Native {
        start: Instant::now(),
        over: Arc::default(),
    };
    Process::new(experiment, 0, 3, host)
}

/// Runs all threads to their end. A thread that panics is recorded as a trap,
/// as the lab does.
fn run(process: &Process<Native>) -> (Head, Vec<u32>) {
    let threads = process.area().layout().threads() as u16;
    thread::scope(|scope| {
        for index in 0..threads {
            scope.spawn(move || run_caught(process, index));
        }
    });
    read(process)
}

fn run_caught(process: &Process<Native>, index: u16) {
    let work = AssertUnwindSafe(|| process.run_thread(index));
    if catch_unwind(work).is_err() {
        process.record_trap(index, "trap");
    }
}

fn read(process: &Process<Native>) -> (Head, Vec<u32>) {
    let words = process.area().copy();
    let head = Head::read(process.area().layout(), &words);
    (head.expect("it is an area"), words)
}

fn states(head: &Head) -> Vec<(State, u32)> {
    head.threads.iter().map(|t| (t.state, t.units)).collect()
}

fn fault(kind: FaultKind, thread: u16, when: Trigger) -> Vec<Fault> {
    vec![Fault {
        kind,
        process: 0,
        thread,
        when,
    }]
}

#[test]
fn all_units_are_done_right_with_and_without_a_lock() {
    for kernel in Kernel::ALL {
        for gil in [true, false] {
            let process = process(|e| {
                (e.kernel, e.gil, e.units) = (kernel, gil, 41);
            });
            let (head, words) = run(&process);
            let done = [(State::Completed, 21), (State::Completed, 20)];
            assert_eq!(states(&head), done);
            assert!(head.threads.iter().all(|t| t.wrong == 0));
            let times = &words[process.area().layout().times(0, 21)];
            assert!(times.is_sorted());
            assert_eq!(head.holds > 0, gil);
        }
    }
}

#[test]
fn the_lock_keeps_threads_apart() {
    let process = process(|e| e.units = 400);
    let (head, words) = run(&process);
    let holds = read_holds(&words[process.area().layout().holds(head.holds)]);
    for pair in holds.windows(2) {
        assert!(pair[0].until_ns <= pair[1].from_ns, "{pair:?}");
    }
    assert_eq!(u64::from(head.switches), process.gil.unwrap().switches());
    assert_eq!(head.most_holders, 1);
}

#[test]
fn waits_overlap_because_the_lock_is_let_go() {
    let process = process(|e| {
        (e.threads, e.units, e.io_us) = (8, 8, 50_000);
    });
    let started = Instant::now();
    let (head, _) = run(&process);
    assert!(head.threads.iter().all(|t| t.units == 1));
    // One after the other they would take 400 ms.
    assert!(started.elapsed() < Duration::from_millis(300));
}

#[test]
fn an_exception_ends_its_thread_alone() {
    let process = process(|e| e.faults = fault(FaultKind::Exception, 1, Trigger::Units(5)));
    let (head, _) = run(&process);
    let ends = [(State::Completed, 20), (State::Exception, 5)];
    assert_eq!(states(&head), ends);
    assert_eq!(head.threads[1].fault, Some(0));
}

#[test]
fn a_crash_is_recorded_with_its_reason() {
    let process = process(|e| {
        e.gil = false;
        e.faults = fault(FaultKind::Segfault, 0, Trigger::Units(0));
    });
    let (head, _) = run(&process);
    let ends = [(State::Trapped, 0), (State::Completed, 20)];
    assert_eq!(states(&head), ends);
    assert_eq!(head.note.as_deref(), Some("trap"));
}

#[test]
fn a_fault_by_time_waits_for_the_end_of_a_unit() {
    let process = process(|e| {
        (e.threads, e.units, e.io_us) = (1, 20, 30_000);
        e.faults = fault(FaultKind::Exception, 0, Trigger::TimeUs(20_000));
    });
    let (head, _) = run(&process);
    // The first unit ends after 30 ms at the earliest.
    assert_eq!(states(&head), [(State::Exception, 1)]);
}

#[test]
fn a_hang_under_the_lock_leaves_the_other_waiting() {
    let process = process(|e| {
        e.units = 20_000;
        e.faults = fault(FaultKind::Hang, 0, Trigger::Units(1));
    });
    let process = &process;
    thread::scope(|scope| {
        scope.spawn(|| {
            run_caught(process, 0);
            // So that the test can end: nothing else would free the lock.
            process.gil.as_ref().unwrap().drop(0, Why::Voluntary);
        });
        scope.spawn(|| run_caught(process, 1));
        while read(process).0.threads[0].fault.is_none() {
            thread::yield_now();
        }
        let look = || {
            thread::sleep(Duration::from_millis(5));
            read(process).0
        };
        look();
        assert_eq!(look(), look(), "no sign of life from anybody");
        assert_eq!(look().threads[0].state, State::Computing);
        assert_ne!(look().threads[1].state, State::Computing);
        process.area().stop();
        process.host.over.store(true, Ordering::SeqCst);
    });
}

#[test]
fn a_stopped_process_ends_between_blocks() {
    let process = process(|e| e.units = 20_000);
    process.area().stop();
    let (head, _) = run(&process);
    assert!(head.threads.iter().all(|t| t.state == State::Stopped));
}
