//! Files: what is shown, for other programs; and files of others, to be shown.

use super::program::{Program, Written, written};
use super::{Effect, State};
use crate::app::english::files as text;
use crate::experiment::Experiment;
use crate::experiment::scenario::import::{Format, csv};
use crate::export::{self, chrome, gantt_svg, summary};
use crate::sim::MAX_EVENTS;
use serde_json::json;
use std::borrow::Cow;
use std::io;
use std::rc::Rc;

/// A file to download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: Cow<'static, str>,
    /// What it is.
    pub mime: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl File {
    /// A file of JSON.
    #[must_use]
    pub fn json(name: &'static str, text: String) -> Self {
        Self {
            name: name.into(),
            mime: "application/json",
            bytes: text.into_bytes(),
        }
    }

    /// What is in it, as text; empty for what is none.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap_or_default()
    }
}

/// A form that what is shown can be saved in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Export {
    /// What was set up, to be opened again.
    Setup,
    /// The trace for Perfetto and speedscope.
    Trace,
    /// The trace as a table.
    Csv,
    /// All figures.
    Metrics,
    /// A Gantt chart as a picture of lines.
    Svg,
}

impl Export {
    /// All of them, in the order the page offers them.
    pub const ALL: [Self; 5] = [
        Self::Setup,
        Self::Trace,
        Self::Csv,
        Self::Metrics,
        Self::Svg,
    ];

    /// How the file's name ends, and what it is.
    fn kind(self) -> (&'static str, &'static str) {
        match self {
            Self::Setup => ("json", "application/json"),
            Self::Trace => ("trace.json", "application/json"),
            Self::Csv => ("csv", "text/csv"),
            Self::Metrics => ("metrics.json", "application/json"),
            Self::Svg => ("svg", "image/svg+xml"),
        }
    }
}

/// Width of the exported picture, px.
const SVG_WIDTH: u32 = 1_280;

/// What is shown, as a file.
///
/// # Errors
/// None in practice: memory is written to.
fn saved(state: &State, form: Export) -> io::Result<File> {
    let run = &state.predicted.run;
    let title = state.title();
    let mut out = Vec::new();
    match form {
        Export::Setup => match &state.program {
            Some(program) => out.extend_from_slice(program.text.as_bytes()),
            None => {
                let file = json!({ "experiment": state.experiment });
                serde_json::to_writer_pretty(&mut out, &file)?;
            }
        },
        Export::Trace => chrome::write(&mut out, run, &title)?,
        Export::Csv => export::csv::write(&mut out, run)?,
        Export::Metrics => {
            let file = json!({
                "title": title,
                "verdict": summary::verdict(run, MAX_EVENTS),
                "figures": summary::figures_json(run),
            });
            serde_json::to_writer_pretty(&mut out, &file)?;
        }
        Export::Svg => gantt_svg::write(&mut out, run, &title, SVG_WIDTH, MAX_EVENTS)?,
    }
    let (extension, mime) = form.kind();
    Ok(File {
        name: file_name(&title, extension).into(),
        mime,
        bytes: out,
    })
}

/// The name of a file about what is called `title`: `timeslice-4-threads.csv`.
#[must_use]
pub fn file_name(title: &str, extension: &str) -> String {
    let lower = title.to_ascii_lowercase();
    let words = lower.split(|letter: char| letter.is_ascii() && !letter.is_ascii_alphanumeric());
    let mut name = "timeslice".to_owned();
    for word in words.filter(|word| !word.is_empty()) {
        if name.len() + word.len() > 60 {
            break;
        }
        name += "-";
        name += word;
    }
    format!("{name}.{extension}")
}

/// The last file that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Opened {
    /// Its name.
    pub name: String,
    /// What is wrong with it; empty: it is shown.
    pub errors: Vec<String>,
}

impl State {
    /// Saves what is shown.
    pub(super) fn export(&self, form: Export) -> Vec<Effect> {
        // Writing to memory cannot fail.
        let file = saved(self, form).ok();
        file.map(Effect::Download).into_iter().collect()
    }

    /// Shows what is in a file; if that makes no sense, what is shown stays.
    pub(super) fn open_file(&mut self, name: String, text: Result<String, String>) -> Vec<Effect> {
        let read = text.map_err(|error| vec![error]);
        let errors = match read.and_then(|text| document(&name, &text)) {
            Ok(document) => {
                self.problems.clear();
                self.refused.clear();
                self.stale = true;
                self.place.start = false;
                self.put_in(document);
                Vec::new()
            }
            Err(errors) => errors,
        };
        if self.place.dialog.is_none() {
            // It was dropped on the page, so that is where it is said.
            let said = errors.iter().map(|error| format!("{name}: {error}"));
            self.problems.extend(said);
        }
        let effects = if errors.is_empty() {
            vec![Effect::RequestFrame]
        } else {
            Vec::new()
        };
        self.opened = Some(Rc::new(Opened { name, errors }));
        effects
    }

    fn put_in(&mut self, document: Shown) {
        use super::place::Left;
        match document {
            Shown::Sliders(experiment) => {
                self.experiment = *experiment;
                self.program = None;
                self.place.left = Left::Sliders;
            }
            Shown::Program(program) => {
                self.program = Some(Rc::new(program));
                self.place.left = Left::Program;
            }
        }
    }
}

/// What a file is shown as.
enum Shown {
    Sliders(Box<Experiment>),
    Program(Program),
}

fn document(name: &str, text: &str) -> Result<Shown, Vec<String>> {
    let text = match Format::guess(name, text) {
        Format::Json => text,
        // The editor knows one form only.
        Format::Csv => &as_jobs(text)?,
        Format::RtApp => {
            let reason = text::NO_TASK_SET;
            return Err(vec![reason.to_owned()]);
        }
    };
    match written(text) {
        Written::Program(program) => Ok(Shown::Program(program)),
        Written::Sliders(experiment) => Ok(Shown::Sliders(experiment)),
        Written::Wrong(errors) => Err(errors.iter().map(ToString::to_string).collect()),
    }
}

/// A table of jobs as a text for the editor, a line for each job.
fn as_jobs(table: &str) -> Result<String, Vec<String>> {
    let jobs = csv::jobs(table).map_err(|error| vec![error.to_string()])?;
    // Names and numbers only, so this cannot fail.
    let lines = jobs
        .iter()
        .filter_map(|job| serde_json::to_string(job).ok());
    let lines: Vec<_> = lines.collect();
    Ok(format!(
        "{{\n  \"jobs\": [\n    {}\n  ]\n}}\n",
        lines.join(",\n    ")
    ))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
