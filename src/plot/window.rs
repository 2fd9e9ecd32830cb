//! The part of a run that a picture shows.

/// From one instant to another, `[from, to)` in ns. Never empty, never outside
/// of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Where it begins.
    pub from: u64,
    /// Where it ends.
    pub to: u64,
}

/// No window is shorter: more would show nothing more.
const SHORTEST_NS: u64 = 100;

impl Window {
    /// All of a run that ends at `end`.
    #[must_use]
    pub fn whole(end: u64) -> Self {
        Self {
            from: 0,
            to: end.max(SHORTEST_NS),
        }
    }

    /// How long it is, ns.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.to - self.from
    }

    /// Shows `factor` times as much, so that `pivot` (ns) stays where it is in
    /// the picture. Stays within a run that ends at `end`.
    #[must_use]
    pub fn zoomed(&self, factor: f64, pivot: u64, end: u64) -> Self {
        let whole = Self::whole(end);
        let pivot = pivot.clamp(self.from, self.to);
        let length = (self.length() as f64 * factor) as u64;
        let length = length.clamp(SHORTEST_NS, whole.to);
        let share = (pivot - self.from) as f64 / self.length() as f64;
        let before = (length as f64 * share) as u64;
        let from = pivot.saturating_sub(before).min(whole.to - length);
        Self {
            from,
            to: from + length,
        }
    }

    /// Itself if `time` is in it; else as much that shows `time` near its left
    /// edge, so that what follows is seen. Stays within a run that ends at
    /// `end`.
    #[must_use]
    pub fn with(&self, time: u64, end: u64) -> Self {
        if self.from <= time && time <= self.to {
            return *self;
        }
        let length = self.length();
        let last = Self::whole(end).to.saturating_sub(length);
        let from = time.saturating_sub(length / 10).min(last);
        Self {
            from,
            to: from + length,
        }
    }

    /// Moves it by `share` of its length, to the right if positive. Stays
    /// within a run that ends at `end`.
    #[must_use]
    pub fn moved(&self, share: f64, end: u64) -> Self {
        let length = self.length();
        let by = length as f64 * share;
        let last = Self::whole(end).to.saturating_sub(length);
        let from = ((self.from as f64 + by).max(0.0) as u64).min(last);
        Self {
            from,
            to: from + length,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooming_keeps_the_pivot_in_place() {
        let window = Window {
            from: 100_000,
            to: 300_000,
        };
        let zoomed = window.zoomed(0.5, 150_000, 1_000_000);
        assert_eq!(
            zoomed,
            Window {
                from: 125_000,
                to: 225_000
            }
        );
        assert_eq!(zoomed.zoomed(2.0, 150_000, 1_000_000), window);
    }

    #[test]
    fn a_window_is_moved_to_what_it_is_to_show() {
        let window = Window {
            from: 1_000,
            to: 2_000,
        };
        let end = 10_000;
        for (time, from) in [
            (1_000, 1_000),
            (2_000, 1_000),
            (2_001, 1_901),
            (0, 0),
            (9_990, 9_000),
        ] {
            let to = from + 1_000;
            assert_eq!(window.with(time, end), Window { from, to }, "{time}");
        }
    }

    #[test]
    fn no_window_leaves_the_run() {
        let end = 1_000_000;
        for (window, expected) in [
            (Window::whole(end).zoomed(9.0, 5, end), Window::whole(end)),
            (
                Window { from: 0, to: 1_000 }.moved(-3.0, end),
                Window { from: 0, to: 1_000 },
            ),
            (
                Window { from: 0, to: 1_000 }.moved(1e9, end),
                Window {
                    from: end - 1_000,
                    to: end,
                },
            ),
            (
                Window { from: 0, to: 1_000 }.zoomed(0.0, 500, end),
                Window { from: 450, to: 550 },
            ),
            (
                Window::whole(0).moved(1.0, 0),
                Window {
                    from: 0,
                    to: SHORTEST_NS,
                },
            ),
        ] {
            assert_eq!(window, expected);
        }
    }
}
