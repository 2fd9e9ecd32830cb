//! Weights of nice values, and virtual time: what a thread's run time counts
//! in the fair classes.
//!
//! The table is `sched_prio_to_weight` of Linux's `kernel/sched/core.c`: one
//! step of nice is a factor of about 1.25, so about 10 % of a core between two
//! threads.

use super::Task;
use crate::experiment::scenario::Class;

/// The weight of nice 0: virtual time runs as fast as real time.
pub(super) const NICE_0: u64 = 1024;

/// The weight of the idle class.
const IDLE: u64 = 3;

/// By nice value, from -20.
const WEIGHTS: [u64; 40] = [
    88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904,
    3906, 3121, 2501, 1991, 1586, 1277, 1024, 820, 655, 526, 423, 335, 272, 215, 172, 137, 110, 87,
    70, 56, 45, 36, 29, 23, 18, 15,
];

/// How much of a core a thread is due, relative to others.
pub(super) fn weight(task: &Task) -> u64 {
    if task.class == Class::Idle {
        return IDLE;
    }
    let from_top = i16::from(task.nice).clamp(-20, 19) + 20;
    WEIGHTS[from_top as usize]
}

/// The virtual time of `real` ns at `weight`, rounded down.
pub(super) fn virtual_time(real: u64, weight: u64) -> i64 {
    (u128::from(real) * u128::from(NICE_0) / u128::from(weight)) as i64
}

/// Lets the virtual run time of `task` go on by `ran` ns. The remainder of the
/// division is carried to the next call, so that the result does not depend on
/// how often a thread is charged.
pub(super) fn advance(task: &mut Task, ran: u64) {
    let weight = u128::from(weight(task));
    let dividend = u128::from(ran) * u128::from(NICE_0) + u128::from(task.remainder);
    task.vruntime += (dividend / weight) as i64;
    task.remainder = (dividend % weight) as u64;
}

/// After how many ns [`advance`] will have brought `task` to `goal`, at least 1.
pub(super) fn time_until(task: &Task, goal: i64) -> u64 {
    let missing = i128::from(goal) - i128::from(task.vruntime);
    let dividend = missing * i128::from(weight(task)) - i128::from(task.remainder);
    let nice_0 = i128::from(NICE_0);
    ((dividend + nice_0 - 1).div_euclid(nice_0)).max(1) as u64
}

/// What Linux multiplies its slices and granularities by: larger machines
/// switch less often (`get_update_sysctl_factor`, logarithmic scaling).
pub(super) fn factor(cores: u16) -> u64 {
    1 + u64::from(cores.clamp(1, 8).ilog2())
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn nice(nice: i8) -> Task {
        Task {
            nice,
            ..Task::default()
        }
    }

    #[test]
    fn a_step_of_nice_is_a_quarter() {
        for at in -20..19 {
            let ratio = weight(&nice(at)) * 100 / weight(&nice(at + 1));
            assert!((118..=128).contains(&ratio), "nice {at}: {ratio} %");
        }
        assert_eq!(weight(&nice(0)), NICE_0);
        let idle = Task {
            class: Class::Idle,
            ..Task::default()
        };
        assert_eq!(weight(&idle), 3);
    }

    #[test]
    fn the_factor_stops_at_eight_cores() {
        let factors = [1, 2, 3, 4, 7, 8, 16, 256].map(factor);
        assert_eq!(factors, [1, 2, 2, 3, 3, 4, 4, 4]);
    }

    proptest! {
        /// Charged in pieces or at once, a thread comes to the same virtual
        /// time; and it reaches a goal exactly when it was said to.
        #[test]
        fn pieces_add_up(at in -20i8..20, pieces in prop::collection::vec(1u64..5_000_000, 1..20), goal in 1i64..1_000_000_000) {
            let mut by_pieces = nice(at);
            let mut at_once = nice(at);
            for &piece in &pieces {
                advance(&mut by_pieces, piece);
            }
            advance(&mut at_once, pieces.iter().sum());
            prop_assert_eq!(by_pieces.vruntime, at_once.vruntime);
            prop_assert_eq!(by_pieces.remainder, at_once.remainder);

            let goal = by_pieces.vruntime + goal;
            let left = time_until(&by_pieces, goal);
            let mut before = by_pieces.clone();
            advance(&mut before, left - 1);
            prop_assert!(before.vruntime < goal);
            advance(&mut by_pieces, left);
            prop_assert!(by_pieces.vruntime >= goal);
        }
    }
}
