//! The predicted arm: a deterministic discrete-event simulation of processes
//! and threads on cores.
//!
//! Mental model: an [`Experiment`] or a [`Scenario`] is compiled to a plan:
//! programs as flat op lists, and tables of everything they name. The engine
//! keeps a timer for everything that will happen and lets the thread that the
//! next one concerns go on until it needs time. Time is a `u64` in nanoseconds;
//! events of the same instant have a defined order; the only chance is a seeded
//! generator. So the same input and seed give the same [`Trace`], to the byte,
//! on every target.
//!
//! This module knows no browser, does no I/O and reads no clock.

mod document;
mod engine;
mod gil;
mod lower;
mod metrics;
mod plan;
mod policy;
mod rewind;
mod rng;
mod run;
mod trace;

pub use document::{Overrides, RunError, run_document};
pub use engine::{Job, OrderKey, QueueView, Queued};
pub use metrics::{Metrics, ProcessReport, Summary, ThreadReport};
pub use rewind::{Awaited, GilView, HeapView, LockView, Rewind, ThreadView, View};
pub use run::{Limits, ObjectReport, Run, run, run_experiment};
pub use trace::{Cause, Hold, Message, Span, State, ThreadName, Trace, Wake};

use crate::experiment::{Costs, Experiment, Invalid, Outcome};
use engine::{Engine, Stop};
use plan::Plan;
use serde::Serialize;

/// What the simulator predicts of an experiment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Prediction {
    /// In the shape both arms share.
    pub outcome: Outcome,
    /// What only the simulator can tell.
    pub metrics: Metrics,
    /// The run as it went.
    pub trace: Trace,
}

/// How many events and ops [`predict`] handles at the most, so that a slider
/// can be dragged whatever it asks for: a fraction of a second of computing in
/// a browser. Time slices of 100 µs over minutes of work would take millions.
pub const MAX_EVENTS: u64 = 300_000;

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
    let plan = lower::experiment(experiment, costs);
    let mut engine = Engine::new(&plan, true);
    let stop = engine.run(max_events, u64::MAX);
    Ok(prediction(engine, &plan, stop))
}

/// What came of an experiment's run that was left by `stop`.
fn prediction(mut engine: Engine<'_>, plan: &Plan, stop: Stop) -> Prediction {
    engine.close(stop == Stop::Cut);
    Prediction {
        outcome: metrics::outcome(&engine, plan),
        metrics: metrics::measure(&engine, plan),
        trace: engine.trace,
    }
}
