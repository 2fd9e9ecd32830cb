use super::*;
use crate::experiment::{Costs, from_fragment};
use crate::sim::{Limits, Run, run_experiment};

fn runs(fragments: &[&str]) -> Vec<(Run, Lanes)> {
    let run = |fragment: &&str| {
        let experiment = from_fragment(fragment).experiment;
        let run = run_experiment(&experiment, &Costs::IDEAL, Limits::default());
        let run = run.expect("valid");
        let lanes = Lanes::of(&run.trace);
        (run, lanes)
    };
    fragments.iter().map(run).collect()
}

fn draw(runs: &[(Run, Lanes)], window: Option<Window>) -> Picture {
    let sides: Vec<_> = runs
        .iter()
        .map(|(run, lanes)| ComparedRun {
            title: "run",
            trace: &run.trace,
            lanes,
            failures: &run.outcome.failures,
        })
        .collect();
    let traces = runs.iter().map(|(run, _)| &run.trace);
    compare(&CompareRequest {
        runs: &sides,
        window: window.unwrap_or_else(|| common_window(traces)),
        playhead: 0,
        left: 64.0,
        width: 564.0,
    })
}

fn said(picture: &Picture) -> Vec<&str> {
    let text = |shape: &'_ Shape| matches!(shape, Shape::Text { .. });
    let texts = picture.shapes.iter().filter(|shape| text(shape));
    texts
        .map(|shape| match shape {
            Shape::Text { text, .. } => text.as_str(),
            _ => "",
        })
        .collect()
}

#[test]
fn the_shorter_run_ends_where_the_common_axis_says() {
    // 400 ms and 100 ms.
    let runs = runs(&["threads=1", "gil=off"]);
    let picture = draw(&runs, None);
    let ends: Vec<f64> = picture
        .shapes
        .iter()
        .filter_map(|shape| match shape {
            Shape::Line {
                points,
                dashed: true,
                ..
            } => Some(points[0].0),
            _ => None,
        })
        .collect();
    let width = 564.0 - 64.0 - 8.0;
    assert!((ends[0] - (64.0 + width)).abs() < 1e-6);
    assert!((ends[1] - (64.0 + width / 4.0)).abs() < 1e-6, "{ends:?}");
    assert!(said(&picture).contains(&"ends at 100 ms"));
}

#[test]
fn a_window_cuts_and_says_what_goes_on() {
    let runs = runs(&["threads=1", "gil=off"]);
    let window = Window {
        from: 50_000_000,
        to: 100_000_000,
    };
    let picture = draw(&runs, Some(window));
    let said = said(&picture);
    assert!(said.contains(&"goes on until 400 ms →"), "{said:?}");
    assert!(said.contains(&"50 ms"), "{said:?}");
    for shape in &picture.shapes {
        if let Shape::Rect { x, y, w, h, .. } = *shape {
            assert!(x >= 63.9 && x + w <= 556.1 && y + h <= picture.height + 0.1);
        }
    }
}

#[test]
fn long_runs_make_no_more_shapes_than_pixels_and_lanes_left_out_are_counted() {
    let runs = runs(&["cores=16&procs=6&threads=4&units=20000&interval=100"]);
    assert!(runs[0].0.trace.spans.len() > 10_000);
    let picture = draw(&runs, None);
    assert!(picture.shapes.len() < 2 * 564 * (MAX_CORES + MAX_GILS + MAX_THREADS));
    let said = said(&picture);
    for more in ["and 8 more cores", "and 2 more GILs", "and 16 more threads"] {
        assert!(said.contains(&more), "{said:?}");
    }
}

#[test]
fn failures_are_crossed() {
    let runs = runs(&["procs=2&threads=2&fault=segfault.0.1.u30", "threads=2"]);
    let picture = draw(&runs, None);
    let crosses = picture.shapes.iter().filter(|shape| {
        matches!(
            shape,
            Shape::Line {
                ink: Ink::Danger,
                ..
            }
        )
    });
    assert_eq!(crosses.count(), 4);
}
