//! The process's own memory: what one process writes, another must not see.

use crate::lab::crew::{Crew, Team};
use crate::lab::routine::question;
use crate::lab::work::Host;
use serde::{Deserialize, Serialize};
use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering};

/// At the same address in every process, because all run the same module.
static WORD: AtomicU32 = AtomicU32::new(0);

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Store a value in the word.
    Store(u32),
    /// Read the word.
    Load,
    /// Fill so many bytes of the heap with data, and keep them for good.
    Keep(u32),
    /// Allocate so many MiB, keep all of them and write to each page, then give
    /// them back. More than the process may have ends it.
    Fill {
        /// How many.
        mib: u32,
    },
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The word's address.
    pub address: u32,
    /// What it holds now.
    pub value: u32,
    /// Bytes of memory of the whole process.
    pub memory_bytes: u64,
}

question!(Heap, Ask, Answer);

/// Answers, on the calling thread.
pub(super) fn answer<T: Team, H: Host>(ask: &Ask, crew: Crew<'_, T, H>) -> Answer {
    match *ask {
        Ask::Store(value) => WORD.store(value, Ordering::Release),
        Ask::Load => {}
        // Leaked on purpose: a process keeps its data as long as it lives.
        Ask::Keep(bytes) => drop(black_box(vec![1_u8; bytes as usize].leak())),
        Ask::Fill { mib } => fill(mib),
    }
    Answer {
        // Natively cut off, where it does not matter.
        address: (&raw const WORD).addr() as u32,
        value: WORD.load(Ordering::Acquire),
        memory_bytes: crew.host.memory_bytes(),
    }
}

/// Block by block, so that all that there is gets used before it ends.
fn fill(mib: u32) {
    let block = || {
        let mut block = vec![0_u8; 1 << 20];
        block.iter_mut().step_by(4_096).for_each(|byte| *byte = 1);
        black_box(block)
    };
    drop((0..mib).map(|_| block()).collect::<Vec<_>>());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::crew::native::with_crew;

    #[test]
    fn the_word_keeps_what_is_stored() {
        with_crew(1, |crew| {
            let stored = answer(&Ask::Store(7), crew);
            assert_eq!(answer(&Ask::Load, crew), stored);
            assert_eq!(stored.value, 7);
            // What fits is given back, and nothing else is disturbed.
            assert_eq!(answer(&Ask::Fill { mib: 3 }, crew), stored);
        });
    }
}
