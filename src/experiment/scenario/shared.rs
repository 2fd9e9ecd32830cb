//! What threads and processes share, and what goes wrong.

use super::Ns;
use super::tagged::impl_tagged;
use serde::{Deserialize, Serialize};

impl_tagged!(Transport);

/// A mutual exclusion lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LockSpec {
    /// Its name, unique.
    pub name: String,
    /// What it does against priority inversion.
    #[serde(default)]
    pub protocol: LockProtocol,
    /// Who of its waiters gets it next.
    #[serde(default)]
    pub order: WaiterOrder,
    /// Whether it lies in shared memory (`multiprocessing.Lock`); else every
    /// process has its own of this name.
    #[serde(default)]
    pub shared: bool,
}

/// What a lock does against priority inversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LockProtocol {
    /// Nothing.
    #[default]
    None,
    /// Its owner runs at the priority of its most urgent waiter, along the
    /// whole chain of owners.
    Inherit,
    /// Its owner runs at this priority.
    Ceiling(i32),
}

/// Who of the waiters goes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum WaiterOrder {
    /// Who came first.
    #[default]
    Fifo,
    /// The most urgent.
    Priority,
}

/// A counting semaphore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SemaphoreSpec {
    /// Its name, unique.
    pub name: String,
    /// Its value at the start.
    pub count: u32,
}

/// A bounded queue of messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ChannelSpec {
    /// Its name, unique.
    pub name: String,
    /// How many messages it holds, at least 1.
    pub capacity: u32,
    /// How a message gets across.
    pub transport: Transport,
}

/// How a message gets across.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(
    not(target_arch = "wasm32"),
    schemars(!remote, tag = "kind", rename = "Transport")
)]
#[serde(
    remote = "Self",
    deny_unknown_fields,
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum Transport {
    /// A pointer is passed: threads of one process only (`queue.Queue`).
    #[default]
    ByReference,
    /// The sender packs, the bytes are copied through a pipe, the receiver
    /// unpacks (`multiprocessing.Queue`).
    Serialised {
        /// Fixed cost of each side.
        #[serde(default)]
        per_message: Ns,
        /// Packing, for a MiB.
        #[serde(default)]
        pack_per_mib: Ns,
        /// Unpacking, for a MiB.
        #[serde(default)]
        unpack_per_mib: Ns,
    },
}

/// Where some number of threads meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BarrierSpec {
    /// Its name, unique.
    pub name: String,
    /// How many must come, at least 1.
    pub parties: u32,
}

/// A device that serves I/O.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DeviceSpec {
    /// Its name, unique.
    pub name: String,
    /// How many requests it serves at a time, at least 1; others queue.
    pub parallel: u32,
}

/// An object on a heap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ObjectSpec {
    /// Its name, unique.
    pub name: String,
    /// Its value at the start, for `load` and `store`.
    #[serde(default)]
    pub value: i64,
    /// Its references at the start.
    #[serde(default)]
    pub references: i64,
    /// Its size; `alloc` gives it another.
    #[serde(default)]
    pub bytes: u64,
    /// Whether it lies in memory that all processes share.
    #[serde(default)]
    pub shared: bool,
}

/// Workers with a queue of tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PoolSpec {
    /// Its name, unique.
    pub name: String,
    /// What its workers are.
    pub kind: PoolKind,
    /// How many workers, at least 1. They start with the first task.
    pub workers: u32,
    /// How a process pool's workers come to be.
    #[serde(default)]
    pub start: Option<super::StartMethod>,
    /// Who serialises the bytecode of a process pool's workers, each by
    /// itself.
    #[serde(default)]
    pub gil: super::GilSpec,
    /// CPU time its owner spends on handing over one task.
    #[serde(default)]
    pub submit: Ns,
}

/// What a pool's workers are, and what the death of one does. An interpreter
/// that exits waits for the tasks of the first two, but not of the third.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PoolKind {
    /// Threads of the process that submits (`ThreadPoolExecutor`).
    Threads,
    /// Processes; the death of one breaks the pool (`ProcessPoolExecutor`).
    Executor,
    /// Processes; one that dies is replaced, its task is lost
    /// (`multiprocessing.Pool`).
    Multiprocessing,
}

/// A failure put in on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct InjectedFault {
    /// What goes wrong.
    pub kind: InjectedKind,
    /// In which process, by name; the workers of a pool of processes are
    /// `pool-1`, `pool-2`...
    pub process: String,
    /// In which of its threads, by name; its main thread if absent. Pointless
    /// for what strikes a whole process.
    #[serde(default)]
    pub thread: Option<String>,
    /// When.
    pub when: InjectedWhen,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum InjectedKind {
    /// An exception that nobody catches.
    Exception,
    /// An invalid memory access: ends the process.
    Segfault,
    /// The process is killed from outside.
    KillProcess,
    /// A request to kill the thread alone: refused.
    KillThread,
    /// The thread loops for ever without a poll point.
    Hang,
    /// The next allocation fails: MemoryError.
    OutOfMemory,
    /// The thread ends at once, without giving back its locks.
    Vanish,
}

/// When a fault strikes. A thread notices at its next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum InjectedWhen {
    /// This long after the start of the run.
    At(Ns),
    /// When the target has completed this many units.
    Units(u32),
    /// At a time up to this, chosen at random from the scenario's seed.
    RandomWithin(Ns),
}
