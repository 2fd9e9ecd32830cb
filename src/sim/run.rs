//! Running a scenario: what goes in, what comes out.

use super::engine::{Engine, Stop};
use super::plan::Plan;
use super::{Job, Metrics, ProcessReport, ThreadReport, Trace, lower, metrics};
use crate::experiment::scenario::{Scenario, ScenarioError};
use crate::experiment::{Costs, Experiment, Invalid, Outcome};
use serde::Serialize;

/// How far a run may go, and what it keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Events and ops after which the run is cut.
    pub max_events: u64,
    /// Whether to keep the trace.
    pub trace: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_events: 100_000_000,
            trace: true,
        }
    }
}

/// What came of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Run {
    /// In the shape both arms share.
    pub outcome: Outcome,
    /// Numbers of the whole run.
    pub metrics: Metrics,
    /// Each thread.
    pub threads: Vec<ThreadReport>,
    /// Each process.
    pub processes: Vec<ProcessReport>,
    /// Each job of each periodic thread, by release.
    pub jobs: Vec<Job>,
    /// Circles of waiting: when they closed, and who waited in them, as
    /// indices into `threads`, each for the next.
    pub deadlocks: Vec<(u64, Vec<u32>)>,
    /// Each object of each heap that has one, and those in shared memory.
    pub objects: Vec<ObjectReport>,
    /// When the run ended, ns.
    pub end_ns: u64,
    /// Whether it was cut before everything had happened.
    pub cut: bool,
    /// Events and ops it took.
    pub events: u64,
    /// The run as it went; empty if it was not to be kept.
    #[serde(skip)]
    pub trace: Trace,
}

/// An object at the end of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ObjectReport {
    /// Its name.
    pub name: String,
    /// Whose heap it is on; `None`: in shared memory.
    pub process: Option<u32>,
    /// Its value.
    pub value: i64,
    /// Its reference count.
    pub references: i64,
    /// Whether it was freed.
    pub freed: bool,
}

/// Runs `scenario`.
///
/// # Errors
/// What is wrong with the scenario, if it is not valid.
pub fn run(scenario: &Scenario, limits: Limits) -> Result<Run, Vec<ScenarioError>> {
    scenario.validate()?;
    Ok(run_plan(&lower::scenario(scenario), limits))
}

/// Runs `experiment`, charging `costs`: the same run as
/// [`predict`](super::predict)'s, reported in full.
///
/// # Errors
/// What is wrong with the experiment, if it is not valid.
pub fn run_experiment(
    experiment: &Experiment,
    costs: &Costs,
    limits: Limits,
) -> Result<Run, Vec<Invalid>> {
    experiment.validate()?;
    Ok(run_plan(&lower::experiment(experiment, costs), limits))
}

/// Runs a plan.
pub(super) fn run_plan(plan: &Plan, limits: Limits) -> Run {
    let mut engine = Engine::new(plan, limits.trace);
    let stop = engine.run(limits.max_events, u64::MAX);
    report(engine, plan, stop)
}

/// What came of a run that was left by `stop`.
pub(super) fn report(mut engine: Engine<'_>, plan: &Plan, stop: Stop) -> Run {
    let cut = stop == Stop::Cut;
    engine.close(cut);
    engine.record_backlog();
    let mut jobs = std::mem::take(&mut engine.jobs);
    jobs.sort_by_key(|job| (job.released_ns, job.thread));
    engine.jobs.clone_from(&jobs);
    Run {
        outcome: metrics::outcome(&engine, plan),
        metrics: metrics::measure(&engine, plan),
        threads: metrics::threads(&engine, plan),
        processes: metrics::processes(&engine, plan),
        jobs,
        deadlocks: engine
            .deadlocks
            .iter()
            .map(|deadlock| (deadlock.at, deadlock.threads.clone()))
            .collect(),
        objects: objects(&engine, plan),
        end_ns: engine.now,
        cut,
        events: engine.handled,
        trace: engine.trace,
    }
}

/// All objects as they are.
pub(super) fn objects(engine: &Engine<'_>, plan: &Plan) -> Vec<ObjectReport> {
    let mut reports = Vec::new();
    for (index, object) in plan.objects.iter().enumerate() {
        let processes = if object.shared {
            0..1
        } else {
            0..plan.processes.len() as u32
        };
        for process in processes {
            let state = engine.object(process, index as u32);
            reports.push(ObjectReport {
                name: plan.object_names[index].clone(),
                process: (!object.shared).then_some(process),
                value: state.value,
                references: state.references,
                freed: state.freed,
            });
        }
    }
    reports
}
