//! Exercises: a list of jobs and a policy; the visitor says what comes of it,
//! and the simulator whether that is right.

mod answering;
mod fixed;
mod generate;

pub use answering::{Answering, Field, Mark};

use crate::experiment::scenario::Ns;

/// What an exercise is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// First in, first out.
    Fifo,
    /// Shortest job first.
    Sjf,
    /// Shortest time to completion first: SJF, preemptive.
    Stcf,
    /// Round robin.
    RoundRobin,
    /// By priority, preemptive.
    Priority,
    /// Multi-level feedback queue.
    Mlfq,
    /// The ones that come with the page.
    Book,
}

impl Topic {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 7] = [
        Self::Fifo,
        Self::Sjf,
        Self::Stcf,
        Self::RoundRobin,
        Self::Priority,
        Self::Mlfq,
        Self::Book,
    ];

    /// Its name in links.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Fifo => "fifo",
            Self::Sjf => "sjf",
            Self::Stcf => "stcf",
            Self::RoundRobin => "rr",
            Self::Priority => "priority",
            Self::Mlfq => "mlfq",
            Self::Book => "book",
        }
    }

    /// Its name on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Fifo => "First in, first out (FIFO)",
            Self::Sjf => "Shortest job first (SJF)",
            Self::Stcf => "Shortest time to completion first (STCF)",
            Self::RoundRobin => "Round robin (RR)",
            Self::Priority => "Priority, preemptive",
            Self::Mlfq => "Multi-level feedback queue (MLFQ)",
            Self::Book => "Classics of the textbooks",
        }
    }

    /// What decides, in a sentence or two; ties included.
    #[must_use]
    pub fn rule(self) -> &'static str {
        match self {
            Self::Fifo => "Jobs run in the order in which they arrive, each to its end.",
            Self::Sjf => {
                "Whenever the core is free, the shortest of the jobs that have arrived runs to its end."
            }
            Self::Stcf => {
                "At every moment the job with the least CPU time left runs; a shorter arrival takes \
                 the core at once."
            }
            Self::RoundRobin => {
                "A job runs for one slice, then goes to the back of the queue. When a job arrives \
                 just as a slice ends, the arrival is queued first."
            }
            Self::Priority => {
                "At every moment the job with the largest priority number runs; a more urgent \
                 arrival takes the core at once."
            }
            Self::Mlfq => {
                "New jobs start in the top queue. A job that has used up its slice sinks one queue; \
                 the highest queue that is not empty runs, round robin, and an arrival takes the \
                 core from a lower queue at once."
            }
            Self::Book => "Apply the policy that the question names.",
        }
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ask {
    /// When each job ends.
    Ends,
    /// The mean turnaround, response and waiting time.
    Means,
    /// In which order the jobs end.
    Order,
}

/// An exercise: the same one for the same topic and seed, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Exercise {
    /// What it is about.
    pub topic: Topic,
    /// Which one of those, from 1.
    pub seed: u32,
}

impl Exercise {
    /// It in a link: `rr.12`.
    #[must_use]
    pub fn to_key(self) -> String {
        format!("{}.{}", self.topic.key(), self.seed)
    }

    /// The exercise of a link; `None`: there is no such one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        let (topic, seed) = key.split_once('.')?;
        let topic = Topic::ALL.into_iter().find(|known| known.key() == topic)?;
        Some(Self {
            topic,
            seed: seed.parse().ok()?,
        })
    }

    /// The next one of its topic.
    #[must_use]
    pub fn next(self) -> Self {
        Self {
            seed: self.seed.wrapping_add(1),
            ..self
        }
    }

    /// What it asks.
    #[must_use]
    pub fn ask(self) -> Ask {
        match self.seed % 3 {
            1 => Ask::Ends,
            2 => Ask::Means,
            _ => Ask::Order,
        }
    }

    /// Its list of jobs, as a text of the editor.
    #[must_use]
    pub fn text(self) -> String {
        match self.topic {
            Topic::Book => fixed::text(self.seed).to_owned(),
            _ => generate::text(self),
        }
    }
}

/// A time in ms, as textbooks write it: up to two digits behind the point.
#[must_use]
pub fn ms(ns: f64) -> String {
    let text = format!("{:.2}", ns / Ns::ms(1).0 as f64);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
