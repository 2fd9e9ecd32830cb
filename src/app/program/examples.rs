//! Texts to begin with.

/// A scenario that comes with the page. Its text is a file beside the page,
/// fetched when it is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Example {
    /// The file's address, from the page's.
    pub file: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it shows, in a few words.
    pub about: &'static str,
}

const fn example(file: &'static str, name: &'static str, about: &'static str) -> Example {
    Example { file, name, about }
}

/// Examples by theme.
pub const EXAMPLES: &[(&str, &[Example])] = &[
    (
        "Locks and channels",
        &[
            example(
                "producer-consumer.json",
                "Producer and consumer, over a channel",
                "the slowest part sets the pace",
            ),
            example(
                "producer-consumer-semaphores.json",
                "Producer and consumer, with semaphores",
                "the textbook solution",
            ),
            example(
                "dining-philosophers.json",
                "Dining philosophers",
                "a deadlock and its circle",
            ),
            example(
                "dining-philosophers-ordered.json",
                "Dining philosophers, forks in order",
                "the cure",
            ),
            example(
                "priority-inversion.json",
                "Priority inversion",
                "what stopped Mars Pathfinder",
            ),
            example(
                "priority-inheritance.json",
                "Priority inversion, with inheritance",
                "the cure",
            ),
            example(
                "lost-update.json",
                "A lost update",
                "load, add, store, interrupted",
            ),
        ],
    ),
    (
        "Scheduling",
        &[
            example(
                "mlfq-gaming.json",
                "Gaming an MLFQ",
                "a little I/O keeps a thread on top",
            ),
            example(
                "cfs-nice.json",
                "Nice values under CFS",
                "shares of 70, 23 and 7 in 100",
            ),
        ],
    ),
    (
        "Python",
        &[
            example(
                "asyncio-blocked-loop.json",
                "A blocked event loop",
                "one task computes, all others are late",
            ),
            example(
                "broken-pool.json",
                "A broken pool",
                "one task crashes its worker",
            ),
            example(
                "fork-holding-a-lock.json",
                "A fork while another thread holds a lock",
                "the child waits for ever",
            ),
        ],
    ),
];

/// The folder of the examples, from the page's address.
pub const FOLDER: &str = "scenarios";

/// What "New" begins with.
pub const SKELETON: &str = r#"{
  "name": "My program",
  "about": "Two threads share a lock. Change a time, or add a thread, and watch the picture.",
  "machine": { "cores": 2, "policy": { "kind": "rr", "slice": "4 ms" } },
  "processes": [
    {
      "name": "app",
      "threads": [
        { "name": "worker", "count": 2, "program": "work" }
      ]
    }
  ],
  "programs": {
    "work": [
      { "compute": "3 ms" },
      { "lock": "door" },
      { "compute": "2 ms" },
      { "unlock": "door" },
      "unit"
    ]
  },
  "locks": [{ "name": "door" }]
}
"#;

/// What "Job list" begins with: the convoy of the textbooks.
pub const JOB_LIST: &str = r#"{
  "name": "A convoy",
  "about": "A long job arrives first. First in, first out lets the short ones wait behind it; try srtf or rr.",
  "machine": { "cores": 1, "policy": { "kind": "fifo" } },
  "jobs": [
    { "name": "A", "arrival": "0 ms", "burst": "10 ms" },
    { "name": "B", "arrival": "1 ms", "burst": "2 ms" },
    { "name": "C", "arrival": "2 ms", "burst": "1 ms" }
  ]
}
"#;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::app::program::{Written, written};
    use std::fs;

    #[test]
    fn every_example_is_there_right_and_called_by_its_name() {
        for example in EXAMPLES.iter().flat_map(|(_, examples)| examples.iter()) {
            let path = format!("{}/{FOLDER}/{}", env!("CARGO_MANIFEST_DIR"), example.file);
            let text = fs::read_to_string(&path).expect(&path);
            match written(&text) {
                Written::Program(program) => assert_eq!(program.scenario.name, example.name),
                other => panic!("{path}: {other:?}"),
            }
        }
    }

    #[test]
    fn what_one_begins_with_is_right() {
        for text in [SKELETON, JOB_LIST] {
            assert!(matches!(written(text), Written::Program(_)), "{text}");
        }
    }
}
