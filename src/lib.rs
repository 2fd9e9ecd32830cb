//! Timeslice: what processes, threads and a global interpreter lock (GIL) do,
//! predicted by a deterministic simulator and measured in the visitor's
//! browser. See `ARCHITECTURE.md` for the map.

pub mod app;
pub mod claims;
pub use timeslice_core::experiment;
pub mod export;
pub mod lab;
pub mod lessons;
pub use timeslice_core::plot;
pub use timeslice_core::sim;
