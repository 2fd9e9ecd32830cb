/// Scenarios from a seed: small, valid, of every kind of step, policy,
/// process, lock, pool and fault, and made without proptest, so that a browser
/// can make the same. Most deadlock, crash or go on for ever, and are meant to.
/// Include it where it is needed; its names are in a module of their own.
#[allow(dead_code, reason = "not every test that includes this uses it all")]
mod seeded {
    use timeslice::experiment::scenario::*;
    use timeslice::experiment::{Costs, Profile};

    /// SplitMix64.
    #[derive(Debug, Clone)]
    pub(crate) struct Dice(u64);

    impl Dice {
        pub(crate) fn new(seed: u64) -> Self {
            Self(seed)
        }

        pub(crate) fn next(&mut self) -> u64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        }

        /// From `from` to `to`, both included.
        pub(crate) fn range(&mut self, from: u64, to: u64) -> u64 {
            from + self.next() % (to - from + 1)
        }

        pub(crate) fn below(&mut self, end: usize) -> usize {
            self.range(0, end as u64 - 1) as usize
        }

        pub(crate) fn one_in(&mut self, n: u64) -> bool {
            self.next().is_multiple_of(n)
        }

        pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
            from[self.below(from.len())]
        }

        /// Up to some ms: short ones more often than long ones.
        fn time(&mut self) -> Ns {
            match self.below(8) {
                0 => Ns(0),
                1 | 2 => Ns(self.range(1, 2_000)),
                7 => Ns::ms(self.range(5, 50)),
                _ => Ns::us(self.range(1, 5_000)),
            }
        }

        /// A slice, an interval: not so short that a run never ends.
        fn slice(&mut self) -> Ns {
            Ns::us(self.range(10, 5_000))
        }

        fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
            self.one_in(2).then(|| make(self))
        }

        /// One of the two that there are of each shared thing.
        fn named(&mut self, what: &str) -> String {
            format!("{what} {}", self.below(2))
        }
    }

    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Place {
        Thread,
        LoopTask,
        PoolTask,
    }

    const THREADS: usize = 3;
    /// How many policies [`policy`] knows.
    pub(crate) const POLICIES: usize = 18;

    /// The scenario of a seed, under the policy with this number, or any.
    pub(crate) fn scenario(seed: u64, number: Option<usize>) -> Scenario {
        let dice = &mut Dice::new(seed);
        let count = dice.range(1, 3) as usize;
        let machine = machine(dice, number);
        let costs = costs(dice);
        let processes = (0..count).map(|p| process(dice, p, count, &machine));
        let processes = processes.collect();
        let mut programs = std::collections::BTreeMap::new();
        for (name, place) in [
            ("task", Place::PoolTask),
            ("shared", Place::PoolTask),
            ("coroutine", Place::LoopTask),
        ] {
            let length = dice.below(6);
            let step = |dice: &mut Dice| match place {
                Place::LoopTask if dice.one_in(2) => Step::Await(dice.time()),
                _ => simple(dice, 1, count, Place::PoolTask),
            };
            let steps = (0..length).map(|_| step(dice)).collect();
            programs.insert(name.to_owned(), Program::Steps(steps));
        }
        Scenario {
            name: format!("seed {seed}"),
            about: String::new(),
            machine,
            costs,
            seed: dice.next() as u32,
            until: if dice.one_in(4) { Some(dice.time()) } else { None },
            processes,
            programs,
            locks: (0..2).map(|n| lock(dice, n)).collect(),
            semaphores: (0..2)
                .map(|n| SemaphoreSpec {
                    name: format!("semaphore {n}"),
                    count: dice.below(3) as u32,
                })
                .collect(),
            conditions: (0..2).map(|n| format!("condition {n}")).collect(),
            channels: (0..2).map(|n| channel(dice, n)).collect(),
            barriers: (0..2)
                .map(|n| BarrierSpec {
                    name: format!("barrier {n}"),
                    parties: dice.range(1, 3) as u32,
                })
                .collect(),
            devices: (0..2)
                .map(|n| DeviceSpec {
                    name: format!("device {n}"),
                    parallel: dice.range(1, 3) as u32,
                })
                .collect(),
            objects: (0..2)
                .map(|n| ObjectSpec {
                    name: format!("object {n}"),
                    value: dice.next() as i64,
                    references: dice.below(3) as i64,
                    bytes: dice.range(0, 1 << 16),
                    shared: dice.one_in(2),
                })
                .collect(),
            pools: (0..2).map(|n| pool(dice, n)).collect(),
            faults: (0..dice.below(3)).map(|_| fault(dice, count)).collect(),
        }
    }

    fn machine(dice: &mut Dice, number: Option<usize>) -> Machine {
        Machine {
            cores: dice.range(1, 4) as u16,
            policy: {
                let number = number.unwrap_or_else(|| dice.below(POLICIES));
                policy(dice, number)
            },
            queues: if dice.one_in(2) {
                Queues::Global
            } else {
                Queues::PerCore {
                    steal: dice.one_in(2),
                    balance: dice.maybe(Dice::slice),
                    hot: dice.time(),
                }
            },
            tie: dice.pick(&[Tie::ArrivalFirst, Tie::ExpiredFirst]),
            equal_keys: dice.pick(&[OrderBy::Queue, OrderBy::Id]),
            preemption: if dice.one_in(2) {
                Preemption::HighResolution
            } else {
                Preemption::Tick {
                    period: dice.slice(),
                }
            },
            cache: dice.maybe(|dice| Cache {
                size: dice.range(0, 100),
                warm_up: dice.time(),
                warm_rate: dice.range(1, 4) as u32,
            }),
        }
    }

    fn policy(dice: &mut Dice, number: usize) -> PolicySpec {
        match number {
            0 => PolicySpec::Fifo,
            1 => PolicySpec::Sjf,
            2 => PolicySpec::Srtf,
            3 => PolicySpec::Priority {
                preemptive: dice.one_in(2),
                ageing: dice.maybe(Dice::slice),
                order: dice.pick(&[PriorityOrder::HighFirst, PriorityOrder::LowFirst]),
            },
            4 => PolicySpec::Hrrn,
            5 => PolicySpec::RoundRobin {
                slice: dice.slice(),
                timer: dice.pick(&[SliceTimer::Own, SliceTimer::Global]),
            },
            6 => PolicySpec::Mlfq {
                levels: (0..dice.range(1, 3))
                    .map(|_| Level {
                        quantum: dice.slice(),
                        allotment: dice.range(1, 3) as u32,
                    })
                    .collect(),
                boost: dice.maybe(Dice::slice),
                stay_after_io: dice.one_in(2),
                io_bump: dice.one_in(2),
            },
            7 => PolicySpec::Lottery {
                quantum: dice.slice(),
                draws: (0..dice.below(4)).map(|_| dice.next() as u32).collect(),
            },
            8 => PolicySpec::Stride {
                quantum: dice.slice(),
            },
            9 => PolicySpec::Cfs,
            10 => PolicySpec::Eevdf {
                slice: dice.maybe(Dice::slice),
                delayed_dequeue: dice.one_in(2),
            },
            11 => PolicySpec::SchedFifo,
            12 => PolicySpec::SchedRr {
                slice: dice.slice(),
            },
            13 => PolicySpec::SchedDeadline,
            14 => PolicySpec::Edf,
            15 => PolicySpec::Rm,
            16 => PolicySpec::Dm,
            _ => PolicySpec::Llf {
                quantum: dice.slice(),
            },
        }
    }

    fn costs(dice: &mut Dice) -> CostsSpec {
        match dice.below(3) {
            0 => CostsSpec::Profile(Profile::Ideal),
            1 => CostsSpec::Profile(Profile::CPythonLinux),
            _ => CostsSpec::Costs(Costs {
                context_switch_ns: dice.range(0, 100_000),
                process_switch_ns: dice.range(0, 100_000),
                migration_ns: dice.range(0, 100_000),
                process_start_parent_ns: dice.range(0, 100_000),
                process_start_child_ns: dice.range(0, 100_000),
                thread_start_ns: dice.range(0, 100_000),
                threads_start_together: dice.one_in(2),
                gil_handoff_ns: dice.range(0, 100_000),
                gil_signal_ns: dice.range(0, 1_000),
                task_start_ns: dice.range(0, 10_000),
                instruction_ns: dice.range(0, 100),
                wake_latency_ns: dice.range(0, 100_000),
                wake_jitter_ns: dice.range(0, 100_000),
                ..Costs::IDEAL
            }),
        }
    }

    fn gil(dice: &mut Dice) -> GilSpec {
        let interval = dice.slice();
        let poll = Ns::us(dice.range(1, 100));
        match dice.below(5) {
            0 => GilSpec::None,
            1 => GilSpec::SwitchInterval { interval, poll },
            2 => GilSpec::Tick {
                check: dice.slice(),
            },
            3 => GilSpec::PerInterpreter {
                interpreters: dice.range(1, 3) as u16,
                interval,
                poll,
            },
            _ => GilSpec::FreeThreaded {
                overhead_permille: dice.range(1_000, 1_500) as u32,
                contention_permille: dice.range(1_000, 2_400) as u32,
            },
        }
    }

    fn start(dice: &mut Dice) -> StartMethod {
        match dice.below(3) {
            0 => StartMethod::Fork(Fork {
                parent_bytes: dice.range(0, 1 << 30),
            }),
            1 => StartMethod::Forkserver,
            _ => StartMethod::Spawn,
        }
    }

    fn process_name(index: usize) -> String {
        format!("process {index}")
    }

    fn thread_name(entry: usize) -> String {
        ["T1", "thread b", "thread c"][entry].to_owned()
    }

    fn process(dice: &mut Dice, index: usize, count: usize, machine: &Machine) -> ProcessSpec {
        let gil = gil(dice);
        ProcessSpec {
            name: process_name(index),
            arrival: dice.time(),
            gil,
            start: start(dice),
            heap_limit: dice.maybe(|dice| dice.range(0, 1 << 20)),
            daemon: dice.one_in(2),
            supervision: dice.maybe(|dice| Supervision {
                group: dice.below(2) as u16,
                strategy: dice.pick(&[
                    SupervisionStrategy::OneForOne,
                    SupervisionStrategy::OneForAll,
                ]),
                restart: dice.pick(&[Restart::OnFailure, Restart::Always]),
                max_restarts: dice.below(4) as u32,
                back_off: dice.time(),
            }),
            threads: (0..THREADS)
                .map(|entry| thread(dice, entry, (index, count), gil, machine))
                .collect(),
        }
    }

    fn thread(
        dice: &mut Dice,
        entry: usize,
        (index, processes): (usize, usize),
        gil: GilSpec,
        machine: &Machine,
    ) -> ThreadSpec {
        let interpreters = match gil {
            GilSpec::PerInterpreter { interpreters, .. } => interpreters,
            _ => 1,
        };
        ThreadSpec {
            name: match entry {
                0 => String::new(),
                entry => thread_name(entry),
            },
            count: dice.range(0, if entry == 0 { 1 } else { 3 }) as u32,
            program: if dice.one_in(5) {
                Program::Named("shared".to_owned())
            } else {
                let length = dice.below(8);
                let steps = (0..length).map(|_| step(dice, index, processes, Place::Thread, 2));
                Program::Steps(steps.collect())
            },
            arrival: dice.time(),
            daemon: dice.one_in(2),
            interpreter: dice.below(usize::from(interpreters)) as u16,
            sched: sched(dice),
            periodic: dice.one_in(5).then(|| Periodic {
                period: dice.slice(),
                deadline: dice.maybe(Dice::slice),
                phase: dice.time(),
                abort_on_miss: dice.one_in(2),
            }),
            affinity: match machine.queues {
                Queues::PerCore { .. } if dice.one_in(2) => {
                    let length = dice.range(1, u64::from(machine.cores));
                    let cores = usize::from(machine.cores);
                    Some((0..length).map(|_| dice.below(cores) as u16).collect())
                }
                _ => None,
            },
            working_set: dice.range(0, 50),
        }
    }

    fn sched(dice: &mut Dice) -> Sched {
        let (runtime, slack) = (dice.range(1, 1_000), dice.range(0, 1_000));
        let class = [
            Class::Deadline,
            Class::Fifo,
            Class::Rr,
            Class::Normal,
            Class::Idle,
        ];
        Sched {
            class: dice.one_in(3).then(|| dice.pick(&class)),
            nice: dice.range(0, 39) as i8 - 20,
            priority: dice.range(1, 99) as i32,
            tickets: dice.range(1, 99) as u32,
            runtime: Some(Ns::us(runtime)),
            deadline: dice.one_in(2).then_some(Ns::us(runtime + slack)),
            period: Some(Ns::us(runtime + slack + dice.range(0, 1_000))),
        }
    }

    fn step(dice: &mut Dice, index: usize, processes: usize, place: Place, depth: u32) -> Step {
        if depth > 0 && dice.one_in(7) {
            let length = dice.below(5);
            return Step::Repeat {
                times: dice.range(1, 5) as u32,
                steps: (0..length)
                    .map(|_| step(dice, index, processes, place, depth - 1))
                    .collect(),
            };
        }
        if place != Place::PoolTask && depth == 2 && dice.one_in(13) {
            let task = if dice.one_in(4) {
                Program::Named("task".to_owned())
            } else {
                let length = dice.below(5);
                let steps = (0..length).map(|_| simple(dice, index, processes, Place::PoolTask));
                Program::Steps(steps.collect())
            };
            return Step::Submit {
                pool: dice.named("pool"),
                task,
                count: dice.range(1, 5) as u32,
                bytes: dice.range(0, 1 << 16),
            };
        }
        if place == Place::Thread && depth == 2 && dice.one_in(13) {
            let count = dice.below(4);
            let task = |dice: &mut Dice| match dice.below(5) {
                0 => Program::Named("coroutine".to_owned()),
                1 => Program::Named("shared".to_owned()),
                _ => {
                    let length = dice.below(5);
                    let steps =
                        (0..length).map(|_| step(dice, index, processes, Place::LoopTask, 2));
                    Program::Steps(steps.collect())
                }
            };
            return Step::RunLoop((0..count).map(|_| task(dice)).collect());
        }
        simple(dice, index, processes, place)
    }

    /// Any step that stands alone.
    fn simple(dice: &mut Dice, index: usize, processes: usize, place: Place) -> Step {
        match dice.below(25) {
            0 => match dice.below(14) {
                0..3 => Step::Yield,
                3..8 => Step::Unit,
                8 => Step::Ready,
                9 => Step::Raise,
                10 => Step::Exit,
                11 => Step::ExitProcess(dice.next() as i32),
                12 => Step::Segfault,
                _ => Step::Hang,
            },
            1 => Step::Unit,
            2..8 => match dice.below(6) {
                0 => Step::Compute(dice.time()),
                1 => Step::Call(dice.time()),
                2 => Step::Release(dice.time()),
                3 => Step::Native(dice.time()),
                4 => Step::Sleep(dice.time()),
                _ => Step::Io {
                    device: dice.maybe(|dice| dice.named("device")),
                    time: dice.time(),
                },
            },
            8..14 => match dice.below(9) {
                0 => Step::Lock(dice.named("lock")),
                1 => Step::Unlock(dice.named("lock")),
                2 => Step::LockFor {
                    lock: dice.named("lock"),
                    time: dice.time(),
                },
                3 => Step::Acquire(dice.named("semaphore")),
                4 => Step::Post(dice.named("semaphore")),
                5 => Step::Wait {
                    condition: dice.named("condition"),
                    lock: dice.named("lock"),
                },
                6 => Step::Notify(dice.named("condition")),
                7 => Step::NotifyAll(dice.named("condition")),
                _ => Step::Barrier(dice.named("barrier")),
            },
            14..18 => {
                let object = dice.named("object");
                match dice.below(9) {
                    0 => Step::Load(object),
                    1 => Step::Add(dice.next() as i64),
                    2 => Step::Store(object),
                    3 => Step::Alloc {
                        object,
                        bytes: dice.range(0, 1 << 16),
                    },
                    4 => Step::Free(object),
                    5 => Step::Incref(object),
                    6 => Step::Decref(object),
                    7 => Step::Touch(object),
                    _ => Step::Corrupt(object),
                }
            }
            18..21 => {
                // The first passes references: within the first process.
                let inside = index == 0 && place != Place::PoolTask;
                let number = if inside { dice.below(2) } else { 1 };
                let channel = format!("channel {number}");
                if dice.one_in(2) {
                    Step::Receive(channel)
                } else {
                    Step::Send {
                        channel,
                        bytes: dice.range(0, 1 << 20),
                    }
                }
            }
            21 | 22 => {
                let name = process_name(dice.below(processes));
                match dice.below(3) {
                    0 => Step::StartProcess(name),
                    1 => Step::JoinProcess(name),
                    _ => Step::KillProcess(name),
                }
            }
            23 if place != Place::PoolTask => match dice.below(4) {
                0 => Step::StartThread(thread_name(1 + dice.below(THREADS - 1))),
                1 => Step::JoinThread(thread_name(dice.below(THREADS))),
                2 => Step::KillThread(thread_name(dice.below(THREADS))),
                _ if place == Place::LoopTask => Step::Await(dice.time()),
                _ => Step::Compute(dice.time()),
            },
            _ => Step::Gather(dice.named("pool")),
        }
    }

    fn lock(dice: &mut Dice, n: usize) -> LockSpec {
        LockSpec {
            name: format!("lock {n}"),
            protocol: match dice.below(3) {
                0 => LockProtocol::None,
                1 => LockProtocol::Inherit,
                _ => LockProtocol::Ceiling(dice.range(1, 99) as i32),
            },
            order: dice.pick(&[WaiterOrder::Fifo, WaiterOrder::Priority]),
            shared: dice.one_in(2),
        }
    }

    fn channel(dice: &mut Dice, n: usize) -> ChannelSpec {
        ChannelSpec {
            name: format!("channel {n}"),
            capacity: dice.range(1, 3) as u32,
            transport: if n == 0 {
                Transport::ByReference
            } else {
                Transport::Serialised {
                    per_message: dice.time(),
                    pack_per_mib: dice.time(),
                    unpack_per_mib: dice.time(),
                }
            },
        }
    }

    fn pool(dice: &mut Dice, n: usize) -> PoolSpec {
        PoolSpec {
            name: format!("pool {n}"),
            kind: dice.pick(&[
                PoolKind::Threads,
                PoolKind::Executor,
                PoolKind::Multiprocessing,
            ]),
            workers: dice.range(1, 3) as u32,
            start: dice.maybe(start),
            gil: gil(dice),
            submit: dice.time(),
        }
    }

    fn fault(dice: &mut Dice, processes: usize) -> InjectedFault {
        let kinds = [
            InjectedKind::Exception,
            InjectedKind::Segfault,
            InjectedKind::KillProcess,
            InjectedKind::KillThread,
            InjectedKind::Hang,
            InjectedKind::OutOfMemory,
            InjectedKind::Vanish,
        ];
        InjectedFault {
            kind: dice.pick(&kinds),
            process: process_name(dice.below(processes)),
            thread: dice.maybe(|dice| thread_name(dice.below(THREADS))),
            when: match dice.below(3) {
                0 => InjectedWhen::At(dice.time()),
                1 => InjectedWhen::Units(dice.below(5) as u32),
                _ => InjectedWhen::RandomWithin(dice.time()),
            },
        }
    }
}
