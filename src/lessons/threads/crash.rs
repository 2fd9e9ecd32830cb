//! P3 and T6: who goes down with a crash.

use super::super::{Comparison, Predictor};
use super::predicted::cores;
use crate::claims::Verdict;
use crate::claims::text::{count, plural, time, verdict};
use crate::experiment::{Ended, Experiment, Outcome, ProcessOutcome, Profile};
use crate::lab::findings::{Findings, NamedRun, Unit};
use crate::sim::predict;

/// Units that a process did, was dealt, and did wrong.
fn units(process: &ProcessOutcome) -> (u32, u32, u32) {
    let threads = process.threads.iter();
    threads.fold((0, 0, 0), |(done, planned, wrong), thread| {
        (
            done + thread.units,
            planned + thread.planned,
            wrong + thread.wrong,
        )
    })
}

/// Whether it did all it had to do, and all of it right.
fn is_whole(process: &ProcessOutcome) -> bool {
    let (done, planned, wrong) = units(process);
    process.ended == Ended::Completed && done == planned && wrong == 0
}

/// When the first failure was, ns.
fn first_failure(outcome: &Outcome) -> u64 {
    outcome.failures.first().map_or(0, |failure| failure.at_ns)
}

/// P3.
pub(crate) fn judge_process(found: &Findings) -> Option<Verdict> {
    let outcome = &found.run("a process crashes")?.measurement.outcome;
    let (failed, others): (Vec<_>, Vec<_>) = outcome
        .processes
        .iter()
        .partition(|process| process.ended != Ended::Completed);
    let whole = others.iter().filter(|process| is_whole(process)).count();
    let crashed = failed.iter().all(|it| it.ended == Ended::Segfault);
    let lost: u32 = failed.iter().map(|process| units(process).0).sum();
    Some(verdict(
        failed.len() == 1 && crashed && whole > 0 && whole == others.len(),
        format!(
            "{} crashed after {}, with {lost} units of work done; {} finished with every result \
             right",
            plural(failed.len(), "process", "processes"),
            time(first_failure(outcome)),
            plural(whole, "other", "others"),
        ),
        vec![
            count("processes that failed", failed.len()),
            count("units of work lost", lost),
            count("processes that finished, all right", whole),
        ],
    ))
}

/// T6.
pub(super) fn judge_thread(found: &Findings) -> Option<Verdict> {
    let outcome = &found.run("a thread crashes")?.measurement.outcome;
    let at = outcome.processes.iter().position(|process| {
        let mut threads = process.threads.iter();
        threads.any(|thread| thread.ended == Ended::Segfault)
    });
    let Some(at) = at else {
        return Some(verdict(
            false,
            "no thread crashed".to_owned(),
            vec![count("threads that crashed", 0_u32)],
        ));
    };
    let process = &outcome.processes[at];
    let siblings = || {
        let threads = process.threads.iter();
        threads.filter(|thread| thread.ended != Ended::Segfault)
    };
    let down = siblings()
        .filter(|it| it.ended == Ended::TakenDown && it.units < it.planned)
        .count();
    let others = outcome.processes.len() - 1;
    let whole = outcome.processes.iter().filter(|it| is_whole(it)).count();
    let lost = units(process).0;
    Some(verdict(
        process.ended == Ended::Segfault
            && down > 0
            && down == siblings().count()
            && others > 0
            && whole == others,
        format!(
            "a thread crashed after {} and took {} with it; {lost} units of work are lost, and \
             {} finished with every result right",
            time(first_failure(outcome)),
            plural(down, "sibling", "siblings"),
            plural(whole, "other process", "other processes"),
        ),
        vec![
            count("siblings taken down", down),
            count("units of work lost", lost),
            count("other processes that finished, all right", whole),
        ],
    ))
}

/// Both: how far the failure reached.
pub(crate) fn compare(found: &Findings, predictor: &Predictor) -> Vec<Comparison> {
    let of_run = |run: &NamedRun| {
        let here = Experiment {
            cores: cores(found),
            profile: Profile::ThisBrowser,
            ..run.experiment.clone()
        };
        let predicted = predict(&here, &predictor.costs).ok()?.outcome;
        let measured = &run.measurement.outcome;
        let whole = |outcome: &Outcome| outcome.processes.iter().filter(|it| is_whole(it)).count();
        let pair = |what: &str, number: fn(&Outcome) -> usize| Comparison {
            what: format!("{what}, {}", run.name),
            predicted: number(&predicted) as f64,
            measured: number(measured) as f64,
            unit: Unit::Count,
        };
        Some([
            pair("processes lost", Outcome::processes_lost),
            pair("threads lost", Outcome::threads_lost),
            Comparison {
                what: format!("processes that did all their work, {}", run.name),
                predicted: whole(&predicted) as f64,
                measured: whole(measured) as f64,
                unit: Unit::Count,
            },
        ])
    };
    let with_fault = found
        .runs
        .iter()
        .filter(|run| !run.experiment.faults.is_empty());
    with_fault.filter_map(of_run).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{findings, run};
    use super::super::super::{Predictor, find};
    use super::*;
    use crate::experiment::Costs;

    fn experiment(processes: u16, threads: u16, fault: &str) -> Experiment {
        Experiment {
            processes,
            threads,
            gil: false,
            units: 200 * u32::from(processes * threads),
            faults: vec![fault.parse().unwrap()],
            ..Experiment::default()
        }
    }

    /// The verdict on what the simulator makes of it, changed.
    fn judge(
        (claim, name): (&str, &str),
        experiment: Experiment,
        change: impl FnOnce(&mut Outcome),
    ) -> Verdict {
        let mut found = findings(claim, &[]);
        let mut named = run(name, experiment);
        change(&mut named.measurement.outcome);
        found.runs.push(named);
        find(claim).unwrap().judge(&found)
    }

    #[test]
    fn a_process_that_falls_with_another_would_turn_the_verdict() {
        let claim = ("P3", "a process crashes");
        let crash = || experiment(3, 1, "segfault.1.0.u10");
        assert!(judge(claim, crash(), |_| {}).holds);
        let dragged = judge(claim, crash(), |outcome| {
            outcome.processes[2].ended = Ended::TakenDown;
        });
        assert!(!dragged.holds);
        let wrong = judge(claim, crash(), |outcome| {
            outcome.processes[2].threads[0].wrong = 1;
        });
        assert!(!wrong.holds);
    }

    #[test]
    fn a_sibling_that_finishes_would_turn_the_verdict() {
        let claim = ("T6", "a thread crashes");
        let crash = || experiment(2, 4, "segfault.0.1.u10");
        let verdict = judge(claim, crash(), |_| {});
        assert!(verdict.holds, "{}", verdict.text);
        let survived = judge(claim, crash(), |outcome| {
            outcome.processes[0].threads[3].ended = Ended::Completed;
        });
        assert!(!survived.holds);
        let spread = judge(claim, crash(), |outcome| {
            outcome.processes[1].ended = Ended::Segfault;
        });
        assert!(!spread.holds);
        let nothing = findings("T6", &[]);
        assert!(!find("T6").unwrap().judge(&nothing).holds);
    }

    #[test]
    fn the_reach_of_a_failure_is_compared() {
        let mut found = findings("T6", &[]);
        found.runs.push(run(
            "a thread crashes",
            experiment(2, 4, "segfault.0.1.u10"),
        ));
        let predictor = Predictor {
            costs: Costs::IDEAL,
        };
        let compared = find("T6").unwrap().compare(&found, &predictor);
        let predicted: Vec<u32> = compared.iter().map(|it| it.predicted as u32).collect();
        assert_eq!(predicted, [1, 4, 1]);
    }
}
