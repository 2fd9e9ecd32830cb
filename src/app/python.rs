//! The Python tab: a program that is written on the page and run for real, by an
//! interpreter that is loaded only when the tab is opened.

mod console;
mod examples;
mod mistakes;

pub use console::{Panel, panels, results};
pub use examples::{EXAMPLES, Example, example, example_of};
pub use mistakes::Mistake;

use super::place::Left;
use super::{Effect, Lab, State};
use crate::experiment::Experiment;
use crate::lab::python::{Transcript, Work, plain};
use std::rc::Rc;

/// What the Python tab works with.
#[derive(Debug, Clone, PartialEq)]
pub struct Python {
    /// The program's text.
    pub text: Rc<str>,
    /// What the visitor had written before the page put another text in its
    /// place.
    pub own: Option<Rc<str>>,
    /// How far the interpreter is loaded.
    pub loading: Loading,
    /// What the lab does with the program.
    pub lab: Lab,
    /// What the last run has told.
    pub heard: Option<Heard>,
}

impl Default for Python {
    fn default() -> Self {
        Self {
            text: EXAMPLES[0].text.into(),
            own: None,
            loading: Loading::Unasked,
            lab: Lab::Idle,
            heard: None,
        }
    }
}

/// How far the interpreter is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loading {
    /// Nobody has needed it yet.
    Unasked,
    /// It was asked for; nothing is known yet.
    Asked,
    /// So many bytes of so many are there.
    Under(u64, u64),
    /// All of it is there.
    Done,
    /// It could not be had, for this reason. A run tries again.
    Failed(String),
}

/// What a run has told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The program that was run.
    pub text: Rc<str>,
    /// What it said.
    pub transcript: Rc<Transcript>,
}

/// What can happen at the Python tab.
#[derive(Debug, Clone, PartialEq)]
pub enum PythonAction {
    /// The visitor wrote this.
    Write(String),
    /// The visitor chose an example.
    Choose(&'static Example),
    /// The visitor wants the last text of their own back.
    Own,
    /// So many bytes of the interpreter, of so many, are there.
    Loading(u64, u64),
    /// The interpreter could not be loaded, for this reason.
    NotLoaded(String),
    /// The run has told this up to now.
    Told(Rc<Transcript>),
}

/// What the lab is asked for to run Python laid out as `experiment`. What the
/// program says itself, such as how long a unit takes, is always the same in it:
/// it does not matter to the lab.
#[must_use]
pub fn plan(experiment: &Experiment) -> Experiment {
    let default = Experiment::default();
    Experiment {
        cpu_us: default.cpu_us,
        kernel: default.kernel,
        ..plain(experiment)
    }
}

impl State {
    /// The page has something of Python to show, so it needs the interpreter soon.
    pub(super) fn load_python(&mut self) -> Option<Effect> {
        let is_needed = self.shows_python() && self.python.loading == Loading::Unasked;
        is_needed.then(|| {
            self.python_mut().loading = Loading::Asked;
            Effect::LoadPython
        })
    }

    pub(super) fn python(&mut self, action: PythonAction) -> Vec<Effect> {
        match action {
            PythonAction::Write(text) => {
                if *text != *self.python.text {
                    self.set_python_text(text.into());
                }
            }
            PythonAction::Choose(example) => {
                self.put_python_by();
                self.set_python_text(example.text.into());
                self.refused.clear();
                return self.set(|experiment| example.lay_out(experiment));
            }
            PythonAction::Own => {
                if let Some(own) = self.python.own.clone() {
                    self.put_python_by();
                    self.set_python_text(own);
                }
            }
            PythonAction::Loading(there, of) => {
                self.python_mut().loading = match there < of {
                    true => Loading::Under(there, of),
                    false => Loading::Done,
                };
            }
            PythonAction::NotLoaded(why) => self.python_mut().loading = Loading::Failed(why),
            PythonAction::Told(transcript) => {
                let text = match self.running() {
                    Some(Work::Python(text)) => Rc::clone(text),
                    _ => return Vec::new(),
                };
                let python = self.python_mut();
                python.loading = Loading::Done;
                python.heard = Some(Heard { text, transcript });
            }
        }
        Vec::new()
    }

    /// A link was followed. It names a program, or else, if it says all that is
    /// shown, it means the first one.
    pub(super) fn follow_python(&mut self, text: Option<Rc<str>>, whole: bool) {
        let is_shown = self.place.left == Left::Python;
        let first = || EXAMPLES[0].text.into();
        if let Some(text) = text.or_else(|| (whole && is_shown).then(first)) {
            self.put_python_by();
            self.set_python_text(text);
        }
        if is_shown {
            self.put_program_away();
        }
    }

    pub(super) fn set_python_text(&mut self, text: Rc<str>) {
        if self.python.text != text {
            self.python_mut().text = text;
        }
    }

    /// Keeps what the visitor has written, before it goes.
    fn put_python_by(&mut self) {
        let text = &self.python.text;
        if example_of(text).is_none() && !text.trim().is_empty() {
            let own = Rc::clone(text);
            self.python_mut().own = Some(own);
        }
    }

    /// What the last run has told, if it was of the program as it stands.
    #[must_use]
    pub fn heard(&self) -> Option<&Transcript> {
        let heard = self.python.heard.as_ref()?;
        (heard.text == self.python.text).then_some(&*heard.transcript)
    }

    fn python_mut(&mut self) -> &mut Python {
        Rc::make_mut(&mut self.python)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
