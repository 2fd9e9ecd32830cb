//! Two runs side by side, and how they differ in words.

use super::names::Names;
use super::summary::{Amount, Figure, Verdict, figures, verdict};
use super::table::Table;
use crate::plot::{count, ratio};
use crate::sim::{Run, State};
use std::io::{self, Write};

/// Figures whose differences are worth a sentence, as subject and verb.
const NOTED: [(&str, &str, [&str; 2]); 15] = [
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

/// How B differs from A, a clause each; the first is about the run time, the
/// second, where there is one, about what makes the difference.
#[must_use]
pub fn in_words(a: &Run, b: &Run) -> Vec<String> {
    let mut words = vec![pace(a, b)];
    words.extend(attribution(a, b));
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
            "B finishes {by} {}{}",
            if sooner { "sooner" } else { "later" },
            unequal_work(a, b)
        )
    }
}

/// Who finishes sooner with less work done is not faster.
fn unequal_work(a: &Run, b: &Run) -> String {
    let units = |run: &Run| run.threads.iter().map(|t| u64::from(t.units)).sum::<u64>();
    match (units(a), units(b)) {
        (a, b) if a == b => String::new(),
        (a, b) => format!(", with {} of work done instead of {}", counted(b), count(a)),
    }
}

fn counted(units: u64) -> String {
    format!("{} unit{}", count(units), if units == 1 { "" } else { "s" })
}

/// Where the whole time of a run went, followed along the thread that ends
/// last (of those that do not wait for others to end, if there are any): the
/// parts add up to the run's time, to the nanosecond.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastThread {
    /// The thread's name.
    pub name: String,
    /// Until it was created, ns; of one that began anew, its earlier lives too.
    pub before: u64,
    /// In each [`State`], by index, ns.
    pub time_in: [u64; State::COUNT],
    /// From its end to that of the run, ns.
    pub after: u64,
}

impl LastThread {
    /// Of a run whose threads all came to an end; `None` for any other.
    #[must_use]
    pub fn of(run: &Run) -> Option<Self> {
        if Verdict::of(run) != Verdict::Finished {
            return None;
        }
        let names = Names::of(run);
        let ended = |id: &u32| run.threads[*id as usize].ended_ns;
        let joins = |id: &u32| run.threads[*id as usize].time_in[State::WaitJoin as usize];
        // One that only waits for others would say nothing; of those that end
        // together, the first.
        let id = names
            .shown()
            .filter(|id| ended(id).is_some())
            .min_by_key(|id| (joins(id) > 0, std::cmp::Reverse(ended(id))))?;
        let thread = &run.threads[id as usize];
        Some(Self {
            name: names.thread(id),
            before: thread.created_ns?,
            time_in: thread.time_in,
            after: run.end_ns.checked_sub(thread.ended_ns?)?,
        })
    }

    /// The parts with their names, in the order of a thread's life.
    #[must_use]
    pub fn parts(&self) -> Vec<(&'static str, u64)> {
        let states = State::ALL
            .iter()
            .filter(|state| !matches!(state, State::New | State::Ended));
        let states = states.map(|&state| {
            let name = match state {
                State::Running => "on a core",
                State::Ready => "waiting for a core",
                other => other.label(),
            };
            (name, self.time_in[state as usize])
        });
        let mut parts = vec![("before it starts", self.before)];
        parts.extend(states);
        parts.push(("after its end", self.after));
        parts
    }
}

/// What the difference of the run times is made of: "305 ms less waiting for
/// the GIL, 107 ms more on a core (of the thread that ends last)".
fn attribution(a: &Run, b: &Run) -> Option<String> {
    let difference = a.end_ns.abs_diff(b.end_ns);
    let (a, b) = (LastThread::of(a)?, LastThread::of(b)?);
    let parts = a.parts().into_iter().zip(b.parts());
    let mut changed: Vec<(&str, u64, u64)> = parts
        .map(|((name, a), (_, b))| (name, a, b))
        // A hundredth is too little to be a cause.
        .filter(|&(_, a, b)| a.abs_diff(b) > difference / 100)
        .collect();
    if difference == 0 || changed.is_empty() {
        return None;
    }
    changed.sort_by_key(|&(_, a, b)| std::cmp::Reverse(a.abs_diff(b)));
    let said = changed.iter().take(3).map(|&(name, a, b)| {
        let by = Amount::Time(a.abs_diff(b)).text();
        format!("{by} {} {name}", if b < a { "less" } else { "more" })
    });
    let said: Vec<_> = said.collect();
    Some(format!("in the thread that ends last: {}", said.join(", ")))
}

/// A figure of A and of B.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The figure's name in JSON.
    pub key: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// What it is in A.
    pub a: String,
    /// What it is in B.
    pub b: String,
    /// B's as a multiple of A's; "=" if they look the same; empty where there
    /// is no such multiple.
    pub change: String,
}

/// The figures of both runs, without those that are 0 in both.
#[must_use]
pub fn rows(a: &Run, b: &Run) -> Vec<Row> {
    let pairs = figures(a).into_iter().zip(figures(b));
    let row = |(a, b): (Figure, Figure)| {
        let shown = a.always || b.always || a.amount.number() + b.amount.number() > 0.0;
        shown.then(|| Row {
            key: a.key,
            label: a.label,
            a: a.amount.text(),
            b: b.amount.text(),
            change: change(a.amount, b.amount),
        })
    };
    pairs.filter_map(row).collect()
}

/// Writes both runs side by side for people.
///
/// # Errors
/// What `out` reports.
pub fn write<W: Write>(out: &mut W, [a, b]: [(&str, &Run); 2], max_events: u64) -> io::Result<()> {
    for (letter, (name, run)) in [("A", a), ("B", b)] {
        writeln!(out, "{letter}  {name}: {}", verdict(run, max_events))?;
    }
    let row = |row: Row| vec![row.label.to_owned(), row.a, row.b, row.change];
    let table = Table {
        header: ["", "A", "B", "B to A"].map(str::to_owned).to_vec(),
        rows: rows(a.1, b.1).into_iter().map(row).collect(),
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
