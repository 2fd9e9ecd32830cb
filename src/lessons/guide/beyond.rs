//! Lessons beyond the table about what goes wrong, and what helps: X1 to X6.

use super::sources::{
    BEAZLEY, FUTURES, LOST_TASK, OSTEP_BUGS, OSTEP_SEMAPHORES, PATHFINDER, PEP_684, PEP_734,
    RT_MUTEX, SUPERVISOR, SWITCH_INTERVAL,
};
use super::threads::interval;
use super::{Guide, arm, change};
use crate::experiment::scenario::{GilSpec, Ns, Program};

pub(super) const GUIDES: &[Guide] = &[
    Guide {
        id: "X1",
        title: "Several interpreters",
        text: &[
            "Since Python 3.12 one [[process]] can hold several interpreters with a [[GIL]] each; since 3.14 a Python program can start them itself (concurrent.interpreters). Their [[thread]]s run in [[parallel]], though they are in one process.",
            "They share an address space, but no Python objects: each interpreter imports its own modules and counts its own references. Data goes between them as messages or as raw bytes.",
            "In the pictures four threads share one GIL, and then have one each. The second run is four times as fast. The simulator charges no extra memory for an interpreter; a real one takes some megabytes.",
        ],
        views: &[arm("one GIL", 0), arm("a GIL each", 1)],
        steps: &[
            change(
                "Two threads in one interpreter",
                1,
                |scenario| scenario.processes[0].threads[2].interpreter = 0,
                "The two that share an interpreter share its GIL: they take turns and need twice as long as the others.",
            ),
            change(
                "Leave them two cores",
                1,
                |scenario| scenario.machine.cores = 2,
                "Four GILs, two cores: now the cores are what they wait for.",
            ),
        ],
        sources: &[PEP_684, PEP_734],
    },
    Guide {
        id: "X2",
        title: "The convoy effect",
        text: &[
            "A [[thread]] that answers requests needs the [[GIL]] for a moment only, but each time it comes back from I/O it has to get it again. Beside a thread that computes all the time it waits one [[switch interval]] every time: the [[convoy effect]].",
            "In the picture a request takes 1 ms alone, and about 6 ms beside a thread that computes. Nothing in the server has changed; its neighbour is to blame.",
            "A shorter switch interval helps the one that answers, and costs the one that computes. Better is to compute in another [[process]].",
        ],
        views: &[
            arm("alone", 0),
            arm("beside computing", 1),
            arm("interval 0.5 ms", 2),
        ],
        steps: &[
            change(
                "Switch interval 20 ms",
                1,
                |scenario| interval(scenario, Ns::ms(20)),
                "Each request now waits for 20 ms: the interval is the price of each of them.",
            ),
            change(
                "Without a GIL",
                1,
                |scenario| scenario.processes[0].gil = GilSpec::None,
                "The server is as fast as alone: there is a core for each of the two, and no lock between them.",
            ),
        ],
        sources: &[BEAZLEY, SWITCH_INTERVAL],
    },
    Guide {
        id: "X3",
        title: "Priority inversion",
        text: &[
            "An urgent [[thread]] waits for a [[lock]] that an unimportant one holds. That is in order, if it is short. But a middling thread, which needs no lock, keeps the unimportant one from running, and so the urgent one waits for the middling: [[priority inversion]].",
            "In 1997, on Mars, this reset Pathfinder again and again. In the picture the bus manager (high) is done only after 60.5 ms, for it has to wait for the whole 50 ms of the radio (middle).",
            "With [[priority inheritance]] the owner of the lock runs with the priority of the most urgent thread that waits for it, until it unlocks. Then the urgent one is done after 10.5 ms.",
        ],
        views: &[arm("without inheritance", 0), arm("with inheritance", 1)],
        steps: &[
            change(
                "Without the middling thread",
                0,
                |scenario| {
                    scenario.processes[0].threads.remove(1);
                },
                "Even without inheritance the wait is short: only as long as the lock is held.",
            ),
            change(
                "Two cores",
                0,
                |scenario| scenario.machine.cores = 2,
                "The owner of the lock gets the other core, so nobody keeps it from running. On one core it needs the inheritance.",
            ),
        ],
        sources: &[RT_MUTEX, PATHFINDER],
    },
    Guide {
        id: "X4",
        title: "Deadlock",
        text: &[
            "Five philosophers sit round a table with a fork between each two; to eat, each needs both forks beside them. If all take the left one and wait for the right one, everybody waits for a neighbour for ever: a [[deadlock]].",
            "Four things have to come together: only one can hold a fork at a time, each holds one while waiting for another, nobody can take a fork away, and the waiting closes a circle. Take one of them away, and there is no deadlock.",
            "The usual way is an order: whoever needs two [[lock]]s takes the one with the lower number first. In the second picture the last philosopher therefore reaches to the other side first, and all of them eat.",
        ],
        views: &[arm("left fork first", 0), arm("forks in order", 1)],
        steps: &[change(
            "Only four at the table",
            0,
            |scenario| scenario.processes[0].threads.truncate(4),
            "Five forks for four: somebody always gets a second one, so the circle never closes.",
        )],
        sources: &[OSTEP_BUGS, OSTEP_SEMAPHORES],
    },
    Guide {
        id: "X5",
        title: "Broken pools",
        text: &[
            "What happens to a [[pool]] when one of its workers dies, by a [[segfault]] or because the system ran out of memory? It depends on which pool it is.",
            "A ProcessPoolExecutor notices, and calls itself broken: results that are there stay, all other tasks fail with BrokenProcessPool, and it takes no new ones. In the picture 6 of 13 tasks are done and 7 fail. You know at once, and have to make a new pool.",
            "multiprocessing.Pool starts another worker and goes on. But nobody tells you that the task in the dead worker's hands is lost: get() on it waits for ever, unless you give it a timeout.",
        ],
        views: &[arm("executor", 0), arm("multiprocessing.Pool", 1)],
        steps: &[
            change(
                "No task crashes",
                0,
                |scenario| {
                    if let Program::Steps(steps) = &mut scenario.processes[0].threads[0].program {
                        steps.remove(1);
                    }
                },
                "The other 12 tasks are done, six by each worker.",
            ),
            change(
                "The first task crashes",
                0,
                |scenario| {
                    if let Program::Steps(steps) = &mut scenario.processes[0].threads[0].program {
                        steps.swap(0, 1);
                    }
                },
                "The pool breaks at once, and none of the 13 tasks is done.",
            ),
        ],
        sources: &[FUTURES, LOST_TASK],
    },
    Guide {
        id: "X6",
        title: "Supervision",
        text: &[
            "A [[supervisor]] starts [[process]]es, watches them, and starts one again that has failed. The failure stays inside the process, so a fresh one can begin with clean memory.",
            "In the first picture a process crashes half-way, is started again and does all its work; what it had done before is done twice. Without a supervisor it stays dead.",
            "What fails every time would be restarted for ever. So there is a limit, here 3, and then the supervisor gives up and says so.",
        ],
        views: &[
            arm("supervised", 0),
            arm("not supervised", 1),
            arm("crashes every time", 2),
        ],
        steps: &[
            change(
                "Allow no restart",
                0,
                |scenario| {
                    if let Some(supervision) = &mut scenario.processes[0].supervision {
                        supervision.max_restarts = 0;
                    }
                },
                "The supervisor gives up at the first crash: half of the work is never done.",
            ),
            change(
                "Wait 10 ms before a restart",
                2,
                |scenario| {
                    if let Some(supervision) = &mut scenario.processes[0].supervision {
                        supervision.back_off = Ns::ms(10);
                    }
                },
                "The pauses double from attempt to attempt: 10, 20, 40 ms. If the crashes come from something that is overloaded, it gets time to recover.",
            ),
        ],
        sources: &[SUPERVISOR],
    },
];
