//! The predicted arm: a deterministic discrete-event simulation of threads on
//! cores.
//!
//! Mental model: an [`Experiment`] is compiled to programs, one for each
//! thread ([`compile`]). The engine keeps a queue of future events and lets the
//! thread that the next event concerns go on until it needs time. Time is a
//! `u64` in nanoseconds; events of the same instant have a defined order; the
//! only chance is a seeded generator. So the same experiment, costs and seed
//! give the same [`Trace`], to the byte, on every target.
//!
//! Process 0 is the parent that starts and joins the workers. The GIL follows
//! CPython since 3.2: see [`Costs`](crate::experiment::Costs) for where its
//! delays come from.
//!
//! This module knows no browser, does no I/O and reads no clock.

mod engine;
mod event;
mod gil;
mod metrics;
mod policy;
mod program;
mod rng;
mod trace;

pub use metrics::{Metrics, Summary};
pub use program::{Op, Plan, ThreadPlan, compile};
pub use trace::{Hold, MAX_SPANS, Span, State, ThreadName, Trace};

use crate::experiment::{Costs, Experiment, Invalid, Outcome, PolicyKind};
use engine::Engine;
use policy::{Fifo, Policy, RoundRobin};
use serde::Serialize;

/// What the simulator predicts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Prediction {
    /// In the shape both arms share.
    pub outcome: Outcome,
    /// What only the simulator can tell.
    pub metrics: Metrics,
    /// The run as it went.
    pub trace: Trace,
}

/// Runs `experiment` in virtual time, charging `costs`.
///
/// # Errors
/// What is wrong with the experiment, if it is not valid.
pub fn predict(experiment: &Experiment, costs: &Costs) -> Result<Prediction, Vec<Invalid>> {
    experiment.validate()?;
    let slice_ns = u64::from(experiment.slice_us) * 1_000;
    Ok(match experiment.policy {
        PolicyKind::Fifo => run(experiment, costs, Fifo::default()),
        PolicyKind::RoundRobin => run(experiment, costs, RoundRobin::new(slice_ns)),
    })
}

fn run(experiment: &Experiment, costs: &Costs, policy: impl Policy) -> Prediction {
    let plan = compile(experiment, costs);
    let mut engine = Engine::new(experiment, costs, &plan, policy);
    engine.run();
    Prediction {
        outcome: metrics::outcome(&engine, experiment, costs),
        metrics: metrics::measure(&engine),
        trace: engine.trace,
    }
}
