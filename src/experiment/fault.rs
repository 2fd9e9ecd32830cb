//! Failures put in on purpose.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// An invalid memory access in a thread. The operating system ends the
    /// whole process; the lab does it with a real trap.
    Segfault,
    /// An exception that nobody catches: ends its thread. If that is the only
    /// thread of its process, the process ends with it.
    Exception,
    /// The process is killed from outside (`SIGKILL`, `Worker.terminate()`).
    Kill,
    /// The thread loops for ever inside a call that never gives up the GIL.
    Hang,
}

impl FaultKind {
    /// All of them, in the order the page offers them.
    pub const ALL: [Self; 4] = [Self::Segfault, Self::Exception, Self::Kill, Self::Hang];

    /// Whether it strikes one thread (else: a whole process).
    #[must_use]
    pub fn hits_thread(self) -> bool {
        self != Self::Kill
    }

    /// Short name in links and files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Segfault => "segfault",
            Self::Exception => "exception",
            Self::Kill => "kill",
            Self::Hang => "hang",
        }
    }

    /// Name on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Segfault => "Segfault in a thread",
            Self::Exception => "Exception in a thread",
            Self::Kill => "Kill a process",
            Self::Hang => "Endless loop in a thread",
        }
    }
}

/// When a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// As soon as the target (the thread; for a kill, the process) has
    /// finished this many units.
    Units(u32),
    /// This long after the start of the run, µs. A thread notices at the next
    /// end of a unit, in both arms.
    TimeUs(u32),
}

/// One failure put in on purpose. Process and thread are counted from 0 here
/// and in links, from 1 on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// In which process.
    pub process: u16,
    /// In which of its threads; meaningless for [`FaultKind::Kill`].
    #[serde(default)]
    pub thread: u16,
    /// When.
    pub when: Trigger,
}

impl Fault {
    /// The fault as a short phrase, counted from 1: "segfault in process 1,
    /// thread 2, after 20 units".
    #[must_use]
    pub fn describe(&self) -> String {
        let (process, thread) = (self.process + 1, self.thread + 1);
        let when = match self.when {
            Trigger::Units(1) => "after 1 unit".to_owned(),
            Trigger::Units(units) => format!("after {units} units"),
            Trigger::TimeUs(us) => format!("at {} ms", f64::from(us) / 1e3),
        };
        match self.kind {
            FaultKind::Kill => format!("kill process {process} {when}"),
            kind => {
                let what = match kind {
                    FaultKind::Hang => "endless loop",
                    other => other.key(),
                };
                format!("{what} in process {process}, thread {thread}, {when}")
            }
        }
    }
}

/// `kind.process.thread.trigger`, as in `segfault.0.1.u20` or `kill.2.0.t5000`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}.", self.kind.key(), self.process, self.thread)?;
        match self.when {
            Trigger::Units(units) => write!(f, "u{units}"),
            Trigger::TimeUs(us) => write!(f, "t{us}"),
        }
    }
}

/// Why a text is no fault.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "\"{0}\" is no fault; it should look like segfault.0.1.u20 (kind, process, thread, \
     after 20 units) or kill.0.0.t5000 (at 5000 µs)"
)]
pub struct ParseFaultError(String);

impl FromStr for Fault {
    type Err = ParseFaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| ParseFaultError(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Fault> {
    let mut parts = text.split('.');
    let kind = parts.next()?;
    let kind = FaultKind::ALL.into_iter().find(|k| k.key() == kind)?;
    let process = parts.next()?.parse().ok()?;
    let thread = parts.next()?.parse().ok()?;
    let when = parts.next()?;
    let when = if let Some(units) = when.strip_prefix('u') {
        Trigger::Units(units.parse().ok()?)
    } else {
        Trigger::TimeUs(when.strip_prefix('t')?.parse().ok()?)
    };
    // The page counts from 1, so the largest index must have a successor.
    if parts.next().is_some() || process == u16::MAX || thread == u16::MAX {
        return None;
    }
    Some(Fault {
        kind,
        process,
        thread,
        when,
    })
}
