//! How arrows look: each kind has a stroke, a tail and a head of its own, so
//! that they are told apart without their colours.

use super::pen::Pen;
use super::{AXIS, Row};
use crate::plot::Ink;

/// Where an arrow comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tail {
    Dot,
    Bar,
    Square,
}

/// Where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Head {
    /// Two strokes.
    Open,
    /// A triangle.
    Closed,
    /// A stroke across, with two more before it.
    Stop,
}

/// How an arrow looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    ink: Ink,
    width: f64,
    dashed: bool,
    tail: Tail,
    head: Head,
}

/// A message.
pub(super) const MESSAGE: Style = Style {
    ink: Ink::ChannelWait,
    width: 1.4,
    dashed: false,
    tail: Tail::Dot,
    head: Head::Open,
};

/// A turn of the GIL.
pub(super) const TURN: Style = Style {
    ink: Ink::GilWait,
    dashed: true,
    ..MESSAGE
};

/// A thread lets another go on, or starts it.
pub(super) const WAKE: Style = Style {
    ink: Ink::Text,
    width: 1.2,
    dashed: true,
    tail: Tail::Bar,
    head: Head::Closed,
};

/// A thread's end was waited for.
pub(super) const JOIN: Style = Style {
    ink: Ink::JoinWait,
    width: 1.4,
    dashed: false,
    tail: Tail::Square,
    head: Head::Stop,
};

/// A failure brings another about.
pub(super) const CAUSE: Style = Style {
    ink: Ink::Danger,
    width: 2.0,
    dashed: false,
    tail: Tail::Dot,
    head: Head::Closed,
};

/// An arrow from one lane at an instant to another, unless it is out of view.
pub(super) fn arrow(pen: &mut Pen, from: (Row, u64), to: (Row, u64), style: Style) {
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
    pen.line(points, style.ink, style.width, style.dashed);
    if !outside(start) {
        tail(pen, (clamp(x0), start), style);
    }
    if !outside(end) {
        head(pen, (clamp(x1), end), downwards, style);
    }
}

fn tail(pen: &mut Pen, (x, y): (f64, f64), style: Style) {
    match style.tail {
        Tail::Dot => pen.dot(x, y, 2.2, style.ink),
        Tail::Bar => {
            let points = vec![(x - 3.5, y), (x + 3.5, y)];
            pen.line(points, style.ink, style.width + 0.4, false);
        }
        Tail::Square => {
            let (l, r, t, b) = (x - 2.2, x + 2.2, y - 2.2, y + 2.2);
            let points = vec![(l, t), (r, t), (r, b), (l, b), (l, t)];
            pen.line(points, style.ink, style.width, false);
        }
    }
}

fn head(pen: &mut Pen, (x, y): (f64, f64), downwards: bool, style: Style) {
    let back = if downwards { -4.5 } else { 4.5 };
    let mut strokes = |points| pen.line(points, style.ink, style.width, false);
    let (left, tip, right) = ((x - 3.0, y + back), (x, y), (x + 3.0, y + back));
    match style.head {
        Head::Open => strokes(vec![left, tip, right]),
        Head::Closed => strokes(vec![left, tip, right, left]),
        Head::Stop => {
            strokes(vec![left, tip, right]);
            strokes(vec![(x - 4.0, y), (x + 4.0, y)]);
        }
    }
}
