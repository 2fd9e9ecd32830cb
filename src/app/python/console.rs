//! What a run has said, worker by worker.

use crate::app::english::python as text;
use crate::lab::python::{Said, Told, Transcript};

/// What one worker has said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panel {
    /// Identifier for tests: `alone`, `p0t1`.
    pub id: String,
    /// Who.
    pub name: String,
    /// What was printed.
    pub text: String,
    /// How much more there was, in words.
    pub lost: Option<String>,
    /// The traceback of the exception that ended it.
    pub traceback: Option<String>,
    /// Where it was raised, in words.
    pub raised: Option<String>,
}

/// One panel for each worker that has something to say.
#[must_use]
pub fn panels(transcript: &Transcript) -> Vec<Panel> {
    let layout = layout(transcript);
    let alone = transcript.alone.threads.iter();
    let alone = alone.filter_map(|said| panel("alone".to_owned(), text::ALONE.to_owned(), said));
    let processes = transcript.processes.iter().enumerate();
    let run = processes.flat_map(|(process, told)| {
        let threads = told.threads.iter().enumerate();
        threads.filter_map(move |(thread, said)| {
            let id = format!("p{process}t{thread}");
            panel(id, capital(&name(layout, process, thread)), said)
        })
    });
    alone.chain(run).collect()
}

fn panel(id: String, name: String, said: &Said) -> Option<Panel> {
    let is_silent = said.text.is_empty() && said.lost == 0 && said.raised.is_none();
    (!is_silent).then(|| Panel {
        id,
        name,
        text: said.text.clone(),
        lost: (said.lost > 0).then(|| text::lost(said.lost)),
        traceback: said.raised.as_ref().map(|it| it.traceback.clone()),
        raised: said.raised.as_ref().map(|it| text::error(it.line, it.unit)),
    })
}

/// What `result()` gave, alone and in each process: "Alone: 20000; process 1:
/// 13771".
#[must_use]
pub fn results(transcript: &Transcript) -> Option<String> {
    let alone = transcript.alone.result.as_deref();
    let alone = alone.map(|result| text::result_of(text::ALONE, result));
    let processes = transcript.processes.iter().enumerate();
    let rest = processes.filter_map(|(process, Told { result, .. })| {
        let who = text::process(process + 1);
        Some(text::result_of(&who, result.as_deref()?))
    });
    let all: Vec<String> = alone.into_iter().chain(rest).collect();
    (!all.is_empty()).then(|| capital(&all.join("; ")))
}

fn layout(transcript: &Transcript) -> (usize, usize) {
    let threads = transcript.processes.iter().map(|told| told.threads.len());
    (transcript.processes.len(), threads.max().unwrap_or(0))
}

/// What a worker is called where there are so many processes of so many threads,
/// in a sentence.
pub(super) fn name(layout: (usize, usize), process: usize, thread: usize) -> String {
    let (process, thread) = (process + 1, thread + 1);
    match layout {
        (1, 1) => text::THE_RUN.to_owned(),
        (1, _) => text::thread(thread),
        (_, 1) => text::process(process),
        _ => text::process_and_thread(process, thread),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
