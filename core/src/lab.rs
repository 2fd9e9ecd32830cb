//! Of the lab: what threads do, and what they write while they do it.

#[path = "../../src/lab/gil/mod.rs"]
pub mod gil;
#[path = "../../src/lab/kernel/mod.rs"]
pub mod kernel;
#[path = "../../src/lab/python/mod.rs"]
pub mod python;
#[path = "../../src/lab/telemetry/mod.rs"]
pub mod telemetry;
