//! One measured run, from calibration to measurement: the controller on the
//! page.

use super::instance::{Instance, Order};
use super::report::report_of;
use super::running::{Running, since};
use super::{clear_interval, environment, epoch_ms, set_interval};
use crate::experiment::{Experiment, json};
use crate::lab::measurement::{Calibration, Environment, Measurement, Progress};
use crate::lab::plan::{self, Job, Part, Refusal};
use crate::lab::python::Transcript;
use crate::lab::watch::START_LIMIT_NS;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// The page looks at its processes so often, ms. Each look takes a little time
/// of a core, which then lacks where the processes need them all.
pub(super) const LOOK_MS: u32 = 40;

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
            let running = Running::of_kernel(experiment, environment, report, parent_ns);
            return Ok(control(Phase::Running(Box::new(running)), on_event));
        }
    };
    let origin_ms = epoch_ms();
    let job = Job {
        experiment: experiment.clone(),
        origin_ms,
        part: Part::Calibrate { known },
    };
    let worker = Instance::start("calibration", &Order::of(&job), None).map_err(|why| {
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
            Phase::Running(mut running) => match running.look() {
                Some(event) if event.is_last() => (Phase::Over, Some(event)),
                event => (Phase::Running(running), event),
            },
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
                let running = Running::of_kernel(experiment, environment, report, parent_ns);
                let event = Event::Calibrated(running.calibration());
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
