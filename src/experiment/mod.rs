//! The shared description of an experiment: what both arms run, and the shape
//! in which both answer.
//!
//! Mental model: an [`Experiment`] is `processes x threads` doing a fixed
//! amount of work, with or without a GIL, with faults put in on purpose. The
//! simulator (`crate::sim`) predicts an [`Outcome`] from it; the lab
//! (`crate::lab`) measures one. This module knows neither arm and no browser.

mod codec;
mod costs;
mod fault;
mod field;
pub mod json;
mod outcome;
mod preset;
pub mod scenario;
mod validate;

pub use codec::{Decoded, Problem, from_fragment, to_fragment};
pub use costs::Costs;
pub use fault::{Fault, FaultKind, ParseFaultError, Trigger};
pub use field::{Field, FieldSpec, Scale};
pub use outcome::{
    Ended, Failure, Medium, Outcome, ProcessOutcome, Subject, ThreadOutcome, Throughput,
};
pub use preset::{PRESETS, Preset};
pub use validate::{Invalid, Warning};

use serde::{Deserialize, Serialize};

/// Version of the description: the `v` of a link. Raised when old links would
/// otherwise change meaning.
pub const VERSION: u32 = 1;

/// How many faults one experiment may hold.
pub const MAX_FAULTS: usize = 16;

/// A thread that computes without a sign of life for this long is taken for
/// hung, and its process is ended, in both arms. Nanoseconds.
pub const WATCHDOG_NS: u64 = 2_000_000_000;

/// One experiment. Every field is within the range of its [`Field`] once
/// [`Experiment::validate`] has passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Experiment {
    /// Cores of the simulated machine. The lab cannot choose: it gets the
    /// visitor's.
    pub cores: u16,
    /// Worker processes, each with its own heap.
    pub processes: u16,
    /// Threads in each process, sharing that process's heap.
    pub threads: u16,
    /// Whether each process has a global interpreter lock.
    pub gil: bool,
    /// How long a waiter waits before it asks the GIL's holder to let go, µs
    /// (CPython: `sys.setswitchinterval`).
    pub switch_interval_us: u32,
    /// Which ready thread a free core takes.
    pub policy: PolicyKind,
    /// Time slice or quantum of policies that have one, µs.
    pub slice_us: u32,
    /// What a unit of work computes in the lab.
    pub kernel: Kernel,
    /// Units of work in all, dealt out evenly over all threads.
    pub units: u32,
    /// CPU time of one unit, µs.
    pub cpu_us: u32,
    /// Blocking wait at the end of each unit (I/O), µs. The GIL is released
    /// around it.
    pub io_us: u32,
    /// Which costs the simulator charges.
    pub profile: Profile,
    /// Failures put in on purpose.
    pub faults: Vec<Fault>,
    /// Seed of everything random in the simulator.
    pub seed: u32,
}

impl Default for Experiment {
    /// Four threads under a GIL: the start screen's question.
    fn default() -> Self {
        Self {
            cores: 4,
            processes: 1,
            threads: 4,
            gil: true,
            switch_interval_us: 5_000,
            policy: PolicyKind::RoundRobin,
            slice_us: 4_000,
            kernel: Kernel::Bytecode,
            units: 400,
            cpu_us: 1_000,
            io_us: 0,
            profile: Profile::CPythonLinux,
            faults: Vec::new(),
            seed: 1,
        }
    }
}

impl Experiment {
    /// Worker threads in all processes together.
    #[must_use]
    pub fn workers(&self) -> u32 {
        u32::from(self.processes) * u32::from(self.threads)
    }

    /// How many units thread `thread` of process `process` is dealt (both
    /// counted from 0). The first `units % workers` threads get one more.
    #[must_use]
    pub fn share(&self, process: u16, thread: u16) -> u32 {
        let index = u32::from(process) * u32::from(self.threads) + u32::from(thread);
        let workers = self.workers().max(1);
        self.units / workers + u32::from(index < self.units % workers)
    }

    /// How long one thread alone would need for all the work, ns: the
    /// yardstick of speed-up. No costs, no faults.
    #[must_use]
    pub fn sequential_ns(&self) -> u64 {
        u64::from(self.units) * (u64::from(self.cpu_us) + u64::from(self.io_us)) * 1_000
    }
}

/// Which ready thread a free core takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyKind {
    /// First in, first out; a thread runs until it blocks or ends.
    Fifo,
    /// Round robin: as FIFO, but a thread goes to the back of the queue after
    /// its time slice.
    RoundRobin,
    /// Shortest job first: by the next CPU burst, not preemptive.
    Sjf,
    /// Shortest remaining time first.
    Srtf,
    /// Highest response ratio next.
    Hrrn,
    /// Multi-level feedback queue: four levels of one slice each, a boost every
    /// 100 slices.
    Mlfq,
    /// Each slice goes to the holder of a ticket drawn at random.
    Lottery,
    /// As lottery, but in turn.
    Stride,
    /// Linux before 6.6, with a queue for each core.
    Cfs,
    /// Linux since 6.6, with a queue for each core.
    Eevdf,
}

impl PolicyKind {
    /// All of them, in the order the page offers them.
    pub const ALL: [Self; 10] = [
        Self::Fifo,
        Self::RoundRobin,
        Self::Sjf,
        Self::Srtf,
        Self::Hrrn,
        Self::Mlfq,
        Self::Lottery,
        Self::Stride,
        Self::Cfs,
        Self::Eevdf,
    ];

    /// Whether [`Experiment::slice_us`] means anything to it.
    #[must_use]
    pub fn has_slice(self) -> bool {
        matches!(
            self,
            Self::RoundRobin | Self::Mlfq | Self::Lottery | Self::Stride
        )
    }

    /// Short name in links and files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Fifo => "fifo",
            Self::RoundRobin => "rr",
            Self::Sjf => "sjf",
            Self::Srtf => "srtf",
            Self::Hrrn => "hrrn",
            Self::Mlfq => "mlfq",
            Self::Lottery => "lottery",
            Self::Stride => "stride",
            Self::Cfs => "cfs",
            Self::Eevdf => "eevdf",
        }
    }

    /// Name on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Fifo => "First in, first out (FIFO)",
            Self::RoundRobin => "Round robin (RR)",
            Self::Sjf => "Shortest job first (SJF)",
            Self::Srtf => "Shortest remaining (SRTF)",
            Self::Hrrn => "Highest response ratio (HRRN)",
            Self::Mlfq => "Multi-level feedback (MLFQ)",
            Self::Lottery => "Lottery",
            Self::Stride => "Stride",
            Self::Cfs => "Linux before 6.6 (CFS)",
            Self::Eevdf => "Linux since 6.6 (EEVDF)",
        }
    }
}

/// What a unit of work computes in the lab, and how often it reaches a point
/// at which it may hand over the GIL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kernel {
    /// An interpreter-like loop: a poll point at each backward jump, about a
    /// microsecond apart.
    Bytecode,
    /// A prime sieve, like a call into C that keeps the GIL: a poll point only
    /// after each block of about 100 µs.
    Sieve,
    /// A picture of the Mandelbrot set: floats with SIMD, a call into C like
    /// the sieve.
    Mandelbrot,
    /// A product of matrices: floats and memory with SIMD, a call into C.
    Matrix,
    /// A cryptographic hash, a call into C.
    Sha256,
    /// Sorting numbers, a call into C.
    Sort,
}

impl Kernel {
    /// All of them, in the order the page offers them.
    pub const ALL: [Self; 6] = [
        Self::Bytecode,
        Self::Sieve,
        Self::Mandelbrot,
        Self::Matrix,
        Self::Sha256,
        Self::Sort,
    ];

    /// Time from one poll point to the next, ns: how long the holder of a GIL
    /// may go on after it was asked to let go.
    #[must_use]
    pub fn poll_ns(self) -> u64 {
        match self {
            Self::Bytecode => 1_000,
            Self::Sieve => 100_000,
            Self::Mandelbrot | Self::Matrix | Self::Sha256 | Self::Sort => 40_000,
        }
    }

    /// Short name in links and files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Bytecode => "bytecode",
            Self::Sieve => "sieve",
            Self::Mandelbrot => "mandelbrot",
            Self::Matrix => "matrix",
            Self::Sha256 => "sha256",
            Self::Sort => "sort",
        }
    }

    /// Name on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Bytecode => "Bytecode loop",
            Self::Sieve => "Prime sieve",
            Self::Mandelbrot => "Mandelbrot set",
            Self::Matrix => "Matrix product",
            Self::Sha256 => "SHA-256",
            Self::Sort => "Sorting",
        }
    }
}

/// A named set of [`Costs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Everything but the work itself is free.
    Ideal,
    /// CPython 3.11 on Linux, as measured; see [`Costs::CPYTHON_LINUX`].
    #[serde(rename = "cpython-linux")]
    CPythonLinux,
    /// What the lab has measured on the visitor's machine.
    ThisBrowser,
}

impl Profile {
    /// All of them, in the order the page offers them.
    pub const ALL: [Self; 3] = [Self::Ideal, Self::CPythonLinux, Self::ThisBrowser];

    /// Short name in links and files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Ideal => "ideal",
            Self::CPythonLinux => "cpython",
            Self::ThisBrowser => "browser",
        }
    }

    /// Name on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Ideal => "Ideal (all costs zero)",
            Self::CPythonLinux => "CPython 3.11 on Linux",
            Self::ThisBrowser => "This browser",
        }
    }
}
