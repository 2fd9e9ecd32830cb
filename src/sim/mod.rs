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

mod old_engine;
mod old_event;
mod old_gil;
mod old_metrics;
mod old_policy;
mod old_program;
pub(crate) mod policy;
mod rng;
mod trace;

pub use old_metrics::{Metrics, Summary};
pub use old_program::{Op, Plan, ThreadPlan, compile};
pub use trace::{Hold, Span, State, ThreadName, Trace};

use crate::experiment::{Costs, Experiment, Invalid, Outcome, PolicyKind};
use old_engine::Engine;
use old_policy::{Fifo, Policy, RoundRobin};
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

/// How many events [`predict`] handles at the most, so that a slider can be
/// dragged whatever it asks for: a fraction of a second of computing in a
/// browser. Time slices of 100 µs over minutes of work would take millions.
pub const MAX_EVENTS: u64 = 150_000;

/// Runs `experiment` in virtual time, charging `costs`. After [`MAX_EVENTS`]
/// the run is cut short: [`Trace::cut_at`] says when, and what had not ended by
/// then is [`Stopped`](crate::experiment::Ended::Stopped).
///
/// # Errors
/// What is wrong with the experiment, if it is not valid.
pub fn predict(experiment: &Experiment, costs: &Costs) -> Result<Prediction, Vec<Invalid>> {
    predict_within(experiment, costs, MAX_EVENTS)
}

/// [`predict`] with a budget of `max_events`.
///
/// # Errors
/// What is wrong with the experiment, if it is not valid.
pub fn predict_within(
    experiment: &Experiment,
    costs: &Costs,
    max_events: u64,
) -> Result<Prediction, Vec<Invalid>> {
    experiment.validate()?;
    let slice_ns = u64::from(experiment.slice_us) * 1_000;
    Ok(match experiment.policy {
        PolicyKind::Fifo => run(experiment, costs, Fifo::default(), max_events),
        PolicyKind::RoundRobin => run(experiment, costs, RoundRobin::new(slice_ns), max_events),
    })
}

fn run(experiment: &Experiment, costs: &Costs, policy: impl Policy, max_events: u64) -> Prediction {
    let plan = compile(experiment, costs);
    let mut engine = Engine::new(experiment, costs, &plan, policy);
    engine.run(max_events);
    Prediction {
        outcome: old_metrics::outcome(&engine, experiment, costs),
        metrics: old_metrics::measure(&engine),
        trace: engine.trace,
    }
}
