//! `timeslice run`: one run, its metrics, its trace, its chart.

use crate::args::{FailOn, GanttFormat, RunArgs, TraceFormat};
use crate::error::Failure;
use crate::input::Input;
use crate::output;
use serde::Serialize;
use std::path::Path;
use timeslice::experiment::Ended;
use timeslice::export::summary::{self, Verdict};
use timeslice::export::{chrome, csv, gantt_svg, gantt_text};
use timeslice::sim::Run;

/// A run as JSON.
#[derive(Serialize)]
struct Report<'r> {
    name: &'r str,
    /// How it ended: in a word, and in a sentence.
    verdict: &'static str,
    said: String,
    #[serde(flatten)]
    run: &'r Run,
}

pub(crate) fn run(args: &RunArgs) -> Result<(), Failure> {
    let trace_format = args
        .trace_format
        .unwrap_or(trace_format(args.trace.as_deref()));
    let gantt_format = args
        .gantt_format
        .unwrap_or(gantt_format(args.gantt.as_deref()));
    let on_stdout = |path: &Option<_>| path.as_deref() == Some(Path::new("-"));
    let (trace, gantt) = (on_stdout(&args.trace), on_stdout(&args.gantt));
    // A text chart and the table are both for people and go together.
    let picture = gantt && gantt_format == GanttFormat::Svg;
    if usize::from(trace) + usize::from(gantt) + usize::from(args.json) > 1 {
        let message = "only one of --json, --trace - and --gantt - can go to standard output";
        return Err(Failure::Usage(message.to_owned()));
    }
    let input = Input::read(&args.file, &args.options)?;
    let recorded = args.trace.is_some() || args.gantt.is_some();
    let run = input.run(&args.options, recorded)?;
    let title = input.title();
    let max_events = args.options.max_events;
    if let Some(path) = &args.trace {
        output::to(path, |mut out| match trace_format {
            TraceFormat::Chrome => chrome::write(&mut out, &run, title),
            TraceFormat::Csv => csv::write(&mut out, &run),
        })?;
    }
    if let Some(path) = &args.gantt {
        output::to(path, |mut out| match gantt_format {
            GanttFormat::Svg => {
                let width = args.width.unwrap_or(1_000);
                gantt_svg::write(&mut out, &run, title, width, max_events)
            }
            GanttFormat::Text => {
                let width = args.width.unwrap_or(100) as usize;
                gantt_text::write(&mut out, &run, width)?;
                if gantt { writeln!(out) } else { Ok(()) }
            }
        })?;
    }
    if args.json {
        let report = Report {
            name: title,
            verdict: Verdict::of(&run).word(),
            said: summary::verdict(&run, max_events),
            run: &run,
        };
        output::to_stdout(|out| output::json(out, &report))?;
    } else if !trace && !picture {
        output::to_stdout(|mut out| summary::write(&mut out, &run, title, max_events))?;
    }
    fail_on(&args.fail_on, &run)
}

fn has_extension(path: Option<&Path>, extension: &str) -> bool {
    let found = path.and_then(Path::extension);
    found.is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

fn trace_format(path: Option<&Path>) -> TraceFormat {
    if has_extension(path, "csv") {
        TraceFormat::Csv
    } else {
        TraceFormat::Chrome
    }
}

fn gantt_format(path: Option<&Path>) -> GanttFormat {
    if has_extension(path, "svg") {
        GanttFormat::Svg
    } else {
        GanttFormat::Text
    }
}

fn fail_on(wanted: &[FailOn], run: &Run) -> Result<(), Failure> {
    let metrics = &run.metrics;
    let found = |what: &&FailOn| match what {
        FailOn::Stuck => {
            let waits = |ended| matches!(ended, Ended::Stuck | Ended::Deadlocked);
            run.threads.iter().any(|thread| waits(thread.ended))
        }
        FailOn::Deadlock => !run.deadlocks.is_empty(),
        FailOn::DeadlineMiss => metrics.deadline_misses > 0,
        FailOn::Failure => !run.outcome.failures.is_empty(),
        FailOn::Cut => run.cut,
        FailOn::LostUpdate => metrics.lost_updates > 0,
        FailOn::Leak => metrics.leaked_bytes > 0,
    };
    let Some(what) = wanted.iter().find(found) else {
        return Ok(());
    };
    let what = match what {
        FailOn::Stuck => "threads that wait for ever",
        FailOn::Deadlock => "a deadlock",
        FailOn::DeadlineMiss => "missed deadlines",
        FailOn::Failure => "failures",
        FailOn::Cut => "not come to its end",
        FailOn::LostUpdate => "lost updates",
        FailOn::Leak => "leaked memory",
    };
    Err(Failure::FailOn(format!("--fail-on: the run has {what}")))
}
