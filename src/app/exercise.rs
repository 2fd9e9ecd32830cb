//! Exercises: a list of jobs and a policy; the visitor says what comes of it,
//! and the simulator whether that is right.

mod answering;
mod fixed;
mod generate;

pub use answering::{Answering, Field, Mark};

use crate::app::english::exercise as text;
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
            Self::Fifo => text::FIFO,
            Self::Sjf => text::SJF,
            Self::Stcf => text::STCF,
            Self::RoundRobin => text::ROUND_ROBIN,
            Self::Priority => text::BY_PRIORITY,
            Self::Mlfq => text::MLFQ,
            Self::Book => text::BOOK,
        }
    }

    /// What decides, in a sentence or two; ties included.
    #[must_use]
    pub fn rule(self) -> &'static str {
        match self {
            Self::Fifo => text::FIFO_RULE,
            Self::Sjf => text::SJF_RULE,
            Self::Stcf => text::STCF_RULE,
            Self::RoundRobin => text::ROUND_ROBIN_RULE,
            Self::Priority => text::BY_PRIORITY_RULE,
            Self::Mlfq => text::MLFQ_RULE,
            Self::Book => text::BOOK_RULE,
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
