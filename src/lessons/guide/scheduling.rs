//! Lessons about scheduling, X7 to X10.

use super::sources::{
    AFFINITY, CFS, DEADLINE, EEVDF, LIU_LAYLAND, OSTEP_LOTTERY, OSTEP_MULTI, OSTEP_SCHEDULING,
    SCHED,
};
use super::{Guide, arm, change};
use crate::experiment::scenario::{Ns, PolicySpec, Program, SliceTimer, Step};

pub(super) const GUIDES: &[Guide] = &[
    Guide {
        id: "X8",
        title: "First come, first served",
        text: &[
            "A scheduling policy says which of the ready [[thread]]s a free [[core]] takes. The simplest, [[FIFO]], takes them in the order in which they came, and lets each run to its end.",
            "In the pictures a long job of 100 ms comes first, and 1 ms later five short ones of 5 ms. Under FIFO all of them wait for the long one. The work is the same under every policy, and so is the end; what differs is the mean [[turnaround time]]: 112 ms under FIFO, 46 ms under round robin, 33 ms under SRTF.",
            "[[Round robin]] gives each a [[time slice]] in turn, so the short ones are done early. [[SRTF]] always takes what is shortest to go: no policy has a smaller mean. But it has to know how long each job will run, and a long job may wait for ever while short ones keep coming.",
        ],
        views: &[arm("FIFO", 0), arm("round robin", 1), arm("SRTF", 2)],
        steps: &[
            change(
                "The long job comes last",
                0,
                |scenario| scenario.processes[0].threads[0].arrival = Ns::ms(2),
                "FIFO is as good as SRTF now, with a mean of 33 ms: it all depends on who comes first.",
            ),
            change(
                "A slice of 20 ms",
                1,
                |scenario| {
                    scenario.machine.policy = PolicySpec::RoundRobin {
                        slice: Ns::ms(20),
                        timer: SliceTimer::Own,
                    };
                },
                "Each short job now fits into one slice; with 4 ms every one of them was interrupted before its last millisecond. Still the mean rises, from 46 ms to 49 ms: all of them wait for the long job's first slice.",
            ),
        ],
        sources: &[OSTEP_SCHEDULING],
    },
    Guide {
        id: "X9",
        title: "Nice values",
        text: &[
            "Linux shares a [[core]] by weights. Each step up in [[nice]] divides a [[thread]]'s weight by about 1.25: five steps by about three, ten by about nine.",
            "CFS, the scheduler before Linux 6.6, keeps for each thread a [[vruntime]], its running time divided by its weight, and runs the one that has least. So nice 0, 5 and 10 get 69.7 %, 22.8 % and 7.5 % of the core.",
            "A nice value is no fixed priority: the nicest thread is never shut out, it only gets less. And where there is a core for each, nobody has to share.",
        ],
        views: &[arm("nice 0, 5 and 10", 0)],
        steps: &[
            change(
                "All of them nice 0",
                0,
                |scenario| {
                    for process in &mut scenario.processes {
                        process.threads[0].sched.nice = 0;
                    }
                },
                "Equal weights, a third for each.",
            ),
            change(
                "Three cores",
                0,
                |scenario| scenario.machine.cores = 3,
                "Each has a core of its own, and nice makes no difference.",
            ),
            change(
                "Under EEVDF, as since Linux 6.6",
                0,
                |scenario| {
                    scenario.machine.policy = PolicySpec::Eevdf {
                        slice: None,
                        delayed_dequeue: false,
                    };
                },
                "The shares are the same. What is new is who goes next: among those that have had no more than their share ([[lag]] of 0 or more), the one with the earliest virtual deadline.",
            ),
        ],
        sources: &[CFS, EEVDF, SCHED, OSTEP_LOTTERY],
    },
    Guide {
        id: "X10",
        title: "Meeting deadlines",
        text: &[
            "Control programs do the same things again and again, each before its [[deadline]]. The picture has one task of 2 ms every 5 ms and one of 4 ms every 7 ms: 97 % of a [[core]].",
            "[[EDF]] always runs what is due first. On one core it meets every deadline as long as the work is at most 100 %. [[Rate monotonic]] gives the task that comes more often a higher, fixed priority. That is simpler, but guaranteed only up to 83 % of a core for two tasks (69 % for many); here 10 of 122 jobs are late.",
            "Too much work is another matter: then rate monotonic lets down the same tasks each time, and EDF any of them.",
        ],
        views: &[arm("EDF", 0), arm("rate monotonic", 1)],
        steps: &[
            change(
                "Rate monotonic with less work",
                1,
                |scenario| slow(&mut scenario.processes[0].threads[1].program, Ns::us(2_500)),
                "The slow task takes 2.5 ms: 76 % of the core, below the guaranteed 83 %, and no job is late.",
            ),
            change(
                "EDF with too much work",
                0,
                |scenario| slow(&mut scenario.processes[0].threads[1].program, Ns::ms(5)),
                "5 ms every 7 ms make 111 % of the core: no policy can do that, and under EDF both tasks are late.",
            ),
        ],
        sources: &[LIU_LAYLAND, DEADLINE, SCHED],
    },
    Guide {
        id: "X7",
        title: "Warm caches",
        text: &[
            "A [[core]] keeps the data it used last in its [[cache]]. A [[thread]] that stays there finds it warm; one that is moved to another core has to fetch everything again, and runs slower until it has.",
            "In the picture four threads share two cores whose caches hold the data of two each. Free to move, they move whenever the other core is idle, and run with a cold cache for almost half of their time. Pinned to a core ([[affinity]]), they wait now and then although the other core is free, and are done sooner all the same: after 212 ms instead of 264 ms.",
            "Pinning is no rule. It helps if warming up is slow and the load is even; otherwise it leaves cores idle.",
        ],
        views: &[arm("free to move", 0), arm("pinned", 1)],
        steps: &[
            change(
                "A cache that warms up at once",
                0,
                |scenario| {
                    if let Some(cache) = &mut scenario.machine.cache {
                        cache.warm_up = Ns::us(50);
                    }
                },
                "Now moving costs next to nothing: all is done after 207 ms, and pinning would gain nothing.",
            ),
            change(
                "Four cores",
                0,
                |scenario| scenario.machine.cores = 4,
                "A core for each: nobody has a reason to move, and once warm, all stay warm without being pinned.",
            ),
        ],
        sources: &[OSTEP_MULTI, AFFINITY],
    },
];

/// How long a periodic task computes in each job.
fn slow(program: &mut Program, time: Ns) {
    if let Program::Steps(steps) = program
        && let Some(step) = steps.iter_mut().find(|s| matches!(s, Step::Compute(_)))
    {
        *step = Step::Compute(time);
    }
}
