//! What the simulator charges besides the work itself.

use serde::{Deserialize, Serialize};

/// Costs of starting, switching and waking, ns, and of memory, bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Costs {
    /// A core takes up another thread than the one it ran last.
    pub context_switch_ns: u64,
    /// On top of that, the core takes up another process: other page tables.
    pub process_switch_ns: u64,
    /// On top of that, the thread ran on another core before.
    pub migration_ns: u64,
    /// CPU time the parent spends on starting one process. Starts queue up in
    /// the parent.
    pub process_start_parent_ns: u64,
    /// CPU time the new process then spends before its first instruction of
    /// work. Runs in parallel on free cores.
    pub process_start_child_ns: u64,
    /// As `process_start_child_ns`, for a process that the fork server forks.
    pub forkserver_child_ns: u64,
    /// As `process_start_child_ns`, for a process that starts a new
    /// interpreter.
    pub spawn_child_ns: u64,
    /// Copying the page tables of a MiB of touched memory at a fork.
    pub fork_ns_per_mib: u64,
    /// CPU time the starting thread spends on one new thread.
    pub thread_start_ns: u64,
    /// Whether a process hands out work only when all of its threads have
    /// started, as rayon's pool does; else each begins at once, as Python's
    /// threads do, and the starting thread competes with them for the GIL.
    pub threads_start_together: bool,
    /// From a GIL's release until the woken waiter can take it. Decides the
    /// convoy effect: who lets go and takes the GIL again sooner than this wins
    /// the race against the waiter it has woken.
    pub gil_handoff_ns: u64,
    /// Up to CPython 3.1, CPU time the holder spends on letting go of the GIL
    /// and taking it again, every 100 bytecodes while another thread wants it:
    /// a system call, and a lock that several cores try to take.
    pub gil_offer_ns: u64,
    /// On top of that, if a sleeper is woken: the interrupt to another core.
    pub gil_signal_ns: u64,
    /// Up to CPython 3.1, CPU time that a woken waiter spends in vain when it
    /// finds the GIL taken again.
    pub gil_retry_ns: u64,
    /// Starting one task of an event loop.
    pub task_start_ns: u64,
    /// One load, add or store of an object or a reference count.
    pub instruction_ns: u64,
    /// Packing a MiB for another process.
    pub pickle_ns_per_mib: u64,
    /// Unpacking a MiB from another process.
    pub unpickle_ns_per_mib: u64,
    /// From the end of a wait (timer, I/O, condition) until the thread is
    /// ready again. Decides the convoy effect.
    pub wake_latency_ns: u64,
    /// Each hand-off and wake takes up to this much longer, uniformly at
    /// random from the experiment's seed.
    pub wake_jitter_ns: u64,
    /// Resident memory of one process with its runtime and heap.
    pub process_bytes: u64,
    /// Resident memory of one more thread.
    pub thread_bytes: u64,
}

impl Default for Costs {
    /// [`Costs::IDEAL`]: a cost that a file leaves out is zero.
    fn default() -> Self {
        Self::IDEAL
    }
}

impl Costs {
    /// Everything but the work itself is free.
    pub const IDEAL: Self = Self {
        context_switch_ns: 0,
        process_switch_ns: 0,
        migration_ns: 0,
        process_start_parent_ns: 0,
        process_start_child_ns: 0,
        forkserver_child_ns: 0,
        spawn_child_ns: 0,
        fork_ns_per_mib: 0,
        thread_start_ns: 0,
        threads_start_together: false,
        gil_handoff_ns: 0,
        gil_offer_ns: 0,
        gil_signal_ns: 0,
        gil_retry_ns: 0,
        task_start_ns: 0,
        instruction_ns: 0,
        pickle_ns_per_mib: 0,
        unpickle_ns_per_mib: 0,
        wake_latency_ns: 0,
        wake_jitter_ns: 0,
        process_bytes: 0,
        thread_bytes: 0,
    };

    /// CPython 3.11.7 on Linux 6.18, 2 virtual cores, measured in 2026: start
    /// of a `multiprocessing` process by fork 5.3 ms, of which `fork()` itself
    /// 2.8 ms in the parent; a thread 117 µs; GIL hand-off 46 µs; 13.0 MiB
    /// resident a forked process, 16 KiB a thread. The split of the 5.3 ms is
    /// ours: what is not `fork()` is charged to the child. The context switch
    /// (1.5 µs) is derived from a pipe ping-pong on one core (7 µs for two
    /// switches and four system calls). The three costs of the GIL up to 3.1
    /// are not measured but fitted to what 2.7 was: threads that compute take
    /// 1.57 times as long as one if there are two, 2.03 times if four.
    pub const CPYTHON_LINUX: Self = Self {
        context_switch_ns: 1_500,
        process_switch_ns: 0,
        migration_ns: 0,
        process_start_parent_ns: 2_800_000,
        process_start_child_ns: 2_500_000,
        forkserver_child_ns: 51_200_000,
        spawn_child_ns: 147_200_000,
        fork_ns_per_mib: 60_000,
        thread_start_ns: 117_000,
        threads_start_together: false,
        gil_handoff_ns: 50_000,
        gil_offer_ns: 3_000,
        gil_signal_ns: 12_000,
        gil_retry_ns: 2_000,
        task_start_ns: 6_000,
        instruction_ns: 30,
        pickle_ns_per_mib: 2_200_000,
        unpickle_ns_per_mib: 7_000_000,
        wake_latency_ns: 50_000,
        wake_jitter_ns: 20_000,
        process_bytes: 13 * 1024 * 1024,
        thread_bytes: 16 * 1024,
    };
}
