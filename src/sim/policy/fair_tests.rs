//! Linux's fair classes against what is known of the real ones.

use super::drive_linux::{Drive, FOREVER, MS, State, Step, nice, of_class};
use super::linux::level;
use super::weight::{advance, weight};
use super::{Arrival, Policy, Task};
use crate::experiment::scenario::{Class, Ns, PolicySpec};
use expect_test::{Expect, expect};

pub(super) const TICK: u64 = 4 * MS;

pub(super) fn eevdf() -> PolicySpec {
    PolicySpec::Eevdf {
        slice: None,
        delayed_dequeue: false,
    }
}

fn delayed() -> PolicySpec {
    PolicySpec::Eevdf {
        slice: None,
        delayed_dequeue: true,
    }
}

pub(super) fn check(drive: &mut Drive, until_ms: u64, expected: Expect) {
    expected.assert_eq(&drive.run(until_ms * MS).table());
}

#[test]
fn equal_hogs_share_alike_a_tick_at_a_time() {
    for spec in [PolicySpec::Cfs, eevdf(), delayed()] {
        for n in 2..=20 {
            let mut drive = Drive::new(spec.clone(), 1, TICK);
            for _ in 0..n {
                drive.hog(nice(0));
            }
            let until = 8_000 * MS;
            drive.run(until);
            for thread in 0..n {
                // Parts per million: 0.002 is 2000.
                let share = drive.ran(thread) * 1_000_000 / until;
                let due = 1_000_000 / u64::from(n);
                assert!(share.abs_diff(due) <= 2_000, "{spec:?}, {n} hogs: {share}");
            }
            assert!(drive.spans.iter().all(|span| span.to - span.from == TICK));
        }
    }
}

/// Thousandths of what nice 0 gets for one of `other`, in a minute.
fn ratio(spec: &PolicySpec, tick: u64, other: i8) -> u64 {
    let mut drive = Drive::new(spec.clone(), 1, tick);
    let (a, b) = (drive.hog(nice(0)), drive.hog(nice(other)));
    drive.run(60_000 * MS);
    drive.ran(a) * 1_000 / drive.ran(b)
}

#[test]
fn nice_values_get_the_shares_of_their_weights() {
    // Seen on a real 6.18, with measuring noise: 1.25, 3.03, 9.01.
    let seen = [(1, 820, 1_250), (5, 335, 3_030), (10, 110, 9_010)];
    for spec in [PolicySpec::Cfs, eevdf(), delayed()] {
        for (other, weight, seen) in seen {
            for tick in [0, TICK] {
                let ratio = ratio(&spec, tick, other);
                let due = 1024 * 1_000 / weight;
                assert!(
                    ratio.abs_diff(due) * 1_000 <= due,
                    "{spec:?}, tick {tick}, nice {other}: {ratio}"
                );
                assert!(ratio.abs_diff(seen) * 100 <= seen * 4);
            }
        }
    }
}

#[test]
fn an_idle_thread_gets_three_in_1027() {
    for spec in [PolicySpec::Cfs, eevdf()] {
        let mut drive = Drive::new(spec.clone(), 1, 0);
        drive.hog(nice(0));
        let idle = drive.hog(of_class(Class::Idle, 0));
        drive.run(100_000 * MS);
        let share = drive.ran(idle) * 1_000_000 / (100_000 * MS);
        assert!(share.abs_diff(2_921) < 60, "{spec:?}: {share}");
    }
}

/// Slices of `n` equal hogs in the long run, high resolution.
fn slices(spec: PolicySpec, cores: u16, n: u64) -> Vec<u64> {
    let mut drive = Drive::new(spec, cores, 0);
    for _ in 0..n {
        drive.hog(nice(0));
    }
    drive.run(2_000 * MS);
    let mut slices: Vec<u64> = drive
        .spans
        .iter()
        .filter(|span| span.from > 500 * MS && span.to < 1_900 * MS)
        .map(|span| span.to - span.from)
        .collect();
    slices.sort_unstable();
    slices.dedup();
    slices
}

#[test]
fn slices_of_cfs_follow_the_period() {
    for n in [2, 3, 4, 8] {
        assert_eq!(slices(PolicySpec::Cfs, 1, n), [6 * MS / n], "{n} hogs");
    }
    for n in [9, 12, 40] {
        assert_eq!(slices(PolicySpec::Cfs, 1, n), [750_000], "{n} hogs");
    }
}

#[test]
fn slices_of_eevdf_are_the_base_slice() {
    for n in [2, 5, 30] {
        assert_eq!(slices(eevdf(), 1, n), [700_000], "{n} hogs");
    }
    let own = PolicySpec::Eevdf {
        slice: Some(Ns::ms(3)),
        delayed_dequeue: false,
    };
    assert_eq!(slices(own, 1, 5), [3 * MS]);
}

#[test]
fn slices_of_cfs_follow_the_weights() {
    let mut drive = Drive::new(PolicySpec::Cfs, 1, 0);
    let (a, b) = (drive.hog(nice(0)), drive.hog(nice(5)));
    drive.run(200 * MS);
    let longest = |thread| {
        let spans = drive.spans.iter().filter(|span| span.thread == thread);
        spans.map(|span| span.to - span.from).max()
    };
    let late: Vec<_> = drive.spans[10..20]
        .iter()
        .map(|span| (span.thread, span.to - span.from))
        .collect();
    let share = |weight: u64| 6 * MS * weight / (1024 + 335);
    assert!(late.contains(&(a, share(1024))), "{late:?}");
    assert_eq!(longest(b), Some(share(335)));
}

#[test]
fn a_sleeper_preempts_under_cfs() {
    // B sleeps; when it wakes it is placed half a latency (3 ms) behind the
    // floor, more than the granularity of 1 ms: it takes the core at once.
    let mut drive = Drive::new(PolicySpec::Cfs, 1, TICK);
    drive.hog(nice(0));
    drive.thread(nice(0), 0, &[Step::Run(MS), Step::Sleep(30 * MS)]);
    check(
        &mut drive,
        80,
        expect![[r#"
            0.000     4.000     core 0 A
            4.000     5.000     core 0 B
            5.000     35.000    core 0 A
            35.000    36.000    core 0 B
            36.000    66.000    core 0 A
            66.000    67.000    core 0 B
            67.000    80.000    core 0 A
        "#]],
    );
}

#[test]
fn a_sleeper_takes_the_core_of_one_whose_slice_is_over() {
    // A was alone for long, so nothing protects it.
    let mut drive = Drive::new(eevdf(), 1, TICK);
    drive.hog(nice(0));
    drive.thread(nice(0), 0, &[Step::Run(MS), Step::Sleep(30 * MS)]);
    check(
        &mut drive,
        80,
        expect![[r#"
            0.000     4.000     core 0 A
            4.000     5.000     core 0 B
            5.000     35.000    core 0 A
            35.000    36.000    core 0 B
            36.000    66.000    core 0 A
            66.000    67.000    core 0 B
            67.000    80.000    core 0 A
        "#]],
    );
}

/// Two hogs with slices of 3 ms, and one that wakes `pause` ns after 3.5 ms.
fn wake_during_a_slice(pause: u64, expected: Expect) {
    let spec = PolicySpec::Eevdf {
        slice: Some(Ns::ms(3)),
        delayed_dequeue: false,
    };
    let mut drive = Drive::new(spec, 1, 0);
    drive.hog(nice(0));
    drive.hog(nice(0));
    let steps = [Step::Run(MS / 2), Step::Sleep(pause)];
    drive.thread(nice(0), 0, &steps);
    drive.check = check_eevdf;
    check(&mut drive, 13, expected);
}

#[test]
fn run_to_parity_lets_a_slice_be_completed() {
    // C wakes at 7.7 ms, when B is still owed time: it waits.
    wake_during_a_slice(
        4_200_000,
        expect![[r#"
        0.000     1.500     core 0 A
        1.500     3.000     core 0 B
        3.000     3.500     core 0 C
        3.500     6.500     core 0 A
        6.500     9.500     core 0 B
        9.500     10.000    core 0 C
        10.000    13.000    core 0 A
    "#]],
    );
}

#[test]
fn a_wake_up_preempts_who_has_had_its_share() {
    // C wakes at 9.0 ms, when B has had more than its share.
    wake_during_a_slice(
        5_500_000,
        expect![[r#"
        0.000     1.500     core 0 A
        1.500     3.000     core 0 B
        3.000     3.500     core 0 C
        3.500     6.500     core 0 A
        6.500     9.000     core 0 B
        9.000     9.500     core 0 C
        9.500     10.000    core 0 B
        10.000    13.000    core 0 A
    "#]],
    );
}

#[test]
fn a_small_lead_does_not_preempt_under_cfs() {
    // Both sleep so briefly that neither falls a granularity behind.
    let mut drive = Drive::new(PolicySpec::Cfs, 1, 0);
    drive.hog(nice(0));
    let b = drive.thread(nice(0), 0, &[Step::Run(200_000), Step::Sleep(300_000)]);
    drive.run(200 * MS);
    // B wakes 0.3 ms after it slept and must wait for a lead of 1 ms.
    let spans: Vec<_> = drive.spans.iter().filter(|s| s.thread == b).collect();
    assert!(spans.len() > 20);
    let gaps: Vec<_> = spans.windows(2).map(|w| w[1].from - w[0].to).collect();
    assert!(gaps.iter().any(|&gap| gap > 300_000), "{gaps:?}");
}

#[test]
fn a_normal_thread_displaces_an_idle_one() {
    // Under CFS a new thread is placed after its first turn, so the idle one
    // is still the leftmost until the tick.
    for (spec, at) in [(PolicySpec::Cfs, 12), (eevdf(), 11)] {
        let mut drive = Drive::new(spec, 1, TICK);
        drive.hog(of_class(Class::Idle, 0));
        let steps = [Step::Run(MS), Step::Sleep(FOREVER)];
        let b = drive.thread(nice(0), 11 * MS, &steps);
        drive.run(14 * MS);
        let span = drive.spans.iter().find(|span| span.thread == b).unwrap();
        assert_eq!(span.from, at * MS);
    }
}

#[test]
fn yielding_lets_the_others_go_first() {
    for spec in [PolicySpec::Cfs, eevdf()] {
        let mut drive = Drive::new(spec.clone(), 1, 0);
        drive.thread(nice(0), 0, &[Step::Run(MS / 10), Step::Yield]);
        drive.hog(nice(0));
        drive.run(50 * MS);
        assert_eq!(drive.spans[1].thread, 1, "{spec:?}");
    }
}

/// The threads that count in the fair class of `drive`.
fn counted(drive: &Drive) -> Vec<&Task> {
    let delayed = level::FAIR_DELAYED;
    drive
        .tasks
        .iter()
        .zip(&drive.states)
        .filter(|(task, state)| match state {
            State::Ready | State::Running(_) => true,
            _ => task.queued && task.level == delayed,
        })
        .map(|(task, _)| task)
        .collect()
}

/// What must hold of EEVDF after every instant.
pub(super) fn check_eevdf(drive: &mut Drive) {
    let now = drive.now;
    let ready = drive.policy.peek(&mut drive.tasks, now);
    let eevdf = drive.policy.eevdf();
    let (mut moment, mut load) = (0_i128, 0_i128);
    let counted = counted(drive);
    for task in &counted {
        let mut task = (*task).clone();
        if !task.queued {
            let ran = now - task.since;
            advance(&mut task, ran);
        }
        moment +=
            i128::from(weight(&task)) * i128::from(task.vruntime) + i128::from(task.remainder);
        load += i128::from(weight(&task));
    }
    assert_eq!(eevdf.sums(now), (moment, load), "the sums are kept");
    if load > 0 {
        // Sum of w (V - v), with V rounded down: less than one for each w.
        let lag = i128::from(eevdf.mean(now)) * load - moment;
        assert!((-load..=0).contains(&lag), "lag is conserved: {lag}");
    }
    let eligible = |task: &Task| i128::from(task.vruntime) * load <= moment;
    if let Some(ready) = ready {
        let next = &drive.tasks[ready as usize];
        let best = drive
            .tasks
            .iter()
            .zip(&drive.states)
            .filter(|(task, state)| **state == State::Ready && eligible(task))
            .map(|(task, _)| task.vdeadline)
            .min();
        match best {
            Some(deadline) => {
                assert!(eligible(next), "who is picked is eligible");
                assert_eq!(next.vdeadline, deadline, "nobody eligible is passed over");
            }
            None => assert!(!eligible(next)),
        }
    }
    let ready = drive.states.iter().filter(|&&state| state == State::Ready);
    assert_eq!(drive.policy.len(), ready.count());
}

#[test]
fn a_sleeper_returns_with_its_lag() {
    // B runs 1 ms at a time among three hogs; whenever it wakes, what it is
    // owed is what it was owed when it slept.
    let mut drive = Drive::new(eevdf(), 1, 0);
    for _ in 0..3 {
        drive.hog(nice(0));
    }
    let b = drive.thread(nice(3), 0, &[Step::Run(MS), Step::Sleep(20 * MS)]);
    drive.check = |drive| {
        check_eevdf(drive);
        let (task, state) = (&drive.tasks[3], drive.states[3]);
        if state == State::Ready && task.since == drive.now && drive.now > 0 {
            let lag = drive.policy.eevdf().mean(drive.now) - task.vruntime;
            assert!((lag - task.lag).abs() <= 2, "{lag} for {}", task.lag);
        }
    };
    drive.run(1_000 * MS);
    assert!(drive.ran(b) > 20 * MS);
}

#[test]
fn delayed_dequeue_wipes_out_negative_lag() {
    let steps = [Step::Run(300_000), Step::Sleep(40 * MS)];
    let mut lags = Vec::new();
    for spec in [eevdf(), delayed()] {
        let mut drive = Drive::new(spec, 1, 0);
        drive.check = check_eevdf;
        for _ in 0..2 {
            drive.hog(nice(0));
        }
        let b = drive.thread(nice(0), 10 * MS, &steps);
        drive.run(30 * MS);
        assert!(matches!(drive.states[b as usize], State::Asleep(_)));
        lags.push(drive.tasks[b as usize].lag);
        assert!(!drive.tasks[b as usize].queued);
    }
    assert!(lags[0] < 0, "{lags:?}");
    assert_eq!(lags[1], 0);
}

#[test]
fn a_thread_keeps_its_standing_in_another_queue() {
    // A ran 5 ms alone in one queue; B, which is ready there, moves to a queue
    // where virtual time is far ahead, and is no better and no worse off.
    for spec in [PolicySpec::Cfs, eevdf(), delayed()] {
        let mut from = Drive::new(spec.clone(), 1, TICK);
        from.hog(nice(0));
        let mut to = Drive::new(spec.clone(), 1, TICK);
        to.hog(nice(0));
        let b = from.hog(nice(0));
        to.hog(nice(0));
        from.run(11 * MS);
        to.run(5_001 * MS);
        assert_eq!(from.states[b as usize], State::Ready, "{spec:?}");
        from.policy.remove(&mut from.tasks, b, 5_001 * MS);
        to.tasks.push(from.tasks[b as usize].clone());
        to.policy
            .enqueue(&mut to.tasks, 2, Arrival::Migrated, 5_001 * MS);
        let (moved, other) = (&to.tasks[2], &to.tasks[1]);
        let gap = moved.vruntime - other.vruntime;
        assert!(gap.unsigned_abs() <= 2 * TICK, "{spec:?}: {gap}");

        // One that sleeps is settled by the queue it leaves.
        let mut slept = Drive::new(spec.clone(), 1, TICK);
        slept.hog(nice(0));
        let c = slept.thread(nice(0), MS, &[Step::Run(9 * MS), Step::Sleep(FOREVER)]);
        slept.run(40 * MS);
        slept.policy.forget(&mut slept.tasks, c, 40 * MS);
        assert!(!slept.tasks[c as usize].queued);
        to.tasks.push(slept.tasks[c as usize].clone());
        let why = Arrival::Woken { io: true };
        to.policy.enqueue(&mut to.tasks, 3, why, 5_002 * MS);
        let gap = to.tasks[3].vruntime - to.tasks[1].vruntime;
        assert!(gap.unsigned_abs() <= 40 * MS, "{spec:?}: {gap}");
    }
}

#[test]
fn eevdf_on_four_cores() {
    let mut drive = Drive::new(eevdf(), 4, TICK);
    drive.check = check_eevdf;
    for _ in 0..6 {
        drive.hog(nice(0));
    }
    let until = 6_000 * MS;
    drive.run(until);
    for thread in 0..6 {
        let share = drive.ran(thread) * 1_000_000 / until;
        assert!(share.abs_diff(666_667) <= 2_000, "{share}");
    }
}
