//! Failures in words: who took down whom, and who was left alone.

use crate::app::english::story as text;
use crate::app::english::story::Through;
use crate::experiment::{Ended, Failure, Outcome, ProcessOutcome, Subject};
use crate::plot::duration;

/// What failed in one run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Story {
    /// One sentence for each failure, effects behind their causes; siblings
    /// that went down together share one. The number is how far the failure
    /// is from the first of its chain.
    pub lines: Vec<(usize, String)>,
    /// What came through, in one sentence.
    pub untouched: String,
}

/// Tells the failures of `outcome`.
#[must_use]
pub fn story(outcome: &Outcome) -> Story {
    Story {
        lines: chains(&outcome.failures),
        untouched: untouched(outcome),
    }
}

/// The failures in sentences, as in [`Story::lines`]. Causes stand before
/// their effects.
#[must_use]
pub fn chains(failures: &[Failure]) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let mut told = vec![false; failures.len()];
    for (index, failure) in failures.iter().enumerate() {
        if std::mem::replace(&mut told[index], true) {
            continue;
        }
        let depth = depth(failures, index);
        let at = duration(failure.at_ns);
        if failure.how != Ended::TakenDown {
            let line = match failure.medium {
                None => text::origin(&at, &failure.who.name(), failure.how.phrase()),
                Some(medium) => text::ended_with_it(&failure.who.name(), text::because(medium)),
            };
            lines.push((depth, line));
            continue;
        }
        let mut threads = Vec::new();
        for (other, sibling) in failures.iter().enumerate().skip(index) {
            if sibling.how == Ended::TakenDown && sibling.cause == failure.cause {
                told[other] = true;
                if let Subject::Thread(_, thread) = sibling.who {
                    threads.push(usize::from(thread) + 1);
                }
            }
        }
        let process = usize::from(failure.who.process()) + 1;
        let who = text::numbered_threads(&threads);
        lines.push((depth, text::went_down_in(&who, process)));
    }
    lines
}

fn depth(failures: &[Failure], index: usize) -> usize {
    std::iter::successors(failures[index].cause, |&cause| failures[cause].cause).count()
}

fn untouched(outcome: &Outcome) -> String {
    let all = outcome.processes.len();
    let is_whole = |process: &ProcessOutcome| {
        let threads = process.threads.iter().map(|thread| thread.ended);
        threads
            .chain([process.ended])
            .all(|ended| ended == Ended::Completed)
    };
    let whole: Vec<usize> = (0..all)
        .filter(|&process| is_whole(&outcome.processes[process]))
        .collect();
    let stopped = outcome
        .processes
        .iter()
        .any(|process| process.ended == Ended::Stopped);
    // A program does not say how many units it plans.
    let units = outcome.units_planned.saturating_sub(outcome.units_done());
    let who = match (whole.as_slice(), all) {
        _ if stopped => Through::Stopped,
        (_, 1) if outcome.processes_lost() == 1 => Through::OnlyLost,
        (_, 1) => Through::OnlyWhole,
        ([], _) => Through::None,
        (whole, _) if whole.len() == all => Through::All(all),
        ([one], _) => Through::One(one + 1),
        (whole, _) => Through::Some(whole.len(), all),
    };
    text::untouched(who, units)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Costs, from_fragment};
    use crate::sim::predict;
    use expect_test::{Expect, expect};

    fn check(fragment: &str, expect: Expect) {
        let experiment = from_fragment(fragment).experiment;
        let outcome = predict(&experiment, &Costs::IDEAL).expect("valid").outcome;
        let story = story(&outcome);
        let mut said = String::new();
        for (depth, line) in &story.lines {
            said += &format!("{}{line}\n", "  ".repeat(*depth));
        }
        expect.assert_eq(&format!("{said}{}\n", story.untouched));
    }

    #[test]
    fn tells_who_took_down_whom_and_who_was_left_alone() {
        check(
            "procs=2&threads=4&gil=off&fault=segfault.0.1.u10",
            expect![[r#"
                18 ms: thread 2 of process 1 crashed with an invalid memory access
                  process 1 ended with it: its memory can no longer be trusted
                    threads 1, 3 and 4 of process 1 went down with it
                Untouched: process 2; 162 units of work were lost.
            "#]],
        );
        check(
            "procs=2&threads=1&fault=segfault.0.0.u10",
            expect![[r#"
                10 ms: thread 1 of process 1 crashed with an invalid memory access
                  process 1 ended with it: its memory can no longer be trusted
                Untouched: process 2; 190 units of work were lost.
            "#]],
        );
        check(
            "procs=3&threads=1&fault=kill.2.0.t20000",
            expect![[r#"
                20 ms: process 3 was killed
                  thread 1 of process 3 went down with it
                Untouched: 2 of 3 processes; 113 units of work were lost.
            "#]],
        );
        check(
            "procs=2&threads=2&fault=exception.0.0.u10&fault=kill.1.0.t20000",
            expect![[r#"
                15 ms: thread 1 of process 1 ended by an exception
                20 ms: process 2 was killed
                  threads 1 and 2 of process 2 went down with it
                No process came through whole; 270 units of work were lost.
            "#]],
        );
        check(
            "threads=2&fault=exception.0.1.u10",
            expect![[r#"
            20 ms: thread 2 of process 1 ended by an exception
            The process completed; 190 units of work were lost.
        "#]],
        );
        check(
            "threads=1&fault=exception.0.0.u10",
            expect![[r#"
            10 ms: thread 1 of process 1 ended by an exception
              process 1 ended with it: that was its main thread
            The only process was lost; 390 units of work were lost.
        "#]],
        );
        check(
            "threads=64&units=640&fault=hang.0.3.u2",
            expect![[r#"
                2.25 s: thread 4 of process 1 hung
                  process 1 ended with it: a thread cannot be killed alone
                    53 threads of process 1 went down with it
                The only process was lost; 388 units of work were lost.
            "#]],
        );
        check(
            "threads=2",
            expect![[r#"
            The process completed; no work was lost.
        "#]],
        );
    }
}
