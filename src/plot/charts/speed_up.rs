//! How much faster more workers are, with Amdahl's law beside it.

use super::{Dash, Figure, Line, Look, Quantity, Scale, scale};
use crate::experiment::Experiment;
use crate::plot::{Ink, ratio};
use crate::sim::{Run, State};

/// How many runs make a curve at the most.
const MOST_RUNS: usize = 12;

/// No curve goes on beyond this many workers, unless the experiment does.
const USUAL: u16 = 8;

/// One run of the curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Threads, or processes.
    pub workers: u16,
    /// Units per second.
    pub rate: f64,
}

impl Point {
    /// What a run with so many workers came to; `None` if it was cut, so that
    /// its rate is not that of the whole.
    #[must_use]
    pub fn of(workers: u16, run: &Run) -> Option<Self> {
        let rate = run.outcome.units_per_second();
        (!run.cut && rate > 0.0).then_some(Self { workers, rate })
    }
}

/// What [`speed_up`] draws.
#[derive(Debug, Clone, PartialEq)]
pub struct SpeedUp {
    /// The experiment.
    pub experiment: Experiment,
    /// The runs; the first has one worker.
    pub points: Vec<Point>,
    /// The share of the work that more workers do not speed up; see
    /// [`serial_share`].
    pub serial: f64,
    /// The measured speed-up, if there is one.
    pub measured: Option<f64>,
}

/// Whether it is processes that the curve varies: where there are several.
fn varies_processes(experiment: &Experiment) -> bool {
    experiment.processes > 1
}

/// Workers of the experiment, of the kind that the curve varies.
fn workers(experiment: &Experiment) -> u16 {
    match varies_processes(experiment) {
        true => experiment.processes,
        false => experiment.threads,
    }
}

/// The numbers of workers to run: from 1 to the experiment's, and at least to
/// its cores or 8. All of them, or with growing gaps if they are many.
#[must_use]
pub fn counts(experiment: &Experiment) -> Vec<u16> {
    let mine = workers(experiment);
    let last = mine.max(experiment.cores.min(2 * USUAL)).max(USUAL);
    let mut found: Vec<u16> = (1..=USUAL).collect();
    let gaps = MOST_RUNS - found.len();
    let growth = (f64::from(last) / f64::from(USUAL)).powf(1.0 / gaps as f64);
    found.extend((1..=gaps).map(|n| {
        let next = f64::from(USUAL) * growth.powi(n as i32);
        (next.round() as u16).min(last)
    }));
    found.push(mine);
    found.sort_unstable();
    found.dedup();
    found
}

/// The same work by `workers`, without the faults: they would make it less
/// work.
#[must_use]
pub fn with_workers(experiment: &Experiment, workers: u16) -> Experiment {
    let mut changed = Experiment {
        faults: Vec::new(),
        ..experiment.clone()
    };
    match varies_processes(experiment) {
        true => changed.processes = workers,
        false => changed.threads = workers,
    }
    changed
}

/// The share of the run of one worker that further ones cannot take over:
/// the time in which no worker is at work yet or any more, and, if all share
/// one GIL, the time for which it is held. The run must have its trace.
#[must_use]
pub fn serial_share(experiment: &Experiment, run: &Run) -> f64 {
    let trace = &run.trace;
    let is_worker = |thread: u32| trace.threads[thread as usize].worker.is_some();
    let at_work = trace.spans.iter().filter(|span| {
        is_worker(span.thread) && matches!(span.state, State::Running | State::WaitIo)
    });
    let mut changes: Vec<(u64, i32, i32)> = Vec::new();
    for span in at_work {
        changes.extend([(span.start, 1, 0), (span.end, -1, 0)]);
    }
    if !varies_processes(experiment) {
        let holds = trace.holds.iter().filter(|hold| is_worker(hold.thread));
        for hold in holds {
            changes.extend([(hold.start, 0, 1), (hold.end, 0, -1)]);
        }
    }
    changes.sort_unstable();
    let (mut busy, mut held, mut last, mut parallel) = (0, 0, 0, 0);
    for (at, work, hold) in changes {
        if busy > 0 && held == 0 {
            parallel += at - last;
        }
        (busy, held, last) = (busy + work, held + hold, at);
    }
    let wall = run.outcome.wall_ns.max(1);
    (1.0 - parallel as f64 / wall as f64).clamp(0.0, 1.0)
}

/// How many times as fast `workers` are as one, if `serial` of the work is for
/// one alone.
#[must_use]
pub fn amdahl(serial: f64, workers: f64) -> f64 {
    1.0 / (serial + (1.0 - serial) / workers)
}

/// Draws the curve. `None`: there is no run of one worker to compare with.
#[must_use]
pub fn speed_up(request: &SpeedUp) -> Option<Figure> {
    let SpeedUp {
        experiment,
        points,
        serial,
        measured,
    } = request;
    let one = points.first().filter(|point| point.workers == 1)?.rate;
    let mine = workers(experiment);
    let of_processes = varies_processes(experiment);
    let one_name = if of_processes { "process" } else { "thread" };
    let name = match (of_processes, experiment.threads) {
        (true, 1) => "processes".to_owned(),
        (true, threads) => format!("processes of {threads} threads"),
        (false, _) => "threads".to_owned(),
    };
    let xs: Vec<f64> = points
        .iter()
        .map(|point| f64::from(point.workers))
        .collect();
    let simulated: Vec<_> = points.iter().map(|point| Some(point.rate / one)).collect();
    let own = points.iter().position(|point| point.workers == mine);
    let said = own.and_then(|own| simulated[own]);
    let law: Vec<_> = xs.iter().map(|&n| Some(amdahl(*serial, n))).collect();
    let ideal: Vec<_> = xs.iter().map(|&n| Some(n)).collect();
    // Measured is over one thread: the same as over one process of one.
    let comparable = measured.filter(|_| !of_processes || experiment.threads == 1);
    let title = match said {
        Some(said) => {
            let plural = if mine == 1 { one_name } else { &name };
            let are = if mine == 1 { "is" } else { "are" };
            format!("{mine} {plural} {are} {} as fast as 1.", ratio(said))
        }
        None => format!("How many times as fast more {name} are."),
    };
    let line = |label: &str, ink, look, values| Line {
        label: label.to_owned(),
        ink,
        look,
        values,
    };
    let mut lines = vec![
        line("ideal", Ink::Muted, Look::Line(Dash::Dotted), ideal),
        line("simulated", Ink::Predicted, Look::Points, simulated),
        // Over it, for it is broken: one sees both where they agree.
        line(
            &format!("Amdahl's law, {} serial", scale::share(*serial)),
            Ink::Hue(3),
            Look::Line(Dash::Dashed),
            law,
        ),
    ];
    if let (Some(measured), Some(own)) = (comparable, own) {
        let mut values = vec![None; xs.len()];
        values[own] = Some(measured);
        lines.push(line("measured", Ink::Measured, Look::Dots, values));
    }
    // The ideal line may leave the picture; the others may not.
    let real = lines[1..]
        .iter()
        .flat_map(|line| line.values.iter().flatten());
    let top = real.copied().fold(0.0, f64::max);
    let last = xs.last().copied().unwrap_or(1.0);
    let shared = match (of_processes, experiment.gil) {
        (false, true) => " or the GIL, which all threads share, is held",
        _ => "",
    };
    Some(Figure {
        title,
        x: Scale {
            name: if of_processes { "Processes" } else { "Threads" },
            quantity: Quantity::Count,
            from: 1.0,
            to: last,
        },
        y: Scale {
            name: match (of_processes, experiment.threads) {
                (true, 2..) => "Times as fast as 1 process",
                _ => "Times as fast as 1 thread",
            },
            quantity: Quantity::Times,
            from: 0.0,
            // So high that one sees how far it is from the ideal.
            to: (top * 1.25)
                .max(f64::from(mine) * 1.1)
                .clamp(1.5, last.max(1.5) * 1.05),
        },
        xs,
        lines,
        marks: vec![(f64::from(mine), format!("{mine}"))],
        note: format!(
            "Amdahl: 1 / (s + (1 − s) / n), where s, the serial share, is the part of the run \
             with 1 {one_name} in which nothing is at work yet or any more{shared}: {}. \
             The simulated machine has {} cores{}.",
            scale::share(*serial),
            experiment.cores,
            match experiment.faults.is_empty() {
                true => "",
                false => "; the faults are left out",
            }
        ),
        more: None,
    })
}
