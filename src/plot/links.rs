//! What links threads to each other: messages, wakes, turns of the GIL. Sorted
//! once by thread, so that those of one thread in a window are found by binary
//! search.

use crate::sim::{Cause, Hold, Trace, Wake};

/// Of each thread, the entries of a list in order of time that concern it.
#[derive(Debug, Clone, Default)]
pub(super) struct ByThread {
    /// Where each thread's part of `entries` begins; one more for the end.
    first: Vec<u32>,
    entries: Vec<u32>,
}

impl ByThread {
    /// Sorts entries, each with the two threads that it concerns.
    fn of(threads: usize, all: impl Iterator<Item = (u32, [u32; 2])> + Clone) -> Self {
        let mut first = vec![0_u32; threads + 1];
        let concerned = |[a, b]: [u32; 2]| std::iter::once(a).chain((a != b).then_some(b));
        for (_, pair) in all.clone() {
            concerned(pair).for_each(|thread| first[thread as usize + 1] += 1);
        }
        for thread in 0..threads {
            first[thread + 1] += first[thread];
        }
        let mut next = first.clone();
        let mut entries = vec![0; first[threads] as usize];
        for (entry, pair) in all {
            for thread in concerned(pair) {
                let place = &mut next[thread as usize];
                entries[*place as usize] = entry;
                *place += 1;
            }
        }
        Self { first, entries }
    }

    /// The entries that concern a thread, in order of time.
    pub(super) fn get(&self, thread: u32) -> &[u32] {
        let thread = thread as usize;
        match (self.first.get(thread), self.first.get(thread + 1)) {
            (Some(&from), Some(&to)) => &self.entries[from as usize..to as usize],
            _ => &[],
        }
    }
}

/// All links of a run.
#[derive(Debug, Clone, Default)]
pub(super) struct Links {
    /// Indices into the trace's messages.
    pub(super) messages: ByThread,
    /// Indices into the trace's wakes that have an arrow of their own.
    pub(super) wakes: ByThread,
    /// The same of all threads, in order of time.
    pub(super) all_wakes: Vec<u32>,
    /// Indices into the GIL's lane of the thread's process: of the hold that
    /// ended, before the next began.
    pub(super) turns: ByThread,
    /// Indices into all the trace's wakes, by who was woken only.
    pub(super) woken: ByThread,
}

/// Whether a wake has an arrow of its own: a message has one already, and so
/// has a turn of the GIL.
fn is_drawn(wake: &Wake) -> bool {
    !matches!(wake.cause, Cause::Message | Cause::Gil)
}

impl Links {
    pub(super) fn of(trace: &Trace, gils: &[Vec<Hold>]) -> Self {
        let threads = trace.threads.len();
        let messages = (0..).zip(&trace.messages);
        let wakes = (0..).zip(&trace.wakes);
        let drawn = wakes.clone().filter(|(_, wake)| is_drawn(wake));
        let turns = gils.iter().flat_map(|lane| (0..).zip(lane.windows(2)));
        Self {
            messages: ByThread::of(threads, messages.map(|(n, m)| (n, [m.from, m.to]))),
            all_wakes: drawn.clone().map(|(n, _)| n).collect(),
            wakes: ByThread::of(threads, drawn.map(|(n, w)| (n, [w.by, w.thread]))),
            turns: ByThread::of(
                threads,
                turns.map(|(n, pair)| (n, [pair[0].thread, pair[1].thread])),
            ),
            woken: ByThread::of(threads, wakes.map(|(n, w)| (n, [w.thread, w.thread]))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_by_either_thread() {
        let all = [(0, [1, 2]), (1, [2, 1]), (2, [0, 0]), (3, [2, 0])];
        let sorted = ByThread::of(3, all.into_iter());
        let found: Vec<&[u32]> = (0..4).map(|thread| sorted.get(thread)).collect();
        assert_eq!(found, [&[2, 3][..], &[0, 1], &[0, 1, 3], &[]]);
        assert_eq!(ByThread::default().get(0), [0; 0]);
    }
}
