//! Claims beyond the table, X1 to X6: interpreters, convoys, inversion,
//! deadlock, broken pools, supervision.

use super::build::{arm, cpu, file, process, python, repeat, thread, threads};
use super::measure::{last_unit, process as named, speed_up, wall};
use super::text::{count, fold, in_mib, in_ms, incomplete, memory, plural, time, times, verdict};
use super::{Claim, Verdict};
use crate::experiment::Ended;
use crate::experiment::scenario::{
    GilSpec, InjectedFault, InjectedKind, InjectedWhen, Ns, PoolKind, Restart, Scenario, Step,
    Supervision, SupervisionStrategy, ThreadSpec,
};
use crate::sim::Run;

pub(super) const CLAIMS: &[Claim] = &[
    Claim {
        id: "X1",
        sentence: "Interpreters with a GIL each run in parallel inside one process.",
        about: "400 ms of work in 4 threads of one process on 4 cores, with one GIL and with an interpreter and a GIL each (PEP 684). It holds if the second is at least 3 times as fast in the same memory.",
        arms: || {
            vec![
                arm(
                    "one GIL",
                    threads(4, 4, super::build::GIL, cpu(100, Ns::ms(1))),
                ),
                arm("a GIL each", interpreters(4)),
            ]
        },
        judge: judge_interpreters,
    },
    Claim {
        id: "X2",
        sentence: "The convoy effect: one thread that computes makes one that answers requests wait.",
        about: "A thread answers 30 requests that take 1 ms to come: alone, beside a thread that computes, and beside it with a switch interval of 0.5 ms. It holds if the latency grows at least 3 times beside it, and at least halves with the short interval.",
        arms: || {
            let beside = |interval| {
                echo(
                    Some(Ns::ms(2_000)),
                    GilSpec::SwitchInterval {
                        interval,
                        poll: Ns::us(1),
                    },
                )
            };
            vec![
                arm("alone", echo(None, super::build::GIL)),
                arm("beside one that computes", beside(Ns::ms(5))),
                arm("the same, interval 0.5 ms", beside(Ns::us(500))),
            ]
        },
        judge: judge_convoy,
    },
    Claim {
        id: "X3",
        sentence: "Priority inversion: a middling thread delays an urgent one, unless priority is inherited.",
        about: "As on Mars Pathfinder: an urgent thread waits for a lock of an unimportant one, which a middling one keeps from running. It holds if the urgent one takes at least twice as long without inheritance as with it.",
        arms: || {
            vec![
                arm("without inheritance", file(INVERSION)),
                arm("with inheritance", file(INHERITANCE)),
            ]
        },
        judge: judge_inversion,
    },
    Claim {
        id: "X4",
        sentence: "A deadlock is a circle of waiting; an order of locks prevents it.",
        about: "Five philosophers each take the left fork, then the right one; beside it the same with forks taken in order. It holds if the first end in a circle and the second all finish.",
        arms: || {
            vec![
                arm("left fork first", file(PHILOSOPHERS)),
                arm("forks in order", file(ORDERED)),
            ]
        },
        judge: judge_deadlock,
    },
    Claim {
        id: "X5",
        sentence: "A worker that dies breaks a ProcessPoolExecutor; multiprocessing.Pool replaces it and loses its task.",
        about: "One of 13 tasks crashes its worker, in either kind of pool. It holds if in the executor all tasks that are not done by then fail, and in the other pool only that task is lost.",
        arms: || {
            let mut pool = file(BROKEN_POOL);
            pool.pools[0].kind = PoolKind::Multiprocessing;
            vec![
                arm("executor", file(BROKEN_POOL)),
                arm("multiprocessing.Pool", pool),
            ]
        },
        judge: judge_broken_pool,
    },
    Claim {
        id: "X6",
        sentence: "A supervisor restarts what failed, and gives up on what keeps failing.",
        about: "A process crashes half-way, once: supervised and not. Another crashes every time; at most 3 restarts are allowed. It holds if the first finishes after a restart, the second does not, and the third is restarted a few times and then given up.",
        arms: || {
            let once = supervised(cpu(50, Ns::ms(1)), true);
            let mut alone = once.clone();
            alone.processes[0].supervision = None;
            let mut program = cpu(10, Ns::ms(1));
            program.push(Step::Segfault);
            vec![
                arm("supervised", once),
                arm("not supervised", alone),
                arm("crashes every time", supervised(program, false)),
            ]
        },
        judge: judge_supervision,
    },
];

const INVERSION: &str = include_str!("../../scenarios/priority-inversion.json");
const INHERITANCE: &str = include_str!("../../scenarios/priority-inheritance.json");
const PHILOSOPHERS: &str = include_str!("../../scenarios/dining-philosophers.json");
const ORDERED: &str = include_str!("../../scenarios/dining-philosophers-ordered.json");
const BROKEN_POOL: &str = include_str!("../../scenarios/broken-pool.json");

/// Threads of one process, each in an interpreter of its own.
fn interpreters(count: u16) -> Scenario {
    let GilSpec::SwitchInterval { interval, poll } = super::build::GIL else {
        return Scenario::default();
    };
    let name = |number: u16| format!("worker {number}");
    let starts = (1..=count).map(|n| Step::StartThread(name(n)));
    let joins = (1..=count).map(|n| Step::JoinThread(name(n)));
    let mut all = vec![thread("main", starts.chain(joins).collect())];
    all.extend((1..=count).map(|n| ThreadSpec {
        interpreter: n - 1,
        ..thread(&name(n), cpu(100, Ns::ms(1)))
    }));
    let mut app = process("app", all);
    app.gil = GilSpec::PerInterpreter {
        interpreters: count,
        interval,
        poll,
    };
    python(4, vec![app])
}

fn judge_interpreters(runs: &[Run]) -> Verdict {
    let [one, each] = runs else {
        return incomplete();
    };
    let gain = speed_up(one, each);
    let held = |run: &Run| run.metrics.memory_peak_bytes;
    verdict(
        gain >= 3.0 && held(each) == held(one),
        format!(
            "4 threads take {} with one GIL and {} with a GIL each, {} as fast, in {} and {}",
            time(wall(one)),
            time(wall(each)),
            fold(gain),
            memory(held(one)),
            memory(held(each))
        ),
        vec![
            in_ms("one GIL", wall(one)),
            in_ms("a GIL each", wall(each)),
            times("speed-up", gain),
            in_mib("memory", held(each)),
        ],
    )
}

/// A thread that answers requests, beside one that computes.
fn echo(hog: Option<Ns>, gil: GilSpec) -> Scenario {
    let request = Step::Io {
        device: None,
        time: Ns::ms(1),
    };
    let answer = vec![request, Step::Compute(Ns::us(20)), Step::Unit];
    let mut threads = vec![thread("server", vec![repeat(30, answer)])];
    threads.extend(hog.map(|time| ThreadSpec {
        daemon: true,
        ..thread("hog", vec![Step::Compute(time)])
    }));
    let mut app = process("app", threads);
    app.gil = gil;
    python(2, vec![app])
}

fn judge_convoy(runs: &[Run]) -> Verdict {
    let [alone, beside, short] = runs else {
        return incomplete();
    };
    let latency = |run: &Run| last_unit(run) / (run.trace.units.len() as u64).max(1);
    let [alone, beside, short] = [alone, beside, short].map(latency);
    verdict(
        beside >= 3 * alone && short * 2 <= beside,
        format!(
            "a request takes {} alone, {} beside a thread that computes, and {} with a short switch interval",
            time(alone),
            time(beside),
            time(short)
        ),
        vec![
            in_ms("alone", alone),
            in_ms("beside one that computes", beside),
            in_ms("with a short interval", short),
        ],
    )
}

fn judge_inversion(runs: &[Run]) -> Verdict {
    let urgent = |run: &Run| {
        let thread = run.threads.iter().find(|thread| thread.units > 0)?;
        thread.turnaround_ns()
    };
    let [without, with] = runs else {
        return incomplete();
    };
    let (Some(without), Some(with)) = (urgent(without), urgent(with)) else {
        return verdict(
            false,
            "the urgent thread never finished".to_owned(),
            Vec::new(),
        );
    };
    verdict(
        without >= 2 * with,
        format!(
            "the urgent thread is done after {} without inheritance and {} with it",
            time(without),
            time(with)
        ),
        vec![
            in_ms("without inheritance", without),
            in_ms("with inheritance", with),
        ],
    )
}

fn judge_deadlock(runs: &[Run]) -> Verdict {
    let [circle, ordered] = runs else {
        return incomplete();
    };
    let finished = |run: &Run| {
        let completed = run.threads.iter().filter(|t| t.ended == Ended::Completed);
        completed.count()
    };
    let in_circle = circle
        .deadlocks
        .first()
        .map_or(0, |(_, threads)| threads.len());
    let told = match circle.deadlocks.first() {
        Some((at, threads)) => {
            let names = threads.iter().chain(threads.first()).map(|&id| {
                let thread = &circle.threads[id as usize];
                let process = circle.processes[thread.process as usize].name.as_str();
                let name = thread.name.strip_prefix(process);
                name.unwrap_or(&thread.name).trim_start()
            });
            let names = names.collect::<Vec<_>>().join(", ");
            format!(
                "after {} each of these waits for the next: {names}",
                time(*at)
            )
        }
        None => "no circle of waiting closed".to_owned(),
    };
    verdict(
        in_circle > 1 && ordered.deadlocks.is_empty() && finished(ordered) == ordered.threads.len(),
        format!(
            "{told}; with forks in order {} finish",
            plural(finished(ordered), "philosopher", "philosophers")
        ),
        vec![
            count("threads in the circle", in_circle),
            count("finished with forks in order", finished(ordered)),
        ],
    )
}

fn judge_broken_pool(runs: &[Run]) -> Verdict {
    let [executor, pool] = runs else {
        return incomplete();
    };
    let (broken, replaced) = (&executor.metrics, &pool.metrics);
    verdict(
        broken.tasks_failed > 1
            && replaced.tasks_lost == 1
            && replaced.tasks_failed == 0
            && replaced.restarts == 1,
        format!(
            "in the executor {} were done and {} failed; in the other pool {} were done and {} lost, after {}",
            plural(broken.tasks_done as usize, "task", "tasks"),
            broken.tasks_failed,
            plural(replaced.tasks_done as usize, "task", "tasks"),
            replaced.tasks_lost,
            plural(replaced.restarts as usize, "restart", "restarts")
        ),
        vec![
            count("done, executor", broken.tasks_done),
            count("failed, executor", broken.tasks_failed),
            count("done, multiprocessing.Pool", replaced.tasks_done),
            count("lost, multiprocessing.Pool", replaced.tasks_lost),
        ],
    )
}

/// A supervised process; it crashes once when half of 50 units are done, if
/// that is asked for.
fn supervised(program: Vec<Step>, crashes: bool) -> Scenario {
    let mut worker = process("worker", vec![thread("main", program)]);
    worker.supervision = Some(Supervision {
        group: 0,
        strategy: SupervisionStrategy::OneForOne,
        restart: Restart::OnFailure,
        max_restarts: 3,
        back_off: Ns::ms(1),
    });
    let mut scenario = python(2, vec![worker]);
    if crashes {
        scenario.faults.push(InjectedFault {
            kind: InjectedKind::Segfault,
            process: "worker".to_owned(),
            thread: None,
            when: InjectedWhen::Units(25),
        });
    }
    scenario
}

fn judge_supervision(runs: &[Run]) -> Verdict {
    let found = runs.iter().map(|run| named(run, "worker"));
    let found: Option<Vec<_>> = found.collect();
    let Some([once, alone, always]) = found.as_deref() else {
        return incomplete();
    };
    let completed = once.ended == Ended::Completed;
    verdict(
        completed
            && once.restarts > 0
            && alone.ended != Ended::Completed
            && always.restarts > once.restarts
            && always.ended != Ended::Completed,
        format!(
            "the process that crashed once {} after {}, with {} units of work done twice; not supervised, it {}; the one that always crashes was given up after {}",
            once.ended.phrase(),
            plural(once.restarts as usize, "restart", "restarts"),
            once.units_lost,
            alone.ended.phrase(),
            plural(always.restarts as usize, "restart", "restarts")
        ),
        vec![
            count("restarts after one crash", once.restarts),
            count("units of work done twice", once.units_lost),
            count("restarts before giving up", always.restarts),
        ],
    )
}
