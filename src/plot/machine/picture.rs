//! The picture of a machine as data.

use super::scene::{Chip, Life};
use crate::sim::State;

/// A rectangle; from its top left, px.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

impl Rect {
    pub(super) fn new(x: f64, y: f64, w: f64, h: f64) -> Self {
        Self { x, y, w, h }
    }

    /// Its middle.
    #[must_use]
    pub fn centre(self) -> (f64, f64) {
        (self.x + self.w / 2.0, self.y + self.h / 2.0)
    }

    pub(super) fn right(self) -> f64 {
        self.x + self.w
    }
}

/// A band across the picture in which threads of one kind of state stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Where.
    pub rect: Rect,
    /// Its name.
    pub label: &'static str,
    /// Whether it is the run queue, which all processes share.
    pub queue: bool,
}

/// A process: its wall.
#[derive(Debug, Clone, PartialEq)]
pub struct Wall {
    /// Its number in the trace.
    pub process: u32,
    /// Where it stands.
    pub rect: Rect,
    /// Its name.
    pub title: String,
    /// How far it is, in a word or two.
    pub status: String,
    /// How far it is.
    pub life: Life,
    /// Which hue is its own, if its threads wear the same.
    pub hue: Option<u8>,
    /// Which part of its inside is damaged.
    pub damage: Option<Rect>,
}

/// A process's heap.
#[derive(Debug, Clone, PartialEq)]
pub struct Heap {
    /// Whose it is; `None`: memory that processes share.
    pub process: Option<u32>,
    /// Where.
    pub rect: Rect,
    /// How much there is of it, in words.
    pub memory: String,
    /// What lies on it.
    pub chips: Vec<Chip>,
    /// How many more things lie on it.
    pub more: usize,
    /// Whether it is there.
    pub alive: bool,
    /// Whether it is damaged.
    pub damaged: bool,
}

/// A thread.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// Its index in the trace.
    pub thread: u32,
    /// The number of its process.
    pub process: u32,
    /// Where.
    pub rect: Rect,
    /// What it is called here.
    pub name: String,
    /// The sign for its state, where there is no room for words.
    pub glyph: &'static str,
    /// What it does, where there is room for that.
    pub brief: String,
    /// Who it is and what it does.
    pub label: String,
    /// Its colour.
    pub hue: u8,
    /// Its state.
    pub state: State,
    /// Whether it came to a bad end.
    pub failed: bool,
    /// Whether there is room kept on it for the GIL that it holds.
    pub carries: bool,
}

/// A core.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    /// Its number, from 0.
    pub core: usize,
    /// Where.
    pub rect: Rect,
    /// Who is on it.
    pub thread: Option<u32>,
    /// The name of who is on it.
    pub name: String,
    /// Their colour; `None`: a thread that only starts and joins others.
    pub hue: Option<u8>,
}

/// A run queue, in its order.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The core that takes from it; `None`: all do.
    pub core: Option<u16>,
    /// Where.
    pub rect: Rect,
    /// What stands in front of it.
    pub label: String,
    /// Who is ready, next first, as far as there is room.
    pub chips: Vec<LineChip>,
    /// How many more are.
    pub more: usize,
    /// All of it in words; empty: nobody is.
    pub said: String,
}

/// A thread in a run queue.
#[derive(Debug, Clone, PartialEq)]
pub struct LineChip {
    /// Who.
    pub thread: u32,
    /// Its name, and the key that its place hangs on.
    pub text: String,
    /// Its colour; `None`: a thread that only starts and joins others.
    pub hue: Option<u8>,
}

/// From a thread to the core it is on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wire {
    /// Who.
    pub thread: u32,
    /// Which core.
    pub core: usize,
    /// Where it begins.
    pub from: (f64, f64),
    /// Where it ends.
    pub to: (f64, f64),
    /// Its colour; `None`: of a thread that only starts and joins others.
    pub hue: Option<u8>,
}

/// A GIL.
#[derive(Debug, Clone, PartialEq)]
pub struct GilToken {
    /// The number of its process.
    pub process: u32,
    /// Which of the process's.
    pub number: usize,
    /// Where.
    pub rect: Rect,
    /// What stands on it.
    pub text: String,
    /// Whether someone holds it.
    pub held: bool,
    /// Whether the holder was asked to let go.
    pub asked: bool,
}

/// A message on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Parcel {
    /// Its place among the messages of the trace.
    pub number: usize,
    /// Its middle.
    pub at: (f64, f64),
    /// Where it came from, and where it goes.
    pub way: [(f64, f64); 2],
    /// What stands on it.
    pub text: String,
    /// Whether it is a copy, not a reference.
    pub copy: bool,
}

/// The picture of a machine.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Machine {
    /// Width of the whole.
    pub width: f64,
    /// Height of the whole.
    pub height: f64,
    /// Whether threads are told apart by signs, because there are many.
    pub compact: bool,
    /// Bands, from the top.
    pub bands: Vec<Band>,
    /// Processes.
    pub walls: Vec<Wall>,
    /// Heaps.
    pub heaps: Vec<Heap>,
    /// Threads.
    pub tokens: Vec<Token>,
    /// Cores.
    pub slots: Vec<Slot>,
    /// Run queues.
    pub lines: Vec<Line>,
    /// Cores that have no slot, and how many of those are busy.
    pub more_cores: (usize, usize),
    /// Who is on which core.
    pub wires: Vec<Wire>,
    /// GILs.
    pub gils: Vec<GilToken>,
    /// Messages.
    pub parcels: Vec<Parcel>,
}
