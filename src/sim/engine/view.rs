//! A look at a run in progress, for those who go back and forth in it.

use super::entity::Wait;
use super::lock::GHOST;
use super::{Engine, Gil, NONE, Step, Stop};
use crate::sim::plan::Plan;
use crate::sim::rewind::{Awaited, GilView, HeapView, LockView, ThreadView, View};
use crate::sim::trace::State;

impl Engine<'_> {
    /// The engine as it is, without what it has recorded.
    pub(in crate::sim) fn snapshot(&mut self) -> Engine<'static> {
        let trace = std::mem::take(&mut self.trace);
        let copy = Engine {
            recording: false,
            ..self.clone()
        };
        self.trace = trace;
        copy.with_plan(Plan::none())
    }

    /// The same run with another plan to look into, which must be equal to the
    /// one it began with whenever the run goes on.
    pub(in crate::sim) fn with_plan(self, plan: &Plan) -> Engine<'_> {
        Engine {
            plan,
            chance: self.chance,
            now: self.now,
            handled: self.handled,
            timers: self.timers,
            owners: self.owners,
            first_thread_timer: self.first_thread_timer,
            first_gil_timer: self.first_gil_timer,
            first_policy_timer: self.first_policy_timer,
            machine_timer: self.machine_timer,
            first_process_timer: self.first_process_timer,
            queues: self.queues,
            tasks: self.tasks,
            threads: self.threads,
            processes: self.processes,
            cores: self.cores,
            warmth: self.warmth,
            idle: self.idle,
            unsliced: self.unsliced,
            dirty: self.dirty,
            slice_class: self.slice_class,
            tick: self.tick,
            unfinished: self.unfinished,
            gils: self.gils,
            locks: self.locks,
            semaphores: self.semaphores,
            conditions: self.conditions,
            barriers: self.barriers,
            channels: self.channels,
            devices: self.devices,
            objects: self.objects,
            pools: self.pools,
            pool_tasks: self.pool_tasks,
            loops: self.loops,
            loop_tasks: self.loop_tasks,
            failures: self.failures,
            deadlocks: self.deadlocks,
            op_limit: self.op_limit,
            jobs: self.jobs,
            counts: self.counts,
            trace: self.trace,
            recording: self.recording,
        }
    }

    /// About how many bytes a snapshot takes.
    pub(in crate::sim) fn footprint(&self) -> usize {
        let tables = [
            size_of_val(&*self.owners) * 3,
            size_of_val(&*self.tasks),
            size_of_val(&*self.threads),
            size_of_val(&*self.processes),
            size_of_val(&*self.cores) * 2,
            size_of_val(&*self.gils) * 2,
            size_of_val(&*self.locks),
            size_of_val(&*self.channels),
            size_of_val(&*self.objects),
            size_of_val(&*self.pool_tasks),
            size_of_val(&*self.loops),
            size_of_val(&*self.loop_tasks),
            size_of_val(&*self.failures),
            size_of_val(&*self.jobs),
        ];
        // Ready threads, waiters, timers: about as many as there are threads.
        let queues = self.threads.len() * 32;
        size_of::<Self>() + tables.iter().sum::<usize>() + queues
    }

    /// One step of [`Engine::run`]: an event, or a decision who runs. `None`:
    /// done; else why there is no step left.
    pub(in crate::sim) fn step(&mut self, max_events: u64) -> Option<Stop> {
        self.op_limit = max_events;
        match self.next_step() {
            Step::Schedule => self.schedule(),
            Step::Over => return Some(Stop::Over),
            Step::Event(at) if at > self.until() => {
                self.now = self.until();
                return Some(Stop::Cut);
            }
            Step::Event(_) if self.handled >= max_events => return Some(Stop::Cut),
            Step::Event(_) => self.step_event(),
        }
        None
    }

    /// When the next step is, if there is one.
    pub(in crate::sim) fn next_at(&self, max_events: u64) -> Option<u64> {
        match self.next_step() {
            Step::Schedule => Some(self.now),
            Step::Event(at) if at <= self.until() && self.handled < max_events => Some(at),
            Step::Event(_) | Step::Over => None,
        }
    }

    /// What can be seen at `at`, an instant before the next step.
    pub(in crate::sim) fn view(&self, at: u64, event: u64, next: Option<u64>) -> View {
        let processes = self.processes.iter().zip(0..);
        let gils = processes.flat_map(|(state, process)| {
            let gils = &self.gils[state.first_gil as usize..state.end_gil as usize];
            gils.iter().map(move |gil: &Gil| GilView {
                process,
                holder: gil.holder.map(|(holder, _)| holder),
                asked: gil.drop_request,
            })
        });
        let locks = self.locks.iter().enumerate();
        let count = self.plan.locks.len();
        let lock = |(number, lock): (usize, &super::Lock)| {
            let block = number / count;
            let shared = self.plan.locks[lock.plan as usize].shared;
            (shared == (block == 0)).then(|| LockView {
                lock: lock.plan,
                process: (block > 0).then(|| block as u32 - 1),
                owner: (lock.owner < GHOST).then_some(lock.owner),
                taken: lock.owner != NONE,
                waiters: lock.waiters.iter().copied().collect(),
            })
        };
        let counts = self.counts;
        View {
            at,
            event,
            next,
            threads: (0..self.threads.len() as u32)
                .map(|id| self.thread_view(id, at))
                .collect(),
            cores: self
                .cores
                .iter()
                .map(|core| (core.running != NONE).then_some(core.running))
                .collect(),
            ready: self
                .queues
                .all
                .iter()
                .map(|queue| crate::sim::policy::Policy::len(queue) as u32)
                .collect(),
            queues: self.line_up(at),
            gils: gils.collect(),
            locks: locks.filter_map(lock).collect(),
            objects: crate::sim::run::objects(self, self.plan),
            heaps: (0..self.processes.len()).map(|p| self.heap(p)).collect(),
            failures: self.failures.len(),
            units: self.threads.iter().map(|t| u64::from(t.units)).sum(),
            messages: counts.messages,
            context_switches: counts.context_switches,
            preemptions: counts.preemptions,
            migrations: counts.migrations,
        }
    }

    fn heap(&self, process: usize) -> HeapView {
        let objects = 0..self.plan.objects.len() as u32;
        HeapView {
            bytes: self.processes[process].heap_bytes,
            leaked: self.processes[process].leaked_bytes + self.leaked_objects(process as u32),
            damaged: objects
                .filter(|&object| self.object(process as u32, object).is_damaged())
                .collect(),
        }
    }

    fn thread_view(&self, id: u32, at: u64) -> ThreadView {
        let thread = self.thread(id);
        let start = self.plan.threads[id as usize].start;
        let mut time_in = thread.time_in;
        if thread.state != State::New && thread.state != State::Ended {
            time_in[thread.state as usize] += at - thread.since;
        }
        ThreadView {
            state: thread.state,
            core: (thread.core != u16::MAX).then_some(thread.core),
            since: thread.since,
            waits_for: self.awaited(id),
            op: thread.context.pc.wrapping_sub(start),
            register: thread.context.register,
            priority: self.tasks[id as usize].priority,
            units: thread.units,
            time_in,
            ended: thread.ended.map(|(how, _)| how),
        }
    }

    fn awaited(&self, id: u32) -> Option<Awaited> {
        let thread = self.thread(id);
        if thread.state == State::WaitGil {
            return Some(Awaited::Gil);
        }
        Some(match thread.wait {
            Wait::Nothing => return None,
            Wait::Lock(lock) => Awaited::Lock(self.locks[lock as usize].plan),
            Wait::Semaphore(semaphore) => Awaited::Semaphore(semaphore),
            Wait::Condition { condition, .. } => Awaited::Condition(condition),
            Wait::Barrier(barrier) => Awaited::Barrier(barrier),
            Wait::Send { channel, .. } => Awaited::Room(channel),
            Wait::Receive(channel) => Awaited::Message(channel),
            Wait::Device(device) => Awaited::Device(device),
            Wait::Thread(thread) => Awaited::Thread(thread),
            Wait::Process(process) => Awaited::Process(process),
            Wait::Loop => Awaited::LoopTask,
            Wait::Gather(pool) => Awaited::Results(pool),
            Wait::Task(pool) => Awaited::Task(pool),
            Wait::Release => Awaited::Release,
        })
    }
}
