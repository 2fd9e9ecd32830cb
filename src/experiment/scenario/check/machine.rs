//! Rules for the machine, its scheduler and what things cost.

use super::{Check, MAX_BYTES, MAX_CORES, MAX_LEVELS, Path};
use crate::experiment::scenario::{CostsSpec, Ns, PolicySpec, Preemption, Queues};

impl Check<'_> {
    pub(super) fn machine(&mut self) {
        let machine = &self.scenario.machine;
        let root = Path::root("machine");
        self.range(&root.field("cores"), machine.cores, 1, MAX_CORES);
        self.policy(&root.field("policy"), &machine.policy);
        if let Queues::PerCore { balance, hot, .. } = machine.queues {
            let queues = root.field("queues");
            self.optional(&queues.field("balance"), balance);
            self.time(&queues.field("hot"), hot);
        }
        if let Preemption::Tick { period } = machine.preemption {
            self.positive(&root.field("preemption").field("period"), period);
        }
        if let Some(cache) = machine.cache {
            let path = root.field("cache");
            self.time(&path.field("warm-up"), cache.warm_up);
            self.at_least(&path.field("warm-rate"), cache.warm_rate, 1);
        }
        self.costs();
        if let Some(until) = self.scenario.until {
            self.time(&Path::root("until"), until);
        }
    }

    fn policy(&mut self, path: &Path<'_>, policy: &PolicySpec) {
        match policy {
            PolicySpec::Priority { ageing, .. } => self.optional(&path.field("ageing"), *ageing),
            PolicySpec::RoundRobin { slice, .. } | PolicySpec::SchedRr { slice } => {
                self.positive(&path.field("slice"), *slice);
            }
            PolicySpec::Eevdf { slice, .. } => self.optional(&path.field("slice"), *slice),
            PolicySpec::Lottery { quantum, .. }
            | PolicySpec::Stride { quantum }
            | PolicySpec::Llf { quantum } => self.positive(&path.field("quantum"), *quantum),
            PolicySpec::Mlfq { levels, boost, .. } => {
                let list = path.field("levels");
                self.length(&list, levels.len(), MAX_LEVELS);
                for (at, level) in levels.iter().enumerate().take(MAX_LEVELS) {
                    let entry = list.index(at);
                    self.positive(&entry.field("quantum"), level.quantum);
                    self.at_least(&entry.field("allotment"), level.allotment, 1);
                }
                self.optional(&path.field("boost"), *boost);
            }
            PolicySpec::Fifo
            | PolicySpec::Sjf
            | PolicySpec::Srtf
            | PolicySpec::Hrrn
            | PolicySpec::Cfs
            | PolicySpec::SchedFifo
            | PolicySpec::SchedDeadline
            | PolicySpec::Edf
            | PolicySpec::Rm
            | PolicySpec::Dm => {}
        }
    }

    /// A period that may be absent, but not 0.
    pub(super) fn optional(&mut self, path: &Path<'_>, time: Option<Ns>) {
        if let Some(time) = time {
            self.positive(path, time);
        }
    }

    /// A list with at least one entry.
    pub(super) fn length(&mut self, path: &Path<'_>, length: usize, max: usize) {
        if length == 0 || length > max {
            let problem = super::Problem::OutOfRange {
                value: format!("a list of {length}"),
                allowed: format!("one of 1 to {max}"),
            };
            self.report(path, problem);
        }
    }

    fn costs(&mut self) {
        let CostsSpec::Costs(costs) = self.scenario.costs else {
            return;
        };
        let root = Path::root("costs");
        for (field, ns) in [
            ("context-switch-ns", costs.context_switch_ns),
            ("process-switch-ns", costs.process_switch_ns),
            ("migration-ns", costs.migration_ns),
            ("process-start-parent-ns", costs.process_start_parent_ns),
            ("process-start-child-ns", costs.process_start_child_ns),
            ("forkserver-child-ns", costs.forkserver_child_ns),
            ("spawn-child-ns", costs.spawn_child_ns),
            ("fork-ns-per-mib", costs.fork_ns_per_mib),
            ("thread-start-ns", costs.thread_start_ns),
            ("gil-handoff-ns", costs.gil_handoff_ns),
            ("gil-offer-ns", costs.gil_offer_ns),
            ("gil-signal-ns", costs.gil_signal_ns),
            ("gil-retry-ns", costs.gil_retry_ns),
            ("task-start-ns", costs.task_start_ns),
            ("instruction-ns", costs.instruction_ns),
            ("pickle-ns-per-mib", costs.pickle_ns_per_mib),
            ("unpickle-ns-per-mib", costs.unpickle_ns_per_mib),
            ("wake-latency-ns", costs.wake_latency_ns),
            ("wake-jitter-ns", costs.wake_jitter_ns),
        ] {
            self.time(&root.field(field), Ns(ns));
        }
        for (field, bytes) in [
            ("process-bytes", costs.process_bytes),
            ("thread-bytes", costs.thread_bytes),
        ] {
            self.range(&root.field(field), bytes, 0, MAX_BYTES);
        }
    }
}
