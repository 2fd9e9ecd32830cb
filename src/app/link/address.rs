//! What the page's address holds, and writing it.

use super::{EXAMPLE, LEFT_OUT, LONGEST, pack};
use crate::app::State;
use crate::app::embed::Embed;
use crate::app::english::share as text;
use crate::app::place::{Left, Tab};
use crate::app::program::Program;
use crate::app::python::{EXAMPLES, example_of};
use crate::experiment::to_fragment;
use crate::plot::Window;
use form_urlencoded::Serializer;
use std::rc::Rc;

/// What the page remembers of links.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Address {
    /// The exercise that the link names.
    pub exercise: Option<Rc<str>>,
    /// What stands in the address, as far as the page knows.
    shown: Rc<str>,
    /// The program that was packed last, for packing takes its time.
    packed: Option<Packed>,
    /// The same of the Python program.
    packed_python: Option<PackedText>,
    /// Where the link wants the picture, until there is one.
    arriving: Option<(Option<u64>, Option<Window>)>,
}

#[derive(Debug, Clone)]
struct Packed {
    program: Rc<Program>,
    text: Option<Rc<str>>,
}

impl PartialEq for Packed {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.program, &other.program)
    }
}

/// A text, and what it was packed to.
#[derive(Debug, Clone)]
struct PackedText {
    text: Rc<str>,
    packed: Option<Rc<str>>,
}

impl PartialEq for PackedText {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.text, &other.text)
    }
}

impl PackedText {
    fn of(text: &Rc<str>) -> Self {
        let packed = match example_of(text) {
            Some(example) => Some(format!("{EXAMPLE}{}", example.key)),
            None => pack(text),
        };
        Self {
            text: Rc::clone(text),
            packed: packed.map(Into::into),
        }
    }
}

impl Address {
    /// The next picture is to be shown like this.
    pub(super) fn arrive(&mut self, playhead: Option<u64>, window: Option<Window>) {
        self.arriving = Some((playhead, window));
    }

    /// The next picture is of something else.
    pub(in crate::app) fn forget_arrival(&mut self) {
        self.arriving = None;
    }

    /// The text of `program`, packed, if it was packed before.
    fn packed(&self, program: &Rc<Program>) -> Option<Option<Rc<str>>> {
        let packed = self.packed.as_ref()?;
        Rc::ptr_eq(&packed.program, program).then(|| packed.text.clone())
    }
}

/// A link, and what it could not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The fragment, without the `#`.
    pub fragment: String,
    /// What was left out because it is too long for a link, in words.
    pub left_out: Vec<&'static str>,
}

impl Written {
    /// All that is shown, with these controls only if the page stands in
    /// another one.
    #[must_use]
    pub fn of(state: &State, embed: Option<Embed>) -> Self {
        let mut out = Serializer::new(to_fragment(&state.experiment));
        let place = &state.place;
        if place.left != Default::default() {
            out.append_pair("left", place.left.key());
        }
        if place.right != Default::default() {
            out.append_pair("right", place.right.key());
        }
        if let Some(lesson) = place.lesson {
            out.append_pair("lesson", lesson);
        }
        let (playhead, window) = shown(state);
        if let Some(playhead) = playhead {
            out.append_pair("t", &playhead.to_string());
        }
        if let Some(window) = window {
            out.append_pair("from", &window.from.to_string());
            out.append_pair("to", &window.to.to_string());
        }
        if place.arrows != Default::default() {
            out.append_pair("arrows", place.arrows.key());
        }
        let exercise = state.exercise_key();
        if let Some(exercise) = exercise.as_deref().or(state.address.exercise.as_deref()) {
            out.append_pair("exercise", exercise);
        }
        if let Some(embed) = embed {
            out.append_pair("embed", &embed.to_string());
        }
        let mut fragment = out.finish();
        let mut left_out = Vec::new();
        // An exercise's program is made from its name.
        if let (Some(program), None) = (&state.program, exercise) {
            let packed = match state.address.packed(program) {
                Some(packed) => packed,
                None => pack(&program.text).map(Into::into),
            };
            let fits = packed.filter(|packed| fragment.len() + packed.len() + 3 <= LONGEST);
            if fits.is_none() {
                left_out.push(text::LEFT_OUT_PROGRAM);
            }
            fragment += "&p=";
            fragment += fits.as_deref().unwrap_or(LEFT_OUT);
        }
        // The first example is there anyhow.
        let text = &state.python.text;
        if place.left == Left::Python && **text != *EXAMPLES[0].text {
            let packed = match &state.address.packed_python {
                Some(packed) if Rc::ptr_eq(&packed.text, text) => packed.packed.clone(),
                _ => PackedText::of(text).packed,
            };
            let fits = packed.filter(|packed| fragment.len() + packed.len() + 4 <= LONGEST);
            if fits.is_none() {
                left_out.push(text::LEFT_OUT_PROGRAM);
            }
            fragment += "&py=";
            fragment += fits.as_deref().unwrap_or(LEFT_OUT);
        }
        if let Some(kept) = &state.kept {
            let mut pair = Serializer::new(String::new());
            let pair = pair.append_pair("a", &kept.fragment).finish();
            if kept.fragment.is_empty() || fragment.len() + pair.len() + 1 > LONGEST {
                left_out.push(text::LEFT_OUT_KEPT);
            } else {
                fragment += "&";
                fragment += &pair;
            }
        }
        Self { fragment, left_out }
    }
}

/// Playhead and window as far as a link names them: not while it plays, and not
/// before the picture that they belong to is there.
fn shown(state: &State) -> (Option<u64>, Option<Window>) {
    if state.stale {
        return state.address.arriving.unwrap_or_default();
    }
    let stands = state.playing.is_none() && !state.parked;
    (stands.then_some(state.playhead), state.window)
}

impl State {
    /// What is to be written into the address; `None`: it stands there.
    pub(in crate::app) fn address_news(&mut self) -> Option<String> {
        self.pack_program();
        let fragment = super::write(self);
        (*fragment != *self.address.shown).then(|| {
            self.address.shown = fragment.as_str().into();
            fragment
        })
    }

    /// This stands in the address now.
    pub(in crate::app) fn address_is(&mut self, fragment: &str) {
        self.address.shown = fragment.into();
    }

    fn pack_program(&mut self) {
        if self.place.left == Left::Python {
            let packed = self.address.packed_python.as_ref();
            let text = &self.python.text;
            if packed.is_none_or(|packed| !Rc::ptr_eq(&packed.text, text)) {
                self.address.packed_python = Some(PackedText::of(text));
            }
        }
        let Some(program) = &self.program else {
            return;
        };
        if self.address.packed(program).is_none() {
            self.address.packed = Some(Packed {
                text: pack(&program.text).map(Into::into),
                program: Rc::clone(program),
            });
        }
    }

    /// Shows the new picture as the link wanted it, if one did.
    pub(in crate::app) fn arrive(&mut self) {
        let Some((playhead, window)) = self.address.arriving.take() else {
            return;
        };
        let end = self.predicted.run.trace.end;
        if let Some(playhead) = playhead {
            self.playhead = playhead.min(end);
            self.parked = false;
        }
        // One that lies behind the end shows nothing; then all is shown.
        self.window = window.filter(|window| window.from < end).map(|window| {
            let whole = Window::whole(end);
            Window {
                from: window.from,
                to: window.to.min(whole.to),
            }
        });
    }
}
