//! The event queue: one timer for each core, thread, GIL and so on, in a heap
//! that knows where each is, so that setting one anew moves it and nothing out
//! of date is ever left in the queue.

/// When and in which order a timer goes off.
#[derive(Debug, Clone, Copy)]
struct Entry {
    at: u64,
    /// Class in the highest byte, then the number of the setting: equal times
    /// have a defined order.
    order: u64,
    slot: u32,
}

impl Entry {
    /// Both numbers as one: compared without a branch, for which of two timers
    /// goes off first is as good as random.
    #[inline]
    fn key(&self) -> u128 {
        u128::from(self.at) << 64 | u128::from(self.order)
    }
}

const UNSET: u32 = u32::MAX;
/// Children of a heap node: wide nodes make for a flat heap.
const WIDTH: usize = 4;
/// Fills up the last node's children, so that there are always [`WIDTH`] of
/// them to compare.
const NEVER: Entry = Entry {
    at: u64::MAX,
    order: u64::MAX,
    slot: UNSET,
};

/// Timers by (time, class, order of setting).
#[derive(Debug, Clone, Default)]
pub(super) struct Timers {
    /// The heap, and after its `len` entries [`NEVER`] up to a whole node.
    heap: Vec<Entry>,
    len: usize,
    /// For each slot its place in the heap, or [`UNSET`].
    places: Vec<u32>,
    settings: u64,
}

impl Timers {
    pub(super) fn new(slots: usize) -> Self {
        // Room at once for as many as a few thousand threads may set.
        let mut heap = Vec::with_capacity(slots.min(8_192) + 2 * WIDTH);
        heap.resize(1 + WIDTH, NEVER);
        Self {
            heap,
            len: 0,
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
    #[inline]
    pub(super) fn set(&mut self, slot: u32, at: u64, class: u8) {
        self.settings += 1;
        let order = u64::from(class) << 56 | self.settings;
        let entry = Entry { at, order, slot };
        let place = self.places[slot as usize];
        if place == UNSET {
            let place = self.len;
            self.len += 1;
            if place == self.heap.len() {
                self.grow();
            }
            self.rise(place, entry);
        } else {
            self.move_to(place as usize, entry);
        }
    }

    #[cold]
    fn grow(&mut self) {
        self.heap.extend([NEVER; WIDTH]);
    }

    fn move_to(&mut self, place: usize, entry: Entry) {
        if entry.key() < self.heap[place].key() {
            self.rise(place, entry);
        } else {
            self.sink(place, entry);
        }
    }

    #[inline]
    pub(super) fn cancel(&mut self, slot: u32) {
        let place = self.places[slot as usize];
        if place != UNSET {
            self.places[slot as usize] = UNSET;
            self.take_out(place as usize);
        }
    }

    fn take_out(&mut self, place: usize) {
        let last = self.last_out();
        if place == self.len {
            return;
        }
        if place > 0 && last.key() < self.heap[(place - 1) / WIDTH].key() {
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
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The instant of the next one.
    #[inline]
    pub(super) fn next_at(&self) -> Option<u64> {
        (self.len > 0).then(|| self.heap[0].at)
    }

    /// Takes out the next one: its instant and slot.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<(u64, u32)> {
        if self.len == 0 {
            return None;
        }
        let Entry { at, slot, .. } = self.heap[0];
        self.places[slot as usize] = UNSET;
        let last = self.last_out();
        if self.len > 0 {
            self.sink(0, last);
        }
        Some((at, slot))
    }

    /// Takes the last entry off the heap, which is not empty.
    #[inline]
    fn last_out(&mut self) -> Entry {
        self.len -= 1;
        std::mem::replace(&mut self.heap[self.len], NEVER)
    }

    #[inline(always)]
    fn rise(&mut self, mut place: usize, entry: Entry) {
        while place > 0 {
            let parent = (place - 1) / WIDTH;
            let above = self.heap[parent];
            if above.key() <= entry.key() {
                break;
            }
            self.put(place, above);
            place = parent;
        }
        self.put(place, entry);
    }

    /// [`Timers::sink_parts`]; an entry as a whole would be passed in memory.
    #[inline(always)]
    fn sink(&mut self, place: usize, entry: Entry) {
        self.sink_parts(place, entry.at, entry.order, entry.slot);
    }

    /// Puts an entry at `place` or below, where all that is there goes off
    /// later.
    fn sink_parts(&mut self, mut place: usize, at: u64, order: u64, slot: u32) {
        let entry = Entry { at, order, slot };
        loop {
            let first = place * WIDTH + 1;
            let Some(children) = self.heap.get(first..first + WIDTH) else {
                break;
            };
            let less = |a: usize, b: usize| {
                if children[b].key() < children[a].key() {
                    b
                } else {
                    a
                }
            };
            let least = less(less(0, 1), less(2, 3));
            let child = children[least];
            if entry.key() <= child.key() {
                break;
            }
            self.put(place, child);
            place = first + least;
        }
        self.put(place, entry);
    }

    #[inline]
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
