//! A Gantt chart as text: a line for each core, a letter for each thread.

use super::names::Names;
use crate::plot::{Lanes, duration};
use crate::sim::{Run, Span};
use std::io::{self, Write};

/// What stands for the threads that ever run, in their order.
const SYMBOLS: &[u8; 61] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz123456789";
/// What stands for all threads beyond those.
const OTHER: char = '#';
/// What stands for a core at rest.
const IDLE: char = '·';
/// Columns from one label of the axis to the next.
const TICK: u64 = 10;
/// Processes whose GIL gets a line.
const MAX_GILS: usize = 16;

/// Writes the cores' and the GILs' lines of `run`, whose trace must have been
/// kept, in at most `width` columns (but no fewer than 40).
///
/// # Errors
/// What `out` reports.
pub fn write<W: Write>(out: &mut W, run: &Run, width: usize) -> io::Result<()> {
    let names = Names::of(run);
    let lanes = Lanes::of(&run.trace);
    let end = run.trace.end;
    let gils: Vec<_> = lanes
        .gils
        .iter()
        .enumerate()
        .filter(|(_, lane)| !lane.is_empty())
        .collect();
    let mut labels: Vec<String> = (1..=lanes.cores.len())
        .map(|core| format!("core {core}"))
        .collect();
    labels.extend(
        gils.iter()
            .take(MAX_GILS)
            .map(|(process, _)| format!("GIL {}", names.process(*process))),
    );
    let gutter = labels
        .iter()
        .map(|label| label.chars().count())
        .max()
        .unwrap_or(0)
        .min(24);
    let room = (width.max(40) - gutter - 3) as u64;
    let column = nice(end.div_ceil(room).max(1));
    let columns = end.div_ceil(column).max(1);
    let symbols = Symbols::of(run);

    let mut axis = format!("{:gutter$}  ", "");
    let mut ticks = axis.clone();
    for tick in 0..=(columns - 1) / TICK {
        let label = match tick {
            0 => "0".to_owned(),
            _ => duration(tick * TICK * column),
        };
        axis.push_str(&format!("{label:<width$}", width = TICK as usize));
        ticks.push_str(&format!("{:<width$}", '|', width = TICK as usize));
    }
    writeln!(out, "{}\n{}", axis.trim_end(), ticks.trim_end())?;

    let piece = |span: &Span| (span.start, span.end, span.thread);
    for (lane, label) in lanes.cores.iter().zip(&labels) {
        line(
            out,
            label,
            gutter,
            lane.iter().map(piece),
            &symbols,
            (column, columns),
        )?;
    }
    for ((_, lane), label) in gils.iter().take(MAX_GILS).zip(&labels[lanes.cores.len()..]) {
        let pieces = lane.iter().map(|hold| (hold.start, hold.end, hold.thread));
        line(out, label, gutter, pieces, &symbols, (column, columns))?;
    }
    if gils.len() > MAX_GILS {
        writeln!(out, "and {} more GILs, not drawn", gils.len() - MAX_GILS)?;
    }
    legend(out, &symbols, names, column, width.max(40))
}

/// The next number of the form 1, 2 or 5 times a power of ten.
fn nice(least: u64) -> u64 {
    let mut decade: u64 = 1;
    loop {
        for digit in [1, 2, 5] {
            let value = decade.saturating_mul(digit);
            if value >= least {
                return value;
            }
        }
        decade = decade.saturating_mul(10);
    }
}

/// One lane; each column shows who has most of it.
fn line<W: Write>(
    out: &mut W,
    label: &str,
    gutter: usize,
    pieces: impl Iterator<Item = (u64, u64, u32)>,
    symbols: &Symbols,
    (column, columns): (u64, u64),
) -> io::Result<()> {
    let short: String = label.chars().take(gutter).collect();
    write!(out, "{short:<gutter$} |")?;
    let mut pieces = pieces.peekable();
    let mut shares: Vec<(u32, u64)> = Vec::new();
    for index in 0..columns {
        let (from, to) = (index * column, (index + 1).saturating_mul(column));
        shares.clear();
        while let Some(&(start, end, thread)) = pieces.peek() {
            if start >= to {
                break;
            }
            let time = end.min(to) - start.max(from);
            match shares.iter_mut().find(|share| share.0 == thread) {
                Some(share) => share.1 += time,
                None => shares.push((thread, time)),
            }
            if end > to {
                break;
            }
            pieces.next();
        }
        let used: u64 = shares.iter().map(|share| share.1).sum();
        let most = shares.iter().rev().max_by_key(|share| share.1);
        let symbol = match most {
            Some(&(thread, time)) if time >= column - used => symbols.get(thread),
            _ => IDLE,
        };
        write!(out, "{symbol}")?;
    }
    writeln!(out, "|")
}

/// Which symbol stands for which thread.
struct Symbols {
    of: Vec<Option<u8>>,
    /// Threads in order of their symbols.
    order: Vec<u32>,
}

impl Symbols {
    fn of(run: &Run) -> Self {
        let names = Names::of(run);
        let mut order: Vec<u32> = (0..run.threads.len() as u32)
            .filter(|&id| run.threads[id as usize].first_run_ns.is_some())
            .collect();
        // Threads that only start others come last.
        order.sort_by_key(|&id| (!names.is_shown(id), id));
        let mut of = vec![None; run.threads.len()];
        for (&id, &symbol) in order.iter().zip(SYMBOLS) {
            of[id as usize] = Some(symbol);
        }
        Self { of, order }
    }

    fn get(&self, thread: u32) -> char {
        let symbol = self.of.get(thread as usize).copied().flatten();
        symbol.map_or(OTHER, char::from)
    }
}

fn legend<W: Write>(
    out: &mut W,
    symbols: &Symbols,
    names: Names<'_>,
    column: u64,
    width: usize,
) -> io::Result<()> {
    writeln!(
        out,
        "\none column is {}: who has most of it; {IDLE} nobody",
        duration(column)
    )?;
    let drawn = symbols.order.iter().take(SYMBOLS.len());
    let mut entries: Vec<String> = drawn
        .map(|&id| format!("{} {}", symbols.get(id), names.thread(id)))
        .collect();
    let others = symbols.order.len() - entries.len();
    if others > 0 {
        entries.push(format!("{OTHER} {others} others"));
    }
    let mut line = String::new();
    for entry in entries {
        if !line.is_empty() && line.chars().count() + 2 + entry.chars().count() > width {
            writeln!(out, "{line}")?;
            line.clear();
        }
        if !line.is_empty() {
            line.push_str("  ");
        }
        line.push_str(&entry);
    }
    writeln!(out, "{line}")
}
