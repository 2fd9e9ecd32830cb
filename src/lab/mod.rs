//! The measured arm: the same experiment, run for real on web workers.
//!
//! Mental model: a **process** is a module worker with an instance of its own
//! of the page's one compiled module, and so a memory of its own. A **thread**
//! is a worker inside that instance, sharing its memory. The page plays the
//! operating system: it starts processes, reads their telemetry, kills them,
//! and ends a process as a whole when one of its threads has crashed.
//!
//! Everything that can be is portable and tested natively: the kernels, the
//! lock, the telemetry, a thread's work, the watch over processes. Only `web`
//! knows a browser.

pub mod budget;
pub mod calibrate;
pub mod crew;
pub mod deadlock;
pub mod findings;
pub mod grid;
pub use timeslice_core::lab::{gil, kernel, python, telemetry};
pub mod measurement;
pub mod plan;
pub mod pool;
pub mod probes;
pub mod routine;
pub mod solo;
pub mod trial;
pub mod watch;
#[cfg(target_arch = "wasm32")]
pub mod web;
pub mod work;
