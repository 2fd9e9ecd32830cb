//! The machine at one instant: processes with their heaps and threads, run
//! queue, cores, GILs and messages.
//!
//! Three steps: a [`Stage`] is what stays the same all through a run, a
//! [`Scene`] what the machine does at an instant, by what it means, and a
//! [`Machine`] where everything of it stands in a picture of some width. Each
//! thing keeps its key from one instant to the next, so that the page can let it
//! move.

mod details;
mod full;
mod layout;
mod picture;
mod queue;
mod scene;
mod stage;
mod tiles;
mod words;

pub use layout::machine;
pub use picture::{
    Band, GilToken, Heap, Line, LineChip, Machine, Parcel, Rect, Slot, Token, Wall, Wire,
};
pub use queue::{Queue, QueuedThread};
pub use scene::{Actor, Chip, ChipKind, Flight, Gil, Life, MachineRequest, Scene, Troupe, scene};
pub use stage::{MachineNames, Stage};
pub use words::glyphs;

#[cfg(test)]
mod tests;
