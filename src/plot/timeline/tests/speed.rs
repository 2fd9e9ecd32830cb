//! How much work a frame takes.

use super::*;

#[test]
fn the_work_hangs_on_the_pixels_and_not_on_the_spans() {
    for count in [20_000, 200_000, 2_000_000] {
        let drawing = Drawing::long(count);
        let timeline = timeline(&drawing.request());
        let lanes = (16 + 64) as f64;
        assert!((timeline.work as f64) < 24.0 * lanes * WIDTH, "{count}");
        assert!(timeline.picture.shapes.len() < 4 * 80 * 800, "{count}");
    }
}

#[test]
fn only_lanes_in_view_are_laid_out() {
    let drawing = Drawing::long(200_000);
    let all = timeline(&drawing.request()).work;
    let request = TimelineRequest {
        height: 300.0,
        top: 500.0,
        ..drawing.request()
    };
    let some = timeline(&request);
    assert!(some.work < all / 3, "{} of {all}", some.work);
    for shape in &some.picture.shapes {
        if let Shape::Rect { y, .. } = *shape {
            assert!((AXIS..=300.0 + 18.0).contains(&y), "{shape:?}");
        }
    }
}

/// Not a promise, but what to look at: run with `--release -- --ignored`.
#[test]
#[ignore = "a timing, for a release build"]
fn time_a_million_spans() {
    let drawing = Drawing::long(1_000_000);
    let begin = std::time::Instant::now();
    let lanes = Lanes::of(&drawing.run.trace);
    let sorted = begin.elapsed();
    let rows = Rows::of(&drawing.run, &lanes, LaneChoice::All, &BTreeSet::new());
    let request = TimelineRequest {
        lanes: &lanes,
        rows: &rows,
        width: 1_000.0,
        height: 600.0,
        ..drawing.request()
    };
    let begin = std::time::Instant::now();
    let first = timeline(&request);
    let first_took = begin.elapsed();
    let mut raster = crate::plot::Raster::default();
    let end = request.run.trace.end;
    let mut times = Vec::new();
    for step in 0..60 {
        let window = request.window.zoomed(0.9_f64.powi(step), end / 3, end);
        let begin = std::time::Instant::now();
        let timeline = timeline(&TimelineRequest { window, ..request });
        let laid_out = begin.elapsed();
        raster.reset(1_000.0, 600.0, 1.0);
        for shape in &timeline.picture.shapes {
            if let Shape::Rect { x, y, w, h, fill } = *shape {
                raster.fill([x, y, w, h], fill, [99, 99, 99]);
            }
        }
        times.push((begin.elapsed(), laid_out, timeline.work));
    }
    times.sort();
    println!("lanes {sorted:?}");
    println!(
        "first frame {first_took:?}, {} shapes",
        first.picture.shapes.len()
    );
    println!("median {:?}, p95 {:?}", times[30], times[57]);
}
