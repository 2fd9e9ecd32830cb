//! The guided path: for each claim a text that reads without touching
//! anything, the pictures that go with it, steps to try, and sources.
//!
//! The texts are data, one file a family. A word in `[[double brackets]]` is a
//! term of the glossary (`[[word|term]]` where it is inflected).

mod beyond;
mod gil;
mod processes;
mod scheduling;
mod sources;
mod threads;
mod ways;

#[cfg(test)]
mod tests;

use crate::claims::{self, Claim};
use crate::experiment::scenario::Scenario;

/// What there is to read about a claim, and to try.
#[derive(Debug, Clone, Copy)]
pub struct Guide {
    /// The claim's id.
    pub id: &'static str,
    /// Its title in the list, a few words.
    pub title: &'static str,
    /// What it means, why, and what is to be seen: paragraphs.
    pub text: &'static [&'static str],
    /// The pictures to choose from; the first is shown when it is opened.
    pub views: &'static [View],
    /// What to try, in order.
    pub steps: &'static [Step],
    /// Where it can be read up.
    pub sources: &'static [Source],
}

/// A picture of a lesson.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// Its name, a word or two.
    pub name: &'static str,
    /// What is shown.
    pub scene: Scene,
}

/// Something to try.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// What it does: the words on its button.
    pub does: &'static str,
    /// What is shown then.
    pub scene: Scene,
    /// What to look at, in a sentence.
    pub look: &'static str,
}

/// What the middle of the page shows.
#[derive(Debug, Clone, Copy)]
pub enum Scene {
    /// The sliders as this fragment of a link sets them.
    Sliders(&'static str),
    /// The scenario of the claim's arm of this index.
    Arm(usize),
    /// The same, changed.
    Changed(usize, fn(&mut Scenario)),
}

/// A page to read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// What it is.
    pub title: &'static str,
    /// Where it is.
    pub url: &'static str,
}

/// One of a lesson's pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shown {
    /// That of [`Guide::views`] with this index.
    View(usize),
    /// That of [`Guide::steps`] with this index.
    Step(usize),
}

impl Guide {
    /// The claim.
    ///
    /// # Panics
    /// If there is no claim of this id; the tests try all.
    #[must_use]
    pub fn claim(&self) -> &'static Claim {
        claims::find(self.id).expect("every guide is of a claim")
    }

    /// A picture's name and what it shows; `None`: there are not so many.
    #[must_use]
    pub fn scene(&self, shown: Shown) -> Option<(&'static str, Scene)> {
        match shown {
            Shown::View(index) => self.views.get(index).map(|view| (view.name, view.scene)),
            Shown::Step(index) => self.steps.get(index).map(|step| (step.does, step.scene)),
        }
    }

    /// The scenario of a scene that has one, named for the page; `None`: it is
    /// set with sliders, or the claim has no such arm.
    #[must_use]
    pub fn scenario(&self, shown: Shown) -> Option<Scenario> {
        let (name, scene) = self.scene(shown)?;
        let (index, change): (_, Option<fn(&mut Scenario)>) = match scene {
            Scene::Sliders(_) => return None,
            Scene::Arm(index) => (index, None),
            Scene::Changed(index, change) => (index, Some(change)),
        };
        let mut arms = self.claim().arms();
        if index >= arms.len() {
            return None;
        }
        let mut scenario = arms.swap_remove(index).scenario;
        scenario.name = format!("{}, {name}", self.id);
        scenario.about = match shown {
            Shown::View(_) => String::new(),
            Shown::Step(index) => self.steps[index].look.to_owned(),
        };
        if let Some(change) = change {
            change(&mut scenario);
        }
        Some(scenario)
    }
}

/// Lessons about one thing.
#[derive(Debug, Clone, Copy)]
pub struct Chapter {
    /// About what.
    pub name: &'static str,
    /// Identifier for tests and styles.
    pub id: &'static str,
    /// The lessons, in the order in which they are best read.
    pub guides: &'static [Guide],
}

/// The whole path, in the order in which it is best read.
pub const PATH: &[Chapter] = &[
    chapter("Processes", "processes", processes::GUIDES),
    chapter("Threads", "threads", threads::GUIDES),
    chapter("The GIL", "gil", gil::GUIDES),
    chapter("Ways round it", "ways", ways::GUIDES),
    chapter("Multiprocessing", "multiprocessing", ways::MULTIPROCESSING),
    chapter("When it goes wrong", "beyond", beyond::GUIDES),
    chapter("Scheduling", "scheduling", scheduling::GUIDES),
];

const fn chapter(name: &'static str, id: &'static str, guides: &'static [Guide]) -> Chapter {
    Chapter { name, id, guides }
}

/// All lessons of the path, in its order.
pub fn path() -> impl Iterator<Item = &'static Guide> {
    PATH.iter().flat_map(|chapter| chapter.guides)
}

/// The guide to the claim of this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Guide> {
    path().find(|guide| guide.id == id)
}

/// The lessons before and after that of this id on the path.
#[must_use]
pub fn neighbours(id: &str) -> (Option<&'static Guide>, Option<&'static Guide>) {
    let place = path().position(|guide| guide.id == id);
    let at = |place: Option<usize>| place.and_then(|place| path().nth(place));
    (
        at(place.and_then(|place| place.checked_sub(1))),
        at(place.map(|place| place + 1)),
    )
}

const fn sliders(name: &'static str, fragment: &'static str) -> View {
    View {
        name,
        scene: Scene::Sliders(fragment),
    }
}

const fn arm(name: &'static str, index: usize) -> View {
    View {
        name,
        scene: Scene::Arm(index),
    }
}

const fn step(does: &'static str, scene: Scene, look: &'static str) -> Step {
    Step { does, scene, look }
}

/// A step that sets sliders.
const fn slide(does: &'static str, fragment: &'static str, look: &'static str) -> Step {
    step(does, Scene::Sliders(fragment), look)
}

/// A step that changes an arm of the claim.
const fn change(
    does: &'static str,
    index: usize,
    how: fn(&mut Scenario),
    look: &'static str,
) -> Step {
    step(does, Scene::Changed(index, how), look)
}
