//! Many spans at once: what lies in a stretch of a lane, without looking at
//! each span in it.
//!
//! Thread lanes keep running sums of the time in each state, core and GIL lanes
//! a pyramid of who had most. Either answers for any stretch of a lane by
//! looking at a few dozen entries, however long the lane is.

use crate::sim::{Hold, Span, State};

/// Spans to an entry of the lowest level: few enough to add up each time, and
/// enough for the entries to be much smaller than the spans.
const BLOCK: usize = 16;
/// Entries of one level to an entry of the next.
const BRANCH: usize = 4;

/// What lies in a lane, from one instant to another.
pub(in crate::plot) trait Piece {
    /// When it begins, ns.
    fn start(&self) -> u64;
    /// When it ends, ns.
    fn end(&self) -> u64;
    /// Which thread it is about.
    fn thread(&self) -> u32;
}

impl Piece for Span {
    fn start(&self) -> u64 {
        self.start
    }
    fn end(&self) -> u64 {
        self.end
    }
    fn thread(&self) -> u32 {
        self.thread
    }
}

impl Piece for Hold {
    fn start(&self) -> u64 {
        self.start
    }
    fn end(&self) -> u64 {
        self.end
    }
    fn thread(&self) -> u32 {
        self.thread
    }
}

/// Time in each state, by [`State`]'s number.
pub(in crate::plot) type Times = [u64; State::COUNT];

/// Running sums of a thread's time in each state, in front of each block.
#[derive(Debug, Clone, Default)]
pub(in crate::plot) struct Sums(Vec<Times>);

impl Sums {
    pub(in crate::plot) fn of(lane: &[Span]) -> Self {
        let mut so_far = Times::default();
        let mut sums = Vec::with_capacity(lane.len() / BLOCK + 1);
        for (index, span) in lane.iter().enumerate() {
            if index % BLOCK == 0 {
                sums.push(so_far);
            }
            so_far[span.state as usize] += span.end - span.start;
        }
        sums.push(so_far);
        Self(sums)
    }

    /// Time in each state in the spans `[from, to)` of `lane`, which must be
    /// the one these are the sums of. Adds to `work` how many entries it took.
    pub(in crate::plot) fn between(
        &self,
        lane: &[Span],
        from: usize,
        to: usize,
        work: &mut usize,
    ) -> Times {
        let mut times = Times::default();
        let mut add = |spans: &[Span]| {
            *work += spans.len();
            for span in spans {
                times[span.state as usize] += span.end - span.start;
            }
        };
        let (first, last) = (from.div_ceil(BLOCK), to / BLOCK);
        if first >= last {
            add(&lane[from..to]);
            return times;
        }
        add(&lane[from..first * BLOCK]);
        add(&lane[last * BLOCK..to]);
        *work += 2;
        for (state, time) in times.iter_mut().enumerate() {
            *time += self.0[last][state] - self.0[first][state];
        }
        times
    }
}

/// How long a stretch of a lane was in use, and by whom for the longest time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::plot) struct Most {
    /// Time in use, ns.
    pub(in crate::plot) busy: u64,
    /// Who had most of it, or nearly most: of those who had it equally long,
    /// one.
    pub(in crate::plot) thread: u32,
    /// How long that one had it at least, ns.
    pub(in crate::plot) time: u64,
}

/// Who had how much: the few with the most. Someone new takes the place of who
/// had least, so it is exact up to that many, and a good guess beyond.
#[derive(Default)]
struct Tally {
    busy: u64,
    entries: [(u32, u64); 8],
}

impl Tally {
    fn add(&mut self, thread: u32, time: u64, busy: u64) {
        self.busy += busy;
        for entry in &mut self.entries {
            if entry.1 > 0 && entry.0 == thread {
                entry.1 += time;
                return;
            }
            if entry.1 == 0 {
                *entry = (thread, time);
                return;
            }
        }
        let least = self.entries.iter_mut().min_by_key(|entry| entry.1);
        if let Some(least) = least.filter(|least| least.1 < time) {
            *least = (thread, time);
        }
    }

    fn most(&self) -> Most {
        let mut most = self.entries[0];
        for &entry in &self.entries[1..] {
            if entry.1 > most.1 {
                most = entry;
            }
        }
        Most {
            busy: self.busy,
            thread: most.0,
            time: most.1,
        }
    }
}

/// Who had most of each block, of each four blocks, of each sixteen, and so on.
#[derive(Debug, Clone, Default)]
pub(in crate::plot) struct Pyramid(Vec<Vec<Most>>);

impl Pyramid {
    pub(in crate::plot) fn of(lane: &[impl Piece]) -> Self {
        let block = |pieces: &[_]| {
            let mut tally = Tally::default();
            for piece in pieces {
                let piece: &_ = piece;
                let time = Piece::end(piece) - Piece::start(piece);
                tally.add(Piece::thread(piece), time, time);
            }
            tally.most()
        };
        let mut levels: Vec<Vec<Most>> = vec![lane.chunks(BLOCK).map(block).collect()];
        while let Some(below) = levels.last().filter(|level| level.len() > BRANCH) {
            let join = |entries: &[Most]| {
                let mut tally = Tally::default();
                for entry in entries {
                    tally.add(entry.thread, entry.time, entry.busy);
                }
                tally.most()
            };
            levels.push(below.chunks(BRANCH).map(join).collect());
        }
        Self(levels)
    }

    /// Of the spans `[from, to)` of `lane`, which must be the one this is the
    /// pyramid of. Adds to `work` how many entries it took.
    pub(in crate::plot) fn between(
        &self,
        lane: &[impl Piece],
        from: usize,
        to: usize,
        work: &mut usize,
    ) -> Most {
        let mut tally = Tally::default();
        let mut at = from;
        while at < to {
            *work += 1;
            if !at.is_multiple_of(BLOCK) || at + BLOCK > to {
                let time = lane[at].end() - lane[at].start();
                tally.add(lane[at].thread(), time, time);
                at += 1;
                continue;
            }
            // The largest entry that begins here and does not reach too far.
            let (mut level, mut size) = (0, BLOCK);
            while level + 1 < self.0.len() {
                let larger = size * BRANCH;
                if !at.is_multiple_of(larger) || at + larger > to {
                    break;
                }
                (level, size) = (level + 1, larger);
            }
            let entry = self.0[level][at / size];
            tally.add(entry.thread, entry.time, entry.busy);
            at += size;
        }
        tally.most()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spans of lengths 1 to 7 ns, without gaps.
    fn lane(length: usize) -> Vec<Span> {
        let mut time = 0;
        let span = |index: usize| {
            let start = time;
            time += 1 + (index * 5 % 7) as u64;
            Span {
                start,
                end: time,
                thread: (index % 3) as u32,
                core: 0,
                state: State::ALL[1 + index % 7],
            }
        };
        (0..length).map(span).collect()
    }

    #[test]
    fn any_stretch_is_summed_as_by_hand() {
        let lane = lane(700);
        let (sums, pyramid) = (Sums::of(&lane), Pyramid::of(&lane));
        for from in (0..700).step_by(13) {
            for to in (from..=700).step_by(29) {
                let mut times = Times::default();
                for span in &lane[from..to] {
                    times[span.state as usize] += span.end - span.start;
                }
                assert_eq!(sums.between(&lane, from, to, &mut 0), times);
                let most = pyramid.between(&lane, from, to, &mut 0);
                assert_eq!(most.busy, times.iter().sum::<u64>(), "{from}..{to}");
            }
        }
    }

    #[test]
    fn who_had_clearly_most_is_found() {
        let mut lane = lane(100_000);
        for span in &mut lane {
            span.thread = if span.end % 4 == 0 { span.thread } else { 9 };
        }
        let pyramid = Pyramid::of(&lane);
        for (from, to) in [(0, 100_000), (17, 4_321), (50_000, 50_100)] {
            assert_eq!(pyramid.between(&lane, from, to, &mut 0).thread, 9);
        }
    }

    #[test]
    fn a_long_stretch_takes_no_more_work_than_a_short_one() {
        let lane = lane(1_000_000);
        let (sums, pyramid) = (Sums::of(&lane), Pyramid::of(&lane));
        for to in [100, 10_000, 999_999] {
            let mut work = 0;
            sums.between(&lane, 7, to, &mut work);
            pyramid.between(&lane, 7, to, &mut work);
            assert!(work < 120, "{to}: {work}");
        }
    }
}
