//! A small engine for the policies' tests: jobs that compute and do I/O, on
//! cores that switch for free.
//!
//! The events of one instant come in this order: completions, slice ends (if
//! those go before arrivals), the policy's timer, arrivals, wake-ups, slice
//! ends (otherwise). Only then are cores given out.

use super::{AnyPolicy, Arrival, Options, Policy, Task};
use crate::experiment::scenario::{OrderBy, PolicySpec, Tie};
use std::collections::VecDeque;

/// A job of a test; one unit of time is 1 ns.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) arrival: u64,
    pub(super) burst: u64,
    /// I/O each time it has run for so long; 0: none.
    pub(super) io_every: u64,
    pub(super) io_time: u64,
    pub(super) priority: i32,
    pub(super) tickets: u32,
    pub(super) deadline: u64,
    pub(super) relative_deadline: u64,
    pub(super) period: u64,
}

impl Job {
    pub(super) fn new(arrival: u64, burst: u64) -> Self {
        Self {
            arrival,
            burst,
            io_every: 0,
            io_time: 0,
            priority: 0,
            tickets: 1,
            deadline: u64::MAX,
            relative_deadline: u64::MAX,
            period: u64::MAX,
        }
    }

    pub(super) fn io(mut self, every: u64, time: u64) -> Self {
        (self.io_every, self.io_time) = (every, time);
        self
    }

    pub(super) fn priority(mut self, priority: i32) -> Self {
        self.priority = priority;
        self
    }

    pub(super) fn tickets(mut self, tickets: u32) -> Self {
        self.tickets = tickets;
        self
    }

    pub(super) fn deadline(mut self, deadline: u64) -> Self {
        self.deadline = deadline;
        self
    }

    pub(super) fn relative_deadline(mut self, deadline: u64) -> Self {
        self.relative_deadline = deadline;
        self
    }

    pub(super) fn period(mut self, period: u64) -> Self {
        self.period = period;
        self
    }

    /// How long it runs until its next I/O or its end.
    fn next_burst(&self, ran: u64) -> u64 {
        let left = self.burst - ran;
        if self.io_every == 0 {
            left
        } else {
            left.min(self.io_every - ran % self.io_every)
        }
    }
}

/// What a run is made on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    pub(super) cores: u16,
    pub(super) tie: Tie,
    pub(super) equal_keys: OrderBy,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            cores: 1,
            tie: Tie::ArrivalFirst,
            equal_keys: OrderBy::Queue,
        }
    }
}

impl Setting {
    pub(super) fn options(self) -> Options {
        Options {
            equal_keys: self.equal_keys,
            cores: self.cores,
            tick: 0,
            seed: 1,
        }
    }
}

/// A stretch of running: job, from, to.
type Stretch = (u32, u64, u64);

/// How it went.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) first_run: Vec<u64>,
    pub(super) done: Vec<u64>,
    /// For each core.
    pub(super) stretches: Vec<Vec<Stretch>>,
    /// Core time that was left empty while threads were ready.
    pub(super) wasted: u64,
}

impl Run {
    /// One line for each core: jobs by letter and from when to when they ran.
    pub(super) fn text(&self) -> String {
        let stretch = |&(job, from, to): &Stretch| {
            let letter = char::from(b'A' + job as u8);
            format!("{letter} {from}-{to}")
        };
        let core = |stretches: &Vec<_>| {
            let stretches: Vec<_> = stretches.iter().map(stretch).collect();
            stretches.join("  ")
        };
        let cores: Vec<_> = self.stretches.iter().map(core).collect();
        cores.join("\n")
    }
}

#[derive(Debug, Clone, Copy)]
struct Running {
    thread: u32,
    slice_end: Option<u64>,
}

struct Driver<'a> {
    jobs: &'a [Job],
    policy: AnyPolicy,
    tasks: Vec<Task>,
    cores: Vec<Option<Running>>,
    /// When who arrives, in order.
    arrivals: VecDeque<(u64, u32)>,
    /// I/O under way: when it is over, in the order of issue, and whose it is.
    io: Vec<(u64, u32)>,
    timer: Option<u64>,
    now: u64,
    run: Run,
}

/// Runs `jobs` to their end.
pub(super) fn drive(spec: &PolicySpec, jobs: &[Job], setting: Setting) -> Run {
    let cores = usize::from(setting.cores);
    let mut arrivals: Vec<_> = (0..)
        .zip(jobs)
        .map(|(thread, job)| (job.arrival, thread))
        .collect();
    arrivals.sort_unstable();
    let mut driver = Driver {
        jobs,
        policy: AnyPolicy::new(spec, setting.options()),
        tasks: jobs.iter().map(task).collect(),
        cores: vec![None; cores],
        arrivals: arrivals.into(),
        io: Vec::new(),
        timer: None,
        now: 0,
        run: Run {
            first_run: vec![u64::MAX; jobs.len()],
            done: vec![u64::MAX; jobs.len()],
            stretches: vec![Vec::new(); cores],
            wasted: 0,
        },
    };
    while let Some(next) = driver.next_event() {
        driver.advance(next);
        driver.complete();
        if setting.tie == Tie::ExpiredFirst {
            driver.end_slices();
        }
        driver.act_on_timer();
        driver.arrive();
        driver.wake();
        if setting.tie == Tie::ArrivalFirst {
            driver.end_slices();
        }
        driver.dispatch();
    }
    driver.run
}

/// What the policies are told of a job.
pub(super) fn task(job: &Job) -> Task {
    Task {
        base_priority: job.priority,
        priority: job.priority,
        tickets: job.tickets,
        deadline: job.deadline,
        relative_deadline: job.relative_deadline,
        period: job.period,
        burst: job.next_burst(0),
        burst_left: job.next_burst(0),
        ..Task::default()
    }
}

impl Driver<'_> {
    fn next_event(&self) -> Option<u64> {
        let running = || self.cores.iter().flatten();
        let ends =
            running().map(|running| self.now + self.tasks[running.thread as usize].burst_left);
        let slices = running().filter_map(|running| running.slice_end);
        let arrival = self.arrivals.front().map(|&(at, _)| at);
        let wakes = self.io.iter().map(|&(at, _)| at);
        let next = (ends.chain(slices).chain(wakes))
            .chain(arrival)
            .chain(self.timer)
            .min();
        assert!(
            next.is_some() || self.policy.len() == 0,
            "somebody waits for ever"
        );
        next
    }

    /// Lets time pass and charges everyone who runs.
    fn advance(&mut self, next: u64) {
        let ran = next - self.now;
        let idle = self.cores.iter().filter(|core| core.is_none()).count();
        self.run.wasted += ran * idle.min(self.policy.len()) as u64;
        self.now = next;
        for core in 0..self.cores.len() {
            let Some(Running { thread, .. }) = self.cores[core] else {
                continue;
            };
            let task = &mut self.tasks[thread as usize];
            task.burst_left -= ran;
            task.ran += ran;
            let stretches = &mut self.run.stretches[core];
            match stretches.last_mut() {
                Some((last, _, to)) if *last == thread && *to + ran == next => *to = next,
                _ if ran > 0 => stretches.push((thread, next - ran, next)),
                _ => {}
            }
            self.policy.charge(&mut self.tasks, thread, ran, next);
        }
    }

    fn complete(&mut self) {
        for core in 0..self.cores.len() {
            let Some(Running { thread, .. }) = self.cores[core] else {
                continue;
            };
            let index = thread as usize;
            if self.tasks[index].burst_left > 0 {
                continue;
            }
            self.cores[core] = None;
            self.policy.block(&mut self.tasks, thread, self.now);
            let job = &self.jobs[index];
            if self.tasks[index].ran == job.burst {
                self.run.done[index] = self.now;
            } else {
                self.io.push((self.now + job.io_time, thread));
            }
        }
    }

    fn end_slices(&mut self) {
        for core in 0..self.cores.len() {
            let Some(Running { thread, slice_end }) = self.cores[core] else {
                continue;
            };
            if slice_end.is_some_and(|end| end <= self.now)
                && self.policy.expire(&mut self.tasks, thread, self.now)
            {
                self.cores[core] = None;
                self.enqueue(thread, Arrival::Expired);
            }
        }
    }

    fn act_on_timer(&mut self) {
        if self.timer.is_some_and(|at| at <= self.now) {
            self.policy.on_timer(&mut self.tasks, self.now);
            self.timer = self.policy.next_timer();
        }
    }

    fn arrive(&mut self) {
        while let Some(&(at, thread)) = self.arrivals.front()
            && at <= self.now
        {
            self.arrivals.pop_front();
            self.tasks[thread as usize].ready_since = self.now;
            self.enqueue(thread, Arrival::New);
        }
    }

    fn wake(&mut self) {
        let now = self.now;
        let due: Vec<_> = self.io.extract_if(.., |&mut (at, _)| at <= now).collect();
        for (_, thread) in due {
            let task = &mut self.tasks[thread as usize];
            task.burst = self.jobs[thread as usize].next_burst(task.ran);
            task.burst_left = task.burst;
            task.ready_since = now;
            self.enqueue(thread, Arrival::Woken { io: true });
        }
    }

    fn enqueue(&mut self, thread: u32, why: Arrival) {
        (self.policy).enqueue(&mut self.tasks, thread, why, self.now);
    }

    fn dispatch(&mut self) {
        while let Some(core) = self.cores.iter().position(Option::is_none)
            && self.pick(core)
        {}
        while self.policy.is_preemptive()
            && let Some(ready) = self.policy.peek(&mut self.tasks, self.now)
            && let Some((core, running)) = self.worst()
            && (self.policy).preempts(&self.tasks, ready, running, self.now)
        {
            self.enqueue(running, Arrival::Preempted);
            assert!(self.pick(core), "the preempting thread is ready");
            assert_eq!(self.cores[core].map(|now| now.thread), Some(ready));
        }
        let ask = self.policy.slices_alone() || self.policy.len() > 0;
        for running in self.cores.iter_mut().flatten() {
            let slice = (self.policy).slice(&self.tasks, running.thread, self.now);
            running.slice_end = slice.filter(|_| ask).map(|slice| self.now + slice);
            assert_ne!(slice, Some(0), "a slice takes time");
        }
        if self.policy.timer_changed() {
            self.timer = self.policy.next_timer();
        }
    }

    fn pick(&mut self, core: usize) -> bool {
        let Some(thread) = self.policy.pick(&mut self.tasks, self.now) else {
            return false;
        };
        let first = &mut self.run.first_run[thread as usize];
        *first = (*first).min(self.now);
        self.cores[core] = Some(Running {
            thread,
            slice_end: None,
        });
        true
    }

    /// The running thread that is best preempted, and its core.
    fn worst(&self) -> Option<(usize, u32)> {
        let running = self.cores.iter().enumerate();
        running
            .filter_map(|(core, running)| Some((core, running.as_ref()?.thread)))
            .reduce(|worst, other| {
                let is_worse = (self.policy).preempts(&self.tasks, worst.1, other.1, self.now);
                if is_worse { other } else { worst }
            })
    }
}
