//! Real Python for the lab: RustPython, a process an instance of this module, on
//! the threads of a rayon pool over one shared heap.
//!
//! RustPython has no GIL. With one, the lab's own ([`gil`]) is put round it, and
//! honoured where CPython honours its: at function entry and backward jumps
//! ([`poll`]) and around blocking calls ([`strand`]).
//!
//! Portable, and tested with native threads, but for `web`.
//!
//! [`gil`]: timeslice_core::lab::gil

mod immortal;
mod interpreter;
mod math;
mod modules;
mod poll;
mod process;
mod steady;
#[cfg(any(test, target_arch = "wasm32"))]
mod stock;
mod strand;
mod traceback;
#[cfg(target_arch = "wasm32")]
mod web;

pub use process::{Host, Process};

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
