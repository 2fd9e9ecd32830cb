//! The event queue: what happens next, in a total order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What happens. Numbers are indices into the engine's tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// The thread on this core has done the computing it was on.
    CoreDone { core: u16 },
    /// A kill from outside is due.
    Kill { fault: u16 },
    /// The thread's wait is over.
    Wake { thread: u32 },
    /// A round of waiting for this process's GIL is over.
    GilTimeout { process: u32 },
    /// The thread, which was asked to let go of the GIL, is at a poll point.
    GilPoll { thread: u32 },
    /// The watchdog's patience with the thread is over.
    Watchdog { thread: u32 },
    /// The time slice on this core is used up.
    SliceEnd { core: u16 },
}

impl Event {
    /// Order among events of the same instant. A thread that finishes at the
    /// end of its slice is not preempted first; what arrives at the end of a
    /// slice is queued before the preempted thread ("arrival first", as most
    /// textbooks have it).
    fn class(self) -> u8 {
        match self {
            Self::CoreDone { .. } => 0,
            Self::Kill { .. } => 1,
            Self::Wake { .. } | Self::GilTimeout { .. } => 2,
            Self::GilPoll { .. } => 3,
            Self::Watchdog { .. } => 4,
            Self::SliceEnd { .. } => 5,
        }
    }
}

/// An event at an instant. `token` must match its target's current one, else
/// the event is out of date and nothing happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Scheduled {
    pub(super) at: u64,
    class: u8,
    sequence: u64,
    pub(super) token: u32,
    pub(super) event: Event,
}

/// Events by (time, class, sequence): equal times have a defined order.
#[derive(Debug, Default)]
pub(super) struct EventQueue {
    heap: BinaryHeap<Reverse<Scheduled>>,
    sequence: u64,
}

impl EventQueue {
    pub(super) fn push(&mut self, at: u64, token: u32, event: Event) {
        self.sequence += 1;
        self.heap.push(Reverse(Scheduled {
            at,
            class: event.class(),
            sequence: self.sequence,
            token,
            event,
        }));
    }

    pub(super) fn pop(&mut self) -> Option<Scheduled> {
        self.heap.pop().map(|Reverse(scheduled)| scheduled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_times_go_by_class_then_by_order_of_scheduling() {
        let mut queue = EventQueue::default();
        let late = Event::CoreDone { core: 9 };
        let order = [
            Event::CoreDone { core: 1 },
            Event::Wake { thread: 8 },
            Event::Wake { thread: 2 },
            Event::SliceEnd { core: 0 },
        ];
        queue.push(6, 0, late);
        queue.push(5, 0, order[3]);
        queue.push(5, 0, order[1]);
        queue.push(5, 0, order[2]);
        queue.push(5, 0, order[0]);
        let popped: Vec<_> = std::iter::from_fn(|| queue.pop())
            .map(|s| s.event)
            .collect();
        assert_eq!(popped, [order.as_slice(), &[late]].concat());
    }
}
