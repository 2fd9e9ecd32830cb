//! A scenario: a machine, its processes and threads with their programs, what
//! they share and what goes wrong. The simulator runs one; a slider experiment
//! is one way to write it, a file is another.
//!
//! All types here are the file format: their names in kebab-case are what
//! stands in the JSON, and `docs/scenario.schema.json` is generated from them.

mod check;
mod file;
pub mod import;
mod machine;
mod policies;
mod process;
mod program;
#[cfg(not(target_arch = "wasm32"))]
mod schema;
mod shared;
mod substitute;
mod tagged;
mod time;

pub use check::{
    MAX_BYTES, MAX_CORES, MAX_ERRORS, MAX_LEVELS, MAX_NESTING, MAX_PROCESSES, MAX_REPEATS,
    MAX_STEPS, MAX_TASKS, MAX_THREADS, MAX_WORKERS, Problem, ScenarioError,
};
pub use file::{Document, FileError, Job, MAX_FILE_BYTES, processes_of, read};
pub use machine::{
    Cache, CostsSpec, Level, Machine, OrderBy, PolicySpec, Preemption, PriorityOrder, Queues,
    SliceTimer, Tie,
};
pub use policies::{POLICIES, PolicyInfo, PolicyParameter};
pub use process::{
    Class, Fork, GilSpec, Periodic, ProcessSpec, Restart, Sched, StartMethod, Supervision,
    SupervisionStrategy, ThreadSpec,
};
pub use program::{Program, Step};
#[cfg(not(target_arch = "wasm32"))]
pub use schema::schema;
pub use shared::{
    BarrierSpec, ChannelSpec, DeviceSpec, InjectedFault, InjectedKind, InjectedWhen, LockProtocol,
    LockSpec, ObjectSpec, PoolKind, PoolSpec, SemaphoreSpec, Transport, WaiterOrder,
};
pub use substitute::{SubstituteError, substitute};
pub use time::{Ns, ParseNsError};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything the simulator needs to know of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Scenario {
    /// A short title.
    pub name: String,
    /// What it shows, in a sentence or two.
    pub about: String,
    /// The machine it runs on.
    pub machine: Machine,
    /// What the simulator charges besides the work itself.
    pub costs: CostsSpec,
    /// Seed of everything random.
    pub seed: u32,
    /// When to stop a run that has not ended by then. Without it, it runs until
    /// nothing is left to happen.
    pub until: Option<Ns>,
    /// The processes, each with a heap of its own. Those that no program
    /// starts begin at their `arrival`.
    pub processes: Vec<ProcessSpec>,
    /// Programs by name, for threads, event-loop tasks and pool tasks that
    /// share one.
    pub programs: BTreeMap<String, Program>,
    /// Mutual exclusion locks.
    pub locks: Vec<LockSpec>,
    /// Counting semaphores.
    pub semaphores: Vec<SemaphoreSpec>,
    /// Condition variables, by name.
    pub conditions: Vec<String>,
    /// Channels: bounded queues of messages.
    pub channels: Vec<ChannelSpec>,
    /// Barriers.
    pub barriers: Vec<BarrierSpec>,
    /// Devices that serve I/O requests.
    pub devices: Vec<DeviceSpec>,
    /// Objects on heaps. Every process that touches one has its own copy,
    /// unless it is in shared memory.
    pub objects: Vec<ObjectSpec>,
    /// Pools of workers with a queue of tasks.
    pub pools: Vec<PoolSpec>,
    /// Failures put in on purpose.
    pub faults: Vec<InjectedFault>,
}
