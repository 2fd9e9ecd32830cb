//! Lessons on what the GIL does to threads, and what processes do without it.
//!
//! Verdicts rest on units per second while all threads of a run were at work:
//! what starting took is the matter of other lessons. Of each arm the best
//! round counts, which was disturbed the least.

use super::Lesson;
use super::compare::{Comparison, Predictor};
use crate::claims::Verdict;
use crate::claims::text::{count, fold, in_ms, time, times, verdict};
use crate::experiment::Experiment;
use crate::lab::findings::{Findings, NamedRun, Unit};

pub(super) const LESSONS: &[Lesson] = &[
    Lesson {
        id: "P2",
        about: "The same kind of work by 1, 2 and up to 4 processes, in turns. It holds if each \
                further core makes the throughput grow.",
        judge: judge_processes,
        compare: speed_ups,
    },
    Lesson {
        id: "P5",
        about: "Processes with a GIL each, of one and of two threads. It holds if two threads of \
                one process are not faster than one, but several processes are.",
        judge: judge_gil_each,
        compare: speed_ups,
    },
    Lesson {
        id: "T7",
        about: "A real GIL round an interpreter loop: 1, 2 and 4 threads, and as many threads as \
                there are cores without it. It holds if only those are faster than one thread.",
        judge: judge_gil,
        compare: speed_ups,
    },
    Lesson {
        id: "T8",
        about: "The same work by 1, 2 and 4 threads under a GIL, with switch intervals of 0.1, 1, \
                5 and 20 ms, and by processes. It holds if no number of threads and no interval \
                saves time, and processes do.",
        judge: judge_wall_time,
        compare: wall_times,
    },
    Lesson {
        id: "G1",
        about: "Every hold of the real lock with its beginning and end, while threads compete for \
                it. Besides, each thread counts itself in when it has the lock and out before it \
                lets go. It holds if that count never reaches 2, no two holds overlap, and the \
                slices follow the switch interval.",
        judge: judge_mutex,
        compare: slices,
    },
    Lesson {
        id: "W3",
        about: "As many threads under one GIL as processes with one each, the same work. It holds \
                if only the processes are faster than one thread.",
        judge: judge_processes_instead,
        compare: speed_ups,
    },
    Lesson {
        id: "W5",
        about: "The same threads with the lock and without it. It holds if they are faster than \
                one thread only without.",
        judge: judge_without,
        compare: speed_ups,
    },
];

/// Threads under a GIL may seem this much faster than one, on a machine that
/// does other things, too.
const NO_FASTER: f64 = 1.25;

/// What several workers must reach to count as parallel. Each further one must
/// bring a third of a core: two of the cores that a browser counts may be one
/// that does two things at a time.
fn parallel(workers: u32, cores: u32) -> f64 {
    1.0 + 0.35 * (f64::from(workers.min(cores)) - 1.0)
}

/// An arm of a trial: processes, threads in each, whether with a GIL.
type Arm = (u16, u16, bool);

/// The arm's run that did the most units a second while all were at work, and
/// how many those were.
fn best(found: &Findings, (processes, threads, gil): Arm) -> Option<(&NamedRun, f64)> {
    let is_it = |e: &Experiment| (e.processes, e.threads, e.gil) == (processes, threads, gil);
    let runs = found.runs.iter().filter(|run| is_it(&run.experiment));
    let rated = runs.filter_map(|run| {
        let stretch = run.measurement.all_at_work?;
        Some((run, stretch.units_per_second()))
    });
    rated.max_by(|(_, a), (_, b)| a.total_cmp(b))
}

/// How many times as many units a second as one worker.
fn speed_up(found: &Findings, arm: Arm, one: Arm) -> Option<f64> {
    let (_, rate) = best(found, arm)?;
    let (_, alone) = best(found, one)?;
    (alone > 0.0).then(|| rate / alone)
}

/// Whether all results were right, there were some, and nobody failed.
fn all_right(found: &Findings) -> bool {
    let checks = found.all_checks();
    let failed = |run: &NamedRun| !run.measurement.outcome.failures.is_empty();
    checks.right > 0 && checks.wrong == 0 && !found.runs.iter().any(failed)
}

/// The most processes of any run.
fn most_processes(found: &Findings) -> Option<u16> {
    found.runs.iter().map(|run| run.experiment.processes).max()
}

/// The most threads of any run with or without a GIL.
fn most_threads(found: &Findings, gil: bool) -> Option<u16> {
    let runs = found.runs.iter().filter(|run| run.experiment.gil == gil);
    runs.map(|run| run.experiment.threads).max()
}

fn judge_processes(found: &Findings) -> Option<Verdict> {
    let cores = found.environment.cores;
    let most = most_processes(found).filter(|&most| most > 1)?;
    let mut figures = Vec::new();
    let mut said = Vec::new();
    let mut grows = true;
    for processes in 2..=most {
        let Some(ratio) = speed_up(found, (processes, 1, false), (1, 1, false)) else {
            continue;
        };
        grows &= ratio >= parallel(u32::from(processes), cores);
        said.push(format!("{processes} processes did {}", fold(ratio)));
        figures.push(times(format!("{processes} processes"), ratio));
    }
    if figures.is_empty() {
        return None;
    }
    let facts = format!(
        "{} as many units a second as one, on {cores} cores",
        said.join(", ")
    );
    Some(verdict(grows && all_right(found), facts, figures))
}

fn judge_gil_each(found: &Findings) -> Option<Verdict> {
    let cores = found.environment.cores;
    let most = most_processes(found).filter(|&most| most > 1)?;
    let one = (1, 1, true);
    let threads = speed_up(found, (1, 2, true), one)?;
    let processes = speed_up(found, (most, 1, true), one)?;
    let both = speed_up(found, (most, 2, true), one)?;
    let needed = parallel(u32::from(most), cores);
    let holds = threads < NO_FASTER && processes >= needed && both >= needed;
    let facts = format!(
        "with a GIL in each, {most} processes did {} as many units a second as one thread, \
         {most} processes of 2 threads {}, 2 threads of one process {}",
        fold(processes),
        fold(both),
        fold(threads)
    );
    let figures = vec![
        times(format!("{most} processes"), processes),
        times(format!("{most} processes of 2 threads"), both),
        times("2 threads of one process", threads),
    ];
    Some(verdict(holds && all_right(found), facts, figures))
}

fn judge_gil(found: &Findings) -> Option<Verdict> {
    let cores = found.environment.cores;
    let one = (1, 1, true);
    let two = speed_up(found, (1, 2, true), one)?;
    let four = speed_up(found, (1, 4, true), one)?;
    let most = most_threads(found, false).filter(|&most| most > 1)?;
    let free = speed_up(found, (1, most, false), one)?;
    let holds = two.max(four) < NO_FASTER && free >= parallel(u32::from(most), cores);
    let facts = format!(
        "under the GIL 2 threads did {} as many units a second as one, and 4 did {}; without it \
         {most} did {}",
        fold(two),
        fold(four),
        fold(free)
    );
    let figures = vec![
        times("2 threads", two),
        times("4 threads", four),
        times(format!("{most} threads without a GIL"), free),
    ];
    Some(verdict(holds && all_right(found), facts, figures))
}

fn judge_wall_time(found: &Findings) -> Option<Verdict> {
    let wall = |processes: u16, threads: u16| {
        let is_it = move |run: &&NamedRun| {
            (run.experiment.processes, run.experiment.threads) == (processes, threads)
        };
        let runs = found.runs.iter().filter(is_it);
        runs.map(|run| run.measurement.outcome.wall_ns)
    };
    let alone = wall(1, 1).min()?;
    // Of all intervals.
    let (two, two_at_most) = (wall(1, 2).min()?, wall(1, 2).max()?);
    let four = wall(1, 4).min()?;
    let most = most_processes(found).filter(|&most| most > 1)?;
    let processes = wall(most, 1).min()?;
    let of_one = |ns: u64| ns as f64 / alone.max(1) as f64;
    let threads = two.min(four);
    let holds = of_one(threads) > 1.0 / NO_FASTER
        && (processes as f64) < threads as f64 / NO_FASTER
        && all_right(found);
    let facts = format!(
        "one thread took {}, 2 threads from {} to {} depending on the switch interval, 4 threads \
         {}, and {most} processes {}; all with their start",
        time(alone),
        time(two),
        time(two_at_most),
        time(four),
        time(processes)
    );
    let mut figures: Vec<_> = found
        .runs
        .iter()
        .map(|run| in_ms(run.name.clone(), run.measurement.outcome.wall_ns))
        .collect();
    figures.push(times("processes against one thread", of_one(processes)));
    Some(verdict(holds, facts, figures))
}

fn judge_processes_instead(found: &Findings) -> Option<Verdict> {
    let cores = found.environment.cores;
    let most = most_processes(found).filter(|&most| most > 1)?;
    let one = (1, 1, true);
    let threads = speed_up(found, (1, most, true), one)?;
    let processes = speed_up(found, (most, 1, true), one)?;
    let holds = threads < NO_FASTER && processes >= parallel(u32::from(most), cores);
    let facts = format!(
        "{most} threads did {} as many units a second as one, {most} processes {}",
        fold(threads),
        fold(processes)
    );
    let figures = vec![
        times(format!("{most} threads"), threads),
        times(format!("{most} processes"), processes),
    ];
    Some(verdict(holds && all_right(found), facts, figures))
}

fn judge_without(found: &Findings) -> Option<Verdict> {
    let cores = found.environment.cores;
    let most = most_threads(found, false).filter(|&most| most > 1)?;
    let one = (1, 1, true);
    let with = speed_up(found, (1, most, true), one)?;
    let without = speed_up(found, (1, most, false), one)?;
    let holds = with < NO_FASTER && without >= parallel(u32::from(most), cores);
    let facts = format!(
        "{most} threads did {} as many units a second as one with the lock, {} without it",
        fold(with),
        fold(without)
    );
    let figures = vec![
        times(format!("{most} threads with the lock"), with),
        times(format!("{most} threads without it"), without),
    ];
    Some(verdict(holds && all_right(found), facts, figures))
}

/// A slice may be so much shorter or longer than the switch interval, as a
/// ratio: the waiter asks an interval after it began to wait, which the holder
/// may have done some time before, and takes a while to wake.
const SLICE: std::ops::RangeInclusive<f64> = 0.5..=3.0;

fn judge_mutex(found: &Findings) -> Option<Verdict> {
    let runs = || found.runs.iter().filter(|run| run.experiment.gil);
    let of = |what: &str, run: &NamedRun| found.figure(&format!("{what}, {}", run.name));
    let at_once = runs()
        .map(|run| Some(of("holders at once", run)?.summary.max))
        .collect::<Option<Vec<_>>>()?;
    let at_once = at_once.into_iter().fold(0.0, f64::max);
    let overlap = runs()
        .map(|run| Some(of("overlap", run)?.summary.max))
        .collect::<Option<Vec<_>>>()?;
    let overlap = overlap.into_iter().fold(0.0, f64::max);
    // Two workers' clocks may be off by a step each, and µs are kept.
    let resolution = f64::from(found.environment.timer_resolution_ns);
    let is_apart = overlap <= 2.0 * resolution + 2_000.0;
    let mut slices = runs()
        .filter(|run| run.experiment.threads == 2)
        .map(|run| {
            let interval = f64::from(run.experiment.switch_interval_us) * 1e3;
            Some((interval, of("slice", run)?.summary.median))
        })
        .collect::<Option<Vec<_>>>()?;
    slices.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    if slices.len() < 2 {
        return None;
    }
    let follow = slices.is_sorted_by(|(_, a), (_, b)| a < b)
        && slices
            .iter()
            .all(|(interval, slice)| SLICE.contains(&(slice / interval)));
    let taken: u32 = runs()
        .flat_map(|run| &run.measurement.gil_holds_in_all)
        .sum();
    let ns = |value: f64| value.round() as u64;
    let said: Vec<_> = slices
        .iter()
        .map(|&(interval, slice)| format!("{} at {}", time(ns(slice)), time(ns(interval))))
        .collect();
    let facts = format!(
        "the lock was taken {taken} times, with never more than {at_once} inside; a slice is {}",
        said.join(", ")
    );
    let holds = at_once == 1.0 && is_apart && follow && all_right(found);
    let mut figures = vec![
        count("inside at once, at most", at_once as u32),
        count("times it was taken", taken),
        in_ms("longest overlap of two holds", ns(overlap)),
    ];
    for (interval, slice) in slices {
        let label = format!("slice at {}", time(ns(interval)));
        figures.push(in_ms(label, ns(slice)));
    }
    Some(verdict(holds, facts, figures))
}

/// The best round of each arm, in the order of the trial.
fn bests(found: &Findings) -> Vec<&NamedRun> {
    let mut bests: Vec<&NamedRun> = Vec::new();
    for run in &found.runs {
        let e = &run.experiment;
        let best = best(found, (e.processes, e.threads, e.gil)).map_or(run, |(best, _)| best);
        if !bests.iter().any(|known| std::ptr::eq(*known, best)) {
            bests.push(best);
        }
    }
    bests
}

fn speed_ups(found: &Findings, predictor: &Predictor) -> Vec<Comparison> {
    let compared = bests(found).into_iter().map(|run| predictor.speed_up(run));
    compared.flatten().collect()
}

fn wall_times(found: &Findings, predictor: &Predictor) -> Vec<Comparison> {
    let compared = found.runs.iter().map(|run| {
        let (_, predicted) = predictor.prediction(run)?;
        Some(Comparison {
            what: format!("wall time, {}", run.name),
            predicted: predicted.outcome.wall_ns as f64,
            measured: run.measurement.outcome.wall_ns as f64,
            unit: Unit::Ns,
        })
    });
    compared.flatten().collect()
}

fn slices(found: &Findings, predictor: &Predictor) -> Vec<Comparison> {
    let compared = found.runs.iter().map(|run| {
        let (_, predicted) = predictor.prediction(run)?;
        let mut holds = predicted.trace.holds;
        holds.sort_unstable_by_key(|hold| hold.start);
        // As measured: the last one has it as long as it likes.
        holds.pop();
        let mut lengths: Vec<_> = holds.iter().map(|hold| hold.end - hold.start).collect();
        lengths.sort_unstable();
        let median = *lengths.get(lengths.len().checked_sub(1)? / 2)?;
        Some(Comparison {
            what: format!("slice, {}", run.name),
            predicted: median as f64,
            measured: found.median(&format!("slice, {}", run.name))?,
            unit: Unit::Ns,
        })
    });
    compared.flatten().collect()
}

#[cfg(test)]
mod tests;
