//! Who of many has the highest response ratio, as time goes on.

/// Nobody; also the bottom of an empty leaf.
const NONE: u32 = u32::MAX;

/// Someone who waits: its ratio at `now` is `(now - since) / burst`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waiting {
    /// Who.
    pub(crate) thread: u32,
    /// Since when.
    pub(crate) since: u64,
    /// For how long a burst, at least 1.
    pub(crate) burst: u64,
    /// Settles ties: the smaller goes first.
    pub(crate) tie: u64,
}

impl Waiting {
    /// Whether it goes before `other` at `now`. Exact, by cross-multiplication.
    fn beats(&self, other: &Self, now: u64) -> bool {
        let mine = u128::from(now - self.since) * u128::from(other.burst);
        let others = u128::from(now - other.since) * u128::from(self.burst);
        mine > others || (mine == others && self.tie < other.tie)
    }

    /// The first instant at which `other`, which it beats now, goes before it.
    fn beaten_at(&self, other: &Self) -> u64 {
        if other.burst >= self.burst {
            return u64::MAX; // It falls back ever further.
        }
        // (t - other.since) * self.burst against (t - self.since) * other.burst
        let gain = u128::from(self.burst - other.burst);
        let head_start = (u128::from(other.since) * u128::from(self.burst))
            .saturating_sub(u128::from(self.since) * u128::from(other.burst));
        let at = if other.tie < self.tie {
            head_start.div_ceil(gain)
        } else {
            head_start / gain + 1
        };
        u64::try_from(at).unwrap_or(u64::MAX)
    }
}

/// A node knows who wins among those below it, and until when.
#[derive(Debug, Clone, Copy)]
struct Node {
    winner: u32,
    fails_at: u64,
}

const EMPTY: Node = Node {
    winner: NONE,
    fails_at: u64::MAX,
};

/// A kinetic tournament (J. Basch, L. Guibas, J. Hershberger, 1999): a binary
/// tree of matches, each with the time when its result will no longer hold.
/// When time passes, only the matches whose time has come are played again, so
/// that finding the best of n takes far less than n steps. `now` must not go
/// back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tournament {
    /// Those who wait; a free place is not in the tree.
    entries: Vec<Waiting>,
    free: Vec<u32>,
    /// The tree: children of node i are 2 i and 2 i + 1; node `leaves` + i is
    /// entry i.
    nodes: Vec<Node>,
    leaves: usize,
}

impl Tournament {
    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.entries.len() - self.free.len()
    }

    /// Who goes first at `now`.
    pub(crate) fn first(&mut self, now: u64) -> Option<u32> {
        if self.len() == 0 {
            return None;
        }
        self.catch_up(1, now);
        Some(self.entries[self.nodes[1].winner as usize].thread)
    }

    /// Enters `waiting`, and tells its place.
    pub(crate) fn insert(&mut self, waiting: Waiting, now: u64) -> u32 {
        let place = if let Some(place) = self.free.pop() {
            self.entries[place as usize] = waiting;
            place
        } else {
            self.entries.push(waiting);
            (self.entries.len() - 1) as u32
        };
        if self.entries.len() > self.leaves {
            self.grow(now);
        }
        self.set(place, place, now);
        place
    }

    /// Takes out whoever is at `place`.
    pub(crate) fn remove(&mut self, place: u32, now: u64) {
        self.free.push(place);
        self.set(place, NONE, now);
    }

    fn grow(&mut self, now: u64) {
        let held = std::mem::take(&mut self.nodes);
        let leaves = self.leaves;
        self.leaves = (leaves * 2).max(2);
        self.nodes.resize(self.leaves * 2, EMPTY);
        self.nodes[self.leaves..self.leaves + leaves].copy_from_slice(&held[leaves..]);
        for node in (1..self.leaves).rev() {
            self.play(node, now);
        }
    }

    fn set(&mut self, place: u32, winner: u32, now: u64) {
        self.catch_up(1, now);
        let mut node = self.leaves + place as usize;
        self.nodes[node].winner = winner;
        while node > 1 {
            node /= 2;
            self.play(node, now);
        }
    }

    /// Plays again what no longer holds, from the bottom up.
    fn catch_up(&mut self, node: usize, now: u64) {
        if self.nodes[node].fails_at <= now {
            self.catch_up(node * 2, now);
            self.catch_up(node * 2 + 1, now);
            self.play(node, now);
        }
    }

    fn play(&mut self, node: usize, now: u64) {
        let (left, right) = (self.nodes[node * 2], self.nodes[node * 2 + 1]);
        let below = left.fails_at.min(right.fails_at);
        self.nodes[node] = if left.winner == NONE || right.winner == NONE {
            Node {
                winner: left.winner.min(right.winner),
                fails_at: below,
            }
        } else {
            let one = &self.entries[left.winner as usize];
            let other = &self.entries[right.winner as usize];
            let (winner, fails_at) = if one.beats(other, now) {
                (left.winner, one.beaten_at(other))
            } else {
                (right.winner, other.beaten_at(one))
            };
            Node {
                winner,
                fails_at: fails_at.min(below),
            }
        };
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Against comparing all of them, at times that go on unevenly, with
        /// many ties.
        #[test]
        fn agrees_with_a_scan(
            moves in prop::collection::vec((0u8..5, 0u64..12, 1u64..9, 0usize..64), 0..300),
        ) {
            let mut tournament = Tournament::default();
            let mut all: Vec<(u32, Waiting)> = Vec::new();
            let mut now = 0;
            for (count, (what, passes, burst, which)) in moves.into_iter().enumerate() {
                now += passes / 3;
                if what < 3 {
                    let waiting = Waiting {
                        thread: count as u32,
                        since: now.saturating_sub(passes),
                        burst,
                        // Neither rising nor falling, but unique.
                        tie: (which as u64) << 32 | count as u64,
                    };
                    all.push((tournament.insert(waiting, now), waiting));
                } else if !all.is_empty() {
                    let (place, _) = all.swap_remove(which % all.len());
                    tournament.remove(place, now);
                }
                let best = all.iter().map(|(_, waiting)| waiting).reduce(|best, waiting| {
                    if waiting.beats(best, now) { waiting } else { best }
                });
                prop_assert_eq!(tournament.len(), all.len());
                prop_assert_eq!(tournament.first(now), best.map(|best| best.thread));
            }
        }
    }

    #[test]
    fn is_exact_where_numbers_are_large() {
        let mut tournament = Tournament::default();
        let entry = |thread, since, burst| Waiting {
            thread,
            since,
            burst,
            tie: u64::from(thread),
        };
        let day = 86_400_000_000_000;
        tournament.insert(entry(0, 0, 10 * day), 0);
        tournament.insert(entry(1, 9 * day, day), 9 * day);
        // t / 10 = t - 9 days at 10 days: equal then, more a nanosecond later.
        assert_eq!(tournament.first(10 * day), Some(0));
        assert_eq!(tournament.first(10 * day + 1), Some(1));
    }
}
