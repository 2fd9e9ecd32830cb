//! What the engine runs: programs as flat op lists, and tables of everything
//! they name. Compiled from an experiment or a scenario, then never changed.

use crate::experiment::Costs;
use crate::experiment::scenario::{
    Class, GilSpec, InjectedKind, LockProtocol, Machine, PoolKind, Supervision, Transport,
    WaiterOrder,
};
use std::sync::OnceLock;

/// No index.
pub(crate) const NONE: u32 = u32::MAX;

/// How many loops may stand inside each other.
pub(crate) const LOOP_DEPTH: usize = 4;

/// One step of a program. Indices are into the tables of the [`Plan`]; those of
/// locks and objects into the tables of the process that runs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    /// The program is over.
    End,
    /// An event loop takes its next ready task. Stands at 0 in every plan.
    NextTask,
    /// Run bytecode, ns; needs the GIL where there is one.
    Compute(u64),
    /// Run a C function that keeps the GIL, ns: no poll point before its end.
    Call(u64),
    /// Run part of what CPython does without a poll point, ns: one instruction.
    Instruction(u64),
    /// Run a C function around which the GIL is released, ns.
    Release(u64),
    /// Run outside the interpreter, ns.
    Native(u64),
    /// Wait for the timer, ns; the GIL is released around every wait.
    Sleep(u64),
    /// Wait for a device ([`NONE`] as u16: nothing in particular), ns of
    /// service.
    Io {
        device: u16,
        ns: u64,
    },
    /// Go to the back of the run queue.
    Yield,
    /// The process is ready for work.
    Ready,
    /// Work starts: an experiment's faults that are due at once strike here.
    Begin,
    /// One unit of work is complete.
    Unit,
    /// Go back to `to` until the body has run `times` times.
    Repeat {
        to: u32,
        times: u32,
        depth: u8,
    },
    Lock(u32),
    /// Give up after so many ns.
    LockFor {
        lock: u32,
        ns: u64,
    },
    Unlock(u32),
    Acquire(u32),
    Post(u32),
    Wait {
        condition: u32,
        lock: u32,
    },
    Notify(u32),
    NotifyAll(u32),
    Barrier(u32),
    /// Put a message of so many bytes into a channel; packing was charged by
    /// an op before.
    Send {
        channel: u32,
        bytes: u64,
    },
    /// Take a message; then unpack it, if the transport calls for it.
    Receive(u32),
    Load(u32),
    Add(i64),
    Store(u32),
    Alloc {
        object: u32,
        bytes: u64,
    },
    Free(u32),
    /// The two halves of taking and dropping a reference.
    CountLoad(u32),
    CountStore {
        object: u32,
        change: i8,
    },
    Touch(u32),
    Corrupt(u32),
    StartThread(u32),
    JoinThread(u32),
    StartProcess(u32),
    JoinProcess(u32),
    KillProcess(u32),
    KillThread(u32),
    /// Run the tasks of [`Plan::loops`] until all have ended.
    RunLoop(u32),
    /// In a task: let others run for so many ns.
    Await(u64),
    /// Hand over the tasks of [`Plan::submissions`].
    Submit(u32),
    Gather(u32),
    /// A pool worker: take the next task of its pool and run it; after the
    /// last, wait.
    TakeTask(u32),
    Raise,
    Exit,
    ExitProcess(i32),
    Segfault,
    Hang,
}

const _: () = assert!(size_of::<Op>() <= 16);

/// A thread to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ThreadPlan {
    pub(crate) name: String,
    pub(crate) process: u32,
    /// Place among an experiment's workers, (process, thread) from 0.
    pub(crate) worker: Option<(u16, u16)>,
    /// Units it is dealt.
    pub(crate) planned: u32,
    /// First op of its program.
    pub(crate) start: u32,
    /// When it begins after its process, unless an op starts it.
    pub(crate) arrival: Option<u64>,
    pub(crate) daemon: bool,
    pub(crate) interpreter: u16,
    pub(crate) class: Class,
    pub(crate) nice: i8,
    pub(crate) priority: i32,
    pub(crate) tickets: u32,
    pub(crate) runtime: u64,
    /// `u64::MAX`: none.
    pub(crate) deadline: u64,
    /// `u64::MAX`: none.
    pub(crate) period: u64,
    pub(crate) periodic: Option<PeriodicPlan>,
    /// Index into [`Plan::affinities`], or [`NONE`].
    pub(crate) affinity: u32,
    pub(crate) working_set: u64,
}

impl ThreadPlan {
    /// A thread of `process` with everything else as by default.
    pub(crate) fn new(process: u32, name: String, start: u32) -> Self {
        Self {
            name,
            process,
            worker: None,
            planned: 0,
            start,
            arrival: None,
            daemon: false,
            interpreter: 0,
            class: Class::Normal,
            nice: 0,
            priority: 0,
            tickets: 1,
            runtime: 0,
            deadline: u64::MAX,
            period: u64::MAX,
            periodic: None,
            affinity: NONE,
            working_set: 0,
        }
    }
}

/// A thread that runs its program anew each period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PeriodicPlan {
    pub(crate) period: u64,
    pub(crate) deadline: u64,
    pub(crate) phase: u64,
    pub(crate) abort_on_miss: bool,
}

/// A process to be. Its threads are `first_thread..end_thread`; the first is
/// its main thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProcessPlan {
    pub(crate) name: String,
    /// When it begins, unless an op starts it.
    pub(crate) arrival: Option<u64>,
    pub(crate) gil: GilSpec,
    /// Whether it begins as a copy of the process that starts it.
    pub(crate) forks: bool,
    pub(crate) heap_limit: u64,
    pub(crate) daemon: bool,
    pub(crate) supervision: Option<Supervision>,
    pub(crate) first_thread: u32,
    pub(crate) end_thread: u32,
    /// The pool it is a worker of, or [`NONE`].
    pub(crate) pool: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LockPlan {
    pub(crate) protocol: LockProtocol,
    pub(crate) order: WaiterOrder,
    pub(crate) shared: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChannelPlan {
    pub(crate) capacity: u32,
    pub(crate) transport: Transport,
    /// Threads that send on it, ascending.
    pub(crate) senders: Vec<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ObjectPlan {
    pub(crate) value: i64,
    pub(crate) references: i64,
    pub(crate) bytes: u64,
    pub(crate) shared: bool,
}

/// A pool. Its workers are among the plan's threads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PoolPlan {
    pub(crate) kind: PoolKind,
    /// Threads that run its tasks.
    pub(crate) workers: Vec<u32>,
    /// What a worker spends on taking a task, ns; handing it over is charged by
    /// an op before.
    pub(crate) take_ns: u64,
    /// What starting all its workers costs whoever hands over the first task,
    /// ns.
    pub(crate) start_ns: u64,
}

/// Tasks handed to a pool by one op.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Submission {
    pub(crate) pool: u32,
    /// First op of each task's program.
    pub(crate) start: u32,
    pub(crate) count: u32,
}

/// When an injected fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// At this instant, or at the target's next step after it.
    At(u64),
    /// When the target has completed so many units.
    Units(u32),
}

/// A failure put in on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FaultPlan {
    pub(crate) kind: InjectedKind,
    pub(crate) process: u32,
    /// [`NONE`]: the whole process.
    pub(crate) thread: u32,
    pub(crate) when: When,
}

/// Everything the engine needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) machine: Machine,
    pub(crate) costs: Costs,
    pub(crate) seed: u32,
    /// Stop here; `u64::MAX`: never.
    pub(crate) until: u64,
    pub(crate) ops: Vec<Op>,
    pub(crate) processes: Vec<ProcessPlan>,
    pub(crate) threads: Vec<ThreadPlan>,
    /// Sets of cores, as four words of bits.
    pub(crate) affinities: Vec<[u64; 4]>,
    pub(crate) locks: Vec<LockPlan>,
    pub(crate) semaphores: Vec<u32>,
    pub(crate) conditions: u32,
    pub(crate) channels: Vec<ChannelPlan>,
    /// Parties of each barrier.
    pub(crate) barriers: Vec<u32>,
    /// Parallel services of each device.
    pub(crate) devices: Vec<u32>,
    pub(crate) objects: Vec<ObjectPlan>,
    pub(crate) object_names: Vec<String>,
    pub(crate) pools: Vec<PoolPlan>,
    /// For each event loop the first ops of its tasks.
    pub(crate) loops: Vec<Vec<u32>>,
    pub(crate) submissions: Vec<Submission>,
    pub(crate) faults: Vec<FaultPlan>,
    /// Whether faults strike only at [`Op::Begin`] and [`Op::Unit`], as an
    /// experiment's do, in both arms.
    pub(crate) faults_at_units: bool,
    /// End a thread's process when it has looped for so long without a sign of
    /// life, ns; `u64::MAX`: never.
    pub(crate) watchdog: u64,
    /// Whether small numbers stood for urgent priorities, which are negated here.
    pub(crate) low_first: bool,
    /// How many processes at the front are scaffolding that results leave out.
    pub(crate) hidden: u32,
}

impl Plan {
    /// A priority as the engine compares it, or back: large is urgent.
    pub(crate) fn urgency(&self, priority: i32) -> i32 {
        if self.low_first {
            priority.saturating_neg()
        } else {
            priority
        }
    }

    /// One for engines that lie by, whose own plan is kept elsewhere.
    pub(crate) fn none() -> &'static Self {
        static NONE: OnceLock<Plan> = OnceLock::new();
        NONE.get_or_init(|| Self::empty(Machine::default(), Costs::IDEAL))
    }

    /// A plan with nothing in it yet.
    pub(crate) fn empty(machine: Machine, costs: Costs) -> Self {
        Self {
            machine,
            costs,
            seed: 0,
            until: u64::MAX,
            ops: vec![Op::NextTask],
            processes: Vec::new(),
            threads: Vec::new(),
            affinities: Vec::new(),
            locks: Vec::new(),
            semaphores: Vec::new(),
            conditions: 0,
            channels: Vec::new(),
            barriers: Vec::new(),
            devices: Vec::new(),
            objects: Vec::new(),
            object_names: Vec::new(),
            pools: Vec::new(),
            loops: Vec::new(),
            submissions: Vec::new(),
            faults: Vec::new(),
            faults_at_units: false,
            watchdog: u64::MAX,
            low_first: false,
            hidden: 0,
        }
    }
}
