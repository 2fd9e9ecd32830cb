//! The reading side.

/// Bytes of what one thread says that are kept.
pub(super) const SAID_BYTES: usize = 16_384;

/// Bytes of what `result()` gave that are kept.
pub(super) const RESULT_BYTES: usize = 2_048;

/// Places in the first words.
pub(super) mod head {
    /// Length of what `result()` gave, plus 1.
    pub(in super::super) const RESULT: usize = 0;
    pub(in super::super) const WORDS: usize = 1;
}

/// Places in a thread's words.
pub(super) mod voice {
    pub(in super::super) const LENGTH: usize = 0;
    /// Bytes that were not kept.
    pub(in super::super) const LOST: usize = 1;
    /// Where the traceback begins, plus 1.
    pub(in super::super) const RAISED: usize = 2;
    /// Its line, from 1.
    pub(in super::super) const LINE: usize = 3;
    /// The unit, plus 1.
    pub(in super::super) const UNIT: usize = 4;
    pub(in super::super) const WORDS: usize = 5;
}

/// Where everything lies in an [`Output`](super::Output), in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    planned: Vec<u32>,
}

impl Plan {
    /// The plan for a process whose threads are to do `planned` units each.
    #[must_use]
    pub fn new(planned: &[u32]) -> Self {
        Self {
            planned: planned.to_vec(),
        }
    }

    /// How many threads it is for.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.planned.len()
    }

    /// How many words there are.
    #[must_use]
    pub fn words(&self) -> usize {
        self.results_at(self.threads())
    }

    pub(super) fn result(&self) -> usize {
        head::WORDS
    }

    pub(super) fn voice(&self, thread: usize) -> usize {
        head::WORDS + RESULT_BYTES / 4 + thread * (voice::WORDS + SAID_BYTES / 4)
    }

    pub(super) fn said(&self, thread: usize) -> usize {
        self.voice(thread) + voice::WORDS
    }

    fn results_at(&self, thread: usize) -> usize {
        let before: u32 = self.planned[..thread].iter().sum();
        self.voice(self.threads()) + before as usize
    }

    pub(super) fn result_of(&self, thread: usize, done: u32) -> Option<usize> {
        (done < self.planned[thread]).then(|| self.results_at(thread) + done as usize)
    }

    /// What a process has told, from a copy of its words; `None` if they are not
    /// of this plan.
    #[must_use]
    pub fn read(&self, words: &[u32]) -> Option<Told> {
        let words = words.get(..self.words())?;
        let text = |at: usize, from: usize, length: usize| {
            let bytes = words[at..].iter().flat_map(|word| word.to_le_bytes());
            let bytes: Vec<u8> = bytes.skip(from).take(length - from).collect();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let thread = |index| {
            let at = self.voice(index);
            let place = |place: usize| words[at + place] as usize;
            let length = place(voice::LENGTH).min(SAID_BYTES);
            let raised = place(voice::RAISED).checked_sub(1).map(|from| Raised {
                traceback: text(self.said(index), from.min(length), length),
                line: words[at + voice::LINE].checked_sub(1).map(|line| line + 1),
                unit: words[at + voice::UNIT].checked_sub(1),
            });
            let until = place(voice::RAISED).checked_sub(1).unwrap_or(length);
            Said {
                text: text(self.said(index), 0, until.min(length)),
                lost: words[at + voice::LOST],
                raised,
            }
        };
        let result = (words[head::RESULT] as usize).checked_sub(1);
        Some(Told {
            threads: (0..self.threads()).map(thread).collect(),
            result: result.map(|length| text(self.result(), 0, length.min(RESULT_BYTES))),
        })
    }

    /// The fingerprints of the first `done` results of `thread`, from a copy of
    /// the words.
    #[must_use]
    pub fn results(&self, words: &[u32], thread: usize, done: u32) -> Vec<u32> {
        let at = self.results_at(thread);
        let end = at + done.min(self.planned[thread]) as usize;
        words.get(at..end).unwrap_or_default().to_vec()
    }
}

/// What all processes of a run have told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transcript {
    /// The run by one thread alone, before the others.
    pub alone: Told,
    /// Each process.
    pub processes: Vec<Told>,
}

/// What one process has told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// What each of its threads has said. What the program says while it is
    /// loaded, its first thread says.
    pub threads: Vec<Said>,
    /// What the program's `result()` gave in the end, as text.
    pub result: Option<String>,
}

/// What one thread has said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// What it has printed.
    pub text: String,
    /// So many bytes more were not kept.
    pub lost: u32,
    /// The exception that ended it.
    pub raised: Option<Raised>,
}

/// An exception that nothing caught.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    /// As Python writes it: the calls that led to it, and last what it is.
    pub traceback: String,
    /// The line of the program in which it was raised, from 1.
    pub line: Option<u32>,
    /// The unit that was computed, from 0; `None`: it was raised elsewhere.
    pub unit: Option<u32>,
}

impl Raised {
    /// What it is, in a line: `ValueError: no such unit`.
    #[must_use]
    pub fn what(&self) -> &str {
        what_was_raised(&self.traceback)
    }
}

/// The line of a traceback that says what was raised.
#[must_use]
pub fn what_was_raised(traceback: &str) -> &str {
    // Behind the calls, which are indented; notes and more may follow.
    let last = traceback
        .rsplit("Traceback (most recent call last):\n")
        .next();
    let mut lines = last.unwrap_or_default().lines();
    let what = lines.find(|line| !line.is_empty() && !line.starts_with(' '));
    what.unwrap_or_default()
}
