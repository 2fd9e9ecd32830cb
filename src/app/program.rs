//! A scenario that is written on the page, instead of sliders.

mod desk;
mod errors;
mod examples;
pub mod outline;
mod schema;
mod sliders;

pub use desk::{Desk, DeskAction};
pub use errors::ProgramError;
pub use examples::{EXAMPLES, Example, FOLDER, JOB_LIST, SKELETON};
pub use schema::{Offer, Offers, Schema};
pub use sliders::from_sliders;

use super::State;
use crate::app::english::program as text;
use crate::experiment::scenario::{CostsSpec, Document, Scenario, read};
use crate::experiment::{Costs, Experiment, Profile};
use crate::sim::{Limits, Run, run};
use std::borrow::Cow;
use std::rc::Rc;

/// What the visitor wrote, and the last of it that could be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The text of the editor: a scenario or a list of jobs.
    pub text: String,
    /// The last text that was right, read.
    pub scenario: Rc<Scenario>,
    /// What is wrong with `text`; empty: `scenario` is what it says.
    pub errors: Vec<ProgramError>,
}

/// What a text turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Written {
    /// A scenario to run.
    Program(Program),
    /// The sliders of an experiment.
    Sliders(Box<Experiment>),
    /// Neither, for these reasons.
    Wrong(Vec<ProgramError>),
}

/// Reads a text.
#[must_use]
pub(super) fn written(text: &str) -> Written {
    match read(text) {
        Err(error) => Written::Wrong(vec![ProgramError::of_reading(text, &error)]),
        Ok(Document::Experiment(experiment)) => match experiment.validate() {
            Ok(()) => Written::Sliders(experiment),
            Err(broken) => {
                let said = broken
                    .iter()
                    .map(|rule| ProgramError::of_all(text, rule.to_string()));
                Written::Wrong(said.collect())
            }
        },
        Ok(Document::Scenario(scenario)) => match scenario.validate() {
            Ok(()) => Written::Program(Program {
                text: text.to_owned(),
                scenario: Rc::new(*scenario),
                errors: Vec::new(),
            }),
            Err(broken) => {
                let root = outline::outline(text);
                let said = broken
                    .iter()
                    .map(|rule| ProgramError::of_rule(text, &root, rule));
                Written::Wrong(said.collect())
            }
        },
    }
}

/// A program as it was left: its errors are said, and what it is not yet runs as
/// nothing.
pub(super) fn unfinished(text: &str) -> Program {
    let errors = match written(text) {
        Written::Program(program) => return program,
        Written::Sliders(_) => vec![ProgramError::of_all(text, text::NO_PROGRAM.to_owned())],
        Written::Wrong(errors) => errors,
    };
    Program {
        text: text.to_owned(),
        scenario: Rc::default(),
        errors,
    }
}

/// Runs `scenario` with the costs it asks for; those of "this browser" are
/// `here`, or none as long as nothing has been measured.
pub(super) fn run_here(scenario: &Scenario, here: Option<Costs>, limits: Limits) -> Run {
    // The state never holds an invalid scenario; an empty picture is what is
    // left to show if it did.
    run(&with_costs(scenario, here), limits).unwrap_or_default()
}

/// `scenario` with figures for the costs of "this browser".
pub(super) fn with_costs(scenario: &Scenario, here: Option<Costs>) -> Cow<'_, Scenario> {
    if scenario.costs == CostsSpec::Profile(Profile::ThisBrowser) {
        Cow::Owned(Scenario {
            costs: CostsSpec::Costs(here.unwrap_or(Costs::IDEAL)),
            ..scenario.clone()
        })
    } else {
        Cow::Borrowed(scenario)
    }
}

impl State {
    /// The scenario that is shown instead of the sliders' experiment.
    #[must_use]
    pub fn scenario(&self) -> Option<&Scenario> {
        self.program.as_ref().map(|program| &*program.scenario)
    }

    /// What the picture shows, in a few words.
    #[must_use]
    pub fn title(&self) -> String {
        title(self.program.as_deref(), &self.experiment)
    }
}

/// What is run, in a few words.
pub(super) fn title(program: Option<&Program>, experiment: &Experiment) -> String {
    match program {
        Some(program) if program.scenario.name.is_empty() => text::A_PROGRAM.to_owned(),
        Some(program) => program.scenario.name.clone(),
        None => super::headline::layout_name(experiment),
    }
}
