//! Task sets of rt-app, the load generator of Linux's scheduler developers
//! (`doc/tutorial.txt` in its repository describes the format).
//!
//! What is taken over: `global` with `duration`, `default_policy` and
//! `pi_enabled` (what concerns logs and calibration is skipped); of each task
//! `instance`, `delay`, `loop`, `policy`, `priority`, `dl-runtime`,
//! `dl-period`, `dl-deadline`, `cpus`, `phases`; the events `run`, `runtime`,
//! `sleep`, `timer`, `lock`, `unlock`, `wait`, `signal`, `broad`, `sync`,
//! `barrier`, `suspend`, `resume`, `sem_wait`, `sem_post`, `yield`. Anything
//! else is an error that names it, for a task set that is only half taken over
//! says nothing.
//!
//! A `timer` lets the next turn of its loop begin a period after the last. A
//! scenario says that with [`Periodic`], so a timer must be the last event of
//! the only phase of a task that loops for ever. Its mode `absolute` is exactly
//! that. In the mode `relative`, rt-app's default, a turn that overran shifts
//! all later ones; a periodic task does not shift, so the two differ after an
//! overrun.

use super::json::{Json, without_comments};
use crate::experiment::scenario::{
    BarrierSpec, Class, FileError, LockProtocol, LockSpec, MAX_FILE_BYTES, Machine, Ns, Periodic,
    PolicySpec, Preemption, ProcessSpec, Program, Queues, Scenario, Sched, SemaphoreSpec, Step,
    ThreadSpec, WaiterOrder,
};
use std::collections::BTreeMap;
use thiserror::Error;

/// Why a task set cannot be taken over.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RtAppError {
    /// The file is no JSON (comments are allowed).
    #[error(transparent)]
    File(#[from] FileError),
    /// A key that means nothing to us.
    #[error("{path}: is not supported; supported are {supported}")]
    Unsupported {
        /// The way to it.
        path: String,
        /// What can stand there.
        supported: String,
    },
    /// A value that makes no sense.
    #[error("{path}: is {value}, but must be {expected}")]
    Value {
        /// The way to it.
        path: String,
        /// What stands there.
        value: String,
        /// What should.
        expected: String,
    },
    /// Something is absent.
    #[error("{path}: is missing: {expected}")]
    Missing {
        /// The way to it.
        path: String,
        /// What should be there.
        expected: &'static str,
    },
}

type Result<T> = std::result::Result<T, RtAppError>;
type Entries = [(String, Json)];

const EVENTS: [&str; 16] = [
    "lock", "unlock", "wait", "signal", "broad", "sync", "sleep", "runtime", "run", "timer",
    "suspend", "resume", "yield", "barrier", "sem_post", "sem_wait",
];
/// Keys of `global` that concern logs, calibration and memory.
const SKIPPED: [&str; 10] = [
    "calibration",
    "lock_pages",
    "logdir",
    "log_basename",
    "log_size",
    "ftrace",
    "gnuplot",
    "io_device",
    "mem_buffer_size",
    "cumulative_slack",
];
const SCHED_KEYS: [&str; 6] = [
    "policy",
    "priority",
    "dl-runtime",
    "dl-period",
    "dl-deadline",
    "cpus",
];

/// Reads a task set for a machine with so many cores: Linux's, with EEVDF under
/// its real-time and deadline classes, a queue for each core and a tick of
/// 4 ms.
///
/// # Errors
/// The first thing that cannot be taken over.
pub fn read(text: &str, cores: u16) -> Result<Scenario> {
    if text.len() > MAX_FILE_BYTES {
        let bytes = text.len();
        return Err(FileError::TooLong { bytes }.into());
    }
    let root: Json = crate::experiment::scenario::file::read_as(&without_comments(text))?;
    let root = object("the file", &root)?;
    let mut global = Global::default();
    let mut tasks = None;
    for (key, value) in root {
        match key.as_str() {
            "global" => global = Global::read(object("global", value)?)?,
            "tasks" => tasks = Some(object("tasks", value)?),
            // Once a list of what events name; rt-app itself ignores it now.
            "resources" => {}
            other => return Err(unsupported(other.to_owned(), "tasks, global and resources")),
        }
    }
    let Some(tasks) = tasks else {
        return Err(RtAppError::Missing {
            path: "tasks".to_owned(),
            expected: "an object with a task for each key",
        });
    };
    let mut import = Import {
        global,
        locks: BTreeMap::new(),
        barriers: BTreeMap::new(),
        conditions: BTreeMap::new(),
        semaphores: BTreeMap::new(),
    };
    let mut threads = Vec::new();
    for (name, task) in tasks {
        let path = format!("tasks.{name}");
        threads.extend(import.task(&path, name, object(&path, task)?)?);
    }
    Ok(import.scenario(threads, cores))
}

fn unsupported(path: String, supported: impl Into<String>) -> RtAppError {
    RtAppError::Unsupported {
        path,
        supported: supported.into(),
    }
}

fn wrong(path: &str, value: &Json, expected: impl Into<String>) -> RtAppError {
    RtAppError::Value {
        path: path.to_owned(),
        value: value.to_string(),
        expected: expected.into(),
    }
}

fn object<'j>(path: &str, value: &'j Json) -> Result<&'j Entries> {
    match value {
        Json::Object(entries) => Ok(entries),
        other => Err(wrong(path, other, "an object")),
    }
}

fn text<'j>(path: &str, value: &'j Json) -> Result<&'j str> {
    match value {
        Json::Text(text) if !text.is_empty() => Ok(text),
        other => Err(wrong(path, other, "a name")),
    }
}

fn integer(path: &str, value: &Json, min: i64, max: i64) -> Result<i64> {
    match value {
        Json::Integer(number) if (min..=max).contains(number) => Ok(*number),
        other => {
            let expected = format!("a whole number from {min} to {max}");
            Err(wrong(path, other, expected))
        }
    }
}

fn unsigned(path: &str, value: &Json, min: u32, max: u32) -> Result<u32> {
    let number = integer(path, value, min.into(), max.into())?;
    u32::try_from(number).map_err(|_| wrong(path, value, "a whole number"))
}

/// A number of µs.
fn micros(path: &str, value: &Json) -> Result<Ns> {
    const MAX: u64 = Ns::MAX.0 / 1_000;
    match value {
        Json::Integer(us) => u64::try_from(*us).ok().filter(|us| *us <= MAX).map(Ns::us),
        _ => None,
    }
    .ok_or_else(|| wrong(path, value, format!("a whole number of µs from 0 to {MAX}")))
}

/// `-1` (for ever) or a number of turns.
fn turns(path: &str, value: &Json) -> Result<Option<u32>> {
    match value {
        Json::Integer(-1) => Ok(None),
        Json::Integer(n) if (1..=i64::from(u32::MAX)).contains(n) => {
            Ok(Some(unsigned(path, value, 1, u32::MAX)?))
        }
        other => Err(wrong(path, other, "-1 (for ever) or a whole number from 1")),
    }
}

struct Global {
    until: Option<Ns>,
    class: Class,
    inherit: bool,
}

impl Default for Global {
    fn default() -> Self {
        Self {
            until: None,
            class: Class::Normal,
            inherit: false,
        }
    }
}

impl Global {
    fn read(entries: &Entries) -> Result<Self> {
        let mut global = Self::default();
        for (key, value) in entries {
            let path = format!("global.{key}");
            match key.as_str() {
                "duration" => {
                    const MAX: i64 = 1_000_000;
                    global.until = match integer(&path, value, -1, MAX)? {
                        -1 => None,
                        seconds => Some(Ns(seconds.unsigned_abs() * 1_000_000_000)),
                    };
                }
                "default_policy" => global.class = class(&path, value)?,
                "pi_enabled" => {
                    let Json::Bool(enabled) = value else {
                        return Err(wrong(&path, value, "true or false"));
                    };
                    global.inherit = *enabled;
                }
                key if SKIPPED.contains(&key) => {}
                _ => {
                    let known = format!(
                        "duration, default_policy and pi_enabled; skipped are {}",
                        SKIPPED.join(", ")
                    );
                    return Err(unsupported(path, known));
                }
            }
        }
        Ok(global)
    }
}

fn class(path: &str, value: &Json) -> Result<Class> {
    const NAMES: [(&str, Class); 5] = [
        ("SCHED_OTHER", Class::Normal),
        ("SCHED_IDLE", Class::Idle),
        ("SCHED_RR", Class::Rr),
        ("SCHED_FIFO", Class::Fifo),
        ("SCHED_DEADLINE", Class::Deadline),
    ];
    let known = NAMES.map(|(name, _)| name).join(", ");
    let Json::Text(name) = value else {
        return Err(wrong(path, value, format!("one of {known}")));
    };
    let found = NAMES.into_iter().find(|(known, _)| known == name);
    found
        .map(|(_, class)| class)
        .ok_or_else(|| wrong(path, value, format!("one of {known}")))
}

/// What makes up a task besides its events.
#[derive(Default)]
struct Task {
    instances: u32,
    delay: Ns,
    class: Option<Class>,
    priority: Option<i64>,
    runtime: Option<Ns>,
    period: Option<Ns>,
    deadline: Option<Ns>,
    affinity: Option<Vec<u16>>,
}

impl Task {
    /// Takes a key that concerns the scheduler.
    fn take(&mut self, path: &str, key: &str, value: &Json) -> Result<()> {
        match key {
            "policy" => self.class = Some(class(path, value)?),
            "priority" => self.priority = Some(integer(path, value, -20, 99)?),
            "dl-runtime" => self.runtime = Some(micros(path, value)?),
            "dl-period" => self.period = Some(micros(path, value)?),
            "dl-deadline" => self.deadline = Some(micros(path, value)?),
            _ => {
                let Json::List(cores) = value else {
                    return Err(wrong(path, value, "a list of cores from 0"));
                };
                let cores = cores.iter().enumerate().map(|(at, core)| {
                    let core = unsigned(&format!("{path}[{at}]"), core, 0, 255)?;
                    Ok(u16::try_from(core).unwrap_or(u16::MAX))
                });
                self.affinity = Some(cores.collect::<Result<_>>()?);
            }
        }
        Ok(())
    }

    /// rt-app's defaults: priority 10 in the real-time classes, where others
    /// take it for the nice value; period after runtime, deadline after period.
    fn sched(&self, path: &str, default: Class) -> Result<Sched> {
        let class = self.class.unwrap_or(default);
        let mut sched = Sched {
            class: Some(class),
            ..Sched::default()
        };
        let path = format!("{path}.priority");
        let out_of_range = |value, expected| wrong(&path, &Json::Integer(value), expected);
        match class {
            Class::Fifo | Class::Rr => {
                let priority = self.priority.unwrap_or(10);
                if !(1..=99).contains(&priority) {
                    return Err(out_of_range(priority, "from 1 to 99 in this policy"));
                }
                sched.priority = i32::try_from(priority).unwrap_or(0);
            }
            Class::Normal | Class::Idle => {
                let nice = self.priority.unwrap_or(0);
                if !(-20..=19).contains(&nice) {
                    return Err(out_of_range(
                        nice,
                        "a nice value from -20 to 19 in this policy",
                    ));
                }
                sched.nice = i8::try_from(nice).unwrap_or(0);
            }
            Class::Deadline => {
                sched.runtime = self.runtime;
                sched.period = self.period.or(self.runtime);
                sched.deadline = self.deadline;
            }
        }
        Ok(sched)
    }
}

/// The events of a phase, and how often they happen.
#[derive(Default)]
struct Phase {
    turns: Option<Option<u32>>,
    steps: Vec<Step>,
    /// The period of the timer at its end.
    timer: Option<Ns>,
}

struct Import {
    global: Global,
    locks: BTreeMap<String, ()>,
    conditions: BTreeMap<String, ()>,
    semaphores: BTreeMap<String, ()>,
    /// With the number of threads that meet there.
    barriers: BTreeMap<String, u32>,
}

impl Import {
    fn scenario(self, threads: Vec<ThreadSpec>, cores: u16) -> Scenario {
        let protocol = if self.global.inherit {
            LockProtocol::Inherit
        } else {
            LockProtocol::None
        };
        let locks = self.locks.into_keys().map(|name| LockSpec {
            name,
            protocol,
            // As the kernel's: a futex wakes the most urgent waiter.
            order: WaiterOrder::Priority,
            shared: false,
        });
        let semaphores = self.semaphores.into_keys();
        // Tasks without an instance meet nobody.
        let barriers = self
            .barriers
            .into_iter()
            .filter(|(_, parties)| *parties > 0);
        Scenario {
            name: "rt-app".to_owned(),
            machine: Machine {
                cores,
                policy: PolicySpec::Eevdf {
                    slice: None,
                    delayed_dequeue: false,
                },
                queues: Queues::PerCore {
                    steal: true,
                    balance: Some(Ns::ms(4)),
                    hot: Ns::us(500),
                },
                preemption: Preemption::Tick { period: Ns::ms(4) },
                ..Machine::default()
            },
            until: self.global.until,
            processes: vec![ProcessSpec {
                name: "rt-app".to_owned(),
                threads,
                ..ProcessSpec::default()
            }],
            locks: locks.collect(),
            conditions: self.conditions.into_keys().collect(),
            semaphores: semaphores
                .map(|name| SemaphoreSpec { name, count: 0 })
                .collect(),
            barriers: barriers
                .map(|(name, parties)| BarrierSpec { name, parties })
                .collect(),
            ..Scenario::default()
        }
    }

    /// `None` for a task with no instance.
    fn task(&mut self, path: &str, name: &str, entries: &Entries) -> Result<Option<ThreadSpec>> {
        if name.is_empty() {
            return Err(RtAppError::Missing {
                path: path.to_owned(),
                expected: "a task needs a name",
            });
        }
        let mut task = Task {
            instances: 1,
            ..Task::default()
        };
        for (key, value) in entries {
            if key == "instance" {
                task.instances = unsigned(&format!("{path}.instance"), value, 0, 100_000)?;
            }
        }
        let mut turns_of_all = None;
        let mut phases = None;
        let mut inline = Phase::default();
        for (key, value) in entries {
            let path = format!("{path}.{key}");
            match key.as_str() {
                "instance" => {}
                "loop" => turns_of_all = turns(&path, value)?,
                "delay" => task.delay = micros(&path, value)?,
                "phases" => phases = Some(object(&path, value)?),
                key if SCHED_KEYS.contains(&key) => task.take(&path, key, value)?,
                key => {
                    let supported = "instance, loop, delay, phases";
                    self.event(
                        &path,
                        key,
                        value,
                        name,
                        task.instances,
                        supported,
                        &mut inline,
                    )?;
                }
            }
        }
        let phases = match phases {
            None => vec![inline],
            Some(entries) if inline.steps.is_empty() && inline.timer.is_none() => {
                self.phases(&format!("{path}.phases"), entries, name, task.instances)?
            }
            Some(_) => {
                return Err(unsupported(
                    format!("{path}.phases"),
                    "either phases or events in a task, not both",
                ));
            }
        };
        let (program, periodic) = self.program(path, phases, turns_of_all)?;
        if task.instances == 0 {
            return Ok(None);
        }
        Ok(Some(ThreadSpec {
            name: name.to_owned(),
            count: task.instances,
            program: Program::Steps(program),
            arrival: task.delay,
            sched: task.sched(path, self.global.class)?,
            periodic,
            affinity: task.affinity,
            ..ThreadSpec::default()
        }))
    }

    fn phases(
        &mut self,
        path: &str,
        entries: &Entries,
        task: &str,
        instances: u32,
    ) -> Result<Vec<Phase>> {
        let mut phases = Vec::new();
        for (name, value) in entries {
            let path = format!("{path}.{name}");
            let mut phase = Phase::default();
            for (key, value) in object(&path, value)? {
                let path = format!("{path}.{key}");
                if key == "loop" {
                    phase.turns = Some(turns(&path, value)?);
                } else if SCHED_KEYS.contains(&key.as_str()) {
                    return Err(unsupported(path, "policies and cpus of whole tasks only"));
                } else {
                    self.event(&path, key, value, task, instances, "loop", &mut phase)?;
                }
            }
            phases.push(phase);
        }
        Ok(phases)
    }

    fn program(
        &self,
        path: &str,
        phases: Vec<Phase>,
        turns: Option<u32>,
    ) -> Result<(Vec<Step>, Option<Periodic>)> {
        if phases
            .iter()
            .all(|phase| phase.steps.is_empty() && phase.timer.is_none())
        {
            return Err(RtAppError::Missing {
                path: path.to_owned(),
                expected: "a task needs events",
            });
        }
        let endless = turns.is_none() || phases.iter().any(|phase| phase.turns == Some(None));
        if endless && self.global.until.is_none() {
            return Err(RtAppError::Missing {
                path: "global.duration".to_owned(),
                expected: "a task loops for ever, so the run needs an end",
            });
        }
        let periods: Vec<Ns> = phases.iter().filter_map(|phase| phase.timer).collect();
        match (periods.as_slice(), phases.len()) {
            ([], _) => {}
            ([period], 1) if endless => {
                let periodic = Periodic {
                    period: *period,
                    deadline: None,
                    phase: Ns(0),
                    abort_on_miss: false,
                };
                let steps = phases.into_iter().flat_map(|phase| phase.steps);
                return Ok((steps.collect(), Some(periodic)));
            }
            _ => return Err(unsupported(path.to_owned(), TIMER)),
        }
        let mut steps = Vec::new();
        for phase in phases {
            match phase.turns {
                None | Some(Some(1)) => steps.extend(phase.steps),
                Some(turns) => steps.push(repeat(turns, phase.steps)),
            }
        }
        let steps = if turns == Some(1) {
            steps
        } else {
            vec![repeat(turns, steps)]
        };
        Ok((steps, None))
    }

    fn lock(&mut self, name: &str) -> String {
        self.locks.insert(name.to_owned(), ());
        name.to_owned()
    }

    fn condition(&mut self, name: &str) -> String {
        self.conditions.insert(name.to_owned(), ());
        name.to_owned()
    }

    fn semaphore(&mut self, name: &str) -> String {
        self.semaphores.insert(name.to_owned(), ());
        name.to_owned()
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "what a message about an event needs"
    )]
    fn event(
        &mut self,
        path: &str,
        key: &str,
        value: &Json,
        task: &str,
        instances: u32,
        others: &str,
        phase: &mut Phase,
    ) -> Result<()> {
        let Some(event) = event_of(key) else {
            let events = EVENTS.join(", ");
            return Err(unsupported(
                path.to_owned(),
                format!("{others} and the events {events}"),
            ));
        };
        if phase.timer.is_some() {
            return Err(unsupported(path.to_owned(), TIMER));
        }
        let steps = &mut phase.steps;
        match event {
            "run" | "runtime" => steps.push(Step::Native(micros(path, value)?)),
            "sleep" => steps.push(Step::Sleep(micros(path, value)?)),
            "lock" => steps.push(Step::Lock(self.lock(text(path, value)?))),
            "unlock" => steps.push(Step::Unlock(self.lock(text(path, value)?))),
            "signal" => steps.push(Step::Notify(self.condition(text(path, value)?))),
            "broad" => steps.push(Step::NotifyAll(self.condition(text(path, value)?))),
            "wait" => steps.push(self.wait(path, value)?.0),
            "sync" => {
                let (wait, condition, lock) = self.wait(path, value)?;
                steps.extend([
                    Step::Lock(lock.clone()),
                    Step::Notify(condition),
                    wait,
                    Step::Unlock(lock),
                ]);
            }
            "barrier" => {
                let name = text(path, value)?;
                // As rt-app counts: a thread for each place that names it.
                let parties = self.barriers.entry(name.to_owned()).or_default();
                *parties = parties.saturating_add(instances);
                steps.push(Step::Barrier(name.to_owned()));
            }
            "suspend" => {
                // Whatever its text says, a task waits under its own name.
                let (condition, lock) = (self.condition(task), self.lock(task));
                steps.extend([
                    Step::Lock(lock.clone()),
                    Step::Wait {
                        condition,
                        lock: lock.clone(),
                    },
                    Step::Unlock(lock),
                ]);
            }
            "resume" => {
                let name = text(path, value)?;
                let (condition, lock) = (self.condition(name), self.lock(name));
                steps.extend([
                    Step::Lock(lock.clone()),
                    Step::NotifyAll(condition),
                    Step::Unlock(lock),
                ]);
            }
            "sem_wait" => steps.push(Step::Acquire(self.semaphore(text(path, value)?))),
            "sem_post" => steps.push(Step::Post(self.semaphore(text(path, value)?))),
            "timer" => phase.timer = Some(timer(path, value)?),
            _ => steps.push(Step::Yield),
        }
        Ok(())
    }

    fn wait(&mut self, path: &str, value: &Json) -> Result<(Step, String, String)> {
        let (mut condition, mut lock) = (None, None);
        for (key, value) in object(path, value)? {
            let path = format!("{path}.{key}");
            match key.as_str() {
                "ref" => condition = Some(self.condition(text(&path, value)?)),
                "mutex" => lock = Some(self.lock(text(&path, value)?)),
                _ => return Err(unsupported(path, "ref and mutex")),
            }
        }
        let (Some(condition), Some(lock)) = (condition, lock) else {
            return Err(RtAppError::Missing {
                path: path.to_owned(),
                expected: "a wait needs ref, the condition, and mutex",
            });
        };
        let wait = Step::Wait {
            condition: condition.clone(),
            lock: lock.clone(),
        };
        Ok((wait, condition, lock))
    }
}

const TIMER: &str = "timers only as the last event of the only phase of a task that loops for \
                     ever; anything else has no counterpart here";

fn repeat(turns: Option<u32>, steps: Vec<Step>) -> Step {
    // Nobody lives to see the end of so many.
    let times = turns.unwrap_or(u32::MAX);
    Step::Repeat { times, steps }
}

fn timer(path: &str, value: &Json) -> Result<Ns> {
    let mut period = None;
    for (key, value) in object(path, value)? {
        let path = format!("{path}.{key}");
        match (key.as_str(), value) {
            ("ref", _) => {
                // A timer that tasks share is moved on by each of them.
                if !text(&path, value)?.starts_with("unique") {
                    return Err(wrong(&path, value, "\"unique\", a timer of its own"));
                }
            }
            ("period", _) => {
                let found = micros(&path, value)?;
                if found == Ns(0) {
                    return Err(wrong(&path, value, "at least 1 µs"));
                }
                period = Some(found);
            }
            ("mode", Json::Text(mode)) if mode == "relative" || mode == "absolute" => {}
            ("mode", other) => return Err(wrong(&path, other, "\"relative\" or \"absolute\"")),
            _ => return Err(unsupported(path, "ref, period and mode")),
        }
    }
    period.ok_or_else(|| RtAppError::Missing {
        path: path.to_owned(),
        expected: "a timer needs a period",
    })
}

/// The event a key stands for: keys are made unique with a number or such at
/// the end (`run0`, `lock_a`).
fn event_of(key: &str) -> Option<&'static str> {
    EVENTS.into_iter().find(|event| {
        let rest = key.strip_prefix(event);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphabetic()))
    })
}

#[cfg(test)]
mod tests;
