//! Pools: their workers, and who may send on which channel.

use super::{LONGEST_NS, Lowering};
use crate::experiment::scenario::{PoolKind, PoolSpec, StartMethod};
use crate::sim::plan::{Op, Plan, PoolPlan, ProcessPlan, ThreadPlan};
use std::collections::{BTreeMap, BTreeSet};

impl Lowering<'_> {
    pub(super) fn add_thread_pool(&mut self, process: u32, number: u32) {
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

    pub(super) fn add_pools(&mut self) {
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
                start_ns: each.saturating_mul(u64::from(spec.workers)).min(LONGEST_NS),
            });
        }
    }

    pub(super) fn add_worker_processes(&mut self, spec: &PoolSpec, number: u32) {
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

    /// Finds the threads that may send on each channel: those whose program
    /// has such an op.
    pub(super) fn find_senders(&mut self) {
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
