//! Lessons about threads, T1 to T9.

use super::sources::{
    ATOMICITY, GIL_TERM, OSTEP_LOCKS, OSTEP_THREADS, PTHREAD_CREATE, PTHREADS, QUEUE, ROBUST,
    SIGNAL, SWITCH_INTERVAL, THREADING,
};
use super::{Guide, arm, change, slide, sliders};
use crate::experiment::scenario::{GilSpec, Ns, Program, Scenario, StartMethod, Step};

pub(super) const GUIDES: &[Guide] = &[
    Guide {
        id: "T1",
        title: "Light",
        text: &[
            "A [[thread]] is a place in the program and a stack to remember how it got there. All else it shares with the other threads of its [[process]]: code, [[heap]], open files, the interpreter.",
            "So one more thread costs little: some 16 KiB of real memory, the part of its stack that it uses. The stack's full size, often 8 MiB, is only reserved as a range of addresses.",
            "In the pictures a process runs with 1 thread and with 65, and takes 21 MiB and 22 MiB. The number to look at is Memory, in Numbers at the right.",
        ],
        views: &[arm("1 thread", 0), arm("65 threads", 1)],
        steps: &[
            slide(
                "Start 64 threads",
                "v=1&threads=64&units=640",
                "64 lanes, one process, some 14 MiB.",
            ),
            slide(
                "Start 64 processes",
                "v=1&procs=64&threads=1&units=640",
                "As many lanes, but more than 800 MiB: each has an interpreter of its own.",
            ),
        ],
        sources: &[PTHREADS, OSTEP_THREADS],
    },
    Guide {
        id: "T2",
        title: "Fast to create",
        text: &[
            "Starting a [[thread]] takes a stack and an entry in a [[run queue]]: about 0.1 ms from Python, which also waits until the new thread has begun. Starting a [[process]] takes more than twenty times as long.",
            "In the pictures one thread starts 40 of them, one after another: in 5 ms if they are threads, in 115 ms if they are processes. The first is at work long before the last has been started.",
            "In a browser a thread is a web worker, which is slower to start than a thread of an operating system. If the measurement says so, it is right.",
        ],
        views: &[arm("40 threads", 0), arm("40 processes", 1)],
        steps: &[
            change(
                "Start 100 threads",
                0,
                |scenario| scenario.processes[0].threads[1].count = 100,
                "The staircase has more steps, but each is as short: all are at work after about 12 ms.",
            ),
            change(
                "Spawn the 40 processes afresh",
                1,
                |scenario| {
                    for process in &mut scenario.processes {
                        process.start = StartMethod::Spawn;
                    }
                },
                "With spawn each starts a new Python: 40 of them take 1.5 s, 13 times as long as 40 forks.",
            ),
        ],
        sources: &[THREADING, PTHREAD_CREATE],
    },
    Guide {
        id: "T3",
        title: "Easy to talk to",
        text: &[
            "[[Thread]]s of one [[process]] see the same objects. To hand one over, a thread puts a reference into a queue: eight bytes, whatever the object's size.",
            "So 8 MiB take no longer than 64 bytes, and nothing is copied. The time goes into waking the other thread up. Between processes the same 8 MiB have to be packed, copied and unpacked.",
            "Easy is also dangerous: both sides now hold the same object, and either may change it under the other's hands. See T5.",
        ],
        views: &[
            arm("threads, 64 B", 0),
            arm("threads, 8 MiB", 1),
            arm("processes, 8 MiB", 2),
        ],
        steps: &[
            change(
                "Hand 1 GiB to the other thread",
                1,
                |scenario| resize(scenario, 1 << 30),
                "Not a microsecond longer than 64 bytes: only a reference travels.",
            ),
            change(
                "Send 1 MiB to another process",
                2,
                |scenario| resize(scenario, 1 << 20),
                "An eighth of the bytes takes about an eighth of the time: here every byte is paid for.",
            ),
        ],
        sources: &[QUEUE, THREADING],
    },
    Guide {
        id: "T4",
        title: "Good for waiting",
        text: &[
            "A program that waits for a disk, a network or a user is [[I/O-bound]]: the [[core]] has nothing to do. While a [[thread]] waits, it lets go of the [[GIL]], so the others can run.",
            "In the picture there are 40 waits of 20 ms. One thread waits for them one after another: 812 ms in all. Forty threads wait at the same time, and all is over after 36 ms: one wait, and the time to start them.",
            "The waits overlap, the computing does not: what each thread computes before it waits still needs the GIL.",
        ],
        views: &[
            sliders("1 thread", "v=1&threads=1&units=40&cpu=100&io=20000"),
            sliders("8 threads", "v=1&threads=8&units=40&cpu=100&io=20000"),
            sliders("40 threads", "v=1&threads=40&units=40&cpu=100&io=20000"),
        ],
        steps: &[
            slide(
                "Switch the GIL off",
                "v=1&threads=40&gil=off&units=40&cpu=100&io=20000",
                "Only 6 ms sooner: a thread that waits holds no GIL, so the GIL was hardly in the way. What is left is one wait, and the time to start them.",
            ),
            slide(
                "Compute 5 ms before each wait",
                "v=1&threads=40&units=40&cpu=5000&io=20000",
                "Now 40 times 5 ms of computing have to pass through one GIL: the end cannot come before 200 ms.",
            ),
            slide(
                "Only compute, never wait",
                "v=1&threads=40&units=40&cpu=20000",
                "Nothing overlaps any more: 40 threads take as long as one.",
            ),
        ],
        sources: &[THREADING, GIL_TERM],
    },
    Guide {
        id: "T5",
        title: "Lost updates",
        text: &[
            "Adding 1 to a shared number is three operations: read it, add, write it back. If another [[thread]] writes in between, its change is overwritten by a value that is out of date: a [[lost update]].",
            "The [[GIL]] does not prevent this. It keeps the interpreter's own data in order, but it may change hands between the read and the write, here at a call between them. In the picture two threads add 1 to the same number 500 times each; in the end it is 600 instead of 1000.",
            "A [[lock]] round the three operations makes them one. It costs time, here 140 ms instead of 101 ms: the threads now wait for each other.",
        ],
        views: &[arm("without a lock", 0), arm("with a lock", 1)],
        steps: &[
            change(
                "Switch interval 100 ms",
                0,
                |scenario| interval(scenario, Ns::ms(100)),
                "Each thread is done before the other gets its turn, and nothing is lost. That is luck, not safety: on another day the switch comes earlier.",
            ),
            change(
                "No call between read and write",
                0,
                |scenario| {
                    if let Some(Program::Steps(steps)) = scenario.programs.get_mut("add")
                        && let Some(Step::Repeat { steps, .. }) = steps.first_mut()
                    {
                        // The call goes before the read.
                        steps.swap(0, 1);
                    }
                },
                "Since Python 3.10 the GIL is given up on request only at calls and jumps back, so a bare x += 1 happens to survive. No manual promises that.",
            ),
        ],
        sources: &[ATOMICITY, OSTEP_THREADS],
    },
    Guide {
        id: "T6",
        title: "One crash for all",
        text: &[
            "When a [[thread]] makes an invalid memory access, nobody can tell what else it has damaged: all threads share one [[heap]]. So the operating system ends the whole [[process]]: a [[segfault]].",
            "In the picture there are two processes of two threads. One thread of the first crashes after 30 units. Its sibling, which did nothing wrong, ends in the same instant. The second process does not notice.",
            "A Python exception is another matter. The interpreter is in order, so an exception that nobody catches ends only its own thread. In the main thread it ends the program, once the other threads are done.",
        ],
        views: &[
            sliders(
                "a thread crashes",
                "v=1&procs=2&threads=2&fault=segfault.0.1.u30",
            ),
            sliders("nothing happens", "v=1&procs=2&threads=2"),
        ],
        steps: &[
            slide(
                "Raise an exception instead",
                "v=1&procs=2&threads=2&fault=exception.0.1.u30",
                "Only that thread ends; its sibling does its own share to the end.",
            ),
            slide(
                "All four in one process",
                "v=1&fault=segfault.0.1.u30",
                "One crash, four threads lost.",
            ),
            slide(
                "A process for each",
                "v=1&procs=4&threads=1&fault=segfault.1.0.u30",
                "One crash, one lost: the walls between processes hold.",
            ),
        ],
        sources: &[SIGNAL, OSTEP_THREADS],
    },
    Guide {
        id: "T7",
        title: "Not in parallel",
        text: &[
            "A [[process]] of standard Python has one [[GIL]], and a [[thread]] has to hold it to run Python [[bytecode]]. So of all the threads of a process only one runs Python at a time, however many [[core]]s are free.",
            "In the picture the same 400 ms of work are dealt to 1, 2 and 4 threads, on 4 cores. They take turns of about 5 ms, and the end does not come sooner. Without a GIL four threads need little more than a quarter of the time.",
            "Look at the lanes of the cores: at any instant just one of them is busy.",
        ],
        views: &[
            sliders("1 thread", "v=1&threads=1"),
            sliders("2 threads", "v=1&threads=2"),
            sliders("4 threads", "v=1"),
            sliders("4, no GIL", "v=1&gil=off"),
        ],
        steps: &[
            slide(
                "16 threads on 16 cores",
                "v=1&cores=16&threads=16",
                "Sixteen cores, and still one thread at a time: more cores do not help.",
            ),
            slide(
                "The same without a GIL",
                "v=1&cores=16&threads=16&gil=off",
                "Now all sixteen cores are busy. It is not 16 times as fast as one thread, but 12.6 times: the process and its threads have to be started first, one after another.",
            ),
            slide(
                "Two processes of two threads",
                "v=1&procs=2&threads=2",
                "One GIL for each process: two threads run at a time.",
            ),
        ],
        sources: &[GIL_TERM, THREADING],
    },
    Guide {
        id: "T8",
        title: "Bad for computing",
        text: &[
            "Work that keeps the [[core]] busy all the time is [[CPU-bound]]. Under a [[GIL]] dealing it to more [[thread]]s gains nothing, for only one computes at a time.",
            "It even costs a little. Each hand-over of the GIL takes some 50 µs in which nobody runs Python. A thread asks the holder to let go when it has waited for one [[switch interval]], 5 ms unless it is changed. The shorter the interval, the more hand-overs, and the later the end.",
            "Four [[process]]es do the same work in less than a third of the time.",
        ],
        views: &[
            sliders("1 thread", "v=1&threads=1"),
            sliders("4 threads", "v=1"),
            sliders("8 threads", "v=1&threads=8"),
            sliders("4 processes", "v=1&procs=4&threads=1"),
        ],
        steps: &[
            slide(
                "Switch interval 0.1 ms",
                "v=1&interval=100",
                "Far more hand-overs: it now takes 480 ms, where one thread takes 405 ms.",
            ),
            slide(
                "Switch interval 100 ms",
                "v=1&interval=100000",
                "Four long turns and hardly any hand-over. Not faster than one thread, either; and whoever waits, waits long.",
            ),
            slide(
                "Wait 4 ms after each unit",
                "v=1&io=4000",
                "Now the work is mostly waiting, and threads help: while one computes, the others wait. One thread would need 2 s; four need about 0.5 s.",
            ),
        ],
        sources: &[GIL_TERM, SWITCH_INTERVAL],
    },
    Guide {
        id: "T9",
        title: "Not to be killed alone",
        text: &[
            "Python has no operation that ends one [[thread]] of a [[process]] from outside. The thread may hold a [[lock]], or be half-way through changing shared data; nobody could put that in order.",
            "The first picture shows such a request: it is refused, and the worker goes on. The second shows why. A thread vanishes (C code can do that) while it holds a lock and 4 MiB. The others wait for the lock for ever: a [[deadlock]]. Nobody frees the memory: a [[leak]]. Only killing the whole process helps; a new one then does the work.",
            "What can be done is to ask: the thread looks at a flag now and then, and ends by itself. C code can also have an exception raised in it, but that takes effect only when the thread next runs Python, and can be caught.",
        ],
        views: &[arm("asked to be killed", 0), arm("dead with a lock", 1)],
        steps: &[
            change(
                "Die without holding the lock",
                1,
                |scenario| {
                    if let Some(Program::Steps(steps)) = scenario.programs.get_mut("hold") {
                        steps.retain(|step| !matches!(step, Step::Lock(_) | Step::Unlock(_)));
                    }
                },
                "The others finish, the process ends by itself, and its memory goes back to the system: it was the lock that stopped everything.",
            ),
            change(
                "Do not kill the process",
                1,
                |scenario| {
                    if let Program::Steps(steps) = &mut scenario.processes[0].threads[0].program {
                        steps.retain(|step| !matches!(step, Step::KillProcess(_)));
                    }
                },
                "Nothing ends the waiting of the first process: its threads would stand there for ever.",
            ),
        ],
        sources: &[THREADING, ROBUST, OSTEP_LOCKS],
    },
];

/// Makes every message this long.
fn resize(scenario: &mut Scenario, length: u64) {
    let threads = scenario.processes.iter_mut().flat_map(|p| &mut p.threads);
    for thread in threads {
        if let Program::Steps(steps) = &mut thread.program {
            for step in steps.iter_mut() {
                if let Step::Repeat { steps, .. } = step {
                    for step in steps {
                        if let Step::Send { bytes, .. } = step {
                            *bytes = length;
                        }
                    }
                }
            }
        }
    }
}

/// Sets the switch interval of every process.
pub(super) fn interval(scenario: &mut Scenario, time: Ns) {
    for process in &mut scenario.processes {
        process.gil = GilSpec::SwitchInterval {
            interval: time,
            poll: Ns::us(1),
        };
    }
}
