//! Runs in forms that other programs, and people without the page, can read.
//!
//! Each exporter writes piece by piece to any [`std::io::Write`], so that a
//! trace of millions of spans never lies in memory as text. This module knows
//! no browser and opens no file.

pub mod chrome;
pub mod compare;
pub mod csv;
pub mod gantt_svg;
pub mod gantt_text;
mod names;
pub mod summary;
pub mod table;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
