//! What draws the timeline, and keeps it below the axis.

use super::scale::{Scale, axis, label_width};
use super::{AXIS, Row};
use crate::plot::{Align, Fill, Ink, Shape};

const LABEL: f64 = 11.0;
/// Half of a cross, px.
const CROSS: f64 = 5.0;

/// Collects shapes, in layers.
pub(super) struct Pen {
    pub(super) scale: Scale,
    /// What to add to a row's height.
    offset: f64,
    /// Lower edge of the picture.
    pub(super) bottom: f64,
    /// Spans and sums looked at.
    pub(super) work: usize,
    areas: Vec<Shape>,
    marks: Vec<Shape>,
}

impl Pen {
    pub(super) fn new(scale: Scale, offset: f64, bottom: f64) -> Self {
        Self {
            scale,
            offset,
            bottom,
            work: 0,
            areas: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// Areas first: then they can be drawn together.
    pub(super) fn into_shapes(mut self) -> Vec<Shape> {
        self.areas.append(&mut self.marks);
        self.areas
    }

    /// Upper edge of a row in the picture; may lie above the axis.
    pub(super) fn y(&self, row: Row) -> f64 {
        row.y + self.offset
    }

    /// An area, as far as it lies below the axis.
    pub(super) fn area(&mut self, x: f64, y: f64, w: f64, h: f64, fill: Fill) {
        let top = y.max(AXIS);
        let h = y + h - top;
        if h > 0.0 && w > 0.0 {
            self.areas.push(Shape::Rect {
                x,
                y: top,
                w,
                h,
                fill,
            });
        }
    }

    /// Makes the last area wider.
    pub(super) fn widen(&mut self, count: usize, by: f64) {
        let from = self.areas.len().saturating_sub(count);
        for shape in &mut self.areas[from..] {
            if let Shape::Rect { w, .. } = shape {
                *w += by;
            }
        }
    }

    pub(super) fn areas(&self) -> usize {
        self.areas.len()
    }

    fn text(&mut self, x: f64, y: f64, text: String, ink: Ink, align: Align) {
        self.marks.push(Shape::Text {
            x,
            y,
            text,
            ink,
            size: LABEL,
            align,
        });
    }

    /// Words of a lane, if they lie below the axis.
    pub(super) fn words(&mut self, x: f64, y: f64, text: String, ink: Ink, align: Align) {
        if y > AXIS + 3.0 && y < self.bottom {
            self.text(x, y, text, ink, align);
        }
    }

    /// A line of lanes, as far as it lies below the axis.
    pub(super) fn line(&mut self, points: Vec<(f64, f64)>, ink: Ink, width: f64, dashed: bool) {
        self.marks.push(Shape::Line {
            points,
            ink,
            width,
            dashed,
        });
    }

    pub(super) fn dot(&mut self, x: f64, y: f64, r: f64, ink: Ink) {
        self.marks.push(Shape::Dot { x, y, r, ink });
    }

    /// Times along the top, and a thin line below each.
    pub(super) fn axis(&mut self) {
        let Scale { left, right, .. } = self.scale;
        let ticks = axis(self.scale.window, right - left);
        let apart = match ticks.as_slice() {
            [first, second, ..] => self.scale.x(second.0) - self.scale.x(first.0),
            _ => f64::INFINITY,
        };
        for (time, label) in ticks {
            let x = self.scale.x(time);
            let grid = Fill::solid(Ink::Grid);
            let line = x.round().min(right - 1.0);
            self.area(line, AXIS, 1.0, self.bottom - AXIS, grid);
            let width = label_width(&label);
            let middle = x.clamp(left - 8.0 + width / 2.0, right + super::RIGHT - width / 2.0);
            // At an edge a label is moved inwards, unless it would meet the next.
            if (middle - x).abs() + width + 3.0 < apart {
                self.text(middle, AXIS / 2.0, label, Ink::Muted, Align::Middle);
            }
        }
    }

    /// Words left of the axis.
    pub(super) fn corner(&mut self, text: String, ink: Ink) {
        self.text(2.0, AXIS / 2.0, text, ink, Align::Start);
    }

    /// Marks a failure on the axis.
    pub(super) fn axis_cross(&mut self, x: f64) {
        self.two_strokes(x, AXIS - CROSS + 0.5, CROSS - 1.0);
    }

    /// Marks a failure in its lane, just behind it: there the lane is empty.
    pub(super) fn cross(&mut self, time: u64, row: Row) {
        let y = self.y(row) + row.h / 2.0;
        if y < AXIS + 2.0 || y > self.bottom {
            return;
        }
        let x = (self.scale.x(time) + CROSS + 1.0).min(self.scale.right + super::RIGHT - CROSS);
        self.two_strokes(x, y, CROSS);
    }

    fn two_strokes(&mut self, x: f64, y: f64, r: f64) {
        for (a, b) in [(-r, r), (r, -r)] {
            let points = vec![(x - r, y + a), (x + r, y + b)];
            self.line(points, Ink::Danger, 2.2, false);
        }
    }

    /// Where the playback is, if that is in the window.
    pub(super) fn playhead(&mut self, time: u64) {
        if !self.scale.shows(time) {
            return;
        }
        let x = self.scale.x(time);
        let points = vec![(x, AXIS - 8.0), (x, self.bottom)];
        self.line(points, Ink::Playhead, 1.5, false);
        self.dot(x, AXIS - 8.0, 3.5, Ink::Playhead);
    }
}
