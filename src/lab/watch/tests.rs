//! Who must be ended, and what the record says, case by case.

use super::*;
use crate::experiment::WATCHDOG_NS;
use crate::lab::telemetry::ThreadHead;
use expect_test::{Expect, expect};

const MS: u64 = 1_000_000;

/// A process, ready, with threads in these states and with so many units done.
fn head(threads: &[(State, u32)]) -> Head {
    let thread = |&(state, units): &(State, u32)| ThreadHead {
        state,
        units,
        wrong: 0,
        beat: units,
        gil_wait_us: 0,
        ended_us: 5_000,
        fault: matches!(state, Trapped | Exception).then_some(0),
        locks: 0,
        waited_us: 0,
    };
    Head {
        ready_us: Some(1_000),
        switches: 0,
        holds: 0,
        most_holders: 0,
        memory_bytes: 1 << 20,
        threads_us: 0,
        is_open: false,
        note: Some("memory access out of bounds".to_owned()),
        threads: threads.iter().map(thread).collect(),
    }
}

fn experiment(processes: u16, threads: u16, faults: &[&str]) -> Experiment {
    Experiment {
        processes,
        threads,
        units: 10 * u32::from(processes * threads),
        faults: faults.iter().map(|f| f.parse().unwrap()).collect(),
        ..Experiment::default()
    }
}

fn tell(watch: &Watch, expect: Expect) {
    let outcome = watch.outcome(&[]);
    let mut said = String::new();
    for (index, process) in outcome.processes.iter().enumerate() {
        let threads: Vec<_> = process
            .threads
            .iter()
            .map(|t| format!("{} {}", t.units, t.ended.phrase()))
            .collect();
        said += &format!(
            "{index}: {} at {} ms; threads: {}\n",
            process.ended.phrase(),
            process.ended_ns / MS,
            threads.join(", ")
        );
    }
    for (index, failure) in outcome.failures.iter().enumerate() {
        said += &format!(
            "#{index} {} ms, {} {}",
            failure.at_ns / MS,
            failure.who.name(),
            failure.how.phrase()
        );
        if let (Some(cause), Some(medium)) = (failure.cause, failure.medium) {
            said += &format!(", because of #{cause} {}", medium.phrase());
        }
        if let Some(fault) = failure.fault {
            said += &format!(" (fault {fault})");
        }
        said += "\n";
    }
    for message in watch.messages() {
        said += &format!("\"{message}\"\n");
    }
    expect.assert_eq(&said);
}

use State::{Completed, Computing, Exception, Trapped, Waiting, WaitingForGil};

#[test]
fn a_run_without_faults_completes() {
    let mut watch = Watch::new(&experiment(2, 2, &[]));
    assert!(watch.look(MS).is_empty());
    watch.seen(0, head(&[(Completed, 10), (Completed, 10)]));
    watch.seen(1, head(&[(Completed, 10), (Computing, 9)]));
    assert_eq!(watch.look(6 * MS), [0]);
    assert!(!watch.is_over());
    watch.seen(1, head(&[(Completed, 10), (Completed, 10)]));
    assert_eq!(watch.look(7 * MS), [1]);
    assert!(watch.is_over());
    tell(
        &watch,
        expect![[r#"
        0: completed at 5 ms; threads: 10 completed, 10 completed
        1: completed at 5 ms; threads: 10 completed, 10 completed
    "#]],
    );
}

#[test]
fn a_crash_takes_its_process_down_and_no_other() {
    let mut watch = Watch::new(&experiment(2, 3, &["segfault.0.1.u4"]));
    watch.seen(0, head(&[(Computing, 3), (Trapped, 4), (Completed, 10)]));
    watch.seen(1, head(&[(Computing, 3), (Computing, 4), (Computing, 10)]));
    assert_eq!(watch.look(6 * MS), [0]);
    watch.seen(
        1,
        head(&[(Completed, 10), (Completed, 10), (Completed, 10)]),
    );
    assert_eq!(watch.look(9 * MS), [1]);
    tell(
        &watch,
        expect![[r#"
        0: crashed with an invalid memory access at 6 ms; threads: 3 was taken down, 4 crashed with an invalid memory access, 10 completed
        1: completed at 5 ms; threads: 10 completed, 10 completed, 10 completed
        #0 5 ms, thread 2 of process 1 crashed with an invalid memory access (fault 0)
        #1 6 ms, process 1 crashed with an invalid memory access, because of #0 through the shared heap
        #2 6 ms, thread 1 of process 1 was taken down, because of #1 through the shared heap
        "Thread 2 of process 1 crashed with an invalid memory access: memory access out of bounds"
    "#]],
    );
}

#[test]
fn an_exception_ends_its_thread_or_a_process_of_one() {
    let mut watch = Watch::new(&experiment(1, 2, &["exception.0.0.u4"]));
    watch.seen(0, head(&[(Exception, 4), (Computing, 3)]));
    assert!(watch.look(6 * MS).is_empty());
    watch.seen(0, head(&[(Exception, 4), (Completed, 10)]));
    assert_eq!(watch.look(9 * MS), [0]);
    tell(
        &watch,
        expect![[r#"
        0: completed at 5 ms; threads: 4 ended by an exception, 10 completed
        #0 5 ms, thread 1 of process 1 ended by an exception (fault 0)
    "#]],
    );

    let mut watch = Watch::new(&experiment(1, 1, &["exception.0.0.u4"]));
    watch.seen(0, head(&[(Exception, 4)]));
    assert_eq!(watch.look(6 * MS), [0]);
    tell(
        &watch,
        expect![[r#"
        0: ended by an exception at 5 ms; threads: 4 ended by an exception
        #0 5 ms, thread 1 of process 1 ended by an exception (fault 0)
        #1 5 ms, process 1 ended by an exception, because of #0 as its main thread
    "#]],
    );
}

#[test]
fn a_kill_strikes_by_units_of_the_process_or_by_time() {
    let faults = ["kill.0.0.u8", "kill.1.0.t20000", "kill.2.0.t0"];
    let mut watch = Watch::new(&experiment(3, 2, &faults));
    watch.seen(0, head(&[(Computing, 4), (Completed, 3)]));
    watch.seen(1, head(&[(Computing, 4), (Computing, 3)]));
    // The third is killed before anything was seen of it.
    assert_eq!(watch.look(6 * MS), [2]);
    watch.seen(0, head(&[(Computing, 5), (Completed, 3)]));
    assert_eq!(watch.look(19 * MS), [0]);
    assert_eq!(watch.look(20 * MS), [1]);
    tell(
        &watch,
        expect![[r#"
        0: was killed at 19 ms; threads: 5 was taken down, 3 completed
        1: was killed at 20 ms; threads: 4 was taken down, 3 was taken down
        2: was killed at 6 ms; threads: 0 was taken down, 0 was taken down
        #0 6 ms, process 3 was killed (fault 2)
        #1 6 ms, thread 1 of process 3 was taken down, because of #0 through the shared heap
        #2 6 ms, thread 2 of process 3 was taken down, because of #0 through the shared heap
        #3 19 ms, process 1 was killed (fault 0)
        #4 19 ms, thread 1 of process 1 was taken down, because of #3 through the shared heap
        #5 20 ms, process 2 was killed (fault 1)
        #6 20 ms, thread 1 of process 2 was taken down, because of #5 through the shared heap
        #7 20 ms, thread 2 of process 2 was taken down, because of #5 through the shared heap
    "#]],
    );
}

#[test]
fn only_a_silent_thread_that_computes_is_hung() {
    let mut watch = Watch::new(&experiment(1, 4, &["hang.0.1.u4"]));
    let silent = [
        (WaitingForGil, 3),
        (Computing, 4),
        (Waiting, 2),
        (Completed, 10),
    ];
    let mut ended_at = None;
    for look in 0..400 {
        let now = look * 10 * MS;
        watch.seen(0, head(&silent));
        if !watch.look(now).is_empty() {
            ended_at = Some(now);
            break;
        }
    }
    assert_eq!(ended_at, Some(WATCHDOG_NS));
    tell(
        &watch,
        expect![[r#"
        0: hung at 2000 ms; threads: 3 was taken down, 4 hung, 2 was taken down, 10 completed
        #0 2000 ms, thread 2 of process 1 hung
        #1 2000 ms, process 1 hung, because of #0 ended by the watchdog
        #2 2000 ms, thread 1 of process 1 was taken down, because of #1 through the shared heap
        #3 2000 ms, thread 3 of process 1 was taken down, because of #1 through the shared heap
        "Thread 2 of process 1 hung: no sign of life for 2 s"
    "#]],
    );
}

#[test]
fn a_page_that_slept_does_not_take_its_processes_for_hung() {
    let mut watch = Watch::new(&experiment(1, 1, &[]));
    watch.seen(0, head(&[(Computing, 3)]));
    assert!(watch.look(MS).is_empty());
    assert!(watch.look(3_600_000 * MS).is_empty());
    watch.seen(0, head(&[(Computing, 4)]));
    assert!(watch.look(3_600_010 * MS).is_empty());
}

#[test]
fn a_process_that_does_not_start_leaves_the_others_alone() {
    let mut watch = Watch::new(&experiment(3, 2, &[]));
    for index in 0..3 {
        watch.started(index, 2 * MS);
    }
    watch.broken(0, "the script is missing".to_owned());
    watch.seen(2, head(&[(Completed, 10), (Completed, 10)]));
    assert_eq!(watch.look(5 * MS), [0, 2]);
    assert!(watch.look(START_LIMIT_NS).is_empty());
    assert_eq!(watch.look(START_LIMIT_NS + 2 * MS), [1]);
    tell(
        &watch,
        expect![[r#"
        0: never started at 5 ms; threads: 0 never started, 0 never started
        1: never started at 15002 ms; threads: 0 never started, 0 never started
        2: completed at 5 ms; threads: 10 completed, 10 completed
        #0 5 ms, process 1 never started
        #1 15002 ms, process 2 never started
        "Process 1 never started: the script is missing"
        "Process 2 never started: its worker was not ready within 15 s"
    "#]],
    );
}

#[test]
fn a_worker_that_breaks_at_work_ends_its_process() {
    let mut watch = Watch::new(&experiment(1, 1, &[]));
    watch.seen(0, head(&[(Computing, 3)]));
    watch.broken(0, "out of memory".to_owned());
    assert_eq!(watch.look(5 * MS), [0]);
    tell(
        &watch,
        expect![[r#"
        0: crashed with an invalid memory access at 5 ms; threads: 3 was taken down
        #0 5 ms, process 1 crashed with an invalid memory access
        #1 5 ms, thread 1 of process 1 was taken down, because of #0 through the shared heap
        "Process 1 crashed with an invalid memory access: out of memory"
    "#]],
    );
}

#[test]
fn a_stop_is_no_failure() {
    let mut watch = Watch::new(&experiment(2, 2, &[]));
    watch.seen(0, head(&[(Completed, 10), (Completed, 10)]));
    watch.seen(1, head(&[(Completed, 10), (Computing, 4)]));
    assert_eq!(watch.look(5 * MS), [0]);
    assert_eq!(watch.stop(6 * MS), [1]);
    assert!(watch.is_over());
    // What is seen too late changes nothing.
    watch.seen(1, head(&[(Completed, 10), (Completed, 10)]));
    assert!(watch.look(7 * MS).is_empty());
    tell(
        &watch,
        expect![[r#"
        0: completed at 5 ms; threads: 10 completed, 10 completed
        1: was stopped at 6 ms; threads: 10 completed, 4 was stopped
    "#]],
    );
}
