//! Texts to begin with.

use crate::app::english::program as text;

pub use crate::app::english::program::{JOB_LIST, SKELETON};

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
        text::LOCKS,
        &[
            example(
                "producer-consumer.json",
                text::PRODUCER,
                text::PRODUCER_ABOUT,
            ),
            example(
                "producer-consumer-semaphores.json",
                text::SEMAPHORES,
                text::SEMAPHORES_ABOUT,
            ),
            example(
                "dining-philosophers.json",
                text::PHILOSOPHERS,
                text::PHILOSOPHERS_ABOUT,
            ),
            example(
                "dining-philosophers-ordered.json",
                text::ORDERED,
                text::ORDERED_ABOUT,
            ),
            example(
                "priority-inversion.json",
                text::INVERSION,
                text::INVERSION_ABOUT,
            ),
            example(
                "priority-inheritance.json",
                text::INHERITANCE,
                text::INHERITANCE_ABOUT,
            ),
            example(
                "lost-update.json",
                text::LOST_UPDATE,
                text::LOST_UPDATE_ABOUT,
            ),
        ],
    ),
    (
        text::SCHEDULING,
        &[
            example("mlfq-gaming.json", text::GAMING, text::GAMING_ABOUT),
            example("cfs-nice.json", text::NICE, text::NICE_ABOUT),
        ],
    ),
    (
        text::PYTHON,
        &[
            example(
                "asyncio-blocked-loop.json",
                text::BLOCKED_LOOP,
                text::BLOCKED_LOOP_ABOUT,
            ),
            example(
                "broken-pool.json",
                text::BROKEN_POOL,
                text::BROKEN_POOL_ABOUT,
            ),
            example("fork-holding-a-lock.json", text::FORK, text::FORK_ABOUT),
        ],
    ),
];

/// The folder of the examples, from the page's address.
pub const FOLDER: &str = "scenarios";

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
