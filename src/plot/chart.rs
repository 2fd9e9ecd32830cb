//! A chart of rates over time: lines for what is predicted, dots for what is
//! measured.

use super::axis::ticks;
use super::text::{count, duration};
use super::{Align, Fill, Ink, Picture, Shape};

/// Room left of the chart for the labels of its vertical axis.
const LEFT: f64 = 52.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 22.0;
const LABEL: f64 = 11.0;

/// What to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart<'a> {
    /// Width of the whole.
    pub width: f64,
    /// Height of the whole.
    pub height: f64,
    /// What to lay over each other.
    pub series: &'a [Series],
    /// Where the playback is, ns; a vertical line.
    pub playhead: Option<u64>,
}

/// A rate over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// (time in ns, units per second), ascending in time.
    pub points: Vec<(u64, f64)>,
    /// How it looks.
    pub style: Style,
    /// Colour.
    pub ink: Ink,
}

/// How a series looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Connected.
    Line,
    /// Connected by a broken line.
    Dashed,
    /// A dot for each point.
    Dots,
}

/// Lays out a chart. Without any point it is empty axes.
#[must_use]
pub fn chart(request: &Chart<'_>) -> Picture {
    let &Chart {
        width,
        height,
        series,
        playhead,
    } = request;
    let points = || series.iter().flat_map(|series| &series.points);
    let end = points().map(|&(time, _)| time).max().unwrap_or(0).max(1) as f64;
    let top_rate = points().map(|&(_, rate)| rate).fold(0.0, f64::max).max(1.0) * 1.08;
    let x = |time: f64| LEFT + time / end * (width - LEFT - RIGHT).max(1.0);
    let y = |rate: f64| height - BOTTOM - rate / top_rate * (height - TOP - BOTTOM).max(1.0);
    let mut shapes = Vec::new();
    for rate in ticks(top_rate, 4) {
        shapes.push(Shape::Line {
            points: vec![(LEFT, y(rate)), (width - RIGHT, y(rate))],
            ink: Ink::Grid,
            width: 1.0,
            dashed: false,
        });
        shapes.push(Shape::Text {
            x: LEFT - 6.0,
            y: y(rate),
            text: count(rate.round() as u64),
            ink: Ink::Muted,
            size: LABEL,
            align: Align::End,
        });
    }
    let most = ((width - LEFT) / 80.0) as usize;
    for time in ticks(end, most.clamp(1, 8)) {
        let align = match x(time) {
            x if x + 24.0 > width => Align::End,
            x if x - 24.0 < LEFT => Align::Start,
            _ => Align::Middle,
        };
        shapes.push(Shape::Text {
            x: x(time),
            y: height - BOTTOM / 2.0,
            text: duration(time.round() as u64),
            ink: Ink::Muted,
            size: LABEL,
            align,
        });
    }
    for series in series {
        draw(&mut shapes, series, x, y);
    }
    if let Some(time) = playhead.filter(|&time| time as f64 <= end) {
        shapes.push(Shape::Rect {
            x: x(time as f64) - 0.75,
            y: TOP,
            w: 1.5,
            h: height - TOP - BOTTOM,
            fill: Fill::solid(Ink::Playhead),
        });
    }
    Picture {
        width,
        height,
        shapes,
    }
}

fn draw(shapes: &mut Vec<Shape>, series: &Series, x: impl Fn(f64) -> f64, y: impl Fn(f64) -> f64) {
    let place = |&(time, rate): &(u64, f64)| (x(time as f64), y(rate));
    let ink = series.ink;
    match series.style {
        Style::Dots => shapes.extend(series.points.iter().map(|point| {
            let (x, y) = place(point);
            Shape::Dot { x, y, r: 3.0, ink }
        })),
        Style::Line | Style::Dashed if series.points.len() > 1 => shapes.push(Shape::Line {
            points: series.points.iter().map(place).collect(),
            ink,
            width: 2.0,
            dashed: series.style == Style::Dashed,
        }),
        Style::Line | Style::Dashed => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dots(points: &[(u64, f64)]) -> Vec<(f64, f64)> {
        let series = [Series {
            points: points.to_vec(),
            style: Style::Dots,
            ink: Ink::Measured,
        }];
        let picture = chart(&Chart {
            width: 400.0,
            height: 200.0,
            series: &series,
            playhead: None,
        });
        let dot = |shape: &Shape| match *shape {
            Shape::Dot { x, y, .. } => Some((x, y)),
            _ => None,
        };
        picture.shapes.iter().filter_map(dot).collect()
    }

    #[test]
    fn later_is_right_and_more_is_up_and_all_stays_inside() {
        let found = dots(&[(0, 10.0), (500, 0.0), (1_000, 20.0)]);
        assert!(found[0].0 < found[1].0 && found[1].0 < found[2].0);
        assert!(found[2].1 < found[0].1 && found[0].1 < found[1].1);
        for (x, y) in found {
            assert!((LEFT..=400.0 - RIGHT).contains(&x) && (TOP..=200.0 - BOTTOM).contains(&y));
        }
    }

    #[test]
    fn no_points_make_no_nonsense() {
        assert_eq!(dots(&[]), []);
    }
}
