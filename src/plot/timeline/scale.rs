//! Where an instant lies in a picture, and the round instants of its axis.

use crate::plot::Window;

/// From instants to positions and back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    pub(super) window: Window,
    /// Edges of the lanes, px.
    pub(super) left: f64,
    pub(super) right: f64,
}

impl Scale {
    /// Position of an instant; outside of the lanes if it is outside of the
    /// window.
    pub(super) fn x(&self, time: u64) -> f64 {
        let after = time as f64 - self.window.from as f64;
        self.left + after / self.window.length() as f64 * (self.right - self.left)
    }

    /// The instant at a position, clamped to the window.
    pub(super) fn time(&self, x: f64) -> u64 {
        let share = (x - self.left) / (self.right - self.left).max(1.0);
        let after = share.clamp(0.0, 1.0) * self.window.length() as f64;
        self.window.from + after.round() as u64
    }

    /// Whether an instant is in the window.
    pub(super) fn shows(&self, time: u64) -> bool {
        self.window.from <= time && time <= self.window.to
    }
}

/// Width of a character of the axis, px, and room between two labels.
const CHARACTER: f64 = 6.3;
const ROOM: f64 = 12.0;

/// Round instants in `window` with their labels, as many as fit beside each
/// other on `width` px: 1, 2 or 5 times a power of ten apart.
pub(super) fn axis(window: Window, width: f64) -> Vec<(u64, String)> {
    let mut power: u64 = 1;
    loop {
        for digit in [1, 2, 5] {
            let step = digit * power;
            let label = |time: u64| label(time, step, window.to);
            let apart = step as f64 / window.length() as f64 * width;
            let widest = label(window.to / step * step).chars().count() as f64;
            if apart >= widest * CHARACTER + ROOM || step > window.length() {
                let first = window.from.div_ceil(step);
                let ticks = (first..=window.to / step).map(|tick| tick * step);
                return ticks.map(|time| (time, label(time))).collect();
            }
        }
        let Some(next) = power
            .checked_mul(10)
            .filter(|&power| power <= u64::MAX / 10)
        else {
            return Vec::new();
        };
        power = next;
    }
}

/// Width of a label, px.
pub(super) fn label_width(text: &str) -> f64 {
    text.chars().count() as f64 * CHARACTER
}

/// An instant in the unit that suits `end`, with as many digits as tell it from
/// the next that is `step` later.
fn label(time: u64, step: u64, end: u64) -> String {
    let (unit, name) = match end {
        1_000_000_000.. => (1_000_000_000, "s"),
        1_000_000.. => (1_000_000, "ms"),
        1_000.. => (1_000, "µs"),
        _ => (1, "ns"),
    };
    let mut digits = 0;
    let mut smallest = unit;
    while smallest > 1 && !step.is_multiple_of(smallest) {
        smallest /= 10;
        digits += 1;
    }
    let (whole, rest) = (time / unit, time % unit / smallest);
    match digits {
        0 => format!("{whole} {name}"),
        _ => format!("{whole}.{rest:0digits$} {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(from: u64, to: u64, width: f64, expected: Expect) {
        let ticks = axis(Window { from, to }, width);
        let labels: Vec<String> = ticks.into_iter().map(|(_, label)| label).collect();
        expected.assert_eq(&labels.join(" | "));
    }

    #[test]
    fn a_wide_axis_has_many_labels_and_a_narrow_one_at_least_three() {
        check(
            0,
            409_400_000,
            1_000.0,
            expect!["0 ms | 50 ms | 100 ms | 150 ms | 200 ms | 250 ms | 300 ms | 350 ms | 400 ms"],
        );
        check(
            0,
            409_400_000,
            250.0,
            expect!["0 ms | 100 ms | 200 ms | 300 ms | 400 ms"],
        );
        check(0, 1_100_000, 250.0, expect!["0.0 ms | 0.5 ms | 1.0 ms"]);
    }

    #[test]
    fn zoomed_in_the_labels_have_the_digits_it_takes() {
        check(
            25_812_000,
            25_813_000,
            500.0,
            expect!["25.8120 ms | 25.8122 ms | 25.8124 ms | 25.8126 ms | 25.8128 ms | 25.8130 ms"],
        );
        check(
            12_345_678_900,
            12_345_679_000,
            270.0,
            expect!["12.34567890 s | 12.34567895 s | 12.34567900 s"],
        );
        check(
            0,
            100,
            300.0,
            expect!["0 ns | 20 ns | 40 ns | 60 ns | 80 ns | 100 ns"],
        );
    }

    #[test]
    fn any_run_on_a_phone_has_three_labels_that_do_not_overlap() {
        for digit in 1..40_u64 {
            for power in [1_000_u64, 1_000_000, 100_000_000] {
                let window = Window {
                    from: 0,
                    to: digit * power * 31 / 10,
                };
                let ticks = axis(window, 262.0);
                assert!(ticks.len() >= 3, "{window:?}: {ticks:?}");
                let apart = (ticks[1].0 - ticks[0].0) as f64 / window.length() as f64 * 262.0;
                let widest = ticks.iter().map(|tick| label_width(&tick.1));
                assert!(apart > widest.fold(0.0, f64::max), "{ticks:?}");
            }
        }
    }
}
