//! The processes of a run: started, looked at, ended.

use super::epoch_ms;
use super::instance::{Instance, Order};
use super::report::Observed;
use super::run::Event;
use crate::experiment::Experiment;
use crate::lab::calibrate::Report;
use crate::lab::measurement::{Calibration, Environment, Measurement};
use crate::lab::plan::{Job, Part, planned};
use crate::lab::python::{Plan, Told};
use crate::lab::solo::Seen;
use crate::lab::telemetry::{Head, Layout};
use crate::lab::watch::Watch;

/// Progress is told so often, ns: showing it costs far more than looking.
const TELL_NS: u64 = 250_000_000;

/// Time since the start of a run, ns.
pub(super) fn since(origin_ms: f64) -> u64 {
    // Saturates at 0.
    ((epoch_ms() - origin_ms) * 1e6) as u64
}

/// A run from the start of its processes on.
pub(super) struct Running {
    experiment: Experiment,
    origin_ms: f64,
    layouts: Vec<Layout>,
    /// `None`: it could not be started, or has ended.
    instances: Vec<Option<Instance>>,
    watch: Watch,
    observed: Observed,
    /// What each process has told last, in words, where processes tell.
    output: Vec<Option<Vec<u32>>>,
    /// When progress was told last, ns since the start of the run.
    told_ns: u64,
}

impl Running {
    /// Starts all processes of an experiment with its kernel.
    pub(super) fn of_kernel(
        experiment: Experiment,
        environment: Environment,
        report: Report,
        calibration_parent_ns: u64,
    ) -> Self {
        let page_reads_memory = environment.isolated;
        let blocks_per_unit = report.calibration.blocks_per_unit;
        let order = |experiment: &Experiment, index, origin_ms| {
            Order::of(&Job {
                experiment: experiment.clone(),
                origin_ms,
                part: Part::Process {
                    index,
                    blocks_per_unit,
                    page_reads_memory,
                },
            })
        };
        let watch = Watch::new(&experiment);
        Self::start(
            experiment,
            environment,
            report,
            calibration_parent_ns,
            watch,
            order,
        )
    }

    /// Starts all processes, one after the other, as `order` says, which is given
    /// the experiment, the process's index and when the run began.
    pub(super) fn start(
        experiment: Experiment,
        environment: Environment,
        report: Report,
        calibration_parent_ns: u64,
        mut watch: Watch,
        order: impl Fn(&Experiment, u16, f64) -> Order,
    ) -> Self {
        let mut observed = Observed::new(environment, report, calibration_parent_ns);
        let origin_ms = epoch_ms();
        let mut instances = Vec::new();
        let mut layouts = Vec::new();
        for index in 0..experiment.processes {
            let layout = Layout::new(&planned(&experiment, index));
            let started_ns = since(origin_ms);
            watch.started(usize::from(index), started_ns);
            let name = format!("process {}", index + 1);
            let instance = Instance::start(
                &name,
                &order(&experiment, index, origin_ms),
                Some(layout.stop_word() as u32),
            );
            instances.push(match instance {
                Ok(instance) => {
                    observed.started(started_ns, instance.parent_ns);
                    Some(instance)
                }
                Err(why) => {
                    observed.started(started_ns, 0);
                    watch.broken(usize::from(index), why.to_string());
                    None
                }
            });
            layouts.push(layout);
        }
        Self {
            output: vec![None; instances.len()],
            experiment,
            origin_ms,
            layouts,
            instances,
            watch,
            observed,
            told_ns: 0,
        }
    }

    /// Reads all telemetry and draws the conclusions.
    pub(super) fn look(&mut self) -> Option<Event> {
        self.read();
        for index in self.watch.look(since(self.origin_ms)) {
            self.end(index);
        }
        if self.watch.is_over() {
            let measurement = self.observed.measurement(&self.experiment, &self.watch);
            return Some(Event::Finished(Box::new(measurement)));
        }
        let now = since(self.origin_ms);
        if now < self.told_ns + TELL_NS {
            return None;
        }
        self.told_ns = now;
        let progress = self.observed.progress(&self.experiment, &self.watch, now);
        Some(Event::Progress(progress))
    }

    /// Ends all that has not ended. What was measured up to now.
    pub(super) fn stop(&mut self) -> Measurement {
        self.read();
        let now = since(self.origin_ms);
        // What has ended by itself just now was not stopped.
        let mut to_end = self.watch.look(now);
        to_end.extend(self.watch.stop(now));
        for index in to_end {
            self.end(index);
        }
        self.observed.measurement(&self.experiment, &self.watch)
    }

    fn read(&mut self) {
        for (index, instance) in self.instances.iter().enumerate() {
            let Some(instance) = instance else { continue };
            if let Some(why) = instance.take_broken() {
                self.watch.broken(index, why);
            }
            let layout = &self.layouts[index];
            // The threads first: what a thread that has ended wrote of its
            // process before that is then seen, too.
            let threads = instance.read(layout.process_words()..layout.head_words());
            let process = instance.read(0..layout.process_words());
            let words = process.zip(threads).map(|(mut process, threads)| {
                process.extend(threads);
                process
            });
            let Some(head) = words.and_then(|words| Head::read(layout, &words)) else {
                continue;
            };
            for (thread, seen) in head.threads.iter().enumerate() {
                let known = self.observed.known_times(index, thread);
                let times = layout.times(thread, seen.units);
                let new = times.start + known.min(times.len())..times.end;
                let times = instance.read(new).unwrap_or_default();
                self.observed.add_times(index, thread, &times);
            }
            self.watch.seen(index, head);
        }
    }

    /// Reads what is left to read of process `index`, and ends its worker.
    fn end(&mut self, index: usize) {
        self.hear(index);
        let Some(instance) = self.instances[index].take() else {
            return;
        };
        let held = self.watch.head(index).map_or(0, |head| head.holds);
        let holds = instance.read(self.layouts[index].holds(held));
        self.observed
            .add_holds(index, &holds.unwrap_or_default(), held);
    }

    /// Notes what process `index` has told.
    fn hear(&mut self, index: usize) {
        if let Some(words) = self.instances[index].as_ref().and_then(Instance::output) {
            self.output[index] = Some(words);
        }
    }

    /// What each process has told up to now.
    pub(super) fn told(&mut self) -> Vec<Told> {
        let mut told = Vec::new();
        for index in 0..self.instances.len() {
            self.hear(index);
            let words = self.output[index].as_ref();
            told.push(words.and_then(|words| self.plan(index).read(words)));
        }
        told.into_iter().map(Option::unwrap_or_default).collect()
    }

    fn plan(&self, index: usize) -> Plan {
        Plan::new(&planned(&self.experiment, index as u16))
    }

    /// The fingerprints of the first thread's results, as they were last heard.
    pub(super) fn results(&self) -> Vec<u32> {
        let done = self.watch.head(0).map_or(0, |head| head.threads[0].units);
        let words = self.output[0].as_deref().unwrap_or_default();
        self.plan(0).results(words, 0, done)
    }

    /// What is seen of a run of one thread.
    pub(super) fn solo(&self) -> Seen {
        let head = self.watch.head(0);
        let ns = |us: u32| u64::from(us) * 1_000;
        Seen {
            now_ns: since(self.origin_ms),
            parent_ns: self.observed.parent_ns(0),
            ready_ns: head.and_then(|head| head.ready_us).map(ns),
            completions_ns: self.observed.completions_ns().to_vec(),
            blocked_ns: head.map_or(0, |head| ns(head.threads[0].waited_us)),
            memory_bytes: head.map_or(0, |head| head.memory_bytes),
            ended: self.watch.process_ended(0),
            message: self.watch.messages().first().cloned(),
        }
    }

    /// What work takes, as it was measured before.
    pub(super) fn calibration(&self) -> Calibration {
        self.observed.calibration()
    }
}
