//! The lab as the page sees it: what it runs, and what it has measured. The
//! experiment's kernel and the Python program have each their own last run, and
//! what is shown is that of the tab.

use super::place::Left;
use super::python::plan;
use super::{Action, Effect, Predicted, State};
use crate::experiment::{Experiment, PolicyKind, Profile};
use crate::lab::measurement::{Measurement, Progress};
use crate::lab::python::Work;
use crate::lessons::here;
use std::rc::Rc;

/// A finished measurement with what belongs beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// How it was laid out, and for the kernel all else.
    pub experiment: Experiment,
    /// What was run.
    pub work: Work,
    /// What came of it.
    pub measurement: Measurement,
    /// The same experiment with this machine's cores and unit time.
    pub here: Experiment,
    /// What the simulator says of that with this machine's costs.
    pub calibrated: Predicted,
}

impl Measured {
    fn new(experiment: Experiment, work: Work, measurement: Measurement) -> Self {
        let here = here(&experiment, &measurement, measurement.baseline_units_per_s);
        Self {
            calibrated: Predicted::of(&here, &measurement.costs),
            here,
            experiment,
            work,
            measurement,
        }
    }

    /// Whether it was measured with what `experiment` asks of the lab. The
    /// simulated machine does not matter to the lab.
    #[must_use]
    pub fn is_of(&self, experiment: &Experiment) -> bool {
        let lab_part = |experiment: &Experiment| Experiment {
            cores: 1,
            policy: PolicyKind::Fifo,
            slice_us: 100,
            profile: Profile::Ideal,
            seed: 0,
            ..experiment.clone()
        };
        lab_part(&self.experiment) == lab_part(experiment)
    }

    /// What a unit took one thread alone, µs.
    #[must_use]
    pub fn unit_us(&self) -> f64 {
        1e6 / self.measurement.baseline_units_per_s.max(1e-3)
    }

    /// Whether the prediction for this machine has units of another length than
    /// they had: what the simulator takes for one has its limits.
    #[must_use]
    pub fn is_beyond_prediction(&self) -> bool {
        let predicted = f64::from(self.here.cpu_us) + f64::from(self.here.io_us);
        let is_python = self.work != Work::Kernel;
        is_python && (predicted / self.unit_us() - 1.0).abs() > 0.1
    }
}

/// What the lab is doing.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Lab {
    /// Nothing; it has not run yet, or was stopped before it could measure.
    #[default]
    Idle,
    /// Running this experiment.
    Running {
        /// What it runs.
        work: Work,
        /// How that is laid out.
        experiment: Experiment,
        /// How far it is; `None`: still calibrating.
        progress: Option<Progress>,
        /// The page is hidden, so it waits.
        paused: bool,
    },
    /// It could not run, for this reason.
    Refused(String),
    /// It has measured.
    Done(Rc<Measured>),
}

impl Lab {
    /// Whether it runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Running { .. })
    }

    fn is_paused(&self) -> bool {
        matches!(self, Self::Running { paused: true, .. })
    }
}

impl State {
    /// Whether runs for real are those of the Python program.
    #[must_use]
    pub fn shows_python(&self) -> bool {
        self.place.left == Left::Python && self.place.embedded.is_none()
    }

    /// What the lab does, or did last, with what is shown.
    #[must_use]
    pub fn shown_lab(&self) -> &Lab {
        match self.shows_python() {
            true => &self.python.lab,
            false => &self.lab,
        }
    }

    /// The last measurement of what is shown, if it is of what is set up: of the
    /// Python program where that is shown, else of the experiment's kernel.
    #[must_use]
    pub fn measured(&self) -> Option<&Rc<Measured>> {
        match self.shows_python() {
            true => self.measured_python(),
            false => self.measured_kernel(),
        }
    }

    /// The last measurement of the kernel, if it is of the experiment that is set
    /// up.
    #[must_use]
    pub fn measured_kernel(&self) -> Option<&Rc<Measured>> {
        match &self.lab {
            Lab::Done(measured) if self.program.is_none() && self.is_current(measured) => {
                Some(measured)
            }
            _ => None,
        }
    }

    /// The last measurement of Python, if it is of the program and the layout
    /// that are set up.
    #[must_use]
    pub fn measured_python(&self) -> Option<&Rc<Measured>> {
        match &self.python.lab {
            Lab::Done(measured) if self.is_current(measured) => Some(measured),
            _ => None,
        }
    }

    /// Whether it is of what the lab would run now.
    #[must_use]
    pub fn is_current(&self, measured: &Measured) -> bool {
        match &measured.work {
            Work::Kernel => measured.is_of(&self.experiment),
            Work::Python(text) => {
                *text == self.python.text && measured.is_of(&plan(&self.experiment))
            }
        }
    }

    /// What the lab runs.
    pub(super) fn running(&self) -> Option<&Work> {
        let mut labs = [&self.lab, &self.python.lab].into_iter();
        labs.find_map(|lab| match lab {
            Lab::Running { work, .. } => Some(work),
            _ => None,
        })
    }

    /// Whether what the lab runs waits for the page to be shown.
    pub(super) fn is_run_paused(&self) -> bool {
        self.lab.is_paused() || self.python.lab.is_paused()
    }

    /// What the lab is asked for, and what it tells of a run.
    pub(super) fn lab(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::RunLab => return self.run_lab(),
            Action::StopLab => {
                if self.running().is_some() {
                    return vec![Effect::StopLab];
                }
            }
            Action::LabRefused(reason) => {
                *self.running_mut() = Lab::Refused(reason);
                return self.simulate_later();
            }
            Action::LabProgress(now) => {
                if let Lab::Running { progress, .. } = self.running_mut() {
                    *progress = Some(now);
                }
            }
            Action::LabPaused(now) => {
                // It begins again from the start.
                if let Lab::Running {
                    progress, paused, ..
                } = self.running_mut()
                {
                    (*progress, *paused) = (None, now);
                }
            }
            Action::LabStopped => {
                *self.running_mut() = Lab::Idle;
                return self.simulate_later();
            }
            Action::LabDone(measurement) => return self.measured_now(*measurement),
            // The rest is not about it.
            _ => {}
        }
        Vec::new()
    }

    /// What the lab does, where it runs something; else what it did with the
    /// kernel.
    fn running_mut(&mut self) -> &mut Lab {
        match self.python.lab.is_running() {
            true => &mut Rc::make_mut(&mut self.python).lab,
            false => &mut self.lab,
        }
    }

    fn run_lab(&mut self) -> Vec<Effect> {
        if self.busy().is_some() {
            return Vec::new();
        }
        let (experiment, work, lab) = match self.shows_python() {
            true => {
                let python = Rc::make_mut(&mut self.python);
                python.heard = None;
                let work = Work::Python(Rc::clone(&python.text));
                (plan(&self.experiment), work, &mut python.lab)
            }
            false => (self.experiment.clone(), Work::Kernel, &mut self.lab),
        };
        *lab = Lab::Running {
            work: work.clone(),
            experiment: experiment.clone(),
            progress: None,
            paused: false,
        };
        vec![Effect::StartLab(experiment, work)]
    }

    fn measured_now(&mut self, measurement: Measurement) -> Vec<Effect> {
        let Lab::Running {
            experiment, work, ..
        } = std::mem::take(self.running_mut())
        else {
            return Vec::new();
        };
        let is_kernel = work == Work::Kernel;
        // The probes measure more, and more often, than a run does by the way.
        let costs = self.bench.costs().unwrap_or(measurement.costs);
        let done = Lab::Done(Rc::new(Measured::new(experiment, work, measurement)));
        let mut effects = Vec::new();
        if is_kernel {
            self.lab = done;
            effects.extend(self.cost_this(Some(costs)));
        } else {
            // To start an interpreter costs more than to start a process.
            Rc::make_mut(&mut self.python).lab = done;
        }
        effects.extend(self.simulate_later());
        effects
    }
}
