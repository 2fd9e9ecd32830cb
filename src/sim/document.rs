//! Running what a file describes, with some of it set otherwise.

use super::{Limits, Run, lower, run};
use crate::experiment::scenario::{
    CostsSpec, Document, Machine, Ns, PolicySpec, Scenario, ScenarioError,
};
use crate::experiment::{Costs, Experiment, Invalid, Profile};
use std::fmt::Display;
use thiserror::Error;

/// What to set otherwise than a document says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overrides {
    /// Seed of everything random.
    pub seed: Option<u32>,
    /// When to stop.
    pub until: Option<Ns>,
    /// Cores of the machine.
    pub cores: Option<u16>,
    /// The scheduling policy.
    pub policy: Option<PolicySpec>,
}

/// Why a document cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RunError {
    /// Rules that its experiment breaks.
    #[error("{}", lines("experiment: ", .0))]
    Experiment(Vec<Invalid>),
    /// Rules that its scenario breaks.
    #[error("{}", lines("", .0))]
    Scenario(Vec<ScenarioError>),
    /// It asks for costs that only a browser can measure.
    #[error(
        "the costs are \"this-browser\", which only the page can measure; \
         write \"ideal\" or \"cpython-linux\""
    )]
    NotMeasured,
    /// Linux's real-time classes need what an experiment's threads do not have.
    #[error(
        "machine.policy: the threads of an experiment have no real-time priority, run time or \
         period; write a scenario"
    )]
    NoRealTime,
}

fn lines<T: Display>(before: &str, errors: &[T]) -> String {
    let lines: Vec<String> = errors
        .iter()
        .map(|error| format!("{before}{error}"))
        .collect();
    lines.join("\n")
}

/// Runs a scenario or an experiment; both answer in the same shape.
///
/// # Errors
/// What is wrong with it, once `overrides` are in place.
pub fn run_document(
    document: Document,
    overrides: &Overrides,
    limits: Limits,
) -> Result<Run, RunError> {
    match document {
        Document::Scenario(mut scenario) => {
            overrides.apply(&mut scenario);
            if scenario.costs == CostsSpec::Profile(Profile::ThisBrowser) {
                return Err(RunError::NotMeasured);
            }
            run(&scenario, limits).map_err(RunError::Scenario)
        }
        Document::Experiment(experiment) => run_experiment(*experiment, overrides, limits),
    }
}

impl Overrides {
    fn apply(&self, scenario: &mut Scenario) {
        scenario.seed = self.seed.unwrap_or(scenario.seed);
        scenario.until = self.until.or(scenario.until);
        scenario.machine.cores = self.cores.unwrap_or(scenario.machine.cores);
        if let Some(policy) = &self.policy {
            scenario.machine.policy = policy.clone();
        }
    }
}

fn run_experiment(
    mut experiment: Experiment,
    overrides: &Overrides,
    limits: Limits,
) -> Result<Run, RunError> {
    experiment.seed = overrides.seed.unwrap_or(experiment.seed);
    experiment.cores = overrides.cores.unwrap_or(experiment.cores);
    experiment.validate().map_err(RunError::Experiment)?;
    let costs = match experiment.profile {
        Profile::Ideal => Costs::IDEAL,
        Profile::CPythonLinux => Costs::CPYTHON_LINUX,
        Profile::ThisBrowser => return Err(RunError::NotMeasured),
    };
    let mut plan = lower::experiment(&experiment, &costs);
    if let Some(policy) = &overrides.policy {
        let is_real_time = matches!(
            policy,
            PolicySpec::SchedFifo | PolicySpec::SchedRr { .. } | PolicySpec::SchedDeadline
        );
        if is_real_time {
            return Err(RunError::NoRealTime);
        }
        plan.machine.policy = policy.clone();
    }
    plan.until = overrides.until.map_or(plan.until, |until| until.0);
    check_machine(&plan.machine)?;
    Ok(run::run_plan(&plan, limits))
}

/// The rules for a scenario's machine hold for an experiment's, too.
fn check_machine(machine: &Machine) -> Result<(), RunError> {
    let scenario = Scenario {
        machine: machine.clone(),
        ..Scenario::default()
    };
    let mut errors = scenario.validate().err().unwrap_or_default();
    errors.retain(|error| error.path.starts_with("machine"));
    if errors.is_empty() {
        Ok(())
    } else {
        Err(RunError::Scenario(errors))
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::experiment::scenario::read;
    use crate::sim::{predict_within, trace::State};

    fn check(text: &str, overrides: &Overrides) -> Result<Run, RunError> {
        let document = read(text).expect("it can be read");
        run_document(document, overrides, Limits::default())
    }

    #[test]
    fn an_experiment_runs_as_on_the_page() {
        let run = check(r#"{"experiment": {}}"#, &Overrides::default()).expect("valid");
        let prediction = predict_within(
            &Experiment::default(),
            &Costs::CPYTHON_LINUX,
            Limits::default().max_events,
        );
        assert_eq!(run.trace, prediction.expect("valid").trace);
    }

    #[test]
    fn a_job_that_arrives_after_all_others_have_ended_is_run() {
        let text = r#"{"jobs": [{"burst": 5}, {"arrival": 12, "burst": 3}], "costs": "ideal"}"#;
        let run = check(text, &Overrides::default()).expect("valid");
        let ended: Vec<_> = run.threads.iter().map(|thread| thread.ended_ns).collect();
        assert_eq!(ended, [Some(5), Some(15)]);
        assert_eq!(run.processes[0].ended_ns, Some(15));
    }

    #[test]
    fn overrides_take_the_place_of_what_is_written() {
        let overrides = Overrides {
            cores: Some(2),
            until: Some(Ns::ms(5)),
            policy: Some(PolicySpec::Fifo),
            ..Overrides::default()
        };
        for text in [
            r#"{"experiment": {"gil": false, "profile": "ideal"}}"#,
            r#"{"jobs": [{"burst": "10 ms"}, {"burst": "10 ms"}, {"burst": "10 ms"}]}"#,
        ] {
            let run = check(text, &overrides).expect("valid");
            assert_eq!(run.metrics.core_busy_ns, [5_000_000, 5_000_000], "{text}");
            assert_eq!((run.end_ns, run.cut), (5_000_000, true), "{text}");
            assert_eq!(run.metrics.time_in[State::Running as usize], 10_000_000);
        }
    }

    #[test]
    fn what_cannot_be_run_is_said() {
        let said = |text, overrides: &Overrides| {
            let error = check(text, overrides).expect_err("it cannot be run");
            error.to_string()
        };
        let none = Overrides::default();
        assert!(said(r#"{"experiment": {"profile": "this-browser"}}"#, &none).contains("page"));
        assert!(said(r#"{"experiment": {"cores": 65}}"#, &none).contains("from 1 to 64"));
        let slice = PolicySpec::RoundRobin {
            slice: Ns(0),
            timer: crate::experiment::scenario::SliceTimer::Own,
        };
        let overrides = Overrides {
            policy: Some(slice),
            ..Overrides::default()
        };
        let found = said(r#"{"experiment": {}}"#, &overrides);
        assert!(found.starts_with("machine.policy.slice: is"), "{found}");
    }
}
