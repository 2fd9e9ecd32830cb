//! The claims by group, how each of them stands, and what they say together.

use super::amount::date;
use super::{Bench, Running, Tried};
use crate::app::english::bench as text;
use crate::experiment::Costs;
use crate::lab::probes::Probes;
use crate::lab::trial::{Doing, Trouble};
use crate::lessons::{self, Lesson, Predictor};

/// Claims about one thing.
#[derive(Debug, Clone)]
pub struct Group {
    /// About what.
    pub name: &'static str,
    /// Identifier for tests and styles.
    pub id: &'static str,
    /// The claims, in the order of the table.
    pub lessons: Vec<&'static Lesson>,
}

/// The groups: the first letter of their claims' ids, identifier, name.
const GROUPS: [(char, &str, &str); 5] = [
    ('P', "processes", text::GROUP_PROCESSES),
    ('T', "threads", text::GROUP_THREADS),
    ('G', "gil", text::GROUP_GIL),
    ('W', "ways", text::GROUP_WAYS),
    ('M', "multiprocessing", text::GROUP_MULTIPROCESSING),
];

/// All claims that can be measured, by group. No group is empty.
#[must_use]
pub fn groups() -> Vec<Group> {
    let all = lessons::all();
    let group = |(letter, id, name)| {
        let lessons = all.iter().filter(|lesson| lesson.id.starts_with(letter));
        Group {
            name,
            id,
            lessons: lessons.copied().collect(),
        }
    };
    let groups = GROUPS.into_iter().map(group);
    groups.filter(|group| !group.lessons.is_empty()).collect()
}

/// How a claim stands with its measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Not measured yet.
    NotYet,
    /// Being measured.
    Running,
    /// Measured, and it holds.
    Holds,
    /// Measured, and it does not hold.
    DoesNotHold,
    /// Measured, but something is missing.
    Undecided,
    /// This browser does not offer what it takes.
    NotMeasurable,
    /// It broke off.
    Failed,
}

impl Standing {
    /// Identifier for tests: `none`, `running`, `done` or `failed`.
    #[must_use]
    pub fn status(self) -> &'static str {
        match self {
            Self::NotYet => "none",
            Self::Running => "running",
            Self::Holds | Self::DoesNotHold | Self::Undecided => "done",
            Self::NotMeasurable | Self::Failed => "failed",
        }
    }

    /// For styles: `holds`, `fails`, `broken`, or `open` where there is no
    /// verdict.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::DoesNotHold => "fails",
            Self::Failed => "broken",
            _ => "open",
        }
    }
}

/// How the claim of this id stands.
#[must_use]
pub fn standing(bench: &Bench, id: &str) -> Standing {
    let is_running = |running: &Running| matches!(&running.doing, Doing::Trial(now) if now == id);
    if bench.running.as_ref().is_some_and(is_running) {
        return Standing::Running;
    }
    match bench.trials.get(id) {
        None => Standing::NotYet,
        Some(Ok(tried)) if !tried.is_decided => Standing::Undecided,
        Some(Ok(tried)) if tried.verdict.holds => Standing::Holds,
        Some(Ok(_)) => Standing::DoesNotHold,
        Some(Err(Trouble::Unavailable(_))) => Standing::NotMeasurable,
        Some(Err(_)) => Standing::Failed,
    }
}

/// What the measurements say together, in one sentence.
#[must_use]
pub fn summary(bench: &Bench) -> String {
    let all = lessons::all();
    let number = |of: Standing| {
        // What is being measured again still stands as it did.
        let settled = Bench {
            running: None,
            trials: bench.trials.clone(),
            ..Bench::default()
        };
        let is_so = |lesson: &&&Lesson| standing(&settled, lesson.id) == of;
        all.iter().filter(is_so).count()
    };
    let standings = text::Standings {
        holds: number(Standing::Holds),
        does_not_hold: number(Standing::DoesNotHold),
        undecided: number(Standing::Undecided),
        not_measurable: number(Standing::NotMeasurable),
        failed: number(Standing::Failed),
    };
    text::summary(all.len(), standings)
}

/// What is going on, coarsely enough to be read out; `None`: nothing.
#[must_use]
pub fn going_on(bench: &Bench) -> Option<String> {
    let running = bench.running.as_ref()?;
    let what = match &running.doing {
        Doing::Trial(id) => text::measuring_claim(id),
        Doing::Probes => text::MEASURING_PROBES.to_owned(),
        Doing::Grid(_) => text::MEASURING_GRID.to_owned(),
    };
    let place = bench.queue.as_ref();
    let place = place.map(|queue| (queue.place(), queue.of));
    Some(text::going_on(&what, place, running.paused))
}

/// Where an activity is: "4 threads (2 of 3)".
#[must_use]
pub fn step(running: &Running) -> String {
    if running.paused {
        return text::PAUSED.to_owned();
    }
    match &running.step {
        None => text::STARTING.to_owned(),
        Some(step) => text::step(&step.doing, step.done + 1, step.of),
    }
}

/// The simulator for a claim's findings: with the costs of the probes, else
/// with those seen in the trial's own last run, else with `last`: those of the
/// last run of any.
#[must_use]
pub fn predictor(tried: &Tried, probed: Option<Costs>, last: Option<Costs>) -> Predictor {
    let runs = &tried.findings.runs;
    let own = runs.last().map(|run| run.measurement.costs);
    let costs = probed.or(own).or(last).unwrap_or(Costs::IDEAL);
    Predictor { costs }
}

/// Where the costs of the comparisons come from, in one sentence.
#[must_use]
pub fn costs_from(probes: Option<&Probes>) -> String {
    match probes {
        Some(probes) => text::costs_from_probes(&date(probes.taken_ms)),
        None => text::COSTS_FROM_LAST_RUN.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench::tests::{done, environment, findings};
    use super::*;
    use crate::lab::trial::{Happened, Step};

    #[test]
    fn every_lesson_is_in_one_group() {
        let grouped: Vec<_> = groups()
            .iter()
            .flat_map(|group| &group.lessons)
            .map(|lesson| lesson.id)
            .collect();
        let all: Vec<_> = lessons::all().iter().map(|lesson| lesson.id).collect();
        assert_eq!(grouped, all);
        assert_eq!(groups()[0].name, "Processes");
    }

    #[test]
    fn the_summary_counts_what_stands_how() {
        let mut bench = Bench::default();
        let all = lessons::all().len();
        assert_eq!(summary(&bench), format!("None of {all} measured yet."));
        done(&mut bench, findings("P1", true));
        assert_eq!(summary(&bench), format!("1 of {all} measured: 1 holds."));
        bench.begin(Doing::Trial("P1".to_owned()));
        assert_eq!(standing(&bench, "P1"), Standing::Running);
        assert_eq!(summary(&bench), format!("1 of {all} measured: 1 holds."));
        bench.happened(Happened::Stopped);
        done(&mut bench, findings("P1", false));
        assert_eq!(
            summary(&bench),
            format!("1 of {all} measured: 1 does not hold here.")
        );
        assert_eq!(standing(&bench, "P1"), Standing::DoesNotHold);
        let unavailable = Trouble::Unavailable("no".to_owned());
        bench.begin(Doing::Trial("P1".to_owned()));
        bench.happened(Happened::Failed(unavailable));
        assert_eq!(
            summary(&bench),
            format!("0 of {all} measured: 1 not measurable here.")
        );
        assert_eq!(standing(&bench, "P1").status(), "failed");
    }

    #[test]
    fn incomplete_findings_are_no_verdict() {
        let mut bench = Bench::default();
        let nothing = crate::lab::findings::Findings::new("P1", environment());
        done(&mut bench, nothing);
        assert_eq!(standing(&bench, "P1"), Standing::Undecided);
        assert!(summary(&bench).ends_with("1 undecided."));
    }

    #[test]
    fn what_goes_on_is_said_coarsely_and_each_step_finely() {
        let mut bench = Bench::default();
        assert_eq!(going_on(&bench), None);
        bench.measure_all(["P1", "P2", "P3"]);
        assert_eq!(going_on(&bench).unwrap(), "Measuring P1, 1 of 3.");
        let now = |bench: &Bench| step(bench.running.as_ref().unwrap());
        assert_eq!(now(&bench), "Starting …");
        bench.happened(Happened::Step(Step {
            doing: "4 threads".to_owned(),
            done: 1,
            of: 3,
        }));
        assert_eq!(now(&bench), "4 threads (2 of 3)");
        assert_eq!(going_on(&bench).unwrap(), "Measuring P1, 1 of 3.");
        bench.happened(Happened::Paused);
        assert!(now(&bench).starts_with("Paused: the page is hidden"));
        assert!(going_on(&bench).unwrap().contains("Paused"));
    }

    #[test]
    fn the_best_known_costs_are_compared_with() {
        let mut bench = Bench::default();
        done(&mut bench, findings("P1", true));
        let tried = bench.trials["P1"].clone().unwrap();
        let costs = |probed, last| predictor(&tried, probed, last).costs;
        assert_eq!(costs(None, None), Costs::IDEAL);
        assert_eq!(
            costs(None, Some(Costs::CPYTHON_LINUX)),
            Costs::CPYTHON_LINUX
        );
        assert_eq!(
            costs(Some(Costs::IDEAL), Some(Costs::CPYTHON_LINUX)),
            Costs::IDEAL
        );
        let mut with_run = (*tried).clone();
        with_run
            .findings
            .runs
            .push(super::super::bench::tests::run("2 threads", 2));
        let own = predictor(&with_run, None, Some(Costs::IDEAL)).costs;
        assert_eq!(own, Costs::CPYTHON_LINUX);
        assert!(costs_from(None).starts_with("No probes yet"));
    }
}
