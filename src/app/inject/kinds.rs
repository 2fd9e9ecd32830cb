//! Who can fail, how and when.

use crate::app::english::inject as text;
use crate::experiment::FaultKind;

/// Who is to fail, by the numbers of the trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A whole process.
    Process(u32),
    /// One thread.
    Thread(u32),
}

/// What is to happen to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strike {
    /// An exception that nobody catches.
    Exception,
    /// An invalid memory access.
    Segfault,
    /// An endless loop that keeps the GIL.
    Hang,
    /// Its process is killed from outside.
    KillProcess,
    /// The thread alone is to be killed: refused.
    KillThread,
}

impl Strike {
    /// All of them, in the order the page offers them.
    pub const ALL: [Self; 5] = [
        Self::Segfault,
        Self::Exception,
        Self::Hang,
        Self::KillProcess,
        Self::KillThread,
    ];

    /// Name on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Exception => text::EXCEPTION,
            Self::Segfault => text::SEGFAULT,
            Self::Hang => text::HANG,
            Self::KillProcess => text::KILL_PROCESS,
            Self::KillThread => text::KILL_THREAD,
        }
    }

    /// The sliders' kind; `None`: there is none.
    pub(super) fn kind(self) -> Option<FaultKind> {
        match self {
            Self::Exception => Some(FaultKind::Exception),
            Self::Segfault => Some(FaultKind::Segfault),
            Self::Hang => Some(FaultKind::Hang),
            Self::KillProcess => Some(FaultKind::Kill),
            Self::KillThread => None,
        }
    }
}

/// When it is to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Half-way through the target's work or life.
    HalfWay,
    /// At the time of the playhead.
    Playhead,
    /// After as many units as it has done by then.
    UnitsDone,
}

impl Moment {
    /// All of them, in the order the page offers them.
    pub const ALL: [Self; 3] = [Self::HalfWay, Self::Playhead, Self::UnitsDone];
}

/// A failure that is to be put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Injection {
    /// Into whom.
    pub target: Target,
    /// Which.
    pub strike: Strike,
    /// When.
    pub moment: Moment,
}
