//! T4, W2 and W4: waits that overlap.

use super::super::{Comparison, Predictor};
use super::predicted::{self, cores};
use super::{counted, least};
use crate::claims::text::{fold, in_ms, time, times, verdict};
use crate::claims::{Figure, Verdict};
use crate::experiment::scenario::Ns;
use crate::lab::findings::{Findings, Unit};

/// Each wait of the trials.
const WAIT: Ns = Ns::ms(20);

/// How long a callback of W2 computes.
const BUSY: Ns = Ns::ms(50);

/// How many times as fast 16 threads must be.
const GAIN: f64 = 4.0;

/// How many times as fast 40 promises must be.
const LOOP_GAIN: f64 = 10.0;

/// How many times as long as the loop threads may take.
const COMPARABLE: f64 = 3.0;

/// How many times as fast one figure is as another, by the least disturbed
/// samples of each.
fn gain(found: &Findings, slow: &str, fast: &str) -> Option<f64> {
    Some(least(found, slow)? / least(found, fast)?.max(1.0))
}

fn least_ns(found: &Findings, name: &str) -> Option<u64> {
    least(found, name).map(|ns| ns as u64)
}

fn ms(found: &Findings, names: &[&str]) -> Option<Vec<Figure>> {
    let one = |name: &&str| Some(in_ms(*name, least_ns(found, name)?));
    names.iter().map(one).collect()
}

/// T4.
pub(super) fn judge_threads(found: &Findings) -> Option<Verdict> {
    let gained = gain(found, "one after the other", "16 threads")?;
    let run = &found.run("16 threads under a GIL")?.measurement;
    let under_gil = run.speed_up();
    let fetches = gain(found, "fetches, 1 thread", "fetches, 4 threads");
    let fetched = fetches.map(|gain| format!("; fetches are {} as fast in 4", fold(gain)));
    let mut figures = ms(found, &["one after the other", "16 threads"])?;
    figures.push(times("speed-up", gained));
    figures.push(times("speed-up under a GIL, start included", under_gil));
    figures.extend(fetches.map(|gain| times("fetches in 4 threads, compared with 1", gain)));
    Some(verdict(
        gained >= GAIN && under_gil >= GAIN && run.outcome.units_wrong() == 0,
        format!(
            "{} waits take {} one after the other and {} in 16 threads, {} as fast; under a GIL \
             16 threads are {} as fast as one{}",
            counted(found, "waits")?,
            time(least_ns(found, "one after the other")?),
            time(least_ns(found, "16 threads")?),
            fold(gained),
            fold(under_gil),
            fetched.unwrap_or_default(),
        ),
        figures,
    ))
}

/// W2.
pub(super) fn judge_loop(found: &Findings) -> Option<Verdict> {
    let gained = gain(found, "one after the other", "event loop")?;
    let late = |what: &str| least_ns(found, &format!("late, {what}"));
    let (idle, busy) = (late("nothing computes")?, late("a callback computes")?);
    let fetches = gain(found, "fetches, one after the other", "fetches, together");
    let fetched = fetches.map(|gain| format!("; fetches are {} as fast", fold(gain)));
    let mut figures = ms(found, &["one after the other", "event loop"])?;
    figures.push(times("speed-up", gained));
    figures.push(in_ms("timer late", idle));
    figures.push(in_ms("timer late while a callback computes", busy));
    figures.extend(fetches.map(|gain| times("fetches together", gain)));
    Some(verdict(
        gained >= LOOP_GAIN,
        format!(
            "{} waits take {} one after the other and {} in an event loop of one thread, {} as \
             fast{}; but a callback that computes for 50 ms makes a timer {} late instead of {}",
            counted(found, "awaits")?,
            time(least_ns(found, "one after the other")?),
            time(least_ns(found, "event loop")?),
            fold(gained),
            fetched.unwrap_or_default(),
            time(busy),
            time(idle),
        ),
        figures,
    ))
}

/// W4.
pub(super) fn judge_all(found: &Findings) -> Option<Verdict> {
    let threads = gain(found, "one after the other", "16 threads")?;
    let looped = gain(found, "one after the other", "event loop")?;
    let mut figures = ms(found, &["one after the other", "16 threads", "event loop"])?;
    figures.push(times("speed-up, threads", threads));
    figures.push(times("speed-up, event loop", looped));
    Some(verdict(
        threads >= GAIN && threads * COMPARABLE >= looped,
        format!(
            "{} waits take {} one after the other, {} in as many threads and {} in an event \
             loop: {} and {} as fast",
            counted(found, "waits")?,
            time(least_ns(found, "one after the other")?),
            time(least_ns(found, "16 threads")?),
            time(least_ns(found, "event loop")?),
            fold(threads),
            fold(looped),
        ),
        figures,
    ))
}

/// A speed-up, if both numbers are there.
fn pair(what: &str, predicted: Option<f64>, measured: Option<f64>) -> Option<Comparison> {
    Some(Comparison {
        what: what.to_owned(),
        predicted: predicted?,
        measured: measured?,
        unit: Unit::Times,
    })
}

/// What is predicted of so many waits: in threads, and in an event loop.
fn overlap(found: &Findings, predictor: &Predictor, count: &str) -> (Option<f64>, Option<f64>) {
    let count = counted(found, count).and_then(|count| u32::try_from(count).ok());
    count
        .and_then(|count| predicted::overlap(predictor.costs, cores(found), count, WAIT))
        .unzip()
}

pub(super) fn compare_threads(found: &Findings, predictor: &Predictor) -> Vec<Comparison> {
    let (threads, _) = overlap(found, predictor, "waits");
    let measured = gain(found, "one after the other", "16 threads");
    let waits = pair("speed-up, 16 threads", threads, measured);
    let runs = found.runs.iter().filter_map(|run| predictor.speed_up(run));
    waits.into_iter().chain(runs).collect()
}

pub(super) fn compare_loop(found: &Findings, predictor: &Predictor) -> Vec<Comparison> {
    let (_, looped) = overlap(found, predictor, "awaits");
    let measured = gain(found, "one after the other", "event loop");
    let late = predicted::lateness(predictor.costs, WAIT, BUSY)
        .zip(least(found, "late, a callback computes"));
    let late = late.map(|(predicted, measured)| Comparison {
        what: "timer late while a callback computes".to_owned(),
        predicted: predicted as f64,
        measured,
        unit: Unit::Ns,
    });
    let waits = pair("speed-up, event loop", looped, measured);
    waits.into_iter().chain(late).collect()
}

pub(super) fn compare_all(found: &Findings, predictor: &Predictor) -> Vec<Comparison> {
    let (threads, looped) = overlap(found, predictor, "waits");
    let measured = |fast| gain(found, "one after the other", fast);
    let both = [
        pair("speed-up, 16 threads", threads, measured("16 threads")),
        pair("speed-up, event loop", looped, measured("event loop")),
    ];
    both.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{findings, run};
    use super::super::super::{Predictor, find};
    use crate::experiment::{Costs, Experiment};
    use crate::lab::findings::{Findings, Unit};

    const PREDICTOR: Predictor = Predictor {
        costs: Costs::IDEAL,
    };

    fn waits(claim: &str, threads_ms: f64, loop_ms: f64) -> Findings {
        findings(
            claim,
            &[
                ("waits", Unit::Count, 16.0),
                ("awaits", Unit::Count, 40.0),
                ("one after the other", Unit::Ns, 330e6),
                ("16 threads", Unit::Ns, threads_ms * 1e6),
                ("event loop", Unit::Ns, loop_ms * 1e6),
                ("late, nothing computes", Unit::Ns, 1e5),
                ("late, a callback computes", Unit::Ns, 30e6),
            ],
        )
    }

    /// Under a GIL, or one after the other as if the GIL was kept.
    fn in_threads(threads_ms: f64, threads: u16) -> Findings {
        let mut found = waits("T4", threads_ms, 22.0);
        let experiment = Experiment {
            threads,
            units: 64,
            cpu_us: 100,
            io_us: 20_000,
            ..Experiment::default()
        };
        found.runs.push(run("16 threads under a GIL", experiment));
        found
    }

    #[test]
    fn waits_that_do_not_overlap_would_turn_the_verdict_on_threads() {
        let lesson = find("T4").unwrap();
        let verdict = lesson.judge(&in_threads(22.0, 16));
        assert!(verdict.holds, "{}", verdict.text);
        assert!(!lesson.judge(&in_threads(200.0, 16)).holds);
        assert!(!lesson.judge(&in_threads(22.0, 1)).holds);
        assert!(!lesson.judge(&waits("T4", 22.0, 22.0)).holds);
    }

    #[test]
    fn a_slow_loop_would_turn_the_verdict_on_asyncio() {
        let lesson = find("W2").unwrap();
        assert!(lesson.judge(&waits("W2", 22.0, 22.0)).holds);
        assert!(!lesson.judge(&waits("W2", 22.0, 200.0)).holds);
        assert!(!lesson.judge(&findings("W2", &[])).holds);
    }

    #[test]
    fn slow_threads_would_turn_the_verdict_on_all_ways() {
        let lesson = find("W4").unwrap();
        assert!(lesson.judge(&waits("W4", 25.0, 22.0)).holds);
        assert!(!lesson.judge(&waits("W4", 200.0, 22.0)).holds);
        assert!(!lesson.judge(&waits("W4", 70.0, 10.0)).holds);
    }

    #[test]
    fn free_waits_are_predicted_to_overlap_wholly() {
        let compared = find("W4")
            .unwrap()
            .compare(&waits("W4", 22.0, 22.0), &PREDICTOR);
        for one in &compared {
            assert!((one.predicted - 16.0).abs() < 0.01, "{one:?}");
        }
        assert_eq!(compared.len(), 2);
        let compared = find("W2")
            .unwrap()
            .compare(&waits("W2", 22.0, 22.0), &PREDICTOR);
        let predicted: Vec<f64> = compared.iter().map(|it| it.predicted).collect();
        assert!((predicted[0] - 40.0).abs() < 0.01, "{predicted:?}");
        // 50 ms of computing, of which 20 ms are before the timer.
        assert!((predicted[1] - 30e6).abs() < 1.0, "{predicted:?}");
    }

    #[test]
    fn the_run_under_a_gil_is_compared_too() {
        let compared = find("T4")
            .unwrap()
            .compare(&in_threads(22.0, 16), &PREDICTOR);
        assert_eq!(compared.len(), 2);
        let error = compared[1].error_percent().unwrap();
        assert!(error.abs() < 1.0, "{compared:?}");
    }
}
