//! Experiments worth starting from, each with the one sentence it shows.

use super::Experiment;

/// A named experiment. It is kept as a link, so a preset is also a test that
/// old links keep their meaning.
#[derive(Debug, Clone, Copy)]
pub struct Preset {
    /// Identifier for the page and tests.
    pub id: &'static str,
    /// Name on the page.
    pub title: &'static str,
    /// What it shows, in one sentence.
    pub claim: &'static str,
    /// The experiment as a fragment.
    pub fragment: &'static str,
}

impl Preset {
    /// The experiment. Every preset's fragment is valid (tested).
    #[must_use]
    pub fn experiment(&self) -> Experiment {
        super::from_fragment(self.fragment).experiment
    }
}

/// What the page offers to start from.
pub const PRESETS: &[Preset] = &[
    Preset {
        id: "threads-gil",
        title: "4 threads, one GIL",
        claim: "Threads of one process take turns: four take as long as one.",
        fragment: "v=1",
    },
    Preset {
        id: "processes",
        title: "4 processes, a GIL each",
        claim: "Each process has its own GIL, so they compute in parallel.",
        fragment: "v=1&procs=4&threads=1",
    },
    Preset {
        id: "threads-free",
        title: "4 threads, no GIL",
        claim: "Without the GIL threads compute in parallel, too.",
        fragment: "v=1&gil=off",
    },
    Preset {
        id: "threads-io",
        title: "Threads that wait for I/O",
        claim: "A thread lets go of the GIL while it waits, so waits overlap.",
        fragment: "v=1&units=200&cpu=500&io=5000",
    },
    Preset {
        id: "crash-thread",
        title: "A thread crashes",
        claim: "One thread's invalid memory access ends every thread of its process.",
        fragment: "v=1&procs=2&threads=2&gil=off&fault=segfault.0.1.u30",
    },
    Preset {
        id: "crash-process",
        title: "A process crashes",
        claim: "A crash ends its process; the others go on and finish.",
        fragment: "v=1&procs=4&threads=1&fault=segfault.1.0.u30",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{from_fragment, to_fragment};

    #[test]
    fn presets_are_valid_canonical_and_without_warnings() {
        for preset in PRESETS {
            let decoded = from_fragment(preset.fragment);
            assert_eq!(decoded.problems, [], "{}", preset.id);
            assert_eq!(to_fragment(&decoded.experiment), preset.fragment);
            assert_eq!(decoded.experiment.warnings(), [], "{}", preset.id);
        }
    }
}
