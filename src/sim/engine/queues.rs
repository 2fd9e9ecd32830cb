//! The machine's run queues: one for all cores, or one each with stealing and
//! balancing.

use super::{Engine, NONE, Owner, class};
use crate::experiment::scenario::{Machine, PolicySpec, Queues};
use crate::sim::engine::entity::CoreSet;
use crate::sim::policy::{AnyPolicy, Arrival, Options, Policy};
use crate::sim::trace::State;

#[derive(Debug, Clone)]
pub(super) struct RunQueues {
    pub(super) all: Vec<AnyPolicy>,
    pub(super) preemptive: bool,
    /// Whether a change among the ready threads changes running slices.
    pub(super) replans: bool,
    /// Whether the policy looks at the lengths of CPU bursts.
    pub(super) needs_burst: bool,
    /// Whether the policy may ever want to act by itself.
    timed: bool,
    /// An idle core takes threads from other queues.
    pub(super) steal: bool,
    /// 0: never.
    pub(super) balance: u64,
    /// A thread that ran this recently is not moved.
    pub(super) hot: u64,
}

impl RunQueues {
    pub(super) fn new(machine: &Machine, options: Options) -> Self {
        let policy = AnyPolicy::new(&machine.policy, options);
        let (count, steal, balance, hot) = match machine.queues {
            Queues::Global => (1, false, 0, 0),
            Queues::PerCore {
                steal,
                balance,
                hot,
            } => (machine.cores, steal, balance.map_or(0, |b| b.0), hot.0),
        };
        Self {
            preemptive: policy.is_preemptive(),
            replans: matches!(
                machine.policy,
                PolicySpec::Llf { .. } | PolicySpec::Cfs | PolicySpec::Priority { .. }
            ),
            needs_burst: matches!(
                machine.policy,
                PolicySpec::Sjf | PolicySpec::Srtf | PolicySpec::Hrrn | PolicySpec::Llf { .. }
            ),
            timed: !matches!(
                machine.policy,
                PolicySpec::Fifo
                    | PolicySpec::RoundRobin { .. }
                    | PolicySpec::Sjf
                    | PolicySpec::Srtf
                    | PolicySpec::Priority { .. }
                    | PolicySpec::Hrrn
                    | PolicySpec::Stride { .. }
                    | PolicySpec::Edf
                    | PolicySpec::Rm
                    | PolicySpec::Dm
                    | PolicySpec::Llf { .. }
            ),
            all: vec![policy; usize::from(count)],
            steal,
            balance,
            hot,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether all cores share one queue.
    #[inline]
    pub(super) fn is_global(&self) -> bool {
        self.all.len() == 1
    }

    /// The queue that `core` takes from.
    #[inline]
    pub(super) fn of_core(&self, core: u16) -> u16 {
        if self.is_global() { 0 } else { core }
    }
}

impl Engine<'_> {
    /// Puts a thread that is not in a queue among the ready ones of the queue
    /// that suits it.
    #[inline(always)]
    pub(super) fn enqueue(&mut self, id: u32, why: Arrival) {
        let queue = if self.queues.is_global() {
            0
        } else {
            match why {
                Arrival::New | Arrival::Woken { .. } => self.choose_queue(id),
                _ => self.thread(id).queue,
            }
        };
        self.enqueue_at(id, queue, why);
    }

    #[inline(always)]
    fn enqueue_at(&mut self, id: u32, queue: u16, why: Arrival) {
        let before = std::mem::replace(&mut self.threads[id as usize].queue, queue);
        if before != queue && !matches!(why, Arrival::New | Arrival::Migrated) {
            self.queues.all[usize::from(before)].forget(&mut self.tasks, id, self.now);
            self.replan_policy(before);
        }
        let policy = &mut self.queues.all[usize::from(queue)];
        policy.enqueue(&mut self.tasks, id, why, self.now);
        self.dirty = true;
        self.replan_policy(queue);
    }

    /// Takes a ready thread out of its queue.
    pub(super) fn dequeue(&mut self, id: u32) {
        let queue = self.thread(id).queue;
        let policy = &mut self.queues.all[usize::from(queue)];
        policy.remove(&mut self.tasks, id, self.now);
        self.replan_policy(queue);
    }

    /// Sets the policy's own timer anew, if it has changed.
    #[inline]
    pub(super) fn replan_policy(&mut self, queue: u16) {
        if self.queues.timed {
            self.replan_timed_policy(queue);
        }
    }

    fn replan_timed_policy(&mut self, queue: u16) {
        let policy = &mut self.queues.all[usize::from(queue)];
        if policy.timer_changed() {
            match policy.next_timer() {
                Some(at) => self.set(Owner::Policy(queue), at.max(self.now), class::POLICY),
                None => self.cancel(Owner::Policy(queue)),
            }
        }
    }

    pub(super) fn on_policy(&mut self, queue: u16) {
        for core in self.cores_of(queue) {
            self.settle(core);
        }
        let policy = &mut self.queues.all[usize::from(queue)];
        policy.on_timer(&mut self.tasks, self.now);
        match policy.next_timer() {
            Some(at) => self.set(Owner::Policy(queue), at.max(self.now), class::POLICY),
            None => self.cancel(Owner::Policy(queue)),
        }
        self.dirty = true;
        // A change of levels changes what is left of the running slices.
        for core in 0..self.cores.len() as u16 {
            let slot = &self.cores[usize::from(core)];
            if self.queues.of_core(core) == queue && slot.running != NONE {
                self.plan_slice(core);
            }
        }
    }

    /// The cores that take from a queue.
    pub(super) fn cores_of(&self, queue: u16) -> std::ops::Range<u16> {
        if self.queues.is_global() {
            0..self.cores.len() as u16
        } else {
            queue..queue + 1
        }
    }

    /// The cores a thread may run on.
    pub(super) fn allowed(&self, id: u32) -> CoreSet {
        match self.plan.threads[id as usize].affinity {
            NONE => CoreSet::of_words([u64::MAX; 4]),
            set => CoreSet::of_words(self.plan.affinities[set as usize]),
        }
    }

    /// Its last core if that is idle, else an idle one, else the one with the
    /// shortest queue.
    fn choose_queue(&self, id: u32) -> u16 {
        let allowed = self.allowed(id);
        let last = self.thread(id).core;
        let free = |core: &u16| {
            self.idle.contains(*core) && self.queues.all[usize::from(*core)].len() == 0
        };
        if last != u16::MAX && allowed.contains(last) && free(&last) {
            return last;
        }
        if let Some(idle) = self.idle.intersection(&allowed).find(free) {
            return idle;
        }
        let load = |core: &u16| {
            let running = self.cores[usize::from(*core)].running != NONE;
            let waiting = self.queues.all[usize::from(*core)].len();
            (waiting + usize::from(running), *core != last, *core)
        };
        (0..self.cores.len() as u16)
            .filter(|&core| allowed.contains(core))
            .min_by_key(load)
            .unwrap_or(0)
    }

    /// For an idle `core` whose own queue is empty: moves a thread there from
    /// the longest queue that has one to give. Whether there was one.
    pub(super) fn steal_for(&mut self, core: u16) -> bool {
        let mut again = u64::MAX;
        let mut best: Option<(usize, u16, u32)> = None;
        for victim in 0..self.queues.all.len() as u16 {
            let length = self.queues.all[usize::from(victim)].len();
            if victim == core || length == 0 || best.is_some_and(|(most, ..)| most >= length) {
                continue;
            }
            let policy = &mut self.queues.all[usize::from(victim)];
            let Some(id) = policy.peek(&mut self.tasks, self.now) else {
                continue;
            };
            if !self.allowed(id).contains(core) {
                continue;
            }
            let cold_at = self.cold_at(id);
            if cold_at > self.now {
                again = again.min(cold_at);
                continue;
            }
            best = Some((length, victim, id));
        }
        if let Some((_, _, id)) = best {
            self.counts.steals += 1;
            self.migrate(id, core);
            return true;
        }
        if again != u64::MAX {
            let slot = self.machine_timer;
            if !self.timers.is_set(slot) || self.balance_at() > again {
                self.timers.set(slot, again, class::MACHINE);
            }
        }
        false
    }

    /// When a ready thread is no longer cache-hot.
    fn cold_at(&self, id: u32) -> u64 {
        let thread = self.thread(id);
        if thread.first_run.is_none() || thread.state != State::Ready {
            return 0;
        }
        thread.left_core + self.queues.hot
    }

    fn migrate(&mut self, id: u32, core: u16) {
        self.dequeue(id);
        self.enqueue_at(id, core, Arrival::Migrated);
    }

    pub(super) fn plan_balancing(&mut self) {
        if self.queues.balance > 0 {
            let at = self.balance_at();
            self.timers.set(self.machine_timer, at, class::MACHINE);
        }
    }

    /// The next time queues are to be evened out; `u64::MAX`: never.
    fn balance_at(&self) -> u64 {
        match self.queues.balance {
            0 => u64::MAX,
            period => (self.now / period + 1) * period,
        }
    }

    pub(super) fn on_machine(&mut self) {
        self.dirty = true;
        let period = self.queues.balance;
        if period == 0 {
            return;
        }
        if self.now.is_multiple_of(period) {
            self.balance();
        }
        let at = self.balance_at();
        self.timers.set(self.machine_timer, at, class::MACHINE);
    }

    /// Moves threads from the longest queue to the shortest until they differ
    /// by one at the most.
    fn balance(&mut self) {
        let load = |engine: &Self, core: usize| {
            engine.queues.all[core].len() + usize::from(engine.cores[core].running != NONE)
        };
        for _ in 0..self.threads.len() {
            let cores = 0..self.cores.len();
            let Some(longest) = cores
                .clone()
                .max_by_key(|&c| (load(self, c), usize::MAX - c))
            else {
                return;
            };
            let Some(shortest) = cores.min_by_key(|&c| (load(self, c), c)) else {
                return;
            };
            if load(self, longest) < load(self, shortest) + 2 {
                return;
            }
            let policy = &mut self.queues.all[longest];
            let Some(id) = policy.peek(&mut self.tasks, self.now) else {
                return;
            };
            let to = shortest as u16;
            if !self.allowed(id).contains(to) || self.cold_at(id) > self.now {
                return;
            }
            self.migrate(id, to);
        }
    }
}
