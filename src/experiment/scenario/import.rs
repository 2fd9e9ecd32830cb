//! Files of any form we know, turned into documents.

pub mod csv;
mod json;
pub mod rt_app;

use super::{Document, FileError};
use thiserror::Error;

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Our own: a scenario, an experiment or a list of jobs.
    Json,
    /// A table of jobs.
    Csv,
    /// A task set of rt-app.
    RtApp,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ImportError {
    /// As our own form.
    #[error(transparent)]
    Json(#[from] FileError),
    /// As a table of jobs.
    #[error(transparent)]
    Csv(#[from] csv::CsvError),
    /// As a task set of rt-app.
    #[error(transparent)]
    RtApp(#[from] rt_app::RtAppError),
}

impl Format {
    /// What a file is, by the end of its name, else by what is in it.
    #[must_use]
    pub fn guess(name: &str, text: &str) -> Self {
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        if extension.eq_ignore_ascii_case("csv") {
            return Self::Csv;
        }
        let is_json = extension.eq_ignore_ascii_case("json")
            || text.trim_start().starts_with(['{', '[', '/']);
        if !is_json {
            return Self::Csv;
        }
        match crate::experiment::json::tree(&json::without_comments(text)) {
            Ok(tree) if tree.has("tasks") => Self::RtApp,
            _ => Self::Json,
        }
    }

    /// Reads a file of this form. `cores` is the machine of a task set, which
    /// has none of its own.
    ///
    /// # Errors
    /// The first thing in it that makes no sense, and where.
    pub fn read(self, text: &str, cores: u16) -> Result<Document, ImportError> {
        Ok(match self {
            Self::Json => super::read(text)?,
            Self::Csv => Document::Scenario(Box::new(csv::read(text)?)),
            Self::RtApp => Document::Scenario(Box::new(rt_app::read(text, cores)?)),
        })
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::Format;

    #[test]
    fn the_form_is_told_by_the_name_or_by_the_contents() {
        for (name, text, format) in [
            ("jobs.csv", "{", Format::Csv),
            ("", "burst\n1", Format::Csv),
            ("", "  {\"jobs\": []}", Format::Json),
            ("a.json", "burst\n1", Format::Json),
            (
                "a.JSON",
                "{ /* x */ \"tasks\": {}, \"tasks\": {} }",
                Format::RtApp,
            ),
            ("", "// x\n{\"tasks\": {}}", Format::RtApp),
            ("", "{\"tasks\": ", Format::Json),
            ("", "", Format::Csv),
        ] {
            assert_eq!(Format::guess(name, text), format, "{name}: {text}");
        }
    }
}
