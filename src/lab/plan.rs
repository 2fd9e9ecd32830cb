//! What the page may start, and what one process is told to do.

use super::measurement::{Calibration, Environment};
use crate::experiment::{Experiment, Invalid};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The page never runs more web workers than this at a time.
pub const MAX_WORKERS: u32 = 32;

/// The longest run the page starts, as the time one thread would need for all
/// of it, s.
pub const MAX_SEQUENTIAL_S: u64 = 300;

/// Why the lab does not run an experiment.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// It is no valid experiment.
    #[error("{}", sentences(.0))]
    Invalid(Vec<Invalid>),
    /// It would take too many workers.
    #[error(
        "{} would take {workers} web workers{}, but the lab runs at most {MAX_WORKERS}: \
         choose fewer processes or fewer threads",
        count(u32::from(*.processes), "process", "processes"),
        if *.threads > 1 {
            format!(" ({threads} threads and a coordinator each)")
        } else {
            String::new()
        }
    )]
    TooManyWorkers {
        /// Processes asked for.
        processes: u16,
        /// Threads in each.
        threads: u16,
        /// The workers they come to.
        workers: u32,
    },
    /// It would run for too long.
    #[error(
        "The work would keep one thread busy for {seconds} s, but the lab runs at most \
         {MAX_SEQUENTIAL_S} s of work: choose fewer or shorter units"
    )]
    TooLong {
        /// What one thread would need, s.
        seconds: u64,
    },
    /// Threads need what this page does not have.
    #[error("Threads cannot be measured here: {reason}. Processes with one thread each can")]
    ThreadsUnavailable {
        /// What is missing.
        reason: String,
    },
    /// Not even processes can be started.
    #[error("Nothing can be measured here: {reason}")]
    ProcessesUnavailable {
        /// What is missing.
        reason: String,
    },
}

fn sentences(broken: &[Invalid]) -> String {
    let all: Vec<String> = broken.iter().map(ToString::to_string).collect();
    all.join(". ")
}

fn count(number: u32, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// How many web workers `experiment` takes: one for each process, and, where it
/// has more than one thread, one more for each thread (the process's own then
/// only coordinates, because it must be able to wait).
#[must_use]
pub fn workers(experiment: &Experiment) -> u32 {
    let coordinators = if experiment.threads > 1 {
        u32::from(experiment.processes)
    } else {
        0
    };
    experiment.workers() + coordinators
}

/// Whether the lab runs `experiment` in `environment`.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn check(experiment: &Experiment, environment: &Environment) -> Result<(), Refusal> {
    experiment.validate().map_err(Refusal::Invalid)?;
    if let Some(reason) = environment.processes_unavailable.clone() {
        return Err(Refusal::ProcessesUnavailable { reason });
    }
    let workers = workers(experiment);
    if workers > MAX_WORKERS {
        return Err(Refusal::TooManyWorkers {
            processes: experiment.processes,
            threads: experiment.threads,
            workers,
        });
    }
    let seconds = experiment.sequential_ns().div_ceil(1_000_000_000);
    if seconds > MAX_SEQUENTIAL_S {
        return Err(Refusal::TooLong { seconds });
    }
    if experiment.threads > 1
        && let Some(reason) = environment.threads_unavailable.clone()
    {
        return Err(Refusal::ThreadsUnavailable { reason });
    }
    Ok(())
}

/// What a web worker is to do: sent to it when it starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// The experiment.
    pub experiment: Experiment,
    /// When the run began, ms since 1970 on the page's clock (which workers
    /// share).
    pub origin_ms: f64,
    /// Which part of it is meant.
    pub part: Part,
}

impl Job {
    /// How many web workers it takes: the process's own, and one for each
    /// thread if there are more than one.
    #[must_use]
    pub fn workers(&self) -> u32 {
        let threads = match self.part {
            Part::Calibrate { .. } => 1,
            Part::Process { .. } => self.experiment.threads,
            Part::Guest { threads, .. } => threads,
        };
        1 + if threads > 1 { u32::from(threads) } else { 0 }
    }
}

/// A worker's part in a run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Part {
    /// Measure what work takes here, before the run.
    Calibrate {
        /// What work takes is known already, from a run just before: what is
        /// left to measure is what one thread alone achieves now.
        known: Option<Calibration>,
    },
    /// Be one process of the run.
    Process {
        /// Which one, from 0.
        index: u16,
        /// Blocks of work that make one unit.
        blocks_per_unit: u32,
        /// Whether the page can read this process's memory. If not, it needs
        /// messages.
        page_reads_memory: bool,
    },
    /// Answer questions; see [`routine`](super::routine).
    Guest {
        /// How many threads it has.
        threads: u16,
        /// Whether the page can read its memory.
        page_reads_memory: bool,
    },
}

/// The units that each thread of process `process` is dealt.
#[must_use]
pub fn planned(experiment: &Experiment, process: u16) -> Vec<u32> {
    let share = |thread| experiment.share(process, thread);
    (0..experiment.threads).map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn environment() -> Environment {
        Environment {
            isolated: true,
            threads_unavailable: None,
            processes_unavailable: None,
            cores: 4,
            timer_resolution_ns: 5_000,
            user_agent: "test".to_owned(),
        }
    }

    fn refuse(
        (processes, threads): (u16, u16),
        change: impl FnOnce(&mut Experiment, &mut Environment),
        expect: Expect,
    ) {
        let (mut experiment, mut environment) = (Experiment::default(), environment());
        (experiment.processes, experiment.threads) = (processes, threads);
        change(&mut experiment, &mut environment);
        let said = match check(&experiment, &environment) {
            Ok(()) => "runs".to_owned(),
            Err(refusal) => refusal.to_string(),
        };
        expect.assert_eq(&said);
    }

    #[test]
    fn refuses_what_is_too_much_and_says_what_would_do() {
        refuse((32, 1), |_, _| {}, expect!["runs"]);
        refuse((1, 31), |_, _| {}, expect!["runs"]);
        refuse(
            (33, 1),
            |_, _| {},
            expect![
                "33 processes would take 33 web workers, but the lab runs at most 32: choose fewer processes or fewer threads"
            ],
        );
        refuse(
            (1, 32),
            |_, _| {},
            expect![
                "1 process would take 33 web workers (32 threads and a coordinator each), but the lab runs at most 32: choose fewer processes or fewer threads"
            ],
        );
        refuse(
            (2, 1),
            |e, _| (e.units, e.cpu_us) = (20_000, 50_000),
            expect![
                "The work would keep one thread busy for 1000 s, but the lab runs at most 300 s of work: choose fewer or shorter units"
            ],
        );
        refuse(
            (0, 1),
            |_, _| {},
            expect!["Processes is 0, but must be from 1 to 64"],
        );
    }

    #[test]
    fn says_why_threads_cannot_be_had() {
        let without = |_: &mut Experiment, e: &mut Environment| {
            e.threads_unavailable = Some("the page is not cross-origin isolated".to_owned());
        };
        refuse((4, 1), without, expect!["runs"]);
        refuse(
            (1, 2),
            without,
            expect![
                "Threads cannot be measured here: the page is not cross-origin isolated. Processes with one thread each can"
            ],
        );
    }

    #[test]
    fn a_job_survives_the_way_to_its_worker() {
        let job = Job {
            experiment: Experiment::default(),
            origin_ms: 1_790_000_000_000.1,
            part: Part::Process {
                index: 3,
                blocks_per_unit: 20,
                page_reads_memory: true,
            },
        };
        let text = serde_json::to_string(&job).expect("a job is plain data");
        let read: Job = serde_json::from_str(&text).expect("it was just written");
        assert_eq!(read.part, job.part);
        assert_eq!(read.experiment.threads, 4);
        assert_eq!(job.workers(), 5, "a coordinator and four threads");
        assert!((read.origin_ms - job.origin_ms).abs() < 0.001);
    }
}
