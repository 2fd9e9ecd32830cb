//! What each claim stands or falls with.

use timeslice::claims::{self, Arm};
use timeslice::experiment::Costs;
use timeslice::experiment::scenario::*;

/// Changes every arm's scenario.
fn each(arms: &mut [Arm], change: impl Fn(&mut Scenario)) {
    for arm in arms {
        change(&mut arm.scenario);
    }
}

fn gil(arms: &mut [Arm], gil: GilSpec) {
    each(arms, |scenario| {
        for process in &mut scenario.processes {
            process.gil = gil;
        }
    });
}

fn cores(arms: &mut [Arm], cores: u16) {
    each(arms, |scenario| scenario.machine.cores = cores);
}

fn cost(arms: &mut [Arm], change: impl Fn(&mut Costs)) {
    let mut costs = Costs::CPYTHON_LINUX;
    change(&mut costs);
    each(arms, |scenario| scenario.costs = CostsSpec::Costs(costs));
}

/// Changes every step of every program.
fn steps(scenario: &mut Scenario, change: &dyn Fn(&mut Step)) {
    fn walk(program: &mut [Step], change: &dyn Fn(&mut Step)) {
        for step in program {
            if let Step::Repeat { steps, .. } = step {
                walk(steps, change);
            }
            if let Step::Submit {
                task: Program::Steps(steps),
                ..
            } = step
            {
                walk(steps, change);
            }
            change(step);
        }
    }
    let threads = scenario.processes.iter_mut().flat_map(|p| &mut p.threads);
    let programs = threads.map(|thread| &mut thread.program);
    for program in programs.chain(scenario.programs.values_mut()) {
        if let Program::Steps(steps) = program {
            walk(steps, change);
        }
    }
}

/// Waiting becomes computing.
fn busy(arms: &mut [Arm]) {
    each(arms, |scenario| {
        steps(scenario, &|step| {
            if let Step::Io { time, .. } | Step::Await(time) = *step {
                *step = Step::Compute(time);
            }
        });
    });
}

/// The first arm becomes what the second is, by all but its name.
fn as_second(arms: &mut [Arm]) {
    arms[0].scenario = arms[1].scenario.clone();
}

pub(crate) type Change = fn(&mut Vec<Arm>);

/// A claim's id, what is changed, and how: with that it does not hold.
pub(crate) const DECISIVE: &[(&str, &str, Change)] = &[
    ("P1", "the object is in shared memory", |arms| {
        each(arms, |s| s.objects[0].shared = true);
    }),
    ("P2", "one core", |arms| cores(arms, 1)),
    ("P3", "no failure", |arms| arms[0].scenario.faults.clear()),
    ("P3", "they are threads of one process", |arms| {
        arms[0] = claims::find("T6").expect("it is there").arms().remove(0);
        arms[1] = arms[0].clone();
        arms[1].scenario.faults.clear();
        for arm in arms {
            arm.scenario.processes.truncate(1);
        }
    }),
    (
        "P3",
        "the others wait for a message of the one that fails",
        |arms| {
            each(arms, |s| {
                s.channels.push(ChannelSpec {
                    name: "result".to_owned(),
                    capacity: 1,
                    transport: Transport::Serialised {
                        per_message: Ns(0),
                        pack_per_mib: Ns(0),
                        unpack_per_mib: Ns(0),
                    },
                });
                let Some(Program::Steps(work)) = s.programs.get("work").cloned() else {
                    return;
                };
                let receive = Step::Receive("result".to_owned());
                s.processes[3].threads[0].program =
                    Program::Steps([vec![receive], work.clone()].concat());
                let send = Step::Send {
                    channel: "result".to_owned(),
                    bytes: 0,
                };
                s.processes[2].threads[0].program = Program::Steps([work, vec![send]].concat());
            });
        },
    ),
    ("P4", "nobody is killed", |arms| as_second(arms)),
    ("P5", "one core", |arms| cores(arms, 1)),
    ("P5", "no GIL", |arms| gil(arms, GilSpec::None)),
    ("P6", "a process is as light as a thread", |arms| {
        cost(arms, |costs| costs.process_bytes = 0);
        each(arms, |s| {
            steps(s, &|step| {
                if let Step::Alloc { bytes, .. } = step {
                    *bytes = 0;
                }
            })
        });
    }),
    ("P7", "starting costs nothing", |arms| {
        each(arms, |s| s.costs = CostsSpec::Costs(Costs::IDEAL));
    }),
    ("P7", "a thread costs as much as a fork", |arms| {
        cost(arms, |costs| costs.thread_start_ns = 5_300_000);
    }),
    ("P8", "packing and copying cost nothing", |arms| {
        each(arms, |s| {
            for channel in &mut s.channels {
                if let Transport::Serialised {
                    per_message,
                    pack_per_mib,
                    unpack_per_mib,
                } = &mut channel.transport
                {
                    (*per_message, *pack_per_mib, *unpack_per_mib) = (Ns(0), Ns(0), Ns(0));
                }
            }
        });
    }),
    ("P9", "processes weigh nothing", |arms| {
        cost(arms, |costs| {
            (costs.process_bytes, costs.thread_bytes) = (0, 0)
        });
    }),
    ("P9", "a core for each", |arms| cores(arms, 8)),
    ("T1", "a thread has a heap of its own", |arms| {
        cost(arms, |costs| costs.thread_bytes = costs.process_bytes);
    }),
    ("T2", "starting a thread takes 2 ms", |arms| {
        cost(arms, |costs| costs.thread_start_ns = 2_000_000);
    }),
    ("T3", "messages are packed", |arms| {
        let packed = arms[2].scenario.channels.clone();
        each(arms, |s| s.channels.clone_from(&packed));
    }),
    ("T4", "computing instead of waiting", |arms| busy(arms)),
    ("T5", "a lock", |arms| as_second(arms)),
    ("T5", "no poll point between load and store", |arms| {
        each(arms, |s| {
            steps(s, &|step| {
                if matches!(step, Step::Compute(Ns(80_000))) {
                    *step = Step::Compute(Ns(0));
                }
            })
        });
        each(arms, |s| s.machine.cores = 1);
        each(arms, |s| s.costs = CostsSpec::Costs(Costs::IDEAL));
    }),
    ("T6", "an exception instead", |arms| {
        arms[0].scenario.faults[0].kind = InjectedKind::Exception;
    }),
    ("T7", "no GIL", |arms| gil(arms, GilSpec::None)),
    ("T7", "one core", |arms| cores(arms, 1)),
    ("T8", "no GIL", |arms| gil(arms, GilSpec::None)),
    ("T8", "the work is done in C without the GIL", |arms| {
        each(arms, |s| {
            steps(s, &|step| {
                if let Step::Compute(time) = *step {
                    *step = Step::Release(time);
                }
            })
        });
    }),
    ("T9", "the thread does not die", |arms| {
        arms[1].scenario.faults.clear()
    }),
    ("T9", "it dies without the lock", |arms| {
        if let Some(Program::Steps(hold)) = arms[1].scenario.programs.get_mut("hold") {
            hold.retain(|step| !matches!(step, Step::Lock(_) | Step::Unlock(_)));
        }
    }),
    ("T9", "nobody asks for a kill", |arms| {
        each(&mut arms[..1], |s| {
            steps(s, &|step| {
                if matches!(step, Step::KillThread(_)) {
                    *step = Step::Yield;
                }
            })
        });
    }),
    ("G1", "a GIL for each of two interpreters", |arms| {
        gil(
            arms,
            GilSpec::PerInterpreter {
                interpreters: 2,
                interval: Ns::ms(5),
                poll: Ns::us(1),
            },
        );
        arms[0].scenario.processes[0].threads[1].interpreter = 1;
    }),
    ("G1", "no GIL", |arms| gil(arms, GilSpec::None)),
    ("G2", "no lock where there was one", |arms| {
        gil(&mut arms[3..], GilSpec::None)
    }),
    ("G2", "a GIL from the start", |arms| {
        gil(
            arms,
            GilSpec::SwitchInterval {
                interval: Ns::ms(5),
                poll: Ns::us(1),
            },
        );
    }),
    ("G2", "atomic counts from the start", |arms| {
        gil(
            arms,
            GilSpec::FreeThreaded {
                overhead_permille: 1000,
                contention_permille: 1000,
            },
        );
    }),
    ("W1", "a pool of threads", |arms| {
        arms[1].scenario.pools[0].kind = PoolKind::Threads
    }),
    ("W1", "one core", |arms| cores(arms, 1)),
    ("W2", "a wait that blocks the loop", |arms| {
        each(arms, |s| {
            steps(s, &|step| {
                if let Step::Await(time) = *step {
                    *step = Step::Sleep(time);
                }
            })
        });
    }),
    ("W2", "computing instead of waiting", |arms| busy(arms)),
    ("W3", "one core", |arms| cores(arms, 1)),
    ("W3", "no GIL", |arms| gil(arms, GilSpec::None)),
    ("W4", "computing instead of waiting", |arms| busy(arms)),
    ("W5", "hot objects", |arms| arms[2] = arms[3].clone()),
    ("W5", "one core", |arms| cores(arms, 1)),
    ("M1", "a pool of threads", |arms| {
        arms[1].scenario.pools[0].kind = PoolKind::Threads
    }),
    ("M1", "an executor, which the kill breaks", |arms| {
        each(&mut arms[1..], |s| s.pools[0].kind = PoolKind::Executor);
    }),
    ("M1", "processes without costs", |arms| {
        each(arms, |s| s.costs = CostsSpec::Costs(Costs::IDEAL));
    }),
    ("X1", "all in one interpreter", |arms| {
        for thread in &mut arms[1].scenario.processes[0].threads {
            thread.interpreter = 0;
        }
    }),
    ("X2", "no GIL", |arms| gil(arms, GilSpec::None)),
    ("X2", "the usual interval", |arms| arms[2] = arms[1].clone()),
    ("X3", "inheritance in both", |arms| as_second(arms)),
    ("X3", "nobody in the middle", |arms| {
        each(arms, |s| {
            s.processes[0]
                .threads
                .retain(|t| !t.name.contains("middle"))
        });
    }),
    ("X4", "forks in order in both", |arms| as_second(arms)),
    ("X5", "an exception instead", |arms| {
        each(arms, |s| {
            steps(s, &|step| {
                if matches!(step, Step::Segfault) {
                    *step = Step::Raise;
                }
            })
        });
    }),
    ("X6", "no restart allowed", |arms| {
        each(arms, |s| {
            if let Some(supervision) = &mut s.processes[0].supervision {
                supervision.max_restarts = 0;
            }
        });
    }),
    ("X7", "no caches", |arms| {
        each(arms, |s| s.machine.cache = None)
    }),
    ("X8", "the long job comes last", |arms| {
        each(arms, |s| s.processes[0].threads[0].arrival = Ns::ms(200));
    }),
    ("X9", "all equally nice", |arms| {
        for process in &mut arms[0].scenario.processes {
            process.threads[0].sched.nice = 0;
        }
    }),
    ("X9", "round robin", |arms| {
        arms[0].scenario.machine.policy = PolicySpec::default()
    }),
    ("X10", "less to do", |arms| {
        each(arms, |s| {
            s.processes[0].threads[1].program = Program::Steps(vec![Step::Compute(Ns::ms(2))])
        });
    }),
    ("X10", "more to do than there is time", |arms| {
        each(arms, |s| {
            s.processes[0].threads[1].program = Program::Steps(vec![Step::Compute(Ns::ms(5))])
        });
    }),
];
