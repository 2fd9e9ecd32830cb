//! Of the lab: the work that threads do.

#[path = "../../src/lab/kernel/mod.rs"]
pub mod kernel;
