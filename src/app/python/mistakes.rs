//! Where in the program an exception was raised that nothing caught.

use super::super::State;
use super::console::name;
use crate::app::english::python as text;
use crate::lab::python::{Said, Transcript};
use std::ops::Range;

/// An exception at its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The line, from 1.
    pub line: u32,
    /// Where that stands in the text, bytes.
    pub range: Range<usize>,
    /// What it is, and who raised it.
    pub message: String,
}

/// The bytes of a line, from 1, without the spaces around what it says. Behind
/// the last line: the end of the text.
fn range_of(source: &str, line: u32) -> Range<usize> {
    let mut start = 0;
    for (number, of) in (1_u32..).zip(source.split('\n')) {
        if number == line {
            let said = of.trim();
            let from = start + of.len() - of.trim_start().len();
            return from..from + said.len();
        }
        start += of.len() + 1;
    }
    source.len()..source.len()
}

/// Everybody who spoke, alone first, and what they are called.
fn all(transcript: &Transcript) -> impl Iterator<Item = (String, &Said)> {
    let threads = transcript.processes.iter().map(|told| told.threads.len());
    let layout = (
        transcript.processes.len(),
        threads.max().unwrap_or_default(),
    );
    let alone = transcript.alone.threads.iter();
    let alone = alone.map(|said| (text::ALONE_IN_SENTENCE.to_owned(), said));
    let processes = transcript.processes.iter().enumerate();
    let run = processes.flat_map(move |(process, told)| {
        let threads = told.threads.iter().enumerate();
        threads.map(move |(thread, said)| (name(layout, process, thread), said))
    });
    alone.chain(run)
}

impl State {
    /// The exceptions of the last run, by line: each of them once, whoever raised
    /// it. None if the program is not that one any more.
    #[must_use]
    pub fn python_mistakes(&self) -> Vec<Mistake> {
        let Some(transcript) = self.heard() else {
            return Vec::new();
        };
        let mut found: Vec<(u32, &str, Option<u32>, Vec<String>)> = Vec::new();
        for (who, said) in all(transcript) {
            let Some(raised) = &said.raised else {
                continue;
            };
            let (Some(line), what) = (raised.line, raised.what()) else {
                continue;
            };
            match found.iter_mut().find(|it| (it.0, it.1) == (line, what)) {
                Some((.., whos)) => whos.push(who),
                None => found.push((line, what, raised.unit, vec![who])),
            }
        }
        found.sort_by_key(|it| it.0);
        let mistake = |(line, what, unit, who): (u32, &str, _, Vec<String>)| Mistake {
            line,
            range: range_of(&self.python.text, line),
            message: text::raised(what, unit, &who[0], who.len() - 1),
        };
        found.into_iter().map(mistake).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::range_of;

    #[test]
    fn a_line_is_found_without_its_spaces() {
        let text = "def work(i):\n    raise ValueError\n\n";
        for (line, expected) in [
            (1, "def work(i):"),
            (2, "raise ValueError"),
            (3, ""),
            (9, ""),
        ] {
            assert_eq!(&text[range_of(text, line)], expected, "{line}");
        }
    }
}
