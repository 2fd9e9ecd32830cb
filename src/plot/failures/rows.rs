//! Which rows a failure graph has.

use super::{AXIS, GAP, ROW};
use crate::experiment::{Ended, Outcome, Subject};
use std::collections::BTreeSet;

/// Processes that failed beyond these many are counted in one row.
const MAX_HIT: usize = 8;
/// Processes that came through beyond these many are counted in one row.
const MAX_CALM: usize = 4;
/// Threads of a process beyond these many are counted in one row.
const MAX_THREADS: usize = 8;

/// A row of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Row {
    /// A process in which something failed; its threads follow.
    Process(u16),
    /// A thread of it.
    Thread(u16, u16),
    /// Threads of the process above without a row: how many, and how many of
    /// them failed.
    MoreThreads(usize, usize),
    /// A process in which nothing failed, with how many threads.
    Calm(u16, usize),
    /// Processes in which something failed, without a row.
    MoreHit(usize),
    /// Processes in which nothing failed, without a row.
    MoreCalm(usize),
}

impl Row {
    /// Whether it is not inside the wall of the row above.
    pub(super) fn begins_a_group(&self) -> bool {
        !matches!(self, Self::Thread(..) | Self::MoreThreads(..))
    }

    /// The process whose wall begins here.
    pub(super) fn process(&self) -> Option<u16> {
        match *self {
            Self::Process(process) | Self::Calm(process, _) => Some(process),
            _ => None,
        }
    }

    /// Whose row it is.
    pub(super) fn who(&self) -> Option<Subject> {
        match *self {
            Self::Process(process) | Self::Calm(process, _) => Some(Subject::Process(process)),
            Self::Thread(process, thread) => Some(Subject::Thread(process, thread)),
            _ => None,
        }
    }

    pub(super) fn shows(&self, who: Subject) -> bool {
        self.who() == Some(who)
    }

    /// Whether nothing failed in it.
    pub(super) fn is_calm(&self) -> bool {
        matches!(self, Self::Calm(..))
    }

    /// What it says instead of a line of life.
    pub(super) fn note(&self) -> Option<String> {
        let text = match *self {
            Self::Process(_) | Self::Thread(..) => return None,
            Self::Calm(_, 1) => "✓ untouched, 1 thread".to_owned(),
            Self::Calm(_, threads) => format!("✓ untouched, {threads} threads"),
            Self::MoreThreads(more, 0) => format!("and {more} more threads, untouched"),
            Self::MoreThreads(more, failed) => format!("and {more} more threads, {failed} lost"),
            Self::MoreHit(more) => format!("and {more} more processes that failed"),
            Self::MoreCalm(more) => format!("✓ and {more} more processes, untouched"),
        };
        Some(text)
    }
}

/// The rows for what came of a run: those who failed first, in their order,
/// then the others, calm and counted.
pub(super) fn rows(outcome: &Outcome) -> Vec<Row> {
    let failed: BTreeSet<Subject> = outcome.failures.iter().map(|f| f.who).collect();
    let hit: BTreeSet<u16> = outcome.failures.iter().map(|f| f.who.process()).collect();
    let mut rows = Vec::new();
    for &process in hit.iter().take(MAX_HIT) {
        rows.push(Row::Process(process));
        let threads = outcome.processes.get(usize::from(process));
        let count = threads.map_or(0, |process| process.threads.len());
        let all = (0..count as u16).map(|thread| Subject::Thread(process, thread));
        // Who began it, then who else failed, then the rest; each in order.
        let began = |who: &Subject| {
            let mut own = outcome
                .failures
                .iter()
                .filter(|failure| failure.who == *who);
            own.any(|failure| failure.how != Ended::TakenDown)
        };
        let mut ranked: Vec<Subject> = all.collect();
        ranked.sort_by_key(|who| (!began(who), !failed.contains(who)));
        let left_out = ranked.split_off(ranked.len().min(MAX_THREADS));
        ranked.sort();
        rows.extend(ranked.iter().map(|who| match *who {
            Subject::Thread(process, thread) => Row::Thread(process, thread),
            Subject::Process(process) => Row::Process(process),
        }));
        if !left_out.is_empty() {
            let lost = left_out.iter().filter(|who| failed.contains(who)).count();
            rows.push(Row::MoreThreads(left_out.len(), lost));
        }
    }
    if hit.len() > MAX_HIT {
        rows.push(Row::MoreHit(hit.len() - MAX_HIT));
    }
    let calm = (0..outcome.processes.len() as u16).filter(|process| !hit.contains(process));
    let calm: Vec<u16> = calm.collect();
    for &process in calm.iter().take(MAX_CALM) {
        let threads = outcome.processes[usize::from(process)].threads.len();
        rows.push(Row::Calm(process, threads));
    }
    if calm.len() > MAX_CALM {
        rows.push(Row::MoreCalm(calm.len() - MAX_CALM));
    }
    rows
}

/// Where someone stands in a failure graph, whatever its width.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FailureRow {
    /// Whose row it is.
    pub who: Subject,
    /// Its upper edge, px.
    pub y: f64,
    /// Its height, px.
    pub h: f64,
}

/// The rows of the graph of `outcome` that are somebody's, from the top.
#[must_use]
pub fn failure_rows(outcome: &Outcome) -> Vec<FailureRow> {
    let rows = rows(outcome);
    let (middles, _) = middles(&rows);
    let row = |(row, middle): (&Row, f64)| {
        Some(FailureRow {
            who: row.who()?,
            y: middle - ROW / 2.0,
            h: ROW,
        })
    };
    rows.iter().zip(middles).filter_map(row).collect()
}

/// The middle of each row, and the height of all.
pub(super) fn middles(rows: &[Row]) -> (Vec<f64>, f64) {
    let mut height = AXIS;
    let middle = |row: &Row| {
        if row.begins_a_group() {
            height += GAP;
        }
        height += ROW;
        height - ROW / 2.0
    };
    let middles = rows.iter().map(middle).collect();
    (middles, height + GAP)
}
