//! Programs: steps become ops.

use super::{LONGEST_NS, Lowering, per_mib, place};
use crate::experiment::Costs;
use crate::experiment::scenario::{GilSpec, PoolKind, Program, Step, Transport};
use crate::sim::plan::{Op, Submission};
use std::borrow::Cow;

impl<'s> Lowering<'s> {
    /// The first op of a program, compiled for a process.
    pub(super) fn program(&mut self, process: u32, program: &'s Program) -> u32 {
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
    pub(super) fn append(&mut self, _process: u32, body: Vec<Op>) -> u32 {
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

    pub(super) fn collect(&mut self, process: u32, program: &'s Program) -> Vec<Op> {
        let mut ops = Vec::new();
        for step in self.steps(program) {
            self.push_step(process, step, 0, &mut ops);
        }
        ops
    }

    pub(super) fn push_step(&mut self, process: u32, step: &'s Step, depth: u8, ops: &mut Vec<Op>) {
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

    pub(super) fn push_submit(
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

    /// The threads of an entry, or one of them by its number.
    pub(super) fn threads_named(&self, process: u32, name: &str) -> std::ops::Range<u32> {
        if let Some(&(first, count)) = self.threads.get(&(process, Cow::Borrowed(name))) {
            return first..first + count;
        }
        let digits = name.bytes().rev().take_while(u8::is_ascii_digit).count();
        let splits = name.len() - digits..name.len();
        let mut numbered = splits.filter_map(|split| {
            let (stem, number) = name.split_at(split);
            let number: u32 = number.parse().ok()?;
            let &(first, count) = self.threads.get(&(process, Cow::Borrowed(stem)))?;
            (1..=count).contains(&number).then(|| first + number - 1)
        });
        let found = numbered.next();
        found.map_or(0..0, |thread| thread..thread + 1)
    }

    pub(super) fn process_named(&self, name: &str) -> u32 {
        self.processes.get(name).copied().unwrap_or(0)
    }
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
