//! A small engine for the tests of Linux's classes: threads that run and sleep
//! on cores that share one queue, without costs.

use super::linux::Linux;
use super::{Arrival, Options, Policy, Task};
use crate::experiment::scenario::{Class, OrderBy, PolicySpec, Tie};

pub(super) const MS: u64 = 1_000_000;
pub(super) const FOREVER: u64 = u64::MAX / 4;

/// What a test's thread does next, ns.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Run(u64),
    Sleep(u64),
    Yield,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Unborn(u64),
    Ready,
    Running(usize),
    Asleep(u64),
    Ended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) core: usize,
    pub(super) thread: u32,
    pub(super) from: u64,
    pub(super) to: u64,
}

#[derive(Debug, Clone, Copy)]
struct Core {
    thread: Option<u32>,
    began: u64,
    charged: u64,
    slice_end: Option<u64>,
}

pub(super) struct Drive {
    pub(super) policy: Linux,
    pub(super) tasks: Vec<Task>,
    pub(super) states: Vec<State>,
    pub(super) spans: Vec<Span>,
    pub(super) now: u64,
    /// Called after every instant.
    pub(super) check: fn(&mut Drive),
    programs: Vec<(Vec<Step>, usize)>,
    cores: Vec<Core>,
    tick: u64,
    pub(super) expired_first: bool,
    changes: Vec<(u64, u32, i32)>,
}

impl Drive {
    pub(super) fn new(spec: PolicySpec, cores: u16, tick: u64) -> Self {
        Self::ordered(spec, cores, tick, OrderBy::Queue)
    }

    pub(super) fn ordered(spec: PolicySpec, cores: u16, tick: u64, equal_keys: OrderBy) -> Self {
        let options = Options {
            equal_keys,
            cores,
            tick,
            tie: Tie::ArrivalFirst,
            seed: 0,
        };
        let core = Core {
            thread: None,
            began: 0,
            charged: 0,
            slice_end: None,
        };
        Self {
            policy: Linux::new(&spec, options),
            tasks: Vec::new(),
            states: Vec::new(),
            spans: Vec::new(),
            now: 0,
            check: |_| (),
            programs: Vec::new(),
            cores: vec![core; usize::from(cores)],
            tick,
            expired_first: false,
            changes: Vec::new(),
        }
    }

    /// Adds a thread that begins at `at` and goes through `steps` again and
    /// again; after the last `Run(FOREVER)` it never gets further.
    pub(super) fn thread(&mut self, task: Task, at: u64, steps: &[Step]) -> u32 {
        self.tasks.push(task);
        self.states.push(State::Unborn(at));
        self.programs.push((steps.to_vec(), 0));
        self.tasks.len() as u32 - 1
    }

    pub(super) fn hog(&mut self, task: Task) -> u32 {
        self.thread(task, 0, &[Step::Run(FOREVER)])
    }

    /// Sets a thread's effective priority at `at`, as a lock would.
    pub(super) fn lend(&mut self, at: u64, thread: u32, priority: i32) {
        self.changes.push((at, thread, priority));
    }

    pub(super) fn cores(&self) -> usize {
        self.cores.len()
    }

    /// What `thread` has run up to now, ns.
    pub(super) fn ran(&self, thread: u32) -> u64 {
        self.spans
            .iter()
            .filter(|span| span.thread == thread)
            .map(|span| span.to - span.from)
            .sum()
    }

    /// The spans as a table, ms.
    pub(super) fn table(&self) -> String {
        let mut table = String::new();
        for span in &self.spans {
            let ms = |ns: u64| format!("{}.{:03}", ns / MS, ns % MS / 1000);
            table.push_str(&format!(
                "{:<9} {:<9} core {} {}\n",
                ms(span.from),
                ms(span.to),
                span.core,
                (b'A' + span.thread as u8) as char,
            ));
        }
        table
    }

    pub(super) fn run(&mut self, until: u64) -> &mut Self {
        while let Some(next) = self.next_event().filter(|&at| at < until) {
            assert!(next >= self.now, "time goes on");
            self.now = next;
            self.instant();
            (self.check)(self);
        }
        self.now = until;
        for core in 0..self.cores.len() {
            self.charge(core);
            self.record(core);
            self.cores[core].began = until;
        }
        self
    }

    fn next_event(&self) -> Option<u64> {
        let births = self.states.iter().filter_map(|state| match state {
            State::Unborn(at) | State::Asleep(at) => Some(*at),
            _ => None,
        });
        let cores = self.cores.iter().filter_map(|core| {
            let left = self.tasks[core.thread? as usize].burst_left;
            let done = core.charged.saturating_add(left);
            Some(core.slice_end.map_or(done, |end| end.min(done)))
        });
        let changes = self.changes.iter().map(|&(at, ..)| at);
        births
            .chain(cores)
            .chain(changes)
            .chain(self.policy.next_timer())
            .min()
    }

    fn instant(&mut self) {
        for core in 0..self.cores.len() {
            self.complete(core);
        }
        if self.expired_first {
            self.expire();
        }
        if self.policy.next_timer() == Some(self.now) {
            self.charge_all();
            self.policy.on_timer(&mut self.tasks, self.now);
            assert!(self.policy.timer_changed());
        }
        self.arrive();
        self.change();
        if !self.expired_first {
            self.expire();
        }
        self.dispatch();
        for core in 0..self.cores.len() {
            self.set_slice(core);
        }
    }

    fn charge(&mut self, core: usize) {
        let Some(thread) = self.cores[core].thread else {
            return;
        };
        let ran = self.now - self.cores[core].charged;
        self.cores[core].charged = self.now;
        let task = &mut self.tasks[thread as usize];
        task.ran += ran;
        task.burst_left -= ran;
        self.policy.charge(&mut self.tasks, thread, ran, self.now);
    }

    fn charge_all(&mut self) {
        for core in 0..self.cores.len() {
            self.charge(core);
        }
    }

    fn record(&mut self, core: usize) {
        let Core { thread, began, .. } = self.cores[core];
        let Some(thread) = thread else { return };
        if began == self.now {
            return;
        }
        let to = self.now;
        let last = self.spans.iter_mut().rfind(|span| span.core == core);
        match last {
            Some(span) if span.thread == thread && span.to == began => span.to = to,
            _ => self.spans.push(Span {
                core,
                thread,
                from: began,
                to,
            }),
        }
    }

    /// Takes the running thread off its core.
    fn vacate(&mut self, core: usize) -> u32 {
        self.charge(core);
        self.record(core);
        self.cores[core].slice_end = None;
        self.cores[core].thread.take().expect("somebody runs")
    }

    fn complete(&mut self, core: usize) {
        let Some(thread) = self.cores[core].thread else {
            return;
        };
        let left = self.tasks[thread as usize].burst_left;
        if self.cores[core].charged.saturating_add(left) != self.now {
            return;
        }
        self.charge(core);
        match self.next_step(thread) {
            Some(Step::Run(ns)) => self.tasks[thread as usize].burst_left = ns,
            Some(Step::Sleep(ns)) => {
                self.vacate(core);
                self.policy.block(&mut self.tasks, thread, self.now);
                self.states[thread as usize] = State::Asleep(self.now + ns);
            }
            Some(Step::Yield) => {
                self.vacate(core);
                self.begin_burst(thread);
                self.states[thread as usize] = State::Ready;
                self.policy
                    .enqueue(&mut self.tasks, thread, Arrival::Yielded, self.now);
            }
            None => {
                self.vacate(core);
                self.policy.block(&mut self.tasks, thread, self.now);
                self.policy.forget(&mut self.tasks, thread, self.now);
                self.states[thread as usize] = State::Ended;
            }
        }
    }

    fn next_step(&mut self, thread: u32) -> Option<Step> {
        let (steps, at) = &mut self.programs[thread as usize];
        let step = steps.get(*at % steps.len().max(1)).copied();
        *at += 1;
        step
    }

    fn begin_burst(&mut self, thread: u32) {
        match self.next_step(thread) {
            Some(Step::Run(ns)) => self.tasks[thread as usize].burst_left = ns,
            other => panic!("a burst must follow, not {other:?}"),
        }
    }

    fn arrive(&mut self) {
        for thread in 0..self.tasks.len() as u32 {
            let why = match self.states[thread as usize] {
                State::Unborn(at) if at == self.now => Arrival::New,
                State::Asleep(at) if at == self.now => Arrival::Woken { io: true },
                _ => continue,
            };
            self.begin_burst(thread);
            self.tasks[thread as usize].ready_since = self.now;
            self.states[thread as usize] = State::Ready;
            self.policy.enqueue(&mut self.tasks, thread, why, self.now);
        }
    }

    fn change(&mut self) {
        let now = self.now;
        let due: Vec<_> = self
            .changes
            .extract_if(.., |&mut (at, ..)| at == now)
            .collect();
        for (_, thread, priority) in due {
            match self.states[thread as usize] {
                State::Ready => {
                    self.policy.remove(&mut self.tasks, thread, now);
                    self.tasks[thread as usize].priority = priority;
                    self.policy
                        .enqueue(&mut self.tasks, thread, Arrival::Reprioritised, now);
                }
                State::Running(core) => {
                    self.charge(core);
                    self.tasks[thread as usize].priority = priority;
                }
                _ => self.tasks[thread as usize].priority = priority,
            }
        }
    }

    fn expire(&mut self) {
        for core in 0..self.cores.len() {
            if self.cores[core].slice_end != Some(self.now) {
                continue;
            }
            self.cores[core].slice_end = None;
            if self.policy.len() == 0 && !self.policy.slices_alone() {
                continue;
            }
            self.charge(core);
            let thread = self.cores[core].thread.expect("whose slice ends runs");
            if self.policy.expire(&mut self.tasks, thread, self.now) {
                self.vacate(core);
                self.states[thread as usize] = State::Ready;
                self.policy
                    .enqueue(&mut self.tasks, thread, Arrival::Expired, self.now);
            }
        }
    }

    fn start(&mut self, core: usize) -> Option<u32> {
        let thread = self.policy.pick(&mut self.tasks, self.now)?;
        assert_eq!(self.states[thread as usize], State::Ready);
        self.states[thread as usize] = State::Running(core);
        self.cores[core] = Core {
            thread: Some(thread),
            began: self.now,
            charged: self.now,
            slice_end: None,
        };
        Some(thread)
    }

    fn dispatch(&mut self) {
        for core in 0..self.cores.len() {
            if self.cores[core].thread.is_none() && self.start(core).is_none() {
                return;
            }
        }
        while let Some(ready) = self.policy.peek(&mut self.tasks, self.now) {
            self.charge_all();
            let runs = |core: usize| self.cores[core].thread.expect("all cores are busy");
            let preempts = |a, b| self.policy.preempts(&self.tasks, a, b, self.now);
            let worst = (0..self.cores.len())
                .reduce(|a, b| if preempts(runs(a), runs(b)) { b } else { a })
                .expect("there is a core");
            if !preempts(ready, runs(worst)) {
                break;
            }
            let thread = self.vacate(worst);
            self.states[thread as usize] = State::Ready;
            self.policy
                .enqueue(&mut self.tasks, thread, Arrival::Preempted, self.now);
            assert_eq!(self.start(worst), Some(ready), "who preempts is picked");
        }
    }

    fn set_slice(&mut self, core: usize) {
        let Some(thread) = self.cores[core].thread else {
            return;
        };
        if self.cores[core].slice_end.is_some()
            || self.policy.len() == 0 && !self.policy.slices_alone()
        {
            return;
        }
        self.charge(core);
        if let Some(slice) = self.policy.slice(&self.tasks, thread, self.now) {
            let end = self.now + slice;
            let end = if self.tick == 0 {
                end
            } else {
                end.next_multiple_of(self.tick)
            };
            self.cores[core].slice_end = Some(end);
        }
    }
}

/// A thread with a nice value.
pub(super) fn nice(nice: i8) -> Task {
    Task {
        nice,
        ..Task::default()
    }
}

/// A thread of a class, with a priority.
pub(super) fn of_class(class: Class, priority: i32) -> Task {
    Task {
        class,
        priority,
        base_priority: priority,
        ..Task::default()
    }
}

/// A constant bandwidth server.
pub(super) fn server(runtime: u64, period: u64) -> Task {
    Task {
        class: Class::Deadline,
        runtime,
        period,
        relative_deadline: period,
        ..Task::default()
    }
}
