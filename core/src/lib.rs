//! The layers whose speed counts: what is simulated, drawn and measured.
//!
//! A package of its own only because Cargo sets the level of optimisation for
//! packages: this one is compiled to be fast, everything above it to be small.
//! Its files lie among the other layers' in `src/`, and [`timeslice`] passes
//! everything on under the same names. What is long but need not be fast, such as
//! the reader of scenarios, is marked `#[inline]`: then it is compiled above.
//!
//! [`timeslice`]: ../timeslice/index.html

#[path = "../../src/experiment/mod.rs"]
pub mod experiment;
pub mod lab;
#[path = "../../src/plot/mod.rs"]
pub mod plot;
#[path = "../../src/sim/mod.rs"]
pub mod sim;
