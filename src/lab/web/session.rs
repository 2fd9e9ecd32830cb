//! What an activity of the lab works with: it starts processes, runs whole
//! experiments, and tells how far it is. Everything it has started ends when
//! the activity's future is dropped.

use super::guest::Guest;
use super::run::{self, Event, Known};
use super::{describe, environment, epoch_ms, pause, python, start_empty};
use crate::experiment::Experiment;
use crate::lab::findings::NamedRun;
use crate::lab::measurement::{Environment, Measurement};
use crate::lab::plan;
use crate::lab::python::{Transcript, plain};
use crate::lab::solo::Solo;
use crate::lab::trial::{Happened, Report, Step, Trouble};
use futures_channel::oneshot;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen_futures::JsFuture;

/// One activity's session with the lab.
pub(super) struct Session {
    environment: Environment,
    origin_ms: f64,
    tell: Box<dyn Fn(Happened)>,
    steps: Cell<(u32, u32)>,
    /// The last run with a calibration of its own.
    calibrated: RefCell<Option<NamedRun>>,
    /// The Python program that is run in place of kernels.
    program: Cell<Option<&'static str>>,
    /// What one thread alone achieves with it, from the last run that measured it.
    solo: RefCell<Option<Solo>>,
}

impl Session {
    pub(super) fn new(tell: impl Fn(Happened) + 'static) -> Self {
        Self {
            environment: environment(),
            origin_ms: epoch_ms(),
            tell: Box::new(tell),
            steps: Cell::default(),
            calibrated: RefCell::default(),
            program: Cell::default(),
            solo: RefCell::default(),
        }
    }

    /// Browser and machine.
    pub(super) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Time since the session began, ns; guests count from there, too.
    pub(super) fn now_ns(&self) -> u64 {
        // Saturates at 0.
        ((epoch_ms() - self.origin_ms) * 1e6) as u64
    }

    /// Says how many steps there will be.
    pub(super) fn plan(&self, steps: u32) {
        self.plan_after(0, steps);
    }

    /// The same where so many of them were done before.
    pub(super) fn plan_after(&self, done: u32, steps: u32) {
        self.steps.set((done, steps));
    }

    /// Begins the next step.
    pub(super) fn step(&self, doing: impl Into<String>) {
        let (done, of) = self.steps.get();
        self.steps.set((done + 1, of.max(done + 1)));
        (self.tell)(Happened::Step(Step {
            doing: doing.into(),
            done,
            of: of.max(done + 1),
        }));
    }

    /// Shows what has been found up to now.
    pub(super) fn part(&self, report: Report) {
        (self.tell)(Happened::Part(report));
    }

    /// Fails with the reason if threads (shared memory) cannot be had here.
    pub(super) fn needs_threads(&self) -> Result<(), Trouble> {
        match &self.environment.threads_unavailable {
            Some(why) => Err(Trouble::Unavailable(why.clone())),
            None => Ok(()),
        }
    }

    /// Starts a process of so many threads and waits until it is ready.
    pub(super) async fn guest(&self, name: &str, threads: u16) -> Result<Guest, Trouble> {
        if let Some(why) = &self.environment.processes_unavailable {
            return Err(Trouble::Unavailable(why.clone()));
        }
        if threads > 1 {
            self.needs_threads()?;
        }
        let started_ns = self.now_ns();
        let shared = self.environment.isolated;
        Guest::start(name, threads, self.origin_ms, started_ns, shared).await
    }

    /// Runs a whole experiment and waits for what comes of it. Units are as large
    /// as in the session's last run of the same kernel and CPU time; what one
    /// thread achieves is measured anew.
    pub(super) async fn run(
        &self,
        name: &str,
        experiment: Experiment,
    ) -> Result<NamedRun, Trouble> {
        if let Some(source) = self.program.get() {
            self.solo.replace(None);
            let (run, _) = self.python(name, experiment, source).await?;
            return Ok(run);
        }
        let before = self.alike(&experiment);
        let known = before.map(|before| Known::Units(before.calibration));
        let run = self.run_with(known, name, experiment).await?;
        self.calibrated.replace(Some(run.clone()));
        Ok(run)
    }

    /// As [`Session::run`], but at once: what one thread achieves is taken from
    /// the last run of the same kind of work, if there was one.
    pub(super) async fn run_at_once(
        &self,
        name: &str,
        experiment: Experiment,
    ) -> Result<NamedRun, Trouble> {
        if let Some(source) = self.program.get() {
            let (run, _) = self.python(name, experiment, source).await?;
            return Ok(run);
        }
        match self.alike(&experiment) {
            None => self.run(name, experiment).await,
            Some(before) => {
                let known = Some(Known::All(Box::new(before)));
                self.run_with(known, name, experiment).await
            }
        }
    }

    /// The last calibrated measurement of the same kind of work.
    fn alike(&self, experiment: &Experiment) -> Option<Measurement> {
        let work = |e: &Experiment| (e.kernel, e.cpu_us, e.io_us);
        let last = self.calibrated.borrow();
        let last = last.as_ref()?;
        (work(&last.experiment) == work(experiment)).then(|| last.measurement.clone())
    }

    /// From now on experiments are run with this Python program in place of their
    /// kernel.
    pub(super) fn use_python(&self, source: &'static str) {
        self.program.set(Some(source));
        self.solo.replace(None);
    }

    /// Runs a Python program, and tells what it told, too. What one thread achieves
    /// is measured first, unless it was in the run before.
    pub(super) async fn python(
        &self,
        name: &str,
        experiment: Experiment,
        source: &str,
    ) -> Result<(NamedRun, Rc<Transcript>), Trouble> {
        let experiment = plain(&experiment);
        let checked = plan::check(&experiment, &self.environment);
        checked.map_err(|refusal| Trouble::Unavailable(refusal.to_string()))?;
        let known = self.solo.borrow().clone();
        let never = Cell::new(false);
        let program = python::Program { source, known };
        let ran = python::run(&experiment, program, &never, Rc::new(|_| {})).await;
        self.solo.replace(ran.solo);
        match ran.last {
            Event::Finished(measurement) => {
                let run = NamedRun {
                    name: name.to_owned(),
                    experiment,
                    measurement: *measurement,
                };
                Ok((run, ran.told))
            }
            Event::Failed(why) => Err(Trouble::Ended(why)),
            _ => Err(Trouble::Ended("it was stopped".to_owned())),
        }
    }

    async fn run_with(
        &self,
        known: Option<Known>,
        name: &str,
        experiment: Experiment,
    ) -> Result<NamedRun, Trouble> {
        let (sender, receiver) = oneshot::channel();
        let sender = Rc::new(RefCell::new(Some(sender)));
        let handle = run::start_with(experiment.clone(), known, move |event| {
            let ended = match event {
                Event::Calibrated(_)
                | Event::Progress(_)
                | Event::Loading(..)
                | Event::Told(_)
                | Event::Paused
                | Event::Resumed => return,
                Event::Finished(measurement) => Ok(measurement),
                Event::Stopped => Err("it was stopped".to_owned()),
                Event::Failed(why) => Err(why),
            };
            if let Some(sender) = sender.borrow_mut().take() {
                // If nobody waits any more, nobody has to know.
                drop(sender.send(ended));
            }
        })
        .map_err(|refusal| Trouble::Unavailable(refusal.to_string()))?;
        let ended = receiver.await;
        drop(handle);
        match ended {
            Ok(Ok(measurement)) => Ok(NamedRun {
                name: name.to_owned(),
                experiment,
                measurement: *measurement,
            }),
            Ok(Err(why)) => Err(Trouble::Ended(why)),
            Err(_) => Err(Trouble::Ended("the run was dropped".to_owned())),
        }
    }

    /// Starts an empty module worker, and waits until it runs: how long that
    /// took, ns.
    pub(super) async fn empty_worker(&self) -> Result<f64, Trouble> {
        let started = JsFuture::from(start_empty()).await;
        let ms = started.map_err(|error| Trouble::NotStarted(describe(&error)))?;
        Ok(ms.as_f64().unwrap_or(f64::NAN) * 1e6)
    }

    /// Waits for so many ms.
    pub(super) async fn pause(&self, ms: u32) {
        // It never rejects.
        drop(JsFuture::from(pause(ms)).await);
    }
}
