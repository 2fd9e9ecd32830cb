//! Lessons about processes, P1 to P9.

use super::sources::{
    FORK, KILL, MULTIPROCESSING, OSTEP_ADDRESS_SPACE, OSTEP_MULTI, OSTEP_PROCESS, PEP_683, PEP_684,
    PIPES_AND_QUEUES, SIGNAL, START_METHODS,
};
use super::{Guide, Scene, arm, change, slide, sliders, step};
use crate::experiment::scenario::{Ns, Program, Step, Transport};

pub(super) const GUIDES: &[Guide] = &[
    Guide {
        id: "P1",
        title: "Memory of its own",
        text: &[
            "Each [[process]] has an address space of its own. The same address means a different place in each of them, so no other process can see what one writes.",
            "The picture shows a parent that forks a child. After a [[fork]] both see the same bytes, and to save time they even share the memory pages. At the child's first write the operating system copies the page it touches: [[copy-on-write]]. The child has changed its x to 42; the parent still reads 1.",
            "[[Thread|thread]]s are the opposite: they live in one address space. What one of them writes, all of them read.",
        ],
        views: &[arm("a process writes", 0), arm("a thread writes", 1)],
        steps: &[
            step(
                "Let a thread write instead",
                Scene::Arm(1),
                "There is only one process now and one heap: both threads have the same x, 42.",
            ),
            change(
                "Put x into shared memory",
                0,
                |scenario| scenario.objects[0].shared = true,
                "Shared memory is the exception that has to be asked for: now the parent reads 42, too, and nothing is copied.",
            ),
        ],
        sources: &[OSTEP_ADDRESS_SPACE, FORK],
    },
    Guide {
        id: "P2",
        title: "Side by side",
        text: &[
            "A program may start several [[process]]es, and the operating system runs them as it sees fit: at the same time if there are [[core]]s enough, in turns if not. None waits for another unless it asks to.",
            "In the picture each process has 200 ms of work. Four of them, on four cores, do four times the work in about the same time: 214 ms instead of 205 ms. The [[throughput]] grows with their number.",
            "It does not grow to quite four times as much. Starting each process takes about 3 ms, and they are started one after another; you see that as the staircase at the left.",
        ],
        views: &[
            sliders("1 process", "v=1&threads=1&units=200"),
            sliders("2 processes", "v=1&procs=2&threads=1&units=400"),
            sliders("4 processes", "v=1&procs=4&threads=1&units=800"),
        ],
        steps: &[
            slide(
                "Leave them one core",
                "v=1&cores=1&procs=4&threads=1&units=800",
                "All four still make progress, in turns: they are concurrent, but no longer parallel, and the end comes nearly four times as late.",
            ),
            slide(
                "Run 16 processes on 4 cores",
                "v=1&procs=16&threads=1&units=800",
                "More processes than cores do no more work in a second: at any instant at most four run; the others are ready and wait. The end even comes a little later, for 12 more have to be started.",
            ),
        ],
        sources: &[OSTEP_PROCESS, MULTIPROCESSING],
    },
    Guide {
        id: "P3",
        title: "A crash stays inside",
        text: &[
            "When a [[process]] makes an invalid memory access, the operating system ends it: a [[segfault]]. Whatever it had broken was in its own memory, and that is thrown away with it.",
            "So the other processes are as they were. In the picture the second of four crashes after 30 units of work. Its lane ends there; the other three finish, and not a millisecond later.",
            "What is lost is the work of the process that failed, and whatever others wanted from it. A process can look at how its child ended, and start another.",
        ],
        views: &[
            sliders(
                "one crashes",
                "v=1&procs=4&threads=1&fault=segfault.1.0.u30",
            ),
            sliders("nothing happens", "v=1&procs=4&threads=1"),
        ],
        steps: &[
            slide(
                "Crash two of them",
                "v=1&procs=4&threads=1&fault=segfault.1.0.u30&fault=segfault.2.0.u60",
                "Each crash ends one lane; the other two finish exactly when they did before.",
            ),
            slide(
                "Raise an exception instead",
                "v=1&procs=4&threads=1&fault=exception.1.0.u30",
                "An exception that nobody catches in a process's only thread ends that process, too; and again no other.",
            ),
            slide(
                "Use threads instead of processes",
                "v=1&fault=segfault.0.1.u30",
                "The same fault now takes all four down, for they share one memory. This is lesson T6.",
            ),
        ],
        sources: &[SIGNAL, OSTEP_PROCESS],
    },
    Guide {
        id: "P4",
        title: "It can be killed",
        text: &[
            "A [[process]] can be ended from outside at any moment. It need not agree, and it need not be at a convenient place: SIGKILL cannot be caught or ignored.",
            "In the picture two processes are in the middle of one long call into C, which nothing inside Python could interrupt. After about 46 ms the parent kills the first. It ends there and then; the operating system takes back its memory and closes its files.",
            "What it cannot give back is order in what it shared with others: a half-written file stays half-written. For [[thread]]s there is no such operation at all: see T9.",
        ],
        views: &[arm("killed", 0), arm("left alone", 1)],
        steps: &[
            change(
                "Kill it after 10 ms",
                0,
                |scenario| {
                    if let Program::Steps(steps) = &mut scenario.processes[0].threads[0].program {
                        steps[2] = Step::Sleep(Ns::ms(10));
                    }
                },
                "The parent now waits for 10 ms instead of 40 ms before it kills, so the victim ends at about 16 ms, not when it would suit it; the other goes on to its end.",
            ),
            slide(
                "Kill one of four workers",
                "v=1&procs=4&threads=1&fault=kill.1.0.t50000",
                "At 50 ms one lane ends. The work that was dealt to it is not done; nobody else takes it over.",
            ),
        ],
        sources: &[KILL, SIGNAL, MULTIPROCESSING],
    },
    Guide {
        id: "P5",
        title: "A GIL each",
        text: &[
            "The [[GIL]] is a [[lock]] inside one Python interpreter, and each [[process]] has an interpreter of its own. So each process has a GIL of its own, and no process ever waits for another's.",
            "That is why processes run Python in [[parallel]] and threads of one process do not. Compare the pictures: the same work, done by one process, by four processes, and by four threads of one process. In the lanes named GIL you see who holds it: four at once with processes, one at a time with threads.",
        ],
        views: &[
            sliders("1 process", "v=1&threads=1"),
            sliders("4 processes", "v=1&procs=4&threads=1"),
            sliders("4 threads", "v=1"),
        ],
        steps: &[
            slide(
                "Two processes of two threads",
                "v=1&procs=2&threads=2",
                "Two GILs, so two threads run at a time, and it takes about half as long as with one.",
            ),
            slide(
                "Four processes on one core",
                "v=1&cores=1&procs=4&threads=1",
                "Four GILs do not help if there is only one core to run on: now the processes wait for the core instead.",
            ),
        ],
        sources: &[MULTIPROCESSING, PEP_684],
    },
    Guide {
        id: "P6",
        title: "They are heavy",
        text: &[
            "One more [[process]] is one more of everything: an interpreter, its modules, and a copy of whatever data it needs. One more [[thread]] is one more stack.",
            "In the pictures nine threads and nine processes need the same 8 MiB of data. The threads hold it once: 21 MiB in all. The processes hold it nine times, and the interpreter nine times with it: 189 MiB.",
            "After a [[fork]] unchanged pages are shared at first. But in CPython even reading an object usually writes to its [[reference count]], so the pages are copied little by little. (A few objects, such as None, are exempt since 3.12.) The simulator counts the interpreter of each process in full.",
        ],
        views: &[
            arm("1 thread", 0),
            arm("9 threads", 1),
            arm("9 processes", 2),
        ],
        steps: &[
            slide(
                "Start 64 processes",
                "v=1&procs=64&threads=1&units=64",
                "Open Numbers at the right: Memory is more than 800 MiB.",
            ),
            slide(
                "Start 64 threads",
                "v=1&threads=64&units=64",
                "Memory is hardly more than for one thread: some 14 MiB.",
            ),
        ],
        sources: &[OSTEP_ADDRESS_SPACE, FORK, PEP_683],
    },
    Guide {
        id: "P7",
        title: "Slow to start",
        text: &[
            "Before a [[process]] can work, the operating system has to make an address space, and there has to be a Python interpreter in it. A [[thread]] needs a stack and an entry in a [[run queue]].",
            "How slow it is depends on the start method. [[Fork|fork]] copies the parent's page tables, so it takes longer the more memory the parent has touched. [[Spawn|spawn]] starts Python afresh and imports everything again. A [[forkserver]] is a small process, started once, that forks the others. The pictures take 5 ms by fork (29 ms if the parent has touched 400 MiB), 54 ms by forkserver and 150 ms by spawn; a thread takes 0.1 ms.",
            "Fork is the fastest, but the child has the memory as it was at that moment and one thread only: a [[lock]] that another thread held stays locked in the child for ever. Since Python 3.14 forkserver is the default on Linux; on macOS and Windows it is spawn.",
        ],
        views: &[
            arm("thread", 0),
            arm("fork", 1),
            arm("fork, 400 MiB", 2),
            arm("forkserver", 3),
            arm("spawn", 4),
        ],
        steps: &[
            slide(
                "4 processes for very little work",
                "v=1&procs=4&threads=1&units=4",
                "The work is 1 ms for each; getting them all started takes more than ten times as long.",
            ),
            slide(
                "The same with 4 threads",
                "v=1&units=4",
                "They are done sooner although the GIL lets only one work at a time: there is less to set up.",
            ),
        ],
        sources: &[START_METHODS, FORK],
    },
    Guide {
        id: "P8",
        title: "Messages cost",
        text: &[
            "[[Process]]es share no memory, so what one wants to tell another has to travel. A Python object is packed into bytes ([[pickle]]d), copied into a pipe by one process, out of it by the other, and unpacked into a new object.",
            "For a short message the fixed costs count: system calls, and waking the other side up. For a long one each byte counts, several times. Between [[thread]]s only a reference is handed over, so the size makes no difference.",
            "The picture shows ten messages there and back. Compare 64 bytes and 8 MiB, between processes and between threads.",
        ],
        views: &[
            arm("processes, 64 B", 0),
            arm("processes, 8 MiB", 2),
            arm("threads, 64 B", 3),
            arm("threads, 8 MiB", 5),
        ],
        steps: &[
            step(
                "Send 64 KiB between processes",
                Scene::Arm(1),
                "A thousand times the bytes, but only about twice the time: the fixed cost of a message still weighs as much as its content.",
            ),
            change(
                "Send 8 MiB without packing",
                2,
                |scenario| {
                    for channel in &mut scenario.channels {
                        channel.transport = Transport::Serialised {
                            per_message: Ns::us(40),
                            pack_per_mib: Ns(0),
                            unpack_per_mib: Ns(0),
                        };
                    }
                },
                "If the bytes need not be packed and copied, 8 MiB take no longer than 64 B: that is what shared memory is for.",
            ),
        ],
        sources: &[PIPES_AND_QUEUES, MULTIPROCESSING],
    },
    Guide {
        id: "P9",
        title: "More of them use more",
        text: &[
            "Dealing the same work to more [[process]]es helps until all [[core]]s are busy. Beyond that each process still costs memory, and the cores have to switch between them.",
            "A [[context switch]] takes a few microseconds by itself. What follows takes longer: the [[cache]] of the core still holds the data of the process before, so the next one runs slower until its own data is there.",
            "The picture has two cores whose caches hold the data of one process each. With two processes each keeps a core with a warm cache. Eight push each other's data out again and again. Eight threads, each with data of its own, switch as often and find the cache as cold; but they share one interpreter, and take 13 MiB instead of 104 MiB.",
        ],
        views: &[
            arm("1 process", 0),
            arm("2 processes", 1),
            arm("4 processes", 2),
            arm("8 processes", 3),
            arm("8 threads", 4),
        ],
        steps: &[
            change(
                "Give the 8 processes 8 cores",
                3,
                |scenario| scenario.machine.cores = 8,
                "Each has a core to itself: no more switches, and each cache is cold only at the start. The memory is still that of eight.",
            ),
            slide(
                "64 processes on 4 cores",
                "v=1&procs=64&threads=1",
                "They finish later than 4 would: most of the time goes into starting them.",
            ),
        ],
        sources: &[OSTEP_MULTI, OSTEP_PROCESS],
    },
];
