//! Throughput over time: lines for what is predicted, dots for what is
//! measured.

use super::{Dash, Figure, Line, Look, Quantity, Scale};
use crate::experiment::Throughput;
use crate::plot::{Ink, Window, rate};

/// Rates over time from one source.
#[derive(Debug, Clone, PartialEq)]
pub struct Rates {
    /// Name on the page.
    pub label: String,
    /// Colour.
    pub ink: Ink,
    /// How it is drawn.
    pub look: Look,
    /// (time in ns, units per second), ascending in time.
    pub points: Vec<(u64, f64)>,
    /// The mean over the whole run, units per second.
    pub mean: f64,
}

impl Rates {
    /// What the simulator says of these settings.
    #[must_use]
    pub fn predicted(points: Vec<(u64, f64)>, mean: f64) -> Self {
        Self {
            label: "predicted, these settings".to_owned(),
            ink: Ink::Predicted,
            look: Look::Line(Dash::Whole),
            points,
            mean,
        }
    }

    /// What the simulator says with the measured machine's costs.
    #[must_use]
    pub fn here(points: Vec<(u64, f64)>, mean: f64) -> Self {
        Self {
            label: "predicted, this machine".to_owned(),
            look: Look::Line(Dash::Dashed),
            ..Self::predicted(points, mean)
        }
    }

    /// What the lab says.
    #[must_use]
    pub fn measured(points: Vec<(u64, f64)>, mean: f64) -> Self {
        Self {
            label: "measured".to_owned(),
            ink: Ink::Measured,
            look: Look::Dots,
            points,
            mean,
        }
    }

    /// Each bin's rate, at the middle of the bin, of a run that took `wall_ns`.
    #[must_use]
    pub fn points(throughput: &Throughput, wall_ns: u64) -> Vec<(u64, f64)> {
        let middle = |bin: usize| (2 * bin as u64 + 1) * throughput.bin_ns / 2;
        let rates = throughput.rates(wall_ns).into_iter();
        rates
            .enumerate()
            .map(|(bin, rate)| (middle(bin).min(wall_ns), rate))
            .collect()
    }
}

/// The rates of units completed within `window`, `times` being when (ns,
/// ascending): as many bins as make a readable line.
#[must_use]
pub fn units_between(times: &[u64], window: Window) -> Vec<(u64, f64)> {
    let first = times.partition_point(|&time| time < window.from);
    let last = times.partition_point(|&time| time <= window.to);
    let since: Vec<_> = times[first..last]
        .iter()
        .map(|at| at - window.from)
        .collect();
    let throughput = Throughput::of_run(&since, window.length());
    let points = Rates::points(&throughput, window.length());
    let shifted = points
        .into_iter()
        .map(|(at, rate)| (at + window.from, rate));
    shifted.collect()
}

/// Lays rates over each other; the first is what the title speaks of. `window`:
/// only that part of the run; else all of it up to `end` (ns), or to the end of
/// the longest.
#[must_use]
pub fn throughput(series: &[Rates], window: Option<Window>, end: u64) -> Figure {
    let inside = |at: u64| window.is_none_or(|window| (window.from..=window.to).contains(&at));
    let all = || series.iter().flat_map(|rates| &rates.points);
    let mut places: Vec<u64> = all()
        .map(|point| point.0)
        .filter(|&at| inside(at))
        .collect();
    places.sort_unstable();
    places.dedup();
    let lines = series.iter().map(|rates| {
        let value = |at: &u64| {
            let found = rates.points.binary_search_by_key(at, |point| point.0);
            found.ok().map(|index| rates.points[index].1)
        };
        Line {
            label: rates.label.clone(),
            ink: rates.ink,
            look: rates.look,
            values: places.iter().map(value).collect(),
        }
    });
    let lines: Vec<_> = lines.collect();
    let values = lines.iter().flat_map(|line| line.values.iter().flatten());
    let top = values.copied().fold(0.0, f64::max).max(1.0);
    let end = all().map(|point| point.0).max().unwrap_or(0).max(end);
    let window = window.unwrap_or_else(|| Window::whole(end));
    Figure {
        title: format!("{}.", capitalised(&means(series))),
        x: Scale {
            name: "Time since the start",
            quantity: Quantity::Time,
            from: window.from as f64,
            to: window.to as f64,
        },
        y: Scale {
            name: "Units per second",
            quantity: Quantity::Rate,
            from: 0.0,
            to: top * 1.08,
        },
        xs: places.iter().map(|&at| at as f64).collect(),
        lines,
        ..Figure::default()
    }
}

/// "predicted 960 units/s on average, measured 955 units/s".
fn means(series: &[Rates]) -> String {
    let mut said = match series.first() {
        Some(first) => format!("predicted {} on average", rate(first.mean)),
        None => return "nothing to show".to_owned(),
    };
    let measured = series.iter().skip(1).find(|s| s.look == Look::Dots);
    if let Some(measured) = measured {
        said += &format!(", measured {}", rate(measured.mean));
    }
    said
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
