//! Lessons about ways round the GIL, W1 to W5, and about multiprocessing, M1.

use super::sources::{
    ASYNCIO, ASYNCIO_DEV, FREE_THREADING, FREE_THREADING_3_13, FUTURES,
    MULTIPROCESSING as MULTIPROCESSING_DOC, OSTEP_EVENTS, PEP_703, START_METHODS, THREADING,
    WHATS_NEW_3_14,
};
use super::{Guide, Source, arm, change, slide, sliders};
use crate::experiment::scenario::{GilSpec, Ns, PoolKind, Program, Scenario, Step};

pub(super) const GUIDES: &[Guide] = &[
    Guide {
        id: "W1",
        title: "A pool of processes",
        text: &[
            "If [[thread]]s cannot compute in [[parallel]], [[process]]es can. Starting one for each task would be too slow, so a [[pool]] starts a few once and hands them task after task.",
            "The picture has 32 tasks of 25 ms. One process does them in 800 ms; a pool of four, on four cores, in about 220 ms, start and hand-over included.",
            "Each task has to be packed, sent and waited for; with concurrent.futures that takes about 0.35 ms. So a pool is worth it for tasks that take clearly longer than that.",
        ],
        views: &[arm("one after the other", 0), arm("pool of 4", 1)],
        steps: &[
            change(
                "Make each task 0.1 ms",
                1,
                |scenario| each_task(scenario, Ns::us(100)),
                "All the work together is 3.2 ms, but starting the pool takes 12 ms and handing the tasks out as long again: one process alone would have been faster. Send many such tasks together (chunksize).",
            ),
            change(
                "8 workers on 4 cores",
                1,
                |scenario| scenario.pools[0].workers = 8,
                "No faster: there are only four cores, and four more workers have to be started. One worker for each core is the usual choice.",
            ),
        ],
        sources: &[FUTURES, MULTIPROCESSING_DOC],
    },
    Guide {
        id: "W2",
        title: "asyncio for waiting",
        text: &[
            "An [[event loop]] is one [[thread]] with many [[coroutine]]s. At each await a coroutine says what it waits for and hands the thread on; the loop runs whichever can go on.",
            "So 40 waits of 20 ms overlap in a single thread: a little more than 20 ms in all. A coroutine that runs as a task costs about 1.5 KiB and 6 µs, so there can be many thousands.",
            "Nobody interrupts a coroutine between two awaits. One that computes for long holds up all the others, and the [[GIL]] has nothing to do with it.",
        ],
        views: &[arm("one after the other", 0), arm("40 tasks", 1)],
        steps: &[
            change(
                "400 tasks",
                1,
                |scenario| tasks(scenario, 400),
                "Ten times the waits in 22.5 ms instead of 20.3 ms, and still one thread.",
            ),
            change(
                "One task computes for 50 ms",
                1,
                |scenario| {
                    let hog = Program::Steps(vec![Step::Compute(Ns::ms(50)), Step::Unit]);
                    scenario.programs.insert("hog".to_owned(), hog);
                    if let Some(Step::RunLoop(all)) = first_step(scenario) {
                        all.insert(20, Program::Named("hog".to_owned()));
                    }
                },
                "The loop stands still for 50 ms. Waits that are long over are noticed only afterwards, and half of them have not even begun to wait: give such work to a process.",
            ),
        ],
        sources: &[ASYNCIO, ASYNCIO_DEV, OSTEP_EVENTS],
    },
    Guide {
        id: "W3",
        title: "Processes, not threads",
        text: &[
            "This is the picture of the start screen: the same work in one [[thread]], in four threads, and in four [[process]]es, on four [[core]]s.",
            "Four threads share one [[GIL]] and take as long as one. Four processes have a GIL each and need little more than a quarter of that.",
            "Not quite a quarter, because starting processes takes time. That part does not get shorter with more of them: [[Amdahl's law]]. The less work there is, the less they are worth.",
        ],
        views: &[
            sliders("1 thread", "v=1&threads=1"),
            sliders("4 threads", "v=1"),
            sliders("4 processes", "v=1&procs=4&threads=1"),
        ],
        steps: &[
            slide(
                "4 processes for 4 ms of work",
                "v=1&procs=4&threads=1&units=4",
                "Nearly all the time is for starting them; four threads would be done sooner.",
            ),
            slide(
                "64 processes",
                "v=1&procs=64&threads=1",
                "More processes than cores: they take 180 ms to start, and gain nothing.",
            ),
            slide(
                "4 processes on one core",
                "v=1&cores=1&procs=4&threads=1",
                "Without cores to run on there is nothing to gain.",
            ),
        ],
        sources: &[MULTIPROCESSING_DOC, START_METHODS],
    },
    Guide {
        id: "W4",
        title: "Threads for waiting",
        text: &[
            "A [[thread]] lets go of the [[GIL]] while it waits, so for [[I/O-bound]] work threads are good as they are. Ordinary blocking code works; nothing has to be written anew.",
            "Compare four ways to wait 40 times for 20 ms: one after the other, a thread for each, a [[pool]] of 8 threads (five rounds of 20 ms), and an [[event loop]].",
            "A thread for each wait is nearly as fast as the event loop. With thousands of waits that changes: each thread has to be started, and takes memory.",
        ],
        views: &[
            arm("one after the other", 0),
            arm("40 threads", 1),
            arm("pool of 8", 2),
            arm("40 tasks", 3),
        ],
        steps: &[
            change(
                "400 waits in 400 threads",
                1,
                |scenario| scenario.processes[0].threads[1].count = 400,
                "Starting them takes longer than the wait itself: the last begins when the first has long finished.",
            ),
            change(
                "400 waits in an event loop",
                3,
                |scenario| tasks(scenario, 400),
                "One thread, and not much more than 20 ms.",
            ),
        ],
        sources: &[THREADING, FUTURES, ASYNCIO],
    },
    Guide {
        id: "W5",
        title: "A Python without a GIL",
        text: &[
            "Since version 3.13 there is a build of CPython without a [[GIL]]: [[free-threaded]] Python. Its [[reference count]]s and containers are safe by themselves, so [[thread]]s run in [[parallel]].",
            "That costs something. One thread alone takes longer than with a GIL: some 40 % in 3.13, roughly 5 to 10 % in 3.14, depending on the platform. And threads that use the same objects all the time get in each other's way, for the same bytes have to travel from core to core.",
            "In the pictures four threads with data of their own are 3.7 times as fast as one under a GIL. Four that share objects all the time, with the costs measured on 3.13, are only 1.2 times as fast.",
        ],
        views: &[
            arm("1 thread", 0),
            arm("4 threads, GIL", 1),
            arm("4 free", 2),
            arm("4 free, shared", 3),
        ],
        steps: &[
            change(
                "One thread only",
                2,
                |scenario| {
                    let worker = &mut scenario.processes[0].threads[1];
                    worker.count = 1;
                    if let Program::Steps(steps) = &mut worker.program
                        && let Some(Step::Repeat { times, .. }) = steps.first_mut()
                    {
                        *times = 400;
                    }
                },
                "The price without the gain: 430 ms, where one thread with a GIL takes 400 ms.",
            ),
            change(
                "As in Python 3.13",
                2,
                |scenario| {
                    scenario.processes[0].gil = GilSpec::FreeThreaded {
                        overhead_permille: 1400,
                        contention_permille: 1000,
                    };
                },
                "The higher price of the first version: still far ahead of four threads under a GIL.",
            ),
        ],
        sources: &[FREE_THREADING, WHATS_NEW_3_14, FREE_THREADING_3_13, PEP_703],
    },
];

pub(super) const MULTIPROCESSING: &[Guide] = &[Guide {
    id: "M1",
    title: "For and against",
    text: &[
        "Multiprocessing is all of this together: several [[process]]es on several [[core]]s, usually as a [[pool]]. It has what speaks for processes, and what speaks against them.",
        "For: they compute in [[parallel]], and a failure stays inside. In the third picture a worker is killed; the pool starts another, and only the task in its hands is lost. The program waits for that one for ever, unless it sets a timeout: see X5.",
        "Against: five interpreters take five times the memory, the first result comes later, and packing and sending burn time of the cores. All three numbers are in the verdict below.",
    ],
    views: &[
        arm("one after the other", 0),
        arm("pool of 4", 1),
        arm("a worker is killed", 2),
    ],
    steps: &[
        change(
            "Two workers instead of four",
            1,
            |scenario| scenario.pools[0].workers = 2,
            "Half as many workers, nearly twice the time.",
        ),
        change(
            "Kill one of a ProcessPoolExecutor",
            2,
            |scenario| scenario.pools[0].kind = PoolKind::Executor,
            "This kind of pool does not start another worker: it is broken, and each of the 20 tasks that were not done fails. See X5.",
        ),
    ],
    sources: MULTIPROCESSING_SOURCES,
}];

const MULTIPROCESSING_SOURCES: &[Source] = &[MULTIPROCESSING_DOC, FUTURES, START_METHODS];

/// The first step of the first process's first thread.
fn first_step(scenario: &mut Scenario) -> Option<&mut Step> {
    match &mut scenario.processes[0].threads[0].program {
        Program::Steps(steps) => steps.first_mut(),
        Program::Named(_) => None,
    }
}

/// Lets the event loop run this many tasks.
fn tasks(scenario: &mut Scenario, count: usize) {
    if let Some(Step::RunLoop(all)) = first_step(scenario) {
        *all = vec![Program::Named("wait".to_owned()); count];
    }
}

/// Lets each task of the pool compute for this long.
fn each_task(scenario: &mut Scenario, time: Ns) {
    if let Some(Step::Repeat { steps, .. }) = first_step(scenario)
        && let Some(Step::Submit { task, .. }) = steps.first_mut()
    {
        *task = Program::Steps(vec![Step::Compute(time), Step::Unit]);
    }
}
