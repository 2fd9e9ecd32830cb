//! The moment of a run that tells most: where the playhead stands at first, for
//! at the end a machine only says that all is done.

use super::Predicted;
use crate::sim::State;

/// So many moments are looked at; the run is as long between any two.
const PARTS: u64 = 16;

/// In this part of the run the damage of a failure has spread in the pictures.
const SPREAD: u64 = 50;

/// Where something fails, just after the first failure. Else, of some moments in the middle
/// half of the run, the one with the most threads alive, then with the most different things that
/// they do, then the nearest to the middle.
pub(super) fn telling(predicted: &Predicted) -> u64 {
    let run = &predicted.run;
    let end = run.trace.end;
    if let Some(failure) = run.outcome.failures.first() {
        return failure.at_ns.saturating_add(end / SPREAD).min(end);
    }
    let share = |part: u64| (u128::from(end) * u128::from(part) / u128::from(PARTS)) as u64;
    let told = |&part: &u64| {
        let mut counts = [0_u32; State::COUNT];
        let threads = predicted.lanes.states_at(share(part));
        for (span, thread) in threads.zip(&run.trace.threads) {
            if let (Some(span), Some(_)) = (span, thread.worker) {
                counts[span.state as usize] += 1;
            }
        }
        counts[State::New as usize] = 0;
        counts[State::Ended as usize] = 0;
        let alive: u32 = counts.iter().sum();
        let kinds = counts.iter().filter(|&&count| count > 0).count();
        (alive, kinds, std::cmp::Reverse(part.abs_diff(PARTS / 2)))
    };
    (PARTS / 4..=PARTS - PARTS / 4)
        .max_by_key(told)
        .map_or(end, share)
}

#[cfg(test)]
mod tests {
    use crate::app::State;
    use expect_test::{Expect, expect};

    /// Where the playhead of a link stands at first, in sixteenths of the run,
    /// and what goes on there.
    #[track_caller]
    fn check(fragment: &str, expected: &Expect) {
        let state = State::open(fragment);
        assert!(state.parked);
        let end = state.predicted.run.trace.end;
        let doing: Vec<_> = state
            .predicted
            .lanes
            .states_at(state.playhead)
            .flatten()
            .map(|span| span.state.label())
            .collect();
        let sixteenths = state.playhead as f64 * 16.0 / end as f64;
        expected.assert_eq(&format!("{sixteenths:.1}: {}", doing.join(", ")));
    }

    #[test]
    fn it_is_when_all_are_at_work() {
        check(
            "v=1",
            &expect![[
                "8.0: waiting for others to end, waiting for others to end, waiting for the GIL, waiting for the GIL, running, waiting for the GIL"
            ]],
        );
        check(
            "procs=4&threads=1",
            &expect![["8.0: waiting for others to end, running, running, running, running"]],
        );
        check(
            "cores=1&gil=off&procs=1&threads=3&costs=ideal",
            &expect![[
                "8.0: waiting for others to end, waiting for others to end, ready, ready, running"
            ]],
        );
        check(
            "units=200&cpu=500&io=5000",
            &expect![[
                "10.0: waiting for others to end, waiting for others to end, waiting for I/O, waiting for I/O, waiting for I/O, running"
            ]],
        );
    }

    #[test]
    fn it_is_just_after_the_first_failure() {
        check(
            "procs=2&threads=2&fault=segfault.0.1.u30",
            &expect![[
                "5.0: waiting for others to end, waiting for others to end, running, waiting for the GIL"
            ]],
        );
    }

    #[test]
    fn a_run_of_nothing_is_at_its_end() {
        assert_eq!(super::telling(&super::Predicted::default()), 0);
    }
}
