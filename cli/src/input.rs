//! Reading what is to be run.

use crate::args::Options;
use crate::error::{Failure, InputProblem};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use timeslice::experiment::PolicyKind;
use timeslice::experiment::scenario::import::Format;
use timeslice::experiment::scenario::{Document, MAX_FILE_BYTES, POLICIES, PolicyInfo, PolicySpec};
use timeslice::sim::{Limits, Overrides, Run, run_document};

/// A file that was read.
pub(crate) struct Input {
    /// Its name, for messages.
    pub(crate) name: String,
    /// What stands in it.
    pub(crate) text: String,
    /// Its form.
    pub(crate) format: Format,
    /// What it describes, with a policy that was asked for by name.
    pub(crate) document: Document,
}

impl Input {
    pub(crate) fn read(path: &Path, options: &Options) -> Result<Self, Failure> {
        let name = if path == "-" {
            "standard input".to_owned()
        } else {
            path.display().to_string()
        };
        let bytes = read_bytes(path).map_err(|error| Failure::Io {
            what: name.clone(),
            error,
        })?;
        let wrong = |problem| Failure::Input {
            file: name.clone(),
            problem,
        };
        if bytes.len() > MAX_FILE_BYTES {
            return Err(wrong(InputProblem::TooLong(MAX_FILE_BYTES)));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let place = error.utf8_error().valid_up_to();
            wrong(InputProblem::NotText(place))
        })?;
        let format = match options.format {
            Some(format) => format.into(),
            None if path == "-" => Format::guess("", &text),
            None => Format::guess(&name, &text),
        };
        let document = format
            .read(&text, options.cores.unwrap_or(1))
            .map_err(|error| wrong(error.into()))?;
        Ok(Self {
            name,
            text,
            format,
            document,
        })
    }

    /// What stands in the file about itself.
    pub(crate) fn title(&self) -> &str {
        match &self.document {
            Document::Scenario(scenario) => &scenario.name,
            Document::Experiment(_) => "",
        }
    }

    /// Runs it.
    pub(crate) fn run(&self, options: &Options, trace: bool) -> Result<Run, Failure> {
        run_with(self.document.clone(), options, trace).map_err(|error| match error {
            RunFailure::Usage(failure) => failure,
            RunFailure::Input(problem) => Failure::Input {
                file: self.name.clone(),
                problem,
            },
        })
    }
}

/// Why a document was not run.
pub(crate) enum RunFailure {
    Usage(Failure),
    Input(InputProblem),
}

/// Runs `document` with `options` in place of what it says.
pub(crate) fn run_with(
    mut document: Document,
    options: &Options,
    trace: bool,
) -> Result<Run, RunFailure> {
    let mut overrides = Overrides {
        seed: options.seed,
        until: options.until,
        cores: options.cores,
        policy: None,
    };
    if let Some(wanted) = &options.policy {
        match (&mut document, kind(wanted)) {
            // By its name alone it keeps the experiment's slice.
            (Document::Experiment(experiment), Some(kind)) => experiment.policy = kind,
            _ => overrides.policy = Some(policy(wanted).map_err(RunFailure::Usage)?),
        }
    }
    let limits = Limits {
        max_events: options.max_events,
        trace,
    };
    run_document(document, &overrides, limits)
        .map_err(|error| RunFailure::Input(InputProblem::Run(error)))
}

fn kind(name: &str) -> Option<PolicyKind> {
    PolicyKind::ALL.into_iter().find(|kind| kind.key() == name)
}

/// A policy by its name or as JSON.
fn policy(wanted: &str) -> Result<PolicySpec, Failure> {
    if wanted.trim_start().starts_with('{') {
        return serde_json::from_str(wanted)
            .map_err(|error| Failure::Usage(format!("--policy {wanted}: {error}")));
    }
    let known = PolicyInfo::of(wanted).and_then(PolicyInfo::usual);
    known.ok_or_else(|| {
        let names: Vec<&str> = POLICIES.iter().map(|info| info.kind).collect();
        let names = names.join(", ");
        Failure::Usage(format!(
            "--policy {wanted}: there is no such policy; there are {names}"
        ))
    })
}

/// All of a file, but no more than shows that it is too long.
fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let limit = MAX_FILE_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    if path == "-" {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}
