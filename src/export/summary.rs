//! What a run amounts to: figures with their units, and a verdict in words.

use super::names::Names;
use super::table::Table;
use crate::experiment::Ended;
use crate::plot::{count, duration, percent, rate};
use crate::sim::{Run, State};
use serde_json::{Map, Number, Value};
use std::io::{self, Write};

/// The most threads and failures that a summary lists one by one.
const MAX_LISTED: usize = 40;

/// A number with its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    /// ns.
    Time(u64),
    /// A mere number.
    Count(u64),
    /// Bytes.
    Bytes(u64),
    /// From 0 to 1.
    Share(f64),
    /// How many, on average.
    Mean(f64),
    /// Per second.
    Rate(f64),
}

impl Amount {
    /// The number without its unit.
    #[must_use]
    pub fn number(self) -> f64 {
        match self {
            Self::Time(n) | Self::Count(n) | Self::Bytes(n) => n as f64,
            Self::Share(x) | Self::Mean(x) | Self::Rate(x) => x,
        }
    }

    /// As people read it.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Time(0) => "0".to_owned(),
            Self::Time(ns) => duration(ns),
            Self::Count(n) => count(n),
            Self::Bytes(n) => bytes(n),
            Self::Share(x) => percent(x),
            Self::Mean(x) => format!("{x:.2}"),
            Self::Rate(x) => rate(x),
        }
    }

    /// As programs read it.
    #[must_use]
    pub fn json(self) -> Value {
        match self {
            Self::Time(n) | Self::Count(n) | Self::Bytes(n) => n.into(),
            Self::Share(x) | Self::Mean(x) | Self::Rate(x) => {
                Number::from_f64(x).map_or(Value::Null, Value::Number)
            }
        }
    }
}

/// "13 MiB".
fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 || value >= 99.95 || value.fract() < 0.05 {
        format!("{value:.0} {}", UNITS[unit])
    } else {
        format!("{value:.1} {}", UNITS[unit])
    }
}

/// One figure of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// Its name in JSON and CSV; times in it are ns.
    pub key: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// The number.
    pub amount: Amount,
    /// Whether a summary shows it even if it is 0.
    pub always: bool,
}

/// All figures of a run, always the same and in the same order.
#[must_use]
pub fn figures(run: &Run) -> Vec<Figure> {
    use Amount::{Bytes, Count, Mean, Rate, Share, Time};
    let metrics = &run.metrics;
    let time_in = |state: State| Time(metrics.time_in[state as usize]);
    let cpu: u64 = metrics.core_busy_ns.iter().sum();
    let units = run
        .threads
        .iter()
        .map(|thread| u64::from(thread.units))
        .sum::<u64>();
    let per_second = |n: u64| match run.end_ns {
        0 => 0.0,
        end => n as f64 / (end as f64 / 1e9),
    };
    let utilisation = metrics.utilisation(run.end_ns);
    let cores = metrics.core_busy_ns.len() as f64;
    let misses = metrics.deadline_misses;
    let (turnaround, response) = (metrics.turnaround, metrics.response);
    let waiting = metrics.waiting;
    let lost = Names::of(run)
        .shown()
        .filter(|&id| run.threads[id as usize].ended != Ended::Completed)
        .count();
    let all = [
        ("end_ns", "run time", Time(run.end_ns), true),
        ("cpu_ns", "CPU time", Time(cpu), true),
        ("utilisation", "use of the cores", Share(utilisation), true),
        (
            "cores_busy",
            "cores busy at a time",
            Mean(utilisation * cores),
            true,
        ),
        ("units_done", "units of work", Count(units), false),
        (
            "units_per_second",
            "throughput",
            Rate(per_second(units)),
            false,
        ),
        (
            "turnaround_mean_ns",
            "turnaround, mean",
            Time(turnaround.mean),
            false,
        ),
        (
            "turnaround_p50_ns",
            "turnaround, median",
            Time(turnaround.p50),
            false,
        ),
        (
            "turnaround_p95_ns",
            "turnaround, 95 %",
            Time(turnaround.p95),
            false,
        ),
        (
            "turnaround_max_ns",
            "turnaround, longest",
            Time(turnaround.max),
            false,
        ),
        (
            "response_mean_ns",
            "response, mean",
            Time(response.mean),
            true,
        ),
        (
            "response_max_ns",
            "response, longest",
            Time(response.max),
            false,
        ),
        (
            "waiting_mean_ns",
            "waiting for a core, mean",
            Time(waiting.mean),
            true,
        ),
        (
            "waiting_max_ns",
            "waiting for a core, longest",
            Time(waiting.max),
            false,
        ),
        (
            "fairness",
            "fairness of CPU time (Jain)",
            Mean(metrics.fairness_permille as f64 / 1e3),
            true,
        ),
        (
            "gil_wait_ns",
            "waiting for the GIL, all threads",
            time_in(State::WaitGil),
            false,
        ),
        (
            "gil_switches",
            "GIL hand-overs",
            Count(metrics.gil_switches),
            false,
        ),
        (
            "lock_wait_ns",
            "waiting for locks, all threads",
            time_in(State::WaitLock),
            false,
        ),
        (
            "channel_wait_ns",
            "waiting for messages, all threads",
            time_in(State::WaitChannel),
            false,
        ),
        (
            "io_wait_ns",
            "waiting for I/O, all threads",
            time_in(State::WaitIo),
            false,
        ),
        (
            "context_switches",
            "context switches",
            Count(metrics.context_switches),
            true,
        ),
        (
            "process_switches",
            "process switches",
            Count(metrics.process_switches),
            false,
        ),
        (
            "preemptions",
            "preemptions",
            Count(metrics.preemptions),
            false,
        ),
        ("migrations", "migrations", Count(metrics.migrations), false),
        (
            "steals",
            "threads stolen by idle cores",
            Count(metrics.steals),
            false,
        ),
        ("messages", "messages", Count(metrics.messages), false),
        (
            "message_bytes",
            "message volume",
            Bytes(metrics.message_bytes),
            false,
        ),
        (
            "memory_peak_bytes",
            "memory at its peak",
            Bytes(metrics.memory_peak_bytes),
            false,
        ),
        (
            "leaked_bytes",
            "leaked memory",
            Bytes(metrics.leaked_bytes),
            false,
        ),
        ("jobs", "periodic jobs", Count(run.jobs.len() as u64), false),
        (
            "deadline_misses",
            "deadline misses",
            Count(misses),
            !run.jobs.is_empty(),
        ),
        (
            "failures",
            "failures",
            Count(run.outcome.failures.len() as u64),
            false,
        ),
        (
            "threads_not_completed",
            "threads that did not complete",
            Count(lost as u64),
            false,
        ),
        (
            "deadlocks",
            "deadlocks",
            Count(run.deadlocks.len() as u64),
            false,
        ),
        (
            "lost_updates",
            "lost updates",
            Count(metrics.lost_updates),
            false,
        ),
        (
            "uses_after_free",
            "uses of freed memory",
            Count(metrics.uses_after_free),
            false,
        ),
        (
            "refused_kills",
            "refused kills of threads",
            Count(metrics.refused_kills),
            false,
        ),
        ("restarts", "restarts", Count(metrics.restarts), false),
        (
            "tasks_done",
            "pool tasks done",
            Count(metrics.tasks_done),
            false,
        ),
        (
            "tasks_failed",
            "pool tasks failed",
            Count(metrics.tasks_failed),
            false,
        ),
        (
            "tasks_lost",
            "pool tasks lost",
            Count(metrics.tasks_lost),
            false,
        ),
        (
            "loop_lateness_ns",
            "event loop's delay, longest",
            Time(metrics.loop_lateness_ns),
            false,
        ),
    ];
    all.map(|(key, label, amount, always)| Figure {
        key,
        label,
        amount,
        always,
    })
    .to_vec()
}

/// The figures as an object.
#[must_use]
pub fn figures_json(run: &Run) -> Map<String, Value> {
    let entry = |figure: Figure| (figure.key.to_owned(), figure.amount.json());
    figures(run).into_iter().map(entry).collect()
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// All threads came to an end.
    Finished,
    /// It was stopped before that.
    Cut,
    /// Nothing was left to happen, but threads still wait.
    Stuck,
}

impl Verdict {
    /// How `run` ended.
    #[must_use]
    pub fn of(run: &Run) -> Self {
        let waits = |ended| matches!(ended, Ended::Stuck | Ended::Deadlocked);
        if run.cut {
            Self::Cut
        } else if run.threads.iter().any(|thread| waits(thread.ended)) {
            Self::Stuck
        } else {
            Self::Finished
        }
    }

    /// In a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Cut => "cut",
            Self::Stuck => "stuck",
        }
    }
}

/// How a run ended, in a sentence without its end. `max_events` is the budget
/// it had.
#[must_use]
pub fn verdict(run: &Run, max_events: u64) -> String {
    let shown = Names::of(run).shown();
    let all = shown.clone().count();
    let with = |ends: &[Ended]| {
        let ended = |id: &u32| ends.contains(&run.threads[*id as usize].ended);
        shown.clone().filter(ended).count()
    };
    let at = Amount::Time(run.end_ns).text();
    match Verdict::of(run) {
        Verdict::Cut => {
            let open = shown
                .clone()
                .filter(|&id| run.threads[id as usize].ended_ns.is_none())
                .count();
            let why = if run.events >= max_events {
                format!("; the budget of {} events was used up", count(max_events))
            } else {
                String::new()
            };
            format!(
                "did not finish by {at}: {open} of {} had not ended{why}",
                threads(all)
            )
        }
        Verdict::Stuck => {
            let waiting = with(&[Ended::Stuck, Ended::Deadlocked]);
            let deadlocked = match with(&[Ended::Deadlocked]) {
                0 => String::new(),
                n if n == waiting => ", in a deadlock".to_owned(),
                n => format!(", {n} of them in a deadlock"),
            };
            format!(
                "stuck at {at}: {waiting} of {} wait for ever{deadlocked}",
                threads(all)
            )
        }
        Verdict::Finished => match all - with(&[Ended::Completed]) {
            0 => format!("finished after {at}"),
            lost => format!(
                "finished after {at}; {lost} of {} did not complete",
                threads(all)
            ),
        },
    }
}

fn threads(n: usize) -> String {
    format!(
        "{} thread{}",
        count(n as u64),
        if n == 1 { "" } else { "s" }
    )
}

/// Writes a summary for people: title, verdict, figures, threads, failures.
///
/// # Errors
/// What `out` reports.
pub fn write<W: Write>(out: &mut W, run: &Run, title: &str, max_events: u64) -> io::Result<()> {
    if !title.is_empty() {
        writeln!(out, "{title}")?;
    }
    writeln!(out, "{}\n", verdict(run, max_events))?;
    let rows = figures(run)
        .into_iter()
        .filter(|figure| figure.always || figure.amount.number() > 0.0)
        .map(|figure| vec![figure.label.to_owned(), figure.amount.text()]);
    let table = Table {
        rows: rows.collect(),
        left: 1,
        ..Table::default()
    };
    write!(out, "{table}")?;
    write_threads(out, run)?;
    write_failures(out, run)
}

fn write_threads<W: Write>(out: &mut W, run: &Run) -> io::Result<()> {
    let names = Names::of(run);
    let time = |ns: Option<u64>| ns.map_or_else(|| "-".to_owned(), |ns| Amount::Time(ns).text());
    let has = |state: State| run.metrics.time_in[state as usize] > 0;
    // Columns that say nothing in this run are left out.
    let optional: Vec<State> = [
        State::WaitGil,
        State::WaitLock,
        State::WaitChannel,
        State::WaitIo,
        State::WaitTimer,
    ]
    .into_iter()
    .filter(|&state| has(state))
    .collect();
    let has_units = run.threads.iter().any(|thread| thread.units > 0);
    let mut header = vec![
        "thread",
        "ended",
        "created",
        "turnaround",
        "response",
        "CPU",
        "ready",
    ];
    header.extend(optional.iter().map(|state| match state {
        State::WaitGil => "GIL wait",
        State::WaitLock => "lock wait",
        State::WaitChannel => "message wait",
        State::WaitIo => "I/O",
        _ => "asleep",
    }));
    if has_units {
        header.push("units");
    }
    let rows = names.shown().take(MAX_LISTED).map(|id| {
        let thread = &run.threads[id as usize];
        let mut row = vec![
            names.thread(id),
            ended(thread.ended).to_owned(),
            time(thread.created_ns),
            time(thread.turnaround_ns()),
            time(thread.response_ns()),
            time(Some(thread.cpu_ns())),
            time(Some(thread.waiting_ns())),
        ];
        let waits = optional.iter().map(|&state| thread.time_in[state as usize]);
        row.extend(waits.map(|ns| time(Some(ns))));
        if has_units {
            row.push(count(u64::from(thread.units)));
        }
        row
    });
    let table = Table {
        rows: rows.collect(),
        header: header.into_iter().map(str::to_owned).collect(),
        left: 2,
    };
    write!(out, "\n{table}")?;
    more(out, names.shown().count())
}

/// How a thread ended, short enough for a column.
fn ended(how: Ended) -> &'static str {
    match how {
        Ended::Completed => "completed",
        Ended::NeverStarted => "never started",
        Ended::Exception => "exception",
        Ended::Segfault => "segfault",
        Ended::Killed => "killed",
        Ended::Hung => "hung",
        Ended::TakenDown => "taken down",
        Ended::Stopped => "not finished",
        Ended::Deadlocked => "deadlocked",
        Ended::Stuck => "stuck",
        Ended::CutOff => "cut off",
        Ended::OutOfMemory => "out of memory",
        Ended::Corrupted => "corrupted",
        Ended::Exited => "exited",
    }
}

fn write_failures<W: Write>(out: &mut W, run: &Run) -> io::Result<()> {
    let names = Names::of(run);
    let failures = &run.outcome.failures;
    if failures.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nfailures")?;
    for failure in failures.iter().take(MAX_LISTED) {
        let at = Amount::Time(failure.at_ns).text();
        let (who, how) = (names.subject(failure.who), failure.how.phrase());
        write!(out, "  {at}: {who} {how}")?;
        match failure.cause.and_then(|cause| failures.get(cause)) {
            Some(cause) => {
                write!(
                    out,
                    ", because {} {}",
                    names.subject(cause.who),
                    cause.how.phrase()
                )?;
                if let Some(medium) = failure.medium {
                    write!(out, " ({})", medium.phrase())?;
                }
            }
            None => {
                if let Some(medium) = failure.medium {
                    write!(out, " ({})", medium.phrase())?;
                }
            }
        }
        writeln!(out)?;
    }
    more(out, failures.len())
}

fn more<W: Write>(out: &mut W, all: usize) -> io::Result<()> {
    match all.saturating_sub(MAX_LISTED) {
        0 => Ok(()),
        more => writeln!(out, "and {} more", count(more as u64)),
    }
}
