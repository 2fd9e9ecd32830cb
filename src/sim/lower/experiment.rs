//! Compiles an experiment to programs: the parent starts and joins the
//! processes; a process with one thread works itself, as a script would; with
//! more, its main thread starts and joins them, as a thread pool would.

use crate::experiment::scenario::{
    GilSpec, InjectedKind, Level, Machine, Ns, PolicySpec, Preemption, Queues, SliceTimer,
};
use crate::experiment::{Costs, Experiment, FaultKind, PolicyKind, Trigger, WATCHDOG_NS};
use crate::sim::plan::{FaultPlan, NONE, Op, Plan, ProcessPlan, ThreadPlan, When};

/// The plan of an experiment. Process 0 is the parent, which starts and joins
/// the workers and is left out of results; process `p + 1` is the experiment's
/// process `p`.
pub(in crate::sim) fn experiment(experiment: &Experiment, costs: &Costs) -> Plan {
    let machine = Machine {
        cores: experiment.cores,
        policy: policy(experiment),
        queues: queues(experiment),
        preemption: preemption(experiment),
        ..Machine::default()
    };
    let mut plan = Plan {
        seed: experiment.seed,
        faults_at_units: true,
        watchdog: WATCHDOG_NS,
        hidden: 1,
        faults: faults(experiment),
        ..Plan::empty(machine, *costs)
    };
    let start = parent(&mut plan, experiment);
    plan.threads
        .push(ThreadPlan::new(0, "parent".to_owned(), start));
    plan.processes.push(ProcessPlan {
        arrival: Some(0),
        ..process("parent".to_owned(), GilSpec::None, 0..1)
    });
    for index in 0..experiment.processes {
        add_process(&mut plan, experiment, index);
    }
    plan
}

fn policy(experiment: &Experiment) -> PolicySpec {
    let slice = Ns::us(u64::from(experiment.slice_us));
    match experiment.policy {
        PolicyKind::Fifo => PolicySpec::Fifo,
        PolicyKind::RoundRobin => PolicySpec::RoundRobin {
            slice,
            timer: SliceTimer::Own,
        },
        PolicyKind::Sjf => PolicySpec::Sjf,
        PolicyKind::Srtf => PolicySpec::Srtf,
        PolicyKind::Hrrn => PolicySpec::Hrrn,
        PolicyKind::Mlfq => PolicySpec::Mlfq {
            levels: vec![
                Level {
                    quantum: slice,
                    allotment: 1,
                };
                4
            ],
            boost: Some(Ns(slice.0 * 100)),
            stay_after_io: false,
            io_bump: false,
        },
        PolicyKind::Lottery => PolicySpec::Lottery {
            quantum: slice,
            draws: Vec::new(),
        },
        PolicyKind::Stride => PolicySpec::Stride { quantum: slice },
        PolicyKind::Cfs => PolicySpec::Cfs,
        PolicyKind::Eevdf => PolicySpec::Eevdf {
            slice: None,
            delayed_dequeue: false,
        },
    }
}

/// Linux has a queue for each core; the textbook's policies have one for all.
fn queues(experiment: &Experiment) -> Queues {
    match experiment.policy {
        PolicyKind::Cfs | PolicyKind::Eevdf => Queues::PerCore {
            steal: true,
            balance: Some(Ns::ms(4)),
            hot: Ns::us(500),
        },
        _ => Queues::Global,
    }
}

/// Linux looks at slices when its clock ticks (HZ=250).
fn preemption(experiment: &Experiment) -> Preemption {
    match experiment.policy {
        PolicyKind::Cfs | PolicyKind::Eevdf => Preemption::Tick { period: Ns::ms(4) },
        _ => Preemption::HighResolution,
    }
}

fn process(name: String, gil: GilSpec, threads: std::ops::Range<u32>) -> ProcessPlan {
    ProcessPlan {
        name,
        arrival: None,
        gil,
        forks: false,
        heap_limit: u64::MAX,
        daemon: false,
        supervision: None,
        first_thread: threads.start,
        end_thread: threads.end,
        pool: NONE,
    }
}

fn add_process(plan: &mut Plan, experiment: &Experiment, index: u16) {
    let id = u32::from(index) + 1;
    let costs = plan.costs;
    let gil = if experiment.gil {
        GilSpec::SwitchInterval {
            interval: Ns::us(u64::from(experiment.switch_interval_us)),
            poll: Ns(experiment.kernel.poll_ns()),
        }
    } else {
        GilSpec::None
    };
    let first = plan.threads.len() as u32;
    let start = plan.ops.len() as u32;
    push_native(plan, costs.process_start_child_ns);
    plan.ops.push(Op::Ready);
    let worker = |thread: u16, start: u32| ThreadPlan {
        worker: Some((index, thread)),
        planned: experiment.share(index, thread),
        ..ThreadPlan::new(id, format!("T{}", thread + 1), start)
    };
    if experiment.threads == 1 {
        push_work(plan, experiment, experiment.share(index, 0));
        plan.threads.push(worker(0, start));
    } else {
        let workers = first + 1..=first + u32::from(experiment.threads);
        if costs.threads_start_together {
            push_native(plan, costs.thread_start_ns * u64::from(experiment.threads));
            plan.ops.extend(workers.clone().map(Op::StartThread));
        } else {
            for worker in workers.clone() {
                if costs.thread_start_ns > 0 {
                    plan.ops.push(Op::Compute(costs.thread_start_ns));
                }
                plan.ops.push(Op::StartThread(worker));
            }
        }
        plan.ops.extend(workers.map(Op::JoinThread));
        plan.ops.push(Op::End);
        plan.threads
            .push(ThreadPlan::new(id, "main".to_owned(), start));
        // Threads with equal shares run the same program.
        let mut programs: [Option<(u32, u32)>; 2] = [None; 2];
        for thread in 0..experiment.threads {
            let share = experiment.share(index, thread);
            let known = programs.iter().flatten().find(|(units, _)| *units == share);
            let start = known.map_or(plan.ops.len() as u32, |(_, start)| *start);
            if known.is_none() {
                push_work(plan, experiment, share);
                programs.rotate_right(1);
                programs[0] = Some((share, start));
            }
            plan.threads.push(worker(thread, start));
        }
    }
    let threads = first..plan.threads.len() as u32;
    plan.processes.push(process(format!("P{id}"), gil, threads));
}

fn parent(plan: &mut Plan, experiment: &Experiment) -> u32 {
    let start = plan.ops.len() as u32;
    let children = 1..=u32::from(experiment.processes);
    for child in children.clone() {
        push_native(plan, plan.costs.process_start_parent_ns);
        plan.ops.push(Op::StartProcess(child));
    }
    plan.ops.extend(children.map(Op::JoinProcess));
    plan.ops.push(Op::End);
    start
}

fn push_native(plan: &mut Plan, ns: u64) {
    if ns > 0 {
        plan.ops.push(Op::Native(ns));
    }
}

fn push_work(plan: &mut Plan, experiment: &Experiment, units: u32) {
    plan.ops.push(Op::Begin);
    if units > 0 {
        let to = plan.ops.len() as u32;
        plan.ops
            .push(Op::Compute(u64::from(experiment.cpu_us) * 1_000));
        if experiment.io_us > 0 {
            plan.ops.push(Op::Io {
                device: u16::MAX,
                ns: u64::from(experiment.io_us) * 1_000,
            });
        }
        plan.ops.push(Op::Unit);
        plan.ops.push(Op::Repeat {
            to,
            times: units,
            depth: 0,
        });
    }
    plan.ops.push(Op::End);
}

/// The experiment's faults that have a target. Their order, and so their
/// number, is kept: those without a target get one that does not exist.
fn faults(experiment: &Experiment) -> Vec<FaultPlan> {
    let plan = |fault: &crate::experiment::Fault| {
        let exists = fault.process < experiment.processes;
        let threads = u32::from(experiment.threads);
        // A main thread that only starts others comes before the workers.
        let main = u32::from(experiment.threads > 1);
        let first = 1 + u32::from(fault.process) * (threads + main) + main;
        let aims_at_thread = fault.kind.hits_thread();
        FaultPlan {
            kind: match fault.kind {
                FaultKind::Segfault => InjectedKind::Segfault,
                FaultKind::Exception => InjectedKind::Exception,
                FaultKind::Kill => InjectedKind::KillProcess,
                FaultKind::Hang => InjectedKind::Hang,
            },
            process: if exists {
                u32::from(fault.process) + 1
            } else {
                NONE
            },
            thread: if !aims_at_thread {
                NONE
            } else if u32::from(fault.thread) < threads {
                first + u32::from(fault.thread)
            } else {
                NONE - 1
            },
            when: match fault.when {
                Trigger::Units(units) => When::Units(units),
                Trigger::TimeUs(us) => When::At(u64::from(us) * 1_000),
            },
        }
    };
    experiment.faults.iter().map(plan).collect()
}
