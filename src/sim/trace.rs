//! What happened, small enough to keep: spans of thread states, spans of GIL
//! ownership, instants at which units were completed.

use super::plan::{Plan, ThreadPlan};
use serde::{Serialize, Serializer};

/// What a thread does or waits for. The time in each state is accounted; the
/// sum is the thread's lifetime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[repr(u8)]
pub enum State {
    /// Not started yet.
    New,
    /// Could run, but has no core.
    Ready,
    /// On a core (the switch to it included).
    Running,
    /// Waits for the GIL.
    WaitGil,
    /// Waits for I/O.
    WaitIo,
    /// Waits for a thread or process to end.
    WaitJoin,
    /// Waits for a lock, a semaphore, a condition or a barrier.
    WaitLock,
    /// Waits for a message, or for room for one.
    WaitChannel,
    /// Waits for the timer.
    WaitTimer,
    /// Has ended.
    Ended,
}

impl State {
    /// How many states there are.
    pub const COUNT: usize = 10;

    /// All of them; each stands at its own number.
    pub const ALL: [Self; Self::COUNT] = [
        Self::New,
        Self::Ready,
        Self::Running,
        Self::WaitGil,
        Self::WaitIo,
        Self::WaitJoin,
        Self::WaitLock,
        Self::WaitChannel,
        Self::WaitTimer,
        Self::Ended,
    ];

    /// Short name in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Ready => "ready",
            Self::Running => "running",
            Self::WaitGil => "wait-gil",
            Self::WaitIo => "wait-io",
            Self::WaitJoin => "wait-join",
            Self::WaitLock => "wait-lock",
            Self::WaitChannel => "wait-channel",
            Self::WaitTimer => "sleep",
            Self::Ended => "ended",
        }
    }

    /// Name on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "not started",
            Self::Ready => "ready",
            Self::Running => "running",
            Self::WaitGil => "waiting for the GIL",
            Self::WaitIo => "waiting for I/O",
            Self::WaitJoin => "waiting for others to end",
            Self::WaitLock => "waiting for a lock",
            Self::WaitChannel => "waiting for a message",
            Self::WaitTimer => "sleeping",
            Self::Ended => "ended",
        }
    }
}

/// Writes times by state with the states' names.
pub(super) fn by_state<S: Serializer>(
    times: &[u64; State::COUNT],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(State::ALL.iter().map(|state| state.key()).zip(times))
}

/// A thread was in a state for a time, `[start, end)` in ns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// When it entered the state.
    pub start: u64,
    /// When it left it.
    pub end: u64,
    /// Which thread, as an index into [`Trace::threads`].
    pub thread: u32,
    /// On which core; meaningless unless running.
    pub core: u16,
    /// Which state.
    pub state: State,
}

const _: () = assert!(size_of::<Span>() <= 24);

/// A thread held its process's GIL, `[start, end)` in ns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Hold {
    /// When it took it.
    pub start: u64,
    /// When it let go.
    pub end: u64,
    /// Which thread, as an index into [`Trace::threads`].
    pub thread: u32,
}

const _: () = assert!(size_of::<Hold>() <= 24);

/// A message was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Message {
    /// When, ns.
    pub at: u64,
    /// Who sent it, as an index into [`Trace::threads`].
    pub from: u32,
    /// Who received it.
    pub to: u32,
    /// Its size.
    pub bytes: u64,
}

const _: () = assert!(size_of::<Message>() <= 24);

/// What a thread did that let another go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Cause {
    /// It gave back a lock.
    Lock,
    /// It gave back a semaphore.
    Semaphore,
    /// It notified a condition.
    Condition,
    /// It was the last that a barrier waited for.
    Barrier,
    /// It sent a message.
    Message,
    /// It took a message, which made room for another.
    Room,
    /// It was the last that could send on a channel, and has ended.
    Closed,
    /// It ended, or its process with it, and that was waited for.
    Join,
    /// It started it.
    Start,
    /// It let go of the GIL; or it took the GIL from one that had been made to
    /// let go and blocked until somebody would.
    Gil,
    /// It handed a pool a task, or was done with one.
    Pool,
}

impl Cause {
    /// Short name in files and tables.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Lock => "lock",
            Self::Semaphore => "semaphore",
            Self::Condition => "condition",
            Self::Barrier => "barrier",
            Self::Message => "message",
            Self::Room => "room",
            Self::Closed => "closed",
            Self::Join => "join",
            Self::Start => "start",
            Self::Gil => "gil",
            Self::Pool => "pool",
        }
    }
}

/// A thread let another go on. That one is ready as soon as it has woken up,
/// which may cost it time. Timers and devices wake threads without another's
/// help; those wakes are not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Wake {
    /// When, ns.
    pub at: u64,
    /// Who may go on, as an index into [`Trace::threads`].
    pub thread: u32,
    /// Thanks to whom.
    pub by: u32,
    /// By what.
    pub cause: Cause,
}

const _: () = assert!(size_of::<Wake>() <= 24);

/// Which thread a trace's index stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ThreadName {
    /// Process; 0 is the parent that starts the workers, `p + 1` the
    /// experiment's process `p`.
    pub process: u32,
    /// Place among the process's worker threads, from 0; `None`: its main
    /// thread, which only starts and joins others.
    pub worker: Option<u16>,
}

impl ThreadName {
    /// Name on the page, counted from 1.
    #[must_use]
    pub fn label(self) -> String {
        match (self.process, self.worker) {
            (0, _) => "parent".to_owned(),
            (process, None) => format!("P{process} main"),
            (process, Some(worker)) => format!("P{process} T{}", worker + 1),
        }
    }
}

/// A run as it went.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Trace {
    /// Cores of the machine.
    pub cores: u16,
    /// Who is who.
    pub threads: Vec<ThreadName>,
    /// Thread states, in order of their end. Empty spans are left out.
    pub spans: Vec<Span>,
    /// GIL ownership, in order of its end.
    pub holds: Vec<Hold>,
    /// Messages, in order of time.
    pub messages: Vec<Message>,
    /// Who let whom go on, in order of time.
    pub wakes: Vec<Wake>,
    /// Changes of priority by locks: when, which thread, to what.
    pub priorities: Vec<(u64, u32, i32)>,
    /// Names of the threads of a scenario, by index; empty for an experiment,
    /// whose threads are named by [`ThreadName::label`].
    pub names: Vec<String>,
    /// Completion time of every unit, ascending.
    pub units: Vec<u64>,
    /// Who completed each of `units`, as an index into `threads`.
    #[serde(skip)]
    pub unit_threads: Vec<u32>,
    /// When the simulator's budget of events was used up and it stopped;
    /// `None`: the trace is whole.
    pub cut_at: Option<u64>,
    /// When the last thread ended.
    pub end: u64,
}

impl Trace {
    /// An empty trace of a plan's threads.
    pub(super) fn of_plan(plan: &Plan) -> Self {
        let name = |(id, thread): (usize, &ThreadPlan)| ThreadName {
            process: thread.process,
            worker: if plan.hidden > 0 {
                thread.worker.map(|(_, thread)| thread)
            } else {
                let first = plan.processes[thread.process as usize].first_thread;
                Some((id as u32 - first) as u16)
            },
        };
        let full = |thread| super::metrics::full_name(plan, thread);
        Self {
            cores: plan.machine.cores,
            threads: plan.threads.iter().enumerate().map(name).collect(),
            names: if plan.hidden > 0 {
                Vec::new()
            } else {
                plan.threads.iter().map(full).collect()
            },
            ..Self::default()
        }
    }

    /// A thread's name on the page.
    #[must_use]
    pub fn name(&self, thread: u32) -> String {
        match self.names.get(thread as usize) {
            Some(name) => name.clone(),
            None => self.threads[thread as usize].label(),
        }
    }

    pub(super) fn span(&mut self, span: Span) {
        if span.start < span.end {
            self.spans.push(span);
        }
    }

    pub(super) fn hold(&mut self, hold: Hold) {
        if hold.start < hold.end {
            self.holds.push(hold);
        }
    }

    /// As [`Trace::hold`], of one that ended before others that are there.
    pub(super) fn earlier_hold(&mut self, hold: Hold) {
        if hold.start < hold.end {
            let place = self.holds.partition_point(|other| other.end <= hold.end);
            self.holds.insert(place, hold);
        }
    }

    /// A digest of the trace (64-bit FNV-1a over its fields in order): equal
    /// traces have equal digests on every target. Wakes are left out: what they
    /// bring about is in the spans, and so the digests of runs from before they
    /// were kept show that keeping them has changed no run.
    #[must_use]
    pub fn digest(&self) -> u64 {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        let mut feed = |value: u64| {
            for byte in value.to_le_bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        };
        for length in [
            self.threads.len(),
            self.names.len(),
            self.spans.len(),
            self.holds.len(),
            self.messages.len(),
            self.priorities.len(),
            self.units.len(),
        ] {
            feed(length as u64);
        }
        feed(u64::from(self.cores));
        for name in &self.threads {
            let worker = name.worker.map_or(u64::MAX, u64::from);
            feed(u64::from(name.process));
            feed(worker);
        }
        for name in &self.names {
            feed(name.len() as u64);
            name.bytes().for_each(|byte| feed(u64::from(byte)));
        }
        for span in &self.spans {
            feed(span.start);
            feed(span.end);
            feed(u64::from(span.thread) << 32 | u64::from(span.core) << 8 | span.state as u64);
        }
        for hold in &self.holds {
            feed(hold.start);
            feed(hold.end);
            feed(u64::from(hold.thread));
        }
        for message in &self.messages {
            feed(message.at);
            feed(u64::from(message.from) << 32 | u64::from(message.to));
            feed(message.bytes);
        }
        for &(at, thread, priority) in &self.priorities {
            feed(at);
            feed(u64::from(thread));
            feed(priority as u64);
        }
        self.units.iter().copied().for_each(&mut feed);
        feed(self.cut_at.unwrap_or(u64::MAX));
        feed(self.end);
        hash
    }
}
