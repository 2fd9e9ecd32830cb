//! Run queues in their order.

use crate::plot::{duration, instant};
use crate::sim::{OrderKey, Run, View};

/// A run queue at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Queue {
    /// The core that takes from it; `None`: all do.
    pub core: Option<u16>,
    /// What its order hangs on: "vruntime"; nothing: on who came first.
    pub order: &'static str,
    /// Who is ready in it, next first.
    pub threads: Vec<QueuedThread>,
}

/// A thread in a run queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedThread {
    /// Its index in the trace.
    pub thread: u32,
    /// Its name, with that of its process.
    pub name: String,
    /// What its place hangs on, in a word or two; nothing: on when it came.
    pub key: String,
}

/// All run queues.
pub(super) fn queues(run: &Run, view: &View) -> Vec<Queue> {
    let queue = |queue: &crate::sim::QueueView| {
        let threads = queue.threads.iter().map(|queued| QueuedThread {
            thread: queued.thread,
            name: run.trace.name(queued.thread),
            key: queued.key.map_or_else(String::new, value),
        });
        let first = queue.threads.first().and_then(|queued| queued.key);
        Queue {
            core: queue.core,
            order: first.map_or("", name),
            threads: threads.collect(),
        }
    };
    view.queues.iter().map(queue).collect()
}

impl Queue {
    /// All of it in words; nothing if nobody is there.
    #[must_use]
    pub fn said(&self) -> String {
        let threads = self.threads.iter().map(|queued| match queued.key.as_str() {
            "" => queued.name.clone(),
            key => format!("{} ({key})", queued.name),
        });
        let threads: Vec<String> = threads.collect();
        if threads.is_empty() {
            return String::new();
        }
        let of = match self.core {
            Some(core) => format!("Run queue of core {}", core + 1),
            None => "Run queue".to_owned(),
        };
        let by = match self.order {
            "" => String::new(),
            order => format!(", by {order}"),
        };
        format!("{of}, next first{by}: {}", threads.join(", "))
    }
}

fn name(key: OrderKey) -> &'static str {
    match key {
        OrderKey::Burst(_) => "CPU burst",
        OrderKey::BurstLeft(_) => "time left",
        OrderKey::Priority(_) => "priority",
        OrderKey::Ratio(_) => "response ratio",
        OrderKey::Level(_) => "level",
        OrderKey::Tickets(_) => "lot, with tickets",
        OrderKey::Pass(_) => "pass",
        OrderKey::Vruntime(_) => "vruntime",
        OrderKey::VirtualDeadline(_) => "virtual deadline",
        OrderKey::Deadline(_) => "deadline",
        OrderKey::Period(_) => "period",
        OrderKey::RelativeDeadline(_) => "deadline after release",
        OrderKey::Laxity(_) => "laxity",
    }
}

fn value(key: OrderKey) -> String {
    match key {
        OrderKey::Burst(ns)
        | OrderKey::BurstLeft(ns)
        | OrderKey::Period(ns)
        | OrderKey::RelativeDeadline(ns) => duration(ns),
        OrderKey::Deadline(at) => instant(at),
        OrderKey::Vruntime(ns) | OrderKey::VirtualDeadline(ns) | OrderKey::Laxity(ns) => signed(ns),
        OrderKey::Priority(priority) => priority.to_string(),
        OrderKey::Level(level) => (level + 1).to_string(),
        OrderKey::Tickets(tickets) => tickets.to_string(),
        OrderKey::Pass(pass) => pass.to_string(),
        OrderKey::Ratio(ratio) => format!("{}.{:02}", ratio / 100, ratio % 100),
    }
}

fn signed(ns: i64) -> String {
    let sign = if ns < 0 { "−" } else { "" };
    format!("{sign}{}", duration(ns.unsigned_abs()))
}
