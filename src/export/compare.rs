//! Two runs side by side, and how they differ in words.

use super::summary::{Amount, Figure, Verdict, figures, verdict};
use super::table::Table;
use crate::plot::ratio;
use crate::sim::Run;
use std::io::{self, Write};

/// Figures whose differences are worth a sentence, as subject and verb.
const NOTED: [(&str, &str, [&str; 2]); 16] = [
    ("units_done", "units of work done", ["rise", "fall"]),
    ("utilisation", "use of the cores", ["rises", "falls"]),
    ("turnaround_mean_ns", "mean turnaround", ["rises", "falls"]),
    ("response_mean_ns", "mean response", ["rises", "falls"]),
    (
        "waiting_mean_ns",
        "mean waiting for a core",
        ["rises", "falls"],
    ),
    ("gil_wait_ns", "GIL wait", ["rises", "falls"]),
    ("lock_wait_ns", "lock wait", ["rises", "falls"]),
    ("context_switches", "context switches", ["rise", "fall"]),
    ("migrations", "migrations", ["rise", "fall"]),
    (
        "memory_peak_bytes",
        "memory at its peak",
        ["rises", "falls"],
    ),
    ("leaked_bytes", "leaked memory", ["rises", "falls"]),
    ("deadline_misses", "deadline misses", ["rise", "fall"]),
    ("deadlocks", "deadlocks", ["rise", "fall"]),
    ("failures", "failures", ["rise", "fall"]),
    ("lost_updates", "lost updates", ["rise", "fall"]),
    (
        "threads_not_completed",
        "threads that did not complete",
        ["rise", "fall"],
    ),
];

/// How B differs from A, a clause each; the first is about the run time.
#[must_use]
pub fn in_words(a: &Run, b: &Run) -> Vec<String> {
    let mut words = vec![pace(a, b)];
    let (of_a, of_b) = (figures(a), figures(b));
    for (key, subject, [rises, falls]) in NOTED {
        let find = |figures: &[Figure]| figures.iter().find(|figure| figure.key == key).copied();
        let (Some(a), Some(b)) = (find(&of_a), find(&of_b)) else {
            continue;
        };
        let (from, to) = (a.amount.text(), b.amount.text());
        // What looks the same is not called different.
        if from != to {
            let verb = if b.amount.number() > a.amount.number() {
                rises
            } else {
                falls
            };
            words.push(format!("{subject} {verb} from {from} to {to}"));
        }
    }
    words
}

fn pace(a: &Run, b: &Run) -> String {
    let did_not = |name: &str, run: &Run| {
        let at = Amount::Time(run.end_ns).text();
        match Verdict::of(run) {
            Verdict::Finished => None,
            Verdict::Cut => Some(format!("{name} did not finish by {at}")),
            Verdict::Stuck => Some(format!("{name} is stuck at {at}")),
        }
    };
    match (did_not("A", a), did_not("B", b)) {
        (Some(a), Some(b)) => return format!("{a} and {b}"),
        (Some(a), None) => {
            return format!("{a}, B finishes after {}", Amount::Time(b.end_ns).text());
        }
        (None, Some(b)) => {
            return format!("A finishes after {}, {b}", Amount::Time(a.end_ns).text());
        }
        (None, None) => {}
    }
    let (first, second) = (a.end_ns, b.end_ns);
    if first == second {
        "A and B finish at the same time".to_owned()
    } else if first == 0 || second == 0 {
        format!(
            "A takes {}, B {}",
            Amount::Time(first).text(),
            Amount::Time(second).text()
        )
    } else {
        // In words as close as possible: "1.00x sooner" would be none.
        let sooner = first > second;
        let factor = first.max(second) as f64 / first.min(second) as f64;
        let by = if factor >= 1.005 {
            ratio(factor)
        } else {
            Amount::Time(first.abs_diff(second)).text()
        };
        format!(
            "B finishes {by} {}",
            if sooner { "sooner" } else { "later" }
        )
    }
}

/// Writes both runs side by side for people.
///
/// # Errors
/// What `out` reports.
pub fn write<W: Write>(out: &mut W, [a, b]: [(&str, &Run); 2], max_events: u64) -> io::Result<()> {
    for (letter, (name, run)) in [("A", a), ("B", b)] {
        writeln!(out, "{letter}  {name}: {}", verdict(run, max_events))?;
    }
    let row = |(a, b): (Figure, Figure)| {
        let shown = a.always || b.always || a.amount.number() + b.amount.number() > 0.0;
        shown.then(|| {
            vec![
                a.label.to_owned(),
                a.amount.text(),
                b.amount.text(),
                change(a.amount, b.amount),
            ]
        })
    };
    let pairs = figures(a.1).into_iter().zip(figures(b.1));
    let table = Table {
        header: ["", "A", "B", "B to A"].map(str::to_owned).to_vec(),
        rows: pairs.filter_map(row).collect(),
        left: 1,
    };
    writeln!(out, "\n{table}")?;
    for words in in_words(a.1, b.1) {
        writeln!(out, "- {words}")?;
    }
    Ok(())
}

fn change(a: Amount, b: Amount) -> String {
    if a.text() == b.text() {
        "=".to_owned()
    } else if a.number() > 0.0 && b.number() > 0.0 {
        ratio(b.number() / a.number())
    } else {
        String::new()
    }
}
