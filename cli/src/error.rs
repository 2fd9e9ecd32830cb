//! What can go wrong, and which exit status says so.

use std::io::{self, Write};
use std::process::ExitCode;
use thiserror::Error;
use timeslice::experiment::scenario::SubstituteError;
use timeslice::experiment::scenario::import::ImportError;
use timeslice::sim::RunError;

/// Why a command did not do what it was asked to.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// The run has what `--fail-on` names.
    #[error("{0}")]
    FailOn(String),
    /// Options that make no sense.
    #[error("{0}")]
    Usage(String),
    /// A file says something that makes no sense.
    #[error("{file}:{}", spaced(problem))]
    Input {
        /// Which file.
        file: String,
        /// What is wrong with it, and where.
        problem: InputProblem,
    },
    /// A file cannot be read or written.
    #[error("{what}: {error}")]
    Io {
        /// Which file, or which stream.
        what: String,
        /// What the system said.
        error: io::Error,
    },
}

/// What is wrong with an input.
#[derive(Debug, Error)]
pub(crate) enum InputProblem {
    #[error("the file is not UTF-8 text; the first wrong byte is at {0}")]
    NotText(usize),
    #[error("the file has more than {0} bytes; no more are read")]
    TooLong(usize),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error("{}", indented(.0))]
    Run(#[from] RunError),
    #[error("--set {path}={value}: {reason}")]
    Set {
        path: String,
        value: String,
        reason: String,
    },
    #[error(transparent)]
    Path(#[from] SubstituteError),
}

/// What begins on a line of its own needs no blank before it.
fn spaced(problem: &InputProblem) -> String {
    let text = problem.to_string();
    if text.starts_with('\n') {
        text
    } else {
        format!(" {text}")
    }
}

/// Several lines begin on one of their own.
fn indented(error: &RunError) -> String {
    let text = error.to_string();
    if text.contains('\n') {
        format!("\n  {}", text.replace('\n', "\n  "))
    } else {
        text
    }
}

impl Failure {
    /// Failures of stdout.
    pub(crate) fn stdout(error: io::Error) -> Self {
        Self::Io {
            what: "standard output".to_owned(),
            error,
        }
    }

    /// Says it on stderr, unless nobody listens any more.
    pub(crate) fn report(&self) -> ExitCode {
        if let Self::Io { error, .. } = self
            && error.kind() == io::ErrorKind::BrokenPipe
        {
            return ExitCode::SUCCESS;
        }
        // If stderr is gone, too, the exit status has to do.
        let _ = writeln!(io::stderr(), "timeslice: {self}");
        ExitCode::from(match self {
            Self::FailOn(_) => 1,
            Self::Usage(_) => 2,
            Self::Input { .. } => 3,
            Self::Io { .. } => 4,
        })
    }
}
