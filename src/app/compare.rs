//! Two runs: A, which was kept, and B, which is shown. How they are set up and
//! swapped, and how they differ in words.

use super::place::{Left, Right};
use super::program::{Program, Written, written};
use super::{Action, Effect, Kept, Predicted, State};
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
        title: "4 threads, one GIL | 4 processes",
        a: Side::Link("v=1"),
        b: Side::Link("v=1&procs=4&threads=1"),
    },
    Pair {
        id: "gil-free",
        title: "GIL | no GIL",
        a: Side::Link("v=1"),
        b: Side::Link("v=1&gil=off"),
    },
    Pair {
        id: "io-threads",
        title: "I/O with 1 thread | with 4",
        a: Side::Link("v=1&threads=1&units=200&cpu=500&io=5000"),
        b: Side::Link("v=1&units=200&cpu=500&io=5000"),
    },
    Pair {
        id: "fifo-rr",
        title: "FIFO | round robin",
        a: Side::Link("v=1&cores=1&gil=off&policy=fifo"),
        b: Side::Link("v=1&cores=1&gil=off"),
    },
    Pair {
        id: "fork-spawn",
        title: "4 processes by fork | by spawn",
        a: Side::Starting("fork"),
        b: Side::Starting("spawn"),
    },
    Pair {
        id: "crash",
        title: "A crash among threads | among processes",
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
        "{{\n  \"name\": \"4 processes by {method}\",\n  \
         \"about\": \"A parent starts four workers by {method}, each does 20 units of 1 ms.\",\n  \
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
            fragment: to_fragment(&self.experiment),
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
                "" => "A program".to_owned(),
                name => name.to_owned(),
            },
            fragment: to_fragment(&self.experiment),
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
    parts.push(part("together: the run", a.end_ns, b.end_ns));
    Some(([last_a.name, last_b.name], parts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn act(state: &mut State, action: Action) -> Vec<Effect> {
        let effects = state.reduce(action);
        drop(state.reduce(Action::Frame(0.0)));
        effects
    }

    /// What the page says of keeping `a` and showing `b`.
    fn check(a: &str, b: &str, expect: Expect) {
        let mut state = State::open(b);
        assert_eq!(state.keep_from(a), [""; 0]);
        let kept = state.kept.clone().expect("it is kept");
        expect.assert_eq(&said(&kept.predicted.run, &state.predicted.run));
    }

    fn said(a: &Run, b: &Run) -> String {
        let mut said = differences(a, b).join("\n");
        said += "\n";
        if let Some(([a, b], parts)) = parts(a, b) {
            said += &format!("{a} | {b}\n");
            for part in parts {
                said += &format!("{}: {} | {} | {}\n", part.name, part.a, part.b, part.change);
            }
        }
        said
    }

    #[test]
    fn the_difference_is_said_in_words_and_parts() {
        check(
            "v=1",
            "v=1&procs=4&threads=1",
            expect![[r#"
            B finishes 3.61× sooner.
            In the thread that ends last: 305 ms less waiting for the GIL, 5.55 ms more before it starts.
            Use of the cores rises from 25 % to 93 %.
            Mean turnaround falls from 378 ms to 103 ms.
            GIL wait falls from 1.11 s to 0.
            Context switches fall from 87 to 2.
            Migrations fall from 27 to 1.
            Memory at its peak rises from 26.1 MiB to 65.1 MiB.
            P1 T3 | P4 T1
            before it starts: 5.65 ms | 11.2 ms | +5.55 ms
            on a core: 100 ms | 103 ms | +2.47 ms
            waiting for the GIL: 305 ms | 0 | −305 ms
            after its end: 112 µs | 64.9 µs | −47.4 µs
            together: the run: 411 ms | 114 ms | −297 ms
        "#]],
        );
        check(
            "v=1&threads=2",
            "v=1&threads=2",
            expect![[r#"
            A and B finish at the same time.
            P1 T1 | P1 T1
            before it starts: 5.42 ms | 5.42 ms | =
            on a core: 200 ms | 200 ms | =
            waiting for the GIL: 205 ms | 205 ms | =
            after its end: 132 µs | 132 µs | =
            together: the run: 410 ms | 410 ms | =
        "#]],
        );
        check(
            "v=1&gil=off",
            "v=1&gil=off&fault=segfault.0.1.u30",
            expect![[r#"
                B finishes 2.97× sooner, with 118 units of work done instead of 400.
                In the thread that ends last: 69.9 ms less on a core.
                Use of the cores falls from 96 % to 88 %.
                Mean turnaround falls from 100 ms to 29.9 ms.
                Context switches fall from 4 to 3.
                Migrations fall from 1 to 0.
                Failures rise from 0 to 5.
                Threads that did not complete rise from 0 to 4.
                P1 T4 | P1 T1
                before it starts: 5.77 ms | 5.42 ms | −351 µs
                on a core: 100 ms | 30.1 ms | −69.9 ms
                after its end: 120 µs | 67.7 µs | −52.4 µs
                together: the run: 106 ms | 35.6 ms | −70.3 ms
            "#]],
        );
        check(
            "v=1",
            "procs=64&threads=64&cores=64&slice=100&interval=1&units=20000",
            expect![[r#"
                A finishes after 411 ms, B did not finish by 119 ms.
                Use of the cores rises from 25 % to 34 %.
                Mean turnaround falls from 378 ms to 90.6 ms.
                GIL wait rises from 1.11 s to 49.2 s.
                Context switches rise from 87 to 109,538.
                Migrations rise from 27 to 91,279.
                Memory at its peak rises from 26.1 MiB to 602 MiB.
                Threads that did not complete rise from 0 to 4,088.
            "#]],
        );
    }

    #[test]
    fn a_run_is_kept_opened_swapped_and_given_up() {
        let mut state = State::open("v=1&threads=2");
        act(&mut state, Action::Swap);
        act(&mut state, Action::OpenKept);
        assert_eq!((state.experiment.threads, &state.kept), (2, &None));
        act(&mut state, Action::Keep);
        assert!(state.is_kept() && state.place.right == Right::Compare);
        act(&mut state, Action::Open("v=1&threads=3".to_owned()));
        assert!(!state.is_kept());
        let of = |state: &State| {
            let kept = state.kept.as_ref().expect("one is kept");
            (kept.fragment.clone(), to_fragment(&state.experiment))
        };
        let link = |threads| format!("v=1&threads={threads}");
        assert_eq!(of(&state), (link(2), link(3)));
        let effects = act(&mut state, Action::Swap);
        assert_eq!(of(&state), (link(3), link(2)));
        assert!(effects.contains(&Effect::WriteFragment(link(2))));
        let kept = state.kept.clone().expect("one is kept");
        assert_eq!(kept.title, "3 threads, one GIL");
        assert_eq!(kept.predicted.run.outcome.processes[0].threads.len(), 3);
        act(&mut state, Action::OpenKept);
        assert_eq!(of(&state), (link(3), link(3)));
        act(&mut state, Action::Unkeep);
        assert_eq!(state.kept, None);
    }

    #[test]
    fn what_was_just_set_is_kept_even_before_it_is_predicted() {
        let mut state = State::open("v=1&threads=2");
        drop(state.reduce(Action::SetGil(false)));
        drop(state.reduce(Action::Keep));
        let kept = state.kept.clone().expect("one is kept");
        assert_eq!(kept.fragment, "v=1&threads=2&gil=off");
        assert_eq!(kept.predicted.run.metrics.gil_switches, 0);
    }

    #[test]
    fn every_pair_runs_and_differs() {
        for (index, pair) in PAIRS.iter().enumerate() {
            let mut state = State::open("v=1&threads=7");
            act(&mut state, Action::ComparePair(index));
            assert_eq!(state.problems, [""; 0], "{}", pair.id);
            let kept = state.kept.clone().expect(pair.id);
            assert_eq!(
                state.program.is_some(),
                kept.program.is_some(),
                "{}",
                pair.id
            );
            let shown = Rc::clone(&state.predicted);
            let (a, b) = (&kept.predicted.run, &shown.run);
            assert_ne!(a.end_ns, 0, "{}", pair.id);
            assert!(differences(a, b).len() > 1, "{}: {}", pair.id, said(a, b));
            act(&mut state, Action::Swap);
            let swapped = state.kept.clone().expect(pair.id);
            assert_eq!(swapped.predicted.run.end_ns, b.end_ns, "{}", pair.id);
            assert_eq!(state.predicted.run.end_ns, a.end_ns, "{}", pair.id);
        }
        let mut state = State::open("v=1");
        act(&mut state, Action::ComparePair(PAIRS.len()));
        assert_eq!(state.kept, None);
    }

    #[test]
    fn spawn_is_said_to_start_later_than_fork() {
        let mut state = State::open("");
        let fork = PAIRS.iter().position(|pair| pair.id == "fork-spawn");
        act(&mut state, Action::ComparePair(fork.expect("it is there")));
        let kept = state.kept.clone().expect("one is kept");
        let words = differences(&kept.predicted.run, &state.predicted.run);
        expect![[r#"
            B finishes 4.31× later.
            In the thread that ends last: 145 ms more waiting for others to end, 7.68 ms less on a core."#]].assert_eq(&words[..2].join("\n"));
    }
}
