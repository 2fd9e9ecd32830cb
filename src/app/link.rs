//! All that is shown, as a link: `#v=1&threads=8&right=charts`.
//!
//! The experiment's own keys are the codec's (`experiment::to_fragment`); here
//! are those of the page. Only what differs from the default is written, so an
//! old link keeps its meaning and a short one stays short. Reading is lenient: a
//! value that makes no sense is reported and ignored, the rest counts.
//!
//! | key | what |
//! |---|---|
//! | `left`, `right` | the tabs of the columns |
//! | `lesson` | the lesson that is open |
//! | `p` | the program's text, packed; `-`: it was too long for a link |
//! | `py` | the Python program's text, likewise; `ex:` and a name: that example |
//! | `a` | the link of the run that is kept to compare with |
//! | `t` | where the playback is, ns, if the visitor has put it there |
//! | `from`, `to` | the part of the run that the timeline shows, ns |
//! | `arrows` | which arrows the timeline shows, if not those of one thread |
//! | `exercise` | an exercise, by its name |
//! | `embed` | the page stands in another one, with these controls |

mod address;
mod pack;

pub use address::{Address, Written};

use super::embed::Embed;
use super::exercise::Exercise;
use super::place::{Left, Right, Tab};
use super::program::{self, DeskAction, Program};
use super::python;
use super::{Kept, Predicted, State};
use crate::app::english::link as text;
use crate::claims;
use crate::experiment::{Costs, Experiment, Problem, Profile, from_fragment, to_fragment};
use crate::plot::{ArrowChoice, Window};
use form_urlencoded::{Serializer, parse};
use pack::{pack, unpack};
use std::rc::Rc;

/// The longest fragment that is written, letters. Browsers take more, but what
/// links travel through (chats, mails, learning platforms) cuts them off.
pub const LONGEST: usize = 8_000;

/// Stands for a program that was too long.
const LEFT_OUT: &str = "-";

/// What the name of an example stands behind.
const EXAMPLE: &str = "ex:";

/// The keys of the page.
const KEYS: [&str; 12] = [
    "left", "right", "lesson", "p", "py", "a", "t", "from", "to", "arrows", "exercise", "embed",
];

/// What a link says. `None`: it does not say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Link {
    /// The experiment. What the link does not set is at its default.
    pub experiment: Experiment,
    /// The program that is shown instead.
    pub program: Option<Rc<Program>>,
    /// The text of the Python program.
    pub python: Option<Rc<str>>,
    /// The tab of the left column.
    pub left: Option<Left>,
    /// The tab of the right column.
    pub right: Option<Right>,
    /// The lesson that is open, by its claim's id.
    pub lesson: Option<&'static str>,
    /// The link of the run to compare with.
    pub kept: Option<String>,
    /// Where the playback is, ns.
    pub playhead: Option<u64>,
    /// The part of the run that the timeline shows.
    pub window: Option<Window>,
    /// Which arrows the timeline shows.
    pub arrows: Option<ArrowChoice>,
    /// The exercise, by its name.
    pub exercise: Option<Rc<str>>,
    /// The controls, if the page stands in another one.
    pub embed: Option<Embed>,
    /// Whether it says nothing of what is run.
    pub names_no_run: bool,
    /// What made no sense, in sentences.
    pub problems: Vec<String>,
}

/// Reads a fragment, with or without the `#`.
#[must_use]
pub fn read(fragment: &str) -> Link {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    let (page, rest): (Vec<_>, Vec<_>) =
        parse(fragment.as_bytes()).partition(|(key, _)| KEYS.contains(&&**key));
    let rest = Serializer::new(String::new()).extend_pairs(rest).finish();
    let decoded = from_fragment(&rest);
    let mut link = Link {
        names_no_run: rest.is_empty(),
        experiment: decoded.experiment,
        problems: decoded.problems.iter().map(ToString::to_string).collect(),
        ..Link::default()
    };
    if let [Problem::Version(_)] = decoded.problems[..] {
        // Who knows what its other keys mean.
        return link;
    }
    let (mut from, mut to) = (None, None);
    for (key, value) in page {
        let read = match &*key {
            "left" => tab(&value).map(|tab| link.left = Some(tab)),
            "right" => tab(&value).map(|tab| link.right = Some(tab)),
            "lesson" => lesson(&value).map(|id| link.lesson = Some(id)),
            "p" => program(&value).map(|program| link.program = Some(program)),
            "py" => python_text(&value).map(|text| link.python = Some(text)),
            "a" => {
                link.kept = Some(value.clone().into_owned());
                Ok(())
            }
            "t" => time(&value).map(|at| link.playhead = Some(at)),
            "from" => time(&value).map(|at| from = Some(at)),
            "to" => time(&value).map(|at| to = Some(at)),
            "arrows" => arrows(&value).map(|arrows| link.arrows = Some(arrows)),
            "exercise" => {
                link.exercise = Some(value.as_ref().into());
                Ok(())
            }
            _ => {
                let (embed, unknown) = Embed::read(&value);
                link.embed = Some(embed);
                unknown_controls(&unknown)
            }
        };
        link.problems.extend(read.err().map(|wrong| {
            match wrong {
                Wrong::Expected(expected) => Problem::BadValue {
                    key: key.clone().into_owned(),
                    value: shortened(&value),
                    expected,
                }
                .to_string(),
                Wrong::Sentence(sentence) => sentence,
            }
        }));
    }
    match (from, to) {
        (None, None) => {}
        (Some(from), Some(to)) if from < to => link.window = Some(Window { from, to }),
        _ => link.problems.push(text::HALF_A_WINDOW.to_owned()),
    }
    link
}

/// What is wrong with a value.
enum Wrong {
    /// This was expected.
    Expected(String),
    /// More than that.
    Sentence(String),
}

fn tab<T: Tab>(key: &str) -> Result<T, Wrong> {
    T::from_key(key).ok_or_else(|| {
        let keys: Vec<_> = T::ALL.iter().map(|tab| tab.key()).collect();
        Wrong::Expected(text::one_of(&keys))
    })
}

fn arrows(key: &str) -> Result<ArrowChoice, Wrong> {
    let mut all = ArrowChoice::ALL.into_iter();
    let found = all.find(|arrows| arrows.key() == key);
    found.ok_or_else(|| Wrong::Expected(ArrowChoice::ALL.map(ArrowChoice::key).join(" or ")))
}

fn lesson(id: &str) -> Result<&'static str, Wrong> {
    let claim = claims::find(id).map(|claim| claim.id);
    claim.ok_or_else(|| Wrong::Expected(text::LESSON_EXPECTED.to_owned()))
}

fn time(value: &str) -> Result<u64, Wrong> {
    let number = value.parse();
    number.map_err(|_| Wrong::Expected(text::TIME_EXPECTED.to_owned()))
}

fn program(packed: &str) -> Result<Rc<Program>, Wrong> {
    // A program that was left unfinished is shown as it was left.
    text_of(packed).map(|text| Rc::new(program::unfinished(&text)))
}

fn text_of(packed: &str) -> Result<String, Wrong> {
    if packed == LEFT_OUT {
        return Err(Wrong::Sentence(text::PROGRAM_LEFT_OUT.to_owned()));
    }
    unpack(packed).ok_or_else(|| Wrong::Sentence(text::PROGRAM_DAMAGED.to_owned()))
}

fn python_text(packed: &str) -> Result<Rc<str>, Wrong> {
    if let Some(key) = packed.strip_prefix(EXAMPLE) {
        let text = python::example(key).map(|example| example.text.into());
        let keys: Vec<_> = python::EXAMPLES.iter().map(|example| example.key).collect();
        return text.ok_or_else(|| Wrong::Expected(text::one_of_examples(EXAMPLE, &keys)));
    }
    text_of(packed).map(Into::into)
}

fn unknown_controls(unknown: &[String]) -> Result<(), Wrong> {
    match unknown {
        [] => Ok(()),
        names => Err(Wrong::Sentence(text::unknown_controls(names))),
    }
}

/// A value in so few letters that it can be said.
fn shortened(value: &str) -> String {
    match value.char_indices().nth(40) {
        Some((at, _)) => format!("{}…", &value[..at]),
        None => value.to_owned(),
    }
}

/// The link of what is run, without the page around it; `None`: it is too long
/// for one.
pub(super) fn of_run(experiment: &Experiment, program: Option<&Program>) -> Option<String> {
    let mut fragment = to_fragment(experiment);
    if let Some(program) = program {
        fragment += "&p=";
        fragment += &pack(&program.text)?;
    }
    Some(fragment)
}

/// Runs what a link kept, to be compared with. `here`: what things cost in this
/// browser, as far as that is known.
fn kept(fragment: &str, here: Option<Costs>) -> (Kept, Vec<String>) {
    let Link {
        experiment,
        program,
        problems,
        ..
    } = read(fragment);
    let costs = match experiment.profile {
        Profile::Ideal => Costs::IDEAL,
        Profile::CPythonLinux => Costs::CPYTHON_LINUX,
        Profile::ThisBrowser => here.unwrap_or(Costs::IDEAL),
    };
    let predicted = match &program {
        Some(program) => Predicted::of_scenario(&program.scenario, here),
        None => Predicted::of(&experiment, &costs),
    };
    let kept = Kept {
        title: program::title(program.as_deref(), &experiment),
        fragment: of_run(&experiment, program.as_deref()).unwrap_or_default(),
        program,
        predicted: Rc::new(predicted),
    };
    (kept, problems)
}

impl State {
    /// Follows a link. `whole`: what it does not name goes back to the default,
    /// so that a link means the same everywhere; else the page around the run
    /// stays as it is.
    pub(super) fn follow(&mut self, fragment: &str, whole: bool) {
        let link = read(fragment);
        self.problems = link.problems;
        // They were about values that nobody sees any more.
        self.refused.clear();
        self.experiment = link.experiment;
        self.program = link.program;
        self.stale = true;
        self.place.start = false;
        self.address.arrive(link.playhead, link.window);
        if let Some(fragment) = link.kept {
            let (kept, problems) = kept(&fragment, self.this_browser);
            self.kept = Some(Rc::new(kept));
            let said = problems.into_iter();
            self.problems
                .extend(said.map(|problem| text::of_kept(&problem)));
        } else if whole {
            self.kept = None;
        }
        if whole || link.left.is_some() {
            self.place.left = link.left.unwrap_or_default();
        }
        if whole || link.right.is_some() {
            self.place.right = link.right.unwrap_or_default();
        }
        if whole || link.lesson.is_some() {
            self.place.lesson = link.lesson;
            if let Some(id) = link.lesson {
                Rc::make_mut(&mut self.memory).read.insert(id);
            }
        }
        if let (Some(id), true, None) = (link.lesson, link.names_no_run, &self.program) {
            // Written by hand: the lesson with its first picture.
            drop(self.open_lesson(Some(id)));
            self.place.left = link.left.unwrap_or(Left::Lessons);
        }
        if whole || link.arrows.is_some() {
            self.place.arrows = link.arrows.unwrap_or_default();
        }
        if whole || link.exercise.is_some() {
            let named = link.exercise.as_deref().and_then(Exercise::from_key);
            // One that this page does not know stays in the link, for one that
            // does.
            self.address.exercise = link.exercise.filter(|_| named.is_none());
            match named {
                Some(exercise) => drop(self.desk(DeskAction::Exercise(exercise))),
                None if self.desk.answering.is_some() => drop(self.desk(DeskAction::EndExercise)),
                None => {}
            }
        }
        if whole || link.embed.is_some() {
            self.place.embedded = link.embed;
        }
        if link.python.is_some() || self.place.left == Left::Python {
            self.follow_python(link.python, whole);
        }
        if self.place.left == Left::Program && self.program.is_none() {
            // An empty desk shows nothing.
            drop(self.desk(DeskAction::FromSliders));
        }
    }
}

/// All that is shown, as a fragment without the `#`.
#[must_use]
pub fn write(state: &State) -> String {
    Written::of(state, state.place.embedded).fragment
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
