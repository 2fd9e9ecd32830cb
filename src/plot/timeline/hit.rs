//! What lies at a point of a timeline, and what to say about it.

use super::rows::{locate, process_name};
use super::{AXIS, RowKind, TimelineRequest, row_of};
use crate::experiment::Failure;
use crate::plot::{duration, instant};
use crate::sim::{Run, Span, State};

/// How far from a failure's mark still counts as on it, px.
const NEAR: f64 = 9.0;

/// What lies at a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Hit {
    /// The axis, at this instant.
    Axis(u64),
    /// A failure's mark, by its index.
    Failure(usize),
    /// Words above lanes, or a name.
    Name(RowKind),
    /// A lane, at this instant.
    Lane(RowKind, u64),
    /// Nothing.
    Nothing,
}

/// What lies at (`x`, `y`), px from the left and the top.
#[must_use]
pub fn hit(request: &TimelineRequest<'_>, x: f64, y: f64) -> Hit {
    let scale = request.scale();
    let failures = request.run.outcome.failures.iter().enumerate();
    // Marks stand just behind the instant.
    let near = |failure: &Failure| {
        let at = scale.x(failure.at_ns) + if y < AXIS { 0.0 } else { 6.0 };
        scale.shows(failure.at_ns) && (at - x).abs() <= NEAR
    };
    if y < AXIS {
        let mut failures = failures.filter(|(_, failure)| near(failure));
        return match failures.next() {
            Some((index, _)) => Hit::Failure(index),
            None if x < scale.left => Hit::Nothing,
            None => Hit::Axis(scale.time(x)),
        };
    }
    let place = y - request.offset();
    let Some(&row) = request.rows.between(place, place + 0.1).first() else {
        return Hit::Nothing;
    };
    let words = matches!(
        row.kind,
        RowKind::Cores | RowKind::Gils | RowKind::Process(_)
    );
    if x >= scale.left {
        let here = |failure: &Failure| near(failure) && row_of(request, failure.who) == Some(row);
        if let Some((index, _)) = failures.into_iter().find(|(_, failure)| here(failure)) {
            return Hit::Failure(index);
        }
    }
    if words || x < scale.left {
        return Hit::Name(row.kind);
    }
    Hit::Lane(row.kind, scale.time(x))
}

/// The thread that is at a point: whose lane it is, or who has the core or the
/// GIL there.
#[must_use]
pub fn thread_at(request: &TimelineRequest<'_>, hit: Hit) -> Option<u32> {
    let lanes = request.lanes;
    match hit {
        Hit::Name(RowKind::Thread(thread)) | Hit::Lane(RowKind::Thread(thread), _) => {
            Some(thread as u32)
        }
        Hit::Lane(RowKind::Core(core), time) => {
            let lane = &lanes.cores[core];
            let next = lane.partition_point(|span| span.end <= time);
            let span = lane.get(next).filter(|span| span.start <= time);
            span.map(|span| span.thread)
        }
        Hit::Lane(RowKind::Gil(process), time) => lanes.holder_at(process, time),
        _ => None,
    }
}

/// What lies there, in words; empty for nothing.
#[must_use]
pub fn describe(request: &TimelineRequest<'_>, hit: Hit) -> String {
    let (run, lanes) = (request.run, request.lanes);
    match hit {
        Hit::Nothing => String::new(),
        Hit::Axis(time) => format!("{}: a click moves the playhead here", instant(time)),
        Hit::Failure(index) => failed(run, index),
        Hit::Name(kind) => named(run, kind),
        Hit::Lane(RowKind::Thread(thread), time) => {
            let name = run.trace.name(thread as u32);
            match at(&lanes.threads[thread], time) {
                Some(span) => format!("{name}: {}", stretch(span)),
                None => match lanes.threads[thread].last() {
                    Some(last) if last.end <= time => {
                        format!("{name}: has ended, at {}", instant(last.end))
                    }
                    _ => format!("{name}: not there at {}", instant(time)),
                },
            }
        }
        Hit::Lane(RowKind::Core(core), time) => match at(&lanes.cores[core], time) {
            Some(span) => {
                let name = run.trace.name(span.thread);
                format!(
                    "core {}: {name} runs{}",
                    core + 1,
                    times(span.start, span.end)
                )
            }
            None => format!("core {}: idle at {}", core + 1, instant(time)),
        },
        Hit::Lane(RowKind::Gil(process), time) => {
            let lane = &lanes.gils[process];
            let next = lane.partition_point(|hold| hold.end <= time);
            let name = process_name(run, process);
            match lane.get(next).filter(|hold| hold.start <= time) {
                Some(hold) => {
                    let holder = run.trace.name(hold.thread);
                    let when = times(hold.start, hold.end);
                    format!("GIL of {name}: {holder} holds it{when}")
                }
                None => format!("GIL of {name}: free at {}", instant(time)),
            }
        }
        Hit::Lane(RowKind::Folded(process), time) => summed(request, process, time),
        Hit::Lane(kind, _) => named(run, kind),
    }
}

fn at(lane: &[Span], time: u64) -> Option<Span> {
    let next = lane.partition_point(|span| span.end <= time);
    let span = lane
        .get(next)
        .or(lane.last().filter(|span| span.end == time));
    span.filter(|span| span.start <= time).copied()
}

fn times(start: u64, end: u64) -> String {
    let length = duration(end - start);
    format!(" from {} to {}, for {length}", instant(start), instant(end))
}

fn stretch(span: Span) -> String {
    let when = times(span.start, span.end);
    match span.state {
        State::Running => format!("running on core {}{when}", span.core + 1),
        state => format!("{}{when}", state.label()),
    }
}

fn named(run: &Run, kind: RowKind) -> String {
    match kind {
        RowKind::Cores => "Who runs on each core".to_owned(),
        RowKind::Gils => "Who holds the GIL of each process".to_owned(),
        RowKind::Core(core) => format!("core {}", core + 1),
        RowKind::Gil(process) => format!("GIL of {}", process_name(run, process)),
        RowKind::Process(process) => {
            format!("{}: a click folds its threads", process_name(run, process))
        }
        RowKind::Folded(process) => {
            format!(
                "{}: a click unfolds its threads",
                process_name(run, process)
            )
        }
        RowKind::Thread(thread) => run.trace.name(thread as u32),
    }
}

/// How many threads of a process are in which state.
fn summed(request: &TimelineRequest<'_>, process: usize, time: u64) -> String {
    let mut counts = [0_usize; State::COUNT];
    for (id, name) in request.run.trace.threads.iter().enumerate() {
        if name.process as usize == process
            && request.rows.is_shown(id)
            && let Some(span) = at(&request.lanes.threads[id], time)
        {
            counts[span.state as usize] += 1;
        }
    }
    let states = State::ALL
        .iter()
        .zip(counts)
        .filter(|(_, count)| *count > 0);
    let words: Vec<_> = states
        .map(|(state, count)| format!("{count} {}", state.label()))
        .collect();
    let name = process_name(request.run, process);
    match words.is_empty() {
        true => format!("{name} at {}: no threads", instant(time)),
        false => format!("{name} at {}: {}", instant(time), words.join(", ")),
    }
}

fn failed(run: &Run, index: usize) -> String {
    let failures = &run.outcome.failures;
    let failure = &failures[index];
    let name = |failure: &Failure| match locate(run, failure.who) {
        (_, Some(thread)) => run.trace.name(thread as u32),
        (process, None) => format!("process {}", process_name(run, process)),
    };
    let mut words = format!(
        "✕ {} {} at {}",
        name(failure),
        failure.how.phrase(),
        instant(failure.at_ns)
    );
    if let Some(cause) = failure.cause.and_then(|cause| failures.get(cause)) {
        words.push_str(&format!(", because {} {}", name(cause), cause.how.phrase()));
        if let Some(medium) = failure.medium {
            words.push_str(&format!(" ({})", medium.phrase()));
        }
    }
    words
}
