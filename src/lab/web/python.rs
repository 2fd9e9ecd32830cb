//! Python on the page: the interpreter's loading, and a run of a program, from the
//! run by one thread alone to the measurement.

use super::instance::Order;
use super::run::{Event, LOOK_MS};
use super::running::Running;
use super::{describe, environment, pause};
use crate::experiment::Experiment;
use crate::lab::calibrate::Report;
use crate::lab::measurement::{Calibration, Environment};
use crate::lab::python::{Task, Transcript, alone, plain, uncompared};
use crate::lab::solo::{SILENCE_NS, Solo};
use crate::lab::watch::Watch;
use js_sys::JsString;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(module = "/src/lab/web/python.js")]
extern "C" {
    /// A promise of the interpreter. Calls `tell` while it is loaded.
    #[wasm_bindgen(js_name = loadPython)]
    fn load(tell: &Closure<dyn Fn(f64, f64)>) -> js_sys::Promise;
}

#[wasm_bindgen]
extern "C" {
    type Loaded;

    #[wasm_bindgen(method, getter)]
    fn main(this: &Loaded) -> JsString;

    #[wasm_bindgen(method, getter)]
    fn module(this: &Loaded) -> JsValue;
}

/// The interpreter, compiled.
#[derive(Debug, Clone)]
pub(super) struct Interpreter {
    /// The address of its script.
    pub(super) main: JsString,
    pub(super) module: JsValue,
}

/// Loads the interpreter, if that was not done yet. `on_progress` is told how many
/// bytes of how many are there; equal numbers come when it is ready.
///
/// # Errors
/// Why it cannot be had, as a sentence.
pub async fn load_python(on_progress: impl Fn(u64, u64) + 'static) -> Result<(), String> {
    interpreter(on_progress).await.map(drop)
}

pub(super) async fn interpreter(
    on_progress: impl Fn(u64, u64) + 'static,
) -> Result<Interpreter, String> {
    let tell = Closure::<dyn Fn(f64, f64)>::new(move |there: f64, of: f64| {
        on_progress(there as u64, of as u64);
    });
    let loaded = JsFuture::from(load(&tell)).await;
    let loaded: Loaded = loaded
        .map_err(|error| format!("Python could not be loaded: {}", describe(&error)))?
        .unchecked_into();
    Ok(Interpreter {
        main: loaded.main(),
        module: loaded.module(),
    })
}

/// What a run works with.
struct Runner<'a> {
    interpreter: Interpreter,
    source: &'a str,
    environment: Environment,
    /// Set when the visitor wants no more of it.
    stop: &'a Cell<bool>,
    tell: &'a dyn Fn(Event),
    told: RefCell<Rc<Transcript>>,
}

/// A program, and what is known of it.
pub(super) struct Program<'a> {
    /// Its text.
    pub(super) source: &'a str,
    /// What one thread alone achieves, if that was measured before.
    pub(super) known: Option<Solo>,
}

/// What came of a run.
pub(super) struct Ran {
    /// The last event.
    pub(super) last: Event,
    /// What one thread alone achieved, if it came so far.
    pub(super) solo: Option<Solo>,
    /// What was told.
    pub(super) told: Rc<Transcript>,
}

impl Ran {
    fn only(last: Event) -> Self {
        Self {
            last,
            solo: None,
            told: Rc::default(),
        }
    }
}

/// Runs a program: loads the interpreter, has one thread alone run it unless it is
/// known, then the processes. Dropping it ends everything.
pub(super) async fn run(
    experiment: &Experiment,
    program: Program<'_>,
    stop: &Cell<bool>,
    tell: Rc<dyn Fn(Event)>,
) -> Ran {
    let on_progress = Rc::clone(&tell);
    let loading = interpreter(move |there, of| on_progress(Event::Loading(there, of)));
    let interpreter = match loading.await {
        Ok(interpreter) => interpreter,
        Err(why) => return Ran::only(Event::Failed(why)),
    };
    let runner = Runner {
        interpreter,
        source: program.source,
        environment: environment(),
        stop,
        tell: &*tell,
        told: RefCell::default(),
    };
    let solo = match program.known {
        Some(known) => Ok(Some(known)),
        None => runner.alone(experiment).await,
    };
    let (last, solo) = match solo {
        Ok(Some(solo)) => (
            runner.all(plain(experiment), solo.clone()).await,
            Some(solo),
        ),
        Ok(None) => (Event::Stopped, None),
        Err(why) => (Event::Failed(why), None),
    };
    let told = Rc::clone(&runner.told.borrow());
    Ran { last, solo, told }
}

impl Runner<'_> {
    /// Runs the program by one thread alone, for as long as that tells something
    /// new. `None`: it was stopped.
    async fn alone(&self, experiment: &Experiment) -> Result<Option<Solo>, String> {
        let experiment = alone(experiment);
        let nothing = Report {
            began_ns: 0,
            calibration: Calibration::NONE,
            baseline_units_per_s: 0.0,
            wake_latency_ns: 0,
            wake_jitter_ns: 0,
            memory_bytes: 0,
        };
        let mut running = self.start(experiment.clone(), nothing, 0, &[]);
        loop {
            self.pause().await;
            if self.stop.get() {
                drop(running.stop());
                return Ok(None);
            }
            let event = running.look();
            let is_over = event.is_some_and(|event| event.is_last());
            self.hear(|told| &mut told.alone, running.told().swap_remove(0));
            let seen = running.solo();
            if is_over || seen.is_enough(experiment.units) {
                if !is_over {
                    drop(running.stop());
                    self.hear(|told| &mut told.alone, running.told().swap_remove(0));
                }
                let told = Rc::clone(&self.told.borrow());
                return Solo::of(&seen, &told.alone, running.results()).map(Some);
            }
        }
    }

    /// Runs the processes.
    async fn all(&self, experiment: Experiment, solo: Solo) -> Event {
        (self.tell)(Event::Calibrated(solo.report.calibration));
        let expected = solo.results;
        let mut running = self.start(experiment, solo.report, solo.parent_ns, &expected);
        loop {
            self.pause().await;
            if self.stop.get() {
                let mut measurement = running.stop();
                self.hear_all(&mut running);
                measurement.uncompared = uncompared(&measurement.outcome, &expected);
                return Event::Finished(Box::new(measurement));
            }
            match running.look() {
                Some(mut event) if event.is_last() => {
                    self.hear_all(&mut running);
                    if let Event::Finished(measurement) = &mut event {
                        measurement.uncompared = uncompared(&measurement.outcome, &expected);
                    }
                    return event;
                }
                Some(event) => {
                    self.hear_all(&mut running);
                    (self.tell)(event);
                }
                None => {}
            }
        }
    }

    fn start(
        &self,
        experiment: Experiment,
        report: Report,
        parent_ns: u64,
        expected: &[u32],
    ) -> Running {
        let environment = self.environment.clone();
        let page_reads_memory = environment.isolated;
        let watch = Watch::new(&experiment).patient(SILENCE_NS);
        Running::start(
            experiment,
            environment,
            report,
            parent_ns,
            watch,
            |experiment, index, origin_ms| {
                let task = Task {
                    experiment: experiment.clone(),
                    source: self.source.to_owned(),
                    index,
                    origin_ms,
                    page_reads_memory,
                    expected: expected.to_vec(),
                };
                Order::of_python(&task, self.interpreter.clone())
            },
        )
    }

    /// Until the next look.
    async fn pause(&self) {
        // It never rejects.
        drop(JsFuture::from(pause(LOOK_MS)).await);
    }

    fn hear_all(&self, running: &mut Running) {
        self.hear(|told| &mut told.processes, running.told());
    }

    /// Tells what was told, if that is news.
    fn hear<T: PartialEq>(&self, part: impl FnOnce(&mut Transcript) -> &mut T, now: T) {
        let mut told = self.told.borrow_mut();
        let mut changed = (**told).clone();
        let part = part(&mut changed);
        if *part != now {
            *part = now;
            *told = Rc::new(changed);
            let told = Rc::clone(&told);
            (self.tell)(Event::Told(told));
        }
    }
}
