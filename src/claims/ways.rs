//! Claims about ways round the GIL, W1 to W5, and about multiprocessing, M1.

use super::build::{
    GIL, alone, arm, cpu, process, processes, python, repeat, thread, threads, waits,
};
use super::measure::{ratio, speed_up, wall, workers};
use super::text::{count, fold, in_mib, in_ms, incomplete, memory, plural, time, times, verdict};
use super::{Claim, Verdict};
use crate::experiment::scenario::{
    GilSpec, InjectedFault, InjectedKind, InjectedWhen, Ns, PoolKind, PoolSpec, Program, Scenario,
    Step,
};
use crate::sim::Run;

pub(super) const CLAIMS: &[Claim] = &[
    Claim {
        id: "W1",
        sentence: "A way round: a pool of processes for CPU-bound work.",
        about: "32 tasks of 25 ms, one after the other and handed to a pool of 4 processes on 4 cores, start and hand-over included. It holds if the pool is at least 3 times as fast.",
        arms: || {
            vec![
                arm("one after the other", alone(4, cpu(32, Ns::ms(25)))),
                arm(
                    "pool of 4",
                    pooled(PoolKind::Executor, cpu(1, Ns::ms(25)), 1024),
                ),
            ]
        },
        judge: judge_pool,
    },
    Claim {
        id: "W2",
        sentence: "A way round: asyncio for I/O-bound work.",
        about: "40 waits of 20 ms, one after the other and as 40 tasks of an event loop in one thread. It holds if the loop is at least 10 times as fast, with one thread.",
        arms: || {
            vec![
                arm("one after the other", alone(4, waits(40, Ns::ms(20)))),
                arm("40 tasks", event_loop(40, Ns::ms(20))),
            ]
        },
        judge: judge_loop,
    },
    Claim {
        id: "W3",
        sentence: "A way round: processes instead of threads.",
        about: "400 ms of work in one thread, in 4 threads and in 4 processes, on 4 cores. It holds if the processes are at least twice as fast as the threads.",
        arms: || {
            vec![
                arm("1 thread", threads(4, 1, GIL, cpu(400, Ns::ms(1)))),
                arm("4 threads", threads(4, 4, GIL, cpu(100, Ns::ms(1)))),
                arm("4 processes", processes(4, 4, &cpu(100, Ns::ms(1)))),
            ]
        },
        judge: judge_instead,
    },
    Claim {
        id: "W4",
        sentence: "A way round: threads for I/O-bound work.",
        about: "40 waits of 20 ms: one after the other, in 40 threads, in a pool of 8 threads, and in an event loop. It holds if threads are at least 10 times as fast as one after the other and at most twice as slow as the loop.",
        arms: || {
            vec![
                arm("one after the other", alone(4, waits(40, Ns::ms(20)))),
                arm("40 threads", threads(4, 40, GIL, waits(1, Ns::ms(20)))),
                arm("pool of 8 threads", waiting_pool()),
                arm("40 tasks", event_loop(40, Ns::ms(20))),
            ]
        },
        judge: judge_io,
    },
    Claim {
        id: "W5",
        sentence: "A way round: a Python without a GIL.",
        about: "400 ms of work in 1 and 4 threads with a GIL; in 4 free-threaded ones, each with its own data (1.075 times the work, about as in 3.14); and in 4 that share hot objects (1.4 times the work, and 2.4 times that for contention, as measured with 3.13). It holds if 4 threads with their own data are at least twice as fast as one.",
        arms: || {
            let four = |gil| threads(4, 4, gil, cpu(100, Ns::ms(1)));
            let free = |overhead_permille, contention_permille| GilSpec::FreeThreaded {
                overhead_permille,
                contention_permille,
            };
            vec![
                arm("1 thread", threads(4, 1, GIL, cpu(400, Ns::ms(1)))),
                arm("4 threads", four(GIL)),
                arm("4 free threads", four(free(1075, 1000))),
                arm("4 free threads, shared objects", four(free(1400, 2400))),
            ]
        },
        judge: judge_free,
    },
    Claim {
        id: "M1",
        sentence: "Multiprocessing: several processes on several cores, with what speaks for processes and against them.",
        about: "32 tasks of 25 ms with 64 KiB of arguments and results each: one after the other, in a pool of 4 processes, and in such a pool with one worker killed. It holds if the pool is at least 3 times as fast and the kill costs one task only (for), and if the pool takes at least 3 times the memory, starts later and burns more CPU time (against).",
        arms: || {
            let pool = |kind| pooled(kind, cpu(1, Ns::ms(25)), 64 << 10);
            let mut killed = pool(PoolKind::Multiprocessing);
            killed.faults.push(InjectedFault {
                kind: InjectedKind::KillProcess,
                process: "pool-2".to_owned(),
                thread: None,
                when: InjectedWhen::At(Ns::ms(100)),
            });
            vec![
                arm("one after the other", alone(4, cpu(32, Ns::ms(25)))),
                arm("pool of 4", pool(PoolKind::Multiprocessing)),
                arm("a worker is killed", killed),
            ]
        },
        judge: judge_multiprocessing,
    },
];

/// 32 tasks handed to a pool of 4, one by one.
fn pooled(kind: PoolKind, task: Vec<Step>, bytes: u64) -> Scenario {
    let submit = Step::Submit {
        pool: "pool".to_owned(),
        task: Program::Steps(task),
        count: 1,
        bytes,
    };
    let main = vec![repeat(32, vec![submit]), Step::Gather("pool".to_owned())];
    let mut scenario = python(4, vec![process("app", vec![thread("main", main)])]);
    scenario.pools.push(PoolSpec {
        name: "pool".to_owned(),
        kind,
        workers: 4,
        start: None,
        gil: GIL,
        submit: Ns::us(352),
    });
    scenario
}

/// 40 waits in a pool of 8 threads.
fn waiting_pool() -> Scenario {
    let mut scenario = pooled(PoolKind::Threads, waits(1, Ns::ms(20)), 0);
    if let Program::Steps(steps) = &mut scenario.processes[0].threads[0].program
        && let Some(Step::Repeat { times, .. }) = steps.first_mut()
    {
        *times = 40;
    }
    scenario.pools[0].workers = 8;
    scenario.pools[0].submit = Ns::us(25);
    scenario
}

/// An event loop whose tasks wait once each.
pub(crate) fn event_loop(tasks: usize, each: Ns) -> Scenario {
    let run = Step::RunLoop(vec![Program::Named("wait".to_owned()); tasks]);
    let mut scenario = alone(4, vec![run]);
    let wait = Program::Steps(vec![Step::Await(each), Step::Unit]);
    scenario.programs.insert("wait".to_owned(), wait);
    scenario
}

fn judge_pool(runs: &[Run]) -> Verdict {
    let [one, pool] = runs else {
        return incomplete();
    };
    let gain = speed_up(one, pool);
    verdict(
        gain >= 3.0,
        format!(
            "{} tasks take {} one after the other and {} in a pool of {}, {} as fast",
            pool.metrics.tasks_done,
            time(wall(one)),
            time(wall(pool)),
            workers(pool),
            fold(gain)
        ),
        vec![
            in_ms("one after the other", wall(one)),
            in_ms("pool", wall(pool)),
            times("speed-up", gain),
        ],
    )
}

fn judge_loop(runs: &[Run]) -> Verdict {
    let [one, all] = runs else {
        return incomplete();
    };
    let gain = speed_up(one, all);
    verdict(
        gain >= 10.0 && all.threads.len() == 1,
        format!(
            "{} waits take {} one after the other and {} in an event loop of {}, {} as fast",
            all.outcome.units_done(),
            time(wall(one)),
            time(wall(all)),
            plural(all.threads.len(), "thread", "threads"),
            fold(gain)
        ),
        vec![
            in_ms("one after the other", wall(one)),
            in_ms("event loop", wall(all)),
            times("speed-up", gain),
        ],
    )
}

fn judge_instead(runs: &[Run]) -> Verdict {
    let [one, threaded, apart] = runs else {
        return incomplete();
    };
    let gain = speed_up(threaded, apart);
    verdict(
        gain >= 2.0,
        format!(
            "{} finish {} as fast as one, {} {}",
            plural(workers(threaded), "thread", "threads"),
            fold(speed_up(one, threaded)),
            plural(workers(apart), "process", "processes"),
            fold(speed_up(one, apart)),
        ),
        vec![
            in_ms("1 thread", wall(one)),
            in_ms("4 threads", wall(threaded)),
            in_ms("4 processes", wall(apart)),
            times("processes, compared with threads", gain),
        ],
    )
}

fn judge_io(runs: &[Run]) -> Verdict {
    let [one, threaded, pool, all] = runs else {
        return incomplete();
    };
    let gain = speed_up(one, threaded);
    verdict(
        gain >= 10.0 && wall(threaded) <= 2 * wall(all),
        format!(
            "{} waits take {} one after the other, {} in as many threads, {} in a pool of {} and {} in an event loop",
            one.outcome.units_done(),
            time(wall(one)),
            time(wall(threaded)),
            time(wall(pool)),
            workers(pool),
            time(wall(all))
        ),
        vec![
            in_ms("one after the other", wall(one)),
            in_ms("threads", wall(threaded)),
            in_ms("pool of threads", wall(pool)),
            in_ms("event loop", wall(all)),
        ],
    )
}

fn judge_free(runs: &[Run]) -> Verdict {
    let [one, under, free, hot] = runs else {
        return incomplete();
    };
    let gain = |run| speed_up(one, run);
    verdict(
        gain(free) >= 2.0,
        format!(
            "compared with one thread under a GIL, {} are {} as fast under it, {} without it, and {} if they share hot objects",
            plural(workers(free), "thread", "threads"),
            fold(gain(under)),
            fold(gain(free)),
            fold(gain(hot))
        ),
        vec![
            times("4 threads under a GIL", gain(under)),
            times("4 free threads", gain(free)),
            times("4 free threads, shared objects", gain(hot)),
        ],
    )
}

fn judge_multiprocessing(runs: &[Run]) -> Verdict {
    let [one, pool, killed] = runs else {
        return incomplete();
    };
    let gain = speed_up(one, pool);
    let held = |run: &Run| run.metrics.memory_peak_bytes;
    let busy = |run: &Run| run.metrics.core_busy_ns.iter().sum::<u64>();
    let first = |run: &Run| run.trace.units.first().copied().unwrap_or_default();
    let (done, lost) = (killed.metrics.tasks_done, killed.metrics.tasks_lost);
    let more_memory = ratio(held(pool), held(one));
    let later = first(pool).saturating_sub(first(one));
    let burnt = busy(pool).saturating_sub(busy(one));
    let all = pool.metrics.tasks_done;
    let failed = all.saturating_sub(done);
    let pros = gain >= 3.0 && failed == 1 && lost == 1;
    let cons = more_memory >= 3.0 && later > 0 && burnt > 0;
    verdict(
        pros && cons,
        format!(
            "a pool of {} is {} as fast, and a kill costs {failed} of {all} tasks; but it takes {}, {} as much memory, yields its first result {} later and burns {} more CPU time",
            workers(pool),
            fold(gain),
            memory(held(pool)),
            fold(more_memory),
            time(later),
            time(burnt)
        ),
        vec![
            times("speed-up", gain),
            count("tasks that a kill costs", failed),
            in_mib("memory of one process", held(one)),
            in_mib("memory of the pool", held(pool)),
            in_ms("first result later by", later),
            in_ms("more CPU time", burnt),
        ],
    )
}
