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
    check(
        &PolicySpec::Fifo,
        &jobs,
        expect![["A 0-5  C 5-6  B 6-8  C 10-11  C 15-16"]],
    );
    check_with(
        &PolicySpec::Fifo,
        &jobs,
        TWO_CORES,
        expect![["A 0-5  C 6-7  C 11-12\nC 1-2  B 2-4"]],
    );
}

#[test]
fn the_shortest_job_goes_first() {
    let jobs = [
        Job::new(0, 7),
        Job::new(2, 4),
        Job::new(4, 1),
        Job::new(5, 4),
    ];
    check(
        &PolicySpec::Sjf,
        &jobs,
        expect![["A 0-7  C 7-8  B 8-12  D 12-16"]],
    );
    check(
        &PolicySpec::Srtf,
        &jobs,
        expect![["A 0-2  B 2-4  C 4-5  B 5-7  D 7-11  A 11-16"]],
    );
}

#[test]
fn as_much_remaining_time_does_not_preempt() {
    let jobs = [Job::new(0, 6), Job::new(2, 4), Job::new(3, 3)];
    check(&PolicySpec::Srtf, &jobs, expect![["A 0-6  C 6-9  B 9-13"]]);
}

#[test]
fn equal_keys_go_by_queue_or_by_id() {
    let jobs = [
        Job::new(2, 3),
        Job::new(0, 4),
        Job::new(1, 3),
        Job::new(1, 3),
    ];
    check(
        &PolicySpec::Sjf,
        &jobs,
        expect![["B 0-4  C 4-7  D 7-10  A 10-13"]],
    );
    check_with(
        &PolicySpec::Sjf,
        &jobs,
        BY_ID,
        expect![["B 0-4  A 4-7  C 7-10  D 10-13"]],
    );
}

#[test]
fn round_robin_breaks_the_tie_of_an_arrival_and_a_slice_end_as_told() {
    let jobs = [Job::new(0, 8), Job::new(4, 4), Job::new(1, 5)];
    let policy = round_robin(4, SliceTimer::Own);
    check(
        &policy,
        &jobs,
        expect![["A 0-4  C 4-8  B 8-12  A 12-16  C 16-17"]],
    );
    check_with(
        &policy,
        &jobs,
        EXPIRED_FIRST,
        expect![["A 0-4  C 4-8  A 8-12  B 12-16  C 16-17"]],
    );
    // The first slice ends while nobody else is there, but someone comes.
    let jobs = [Job::new(0, 10), Job::new(4, 4)];
    check(&policy, &jobs, expect![["A 0-4  B 4-8  A 8-14"]]);
    check_with(
        &policy,
        &jobs,
        EXPIRED_FIRST,
        expect![["A 0-8  B 8-12  A 12-14"]],
    );
}

#[test]
fn a_global_timer_cuts_short_whoever_began_late() {
    let jobs = [Job::new(0, 6), Job::new(1, 9), Job::new(2, 5)];
    check(
        &round_robin(4, SliceTimer::Own),
        &jobs,
        expect![["A 0-4  B 4-8  C 8-12  A 12-14  B 14-18  C 18-19  B 19-20"]],
    );
    check(
        &round_robin(4, SliceTimer::Global),
        &jobs,
        expect![["A 0-4  B 4-8  C 8-12  A 12-14  B 14-16  C 16-17  B 17-20"]],
    );
    check_with(
        &round_robin(4, SliceTimer::Global),
        &jobs,
        TWO_CORES,
        expect![["A 0-4  C 4-9\nB 1-4  A 4-6  B 6-12"]],
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
        expect![["A 0-1  B 1-4  D 4-6  C 6-8  A 8-11"]],
    );
    check(
        &priority(true, None, PriorityOrder::LowFirst),
        &jobs,
        expect![["A 0-4  C 4-6  B 6-9  D 9-11"]],
    );
    check(
        &priority(false, None, PriorityOrder::HighFirst),
        &jobs,
        expect![["A 0-4  B 4-7  D 7-9  C 9-11"]],
    );
    let two = priority(true, None, PriorityOrder::HighFirst);
    check_with(
        &two,
        &jobs,
        TWO_CORES,
        expect![["A 0-2  C 2-3  D 3-5  A 5-7\nB 1-4  C 4-5"]],
    );
}

#[test]
fn ageing_lets_a_starving_thread_overtake() {
    let mut jobs = vec![Job::new(0, 3).priority(1)];
    jobs.extend((0..4).map(|count| Job::new(3 * count, 4).priority(3)));
    check(
        &priority(false, None, PriorityOrder::HighFirst),
        &jobs,
        expect![["B 0-4  C 4-8  D 8-12  E 12-16  A 16-19"]],
    );
    check(
        &priority(false, Some(3), PriorityOrder::HighFirst),
        &jobs,
        expect![["B 0-4  C 4-8  A 8-11  D 11-15  E 15-19"]],
    );
    let hog = [Job::new(0, 20).priority(3), Job::new(0, 6).priority(1)];
    check(
        &priority(true, Some(3), PriorityOrder::HighFirst),
        &hog,
        expect![["A 0-9  B 9-15  A 15-26"]],
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
    check(
        &PolicySpec::Hrrn,
        &jobs,
        expect![["A 0-3  B 3-9  C 9-13  E 13-15  D 15-20"]],
    );
}

#[test]
fn who_uses_its_allotment_sinks() {
    let jobs = [Job::new(0, 12), Job::new(5, 3), Job::new(5, 6).io(1, 2)];
    check(
        &mlfq(&[2, 4], None, false),
        &jobs,
        expect![[
            "A 0-5  B 5-7  C 7-8  A 8-9  B 9-10  C 10-11  A 11-15  C 15-16  A 16-18  C 18-19  C 21-22  C 24-25"
        ]],
    );
    check(
        &mlfq(&[2, 4], Some(7), false),
        &jobs,
        expect![[
            "A 0-5  B 5-8  C 8-9  A 9-11  C 11-12  A 12-16  C 16-17  A 17-18  C 19-20  C 22-23  C 25-26"
        ]],
    );
    check_with(
        &mlfq(&[2, 4], Some(7), false),
        &jobs,
        TWO_CORES,
        expect![["A 0-5  C 5-6  A 6-13  C 14-15  C 17-18  C 20-21\nB 5-8  C 8-9  C 11-12"]],
    );
}

#[test]
fn a_bumped_thread_takes_the_core_and_the_other_goes_on_where_it_stood() {
    let jobs = [Job::new(0, 2).io(1, 2), Job::new(0, 9), Job::new(0, 9)];
    check(
        &mlfq(&[8], None, false),
        &jobs,
        expect![["A 0-1  B 1-9  C 9-17  A 17-18  B 18-19  C 19-20"]],
    );
    check(
        &mlfq(&[8], None, true),
        &jobs,
        expect![["A 0-1  B 1-3  A 3-4  B 4-10  C 10-18  B 18-19  C 19-20"]],
    );
}

#[test]
fn a_boost_puts_the_lowest_behind_the_top_but_before_the_middle() {
    let jobs = [Job::new(0, 8), Job::new(5, 8)];
    check(
        &mlfq(&[2, 2, 2], Some(9), false),
        &jobs,
        expect![["A 0-5  B 5-9  A 9-11  B 11-13  A 13-14  B 14-16"]],
    );
}

#[test]
fn a_draw_is_good_for_a_whole_quantum() {
    let jobs = [Job::new(0, 3).tickets(3), Job::new(0, 6).tickets(1)];
    let policy = PolicySpec::Lottery {
        quantum: Ns(4),
        draws: vec![2, 0, 7],
    };
    check(&policy, &jobs, expect![["A 0-3  B 4-10"]]);
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
    check_with(
        &policy,
        &jobs,
        setting,
        expect![["C 0-4  E 4-5\nA 0-2  D 4-8\nB 0-2"]],
    );
}

#[test]
fn passes_advance_by_strides() {
    let jobs = [
        Job::new(0, 12).tickets(3),
        Job::new(0, 8).tickets(2),
        Job::new(0, 4).tickets(1),
        Job::new(5, 4).tickets(3).io(1, 3),
    ];
    check(
        &PolicySpec::Stride { quantum: Ns(2) },
        &jobs,
        expect![[
            "A 0-2  B 2-4  C 4-6  D 6-7  A 7-9  B 9-11  A 11-13  D 13-14  A 14-16  C 16-18  B 18-20  D 20-21  A 21-23  B 23-25  A 25-27  D 27-28"
        ]],
    );
}

#[test]
fn real_time_keys() {
    let jobs = [
        Job::new(0, 4).deadline(12).relative_deadline(12).period(9),
        Job::new(1, 3).deadline(9).relative_deadline(8).period(20),
        Job::new(2, 2).deadline(9).relative_deadline(7).period(10),
        Job::new(3, 2),
    ];
    check(
        &PolicySpec::Edf,
        &jobs,
        expect![["A 0-1  B 1-4  C 4-6  A 6-9  D 9-11"]],
    );
    check(
        &PolicySpec::Rm,
        &jobs,
        expect![["A 0-4  C 4-6  B 6-9  D 9-11"]],
    );
    check(
        &PolicySpec::Dm,
        &jobs,
        expect![["A 0-1  B 1-2  C 2-4  B 4-6  A 6-9  D 9-11"]],
    );
}

#[test]
fn the_least_laxity_is_looked_for_in_each_quantum() {
    let jobs = [
        Job::new(0, 6).deadline(12),
        Job::new(0, 4).deadline(12),
        Job::new(1, 1).deadline(20),
    ];
    check(
        &PolicySpec::Llf { quantum: Ns(2) },
        &jobs,
        expect![["A 0-4  B 4-8  A 8-10  C 10-11"]],
    );
    check(
        &PolicySpec::Llf { quantum: Ns(5) },
        &jobs,
        expect![["A 0-5  B 5-9  A 9-10  C 10-11"]],
    );
}
