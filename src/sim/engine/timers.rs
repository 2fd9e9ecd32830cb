//! The event queue: one timer for each core, thread, GIL and so on, in a heap
//! that knows where each is, so that setting one anew moves it and nothing out
//! of date is ever left in the queue.

/// When and in which order a timer goes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    at: u64,
    /// Class in the highest byte, then the number of the setting: equal times
    /// have a defined order.
    order: u64,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    key: Key,
    slot: u32,
}

const UNSET: u32 = u32::MAX;
/// Children of a heap node: wide nodes make for a flat heap.
const WIDTH: usize = 4;

/// Timers by (time, class, order of setting).
#[derive(Debug, Clone, Default)]
pub(super) struct Timers {
    heap: Vec<Entry>,
    /// For each slot its place in the heap, or [`UNSET`].
    places: Vec<u32>,
    settings: u64,
}

impl Timers {
    pub(super) fn new(slots: usize) -> Self {
        Self {
            heap: Vec::with_capacity(slots.min(4096)),
            places: vec![UNSET; slots],
            settings: 0,
        }
    }

    /// Adds a slot and returns its number.
    pub(super) fn add_slot(&mut self) -> u32 {
        self.places.push(UNSET);
        self.places.len() as u32 - 1
    }

    /// Sets the timer `slot`, or sets it anew.
    pub(super) fn set(&mut self, slot: u32, at: u64, class: u8) {
        self.settings += 1;
        let key = Key {
            at,
            order: u64::from(class) << 56 | self.settings,
        };
        let entry = Entry { key, slot };
        let place = self.places[slot as usize];
        if place == UNSET {
            self.heap.push(entry);
            self.rise(self.heap.len() - 1, entry);
            return;
        }
        let place = place as usize;
        if key < self.heap[place].key {
            self.rise(place, entry);
        } else {
            self.sink(place, entry);
        }
    }

    pub(super) fn cancel(&mut self, slot: u32) {
        let place = self.places[slot as usize];
        if place == UNSET {
            return;
        }
        self.places[slot as usize] = UNSET;
        let Some(last) = self.heap.pop() else { return };
        let place = place as usize;
        if place == self.heap.len() {
            return;
        }
        if place > 0 && last.key < self.heap[(place - 1) / WIDTH].key {
            self.rise(place, last);
        } else {
            self.sink(place, last);
        }
    }

    /// Whether the timer `slot` is set.
    pub(super) fn is_set(&self, slot: u32) -> bool {
        self.places[slot as usize] != UNSET
    }

    /// How many are set.
    pub(super) fn len(&self) -> usize {
        self.heap.len()
    }

    /// The instant of the next one.
    pub(super) fn next_at(&self) -> Option<u64> {
        self.heap.first().map(|entry| entry.key.at)
    }

    /// Takes out the next one: its instant and slot.
    pub(super) fn pop(&mut self) -> Option<(u64, u32)> {
        let &Entry { key, slot } = self.heap.first()?;
        self.cancel(slot);
        Some((key.at, slot))
    }

    fn rise(&mut self, mut place: usize, entry: Entry) {
        while place > 0 {
            let parent = (place - 1) / WIDTH;
            if self.heap[parent].key <= entry.key {
                break;
            }
            self.put(place, self.heap[parent]);
            place = parent;
        }
        self.put(place, entry);
    }

    fn sink(&mut self, mut place: usize, entry: Entry) {
        loop {
            let first = place * WIDTH + 1;
            let end = (first + WIDTH).min(self.heap.len());
            let Some(least) = (first..end).min_by_key(|&child| self.heap[child].key) else {
                break;
            };
            if entry.key <= self.heap[least].key {
                break;
            }
            self.put(place, self.heap[least]);
            place = least;
        }
        self.put(place, entry);
    }

    fn put(&mut self, place: usize, entry: Entry) {
        self.heap[place] = entry;
        self.places[entry.slot as usize] = place as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn equal_times_go_by_class_then_by_order_of_setting() {
        let mut timers = Timers::new(5);
        timers.set(0, 6, 0);
        timers.set(1, 5, 5);
        timers.set(2, 5, 2);
        timers.set(3, 5, 2);
        timers.set(4, 5, 0);
        timers.set(2, 5, 2);
        let order: Vec<_> = std::iter::from_fn(|| timers.pop()).collect();
        assert_eq!(order, [(5, 4), (5, 3), (5, 2), (5, 1), (6, 0)]);
    }

    proptest! {
        #[test]
        fn agrees_with_a_sorted_list(
            moves in prop::collection::vec((0..20_u32, 0..9_u64, 0..4_u8), 0..200)
        ) {
            let mut timers = Timers::new(20);
            let mut list: Vec<((u64, u8, usize), u32)> = Vec::new();
            for (number, (slot, at, class)) in moves.into_iter().enumerate() {
                list.retain(|&(_, s)| s != slot);
                match class {
                    3 => timers.cancel(slot),
                    _ => {
                        timers.set(slot, at, class);
                        list.push(((at, class, number), slot));
                    }
                }
                if number % 5 == 4 {
                    list.sort();
                    let first = (!list.is_empty()).then(|| list.remove(0));
                    prop_assert_eq!(timers.pop(), first.map(|((at, ..), slot)| (at, slot)));
                }
            }
            list.sort();
            for ((at, ..), slot) in list {
                prop_assert_eq!(timers.pop(), Some((at, slot)));
            }
        }
    }
}
