//! What happened, small enough to keep: spans of thread states, spans of GIL
//! ownership, instants at which units were completed.

use serde::Serialize;

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
    /// Has ended.
    Ended,
}

impl State {
    /// How many states there are.
    pub const COUNT: usize = 7;

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
            Self::Ended => "ended",
        }
    }
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
    /// Completion time of every unit, ascending.
    pub units: Vec<u64>,
    /// When the simulator's budget of events was used up and it stopped;
    /// `None`: the trace is whole.
    pub cut_at: Option<u64>,
    /// When the last thread ended.
    pub end: u64,
}

impl Trace {
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

    /// A digest of the whole trace (64-bit FNV-1a over its fields in order):
    /// equal traces have equal digests on every target.
    #[must_use]
    pub fn digest(&self) -> u64 {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        let mut feed = |value: u64| {
            for byte in value.to_le_bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        };
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
        self.units.iter().copied().for_each(&mut feed);
        feed(self.cut_at.unwrap_or(u64::MAX));
        feed(self.end);
        hash
    }
}
