//! Numbers from a finished run, by the standard definitions.

use super::old_engine::{Engine, Thread};
use super::old_policy::Policy;
use super::trace::State;
use crate::experiment::{
    Costs, Ended, Experiment, Outcome, ProcessOutcome, ThreadOutcome, Throughput,
};
use serde::Serialize;

/// Mean and extremes of a set of times, ns. All 0 for an empty set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Summary {
    /// Arithmetic mean, rounded down.
    pub mean: u64,
    /// Median: the smallest value that half of them do not exceed.
    pub p50: u64,
    /// The smallest value that 95 % of them do not exceed.
    pub p95: u64,
    /// Largest.
    pub max: u64,
}

impl Summary {
    fn of(mut times: Vec<u64>) -> Self {
        times.sort_unstable();
        let Some(&max) = times.last() else {
            return Self::default();
        };
        let percentile = |p: usize| times[(times.len() * p).div_ceil(100).max(1) - 1];
        let sum: u128 = times.iter().copied().map(u128::from).sum();
        Self {
            mean: (sum / times.len() as u128) as u64,
            p50: percentile(50),
            p95: percentile(95),
            max,
        }
    }
}

/// What the simulator alone can tell about a run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Metrics {
    /// Time each core had a thread on it, ns.
    pub core_busy_ns: Vec<u64>,
    /// Times a core went from one thread to another.
    pub context_switches: u64,
    /// From creation to end, of each worker thread that began to exist.
    pub turnaround: Summary,
    /// From creation to the first time on a core.
    pub response: Summary,
    /// Time spent ready but without a core.
    pub waiting: Summary,
    /// Time all worker threads spent in each state, ns, by
    /// [`State`](super::State) as an index.
    pub time_in: [u64; State::COUNT],
}

impl Metrics {
    /// Share of the cores' time that was used, from 0 to 1.
    #[must_use]
    pub fn utilisation(&self, wall_ns: u64) -> f64 {
        let cores = self.core_busy_ns.len() as u64;
        if wall_ns == 0 || cores == 0 {
            return 0.0;
        }
        let busy: u64 = self.core_busy_ns.iter().sum();
        busy as f64 / (cores * wall_ns) as f64
    }
}

pub(super) fn measure<P: Policy>(engine: &Engine<'_, P>) -> Metrics {
    let workers = || {
        let is_worker = |thread: &&Thread| thread.worker.is_some() && thread.created.is_some();
        engine.threads.iter().filter(is_worker)
    };
    let mut time_in = [0; State::COUNT];
    for thread in workers() {
        for (sum, time) in time_in.iter_mut().zip(thread.time_in) {
            *sum += time;
        }
    }
    let since_creation = |thread: &Thread, at: u64| Some(at - thread.created?);
    Metrics {
        core_busy_ns: engine.cores.iter().map(|core| core.busy).collect(),
        context_switches: engine.context_switches,
        turnaround: Summary::of(
            workers()
                .filter_map(|thread| since_creation(thread, thread.ended?.1))
                .collect(),
        ),
        response: Summary::of(
            workers()
                .filter_map(|thread| since_creation(thread, thread.first_run?))
                .collect(),
        ),
        waiting: Summary::of(
            workers()
                .map(|thread| thread.time_in[State::Ready as usize])
                .collect(),
        ),
        time_in,
    }
}

pub(super) fn outcome<P: Policy>(
    engine: &Engine<'_, P>,
    experiment: &Experiment,
    costs: &Costs,
) -> Outcome {
    let mut threads = engine
        .threads
        .iter()
        .filter(|thread| thread.worker.is_some());
    let processes: Vec<_> = engine.processes[1..]
        .iter()
        .map(|process| {
            let (ended, ended_ns) = process.ended.unwrap_or((Ended::NeverStarted, 0));
            let threads: Vec<_> = threads
                .by_ref()
                .take(usize::from(experiment.threads))
                .map(|thread| thread_outcome(thread, experiment))
                .collect();
            let extra_threads = if threads.len() > 1 { threads.len() } else { 0 };
            ProcessOutcome {
                ready_ns: process.ready,
                ended_ns,
                ended,
                // The first to take it got it from nobody.
                gil_switches: process
                    .gil
                    .as_ref()
                    .map_or(0, |gil| gil.switch_number.saturating_sub(1)),
                memory_bytes: costs.process_bytes + costs.thread_bytes * extra_threads as u64,
                threads,
            }
        })
        .collect();
    let wall_ns = processes
        .iter()
        .map(|process| process.ended_ns)
        .max()
        .unwrap_or(0);
    Outcome {
        wall_ns,
        units_planned: u64::from(experiment.units),
        throughput: Throughput::of_run(&engine.trace.units, wall_ns),
        processes,
        failures: engine.failures.clone(),
    }
}

fn thread_outcome(thread: &Thread, experiment: &Experiment) -> ThreadOutcome {
    let (process, index) = thread.worker.unwrap_or_default();
    ThreadOutcome {
        planned: experiment.share(process, index),
        units: thread.units,
        wrong: 0,
        ended: thread.ended.map_or(Ended::NeverStarted, |(how, _)| how),
        gil_wait_ns: thread.time_in[State::WaitGil as usize],
    }
}
