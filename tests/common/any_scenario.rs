/// Any valid scenario, small but of every kind: each policy, each step, each
/// sort of process, lock, pool and fault. Many of them deadlock, crash or go
/// on for ever, and are meant to. Include it where it is needed; its names are
/// in a module of their own, so that it fits anywhere.
pub(crate) fn any_scenario() -> any::AnyScenario {
    any::any_scenario()
}

mod any {
    use proptest::collection::{btree_map, vec};
    use proptest::option;
    use proptest::prelude::*;
    use timeslice::experiment::scenario::*;
    use timeslice::experiment::{Costs, Profile};

    pub(crate) type AnyScenario = BoxedStrategy<Scenario>;

    pub(super) fn any_scenario() -> AnyScenario {
        scenario().boxed()
    }

    /// How many of each shared thing there are. All of them always, so that
    /// any name below leads somewhere.
    const EACH: usize = 2;
    /// Processes there are at most.
    const PROCESSES: usize = 3;
    /// Entries of threads in each process; the first is the main thread.
    const THREADS: usize = 3;

    fn scenario() -> impl Strategy<Value = Scenario> {
        let whole = (machine(), costs(), any::<u32>(), option::of(time()));
        let parts = (locks(), channels(), pools(), objects(), small_numbers());
        (whole, parts, 1..=PROCESSES).prop_flat_map(|(whole, parts, processes)| {
            let (machine, costs, seed, until) = whole;
            let list = (0..processes).map(|index| process(index, processes, &machine));
            let list = list.collect::<Vec<_>>();
            let programs = (programs(processes), faults(processes));
            (
                Just((machine, costs, seed, until)),
                Just(parts),
                list,
                programs,
            )
                .prop_map(|(whole, parts, processes, more)| assemble(whole, parts, processes, more))
        })
    }

    type Whole = (Machine, CostsSpec, u32, Option<Ns>);
    type Parts = (
        Vec<LockSpec>,
        Vec<ChannelSpec>,
        Vec<PoolSpec>,
        Vec<ObjectSpec>,
        [u32; 6],
    );
    type More = (
        std::collections::BTreeMap<String, Program>,
        Vec<InjectedFault>,
    );

    fn assemble(
        (machine, costs, seed, until): Whole,
        (locks, channels, pools, objects, numbers): Parts,
        processes: Vec<ProcessSpec>,
        (programs, faults): More,
    ) -> Scenario {
        let numbers = |from: usize| (0..EACH).map(move |n| (n, numbers[from + n]));
        Scenario {
            name: "any".to_owned(),
            about: String::new(),
            machine,
            costs,
            seed,
            until,
            processes,
            programs,
            locks,
            semaphores: numbers(0)
                .map(|(n, count)| SemaphoreSpec {
                    name: format!("semaphore {n}"),
                    count,
                })
                .collect(),
            conditions: (0..EACH).map(|n| format!("condition {n}")).collect(),
            channels,
            barriers: numbers(2)
                .map(|(n, parties)| BarrierSpec {
                    name: format!("barrier {n}"),
                    parties: parties + 1,
                })
                .collect(),
            devices: numbers(4)
                .map(|(n, parallel)| DeviceSpec {
                    name: format!("device {n}"),
                    parallel: parallel + 1,
                })
                .collect(),
            objects,
            pools,
            faults,
        }
    }

    fn small_numbers() -> impl Strategy<Value = [u32; 6]> {
        prop::array::uniform6(0..3_u32)
    }

    fn named(what: &'static str) -> impl Strategy<Value = String> {
        (0..EACH).prop_map(move |n| format!("{what} {n}"))
    }

    /// Up to some ms: short ones more often than long ones.
    fn time() -> impl Strategy<Value = Ns> {
        prop_oneof![
            1 => Just(Ns(0)),
            2 => (1..2_000_u64).prop_map(Ns),
            4 => (1..5_000_u64).prop_map(Ns::us),
            1 => (5..50_u64).prop_map(Ns::ms),
        ]
    }

    /// A slice, an interval: not so short that a run never ends.
    fn slice() -> impl Strategy<Value = Ns> {
        (10..5_000_u64).prop_map(Ns::us)
    }

    fn machine() -> impl Strategy<Value = Machine> {
        let queues = prop_oneof![
            Just(Queues::Global),
            (any::<bool>(), option::of(slice()), time()).prop_map(|(steal, balance, hot)| {
                Queues::PerCore {
                    steal,
                    balance,
                    hot,
                }
            }),
        ];
        let preemption = prop_oneof![
            Just(Preemption::HighResolution),
            slice().prop_map(|period| Preemption::Tick { period }),
        ];
        let tie = prop_oneof![Just(Tie::ArrivalFirst), Just(Tie::ExpiredFirst)];
        let equal_keys = prop_oneof![Just(OrderBy::Queue), Just(OrderBy::Id)];
        let cache = (0..100_u64, time(), 1..5_u32).prop_map(|(size, warm_up, warm_rate)| Cache {
            size,
            warm_up,
            warm_rate,
        });
        (
            1..=4_u16,
            policy(),
            queues,
            tie,
            equal_keys,
            preemption,
            option::of(cache),
        )
            .prop_map(
                |(cores, policy, queues, tie, equal_keys, preemption, cache)| Machine {
                    cores,
                    policy,
                    queues,
                    tie,
                    equal_keys,
                    preemption,
                    cache,
                },
            )
    }

    fn policy() -> impl Strategy<Value = PolicySpec> {
        let order = prop_oneof![
            Just(PriorityOrder::HighFirst),
            Just(PriorityOrder::LowFirst)
        ];
        let timer = prop_oneof![Just(SliceTimer::Own), Just(SliceTimer::Global)];
        let level =
            (slice(), 1..4_u32).prop_map(|(quantum, allotment)| Level { quantum, allotment });
        prop_oneof![
            Just(PolicySpec::Fifo),
            Just(PolicySpec::Sjf),
            Just(PolicySpec::Srtf),
            (any::<bool>(), option::of(slice()), order).prop_map(|(preemptive, ageing, order)| {
                PolicySpec::Priority {
                    preemptive,
                    ageing,
                    order,
                }
            }),
            Just(PolicySpec::Hrrn),
            (slice(), timer).prop_map(|(slice, timer)| PolicySpec::RoundRobin { slice, timer }),
            (
                vec(level, 1..4),
                option::of(slice()),
                any::<bool>(),
                any::<bool>()
            )
                .prop_map(|(levels, boost, stay_after_io, io_bump)| PolicySpec::Mlfq {
                    levels,
                    boost,
                    stay_after_io,
                    io_bump,
                }),
            (slice(), vec(any::<u32>(), 0..4))
                .prop_map(|(quantum, draws)| PolicySpec::Lottery { quantum, draws }),
            slice().prop_map(|quantum| PolicySpec::Stride { quantum }),
            Just(PolicySpec::Cfs),
            (option::of(slice()), any::<bool>()).prop_map(|(slice, delayed_dequeue)| {
                PolicySpec::Eevdf {
                    slice,
                    delayed_dequeue,
                }
            }),
            Just(PolicySpec::SchedFifo),
            slice().prop_map(|slice| PolicySpec::SchedRr { slice }),
            Just(PolicySpec::SchedDeadline),
            Just(PolicySpec::Edf),
            Just(PolicySpec::Rm),
            Just(PolicySpec::Dm),
            slice().prop_map(|quantum| PolicySpec::Llf { quantum }),
        ]
    }

    fn costs() -> impl Strategy<Value = CostsSpec> {
        let times = prop::array::uniform7(0..100_000_u64);
        let own = (times, any::<bool>()).prop_map(|(ns, threads_start_together)| Costs {
            context_switch_ns: ns[0],
            process_start_parent_ns: ns[1],
            process_start_child_ns: ns[2],
            thread_start_ns: ns[3],
            threads_start_together,
            gil_handoff_ns: ns[4],
            wake_latency_ns: ns[5],
            wake_jitter_ns: ns[6],
            process_bytes: 1 << 20,
            thread_bytes: 1 << 14,
            ..Costs::IDEAL
        });
        prop_oneof![
            Just(CostsSpec::Profile(Profile::Ideal)),
            Just(CostsSpec::Profile(Profile::CPythonLinux)),
            own.prop_map(CostsSpec::Costs),
        ]
    }

    fn gil() -> impl Strategy<Value = GilSpec> {
        prop_oneof![
            Just(GilSpec::None),
            (slice(), 1..100_u64).prop_map(|(interval, poll)| GilSpec::SwitchInterval {
                interval,
                poll: Ns::us(poll),
            }),
            slice().prop_map(|check| GilSpec::Tick { check }),
            (1..=3_u16, slice(), 1..100_u64).prop_map(|(interpreters, interval, poll)| {
                GilSpec::PerInterpreter {
                    interpreters,
                    interval,
                    poll: Ns::us(poll),
                }
            }),
            (1_000..1_500_u32, 1_000..2_400_u32).prop_map(
                |(overhead_permille, contention_permille)| {
                    GilSpec::FreeThreaded {
                        overhead_permille,
                        contention_permille,
                    }
                }
            ),
        ]
    }

    fn start() -> impl Strategy<Value = StartMethod> {
        prop_oneof![
            (0..1_u64 << 30).prop_map(|parent_bytes| StartMethod::Fork(Fork { parent_bytes })),
            Just(StartMethod::Forkserver),
            Just(StartMethod::Spawn),
        ]
    }

    fn supervision() -> impl Strategy<Value = Supervision> {
        let strategy = prop_oneof![
            Just(SupervisionStrategy::OneForOne),
            Just(SupervisionStrategy::OneForAll),
        ];
        let restart = prop_oneof![Just(Restart::OnFailure), Just(Restart::Always)];
        (0..2_u16, strategy, restart, 0..4_u32, time()).prop_map(
            |(group, strategy, restart, max_restarts, back_off)| Supervision {
                group,
                strategy,
                restart,
                max_restarts,
                back_off,
            },
        )
    }

    fn process_name(index: usize) -> String {
        format!("process {index}")
    }

    fn process(
        index: usize,
        processes: usize,
        machine: &Machine,
    ) -> impl Strategy<Value = ProcessSpec> + use<> {
        let machine = machine.clone();
        let head = (
            time(),
            gil(),
            start(),
            option::of(0..1_u64 << 20),
            any::<bool>(),
        );
        (head, option::of(supervision())).prop_flat_map(move |(head, supervision)| {
            let interpreters = match head.1 {
                GilSpec::PerInterpreter { interpreters, .. } => interpreters,
                _ => 1,
            };
            let threads = (0..THREADS)
                .map(|entry| thread(entry, index, processes, interpreters, &machine))
                .collect::<Vec<_>>();
            threads.prop_map(move |threads| {
                let (arrival, gil, start, heap_limit, daemon) = head;
                ProcessSpec {
                    name: process_name(index),
                    arrival,
                    gil,
                    start,
                    heap_limit,
                    daemon,
                    supervision,
                    threads,
                }
            })
        })
    }

    fn thread(
        entry: usize,
        process: usize,
        processes: usize,
        interpreters: u16,
        machine: &Machine,
    ) -> impl Strategy<Value = ThreadSpec> + use<> {
        let affinity = match machine.queues {
            Queues::Global => Just(None).boxed(),
            Queues::PerCore { .. } => {
                option::of(vec(0..machine.cores, 1..=usize::from(machine.cores))).boxed()
            }
        };
        let periodic = (slice(), option::of(slice()), time(), any::<bool>()).prop_map(
            |(period, deadline, phase, abort_on_miss)| Periodic {
                period,
                deadline,
                phase,
                abort_on_miss,
            },
        );
        let body = prop_oneof![
            4 => vec(step(process, processes, Place::Thread), 0..8).prop_map(Program::Steps),
            1 => Just(Program::Named("shared".to_owned())),
        ];
        // The main thread is one, so that it can be named.
        let count = if entry == 0 { 0..=1_u32 } else { 0..=3 };
        let head = (count, body, time(), any::<bool>(), 0..interpreters);
        let tail = (
            sched(),
            option::weighted(0.2, periodic),
            affinity,
            0..50_u64,
        );
        (head, tail).prop_map(move |(head, tail)| {
            let (count, program, arrival, daemon, interpreter) = head;
            let (sched, periodic, affinity, working_set) = tail;
            ThreadSpec {
                name: if entry == 0 {
                    String::new()
                } else {
                    thread_name(entry)
                },
                count,
                program,
                arrival,
                daemon,
                interpreter,
                sched,
                periodic,
                affinity,
                working_set,
            }
        })
    }

    /// The first goes by its default name.
    fn thread_name(entry: usize) -> String {
        match entry {
            0 => "T1".to_owned(),
            entry => format!("thread {}", ["a", "b", "c"][entry]),
        }
    }

    fn sched() -> impl Strategy<Value = Sched> {
        let class = option::weighted(
            0.3,
            prop_oneof![
                Just(Class::Deadline),
                Just(Class::Fifo),
                Just(Class::Rr),
                Just(Class::Normal),
                Just(Class::Idle),
            ],
        );
        let deadline = (1..1_000_u64, 0..1_000_u64, 0..1_000_u64, any::<bool>());
        (class, -20..=19_i8, 1..=99_i32, 1..100_u32, deadline).prop_map(
            |(class, nice, priority, tickets, (runtime, slack, more, explicit))| {
                let period = Ns::us(runtime + slack + more);
                let by = Ns::us(runtime + slack);
                Sched {
                    class,
                    nice,
                    priority,
                    tickets,
                    runtime: Some(Ns::us(runtime)),
                    deadline: explicit.then_some(by),
                    period: Some(period),
                }
            },
        )
    }

    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Place {
        /// A program of a thread.
        Thread,
        /// A task of an event loop.
        LoopTask,
        /// A task of a pool, or one that may be: in a process without threads
        /// that could be named.
        PoolTask,
    }

    fn steps_of_no_content() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => Just(Step::Yield),
            5 => Just(Step::Unit),
            1 => Just(Step::Ready),
            1 => Just(Step::Raise),
            1 => Just(Step::Exit),
            1 => any::<i32>().prop_map(Step::ExitProcess),
            1 => Just(Step::Segfault),
            1 => Just(Step::Hang),
        ]
    }

    fn steps_of_time() -> impl Strategy<Value = Step> {
        prop_oneof![
            time().prop_map(Step::Compute),
            time().prop_map(Step::Call),
            time().prop_map(Step::Release),
            time().prop_map(Step::Native),
            time().prop_map(Step::Sleep),
            (option::of(named("device")), time())
                .prop_map(|(device, time)| Step::Io { device, time }),
        ]
    }

    fn steps_of_waiting() -> impl Strategy<Value = Step> {
        prop_oneof![
            named("lock").prop_map(Step::Lock),
            named("lock").prop_map(Step::Unlock),
            (named("lock"), time()).prop_map(|(lock, time)| Step::LockFor { lock, time }),
            named("semaphore").prop_map(Step::Acquire),
            named("semaphore").prop_map(Step::Post),
            (named("condition"), named("lock"))
                .prop_map(|(condition, lock)| Step::Wait { condition, lock }),
            named("condition").prop_map(Step::Notify),
            named("condition").prop_map(Step::NotifyAll),
            named("barrier").prop_map(Step::Barrier),
        ]
    }

    fn steps_of_memory() -> impl Strategy<Value = Step> {
        prop_oneof![
            named("object").prop_map(Step::Load),
            any::<i64>().prop_map(Step::Add),
            named("object").prop_map(Step::Store),
            (named("object"), 0..1_u64 << 16)
                .prop_map(|(object, bytes)| Step::Alloc { object, bytes }),
            named("object").prop_map(Step::Free),
            named("object").prop_map(Step::Incref),
            named("object").prop_map(Step::Decref),
            named("object").prop_map(Step::Touch),
            named("object").prop_map(Step::Corrupt),
        ]
    }

    /// `channel 0` passes references, within the first process; `channel 1`
    /// is for all.
    fn steps_of_messages(process: usize, place: Place) -> impl Strategy<Value = Step> {
        let inside = process == 0 && place != Place::PoolTask;
        let channel = usize::from(!inside)..EACH;
        let channel = channel.prop_map(|n| format!("channel {n}")).boxed();
        prop_oneof![
            (channel.clone(), 0..1_u64 << 20)
                .prop_map(|(channel, bytes)| Step::Send { channel, bytes }),
            channel.prop_map(Step::Receive),
        ]
    }

    fn steps_of_processes(processes: usize) -> impl Strategy<Value = Step> {
        let name = (0..processes).prop_map(process_name).boxed();
        prop_oneof![
            name.clone().prop_map(Step::StartProcess),
            name.clone().prop_map(Step::JoinProcess),
            name.prop_map(Step::KillProcess),
        ]
    }

    fn steps_of_threads() -> impl Strategy<Value = Step> {
        let any = (0..THREADS).prop_map(thread_name).boxed();
        let other = (1..THREADS).prop_map(thread_name).boxed();
        prop_oneof![
            other.prop_map(Step::StartThread),
            any.clone().prop_map(Step::JoinThread),
            any.prop_map(Step::KillThread),
        ]
    }

    /// Any step that stands alone.
    fn simple(process: usize, processes: usize, place: Place) -> BoxedStrategy<Step> {
        let common = prop_oneof![
            2 => steps_of_no_content(),
            6 => steps_of_time(),
            6 => steps_of_waiting(),
            4 => steps_of_memory(),
            3 => steps_of_messages(process, place),
            2 => steps_of_processes(processes),
            1 => named("pool").prop_map(Step::Gather),
        ];
        match place {
            Place::PoolTask => common.boxed(),
            Place::Thread => prop_oneof![8 => common, 1 => steps_of_threads()].boxed(),
            Place::LoopTask => {
                prop_oneof![8 => common, 1 => steps_of_threads(), 2 => time().prop_map(Step::Await)]
                    .boxed()
            }
        }
    }

    /// Any step, two levels of `repeat` deep at most.
    fn step(process: usize, processes: usize, place: Place) -> BoxedStrategy<Step> {
        let leaf = simple(process, processes, place);
        let repeated = |inner: BoxedStrategy<Step>| {
            (1..6_u32, vec(inner, 0..5)).prop_map(|(times, steps)| Step::Repeat { times, steps })
        };
        let once = prop_oneof![6 => leaf.clone(), 1 => repeated(leaf.clone())].boxed();
        let twice = prop_oneof![6 => leaf, 1 => repeated(once)].boxed();
        if place == Place::PoolTask {
            return twice;
        }
        let task = vec(simple(process, processes, Place::PoolTask), 0..5).prop_map(Program::Steps);
        let task = prop_oneof![3 => task, 1 => Just(Program::Named("task".to_owned()))];
        let submit = (named("pool"), task, 1..6_u32, 0..1_u64 << 16).prop_map(
            |(pool, task, count, bytes)| Step::Submit {
                pool,
                task,
                count,
                bytes,
            },
        );
        if place == Place::LoopTask {
            return prop_oneof![12 => twice, 1 => submit].boxed();
        }
        let task = vec(step(process, processes, Place::LoopTask), 0..5).prop_map(Program::Steps);
        let task = prop_oneof![
            3 => task,
            1 => Just(Program::Named("coroutine".to_owned())),
            1 => Just(Program::Named("shared".to_owned())),
        ];
        let run_loop = vec(task, 0..4).prop_map(Step::RunLoop);
        prop_oneof![12 => twice, 1 => submit, 1 => run_loop].boxed()
    }

    /// `task`, for pools; `shared`, for threads as well; `coroutine`, for
    /// event loops; and one by another name.
    fn programs(
        processes: usize,
    ) -> impl Strategy<Value = std::collections::BTreeMap<String, Program>> {
        // Whoever uses them, they touch only what all have.
        let task = vec(simple(1, processes, Place::PoolTask), 0..6).prop_map(Program::Steps);
        let shared = vec(step(1, processes, Place::PoolTask), 0..6).prop_map(Program::Steps);
        let awaiting = prop_oneof![
            simple(1, processes, Place::PoolTask),
            time().prop_map(Step::Await)
        ];
        let coroutine = vec(awaiting, 0..6).prop_map(Program::Steps);
        let more = btree_map("more [a-z]", Just(Program::Named("task".to_owned())), 0..2);
        (task, shared, coroutine, more).prop_map(|(task, shared, coroutine, mut all)| {
            all.insert("task".to_owned(), task);
            all.insert("shared".to_owned(), shared);
            all.insert("coroutine".to_owned(), coroutine);
            all
        })
    }

    fn locks() -> impl Strategy<Value = Vec<LockSpec>> {
        let protocol = prop_oneof![
            Just(LockProtocol::None),
            Just(LockProtocol::Inherit),
            (1..=99_i32).prop_map(LockProtocol::Ceiling),
        ];
        let order = prop_oneof![Just(WaiterOrder::Fifo), Just(WaiterOrder::Priority)];
        vec((protocol, order, any::<bool>()), EACH).prop_map(|list| {
            let list = list.into_iter().enumerate();
            list.map(|(n, (protocol, order, shared))| LockSpec {
                name: format!("lock {n}"),
                protocol,
                order,
                shared,
            })
            .collect()
        })
    }

    fn channels() -> impl Strategy<Value = Vec<ChannelSpec>> {
        (
            prop::array::uniform2(1..4_u32),
            prop::array::uniform3(time()),
        )
            .prop_map(|(capacity, cost)| {
                let transports = [
                    Transport::ByReference,
                    Transport::Serialised {
                        per_message: cost[0],
                        pack_per_mib: cost[1],
                        unpack_per_mib: cost[2],
                    },
                ];
                let list = transports.into_iter().enumerate();
                list.map(|(n, transport)| ChannelSpec {
                    name: format!("channel {n}"),
                    capacity: capacity[n],
                    transport,
                })
                .collect()
            })
    }

    fn pools() -> impl Strategy<Value = Vec<PoolSpec>> {
        let kind = prop_oneof![
            Just(PoolKind::Threads),
            Just(PoolKind::Executor),
            Just(PoolKind::Multiprocessing),
        ];
        vec((kind, 1..4_u32, option::of(start()), gil(), time()), EACH).prop_map(|list| {
            let list = list.into_iter().enumerate();
            list.map(|(n, (kind, workers, start, gil, submit))| PoolSpec {
                name: format!("pool {n}"),
                kind,
                workers,
                start,
                gil,
                submit,
            })
            .collect()
        })
    }

    fn objects() -> impl Strategy<Value = Vec<ObjectSpec>> {
        vec(
            (any::<i64>(), 0..3_i64, 0..1_u64 << 16, any::<bool>()),
            EACH,
        )
        .prop_map(|list| {
            let list = list.into_iter().enumerate();
            list.map(|(n, (value, references, bytes, shared))| ObjectSpec {
                name: format!("object {n}"),
                value,
                references,
                bytes,
                shared,
            })
            .collect()
        })
    }

    fn faults(processes: usize) -> impl Strategy<Value = Vec<InjectedFault>> {
        let kind = prop_oneof![
            Just(InjectedKind::Exception),
            Just(InjectedKind::Segfault),
            Just(InjectedKind::KillProcess),
            Just(InjectedKind::KillThread),
            Just(InjectedKind::Hang),
            Just(InjectedKind::OutOfMemory),
            Just(InjectedKind::Vanish),
        ];
        let when = prop_oneof![
            time().prop_map(InjectedWhen::At),
            (0..5_u32).prop_map(InjectedWhen::Units),
            time().prop_map(InjectedWhen::RandomWithin),
        ];
        let thread = option::of((0..THREADS).prop_map(thread_name));
        let fault = (kind, 0..processes, thread, when).prop_map(|(kind, process, thread, when)| {
            InjectedFault {
                kind,
                process: process_name(process),
                thread,
                when,
            }
        });
        vec(fault, 0..3)
    }
}
