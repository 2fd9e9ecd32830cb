//! How long units and threads take: a distribution.

use super::utilisation::held;
use super::{Dash, Figure, Line, Look, Quantity, Scale, Table, Weave};
use crate::plot::{Ink, count, duration};
use crate::sim::{Run, Trace};

/// Bins of the histogram.
const BINS: usize = 32;

/// Beyond this ratio of the longest to the shortest, the axis is logarithmic.
const LINEAR_UP_TO: u64 = 20;

/// For each unit, the time since the same thread completed its last one, or
/// since it first ran; ns, in order of completion.
#[must_use]
pub fn unit_times(run: &Run) -> Vec<u64> {
    let trace: &Trace = &run.trace;
    let begun = run.threads.iter();
    let mut since: Vec<_> = begun
        .map(|thread| thread.first_run_ns.unwrap_or(0))
        .collect();
    since.resize(trace.threads.len(), 0);
    let units = trace.units.iter().zip(&trace.unit_threads);
    let took = |(&at, &thread): (&u64, &u32)| {
        let last = std::mem::replace(&mut since[thread as usize], at);
        at.saturating_sub(last)
    };
    units.map(took).collect()
}

/// From creation to end of each worker thread that ended by itself; of a run
/// with periodic jobs, from the release to the end of each job. ns.
#[must_use]
pub fn turnarounds(run: &Run) -> Vec<u64> {
    if !run.jobs.is_empty() {
        let done = run.jobs.iter();
        let took = |job: &crate::sim::Job| Some(job.done_ns?.saturating_sub(job.released_ns));
        return done.filter_map(took).collect();
    }
    let workers = run.threads.iter().zip(&run.trace.threads);
    workers
        .filter(|(_, name)| name.worker.is_some())
        .filter_map(|(thread, _)| thread.turnaround_ns())
        .collect()
}

/// The distribution of the time that units take, with that of whole threads or
/// jobs. `None`: neither a unit nor a thread was ever done.
#[must_use]
pub fn latency(run: &Run) -> Option<Figure> {
    let jobs = match run.jobs.is_empty() {
        true => "thread",
        false => "job",
    };
    let mut sets = vec![("unit", unit_times(run)), (jobs, turnarounds(run))];
    sets.retain(|(_, times)| !times.is_empty());
    for (_, times) in &mut sets {
        times.sort_unstable();
    }
    let (name, main) = sets.first()?;
    let shortest = sets.iter().filter_map(|set| set.1.first()).min().copied()?;
    let longest = sets.iter().filter_map(|set| set.1.last()).max().copied()?;
    let is_log = longest > shortest.max(1).saturating_mul(LINEAR_UP_TO);
    let place = |ns: u64| match is_log {
        true => (ns.max(1) as f64).log10(),
        false => ns as f64,
    };
    let (from, to) = match is_log {
        true => (place(shortest) - 0.05, place(longest) + 0.05),
        false => (0.0, longest.max(1) as f64 * 1.04),
    };
    let step = (to - from) / BINS as f64;
    let xs: Vec<_> = (0..=BINS).map(|bin| from + step * bin as f64).collect();
    let looks = [
        (Ink::Predicted, Look::Area(Weave::Rising)),
        (Ink::Hue(2), Look::Steps(Dash::Dashed)),
    ];
    let lines: Vec<_> = sets
        .iter()
        .zip(looks)
        .map(|((name, times), (ink, look))| {
            let mut shares = vec![0.0; BINS];
            for &time in times {
                let bin = ((place(time) - from) / step) as usize;
                shares[bin.min(BINS - 1)] += 1.0 / times.len() as f64;
            }
            let label = match *name {
                "unit" => format!("{} units: time each took its thread", of(times)),
                name => format!("{} {name}s: from start to end", of(times)),
            };
            let values = held(shares);
            Line {
                label,
                ink,
                look,
                values,
            }
        })
        .collect();
    let highest = lines.iter().flat_map(|line| line.values.iter().flatten());
    let highest = highest.copied().fold(0.0, f64::max);
    let named = [("p50", 50), ("p95", 95), ("max", 100)];
    let marks = named.map(|(mark, p)| (place(percentile(main, p)), mark.to_owned()));
    let quantity = match is_log {
        true => Quantity::LogTime,
        false => Quantity::Time,
    };
    Some(Figure {
        title: format!(
            "Half of the {name}s take at most {}, 95 % at most {}; the longest {}.",
            duration(percentile(main, 50)),
            duration(percentile(main, 95)),
            duration(percentile(main, 100)),
        ),
        x: Scale {
            name: match is_log {
                true => "Time taken, logarithmic",
                false => "Time taken",
            },
            quantity,
            from,
            to,
        },
        y: Scale {
            name: "Share, %",
            quantity: Quantity::Share,
            from: 0.0,
            to: (highest * 1.12).clamp(0.01, 1.0),
        },
        xs,
        lines,
        marks: marks.to_vec(),
        note: "The time of a unit is counted from its thread's last one, waiting included."
            .to_owned(),
        more: Some(summary(&sets)),
    })
}

/// The smallest of `sorted` that `p` % of them do not exceed. 0 of none.
pub(super) fn percentile(sorted: &[u64], p: usize) -> u64 {
    let place = (sorted.len() * p).div_ceil(100).max(1) - 1;
    sorted.get(place).copied().unwrap_or(0)
}

fn of(times: &[u64]) -> String {
    count(times.len() as u64)
}

fn summary(sets: &[(&str, Vec<u64>)]) -> Table {
    let row = |(name, times): &(&str, Vec<u64>)| {
        let mut row = vec![format!("{name}s"), of(times)];
        row.extend([50, 95, 100].map(|p| duration(percentile(times, p))));
        row
    };
    Table {
        caption: "Percentiles".to_owned(),
        head: ["Of", "How many", "p50", "p95", "max"]
            .map(str::to_owned)
            .to_vec(),
        rows: sets.iter().map(row).collect(),
    }
}
