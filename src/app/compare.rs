//! Two runs: A, which was kept, and B, which is shown. How they are set up and
//! swapped, and how they differ in words.

use super::link;
use super::place::{Left, Right};
use super::program::{Program, Written, written};
use super::{Action, Effect, Kept, Predicted, State};
use crate::app::english::compare as text;
use crate::experiment::{Experiment, from_fragment, to_fragment};
use crate::export::compare::{LastThread, in_words};
use crate::export::summary::Amount;
use crate::sim::Run;
use std::rc::Rc;

/// Two runs that are worth comparing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// Identifier for tests.
    pub id: &'static str,
    /// Name on the page: A | B.
    pub title: &'static str,
    /// A.
    a: Side,
    /// B.
    b: Side,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// An experiment's fragment.
    Link(&'static str),
    /// A program whose processes begin by this method.
    Starting(&'static str),
}

/// What the page offers to compare.
pub const PAIRS: &[Pair] = &[
    Pair {
        id: "threads-processes",
        title: text::PAIR_GIL,
        a: Side::Link("v=1"),
        b: Side::Link("v=1&procs=4&threads=1"),
    },
    Pair {
        id: "gil-free",
        title: text::PAIR_NO_GIL,
        a: Side::Link("v=1"),
        b: Side::Link("v=1&gil=off"),
    },
    Pair {
        id: "io-threads",
        title: text::PAIR_IO,
        a: Side::Link("v=1&threads=1&units=200&cpu=500&io=5000"),
        b: Side::Link("v=1&units=200&cpu=500&io=5000"),
    },
    Pair {
        id: "fifo-rr",
        title: text::PAIR_POLICY,
        a: Side::Link("v=1&cores=1&gil=off&policy=fifo"),
        b: Side::Link("v=1&cores=1&gil=off"),
    },
    Pair {
        id: "fork-spawn",
        title: text::PAIR_START,
        a: Side::Starting("fork"),
        b: Side::Starting("spawn"),
    },
    Pair {
        id: "crash",
        title: text::PAIR_CRASH,
        a: Side::Link("v=1&gil=off&fault=segfault.0.1.u30"),
        b: Side::Link("v=1&procs=4&threads=1&fault=segfault.1.0.u30"),
    },
];

/// Four processes that a fifth starts by `method` and waits for.
fn starting(method: &str) -> String {
    let start = match method {
        "fork" => r#"{ "fork": { "parent-bytes": 33554432 } }"#.to_owned(),
        other => format!("\"{other}\""),
    };
    let (name, about) = (text::starting(method), text::starting_about(method));
    let names = ["w1", "w2", "w3", "w4"];
    let steps = |step: &str| {
        names
            .map(|name| format!(r#"{{ "{step}": "{name}" }}"#))
            .join(", ")
    };
    let workers = names.map(|name| {
        format!(
            "    {{ \"name\": \"{name}\", \"start\": {start}, \
             \"gil\": {{ \"kind\": \"switch-interval\" }},\n      \
             \"threads\": [{{ \"name\": \"main\", \"program\": \"work\" }}] }}"
        )
    });
    format!(
        "{{\n  \"name\": \"{name}\",\n  \
         \"about\": \"{about}\",\n  \
         \"machine\": {{ \"cores\": 4 }},\n  \"costs\": \"cpython-linux\",\n  \
         \"programs\": {{ \"work\": [{{ \"repeat\": {{ \"times\": 20, \"steps\": \
         [{{ \"compute\": \"1 ms\" }}, \"unit\"] }} }}] }},\n  \"processes\": [\n    \
         {{ \"name\": \"parent\", \"gil\": {{ \"kind\": \"switch-interval\" }}, \"threads\": \
         [{{ \"name\": \"main\", \"program\": [\n      {},\n      {}] }}] }},\n{}\n  ]\n}}\n",
        steps("start-process"),
        steps("join-process"),
        workers.join(",\n")
    )
}

impl State {
    /// Keeps what is shown as A.
    pub(super) fn keep(&mut self) {
        if self.stale {
            self.predict();
        }
        self.kept = Some(Rc::new(Kept {
            title: self.title(),
            fragment: link::of_run(&self.experiment, self.program.as_deref()).unwrap_or_default(),
            program: self.program.clone(),
            predicted: Rc::clone(&self.predicted),
        }));
        self.place.right = Right::Compare;
    }

    /// Keeps the experiment of a link as A, and says what of the link made no
    /// sense.
    pub fn keep_from(&mut self, fragment: &str) -> Vec<String> {
        let decoded = from_fragment(fragment);
        self.kept = Some(Rc::new(self.kept_experiment(&decoded.experiment)));
        decoded.problems.iter().map(ToString::to_string).collect()
    }

    fn kept_experiment(&self, experiment: &Experiment) -> Kept {
        Kept {
            title: super::headline::layout_name(experiment),
            fragment: to_fragment(experiment),
            program: None,
            predicted: Rc::new(Predicted::of(
                experiment,
                &self.costs_of(experiment.profile),
            )),
        }
    }

    /// Keeps a program as A; `false`: the text is no program.
    pub fn keep_program(&mut self, text: &str) -> bool {
        let Written::Program(program) = written(text) else {
            return false;
        };
        self.kept = Some(Rc::new(self.kept_program(program)));
        true
    }

    fn kept_program(&self, program: Program) -> Kept {
        let predicted = Predicted::of_scenario(&program.scenario, self.this_browser);
        Kept {
            title: match program.scenario.name.as_str() {
                "" => text::A_PROGRAM.to_owned(),
                name => name.to_owned(),
            },
            fragment: link::of_run(&self.experiment, Some(&program)).unwrap_or_default(),
            program: Some(Rc::new(program)),
            predicted: Rc::new(predicted),
        }
    }

    /// Shows A; it stays kept.
    pub(super) fn open_kept(&mut self) -> Vec<Effect> {
        let Some(kept) = self.kept.clone() else {
            return Vec::new();
        };
        match &kept.program {
            Some(program) => {
                self.place.left = Left::Program;
                self.reduce(Action::Write(program.text.clone()))
            }
            None => self.open_link(&kept.fragment),
        }
    }

    fn open_link(&mut self, fragment: &str) -> Vec<Effect> {
        if self.place.left == Left::Program {
            self.place.left = Left::Sliders;
        }
        self.reduce(Action::Open(fragment.to_owned()))
    }

    /// Shows A and keeps what was shown.
    pub(super) fn swap(&mut self) -> Vec<Effect> {
        if self.kept.is_none() {
            return Vec::new();
        }
        let effects = self.open_kept_after_keeping();
        self.place.right = Right::Compare;
        effects
    }

    fn open_kept_after_keeping(&mut self) -> Vec<Effect> {
        let before = self.kept.take();
        self.keep();
        let shown = std::mem::replace(&mut self.kept, before);
        let effects = self.open_kept();
        self.kept = shown;
        effects
    }

    /// Keeps the first of a pair and shows the second.
    pub(super) fn compare_pair(&mut self, index: usize) -> Vec<Effect> {
        let Some(pair) = PAIRS.get(index) else {
            return Vec::new();
        };
        match pair.a {
            Side::Link(fragment) => drop(self.keep_from(fragment)),
            // Every pair's programs are valid (tested).
            Side::Starting(method) => drop(self.keep_program(&starting(method))),
        }
        self.place.right = Right::Compare;
        match pair.b {
            Side::Link(fragment) => self.open_link(fragment),
            Side::Starting(method) => {
                self.place.left = Left::Program;
                self.reduce(Action::Write(starting(method)))
            }
        }
    }

    /// Whether what is shown is what was kept, so that there is nothing to
    /// compare yet.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        let same = |kept: &Rc<Kept>| Rc::ptr_eq(&kept.predicted, &self.predicted);
        self.kept.as_ref().is_some_and(same)
    }
}

/// How B differs from A, in sentences, the most telling first.
#[must_use]
pub fn differences(a: &Run, b: &Run) -> Vec<String> {
    let sentence = |clause: String| {
        let mut letters = clause.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        let text: String = first.chain(letters).collect();
        format!("{text}.")
    };
    in_words(a, b).into_iter().map(sentence).collect()
}

/// Where the time of A and of B went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Doing or waiting for what.
    pub name: &'static str,
    /// In A.
    pub a: String,
    /// In B.
    pub b: String,
    /// From A to B: "−305 ms".
    pub change: String,
}

/// Where the time went, along the thread that ends last in each run: the parts
/// of each add up to its run time. `None` unless both have come to an end.
#[must_use]
pub fn parts(a: &Run, b: &Run) -> Option<([String; 2], Vec<Part>)> {
    let (last_a, last_b) = (LastThread::of(a)?, LastThread::of(b)?);
    let part = |name: &'static str, a: u64, b: u64| {
        let by = Amount::Time(a.abs_diff(b)).text();
        Part {
            name,
            a: Amount::Time(a).text(),
            b: Amount::Time(b).text(),
            change: match a.cmp(&b) {
                std::cmp::Ordering::Equal => "=".to_owned(),
                std::cmp::Ordering::Greater => format!("−{by}"),
                std::cmp::Ordering::Less => format!("+{by}"),
            },
        }
    };
    let all = last_a.parts().into_iter().zip(last_b.parts());
    let mut parts: Vec<Part> = all
        .filter(|((_, a), (_, b))| a + b > 0)
        .map(|((name, a), (_, b))| part(name, a, b))
        .collect();
    parts.push(part(text::PARTS_SUM, a.end_ns, b.end_ns));
    Some(([last_a.name, last_b.name], parts))
}

#[cfg(test)]
mod tests;
