//! The engine: takes the next event, lets the thread it concerns go on until
//! that needs time, schedules when that will be.
//!
//! A thread goes on only on a core ([`Engine::advance`]), so acquiring the GIL
//! takes a core, as it does in reality; only a waiter's time-out is handled
//! without one, for it is short.

mod dispatch;
mod entity;
mod failure;
mod gil;

pub(super) use entity::{Core, Process, Thread};

use super::old_event::{Event, EventQueue};
use super::old_gil::Gil;
use super::old_policy::{Arrival, Policy};
use super::old_program::{Op, Plan};
use super::rng::Chance;
use super::trace::{State, ThreadName, Trace};
use crate::experiment::{Costs, Ended, Experiment, Failure};
use std::collections::BTreeSet;

/// A run in progress, and after [`Engine::run`] what came of it.
#[derive(Debug)]
pub(super) struct Engine<'a, P> {
    experiment: &'a Experiment,
    costs: &'a Costs,
    plan: &'a Plan,
    policy: P,
    chance: Chance,
    now: u64,
    events: EventQueue,
    pub(super) threads: Vec<Thread>,
    pub(super) processes: Vec<Process>,
    pub(super) cores: Vec<Core>,
    idle: BTreeSet<u16>,
    /// Busy cores without a scheduled end of slice: nobody was ready when the
    /// last one passed.
    unsliced: BTreeSet<u16>,
    /// Threads that have not ended.
    alive: usize,
    /// For each process, the experiment's faults that concern it and have not
    /// struck yet.
    pending: Vec<Vec<u16>>,
    pub(super) failures: Vec<Failure>,
    pub(super) context_switches: u64,
    pub(super) trace: Trace,
}

impl<'a, P: Policy> Engine<'a, P> {
    pub(super) fn new(
        experiment: &'a Experiment,
        costs: &'a Costs,
        plan: &'a Plan,
        policy: P,
    ) -> Self {
        let threads: Vec<_> = plan
            .threads
            .iter()
            .map(|thread| Thread::new(thread.process, thread.worker))
            .collect();
        let names = plan.threads.iter().map(|thread| ThreadName {
            process: thread.process,
            worker: thread.worker.map(|(_, thread)| thread),
        });
        let mut pending = vec![Vec::new(); plan.processes as usize];
        for (index, fault) in experiment.faults.iter().enumerate() {
            if let Some(faults) = pending.get_mut(usize::from(fault.process) + 1) {
                faults.push(index as u16);
            }
        }
        Self {
            experiment,
            costs,
            plan,
            policy,
            chance: Chance::from_seed(experiment.seed),
            now: 0,
            events: EventQueue::default(),
            processes: (0..plan.processes)
                .map(|process| Process {
                    gil: experiment.gil.then(Gil::default),
                    main: plan.mains[process as usize],
                    threads_end: plan
                        .mains
                        .get(process as usize + 1)
                        .copied()
                        .unwrap_or(threads.len() as u32),
                    joiner: None,
                    units: 0,
                    ready: None,
                    ended: None,
                })
                .collect(),
            cores: (0..experiment.cores).map(|_| Core::default()).collect(),
            idle: (0..experiment.cores).collect(),
            unsliced: BTreeSet::new(),
            alive: threads.len(),
            pending,
            failures: Vec::new(),
            context_switches: 0,
            trace: Trace {
                cores: experiment.cores,
                threads: names.collect(),
                ..Trace::default()
            },
            threads,
        }
    }

    /// Runs to the end of the last thread, or until `max_events` events have
    /// been handled.
    ///
    /// # Panics
    /// If threads are left but nothing is scheduled: no program compiled from
    /// an experiment can deadlock.
    pub(super) fn run(&mut self, max_events: u64) {
        self.schedule_kills();
        self.create(0);
        let mut handled = 0;
        while self.alive > 0 {
            if handled == max_events {
                self.cut();
                break;
            }
            handled += 1;
            let Some(next) = self.events.pop() else {
                unreachable!("{} threads are left, but nothing is scheduled", self.alive);
            };
            self.now = next.at;
            self.handle(next.event, next.token);
        }
        self.trace.end = self.now;
    }

    /// Stops everything that has not ended.
    fn cut(&mut self) {
        self.trace.cut_at = Some(self.now);
        for process in 0..self.processes.len() as u32 {
            self.close_hold(process);
        }
        for id in 0..self.threads.len() as u32 {
            if self.thread(id).ended.is_none() {
                self.end_thread(id, Ended::Stopped);
            }
        }
        for process in 0..self.processes.len() as u32 {
            if self.processes[process as usize].ended.is_none() {
                self.end_process(process, Ended::Stopped);
            }
        }
    }

    fn handle(&mut self, event: Event, token: u32) {
        match event {
            Event::CoreDone { core } => {
                if self.cores[usize::from(core)].token == token {
                    self.on_core_done(core);
                }
            }
            Event::SliceEnd { core } => {
                if self.cores[usize::from(core)].token == token {
                    self.on_slice_end(core);
                }
            }
            Event::Wake { thread } => {
                if self.thread(thread).token == token {
                    self.make_ready(thread, Arrival::Woken);
                }
            }
            Event::GilTimeout { process } => self.on_gil_timeout(process, token),
            Event::GilPoll { thread } => {
                if self.thread(thread).token == token {
                    self.force_switch(thread);
                }
            }
            Event::Watchdog { thread } => self.on_watchdog(thread),
            Event::Kill { fault } => self.on_kill(fault),
        }
    }

    /// Lets a thread that is on a core go on from its next op until it has to
    /// compute, to wait, or ends.
    fn advance(&mut self, id: u32) {
        loop {
            let plan = self.plan;
            let thread = self.thread_mut(id);
            let Some(&op) = plan.threads[id as usize].ops.get(usize::from(thread.pc)) else {
                return self.finish(id, Ended::Completed);
            };
            thread.pc += 1;
            match op {
                Op::Compute(ns) => {
                    (thread.remaining, thread.done, thread.bytecode) = (ns, 0, true);
                    if self.acquire(id) {
                        self.burn(id);
                    }
                    return;
                }
                Op::Native(ns) => {
                    (thread.remaining, thread.done, thread.bytecode) = (ns, 0, false);
                    return self.burn(id);
                }
                Op::Wait(ns) => {
                    self.let_go(id);
                    self.block(id, State::WaitIo);
                    let over = self.now + ns + self.latency(self.costs.wake_latency_ns);
                    return self.wake_at(id, over);
                }
                Op::Ready => {
                    let process = thread.process as usize;
                    self.processes[process].ready = Some(self.now);
                }
                Op::Begin => {
                    if self.strike(id) {
                        return;
                    }
                }
                Op::Unit => {
                    thread.units += 1;
                    let process = thread.process as usize;
                    self.processes[process].units += 1;
                    self.trace.units.push(self.now);
                    if self.strike(id) {
                        return;
                    }
                }
                Op::Repeat { to, times } => {
                    if thread.rounds == 0 {
                        thread.rounds = times;
                    }
                    thread.rounds -= 1;
                    if thread.rounds > 0 {
                        thread.pc = to;
                    }
                }
                Op::StartProcess(process) => self.create(self.processes[process as usize].main),
                Op::StartThread(thread) => self.create(thread),
                Op::JoinThread(other) => {
                    if self.thread(other).ended.is_none() {
                        self.thread_mut(other).joiner = Some(id);
                        return self.wait_for_end(id);
                    }
                }
                Op::JoinProcess(process) => {
                    let process = &mut self.processes[process as usize];
                    if process.ended.is_none() {
                        process.joiner = Some(id);
                        return self.wait_for_end(id);
                    }
                }
            }
        }
    }

    fn wait_for_end(&mut self, id: u32) {
        self.let_go(id);
        self.block(id, State::WaitJoin);
    }

    /// A thread begins to exist, unless its process has ended before it could.
    fn create(&mut self, id: u32) {
        let now = self.now;
        let thread = self.thread_mut(id);
        if thread.ended.is_some() {
            return;
        }
        thread.created = Some(now);
        thread.since = now;
        self.make_ready(id, Arrival::Woken);
    }

    /// A thread that is on a core ends of its own accord.
    fn finish(&mut self, id: u32, how: Ended) {
        self.let_go(id);
        let emptied = self.end_thread(id, how);
        let thread = self.thread(id);
        let (process, joiner) = (thread.process, thread.joiner);
        if let Some(joiner) = joiner {
            self.wake_joiner(joiner);
        }
        if self.processes[process as usize].main == id {
            self.end_process(process, how);
        }
        if let Some(core) = emptied {
            self.fill(core);
        }
    }

    /// Marks a thread as ended. If it was on a core, that core is returned,
    /// empty.
    fn end_thread(&mut self, id: u32, how: Ended) -> Option<u16> {
        let thread = self.thread(id);
        let on_core = (thread.state == State::Running).then_some(thread.core);
        match thread.state {
            State::Running => self.leave_core(id),
            State::Ready => self.policy.remove(id),
            _ => {}
        }
        self.enter(id, State::Ended);
        let now = self.now;
        self.thread_mut(id).ended = Some((how, now));
        self.alive -= 1;
        on_core
    }

    /// Marks a process as ended; its threads have ended already.
    fn end_process(&mut self, id: u32, how: Ended) {
        let process = &mut self.processes[id as usize];
        process.ended = Some((how, self.now));
        if let Some(joiner) = process.joiner {
            self.wake_joiner(joiner);
        }
    }

    fn wake_joiner(&mut self, joiner: u32) {
        if self.thread(joiner).state == State::WaitJoin {
            let at = self.now + self.latency(self.costs.wake_latency_ns);
            self.wake_at(joiner, at);
        }
    }

    fn wake_at(&mut self, id: u32, at: u64) {
        let token = self.thread(id).token;
        self.events.push(at, token, Event::Wake { thread: id });
    }

    /// `base` with its jitter; nothing takes longer than nothing.
    fn latency(&mut self, base: u64) -> u64 {
        if base == 0 {
            return 0;
        }
        base + self.chance.below(self.costs.wake_jitter_ns + 1)
    }

    fn thread(&self, id: u32) -> &Thread {
        &self.threads[id as usize]
    }

    fn thread_mut(&mut self, id: u32) -> &mut Thread {
        &mut self.threads[id as usize]
    }
}

#[cfg(test)]
mod tests;
