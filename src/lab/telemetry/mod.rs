//! What a process tells the page while it runs, without a message: a small
//! area of words in its memory, written by its threads and read by the page.
//!
//! One cache line for the process, a few for a note, one for each thread (so
//! that no thread slows another by writing), then the trace of the lock and the
//! completion time of every unit. The layout is fixed by the planned units
//! alone, so both sides compute it and nothing but the address is exchanged.
//!
//! [`Area`] writes; [`Head`] and [`Layout`] read a copy of the words. All words
//! are 32 bits wide: that is what an atomic access from the page can read in
//! one piece. Times are µs since the start of the run (enough for 71 minutes).

mod area;

pub use area::{Area, ThreadLine};

use super::gil::Hold;
use std::ops::Range;

/// Words of a cache line.
pub const LINE: usize = 16;

/// The process's line and its note come first.
const PROCESS_WORDS: usize = LINE + NOTE_BYTES / 4;

/// First word of an area: what is read is one, of this layout.
pub const MAGIC: u32 = 0x7153_11CE;

/// So many stretches of holding the lock are kept for each process; further
/// ones are only counted.
pub const MAX_HOLDS: usize = 4_096;

/// Bytes of a note.
pub const NOTE_BYTES: usize = 256;

/// Words of one hold: thread, from, until.
const HOLD_WORDS: usize = 3;

/// Places in the process's line.
mod process {
    pub(super) const MAGIC: usize = 0;
    pub(super) const WORDS: usize = 1;
    pub(super) const STOP: usize = 2;
    pub(super) const READY_US: usize = 3;
    pub(super) const SWITCHES: usize = 4;
    pub(super) const HOLDS: usize = 5;
    pub(super) const MEMORY_KIB: usize = 6;
    /// Thread starts, all together.
    pub(super) const THREADS_US: usize = 7;
    /// 0: none; 1: being written; 2: there.
    pub(super) const NOTE: usize = 8;
    pub(super) const NOTE_LENGTH: usize = 9;
    /// Threads that have the lock now, by their own word.
    pub(super) const INSIDE: usize = 10;
    /// The most there ever were.
    pub(super) const MOST_INSIDE: usize = 11;
    /// 1: not over, even when all threads have ended.
    pub(super) const OPEN: usize = 12;
}

/// Places in a thread's line.
mod thread {
    pub(super) const STATE: usize = 0;
    pub(super) const UNITS: usize = 1;
    pub(super) const WRONG: usize = 2;
    pub(super) const BEAT: usize = 3;
    pub(super) const GIL_WAIT_US: usize = 4;
    pub(super) const ENDED_US: usize = 5;
    /// Index of the fault that struck it, plus 1.
    pub(super) const FAULT: usize = 6;
    /// How many locks it has.
    pub(super) const LOCKS: usize = 7;
    pub(super) const WAITED_US: usize = 8;
}

/// What a thread is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Not started yet.
    New,
    /// Waits for the GIL.
    WaitingForGil,
    /// Computes.
    Computing,
    /// In a blocking wait.
    Waiting,
    /// Has done all its units.
    Completed,
    /// Ended by an exception.
    Exception,
    /// Ended by a trap.
    Trapped,
    /// Ended because it was told to.
    Stopped,
    /// Waits for a lock other than the GIL.
    WaitingForLock,
}

impl State {
    const ALL: [Self; 9] = [
        Self::New,
        Self::WaitingForGil,
        Self::Computing,
        Self::Waiting,
        Self::Completed,
        Self::Exception,
        Self::Trapped,
        Self::Stopped,
        Self::WaitingForLock,
    ];

    fn from_word(word: u32) -> Option<Self> {
        Self::ALL.get(usize::try_from(word).ok()?).copied()
    }

    /// Whether the thread does nothing more.
    #[must_use]
    pub fn has_ended(self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Exception | Self::Trapped | Self::Stopped
        )
    }
}

/// Where everything lies in an area, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    threads: usize,
    holds_at: usize,
    /// Where each thread's times begin, and at last where all end.
    times_at: Vec<usize>,
    planned: Vec<u32>,
}

impl Layout {
    /// The layout for a process whose threads are to do `planned` units each.
    #[must_use]
    pub fn new(planned: &[u32]) -> Self {
        let lines = |words: usize| words.div_ceil(LINE) * LINE;
        let holds_at = PROCESS_WORDS + planned.len() * LINE;
        let mut at = holds_at + lines(MAX_HOLDS * HOLD_WORDS);
        let mut times_at = vec![at];
        for &units in planned {
            at += lines(units as usize);
            times_at.push(at);
        }
        Self {
            threads: planned.len(),
            holds_at,
            times_at,
            planned: planned.to_vec(),
        }
    }

    /// How many threads it is for.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Words of the whole area.
    #[must_use]
    pub fn words(&self) -> usize {
        self.times_at[self.threads]
    }

    /// How many of the first words are the process's own: its line and its
    /// note. The threads' lines follow.
    #[must_use]
    pub fn process_words(&self) -> usize {
        PROCESS_WORDS
    }

    /// Words of its beginning that [`Head::read`] needs.
    #[must_use]
    pub fn head_words(&self) -> usize {
        self.holds_at
    }

    /// The place of the process's stop flag.
    #[must_use]
    pub fn stop_word(&self) -> usize {
        process::STOP
    }

    /// The words with the first `count` completion times of `thread`, µs. No
    /// more than were planned.
    #[must_use]
    pub fn times(&self, thread: usize, count: u32) -> Range<usize> {
        let at = self.times_at[thread];
        at..at + count.min(self.planned[thread]) as usize
    }

    /// The words with the trace of the lock when it was held `count` times.
    #[must_use]
    pub fn holds(&self, count: u32) -> Range<usize> {
        let kept = (count as usize).min(MAX_HOLDS);
        self.holds_at..self.holds_at + kept * HOLD_WORDS
    }

    fn thread_line(&self, thread: usize) -> usize {
        debug_assert!(thread < self.threads, "no such thread");
        self.process_words() + thread * LINE
    }
}

/// Reads the words of [`Layout::holds`].
#[must_use]
pub fn read_holds(words: &[u32]) -> Vec<Hold> {
    let (holds, _) = words.as_chunks::<HOLD_WORDS>();
    let ns = |us: u32| u64::from(us) * 1_000;
    holds
        .iter()
        .map(|&[thread, from_us, until_us]| Hold {
            thread: u16::try_from(thread).unwrap_or(u16::MAX),
            from_ns: ns(from_us),
            until_ns: ns(until_us),
        })
        .collect()
}

/// The state of a process and its threads at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// When its first instruction could run, µs; `None`: not yet.
    pub ready_us: Option<u32>,
    /// Times the GIL went from one thread to another.
    pub switches: u32,
    /// Times the GIL was held; how many of them are kept: [`MAX_HOLDS`].
    pub holds: u32,
    /// How many threads at most had the GIL at the same time, by a count that
    /// each of them raises and lowers itself: the lock does not know of it.
    pub most_holders: u32,
    /// Bytes of memory.
    pub memory_bytes: u64,
    /// What starting its threads took, µs; 0 if it has only one.
    pub threads_us: u32,
    /// Whether it has something left to do when all its threads have ended.
    pub is_open: bool,
    /// Why it failed, if it could say.
    pub note: Option<String>,
    /// Its threads.
    pub threads: Vec<ThreadHead>,
}

/// The state of a thread at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadHead {
    /// What it is doing.
    pub state: State,
    /// Units completed.
    pub units: u32,
    /// Of these, with a wrong result.
    pub wrong: u32,
    /// Changes with every block of work: a sign of life.
    pub beat: u32,
    /// Time it has waited for the GIL, µs.
    pub gil_wait_us: u32,
    /// When it ended, µs. Before it has: its last sign of life, if it gives
    /// signs with their time.
    pub ended_us: u32,
    /// Index of the fault that struck it.
    pub fault: Option<usize>,
    /// How many locks it has, the GIL aside.
    pub locks: u32,
    /// Time it has spent in blocking calls, µs, if it keeps count of that.
    pub waited_us: u32,
}

impl Head {
    /// Reads the first [`Layout::head_words`] words of an area. `None` if they
    /// are not the beginning of an area of that layout.
    #[must_use]
    pub fn read(layout: &Layout, words: &[u32]) -> Option<Self> {
        let head = words.get(..layout.head_words())?;
        let total = u32::try_from(layout.words()).ok()?;
        if head[process::MAGIC] != MAGIC || head[process::WORDS] != total {
            return None;
        }
        let thread = |thread| {
            let line = &head[layout.thread_line(thread)..][..LINE];
            Some(ThreadHead {
                state: State::from_word(line[thread::STATE])?,
                units: line[thread::UNITS],
                wrong: line[thread::WRONG],
                beat: line[thread::BEAT],
                gil_wait_us: line[thread::GIL_WAIT_US],
                ended_us: line[thread::ENDED_US],
                fault: (line[thread::FAULT] as usize).checked_sub(1),
                locks: line[thread::LOCKS],
                waited_us: line[thread::WAITED_US],
            })
        };
        let note = (head[process::NOTE] == 2).then(|| {
            let bytes = head[LINE..].iter().flat_map(|word| word.to_le_bytes());
            let length = (head[process::NOTE_LENGTH] as usize).min(NOTE_BYTES);
            String::from_utf8_lossy(&bytes.take(length).collect::<Vec<u8>>()).into_owned()
        });
        Some(Self {
            ready_us: (head[process::READY_US] > 0).then_some(head[process::READY_US]),
            switches: head[process::SWITCHES],
            holds: head[process::HOLDS],
            most_holders: head[process::MOST_INSIDE],
            memory_bytes: u64::from(head[process::MEMORY_KIB]) * 1_024,
            threads_us: head[process::THREADS_US],
            is_open: head[process::OPEN] != 0,
            note,
            threads: (0..layout.threads()).map(thread).collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests;
