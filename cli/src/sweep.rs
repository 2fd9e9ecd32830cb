//! `timeslice sweep`: one file, many values.

mod values;

use crate::args::SweepArgs;
use crate::error::{Failure, InputProblem};
use crate::input::{Input, RunFailure, run_with};
use crate::output;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use serde_json::{Map, Value, json};
use std::io::{self, IsTerminal, Write};
use timeslice::experiment::scenario::import::{Format, ImportError};
use timeslice::experiment::scenario::{Document, FileError, SubstituteError, read, substitute};
use timeslice::export::summary::{Amount, Figure, Verdict, figures};
use timeslice::export::table::Table;
use timeslice::plot::ratio;
use values::{Axis, MAX_POINTS, text};

/// Figures in the table; all are in CSV and JSON. Those that are 0 in every row
/// are left out.
const COLUMNS: [(&str, &str); 10] = [
    ("end_ns", "run time"),
    ("utilisation", "cores used"),
    ("units_per_second", "throughput"),
    ("turnaround_mean_ns", "turnaround"),
    ("response_mean_ns", "response"),
    ("waiting_mean_ns", "waiting"),
    ("gil_wait_ns", "GIL wait"),
    ("context_switches", "switches"),
    ("deadline_misses", "misses"),
    ("failures", "failures"),
];

/// One point of the sweep and what came of it.
struct Point {
    values: Vec<Value>,
    verdict: Verdict,
    figures: Vec<Figure>,
}

pub(crate) fn sweep(args: &SweepArgs) -> Result<(), Failure> {
    let axes: Vec<Axis> = args
        .set
        .iter()
        .map(|text| text.parse().map_err(Failure::Usage))
        .collect::<Result<_, _>>()?;
    let points = axes
        .iter()
        .try_fold(1_usize, |points, axis| {
            points.checked_mul(axis.values.len())
        })
        .filter(|&points| points <= MAX_POINTS);
    let Some(points) = points else {
        return Err(Failure::Usage(format!(
            "--set: there are more than {MAX_POINTS} combinations"
        )));
    };
    let input = Input::read(&args.file, &args.options)?;
    let base = as_value(&input);
    let bar = progress(points);
    let results: Vec<Result<Point, Failure>> = (0..points)
        .into_par_iter()
        .map(|number| {
            let point = point(args, &input, &base, &axes, number);
            bar.inc(1);
            point
        })
        .collect();
    bar.finish_and_clear();
    // Of several errors the first in order is told, whichever came first.
    let results: Vec<Point> = results.into_iter().collect::<Result<_, _>>()?;
    if args.json {
        return output::to_stdout(|out| write_json(out, &axes, &results));
    }
    if args.csv {
        return output::to_stdout(|out| write_csv(out, &axes, &results));
    }
    output::to_stdout(|out| write!(out, "{}", table(&axes, &results)))
}

/// A bar on stderr if somebody looks at it.
fn progress(points: usize) -> ProgressBar {
    if points < 2 || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(points as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len} runs, {eta} to go") {
        bar.set_style(style);
    }
    bar
}

/// The document as JSON in which values can be set. What was written as JSON is
/// taken as it was written, so that paths are those of the file.
fn as_value(input: &Input) -> Value {
    let written = match (&input.document, input.format) {
        (_, Format::Json) => serde_json::from_str(&input.text),
        (Document::Scenario(scenario), _) => serde_json::to_value(scenario),
        (Document::Experiment(experiment), _) => serde_json::to_value(experiment),
    };
    // It has been read before, so it can be read again.
    written.unwrap_or(Value::Null)
}

/// The values of point `number`: the last axis changes fastest.
fn values(axes: &[Axis], mut number: usize) -> Vec<Value> {
    let mut values: Vec<Value> = axes
        .iter()
        .rev()
        .map(|axis| {
            let value = axis.values[number % axis.values.len()].clone();
            number /= axis.values.len();
            value
        })
        .collect();
    values.reverse();
    values
}

fn point(
    args: &SweepArgs,
    input: &Input,
    base: &Value,
    axes: &[Axis],
    number: usize,
) -> Result<Point, Failure> {
    let wrong = |problem| Failure::Input {
        file: input.name.clone(),
        problem,
    };
    let values = values(axes, number);
    let mut changed = base.clone();
    for (axis, value) in axes.iter().zip(&values) {
        substitute(&mut changed, &axis.path, value.clone()).map_err(|error| match error {
            SubstituteError::Path { .. } => Failure::Usage(format!("--set: {error}")),
            error => wrong(set(axis, value, &error.to_string())),
        })?;
    }
    let document = read(&changed.to_string()).map_err(|error| {
        // Its lines and columns are those of no file.
        let FileError::Value { path, reason, .. } = &error else {
            return wrong(ImportError::Json(error).into());
        };
        let problem = format!("{path}: {reason}");
        wrong(blame(axes, &values, path, &problem))
    })?;
    let run = run_with(document, &args.options, false).map_err(|error| match error {
        RunFailure::Usage(failure) => failure,
        RunFailure::Input(problem) => wrong(blame(axes, &values, "", &problem.to_string())),
    })?;
    Ok(Point {
        values,
        verdict: Verdict::of(&run),
        figures: figures(&run),
    })
}

fn set(axis: &Axis, value: &Value, reason: &str) -> InputProblem {
    InputProblem::Set {
        path: axis.path.clone(),
        value: text(value),
        reason: reason.to_owned(),
    }
}

/// A problem at `path`, put down to the axis that set it, else to the last.
fn blame(axes: &[Axis], values: &[Value], path: &str, problem: &str) -> InputProblem {
    let pairs = || axes.iter().zip(values);
    let concerns = |(axis, _): &(&Axis, &Value)| {
        path.starts_with(&axis.path) || (path.is_empty() && problem.contains(&axis.path))
    };
    match pairs().find(concerns).or_else(|| pairs().next_back()) {
        Some((axis, value)) => set(axis, value, problem),
        None => set(
            &Axis {
                path: path.to_owned(),
                values: Vec::new(),
            },
            &Value::Null,
            problem,
        ),
    }
}

fn table(axes: &[Axis], points: &[Point]) -> Table {
    let figure = |point: &Point, key: &str| -> Option<Amount> {
        let found = point.figures.iter().find(|figure| figure.key == key);
        found.map(|figure| figure.amount)
    };
    let columns: Vec<&(&str, &str)> = COLUMNS
        .iter()
        .filter(|(key, _)| {
            let amounts = points.iter().filter_map(|point| figure(point, key));
            amounts.into_iter().any(|amount| amount.number() > 0.0)
        })
        .collect();
    let mut header: Vec<String> = axes.iter().map(|axis| axis.path.clone()).collect();
    header.push("ended".to_owned());
    for (key, label) in &columns {
        header.push((*label).to_owned());
        if *key == "end_ns" {
            header.push("speed-up".to_owned());
        }
    }
    let first = points
        .first()
        .filter(|point| point.verdict == Verdict::Finished)
        .and_then(|point| figure(point, "end_ns"));
    let row = |point: &Point| {
        let mut row: Vec<String> = point.values.iter().map(text).collect();
        row.push(point.verdict.word().to_owned());
        for (key, _) in &columns {
            let amount = figure(point, key);
            row.push(amount.map(Amount::text).unwrap_or_default());
            if *key == "end_ns" {
                // Over the first row; a run that did not finish has none.
                let of = |amount: Option<Amount>| amount.map_or(0.0, Amount::number);
                let comparable = point.verdict == Verdict::Finished && of(amount) > 0.0;
                row.push(match first {
                    Some(_) if comparable => ratio(of(first) / of(amount)),
                    _ => "-".to_owned(),
                });
            }
        }
        row
    };
    Table {
        header,
        rows: points.iter().map(row).collect(),
        left: axes.len() + 1,
    }
}

fn write_json(out: &mut dyn Write, axes: &[Axis], points: &[Point]) -> io::Result<()> {
    let all: Vec<Value> = points
        .iter()
        .map(|point| {
            let paths = axes.iter().map(|axis| axis.path.clone());
            let set: Map<String, Value> = paths.zip(point.values.iter().cloned()).collect();
            let figures: Map<String, Value> = point
                .figures
                .iter()
                .map(|figure| (figure.key.to_owned(), figure.amount.json()))
                .collect();
            json!({"set": set, "verdict": point.verdict.word(), "figures": figures})
        })
        .collect();
    output::json(out, &all)
}

fn write_csv(out: &mut dyn Write, axes: &[Axis], points: &[Point]) -> io::Result<()> {
    let Some(first) = points.first() else {
        return Ok(());
    };
    let paths = axes.iter().map(|axis| axis.path.as_str());
    let keys = first.figures.iter().map(|figure| figure.key);
    line(out, paths.chain(["verdict"]).chain(keys).map(str::to_owned))?;
    for point in points {
        let values = point.values.iter().map(text);
        let verdict = [point.verdict.word().to_owned()];
        let figures = point
            .figures
            .iter()
            .map(|figure| figure.amount.json().to_string());
        line(out, values.chain(verdict).chain(figures))?;
    }
    Ok(())
}

fn line(out: &mut dyn Write, cells: impl Iterator<Item = String>) -> io::Result<()> {
    let quoted: Vec<String> = cells
        .map(|cell| {
            if cell.contains([',', '"', '\n', '\r']) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                cell
            }
        })
        .collect();
    writeln!(out, "{}", quoted.join(","))
}
