//! The engine's tables: threads, processes, cores.

use super::pool::Pending;
use crate::experiment::Ended;
use crate::sim::plan::{LOOP_DEPTH, NONE};
use crate::sim::trace::{Hold, State};

/// Where in its program someone is: a thread, or a task of an event loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Context {
    /// Next op.
    pub(super) pc: u32,
    /// Rounds left of the loops it is in; 0: not in one.
    pub(super) rounds: [u32; LOOP_DEPTH],
    pub(super) register: i64,
    /// What it last loaded, or stored.
    pub(super) loaded: i64,
    /// The reference count it has loaded.
    pub(super) count: i64,
    /// Where to go on after a pool's task; [`NONE`]: it is not in one.
    pub(super) back: u32,
}

impl Context {
    pub(super) fn at(pc: u32) -> Self {
        Self {
            pc,
            rounds: [0; LOOP_DEPTH],
            register: 0,
            loaded: 0,
            count: 0,
            back: NONE,
        }
    }
}

/// What a thread is computing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Burn {
    /// Bytecode: needs the GIL, and has poll points.
    Bytecode,
    /// A C function that keeps the GIL: no poll point before its end.
    Call,
    /// An instruction: as a call, but its end is no poll point either.
    Instruction,
    /// Nothing of the interpreter's.
    Native,
}

/// What a thread that waits is waiting for, besides what its [`State`] tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    Nothing,
    /// This lock (index into the engine's locks).
    Lock(u32),
    Semaphore(u32),
    Condition {
        condition: u32,
        lock: u32,
    },
    Barrier(u32),
    /// There is no room in this channel for a message of so many bytes.
    Send {
        channel: u32,
        bytes: u64,
    },
    Receive(u32),
    Device(u32),
    Thread(u32),
    Process(u32),
    /// Its event loop has nothing to do.
    Loop,
    /// The results of this pool's tasks.
    Gather(u32),
    /// A task from this pool.
    Task(u32),
    /// The next release of its periodic job.
    Release,
}

/// What a thread was computing when it turned to getting the GIL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Aside {
    pub(super) remaining: u64,
    pub(super) done: u64,
    pub(super) burn: Burn,
    /// Its hold of the GIL up to then, if it had it, and the number of switches
    /// before.
    pub(super) hold: Option<(Hold, u64)>,
}

/// A thread. What every slice touches comes first and fills one cache line, for
/// a round robin among many threads finds none of them in the nearest cache.
#[derive(Debug, Clone)]
#[repr(C, align(64))]
pub(in crate::sim) struct Thread {
    pub(super) state: State,
    pub(super) burn: Burn,
    /// Its process has faults that have not struck yet.
    pub(super) marked: bool,
    /// The core it is on, or was on last; `u16::MAX`: none yet.
    pub(super) core: u16,
    /// The queue it is ready in or was picked from.
    pub(super) queue: u16,
    pub(in crate::sim) process: u32,
    /// Index of its GIL, or [`NONE`].
    pub(super) gil: u32,
    /// When it entered its state.
    pub(super) since: u64,
    /// What is left of the computing it is on, ns.
    pub(super) remaining: u64,
    /// It loops for ever, because of this failure.
    pub(super) hung: Option<u32>,
    /// Time spent in each [`State`], ns; the first three are on the first line.
    pub(in crate::sim) time_in: [u64; State::COUNT],
    /// What is done of the bytecode it is on, ns: tells how far the next poll
    /// point is.
    pub(super) done: u64,
    pub(super) aside: Option<Aside>,
    /// Bytecode it has run since the GIL was last to be offered, ns, up to
    /// CPython 3.1.
    pub(super) ticks: u64,
    pub(super) wait: Wait,
    pub(super) context: Context,
    /// Index of its event loop, or [`NONE`].
    pub(super) event_loop: u32,
    /// Who waits for its end.
    pub(super) joiners: Vec<u32>,
    /// Locks it holds, in the order of taking.
    pub(super) held: Vec<u32>,
    /// Locks it has waited for in vain: the next unlock of each does nothing.
    pub(super) missed_locks: Vec<u32>,
    /// When its current job was released, for a periodic one.
    pub(super) released: u64,
    /// Number of its current job.
    pub(super) job: u32,
    /// When it last left a core; kept only where cores have queues of their own.
    pub(super) left_core: u64,
    /// Slot of the timer of its job's deadline, or [`NONE`].
    pub(super) deadline_timer: u32,
    /// The task of a pool it runs, or [`NONE`].
    pub(super) task: u32,
    /// How many of the tasks it has handed to pools are not done.
    pub(super) pending_tasks: Pending,
    pub(in crate::sim) units: u32,
    /// Units whose results were lost with its heap.
    pub(in crate::sim) units_lost: u32,
    pub(in crate::sim) created: Option<u64>,
    pub(in crate::sim) first_run: Option<u64>,
    pub(in crate::sim) ended: Option<(Ended, u64)>,
    /// Its last failure.
    pub(super) failure: Option<usize>,
}

const _: () = assert!(std::mem::offset_of!(Thread, time_in) + 3 * size_of::<u64>() == 64);

impl Thread {
    pub(super) fn new(process: u32, start: u32) -> Self {
        Self {
            state: State::New,
            burn: Burn::Native,
            marked: false,
            core: u16::MAX,
            queue: 0,
            process,
            gil: NONE,
            since: 0,
            remaining: 0,
            done: 0,
            aside: None,
            ticks: 0,
            wait: Wait::Nothing,
            context: Context::at(start),
            hung: None,
            event_loop: NONE,
            joiners: Vec::new(),
            held: Vec::new(),
            missed_locks: Vec::new(),
            released: 0,
            job: 0,
            left_core: 0,
            deadline_timer: NONE,
            task: NONE,
            pending_tasks: Pending::default(),
            units: 0,
            units_lost: 0,
            time_in: [0; State::COUNT],
            created: None,
            first_run: None,
            ended: None,
            failure: None,
        }
    }

    pub(super) fn is_alive(&self) -> bool {
        self.created.is_some() && self.ended.is_none()
    }
}

#[derive(Debug, Clone)]
pub(in crate::sim) struct Process {
    /// Who started it, or [`NONE`].
    pub(super) parent: u32,
    /// Its GILs are these; none if equal.
    pub(super) first_gil: u32,
    pub(super) end_gil: u32,
    /// Its threads that have been created and have not ended.
    pub(super) alive: u32,
    /// Of those, the ones it waits for at its end.
    pub(super) non_daemons: u32,
    /// Tasks its threads have handed to executors that are not over: it waits
    /// for these, too.
    pub(super) open_tasks: u32,
    pub(super) units: u32,
    /// Faults that concern it and have not struck yet.
    pub(super) faults: Vec<u32>,
    /// Threads of others that wait for its end.
    pub(super) joiners: Vec<u32>,
    /// How its main thread has ended, if others go on.
    pub(super) main_ended: Option<Ended>,
    /// It is being ended: its threads one after the other.
    pub(super) ending: bool,
    /// It has ended, but will begin anew.
    pub(super) restarting: bool,
    pub(in crate::sim) restarts: u32,
    /// Of those, the ones that its own end was the reason for.
    pub(super) strikes: u32,
    pub(in crate::sim) started: Option<u64>,
    pub(in crate::sim) ready: Option<u64>,
    pub(in crate::sim) ended: Option<(Ended, u64)>,
    /// Exit status, as Python shows it: a negative one is a signal.
    pub(in crate::sim) status: i32,
    /// Bytes of its heap in use, and the most there were.
    pub(in crate::sim) heap_bytes: u64,
    pub(in crate::sim) heap_peak: u64,
    /// Bytes of its heap that it had from its parent at the fork.
    pub(super) inherited_bytes: u64,
    /// Bytes allocated that nothing refers to any more.
    pub(in crate::sim) leaked_bytes: u64,
    /// Bytes of its parent's that were copied because it wrote to them.
    pub(in crate::sim) copied_bytes: u64,
}

#[derive(Debug, Clone)]
#[repr(align(64))]
pub(in crate::sim) struct Core {
    /// Who is on it, or [`NONE`].
    pub(super) running: u32,
    /// Who was on it last, or [`NONE`].
    pub(super) last: u32,
    /// That one's process.
    pub(super) last_process: u32,
    /// Whether the running thread is computing (else it is about to take the
    /// GIL or its next op).
    pub(super) burning: bool,
    /// From when on the running thread gets on: its dispatch and the switch.
    pub(super) run_from: u64,
    /// Up to when its computing has been accounted for.
    pub(super) settled: u64,
    /// Up to when the policy has been told of its running.
    pub(super) charged: u64,
    /// When its computing is done; `u64::MAX`: it is not computing.
    pub(super) done_at: u64,
    /// When it hands over the GIL; `u64::MAX`: nobody has asked.
    pub(super) poll_at: u64,
    /// When its slice ends; `u64::MAX`: no end is planned.
    pub(super) slice_at: u64,
    /// From when on the running thread is warm here; `u64::MAX`: never.
    pub(super) warm_at: u64,
    /// Time some thread was on it, and a warm one, ns.
    pub(in crate::sim) busy: u64,
    pub(in crate::sim) warm: u64,
}

impl Default for Core {
    fn default() -> Self {
        Self {
            running: NONE,
            last: NONE,
            last_process: NONE,
            burning: false,
            run_from: 0,
            settled: 0,
            charged: 0,
            done_at: u64::MAX,
            poll_at: u64::MAX,
            slice_at: u64::MAX,
            warm_at: u64::MAX,
            busy: 0,
            warm: 0,
        }
    }
}

/// A set of cores, at most 256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct CoreSet([u64; 4]);

impl CoreSet {
    pub(super) fn of_words(words: [u64; 4]) -> Self {
        Self(words)
    }

    #[inline]
    pub(super) fn insert(&mut self, core: u16) {
        self.0[usize::from(core / 64) % 4] |= 1 << (core % 64);
    }

    #[inline]
    pub(super) fn remove(&mut self, core: u16) {
        self.0[usize::from(core / 64) % 4] &= !(1 << (core % 64));
    }

    #[inline]
    pub(super) fn contains(&self, core: u16) -> bool {
        self.0
            .get(usize::from(core) / 64)
            .is_some_and(|word| word >> (core % 64) & 1 == 1)
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }

    #[inline]
    pub(super) fn first(&self) -> Option<u16> {
        let word = self.0.iter().position(|&word| word != 0)?;
        Some(word as u16 * 64 + self.0[word].trailing_zeros() as u16)
    }

    pub(super) fn intersection(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] & other.0[word]))
    }

    /// Takes out the first.
    pub(super) fn pop(&mut self) -> Option<u16> {
        let first = self.first()?;
        self.remove(first);
        Some(first)
    }
}

impl Iterator for CoreSet {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        self.pop()
    }
}
