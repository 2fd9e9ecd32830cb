//! Compiles a scenario to a plan.
//!
//! The scenario has been validated: every name is known. Costs that a step
//! brings with it (starting, packing, one instruction) become ops of their own
//! before or after it.

mod pools;
mod program;

use crate::experiment::scenario::{
    Class, CostsSpec, InjectedFault, InjectedKind, InjectedWhen, LockProtocol, PolicySpec,
    PoolKind, PriorityOrder, ProcessSpec, Program, Scenario, StartMethod, Step, ThreadSpec,
};
use crate::experiment::{Costs, Profile};
use crate::sim::plan::{
    ChannelPlan, FaultPlan, LockPlan, NONE, ObjectPlan, Op, PeriodicPlan, Plan, ProcessPlan,
    ThreadPlan, When,
};
use crate::sim::rng::Chance;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

const MIB: u128 = 1024 * 1024;
const LONGEST_NS: u64 = u64::MAX / 4;

/// The plan of a valid scenario.
pub(in crate::sim) fn scenario(scenario: &Scenario) -> Plan {
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
        // The engine knows one order only: large numbers are urgent.
        if let PolicySpec::Priority { order, .. } = &mut plan.machine.policy {
            plan.low_first = *order == PriorityOrder::LowFirst;
            *order = PriorityOrder::HighFirst;
        }
        plan.seed = scenario.seed;
        plan.until = scenario.until.map_or(u64::MAX, |until| until.0);
        for lock in &scenario.locks {
            plan.locks.push(LockPlan {
                protocol: match lock.protocol {
                    LockProtocol::Ceiling(ceiling) => LockProtocol::Ceiling(plan.urgency(ceiling)),
                    protocol => protocol,
                },
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
        let entry_name = process.entry_name(entry);
        let is_entry_started = self.started_threads.contains(&(index, &entry_name));
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
            let name = match spec.count {
                0 | 1 => entry_name.to_string(),
                _ => format!("{entry_name}{}", replica + 1),
            };
            let is_started =
                is_entry_started || self.started_threads.contains(&(index, name.as_str()));
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
                priority: self.plan.urgency(sched.priority),
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
            let found = self.threads_named(process, name);
            if found.is_empty() { first } else { found.start }
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
}
