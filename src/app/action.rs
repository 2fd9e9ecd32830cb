//! What can happen on the page, and what the shell is to do about it.

use super::Speed;
use crate::experiment::{Experiment, Fault, Field, Kernel, PolicyKind, Profile};
use crate::lab::measurement::{Environment, Measurement, Progress};
use crate::lab::trial::{Doing, Happened};

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
    /// A link was opened.
    Open(String),
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
    /// The visitor wants it measured.
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
    /// The visitor wants no more of it.
    StopDoing,
    /// This happened in the lab.
    Happened(Happened),
    /// The browser and the machine are known.
    Environment(Environment),
    /// The visitor wants light instead of dark, or the other way round.
    ToggleTheme,
}

/// What the shell is to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Put this fragment into the address.
    WriteFragment(String),
    /// Send [`Action::Frame`] at the next frame. Asked for again before that,
    /// it is still one frame.
    RequestFrame,
    /// Start the lab.
    StartLab(Experiment),
    /// End whatever the lab is running.
    StopLab,
    /// Begin this in the lab.
    Begin(Doing),
    /// Stop what was begun.
    StopDoing,
    /// Change between light and dark, and remember it.
    ToggleTheme,
}
