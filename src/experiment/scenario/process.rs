//! Processes and threads as a scenario describes them.

use super::tagged::impl_tagged;
use super::{Ns, Program};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

impl_tagged!(GilSpec);

/// A process: a heap, an interpreter and threads. Its first thread is its main
/// thread; the others begin when a step starts them, or with the main thread if
/// none does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ProcessSpec {
    /// Its name, unique.
    pub name: String,
    /// When it begins, unless a step starts it.
    pub arrival: Ns,
    /// Who serialises its bytecode.
    pub gil: GilSpec,
    /// How it comes to be when a step starts it.
    pub start: StartMethod,
    /// Bytes its heap may hold; an allocation beyond that raises MemoryError,
    /// without end if absent.
    pub heap_limit: Option<u64>,
    /// A daemon is terminated when its parent's interpreter exits.
    pub daemon: bool,
    /// Who restarts it, if it fails.
    pub supervision: Option<Supervision>,
    /// Its threads, at least one.
    pub threads: Vec<ThreadSpec>,
}

impl Default for ProcessSpec {
    fn default() -> Self {
        Self {
            name: String::new(),
            arrival: Ns(0),
            gil: GilSpec::None,
            start: StartMethod::Fork(Fork::default()),
            heap_limit: None,
            daemon: false,
            supervision: None,
            threads: Vec::new(),
        }
    }
}

impl ProcessSpec {
    /// The name of an entry of `threads`; where it has none, T1, T2... after
    /// its place in the list.
    #[must_use]
    pub fn entry_name(&self, entry: usize) -> Cow<'_, str> {
        match self.threads[entry].name.as_str() {
            "" => Cow::Owned(format!("T{}", entry + 1)),
            name => Cow::Borrowed(name),
        }
    }
}

/// Who serialises bytecode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(
    not(target_arch = "wasm32"),
    schemars(!remote, tag = "kind", rename = "GilSpec")
)]
#[serde(
    remote = "Self",
    deny_unknown_fields,
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum GilSpec {
    /// Nobody, by design, and at no cost (Jython, IronPython; any program that
    /// is not Python).
    #[default]
    None,
    /// CPython since 3.2.
    SwitchInterval {
        /// How long a waiter waits before it asks for the GIL.
        #[serde(default = "default_interval")]
        interval: Ns,
        /// From one point at which the holder may let go to the next.
        #[serde(default = "default_poll")]
        poll: Ns,
    },
    /// CPython up to 3.1: released every so many bytecodes, and taken again at
    /// once.
    Tick {
        /// Time of 100 bytecodes.
        #[serde(default = "default_check")]
        check: Ns,
    },
    /// As [`GilSpec::SwitchInterval`], one for each interpreter of the process
    /// (PEP 684); threads name theirs.
    PerInterpreter {
        /// How many interpreters.
        interpreters: u16,
        /// How long a waiter waits before it asks for the GIL.
        #[serde(default = "default_interval")]
        interval: Ns,
        /// From one point at which the holder may let go to the next.
        #[serde(default = "default_poll")]
        poll: Ns,
    },
    /// CPython without a GIL (PEP 703).
    FreeThreaded {
        /// Bytecode takes this many thousandths of its time with a GIL;
        /// 3.13: 1400, 3.14: 1050 to 1100.
        overhead_permille: u32,
        /// If another thread of the process runs or is ready when a step begins,
        /// the step takes this many thousandths of that, because they share hot
        /// objects: 1000 (nothing shared) to 2400.
        #[serde(default = "no_contention")]
        contention_permille: u32,
    },
}

fn default_interval() -> Ns {
    Ns::ms(5)
}

fn default_poll() -> Ns {
    Ns::us(1)
}

fn default_check() -> Ns {
    Ns::us(10)
}

fn no_contention() -> u32 {
    1000
}

/// How a process is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum StartMethod {
    /// `fork()`: a copy of its parent, pages copied when written.
    Fork(Fork),
    /// A server that was forked early forks it.
    Forkserver,
    /// A new interpreter is started.
    Spawn,
}

/// What a fork copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Fork {
    /// Touched bytes of the parent whose page tables are copied (about 65 µs
    /// a MiB).
    pub parent_bytes: u64,
}

/// Who restarts a process that failed, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Supervision {
    /// Processes with the same number are restarted together by
    /// one-for-all.
    #[serde(default)]
    pub group: u16,
    /// Which processes are restarted.
    #[serde(default)]
    pub strategy: SupervisionStrategy,
    /// When to restart.
    #[serde(default)]
    pub restart: Restart,
    /// More restarts of the group than this, and it is given up.
    pub max_restarts: u32,
    /// Wait before the first restart; doubles with each further one.
    #[serde(default)]
    pub back_off: Ns,
}

/// Which processes are restarted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SupervisionStrategy {
    /// The one that failed.
    #[default]
    OneForOne,
    /// All of the group; those still alive are killed first.
    OneForAll,
}

/// When a supervised process is restarted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Restart {
    /// If it failed.
    #[default]
    OnFailure,
    /// However it ended.
    Always,
}

/// A thread: a program and how it is scheduled.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ThreadSpec {
    /// Its name, unique in its process; by default T1, T2...
    pub name: String,
    /// How many of it there are, at least 1 (0 counts as 1). With more, a
    /// number is added to the name.
    pub count: u32,
    /// What it does.
    pub program: Program,
    /// When it begins, after its process did, unless a step starts it.
    pub arrival: Ns,
    /// Whether the process may end without it.
    pub daemon: bool,
    /// Which interpreter of the process it runs in, from 0.
    pub interpreter: u16,
    /// What the scheduler knows of it.
    pub sched: Sched,
    /// Makes it a periodic task: its program is run once for each release.
    pub periodic: Option<Periodic>,
    /// The cores it may run on, from 0; all if absent.
    pub affinity: Option<Vec<u16>>,
    /// Its working set, in the unit of the machine's cache size.
    pub working_set: u64,
}

/// What the scheduler knows of a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Sched {
    /// Linux's class of it; by default what the machine's policy calls for.
    pub class: Option<Class>,
    /// Its nice value, -20 to 19.
    pub nice: i8,
    /// Its priority; in Linux's real-time classes 1 to 99.
    pub priority: i32,
    /// Its lottery tickets, at least 1.
    pub tickets: u32,
    /// Run time in each period, under the deadline class.
    pub runtime: Option<Ns>,
    /// Deadline after each release or wake-up; by default the period.
    pub deadline: Option<Ns>,
    /// Period.
    pub period: Option<Ns>,
}

impl Default for Sched {
    fn default() -> Self {
        Self {
            class: None,
            nice: 0,
            priority: 0,
            tickets: 1,
            runtime: None,
            deadline: None,
            period: None,
        }
    }
}

/// A scheduling class of Linux.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Constant bandwidth server under EDF; above all others.
    Deadline,
    /// Real-time, first in, first out.
    Fifo,
    /// Real-time, round robin.
    Rr,
    /// Fair (CFS or EEVDF).
    Normal,
    /// Fair, with the smallest weight.
    Idle,
}

/// A thread that runs its program anew each period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Periodic {
    /// From release to release.
    pub period: Ns,
    /// By when after its release each job must be done; by default the
    /// period.
    #[serde(default)]
    pub deadline: Option<Ns>,
    /// When the first job is released.
    #[serde(default)]
    pub phase: Ns,
    /// Whether a job is cut off at its deadline.
    #[serde(default)]
    pub abort_on_miss: bool,
}
