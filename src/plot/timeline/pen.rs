//! What draws the timeline's lanes.

use super::{AXIS, HEADING, RIGHT};
use crate::plot::axis::ticks;
use crate::plot::text::duration;
use crate::plot::{Align, Fill, Ink, Shape};

const LABEL: f64 = 11.0;

/// Part of a lane.
pub(super) struct Piece {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) fill: Fill,
    pub(super) inset: f64,
    /// Whose name to write on it, if there is room.
    pub(super) thread: Option<u32>,
}

/// Draws from top to bottom.
pub(super) struct Pen {
    pub(super) shapes: Vec<Shape>,
    /// Where the next thing goes.
    pub(super) y: f64,
    /// Edges of the lanes.
    pub(super) left: f64,
    pub(super) right: f64,
    /// The time at the right edge, ns; positive.
    pub(super) end: u64,
}

impl Pen {
    fn x(&self, time: u64) -> f64 {
        self.left + time as f64 / self.end as f64 * (self.right - self.left)
    }

    fn text(&mut self, x: f64, y: f64, text: String, ink: Ink, size: f64, align: Align) {
        self.shapes.push(Shape::Text {
            x,
            y,
            text,
            ink,
            size,
            align,
        });
    }

    /// Times along the top.
    pub(super) fn axis(&mut self) {
        let most = ((self.right - self.left) / 90.0) as usize;
        for time in ticks(self.end as f64, most.clamp(1, 10)) {
            let time = time.round() as u64;
            let x = self.x(time);
            let align = if time == 0 {
                Align::Start
            } else {
                Align::Middle
            };
            // A label that would leave the picture is left out.
            if x + 20.0 < self.right + RIGHT {
                self.text(x, AXIS / 2.0, duration(time), Ink::Muted, 11.0, align);
            }
        }
        self.y = AXIS;
    }

    /// A heading above lanes.
    pub(super) fn heading(&mut self, text: &str) {
        let y = self.y + HEADING / 2.0;
        self.text(0.0, y, text.to_owned(), Ink::Muted, 11.0, Align::Start);
        self.y += HEADING;
    }

    /// A remark below lanes.
    pub(super) fn note(&mut self, text: &str) {
        let (x, y) = (self.left, self.y + HEADING / 2.0);
        self.text(x, y, text.to_owned(), Ink::Muted, 11.0, Align::Start);
        self.y += HEADING;
    }

    /// An empty lane with its name, which may be empty.
    pub(super) fn lane(&mut self, name: &str, height: f64) {
        self.shapes.push(Shape::Rect {
            x: self.left,
            y: self.y,
            w: self.right - self.left,
            h: height,
            fill: Fill::solid(Ink::Lane),
        });
        let (x, y) = (self.left - 6.0, self.y + height / 2.0);
        self.text(x, y, name.to_owned(), Ink::Text, LABEL, Align::End);
    }

    /// What lies in the lane that was drawn last.
    pub(super) fn spans(
        &mut self,
        height: f64,
        pieces: impl Iterator<Item = Piece>,
        label: &dyn Fn(u32) -> String,
    ) {
        let mut column = Column::default();
        for piece in pieces {
            let (x0, x1) = (self.x(piece.start), self.x(piece.end));
            if x1 - x0 < 1.0 {
                if x0.floor() as i64 != column.x {
                    self.flush(&mut column, height);
                    column.x = x0.floor() as i64;
                }
                column.add(x1 - x0, &piece);
                continue;
            }
            self.flush(&mut column, height);
            self.shapes.push(Shape::Rect {
                x: x0,
                y: self.y + piece.inset,
                w: x1 - x0,
                h: height - 2.0 * piece.inset,
                fill: piece.fill,
            });
            if let Some(thread) = piece.thread.filter(|_| height >= 13.0 && x1 - x0 > 44.0) {
                let (x, y) = (f64::midpoint(x0, x1), self.y + height / 2.0);
                // On a pale shade the ground shows through.
                let ink = if piece.fill.alpha > 0.7 {
                    Ink::OnColour
                } else {
                    Ink::Text
                };
                self.text(x, y, label(thread), ink, 11.0, Align::Middle);
            }
        }
        self.flush(&mut column, height);
    }

    /// Draws a pixel column of merged spans.
    fn flush(&mut self, column: &mut Column, height: f64) {
        let column = std::mem::take(column);
        let most = column.shares.iter().max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some(&(_, fill, inset)) = most {
            let covered: f64 = column.shares.iter().map(|share| share.0).sum();
            self.shapes.push(Shape::Rect {
                x: column.x as f64,
                y: self.y + inset,
                w: 1.0,
                h: height - 2.0 * inset,
                fill: Fill {
                    alpha: fill.alpha * covered.clamp(0.25, 1.0),
                    ..fill
                },
            });
        }
    }

    /// Marks a failure, just behind it: there the lane is empty.
    pub(super) fn cross(&mut self, time: u64, height: f64) {
        let r = height.clamp(6.0, 12.0) / 2.0;
        let x = (self.x(time) + r + 1.0).min(self.right - r);
        let y = self.y + height / 2.0;
        for (a, b) in [(-r, r), (r, -r)] {
            self.shapes.push(Shape::Line {
                points: vec![(x - r, y + a), (x + r, y + b)],
                ink: Ink::Danger,
                width: 2.5,
                dashed: false,
            });
        }
    }

    pub(super) fn playhead(&mut self, time: u64) {
        let x = self.x(time.min(self.end));
        self.shapes.push(Shape::Rect {
            x: x - 0.75,
            y: AXIS - 4.0,
            w: 1.5,
            h: self.y - AXIS + 4.0,
            fill: Fill::solid(Ink::Playhead),
        });
    }
}

/// A pixel column and what lies in it: (width, look, inset).
#[derive(Default)]
struct Column {
    x: i64,
    shares: Vec<(f64, Fill, f64)>,
}

impl Column {
    fn add(&mut self, width: f64, piece: &Piece) {
        let same = |share: &&mut (f64, Fill, f64)| share.1 == piece.fill;
        match self.shares.iter_mut().find(same) {
            Some(share) => share.0 += width,
            None => self.shares.push((width, piece.fill, piece.inset)),
        }
    }
}
