//! The writing side: what a process's threads say.

use super::read::{Plan, RESULT_BYTES, SAID_BYTES, head, voice};
use std::sync::atomic::{AtomicU32, Ordering};

/// The words themselves, written by the threads of one process and read from
/// outside at any time. A length is raised only after what it counts was
/// written.
#[derive(Debug)]
pub struct Output {
    plan: Plan,
    words: Box<[AtomicU32]>,
}

impl Output {
    /// Room for a process whose threads are to do `planned` units each.
    #[must_use]
    pub fn new(planned: &[u32]) -> Self {
        let plan = Plan::new(planned);
        Self {
            words: (0..plan.words()).map(|_| AtomicU32::new(0)).collect(),
            plan,
        }
    }

    /// Where everything lies in it.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The address of its first word, for a reader that shares the memory.
    #[must_use]
    pub fn address(&self) -> *const u32 {
        self.words.as_ptr().cast()
    }

    /// A copy of the words, for a reader that does not.
    #[must_use]
    pub fn copy(&self) -> Vec<u32> {
        let words = self.words.iter();
        words.map(|word| word.load(Ordering::Acquire)).collect()
    }

    /// What thread `index` says through; only that thread may use it.
    ///
    /// # Panics
    /// If there is no such thread.
    #[must_use]
    pub fn voice(&self, index: usize) -> Voice<'_> {
        assert!(index < self.plan.threads(), "no such thread");
        Voice {
            output: self,
            index,
            at: self.plan.voice(index),
        }
    }

    /// Says what the program's `result()` gave, as text. Cut off after
    /// 2 KiB. To be called once.
    pub fn set_result(&self, text: &str) {
        let text = cut(text, RESULT_BYTES);
        self.put(self.plan.result(), 0, text.as_bytes());
        // At most 2 KiB, so it fits.
        self.set(head::RESULT, text.len() as u32 + 1);
    }

    fn word(&self, at: usize) -> &AtomicU32 {
        &self.words[at]
    }

    fn set(&self, at: usize, value: u32) {
        self.word(at).store(value, Ordering::Release);
    }

    /// Writes bytes from byte `from` of what begins at word `at`.
    fn put(&self, at: usize, from: usize, bytes: &[u8]) {
        for (index, &byte) in bytes.iter().enumerate() {
            let (word, shift) = (at + (from + index) / 4, 8 * ((from + index) % 4));
            let old = self.word(word).load(Ordering::Relaxed);
            let new = old & !(0xFF << shift) | u32::from(byte) << shift;
            self.word(word).store(new, Ordering::Relaxed);
        }
    }
}

/// As much of `text` as fits into `bytes`.
fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// What one thread says.
#[derive(Debug, Clone, Copy)]
pub struct Voice<'a> {
    output: &'a Output,
    index: usize,
    at: usize,
}

impl Voice<'_> {
    /// Appends to what it has said. Beyond 16 KiB it is only counted.
    pub fn say(&self, text: &str) {
        let length = self.get(voice::LENGTH) as usize;
        // What comes after a gap would be misread.
        let room = match self.get(voice::LOST) {
            0 => SAID_BYTES - length,
            _ => 0,
        };
        let kept = cut(text, room);
        let begin = self.output.plan.said(self.index);
        self.output.put(begin, length, kept.as_bytes());
        self.set(voice::LENGTH, (length + kept.len()) as u32);
        let lost = (text.len() - kept.len()) as u32;
        self.set(voice::LOST, self.get(voice::LOST).saturating_add(lost));
    }

    /// Says that nothing caught an exception: `traceback` tells of it, raised in
    /// `line` of the program while `unit` was computed (`None`: elsewhere). It is
    /// always kept, if need be in the place of what was said before.
    pub fn raise(&self, traceback: &str, line: Option<u32>, unit: Option<u32>) {
        // The end says what it is.
        let skip = traceback.len().saturating_sub(SAID_BYTES / 2);
        let traceback = &traceback[traceback.ceil_char_boundary(skip)..];
        let length = self.get(voice::LENGTH) as usize;
        let from = length.min(SAID_BYTES - traceback.len());
        let begin = self.output.plan.said(self.index);
        self.output.put(begin, from, traceback.as_bytes());
        let gone = (length - from) as u32;
        self.set(voice::LOST, self.get(voice::LOST).saturating_add(gone));
        self.set(voice::LINE, line.unwrap_or(0));
        self.set(voice::UNIT, unit.map_or(0, |unit| unit + 1));
        self.set(voice::RAISED, from as u32 + 1);
        self.set(voice::LENGTH, (from + traceback.len()) as u32);
    }

    /// Notes the fingerprint of the result of its unit `done`, from 0.
    pub fn set_result_of(&self, done: u32, fingerprint: u32) {
        if let Some(at) = self.output.plan.result_of(self.index, done) {
            self.output.set(at, fingerprint);
        }
    }

    fn get(&self, place: usize) -> u32 {
        self.output.word(self.at + place).load(Ordering::Relaxed)
    }

    fn set(&self, place: usize, value: u32) {
        self.output.set(self.at + place, value);
    }
}
