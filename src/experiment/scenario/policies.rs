//! Every scheduling policy with its parameters, for help and for pages.

use super::PolicySpec;
use crate::experiment::json;

/// What there is to know about a kind of [`PolicySpec`].
#[derive(Debug, Clone, Copy)]
pub struct PolicyInfo {
    /// Its `kind` in files.
    pub kind: &'static str,
    /// What it does, in one sentence.
    pub about: &'static str,
    /// Its parameters.
    pub parameters: &'static [PolicyParameter],
}

/// A parameter of a policy.
#[derive(Debug, Clone, Copy)]
pub struct PolicyParameter {
    /// Its name in files.
    pub key: &'static str,
    /// What holds if it is left out, as JSON; `None`: a file must give it.
    pub default: Option<&'static str>,
    /// What a run takes that names only the policy, as JSON.
    pub usual: &'static str,
    /// What it means.
    pub about: &'static str,
}

impl PolicyInfo {
    /// The policy of this kind.
    #[must_use]
    pub fn of(kind: &str) -> Option<&'static Self> {
        POLICIES.iter().find(|info| info.kind == kind)
    }

    /// It with the usual value of each parameter.
    #[must_use]
    pub fn usual(&self) -> Option<PolicySpec> {
        let mut text = format!("{{\"kind\": \"{}\"", self.kind);
        for PolicyParameter { key, usual, .. } in self.parameters {
            text += &format!(", \"{key}\": {usual}");
        }
        text += "}";
        json::from_str(&text).ok()
    }
}

const fn given(key: &'static str, usual: &'static str, about: &'static str) -> PolicyParameter {
    PolicyParameter {
        key,
        default: None,
        usual,
        about,
    }
}

const fn optional(
    key: &'static str,
    default: &'static str,
    about: &'static str,
) -> PolicyParameter {
    PolicyParameter {
        key,
        default: Some(default),
        usual: default,
        about,
    }
}

const fn plain(kind: &'static str, about: &'static str) -> PolicyInfo {
    PolicyInfo {
        kind,
        about,
        parameters: &[],
    }
}

/// All policies, in the order of [`PolicySpec`].
pub const POLICIES: &[PolicyInfo] = &[
    plain(
        "fifo",
        "First in, first out: a thread runs until it blocks or ends.",
    ),
    plain(
        "sjf",
        "Shortest job first, by the length of the next CPU burst; not preemptive.",
    ),
    plain(
        "srtf",
        "Shortest remaining time first: SJF, but a shorter arrival takes the core.",
    ),
    PolicyInfo {
        kind: "priority",
        about: "The most urgent thread first.",
        parameters: &[
            optional(
                "preemptive",
                "true",
                "whether a more urgent arrival takes the core at once",
            ),
            optional(
                "ageing",
                "null",
                "waiting this long makes a thread one level more urgent",
            ),
            optional(
                "order",
                "\"high-first\"",
                "which numbers are urgent: \"high-first\" or \"low-first\"",
            ),
        ],
    },
    plain(
        "hrrn",
        "Highest response ratio next, (waiting + burst) / burst; not preemptive.",
    ),
    PolicyInfo {
        kind: "rr",
        about: "Round robin: a thread goes to the back of the queue after its slice.",
        parameters: &[
            given(
                "slice",
                "\"4 ms\"",
                "how long a thread keeps a core while others are ready",
            ),
            optional(
                "timer",
                "\"own\"",
                "when slices end: \"own\", or \"global\" at multiples of the slice",
            ),
        ],
    },
    PolicyInfo {
        kind: "mlfq",
        about: "Multi-level feedback queue: who uses up its allotment sinks a level.",
        parameters: &[
            given(
                "levels",
                r#"[{"quantum": "4 ms"}, {"quantum": "8 ms"}, {"quantum": "16 ms"}]"#,
                "the queues, most urgent first, each with quantum and allotment (in quanta)",
            ),
            optional(
                "boost",
                "null",
                "how often all threads return to the top queue",
            ),
            optional(
                "stay-after-io",
                "false",
                "whether I/O renews the allotment, as rule 4 once said; it can be gamed",
            ),
            optional(
                "io-bump",
                "false",
                "whether a completed I/O puts its thread at the front of its queue",
            ),
        ],
    },
    PolicyInfo {
        kind: "lottery",
        about: "Each quantum goes to the holder of a ticket drawn at random.",
        parameters: &[
            given("quantum", "\"4 ms\"", "how long a draw is good for"),
            optional(
                "draws",
                "[]",
                "numbers to draw, in order; after them chance comes from the seed",
            ),
        ],
    },
    PolicyInfo {
        kind: "stride",
        about: "The lowest pass value runs, and advances by L / tickets.",
        parameters: &[given(
            "quantum",
            "\"4 ms\"",
            "how long a thread runs before the next choice",
        )],
    },
    plain(
        "cfs",
        "Linux before 6.6: completely fair scheduling by virtual run time.",
    ),
    PolicyInfo {
        kind: "eevdf",
        about: "Linux since 6.6: earliest eligible virtual deadline first.",
        parameters: &[
            optional(
                "slice",
                "null",
                "base slice; by default 0.70 ms times a factor for the cores",
            ),
            optional(
                "delayed-dequeue",
                "false",
                "whether a thread that blocks with negative lag stays queued until it caught up",
            ),
        ],
    },
    plain(
        "sched-fifo",
        "Linux's real-time FIFO class: by priority from 1 to 99, without slices.",
    ),
    PolicyInfo {
        kind: "sched-rr",
        about: "Linux's real-time round-robin class: slices among equals.",
        parameters: &[optional("slice", "\"100 ms\"", "the slice")],
    },
    plain(
        "sched-deadline",
        "Linux's deadline class: constant bandwidth servers under EDF.",
    ),
    plain("edf", "Earliest deadline first."),
    plain("rm", "Rate monotonic: the shortest period first."),
    plain(
        "dm",
        "Deadline monotonic: the shortest relative deadline first.",
    ),
    PolicyInfo {
        kind: "llf",
        about: "Least laxity first: deadline less remaining work.",
        parameters: &[optional(
            "quantum",
            "\"1 ms\"",
            "how often laxities are compared again while threads are ready",
        )],
    },
];

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::experiment::scenario::schema;
    use serde_json::{Map, Value};

    #[test]
    fn the_table_names_every_policy_of_the_file_format() {
        let schema = schema();
        let variants = schema["$defs"]["PolicySpec"]["oneOf"].as_array();
        let kind = |variant: &Value| variant["properties"]["kind"]["const"].clone();
        let kinds: Vec<Value> = variants.expect("a list").iter().map(kind).collect();
        let listed: Vec<&str> = POLICIES.iter().map(|info| info.kind).collect();
        assert_eq!(kinds, listed);
    }

    #[test]
    fn parameters_and_their_defaults_are_those_of_the_file_format() {
        for info in POLICIES {
            let mut least = Map::new();
            least.insert("kind".to_owned(), info.kind.into());
            for parameter in info.parameters {
                let json = |text| serde_json::from_str::<Value>(text).expect("JSON");
                if parameter.default.is_none() {
                    least.insert(parameter.key.to_owned(), json(parameter.usual));
                }
            }
            let spec: PolicySpec = serde_json::from_value(Value::Object(least)).expect(info.kind);
            assert_eq!(info.usual(), Some(spec.clone()), "{}", info.kind);
            let full = serde_json::to_value(&spec).expect("it can be written");
            let mut keys: Vec<&str> = info.parameters.iter().map(|p| p.key).collect();
            keys.push("kind");
            keys.sort_unstable();
            let written = full.as_object().expect("an object");
            let mut written: Vec<&str> = written.keys().map(String::as_str).collect();
            written.sort_unstable();
            assert_eq!(written, keys, "{}", info.kind);
        }
    }
}
