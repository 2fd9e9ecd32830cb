//! Gathers what was seen during a run, and makes progress reports and at last
//! the measurement of it.

use crate::experiment::{Costs, Experiment};
use crate::lab::calibrate::{Report, quartiles};
use crate::lab::gil::Hold;
use crate::lab::measurement::{
    Calibration, Environment, Measurement, ProcessProgress, Progress, Stretch, ThreadProgress,
};
use crate::lab::telemetry::{State, read_holds};
use crate::lab::watch::Watch;

/// Hand-offs seen at least before their median means anything.
const FEW: usize = 5;

pub(super) struct Observed {
    environment: Environment,
    report: Report,
    calibration_parent_ns: u64,
    processes: Vec<ObservedProcess>,
    completions_ns: Vec<u64>,
}

#[derive(Default)]
struct ObservedProcess {
    started_ns: u64,
    parent_ns: u64,
    /// Completion times read, for each thread.
    known_times: Vec<usize>,
    holds: Vec<Hold>,
    holds_in_all: u32,
}

impl Observed {
    pub(super) fn new(
        environment: Environment,
        report: Report,
        calibration_parent_ns: u64,
    ) -> Self {
        Self {
            environment,
            report,
            calibration_parent_ns,
            processes: Vec::new(),
            completions_ns: Vec::new(),
        }
    }

    pub(super) fn calibration(&self) -> Calibration {
        self.report.calibration
    }

    /// When units were completed, ns, in any order.
    pub(super) fn completions_ns(&self) -> &[u64] {
        &self.completions_ns
    }

    /// Time the page spent on starting that process, ns.
    pub(super) fn parent_ns(&self, process: usize) -> u64 {
        self.processes[process].parent_ns
    }

    /// The next process was started.
    pub(super) fn started(&mut self, started_ns: u64, parent_ns: u64) {
        self.processes.push(ObservedProcess {
            started_ns,
            parent_ns,
            ..ObservedProcess::default()
        });
    }

    /// How many completion times of that thread were added.
    pub(super) fn known_times(&self, process: usize, thread: usize) -> usize {
        let known = self.processes[process].known_times.get(thread);
        known.copied().unwrap_or(0)
    }

    /// Adds further completion times, µs.
    pub(super) fn add_times(&mut self, process: usize, thread: usize, times_us: &[u32]) {
        let known = &mut self.processes[process].known_times;
        if known.len() <= thread {
            known.resize(thread + 1, 0);
        }
        known[thread] += times_us.len();
        let ns = times_us.iter().map(|&us| u64::from(us) * 1_000);
        self.completions_ns.extend(ns);
    }

    /// Sets the trace of the lock, as words, and how often it was held.
    pub(super) fn add_holds(&mut self, process: usize, words: &[u32], in_all: u32) {
        self.processes[process].holds = read_holds(words);
        self.processes[process].holds_in_all = in_all;
    }

    pub(super) fn progress(
        &self,
        experiment: &Experiment,
        watch: &Watch,
        elapsed_ns: u64,
    ) -> Progress {
        let process = |index: u16| {
            let at = usize::from(index);
            let head = watch.head(at);
            let thread = |thread: u16| {
                let seen = head.map(|head| head.threads[usize::from(thread)]);
                ThreadProgress {
                    state: seen.map_or(State::New, |seen| seen.state),
                    ended: watch.thread_ended(at, usize::from(thread)),
                    units: seen.map_or(0, |seen| seen.units),
                    planned: experiment.share(index, thread),
                }
            };
            ProcessProgress {
                is_ready: head.is_some_and(|head| head.ready_us.is_some()),
                ended: watch.process_ended(at),
                threads: (0..experiment.threads).map(thread).collect(),
            }
        };
        let processes: Vec<_> = (0..experiment.processes).map(process).collect();
        let threads = processes.iter().flat_map(|process| &process.threads);
        Progress {
            elapsed_ns,
            units_done: threads.map(|thread| u64::from(thread.units)).sum(),
            units_planned: u64::from(experiment.units),
            processes,
            completions_ns: self.completions_ns.clone(),
        }
    }

    pub(super) fn measurement(&self, experiment: &Experiment, watch: &Watch) -> Measurement {
        let gil_holds: Vec<_> = self.processes.iter().map(|p| p.holds.clone()).collect();
        Measurement {
            outcome: watch.outcome(&self.completions_ns),
            calibration: self.report.calibration,
            baseline_units_per_s: self.report.baseline_units_per_s,
            environment: self.environment.clone(),
            costs: self.costs(experiment, watch),
            gil_holds,
            gil_holds_in_all: self.processes.iter().map(|p| p.holds_in_all).collect(),
            gil_most_holders: (0..self.processes.len())
                .map(|index| watch.head(index).map_or(0, |head| head.most_holders))
                .collect(),
            all_at_work: self.all_at_work(watch),
            uncompared: 0,
            messages: watch.messages().to_vec(),
        }
    }

    fn all_at_work(&self, watch: &Watch) -> Option<Stretch> {
        let ns = |us: u32| u64::from(us) * 1_000;
        let heads: Option<Vec<_>> = (0..self.processes.len()).map(|at| watch.head(at)).collect();
        let heads = heads?;
        let started = heads
            .iter()
            .map(|head| Some(ns(head.ready_us? + head.threads_us)))
            .collect::<Option<Vec<_>>>()?;
        let threads = heads.iter().flat_map(|head| &head.threads);
        let ended: Vec<_> = threads
            .filter(|thread| thread.state.has_ended())
            .map(|thread| ns(thread.ended_us))
            .collect();
        Stretch::all_at_work(&started, &ended, &self.completions_ns)
    }

    /// What starting and waking cost here. Starts disturb each other where
    /// cores are few, and the simulator models that itself: so a process's
    /// start is the least disturbed one, which the calibrating worker's may be.
    fn costs(&self, experiment: &Experiment, watch: &Watch) -> Costs {
        let mut parent = vec![self.calibration_parent_ns as f64];
        let mut child = vec![
            self.report
                .began_ns
                .saturating_sub(self.calibration_parent_ns) as f64,
        ];
        let mut thread = Vec::new();
        let mut stack = Vec::new();
        let mut gaps = Vec::new();
        for (index, process) in self.processes.iter().enumerate() {
            parent.push(process.parent_ns as f64);
            let Some(head) = watch.head(index) else {
                continue;
            };
            if let Some(us) = head.ready_us {
                let began = process.started_ns + process.parent_ns;
                child.push((u64::from(us) * 1_000).saturating_sub(began) as f64);
            }
            if experiment.threads > 1 && head.threads_us > 0 {
                let all_ns = f64::from(head.threads_us) * 1e3;
                thread.push(all_ns / f64::from(experiment.threads));
                let grown = head.memory_bytes.saturating_sub(self.report.memory_bytes);
                stack.push((grown / u64::from(experiment.threads)) as f64);
            }
            gaps.extend(
                process
                    .holds
                    .windows(2)
                    .filter(|pair| pair[0].thread != pair[1].thread)
                    .map(|pair| pair[1].from_ns.saturating_sub(pair[0].until_ns) as f64),
            );
        }
        let median = |samples: &mut Vec<f64>| quartiles(samples)[1] as u64;
        // With waits in it a gap may be idle time, not a hand-off.
        let handed_off = experiment.io_us == 0 && gaps.len() >= FEW;
        Costs {
            process_start_parent_ns: median(&mut parent),
            process_start_child_ns: child.iter().copied().fold(f64::INFINITY, f64::min) as u64,
            thread_start_ns: median(&mut thread),
            threads_start_together: true,
            gil_handoff_ns: if handed_off { median(&mut gaps) } else { 0 },
            wake_latency_ns: self.report.wake_latency_ns,
            wake_jitter_ns: self.report.wake_jitter_ns,
            process_bytes: self.report.memory_bytes,
            thread_bytes: median(&mut stack),
            ..Costs::IDEAL
        }
    }
}

/// What the calibration of a run before had reported, and what the page had
/// spent on starting its worker, ns.
pub(super) fn report_of(before: &Measurement) -> (Report, u64) {
    let costs = &before.costs;
    let parent_ns = costs.process_start_parent_ns;
    let report = Report {
        began_ns: parent_ns + costs.process_start_child_ns,
        calibration: before.calibration,
        baseline_units_per_s: before.baseline_units_per_s,
        wake_latency_ns: costs.wake_latency_ns,
        wake_jitter_ns: costs.wake_jitter_ns,
        memory_bytes: costs.process_bytes,
    };
    (report, parent_ns)
}
