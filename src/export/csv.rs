//! The trace as a table: a line for each thing that happened, in ns.
//!
//! Kinds: `state` (a thread was in a state), `gil` (a thread held its process's
//! GIL), `message` (`thread` sent it, `to` received it), `wake` (`thread` let `to`
//! go on; `state` says by what), `unit`, `failure` (`state` says how it ended),
//! `deadline-miss`.

use super::names::Names;
use crate::sim::{Run, State};
use csv::Writer;
use serde::Serialize;
use std::io::{self, Write};

/// A line. The names of its fields are the table's header.
#[derive(Default, Serialize)]
struct Line<'l> {
    kind: &'static str,
    start_ns: u64,
    end_ns: Option<u64>,
    process: &'l str,
    thread: &'l str,
    state: &'l str,
    core: Option<u16>,
    to: &'l str,
    bytes: Option<u64>,
}

/// Writes `run`, whose trace must have been kept.
///
/// # Errors
/// What `out` reports.
pub fn write<W: Write>(out: &mut W, run: &Run) -> io::Result<()> {
    let names = Names::of(run);
    let mut table = Writer::from_writer(out);
    let threads: Vec<String> = (0..run.trace.threads.len() as u32)
        .map(|id| names.short(id))
        .collect();
    let of = |thread: u32| Line {
        process: names.process(names.process_of(thread)),
        thread: threads.get(thread as usize).map_or("", String::as_str),
        ..Line::default()
    };
    let mut line = |line: Line<'_>| table.serialize(line).map_err(io_error);
    for span in &run.trace.spans {
        line(Line {
            kind: "state",
            start_ns: span.start,
            end_ns: Some(span.end),
            state: span.state.key(),
            core: (span.state == State::Running).then_some(span.core),
            ..of(span.thread)
        })?;
    }
    for hold in &run.trace.holds {
        line(Line {
            kind: "gil",
            start_ns: hold.start,
            end_ns: Some(hold.end),
            ..of(hold.thread)
        })?;
    }
    for message in &run.trace.messages {
        line(Line {
            kind: "message",
            start_ns: message.at,
            to: &names.thread(message.to),
            bytes: Some(message.bytes),
            ..of(message.from)
        })?;
    }
    for wake in &run.trace.wakes {
        line(Line {
            kind: "wake",
            start_ns: wake.at,
            state: wake.cause.key(),
            to: &names.thread(wake.thread),
            ..of(wake.by)
        })?;
    }
    for &at in &run.trace.units {
        line(Line {
            kind: "unit",
            start_ns: at,
            ..Line::default()
        })?;
    }
    for failure in &run.outcome.failures {
        let (process, thread) = names.locate(failure.who);
        line(Line {
            kind: "failure",
            start_ns: failure.at_ns,
            process: names.process(process),
            state: failure.how.phrase(),
            ..thread.map_or_else(Line::default, of)
        })?;
    }
    for job in &run.jobs {
        if job.missed(run.end_ns) == Some(true) {
            line(Line {
                kind: "deadline-miss",
                start_ns: job.deadline_ns,
                end_ns: job.done_ns,
                ..of(job.thread)
            })?;
        }
    }
    table.flush()
}

/// What `out` reported, as it was: a reader that went away is no error to some.
fn io_error(error: csv::Error) -> io::Error {
    let text = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => io::Error::other(text),
    }
}
