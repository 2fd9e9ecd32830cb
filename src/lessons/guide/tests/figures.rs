//! The figures that the lessons' texts give are those of their own runs.

use super::*;

/// A lesson, one of its pictures, and a figure of its run as the text gives it.
type Said = (&'static str, Shown, fn(&Run) -> String);

use Shown::{Step, View};

fn whole_ms(run: &Run) -> String {
    format!("{:.0} ms", ms(run))
}

fn tenths_ms(run: &Run) -> String {
    format!("{:.1} ms", ms(run))
}

fn memory(run: &Run) -> String {
    format!("{} MiB", mib(run))
}

fn mean(run: &Run) -> String {
    format!("{:.0} ms", run.metrics.turnaround.mean as f64 / 1e6)
}

fn urgent(run: &Run) -> String {
    format!("{:.1} ms", ended(run, "high") as f64 / 1e6)
}

/// How much of the core the thread of this number gets.
fn share(run: &Run, thread: usize) -> String {
    let cpu = run.threads[thread].cpu_ns() as f64;
    format!("{:.1} %", 100.0 * cpu / run.end_ns as f64)
}

const SAID: &[Said] = &[
    ("P2", View(0), whole_ms),
    ("P2", View(2), whole_ms),
    ("P4", View(0), |run| at_ms(run.outcome.failures[0].at_ns)),
    ("P4", Step(0), |run| at_ms(run.outcome.failures[0].at_ns)),
    ("P6", View(1), memory),
    ("P6", View(2), memory),
    ("P6", Step(1), memory),
    ("P7", View(0), begins),
    ("P7", View(1), begins),
    ("P7", View(2), begins),
    ("P7", View(3), begins),
    ("P7", View(4), begins),
    ("P9", View(3), memory),
    ("P9", View(4), memory),
    ("T1", View(0), memory),
    ("T1", View(1), memory),
    ("T1", Step(0), memory),
    ("T2", View(0), whole_ms),
    ("T2", View(1), whole_ms),
    ("T2", Step(0), whole_ms),
    ("T2", Step(1), |run| format!("{:.1} s", ms(run) / 1e3)),
    ("T4", View(0), whole_ms),
    ("T4", View(2), whole_ms),
    ("T5", View(0), |run| {
        format!("{} instead of 1000", x(run, 0))
    }),
    ("T5", View(0), whole_ms),
    ("T5", View(1), whole_ms),
    ("T8", View(0), whole_ms),
    ("T8", Step(0), whole_ms),
    ("T8", Step(2), |run| format!("{:.1} s", ms(run) / 1e3)),
    ("W2", View(1), tenths_ms),
    ("W2", Step(0), tenths_ms),
    ("W5", View(0), whole_ms),
    ("W5", Step(0), whole_ms),
    ("M1", Step(1), |run| {
        format!("{} tasks", run.metrics.tasks_failed)
    }),
    ("X3", View(0), urgent),
    ("X3", View(1), urgent),
    ("X5", View(0), |run| {
        let metrics = &run.metrics;
        format!(
            "{} of 13 tasks are done and {} fail",
            metrics.tasks_done, metrics.tasks_failed
        )
    }),
    ("X5", Step(1), |run| {
        format!("none of the {} tasks", run.metrics.tasks_failed)
    }),
    ("X8", View(0), mean),
    ("X8", View(1), mean),
    ("X8", View(2), mean),
    ("X8", Step(0), mean),
    ("X8", Step(1), mean),
    ("X9", View(0), |run| share(run, 0)),
    ("X9", View(0), |run| share(run, 1)),
    ("X9", View(0), |run| share(run, 2)),
    ("X10", View(1), |run| {
        format!("{} of {} jobs", run.metrics.deadline_misses, run.jobs.len())
    }),
    ("X7", View(0), whole_ms),
    ("X7", View(1), whole_ms),
    ("X7", Step(0), whole_ms),
];

fn at_ms(ns: u64) -> String {
    format!("{:.0} ms", ns as f64 / 1e6)
}

/// When the last unit of work is done: the thread or process is at work then.
fn begins(run: &Run) -> String {
    let at = run.trace.units.last().copied().unwrap_or_default() as f64 / 1e6;
    if at < 1.0 {
        format!("{at:.1} ms")
    } else {
        format!("{at:.0} ms")
    }
}

/// Whether `text` has `said`, and not as the end of a longer number.
fn gives(text: &str, said: &str) -> bool {
    text.match_indices(said)
        .any(|(at, _)| !text[..at].ends_with(|c: char| c.is_ascii_digit() || c == '.'))
}

#[test]
fn a_figure_is_no_part_of_a_longer_one() {
    assert!(gives("in 5 ms.", "5 ms") && gives("5 ms", "5 ms"));
    assert!(!gives("in 15 ms", "5 ms") && !gives("in 0.5 ms", "5 ms"));
}

#[test]
fn every_figure_in_a_text_is_that_of_its_run() {
    let mut wrong = Vec::new();
    for &(id, shown, figure) in SAID {
        let guide = find(id).expect("there is such a lesson");
        let said = figure(&run(guide, shown));
        let text = match shown {
            View(_) => {
                guide.text.join(" ")
                    + guide
                        .steps
                        .iter()
                        .map(|s| s.look)
                        .collect::<Vec<_>>()
                        .join(" ")
                        .as_str()
            }
            Step(step) => guide.steps[step].look.to_owned(),
        };
        if !gives(&text, &said) {
            wrong.push(format!("{id} {shown:?}: {said} is not in its text"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Ratios of two runs.
#[test]
fn every_ratio_in_a_text_is_that_of_its_runs() {
    let of = |id: &str, shown| ms(&run(find(id).expect("there is such a lesson"), shown));
    let has = |id: &str, said: String| {
        let guide = find(id).expect("there is such a lesson");
        let looks = guide.steps.iter().map(|step| step.look);
        let all: Vec<_> = guide.text.iter().copied().chain(looks).collect();
        assert!(gives(&all.join(" "), &said), "{id}: {said}");
    };
    has(
        "T2",
        format!(
            "{:.0} times as long as 40 forks",
            of("T2", Step(1)) / of("T2", View(1))
        ),
    );
    has(
        "T4",
        format!(
            "Only {:.0} ms sooner",
            of("T4", View(2)) - of("T4", Step(0))
        ),
    );
    has(
        "T7",
        format!("but {:.1} times", of("T7", View(0)) / of("T7", Step(1))),
    );
    has(
        "W5",
        format!(
            "{:.1} times as fast as one",
            of("W5", View(0)) / of("W5", View(2))
        ),
    );
    has(
        "W5",
        format!(
            "only {:.1} times as fast",
            of("W5", View(0)) / of("W5", View(3))
        ),
    );
}
