//! How far failures spread: the blast radius in numbers, programs' failures by
//! name, restarts, and circles of waiting.

use super::story::{Story, story};
use crate::app::english::story as text;
use crate::experiment::scenario::Scenario;
use crate::experiment::{Costs, Ended, Failure, Medium, Outcome, Subject};
use crate::export::summary::Amount;
use crate::plot::{Lanes, duration};
use crate::sim::{Awaited, Limits, MAX_EVENTS, Rewind, Run};
use std::collections::BTreeSet;

/// How much a run's failures took with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Blast {
    /// Processes that failed, and all.
    pub processes: (usize, usize),
    /// Threads that failed, and all.
    pub threads: (usize, usize),
    /// Units of work that were not done, or done for nothing.
    pub units_lost: u64,
    /// Bytes that nobody will give back; a measurement does not know.
    pub leaked_bytes: u64,
    /// Processes that began anew.
    pub restarts: u64,
}

impl Blast {
    /// Of a measurement, or of an experiment.
    #[must_use]
    pub fn of_outcome(outcome: &Outcome) -> Self {
        let failed: BTreeSet<Subject> = outcome.failures.iter().map(|f| f.who).collect();
        let processes = failed
            .iter()
            .filter(|who| matches!(who, Subject::Process(_)));
        let processes = processes.count();
        Self {
            processes: (processes, outcome.processes.len()),
            threads: (failed.len() - processes, outcome.threads().count()),
            units_lost: outcome.units_planned.saturating_sub(outcome.units_done()),
            ..Self::default()
        }
    }

    /// Of a prediction.
    #[must_use]
    pub fn of_run(run: &Run) -> Self {
        let of_outcome = Self::of_outcome(&run.outcome);
        let units = run.processes.iter().map(|p| u64::from(p.units_lost)).sum();
        Self {
            // A program plans no number of units: what counts is what was lost
            // with the heaps.
            units_lost: match run.outcome.units_planned {
                0 => units,
                _ => of_outcome.units_lost,
            },
            leaked_bytes: run.metrics.leaked_bytes,
            restarts: run.metrics.restarts,
            ..of_outcome
        }
    }

    /// "1 of 4 processes, 2 of 8 threads; 40 units lost; 12 KiB leaked".
    #[must_use]
    pub fn words(&self) -> String {
        let of = |(part, all): (usize, usize)| (part as u64, all as u64);
        let leaked = (self.leaked_bytes > 0).then(|| Amount::Bytes(self.leaked_bytes).text());
        text::blast(
            of(self.processes),
            of(self.threads),
            self.units_lost,
            leaked.as_deref(),
            self.restarts,
        )
    }
}

/// A short name for a process of `run`, or for a thread within its process.
#[must_use]
pub fn short_name(run: &Run, who: Subject) -> String {
    let is_program = !run.trace.names.is_empty();
    match who {
        Subject::Process(process) if is_program => process_name(run, process),
        Subject::Process(process) => text::short_process(usize::from(process) + 1),
        Subject::Thread(process, _) if is_program => {
            let full = full_name(run, who);
            let process = process_name(run, process);
            match full.strip_prefix(&process).map(str::trim_start) {
                Some(short) if !short.is_empty() => short.to_owned(),
                _ => full,
            }
        }
        Subject::Thread(_, thread) => text::short_thread(usize::from(thread) + 1),
    }
}

fn process_name(run: &Run, process: u16) -> String {
    let report = run.processes.get(usize::from(process));
    report.map_or_else(String::new, |report| report.name.clone())
}

/// A program's names in full: "process table", "table philosopher A".
fn full_name(run: &Run, who: Subject) -> String {
    match who {
        Subject::Process(process) => text::process(&process_name(run, process)),
        Subject::Thread(process, thread) => {
            let own = run
                .threads
                .iter()
                .filter(|t| t.process == u32::from(process));
            let report = own.into_iter().nth(usize::from(thread));
            report.map_or_else(|| who.name(), |report| report.name.clone())
        }
    }
}

/// Tells the failures of a prediction: of an experiment as those of a
/// measurement are told, of a program with its names.
#[must_use]
pub fn story_of(run: &Run, lanes: &Lanes) -> Story {
    if run.trace.names.is_empty() {
        return story(&run.outcome);
    }
    let failures = &run.outcome.failures;
    let mut lines = Vec::new();
    let mut told = vec![false; failures.len()];
    for (index, failure) in failures.iter().enumerate() {
        if std::mem::replace(&mut told[index], true) {
            continue;
        }
        let cause = |&index: &usize| failures[index].cause;
        let depth = std::iter::successors(failure.cause, cause).count();
        if failure.how != Ended::TakenDown {
            lines.push((depth, sentence(run, failure)));
            continue;
        }
        let mut names = Vec::new();
        for (other, sibling) in failures.iter().enumerate().skip(index) {
            if sibling.how == Ended::TakenDown && sibling.cause == failure.cause {
                told[other] = true;
                names.push(full_name(run, sibling.who));
            }
        }
        lines.push((depth, text::went_down(&text::threads(&names))));
    }
    for (process, at) in restarts(run, lanes) {
        let name = full_name(run, Subject::Process(process));
        lines.push((0, text::began_anew(&duration(at), &name)));
    }
    Story {
        lines,
        untouched: untouched(run),
    }
}

fn sentence(run: &Run, failure: &Failure) -> String {
    let who = full_name(run, failure.who);
    let how = failure.how.phrase();
    let at = duration(failure.at_ns);
    let Some(cause) = failure.cause.map(|cause| &run.outcome.failures[cause]) else {
        return match failure.medium {
            None => text::origin(&at, &who, how),
            Some(medium) => text::origin_because(&at, &who, how, text::because_of_it(medium)),
        };
    };
    let same_process = cause.who.process() == failure.who.process();
    match failure.medium {
        Some(medium @ (Medium::SharedHeap | Medium::MainThread | Medium::Watchdog))
            if same_process && matches!(failure.who, Subject::Process(_)) =>
        {
            text::ended_with_it(&who, text::because(medium))
        }
        Some(medium) => text::effect_because(&at, &who, how, text::because_of_it(medium)),
        None => text::effect(&at, &who, how),
    }
}

fn untouched(run: &Run) -> String {
    let hit: BTreeSet<u16> = run
        .outcome
        .failures
        .iter()
        .map(|f| f.who.process())
        .collect();
    let all = run.outcome.processes.len() as u16;
    let whole: Vec<String> = (0..all)
        .filter(|process| !hit.contains(process))
        .map(|process| process_name(run, process))
        .collect();
    text::untouched_in_program(&whole, Blast::of_run(run).units_lost)
}

/// Which processes of a program began anew, and when: after each of its
/// failures the next moment at which one of its threads lives again.
#[must_use]
pub fn restarts(run: &Run, lanes: &Lanes) -> Vec<(u16, u64)> {
    let mut found = Vec::new();
    for (process, report) in run.processes.iter().enumerate() {
        if report.restarts == 0 || run.trace.names.is_empty() {
            continue;
        }
        let own = run.trace.threads.iter().zip(&lanes.threads);
        let own = own.filter(|(name, _)| name.process as usize == process);
        let spans: Vec<_> = own.flat_map(|(_, lane)| lane).collect();
        let who = Subject::Process(process as u16);
        for failure in run.outcome.failures.iter().filter(|f| f.who == who) {
            let later = spans.iter().map(|span| span.start);
            let next = later.filter(|&start| start >= failure.at_ns).min();
            found.extend(next.map(|at| (process as u16, at)));
        }
    }
    found.dedup();
    found
}

/// A circle of waiting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circle {
    /// When it closed, ns.
    pub at: u64,
    /// Who waits, each for the next, the last for the first, and for what.
    pub waits: Vec<(String, Option<String>)>,
}

impl Circle {
    /// "At 1 ms: A waits for fork 2, which B holds; ...".
    #[must_use]
    pub fn words(&self) -> String {
        let next = self.waits.iter().cycle().skip(1);
        let waits = self
            .waits
            .iter()
            .zip(next)
            .map(|((who, what), (next, _))| match what {
                Some(what) => text::waits_for_lock(who, what, next),
                None => text::waits_for(who, next),
            });
        let waits: Vec<_> = waits.collect();
        text::circle(&duration(self.at), &waits)
    }
}

/// The deadlocks of `run`, which is of `scenario`; `here`: what things cost in
/// this browser. Looks into the run again to learn what each waits for.
#[must_use]
pub fn circles(run: &Run, scenario: &Scenario, here: Option<Costs>) -> Vec<Circle> {
    if run.deadlocks.is_empty() {
        return Vec::new();
    }
    let scenario = super::program::with_costs(scenario, here);
    let limits = Limits {
        max_events: MAX_EVENTS,
        trace: false,
    };
    let mut rewind = Rewind::scenario(&scenario, limits)
        .ok()
        .map(|(_, rewind)| rewind);
    let short = |thread: u32| {
        let name = &run.trace.threads[thread as usize];
        short_name(
            run,
            Subject::Thread(name.process as u16, name.worker.unwrap_or(0)),
        )
    };
    run.deadlocks
        .iter()
        .map(|(at, threads)| {
            let view = rewind.as_mut().map(|rewind| rewind.at(*at));
            let awaited = |thread: u32| {
                let waits = view.as_ref()?.threads.get(thread as usize)?.waits_for;
                match waits? {
                    Awaited::Lock(lock) => Some(scenario.locks.get(lock as usize)?.name.clone()),
                    Awaited::Gil => Some(text::GIL.to_owned()),
                    _ => None,
                }
            };
            Circle {
                at: *at,
                waits: threads.iter().map(|&id| (short(id), awaited(id))).collect(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
