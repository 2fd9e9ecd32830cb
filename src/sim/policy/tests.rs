//! The schedules of small sets of jobs under each policy.

use super::drive::{Job, Setting, drive};
use crate::experiment::scenario::{Level, Ns, OrderBy, PolicySpec, PriorityOrder, SliceTimer, Tie};
use expect_test::{Expect, expect};

/// Jobs A, B, C... on one core.
fn check(policy: &PolicySpec, jobs: &[Job], expected: Expect) {
    check_with(policy, jobs, Setting::default(), expected);
}

fn check_with(policy: &PolicySpec, jobs: &[Job], setting: Setting, expected: Expect) {
    expected.assert_eq(&drive(policy, jobs, setting).text());
}

const EXPIRED_FIRST: Setting = Setting {
    cores: 1,
    tie: Tie::ExpiredFirst,
    equal_keys: OrderBy::Queue,
};

const BY_ID: Setting = Setting {
    cores: 1,
    tie: Tie::ArrivalFirst,
    equal_keys: OrderBy::Id,
};

const TWO_CORES: Setting = Setting {
    cores: 2,
    tie: Tie::ArrivalFirst,
    equal_keys: OrderBy::Queue,
};

fn round_robin(slice: u64, timer: SliceTimer) -> PolicySpec {
    PolicySpec::RoundRobin {
        slice: Ns(slice),
        timer,
    }
}

fn priority(preemptive: bool, ageing: Option<u64>, order: PriorityOrder) -> PolicySpec {
    PolicySpec::Priority {
        preemptive,
        ageing: ageing.map(Ns),
        order,
    }
}

fn mlfq(quanta: &[u64], boost: Option<u64>, io_bump: bool) -> PolicySpec {
    let level = |&quantum| Level {
        quantum: Ns(quantum),
        allotment: 1,
    };
    PolicySpec::Mlfq {
        levels: quanta.iter().map(level).collect(),
        boost: boost.map(Ns),
        stay_after_io: false,
        io_bump,
    }
}

#[test]
fn fifo_is_first_come_first_served() {
    let jobs = [Job::new(0, 5), Job::new(2, 2), Job::new(1, 3).io(1, 4)];
    check(&PolicySpec::Fifo, &jobs, expect![[r#""#]]);
    check_with(&PolicySpec::Fifo, &jobs, TWO_CORES, expect![[r#""#]]);
}

#[test]
fn the_shortest_job_goes_first() {
    let jobs = [
        Job::new(0, 7),
        Job::new(2, 4),
        Job::new(4, 1),
        Job::new(5, 4),
    ];
    check(&PolicySpec::Sjf, &jobs, expect![[r#""#]]);
    check(&PolicySpec::Srtf, &jobs, expect![[r#""#]]);
}

#[test]
fn as_much_remaining_time_does_not_preempt() {
    let jobs = [Job::new(0, 6), Job::new(2, 4), Job::new(3, 3)];
    check(&PolicySpec::Srtf, &jobs, expect![[r#""#]]);
}

#[test]
fn equal_keys_go_by_queue_or_by_id() {
    let jobs = [
        Job::new(2, 3),
        Job::new(0, 4),
        Job::new(1, 3),
        Job::new(1, 3),
    ];
    check(&PolicySpec::Sjf, &jobs, expect![[r#""#]]);
    check_with(&PolicySpec::Sjf, &jobs, BY_ID, expect![[r#""#]]);
}

#[test]
fn round_robin_breaks_the_tie_of_an_arrival_and_a_slice_end_as_told() {
    let jobs = [Job::new(0, 8), Job::new(4, 4), Job::new(1, 5)];
    let policy = round_robin(4, SliceTimer::Own);
    check(&policy, &jobs, expect![[r#""#]]);
    check_with(&policy, &jobs, EXPIRED_FIRST, expect![[r#""#]]);
    // The first slice ends while nobody else is there, but someone comes.
    let jobs = [Job::new(0, 10), Job::new(4, 4)];
    check(&policy, &jobs, expect![[r#""#]]);
    check_with(&policy, &jobs, EXPIRED_FIRST, expect![[r#""#]]);
}

#[test]
fn a_global_timer_cuts_short_whoever_began_late() {
    let jobs = [Job::new(0, 6), Job::new(1, 9), Job::new(2, 5)];
    check(&round_robin(4, SliceTimer::Own), &jobs, expect![[r#""#]]);
    check(&round_robin(4, SliceTimer::Global), &jobs, expect![[r#""#]]);
    check_with(
        &round_robin(4, SliceTimer::Global),
        &jobs,
        TWO_CORES,
        expect![[r#""#]],
    );
}

#[test]
fn the_most_urgent_goes_first() {
    let jobs = [
        Job::new(0, 4).priority(1),
        Job::new(1, 3).priority(3),
        Job::new(2, 2).priority(2),
        Job::new(3, 2).priority(3),
    ];
    check(
        &priority(true, None, PriorityOrder::HighFirst),
        &jobs,
        expect![[r#""#]],
    );
    check(
        &priority(true, None, PriorityOrder::LowFirst),
        &jobs,
        expect![[r#""#]],
    );
    check(
        &priority(false, None, PriorityOrder::HighFirst),
        &jobs,
        expect![[r#""#]],
    );
    let two = priority(true, None, PriorityOrder::HighFirst);
    check_with(&two, &jobs, TWO_CORES, expect![[r#""#]]);
}

#[test]
fn ageing_lets_a_starving_thread_overtake() {
    let mut jobs = vec![Job::new(0, 3).priority(1)];
    jobs.extend((0..4).map(|count| Job::new(3 * count, 4).priority(3)));
    check(
        &priority(false, None, PriorityOrder::HighFirst),
        &jobs,
        expect![[r#""#]],
    );
    check(
        &priority(false, Some(3), PriorityOrder::HighFirst),
        &jobs,
        expect![[r#""#]],
    );
    let hog = [Job::new(0, 20).priority(3), Job::new(0, 6).priority(1)];
    check(
        &priority(true, Some(3), PriorityOrder::HighFirst),
        &hog,
        expect![[r#""#]],
    );
}

#[test]
fn the_highest_response_ratio_goes_next() {
    let jobs = [
        Job::new(0, 3),
        Job::new(2, 6),
        Job::new(4, 4),
        Job::new(6, 5),
        Job::new(8, 2),
    ];
    check(&PolicySpec::Hrrn, &jobs, expect![[r#""#]]);
}

#[test]
fn who_uses_its_allotment_sinks() {
    let jobs = [Job::new(0, 12), Job::new(5, 3), Job::new(5, 6).io(1, 2)];
    check(&mlfq(&[2, 4], None, false), &jobs, expect![[r#""#]]);
    check(&mlfq(&[2, 4], Some(7), false), &jobs, expect![[r#""#]]);
    check_with(
        &mlfq(&[2, 4], Some(7), false),
        &jobs,
        TWO_CORES,
        expect![[r#""#]],
    );
}

#[test]
fn a_bumped_thread_takes_the_core_and_the_other_goes_on_where_it_stood() {
    let jobs = [Job::new(0, 2).io(1, 2), Job::new(0, 9), Job::new(0, 9)];
    check(&mlfq(&[8], None, false), &jobs, expect![[r#""#]]);
    check(&mlfq(&[8], None, true), &jobs, expect![[r#""#]]);
}

#[test]
fn a_boost_puts_the_lowest_behind_the_top_but_before_the_middle() {
    let jobs = [Job::new(0, 8), Job::new(5, 8)];
    check(&mlfq(&[2, 2, 2], Some(9), false), &jobs, expect![[r#""#]]);
}

#[test]
fn a_draw_is_good_for_a_whole_quantum() {
    let jobs = [Job::new(0, 3).tickets(3), Job::new(0, 6).tickets(1)];
    let policy = PolicySpec::Lottery {
        quantum: Ns(4),
        draws: vec![2, 0, 7],
    };
    check(&policy, &jobs, expect![[r#""#]]);
    // Two of three cores have work for half of the quantum only.
    let jobs = [
        Job::new(0, 2),
        Job::new(0, 2),
        Job::new(0, 4),
        Job::new(1, 4),
        Job::new(1, 1),
    ];
    let setting = Setting {
        cores: 3,
        ..TWO_CORES
    };
    check_with(&policy, &jobs, setting, expect![[r#""#]]);
}

#[test]
fn passes_advance_by_strides() {
    let jobs = [
        Job::new(0, 12).tickets(3),
        Job::new(0, 8).tickets(2),
        Job::new(0, 4).tickets(1),
        Job::new(5, 4).tickets(3).io(1, 3),
    ];
    check(&PolicySpec::Stride { quantum: Ns(2) }, &jobs, expect![[r#""#]]);
}

#[test]
fn real_time_keys() {
    let jobs = [
        Job::new(0, 4).deadline(12).relative_deadline(12).period(9),
        Job::new(1, 3).deadline(9).relative_deadline(8).period(20),
        Job::new(2, 2).deadline(9).relative_deadline(7).period(10),
        Job::new(3, 2),
    ];
    check(&PolicySpec::Edf, &jobs, expect![[r#""#]]);
    check(&PolicySpec::Rm, &jobs, expect![[r#""#]]);
    check(&PolicySpec::Dm, &jobs, expect![[r#""#]]);
}

#[test]
fn the_least_laxity_is_looked_for_in_each_quantum() {
    let jobs = [
        Job::new(0, 6).deadline(12),
        Job::new(0, 4).deadline(12),
        Job::new(1, 1).deadline(20),
    ];
    check(&PolicySpec::Llf { quantum: Ns(2) }, &jobs, expect![[r#""#]]);
    check(&PolicySpec::Llf { quantum: Ns(5) }, &jobs, expect![[r#""#]]);
}
