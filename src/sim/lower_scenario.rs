//! Compiles a scenario to a plan.
//!
//! The scenario has been validated: every name is known. Costs that a step
//! brings with it (starting, packing, one instruction) become ops of their own
//! before or after it.

use super::plan::{
    ChannelPlan, FaultPlan, LockPlan, NONE, ObjectPlan, Op, PeriodicPlan, Plan, PoolPlan,
    ProcessPlan, Submission, ThreadPlan, When,
};
use super::rng::Chance;
use crate::experiment::scenario::{
    Class, CostsSpec, GilSpec, InjectedFault, InjectedKind, InjectedWhen, PolicySpec, PoolKind,
    PoolSpec, ProcessSpec, Program, Scenario, StartMethod, Step, ThreadSpec, Transport,
};
use crate::experiment::{Costs, Profile};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

const MIB: u128 = 1024 * 1024;
/// No op computes for longer; no run lasts that long.
const LONGEST_NS: u64 = u64::MAX / 4;

/// The plan of a valid scenario.
pub(super) fn scenario(scenario: &Scenario) -> Plan {
    let costs = match scenario.costs {
        CostsSpec::Costs(costs) => costs,
        CostsSpec::Profile(Profile::CPythonLinux) => Costs::CPYTHON_LINUX,
        CostsSpec::Profile(Profile::Ideal | Profile::ThisBrowser) => Costs::IDEAL,
    };
    let mut lowering = Lowering::new(scenario, costs);
    lowering.number_threads();
    lowering.add_processes();
    lowering.add_pools();
    lowering.add_faults();
    lowering.find_senders();
    lowering.plan
}

struct Lowering<'s> {
    scenario: &'s Scenario,
    plan: Plan,
    /// First index and number of each thread, by process and name.
    threads: BTreeMap<(u32, Cow<'s, str>), (u32, u32)>,
    processes: BTreeMap<&'s str, u32>,
    /// Starts of named programs, by name and process.
    programs: BTreeMap<(&'s str, u32), u32>,
    /// Pools of threads by the process that submits to them.
    thread_pools: BTreeMap<u32, Vec<u32>>,
    started_threads: BTreeSet<(u32, &'s str)>,
    started_processes: BTreeSet<&'s str>,
    pool_workers: Vec<Vec<u32>>,
}

/// The place of `name` in a table of the scenario.
fn place<T>(table: &[T], name: &str, of: impl Fn(&T) -> &str) -> u32 {
    table.iter().position(|item| of(item) == name).unwrap_or(0) as u32
}

fn per_mib(bytes: u64, ns: u64) -> u64 {
    u64::try_from(u128::from(bytes) * u128::from(ns) / MIB)
        .map_or(LONGEST_NS, |ns| ns.min(LONGEST_NS))
}

impl<'s> Lowering<'s> {
    fn new(scenario: &'s Scenario, costs: Costs) -> Self {
        let mut plan = Plan::empty(scenario.machine.clone(), costs);
        plan.seed = scenario.seed;
        plan.until = scenario.until.map_or(u64::MAX, |until| until.0);
        for lock in &scenario.locks {
            plan.locks.push(LockPlan {
                protocol: lock.protocol,
                order: lock.order,
                shared: lock.shared,
            });
        }
        plan.semaphores = scenario.semaphores.iter().map(|s| s.count).collect();
        plan.conditions = scenario.conditions.len() as u32;
        plan.channels = scenario
            .channels
            .iter()
            .map(|channel| ChannelPlan {
                capacity: channel.capacity,
                transport: channel.transport,
                senders: Vec::new(),
            })
            .collect();
        plan.barriers = scenario.barriers.iter().map(|b| b.parties).collect();
        plan.devices = scenario.devices.iter().map(|d| d.parallel).collect();
        for object in &scenario.objects {
            plan.object_names.push(object.name.clone());
            plan.objects.push(ObjectPlan {
                value: object.value,
                references: object.references,
                bytes: object.bytes,
                shared: object.shared,
            });
        }
        let numbered = scenario.processes.iter().zip(0..);
        Self {
            processes: numbered
                .map(|(p, index)| (p.name.as_str(), index))
                .collect(),
            scenario,
            plan,
            threads: BTreeMap::new(),
            programs: BTreeMap::new(),
            thread_pools: BTreeMap::new(),
            started_threads: BTreeSet::new(),
            started_processes: BTreeSet::new(),
            pool_workers: vec![Vec::new(); scenario.pools.len()],
        }
    }

    /// Finds out who starts whom and who submits where, and gives every thread
    /// its number: those of a process one after the other, the workers of its
    /// thread pools last.
    fn number_threads(&mut self) {
        let scenario = self.scenario;
        for (process, index) in scenario.processes.iter().zip(0..) {
            for thread in &process.threads {
                self.look_at(index, &thread.program);
            }
        }
        let mut next = 0;
        for (process, index) in scenario.processes.iter().zip(0..) {
            for (entry, thread) in process.threads.iter().enumerate() {
                let count = thread.count.max(1);
                let name = process.entry_name(entry);
                self.threads.insert((index, name), (next, count));
                next += count;
            }
            for &pool in self.thread_pools.get(&index).into_iter().flatten() {
                let workers = scenario.pools[pool as usize].workers;
                self.pool_workers[pool as usize] = (next..next + workers).collect();
                next += workers;
            }
        }
    }

    fn look_at(&mut self, process: u32, program: &'s Program) {
        for step in self.steps(program) {
            self.look_at_step(process, step);
        }
    }

    fn look_at_step(&mut self, process: u32, step: &'s Step) {
        match step {
            Step::Repeat { steps, .. } => {
                for step in steps {
                    self.look_at_step(process, step);
                }
            }
            Step::StartThread(name) => {
                self.started_threads.insert((process, name));
            }
            Step::StartProcess(name) => {
                self.started_processes.insert(name);
            }
            Step::RunLoop(tasks) => {
                for task in tasks {
                    self.look_at(process, task);
                }
            }
            Step::Submit { pool, task, .. } => {
                let number = place(&self.scenario.pools, pool, |pool| &pool.name);
                let known = self.thread_pools.values().flatten().any(|&p| p == number);
                if self.scenario.pools[number as usize].kind == PoolKind::Threads && !known {
                    self.thread_pools.entry(process).or_default().push(number);
                }
                self.look_at(process, task);
            }
            _ => {}
        }
    }

    fn steps(&self, program: &'s Program) -> &'s [Step] {
        match program {
            Program::Steps(steps) => steps,
            Program::Named(name) => match self.scenario.programs.get(name) {
                Some(program) => self.steps(program),
                None => &[],
            },
        }
    }

    fn add_processes(&mut self) {
        let scenario = self.scenario;
        for (process, index) in scenario.processes.iter().zip(0..) {
            let first_thread = self.plan.threads.len() as u32;
            for entry in 0..process.threads.len() {
                self.add_thread(process, index, entry);
            }
            for pool in self.thread_pools.get(&index).cloned().unwrap_or_default() {
                self.add_thread_pool(index, pool);
            }
            let is_started = self.started_processes.contains(process.name.as_str());
            self.plan.processes.push(ProcessPlan {
                name: process.name.clone(),
                arrival: (!is_started).then_some(process.arrival.0),
                gil: process.gil,
                forks: is_started && matches!(process.start, StartMethod::Fork(_)),
                heap_limit: process.heap_limit.unwrap_or(u64::MAX),
                daemon: process.daemon,
                supervision: process.supervision,
                first_thread,
                end_thread: self.plan.threads.len() as u32,
                pool: NONE,
            });
        }
    }

    fn add_thread(&mut self, process: &'s ProcessSpec, index: u32, entry: usize) {
        let spec = &process.threads[entry];
        let is_main = entry == 0;
        let entry_name = process.entry_name(entry);
        let before = self.threads_of(index);
        let start = if is_main && self.started_processes.contains(process.name.as_str()) {
            let child_ns = self.child_ns(process.start);
            let body = self.collect(index, &spec.program);
            let start = self.plan.ops.len() as u32;
            self.push_native(child_ns);
            self.plan.ops.push(Op::Ready);
            self.append(index, body);
            start
        } else {
            self.program(index, &spec.program)
        };
        let is_started = self.started_threads.contains(&(index, &*entry_name));
        let affinity = self.affinity(spec);
        let sched = spec.sched;
        let periodic = spec.periodic.map(|periodic| PeriodicPlan {
            period: periodic.period.0,
            deadline: periodic.deadline.unwrap_or(periodic.period).0,
            phase: periodic.phase.0,
            abort_on_miss: periodic.abort_on_miss,
        });
        let period = sched.period.map(|ns| ns.0).or(periodic.map(|p| p.period));
        let deadline = sched.deadline.map(|ns| ns.0);
        for replica in 0..spec.count.max(1) {
            let name = match (spec.name.as_str(), spec.count) {
                ("", _) => format!("T{}", before + replica as usize + 1),
                (name, 0 | 1) => name.to_owned(),
                (name, _) => format!("{name}{}", replica + 1),
            };
            // The main thread begins with its process, one that a step starts
            // begins then.
            let with_process = is_main && replica == 0 && spec.arrival.0 == 0;
            let by_itself = !is_started && !with_process;
            self.plan.threads.push(ThreadPlan {
                arrival: by_itself.then_some(spec.arrival.0),
                daemon: spec.daemon,
                interpreter: spec.interpreter,
                class: sched.class.unwrap_or(self.default_class()),
                nice: sched.nice,
                priority: sched.priority,
                tickets: sched.tickets,
                runtime: sched.runtime.map_or(0, |ns| ns.0),
                deadline: deadline
                    .or(periodic.map(|p| p.deadline))
                    .or(period)
                    .unwrap_or(u64::MAX),
                period: period.unwrap_or(u64::MAX),
                periodic,
                affinity,
                working_set: spec.working_set,
                ..ThreadPlan::new(index, name, start)
            });
        }
    }

    /// How many threads of a process have been added.
    fn threads_of(&self, process: u32) -> usize {
        let last = self.plan.threads.iter().rev();
        last.take_while(|thread| thread.process == process).count()
    }

    fn affinity(&mut self, spec: &ThreadSpec) -> u32 {
        let Some(cores) = &spec.affinity else {
            return NONE;
        };
        let mut words = [0; 4];
        for &core in cores {
            words[usize::from(core) / 64] |= 1 << (core % 64);
        }
        self.plan.affinities.push(words);
        self.plan.affinities.len() as u32 - 1
    }

    fn default_class(&self) -> Class {
        match self.plan.machine.policy {
            PolicySpec::SchedFifo => Class::Fifo,
            PolicySpec::SchedRr { .. } => Class::Rr,
            PolicySpec::SchedDeadline => Class::Deadline,
            _ => Class::Normal,
        }
    }

    fn child_ns(&self, start: StartMethod) -> u64 {
        match start {
            StartMethod::Fork(_) => self.plan.costs.process_start_child_ns,
            StartMethod::Forkserver => self.plan.costs.forkserver_child_ns,
            StartMethod::Spawn => self.plan.costs.spawn_child_ns,
        }
    }

    fn parent_ns(&self, start: StartMethod) -> u64 {
        let costs = &self.plan.costs;
        let copying = match start {
            StartMethod::Fork(fork) => per_mib(fork.parent_bytes, costs.fork_ns_per_mib),
            StartMethod::Forkserver | StartMethod::Spawn => 0,
        };
        costs.process_start_parent_ns + copying
    }

    fn push_native(&mut self, ns: u64) {
        if ns > 0 {
            self.plan.ops.push(Op::Native(ns));
        }
    }

    fn add_thread_pool(&mut self, process: u32, number: u32) {
        let spec = &self.scenario.pools[number as usize];
        let start = self.plan.ops.len() as u32;
        self.plan.ops.push(Op::TakeTask(number));
        for worker in 0..spec.workers {
            let name = format!("{}-{}", spec.name, worker + 1);
            self.plan.threads.push(ThreadPlan {
                daemon: true,
                class: self.default_class(),
                ..ThreadPlan::new(process, name, start)
            });
        }
    }

    fn add_pools(&mut self) {
        let scenario = self.scenario;
        for (spec, number) in scenario.pools.iter().zip(0..) {
            if spec.kind != PoolKind::Threads {
                self.add_worker_processes(spec, number);
            }
            let costs = &self.plan.costs;
            let each = match spec.kind {
                PoolKind::Threads => costs.thread_start_ns,
                PoolKind::Executor | PoolKind::Multiprocessing => {
                    self.parent_ns(worker_start(spec))
                }
            };
            self.plan.pools.push(PoolPlan {
                kind: spec.kind,
                workers: self.pool_workers[number as usize].clone(),
                take_ns: 0,
                start_ns: each
                    .saturating_mul(u64::from(spec.workers))
                    .min(LONGEST_NS),
            });
        }
    }

    fn add_worker_processes(&mut self, spec: &PoolSpec, number: u32) {
        let method = worker_start(spec);
        let child_ns = self.child_ns(method);
        let start = self.plan.ops.len() as u32;
        self.push_native(child_ns);
        self.plan.ops.push(Op::Ready);
        self.plan.ops.push(Op::TakeTask(number));
        for worker in 0..spec.workers {
            let process = self.plan.processes.len() as u32;
            let thread = self.plan.threads.len() as u32;
            self.pool_workers[number as usize].push(thread);
            self.plan.threads.push(ThreadPlan {
                class: self.default_class(),
                ..ThreadPlan::new(process, "main".to_owned(), start)
            });
            self.plan.processes.push(ProcessPlan {
                name: format!("{}-{}", spec.name, worker + 1),
                arrival: None,
                gil: spec.gil,
                forks: matches!(method, StartMethod::Fork(_)),
                heap_limit: u64::MAX,
                daemon: true,
                supervision: None,
                first_thread: thread,
                end_thread: thread + 1,
                pool: number,
            });
        }
    }

    fn add_faults(&mut self) {
        // A stream of its own, so that a fault does not shift the jitter.
        let mut chance = Chance::from_seed(self.plan.seed ^ 0x5eed_fa17);
        for fault in &self.scenario.faults {
            let plan = self.fault(fault, &mut chance);
            self.plan.faults.push(plan);
        }
    }

    fn fault(&self, fault: &InjectedFault, chance: &mut Chance) -> FaultPlan {
        let process = self
            .processes
            .get(fault.process.as_str())
            .copied()
            .unwrap_or_else(|| place(&self.plan.processes, &fault.process, |p| &p.name));
        let first = self.plan.processes[process as usize].first_thread;
        let named = |name: &String| {
            let found = self.threads.get(&(process, Cow::Borrowed(name.as_str())));
            found.map_or(first, |&(first, _)| first)
        };
        FaultPlan {
            kind: fault.kind,
            process,
            thread: match fault.kind {
                InjectedKind::KillProcess => NONE,
                _ => fault.thread.as_ref().map_or(first, named),
            },
            when: match fault.when {
                InjectedWhen::At(at) => When::At(at.0),
                InjectedWhen::Units(units) => When::Units(units),
                InjectedWhen::RandomWithin(ns) => When::At(chance.below(ns.0.saturating_add(1))),
            },
        }
    }

    /// The first op of a program, compiled for a process.
    fn program(&mut self, process: u32, program: &'s Program) -> u32 {
        if let Program::Named(name) = program {
            if let Some(&start) = self.programs.get(&(name.as_str(), process)) {
                return start;
            }
            let body = self.collect(process, program);
            let start = self.append(process, body);
            self.programs.insert((name, process), start);
            return start;
        }
        let body = self.collect(process, program);
        self.append(process, body)
    }

    /// Appends ops whose loops are relative to their first; returns where.
    fn append(&mut self, _process: u32, body: Vec<Op>) -> u32 {
        let start = self.plan.ops.len() as u32;
        self.plan.ops.extend(body.into_iter().map(|op| match op {
            Op::Repeat { to, times, depth } => Op::Repeat {
                to: to + start,
                times,
                depth,
            },
            op => op,
        }));
        self.plan.ops.push(Op::End);
        start
    }

    fn collect(&mut self, process: u32, program: &'s Program) -> Vec<Op> {
        let mut ops = Vec::new();
        for step in self.steps(program) {
            self.push_step(process, step, 0, &mut ops);
        }
        ops
    }

    fn push_step(&mut self, process: u32, step: &'s Step, depth: u8, ops: &mut Vec<Op>) {
        let scenario = self.scenario;
        let costs = self.plan.costs;
        let lock = |name: &str| place(&scenario.locks, name, |lock| &lock.name);
        let object = |name: &str| place(&scenario.objects, name, |object| &object.name);
        let semaphore = |name: &str| place(&scenario.semaphores, name, |s| &s.name);
        let condition = |name: &str| place(&scenario.conditions, name, |c| c);
        let instruction = (costs.instruction_ns > 0).then_some({
            // Before CPython 3.2 the GIL could be offered after any bytecode.
            match scenario.processes[process as usize].gil {
                GilSpec::Tick { .. } => Op::Compute(costs.instruction_ns),
                _ => Op::Instruction(costs.instruction_ns),
            }
        });
        match step {
            Step::Compute(ns) => ops.push(Op::Compute(ns.0)),
            Step::Call(ns) => ops.push(Op::Call(ns.0)),
            Step::Release(ns) => ops.push(Op::Release(ns.0)),
            Step::Native(ns) => ops.push(Op::Native(ns.0)),
            Step::Sleep(ns) => ops.push(Op::Sleep(ns.0)),
            Step::Io { device, time } => ops.push(Op::Io {
                device: device.as_ref().map_or(u16::MAX, |name| {
                    place(&scenario.devices, name, |device| &device.name) as u16
                }),
                ns: time.0,
            }),
            Step::Yield => ops.push(Op::Yield),
            Step::Unit => ops.push(Op::Unit),
            Step::Ready => ops.push(Op::Ready),
            Step::Repeat { times, steps } => {
                let to = ops.len() as u32;
                for step in steps {
                    self.push_step(process, step, depth + 1, ops);
                }
                ops.push(Op::Repeat {
                    to,
                    times: (*times).max(1),
                    depth,
                });
            }
            Step::Lock(name) => ops.push(Op::Lock(lock(name))),
            Step::LockFor { lock: name, time } => ops.push(Op::LockFor {
                lock: lock(name),
                ns: time.0,
            }),
            Step::Unlock(name) => ops.push(Op::Unlock(lock(name))),
            Step::Acquire(name) => ops.push(Op::Acquire(semaphore(name))),
            Step::Post(name) => ops.push(Op::Post(semaphore(name))),
            Step::Wait {
                condition: name,
                lock: held,
            } => ops.push(Op::Wait {
                condition: condition(name),
                lock: lock(held),
            }),
            Step::Notify(name) => ops.push(Op::Notify(condition(name))),
            Step::NotifyAll(name) => ops.push(Op::NotifyAll(condition(name))),
            Step::Barrier(name) => {
                ops.push(Op::Barrier(place(&scenario.barriers, name, |b| &b.name)));
            }
            Step::Send { channel, bytes } => {
                let channel = place(&scenario.channels, channel, |channel| &channel.name);
                let packing = packing(scenario.channels[channel as usize].transport, *bytes);
                if packing > 0 {
                    ops.push(Op::Compute(packing));
                }
                ops.push(Op::Send {
                    channel,
                    bytes: *bytes,
                });
            }
            Step::Receive(name) => {
                ops.push(Op::Receive(place(&scenario.channels, name, |c| &c.name)));
            }
            Step::Load(name) => {
                ops.extend(instruction);
                ops.push(Op::Load(object(name)));
            }
            Step::Add(change) => {
                ops.extend(instruction);
                ops.push(Op::Add(*change));
            }
            Step::Store(name) => {
                ops.extend(instruction);
                ops.push(Op::Store(object(name)));
            }
            Step::Alloc {
                object: name,
                bytes,
            } => ops.push(Op::Alloc {
                object: object(name),
                bytes: *bytes,
            }),
            Step::Free(name) => ops.push(Op::Free(object(name))),
            Step::Incref(name) => push_count(object(name), 1, &costs, ops),
            Step::Decref(name) => push_count(object(name), -1, &costs, ops),
            Step::Touch(name) => ops.push(Op::Touch(object(name))),
            Step::Corrupt(name) => ops.push(Op::Corrupt(object(name))),
            Step::StartThread(name) => {
                for thread in self.threads_named(process, name) {
                    if costs.thread_start_ns > 0 {
                        ops.push(Op::Compute(costs.thread_start_ns));
                    }
                    ops.push(Op::StartThread(thread));
                }
            }
            Step::JoinThread(name) => {
                ops.extend(self.threads_named(process, name).map(Op::JoinThread));
            }
            Step::KillThread(name) => {
                ops.extend(self.threads_named(process, name).map(Op::KillThread));
            }
            Step::StartProcess(name) => {
                let child = self.process_named(name);
                let ns = self.parent_ns(scenario.processes[child as usize].start);
                if ns > 0 {
                    ops.push(Op::Call(ns));
                }
                ops.push(Op::StartProcess(child));
            }
            Step::JoinProcess(name) => ops.push(Op::JoinProcess(self.process_named(name))),
            Step::KillProcess(name) => ops.push(Op::KillProcess(self.process_named(name))),
            Step::RunLoop(tasks) => {
                let starts = tasks
                    .iter()
                    .map(|task| self.program(process, task))
                    .collect();
                self.plan.loops.push(starts);
                ops.push(Op::RunLoop(self.plan.loops.len() as u32 - 1));
            }
            Step::Await(ns) => ops.push(Op::Await(ns.0)),
            Step::Submit {
                pool,
                task,
                count,
                bytes,
            } => self.push_submit(process, (pool, task), (*count, *bytes), ops),
            Step::Gather(name) => {
                ops.push(Op::Gather(place(&scenario.pools, name, |pool| &pool.name)));
            }
            Step::Raise => ops.push(Op::Raise),
            Step::Exit => ops.push(Op::Exit),
            Step::ExitProcess(status) => ops.push(Op::ExitProcess(*status)),
            Step::Segfault => ops.push(Op::Segfault),
            Step::Hang => ops.push(Op::Hang),
        }
    }

    fn push_submit(
        &mut self,
        process: u32,
        (pool, task): (&str, &'s Program),
        (count, bytes): (u32, u64),
        ops: &mut Vec<Op>,
    ) {
        let pool = place(&self.scenario.pools, pool, |pool| &pool.name);
        let spec = &self.scenario.pools[pool as usize];
        let costs = self.plan.costs;
        let crosses = spec.kind != PoolKind::Threads;
        let packing = if crosses {
            per_mib(bytes, costs.pickle_ns_per_mib)
        } else {
            0
        };
        let mut body = Vec::new();
        if crosses && bytes > 0 && costs.unpickle_ns_per_mib > 0 {
            body.push(Op::Compute(per_mib(bytes, costs.unpickle_ns_per_mib)));
        }
        let shift = body.len() as u32;
        body.extend(self.collect(process, task).into_iter().map(|op| match op {
            Op::Repeat { to, times, depth } => Op::Repeat {
                to: to + shift,
                times,
                depth,
            },
            op => op,
        }));
        if packing > 0 {
            body.push(Op::Compute(packing));
        }
        let start = self.append(process, body);
        let handing_over = (spec.submit.0 + packing)
            .saturating_mul(u64::from(count))
            .min(LONGEST_NS);
        if handing_over > 0 {
            ops.push(Op::Compute(handing_over));
        }
        self.plan
            .submissions
            .push(Submission { pool, start, count });
        ops.push(Op::Submit(self.plan.submissions.len() as u32 - 1));
    }

    fn threads_named(&self, process: u32, name: &str) -> std::ops::Range<u32> {
        let found = self.threads.get(&(process, Cow::Borrowed(name)));
        found.map_or(0..0, |&(first, count)| first..first + count)
    }

    fn process_named(&self, name: &str) -> u32 {
        self.processes.get(name).copied().unwrap_or(0)
    }

    /// Finds the threads that may send on each channel: those whose program
    /// has such an op.
    fn find_senders(&mut self) {
        if self.plan.channels.is_empty() {
            return;
        }
        let mut known: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for id in 0..self.plan.threads.len() as u32 {
            let start = self.plan.threads[id as usize].start;
            let channels = known
                .entry(start)
                .or_insert_with(|| sent_from(&self.plan, start));
            for &channel in channels.iter() {
                self.plan.channels[channel as usize].senders.push(id);
            }
        }
    }
}

/// Channels that the program at `start`, and the tasks of its event loops, may
/// send on.
fn sent_from(plan: &Plan, start: u32) -> BTreeSet<u32> {
    let mut channels = BTreeSet::new();
    for op in &plan.ops[start as usize..] {
        match op {
            Op::Send { channel, .. } => {
                channels.insert(*channel);
            }
            Op::RunLoop(tasks) => {
                for &task in &plan.loops[*tasks as usize] {
                    channels.extend(sent_from(plan, task));
                }
            }
            Op::TakeTask(pool) => {
                for submission in plan.submissions.iter().filter(|s| s.pool == *pool) {
                    channels.extend(sent_from(plan, submission.start));
                }
                break;
            }
            Op::End => break,
            _ => {}
        }
    }
    channels
}

fn worker_start(spec: &PoolSpec) -> StartMethod {
    spec.start.unwrap_or(StartMethod::Fork(
        crate::experiment::scenario::Fork::default(),
    ))
}

fn packing(transport: Transport, bytes: u64) -> u64 {
    match transport {
        Transport::ByReference => 0,
        Transport::Serialised {
            per_message,
            pack_per_mib,
            ..
        } => per_message.0 + per_mib(bytes, pack_per_mib.0),
    }
}

/// Taking or dropping a reference: two halves, and between them the time of an
/// instruction. CPython has no poll point inside.
fn push_count(object: u32, change: i8, costs: &Costs, ops: &mut Vec<Op>) {
    ops.push(Op::CountLoad(object));
    if costs.instruction_ns > 0 {
        ops.push(Op::Instruction(costs.instruction_ns));
    }
    ops.push(Op::CountStore { object, change });
}
