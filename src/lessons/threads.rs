//! Lessons on what threads share, and on ways to wait.

mod crash;
mod hold;
mod predicted;
mod race;
mod waits;

pub(super) use crash::{compare as compare_crash, judge_process};

use super::Lesson;
use crate::lab::findings::Findings;

/// Of trials in Python.
pub(super) const IN_PYTHON: &[Lesson] = &[Lesson {
    id: "G2.py",
    about: "Four threads of one Python interpreter add to one global number: without a GIL, with \
            it, and behind a lock. It holds if updates are lost only without either.",
    judge: race::judge_python,
    compare: |_, _| Vec::new(),
}];

pub(super) const LESSONS: &[Lesson] = &[
    Lesson {
        id: "T4",
        about: "16 waits of 20 ms, one after the other and in 16 threads; the same under a real \
                GIL that is given back around each wait; and fetches of a file in 1 thread \
                and in 4. It holds if 16 threads are at least 4 times as fast as one, with and \
                without the GIL. The fetches do not decide.",
        judge: waits::judge_threads,
        compare: waits::compare_threads,
    },
    Lesson {
        id: "T5",
        about: "Four threads add 1 to one number: by load, add and store, with a lock around \
                these, and by one atomic addition. It holds if updates are lost without the lock \
                and none with it.",
        judge: race::judge_updates,
        compare: race::compare_updates,
    },
    Lesson {
        id: "T6",
        about: "One of four threads makes a real invalid memory access, beside another process. \
                It holds if its process is ended with the three siblings unfinished, and the \
                other process finishes with every result right.",
        judge: crash::judge_thread,
        compare: crash::compare,
    },
    Lesson {
        id: "T9",
        about: "A thread waits for ever, and one of another process crashes, each with a lock \
                and 4 MiB. It holds if those that want the lock are deadlocked, telling them to \
                stop does not help, the memory stays taken, ending the process ends all its threads, and another process does the work meanwhile.",
        judge: hold::judge,
        compare: hold::compare,
    },
    Lesson {
        id: "G2",
        about: "Four threads take and drop references to 4 shared objects: without a GIL, under \
                a real one, and with atomic counts. It holds if counts end wrong without it and \
                all are right with it.",
        judge: race::judge_references,
        compare: race::compare_references,
    },
    Lesson {
        id: "W2",
        about: "40 timers of 20 ms in one thread, one after the other and awaited together. It \
                holds if together they are at least 10 times as fast. Beside it the price: how \
                late a timer is while a callback computes.",
        judge: waits::judge_loop,
        compare: waits::compare_loop,
    },
    Lesson {
        id: "W4",
        about: "16 waits of 20 ms one after the other, in 16 threads, and in an event loop. It \
                holds if the threads are at least 4 times as fast as one after the other, and \
                take at most 3 times as long as the loop.",
        judge: waits::judge_all,
        compare: waits::compare_all,
    },
];

/// The smallest sample of a figure: what a busy machine disturbed least.
fn least(found: &Findings, name: &str) -> Option<f64> {
    found.figure(name).map(|figure| figure.summary.min)
}

/// A figure that counts, as a whole number.
fn counted(found: &Findings, name: &str) -> Option<u64> {
    // Counts are far below 2^53.
    found.median(name).map(|value| value as u64)
}
