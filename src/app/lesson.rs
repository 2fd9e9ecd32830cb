//! Lessons of the path: which one is open, what it shows, what was read.

use super::program::Program;
use super::{Effect, State};
use crate::experiment::from_fragment;
use crate::experiment::scenario::Scenario;
use crate::lessons::guide::{self, Guide, Scene, Shown};
use std::rc::Rc;

/// A scenario as the editor of programs has it.
fn program(scenario: Scenario) -> Program {
    Program {
        // Plain data, so this cannot fail.
        text: serde_json::to_string_pretty(&scenario).unwrap_or_default(),
        scenario: Rc::new(scenario),
        errors: Vec::new(),
    }
}

impl State {
    /// The lesson that is open.
    #[must_use]
    pub fn guide(&self) -> Option<&'static Guide> {
        self.place.lesson.and_then(guide::find)
    }

    /// Opens the lesson of this id with its first picture, or goes back to the
    /// list. An unknown id is the list.
    pub(super) fn open_lesson(&mut self, id: Option<&'static str>) -> Vec<Effect> {
        self.place.start = false;
        self.place.left = super::place::Left::Lessons;
        let Some(guide) = id.and_then(guide::find) else {
            self.place.lesson = None;
            return Vec::new();
        };
        self.place.lesson = Some(guide.id);
        Rc::make_mut(&mut self.memory).read.insert(guide.id);
        self.ask_simulator(guide.id);
        self.show(Shown::View(0))
    }

    /// Shows a picture of the open lesson; without one, or if it has no such
    /// picture, nothing happens.
    pub(super) fn show(&mut self, shown: Shown) -> Vec<Effect> {
        let Some(guide) = self.guide() else {
            return Vec::new();
        };
        let Some((_, scene)) = guide.scene(shown) else {
            return Vec::new();
        };
        let effects = if let Scene::Sliders(fragment) = scene {
            self.program = None;
            self.refused.clear();
            let experiment = from_fragment(fragment).experiment;
            self.set(|e| *e = experiment)
        } else if let Some(scenario) = guide.scenario(shown) {
            self.program = Some(Rc::new(program(scenario)));
            self.set(|_| ())
        } else {
            return Vec::new();
        };
        // A change by hand makes it another picture: `set` forgets this.
        self.place.shown = Some(shown);
        effects
    }

    /// Asks the simulator about the claim of this id, if that was not done yet.
    fn ask_simulator(&mut self, id: &'static str) {
        if !self.bench.simulated.contains_key(id) {
            Rc::make_mut(&mut self.bench).simulate(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::place::Left;
    use super::*;
    use crate::app::Action;
    use crate::experiment::Field;
    use crate::experiment::scenario::{Document, read};

    fn act(state: &mut State, action: Action) {
        let _ = state.reduce(action);
        let _ = state.reduce(Action::Frame(16.0));
    }

    #[test]
    fn a_lesson_opens_with_its_picture_and_stays_open_while_its_steps_are_tried() {
        let mut state = State::open("");
        act(&mut state, Action::OpenLesson(Some("T7")));
        assert_eq!(
            (state.place.lesson, state.place.left),
            (Some("T7"), Left::Lessons)
        );
        assert!(!state.place.start);
        assert_eq!(state.experiment.threads, 1);
        assert_eq!(state.place.shown, Some(Shown::View(0)));
        assert!(state.bench.simulated.contains_key("T7"));
        act(&mut state, Action::Show(Shown::Step(0)));
        assert_eq!((state.experiment.threads, state.experiment.cores), (16, 16));
        assert_eq!(state.place.lesson, Some("T7"));
        act(&mut state, Action::SetField(Field::Threads, 3));
        assert_eq!(
            state.place.shown, None,
            "it is none of the lesson's any more"
        );
        assert_eq!(
            (state.experiment.cores, state.place.lesson),
            (16, Some("T7"))
        );
    }

    #[test]
    fn a_lesson_of_scenarios_shows_a_program_whose_text_says_the_same() {
        let mut state = State::open("");
        act(&mut state, Action::OpenLesson(Some("X4")));
        assert_eq!(state.title(), "X4, left fork first");
        assert_eq!(state.predicted.run.deadlocks.len(), 1);
        let program = state.program.clone().expect("it is a program");
        match read(&program.text) {
            Ok(Document::Scenario(read)) => assert_eq!(*read, *program.scenario),
            other => panic!("{other:?}"),
        }
        act(&mut state, Action::Show(Shown::View(1)));
        assert!(state.predicted.run.deadlocks.is_empty());
        act(&mut state, Action::OpenLesson(Some("T8")));
        assert!(state.program.is_none(), "that one has sliders");
    }

    #[test]
    fn what_was_opened_counts_as_read() {
        let mut state = State::open("");
        assert!(state.memory.read.is_empty());
        act(&mut state, Action::OpenLesson(Some("P1")));
        act(&mut state, Action::OpenLesson(None));
        assert_eq!(
            state.memory.read.iter().copied().collect::<Vec<_>>(),
            ["P1"]
        );
        assert_eq!(state.place.lesson, None);
        let before = state.clone();
        act(&mut state, Action::Show(Shown::View(0)));
        assert_eq!(state, before, "no lesson is open");
        act(&mut state, Action::OpenLesson(Some("Z1")));
        assert_eq!(state.place.lesson, None, "there is no such lesson");
    }
}
