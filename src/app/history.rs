//! Undo and redo: what the visitor set, step by step.
//!
//! A step is a change of what is run or compared: the experiment, the program,
//! the run that is kept. Where the visitor looked meanwhile (tabs, the lesson) is
//! no step, but comes back with one, so that one sees what it changed. A slider's
//! drag is one step, however many values it went through.

use super::link::read;
use super::place::Left;
use super::program::Program;
use super::python::{PythonAction, example_of};
use super::{Action, Effect, Kept, State};
use crate::app::english::history as text;
use crate::experiment::{Experiment, Field, PRESETS};
use crate::plot::duration;
use std::rc::Rc;

/// How many steps are remembered.
const MOST: usize = 200;

/// What the visitor set.
#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    experiment: Experiment,
    program: Option<Rc<Program>>,
    kept: Option<Rc<Kept>>,
    python: Rc<str>,
    left: Left,
    lesson: Option<&'static str>,
}

impl Snapshot {
    pub(super) fn of(state: &State) -> Self {
        Self {
            experiment: state.experiment.clone(),
            program: state.program.clone(),
            kept: state.kept.clone(),
            python: Rc::clone(&state.python.text),
            left: state.place.left,
            lesson: state.place.lesson,
        }
    }

    /// Whether both run the same.
    fn runs_as(&self, other: &Self) -> bool {
        let same_program = match (&self.program, &other.program) {
            (Some(a), Some(b)) => Rc::ptr_eq(a, b) || a.text == b.text,
            (None, None) => true,
            _ => false,
        };
        same_program && self.experiment == other.experiment
    }

    fn writes_as(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.python, &other.python) || self.python == other.python
    }

    /// Whether nothing was changed that can be undone.
    fn is_as(&self, other: &Self) -> bool {
        self.runs_as(other) && self.compares_as(other) && self.writes_as(other)
    }

    fn compares_as(&self, other: &Self) -> bool {
        match (&self.kept, &other.kept) {
            (Some(a), Some(b)) => {
                Rc::ptr_eq(a, b) || a.fragment == b.fragment && a.title == b.title
            }
            (None, None) => true,
            _ => false,
        }
    }
}

/// From one snapshot to the next.
#[derive(Debug)]
struct Step {
    before: Snapshot,
    after: Snapshot,
    /// What it changed, in a few words.
    what: String,
}

/// What can be undone and redone.
#[derive(Debug, Clone, Default)]
pub struct History {
    past: Vec<Rc<Step>>,
    /// The next one is the last.
    future: Vec<Rc<Step>>,
    /// The slider that is being dragged: its next value belongs to the last
    /// step.
    dragged: Option<Field>,
}

/// Two are told apart by their steps, not by what those hold.
impl PartialEq for History {
    fn eq(&self, other: &Self) -> bool {
        let same = |a: &[Rc<Step>], b: &[Rc<Step>]| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| Rc::ptr_eq(a, b))
        };
        same(&self.past, &other.past)
            && same(&self.future, &other.future)
            && self.dragged == other.dragged
    }
}

impl History {
    /// What would be undone.
    #[must_use]
    pub fn undoes(&self) -> Option<&str> {
        self.past.last().map(|step| &*step.what)
    }

    /// What would be done again.
    #[must_use]
    pub fn redoes(&self) -> Option<&str> {
        self.future.last().map(|step| &*step.what)
    }
}

/// What an action means to the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// Nothing: the page goes on by itself.
    Passing,
    /// A value of a slider, perhaps on the way to another one.
    Drag(Field),
    /// Something the visitor did.
    Deed,
}

impl Moment {
    pub(super) fn of(action: &Action) -> Self {
        match action {
            Action::SetField(field, _) => Self::Drag(*field),
            Action::Frame(_)
            | Action::LabRefused(_)
            | Action::LabProgress(_)
            | Action::LabPaused(_)
            | Action::LabStopped
            | Action::LabDone(_)
            | Action::Python(PythonAction::Loading(..) | PythonAction::NotLoaded(_) | PythonAction::Told(_))
            | Action::Happened(_)
            | Action::Simulate(_)
            | Action::SimulateNext
            | Action::KeptProbes(_)
            | Action::KeptMemory(_)
            | Action::ForgetMemory
            | Action::Fold(..)
            | Action::NewerVersion
            | Action::Reload
            | Action::Redraw
            | Action::Environment(_)
            // They move in the history.
            | Action::Undo
            | Action::Redo => Self::Passing,
            _ => Self::Deed,
        }
    }
}

impl State {
    /// Something was done: remembers it, if it changed what is run or compared.
    pub(super) fn remember(&mut self, before: Snapshot, moment: Moment) {
        let after = Snapshot::of(self);
        let unchanged = after.is_as(&before);
        let dragged = match moment {
            Moment::Drag(field) => Some(field),
            _ => None,
        };
        if unchanged {
            if self.history.dragged.is_some() && dragged != self.history.dragged {
                Rc::make_mut(&mut self.history).dragged = None;
            }
            return;
        }
        let history = Rc::make_mut(&mut self.history);
        let mut before = before;
        if dragged.is_some() && dragged == history.dragged {
            // The last step goes further.
            if let Some(step) = history.past.pop() {
                before = step.before.clone();
            }
        }
        history.dragged = dragged;
        history.future.clear();
        if after.is_as(&before) {
            // Dragged back to where it was; it may go on from there.
            history.dragged = None;
            return;
        }
        let what = what(&before, &after);
        history.past.push(Rc::new(Step {
            before,
            after,
            what,
        }));
        let surplus = history.past.len().saturating_sub(MOST);
        history.past.drain(..surplus);
    }

    /// Takes the last step back.
    pub(super) fn undo(&mut self) -> Vec<Effect> {
        let history = Rc::make_mut(&mut self.history);
        history.dragged = None;
        let Some(step) = history.past.pop() else {
            return Vec::new();
        };
        history.future.push(Rc::clone(&step));
        self.restore(&step.before)
    }

    /// Does the step again that was taken back last.
    pub(super) fn redo(&mut self) -> Vec<Effect> {
        let history = Rc::make_mut(&mut self.history);
        history.dragged = None;
        let Some(step) = history.future.pop() else {
            return Vec::new();
        };
        history.past.push(Rc::clone(&step));
        self.restore(&step.after)
    }

    fn restore(&mut self, snapshot: &Snapshot) -> Vec<Effect> {
        let runs_already = Snapshot::of(self).runs_as(snapshot);
        let Snapshot {
            experiment,
            program,
            kept,
            python,
            left,
            lesson,
        } = snapshot.clone();
        self.experiment = experiment;
        self.program = program;
        self.kept = kept;
        self.set_python_text(python);
        (self.place.left, self.place.lesson) = (left, lesson);
        self.place.start = false;
        // They were about what is not there any more.
        self.problems.clear();
        self.refused.clear();
        if runs_already {
            return Vec::new();
        }
        self.stale = true;
        vec![Effect::RequestFrame]
    }
}

/// What lies between two snapshots, in a few words.
fn what(before: &Snapshot, after: &Snapshot) -> String {
    if !before.writes_as(after) {
        return match example_of(&after.python) {
            Some(example) => text::python_example(example.name),
            None => text::PYTHON.to_owned(),
        };
    }
    if before.runs_as(after) {
        return match (&before.kept, &after.kept) {
            (_, None) => text::UNKEEP.to_owned(),
            (_, Some(kept)) => text::keep(&kept.title),
        };
    }
    match (&before.program, &after.program) {
        (Some(was), Some(is)) if was.scenario.name == is.scenario.name => text::EDIT.to_owned(),
        (_, Some(program)) if program.scenario.name.is_empty() => text::PROGRAM.to_owned(),
        (_, Some(program)) => text::program(&program.scenario.name),
        (Some(_), None) => text::TO_SLIDERS.to_owned(),
        (None, None) => changes(&before.experiment, &after.experiment),
    }
}

fn changes(before: &Experiment, after: &Experiment) -> String {
    let is_preset =
        |preset: &&crate::experiment::Preset| read(preset.fragment).experiment == *after;
    let mut said: Vec<String> = Vec::new();
    for field in Field::ALL {
        let (was, is) = (field.get(before), field.get(after));
        if was != is {
            let label = field.spec().label;
            said.push(match field.spec().unit {
                "µs" => text::change(label, &us(was), &us(is)),
                _ => text::change(label, &was.to_string(), &is.to_string()),
            });
        }
    }
    let on = |gil: bool| if gil { text::GIL_ON } else { text::GIL_OFF };
    let named = [
        (text::GIL, on(before.gil), on(after.gil)),
        (text::POLICY, before.policy.label(), after.policy.label()),
        (text::KERNEL, before.kernel.label(), after.kernel.label()),
        (text::COSTS, before.profile.label(), after.profile.label()),
    ];
    let changed = named.into_iter().filter(|(_, was, is)| was != is);
    said.extend(changed.map(|(name, was, is)| text::change(name, was, is)));
    if before.faults != after.faults {
        said.push(faults(before, after));
    }
    match (&mut said[..], PRESETS.iter().find(is_preset)) {
        ([one], _) => std::mem::take(one),
        (_, Some(preset)) => text::example(preset.title),
        (several, None) => text::changes(several.len()),
    }
}

fn us(value: u32) -> String {
    duration(u64::from(value) * 1_000)
}

fn faults(before: &Experiment, after: &Experiment) -> String {
    let (was, is) = (&before.faults, &after.faults);
    let only_in = |these: &[_], those: &[_]| {
        let mut those = those.to_vec();
        let mut only = None;
        for fault in these {
            match those.iter().position(|other| other == fault) {
                Some(at) => drop(those.remove(at)),
                None => only = only.or(Some(*fault)),
            }
        }
        only
    };
    match (only_in(was, is), only_in(is, was)) {
        (None, Some(fault)) => text::fault_added(&fault.describe()),
        (Some(fault), None) => text::fault_removed(&fault.describe()),
        (_, Some(fault)) => text::fault_changed(&fault.describe()),
        (None, None) => text::FAULT_ORDER.to_owned(),
    }
}

#[cfg(test)]
mod tests;
