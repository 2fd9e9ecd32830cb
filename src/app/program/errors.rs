//! What is wrong with a text, and where.

use super::outline::{Node, line_and_column, outline};
use crate::app::english::program as text;
use crate::experiment::scenario::{FileError, ScenarioError};
use std::fmt;
use std::ops::Range;

/// Something that is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramError {
    /// What, and what would be right.
    pub message: String,
    /// The way to the value, if it is about one:
    /// `processes[0].threads[2].program[3].lock`.
    pub path: String,
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// Its line, from 1.
    pub line: usize,
    /// Its first character in the line, from 1.
    pub column: usize,
    /// Whether it is about all of the text, so that the place says nothing.
    pub is_of_all: bool,
}

impl fmt::Display for ProgramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_of_all {
            return f.write_str(&self.message);
        }
        let Self {
            line, column, path, ..
        } = self;
        if path.is_empty() {
            f.write_str(&text::mistake_at(*line, *column, &self.message))
        } else {
            f.write_str(&text::mistake_in(path, *line, *column, &self.message))
        }
    }
}

impl ProgramError {
    fn new(text: &str, range: Range<usize>, path: &str, message: String) -> Self {
        let (line, column) = line_and_column(text, range.start);
        let path = path.to_owned();
        Self {
            message,
            path,
            range,
            line,
            column,
            is_of_all: false,
        }
    }

    /// About all of `text`.
    pub(in crate::app) fn of_all(text: &str, message: String) -> Self {
        let end = text.chars().next().map_or(0, char::len_utf8);
        Self {
            is_of_all: true,
            ..Self::new(text, 0..end, "", message)
        }
    }

    /// What the reader said about `text`.
    pub(super) fn of_reading(text: &str, error: &FileError) -> Self {
        match error {
            FileError::TooLong { .. } => Self::of_all(text, error.to_string()),
            FileError::Syntax {
                line,
                column,
                reason,
            } => Self::new(text, mark_at(text, *line, *column), "", reason.clone()),
            FileError::Value {
                path,
                line,
                column,
                reason,
            } => {
                let root = outline(text);
                let is_somewhere = path != "the file";
                let range = if is_somewhere {
                    narrowed(&root, path, reason)
                } else {
                    mark_at(text, *line, *column)
                };
                Self::new(
                    text,
                    range,
                    if is_somewhere { path } else { "" },
                    reason.clone(),
                )
            }
        }
    }

    /// What the rules say about `text`.
    pub(super) fn of_rule(text: &str, root: &Node, error: &ScenarioError) -> Self {
        let path = written_path(root, &error.path);
        Self::new(text, root.locate(&path), &path, error.problem.to_string())
    }
}

/// A kind that is not known is told of the object it stands in; its `kind` is
/// what should be marked.
fn narrowed(root: &Node, path: &str, reason: &str) -> Range<usize> {
    if reason.starts_with("unknown variant") {
        let kind = root.locate(&format!("{path}.kind"));
        if kind.len() > 1 {
            return kind;
        }
    }
    if let Some(field) = reason.strip_prefix("unknown field `") {
        let name = field.split('`').next().unwrap_or_default();
        let found = find_member(root, path, name);
        if let Some(key) = found {
            return key;
        }
    }
    root.locate(path)
}

/// The key `name` in the object at `path`, or at the end of `path`.
fn find_member(root: &Node, path: &str, name: &str) -> Option<Range<usize>> {
    let parent = path
        .strip_suffix(name)
        .map(|path| path.trim_end_matches('.'));
    let place = |path: &str| -> Option<Range<usize>> {
        let mut at = root;
        for part in path.split(['.', '[']).filter(|part| !part.is_empty()) {
            at = match part.strip_suffix(']') {
                Some(index) => at.items().get(index.parse::<usize>().ok()?)?,
                None => at.get(part)?,
            };
        }
        at.member(name).map(|member| member.key.clone())
    };
    place(path).or_else(|| place(parent?))
}

/// A list of jobs is checked as the scenario it becomes; its errors are about
/// the list.
fn written_path(root: &Node, path: &str) -> String {
    let job = path.strip_prefix("processes[0].threads[");
    match job.and_then(|rest| rest.split_once(']')) {
        Some((index, rest)) if root.get("jobs").is_some() => {
            let rest = rest.replace(".program[0].compute", ".burst");
            format!("jobs[{index}]{}", rest.replace(".sched.", "."))
        }
        _ if path.starts_with("processes") && root.get("jobs").is_some() => "jobs".to_owned(),
        _ => path.to_owned(),
    }
}

/// The character that the reader stopped at; it counts bytes, and may have
/// gone on to the next line.
fn mark_at(text: &str, line: usize, column: usize) -> Range<usize> {
    let lines = text.split_inclusive('\n').take(line.saturating_sub(1));
    let start: usize = lines.map(str::len).sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    if at == text.len() {
        // At the end there is nothing to mark: the last character is.
        at = text
            .trim_end()
            .char_indices()
            .next_back()
            .map_or(0, |(at, _)| at);
    }
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let length = text[at..].chars().next().map_or(0, char::len_utf8);
    at..at + length
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use crate::app::program::{Written, written};
    use expect_test::{Expect, expect};

    fn check(text: &str, expect: Expect) {
        let Written::Wrong(errors) = written(text) else {
            panic!("{text} is right");
        };
        let lines: Vec<String> = errors
            .iter()
            .map(|error| {
                let marked = &text[error.range.clone()];
                let (line, column) = (error.line, error.column);
                format!(
                    "{line}:{column} {} `{marked}` {}",
                    error.path, error.message
                )
            })
            .collect();
        expect.assert_eq(&lines.join("\n"));
    }

    #[test]
    fn errors_know_their_place() {
        check("", expect!["1:1  `` EOF while parsing a value"]);
        check("{\n  \"name\": ,\n}", expect!["2:11  `,` expected value"]);
        check(
            "{\n  \"name\": \"a\"\n",
            expect!["2:13  `\"` EOF while parsing an object"],
        );
        check(
            r#"{"machine": {"cores": -1}}"#,
            expect!["1:23 machine.cores `-1` invalid value: integer `-1`, expected u16"],
        );
        check(
            r#"{"é": 1, "machine": {"policy": {"kind": "fair"}}}"#,
            expect![[
                r#"1:2 é `"é"` unknown field `é`, expected one of `name`, `about`, `machine`, `costs`, `seed`, `until`, `processes`, `programs`, `locks`, `semaphores`, `conditions`, `channels`, `barriers`, `devices`, `objects`, `pools`, `faults`"#
            ]],
        );
        check(
            r#"{"machine": {"policy": {"kind": "fair"}}}"#,
            expect![[
                r#"1:33 machine.policy.kind `"fair"` unknown variant `fair`, expected one of `fifo`, `sjf`, `srtf`, `priority`, `hrrn`, `rr`, `mlfq`, `lottery`, `stride`, `cfs`, `eevdf`, `sched-fifo`, `sched-rr`, `sched-deadline`, `edf`, `rm`, `dm`, `llf`"#
            ]],
        );
        check(
            r#"{"machine": {"policy": {"kind": "fifo", "slice": "4 ms"}}}"#,
            expect![[
                r#"1:41 machine.policy.slice `"slice"` unknown field `slice`, this kind has no fields"#
            ]],
        );
        check(
            r#"{"processes": [{"name": "a", "threads": [{"program": [{"lock": "x"}]}]}]}"#,
            expect![[
                r#"1:64 processes[0].threads[0].program[0].lock `"x"` there is no lock "x", there are none"#
            ]],
        );
        check(
            r#"{"jobs": [{"burst": "1 ms"}, {"burst": "0 ms", "period": "0 ms", "name": ""}]}"#,
            expect![[
                r#"1:58 jobs[1].period `"0 ms"` is 0 ns, but must be from 1 ns to 1000000 s"#
            ]],
        );
    }
}
