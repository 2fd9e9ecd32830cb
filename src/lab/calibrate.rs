//! Finds out, just before a run, what work takes on this machine, and what one
//! thread alone achieves. Runs in a worker of its own, while nothing else does.

use super::measurement::Calibration;
use super::work::{Host, Process};
use crate::experiment::{Costs, Experiment};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// The code runs before the first sample, because engines compile hot code
/// again, better: in rounds of so many ns, at least and at most so many rounds,
/// until the best one is so many rounds ago.
const ROUND_NS: u64 = 20_000_000;
const ROUNDS: RangeInclusive<usize> = 8..=40;
const PATIENCE: usize = 4;

/// Samples of a block's time.
const SAMPLES: usize = 15;

/// Each over so many ns: far above the resolution of any browser's clock
/// (5 µs to 100 µs, and 1 ms at worst).
const SAMPLE_NS: u64 = 10_000_000;

/// The baseline is measured over about so many ns of work.
const BASELINE_NS: u64 = 250_000_000;

/// So long it works before that if what work takes is known already.
const WARM_NS: u64 = 60_000_000;

/// How many waits, of how many µs, show how late a thread wakes.
const WAKES: usize = 15;
const WAKE_US: u32 = 1_000;

/// What was found out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// When it began, ns since the page's origin: the worker was ready.
    pub began_ns: u64,
    /// What work takes.
    pub calibration: Calibration,
    /// Units per second of one thread alone.
    pub baseline_units_per_s: f64,
    /// How much later than asked a waiting thread wakes, ns: median.
    pub wake_latency_ns: u64,
    /// Distance from that to the third quartile, ns.
    pub wake_jitter_ns: u64,
    /// Bytes of memory of the worker's instance.
    pub memory_bytes: u64,
}

/// Measures on the calling thread; takes from 0.6 s to 1.5 s, longer for long
/// units.
///
/// What work takes may be `known` from a run of the same kernel just before:
/// then it takes half as long, and only what one thread achieves is measured.
pub fn calibrate<H: Host>(experiment: &Experiment, known: Option<Calibration>, host: &H) -> Report {
    let began_ns = host.now_ns();
    let calibration = known.map_or_else(
        || what_work_takes(experiment, host),
        |known| {
            // The processor, and a code cache that another instance filled, are
            // awake after this.
            work_for(WARM_NS, experiment, &known, host);
            known
        },
    );

    // Before the processor has been idle, which slows down what comes next.
    let baseline_units_per_s = baseline(experiment, &calibration, host);

    let mut late: Vec<f64> = (0..WAKES)
        .map(|_| {
            let from = host.now_ns();
            host.wait(WAKE_US);
            let waited = host.now_ns().saturating_sub(from);
            waited.saturating_sub(u64::from(WAKE_US) * 1_000) as f64
        })
        .collect();
    let [_, wake, wake_high] = quartiles(&mut late);

    Report {
        began_ns,
        calibration,
        baseline_units_per_s,
        wake_latency_ns: wake as u64,
        wake_jitter_ns: (wake_high - wake) as u64,
        memory_bytes: host.memory_bytes(),
    }
}

/// Measures what a unit takes.
fn what_work_takes<H: Host>(experiment: &Experiment, host: &H) -> Calibration {
    let [low, block_ns, high] = quartiles(&mut time_blocks(experiment, host));
    let per_unit = f64::from(experiment.cpu_us) * 1e3 / block_ns.max(1.0);
    // Saturates, and is at most 50 ms / 1 ns.
    let blocks_per_unit = (per_unit.round() as u32).max(1);
    Calibration {
        block_ns,
        block_spread_ns: high - low,
        samples: SAMPLES as u32,
        blocks_per_unit,
        unit_ns: (f64::from(blocks_per_unit) * block_ns).round() as u64,
        blocked_ns: 0,
    }
}

/// Times blocks of the experiment's kernel on the calling thread, once the
/// engine has compiled them as well as it will: ns each; every sample is the
/// mean of many.
pub fn time_blocks<H: Host>(experiment: &Experiment, host: &H) -> Vec<f64> {
    // A thread at work, as in the run: the poll points are a part of its cost,
    // and the engine must have compiled this very code.
    let one_unit = Experiment {
        units: 1,
        io_us: 0,
        ..alone(experiment)
    };
    let blocks = |count: u32| {
        let process = Process::new(one_unit.clone(), 0, count, host.clone());
        let from = host.now_ns();
        process.run_thread(0);
        host.now_ns().saturating_sub(from)
    };

    samples(blocks)
}

/// Samples of a block's time, ns. `blocks` runs so many and tells how long that
/// took, ns, by a clock that may stand still for 1 ms.
fn samples(mut blocks: impl FnMut(u32) -> u64) -> Vec<f64> {
    // Each of a round's blocks. Doubles the round as long as the clock cannot tell;
    // that happens again when the engine has compiled the code better meanwhile.
    let mut each_ns = |round: &mut u32| loop {
        let took = blocks(*round);
        if took >= ROUND_NS / 4 {
            return took as f64 / f64::from(*round);
        }
        *round = round.saturating_mul(2);
    };
    let mut round = 1;
    let (mut best_ns, mut best_round) = (f64::INFINITY, 0);
    for done in 1..=*ROUNDS.end() {
        let each_ns = each_ns(&mut round);
        // Only what is clearly better is news.
        if each_ns < 0.95 * best_ns {
            (best_ns, best_round) = (each_ns, done);
            round = ((ROUND_NS as f64 / each_ns) as u32).max(1);
        }
        if done >= *ROUNDS.start() && done - best_round >= PATIENCE {
            break;
        }
    }
    let mut batch = ((SAMPLE_NS as f64 / best_ns) as u32).max(1);
    (0..SAMPLES).map(|_| each_ns(&mut batch)).collect()
}

/// Units per second of one thread of one process, with the very code that the
/// run's threads will execute.
fn baseline<H: Host>(experiment: &Experiment, calibration: &Calibration, host: &H) -> f64 {
    let from = host.now_ns();
    let units = work_for(BASELINE_NS, experiment, calibration, host);
    let took = host.now_ns().saturating_sub(from).max(1);
    f64::from(units) / (took as f64 / 1e9)
}

/// Works for about so many ns as one thread of one process. Returns how many
/// units that were.
fn work_for<H: Host>(ns: u64, experiment: &Experiment, calibration: &Calibration, host: &H) -> u32 {
    let unit_ns = calibration.unit_ns + u64::from(experiment.io_us) * 1_000;
    // At least two, so that a unit of 150 ms does not decide alone.
    let units = (ns / unit_ns.max(1)).clamp(2, 20_000) as u32;
    let experiment = Experiment {
        units,
        ..alone(experiment)
    };
    Process::new(experiment, 0, calibration.blocks_per_unit, host.clone()).run_thread(0);
    units
}

/// The experiment for one thread of one process, without faults.
fn alone(experiment: &Experiment) -> Experiment {
    Experiment {
        processes: 1,
        threads: 1,
        faults: Vec::new(),
        ..experiment.clone()
    }
}

/// Costs of several runs, summed up: of each the median.
#[must_use]
pub fn median_costs(samples: &[Costs]) -> Costs {
    let median = |cost: fn(&Costs) -> u64| {
        let mut values: Vec<f64> = samples.iter().map(|costs| cost(costs) as f64).collect();
        quartiles(&mut values)[1] as u64
    };
    Costs {
        process_start_parent_ns: median(|costs| costs.process_start_parent_ns),
        process_start_child_ns: median(|costs| costs.process_start_child_ns),
        thread_start_ns: median(|costs| costs.thread_start_ns),
        threads_start_together: samples.iter().any(|costs| costs.threads_start_together),
        gil_handoff_ns: median(|costs| costs.gil_handoff_ns),
        wake_latency_ns: median(|costs| costs.wake_latency_ns),
        wake_jitter_ns: median(|costs| costs.wake_jitter_ns),
        process_bytes: median(|costs| costs.process_bytes),
        thread_bytes: median(|costs| costs.thread_bytes),
        ..Costs::IDEAL
    }
}

/// First quartile, median and third quartile, each the nearest sample; zeros
/// for none.
#[must_use]
pub fn quartiles(samples: &mut [f64]) -> [f64; 3] {
    samples.sort_by(f64::total_cmp);
    let last = samples.len().saturating_sub(1);
    [1, 2, 3].map(|quarter| {
        let at = (last * quarter + 2) / 4;
        samples.get(at).copied().unwrap_or(0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::telemetry::Area;
    use cpu_time::ThreadTime;
    use std::time::Duration;

    /// Its clock counts what the thread gets of a core: other work on the
    /// machine does not show.
    #[derive(Debug, Clone)]
    struct Native;

    impl Host for Native {
        fn now_ns(&self) -> u64 {
            u64::try_from(ThreadTime::now().as_duration().as_nanos()).unwrap()
        }
        fn wait(&self, us: u32) {
            std::thread::sleep(Duration::from_micros(u64::from(us)));
        }
        fn memory_bytes(&self) -> u64 {
            1 << 20
        }
        fn report(&self, _area: &Area, _urgent: bool) {}
        fn crash(&self) -> ! {
            unreachable!("calibration has no faults")
        }
    }

    #[test]
    fn a_unit_takes_about_what_was_asked_and_the_baseline_agrees() {
        let experiment = Experiment {
            cpu_us: 5_000,
            ..Experiment::default()
        };
        let report = calibrate(&experiment, None, &Native);
        let unit_ns = report.calibration.unit_ns as f64;
        // Half a block off at most; a block may take 2 ms in a debug build.
        assert!((unit_ns - 5e6).abs() <= report.calibration.block_ns / 2.0 + 1.0);
        // Caches are shared with whatever else runs, so the bounds are wide.
        let alone = 1e9 / report.baseline_units_per_s;
        assert!(alone > unit_ns / 5.0 && alone < unit_ns * 5.0, "{report:?}");
        let again = calibrate(&experiment, Some(report.calibration), &Native);
        assert_eq!(again.calibration, report.calibration);
        let alone = 1e9 / again.baseline_units_per_s;
        assert!(alone > unit_ns / 5.0 && alone < unit_ns * 5.0, "{again:?}");
    }

    #[test]
    fn code_that_becomes_faster_between_two_rounds_is_measured_all_the_same() {
        // Of a block, ns: first, and from a call on.
        for (slow_ns, fast_ns, from_call) in
            [(50_000, 1_000, 8), (50_000, 1_000, 12), (900, 40, 14)]
        {
            for clock_ns in [5_000, 100_000, 1_000_000] {
                let mut calls = 0;
                let mut now_ns = 0_u64;
                let found = samples(|count| {
                    calls += 1;
                    let each_ns = if calls < from_call { slow_ns } else { fast_ns };
                    let read = |ns: u64| ns / clock_ns * clock_ns;
                    let from = read(now_ns);
                    let took = u64::from(count) * each_ns;
                    assert!(took < 100_000_000, "{count} blocks at once");
                    now_ns += took;
                    read(now_ns) - from
                });
                for each_ns in found {
                    let share = each_ns / fast_ns as f64;
                    assert!((0.8..1.2).contains(&share), "{each_ns} ns by {clock_ns} ns");
                }
            }
        }
    }

    #[test]
    fn quartiles_of_few_and_of_none() {
        let exact = |samples: &mut [f64]| quartiles(samples).map(f64::to_bits);
        let bits = |values: [f64; 3]| values.map(f64::to_bits);
        assert_eq!(exact(&mut []), bits([0.0, 0.0, 0.0]));
        assert_eq!(exact(&mut [7.0]), bits([7.0, 7.0, 7.0]));
        let mut five = [5.0, 1.0, 4.0, 2.0, 3.0];
        assert_eq!(exact(&mut five), bits([2.0, 3.0, 4.0]));
    }
}
