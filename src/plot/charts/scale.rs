//! Axes: what is told apart on them, from where to where, and in which words.

use crate::plot::axis::ticks;
use crate::plot::{count, duration, rate, ratio, significant};

/// An axis.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scale {
    /// What it shows, with its unit if its numbers have none.
    pub name: &'static str,
    /// What its numbers are.
    pub quantity: Quantity,
    /// Its lowest value.
    pub from: f64,
    /// Its highest value.
    pub to: f64,
}

/// What numbers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quantity {
    /// Times, ns.
    #[default]
    Time,
    /// Decimal logarithms of times in ns.
    LogTime,
    /// Units per second.
    Rate,
    /// Shares, from 0 to 1.
    Share,
    /// Whole numbers of workers.
    Count,
    /// How many times as fast.
    Times,
}

impl Scale {
    /// Round values with their labels, about `most` of them.
    #[must_use]
    pub fn ticks(&self, most: usize) -> Vec<(f64, String)> {
        let values = match self.quantity {
            Quantity::LogTime => self.decades(most),
            Quantity::Count => {
                let span = (self.to - self.from).max(1.0);
                let step = (span / most.max(1) as f64).ceil().max(1.0);
                // From the first multiple, and always the first worker.
                let mut found = vec![1.0];
                let mut next = if step > 1.0 { step } else { 2.0 };
                while next <= self.to {
                    found.push(next);
                    next += step;
                }
                found
            }
            _ => self.round(most),
        };
        let inside = values.into_iter().filter(|value| {
            let slack = (self.to - self.from) * 1e-9;
            (self.from - slack..=self.to + slack).contains(value)
        });
        inside.map(|value| (value, self.label(value))).collect()
    }

    /// Round values that begin at a multiple of their distance.
    fn round(&self, most: usize) -> Vec<f64> {
        let Some(&step) = ticks(self.to - self.from, most).get(1) else {
            return vec![self.from];
        };
        let first = (self.from / step).ceil();
        (0..=most + 1).map(|n| (first + n as f64) * step).collect()
    }

    /// Powers of ten; with 2 and 5 times them where there are few.
    fn decades(&self, most: usize) -> Vec<f64> {
        let digits: &[f64] = match self.to - self.from {
            span if span * 3.0 <= most as f64 => &[1.0, 2.0, 5.0],
            span if span * 2.0 <= most as f64 => &[1.0, 3.0],
            _ => &[1.0],
        };
        let powers = self.from.floor() as i32..=self.to.ceil() as i32;
        powers
            .flat_map(|power| digits.iter().map(move |d| f64::from(power) + d.log10()))
            .collect()
    }

    /// A tick's label: short.
    fn label(&self, value: f64) -> String {
        match self.quantity {
            Quantity::Rate => count(value.round() as u64),
            Quantity::Share => format!("{}", (value * 100.0).round()),
            Quantity::Times => significant(value),
            _ => self.say(value),
        }
    }

    /// A value in full, with its unit.
    #[must_use]
    pub fn say(&self, value: f64) -> String {
        match self.quantity {
            Quantity::Time => duration(value.max(0.0).round() as u64),
            Quantity::LogTime => duration(10_f64.powf(value).round() as u64),
            Quantity::Rate => rate(value),
            Quantity::Share => share(value),
            Quantity::Count => count(value.max(0.0).round() as u64),
            Quantity::Times => ratio(value),
        }
    }
}

/// A share from 0 to 1, so that a little is not nothing and nearly all is not
/// all: "0.4 %", "42 %", "99.6 %".
pub(super) fn share(value: f64) -> String {
    let per_cent = value * 100.0;
    let near_an_end = (0.05..0.95).contains(&per_cent) || (99.05..99.95).contains(&per_cent);
    match near_an_end {
        true => format!("{per_cent:.1} %"),
        false => format!("{per_cent:.0} %"),
    }
}
