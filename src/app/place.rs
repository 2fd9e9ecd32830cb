//! Which parts of the page are shown: what a visitor chooses by tabs and
//! dialogs. It never changes what is computed.

use super::embed::Embed;
use crate::app::english::page as text;
use crate::lessons::guide::Shown;
use crate::plot::ArrowChoice;

/// What the left column shows: what is set up, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Left {
    /// The sliders of an experiment.
    #[default]
    Sliders,
    /// The claims, as a guided path.
    Lessons,
    /// The editor of a scenario.
    Program,
    /// The editor of a Python program, which runs for real.
    Python,
}

/// What the right column shows: what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Right {
    /// Run it for real; throughput, predicted and measured.
    #[default]
    Measure,
    /// All charts.
    Charts,
    /// Who failed, and because of whom.
    Failures,
    /// All numbers.
    Numbers,
    /// Two experiments on one axis.
    Compare,
    /// The visitor's machine: probes, and the grid of processes and threads.
    Machine,
}

/// A tab of a column.
pub trait Tab: Copy + PartialEq + 'static {
    /// All of the column, in the order of the page.
    const ALL: &'static [Self];

    /// Its name in links and for tests.
    fn key(self) -> &'static str;

    /// Its name on the page.
    fn label(self) -> &'static str;

    /// The tab of this name.
    fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|tab| tab.key() == key)
    }
}

impl Tab for Left {
    const ALL: &'static [Self] = &[Self::Sliders, Self::Lessons, Self::Program, Self::Python];

    fn key(self) -> &'static str {
        match self {
            Self::Sliders => "sliders",
            Self::Lessons => "lessons",
            Self::Program => "program",
            Self::Python => "python",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Sliders => text::TAB_SLIDERS,
            Self::Lessons => text::TAB_LESSONS,
            Self::Program => text::TAB_PROGRAM,
            Self::Python => text::TAB_PYTHON,
        }
    }
}

impl Tab for Right {
    const ALL: &'static [Self] = &[
        Self::Measure,
        Self::Charts,
        Self::Failures,
        Self::Numbers,
        Self::Compare,
        Self::Machine,
    ];

    fn key(self) -> &'static str {
        match self {
            Self::Measure => "measure",
            Self::Charts => "charts",
            Self::Failures => "failures",
            Self::Numbers => "numbers",
            Self::Compare => "compare",
            Self::Machine => "machine",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Measure => text::TAB_MEASURE,
            Self::Charts => text::TAB_CHARTS,
            Self::Failures => text::TAB_FAILURES,
            Self::Numbers => text::TAB_NUMBERS,
            Self::Compare => text::TAB_COMPARE,
            Self::Machine => text::TAB_PROBES,
        }
    }
}

/// A dialog over the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialog {
    /// What each key does.
    Keys,
    /// Links, files, pictures, embedding.
    Share,
}

/// What is shown where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// Whether the start screen stands in the middle.
    pub start: bool,
    /// The left column.
    pub left: Left,
    /// The right column.
    pub right: Right,
    /// The lesson that is open, by its claim's id.
    pub lesson: Option<&'static str>,
    /// Which of the lesson's pictures is shown, if it is one of them.
    pub shown: Option<Shown>,
    /// Which arrows the timeline shows.
    pub arrows: ArrowChoice,
    /// The dialog that is open.
    pub dialog: Option<Dialog>,
    /// The controls that are shown if the page stands in another one; `None`:
    /// it stands for itself.
    pub embedded: Option<Embed>,
}
