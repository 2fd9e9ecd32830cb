//! What a scenario may not say, although every value has the right type.

mod machine;
mod path;
mod process;
mod program;
mod shared;

use super::{Ns, Scenario};
use path::Path;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use thiserror::Error;

/// The largest machine.
pub const MAX_CORES: u16 = 256;
/// The most processes.
pub const MAX_PROCESSES: usize = 65_535;
/// The most threads of all processes together.
pub const MAX_THREADS: u64 = 1_000_000;
/// The most steps: those of every entry of `threads`, with the programs it
/// names written out (repeats are not; an entry with a `count` counts once),
/// and those of every entry of `programs`.
pub const MAX_STEPS: u64 = 1_000_000;
/// How deep programs may be nested: `repeat`, `run-loop`, `submit` and a name
/// that is followed are one level each.
pub const MAX_NESTING: u32 = 16;
/// How deep `repeat` may be nested.
pub const MAX_REPEATS: u32 = 4;
/// The most queues of an MLFQ.
pub const MAX_LEVELS: usize = 32;
/// The largest size of anything in bytes: 1 TiB. The cost of copying that much
/// is far from overflow.
pub const MAX_BYTES: u64 = 1 << 40;
/// The most workers of a pool.
pub const MAX_WORKERS: u32 = 65_535;
/// The most tasks that one step hands to a pool.
pub const MAX_TASKS: u32 = 1_000_000;
/// No more errors than this are collected.
pub const MAX_ERRORS: usize = 100;

/// A rule that a scenario breaks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Error)]
#[error("{path}: {problem}")]
pub struct ScenarioError {
    /// The way to the value: `processes[0].threads[2].program[3].lock`.
    pub path: String,
    /// What is wrong, and what would be right.
    pub problem: Problem,
}

/// What is wrong with a value, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Error)]
pub enum Problem {
    /// A number or a time lies outside its range.
    #[error("is {value}, but must be {allowed}")]
    OutOfRange {
        /// What it is.
        value: String,
        /// From where to where.
        allowed: String,
    },
    /// A name that nothing has.
    #[error("there is no {what} \"{name}\"{}", list(.known))]
    NoSuch {
        /// What it should name.
        what: String,
        /// The name.
        name: String,
        /// Names that would do, the first few.
        known: Vec<String>,
    },
    /// A name that another of the kind has.
    #[error("the name \"{name}\" is already that of {other}; give each its own")]
    NotUnique {
        /// The name.
        name: String,
        /// The path of the other.
        other: String,
    },
    /// An empty name.
    #[error("the name is empty; give it one")]
    NoName,
    /// Programs that contain themselves.
    #[error("the program contains itself: {}; programs may not be cyclic", .0.join(" -> "))]
    Cycle(
        /// From the program back to it.
        Vec<String>,
    ),
    /// Something is absent.
    #[error("is missing: {0}")]
    Missing(
        /// What needs it.
        &'static str,
    ),
    /// Something that may not stand there, or not together with another.
    #[error("{what}; {instead}")]
    Misplaced {
        /// What and why.
        what: String,
        /// What would do.
        instead: &'static str,
    },
}

fn list(known: &[String]) -> String {
    let quoted: Vec<String> = known.iter().map(|name| format!("\"{name}\"")).collect();
    match quoted.as_slice() {
        [] => ", there are none".to_owned(),
        [one] => format!(", there is only {one}"),
        many => format!(", there are {}", many.join(", ")),
    }
}

impl Scenario {
    /// Checks every rule and returns what is broken, not only the first, but
    /// at most [`MAX_ERRORS`].
    ///
    /// # Errors
    /// One [`ScenarioError`] for each broken rule.
    pub fn validate(&self) -> Result<(), Vec<ScenarioError>> {
        let mut check = Check::new(self);
        check.machine();
        check.shared();
        check.processes();
        check.faults();
        check.programs();
        if check.errors.is_empty() {
            Ok(())
        } else {
            Err(check.errors)
        }
    }
}

/// The names of one kind of thing.
struct Names<'a> {
    /// What it is called in a sentence.
    what: &'static str,
    /// Where each stands in its list.
    index: BTreeMap<Cow<'a, str>, usize>,
}

impl<'a> Names<'a> {
    fn new(what: &'static str, names: impl Iterator<Item = Cow<'a, str>>) -> Self {
        let mut index = BTreeMap::new();
        for (at, name) in names.enumerate() {
            index.entry(name).or_insert(at);
        }
        Self { what, index }
    }

    fn of(what: &'static str, names: impl Iterator<Item = &'a String>) -> Self {
        Self::new(what, names.map(|name| Cow::Borrowed(name.as_str())))
    }

    fn get(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    fn missing(&self, name: &str) -> Problem {
        self.missing_from(self.what.to_owned(), name)
    }

    fn missing_from(&self, what: String, name: &str) -> Problem {
        let known = self.index.keys().filter(|known| !known.is_empty());
        let mut known: Vec<String> = known.take(6).map(ToString::to_string).collect();
        if known.len() == 6 {
            known[5] = "...".to_owned();
        }
        Problem::NoSuch {
            what,
            name: name.to_owned(),
            known,
        }
    }
}

/// A check under way.
struct Check<'a> {
    scenario: &'a Scenario,
    locks: Names<'a>,
    semaphores: Names<'a>,
    conditions: Names<'a>,
    channels: Names<'a>,
    barriers: Names<'a>,
    devices: Names<'a>,
    objects: Names<'a>,
    pools: Names<'a>,
    processes: Names<'a>,
    programs: Names<'a>,
    /// The entries of `threads` of each process.
    threads: Vec<Names<'a>>,
    errors: Vec<ScenarioError>,
    /// Errors in a program that several threads share are told once.
    told: BTreeSet<ScenarioError>,
}

impl<'a> Check<'a> {
    fn new(s: &'a Scenario) -> Self {
        let threads = s.processes.iter().map(|process| {
            let names = (0..process.threads.len()).map(|entry| process.entry_name(entry));
            Names::new("thread", names)
        });
        Self {
            scenario: s,
            locks: Names::of("lock", s.locks.iter().map(|x| &x.name)),
            semaphores: Names::of("semaphore", s.semaphores.iter().map(|x| &x.name)),
            conditions: Names::of("condition", s.conditions.iter()),
            channels: Names::of("channel", s.channels.iter().map(|x| &x.name)),
            barriers: Names::of("barrier", s.barriers.iter().map(|x| &x.name)),
            devices: Names::of("device", s.devices.iter().map(|x| &x.name)),
            objects: Names::of("object", s.objects.iter().map(|x| &x.name)),
            pools: Names::of("pool", s.pools.iter().map(|x| &x.name)),
            processes: Names::of("process", s.processes.iter().map(|x| &x.name)),
            programs: Names::of("program", s.programs.keys()),
            threads: threads.collect(),
            errors: Vec::new(),
            told: BTreeSet::new(),
        }
    }

    /// Whether enough has been found, so that the rest need not be looked at.
    fn is_full(&self) -> bool {
        self.errors.len() >= MAX_ERRORS
    }

    fn report(&mut self, path: &Path<'_>, problem: Problem) {
        if self.is_full() {
            return;
        }
        let error = ScenarioError {
            path: path.to_string(),
            problem,
        };
        if self.told.insert(error.clone()) {
            self.errors.push(error);
        }
    }

    fn range<T: PartialOrd + Display>(&mut self, path: &Path<'_>, value: T, min: T, max: T) {
        if value < min || value > max {
            let problem = Problem::OutOfRange {
                value: value.to_string(),
                allowed: format!("from {min} to {max}"),
            };
            self.report(path, problem);
        }
    }

    fn at_least(&mut self, path: &Path<'_>, value: u32, min: u32) {
        if value < min {
            let problem = Problem::OutOfRange {
                value: value.to_string(),
                allowed: format!("at least {min}"),
            };
            self.report(path, problem);
        }
    }

    /// Any time up to the longest.
    fn time(&mut self, path: &Path<'_>, time: Ns) {
        self.range(path, time, Ns(0), Ns::MAX);
    }

    /// A time that something divides by or waits for again and again.
    fn positive(&mut self, path: &Path<'_>, time: Ns) {
        self.range(path, time, Ns(1), Ns::MAX);
    }

    fn bytes(&mut self, path: &Path<'_>, bytes: u64) {
        self.range(path, bytes, 0, MAX_BYTES);
    }

    /// The names of one list: given, and each once.
    fn names<'n>(&mut self, list: &'static str, field: bool, names: impl Iterator<Item = &'n str>) {
        let root = Path::root(list);
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, name) in names.enumerate() {
            let entry = root.index(at);
            let path = if field { entry.field("name") } else { entry };
            if name.is_empty() {
                self.report(&path, Problem::NoName);
            } else if let Some(&other) = first.get(name) {
                let problem = Problem::NotUnique {
                    name: name.to_owned(),
                    other: root.index(other).to_string(),
                };
                self.report(&path, problem);
            } else {
                first.insert(name, at);
            }
        }
    }
}

#[cfg(test)]
mod tests;
