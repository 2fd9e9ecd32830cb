//! Runs one above the other on one time axis, small: who was on each core, who
//! held each GIL, what each thread did.

use super::axis::ticks;
use super::text::duration;
use super::{Align, Fill, Ink, Lanes, Pattern, Picture, Shape, Window};
use crate::experiment::{Failure, Subject};
use crate::sim::{State, ThreadName, Trace};

const AXIS: f64 = 20.0;
const HEADING: f64 = 18.0;
const LABEL: f64 = 11.0;
/// Width of a letter, about.
const WIDE: f64 = 6.2;
const GAP: f64 = 2.0;
/// Between two runs.
const APART: f64 = 8.0;
/// Lanes beyond these many are counted, not drawn.
const MAX_CORES: usize = 8;
const MAX_GILS: usize = 4;
const MAX_THREADS: usize = 8;

/// A run to draw.
#[derive(Debug, Clone, Copy)]
pub struct ComparedRun<'a> {
    /// What it is called: "A: 4 threads, one GIL".
    pub title: &'a str,
    /// The run.
    pub trace: &'a Trace,
    /// The same by lanes.
    pub lanes: &'a Lanes,
    /// What failed.
    pub failures: &'a [Failure],
}

/// What to draw.
#[derive(Debug, Clone, Copy)]
pub struct CompareRequest<'a> {
    /// The runs, from the top.
    pub runs: &'a [ComparedRun<'a>],
    /// The part of the common axis to show.
    pub window: Window,
    /// Where the playback is, ns: the same instant in all runs.
    pub playhead: u64,
    /// Room left of the lanes for their names.
    pub left: f64,
    /// Width of the whole.
    pub width: f64,
}

/// The window that shows all of all runs.
#[must_use]
pub fn common_window<'a>(traces: impl IntoIterator<Item = &'a Trace>) -> Window {
    Window::whole(traces.into_iter().map(|trace| trace.end).max().unwrap_or(0))
}

/// Lays the runs out. The number of shapes depends on the width and the number
/// of lanes, not on the length of the runs.
#[must_use]
pub fn compare(request: &CompareRequest<'_>) -> Picture {
    let mut pen = Pen {
        shapes: Vec::new(),
        y: 0.0,
        left: request.left,
        right: request.width - 8.0,
        window: request.window,
    };
    pen.axis();
    for run in request.runs {
        pen.run(run);
        pen.y += APART;
    }
    pen.playhead(request.playhead);
    Picture {
        width: request.width,
        height: pen.y,
        shapes: pen.shapes,
    }
}

/// A piece of a lane.
struct Piece {
    start: u64,
    end: u64,
    fill: Fill,
    /// Of the lane's height, from 0 to 1.
    tall: f64,
}

struct Pen {
    shapes: Vec<Shape>,
    y: f64,
    left: f64,
    right: f64,
    window: Window,
}

impl Pen {
    fn x(&self, time: u64) -> f64 {
        let time = time.clamp(self.window.from, self.window.to) - self.window.from;
        self.left + time as f64 / self.window.length() as f64 * (self.right - self.left)
    }

    fn text(&mut self, x: f64, text: String, ink: Ink, align: Align, height: f64) {
        self.shapes.push(Shape::Text {
            x,
            y: self.y + height / 2.0,
            text,
            ink,
            size: LABEL,
            align,
        });
    }

    fn axis(&mut self) {
        let most = ((self.right - self.left) / 62.0) as usize;
        for offset in ticks(self.window.length() as f64, most.clamp(1, 10)) {
            let time = self.window.from + offset.round() as u64;
            let x = self.x(time);
            if x + 20.0 < self.right + 8.0 {
                let align = if offset > 0.0 {
                    Align::Middle
                } else {
                    Align::Start
                };
                self.text(x, duration(time), Ink::Muted, align, AXIS);
            }
        }
        self.y = AXIS;
    }

    fn run(&mut self, run: &ComparedRun<'_>) {
        let ComparedRun {
            title,
            trace,
            lanes,
            failures,
        } = *run;
        let ends = if trace.end > self.window.to {
            format!("goes on until {} →", duration(trace.end))
        } else {
            format!("ends at {}", duration(trace.end))
        };
        let room = (self.right - WIDE * (ends.chars().count() as f64 + 1.0)) / WIDE;
        let title = cut(title, room.max(4.0) as usize);
        self.text(0.0, title, Ink::Text, Align::Start, HEADING);
        self.text(self.right, ends, Ink::Muted, Align::End, HEADING);
        self.y += HEADING;
        let top = self.y;
        let processes = lanes.gils.len().saturating_sub(1) as u32;
        let look = |thread: u32| look(trace.threads[thread as usize], processes);
        for (core, lane) in lanes.cores.iter().enumerate().take(MAX_CORES) {
            let piece = |span: &crate::sim::Span| Piece {
                start: span.start,
                end: span.end,
                fill: look(span.thread),
                tall: 1.0,
            };
            self.lane(&format!("core {}", core + 1), 9.0, lane.iter().map(piece));
        }
        self.more(lanes.cores.len(), MAX_CORES, "core", "cores");
        let gils: Vec<_> = lanes
            .gils
            .iter()
            .enumerate()
            .filter(|(_, lane)| !lane.is_empty())
            .collect();
        for (process, lane) in gils.iter().take(MAX_GILS) {
            let piece = |hold: &crate::sim::Hold| Piece {
                start: hold.start,
                end: hold.end,
                fill: look(hold.thread),
                tall: 0.6,
            };
            let name = if trace.names.is_empty() {
                format!("GIL P{process}")
            } else {
                "GIL".to_owned()
            };
            self.lane(&name, 9.0, lane.iter().map(piece));
        }
        self.more(gils.len(), MAX_GILS, "GIL", "GILs");
        let workers: Vec<u32> = (0..trace.threads.len() as u32)
            .filter(|&id| trace.threads[id as usize].worker.is_some())
            .collect();
        for &id in workers.iter().take(MAX_THREADS) {
            let name = trace.threads[id as usize];
            let pieces = lanes.threads[id as usize].iter().filter_map(|span| {
                let (fill, tall) = state_look(span.state, look(id))?;
                Some(Piece {
                    start: span.start,
                    end: span.end,
                    fill,
                    tall,
                })
            });
            self.lane(&short(&trace.name(id)), 9.0, pieces);
            for failure in failures
                .iter()
                .filter(|failure| is_of(failure, name, trace))
            {
                self.cross(failure.at_ns);
            }
        }
        self.more(workers.len(), MAX_THREADS, "thread", "threads");
        if trace.end <= self.window.to {
            self.end(trace.end, top);
        }
    }

    /// Lanes that are not drawn are counted.
    fn more(&mut self, all: usize, drawn: usize, one: &str, many: &str) {
        let more = all.saturating_sub(drawn);
        if more > 0 {
            let word = if more == 1 { one } else { many };
            let text = format!("and {more} more {word}");
            self.text(self.left, text, Ink::Muted, Align::Start, HEADING - 4.0);
            self.y += HEADING - 4.0;
        }
    }

    fn lane(&mut self, name: &str, height: f64, pieces: impl Iterator<Item = Piece>) {
        self.rect(self.left, self.right, height, 1.0, Fill::solid(Ink::Lane));
        self.text(
            self.left - 6.0,
            name.to_owned(),
            Ink::Text,
            Align::End,
            height,
        );
        // What is narrower than a pixel is gathered in its column, which takes
        // the look of whoever had most of it.
        let mut column: (i64, Vec<(f64, Fill, f64)>) = (i64::MIN, Vec::new());
        for piece in pieces {
            if piece.end <= self.window.from || piece.start >= self.window.to {
                continue;
            }
            let (from, to) = (self.x(piece.start), self.x(piece.end));
            if to - from >= 1.0 {
                self.rect(from, to, height, piece.tall, piece.fill);
                continue;
            }
            if column.0 != from.floor() as i64 {
                self.column(&column, height);
                column = (from.floor() as i64, Vec::new());
            }
            let same = |share: &&mut (f64, Fill, f64)| share.1 == piece.fill;
            match column.1.iter_mut().find(same) {
                Some(share) => share.0 += to - from,
                None => column.1.push((to - from, piece.fill, piece.tall)),
            }
        }
        self.column(&column, height);
        self.y += height + GAP;
    }

    fn column(&mut self, (x, shares): &(i64, Vec<(f64, Fill, f64)>), height: f64) {
        let most = shares.iter().max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some(&(_, fill, tall)) = most {
            let covered: f64 = shares.iter().map(|share| share.0).sum();
            let alpha = fill.alpha * covered.clamp(0.25, 1.0);
            let from = *x as f64;
            self.rect(from, from + 1.0, height, tall, Fill { alpha, ..fill });
        }
    }

    fn rect(&mut self, from: f64, to: f64, height: f64, tall: f64, fill: Fill) {
        self.shapes.push(Shape::Rect {
            x: from,
            y: self.y + height * (1.0 - tall) / 2.0,
            w: to - from,
            h: height * tall,
            fill,
        });
    }

    /// Marks a failure in the lane that was drawn last.
    fn cross(&mut self, at: u64) {
        if !(self.window.from..=self.window.to).contains(&at) {
            return;
        }
        let (x, y) = ((self.x(at) + 5.0).min(self.right - 4.0), self.y - GAP - 4.5);
        for side in [-3.5, 3.5] {
            self.shapes.push(Shape::Line {
                points: vec![(x - 3.5, y - side), (x + 3.5, y + side)],
                ink: Ink::Danger,
                width: 2.0,
                dashed: false,
            });
        }
    }

    /// Where a run ends.
    fn end(&mut self, at: u64, top: f64) {
        let x = self.x(at);
        self.shapes.push(Shape::Line {
            points: vec![(x, top - 2.0), (x, self.y)],
            ink: Ink::Text,
            width: 1.5,
            dashed: true,
        });
    }

    fn playhead(&mut self, at: u64) {
        if (self.window.from..=self.window.to).contains(&at) {
            self.shapes.push(Shape::Rect {
                x: self.x(at) - 0.75,
                y: AXIS - 4.0,
                w: 1.5,
                h: self.y - AXIS,
                fill: Fill::solid(Ink::Playhead),
            });
        }
    }
}

/// A thread's hue, as in the timeline: of one process alone the threads differ,
/// of several the processes do.
fn look(name: ThreadName, processes: u32) -> Fill {
    const SHADES: [f64; 4] = [1.0, 0.8, 0.62, 0.48];
    let Some(worker) = name.worker.map(u32::from) else {
        return Fill::solid(Ink::Main);
    };
    let hues = u32::from(Ink::HUES);
    let (hue, shade) = if processes <= 1 {
        (worker, worker / hues)
    } else {
        (name.process.saturating_sub(1), worker)
    };
    Fill {
        ink: Ink::Hue((hue % hues) as u8),
        alpha: SHADES[shade as usize % SHADES.len()],
        pattern: Pattern::Solid,
    }
}

fn state_look(state: State, running: Fill) -> Option<(Fill, f64)> {
    match state {
        State::New | State::Ended => None,
        State::Running => Some((running, 1.0)),
        State::Ready => Some((Fill::solid(Ink::Ready), 0.45)),
        State::WaitGil => Some((
            Fill {
                ink: Ink::GilWait,
                alpha: 1.0,
                pattern: Pattern::Hatch,
            },
            0.8,
        )),
        State::WaitIo
        | State::WaitJoin
        | State::WaitLock
        | State::WaitChannel
        | State::WaitTimer => Some((Fill::solid(Ink::Wait), 0.25)),
    }
}

fn is_of(failure: &Failure, name: ThreadName, trace: &Trace) -> bool {
    let Subject::Thread(process, thread) = failure.who else {
        return false;
    };
    // An experiment's parent comes before the processes that results speak of.
    let hidden = u32::from(trace.names.is_empty());
    u32::from(process) + hidden == name.process && Some(thread) == name.worker
}

/// The beginning of a text, if it is longer than `most` letters.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept = text.chars().take(most.saturating_sub(1));
    kept.chain(['…']).collect()
}

/// As much of a name as the room beside the lanes holds.
fn short(name: &str) -> String {
    const MOST: usize = 9;
    if name.chars().count() <= MOST {
        return name.to_owned();
    }
    let skip = name.chars().count() - (MOST - 1);
    std::iter::once('…')
        .chain(name.chars().skip(skip))
        .collect()
}

#[cfg(test)]
mod tests;
