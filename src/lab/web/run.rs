//! One measured run, from calibration to measurement: the controller on the
//! page.

use super::instance::Instance;
use super::report::{Observed, report_of};
use super::{clear_interval, environment, epoch_ms, set_interval};
use crate::experiment::{Experiment, json};
use crate::lab::calibrate::Report;
use crate::lab::measurement::{Calibration, Environment, Measurement, Progress};
use crate::lab::plan::{self, Job, Part, Refusal, planned};
use crate::lab::python::Transcript;
use crate::lab::telemetry::{Head, Layout};
use crate::lab::watch::{START_LIMIT_NS, Watch};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// The page looks at its processes so often, ms. Each look takes a little time
/// of a core, which then lacks where the processes need them all.
const LOOK_MS: u32 = 40;

/// Progress is told so often, ns: showing it costs far more than looking.
const TELL_NS: u64 = 250_000_000;

/// What the controller tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The machine has been measured; the run begins.
    Calibrated(Calibration),
    /// The run goes on. Comes about four times a second.
    Progress(Progress),
    /// The Python interpreter is being loaded: so many bytes of so many are there.
    /// Comes once with all of them when it is.
    Loading(u64, u64),
    /// What the processes of a Python run have told up to now. Comes whenever
    /// there is news, and last just before the last event.
    Told(Rc<Transcript>),
    /// The page is hidden: all that was started has ended.
    Paused,
    /// The page is shown: the run begins again, from the start.
    Resumed,
    /// The run is over, or was stopped. The last event.
    Finished(Box<Measurement>),
    /// It was stopped before the run had begun: there is no measurement. The
    /// last event.
    Stopped,
    /// There could be no run, for this reason. The last event.
    Failed(String),
}

impl Event {
    /// Whether none follows.
    pub(super) fn is_last(&self) -> bool {
        matches!(self, Self::Finished(_) | Self::Stopped | Self::Failed(_))
    }
}

/// A run under way. Dropping it ends everything at once, without an event.
pub(super) struct Handle(Rc<Controller>);

struct Controller {
    phase: RefCell<Phase>,
    on_event: Box<dyn Fn(Event)>,
    ticking: RefCell<Option<Ticking>>,
}

/// The interval by which the page looks. Ended when dropped.
struct Ticking {
    interval: JsValue,
    _tick: Closure<dyn Fn()>,
}

enum Phase {
    Calibrating {
        experiment: Experiment,
        environment: Environment,
        origin_ms: f64,
        worker: Instance,
    },
    Running(Box<Running>),
    Over,
}

struct Running {
    experiment: Experiment,
    origin_ms: f64,
    layouts: Vec<Layout>,
    /// `None`: it could not be started, or has ended.
    instances: Vec<Option<Instance>>,
    watch: Watch,
    observed: Observed,
    /// When progress was told last, ns since the start of the run.
    told_ns: u64,
}

/// Runs `experiment` here and now: calibrates first, then starts the processes.
/// Everything that happens comes to `on_event`, never before this returns.
///
/// # Errors
/// A [`Refusal`] if the lab does not run it; nothing was started then.
pub(super) fn start(
    experiment: Experiment,
    on_event: impl Fn(Event) + 'static,
) -> Result<Handle, Refusal> {
    start_with(experiment, None, on_event)
}

/// What is known before a run.
#[derive(Debug, Clone)]
pub(super) enum Known {
    /// How large units are: as in a run before, so that they are the same work.
    /// What one thread achieves now is measured again.
    Units(Calibration),
    /// What one thread achieves, too, from a run just before: nothing is
    /// measured, and the run begins at once.
    All(Box<Measurement>),
}

/// As [`start`], but spares what is known.
///
/// # Errors
/// As [`start`].
pub(super) fn start_with(
    experiment: Experiment,
    known: Option<Known>,
    on_event: impl Fn(Event) + 'static,
) -> Result<Handle, Refusal> {
    let environment = environment();
    plan::check(&experiment, &environment)?;
    let known = match known {
        None => None,
        Some(Known::Units(calibration)) => Some(calibration),
        Some(Known::All(before)) => {
            let (report, parent_ns) = report_of(&before);
            let running = Running::start(experiment, environment, report, parent_ns);
            return Ok(control(Phase::Running(Box::new(running)), on_event));
        }
    };
    let origin_ms = epoch_ms();
    let job = Job {
        experiment: experiment.clone(),
        origin_ms,
        part: Part::Calibrate { known },
    };
    let worker = Instance::start("calibration", &job, None).map_err(|why| {
        Refusal::ProcessesUnavailable {
            reason: why.to_string(),
        }
    })?;
    let phase = Phase::Calibrating {
        experiment,
        environment,
        origin_ms,
        worker,
    };
    Ok(control(phase, on_event))
}

/// Begins to look, and to tell.
fn control(phase: Phase, on_event: impl Fn(Event) + 'static) -> Handle {
    let controller = Rc::new(Controller {
        phase: RefCell::new(phase),
        on_event: Box::new(on_event),
        ticking: RefCell::new(None),
    });
    let weak = Rc::downgrade(&controller);
    let tick = Closure::<dyn Fn()>::new(move || {
        if let Some(controller) = weak.upgrade() {
            controller.tick();
        }
    });
    let interval = set_interval(tick.as_ref().unchecked_ref(), LOOK_MS);
    let ticking = Ticking {
        interval,
        _tick: tick,
    };
    controller.ticking.replace(Some(ticking));
    Handle(controller)
}

impl Handle {
    /// Ends the run at once; what was measured up to now comes as the last
    /// event. Does nothing if the run is over.
    pub(super) fn stop(&self) {
        let phase = self.0.phase.replace(Phase::Over);
        let event = match phase {
            Phase::Over => return,
            Phase::Calibrating { .. } => Event::Stopped,
            Phase::Running(mut running) => Event::Finished(Box::new(running.stop())),
        };
        self.0.finish(event);
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.phase.replace(Phase::Over);
        self.0.ticking.take();
    }
}

impl Drop for Ticking {
    fn drop(&mut self) {
        clear_interval(&self.interval);
    }
}

impl Controller {
    /// Looks, and tells what there is to tell. Nothing is borrowed while it is
    /// told, so the listener may stop or drop the run.
    fn tick(&self) {
        let phase = self.phase.replace(Phase::Over);
        let (phase, event) = match phase {
            Phase::Over => return,
            Phase::Calibrating {
                experiment,
                environment,
                origin_ms,
                worker,
            } => calibrating(experiment, environment, origin_ms, worker),
            Phase::Running(running) => running.look(),
        };
        let is_over = matches!(phase, Phase::Over);
        self.phase.replace(phase);
        match event {
            Some(event) if is_over => self.finish(event),
            Some(event) => (self.on_event)(event),
            None => {}
        }
    }

    fn finish(&self, event: Event) {
        (self.on_event)(event);
        self.ticking.take();
    }
}

fn since(origin_ms: f64) -> u64 {
    // Saturates at 0.
    ((epoch_ms() - origin_ms) * 1e6) as u64
}

fn calibrating(
    experiment: Experiment,
    environment: Environment,
    origin_ms: f64,
    worker: Instance,
) -> (Phase, Option<Event>) {
    let failed = |why: &str| {
        let text = format!("The machine could not be calibrated: {why}");
        (Phase::Over, Some(Event::Failed(text)))
    };
    if let Some(why) = worker.take_broken() {
        return failed(&why);
    }
    if let Some(report) = worker.take_report() {
        return match json::from_str(&report) {
            Ok(report) => {
                let parent_ns = worker.parent_ns;
                // Nothing else runs while the run does.
                drop(worker);
                let running = Running::start(experiment, environment, report, parent_ns);
                let event = Event::Calibrated(running.observed.calibration());
                (Phase::Running(Box::new(running)), Some(event))
            }
            Err(error) => failed(&error.to_string()),
        };
    }
    if since(origin_ms) > START_LIMIT_NS {
        let limit = START_LIMIT_NS / 1_000_000_000;
        return failed(&format!("its worker did not answer within {limit} s"));
    }
    let phase = Phase::Calibrating {
        experiment,
        environment,
        origin_ms,
        worker,
    };
    (phase, None)
}

impl Running {
    /// Starts all processes, one after the other.
    fn start(
        experiment: Experiment,
        environment: Environment,
        report: Report,
        calibration_parent_ns: u64,
    ) -> Self {
        let mut watch = Watch::new(&experiment);
        let page_reads_memory = environment.isolated;
        let blocks_per_unit = report.calibration.blocks_per_unit;
        let mut observed = Observed::new(environment, report, calibration_parent_ns);
        let origin_ms = epoch_ms();
        let mut instances = Vec::new();
        let mut layouts = Vec::new();
        for index in 0..experiment.processes {
            let layout = Layout::new(&planned(&experiment, index));
            let job = Job {
                experiment: experiment.clone(),
                origin_ms,
                part: Part::Process {
                    index,
                    blocks_per_unit,
                    page_reads_memory,
                },
            };
            let started_ns = since(origin_ms);
            watch.started(usize::from(index), started_ns);
            let name = format!("process {}", index + 1);
            let instance = Instance::start(&name, &job, Some(layout.stop_word() as u32));
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
    fn look(mut self: Box<Self>) -> (Phase, Option<Event>) {
        self.read();
        for index in self.watch.look(since(self.origin_ms)) {
            self.end(index);
        }
        if self.watch.is_over() {
            let measurement = self.observed.measurement(&self.experiment, &self.watch);
            return (Phase::Over, Some(Event::Finished(Box::new(measurement))));
        }
        let now = since(self.origin_ms);
        if now < self.told_ns + TELL_NS {
            return (Phase::Running(self), None);
        }
        self.told_ns = now;
        let progress = self.observed.progress(&self.experiment, &self.watch, now);
        (Phase::Running(self), Some(Event::Progress(progress)))
    }

    fn stop(&mut self) -> Measurement {
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
        let Some(instance) = self.instances[index].take() else {
            return;
        };
        let held = self.watch.head(index).map_or(0, |head| head.holds);
        let holds = instance.read(self.layouts[index].holds(held));
        self.observed
            .add_holds(index, &holds.unwrap_or_default(), held);
    }
}
