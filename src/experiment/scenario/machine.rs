//! The machine and its scheduler.

use super::Ns;
use super::tagged::impl_tagged;
use crate::experiment::{Costs, Profile};
use serde::de::IntoDeserializer;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;

impl_tagged!(PolicySpec, Queues, Preemption);

/// A machine with one kind of core.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Machine {
    /// How many threads can run at the same instant, from 1 to 256.
    pub cores: u16,
    /// Which ready thread a core takes, and for how long.
    pub policy: PolicySpec,
    /// One run queue for all cores, or one each.
    pub queues: Queues,
    /// Who is queued first when an arrival and the end of a slice coincide.
    pub tie: Tie,
    /// How ready threads with equal keys are ordered.
    pub equal_keys: OrderBy,
    /// When the end of a slice is noticed.
    pub preemption: Preemption,
    /// Cache warmth; without it every core is always as fast.
    pub cache: Option<Cache>,
}

impl Default for Machine {
    fn default() -> Self {
        Self {
            cores: 1,
            policy: PolicySpec::default(),
            queues: Queues::Global,
            tie: Tie::ArrivalFirst,
            equal_keys: OrderBy::Queue,
            preemption: Preemption::HighResolution,
            cache: None,
        }
    }
}

/// A scheduling policy with its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(
    not(target_arch = "wasm32"),
    schemars(!remote, tag = "kind", rename = "PolicySpec")
)]
#[serde(
    remote = "Self",
    deny_unknown_fields,
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum PolicySpec {
    /// First in, first out; a thread runs until it blocks or ends.
    Fifo,
    /// Shortest job first: by the length of the next CPU burst, not preemptive.
    Sjf,
    /// Shortest remaining time first: SJF, preemptive.
    Srtf,
    /// The most urgent thread first.
    Priority {
        /// Whether a more urgent arrival takes the core at once.
        #[serde(default = "yes")]
        preemptive: bool,
        /// After waiting this long a thread counts as one level more urgent
        /// (continuously: half of it counts half a level).
        #[serde(default)]
        ageing: Option<Ns>,
        /// Which numbers are the urgent ones.
        #[serde(default)]
        order: PriorityOrder,
    },
    /// Highest response ratio next: (waiting + burst) / burst, not preemptive.
    Hrrn,
    /// Round robin.
    #[serde(rename = "rr")]
    RoundRobin {
        /// How long a thread keeps a core while others are ready.
        slice: Ns,
        /// When slices end.
        #[serde(default)]
        timer: SliceTimer,
    },
    /// Multi-level feedback queue.
    Mlfq {
        /// The queues, most urgent first.
        levels: Vec<Level>,
        /// How often all threads return to the top queue.
        #[serde(default)]
        boost: Option<Ns>,
        /// Whether a thread that does I/O keeps its level and its allotment
        /// starts anew, as rule 4 once said; it can be gamed.
        #[serde(default)]
        stay_after_io: bool,
        /// Whether a completed I/O puts its thread at the front of its queue.
        #[serde(default)]
        io_bump: bool,
    },
    /// Each slice goes to the holder of a ticket drawn at random.
    Lottery {
        /// How long a draw is good for. The next draw is a whole quantum
        /// later even if the winner ends sooner.
        quantum: Ns,
        /// The numbers to draw, in order; each counts modulo the live tickets.
        /// When they are used up (or if there are none), numbers come from the
        /// seed.
        #[serde(default)]
        draws: Vec<u32>,
    },
    /// Stride scheduling: the lowest pass value runs, and advances by
    /// L / tickets.
    Stride {
        /// How long a thread runs before the next choice.
        quantum: Ns,
    },
    /// Linux before 6.6: completely fair scheduling by virtual run time.
    Cfs,
    /// Linux since 6.6: earliest eligible virtual deadline first.
    Eevdf {
        /// Base slice; by default 0.70 ms times a factor for the cores.
        #[serde(default)]
        slice: Option<Ns>,
        /// Keep a thread that blocks with negative lag queued until it has
        /// caught up.
        #[serde(default)]
        delayed_dequeue: bool,
    },
    /// Linux's real-time FIFO class: by priority from 1 to 99, without slices.
    SchedFifo,
    /// Linux's real-time round-robin class: slices among equals.
    SchedRr {
        /// The slice; Linux: 100 ms.
        #[serde(default = "sched_rr_slice")]
        slice: Ns,
    },
    /// Linux's deadline class: constant bandwidth servers under EDF.
    SchedDeadline,
    /// Earliest deadline first.
    Edf,
    /// Rate monotonic: the shortest period first.
    Rm,
    /// Deadline monotonic: the shortest relative deadline first.
    Dm,
    /// Least laxity first: deadline less remaining work.
    Llf {
        /// How often laxities are compared again while threads are ready.
        #[serde(default = "llf_quantum")]
        quantum: Ns,
    },
}

impl Default for PolicySpec {
    fn default() -> Self {
        Self::RoundRobin {
            slice: Ns::ms(4),
            timer: SliceTimer::Own,
        }
    }
}

fn yes() -> bool {
    true
}

fn sched_rr_slice() -> Ns {
    Ns::ms(100)
}

fn llf_quantum() -> Ns {
    Ns::ms(1)
}

/// Which numbers are the urgent ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PriorityOrder {
    /// Large numbers, as in Linux's real-time classes.
    #[default]
    HighFirst,
    /// Small numbers, as in most textbooks.
    LowFirst,
}

/// When round robin's slices end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SliceTimer {
    /// A whole slice after the thread was given the core.
    #[default]
    Own,
    /// At every multiple of the slice, whoever runs then.
    Global,
}

/// One queue of an MLFQ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Level {
    /// The slice in this queue.
    pub quantum: Ns,
    /// How many quanta a thread may use before it sinks to the next queue.
    #[serde(default = "one")]
    pub allotment: u32,
}

fn one() -> u32 {
    1
}

/// How run queues are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(
    not(target_arch = "wasm32"),
    schemars(!remote, tag = "kind", rename = "Queues")
)]
#[serde(
    remote = "Self",
    deny_unknown_fields,
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum Queues {
    /// One queue that all cores take from.
    #[default]
    Global,
    /// Each core has a queue of its own. A thread is woken on its last core if
    /// that is idle, else on an idle core, else where the queue is shortest.
    PerCore {
        /// Whether an idle core takes a thread from the longest other queue.
        #[serde(default = "yes")]
        steal: bool,
        /// How often queue lengths are evened out.
        #[serde(default)]
        balance: Option<Ns>,
        /// A thread that ran more recently than this is cache-hot and is not
        /// moved.
        #[serde(default = "cache_hot")]
        hot: Ns,
    },
}

fn cache_hot() -> Ns {
    Ns::us(500)
}

/// Who is queued first when an arrival and the end of a slice coincide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Tie {
    /// The arrival, as in most textbooks.
    #[default]
    ArrivalFirst,
    /// The thread whose slice is over.
    ExpiredFirst,
}

/// How ready threads with equal keys are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OrderBy {
    /// Who was queued first.
    #[default]
    Queue,
    /// Who comes first in the scenario.
    Id,
}

/// When the end of a slice is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(
    not(target_arch = "wasm32"),
    schemars(!remote, tag = "kind", rename = "Preemption")
)]
#[serde(
    remote = "Self",
    deny_unknown_fields,
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum Preemption {
    /// At once (`CONFIG_HRTICK`).
    #[default]
    HighResolution,
    /// At the next tick of the clock. A wake-up preempts at once all the same.
    Tick {
        /// From tick to tick; Linux with HZ=250: 4 ms.
        period: Ns,
    },
}

/// Cache warmth: after it has run on a core for a while a thread runs faster
/// there, as long as its working set stays in that core's cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Cache {
    /// How much a core's cache holds, in the unit of the threads' working
    /// sets.
    pub size: u64,
    /// Time on a core until the thread is warm there.
    pub warm_up: Ns,
    /// How many times faster a warm thread runs, at least 1.
    pub warm_rate: u32,
}

/// What the simulator charges: a named profile or each cost by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum CostsSpec {
    /// `"ideal"` or `"cpython-linux"`.
    Profile(Profile),
    /// Every cost given.
    Costs(Costs),
}

impl Default for CostsSpec {
    fn default() -> Self {
        Self::Profile(Profile::Ideal)
    }
}

/// By hand, because a derived `untagged` loses the path of an error inside.
impl<'de> Deserialize<'de> for CostsSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = CostsSpec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a profile, or an object with every cost")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<CostsSpec, E> {
                Profile::deserialize(name.into_deserializer()).map(CostsSpec::Profile)
            }

            fn visit_map<A: de::MapAccess<'de>>(self, costs: A) -> Result<CostsSpec, A::Error> {
                let costs = de::value::MapAccessDeserializer::new(costs);
                Deserialize::deserialize(costs).map(CostsSpec::Costs)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
