//! The trace as Chrome's trace event JSON, which Perfetto, speedscope and
//! `chrome://tracing` open.
//!
//! Lanes: a process each with its threads' states; then "Cores" with who runs
//! where, "GIL" with who holds it, and "Units" with an instant for each unit of
//! work. Messages and wakes are flow arrows, failures and missed deadlines
//! instants. Times are in µs, as the format demands, with the nanoseconds behind the point.

use super::names::Names;
use crate::experiment::Ended;
use crate::sim::{Cause, Run, State};
use std::fmt;
use std::io::{self, Write};

/// Writes `run`, whose trace must have been kept.
///
/// # Errors
/// What `out` reports.
pub fn write<W: Write>(out: &mut W, run: &Run, title: &str) -> io::Result<()> {
    let names = Names::of(run);
    let mut events = Events {
        out,
        names,
        lanes: run.processes.len() as u32 + 1,
        first: true,
    };
    write!(events.out, "{{\"displayTimeUnit\":\"ns\",")?;
    write!(events.out, "\"otherData\":{{\"name\":{}", Text(title))?;
    if let Some(cut) = run.trace.cut_at {
        write!(events.out, ",\"cut-at-us\":{}", Micros(cut))?;
    }
    write!(events.out, "}},\"traceEvents\":[")?;
    events.metadata(run)?;
    events.spans(run)?;
    events.messages(run)?;
    events.wakes(run)?;
    events.instants(run)?;
    writeln!(events.out, "\n]}}")
}

/// A time in µs.
struct Micros(u64);

impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 % 1_000 {
            0 => write!(f, "{}", self.0 / 1_000),
            ns => write!(f, "{}.{ns:03}", self.0 / 1_000),
        }
    }
}

/// A text in JSON.
struct Text<'t>(&'t str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = serde_json::to_string(self.0).map_err(|_| fmt::Error)?;
        f.write_str(&json)
    }
}

/// Where an event is drawn: the format's process and thread. Thread numbers are
/// unique in the whole file, for some viewers take them for that.
#[derive(Clone, Copy)]
struct Lane {
    pid: u32,
    tid: u32,
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"pid\":{},\"tid\":{}", self.pid, self.tid)
    }
}

struct Events<'o, 'r, W> {
    out: &'o mut W,
    names: Names<'r>,
    /// Number of the first lane that is no process.
    lanes: u32,
    first: bool,
}

/// Thread numbers of lanes that are no thread.
const CORES: u32 = 10_000_000;
const GILS: u32 = 20_000_000;
const UNITS: u32 = 30_000_000;

impl<W: Write> Events<'_, '_, W> {
    fn thread(&self, id: u32) -> Lane {
        Lane {
            pid: self.names.process_of(id) as u32 + 1,
            tid: id + 1,
        }
    }

    fn core(&self, core: u16) -> Lane {
        Lane {
            pid: self.lanes,
            tid: CORES + u32::from(core) + 1,
        }
    }

    fn gil(&self, process: usize) -> Lane {
        Lane {
            pid: self.lanes + 1,
            tid: GILS + process as u32 + 1,
        }
    }

    fn units(&self) -> Lane {
        Lane {
            pid: self.lanes + 2,
            tid: UNITS + 1,
        }
    }

    fn event(&mut self, kind: &str, lane: Lane, rest: fmt::Arguments<'_>) -> io::Result<()> {
        let comma = if self.first { "" } else { "," };
        self.first = false;
        write!(self.out, "{comma}\n{{\"ph\":\"{kind}\",{lane},{rest}}}")
    }

    fn name_lane(&mut self, what: &str, lane: Lane, name: &str) -> io::Result<()> {
        let (name, sort) = (Text(name), lane.pid.max(lane.tid));
        self.event(
            "M",
            lane,
            format_args!("\"name\":\"{what}_name\",\"args\":{{\"name\":{name}}}"),
        )?;
        let sort = if what == "process" { lane.pid } else { sort };
        self.event(
            "M",
            lane,
            format_args!("\"name\":\"{what}_sort_index\",\"args\":{{\"sort_index\":{sort}}}"),
        )
    }

    fn metadata(&mut self, run: &Run) -> io::Result<()> {
        for (index, process) in run.processes.iter().enumerate() {
            let lane = Lane {
                pid: index as u32 + 1,
                tid: 0,
            };
            self.name_lane("process", lane, &process.name)?;
        }
        for id in 0..run.trace.threads.len() as u32 {
            self.name_lane("thread", self.thread(id), &self.names.short(id))?;
        }
        self.name_lane("process", self.core(0), "Cores")?;
        for core in 0..run.trace.cores {
            self.name_lane("thread", self.core(core), &format!("core {}", core + 1))?;
        }
        if !run.trace.holds.is_empty() {
            self.name_lane("process", self.gil(0), "GIL")?;
            let mut known = vec![false; run.processes.len()];
            for hold in &run.trace.holds {
                let process = self.names.process_of(hold.thread);
                if let Some(known) = known.get_mut(process).filter(|known| !**known) {
                    *known = true;
                    let name = format!("GIL of {}", self.names.process(process));
                    self.name_lane("thread", self.gil(process), &name)?;
                }
            }
        }
        if !run.trace.units.is_empty() {
            self.name_lane("process", self.units(), "Units")?;
            self.name_lane("thread", self.units(), "units of work")?;
        }
        Ok(())
    }

    /// A span as its begin and its end, not as one event with a duration:
    /// viewers add that in floating point, and where the sum comes out beyond
    /// the next span's start, speedscope draws one inside the other and loses
    /// track. Both bear the name, by which it tells which end is whose.
    fn span(
        &mut self,
        lane: Lane,
        (start, end): (u64, u64),
        category: &str,
        name: &str,
    ) -> io::Result<()> {
        let name = Text(name);
        for (kind, at) in [("B", start), ("E", end)] {
            let ts = Micros(at);
            self.event(
                kind,
                lane,
                format_args!("\"ts\":{ts},\"cat\":\"{category}\",\"name\":{name}"),
            )?;
        }
        Ok(())
    }

    fn spans(&mut self, run: &Run) -> io::Result<()> {
        for span in &run.trace.spans {
            let time = (span.start, span.end);
            self.span(self.thread(span.thread), time, "state", span.state.label())?;
        }
        let running = run.trace.spans.iter();
        for span in running.filter(|span| span.state == State::Running) {
            let name = self.names.thread(span.thread);
            self.span(self.core(span.core), (span.start, span.end), "core", &name)?;
        }
        for hold in &run.trace.holds {
            let lane = self.gil(self.names.process_of(hold.thread));
            let name = self.names.thread(hold.thread);
            self.span(lane, (hold.start, hold.end), "gil", &name)?;
        }
        Ok(())
    }

    fn messages(&mut self, run: &Run) -> io::Result<()> {
        for (id, message) in run.trace.messages.iter().enumerate() {
            let (ts, bytes) = (Micros(message.at), message.bytes);
            for (kind, end, thread) in [("s", "", message.from), ("f", ",\"bp\":\"e\"", message.to)]
            {
                self.event(
                    kind,
                    self.thread(thread),
                    format_args!(
                        "\"ts\":{ts},\"id\":{id},\"cat\":\"message\",\"name\":\"message\"{end},\
                         \"args\":{{\"bytes\":{bytes}}}"
                    ),
                )?;
            }
        }
        Ok(())
    }

    /// Who let whom go on. A message that does is drawn as a message only.
    fn wakes(&mut self, run: &Run) -> io::Result<()> {
        let wakes = run.trace.wakes.iter();
        let others = wakes.filter(|wake| wake.cause != Cause::Message);
        for (id, wake) in (run.trace.messages.len()..).zip(others) {
            let (ts, cause) = (Micros(wake.at), wake.cause.key());
            for (kind, end, thread) in [("s", "", wake.by), ("f", ",\"bp\":\"e\"", wake.thread)] {
                self.event(
                    kind,
                    self.thread(thread),
                    format_args!(
                        "\"ts\":{ts},\"id\":{id},\"cat\":\"wake\",\"name\":\"{cause}\"{end}"
                    ),
                )?;
            }
        }
        Ok(())
    }

    fn instant(&mut self, lane: Lane, at: u64, scope: char, name: &str) -> io::Result<()> {
        let (ts, name) = (Micros(at), Text(name));
        self.event(
            "i",
            lane,
            format_args!("\"ts\":{ts},\"s\":\"{scope}\",\"name\":{name}"),
        )
    }

    fn instants(&mut self, run: &Run) -> io::Result<()> {
        for failure in &run.outcome.failures {
            let (process, thread) = self.names.locate(failure.who);
            let who = self.names.subject(failure.who);
            let name = format!("{who} {}", failure.how.phrase());
            let whole = Lane {
                pid: process as u32 + 1,
                tid: 0,
            };
            match thread {
                Some(thread) => self.instant(self.thread(thread), failure.at_ns, 't', &name)?,
                None => self.instant(whole, failure.at_ns, 'p', &name)?,
            }
        }
        for job in &run.jobs {
            if job.missed(run.end_ns) == Some(true) {
                let lane = self.thread(job.thread);
                self.instant(lane, job.deadline_ns, 't', "deadline missed")?;
            }
        }
        for (number, &at) in run.trace.units.iter().enumerate() {
            self.instant(self.units(), at, 't', &format!("unit {}", number + 1))?;
        }
        for thread in run.threads.iter().enumerate() {
            let (id, report) = (thread.0 as u32, thread.1);
            if let (Ended::Completed, Some(at)) = (report.ended, report.ended_ns) {
                self.instant(self.thread(id), at, 't', "completed")?;
            }
        }
        Ok(())
    }
}
