//! Arrows between lanes: messages, wakes, turns of the GIL, causes of failures.
//! Those in view are found by binary search; where they would be too many there
//! are none, and the timeline says how many there would be.

use super::pen::Pen;
use super::stroke::{self, CAUSE, JOIN, MESSAGE, TURN, WAKE};
use super::{TimelineRequest, row_of};
use crate::plot::links::{ByThread, Links};
use crate::plot::{Window, count};
use crate::sim::{Cause, Hold};
use std::collections::BTreeSet;
use std::ops::Range;

/// Arrows closer to each other than this, on average, would be a thicket.
const APART: f64 = 10.0;
/// Turns of the GIL are less of an event than a message: more room.
const TURNS_APART: f64 = 28.0;

/// Which arrows to show. Causes of failures always have theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ArrowChoice {
    /// None.
    None,
    /// Those from and to the thread that is picked out, and the one under the
    /// pointer.
    #[default]
    Picked,
    /// All.
    All,
}

impl ArrowChoice {
    /// All of them, in the order the page offers them.
    pub const ALL: [Self; 3] = [Self::None, Self::Picked, Self::All];

    /// Its name in links.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Picked => "picked",
            Self::All => "all",
        }
    }

    /// Name on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "arrows: none",
            Self::Picked => "arrows: picked",
            Self::All => "arrows: all",
        }
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::None => Self::Picked,
            Self::Picked => Self::All,
            Self::All => Self::None,
        }
    }
}

/// How many arrows there would be in the window, where they were too many and
/// so none was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Of messages.
    pub messages: usize,
    /// Of wakes and joins.
    pub wakes: usize,
    /// Of turns of the GIL.
    pub turns: usize,
}

impl LeftOut {
    /// What is left out and what to do about it; `None`: nothing is. `of_all`:
    /// the arrows are those of all threads.
    #[must_use]
    pub fn words(&self, of_all: bool) -> Option<String> {
        let kinds = [
            (self.wakes, "wakes"),
            (self.messages, "messages"),
            (self.turns, "turns of the GIL"),
        ];
        let kinds = kinds.into_iter().filter(|(number, _)| *number > 0);
        let kinds: Vec<String> = kinds
            .map(|(number, what)| format!("{} {what}", count(number as u64)))
            .collect();
        let advice = match of_all {
            true => "zoom in or pick a thread",
            false => "zoom in",
        };
        (!kinds.is_empty()).then(|| format!("{} here: {advice}", kinds.join(", ")))
    }
}

/// Draws the arrows in view.
pub(super) fn draw(pen: &mut Pen, request: &TimelineRequest<'_>) -> LeftOut {
    let width = pen.scale.right - pen.scale.left;
    let mut left_out = LeftOut::default();
    let threads = concerned(request);
    let wanted = request.arrows == ArrowChoice::All || !threads.is_empty();
    if let (true, true, Some(links)) = (
        wanted,
        request.rows.has_threads(),
        request.lanes.links(&request.run.trace),
    ) {
        let mut chosen = Chosen {
            request,
            links,
            threads,
        };
        left_out.turns = chosen.turns(pen, (width / TURNS_APART) as usize);
        let most = (width / APART) as usize;
        left_out.wakes = chosen.wakes(pen, most);
        left_out.messages = chosen.messages(pen, most);
    }
    causes(pen, request);
    left_out
}

/// The threads whose arrows are wanted, unless those of all are.
fn concerned(request: &TimelineRequest<'_>) -> Vec<u32> {
    if request.arrows != ArrowChoice::Picked {
        return Vec::new();
    }
    let hovered = request
        .hovered
        .filter(|&hovered| request.picked != Some(hovered));
    request.picked.into_iter().chain(hovered).collect()
}

struct Chosen<'r> {
    request: &'r TimelineRequest<'r>,
    links: &'r Links,
    /// Whose arrows; of none: of all.
    threads: Vec<u32>,
}

impl Chosen<'_> {
    /// The entries in the window of the threads concerned; or how many there
    /// are, if that is more than `most`. `time` is an entry's, or where it lies
    /// to the window.
    fn of_threads(
        &self,
        by: &ByThread,
        most: usize,
        in_window: impl Fn(u32, &[u32]) -> Range<usize>,
    ) -> Result<Vec<(u32, u32)>, usize> {
        let parts = self.threads.iter().map(|&thread| {
            let all = by.get(thread);
            (thread, &all[in_window(thread, all)])
        });
        let parts: Vec<(u32, &[u32])> = parts.collect();
        let number: usize = parts.iter().map(|(_, part)| part.len()).sum();
        if number > most {
            return Err(number);
        }
        let entries = parts
            .into_iter()
            .flat_map(|(thread, part)| part.iter().map(move |&entry| (thread, entry)));
        Ok(entries.collect())
    }

    fn is_of_all(&self) -> bool {
        self.threads.is_empty()
    }

    fn messages(&mut self, pen: &mut Pen, most: usize) -> usize {
        let all = &self.request.run.trace.messages;
        let window = self.request.window;
        let found = if self.is_of_all() {
            let range = between(all, window, |message| message.at);
            match range.len() > most {
                true => Err(range.len()),
                false => Ok(range.map(|entry| (0, entry as u32)).collect()),
            }
        } else {
            self.of_threads(&self.links.messages, most, |_, entries| {
                between(entries, window, |&entry| all[entry as usize].at)
            })
        };
        each(found, |entry| {
            let message = &all[entry as usize];
            let (from, to) = ((message.from, message.at), (message.to, message.at));
            self.between_threads(pen, from, to, MESSAGE);
        })
    }

    fn wakes(&mut self, pen: &mut Pen, most: usize) -> usize {
        let all = &self.request.run.trace.wakes;
        let window = self.request.window;
        let in_window = |entries: &[u32]| between(entries, window, |&n| all[n as usize].at);
        let found = if self.is_of_all() {
            let entries = &self.links.all_wakes[in_window(&self.links.all_wakes)];
            match entries.len() > most {
                true => Err(entries.len()),
                false => Ok(entries.iter().map(|&entry| (0, entry)).collect()),
            }
        } else {
            self.of_threads(&self.links.wakes, most, |_, entries| in_window(entries))
        };
        each(found, |entry| {
            let wake = &all[entry as usize];
            let style = match wake.cause {
                Cause::Join => JOIN,
                _ => WAKE,
            };
            self.between_threads(pen, (wake.by, wake.at), (wake.thread, wake.at), style);
        })
    }

    /// From the thread that let go of a GIL to the one that took it.
    fn turns(&mut self, pen: &mut Pen, most: usize) -> usize {
        let request = self.request;
        let gils = &request.lanes.gils;
        let window = request.window;
        if self.is_of_all() {
            let in_view: Vec<&[Hold]> = gils
                .iter()
                .map(|lane| {
                    let first = lane.partition_point(|hold| hold.end < window.from);
                    let end = lane.partition_point(|hold| hold.start <= window.to);
                    &lane[first.min(end)..end]
                })
                .collect();
            let seen: usize = in_view.iter().map(|view| view.len()).sum();
            if seen > most {
                return seen;
            }
            for pair in in_view.iter().flat_map(|view| view.windows(2)) {
                self.turn(pen, pair);
            }
            return 0;
        }
        let lane_of = |thread: u32| {
            let name = &request.run.trace.threads[thread as usize];
            gils[name.process as usize].as_slice()
        };
        let found = self.of_threads(&self.links.turns, most, |thread, entries| {
            let lane = lane_of(thread);
            let before = |&entry: &u32| lane[entry as usize + 1].start < window.from;
            let first = entries.partition_point(before);
            let end = entries.partition_point(|&entry| lane[entry as usize].end <= window.to);
            first.min(end)..end
        });
        match found {
            Err(number) => number,
            Ok(entries) => {
                let mut drawn = BTreeSet::new();
                for (thread, entry) in entries {
                    let process = request.run.trace.threads[thread as usize].process;
                    if drawn.insert((process, entry)) {
                        let entry = entry as usize;
                        self.turn(pen, &lane_of(thread)[entry..entry + 2]);
                    }
                }
                0
            }
        }
    }

    fn turn(&self, pen: &mut Pen, pair: &[Hold]) {
        let from = (pair[0].thread, pair[0].end);
        self.between_threads(pen, from, (pair[1].thread, pair[1].start), TURN);
    }

    fn between_threads(
        &self,
        pen: &mut Pen,
        from: (u32, u64),
        to: (u32, u64),
        style: stroke::Style,
    ) {
        // An experiment's main threads stand for their processes.
        let row = |(thread, _): (u32, u64)| {
            let (rows, threads) = (self.request.rows, &self.request.run.trace.threads);
            let own = rows.of_thread(thread as usize);
            own.or_else(|| rows.of_process(threads[thread as usize].process as usize))
        };
        if let (Some(a), Some(b)) = (row(from), row(to)) {
            stroke::arrow(pen, (a, from.1), (b, to.1), style);
        }
    }
}

/// Draws each entry once; how many were too many.
fn each(found: Result<Vec<(u32, u32)>, usize>, mut draw: impl FnMut(u32)) -> usize {
    match found {
        Err(number) => number,
        Ok(entries) => {
            let entries: BTreeSet<u32> = entries.into_iter().map(|(_, entry)| entry).collect();
            entries.into_iter().for_each(&mut draw);
            0
        }
    }
}

/// The part of entries in order of time that lies in the window.
fn between<T>(entries: &[T], window: Window, at: impl Fn(&T) -> u64) -> Range<usize> {
    let first = entries.partition_point(|entry| at(entry) < window.from);
    let end = entries.partition_point(|entry| at(entry) <= window.to);
    first..end
}

/// From each failure to what it brought about. All of them: only those that
/// would lie on the same pixels are drawn once.
fn causes(pen: &mut Pen, request: &TimelineRequest<'_>) {
    let failures = &request.run.outcome.failures;
    let mut drawn = BTreeSet::new();
    for failure in failures {
        let Some(cause) = failure.cause.and_then(|cause| failures.get(cause)) else {
            continue;
        };
        if !pen.scale.shows(failure.at_ns) && !pen.scale.shows(cause.at_ns) {
            continue;
        }
        let (from, to) = (row_of(request, cause.who), row_of(request, failure.who));
        let (Some(from), Some(to)) = (from, to) else {
            continue;
        };
        let pixel = |at: u64| pen.scale.x(at) as i64;
        let ends = (
            (from.y as i64, pixel(cause.at_ns)),
            (to.y as i64, pixel(failure.at_ns)),
        );
        if drawn.insert(ends) {
            stroke::arrow(pen, (from, cause.at_ns), (to, failure.at_ns), CAUSE);
        }
    }
}
