//! The writing side.

use super::{LINE, Layout, MAGIC, MAX_HOLDS, NOTE_BYTES, State, process, thread};
use crate::lab::gil::Hold;
use std::sync::atomic::{AtomicU32, Ordering};

/// A cache line of its own for each thread.
#[derive(Debug, Default)]
#[repr(C, align(64))]
struct Line([AtomicU32; LINE]);

/// The words themselves, written by the threads of one process and read from
/// outside at any time. What a reader finds is never torn; a count is raised
/// only after what it counts was written.
#[derive(Debug)]
pub struct Area {
    layout: Layout,
    lines: Box<[Line]>,
}

impl Area {
    /// An area for a process whose threads are to do `planned` units each.
    ///
    /// # Panics
    /// If the area would have more than 2^32 words; units are limited well
    /// below that.
    #[must_use]
    pub fn new(planned: &[u32]) -> Self {
        let layout = Layout::new(planned);
        let lines = (0..layout.words() / LINE).map(|_| Line::default());
        let area = Self {
            lines: lines.collect(),
            layout,
        };
        let words = u32::try_from(area.layout.words()).expect("units are limited");
        area.set(process::WORDS, words);
        area.set(process::MAGIC, MAGIC);
        area
    }

    /// Where everything lies in it.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The address of its first word, for a reader that shares the memory.
    #[must_use]
    pub fn address(&self) -> *const u32 {
        self.lines.as_ptr().cast()
    }

    /// A copy of the words, for a reader that does not.
    #[must_use]
    pub fn copy(&self) -> Vec<u32> {
        let words = self.lines.iter().flat_map(|line| &line.0);
        words.map(|word| word.load(Ordering::Acquire)).collect()
    }

    /// The line of thread `index`.
    ///
    /// # Panics
    /// If there is no such thread.
    #[must_use]
    pub fn thread(&self, index: u16) -> ThreadLine<'_> {
        assert!(usize::from(index) < self.layout.threads, "no such thread");
        ThreadLine {
            area: self,
            index: usize::from(index),
            at: self.layout.thread_line(usize::from(index)),
        }
    }

    /// Notes that the process's first instruction of its own can run.
    pub fn set_ready(&self, at_us: u32) {
        // 0 stands for "not yet".
        self.set(process::READY_US, at_us.max(1));
    }

    /// When it was, µs; 0 if it is not yet.
    #[must_use]
    pub fn ready_us(&self) -> u32 {
        self.word(process::READY_US).load(Ordering::Relaxed)
    }

    /// Notes how long it took to start all its threads.
    pub fn set_threads_started(&self, took_us: u32) {
        self.set(process::THREADS_US, took_us);
    }

    /// Notes whether the process has something left to do when all its threads have
    /// ended.
    pub fn set_open(&self, open: bool) {
        self.set(process::OPEN, u32::from(open));
    }

    /// Notes how much memory there is.
    pub fn set_memory(&self, bytes: u64) {
        let kib = u32::try_from(bytes / 1_024).unwrap_or(u32::MAX);
        self.set(process::MEMORY_KIB, kib);
    }

    /// Tells all threads to stop at their next block.
    pub fn stop(&self) {
        self.set(process::STOP, 1);
    }

    /// Whether they were told.
    #[inline]
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.word(process::STOP).load(Ordering::Relaxed) != 0
    }

    /// Records that the lock was held. Only one thread at a time may call it:
    /// the lock's last holder.
    pub fn record_hold(&self, hold: Hold, switches: u64) {
        let count = self.word(process::HOLDS).load(Ordering::Relaxed);
        if (count as usize) < MAX_HOLDS {
            let at = self.layout.holds(count).end;
            self.set(at, u32::from(hold.thread));
            self.set(at + 1, us(hold.from_ns));
            self.set(at + 2, us(hold.until_ns));
        }
        self.set(process::HOLDS, count.saturating_add(1));
        let switches = u32::try_from(switches).unwrap_or(u32::MAX);
        self.set(process::SWITCHES, switches);
    }

    /// A thread has taken the lock: raises the count of those that have it, and
    /// keeps the most there ever were. The lock is not asked: this is to tell
    /// whether it does what it is there for.
    #[inline]
    pub fn enter(&self) {
        let inside = self.word(process::INSIDE).fetch_add(1, Ordering::SeqCst) + 1;
        self.word(process::MOST_INSIDE)
            .fetch_max(inside, Ordering::SeqCst);
    }

    /// A thread is about to let go of the lock.
    #[inline]
    pub fn leave(&self) {
        self.word(process::INSIDE).fetch_sub(1, Ordering::SeqCst);
    }

    /// Leaves a note on why the process failed. The first one stays: it is
    /// nearest to the cause. Cut off after [`NOTE_BYTES`] bytes.
    pub fn leave_note(&self, text: &str) {
        let claim =
            self.word(process::NOTE)
                .compare_exchange(0, 1, Ordering::Relaxed, Ordering::Relaxed);
        if claim.is_err() {
            return;
        }
        let mut length = text.len().min(NOTE_BYTES);
        while !text.is_char_boundary(length) {
            length -= 1;
        }
        for (index, chunk) in text.as_bytes()[..length].chunks(4).enumerate() {
            let mut word = [0; 4];
            word[..chunk.len()].copy_from_slice(chunk);
            self.set(LINE + index, u32::from_le_bytes(word));
        }
        // At most 256, so it fits.
        self.set(process::NOTE_LENGTH, length as u32);
        self.set(process::NOTE, 2);
    }

    fn word(&self, index: usize) -> &AtomicU32 {
        &self.lines[index / LINE].0[index % LINE]
    }

    fn set(&self, index: usize, value: u32) {
        self.word(index).store(value, Ordering::Release);
    }
}

/// The line of one thread; only that thread may write it.
#[derive(Debug, Clone, Copy)]
pub struct ThreadLine<'a> {
    area: &'a Area,
    index: usize,
    at: usize,
}

impl ThreadLine<'_> {
    /// Notes what the thread is doing now.
    #[inline]
    pub fn set_state(&self, state: State) {
        self.area.set(self.at + thread::STATE, state as u32);
    }

    /// What the thread is doing.
    #[must_use]
    pub fn state(&self) -> State {
        State::from_word(self.get(thread::STATE)).unwrap_or(State::New)
    }

    /// A sign of life.
    #[inline]
    pub fn beat(&self) {
        self.add(thread::BEAT, 1);
    }

    /// A sign of life with its time, µs. Where no end is recorded, the last one
    /// stands in its place.
    #[inline]
    pub fn beat_at(&self, at_us: u32) {
        self.area.set(self.at + thread::ENDED_US, at_us);
        self.beat();
    }

    /// Records a completed unit. Units beyond the planned ones are only
    /// counted.
    pub fn record_unit(&self, at_us: u32, right: bool) {
        let done = self.get(thread::UNITS);
        if done < self.area.layout.planned[self.index] {
            let at = self.area.layout.times(self.index, done).end;
            self.area.set(at, at_us);
        }
        self.add(thread::WRONG, u32::from(!right));
        self.add(thread::UNITS, 1);
    }

    /// Records how long the thread has waited for the lock in all.
    pub fn set_gil_wait(&self, ns: u64) {
        self.area.set(self.at + thread::GIL_WAIT_US, us(ns));
    }

    /// Records how long the thread has been in blocking calls in all.
    pub fn set_waited(&self, ns: u64) {
        self.area.set(self.at + thread::WAITED_US, us(ns));
    }

    /// Records that a fault strikes the thread now.
    pub fn set_fault(&self, index: usize) {
        let word = u32::try_from(index + 1).unwrap_or(u32::MAX);
        self.area.set(self.at + thread::FAULT, word);
    }

    /// Notes how many locks the thread has now, the GIL aside.
    pub fn set_locks(&self, count: u32) {
        self.area.set(self.at + thread::LOCKS, count);
    }

    /// Records that the thread has ended, and how.
    pub fn end(&self, state: State, at_us: u32) {
        self.area.set(self.at + thread::ENDED_US, at_us);
        self.set_state(state);
    }

    fn get(&self, place: usize) -> u32 {
        self.area.word(self.at + place).load(Ordering::Relaxed)
    }

    /// No read-modify-write: the thread is the only writer of its line.
    fn add(&self, place: usize, value: u32) {
        let sum = self.get(place).wrapping_add(value);
        self.area.set(self.at + place, sum);
    }
}

/// ns as whole µs; the largest value stands for more than 71 minutes.
fn us(ns: u64) -> u32 {
    u32::try_from(ns / 1_000).unwrap_or(u32::MAX)
}
