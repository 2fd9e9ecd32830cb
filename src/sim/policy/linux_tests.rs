//! Linux's real-time and deadline classes, and all of them at once.

use super::drive_linux::{Drive, FOREVER, MS, State, Step, nice, of_class, server};
use super::fair_tests::{TICK, check, check_eevdf, eevdf};
use super::linux::level;
use super::{Policy, Task};
use crate::experiment::scenario::{Class, Ns, OrderBy, PolicySpec};
use expect_test::expect;
use proptest::prelude::*;

fn rr() -> PolicySpec {
    PolicySpec::SchedRr { slice: Ns::ms(100) }
}

#[test]
fn fifo_runs_the_most_urgent_and_keeps_the_place_of_the_preempted() {
    // A and B are equal; C, more urgent, preempts A, which goes on before B.
    let mut drive = Drive::new(PolicySpec::SchedFifo, 1, 0);
    drive.thread(
        of_class(Class::Fifo, 10),
        0,
        &[Step::Run(30 * MS), Step::Sleep(FOREVER)],
    );
    drive.thread(
        of_class(Class::Fifo, 10),
        MS,
        &[Step::Run(20 * MS), Step::Sleep(FOREVER)],
    );
    drive.thread(
        of_class(Class::Fifo, 20),
        5 * MS,
        &[Step::Run(5 * MS), Step::Sleep(FOREVER)],
    );
    check(
        &mut drive,
        100,
        expect![[r#"
            0.000     5.000     core 0 A
            5.000     10.000    core 0 C
            10.000    35.000    core 0 A
            35.000    55.000    core 0 B
        "#]],
    );
}

#[test]
fn round_robin_turns_among_equals_only() {
    // A and B take turns; C is less urgent and D, a FIFO thread of the same
    // priority, keeps the core once it has it.
    let mut drive = Drive::new(rr(), 1, TICK);
    drive.thread(
        of_class(Class::Rr, 10),
        0,
        &[Step::Run(250 * MS), Step::Sleep(FOREVER)],
    );
    drive.thread(
        of_class(Class::Rr, 10),
        0,
        &[Step::Run(150 * MS), Step::Sleep(FOREVER)],
    );
    drive.thread(
        of_class(Class::Rr, 5),
        0,
        &[Step::Run(250 * MS), Step::Sleep(FOREVER)],
    );
    drive.thread(
        of_class(Class::Fifo, 10),
        0,
        &[Step::Run(130 * MS), Step::Sleep(FOREVER)],
    );
    check(
        &mut drive,
        1000,
        expect![[r#"
            0.000     100.000   core 0 A
            100.000   200.000   core 0 B
            200.000   330.000   core 0 D
            330.000   432.000   core 0 A
            432.000   482.000   core 0 B
            482.000   530.000   core 0 A
            530.000   780.000   core 0 C
        "#]],
    );
}

#[test]
fn what_is_left_of_a_round_robin_slice_survives_preemption() {
    let mut drive = Drive::new(rr(), 1, 0);
    drive.hog(of_class(Class::Rr, 10));
    drive.hog(of_class(Class::Rr, 10));
    drive.thread(
        of_class(Class::Rr, 20),
        70 * MS,
        &[Step::Run(5 * MS), Step::Sleep(FOREVER)],
    );
    check(
        &mut drive,
        250,
        expect![[r#"
            0.000     70.000    core 0 A
            70.000    75.000    core 0 C
            75.000    105.000   core 0 A
            105.000   205.000   core 0 B
            205.000   250.000   core 0 A
        "#]],
    );
}

#[test]
fn a_lock_lifts_a_normal_thread_among_the_real_time_ones() {
    // A is normal and never runs beside B, until it is lent 81.
    for spec in [PolicySpec::Cfs, eevdf()] {
        let mut drive = Drive::new(spec.clone(), 1, 0);
        let a = drive.hog(nice(0));
        drive.thread(of_class(Class::Fifo, 80), 10 * MS, &[Step::Run(FOREVER)]);
        let c = drive.hog(nice(0));
        drive.lend(20 * MS, a, 81);
        drive.lend(27 * MS, a, 0);
        drive.run(100 * MS);
        let lent = drive
            .spans
            .iter()
            .find(|span| span.from == 20 * MS)
            .unwrap();
        assert_eq!((lent.thread, lent.to), (a, 27 * MS), "{spec:?}");
        assert_eq!(drive.spans.last().unwrap().thread, 1);
        assert!(drive.ran(c) > 3 * MS);
        // Back among the normal ones it competes as before.
        assert!(!drive.tasks[a as usize].detached || drive.tasks[a as usize].queued);
    }
}

#[test]
fn priorities_that_sink_go_to_the_front_and_that_rise_to_the_back() {
    let mut drive = Drive::new(PolicySpec::SchedFifo, 1, 0);
    let fifo = |priority| of_class(Class::Fifo, priority);
    drive.thread(fifo(50), 0, &[Step::Run(10 * MS), Step::Sleep(FOREVER)]);
    drive.thread(fifo(20), 0, &[Step::Run(10 * MS), Step::Sleep(FOREVER)]);
    let sinks = drive.thread(fifo(20), 0, &[Step::Run(10 * MS), Step::Sleep(FOREVER)]);
    let rises = drive.thread(fifo(10), 0, &[Step::Run(10 * MS), Step::Sleep(FOREVER)]);
    drive.lend(MS, sinks, 40);
    drive.lend(2 * MS, sinks, 20);
    drive.lend(3 * MS, rises, 20);
    check(
        &mut drive,
        50,
        expect![[r#"
            0.000     10.000    core 0 A
            10.000    20.000    core 0 C
            20.000    30.000    core 0 B
            30.000    40.000    core 0 D
        "#]],
    );
}

#[test]
fn a_server_gets_its_bandwidth_and_no_more() {
    for tick in [0, TICK] {
        let mut drive = Drive::new(PolicySpec::SchedDeadline, 1, tick);
        let a = drive.hog(server(10 * MS, 100 * MS));
        for _ in 0..3 {
            drive.hog(nice(0));
        }
        drive.run(10_000 * MS);
        let ran = drive.ran(a);
        if tick == 0 {
            assert_eq!(ran, 1_000 * MS);
        } else {
            assert!(ran.abs_diff(1_000 * MS) <= TICK, "{ran}");
        }
    }
}

#[test]
fn a_server_is_throttled_until_its_deadline() {
    let mut drive = Drive::new(PolicySpec::SchedDeadline, 1, 0);
    drive.hog(server(10 * MS, 40 * MS));
    drive.hog(server(10 * MS, 100 * MS));
    check(
        &mut drive,
        130,
        expect![[r#"
            0.000     10.000    core 0 A
            10.000    20.000    core 0 B
            40.000    50.000    core 0 A
            80.000    90.000    core 0 A
            100.000   110.000   core 0 B
            120.000   130.000   core 0 A
        "#]],
    );
}

#[test]
fn a_server_that_wakes_gets_no_more_than_its_bandwidth() {
    // Each has a quarter. At 15 ms A has 5 ms of budget left until 40 ms, a
    // fifth: it keeps both. At 38 ms B's 5 ms until 40 ms would be too much: it
    // starts anew.
    let mut drive = Drive::new(PolicySpec::SchedDeadline, 1, 0);
    drive.thread(
        server(10 * MS, 40 * MS),
        0,
        &[Step::Run(5 * MS), Step::Sleep(10 * MS), Step::Run(FOREVER)],
    );
    drive.thread(
        server(10 * MS, 40 * MS),
        0,
        &[Step::Run(5 * MS), Step::Sleep(28 * MS), Step::Run(FOREVER)],
    );
    check(
        &mut drive,
        130,
        expect![[r#"
            0.000     5.000     core 0 A
            5.000     10.000    core 0 B
            15.000    20.000    core 0 A
            38.000    48.000    core 0 B
            48.000    58.000    core 0 A
            78.000    88.000    core 0 B
            88.000    98.000    core 0 A
            118.000   128.000   core 0 B
            128.000   130.000   core 0 A
        "#]],
    );
}

#[test]
fn classes_rank_deadline_real_time_fair() {
    let mut drive = Drive::new(PolicySpec::SchedDeadline, 1, 0);
    drive.hog(nice(0));
    drive.thread(
        of_class(Class::Fifo, 99),
        10 * MS,
        &[Step::Run(20 * MS), Step::Sleep(FOREVER)],
    );
    drive.thread(
        server(5 * MS, 50 * MS),
        15 * MS,
        &[Step::Run(12 * MS), Step::Sleep(FOREVER)],
    );
    check(
        &mut drive,
        130,
        expect![[r#"
            0.000     10.000    core 0 A
            10.000    15.000    core 0 B
            15.000    20.000    core 0 C
            20.000    35.000    core 0 B
            35.000    65.000    core 0 A
            65.000    70.000    core 0 C
            70.000    115.000   core 0 A
            115.000   117.000   core 0 C
            117.000   130.000   core 0 A
        "#]],
    );
}

fn any_task() -> impl Strategy<Value = Task> {
    prop_oneof![
        6 => (-20i8..20).prop_map(nice),
        1 => Just(of_class(Class::Idle, 0)),
    ]
}

fn any_step() -> impl Strategy<Value = Vec<Step>> {
    let burst = (1u64..8_000_000).prop_map(Step::Run);
    let pause = prop_oneof![
        8 => (1u64..12_000_000).prop_map(Step::Sleep),
        1 => Just(Step::Yield),
    ];
    prop::collection::vec((burst, pause), 1..4).prop_map(|pairs| {
        let steps = pairs.into_iter();
        steps.flat_map(|(burst, pause)| [burst, pause]).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Whatever the threads do: the sums are kept, nobody eligible is passed
    /// over, no core idles while somebody is ready.
    #[test]
    fn eevdf_keeps_its_invariants(
        threads in prop::collection::vec((any_task(), any_step(), 0u64..20_000_000), 1..12),
        cores in 1u16..4,
        tick in prop_oneof![Just(0), Just(TICK)],
        delayed_dequeue: bool,
    ) {
        let spec = PolicySpec::Eevdf { slice: None, delayed_dequeue };
        let mut drive = Drive::new(spec, cores, tick);
        drive.check = |drive| {
            check_eevdf(drive);
            let running = drive.states.iter().filter(|state| matches!(state, State::Running(_)));
            assert!(drive.policy.len() == 0 || running.count() == drive.cores());
        };
        for (task, steps, at) in threads {
            drive.thread(task, at, &steps);
        }
        drive.run(120 * MS);
    }

    /// All classes at once, priorities lent and given back: nobody is lost,
    /// and no core runs two at a time.
    #[test]
    fn nobody_is_lost(
        threads in prop::collection::vec((0u8..5, 1i32..5, any_step(), 0u64..20_000_000), 1..12),
        lent in prop::collection::vec((0u64..100_000_000, 0u32..12, 0i32..5), 0..12),
        cores in 1u16..4,
        tick in prop_oneof![Just(0), Just(TICK)],
        cfs: bool,
        delayed_dequeue: bool,
        by_id: bool,
    ) {
        let spec = if cfs {
            PolicySpec::Cfs
        } else {
            PolicySpec::Eevdf { slice: None, delayed_dequeue }
        };
        let order = if by_id { OrderBy::Id } else { OrderBy::Queue };
        let mut drive = Drive::ordered(spec, cores, tick, order);
        for (kind, priority, steps, at) in &threads {
            let task = match kind {
                0 => of_class(Class::Fifo, *priority),
                1 => of_class(Class::Rr, *priority),
                2 => server(*priority as u64 * MS, 10 * MS),
                _ => nice(*priority as i8),
            };
            drive.thread(task, *at, steps);
        }
        for (at, thread, priority) in lent {
            let thread = thread % threads.len() as u32;
            drive.lend(at, thread, priority);
        }
        drive.check = |drive| {
            let throttled = level::THROTTLED;
            let pickable = drive.tasks.iter().zip(&drive.states);
            let pickable = pickable
                .filter(|(task, state)| **state == State::Ready && task.level != throttled)
                .count();
            assert_eq!(drive.policy.len(), pickable);
            let running = drive.states.iter().filter(|state| matches!(state, State::Running(_)));
            assert!(pickable == 0 || running.count() == drive.cores());
        };
        drive.run(120 * MS);
    }
}
