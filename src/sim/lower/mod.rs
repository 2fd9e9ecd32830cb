//! Compiles what is to be run, an experiment or a scenario, to a plan.

mod experiment;
mod scenario;

pub(super) use experiment::experiment;
pub(super) use scenario::scenario;
