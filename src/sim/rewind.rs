//! Going back and forth in a run.
//!
//! The run is simulated once, with a snapshot of the engine every so many
//! events; any moment of it is then a snapshot and a short replay. When there
//! are too many snapshots, or they take too much memory, every other one is
//! dropped and they are taken half as often.

use super::engine::{Engine, QueueView, Stop};
use super::plan::Plan;
use super::run::{self, Limits, ObjectReport, Run};
use super::trace::State;
use super::{Prediction, lower};
use crate::experiment::scenario::{Scenario, ScenarioError};
use crate::experiment::{Costs, Ended, Experiment, Invalid};

/// How many snapshots are kept at the most.
const MAX_SNAPSHOTS: usize = 512;
/// Bytes of all snapshots, about.
const MAX_BYTES: usize = 128 << 20;
/// From one snapshot to the next at first, in steps.
const FIRST_DISTANCE: u64 = 256;

/// A run that can be looked at as it was at any moment. It keeps no borrow, so
/// a page can hold it.
#[derive(Debug, Clone)]
pub struct Rewind {
    plan: Plan,
    max_events: u64,
    /// Each with the steps before it.
    snapshots: Vec<(u64, Engine<'static>)>,
    distance: u64,
    /// All steps of the run, and when it ended.
    steps: u64,
    end: u64,
    cursor: Cursor,
}

/// Where in the run we are.
#[derive(Debug, Clone)]
struct Cursor {
    step: u64,
    at: u64,
    /// There but while it is at work.
    engine: Option<Engine<'static>>,
}

/// A run as it was at one moment. Indices are those of the run's report:
/// threads into `threads`, processes into `processes`, and the others into the
/// lists of the scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The moment, ns.
    pub at: u64,
    /// How many events have been handled. A decision who runs counts as one.
    pub event: u64,
    /// When the next one is; `None`: this is the end.
    pub next: Option<u64>,
    /// Every thread.
    pub threads: Vec<ThreadView>,
    /// Who is on each core.
    pub cores: Vec<Option<u32>>,
    /// How many threads are ready in each run queue.
    pub ready: Vec<u32>,
    /// Each run queue, in its order.
    pub queues: Vec<QueueView>,
    /// Every GIL, by process.
    pub gils: Vec<GilView>,
    /// Every lock: those in shared memory, then those of each process.
    pub locks: Vec<LockView>,
    /// Every object of every heap, and those in shared memory.
    pub objects: Vec<ObjectReport>,
    /// Every process's heap.
    pub heaps: Vec<HeapView>,
    /// How many failures there have been: the first so many of the outcome's.
    pub failures: usize,
    /// Units completed whose results still exist.
    pub units: u64,
    /// Messages put into channels.
    pub messages: u64,
    /// Times a core went from one thread to another.
    pub context_switches: u64,
    /// Times a better thread took the core of a worse one.
    pub preemptions: u64,
    /// Times a thread ran on another core than before.
    pub migrations: u64,
}

/// A thread at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadView {
    /// What it does or waits for.
    pub state: State,
    /// The core it is on, or was on last.
    pub core: Option<u16>,
    /// Since when it is in that state.
    pub since: u64,
    /// What it waits for, where there is more to say than the state does.
    pub waits_for: Option<Awaited>,
    /// The next op of its compiled program, from its first. In a task of an
    /// event loop or a pool, which lie elsewhere, it may lie anywhere.
    pub op: u32,
    /// Its register, for `load`, `add` and `store`.
    pub register: i64,
    /// Its priority, as locks may have changed it.
    pub priority: i32,
    /// Units it has completed.
    pub units: u32,
    /// Time it has spent in each [`State`], by index, ns.
    pub time_in: [u64; State::COUNT],
    /// How it ended, if it has.
    pub ended: Option<Ended>,
}

/// What a thread waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaited {
    /// Its GIL.
    Gil,
    /// A lock.
    Lock(u32),
    /// A semaphore.
    Semaphore(u32),
    /// A condition.
    Condition(u32),
    /// A barrier.
    Barrier(u32),
    /// Room in a channel.
    Room(u32),
    /// A message from a channel.
    Message(u32),
    /// A device.
    Device(u32),
    /// The end of a thread.
    Thread(u32),
    /// The end of a process.
    Process(u32),
    /// A task of its event loop that can go on.
    LoopTask,
    /// The results of a pool's tasks.
    Results(u32),
    /// A task of the pool it works for.
    Task(u32),
    /// The release of its next job.
    Release,
}

/// A GIL at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GilView {
    /// Whose it is.
    pub process: u32,
    /// Who holds it.
    pub holder: Option<u32>,
    /// Whether a waiter has asked the holder to let go.
    pub asked: bool,
}

/// A lock at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockView {
    /// Which lock of the scenario.
    pub lock: u32,
    /// Whose it is; `None`: it lies in shared memory.
    pub process: Option<u32>,
    /// Who holds it.
    pub owner: Option<u32>,
    /// Whether it is taken: a fork may have copied it without its owner.
    pub taken: bool,
    /// Who waits for it, in order.
    pub waiters: Vec<u32>,
}

/// A heap at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HeapView {
    /// Bytes in use.
    pub bytes: u64,
    /// Bytes that nothing refers to and nobody freed.
    pub leaked: u64,
    /// Objects that are damaged: whoever touches one crashes. Indices into the
    /// scenario's objects.
    pub damaged: Vec<u32>,
}

impl Rewind {
    /// Runs `scenario`, and keeps what is needed to go back in it.
    ///
    /// # Errors
    /// What is wrong with the scenario, if it is not valid.
    pub fn scenario(
        scenario: &Scenario,
        limits: Limits,
    ) -> Result<(Run, Self), Vec<ScenarioError>> {
        scenario.validate()?;
        Ok(Self::record(lower::scenario(scenario), limits, run::report))
    }

    /// As [`predict_within`](super::predict_within), and keeps what is needed to
    /// go back.
    ///
    /// # Errors
    /// What is wrong with the experiment, if it is not valid.
    pub fn experiment(
        experiment: &Experiment,
        costs: &Costs,
        max_events: u64,
    ) -> Result<(Prediction, Self), Vec<Invalid>> {
        experiment.validate()?;
        let limits = Limits {
            max_events,
            trace: true,
        };
        Ok(Self::record(
            lower::experiment(experiment, costs),
            limits,
            super::prediction,
        ))
    }

    fn record<R>(
        plan: Plan,
        limits: Limits,
        report: impl FnOnce(Engine<'_>, &Plan, Stop) -> R,
    ) -> (R, Self) {
        let mut engine = Engine::new(&plan, limits.trace);
        let mut snapshots = vec![(0, engine.snapshot())];
        let mut bytes = engine.footprint();
        let (mut steps, mut distance) = (0, FIRST_DISTANCE);
        let mut next = distance;
        let stop = loop {
            if steps == next {
                bytes += engine.footprint();
                snapshots.push((steps, engine.snapshot()));
                if snapshots.len() > MAX_SNAPSHOTS || bytes > MAX_BYTES {
                    distance *= 2;
                    snapshots.retain(|(at, _)| at.is_multiple_of(distance));
                    bytes = snapshots.iter().map(|(_, s)| s.footprint()).sum();
                }
                next = (steps / distance + 1) * distance;
            }
            match engine.step(limits.max_events) {
                None => steps += 1,
                Some(stop) => break stop,
            }
        };
        let end = engine.now;
        let report = report(engine, &plan, stop);
        let cursor = Cursor {
            step: 0,
            at: 0,
            engine: Some(snapshots[0].1.clone()),
        };
        let mut rewind = Self {
            plan,
            max_events: limits.max_events,
            snapshots,
            distance,
            steps,
            end,
            cursor,
        };
        rewind.seek(0);
        (report, rewind)
    }

    /// How many events the run has; [`Rewind::seek`] goes to any of them.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.steps
    }

    /// When it ended, ns.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.end
    }

    /// How many snapshots are kept, and about how many bytes they take.
    #[must_use]
    pub fn kept(&self) -> (usize, usize) {
        let bytes = self.snapshots.iter().map(|(_, s)| s.footprint()).sum();
        (self.snapshots.len(), bytes)
    }

    /// Goes to the moment `at` ns: when everything up to and including that
    /// instant has happened.
    pub fn at(&mut self, at: u64) -> View {
        let at = at.min(self.end);
        let later = self.snapshots.partition_point(|(_, s)| s.now <= at);
        // An instant may be longer than the way from one snapshot to the next.
        let snapshot = later.saturating_sub(1);
        if at < self.now() || self.snapshots[snapshot].0 > self.cursor.step {
            self.restore(snapshot);
        }
        self.replay(|_, next| next <= at);
        self.cursor.at = at;
        self.view()
    }

    /// Goes to where `event` events have been handled, or to the end.
    pub fn seek(&mut self, event: u64) -> View {
        let event = event.min(self.steps);
        let snapshot = ((event / self.distance) as usize).min(self.snapshots.len() - 1);
        if event < self.cursor.step || self.snapshots[snapshot].0 > self.cursor.step {
            self.restore(snapshot);
        }
        self.replay(|step, _| step < event);
        self.cursor.at = if event == self.steps {
            self.end
        } else {
            self.now()
        };
        self.view()
    }

    /// Handles the next event.
    pub fn step_forward(&mut self) -> View {
        self.seek(self.cursor.step + 1)
    }

    /// Goes back to before the last event.
    pub fn step_back(&mut self) -> View {
        self.seek(self.cursor.step.saturating_sub(1))
    }

    /// The moment last gone to.
    pub fn view(&mut self) -> View {
        let (step, at, max_events) = (self.cursor.step, self.cursor.at, self.max_events);
        self.with_engine(|engine| {
            let next = engine.next_at(max_events);
            engine.view(at, step, next)
        })
    }

    /// The instant of the last event.
    fn now(&self) -> u64 {
        self.cursor.engine.as_ref().map_or(0, |engine| engine.now)
    }

    fn restore(&mut self, snapshot: usize) {
        let (step, engine) = &self.snapshots[snapshot];
        self.cursor = Cursor {
            step: *step,
            at: engine.now,
            engine: Some(engine.clone()),
        };
    }

    /// Goes on while `more` says so, of the steps done and the instant of the
    /// next.
    fn replay(&mut self, more: impl Fn(u64, u64) -> bool) {
        let (mut step, max_events) = (self.cursor.step, self.max_events);
        self.with_engine(|engine| {
            while engine.next_at(max_events).is_some_and(|at| more(step, at)) {
                engine.step(max_events);
                step += 1;
            }
        });
        self.cursor.step = step;
    }

    /// Lends the engine, with its plan.
    fn with_engine<R>(&mut self, work: impl FnOnce(&mut Engine<'_>) -> R) -> R {
        let Some(engine) = self.cursor.engine.take() else {
            unreachable!("the engine is put back below");
        };
        let mut engine = engine.with_plan(&self.plan);
        let result = work(&mut engine);
        self.cursor.engine = Some(engine.with_plan(Plan::none()));
        result
    }
}
