//! What an activity of the lab works with: it starts processes, runs whole
//! experiments, and tells how far it is. Everything it has started ends when
//! the activity's future is dropped.

use super::guest::Guest;
use super::run::{self, Event};
use super::{environment, epoch_ms, pause};
use crate::experiment::Experiment;
use crate::lab::findings::NamedRun;
use crate::lab::measurement::Environment;
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
}

impl Session {
    pub(super) fn new(tell: impl Fn(Happened) + 'static) -> Self {
        Self {
            environment: environment(),
            origin_ms: epoch_ms(),
            tell: Box::new(tell),
            steps: Cell::default(),
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

    /// Runs a whole experiment and waits for what comes of it.
    pub(super) async fn run(
        &self,
        name: &str,
        experiment: Experiment,
    ) -> Result<NamedRun, Trouble> {
        let (sender, receiver) = oneshot::channel();
        let sender = Rc::new(RefCell::new(Some(sender)));
        let handle = run::start(experiment.clone(), move |event| {
            let ended = match event {
                Event::Calibrated(_) | Event::Progress(_) | Event::Paused | Event::Resumed => {
                    return;
                }
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

    /// Waits for so many ms.
    pub(super) async fn pause(&self, ms: u32) {
        // It never rejects.
        drop(JsFuture::from(pause(ms)).await);
    }
}
