//! Lessons on what the GIL does to threads, and what processes do without it.
//!
//! Verdicts rest on units per second while all threads of a run were at work:
//! what starting took is the matter of other lessons. Of each arm the best
//! round counts, which was disturbed the least.

use super::Lesson;
use super::compare::{Comparison, Predictor};
use crate::claims::Verdict;
use crate::claims::text::{count, fold, in_ms, time, times, verdict};
use crate::lab::findings::{Findings, NamedRun, Unit};

mod arms;

use arms::{
    NO_FASTER, all_right, best, in_rounds, most_processes, most_threads, parallel, speed_up,
};

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

/// The same, of trials in Python: by the same judges.
pub(super) const IN_PYTHON: &[Lesson] = &[
    Lesson {
        id: "T7.py",
        about: "A function that computes, called by a Python interpreter: 1, 2 and 4 threads of \
                one interpreter under the GIL, and as many threads as there are cores without it. \
                It holds if only those are faster than one thread.",
        judge: judge_gil,
        compare: speed_ups,
    },
    Lesson {
        id: "T8.py",
        about: "The same calls by 1, 2 and 4 threads of one interpreter under the GIL, with \
                switch intervals of 0.1, 1, 5 and 20 ms, and by processes with an interpreter \
                each. It holds if no number of threads and no interval saves time, and processes \
                do.",
        judge: judge_wall_time,
        compare: wall_times,
    },
    Lesson {
        id: "W3.py",
        about: "As many threads of one interpreter as processes with one each, the same calls. \
                It holds if only the processes are faster than one thread.",
        judge: judge_processes_instead,
        compare: speed_ups,
    },
    Lesson {
        id: "W5.py",
        about: "The same threads of one interpreter with the GIL and without it: RustPython, an \
                implementation that needs none. It holds if they are faster than one thread only \
                without.",
        judge: judge_without,
        compare: speed_ups,
    },
];

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
    Some(in_rounds(found, grows, facts, figures))
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
    Some(in_rounds(found, holds, facts, figures))
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
    Some(in_rounds(found, holds, facts, figures))
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
    let holds =
        of_one(threads) > 1.0 / NO_FASTER && (processes as f64) < threads as f64 / NO_FASTER;
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
    Some(in_rounds(found, holds, facts, figures))
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
    Some(in_rounds(found, holds, facts, figures))
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
    Some(in_rounds(found, holds, facts, figures))
}

/// Whether slices, (interval, slice) by rising interval, follow the interval: in
/// its order, none shorter than half of it, the longest at most three times it,
/// and in rough proportion. A slice is longer than its interval by the time that
/// the waiter takes to wake, which on a busy machine is some ms.
fn follow(slices: &[(f64, f64)]) -> bool {
    let [first, .., last] = slices else {
        return false;
    };
    let enough = |(interval, slice): &(f64, f64)| *slice >= 0.5 * interval;
    slices.is_sorted_by(|(_, a), (_, b)| a < b)
        && slices.iter().all(enough)
        && last.1 <= 3.0 * last.0
        && last.1 / first.1 >= 0.2 * last.0 / first.0
}

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
    let holds = at_once as u32 == 1 && is_apart && follow(&slices) && all_right(found);
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
