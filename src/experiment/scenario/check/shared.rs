//! Rules for what threads and processes share, and for faults.

use super::{Check, MAX_WORKERS, Path, Problem};
use crate::experiment::scenario::{GilSpec, InjectedWhen, Ns, PoolKind, StartMethod, Transport};

impl Check<'_> {
    pub(super) fn shared(&mut self) {
        let scenario = self.scenario;
        self.names(
            "locks",
            true,
            scenario.locks.iter().map(|x| x.name.as_str()),
        );
        let semaphores = scenario.semaphores.iter().map(|x| x.name.as_str());
        self.names("semaphores", true, semaphores);
        let conditions = scenario.conditions.iter().map(String::as_str);
        self.names("conditions", false, conditions);
        self.names(
            "channels",
            true,
            scenario.channels.iter().map(|x| x.name.as_str()),
        );
        self.names(
            "barriers",
            true,
            scenario.barriers.iter().map(|x| x.name.as_str()),
        );
        self.names(
            "devices",
            true,
            scenario.devices.iter().map(|x| x.name.as_str()),
        );
        self.names(
            "objects",
            true,
            scenario.objects.iter().map(|x| x.name.as_str()),
        );
        self.names(
            "pools",
            true,
            scenario.pools.iter().map(|x| x.name.as_str()),
        );
        if scenario.programs.contains_key("") {
            self.report(&Path::root("programs"), Problem::NoName);
        }

        for (at, channel) in scenario.channels.iter().enumerate() {
            let root = Path::root("channels");
            let entry = root.index(at);
            self.at_least(&entry.field("capacity"), channel.capacity, 1);
            if let Transport::Serialised {
                per_message,
                pack_per_mib,
                unpack_per_mib,
            } = channel.transport
            {
                let path = entry.field("transport");
                self.time(&path.field("per-message"), per_message);
                self.time(&path.field("pack-per-mib"), pack_per_mib);
                self.time(&path.field("unpack-per-mib"), unpack_per_mib);
            }
        }
        for (at, barrier) in scenario.barriers.iter().enumerate() {
            let root = Path::root("barriers");
            self.at_least(&root.index(at).field("parties"), barrier.parties, 1);
        }
        for (at, device) in scenario.devices.iter().enumerate() {
            let root = Path::root("devices");
            self.at_least(&root.index(at).field("parallel"), device.parallel, 1);
        }
        for (at, object) in scenario.objects.iter().enumerate() {
            let root = Path::root("objects");
            let entry = root.index(at);
            self.range(&entry.field("references"), object.references, 0, i64::MAX);
            self.bytes(&entry.field("bytes"), object.bytes);
        }
        for (at, pool) in scenario.pools.iter().enumerate() {
            let root = Path::root("pools");
            let entry = root.index(at);
            self.range(&entry.field("workers"), pool.workers, 1, MAX_WORKERS);
            self.time(&entry.field("submit"), pool.submit);
            self.gil(&entry.field("gil"), pool.gil);
            if let Some(start) = pool.start {
                self.start(&entry.field("start"), start);
            }
        }
    }

    pub(super) fn start(&mut self, path: &Path<'_>, start: StartMethod) {
        if let StartMethod::Fork(fork) = start {
            self.bytes(&path.field("fork").field("parent-bytes"), fork.parent_bytes);
        }
    }

    pub(super) fn gil(&mut self, path: &Path<'_>, gil: GilSpec) {
        match gil {
            GilSpec::None => {}
            GilSpec::Tick { check } => self.positive(&path.field("check"), check),
            GilSpec::SwitchInterval { interval, poll } => self.interval(path, interval, poll),
            GilSpec::PerInterpreter {
                interpreters,
                interval,
                poll,
            } => {
                self.at_least(&path.field("interpreters"), interpreters.into(), 1);
                self.interval(path, interval, poll);
            }
            GilSpec::FreeThreaded {
                overhead_permille,
                contention_permille,
            } => {
                self.range(
                    &path.field("overhead-permille"),
                    overhead_permille,
                    1,
                    100_000,
                );
                let contention = path.field("contention-permille");
                self.range(&contention, contention_permille, 1_000, 100_000);
            }
        }
    }

    /// CPython takes no interval below 1 µs.
    fn interval(&mut self, path: &Path<'_>, interval: Ns, poll: Ns) {
        self.range(&path.field("interval"), interval, Ns::us(1), Ns::MAX);
        self.positive(&path.field("poll"), poll);
    }

    pub(super) fn faults(&mut self) {
        for (at, fault) in self.scenario.faults.iter().enumerate() {
            let root = Path::root("faults");
            let entry = root.index(at);
            match self.processes.get(&fault.process) {
                None if self.is_pool_worker(&fault.process) => {
                    if let Some(thread) = fault.thread.as_ref().filter(|name| *name != "main") {
                        let problem = Problem::NoSuch {
                            what: "thread".to_owned(),
                            name: thread.clone(),
                            known: vec!["main".to_owned()],
                        };
                        self.report(&entry.field("thread"), problem);
                    }
                }
                None => {
                    let problem = self.processes.missing(&fault.process);
                    self.report(&entry.field("process"), problem);
                }
                Some(process) => {
                    if let Some(thread) = &fault.thread {
                        self.thread(&entry.field("thread"), process, thread);
                    }
                }
            }
            match fault.when {
                InjectedWhen::At(time) => self.time(&entry.field("when").field("at"), time),
                InjectedWhen::RandomWithin(time) => {
                    self.time(&entry.field("when").field("random-within"), time);
                }
                InjectedWhen::Units(_) => {}
            }
        }
    }

    /// Whether this is the name of a worker process of a pool: "pool-1".
    fn is_pool_worker(&self, name: &str) -> bool {
        self.scenario.pools.iter().any(|pool| {
            let number = name.strip_prefix(pool.name.as_str());
            let number = number.and_then(|rest| rest.strip_prefix('-'));
            let number = number.and_then(|digits| digits.parse::<u32>().ok());
            pool.kind != PoolKind::Threads
                && number.is_some_and(|n| (1..=pool.workers).contains(&n))
        })
    }
}
