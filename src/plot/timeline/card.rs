//! The card that tells what lies at a point: what stands on it, and where it
//! stands so that what it is about can still be seen.

use super::{AXIS, Hit, Row, RowKind, TimelineRequest, describe, row_of};
use crate::plot::instant;
use crate::sim::{Cause, State};

/// How far it stays from what it is about and from the edges, px.
const AWAY: f64 = 6.0;

/// What a card says, and what it must not cover.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Who or what it is about.
    pub title: String,
    /// What there is to say.
    pub lines: Vec<String>,
    /// From which height to which lies what it is about, px from the top of
    /// the picture.
    pub band: (f64, f64),
}

/// The card of what lies at a point; `None`: nothing does.
#[must_use]
pub fn card(request: &TimelineRequest<'_>, hit: Hit) -> Option<Card> {
    let words = describe(request, hit);
    if words.is_empty() {
        return None;
    }
    let (title, line) = match words.split_once(": ") {
        Some((title, line)) => (title.to_owned(), Some(line.to_owned())),
        None => (words, None),
    };
    Some(Card {
        title,
        lines: line.into_iter().chain(woken(request, hit)).collect(),
        band: band(request, hit),
    })
}

/// Who let a thread go on that is ready or runs at a point after it waited.
#[must_use]
pub fn woken(request: &TimelineRequest<'_>, hit: Hit) -> Option<String> {
    let Hit::Lane(RowKind::Thread(thread), time) = hit else {
        return None;
    };
    let trace = &request.run.trace;
    let lane = &request.lanes.threads[thread];
    let goes_on = |state: State| matches!(state, State::Ready | State::Running);
    let next = lane.partition_point(|span| span.end <= time);
    let span = lane.get(next).filter(|span| span.start <= time)?;
    // Between the end of the wait and this span there may be one that is ready.
    let before = lane[..next].iter().rposition(|span| !goes_on(span.state));
    let since = before.map_or(0, |place| lane[place].start);
    let first = before.map_or(0, |place| place + 1);
    let began = lane.get(first)?;
    // Whoever waits for a core again has been preempted, not woken.
    if !goes_on(span.state) || next > first + 1 {
        return None;
    }
    let all = request.lanes.links(trace)?.woken.get(thread as u32);
    let last = all.partition_point(|&n| trace.wakes[n as usize].at <= began.start);
    let wake = &trace.wakes[*all.get(last.checked_sub(1)?)? as usize];
    // One that was woken goes on thanks to that only until it waits again.
    (wake.at >= since).then(|| {
        let by = trace.name(wake.by);
        format!("{} {by} at {}", deed(wake.cause), instant(wake.at))
    })
}

fn deed(cause: Cause) -> &'static str {
    match cause {
        Cause::Lock => "woken as the lock was given back by",
        Cause::Semaphore => "woken as the semaphore was given back by",
        Cause::Condition => "notified by",
        Cause::Barrier => "let through the barrier by",
        Cause::Message => "woken by a message from",
        Cause::Room => "woken as room was made by",
        Cause::Closed => "woken by the end of the last sender,",
        Cause::Join => "woken by the end of",
        Cause::Start => "started by",
        Cause::Gil => "woken for the GIL by",
        Cause::Pool => "woken over a pool's task by",
    }
}

fn band(request: &TimelineRequest<'_>, hit: Hit) -> (f64, f64) {
    let row = match hit {
        Hit::Axis(_) | Hit::Nothing => None,
        Hit::Failure(index) => row_of(request, request.run.outcome.failures[index].who),
        Hit::Name(kind) | Hit::Lane(kind, _) => {
            let mut rows = request.rows.rows.iter();
            rows.find(|row| row.kind == kind).copied()
        }
    };
    row.map_or((0.0, AXIS), |row: Row| {
        let top = row.y + request.offset();
        (top.max(0.0), (top + row.h).min(request.height))
    })
}

/// Where a card of some size stands: its left and its top edge. `x` is where the
/// pointer is, `band` what must be left to be seen, and `bounds` from where to
/// where there is room, to the right and down.
#[must_use]
pub fn card_place(
    x: f64,
    band: (f64, f64),
    (width, height): (f64, f64),
    ((left, right), (top, bottom)): ((f64, f64), (f64, f64)),
) -> (f64, f64) {
    let x = (x + 2.0 * AWAY).min(right - width - AWAY).max(left + AWAY);
    let below = band.1 + AWAY;
    let above = band.0 - AWAY - height;
    let fits_below = below + height <= bottom;
    // Where it fits nowhere, there is more of it to be seen on the larger side.
    let more_below = bottom - band.1 >= band.0 - top;
    let y = match above >= top {
        _ if fits_below => below,
        true => above,
        false if more_below => below,
        false => above,
    };
    (x, y)
}
