//! The timeline: a lane for each core, each GIL and each thread.
//!
//! Level of detail: spans narrower than a pixel are merged into the pixel
//! column they lie in, which takes the look of whoever had most of it, as
//! strongly as it was in use. So the number of shapes depends on the width of
//! the picture, not on the length of the run.

mod pen;

use super::{Fill, Ink, Lanes, Pattern, Picture};
use crate::experiment::{Failure, Subject};
use crate::sim::{State, ThreadName, Trace};
use pen::{Pen, Piece};

/// Room left of the lanes for their names.
const GUTTER: f64 = 64.0;
const RIGHT: f64 = 8.0;
const AXIS: f64 = 22.0;
const HEADING: f64 = 18.0;
const GAP: f64 = 2.0;
/// Threads beyond this many have no lane; the picture says how many.
const MAX_THREAD_LANES: usize = 64;
/// GILs beyond this many have no lane.
const MAX_GIL_LANES: usize = 8;

/// What to draw.
#[derive(Debug, Clone, Copy)]
pub struct TimelineRequest<'a> {
    /// The run.
    pub trace: &'a Trace,
    /// The same run by lanes.
    pub lanes: &'a Lanes,
    /// What failed.
    pub failures: &'a [Failure],
    /// Width of the whole.
    pub width: f64,
    /// Where the playback is, ns.
    pub playhead: u64,
}

/// A timeline and how to read it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Timeline {
    /// What to draw.
    pub picture: Picture,
    /// Threads that have no lane.
    pub left_out: usize,
}

/// The time at the horizontal position `x` of a timeline that is `width` wide
/// and ends at `end` ns, clamped to the run.
#[must_use]
pub fn time_at(x: f64, width: f64, end: u64) -> u64 {
    let share = (x - GUTTER) / (width - GUTTER - RIGHT).max(1.0);
    (share.clamp(0.0, 1.0) * end as f64).round() as u64
}

/// How a thread looks: its hue and how strong it is.
fn look(name: ThreadName, processes: u32) -> Fill {
    const SHADES: [f64; 4] = [1.0, 0.8, 0.62, 0.48];
    let Some(worker) = name.worker else {
        return Fill::solid(Ink::Main);
    };
    // Of one process alone the threads are told apart by hue; of several, the
    // processes are.
    let (hue, shade) = if processes == 1 {
        (u32::from(worker), u32::from(worker) / u32::from(Ink::HUES))
    } else {
        (name.process - 1, u32::from(worker))
    };
    Fill {
        ink: Ink::Hue((hue % u32::from(Ink::HUES)) as u8),
        alpha: SHADES[shade as usize % SHADES.len()],
        pattern: Pattern::Solid,
    }
}

/// Lays out a timeline of the whole run.
#[must_use]
pub fn timeline(request: &TimelineRequest<'_>) -> Timeline {
    let TimelineRequest {
        trace,
        lanes,
        failures,
        width,
        playhead,
    } = *request;
    let processes = lanes.gils.len().saturating_sub(1) as u32;
    let workers: Vec<usize> = (0..trace.threads.len())
        .filter(|&id| trace.threads[id].worker.is_some())
        .collect();
    let shown = workers.len().min(MAX_THREAD_LANES);
    let mut pen = Pen {
        shapes: Vec::new(),
        y: 0.0,
        left: GUTTER,
        right: width - RIGHT,
        end: trace.end.max(1),
    };
    let fills: Vec<Fill> = trace
        .threads
        .iter()
        .map(|&name| look(name, processes))
        .collect();
    let label = |thread: u32| trace.threads[thread as usize].label();

    pen.axis();
    let height = lane_height(lanes.cores.len());
    pen.heading("Cores: who runs");
    for (core, lane) in lanes.cores.iter().enumerate() {
        pen.lane(
            &label_of(core, height, format!("core {}", core + 1)),
            height,
        );
        pen.spans(
            height,
            lane.iter().map(|span| Piece {
                start: span.start,
                end: span.end,
                fill: fills[span.thread as usize],
                inset: 0.0,
                thread: Some(span.thread),
            }),
            &label,
        );
        pen.y += height + GAP;
    }
    let gils = lanes.gils.iter().skip(1).filter(|lane| !lane.is_empty());
    for (process, lane) in gils.enumerate().take(MAX_GIL_LANES) {
        if process == 0 {
            pen.heading("GIL: who holds it");
        }
        pen.lane(&format!("GIL P{}", process + 1), 10.0);
        pen.spans(
            10.0,
            lane.iter().map(|hold| Piece {
                start: hold.start,
                end: hold.end,
                fill: fills[hold.thread as usize],
                inset: 0.0,
                thread: None,
            }),
            &label,
        );
        pen.y += 10.0 + GAP;
    }
    let height = lane_height(shown);
    pen.heading("Threads: what each does");
    for (row, &id) in workers[..shown].iter().enumerate() {
        let name = trace.threads[id];
        pen.lane(&label_of(row, height, name.label()), height);
        pen.spans(
            height,
            lanes.threads[id].iter().filter_map(|span| {
                let (fill, inset) = state_look(span.state, fills[id], height)?;
                Some(Piece {
                    start: span.start,
                    end: span.end,
                    fill,
                    inset,
                    thread: None,
                })
            }),
            &label,
        );
        for failure in failures {
            if is_of(failure, name) {
                pen.cross(failure.at_ns, height);
            }
        }
        pen.y += height + GAP;
    }
    let left_out = workers.len() - shown;
    if left_out > 0 {
        pen.note(&format!("and {left_out} more threads, not drawn"));
    }
    pen.playhead(playhead);
    Timeline {
        picture: Picture {
            width,
            height: pen.y + 4.0,
            shapes: pen.shapes,
        },
        left_out,
    }
}

/// A lane's name, if it has one: of lanes too thin for text every eighth has.
fn label_of(index: usize, height: f64, name: String) -> String {
    if height >= 11.0 || index.is_multiple_of(8) {
        name
    } else {
        String::new()
    }
}

fn lane_height(lanes: usize) -> f64 {
    match lanes {
        0..=8 => 18.0,
        9..=16 => 13.0,
        17..=32 => 9.0,
        _ => 6.0,
    }
}

/// How a thread in `state` looks in its lane: fill, and how far it stays from
/// the lane's edges. `None`: like nothing.
fn state_look(state: State, running: Fill, height: f64) -> Option<(Fill, f64)> {
    let thin = height * 0.4;
    match state {
        State::New | State::Ended => None,
        State::Running => Some((running, 0.0)),
        State::Ready => Some((Fill::solid(Ink::Ready), height * 0.3)),
        State::WaitGil => Some((
            Fill {
                ink: Ink::GilWait,
                alpha: 1.0,
                pattern: Pattern::Hatch,
            },
            height * 0.15,
        )),
        State::WaitIo
        | State::WaitJoin
        | State::WaitLock
        | State::WaitChannel
        | State::WaitTimer => Some((Fill::solid(Ink::Wait), thin)),
    }
}

fn is_of(failure: &Failure, name: ThreadName) -> bool {
    let Subject::Thread(process, thread) = failure.who else {
        return false;
    };
    u32::from(process) + 1 == name.process && Some(thread) == name.worker
}

#[cfg(test)]
mod tests {
    use super::super::Shape;
    use super::*;
    use crate::experiment::{Costs, from_fragment};
    use crate::sim::{Prediction, predict};

    fn draw(fragment: &str) -> (Prediction, Timeline) {
        let experiment = from_fragment(fragment).experiment;
        let prediction = predict(&experiment, &Costs::IDEAL).expect("valid");
        let lanes = Lanes::of(&prediction.trace);
        let timeline = timeline(&TimelineRequest {
            trace: &prediction.trace,
            lanes: &lanes,
            failures: &prediction.outcome.failures,
            width: 800.0,
            playhead: 0,
        });
        (prediction, timeline)
    }

    /// Widths of all areas with this ink, added up.
    fn drawn(timeline: &Timeline, is: impl Fn(Fill) -> bool) -> f64 {
        let width = |shape: &Shape| match *shape {
            Shape::Rect { w, fill, .. } if is(fill) => w,
            _ => 0.0,
        };
        timeline.picture.shapes.iter().map(width).sum()
    }

    #[test]
    fn widths_are_in_proportion_to_time() {
        let (_, timeline) = draw("cores=4&threads=4&units=40");
        let whole = 800.0 - GUTTER - RIGHT;
        // Each hue once on a core, once on the GIL, once in its thread's lane.
        for hue in 0..4 {
            let found = drawn(&timeline, |fill| fill.ink == Ink::Hue(hue));
            assert!(
                (found - 3.0 * whole / 4.0).abs() < 1.0,
                "hue {hue}: {found}"
            );
        }
        let waited = drawn(&timeline, |fill| fill.pattern == Pattern::Hatch);
        assert!(waited > 1.4 * whole, "others wait: {waited}");
    }

    #[test]
    fn a_long_run_makes_no_more_shapes_than_pixels() {
        let (prediction, timeline) =
            draw("cores=2&procs=2&threads=4&units=20000&slice=500&gil=off");
        assert!(prediction.trace.spans.len() > 50_000);
        assert!(timeline.picture.shapes.len() < 16 * 800);
        let crowded = drawn(&timeline, |fill| matches!(fill.ink, Ink::Hue(_)));
        assert!(crowded > 2.0 * 700.0, "the cores are full: {crowded}");
    }

    #[test]
    fn a_failure_is_never_left_out() {
        let (prediction, timeline) = draw("procs=2&threads=2&fault=segfault.0.1.u30");
        let failed = prediction.outcome.failures.iter();
        let threads = failed
            .filter(|f| matches!(f.who, Subject::Thread(..)))
            .count();
        let crosses = timeline.picture.shapes.iter();
        let crosses = crosses.filter(|s| {
            matches!(
                s,
                Shape::Line {
                    ink: Ink::Danger,
                    ..
                }
            )
        });
        assert_eq!(crosses.count(), 2 * threads);
    }

    #[test]
    fn positions_and_times_agree() {
        let (prediction, timeline) = draw("");
        let (width, end) = (timeline.picture.width, prediction.trace.end);
        assert_eq!(time_at(GUTTER, width, end), 0);
        assert_eq!(time_at(-50.0, width, end), 0);
        assert_eq!(time_at(800.0, width, end), end);
    }

    #[test]
    fn threads_without_a_lane_are_counted() {
        let (_, timeline) = draw("procs=64&threads=64&units=5000");
        assert_eq!(timeline.left_out, 64 * 64 - MAX_THREAD_LANES);
    }
}
