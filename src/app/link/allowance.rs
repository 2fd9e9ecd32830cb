//! How often the address may be written. Browsers refuse too many changes of it
//! (about 200 in 30 s in Chromium, 100 in 10 s in Safari), and a slider's drag
//! makes 60 a second.

/// How many changes may come at once.
const AT_ONCE: f64 = 40.0;
/// How many more each second: in 30 s 160 in all, in 10 s 80.
const PER_S: f64 = 4.0;

/// What is left to be written at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Allowance {
    left: f64,
    /// As of this time, ms.
    at_ms: f64,
}

impl Allowance {
    /// How long to wait with what may not be written at once, ms.
    pub const WAIT_MS: i32 = 300;

    /// All of it. The times to come are counted from any beginning, ms.
    #[must_use]
    pub fn new(now_ms: f64) -> Self {
        Self {
            left: AT_ONCE,
            at_ms: now_ms,
        }
    }

    /// Whether one may be written now; if so, it counts as written.
    pub fn take(&mut self, now_ms: f64) -> bool {
        let passed_s = (now_ms - self.at_ms).max(0.0) / 1_000.0;
        self.left = (self.left + passed_s * PER_S).min(AT_ONCE);
        self.at_ms = now_ms;
        let is_left = self.left >= 1.0;
        if is_left {
            self.left -= 1.0;
        }
        is_left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_changes_come_at_once_and_a_long_drag_stays_within_the_limits() {
        let mut allowance = Allowance::new(0.0);
        let mut written = Vec::new();
        for frame in 0..1_800 {
            let now = f64::from(frame) * 1_000.0 / 60.0;
            if allowance.take(now) {
                written.push(now);
            }
        }
        let within = |ms: f64| written.iter().filter(|&&at| at < ms).count();
        assert_eq!(within(200.0), 12, "each frame's at first");
        assert!(within(10_000.0) <= 80 && within(30_000.0) <= 160);
        assert!(allowance.take(60_000.0));
        // A clock that is set back takes nothing away.
        assert!(allowance.take(0.0));
    }
}
