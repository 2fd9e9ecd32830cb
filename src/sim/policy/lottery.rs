//! Lottery scheduling.

use super::tickets::Tickets;
use super::{Arrival, Options, Policy, Tasks};
use crate::sim::rng::Chance;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// Lottery scheduling (C. Waldspurger and W. Weihl, 1994): for each quantum a
/// ticket is drawn among those of the ready threads, in the order of threads.
///
/// A draw is good for a whole quantum: if its winner blocks or ends sooner, the
/// core stays empty for the rest. While one does, [`Policy::pick`] gives it
/// nobody, and [`Policy::next_timer`] tells when the rest is over.
#[derive(Debug, Clone)]
pub(crate) struct Lottery {
    tickets: Tickets,
    ready: usize,
    quantum: u64,
    draws: VecDeque<u32>,
    chance: Chance,
    /// The next number, once someone has asked whom it hits.
    drawn: Option<u64>,
    cores: usize,
    running: usize,
    /// Until when cores stay empty.
    held: BinaryHeap<Reverse<u64>>,
    timer_changed: bool,
}

impl Lottery {
    pub(crate) fn new(quantum: u64, draws: &[u32], options: Options) -> Self {
        Self {
            tickets: Tickets::default(),
            ready: 0,
            quantum: quantum.max(1),
            draws: draws.iter().copied().collect(),
            chance: Chance::from_seed(options.seed),
            drawn: None,
            cores: usize::from(options.cores),
            running: 0,
            held: BinaryHeap::with_capacity(usize::from(options.cores)),
            timer_changed: false,
        }
    }

    fn winner(&mut self, now: u64) -> Option<u32> {
        self.release(now);
        if self.ready == 0 || self.running + self.held.len() >= self.cores {
            return None;
        }
        let number = match self.drawn {
            Some(number) => number,
            None => match self.draws.pop_front() {
                Some(number) => u64::from(number),
                // The modulus favours small tickets by less than one in 2^31.
                None => self.chance.below(1 << 63),
            },
        };
        self.drawn = Some(number);
        Some(self.tickets.holder(number % self.tickets.total()) as u32)
    }

    /// Lets go of the cores whose quantum is over.
    fn release(&mut self, now: u64) {
        while self.held.peek().is_some_and(|&Reverse(end)| end <= now) {
            self.held.pop();
            self.timer_changed = true;
        }
    }
}

impl Policy for Lottery {
    fn enqueue(&mut self, tasks: &mut Tasks, thread: u32, why: Arrival, _now: u64) {
        if matches!(
            why,
            Arrival::Expired | Arrival::Preempted | Arrival::Yielded
        ) {
            self.running -= 1;
        }
        let places = tasks.len();
        let task = &mut tasks[thread as usize];
        task.queued = true;
        let count = u64::from(task.tickets.max(1));
        self.tickets.give(thread as usize, count, places);
        self.ready += 1;
        self.timer_changed |= !self.held.is_empty();
    }

    fn pick(&mut self, tasks: &mut Tasks, now: u64) -> Option<u32> {
        let thread = self.winner(now)?;
        self.drawn = None;
        self.remove(tasks, thread, now);
        self.running += 1;
        tasks[thread as usize].used = 0;
        Some(thread)
    }

    fn peek(&mut self, _tasks: &mut Tasks, now: u64) -> Option<u32> {
        self.winner(now)
    }

    fn remove(&mut self, tasks: &mut Tasks, thread: u32, _now: u64) {
        tasks[thread as usize].queued = false;
        self.tickets.take(thread as usize);
        self.ready -= 1;
        self.timer_changed |= !self.held.is_empty();
    }

    fn len(&self) -> usize {
        self.ready
    }

    fn charge(&mut self, tasks: &mut Tasks, thread: u32, ran: u64, _now: u64) {
        tasks[thread as usize].used += ran;
    }

    fn block(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
        self.running -= 1;
        let rest = self.quantum.saturating_sub(tasks[thread as usize].used);
        if rest > 0 {
            // So that there are never more than cores.
            self.release(now);
            self.held.push(Reverse(now + rest));
            self.timer_changed = true;
        }
    }

    fn slice(&mut self, tasks: &Tasks, thread: u32, _now: u64) -> Option<u64> {
        let used = tasks[thread as usize].used;
        Some(self.quantum.saturating_sub(used).max(1))
    }

    fn expire(&mut self, tasks: &mut Tasks, thread: u32, _now: u64) -> bool {
        tasks[thread as usize].used >= self.quantum
    }

    /// Each quantum has a draw, if only one takes part.
    fn slices_alone(&self) -> bool {
        true
    }

    fn next_timer(&self) -> Option<u64> {
        // With nobody ready there is nobody to give a core to.
        let &Reverse(end) = self.held.peek().filter(|_| self.ready > 0)?;
        Some(end)
    }

    fn on_timer(&mut self, _tasks: &mut Tasks, now: u64) {
        self.release(now);
    }

    fn timer_changed(&mut self) -> bool {
        std::mem::take(&mut self.timer_changed)
    }
}
