//! What can happen on the page, and what the shell is to do about it.

use super::Speed;
use super::files::{Export, File};
use super::memory::Part;
use super::place::{Dialog, Left, Right};
use super::program::{DeskAction, Example};
use super::python::PythonAction;
use crate::experiment::{Experiment, Fault, Field, Kernel, PolicyKind, Profile};
use crate::lab::measurement::{Environment, Measurement, Progress};
use crate::lab::python::Work;
use crate::lab::trial::{Doing, Happened, Report};
use crate::lessons::guide::Shown;
use crate::plot::{ArrowChoice, Window};

/// What can happen.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// The visitor entered a number.
    SetField(Field, u32),
    /// The visitor entered something that is no number.
    NotANumber(Field, String),
    /// The visitor switched the GIL.
    SetGil(bool),
    /// The visitor chose a policy.
    SetPolicy(PolicyKind),
    /// The visitor chose a kernel.
    SetKernel(Kernel),
    /// The visitor chose a cost profile.
    SetProfile(Profile),
    /// The visitor added a fault.
    AddFault(Fault),
    /// The visitor changed a fault, given by its index.
    SetFault(usize, Fault),
    /// The visitor removed a fault, given by its index.
    RemoveFault(usize),
    /// The visitor has let go of a slider: what comes next is another step.
    Settle,
    /// The visitor chose this to run: a preset, an example. What its link does
    /// not name of the page around it stays as it is.
    Open(String),
    /// A link was followed: all of the page is as it says.
    Follow(String),
    /// The visitor opened a file.
    OpenFile {
        /// Its name.
        name: String,
        /// What is in it, or why it could not be read.
        text: Result<String, String>,
    },
    /// The visitor wants what is shown as a file.
    Export(Export),
    /// The visitor wants the timeline as a picture of pixels.
    ExportPng,
    /// The visitor wants the last step taken back.
    Undo,
    /// The visitor wants the step again that was taken back.
    Redo,
    /// The visitor has read the problems.
    DismissProblems,
    /// A frame is about to be drawn; the time is in ms.
    Frame(f64),
    /// The visitor moved the playhead, ns.
    Seek(u64),
    /// The visitor pressed play or pause.
    TogglePlay,
    /// The visitor stepped to the next (`true`) or previous change.
    Step(bool),
    /// The visitor chose a speed.
    SetSpeed(Speed),
    /// The visitor wants it measured: the Python program where that is shown,
    /// else the experiment's kernel.
    RunLab,
    /// The visitor wants no more of it.
    StopLab,
    /// The lab could not start or broke off, with the reason.
    LabRefused(String),
    /// The lab is on its way.
    LabProgress(Progress),
    /// The lab waits (`true`) because the page is hidden, or begins again.
    LabPaused(bool),
    /// The lab was stopped before it could measure.
    LabStopped,
    /// The lab has measured, all of it or up to a stop.
    LabDone(Box<Measurement>),
    /// The visitor wants the lab to do this.
    Begin(Doing),
    /// The visitor wants all claims measured, one after the other.
    MeasureAll,
    /// The visitor wants no more of it.
    StopDoing,
    /// This happened in the lab.
    Happened(Happened),
    /// The visitor opened this claim: what does the simulator say of it?
    Simulate(&'static str),
    /// The page has a moment for the next claim that was not simulated yet.
    SimulateNext,
    /// The visitor wants all findings in a file; the time is in ms since 1970.
    ExportFindings(f64),
    /// The visitor wants what the probes found as a file.
    ExportProbes,
    /// The visitor wants what the probes found forgotten, on the page and in
    /// the browser's storage.
    ForgetProbes,
    /// What an earlier visit kept of its probes, as it was stored. Comes after
    /// [`Action::Environment`], which it is compared with.
    KeptProbes(String),
    /// What an earlier visit kept of what was read and folded, as it was stored.
    KeptMemory(String),
    /// The visitor wants what was read and folded forgotten, on the page and in
    /// the browser's storage.
    ForgetMemory,
    /// The visitor folded a part of the page, or unfolded it (`true`).
    Fold(Part, bool),
    /// A newer version of the page is there, for the next time it is loaded.
    NewerVersion,
    /// The visitor wants the newer version now.
    Reload,
    /// Nothing has changed, but all is to be drawn again: the colours are others.
    Redraw,
    /// The browser and the machine are known.
    Environment(Environment),
    /// The visitor wants light instead of dark, or the other way round.
    ToggleTheme,
    /// The visitor chose a tab of the left column.
    ShowLeft(Left),
    /// The visitor chose a tab of the right column.
    ShowRight(Right),
    /// The visitor opened a lesson, by its claim's id, or went back to the list.
    OpenLesson(Option<&'static str>),
    /// The visitor wants this picture of the lesson that is open.
    Show(Shown),
    /// The visitor has seen the start screen.
    CloseStart,
    /// The visitor opened a dialog, or closed it.
    OpenDialog(Option<Dialog>),
    /// The visitor wants the timeline to show this part of the run.
    Zoom(Option<Window>),
    /// The visitor wants these arrows on the timeline.
    ShowArrows(ArrowChoice),
    /// The visitor picked a thread out, by its index in the trace.
    Pick(Option<u32>),
    /// The visitor wrote this program, or opened it.
    Write(String),
    /// Something happened in the Program tab.
    Desk(DeskAction),
    /// Something happened in the Python tab, or was told of its program.
    Python(PythonAction),
    /// The visitor wants to compare others with this run.
    Keep,
    /// The visitor wants no comparison any more.
    Unkeep,
    /// The visitor wants the run that was kept shown.
    OpenKept,
    /// The visitor wants the run that was kept shown, and this one kept.
    Swap,
    /// The visitor wants these compared: the index of one of
    /// [`PAIRS`](super::compare::PAIRS).
    ComparePair(usize),
}

impl Action {
    /// Whether it only tells how far a run in the lab is, so that the parts of
    /// the page that do not show that need not be drawn again.
    #[must_use]
    pub fn is_progress(&self) -> bool {
        matches!(
            self,
            Self::LabProgress(_)
                | Self::Python(
                    PythonAction::Loading(..) | PythonAction::NotLoaded(_) | PythonAction::Told(_)
                )
        )
    }

    /// Whether it only concerns trials, probes and sweeps while they run, so
    /// that the parts of the page that show the experiment need not be drawn
    /// again.
    #[must_use]
    pub fn is_about_the_bench(&self) -> bool {
        match self {
            Self::Begin(_)
            | Self::MeasureAll
            | Self::StopDoing
            | Self::Simulate(_)
            | Self::SimulateNext
            | Self::ExportFindings(_) => true,
            // What was measured may change what things cost.
            Self::Happened(happened) => !matches!(
                happened,
                Happened::Done(Report::Probes(_)) | Happened::Part(Report::Probes(_))
            ),
            _ => false,
        }
    }
}

/// What the shell is to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Put this fragment into the address.
    WriteFragment(String),
    /// Send [`Action::Frame`] at the next frame. Asked for again before that,
    /// it is still one frame.
    RequestFrame,
    /// Start the lab: with this layout, and this work.
    StartLab(Experiment, Work),
    /// End whatever the lab is running.
    StopLab,
    /// Begin this in the lab.
    Begin(Doing),
    /// Stop what was begun.
    StopDoing,
    /// Send [`Action::SimulateNext`] when the page has a moment.
    SimulateNext,
    /// Keep what the probes found for the next visit: this text.
    KeepProbes(String),
    /// Forget what was kept of probes.
    ForgetProbes,
    /// Keep what was read and folded for the next visit: this text. An empty one
    /// is nothing to keep.
    KeepMemory(String),
    /// Load the Python interpreter, and send [`PythonAction::Loading`].
    LoadPython,
    /// Load the page anew.
    Reload,
    /// Fetch this example, and send [`DeskAction::Fetched`].
    Fetch(Example),
    /// Offer a file to download.
    Download(File),
    /// Offer the timeline as it is drawn as a picture to download, under this
    /// name.
    DownloadPng(String),
    /// Change between light and dark, and remember it.
    ToggleTheme,
}
