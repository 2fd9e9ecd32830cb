//! The start screen: the same work done by one thread, by four threads under
//! one GIL, and by four processes, side by side on one axis of time.

use super::Predicted;
use crate::app::english::start as text;
use crate::experiment::{Costs, from_fragment};
use crate::plot::{Align, Fill, Ink, Pattern, Picture, Shape, duration, ratio};
use crate::sim::State;

/// How long the film takes to run to its end, ms.
pub const RUN_MS: f64 = 5_000.0;

/// How long its end is shown before it begins again, ms.
pub const HOLD_MS: f64 = 4_000.0;

/// How often it runs before it rests.
pub const TIMES: f64 = 3.0;

/// Height of a lane, px.
const LANE: f64 = 18.0;

/// Space between two lanes, px.
const GAP: f64 = 3.0;

/// Height of the axis, px.
pub const AXIS: f64 = 16.0;

/// Marks of the axis are this far apart, ns.
const TICK_NS: u64 = 100_000_000;

/// One of the three.
#[derive(Debug, Clone, PartialEq)]
pub struct Runner {
    /// Identifier for tests and styles.
    pub id: &'static str,
    /// What runs, in a few words.
    pub title: &'static str,
    /// What is to be known of it, in a few words.
    pub about: &'static str,
    /// What the simulator says of it.
    pub predicted: Predicted,
}

/// All three.
#[derive(Debug, Clone, PartialEq)]
pub struct Race {
    /// One thread, four threads, four processes.
    pub runners: [Runner; 3],
    /// When the last of them is done, ns.
    pub end: u64,
}

/// Where the film is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// The share of the race that has been run, from 0 to 1.
    pub share: f64,
    /// Whether the film rests at its end.
    pub over: bool,
}

impl Moment {
    /// The end.
    pub const END: Self = Self {
        share: 1.0,
        over: true,
    };

    /// Where the film is `elapsed_ms` after it began.
    #[must_use]
    pub fn at(elapsed_ms: f64) -> Self {
        let round = RUN_MS + HOLD_MS;
        if elapsed_ms >= TIMES * round - HOLD_MS {
            return Self::END;
        }
        Self {
            share: (elapsed_ms.max(0.0) % round / RUN_MS).min(1.0),
            over: false,
        }
    }
}

impl Runner {
    fn of(id: &'static str, title: &'static str, about: &'static str, fragment: &str) -> Self {
        let experiment = from_fragment(fragment).experiment;
        Self {
            id,
            title,
            about,
            predicted: Predicted::of(&experiment, &Costs::CPYTHON_LINUX),
        }
    }

    /// When it is done, ns.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.predicted.run.trace.end
    }

    /// The lanes of its threads up to `now` on an axis that ends at `axis_end`,
    /// both ns.
    #[must_use]
    pub fn picture(&self, width: f64, now: u64, axis_end: u64) -> Picture {
        let trace = &self.predicted.run.trace;
        let workers = trace.threads.iter().zip(&self.predicted.lanes.threads);
        let workers = workers.filter(|(name, _)| name.worker.is_some());
        let x = |time: u64| width * time as f64 / axis_end.max(1) as f64;
        let mut shapes = Vec::new();
        let mut y = 0.0;
        let mut lanes = 0_u8;
        for (_, spans) in workers {
            let mut bar = |from: u64, to: u64, fill| {
                shapes.push(Shape::Rect {
                    x: x(from),
                    y,
                    w: (x(to) - x(from)).max(0.0),
                    h: LANE,
                    fill,
                });
            };
            bar(0, axis_end, Fill::solid(Ink::Lane));
            for span in spans.iter().filter(|span| span.start < now) {
                let fill = match span.state {
                    State::Running => Fill::solid(Ink::Hue(lanes % Ink::HUES)),
                    State::WaitGil => Fill {
                        ink: Ink::GilWait,
                        alpha: 0.55,
                        pattern: Pattern::Hatch,
                    },
                    _ => continue,
                };
                bar(span.start, span.end.min(now), fill);
            }
            y += LANE + GAP;
            lanes = lanes.saturating_add(1);
        }
        Picture {
            width,
            height: (y - GAP).max(0.0),
            shapes,
        }
    }
}

impl Race {
    /// Runs all three.
    #[must_use]
    pub fn run() -> Self {
        let runners = [
            Runner::of(
                "one",
                text::ONE_THREAD,
                text::ONE_THREAD_ABOUT,
                "v=1&threads=1",
            ),
            Runner::of(
                "threads",
                text::FOUR_THREADS,
                text::FOUR_THREADS_ABOUT,
                "v=1",
            ),
            Runner::of(
                "processes",
                text::FOUR_PROCESSES,
                text::FOUR_PROCESSES_ABOUT,
                "v=1&procs=4&threads=1",
            ),
        ];
        let end = runners.iter().map(Runner::end).max().unwrap_or(0);
        Self { runners, end }
    }

    /// The instant at this share of the race, ns.
    #[must_use]
    pub fn time(&self, share: f64) -> u64 {
        (share.clamp(0.0, 1.0) * self.end as f64) as u64
    }

    /// The axis below the lanes.
    #[must_use]
    pub fn axis(&self, width: f64) -> Picture {
        let ticks = (0..=self.end / TICK_NS).map(|tick| tick * TICK_NS);
        let mark = |time: u64| Shape::Text {
            x: width * time as f64 / self.end.max(1) as f64,
            y: AXIS / 2.0,
            text: if time == 0 {
                "0".to_owned()
            } else {
                duration(time)
            },
            ink: Ink::Muted,
            size: 11.0,
            align: if time == 0 {
                Align::Start
            } else if time + TICK_NS > self.end {
                // The last one may stand near the edge.
                Align::End
            } else {
                Align::Middle
            },
        };
        Picture {
            width,
            height: AXIS,
            shapes: ticks.map(mark).collect(),
        }
    }

    /// What is seen, in two sentences.
    #[must_use]
    pub fn words(&self) -> [String; 2] {
        let [one, threads, processes] = &self.runners;
        let times = |slow: &Runner, fast: &Runner| slow.end() as f64 / fast.end().max(1) as f64;
        [
            text::threads_take_turns(&ratio(times(threads, one))),
            text::processes_run_at_once(&ratio(times(one, processes))),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn the_film_runs_holds_its_end_begins_again_and_rests() {
        let share = |ms: f64| (Moment::at(ms).share * 100.0).round() as u32;
        let at = [-1.0, 0.0, 2_500.0, 5_000.0, 8_999.0, 9_000.0, 11_500.0];
        assert_eq!(at.map(share), [0, 0, 50, 100, 100, 0, 50]);
        assert!(!Moment::at(18_000.0).over);
        assert_eq!(Moment::at(23_000.0), Moment::END);
        assert_eq!(Moment::at(1e12), Moment::END);
    }

    #[test]
    fn four_threads_take_as_long_as_one_and_four_processes_do_not() {
        let race = Race::run();
        let ends = race.runners.each_ref().map(|runner| duration(runner.end()));
        expect![[r#"["405 ms", "411 ms", "114 ms"]"#]].assert_eq(&format!("{ends:?}"));
        expect![[r#"["Four threads take as long as one (1.01× its time): under the GIL they take turns.", "Four processes have a GIL each and run at once: 3.56× as fast."]"#]]
            .assert_eq(&format!("{:?}", race.words()));
        assert_eq!(race.end, race.runners[1].end());
    }

    #[test]
    fn lanes_grow_with_time_and_threads_take_turns() {
        let race = Race::run();
        let running = |runner: &Runner, now: u64| -> Vec<(f64, f64)> {
            let picture = runner.picture(1_000.0, now, race.end);
            assert!(picture.height > 0.0);
            let bars = picture.shapes.iter().filter_map(|shape| match shape {
                Shape::Rect { x, w, fill, .. } if matches!(fill.ink, Ink::Hue(_)) => {
                    Some((*x, x + w))
                }
                _ => None,
            });
            bars.collect()
        };
        let [one, threads, processes] = &race.runners;
        assert!(running(one, 0).is_empty());
        let half = race.time(0.5);
        for runner in &race.runners {
            let until = running(runner, half)
                .iter()
                .fold(0.0_f64, |most, bar| most.max(bar.1));
            assert!(until <= 500.1, "{}: {until}", runner.id);
        }
        // How many run at a time, on average.
        let at_once = |runner: &Runner| {
            let bars = running(runner, race.end);
            let all: f64 = bars.iter().map(|bar| bar.1 - bar.0).sum();
            let first = bars.iter().fold(1_000.0_f64, |least, bar| least.min(bar.0));
            let last = bars.iter().fold(0.0_f64, |most, bar| most.max(bar.1));
            all / (last - first)
        };
        assert!((0.95..1.05).contains(&at_once(threads)), "they take turns");
        assert!(at_once(processes) > 3.5);
        assert_eq!(running(processes, race.end).len() % 4, 0);
        let heights = race
            .runners
            .each_ref()
            .map(|r| r.picture(100.0, 0, race.end).height);
        assert_eq!(
            heights.map(|h| h as u32),
            [18, 81, 81],
            "as start.css has them"
        );
    }

    #[test]
    fn the_axis_has_marks_in_round_numbers() {
        let race = Race::run();
        let texts = race
            .axis(500.0)
            .shapes
            .into_iter()
            .map(|shape| match shape {
                Shape::Text { text, x, .. } => format!("{text} at {x:.0}"),
                other => panic!("{other:?}"),
            });
        expect!["0 at 0, 100 ms at 122, 200 ms at 244, 300 ms at 365, 400 ms at 487"]
            .assert_eq(&texts.collect::<Vec<_>>().join(", "));
    }
}
