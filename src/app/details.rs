//! All that a trial found, in words and rows of words.

use super::amount::amount;
use super::story::{Story, chains, story};
use crate::app::english::findings as text;
use crate::experiment::Experiment;
use crate::lab::findings::{Figure, Findings, NamedRun};
use crate::lab::measurement::Environment;
use crate::lessons::Comparison;
use crate::plot::{count, duration, ratio, signed_percent};

/// A number, predicted and measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompareRow {
    /// What it is.
    pub what: String,
    /// What the simulator says.
    pub predicted: String,
    /// What was measured.
    pub measured: String,
    /// By how much the prediction is off; "–" if nothing was measured.
    pub error: String,
}

/// The comparisons as rows.
#[must_use]
pub fn compare_rows(comparisons: &[Comparison]) -> Vec<CompareRow> {
    let row = |comparison: &Comparison| CompareRow {
        what: comparison.what.clone(),
        predicted: amount(comparison.predicted, comparison.unit),
        measured: amount(comparison.measured, comparison.unit),
        error: comparison
            .error_percent()
            .map_or_else(|| "–".to_owned(), |percent| signed_percent(percent / 100.0)),
    };
    comparisons.iter().map(row).collect()
}

/// A figure with its spread; of one sample there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureRow {
    /// What it is.
    pub what: String,
    /// The median.
    pub median: String,
    /// The 95th percentile.
    pub p95: String,
    /// The smallest and the largest.
    pub range: String,
    /// How many samples.
    pub samples: String,
}

/// A figure as a row.
#[must_use]
pub fn figure_row(figure: &Figure) -> FigureRow {
    let (summary, unit) = (figure.summary, figure.unit);
    let spread = |text: String| match summary.samples {
        1 => "–".to_owned(),
        _ => text,
    };
    let range = text::range(&amount(summary.min, unit), &amount(summary.max, unit));
    FigureRow {
        what: figure.name.clone(),
        median: amount(summary.median, unit),
        p95: spread(amount(summary.p95, unit)),
        range: spread(range),
        samples: count(u64::from(summary.samples)),
    }
}

/// A whole experiment of a trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    /// Its name.
    pub name: String,
    /// Processes, threads, GIL.
    pub layout: String,
    /// How long it took.
    pub wall: String,
    /// Units done, of those planned.
    pub units: String,
    /// Speed-up over one thread.
    pub speed_up: String,
    /// Threads that did not complete.
    pub lost: String,
}

/// A run as a row.
#[must_use]
pub fn run_row(run: &NamedRun) -> RunRow {
    let outcome = &run.measurement.outcome;
    RunRow {
        name: run.name.clone(),
        layout: layout(&run.experiment),
        wall: duration(outcome.wall_ns),
        units: text::units(outcome.units_done(), outcome.units_planned),
        speed_up: ratio(run.measurement.speed_up()),
        lost: count(outcome.threads_lost() as u64),
    }
}

fn layout(experiment: &Experiment) -> String {
    text::layout(
        u64::from(experiment.processes),
        u64::from(experiment.threads),
        experiment.gil,
    )
}

/// Whether the results were right, in one sentence.
#[must_use]
pub fn checks(found: &Findings) -> String {
    let checks = found.all_checks();
    let all = checks.right + checks.wrong;
    text::checks(checks.wrong, all)
}

/// What failed, where: in which run, or outside of all.
#[must_use]
pub fn failures(found: &Findings) -> Vec<(String, Story)> {
    let failed = found
        .runs
        .iter()
        .filter(|run| !run.measurement.outcome.failures.is_empty())
        .map(|run| {
            let told = story(&run.measurement.outcome);
            (text::in_the_run(&run.name), told)
        });
    let mut all: Vec<_> = failed.collect();
    if !found.failures.is_empty() {
        let told = Story {
            lines: chains(&found.failures),
            untouched: String::new(),
        };
        all.push((text::IN_THE_TRIAL.to_owned(), told));
    }
    all
}

/// What a reader should know besides: the trial's notes and what its runs had
/// to say.
#[must_use]
pub fn notes(found: &Findings) -> Vec<String> {
    let mut notes = found.notes.clone();
    for run in &found.runs {
        let measurement = &run.measurement;
        let said = measurement.messages.iter();
        notes.extend(said.map(|message| format!("{}: {message}", run.name)));
    }
    notes
}

/// Under what conditions it was measured, in sentences.
#[must_use]
pub fn conditions(found: &Findings) -> Vec<String> {
    let mut said = vec![place(&found.environment)];
    let cores = found.environment.cores;
    let most = found.runs.iter().map(|run| run.experiment.workers()).max();
    if let Some(workers) = most.filter(|&workers| workers > cores) {
        said.push(text::oversubscribed(workers, cores));
    }
    said
}

/// Cores, isolation and clock, in one sentence.
#[must_use]
pub fn place(environment: &Environment) -> String {
    text::place(
        environment.cores,
        environment.isolated,
        &duration(u64::from(environment.timer_resolution_ns)),
    )
}

#[cfg(test)]
mod tests {
    use super::super::bench::tests::{findings, run};
    use super::*;
    use crate::experiment::{Ended, Failure, Medium, Subject};
    use crate::lab::findings::{Checks, Unit};

    #[test]
    fn comparisons_name_their_error_in_percent() {
        let compare = |predicted, measured| Comparison {
            what: "wall".to_owned(),
            predicted,
            measured,
            unit: Unit::Ns,
        };
        let rows = compare_rows(&[compare(1.1e6, 1e6), compare(1e6, 0.0)]);
        let said: Vec<_> = rows
            .iter()
            .map(|r| [&*r.predicted, &*r.measured, &*r.error])
            .collect();
        assert_eq!(said, [["1.1 ms", "1 ms", "+10.0 %"], ["1 ms", "0 ms", "–"]]);
    }

    #[test]
    fn one_sample_has_no_spread() {
        let mut found = findings("P1", true);
        found.figures.clear();
        found.add("start", Unit::Ns, &[2e6]);
        found.add("start", Unit::Ns, &[1e6, 2e6, 3e6]);
        let row = |index: usize| figure_row(&found.figures[index]);
        assert_eq!(
            (&*row(0).median, &*row(0).p95, &*row(0).range),
            ("2 ms", "–", "–")
        );
        assert_eq!(row(1).range, "1 ms to 3 ms");
        assert_eq!(row(1).p95, "3 ms");
        assert_eq!(row(1).samples, "3");
    }

    #[test]
    fn runs_name_their_layout_and_oversubscription() {
        let mut found = findings("P1", true);
        assert_eq!(
            conditions(&found),
            ["2 cores, page isolated (shared memory on), clock steps of 5 µs."]
        );
        found.runs.push(run("4 threads", 4));
        let row = run_row(&found.runs[0]);
        assert_eq!(row.layout, "1 process × 4 threads, GIL");
        assert_eq!(row.units, "400 of 400");
        assert_eq!(
            conditions(&found)[1],
            "Oversubscribed: up to 4 threads shared 2 cores."
        );
        found.notes = vec!["a note".to_owned()];
        found.runs[0].measurement.messages = vec!["late".to_owned()];
        assert_eq!(notes(&found), ["a note", "4 threads: late"]);
    }

    #[test]
    fn wrong_results_are_counted() {
        let mut found = findings("P1", true);
        found.checks = Checks::default();
        assert_eq!(checks(&found), "No results to check.");
        found.checks.right = 2;
        assert_eq!(checks(&found), "All 2 results checked were right.");
        found.checks.wrong = 1;
        assert_eq!(checks(&found), "1 of 3 results checked were wrong.");
    }

    #[test]
    fn failures_say_who_how_and_because_of_whom() {
        let mut found = findings("P1", true);
        assert_eq!(failures(&found), []);
        let failure = |who, how, cause, medium| Failure {
            at_ns: 2_000_000,
            who,
            how,
            cause,
            medium,
            fault: None,
        };
        found.failures = vec![
            failure(Subject::Thread(0, 1), Ended::Segfault, None, None),
            failure(
                Subject::Process(0),
                Ended::Segfault,
                Some(0),
                Some(Medium::SharedHeap),
            ),
        ];
        let told = failures(&found);
        assert_eq!(
            told[0].1.lines,
            [
                (
                    0,
                    "2 ms: thread 2 of process 1 crashed with an invalid memory access".to_owned()
                ),
                (
                    1,
                    "process 1 ended with it: its memory can no longer be trusted".to_owned()
                ),
            ]
        );
    }
}
