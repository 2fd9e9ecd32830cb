//! Rules for processes and threads.

use super::{Check, MAX_PROCESSES, MAX_THREADS, Path, Problem};
use crate::experiment::scenario::{
    Class, GilSpec, Ns, Periodic, PolicySpec, ProcessSpec, Queues, Sched, ThreadSpec,
};
use std::collections::BTreeMap;

impl Check<'_> {
    pub(super) fn processes(&mut self) {
        let scenario = self.scenario;
        let root = Path::root("processes");
        self.length(&root, scenario.processes.len(), MAX_PROCESSES);
        let names = scenario.processes.iter().map(|x| x.name.as_str());
        self.names("processes", true, names);
        let all = || {
            scenario
                .processes
                .iter()
                .flat_map(|process| &process.threads)
        };
        let threads: u64 = all().map(|thread| u64::from(thread.count.max(1))).sum();
        if threads > MAX_THREADS {
            let problem = Problem::OutOfRange {
                value: format!("{threads} threads in all"),
                allowed: format!("at most {MAX_THREADS}"),
            };
            self.report(&root, problem);
        }
        let tickets = all().fold(0_u64, |sum, thread| {
            let tickets = u64::from(thread.sched.tickets) * u64::from(thread.count.max(1));
            sum.saturating_add(tickets)
        });
        if tickets > u32::MAX.into() {
            let problem = Problem::OutOfRange {
                value: format!("{tickets} tickets in all"),
                allowed: format!("at most {}", u32::MAX),
            };
            self.report(&root, problem);
        }
        for (at, process) in scenario.processes.iter().enumerate() {
            if self.is_full() {
                return;
            }
            self.process(&root.index(at), process);
        }
    }

    fn process(&mut self, path: &Path<'_>, process: &ProcessSpec) {
        self.time(&path.field("arrival"), process.arrival);
        self.gil(&path.field("gil"), process.gil);
        self.start(&path.field("start"), process.start);
        if let Some(limit) = process.heap_limit {
            self.bytes(&path.field("heap-limit"), limit);
        }
        if let Some(supervision) = process.supervision {
            let back_off = path.field("supervision");
            self.time(&back_off.field("back-off"), supervision.back_off);
        }
        let list = path.field("threads");
        if process.threads.is_empty() {
            self.report(
                &list,
                Problem::Missing("a process needs at least one thread"),
            );
        }
        self.thread_names(&list, process);
        let interpreters = match process.gil {
            GilSpec::PerInterpreter { interpreters, .. } => interpreters,
            _ => 1,
        };
        for (at, thread) in process.threads.iter().enumerate() {
            if self.is_full() {
                return;
            }
            self.thread_spec(&list.index(at), thread, interpreters);
        }
    }

    /// Entries with a `count` make numbered names, which may not be those of
    /// others either.
    fn thread_names(&mut self, list: &Path<'_>, process: &ProcessSpec) {
        let mut first = BTreeMap::new();
        for at in 0..process.threads.len() {
            let name = process.entry_name(at);
            if let Some(&other) = first.get(&name) {
                self.same_thread(list, at, &name, other);
            } else {
                first.insert(name, at);
            }
        }
        for at in 0..process.threads.len() {
            let name = process.entry_name(at);
            let digits = name.bytes().rev().take_while(u8::is_ascii_digit).count();
            for split in name.len() - digits..name.len() {
                let (stem, number) = name.split_at(split);
                let Some(&other) = first.get(stem) else {
                    continue;
                };
                let made = process.threads[other].count;
                // A number as it is written: without leading zeros.
                let taken = !number.starts_with('0')
                    && made > 1
                    && number.parse().is_ok_and(|n: u32| n <= made);
                if taken && other != at {
                    self.same_thread(list, at, &name, other);
                }
            }
        }
    }

    fn same_thread(&mut self, list: &Path<'_>, at: usize, name: &str, other: usize) {
        let problem = Problem::NotUnique {
            name: name.to_owned(),
            other: list.index(other).to_string(),
        };
        self.report(&list.index(at).field("name"), problem);
    }

    fn thread_spec(&mut self, path: &Path<'_>, thread: &ThreadSpec, interpreters: u16) {
        self.time(&path.field("arrival"), thread.arrival);
        if thread.interpreter >= interpreters.max(1) {
            let problem = Problem::OutOfRange {
                value: thread.interpreter.to_string(),
                allowed: match interpreters {
                    0 | 1 => "0, unless the GIL is of kind per-interpreter".to_owned(),
                    many => format!("below the {many} interpreters of the process"),
                },
            };
            self.report(&path.field("interpreter"), problem);
        }
        self.sched(&path.field("sched"), &thread.sched);
        if let Some(periodic) = thread.periodic {
            self.periodic(&path.field("periodic"), periodic);
        }
        if let Some(cores) = &thread.affinity {
            self.affinity(&path.field("affinity"), cores);
        }
    }

    fn sched(&mut self, path: &Path<'_>, sched: &Sched) {
        self.range(&path.field("nice"), sched.nice, -20, 19);
        self.at_least(&path.field("tickets"), sched.tickets, 1);
        let runtime = path.field("runtime");
        let deadline = path.field("deadline");
        let period = path.field("period");
        self.optional(&runtime, sched.runtime);
        self.optional(&deadline, sched.deadline);
        self.optional(&period, sched.period);
        match sched.class.or(default_class(&self.scenario.machine.policy)) {
            Some(Class::Fifo | Class::Rr) => {
                self.range(&path.field("priority"), sched.priority, 1, 99);
            }
            Some(Class::Deadline) => {
                const NEEDS: &str = "the deadline class needs a runtime and a period";
                if sched.runtime.is_none() {
                    self.report(&runtime, Problem::Missing(NEEDS));
                }
                let Some(end) = sched.period else {
                    self.report(&period, Problem::Missing(NEEDS));
                    return;
                };
                let by = sched.deadline.unwrap_or(end);
                if by > end {
                    self.more_than(&deadline, by, "period", end);
                }
                if let Some(run) = sched.runtime.filter(|&run| run > by) {
                    self.more_than(&runtime, run, "deadline", by);
                }
            }
            Some(Class::Normal | Class::Idle) | None => {}
        }
    }

    fn more_than(&mut self, path: &Path<'_>, time: Ns, what: &str, limit: Ns) {
        let problem = Problem::OutOfRange {
            value: time.to_string(),
            allowed: format!("at most the {what}, {limit}"),
        };
        self.report(path, problem);
    }

    fn periodic(&mut self, path: &Path<'_>, periodic: Periodic) {
        self.positive(&path.field("period"), periodic.period);
        self.optional(&path.field("deadline"), periodic.deadline);
        self.time(&path.field("phase"), periodic.phase);
    }

    fn affinity(&mut self, path: &Path<'_>, affinity: &[u16]) {
        let cores = self.scenario.machine.cores;
        self.length(path, affinity.len(), cores.into());
        for (at, &core) in affinity.iter().enumerate() {
            if core >= cores {
                let problem = Problem::OutOfRange {
                    value: core.to_string(),
                    allowed: format!("below the machine's number of cores, {cores}"),
                };
                self.report(&path.index(at), problem);
            }
        }
        if self.scenario.machine.queues == Queues::Global {
            let problem = Problem::Misplaced {
                what: "affinity needs queues of kind per-core".to_owned(),
                instead: "set machine.queues to {\"kind\": \"per-core\"}",
            };
            self.report(path, problem);
        }
    }

    /// A thread of a process by its name: that of an entry, or, where an entry
    /// has a `count`, with a number.
    pub(super) fn thread(&mut self, path: &Path<'_>, process: usize, name: &str) -> Option<usize> {
        let names = &self.threads[process];
        if let Some(entry) = names.get(name) {
            return Some(entry);
        }
        let threads = &self.scenario.processes[process].threads;
        let digits = name.bytes().rev().take_while(u8::is_ascii_digit).count();
        for split in name.len() - digits..name.len() {
            let (stem, number) = name.split_at(split);
            let made = names.get(stem).map_or(0, |entry| threads[entry].count);
            let is_one = !number.starts_with('0') && number.parse().is_ok_and(|n: u32| n <= made);
            if made > 1 && is_one {
                return names.get(stem);
            }
        }
        let owner = &self.scenario.processes[process].name;
        let problem = names.missing_from(format!("thread of process \"{owner}\" named"), name);
        self.report(path, problem);
        None
    }
}

/// The class of a thread that names none.
fn default_class(policy: &PolicySpec) -> Option<Class> {
    match policy {
        PolicySpec::SchedFifo => Some(Class::Fifo),
        PolicySpec::SchedRr { .. } => Some(Class::Rr),
        PolicySpec::SchedDeadline => Some(Class::Deadline),
        _ => None,
    }
}
