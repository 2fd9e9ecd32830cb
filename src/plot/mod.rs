//! Pictures as data: layout functions turn results into lists of shapes, and a
//! dumb painter draws those. So what a picture shows is tested without a
//! browser.
//!
//! This module knows no DOM. Lengths are CSS pixels, from the top left.

mod axis;
mod chart;
pub mod charts;
mod compare;
mod failures;
mod heat;
mod holds;
mod lanes;
mod links;
mod machine;
mod raster;
mod text;
mod timeline;
mod window;

pub use chart::{Chart, Series, Style, chart};
pub use compare::{CompareRequest, ComparedRun, common_window, compare};
pub use failures::{
    CircleRequest, FailureGraph, FailureRow, FailuresRequest, circle, failure_graph, failure_rows,
    medium_name,
};
pub use heat::{Heat, HeatCell, heat};
pub use holds::{HoldsRequest, HoldsRow, holds};
pub use lanes::Lanes;
pub use machine::{
    Actor, Band, Chip, ChipKind, Flight, Gil, GilToken, Heap, Life, Line, LineChip, Machine,
    MachineNames, MachineRequest, Parcel, Queue, QueuedThread, Rect, Scene, Slot, Stage, Token,
    Troupe, Wall, Wire, glyphs, machine, scene,
};
pub use raster::{Colour, Raster};
pub use text::{count, duration, instant, percent, rate, ratio, signed_percent, significant, size};
pub use timeline::{
    ArrowChoice, Card, Hit, LaneChoice, LeftOut, Row, RowKind, Rows, Timeline, TimelineRequest,
    card, card_place, describe, hit, load, state_fill, thread_at, time_at, timeline, woken, x_at,
};
pub use window::Window;

/// What to draw, in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Picture {
    /// Width of the whole.
    pub width: f64,
    /// Height of the whole.
    pub height: f64,
    /// What to draw; later shapes lie over earlier ones.
    pub shapes: Vec<Shape>,
}

/// One thing to draw.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A filled rectangle.
    Rect {
        /// Left edge.
        x: f64,
        /// Top edge.
        y: f64,
        /// Width.
        w: f64,
        /// Height.
        h: f64,
        /// With what.
        fill: Fill,
    },
    /// Straight lines from point to point.
    Line {
        /// The points, at least two.
        points: Vec<(f64, f64)>,
        /// Colour.
        ink: Ink,
        /// Thickness.
        width: f64,
        /// Whether it is broken.
        dashed: bool,
    },
    /// A filled circle.
    Dot {
        /// Centre.
        x: f64,
        /// Centre.
        y: f64,
        /// Radius.
        r: f64,
        /// Colour.
        ink: Ink,
    },
    /// A line of text; `y` is its middle.
    Text {
        /// Where its `align` edge is.
        x: f64,
        /// Middle of the line.
        y: f64,
        /// What it says.
        text: String,
        /// Colour.
        ink: Ink,
        /// Font size.
        size: f64,
        /// Which part of the text `x` is.
        align: Align,
    },
}

/// Colour, strength and pattern of an area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fill {
    /// Colour.
    pub ink: Ink,
    /// Opacity from 0 to 1.
    pub alpha: f64,
    /// Pattern, so that meaning never hangs on colour alone.
    pub pattern: Pattern,
}

impl Fill {
    /// Plain colour at full strength.
    #[must_use]
    pub fn solid(ink: Ink) -> Self {
        Self {
            ink,
            alpha: 1.0,
            pattern: Pattern::Solid,
        }
    }
}

/// How an area is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// All of it.
    Solid,
    /// Diagonal stripes, rising.
    Hatch,
    /// Diagonal stripes, falling.
    Back,
    /// Diagonal stripes both ways.
    Cross,
    /// Upright stripes.
    Bars,
    /// Level stripes.
    Rows,
    /// Dots.
    Dots,
}

/// Which part of a text lies at its `x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// Colours by meaning. The page's design tokens say what they look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ink {
    /// The empty part of a lane.
    Lane,
    /// Grid lines.
    Grid,
    /// Text.
    Text,
    /// Text of less weight.
    Muted,
    /// Text on a coloured area.
    OnColour,
    /// A process or thread, by its number modulo [`Ink::HUES`].
    Hue(u8),
    /// Threads that only start and join others.
    Main,
    /// Ready, without a core.
    Ready,
    /// Waiting for the GIL.
    GilWait,
    /// Waiting for I/O.
    Wait,
    /// Waiting for a lock.
    LockWait,
    /// Waiting for a message.
    ChannelWait,
    /// Sleeping.
    Sleep,
    /// Waiting for others to end.
    JoinWait,
    /// Failures.
    Danger,
    /// Where the playback is.
    Playhead,
    /// What the simulator says.
    Predicted,
    /// What the lab says.
    Measured,
    /// Faster than what it is compared with.
    Faster,
    /// Slower than what it is compared with.
    Slower,
}

impl Ink {
    /// How many hues there are for processes and threads.
    pub const HUES: u8 = 8;
}
