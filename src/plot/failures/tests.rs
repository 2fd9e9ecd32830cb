use super::*;
use crate::experiment::scenario::{Document, read};
use crate::experiment::{Costs, from_fragment};
use crate::sim::{Limits, Run, run, run_experiment};
use expect_test::{Expect, expect};

fn experiment(fragment: &str) -> Run {
    let experiment = from_fragment(fragment).experiment;
    run_experiment(&experiment, &Costs::IDEAL, Limits::default()).expect("valid")
}

fn scenario(text: &str) -> Run {
    let Ok(Document::Scenario(scenario)) = read(text) else {
        panic!("no scenario");
    };
    run(&scenario, Limits::default()).expect("valid")
}

fn draw(run: &Run, restarts: &[(u16, u64)], window: Option<Window>) -> FailureGraph {
    let name = |who| match who {
        Subject::Process(process) => format!("P{}", process + 1),
        Subject::Thread(_, thread) => format!("T{}", thread + 1),
    };
    failure_graph(&FailuresRequest {
        outcome: &run.outcome,
        name: &name,
        restarts,
        end: run.end_ns,
        window,
        playhead: None,
        picked: None,
        width: 340.0,
    })
}

/// Each line of text of the picture, by rows from the top; signs of marks and
/// words stand in the order of their place.
fn said(graph: &FailureGraph) -> String {
    let text = |shape: &Shape| match shape {
        Shape::Text { x, y, text, .. } if *y > AXIS => Some((*y as i64 / 10, *x, text.clone())),
        _ => None,
    };
    let mut all: Vec<_> = graph.picture.shapes.iter().filter_map(text).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut out = String::new();
    let mut row = None;
    for (y, _, text) in all {
        let gap = if row.replace(y) == Some(y) { " " } else { "\n" };
        out += &format!("{gap}{text}");
    }
    format!("{}\n", out.trim_start())
}

fn check(run: &Run, restarts: &[(u16, u64)], expect: Expect) {
    let graph = draw(run, restarts, None);
    for shape in &graph.picture.shapes {
        let inside = |x: f64, y: f64| {
            (-0.1..=340.1).contains(&x) && (-0.1..=graph.picture.height + 0.1).contains(&y)
        };
        match shape {
            Shape::Line { points, .. } => {
                assert!(points.iter().all(|&(x, y)| inside(x, y)), "{shape:?}")
            }
            Shape::Dot { x, y, .. } | Shape::Text { x, y, .. } | Shape::Rect { x, y, .. } => {
                assert!(inside(*x, *y), "{shape:?}");
            }
        }
    }
    expect.assert_eq(&said(&graph));
}

#[test]
fn those_who_failed_have_rows_and_the_untouched_are_calm_and_counted() {
    check(
        &experiment("procs=2&threads=2&gil=off&fault=segfault.0.1.u30"),
        &[],
        expect![[r#"
            P1 ✕ shared heap
            T1 shared heap
            ↓
            T2 ✕ 30 ms
            P2 ✓ untouched, 2 threads
        "#]],
    );
    check(
        &experiment("procs=12&threads=1&fault=kill.2.0.t20000"),
        &[],
        expect![[r#"
            P3 ✕ 20 ms
            T1 shared heap
            ↓
            P1 ✓ untouched, 1 thread
            P2 ✓ untouched, 1 thread
            P4 ✓ untouched, 1 thread
            P5 ✓ untouched, 1 thread
             ✓ and 7 more processes, untouched
        "#]],
    );
    check(
        &experiment("threads=3&fault=exception.0.1.u10"),
        &[],
        expect![[r#"
            P1
            T1
            T2 ! 40 ms
            T3
        "#]],
    );
}

#[test]
fn what_has_no_row_is_counted() {
    check(
        &experiment("threads=64&units=640&gil=off&fault=segfault.0.40.u2"),
        &[],
        expect![[r#"
            P1 ✕ shared heap
            T1 shared heap
            ↓
            T2 ↓
            T3 ↓
            T4 ↓
            T5 ↓
            T6 ↓
            T7 ↓
            T41 ✕ 42 ms
             and 56 more threads, 56 lost
        "#]],
    );
    let faults: String = (0..16)
        .map(|p| format!("&fault=kill.{p}.0.t2000"))
        .collect();
    check(
        &experiment(&format!("procs=16&threads=1{faults}")),
        &[],
        expect![[r#"
            P1 ✕ 2 ms
            T1 shared heap
            ↓
            P2 ✕ 2 ms
            T1 shared heap
            ↓
            P3 ✕ 2 ms
            T1 shared heap
            ↓
            P4 ✕ 2 ms
            T1 shared heap
            ↓
            P5 ✕ 2 ms
            T1 shared heap
            ↓
            P6 ✕ 2 ms
            T1 shared heap
            ↓
            P7 ✕ 2 ms
            T1 shared heap
            ↓
            P8 ✕ 2 ms
            T1 shared heap
            ↓
             and 8 more processes that failed
        "#]],
    );
}

#[test]
fn damage_that_crosses_a_wall_says_through_what() {
    let run = scenario(
        r#"{"machine": {"cores": 4},
            "channels": [{"name": "c", "capacity": 2, "transport": {"kind": "serialised"}}],
            "processes": [
                {"name": "source", "threads": [{"name": "main", "program":
                    [{"compute": "1 ms"}, {"send": {"channel": "c", "bytes": 10}}, "segfault"]}]},
                {"name": "sink", "threads": [{"name": "main", "program":
                    [{"receive": "c"}, {"receive": "c"}]}]},
                {"name": "other", "threads": [{"name": "main", "program": [{"compute": "5 ms"}]}]}]}"#,
    );
    check(
        &run,
        &[],
        expect![[r#"
        P1 ✕ shared heap
        T1 1 ms
        ✕
        P2 ! main thread
        T1 channel
        !
        P3 ✓ untouched, 1 thread
    "#]],
    );
}

#[test]
fn a_restart_is_marked_and_life_goes_on_behind_it() {
    let run = scenario(
        r#"{"processes": [{"name": "one", "supervision": {"max-restarts": 3, "back-off": "2 ms"},
            "threads": [{"name": "main", "program": [{"repeat": {"times": 10, "steps":
                [{"compute": "1 ms"}, "unit"]}}]}]}],
            "faults": [{"kind": "segfault", "process": "one", "when": {"units": 3}}]}"#,
    );
    check(
        &run,
        &[(0, 5_000_000)],
        expect![[r#"
        P1 ✕ shared heap ↻
        T1 3 ms
        ✕
    "#]],
    );
}

#[test]
fn a_window_shows_its_part_and_counts_the_rest() {
    let run = experiment("procs=2&threads=1&fault=segfault.0.0.u30");
    let graph = |from, to| draw(&run, &[], Some(Window { from, to }));
    let shown = graph(20_000_000, 40_000_000);
    assert_eq!(shown.outside, 0);
    let whole = draw(&run, &[], None);
    assert_eq!(said(&shown), said(&whole));
    let later = graph(50_000_000, 60_000_000);
    assert_eq!(later.outside, 2);
    assert!(!said(&later).contains('✕'));
}

#[test]
fn effects_stand_right_of_their_causes() {
    let run = experiment("procs=2&threads=4&gil=off&fault=segfault.0.2.u30");
    let name = |_| String::new();
    let request = FailuresRequest {
        outcome: &run.outcome,
        name: &name,
        restarts: &[],
        end: run.end_ns,
        window: None,
        playhead: None,
        picked: None,
        width: 340.0,
    };
    let pen = Pen::new(&request, &rows(&run.outcome));
    for (failure, mark) in run.outcome.failures.iter().zip(&pen.marks) {
        let mark = mark.expect("it is drawn");
        if let Some(cause) = failure.cause {
            let cause = pen.marks[cause].expect("it is drawn");
            assert!(mark.x > cause.x && (mark.y - cause.y).abs() > 1.0);
        }
    }
}

#[test]
fn a_deadlock_is_a_circle_with_what_is_waited_for() {
    let waits = ["A", "B", "C"].map(|name| (name.to_owned(), Some(format!("fork {name}"))));
    let picture = circle(&CircleRequest {
        waits: &waits,
        width: 300.0,
    });
    let texts: Vec<&str> = picture
        .shapes
        .iter()
        .filter_map(|shape| match shape {
            Shape::Text { x, y, text, .. } => {
                assert!((0.0..=300.0).contains(x) && (0.0..=picture.height).contains(y));
                Some(text.as_str())
            }
            _ => None,
        })
        .collect();
    assert_eq!(texts, ["fork A", "fork B", "fork C", "A", "B", "C"]);
}

#[test]
fn each_row_is_somebodys_and_stands_where_its_name_does() {
    let run = experiment("procs=2&threads=3&gil=off&fault=segfault.0.1.u30");
    let rows = failure_rows(&run.outcome);
    let who: Vec<String> = rows.iter().map(|row| row.who.name()).collect();
    expect![
        "process 1, thread 1 of process 1, thread 2 of process 1, thread 3 of process 1, process 2"
    ]
    .assert_eq(&who.join(", "));
    let graph = draw(&run, &[], None);
    for row in &rows {
        let inside = |shape: &&Shape| matches!(shape, Shape::Text { y, align: Align::End, .. } if (row.y..row.y + row.h).contains(y));
        assert_eq!(
            graph.picture.shapes.iter().filter(inside).count(),
            1,
            "{row:?}"
        );
        assert!(row.y + row.h <= graph.picture.height);
    }
}

#[test]
fn who_is_picked_out_has_a_frame() {
    let run = experiment("procs=1&threads=3&gil=off&fault=segfault.0.1.u30");
    let frames = |picked: Option<Subject>| {
        let graph = failure_graph(&FailuresRequest {
            outcome: &run.outcome,
            name: &|who| who.name(),
            restarts: &[],
            end: run.end_ns,
            window: None,
            playhead: None,
            picked,
            width: 340.0,
        });
        let frame = |shape: &&Shape| matches!(shape, Shape::Line { ink: Ink::Playhead, points, .. } if points.len() == 5);
        graph.picture.shapes.iter().filter(frame).count()
    };
    assert_eq!(frames(None), 0);
    assert_eq!(frames(Some(Subject::Thread(0, 1))), 1);
    assert_eq!(frames(Some(Subject::Thread(0, 9))), 0);
}
