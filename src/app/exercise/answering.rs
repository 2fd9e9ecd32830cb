//! An exercise that is set: the questions, what was answered, and whether that
//! is right.

use super::generate::scenario;
use super::{Ask, Exercise, ms};
use crate::app::english::exercise as text;
use crate::sim::{Limits, Run, run};

/// How far an answer may be off, ms: it may be rounded to two digits.
const TOLERANCE_MS: f64 = 0.005 + 1e-9;

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What is asked.
    pub label: String,
    /// What was entered.
    pub entered: String,
    /// What came of it; `None`: not checked yet.
    pub mark: Option<Mark>,
}

/// What came of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Whether it was right.
    pub right: bool,
    /// What is right, in a sentence.
    pub said: String,
}

/// A job as the question shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// Its name.
    pub name: String,
    /// When it arrives, ms.
    pub arrival: String,
    /// How long it computes, ms.
    pub burst: String,
    /// Its priority, where that counts.
    pub priority: Option<i32>,
}

/// An exercise that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answering {
    /// Which one.
    pub exercise: Exercise,
    /// Its title.
    pub name: String,
    /// What else there is to know.
    pub about: String,
    /// The jobs.
    pub jobs: Vec<JobRow>,
    /// The questions.
    pub fields: Vec<Field>,
    text: String,
    /// The right answer to each question.
    truth: Vec<Truth>,
    shown: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Truth {
    /// A time in ms: this many ns, divided by so many jobs.
    Time { ns: u64, jobs: u64 },
    /// Names in order. Jobs that end together may stand in any order.
    Order(Vec<(String, u64)>),
}

impl Answering {
    /// Sets an exercise.
    #[must_use]
    pub fn new(exercise: Exercise) -> Self {
        let text = exercise.text();
        let scenario = scenario(&text).unwrap_or_default();
        let limits = Limits {
            trace: false,
            ..Limits::default()
        };
        // Every text is valid (tested); of another one nothing would be asked.
        let run = run(&scenario, limits).unwrap_or_default();
        let threads = scenario
            .processes
            .first()
            .map_or(&[][..], |process| &process.threads);
        let by_priority = threads.iter().any(|thread| thread.sched.priority != 0);
        let jobs: Vec<JobRow> = threads
            .iter()
            .zip(&run.threads)
            .map(|(thread, report)| JobRow {
                name: thread.name.clone(),
                arrival: ms(thread.arrival.0 as f64),
                burst: ms(report.cpu_ns() as f64),
                priority: by_priority.then_some(thread.sched.priority),
            })
            .collect();
        let (labels, truth) = questions(exercise.ask(), &jobs, &run);
        let field = |label| Field {
            label,
            entered: String::new(),
            mark: None,
        };
        Self {
            exercise,
            name: scenario.name.clone(),
            about: scenario.about.clone(),
            jobs,
            fields: labels.into_iter().map(field).collect(),
            text,
            truth,
            shown: false,
        }
    }

    /// The list of jobs.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the answers were checked or given up: the picture may be seen.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.shown
    }

    /// How many answers were right, of how many; `None`: not checked yet.
    #[must_use]
    pub fn score(&self) -> Option<(usize, usize)> {
        let marks: Option<Vec<&Mark>> = self
            .fields
            .iter()
            .map(|field| field.mark.as_ref())
            .collect();
        let marks = marks?;
        Some((marks.iter().filter(|mark| mark.right).count(), marks.len()))
    }

    pub(in crate::app) fn answer(&mut self, field: usize, entered: String) {
        if let (Some(field), false) = (self.fields.get_mut(field), self.shown) {
            field.entered = entered;
        }
    }

    pub(in crate::app) fn check(&mut self) {
        for (field, truth) in self.fields.iter_mut().zip(&self.truth) {
            let right = truth.is(&field.entered);
            field.mark = Some(Mark {
                right,
                said: truth.to_string(),
            });
        }
        self.shown = true;
    }

    pub(in crate::app) fn show(&mut self) {
        for (field, truth) in self.fields.iter_mut().zip(&self.truth) {
            field.entered = truth.to_string();
        }
        self.shown = true;
    }
}

fn questions(ask: Ask, jobs: &[JobRow], run: &Run) -> (Vec<String>, Vec<Truth>) {
    let count = run.threads.len() as u64;
    let mean = |of: &dyn Fn(&crate::sim::ThreadReport) -> u64| Truth::Time {
        ns: run.threads.iter().map(of).sum(),
        jobs: count,
    };
    let ends = || {
        run.threads
            .iter()
            .map(|thread| thread.ended_ns.unwrap_or(0))
    };
    match ask {
        Ask::Ends => {
            let labels = jobs.iter().map(|job| text::job_ends(&job.name));
            (
                labels.collect(),
                ends().map(|ns| Truth::Time { ns, jobs: 1 }).collect(),
            )
        }
        Ask::Means => (
            vec![
                text::MEAN_TURNAROUND.to_owned(),
                text::MEAN_RESPONSE.to_owned(),
                text::MEAN_WAITING.to_owned(),
            ],
            vec![
                mean(&|thread| thread.turnaround_ns().unwrap_or(0)),
                mean(&|thread| thread.response_ns().unwrap_or(0)),
                mean(&|thread| thread.waiting_ns()),
            ],
        ),
        Ask::Order => {
            let mut order: Vec<(String, u64)> = jobs
                .iter()
                .map(|job| job.name.clone())
                .zip(ends())
                .collect();
            order.sort_by_key(|(_, end)| *end);
            (vec![text::ORDER.to_owned()], vec![Truth::Order(order)])
        }
    }
}

impl Truth {
    fn is(&self, entered: &str) -> bool {
        match self {
            Self::Time { ns, jobs } => {
                let truth = *ns as f64 / (*jobs).max(1) as f64 / 1e6;
                let number = entered
                    .trim()
                    .trim_end_matches("ms")
                    .trim()
                    .replace(',', ".");
                number
                    .parse::<f64>()
                    .is_ok_and(|said| (said - truth).abs() <= TOLERANCE_MS)
            }
            Self::Order(order) => {
                let separators = [' ', ',', ';', '<', '>', '-', '→', '\t'];
                let mut said: Vec<String> = entered
                    .split(separators)
                    .filter(|name| !name.is_empty())
                    .map(str::to_uppercase)
                    .collect();
                // "BAC" for names of one letter.
                if said.len() == 1 && order.len() > 1 {
                    said = said[0].chars().map(String::from).collect();
                }
                let ends: Option<Vec<u64>> = said
                    .iter()
                    .map(|name| {
                        let found = order
                            .iter()
                            .find(|(known, _)| known.to_uppercase() == *name);
                        found.map(|(_, end)| *end)
                    })
                    .collect();
                let mut each = said.clone();
                each.sort_unstable();
                each.dedup();
                said.len() == order.len()
                    && each.len() == order.len()
                    && ends.is_some_and(|ends| ends.is_sorted())
            }
        }
    }
}

impl std::fmt::Display for Truth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Time { ns, jobs } => f.write_str(&ms(*ns as f64 / (*jobs).max(1) as f64)),
            Self::Order(order) => {
                let names: Vec<&str> = order.iter().map(|(name, _)| name.as_str()).collect();
                f.write_str(&names.join(" "))
            }
        }
    }
}
