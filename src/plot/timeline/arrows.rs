//! Arrows between lanes: messages, turns of the GIL, causes of failures.

use super::pen::Pen;
use super::{AXIS, Row, TimelineRequest, row_of};
use crate::plot::Ink;
use crate::sim::Hold;

/// Arrows closer to each other than this, on average, would be a thicket: then
/// there are none, and the timeline says how many there would be.
const APART: f64 = 10.0;
/// Turns of the GIL are less of an event than a message: more room.
const TURNS_APART: f64 = 28.0;
/// Causes drawn at once. Those of one process come in dozens at one instant.
const CAUSES: usize = 64;

/// Draws the arrows in view. How many messages got none.
pub(super) fn draw(pen: &mut Pen, request: &TimelineRequest<'_>) -> usize {
    let width = pen.scale.right - pen.scale.left;
    turns(pen, request, (width / TURNS_APART) as usize);
    let left_out = messages(pen, request, (width / APART) as usize);
    causes(pen, request);
    left_out
}

fn messages(pen: &mut Pen, request: &TimelineRequest<'_>, most: usize) -> usize {
    let all = &request.run.trace.messages;
    let window = request.window;
    let first = all.partition_point(|message| message.at < window.from);
    let end = all.partition_point(|message| message.at <= window.to);
    let rows = request.rows;
    if rows.threads().next().is_none() {
        return 0;
    }
    if end - first > most {
        return end - first;
    }
    for message in &all[first..end] {
        let from = rows.of_thread(message.from as usize);
        let to = rows.of_thread(message.to as usize);
        if let (Some(from), Some(to)) = (from, to) {
            arrow(
                pen,
                (from, message.at),
                (to, message.at),
                Ink::ChannelWait,
                false,
            );
        }
    }
    0
}

/// From the thread that let go of a GIL to the one that took it.
fn turns(pen: &mut Pen, request: &TimelineRequest<'_>, most: usize) {
    let window = request.window;
    let mut seen = 0;
    let in_view = request.lanes.gils.iter().map(|lane| {
        let first = lane.partition_point(|hold| hold.end < window.from);
        let end = lane.partition_point(|hold| hold.start <= window.to);
        let view: &[Hold] = &lane[first.min(end)..end];
        seen += view.len();
        view
    });
    let in_view: Vec<_> = in_view.collect();
    if seen > most {
        return;
    }
    for pair in in_view.iter().flat_map(|view| view.windows(2)) {
        let rows = request.rows;
        let from = rows.of_thread(pair[0].thread as usize);
        let to = rows.of_thread(pair[1].thread as usize);
        if let (Some(from), Some(to)) = (from, to) {
            arrow(
                pen,
                (from, pair[0].end),
                (to, pair[1].start),
                Ink::GilWait,
                true,
            );
        }
    }
}

fn causes(pen: &mut Pen, request: &TimelineRequest<'_>) {
    let failures = &request.run.outcome.failures;
    let mut left = CAUSES;
    for failure in failures {
        let Some(cause) = failure.cause.and_then(|cause| failures.get(cause)) else {
            continue;
        };
        let seen = pen.scale.shows(failure.at_ns) || pen.scale.shows(cause.at_ns);
        let rows = (row_of(request, cause.who), row_of(request, failure.who));
        if let (true, (Some(from), Some(to))) = (seen && left > 0, rows) {
            left -= 1;
            arrow(
                pen,
                (from, cause.at_ns),
                (to, failure.at_ns),
                Ink::Danger,
                false,
            );
        }
    }
}

/// An arrow from one lane at an instant to another, unless it is out of view.
fn arrow(pen: &mut Pen, from: (Row, u64), to: (Row, u64), ink: Ink, dashed: bool) {
    if from.0 == to.0 {
        return;
    }
    let downwards = to.0.y > from.0.y;
    let edge = |(row, _): (Row, u64), lower: bool| pen.y(row) + if lower { row.h } else { 0.0 };
    let (start, end) = (edge(from, downwards), edge(to, !downwards));
    let (x0, x1) = (pen.scale.x(from.1), pen.scale.x(to.1));
    let (top, bottom) = (AXIS, pen.bottom);
    let outside = |y: f64| y < top || y > bottom;
    if outside(start) && outside(end) && (start < top) == (end < top) {
        return;
    }
    let (left, right) = (pen.scale.left, pen.scale.right);
    let clamp = |x: f64| x.clamp(left, right);
    let points = vec![
        (clamp(x0), start.clamp(top, bottom)),
        (clamp(x1), end.clamp(top, bottom)),
    ];
    pen.line(points, ink, 1.4, dashed);
    if !outside(start) {
        pen.dot(clamp(x0), start, 2.2, ink);
    }
    if !outside(end) {
        let (x, back) = (clamp(x1), if downwards { -4.5 } else { 4.5 });
        let head = vec![(x - 3.0, end + back), (x, end), (x + 3.0, end + back)];
        pen.line(head, ink, 1.4, false);
    }
}
