//! What threads do: short op lists with loops, compiled from an experiment.

use crate::experiment::{Costs, Experiment};

/// One step of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Run bytecode for this long, ns; needs the GIL where the process has one.
    Compute(u64),
    /// Run outside the interpreter for this long, ns; never needs the GIL.
    Native(u64),
    /// Wait off the core for this long, ns; the GIL is released around it.
    Wait(u64),
    /// The process is ready for work.
    Ready,
    /// Work starts: faults that are due at once strike here.
    Begin,
    /// One unit of work is complete.
    Unit,
    /// Go back to op `to` until its body has run `times` times.
    Repeat {
        /// First op of the body.
        to: u16,
        /// How often the body runs, at least 1.
        times: u32,
    },
    /// The main thread of this process becomes ready.
    StartProcess(u32),
    /// This thread becomes ready.
    StartThread(u32),
    /// Wait until this thread has ended; the GIL is released meanwhile.
    JoinThread(u32),
    /// Wait until this process has ended; the GIL is released meanwhile.
    JoinProcess(u32),
}

/// A thread to be: its process, its place among the workers and what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadPlan {
    /// Index of its process; 0 is the parent of all.
    pub process: u32,
    /// Which worker it is, (process, thread), both from 0; `None`: it only
    /// starts and joins others.
    pub worker: Option<(u16, u16)>,
    /// Its program.
    pub ops: Vec<Op>,
}

/// Everything the engine needs to know of an experiment's threads. Process 0
/// is the parent, which starts and joins the workers; process `p + 1` is the
/// experiment's process `p`. The first thread of each process is its main.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Number of processes, the parent included.
    pub processes: u32,
    /// All threads, grouped by process.
    pub threads: Vec<ThreadPlan>,
    /// Index of each process's main thread.
    pub mains: Vec<u32>,
}

/// Compiles the experiment's sliders to programs: the parent starts and joins
/// the processes; a process with one thread works itself, as a script would;
/// with more, its main thread starts and joins them, as a thread pool would.
#[must_use]
pub fn compile(experiment: &Experiment, costs: &Costs) -> Plan {
    let mut plan = Plan {
        processes: u32::from(experiment.processes) + 1,
        threads: Vec::new(),
        mains: vec![0],
    };
    plan.threads.push(ThreadPlan {
        process: 0,
        worker: None,
        ops: parent(experiment, costs),
    });
    for process in 0..experiment.processes {
        let id = u32::from(process) + 1;
        let main = plan.threads.len() as u32;
        plan.mains.push(main);
        let mut ops = Vec::new();
        push_native(&mut ops, costs.process_start_child_ns);
        ops.push(Op::Ready);
        if experiment.threads == 1 {
            push_work(&mut ops, experiment, experiment.share(process, 0));
            plan.threads.push(ThreadPlan {
                process: id,
                worker: Some((process, 0)),
                ops,
            });
            continue;
        }
        let workers = main + 1..=main + u32::from(experiment.threads);
        if costs.threads_start_together {
            let all = costs.thread_start_ns * u64::from(experiment.threads);
            push_native(&mut ops, all);
            ops.extend(workers.clone().map(Op::StartThread));
        } else {
            for worker in workers.clone() {
                if costs.thread_start_ns > 0 {
                    ops.push(Op::Compute(costs.thread_start_ns));
                }
                ops.push(Op::StartThread(worker));
            }
        }
        ops.extend(workers.map(Op::JoinThread));
        plan.threads.push(ThreadPlan {
            process: id,
            worker: None,
            ops,
        });
        for thread in 0..experiment.threads {
            let mut ops = Vec::new();
            push_work(&mut ops, experiment, experiment.share(process, thread));
            plan.threads.push(ThreadPlan {
                process: id,
                worker: Some((process, thread)),
                ops,
            });
        }
    }
    plan
}

fn parent(experiment: &Experiment, costs: &Costs) -> Vec<Op> {
    let children = 1..=u32::from(experiment.processes);
    let mut ops = Vec::new();
    for child in children.clone() {
        push_native(&mut ops, costs.process_start_parent_ns);
        ops.push(Op::StartProcess(child));
    }
    ops.extend(children.map(Op::JoinProcess));
    ops
}

fn push_native(ops: &mut Vec<Op>, ns: u64) {
    if ns > 0 {
        ops.push(Op::Native(ns));
    }
}

fn push_work(ops: &mut Vec<Op>, experiment: &Experiment, units: u32) {
    ops.push(Op::Begin);
    if units == 0 {
        return;
    }
    let to = ops.len() as u16;
    ops.push(Op::Compute(u64::from(experiment.cpu_us) * 1_000));
    if experiment.io_us > 0 {
        ops.push(Op::Wait(u64::from(experiment.io_us) * 1_000));
    }
    ops.push(Op::Unit);
    ops.push(Op::Repeat { to, times: units });
}
