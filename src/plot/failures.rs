//! The failure graph: a row for each thread and process, process walls round
//! them, time to the right, and an arrow from each failure to what it caused.
//!
//! A crash, the end of its process and the end of the other threads are one
//! instant. Of one instant each step stands a little to the right of its cause,
//! so that the chain can be seen.

mod circle;
mod rows;
mod words;

pub use circle::{CircleRequest, circle};
pub use rows::{FailureRow, failure_rows};
pub use words::medium_name;

use super::axis::ticks;
use super::text::duration;
use super::{Align, Fill, Ink, Picture, Shape, Window};
use crate::experiment::{Ended, Failure, Outcome, Subject};
use rows::{Row, middles, rows};
use words::{label, long, sign, word};

const AXIS: f64 = 20.0;
const ROW: f64 = 21.0;
/// Between the walls of two processes.
const GAP: f64 = 8.0;
/// Radius of a failure's mark.
const MARK: f64 = 7.0;
/// How far right of its cause an effect of the same instant stands.
const STEP: f64 = 24.0;
/// Chains of one instant are drawn no deeper than this.
const MAX_STEPS: usize = 4;
const LABEL: f64 = 11.0;

/// What to draw.
#[derive(Clone, Copy)]
pub struct FailuresRequest<'a> {
    /// The run, predicted or measured.
    pub outcome: &'a Outcome,
    /// A short name for each process, and for each thread within its process.
    pub name: &'a dyn Fn(Subject) -> String,
    /// Which process began anew, and when.
    pub restarts: &'a [(u16, u64)],
    /// When the run ended, ns.
    pub end: u64,
    /// The part of the run to show; `None`: all of it.
    pub window: Option<Window>,
    /// Where the playback is, ns.
    pub playhead: Option<u64>,
    /// Who is picked out.
    pub picked: Option<Subject>,
    /// Width of the whole.
    pub width: f64,
}

/// A failure graph, and what it had no room for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FailureGraph {
    /// What to draw.
    pub picture: Picture,
    /// Failures that are not drawn, because they lie outside of the window.
    pub outside: usize,
}

/// Lays out the graph. Processes and threads beyond what fits are counted in a
/// row of their own, never left out in silence.
#[must_use]
pub fn failure_graph(request: &FailuresRequest<'_>) -> FailureGraph {
    let rows = rows(request.outcome);
    let mut pen = Pen::new(request, &rows);
    pen.axis();
    pen.walls(&rows);
    for (index, row) in rows.iter().enumerate() {
        pen.row(index, row);
    }
    pen.edges();
    pen.marks();
    pen.playhead();
    FailureGraph {
        outside: pen.outside(),
        picture: Picture {
            width: request.width,
            height: pen.height,
            shapes: pen.shapes,
        },
    }
}

/// Where a failure is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Mark {
    x: f64,
    y: f64,
}

struct Pen<'a> {
    request: &'a FailuresRequest<'a>,
    failures: &'a [Failure],
    window: Window,
    shapes: Vec<Shape>,
    left: f64,
    right: f64,
    height: f64,
    /// The middle of each row.
    middles: Vec<f64>,
    /// Where each failure stands; `None`: outside of the window, or in a row
    /// that only counts.
    marks: Vec<Option<Mark>>,
}

impl<'a> Pen<'a> {
    fn new(request: &'a FailuresRequest<'a>, rows: &[Row]) -> Self {
        let failures = &request.outcome.failures;
        let longest = rows.iter().map(|row| label(request, row).chars().count());
        let left = 18.0 + 6.2 * longest.max().unwrap_or(0) as f64;
        let window = request.window.unwrap_or(Window::whole(request.end));
        // As far right as the words beside every mark allow.
        let room = |(index, failure): (usize, &Failure)| {
            let beside = STEP * steps(failures, index) as f64 + MARK + 8.0 + long(&word(failure));
            let offset = failure.at_ns.clamp(window.from, window.to) - window.from;
            let share = (offset as f64 / window.length() as f64).max(0.05);
            left + (request.width - beside - left) / share
        };
        let rooms = failures.iter().enumerate().map(room);
        let right = rooms.fold(request.width - MARK - 4.0, f64::min);
        let (middles, height) = middles(rows);
        let mut pen = Self {
            request,
            failures,
            window,
            shapes: Vec::new(),
            left,
            right: right.max(left + 40.0),
            height,
            middles,
            marks: Vec::new(),
        };
        pen.marks = (0..failures.len())
            .map(|index| pen.mark_of(index, rows))
            .collect();
        pen
    }

    fn mark_of(&self, index: usize, rows: &[Row]) -> Option<Mark> {
        let failure = &self.failures[index];
        let row = rows.iter().position(|row| row.shows(failure.who))?;
        self.is_inside(failure.at_ns).then(|| Mark {
            x: self.x(failure.at_ns) + STEP * steps(self.failures, index) as f64,
            y: self.middles[row],
        })
    }

    fn is_inside(&self, time: u64) -> bool {
        (self.window.from..=self.window.to).contains(&time)
    }

    fn outside(&self) -> usize {
        let is_outside = |failure: &&Failure| !self.is_inside(failure.at_ns);
        self.failures.iter().filter(is_outside).count()
    }

    /// Where an instant lies; those outside of the window at its edges.
    fn x(&self, time: u64) -> f64 {
        let time = time.clamp(self.window.from, self.window.to) - self.window.from;
        self.left + time as f64 / self.window.length() as f64 * (self.right - self.left)
    }

    fn text(&mut self, [x, y]: [f64; 2], text: String, ink: Ink, size: f64, align: Align) {
        self.shapes.push(Shape::Text {
            x,
            y,
            text,
            ink,
            size,
            align,
        });
    }

    fn line(&mut self, points: &[(f64, f64)], ink: Ink, width: f64, dashed: bool) {
        self.shapes.push(Shape::Line {
            points: points.to_vec(),
            ink,
            width,
            dashed,
        });
    }

    fn axis(&mut self) {
        let most = ((self.right - self.left) / 64.0) as usize;
        let length = self.window.length() as f64;
        for offset in ticks(length, most.clamp(1, 8)) {
            let time = self.window.from + offset.round() as u64;
            let x = self.x(time);
            self.line(&[(x, AXIS), (x, self.height - GAP)], Ink::Grid, 1.0, false);
            if x + 20.0 < self.request.width {
                let text = duration(time);
                self.text([x, AXIS / 2.0], text, Ink::Muted, LABEL, Align::Middle);
            }
        }
    }

    /// The walls of the processes: damage stops there.
    fn walls(&mut self, rows: &[Row]) {
        let mut first = 0;
        while first < rows.len() {
            let more = rows[first + 1..].iter();
            let last = first + more.take_while(|row| !row.begins_a_group()).count();
            if let Some(process) = rows[first].process() {
                let hit = self
                    .failures
                    .iter()
                    .any(|failure| failure.who == Subject::Process(process));
                let (top, bottom) = (
                    self.middles[first] - ROW / 2.0,
                    self.middles[last] + ROW / 2.0,
                );
                let (left, right) = (1.0, self.request.width - 1.0);
                let corners = [
                    (left, top),
                    (right, top),
                    (right, bottom),
                    (left, bottom),
                    (left, top),
                ];
                let ink = if hit { Ink::Danger } else { Ink::Wait };
                self.line(&corners, ink, 1.5, hit);
            }
            first = last + 1;
        }
    }

    fn row(&mut self, index: usize, row: &Row) {
        let y = self.middles[index];
        if row.who().is_some() && row.who() == self.request.picked {
            let (top, bottom, right) = (y - ROW / 2.0, y + ROW / 2.0, self.request.width - 3.0);
            let frame = [
                (3.0, top),
                (right, top),
                (right, bottom),
                (3.0, bottom),
                (3.0, top),
            ];
            self.line(&frame, Ink::Playhead, 2.0, false);
        }
        let name = label(self.request, row);
        let ink = if row.is_calm() { Ink::Muted } else { Ink::Text };
        self.text([self.left - 8.0, y], name, ink, LABEL, Align::End);
        if let Some(note) = row.note() {
            let at = [self.left + 4.0, y];
            self.text(at, note, Ink::Muted, LABEL, Align::Start);
            return;
        }
        let Some(who) = row.who() else { return };
        let process = &self.request.outcome.processes[usize::from(who.process())];
        let mut from = process.ready_ns.unwrap_or(0);
        let mut ends: Vec<(u64, Ended)> = self
            .failures
            .iter()
            .filter(|failure| failure.who == who)
            .map(|failure| (failure.at_ns, failure.how))
            .collect();
        if ends.is_empty() {
            // It ended well, or was cut off with the run.
            self.life([from, process.ended_ns], y, false);
            return;
        }
        let restarts: Vec<u64> = self.restarts_of(who.process()).collect();
        ends.sort_by_key(|&(at, _)| at);
        for (at, how) in ends {
            self.life([from.min(at), at], y, false);
            let again = restarts.iter().copied().find(|&restart| restart >= at);
            if let Some(again) = again {
                self.life([at, again], y, true);
                from = again;
            } else if matches!(how, Ended::Deadlocked | Ended::Stuck) {
                // It is there, but never goes on.
                self.life([at, self.request.end], y, true);
                return;
            } else {
                return;
            }
        }
        self.life([from, process.ended_ns.max(from)], y, false);
    }

    fn restarts_of(&self, process: u16) -> impl Iterator<Item = u64> {
        let restarts = self.request.restarts.iter();
        restarts
            .filter(move |(of, _)| *of == process)
            .map(|&(_, at)| at)
    }

    fn life(&mut self, [from, to]: [u64; 2], y: f64, dashed: bool) {
        let (from, to) = (self.x(from), self.x(to));
        if to > from {
            let width = if dashed { 1.5 } else { 4.0 };
            self.line(&[(from, y), (to, y)], Ink::Wait, width, dashed);
        }
    }

    /// From causes to effects.
    fn edges(&mut self) {
        let mut told = Vec::new();
        for (index, failure) in self.failures.iter().enumerate() {
            let cause = failure
                .cause
                .and_then(|cause| Some((cause, self.marks[cause]?)));
            let (Some((cause, from)), Some(to)) = (cause, self.marks[index]) else {
                continue;
            };
            // Along the cause's column, then to the effect.
            let tip = to.x - MARK - 1.0;
            self.line(
                &[(from.x, from.y), (from.x, to.y), (tip, to.y)],
                Ink::Danger,
                1.5,
                false,
            );
            let wing = |side: f64| (tip - 5.0, to.y + side);
            self.line(
                &[wing(-3.5), (tip, to.y), wing(3.5)],
                Ink::Danger,
                1.5,
                false,
            );
            if let Some(medium) = failure.medium
                && !told.contains(&(cause, medium))
            {
                told.push((cause, medium));
                self.beside(to, word(failure));
            }
        }
    }

    /// A word beside a mark, where there is room.
    fn beside(&mut self, mark: Mark, text: String) {
        let long = long(&text);
        let (x, align) = if mark.x + MARK + 4.0 + long < self.request.width - 3.0 {
            (mark.x + MARK + 4.0, Align::Start)
        } else {
            (mark.x - MARK - 10.0, Align::End)
        };
        let left = if align == Align::Start {
            x - 1.0
        } else {
            x - long - 1.0
        };
        // So that no line runs through it.
        self.shapes.push(Shape::Rect {
            x: left,
            y: mark.y - 7.0,
            w: long + 2.0,
            h: 14.0,
            fill: Fill::solid(Ink::Lane),
        });
        self.text([x, mark.y], text, Ink::Text, 10.5, align);
    }

    fn marks(&mut self) {
        for (index, failure) in self.failures.iter().enumerate() {
            let Some(mark) = self.marks[index] else {
                continue;
            };
            let dot = |r, ink| Shape::Dot {
                x: mark.x,
                y: mark.y,
                r,
                ink,
            };
            self.shapes.push(dot(MARK, Ink::Danger));
            let ink = if failure.cause.is_some() {
                self.shapes.push(dot(MARK - 1.5, Ink::Lane));
                Ink::Danger
            } else {
                self.beside(mark, word(failure));
                Ink::OnColour
            };
            let sign = sign(failure.how).to_owned();
            self.text([mark.x, mark.y + 0.5], sign, ink, 11.0, Align::Middle);
        }
        for &(process, at) in self.request.restarts {
            let rows = self.failures.iter().zip(&self.marks);
            let y = rows
                .filter(|(failure, _)| failure.who == Subject::Process(process))
                .find_map(|(_, mark)| mark.map(|mark| mark.y));
            if let (Some(y), true) = (y, self.is_inside(at)) {
                let x = self.x(at);
                self.shapes.push(Shape::Dot {
                    x,
                    y,
                    r: MARK,
                    ink: Ink::Predicted,
                });
                self.text(
                    [x, y + 0.5],
                    "↻".to_owned(),
                    Ink::OnColour,
                    11.0,
                    Align::Middle,
                );
            }
        }
    }

    fn playhead(&mut self) {
        let Some(time) = self.request.playhead.filter(|&time| self.is_inside(time)) else {
            return;
        };
        self.shapes.push(Shape::Rect {
            x: self.x(time) - 0.75,
            y: AXIS - 4.0,
            w: 1.5,
            h: self.height - AXIS,
            fill: Fill::solid(Ink::Playhead),
        });
    }
}

/// How many causes of the same instant a failure has behind it.
fn steps(failures: &[Failure], index: usize) -> usize {
    let at = failures[index].at_ns;
    let cause = |&index: &usize| failures[index].cause;
    std::iter::successors(failures[index].cause, cause)
        .take_while(|&cause| failures[cause].at_ns == at)
        .take(MAX_STEPS)
        .count()
}

#[cfg(test)]
mod tests;
