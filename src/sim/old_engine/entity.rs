//! The engine's tables: threads, processes, cores.

use crate::experiment::Ended;
use crate::sim::old_gil::Gil;
use crate::sim::trace::State;

#[derive(Debug)]
pub(in crate::sim) struct Thread {
    pub(in crate::sim) process: u32,
    /// Which worker it is, (process, thread) from 0.
    pub(in crate::sim) worker: Option<(u16, u16)>,
    /// Next op.
    pub(super) pc: u16,
    /// Rounds left of the loop it is in; 0: in none.
    pub(super) rounds: u32,
    /// What is left of the computing it is on, ns.
    pub(super) remaining: u64,
    /// What is done of it, ns: tells how far the next poll point is.
    pub(super) done: u64,
    /// Whether that computing is bytecode, which needs the GIL.
    pub(super) bytecode: bool,
    /// It loops for ever, because of this fault.
    pub(super) hung: Option<usize>,
    pub(super) state: State,
    /// When it entered its state.
    pub(super) since: u64,
    /// Changes with every change of state: tells events that are out of date.
    pub(super) token: u32,
    /// The core it is on, or was on last.
    pub(super) core: u16,
    /// Who waits for its end.
    pub(super) joiner: Option<u32>,
    pub(in crate::sim) units: u32,
    /// Time spent in each [`State`], ns.
    pub(in crate::sim) time_in: [u64; State::COUNT],
    pub(in crate::sim) created: Option<u64>,
    pub(in crate::sim) first_run: Option<u64>,
    pub(in crate::sim) ended: Option<(Ended, u64)>,
}

impl Thread {
    pub(super) fn new(process: u32, worker: Option<(u16, u16)>) -> Self {
        Self {
            process,
            worker,
            pc: 0,
            rounds: 0,
            remaining: 0,
            done: 0,
            bytecode: false,
            hung: None,
            state: State::New,
            since: 0,
            token: 0,
            core: 0,
            joiner: None,
            units: 0,
            time_in: [0; State::COUNT],
            created: None,
            first_run: None,
            ended: None,
        }
    }
}

#[derive(Debug)]
pub(in crate::sim) struct Process {
    /// `None`: its threads run bytecode in parallel.
    pub(in crate::sim) gil: Option<Gil>,
    pub(super) main: u32,
    /// Index behind its last thread; its first is `main`.
    pub(super) threads_end: u32,
    pub(super) joiner: Option<u32>,
    pub(super) units: u32,
    pub(in crate::sim) ready: Option<u64>,
    pub(in crate::sim) ended: Option<(Ended, u64)>,
}

#[derive(Debug, Default)]
pub(in crate::sim) struct Core {
    pub(super) running: Option<u32>,
    pub(super) last: Option<u32>,
    /// Changes with every dispatch: tells events that are out of date.
    pub(super) token: u32,
    /// When the running thread's computing began or goes on: the instant of
    /// dispatch plus the context switch.
    pub(super) run_from: u64,
    /// When the running thread's first time slice began.
    pub(super) slice_from: u64,
    /// Whether the running thread is computing (else it is about to take the
    /// GIL or its next op).
    pub(super) burning: bool,
    /// Time some thread was on it, ns.
    pub(in crate::sim) busy: u64,
}
