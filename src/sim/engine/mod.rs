//! The engine: takes the next timer that goes off, lets the thread it concerns
//! go on until that needs time, sets the timer for when that will be.
//!
//! An instant has two parts. First everything that happens at it is handled, in
//! the order of [`class`]; then [`Engine::schedule`] gives the cores to threads,
//! so that a choice sees all arrivals of its instant. What the chosen threads do
//! without taking time belongs to the same instant again.
//!
//! A thread goes on only on a core ([`Engine::advance`]), so acquiring the GIL
//! takes a core, as it does in reality; only a waiter's time-out is handled
//! without one, for it is short.

mod channel;
mod dispatch;
mod entity;
mod event_loop;
mod failure;
mod gil;
mod life;
mod line_up;
mod lock;
mod memory;
mod periodic;
mod pool;
mod queues;
mod step;
mod sync;
mod timers;
mod view;
mod wake;
mod warmth;

pub(in crate::sim) use entity::{Core, Process, Thread};
pub use line_up::{OrderKey, QueueView, Queued};
pub use periodic::Job;

use super::gil::Gil;
use super::plan::{NONE, Plan};
use super::policy::{Options, Task};
use super::rng::Chance;
use super::trace::{State, Trace};
use crate::experiment::scenario::{GilSpec, Preemption, Tie};
use crate::experiment::{Ended, Failure};
use channel::Channel;
use entity::CoreSet;
use event_loop::{EventLoop, LoopTask};
pub(in crate::sim) use lock::Deadlock;
use lock::Lock;
use memory::Object;
use pool::{Pool, PoolTask};
use queues::RunQueues;
use sync::{Barrier, Condition, Device, Semaphore};
use timers::Timers;
use warmth::Warmth;

/// Order among timers of the same instant. A thread that finishes at the end of
/// its slice is not preempted first.
mod class {
    pub(super) const CORE_DONE: u8 = 0;
    pub(super) const FAULT: u8 = 1;
    /// The end of a slice, if that goes before arrivals.
    pub(super) const EXPIRED_FIRST: u8 = 2;
    pub(super) const POLICY: u8 = 3;
    pub(super) const ARRIVAL: u8 = 4;
    pub(super) const WAKE: u8 = 5;
    pub(super) const GIL_POLL: u8 = 6;
    pub(super) const WATCHDOG: u8 = 7;
    /// The end of a slice, as a rule.
    pub(super) const SLICE: u8 = 8;
    pub(super) const MACHINE: u8 = 9;
}

/// No run goes on for longer, 146 years: beyond it, times would overflow.
const END_OF_TIME: u64 = u64::MAX / 4;

/// Whom a timer concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// The thread on this core has done something or used up something.
    Core(u16),
    /// The thread begins, or its wait is over.
    Thread(u32),
    /// A round of waiting for this GIL is over.
    Gil(u32),
    /// This run queue's policy wants to act.
    Policy(u16),
    /// Queues are to be evened out, or stealing tried again.
    Machine,
    /// The process begins, or is restarted.
    Process(u32),
    /// This fault is due.
    Fault(u32),
    /// The job of this periodic thread must be done.
    Deadline(u32),
    /// The watchdog's patience with this thread is over.
    Watchdog(u32),
    /// This event-loop task's wait is over.
    LoopTask(u32),
}

/// A run in progress, and after [`Engine::run`] what came of it.
#[derive(Debug, Clone)]
pub(in crate::sim) struct Engine<'a> {
    plan: &'a Plan,
    chance: Chance,
    pub(in crate::sim) now: u64,
    /// Events and ops handled so far.
    pub(in crate::sim) handled: u64,
    timers: Timers,
    owners: Vec<Owner>,
    first_thread_timer: u32,
    first_gil_timer: u32,
    first_policy_timer: u32,
    machine_timer: u32,
    first_process_timer: u32,
    queues: RunQueues,
    tasks: Vec<Task>,
    pub(in crate::sim) threads: Vec<Thread>,
    pub(in crate::sim) processes: Vec<Process>,
    pub(in crate::sim) cores: Vec<Core>,
    warmth: Vec<Warmth>,
    idle: CoreSet,
    /// Busy cores without a planned end of slice: nobody was ready when the
    /// last one passed.
    unsliced: CoreSet,
    /// Someone became ready or a core became free at this instant.
    dirty: bool,
    slice_class: u8,
    tick: u64,
    /// Threads that live or are still to come by themselves.
    unfinished: u64,
    gils: Vec<Gil>,
    locks: Vec<Lock>,
    semaphores: Vec<Semaphore>,
    conditions: Vec<Condition>,
    barriers: Vec<Barrier>,
    channels: Vec<Channel>,
    devices: Vec<Device>,
    objects: Vec<Object>,
    pools: Vec<Pool>,
    pool_tasks: Vec<PoolTask>,
    loops: Vec<EventLoop>,
    loop_tasks: Vec<LoopTask>,
    pub(in crate::sim) failures: Vec<Failure>,
    pub(in crate::sim) deadlocks: Vec<Deadlock>,
    /// Ops after which a thread stays where it is, so that a run without end in
    /// no time can be cut.
    op_limit: u64,
    pub(in crate::sim) jobs: Vec<Job>,
    pub(in crate::sim) counts: Counts,
    pub(in crate::sim) trace: Trace,
    pub(in crate::sim) recording: bool,
}

/// How often things happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::sim) struct Counts {
    pub(in crate::sim) context_switches: u64,
    pub(in crate::sim) process_switches: u64,
    pub(in crate::sim) migrations: u64,
    pub(in crate::sim) steals: u64,
    pub(in crate::sim) preemptions: u64,
    pub(in crate::sim) messages: u64,
    pub(in crate::sim) message_bytes: u64,
    pub(in crate::sim) uses_after_free: u64,
    pub(in crate::sim) refused_kills: u64,
    pub(in crate::sim) restarts: u64,
    pub(in crate::sim) tasks_done: u64,
    pub(in crate::sim) tasks_failed: u64,
    pub(in crate::sim) tasks_lost: u64,
    /// The latest an event-loop task was resumed after it could have been, ns.
    pub(in crate::sim) loop_lateness_ns: u64,
}

/// How a run was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sim) enum Stop {
    /// Nothing is left to happen.
    Over,
    /// The scenario's time is up, or the budget of events.
    Cut,
    /// The instant asked for has been reached; the run can go on.
    Paused,
}

/// What an engine does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Give the cores to threads.
    Schedule,
    /// Handle the timer that goes off at this instant.
    Event(u64),
    /// Nothing is left to happen.
    Over,
}

impl<'a> Engine<'a> {
    pub(in crate::sim) fn new(plan: &'a Plan, recording: bool) -> Self {
        let machine = &plan.machine;
        let tick = match machine.preemption {
            Preemption::HighResolution => 0,
            Preemption::Tick { period } => period.0.max(1),
        };
        let options = Options {
            equal_keys: machine.equal_keys,
            cores: machine.cores,
            tick,
            tie: machine.tie,
            seed: plan.seed,
        };
        let queues = RunQueues::new(machine, options);
        let mut owners: Vec<Owner> = (0..machine.cores).map(Owner::Core).collect();
        let mut block = |more: &mut dyn Iterator<Item = Owner>| {
            let first = owners.len() as u32;
            owners.extend(more);
            first
        };
        let first_thread_timer = block(&mut (0..plan.threads.len() as u32).map(Owner::Thread));
        let (gils, ranges) = make_gils(plan);
        let first_gil_timer = block(&mut (0..gils.len() as u32).map(Owner::Gil));
        let first_policy_timer = block(&mut (0..queues.len() as u16).map(Owner::Policy));
        let machine_timer = block(&mut std::iter::once(Owner::Machine));
        let first_process_timer = block(&mut (0..plan.processes.len() as u32).map(Owner::Process));
        let mut engine = Self {
            chance: Chance::from_seed(plan.seed),
            now: 0,
            handled: 0,
            timers: Timers::new(owners.len()),
            owners,
            first_thread_timer,
            first_gil_timer,
            first_policy_timer,
            machine_timer,
            first_process_timer,
            queues,
            tasks: plan.threads.iter().map(dispatch::task).collect(),
            threads: plan
                .threads
                .iter()
                .map(|thread| Thread::new(thread.process, thread.start))
                .collect(),
            processes: ranges.into_iter().map(life::process).collect(),
            cores: (0..machine.cores).map(|_| Core::default()).collect(),
            warmth: vec![Warmth::default(); usize::from(machine.cores)],
            idle: CoreSet::default(),
            unsliced: CoreSet::default(),
            dirty: false,
            slice_class: match machine.tie {
                Tie::ArrivalFirst => class::SLICE,
                Tie::ExpiredFirst => class::EXPIRED_FIRST,
            },
            tick,
            unfinished: 0,
            gils,
            locks: lock::table(plan),
            semaphores: plan.semaphores.iter().map(|&n| Semaphore::new(n)).collect(),
            conditions: vec![Condition::default(); plan.conditions as usize],
            barriers: vec![Barrier::default(); plan.barriers.len()],
            channels: vec![Channel::default(); plan.channels.len()],
            devices: vec![Device::default(); plan.devices.len()],
            objects: memory::table(plan),
            pools: vec![Pool::default(); plan.pools.len()],
            pool_tasks: Vec::new(),
            loops: Vec::new(),
            loop_tasks: Vec::new(),
            failures: Vec::new(),
            deadlocks: Vec::new(),
            op_limit: u64::MAX,
            jobs: Vec::new(),
            counts: Counts::default(),
            trace: Trace::of_plan(plan),
            recording,
            plan,
        };
        for core in 0..machine.cores {
            engine.idle.insert(core);
        }
        for (index, thread) in plan.threads.iter().enumerate() {
            let process = &engine.processes[thread.process as usize];
            if process.first_gil < process.end_gil {
                let gil = process.first_gil + u32::from(thread.interpreter);
                engine.threads[index].gil = gil.min(process.end_gil - 1);
            }
        }
        engine.count_senders();
        engine.plan_faults();
        engine.plan_balancing();
        for process in 0..plan.processes.len() as u32 {
            if let Some(at) = plan.processes[process as usize].arrival {
                engine.unfinished += 1;
                engine.set(Owner::Process(process), at, class::ARRIVAL);
            }
        }
        engine
    }

    /// Goes on until nothing is left to happen, the budget of events is used
    /// up, or `pause` (an instant all of whose events are then handled) has
    /// passed.
    pub(in crate::sim) fn run(&mut self, max_events: u64, pause: u64) -> Stop {
        let until = self.until();
        let limit = pause.min(until);
        self.op_limit = max_events;
        loop {
            match self.next_step() {
                Step::Schedule => self.schedule(),
                Step::Over => return Stop::Over,
                Step::Event(at) if at > limit => {
                    self.now = limit;
                    return if limit < until {
                        Stop::Paused
                    } else {
                        Stop::Cut
                    };
                }
                Step::Event(_) if self.handled >= max_events => return Stop::Cut,
                Step::Event(_) => self.step_event(),
            }
        }
    }

    /// When the run is cut.
    fn until(&self) -> u64 {
        self.plan.until.min(END_OF_TIME)
    }

    /// What is to be done next.
    #[inline(always)]
    fn next_step(&self) -> Step {
        let next = self.timers.next_at();
        if self.dirty && next.is_none_or(|at| at > self.now) {
            return Step::Schedule;
        }
        match next {
            Some(at) if self.unfinished > 0 && !self.only_policies_are_left() => Step::Event(at),
            _ => Step::Over,
        }
    }

    /// Handles the next timer that goes off.
    #[inline]
    fn step_event(&mut self) {
        let Some((at, slot)) = self.timers.pop() else {
            return;
        };
        self.handled += 1;
        self.now = at;
        // Cores come first; theirs are nearly all of the timers that go off.
        if (slot as usize) < self.cores.len() {
            return self.on_core(slot as u16);
        }
        match self.owners[slot as usize] {
            Owner::Core(core) => self.on_core(core),
            Owner::Thread(thread) => self.on_thread(thread),
            Owner::Gil(gil) => self.on_gil_timeout(gil),
            Owner::Policy(queue) => self.on_policy(queue),
            Owner::Machine => self.on_machine(),
            Owner::Process(process) => self.begin_process(process),
            Owner::Fault(fault) => self.on_fault(fault),
            Owner::Deadline(thread) => self.on_deadline(thread),
            Owner::Watchdog(thread) => self.on_watchdog(thread),
            Owner::LoopTask(task) => self.on_loop_task(task, NONE),
        }
    }

    /// Whether nothing but the policies' and the machine's own timers is set:
    /// they alone bring no thread back, unless it is ready and held up by the
    /// policy.
    #[inline]
    fn only_policies_are_left(&self) -> bool {
        self.timers.len() <= self.queues.len() + 1 && self.only_policies_are_set()
    }

    fn only_policies_are_set(&self) -> bool {
        let machine = usize::from(self.timers.is_set(self.machine_timer));
        let policies = self.timers.len() - machine;
        policies <= self.queues.len()
            && (self.first_policy_timer..self.machine_timer)
                .filter(|&slot| self.timers.is_set(slot))
                .count()
                == policies
            && self.idle_everywhere()
            && self.threads.iter().all(|t| t.state != State::Ready)
    }

    fn idle_everywhere(&self) -> bool {
        self.cores
            .iter()
            .all(|core| core.running == NONE || core.done_at == u64::MAX)
    }

    /// Ends what has not ended; the run is over. `cut`: it was stopped early.
    pub(in crate::sim) fn close(&mut self, cut: bool) {
        if cut {
            self.trace.cut_at = Some(self.now);
        } else {
            self.report_stuck();
        }
        let how = if cut { Ended::Stopped } else { Ended::Stuck };
        for process in 0..self.processes.len() as u32 {
            self.close_holds(process);
            self.processes[process as usize].ending = true;
        }
        for id in 0..self.threads.len() as u32 {
            if self.threads[id as usize].is_alive() {
                let how = self.how_stuck(id).unwrap_or(how);
                self.end_thread(id, how);
            }
        }
        for process in &mut self.processes {
            if process.started.is_some() && process.ended.is_none() {
                process.ended = Some((how, self.now));
            }
        }
        self.trace.end = self.now;
        // A hold that was to go on is recorded only when it did not.
        self.trace.holds.sort_by_key(|hold| hold.end);
    }

    fn slot(&self, owner: Owner) -> u32 {
        match owner {
            Owner::Core(core) => u32::from(core),
            Owner::Thread(thread) => self.first_thread_timer + thread,
            Owner::Gil(gil) => self.first_gil_timer + gil,
            Owner::Policy(queue) => self.first_policy_timer + u32::from(queue),
            Owner::Machine => self.machine_timer,
            Owner::Process(process) => self.first_process_timer + process,
            Owner::Fault(_) | Owner::Deadline(_) | Owner::Watchdog(_) | Owner::LoopTask(_) => {
                unreachable!("these keep the number of their slot themselves")
            }
        }
    }

    fn add_timer(&mut self, owner: Owner) -> u32 {
        self.owners.push(owner);
        self.timers.add_slot()
    }

    fn set(&mut self, owner: Owner, at: u64, class: u8) {
        self.timers.set(self.slot(owner), at, class);
    }

    fn cancel(&mut self, owner: Owner) {
        self.timers.cancel(self.slot(owner));
    }

    /// `base` with its jitter; nothing takes longer than nothing.
    fn latency(&mut self, base: u64) -> u64 {
        if base == 0 {
            return 0;
        }
        base + self.chance.below(self.plan.costs.wake_jitter_ns + 1)
    }

    fn thread(&self, id: u32) -> &Thread {
        &self.threads[id as usize]
    }

    fn thread_mut(&mut self, id: u32) -> &mut Thread {
        &mut self.threads[id as usize]
    }
}

/// All GILs, and for each process the range of its own.
fn make_gils(plan: &Plan) -> (Vec<Gil>, Vec<(u32, u32)>) {
    let mut gils = Vec::new();
    let mut ranges = Vec::with_capacity(plan.processes.len());
    // A waiter wakes up some time after its interval is over.
    let late = plan.costs.wake_latency_ns + plan.costs.wake_jitter_ns / 2;
    for process in &plan.processes {
        let (count, interval) = match process.gil {
            GilSpec::None | GilSpec::FreeThreaded { .. } => (0, 0),
            GilSpec::SwitchInterval { interval, .. } => (1, interval.0),
            // Its waiters never lose patience.
            GilSpec::Tick { .. } => (1, u64::MAX / 4),
            GilSpec::PerInterpreter {
                interpreters,
                interval,
                ..
            } => (interpreters.max(1), interval.0),
        };
        let first = gils.len() as u32;
        gils.extend((0..count).map(|_| Gil::new(interval + late)));
        ranges.push((first, gils.len() as u32));
    }
    (gils, ranges)
}
