//! Tickets of many, in order, and whose a given one is.

/// Tickets by place, with their sums in a Fenwick tree (P. Fenwick, 1994), so
/// that handing out, taking back and finding a ticket's holder are O(log n).
#[derive(Debug, Clone, Default)]
pub(crate) struct Tickets {
    held: Vec<u64>,
    /// `sums[i]` is the sum of the `lowbit(i)` places that end before `i`; its
    /// length is a power of two and one.
    sums: Vec<u64>,
    total: u64,
}

impl Tickets {
    /// All tickets.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// Gives `tickets` to `place`, which is below `places` and has none.
    pub(crate) fn give(&mut self, place: usize, tickets: u64, places: usize) {
        if place >= self.held.len() {
            self.grow(places);
        }
        self.held[place] = tickets;
        self.change(place, |sum| sum + tickets);
        self.total += tickets;
    }

    /// Takes all tickets from `place`.
    pub(crate) fn take(&mut self, place: usize) {
        let tickets = std::mem::take(&mut self.held[place]);
        self.change(place, |sum| sum - tickets);
        self.total -= tickets;
    }

    /// Who holds ticket number `ticket`, counted from 0 in the order of places;
    /// it must be below [`Tickets::total`].
    pub(crate) fn holder(&self, ticket: u64) -> usize {
        let mut place = 0;
        let mut left = ticket;
        let mut step = self.held.len();
        while step > 0 {
            if let Some(&sum) = self.sums.get(place + step)
                && sum <= left
            {
                place += step;
                left -= sum;
            }
            step /= 2;
        }
        place
    }

    fn grow(&mut self, places: usize) {
        self.held.resize(places.next_power_of_two(), 0);
        self.sums.clear();
        self.sums.resize(self.held.len() + 1, 0);
        for place in 0..self.held.len() {
            let index = place + 1;
            self.sums[index] += self.held[place];
            let parent = index + (index & index.wrapping_neg());
            if parent < self.sums.len() {
                self.sums[parent] += self.sums[index];
            }
        }
    }

    fn change(&mut self, place: usize, change: impl Fn(u64) -> u64) {
        let mut index = place + 1;
        while index < self.sums.len() {
            self.sums[index] = change(self.sums[index]);
            index += index & index.wrapping_neg();
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Against walking along the places.
        #[test]
        fn agrees_with_a_walk(moves in prop::collection::vec((0usize..30, 1u64..9, 0u64..1000), 1..100)) {
            let mut tickets = Tickets::default();
            let mut held = [0; 30];
            for (place, count, draw) in moves {
                if held[place] > 0 {
                    tickets.take(place);
                    held[place] = 0;
                } else {
                    tickets.give(place, count, place + 1);
                    held[place] = count;
                }
                let total: u64 = held.iter().sum();
                prop_assert_eq!(tickets.total(), total);
                if total > 0 {
                    let mut left = draw % total;
                    let walk = held.iter().position(|&count| {
                        let here = left < count;
                        left = left.saturating_sub(count);
                        here
                    });
                    prop_assert_eq!(Some(tickets.holder(draw % total)), walk);
                }
            }
        }
    }
}
