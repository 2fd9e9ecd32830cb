//! What a browser remembers of a visitor from visit to visit, besides what the
//! probes measured: the lessons that were opened, and the parts of the page that
//! are folded otherwise than at first.
//!
//! Kept as a text of words, so that nothing in it can be broken: whatever this
//! page does not know is passed over.

use super::{Effect, State};
use crate::lessons::guide;
use std::collections::BTreeSet;
use std::rc::Rc;

/// A part of the page that can be folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The picture of the machine.
    Machine,
    /// The sliders in a lesson.
    LessonControls,
    /// How a lesson is judged, and all that was found.
    LessonDetails,
    /// What the scheduler measures.
    Scheduler,
    /// The glossary.
    Glossary,
}

impl Part {
    const ALL: [Self; 5] = [
        Self::Machine,
        Self::LessonControls,
        Self::LessonDetails,
        Self::Scheduler,
        Self::Glossary,
    ];

    /// Its name in what is kept.
    fn key(self) -> &'static str {
        match self {
            Self::Machine => "machine",
            Self::LessonControls => "lesson-controls",
            Self::LessonDetails => "lesson-details",
            Self::Scheduler => "scheduler",
            Self::Glossary => "glossary",
        }
    }

    /// Whether it is open for who has never folded it.
    fn opens(self) -> bool {
        self == Self::Machine
    }
}

/// What is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Memory {
    /// The lessons that were opened, by their claims' ids.
    pub read: BTreeSet<&'static str>,
    /// The parts that the visitor has folded or unfolded.
    turned: BTreeSet<Part>,
}

impl Memory {
    /// As it was kept: "read P1 T7", "turned machine".
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        let mut memory = Self::default();
        for line in text.lines() {
            let mut words = line.split_whitespace();
            match words.next() {
                Some("read") => memory
                    .read
                    .extend(words.filter_map(|id| guide::find(id).map(|guide| guide.id))),
                Some("turned") => memory.turned.extend(
                    words.filter_map(|key| Part::ALL.into_iter().find(|part| part.key() == key)),
                ),
                _ => {}
            }
        }
        memory
    }

    /// As it is kept; empty: there is nothing to keep.
    #[must_use]
    pub fn to_text(&self) -> String {
        let line = |name: &str, words: Vec<&str>| match words.is_empty() {
            true => String::new(),
            false => format!("{name} {}\n", words.join(" ")),
        };
        line("read", self.read.iter().copied().collect())
            + &line(
                "turned",
                self.turned.iter().map(|part| part.key()).collect(),
            )
    }

    /// Whether there is something to forget.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the part is open.
    #[must_use]
    pub fn is_open(&self, part: Part) -> bool {
        part.opens() != self.turned.contains(&part)
    }

    fn open(&mut self, part: Part, open: bool) {
        if open == part.opens() {
            self.turned.remove(&part);
        } else {
            self.turned.insert(part);
        }
    }
}

impl State {
    /// The visitor folds a part, or unfolds it.
    pub(super) fn fold(&mut self, part: Part, open: bool) {
        // Browsers also tell what the page itself has opened.
        if self.memory.is_open(part) != open {
            Rc::make_mut(&mut self.memory).open(part, open);
        }
    }

    /// What an earlier visit kept. What was done since then counts, too.
    pub(super) fn remember_visit(&mut self, text: &str) -> Vec<Effect> {
        let mut memory = Memory::of_text(text);
        memory.read.extend(&self.memory.read);
        let now = memory.to_text();
        // A lesson that a link has opened is not in what was kept. What differs
        // from the page is kept by `memory_news`.
        let is_unkept = memory == *self.memory && now != text;
        self.memory = Rc::new(memory);
        is_unkept
            .then_some(Effect::KeepMemory(now))
            .into_iter()
            .collect()
    }

    /// What is to be kept, if it is something else than `before`.
    pub(super) fn memory_news(&self, before: &Rc<Memory>) -> Option<Effect> {
        let changed = !Rc::ptr_eq(&self.memory, before) && self.memory != *before;
        changed.then(|| Effect::KeepMemory(self.memory.to_text()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Action;

    #[test]
    fn what_was_read_and_folded_is_kept_from_visit_to_visit_and_forgotten_when_asked() {
        let mut state = State::open("");
        let effects = state.reduce(Action::OpenLesson(Some("T7")));
        assert!(effects.contains(&Effect::KeepMemory("read T7\n".to_owned())));
        let effects = state.reduce(Action::Fold(Part::Machine, false));
        let kept = "read T7\nturned machine\n";
        assert_eq!(effects, [Effect::KeepMemory(kept.to_owned())]);
        // A browser may say so twice.
        assert_eq!(state.reduce(Action::Fold(Part::Machine, false)), []);

        let mut next = State::open("v=1&lesson=P1");
        assert!(
            next.memory.read.contains("P1"),
            "a link opens a lesson, too"
        );
        let effects = next.reduce(Action::KeptMemory(kept.to_owned()));
        let both = "read P1 T7\nturned machine\n";
        assert_eq!(effects, [Effect::KeepMemory(both.to_owned())]);
        assert!(!next.memory.is_open(Part::Machine) && !next.memory.is_open(Part::Glossary));

        let kept_again = State::open("v=1&lesson=P1").reduce(Action::KeptMemory(String::new()));
        assert_eq!(kept_again, [Effect::KeepMemory("read P1\n".to_owned())]);

        let effects = next.reduce(Action::ForgetMemory);
        assert_eq!(effects, [Effect::KeepMemory(String::new())]);
        assert!(next.memory.is_empty() && next.memory.is_open(Part::Machine));
        assert_eq!(next.reduce(Action::ForgetMemory), []);
    }

    #[test]
    fn what_is_broken_or_unknown_is_passed_over() {
        for (text, kept) in [
            ("", ""),
            ("{\"read\": [\"P1\"]}", ""),
            (
                "read P1 Z9 P1\nturned cellar glossary",
                "read P1\nturned glossary\n",
            ),
            ("\u{0}read\nread\n\nturned", ""),
        ] {
            assert_eq!(Memory::of_text(text).to_text(), kept, "{text:?}");
        }
    }
}
