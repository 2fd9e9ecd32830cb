//! Who had the GIL when, as it was measured.

use super::Measured;
use crate::app::english::holds as text;
use crate::plot::{HoldsRow, percent};

/// Threads beyond these many have no row in the picture.
pub const MAX_ROWS: usize = 24;

/// Who had the GIL when, in all processes.
#[derive(Debug, Clone, PartialEq)]
pub struct Holding {
    /// The threads, process by process.
    pub threads: Vec<Holder>,
    /// How often the lock changed hands, and how much of that is known, in words.
    pub switches: String,
    /// When the last of what is known ended, ns.
    pub end: u64,
}

/// One thread's part in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Holder {
    /// When it had the lock.
    pub row: HoldsRow,
    /// Its share of the time from its process's first hold to the last one that
    /// is known.
    pub share: f64,
}

impl Holding {
    /// What was measured of it; `None` if there was no GIL.
    #[must_use]
    pub fn of(measured: &Measured) -> Option<Self> {
        let measurement = &measured.measurement;
        let holds = &measurement.gil_holds;
        let shown: usize = holds.iter().map(Vec::len).sum();
        if shown == 0 {
            return None;
        }
        let outcomes = measurement.outcome.processes.iter();
        let switches = outcomes.map(|process| process.gil_switches).sum();
        let in_all = measurement.gil_holds_in_all.iter();
        let in_all = in_all.map(|&holds| u64::from(holds)).sum();
        let mut threads = Vec::new();
        let mut end = 0;
        for (process, holds) in holds.iter().enumerate() {
            let first = holds.iter().map(|hold| hold.from_ns).min().unwrap_or(0);
            let last = holds.iter().map(|hold| hold.until_ns).max().unwrap_or(0);
            end = end.max(last);
            for thread in 0..measured.experiment.threads {
                let own = holds.iter().filter(|hold| hold.thread == thread);
                let held: Vec<_> = own.map(|hold| (hold.from_ns, hold.until_ns)).collect();
                let sum: u64 = held.iter().map(|(from, to)| to.saturating_sub(*from)).sum();
                let thread = usize::from(thread);
                threads.push(Holder {
                    row: HoldsRow {
                        name: text::name(process, thread, measurement.gil_holds.len()),
                        thread,
                        held,
                    },
                    share: sum as f64 / last.saturating_sub(first).max(1) as f64,
                });
            }
        }
        Some(Self {
            threads,
            switches: text::switches(switches, shown, in_all),
            end,
        })
    }

    /// The picture in words.
    #[must_use]
    pub fn words(&self) -> String {
        let shares = self.threads.iter().take(MAX_ROWS);
        let shares: Vec<_> = shares
            .map(|holder| text::share(&holder.row.name, &percent(holder.share)))
            .collect();
        text::label(&format!("{}. {}", shares.join(", "), self.switches))
    }

    /// How many threads have no row, in words.
    #[must_use]
    pub fn more(&self) -> Option<String> {
        let more = self.threads.len().saturating_sub(MAX_ROWS);
        (more > 0).then(|| text::more(more))
    }
}
