//! What an event costs under each policy, and how that grows with the number
//! of threads.

use crate::timing::{least, seconds};
use std::hint::black_box;
use timeslice::experiment::scenario::{
    Level, Machine, Ns, PolicySpec, PriorityOrder, ProcessSpec, Program, Scenario, Sched,
    SliceTimer, Step, ThreadSpec,
};
use timeslice::sim::{Limits, run};

const SIZES: [u32; 5] = [10, 100, 1_000, 10_000, 100_000];
const ROUNDS: usize = 3;
/// Kinds of thread in a workload: with this many, keys differ.
const KINDS: u32 = 10;
const EVENTS: u64 = 400_000;
/// With many, a run takes longer to set up, and has to be longer to show.
const EVENTS_PER_THREAD: u64 = 15;

fn policies() -> [(&'static str, PolicySpec); 19] {
    let quantum = Ns::us(50);
    let level = |quantum| Level {
        quantum,
        allotment: 1,
    };
    [
        ("FIFO", PolicySpec::Fifo),
        ("SJF", PolicySpec::Sjf),
        ("SRTF", PolicySpec::Srtf),
        (
            "Priority",
            PolicySpec::Priority {
                preemptive: true,
                ageing: None,
                order: PriorityOrder::HighFirst,
            },
        ),
        (
            "Priority with ageing",
            PolicySpec::Priority {
                preemptive: false,
                ageing: Some(Ns::ms(1)),
                order: PriorityOrder::HighFirst,
            },
        ),
        ("HRRN", PolicySpec::Hrrn),
        (
            "Round robin",
            PolicySpec::RoundRobin {
                slice: quantum,
                timer: SliceTimer::Own,
            },
        ),
        (
            "MLFQ",
            PolicySpec::Mlfq {
                levels: vec![level(quantum), level(Ns::us(100)), level(Ns::us(200))],
                boost: Some(Ns::ms(100)),
                stay_after_io: false,
                io_bump: false,
            },
        ),
        (
            "Lottery",
            PolicySpec::Lottery {
                quantum,
                draws: Vec::new(),
            },
        ),
        ("Stride", PolicySpec::Stride { quantum }),
        ("CFS", PolicySpec::Cfs),
        (
            "EEVDF",
            PolicySpec::Eevdf {
                slice: Some(quantum),
                delayed_dequeue: true,
            },
        ),
        ("SCHED_FIFO", PolicySpec::SchedFifo),
        ("SCHED_RR", PolicySpec::SchedRr { slice: quantum }),
        ("SCHED_DEADLINE", PolicySpec::SchedDeadline),
        ("EDF", PolicySpec::Edf),
        ("RM", PolicySpec::Rm),
        ("DM", PolicySpec::Dm),
        ("LLF", PolicySpec::Llf { quantum }),
    ]
}

/// `threads` that compute and sleep in turns, nearly all of them ready at any
/// time if they are many.
fn scenario(policy: &PolicySpec, threads: u32) -> Scenario {
    let kind = |kind: u32| ThreadSpec {
        count: threads / KINDS,
        program: Program::Steps(vec![Step::Repeat {
            times: u32::MAX,
            steps: vec![
                Step::Native(Ns(40_007 + 13_001 * u64::from(kind))),
                Step::Sleep(Ns(10_007)),
            ],
        }]),
        sched: Sched {
            nice: kind as i8 - 5,
            priority: 1 + kind as i32,
            tickets: 1 + kind,
            runtime: Some(Ns::ms(1)),
            deadline: Some(Ns::ms(1_000 + u64::from(kind))),
            period: Some(Ns::ms(1_000 + u64::from(kind))),
            ..Sched::default()
        },
        ..ThreadSpec::default()
    };
    Scenario {
        machine: Machine {
            cores: 8,
            policy: policy.clone(),
            ..Machine::default()
        },
        processes: vec![ProcessSpec {
            name: "p".to_owned(),
            threads: (0..KINDS).map(kind).collect(),
            ..ProcessSpec::default()
        }],
        ..Scenario::default()
    }
}

/// Nanoseconds for each event and op. Setting up, the first events and the
/// report at the end do not count: they are in both of two runs.
fn cost(policy: &PolicySpec, threads: u32) -> f64 {
    let scenario = scenario(policy, threads);
    let run = |max_events| {
        let limits = Limits {
            max_events,
            trace: false,
        };
        run(black_box(&scenario), limits).expect("the workload is valid")
    };
    let first = 20_000 + 5 * u64::from(threads);
    let more = EVENTS + EVENTS_PER_THREAD * u64::from(threads);
    let time = |events| least((0..ROUNDS).map(|_| seconds(|| run(events))));
    let (short, long) = (time(first), time(first + more));
    let events = run(first + more).events - run(first).events;
    (long - short) * 1e9 / events as f64
}

pub(crate) fn print() {
    println!("## What an event costs\n");
    println!("ns for each event and op on 8 cores, trace off, by number of threads; the last");
    println!("column is the ratio of the last to the first, of which the logarithms' is 5.\n");
    print!("| |");
    for size in SIZES {
        print!(" {size} |");
    }
    println!(" growth |\n|---|{}---:|", "---:|".repeat(SIZES.len()));
    for (name, policy) in policies() {
        let costs = SIZES.map(|size| {
            eprint!("\r{name}, {size} threads                    ");
            cost(&policy, size)
        });
        print!("| {name} |");
        for cost in costs {
            print!(" {cost:.0} |");
        }
        println!(" {:.1} |", costs[SIZES.len() - 1] / costs[0]);
    }
    eprintln!();
    println!();
}
