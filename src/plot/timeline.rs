//! The timeline: a lane for each core, each GIL and each thread.
//!
//! Level of detail: a lane's spans in view are found by binary search. Those
//! narrower than a pixel are drawn as one column with the others of their pixel,
//! which is filled in proportion to the time in each state; sums that were made
//! once for the lane (`crowd`) tell it without looking at each span. So both the
//! work and the number of shapes depend on the size of the picture, not on the
//! length of the run. Failures are marked one by one, at every zoom.

mod arrows;
pub(in crate::plot) mod crowd;
mod hit;
mod lane;
mod look;
mod overview;
mod pen;
mod rows;
mod scale;

pub use hit::{Hit, describe, hit};
pub use look::state_fill;
pub use overview::load;
pub use rows::{LaneChoice, Row, RowKind, Rows};

use super::{Ink, Lanes, Picture, Window};
use crate::sim::Run;
use look::Looks;
use pen::Pen;
use scale::Scale;

const RIGHT: f64 = 8.0;
const AXIS: f64 = 24.0;
/// Width of a character of a lane's name, px.
const CHARACTER: f64 = 6.4;

/// What to draw.
#[derive(Debug, Clone, Copy)]
pub struct TimelineRequest<'a> {
    /// The run.
    pub run: &'a Run,
    /// The same run by lanes.
    pub lanes: &'a Lanes,
    /// Which lanes, and where.
    pub rows: &'a Rows,
    /// The part of the run to show.
    pub window: Window,
    /// Width of the whole, px.
    pub width: f64,
    /// Height of the whole, the axis included, px.
    pub height: f64,
    /// How far the lanes are scrolled up, px.
    pub top: f64,
    /// Where the playback is, ns.
    pub playhead: u64,
    /// The thread that is picked out, by its index in the trace.
    pub picked: Option<u32>,
    /// Of each thread, whether it is one that is searched for; `None`: nothing
    /// is.
    pub found: Option<&'a [bool]>,
}

impl TimelineRequest<'_> {
    /// Height of the axis and all lanes, px.
    #[must_use]
    pub fn whole_height(&self) -> f64 {
        AXIS + self.rows.height + 4.0
    }

    /// Room left of the lanes for their names, px.
    #[must_use]
    pub fn gutter(&self) -> f64 {
        let most = if self.width < 500.0 { 84.0 } else { 150.0 };
        (self.rows.longest_name() as f64 * CHARACTER + 14.0).clamp(58.0, most)
    }

    /// Where the lanes begin and end, px: the window is as wide as that.
    #[must_use]
    pub fn edges(&self) -> (f64, f64) {
        let Scale { left, right, .. } = self.scale();
        (left, right)
    }

    fn scale(&self) -> Scale {
        let left = self.gutter();
        Scale {
            window: self.window,
            left,
            right: (self.width - RIGHT).max(left + 1.0),
        }
    }

    /// What to add to a row's height to get its place in the picture.
    fn offset(&self) -> f64 {
        AXIS - self.top
    }
}

/// A timeline and what it does not show.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Timeline {
    /// What to draw: first all plain areas, then lines and words.
    pub picture: Picture,
    /// Messages in the window that have no arrow, because arrows would lie too
    /// close to each other.
    pub arrows_left_out: usize,
    /// How many spans, and sums of spans, were looked at.
    pub work: usize,
}

/// The instant at the horizontal position `x`, clamped to the window.
#[must_use]
pub fn time_at(request: &TimelineRequest<'_>, x: f64) -> u64 {
    request.scale().time(x)
}

/// The horizontal position of an instant; beyond the edges if it is outside of
/// the window.
#[must_use]
pub fn x_at(request: &TimelineRequest<'_>, time: u64) -> f64 {
    request.scale().x(time)
}

/// Lays out the part of a timeline that is in view.
#[must_use]
pub fn timeline(request: &TimelineRequest<'_>) -> Timeline {
    let looks = Looks::of(request.run, request.rows.processes());
    let mut pen = Pen::new(request.scale(), request.offset(), request.height);
    let visible = request
        .rows
        .between(request.top, request.top + request.height - AXIS);
    for row in visible {
        lane::ground(&mut pen, request, *row);
    }
    pen.axis();
    for row in visible {
        lane::draw(&mut pen, request, &looks, *row);
    }
    let arrows_left_out = arrows::draw(&mut pen, request);
    failures(&mut pen, request);
    pen.playhead(request.playhead);
    Timeline {
        work: pen.work,
        arrows_left_out,
        picture: Picture {
            width: request.width,
            height: request.height,
            shapes: pen.into_shapes(),
        },
    }
}

/// Marks every failure: on the axis, in its lane, and those before and behind
/// the window by their number.
fn failures(pen: &mut Pen, request: &TimelineRequest<'_>) {
    let (mut before, mut behind) = (0_usize, 0_usize);
    let mut marked = i64::MIN;
    for failure in &request.run.outcome.failures {
        let at = failure.at_ns;
        if at < pen.scale.window.from {
            before += 1;
        } else if at > pen.scale.window.to {
            behind += 1;
        } else {
            let x = pen.scale.x(at);
            // Those at the same pixel look the same. They come in order.
            if x as i64 != marked {
                marked = x as i64;
                pen.axis_cross(x);
            }
            if let Some(row) = row_of(request, failure.who) {
                pen.cross(at, row);
            }
        }
    }
    let mut words = Vec::new();
    if before > 0 {
        words.push(format!("◂{before}"));
    }
    if behind > 0 {
        words.push(format!("{behind}▸"));
    }
    if !words.is_empty() {
        pen.corner(format!("✕ {}", words.join(" ")), Ink::Danger);
    }
}

/// Where one of a failure's subjects stands.
fn row_of(request: &TimelineRequest<'_>, who: crate::experiment::Subject) -> Option<Row> {
    match rows::locate(request.run, who) {
        (_, Some(thread)) => request.rows.of_thread(thread),
        (process, None) => request.rows.of_process(process),
    }
}

#[cfg(test)]
mod tests;
