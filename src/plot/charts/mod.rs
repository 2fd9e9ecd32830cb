//! Charts as data. A [`Figure`] holds everything that is to be seen of one:
//! a sentence, two axes, lines, and the numbers for its table. What draws it
//! decides nothing.
//!
//! Every chart has one column of values for each line over one common column of
//! places, so that the table and the picture cannot differ.

mod gil;
mod latency;
mod scale;
mod speed_up;
mod throughput;
mod utilisation;

pub use gil::gil_wait;
pub use latency::{latency, turnarounds, unit_times};
pub use scale::{Quantity, Scale};
pub use speed_up::{Point, SpeedUp, amdahl, counts, serial_share, speed_up, with_workers};
pub use throughput::{Rates, throughput, units_between};
pub use utilisation::utilisation;

use super::{Ink, Window};
use crate::sim::Trace;

/// One chart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figure {
    /// What one sees, as a sentence with the main number.
    pub title: String,
    /// The horizontal axis.
    pub x: Scale,
    /// The vertical axis.
    pub y: Scale,
    /// Places on the horizontal axis, ascending. With areas each is where a bin
    /// begins, and the last where the last bin ends.
    pub xs: Vec<f64>,
    /// What is drawn, in order.
    pub lines: Vec<Line>,
    /// Places on the horizontal axis that have a name.
    pub marks: Vec<(f64, String)>,
    /// What else one must know, as sentences.
    pub note: String,
    /// More numbers than the lines have.
    pub more: Option<Table>,
}

/// Values over the places of a [`Figure`].
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Name on the page.
    pub label: String,
    /// Colour.
    pub ink: Ink,
    /// How it is drawn.
    pub look: Look,
    /// One for each place; `None`: nothing is known there.
    pub values: Vec<Option<f64>>,
}

/// How values are drawn: lines differ in more than their colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// From point to point.
    Line(Dash),
    /// From bin to bin.
    Steps(Dash),
    /// A dot for each value.
    Dots,
    /// A dot for each value, and a line through them.
    Points,
    /// Areas of bins, laid on top of each other.
    Stack(Weave),
    /// The area of bins down to 0.
    Area(Weave),
}

/// How a line is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dash {
    /// Not at all.
    Whole,
    /// Into dashes.
    Dashed,
    /// Into dots.
    Dotted,
}

/// The pattern of an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weave {
    /// All of it.
    Solid,
    /// Stripes that rise.
    Rising,
    /// Stripes that fall.
    Falling,
    /// Stripes both ways.
    Crossed,
    /// Dots.
    Dotted,
    /// Horizontal stripes.
    Level,
    /// A weak colour.
    Faint,
}

/// Numbers with words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// Names of the columns.
    pub head: Vec<String>,
    /// The lines, each as long as the head.
    pub rows: Vec<Vec<String>>,
}

impl Figure {
    /// What the lines say at `x`: the place that is looked at, and for each
    /// line its name and value. Bins by where `x` lies in, points by which is
    /// nearest.
    #[must_use]
    pub fn read(&self, x: f64) -> Option<(String, Vec<(&str, String)>)> {
        let at = self.index(x)?;
        let place = match self.x.quantity {
            Quantity::Count => format!("{}: {}", self.x.name, self.place(at)),
            _ => self.place(at),
        };
        let said = self.lines.iter().map(|line| {
            // Lines of other places than this one: by their own nearest.
            let value = if line.look.is_of_bins() {
                line.values.get(at).copied().flatten()
            } else {
                self.nearest_value(line, self.xs[at])
            };
            let text = value.map_or_else(|| "–".to_owned(), |value| self.y.say(value));
            (line.label.as_str(), text)
        });
        Some((place, said.collect()))
    }

    /// The place that belongs to `x`, by index; `None` if there is none.
    #[must_use]
    pub fn index(&self, x: f64) -> Option<usize> {
        if self.is_of_bins() {
            let bins = self.xs.len().checked_sub(1)?;
            let after = self.xs.partition_point(|&from| from <= x);
            return (bins > 0).then(|| after.saturating_sub(1).min(bins - 1));
        }
        let distance = |&(_, at): &(usize, &f64)| (at - x).abs();
        let all = self.xs.iter().enumerate();
        all.min_by(|a, b| distance(a).total_cmp(&distance(b)))
            .map(|(index, _)| index)
    }

    fn nearest_value(&self, line: &Line, x: f64) -> Option<f64> {
        // A line of fewer points than the others is not carried beyond them.
        let close = |(at, value): (&f64, &Option<f64>)| Some(((at - x).abs(), (*value)?));
        let found = self.xs.iter().zip(&line.values).filter_map(close);
        let (off, value) = found.min_by(|a, b| a.0.total_cmp(&b.0))?;
        let reach = match self.x.quantity {
            Quantity::Time => (self.x.to - self.x.from) / 8.0,
            _ => 0.5,
        };
        (off <= reach).then_some(value)
    }

    /// Whether its places are bins.
    #[must_use]
    pub fn is_of_bins(&self) -> bool {
        self.lines.iter().any(|line| line.look.is_of_bins())
    }

    /// The place at `index` in words: an instant, a stretch, a number.
    fn place(&self, index: usize) -> String {
        let from = self.x.say(self.xs[index]);
        match self.xs.get(index + 1) {
            Some(&to) if self.is_of_bins() => format!("{from} to {}", self.x.say(to)),
            _ => from,
        }
    }

    /// What the lines show as numbers.
    #[must_use]
    pub fn table(&self) -> Table {
        let mut head = vec![self.x.name.to_owned()];
        head.extend(self.lines.iter().map(|line| line.label.clone()));
        let bins = usize::from(self.is_of_bins());
        let row = |index: usize| {
            let values = self.lines.iter().map(|line| {
                let value = line.values.get(index).copied().flatten();
                value.map_or_else(|| "–".to_owned(), |value| self.y.say(value))
            });
            std::iter::once(self.place(index)).chain(values).collect()
        };
        Table {
            caption: self.title.clone(),
            head,
            rows: (0..self.xs.len().saturating_sub(bins)).map(row).collect(),
        }
    }

    /// The same without the lines of which `hidden` is true. Scales stay.
    #[must_use]
    pub fn without(&self, hidden: impl Fn(&Line) -> bool) -> Self {
        let mut seen = self.clone();
        seen.lines.retain(|line| !hidden(line));
        seen
    }

    /// How high each line is drawn: stacks stand on those before them.
    #[must_use]
    pub fn heights(&self) -> Vec<Vec<Option<f64>>> {
        let mut below = vec![0.0; self.xs.len()];
        let height = |line: &Line| {
            if !matches!(line.look, Look::Stack(_)) {
                return line.values.clone();
            }
            let sum = |(below, value): (&mut f64, &Option<f64>)| {
                *below += value.unwrap_or(0.0);
                Some(*below)
            };
            below.iter_mut().zip(&line.values).map(sum).collect()
        };
        self.lines.iter().map(height).collect()
    }
}

impl Look {
    fn is_of_bins(self) -> bool {
        matches!(self, Self::Steps(_) | Self::Stack(_) | Self::Area(_))
    }
}

/// The part of a run that charts over time show.
#[must_use]
pub fn part(trace: &Trace, window: Option<Window>) -> Window {
    window.unwrap_or_else(|| Window::whole(trace.end))
}

/// `bins` stretches of equal length over `window`, as the places where they
/// begin, and the end: as floats, for drawing.
fn edges(window: Window, bins: usize) -> Vec<f64> {
    let step = window.length() as f64 / bins as f64;
    (0..=bins)
        .map(|bin| window.from as f64 + step * bin as f64)
        .collect()
}

/// Adds the part of `[start, end)` that lies in each bin of `edges` to `sums`.
fn spread(start: u64, end: u64, edges: &[f64], mut add: impl FnMut(usize, f64)) {
    let (Some(&first), Some(&last)) = (edges.first(), edges.last()) else {
        return;
    };
    let (start, end) = ((start as f64).max(first), (end as f64).min(last));
    if start >= end {
        return;
    }
    let bins = edges.len() - 1;
    let step = (last - first) / bins as f64;
    let mut bin = (((start - first) / step) as usize).min(bins - 1);
    while bin < bins && edges[bin] < end {
        let inside = end.min(edges[bin + 1]) - start.max(edges[bin]);
        add(bin, inside.max(0.0));
        bin += 1;
    }
}

#[cfg(test)]
mod tests;
