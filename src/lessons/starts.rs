//! Lessons on what processes and threads cost: to start, to keep, to reach and
//! to kill.

mod memory;
mod messages;
mod predicted;

use super::Lesson;
use crate::claims::text::{count, figure, fold, in_ms, in_us, later, time, verdict};
use crate::claims::{Figure, Verdict};
use crate::lab::findings::{Findings, Summary};

pub(super) const LESSONS: &[Lesson] = &[
    Lesson {
        id: "P4",
        about: "Processes that do nothing but write the time to memory are killed, and the page \
                watches the writing stop; another one beside them goes on. It holds if all fall \
                silent and the other still answers.",
        judge: judge_kill,
        compare: |_, _| Vec::new(),
    },
    Lesson {
        id: "P6",
        about: "Processes and threads that all need the same 8 MiB of data. It holds if one more \
                process takes at least 2 times the memory of one more thread.",
        judge: memory::judge_heavy,
        compare: memory::compare_heavy,
    },
    Lesson {
        id: "P7",
        about: "From asking for a process until its first instruction; beside it a task handed to \
                a thread that is there already, and several processes beside as many new threads. \
                It holds if a process takes at least 100 times as long as handing over a task.",
        judge: judge_processes,
        compare: predicted::starts,
    },
    Lesson {
        id: "P8",
        about: "64 B, 64 KiB and 8 MiB go back and forth between two processes as messages, and \
                between two threads as a pointer. It holds if copying messages are slower at \
                every size, and 10 times as slow at the largest.",
        judge: messages::judge_apart,
        compare: predicted::messages,
    },
    Lesson {
        id: "P9",
        about: "Memory and web workers of 1, 2, 4 and 8 processes that each need the same 8 MiB \
                of data; beside them 8 threads that share it. It holds if memory grows with \
                every process, and 8 processes take more than 4 times the memory of one and more \
                than 8 threads.",
        judge: memory::judge_resources,
        compare: memory::compare_resources,
    },
    Lesson {
        id: "T1",
        about: "Memory of a process with 8 MiB of data and 1, 2, 9 and 17 threads. It holds if one \
                more thread (its stack and what belongs to it alone) takes at most half of what \
                one more process takes, which needs its own copy of the data.",
        judge: memory::judge_light,
        compare: memory::compare_light,
    },
    Lesson {
        id: "T2",
        about: "From asking for several threads in a running process until all are ready; beside \
                it as many processes, and a task handed to a thread that is there already. It \
                holds if the threads take less than half the time of the processes.",
        judge: judge_threads,
        compare: predicted::threads,
    },
    Lesson {
        id: "T3",
        about: "A word goes back and forth between two threads, a message of 64 B between two \
                processes; 8 MiB are read where they are, and copied to another process to be \
                read. It holds if the threads are faster with both, and handing 8 MiB to another \
                thread takes less than a tenth of copying them.",
        judge: messages::judge_within,
        compare: predicted::copy,
    },
];

/// The summary of the figure of this name.
fn summary(found: &Findings, name: &str) -> Option<Summary> {
    found.figure(name).map(|figure| figure.summary)
}

/// The median of the figure of this name, rounded to whole ns or bytes.
fn whole(found: &Findings, name: &str) -> Option<u64> {
    // Saturates at 0.
    found.median(name).map(|median| median.round() as u64)
}

fn judge_kill(found: &Findings) -> Option<Verdict> {
    let answered = found.median("answers of the process beside")? >= 1.0;
    let beside = if answered {
        "the process beside them worked on"
    } else {
        "the process beside them no longer answered"
    };
    if let Some(latency) = summary(found, "kill latency") {
        let [median, p95] = [latency.median, latency.p95].map(|ns| ns as u64);
        let facts = format!(
            "{} processes were killed at work and fell silent for good {} (p95: {}); {beside}{}",
            latency.samples,
            later(median),
            later(p95),
            if median > 500_000_000 {
                ". This browser first waits for a worker to end by itself"
            } else {
                ""
            }
        );
        let figures = vec![in_ms("kill latency", median), in_ms("p95", p95)];
        return Some(verdict(answered, facts, figures));
    }
    let silent = found.median("silent after the kill")?;
    let facts = format!(
        "{silent} processes that were killed at work sent no message any more; {beside}. How soon \
         they ended cannot be seen without shared memory"
    );
    let figures = vec![count("fell silent", silent as u32)];
    let all = silent >= found.median("killed")?;
    Some(verdict(answered && all, facts, figures))
}

/// A process's start beside a thread's and a task's.
struct Starts {
    process: Summary,
    thread: Summary,
    hand_off: Summary,
    /// How many times as long several processes take as so many threads, all
    /// started at once.
    ratio: f64,
}

impl Starts {
    fn of(found: &Findings) -> Option<Self> {
        let threads = found.median("threads at once")?;
        Some(Self {
            process: summary(found, "process start")?,
            thread: summary(found, "thread start")?,
            hand_off: summary(found, "task hand-off")?,
            ratio: found.median("processes at once")? / threads.max(1.0),
        })
    }

    fn of_hand_off(&self) -> f64 {
        self.process.median / self.hand_off.median.max(1.0)
    }

    fn figures(&self) -> Vec<Figure> {
        vec![
            in_ms("process", self.process.median as u64),
            in_ms("process, p95", self.process.p95 as u64),
            in_ms("thread", self.thread.median as u64),
            in_ms("thread, p95", self.thread.p95 as u64),
            in_us(
                "task to a thread that is there",
                self.hand_off.median as u64,
            ),
            figure("processes by as many threads", self.ratio, "times"),
        ]
    }
}

fn judge_processes(found: &Findings) -> Option<Verdict> {
    let starts = Starts::of(found)?;
    let facts = format!(
        "a process runs its first instruction after {} (p95 {}), {} as long as it takes to hand a \
         task to a thread that is there ({}); several processes take {} as long as so many new \
         threads",
        time(starts.process.median as u64),
        time(starts.process.p95 as u64),
        fold(starts.of_hand_off()),
        time(starts.hand_off.median as u64),
        fold(starts.ratio),
    );
    let holds = starts.of_hand_off() >= 100.0;
    Some(verdict(holds, facts, starts.figures()))
}

fn judge_threads(found: &Findings) -> Option<Verdict> {
    let starts = Starts::of(found)?;
    let holds = starts.ratio > 2.0;
    let facts = format!(
        "several new threads of a running process take {} each, and as many processes {} as long \
         as they{}. A task handed to a thread that is there begins after {}",
        time(starts.thread.median as u64),
        fold(starts.ratio),
        if holds {
            ""
        } else {
            ", because a browser's thread is a web worker, too"
        },
        time(starts.hand_off.median as u64),
    );
    Some(verdict(holds, facts, starts.figures()))
}

#[cfg(test)]
mod tests {
    use super::super::find;
    use super::super::testing::findings;
    use crate::lab::findings::Unit::{Count, Ns};

    fn holds(id: &str, figures: &[(&str, crate::lab::findings::Unit, f64)]) -> bool {
        let verdict = find(id).unwrap().judge(&findings(id, figures));
        assert!(!verdict.text.contains("incomplete"), "{}", verdict.text);
        verdict.holds
    }

    #[test]
    fn a_kill_needs_silence_and_a_neighbour_that_goes_on() {
        let watched = |answers| {
            holds(
                "P4",
                &[
                    ("kill latency", Ns, 2e6),
                    ("answers of the process beside", Count, answers),
                ],
            )
        };
        assert!(watched(1.0) && !watched(0.0));
        let heard = |silent| {
            holds(
                "P4",
                &[
                    ("killed", Count, 7.0),
                    ("silent after the kill", Count, silent),
                    ("answers of the process beside", Count, 1.0),
                ],
            )
        };
        assert!(heard(7.0) && !heard(6.0));
    }

    #[test]
    fn starts_are_judged_by_their_ratios() {
        let both = |process, threads, task| {
            ["P7", "T2"].map(|id| {
                holds(
                    id,
                    &[
                        ("process start", Ns, process),
                        ("thread start", Ns, threads / 2.0),
                        ("processes at once", Ns, process),
                        ("threads at once", Ns, threads),
                        ("task hand-off", Ns, task),
                    ],
                )
            })
        };
        assert_eq!(both(50e6, 10e6, 2e4), [true, true]);
        // As it is where a thread is a worker, too.
        assert_eq!(both(50e6, 40e6, 2e4), [true, false]);
        assert_eq!(both(1e6, 1e6, 2e4), [false, false]);
        assert_eq!(both(1e6, 1e5, 2e4), [false, true]);
    }

    #[test]
    fn nothing_found_decides_nothing() {
        for id in ["P4", "P6", "P7", "P8", "P9", "T1", "T2", "T3"] {
            assert!(!find(id).unwrap().judge(&findings(id, &[])).holds, "{id}");
        }
    }
}
