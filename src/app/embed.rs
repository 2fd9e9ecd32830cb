//! The page inside another one: which of its controls are shown there.

use crate::app::english::embed as text;
use crate::experiment::Field;
use std::fmt;

/// Something that an embedded page may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// What the lesson says.
    Lesson,
    /// The examples to choose from.
    Presets,
    /// Processes, threads and cores at the playhead.
    Machine,
    /// The lanes over time.
    Timeline,
    /// Play, pause, steps, scrubber.
    Play,
    /// Charts of the run.
    Charts,
    /// Run it for real.
    Measure,
    /// The GIL's switch.
    Gil,
    /// The choice of the scheduling policy.
    Policy,
    /// A number of the experiment.
    Field(Field),
}

/// Those that are no number.
const PARTS: [Control; 9] = [
    Control::Lesson,
    Control::Presets,
    Control::Machine,
    Control::Timeline,
    Control::Play,
    Control::Charts,
    Control::Measure,
    Control::Gil,
    Control::Policy,
];

impl Control {
    /// All of them, in the order the page offers them.
    pub fn all() -> impl Iterator<Item = Self> {
        PARTS.into_iter().chain(Field::ALL.map(Self::Field))
    }

    /// Short name in links.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Lesson => "lesson",
            Self::Presets => "presets",
            Self::Machine => "machine",
            Self::Timeline => "timeline",
            Self::Play => "play",
            Self::Charts => "charts",
            Self::Measure => "measure",
            Self::Gil => "gil",
            Self::Policy => "policy",
            Self::Field(field) => field.spec().key,
        }
    }

    /// Name on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Lesson => text::LESSON,
            Self::Presets => text::EXAMPLES,
            Self::Machine => text::MACHINE,
            Self::Timeline => text::TIMELINE,
            Self::Play => text::PLAY,
            Self::Charts => text::CHARTS,
            Self::Measure => text::MEASURE,
            Self::Gil => text::GIL,
            Self::Policy => text::POLICY,
            Self::Field(field) => field.spec().label,
        }
    }

    /// Its place in the set.
    fn bit(self) -> u32 {
        let place = Self::all().position(|control| control == self);
        // All are in the list, so it is found.
        1 << place.unwrap_or(31)
    }
}

/// The controls of an embedded page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Embed(u32);

/// How a link names a page without any control.
const NONE: &str = "none";

impl Default for Embed {
    /// The picture, and what the first question is about.
    fn default() -> Self {
        let chosen = [Control::Timeline, Control::Play, Control::Gil];
        let fields = [Field::Processes, Field::Threads].map(Control::Field);
        let all = chosen.into_iter().chain(fields);
        all.fold(Self(0), |embed, control| embed.with(control, true))
    }
}

impl Embed {
    /// None at all: only the verdict.
    pub const NOTHING: Self = Self(0);

    /// Whether this one is shown.
    #[must_use]
    pub fn shows(self, control: Control) -> bool {
        self.0 & control.bit() != 0
    }

    /// The same with this one shown, or not.
    #[must_use]
    pub fn with(self, control: Control, shown: bool) -> Self {
        if shown {
            Self(self.0 | control.bit())
        } else {
            Self(self.0 & !control.bit())
        }
    }

    /// The numbers that are shown.
    pub fn fields(self) -> impl Iterator<Item = Field> {
        Field::ALL
            .into_iter()
            .filter(move |&field| self.shows(Control::Field(field)))
    }

    /// Reads what [`Embed`]'s `Display` writes, and says which names in it
    /// nobody knows. Empty: the default.
    #[must_use]
    pub fn read(text: &str) -> (Self, Vec<String>) {
        if text.is_empty() {
            return (Self::default(), Vec::new());
        }
        let mut unknown = Vec::new();
        let mut embed = Self::NOTHING;
        for name in text.split('.').filter(|&name| name != NONE) {
            match Control::all().find(|control| control.key() == name) {
                Some(control) => embed = embed.with(control, true),
                None => unknown.push(name.to_owned()),
            }
        }
        (embed, unknown)
    }
}

/// `timeline.play.threads`
impl fmt::Display for Embed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = Control::all().filter(|&control| self.shows(control));
        let keys: Vec<_> = shown.map(Control::key).collect();
        match &keys[..] {
            [] => f.write_str(NONE),
            keys => f.write_str(&keys.join(".")),
        }
    }
}

/// The lines of HTML that put the page at `address` into another one.
#[must_use]
pub fn snippet(address: &str, title: &str) -> String {
    format!(
        "<iframe src=\"{}\"\n  title=\"{}\" width=\"600\" height=\"400\"\n  \
         allow=\"cross-origin-isolated\" loading=\"lazy\" style=\"border: 0; max-width: 100%\"></iframe>",
        escaped(address),
        escaped(&text::title(title))
    )
}

/// A text as it must stand in an attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(text: &str, expect: Expect) {
        let (embed, unknown) = Embed::read(text);
        expect.assert_eq(&format!("{embed} {unknown:?}"));
        assert_eq!(Embed::read(&embed.to_string()), (embed, Vec::new()));
    }

    #[test]
    fn controls_are_read_and_what_nobody_knows_is_said() {
        check("", expect!["timeline.play.gil.procs.threads []"]);
        check("none", expect!["none []"]);
        check("threads.play", expect!["play.threads []"]);
        check(
            "play.clock.play..cores",
            expect![[r#"play.cores ["clock", ""]"#]],
        );
        check("moon", expect![[r#"none ["moon"]"#]]);
    }

    #[test]
    fn every_set_survives() {
        assert!(Control::all().count() <= 31);
        for (index, one) in Control::all().enumerate() {
            for other in Control::all().skip(index) {
                let embed = Embed::NOTHING.with(one, true).with(other, true);
                assert_eq!(Embed::read(&embed.to_string()), (embed, Vec::new()));
                assert!(!embed.with(one, false).shows(one));
            }
        }
    }

    #[test]
    fn the_snippet_is_right_html() {
        expect![[r#"
            <iframe src="https://a/#v=1&amp;embed=play"
              title="Timeslice: &quot;4 &lt; 5&quot;" width="600" height="400"
              allow="cross-origin-isolated" loading="lazy" style="border: 0; max-width: 100%"></iframe>"#]]
        .assert_eq(&snippet("https://a/#v=1&embed=play", "\"4 < 5\""));
    }
}
