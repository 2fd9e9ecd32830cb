//! What a Python program's run by one thread alone tells: the yardstick of what
//! more threads and processes achieve, and the results that theirs are compared
//! with.

use super::calibrate::{Report, quartiles};
use super::measurement::Calibration;
use super::python::Told;
use crate::experiment::Ended;

/// A unit that takes longer than this is taken for an endless loop, ns.
pub const SILENCE_NS: u64 = 5_000_000_000;

/// How long it takes at least, ns, unless all units are done before. Visitors wait for
/// what comes after it, so it takes longer only where that does, too: for half as long
/// as all units would take one thread.
const LEAST_NS: u64 = 500_000_000;

/// And at most: longer ones tell nothing new.
const MOST_NS: u64 = 2_000_000_000;

/// With fewer units all of them count, with more those that come when it is warm.
const FEW: usize = 8;

/// After so long it is warm, ns: engines compile code again, better, while it runs.
/// In Chromium the interpreter had its full speed after 0.1 to 0.15 s of its first
/// run.
const WARM_NS: u64 = 200_000_000;

/// What is seen of it at one moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Seen {
    /// Time since it was started, ns.
    pub now_ns: u64,
    /// Time the page itself spent on starting it, ns.
    pub parent_ns: u64,
    /// When the program was loaded.
    pub ready_ns: Option<u64>,
    /// When its units were completed, in any order.
    pub completions_ns: Vec<u64>,
    /// How long it was in blocking calls in all.
    pub blocked_ns: u64,
    /// Bytes of its memory.
    pub memory_bytes: u64,
    /// How it has ended, if it has.
    pub ended: Option<Ended>,
    /// What was said of its end.
    pub message: Option<String>,
}

impl Seen {
    /// Whether it has shown enough of `units` units, although it goes on.
    #[must_use]
    pub fn is_enough(&self, units: u32) -> bool {
        let ready_ns = self.ready_ns.unwrap_or(self.now_ns);
        let took_ns = self.now_ns.saturating_sub(ready_ns);
        let done = self.completions_ns.len() as u64;
        let all_ns = took_ns.saturating_mul(units.into()).checked_div(done);
        all_ns.is_some_and(|all_ns| took_ns >= (all_ns / 2).clamp(LEAST_NS, MOST_NS))
    }
}

/// What is known from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Solo {
    /// What a unit takes, and how many one thread does a second.
    pub report: Report,
    /// Time the page itself spent on starting it, ns.
    pub parent_ns: u64,
    /// Fingerprints of the results, by unit, as far as it came.
    pub results: Vec<u32>,
}

impl Solo {
    /// What is known from what was seen, what it told, and its results.
    ///
    /// # Errors
    /// Why there is nothing to compare with, as a sentence: the program could not
    /// be loaded, or completed not even one unit.
    pub fn of(seen: &Seen, told: &Told, results: Vec<u32>) -> Result<Self, String> {
        let mut completions = seen.completions_ns.clone();
        completions.sort_unstable();
        let (Some(ready_ns), false) = (seen.ready_ns, completions.is_empty()) else {
            return Err(why_not(seen, told));
        };
        let units = completions.len() as f64;
        completions.insert(0, ready_ns);
        let from = if completions.len() > FEW {
            // At least half of them count.
            completions
                .partition_point(|&at| at < ready_ns + WARM_NS)
                .min(completions.len() / 2)
        } else {
            0
        };
        let counted = &completions[from..];
        let took_ns = (counted[counted.len() - 1] - counted[0]).max(1) as f64;
        let rate = (counted.len() - 1) as f64 / (took_ns / 1e9);
        let blocked_ns = seen.blocked_ns as f64 / units;
        let mut gaps: Vec<f64> = counted
            .windows(2)
            .map(|pair| ((pair[1] - pair[0]) as f64 - blocked_ns).max(0.0))
            .collect();
        let samples = gaps.len() as u32;
        let [low, median, high] = quartiles(&mut gaps);
        let calibration = Calibration {
            block_ns: median,
            block_spread_ns: high - low,
            samples,
            blocks_per_unit: 1,
            unit_ns: (1e9 / rate - blocked_ns).max(0.0) as u64,
            blocked_ns: blocked_ns as u64,
        };
        Ok(Self {
            report: Report {
                began_ns: ready_ns,
                calibration,
                baseline_units_per_s: rate,
                wake_latency_ns: 0,
                wake_jitter_ns: 0,
                memory_bytes: seen.memory_bytes,
            },
            parent_ns: seen.parent_ns,
            results,
        })
    }
}

/// Why nothing is known.
fn why_not(seen: &Seen, told: &Told) -> String {
    let raised = told.threads.iter().find_map(|said| said.raised.as_ref());
    if let Some(raised) = raised {
        let line = raised.line.map(|line| format!("Line {line}: "));
        let unit = raised.unit.map(|unit| format!(", in work({unit})"));
        return format!(
            "{}{}{}",
            line.unwrap_or_default(),
            raised.what(),
            unit.unwrap_or_default()
        );
    }
    let seconds = SILENCE_NS / 1_000_000_000;
    match (seen.ended, seen.ready_ns) {
        (Some(Ended::Hung), None) => {
            format!("The program was not loaded within {seconds} s: it may loop for ever")
        }
        (Some(Ended::Hung), Some(_)) => format!(
            "work(0) did not return within {seconds} s: it may loop for ever, or units are too long"
        ),
        _ => seen.message.clone().unwrap_or_else(|| {
            "One thread alone completed no unit, so there is nothing to compare with".to_owned()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::python::{Raised, Said};
    use expect_test::{Expect, expect};

    const MS: u64 = 1_000_000;

    fn check(seen: &Seen, told: &Told, expect: Expect) {
        let said = match Solo::of(seen, told, Vec::new()) {
            Ok(Solo { report, .. }) => format!(
                "{:.1} units/s; a unit computes {} µs and blocks {} µs; {} samples",
                report.baseline_units_per_s,
                report.calibration.unit_ns / 1_000,
                report.calibration.blocked_ns / 1_000,
                report.calibration.samples
            ),
            Err(why) => why,
        };
        expect.assert_eq(&said);
    }

    fn seen(completions_ms: impl IntoIterator<Item = u64>) -> Seen {
        Seen {
            now_ns: 900 * MS,
            ready_ns: Some(300 * MS),
            completions_ns: completions_ms.into_iter().map(|ms| ms * MS).collect(),
            ..Seen::default()
        }
    }

    #[test]
    fn rates_are_those_of_code_that_has_warmed_up() {
        let quiet = Told::default();
        check(
            &seen([310, 320, 330]),
            &quiet,
            expect!["100.0 units/s; a unit computes 10000 µs and blocks 0 µs; 3 samples"],
        );
        // The first ten took twice as long.
        let warming = |then: u64| {
            let slow = (1..=10).map(|n| 300 + 20 * n);
            slow.chain((1..=then).map(|n| 500 + 10 * n))
        };
        check(
            &seen(warming(10)),
            &quiet,
            expect!["100.0 units/s; a unit computes 10000 µs and blocks 0 µs; 10 samples"],
        );
        // What came when it was warm counts, if it is more than half.
        check(
            &seen(warming(30)),
            &quiet,
            expect!["100.0 units/s; a unit computes 10000 µs and blocks 0 µs; 30 samples"],
        );
        check(
            &seen(warming(4)),
            &quiet,
            expect!["70.0 units/s; a unit computes 14285 µs and blocks 0 µs; 7 samples"],
        );
        let waiting = Seen {
            blocked_ns: 15 * MS,
            ..seen([310, 320, 330])
        };
        check(
            &waiting,
            &quiet,
            expect!["100.0 units/s; a unit computes 5000 µs and blocks 5000 µs; 3 samples"],
        );
    }

    #[test]
    fn what_cannot_be_measured_is_said_in_words() {
        let raised = |line, unit| Told {
            threads: vec![Said {
                raised: Some(Raised {
                    traceback: "Traceback (most recent call last):\nValueError: no\n".to_owned(),
                    line,
                    unit,
                }),
                ..Said::default()
            }],
            result: None,
        };
        let none = seen([]);
        check(
            &none,
            &raised(Some(3), Some(0)),
            expect!["Line 3: ValueError: no, in work(0)"],
        );
        check(&none, &raised(None, None), expect!["ValueError: no"]);
        let hung = Seen {
            ended: Some(Ended::Hung),
            ..none.clone()
        };
        check(
            &hung,
            &Told::default(),
            expect![
                "work(0) did not return within 5 s: it may loop for ever, or units are too long"
            ],
        );
        let unloaded = Seen {
            ready_ns: None,
            ..hung
        };
        check(
            &unloaded,
            &Told::default(),
            expect!["The program was not loaded within 5 s: it may loop for ever"],
        );
        // What it raised later spoils nothing.
        check(
            &seen([310]),
            &raised(Some(3), Some(1)),
            expect!["100.0 units/s; a unit computes 10000 µs and blocks 0 µs; 1 samples"],
        );
    }

    #[test]
    fn it_goes_on_until_it_has_shown_enough() {
        // 200 ms a unit, from 300 ms on.
        let at = |now_ms: u64| Seen {
            now_ns: now_ms * MS,
            ..seen((1..=(now_ms - 300) / 200).map(|n| 300 + 200 * n))
        };
        // Few units: it may be short.
        assert!(!at(700).is_enough(4));
        assert!(at(900).is_enough(4));
        // Half of what 16 take one thread.
        assert!(!at(1_700).is_enough(16));
        assert!(at(1_900).is_enough(16));
        // It ends, however many there are.
        assert!(!at(2_100).is_enough(10_000));
        assert!(at(2_300).is_enough(10_000));
        // Nothing is known without a single one.
        assert!(!seen([]).is_enough(8));
    }
}
