mod arrows;
mod card;
mod speed;

use super::*;
use crate::experiment::scenario::{Document, read};
use crate::experiment::{Costs, Subject, from_fragment};
use crate::plot::{Fill, Pattern, Shape};
use crate::sim::{Limits, Span, State, ThreadName, Trace, run, run_experiment};
use expect_test::{Expect, expect};
use std::collections::BTreeSet;

const WIDTH: f64 = 800.0;
const GUTTER: f64 = 58.0;

/// A run, ready to draw.
struct Drawing {
    run: Run,
    lanes: Lanes,
    rows: Rows,
}

impl Drawing {
    fn of(run: Run) -> Self {
        let lanes = Lanes::of(&run.trace);
        let rows = Rows::of(&run, &lanes, LaneChoice::All, &BTreeSet::new());
        Self { run, lanes, rows }
    }

    fn experiment(fragment: &str) -> Self {
        let experiment = from_fragment(fragment).experiment;
        let run = run_experiment(&experiment, &Costs::IDEAL, Limits::default());
        Self::of(run.expect("valid"))
    }

    fn scenario(text: &str) -> Self {
        let Ok(Document::Scenario(scenario)) = read(text) else {
            panic!("it is a scenario: {:?}", read(text).err());
        };
        Self::of(run(&scenario, Limits::default()).expect("valid"))
    }

    /// Steps between 64 threads on 16 cores: `count` spans in all.
    fn long(count: usize) -> Self {
        let threads = 64_u32;
        let states = [State::Running, State::Ready, State::WaitGil, State::WaitIo];
        let span = |index: usize| {
            let (thread, step) = (index as u32 % threads, index as u64 / u64::from(threads));
            Span {
                start: step * 1_000,
                end: (step + 1) * 1_000,
                thread,
                core: (thread % 16) as u16,
                state: states[(step as usize + thread as usize / 16) % 4],
            }
        };
        let spans: Vec<Span> = (0..count).map(span).collect();
        let name = |thread: u32| ThreadName {
            process: 1,
            worker: Some(thread as u16),
        };
        let trace = Trace {
            cores: 16,
            threads: (0..threads).map(name).collect(),
            end: spans.last().map_or(0, |span| span.end),
            spans,
            ..Trace::default()
        };
        Self::of(Run {
            trace,
            ..Run::default()
        })
    }

    fn request(&self) -> TimelineRequest<'_> {
        TimelineRequest {
            run: &self.run,
            lanes: &self.lanes,
            rows: &self.rows,
            window: Window::whole(self.run.trace.end),
            width: WIDTH,
            height: 2_000.0,
            top: 0.0,
            playhead: 0,
            picked: None,
            hovered: None,
            arrows: ArrowChoice::All,
            found: None,
        }
    }
}

/// Widths of all areas with such a fill, added up.
fn drawn(timeline: &Timeline, is: impl Fn(Fill) -> bool) -> f64 {
    let width = |shape: &Shape| match *shape {
        Shape::Rect { w, fill, .. } if is(fill) => w,
        _ => 0.0,
    };
    timeline.picture.shapes.iter().map(width).sum()
}

/// Strokes of crosses: a failure has two on the axis and two in its lane.
fn strokes(timeline: &Timeline) -> usize {
    let of_cross = |shape: &&Shape| {
        let Shape::Line { points, ink, .. } = shape else {
            return false;
        };
        *ink == Ink::Danger && points.len() == 2 && {
            let (w, h) = (points[1].0 - points[0].0, points[1].1 - points[0].1);
            (w - h.abs()).abs() < 1e-6 && w > 0.0
        }
    };
    timeline.picture.shapes.iter().filter(of_cross).count()
}

#[test]
fn widths_are_in_proportion_to_time() {
    let drawing = Drawing::experiment("cores=4&threads=4&units=40");
    let timeline = timeline(&drawing.request());
    let whole = WIDTH - GUTTER - RIGHT;
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
fn a_window_shows_its_part_only() {
    let drawing = Drawing::experiment("cores=1&threads=1&gil=off&units=40");
    let end = drawing.run.trace.end;
    let request = TimelineRequest {
        window: Window {
            from: end / 4,
            to: end / 2,
        },
        ..drawing.request()
    };
    let picture = timeline(&request).picture;
    for shape in &picture.shapes {
        if let Shape::Rect { x, w, .. } = *shape {
            assert!(
                x >= GUTTER - 6.0 && x + w <= WIDTH - RIGHT + 0.01,
                "{shape:?}"
            );
        }
    }
    assert_eq!(time_at(&request, GUTTER), end / 4);
    assert_eq!(time_at(&request, -50.0), end / 4);
    assert_eq!(time_at(&request, WIDTH), end / 2);
    assert!((x_at(&request, end / 2) - (WIDTH - RIGHT)).abs() < 1e-6);
}

/// What a crowded lane shows of each state is in proportion to its time.
#[test]
fn a_crowded_lane_tells_how_much_of_each_state_there_was() {
    let drawing = Drawing::long(640_000);
    let timeline = timeline(&drawing.request());
    let thread = drawing.rows.of_thread(7).expect("it has a lane");
    let (mut running, mut dotted) = (0.0, 0.0);
    for shape in &timeline.picture.shapes {
        let Shape::Rect { y, w, h, fill, .. } = *shape else {
            continue;
        };
        if y < thread.y + AXIS || y >= thread.y + AXIS + thread.h {
            continue;
        }
        match fill {
            Fill {
                ink: Ink::Hue(_), ..
            } => running += w * h,
            Fill {
                pattern: Pattern::Dots,
                ..
            } => dotted += w * h,
            _ => {}
        }
    }
    let quarter = (WIDTH - GUTTER - RIGHT) * thread.h / 4.0;
    assert!(
        (running / quarter - 1.0).abs() < 0.15,
        "{running} {quarter}"
    );
    assert!((dotted / quarter - 1.0).abs() < 0.15, "{dotted} {quarter}");
}

#[test]
fn a_failure_is_never_left_out_at_any_zoom() {
    let drawing =
        Drawing::experiment("procs=2&threads=2&units=20000&gil=off&fault=segfault.0.1.u30");
    let failures = &drawing.run.outcome.failures;
    let end = drawing.run.trace.end;
    let is_thread = |who| matches!(who, Subject::Thread(..));
    let threads = failures.iter().filter(|f| is_thread(f.who)).count();
    assert!(threads > 1);
    let at = failures[0].at_ns;
    let whole = Window::whole(end);
    for factor in [1.0, 0.1, 1e-3, 1e-5, 1e-9] {
        let window = whole.zoomed(factor, at, end);
        let timeline = timeline(&TimelineRequest {
            window,
            ..drawing.request()
        });
        // All are at one instant, so one cross on the axis; one in each lane,
        // the process's included.
        assert_eq!(strokes(&timeline), 2 * (1 + failures.len()), "{window:?}");
    }
    // Out of view they are counted beside the axis.
    let window = Window {
        from: at + 1_000,
        to: end,
    };
    let timeline = timeline(&TimelineRequest {
        window,
        ..drawing.request()
    });
    assert_eq!(strokes(&timeline), 0);
    let counted = format!("✕ ◂{}", failures.len());
    let says = |shape: &Shape| matches!(shape, Shape::Text { text, .. } if *text == counted);
    assert!(timeline.picture.shapes.iter().any(says));
}

const TALK: &str = r#"{"machine": {"cores": 2}, "channels": [{"name": "queue", "capacity": 1, "transport": {"kind": "by-reference"}}],
    "processes": [{"name": "shop", "threads": [
        {"name": "baker", "program": [{"repeat": {"times": 50, "steps": [
            {"compute": "1 ms"}, {"send": {"channel": "queue", "bytes": 8}}]}}]},
        {"name": "buyer", "program": [{"repeat": {"times": 50, "steps": [
            {"receive": "queue"}, {"sleep": "500 us"}]}}]}]}]}"#;

#[test]
fn messages_have_arrows_where_there_is_room() {
    let drawing = Drawing::scenario(TALK);
    assert_eq!(drawing.run.trace.messages.len(), 50);
    let arrows = |timeline: &Timeline| {
        let head = |shape: &&Shape| matches!(shape, Shape::Line { points, ink: Ink::ChannelWait, .. } if points.len() == 3);
        timeline.picture.shapes.iter().filter(head).count()
    };
    let whole = timeline(&drawing.request());
    assert_eq!((arrows(&whole), whole.left_out), (50, LeftOut::default()));
    let narrow = timeline(&TimelineRequest {
        width: 300.0,
        ..drawing.request()
    });
    assert_eq!((arrows(&narrow), narrow.left_out.messages), (0, 50));
    let end = drawing.run.trace.end;
    let zoomed = timeline(&TimelineRequest {
        width: 300.0,
        window: Window::whole(end).zoomed(0.2, end / 2, end),
        ..drawing.request()
    });
    assert!((8..=12).contains(&arrows(&zoomed)), "{}", arrows(&zoomed));
    assert_eq!(zoomed.left_out, LeftOut::default());
}

fn check(drawing: &Drawing, points: &[(f64, f64)], expected: Expect) {
    let request = drawing.request();
    let words = points
        .iter()
        .map(|&(x, y)| describe(&request, hit(&request, x, y)));
    expected.assert_eq(&words.collect::<Vec<_>>().join("\n"));
}

#[test]
fn each_point_says_what_lies_there() {
    let drawing = Drawing::experiment("cores=1&threads=2&units=4&fault=exception.0.1.u1");
    let middle = |row: Option<Row>| row.map_or(0.0, |row| AXIS + row.y + row.h / 2.0);
    let first = middle(
        drawing
            .rows
            .of_thread(drawing.rows.threads().next().expect("a thread")),
    );
    check(
        &drawing,
        &[
            (100.0, 5.0),
            (5.0, 5.0),
            (100.0, AXIS + 2.0),
            (100.0, AXIS + 30.0),
            (100.0, AXIS + 64.0),
            (100.0, first),
            (700.0, first),
            (10.0, first),
            (100.0, 1_900.0),
        ],
        expect![[r#"
            0.171 ms: a click moves the playhead here

            Who runs on each core
            core 1: P1 T1 runs from 0.000 ms to 2.000 ms, for 2 ms
            GIL of P1: P1 T1 holds it from 0.000 ms to 2.000 ms, for 2 ms
            P1 T1: running on core 1 from 0.000 ms to 2.000 ms, for 2 ms
            P1 T1: has ended, at 2.000 ms
            P1 T1
        "#]],
    );
    let failure = &drawing.run.outcome.failures[0];
    let request = drawing.request();
    let x = x_at(&request, failure.at_ns);
    assert_eq!(hit(&request, x, 12.0), Hit::Failure(0));
    check(
        &drawing,
        &[(x, 12.0)],
        expect!["✕ P1 T2 ended by an exception at 3.000 ms"],
    );
}

#[test]
fn scenarios_threads_stand_below_their_process_by_their_names() {
    let drawing = Drawing::scenario(TALK);
    let timeline = timeline(&drawing.request());
    let texts = timeline
        .picture
        .shapes
        .iter()
        .filter_map(|shape| match shape {
            Shape::Text { text, x, .. } if *x < 70.0 => Some(text.as_str()),
            _ => None,
        });
    expect!["Cores: who runs, core 1, core 2, ▾ Threads: what each does, baker, buyer, 0 ms"]
        .assert_eq(&texts.collect::<Vec<_>>().join(", "));
}

#[test]
fn many_processes_are_folded_until_they_are_opened() {
    let drawing = Drawing::experiment("procs=16&threads=32&units=5000&gil=off");
    let kinds = |rows: &Rows| rows.threads().count();
    assert_eq!(kinds(&drawing.rows), 0);
    let opened = Rows::of(
        &drawing.run,
        &drawing.lanes,
        LaneChoice::All,
        &BTreeSet::from([3]),
    );
    assert_eq!(kinds(&opened), 32);
    let thread = opened.threads().next().expect("it is open");
    let next = opened
        .neighbour(Some(thread), true)
        .expect("there are more");
    assert_eq!(opened.neighbour(Some(next), false), Some(thread));
    // All of it is drawn with bounded work, whatever is folded.
    let work = timeline(&drawing.request()).work;
    assert!(work < 16 * 6_000 * 30, "{work}");
}

#[test]
fn what_is_not_searched_for_is_faint() {
    let drawing = Drawing::experiment("cores=4&threads=4&units=40");
    let threads = drawing.run.trace.threads.len();
    let found: Vec<bool> = (0..threads).map(|thread| thread == threads - 1).collect();
    let timeline = timeline(&TimelineRequest {
        found: Some(&found),
        ..drawing.request()
    });
    let strong = drawn(&timeline, |fill| {
        matches!(fill.ink, Ink::Hue(0..3)) && fill.alpha > 0.9
    });
    // The GIL's and the cores' lanes, too.
    assert!(strong < 1.0, "{strong}");
}
