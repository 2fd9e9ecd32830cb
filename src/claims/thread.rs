//! Claims about threads, T1 to T9.

use super::build::{
    GIL, alone, arm, between_processes, between_threads, cpu, file, process, processes, python,
    thread, threads, waits,
};
use super::measure::{
    ended, holders, last_unit, message_bytes, process as named, ratio, round_trip, speed_up,
    threads_of, wall, workers,
};
use super::text::{
    count, figure, fold, in_mib, in_ms, in_us, incomplete, memory, plural, time, times, verdict,
};
use super::{Claim, Verdict};
use crate::experiment::Ended;
use crate::experiment::scenario::{GilSpec, Ns, Scenario, Step};
use crate::sim::Run;

pub(super) const CLAIMS: &[Claim] = &[
    Claim {
        id: "T1",
        sentence: "Threads are light.",
        about: "A process with 8 MiB of data, with 1 thread and with 65. It holds if one more thread, its stack, takes less than 1/100 of the memory of the process.",
        arms: || vec![arm("1 thread", crowd(1)), arm("65 threads", crowd(65))],
        judge: judge_light,
    },
    Claim {
        id: "T2",
        sentence: "Threads are fast to create.",
        about: "40 threads and 40 forked processes, from the first request until the last is at work. It holds if a thread takes at most 1/10 of the time of a process, and less than 1 ms.",
        arms: || {
            vec![
                arm("40 threads", threads(4, 40, GIL, vec![Step::Unit])),
                arm("40 processes", processes(4, 40, &[Step::Unit])),
            ]
        },
        judge: judge_fast,
    },
    Claim {
        id: "T3",
        sentence: "Communication between threads is fast and easy.",
        about: "Messages of 64 B and of 8 MiB go back and forth 10 times between two threads, by reference; beside it 8 MiB between two processes. It holds if size makes no difference (5 %) and processes take at least 10 times as long.",
        arms: || {
            vec![
                arm("threads, 64 B", between_threads(64)),
                arm("threads, 8 MiB", between_threads(8 << 20)),
                arm("processes, 8 MiB", between_processes(8 << 20)),
            ]
        },
        judge: judge_references,
    },
    Claim {
        id: "T4",
        sentence: "Threads are good for I/O-bound work.",
        about: "40 waits of 20 ms, one after the other and in 40 threads: a thread gives the GIL back while it waits. It holds if threads are at least 10 times as fast.",
        arms: || {
            vec![
                arm("one after the other", alone(4, waits(40, Ns::ms(20)))),
                arm("40 threads", threads(4, 40, GIL, waits(1, Ns::ms(20)))),
            ]
        },
        judge: judge_waits,
    },
    Claim {
        id: "T5",
        sentence: "Threads share one heap, so they can overwrite each other's changes.",
        about: "Two threads add 1 to one object 500 times each; beside it the same with a lock. It holds if updates are lost without the lock and none with it.",
        arms: || {
            vec![
                arm("without a lock", file(RACE)),
                arm("with a lock", file(LOCKED)),
            ]
        },
        judge: judge_race,
    },
    Claim {
        id: "T6",
        sentence: "One thread crashing takes its whole process with it.",
        about: "One of four threads makes an invalid memory access. It holds if its three siblings end with it, unfinished, while another process finishes.",
        arms: || vec![arm("a thread crashes", file(CRASH))],
        judge: judge_crash,
    },
    Claim {
        id: "T7",
        sentence: "There is one GIL per process, so its threads do not run Python in parallel.",
        about: "400 ms of work in 1, 2 and 4 threads under a GIL on 4 cores; beside it 4 threads without one. It holds if neither 2 nor 4 threads are more than 10 % faster than one, while 4 without the GIL are at least twice as fast.",
        arms: || {
            let under = |gil, count| threads(4, count, gil, cpu(400 / count, Ns::ms(1)));
            vec![
                arm("1 thread", under(GIL, 1)),
                arm("2 threads", under(GIL, 2)),
                arm("4 threads", under(GIL, 4)),
                arm("4 threads without a GIL", under(GilSpec::None, 4)),
            ]
        },
        judge: judge_serial,
    },
    Claim {
        id: "T8",
        sentence: "Threads do not suit CPU-bound work (under a GIL).",
        about: "400 ms of work in 1, 2, 4 and 8 threads on 4 cores, and in 4 with a switch interval of 0.1 ms; beside it 4 processes. It holds if no number of threads is faster than one, and processes are at least twice as fast.",
        arms: || {
            let under = |gil, count| threads(4, count, gil, cpu(400 / count, Ns::ms(1)));
            let hasty = GilSpec::SwitchInterval {
                interval: Ns::us(100),
                poll: Ns::us(1),
            };
            vec![
                arm("1 thread", under(GIL, 1)),
                arm("2 threads", under(GIL, 2)),
                arm("4 threads", under(GIL, 4)),
                arm("8 threads", under(GIL, 8)),
                arm("4 threads, interval 0.1 ms", under(hasty, 4)),
                arm("4 processes", processes(4, 4, &cpu(100, Ns::ms(1)))),
            ]
        },
        judge: judge_cpu_bound,
    },
    Claim {
        id: "T9",
        sentence: "A thread cannot be killed alone; a dead one leaks and can deadlock the rest.",
        about: "A request to kill a thread; then a thread that dies with a lock and 4 MiB, until its process is killed and another does the work. It holds if the request is refused, the others are deadlocked, the memory is leaked, and the second process finishes.",
        arms: || {
            vec![
                arm("asked to be killed", file(REFUSED)),
                arm("dead with a lock", file(DEAD)),
            ]
        },
        judge: judge_unkillable,
    },
];

const RACE: &str = include_str!("../../scenarios/claims/lost-updates.json");
const LOCKED: &str = include_str!("../../scenarios/claims/no-lost-updates.json");
const CRASH: &str = include_str!("../../scenarios/claims/thread-crashes.json");
const REFUSED: &str = include_str!("../../scenarios/claims/thread-kill-refused.json");
const DEAD: &str = include_str!("../../scenarios/claims/thread-dies-with-lock.json");

/// A process with 8 MiB of data and so many threads.
fn crowd(count: u32) -> Scenario {
    let load = Step::Alloc {
        object: "data".to_owned(),
        bytes: 8 << 20,
    };
    let mut all = vec![thread("main", vec![load, Step::Unit])];
    all.extend((1..count).map(|n| thread(&format!("thread {n}"), vec![Step::Unit])));
    Scenario {
        objects: vec![super::build::object("data")],
        ..python(4, vec![process("app", all)])
    }
}

fn judge_light(runs: &[Run]) -> Verdict {
    let [one, many] = runs else {
        return incomplete();
    };
    let held = |run: &Run| run.metrics.memory_peak_bytes;
    let more = many.threads.len().saturating_sub(one.threads.len());
    let each = held(many).saturating_sub(held(one)) / more.max(1) as u64;
    verdict(
        more > 0 && each * 100 < held(one),
        format!(
            "one more thread takes {}, the process {}",
            memory(each),
            memory(held(one))
        ),
        vec![
            figure("one more thread", each as f64 / 1024.0, "KiB"),
            in_mib("1 thread", held(one)),
            in_mib("65 threads", held(many)),
        ],
    )
}

fn judge_fast(runs: &[Run]) -> Verdict {
    let [threaded, forked] = runs else {
        return incomplete();
    };
    let per_thread = last_unit(threaded) / workers(threaded).max(1) as u64;
    let per_process = last_unit(forked) / workers(forked).max(1) as u64;
    verdict(
        per_thread * 10 <= per_process && per_thread < 1_000_000,
        format!(
            "{} are at work after {}, {} each; {} take {}, {} each",
            plural(workers(threaded), "thread", "threads"),
            time(last_unit(threaded)),
            time(per_thread),
            plural(workers(forked), "process", "processes"),
            time(last_unit(forked)),
            time(per_process)
        ),
        vec![
            in_us("each thread", per_thread),
            in_us("each process", per_process),
        ],
    )
}

fn judge_references(runs: &[Run]) -> Verdict {
    let [small, large, apart] = runs else {
        return incomplete();
    };
    let [little, much] = [small, large].map(|run| memory(message_bytes(run)));
    let [small, large, apart] = [small, large, apart].map(round_trip);
    verdict(
        ratio(large, small) <= 1.05 && apart >= 10 * large,
        format!(
            "there and back, {little} take {} and {much} {}; between processes {much} take {}",
            time(small),
            time(large),
            time(apart)
        ),
        vec![
            in_us("threads, 64 B", small),
            in_us("threads, 8 MiB", large),
            in_us("processes, 8 MiB", apart),
        ],
    )
}

fn judge_waits(runs: &[Run]) -> Verdict {
    let [sequential, threaded] = runs else {
        return incomplete();
    };
    let gain = speed_up(sequential, threaded);
    verdict(
        gain >= 10.0,
        format!(
            "{} waits take {} one after the other and {} in {}, {} as fast",
            sequential.outcome.units_done(),
            time(wall(sequential)),
            time(wall(threaded)),
            plural(workers(threaded), "thread", "threads"),
            fold(gain)
        ),
        vec![
            in_ms("one after the other", wall(sequential)),
            in_ms("threads", wall(threaded)),
            times("speed-up", gain),
        ],
    )
}

fn judge_race(runs: &[Run]) -> Verdict {
    let [race, locked] = runs else {
        return incomplete();
    };
    let lost = |run: &Run| run.metrics.lost_updates;
    let of = race.outcome.units_done();
    verdict(
        lost(race) > 0 && lost(locked) == 0,
        format!(
            "of {of} updates {} were lost without a lock and {} with one, which took {} instead of {}",
            lost(race),
            lost(locked),
            time(wall(locked)),
            time(wall(race))
        ),
        vec![
            count("updates", of),
            count("lost without a lock", lost(race)),
            count("lost with a lock", lost(locked)),
        ],
    )
}

fn judge_crash(runs: &[Run]) -> Verdict {
    let [run] = runs else {
        return incomplete();
    };
    let culprit = run.threads.iter().find(|t| t.ended == Ended::Segfault);
    let Some(culprit) = culprit else {
        let text = "no thread crashed its process".to_owned();
        return verdict(false, text, Vec::new());
    };
    let process = culprit.process as usize;
    let siblings = || threads_of(run, process).filter(|t| t.ended != Ended::Segfault);
    let down = siblings().filter(|t| t.ended == Ended::TakenDown).count();
    let others = (0..run.processes.len()).filter(|&other| other != process);
    let alive = others
        .filter(|&other| run.processes[other].ended == Ended::Completed)
        .count();
    let lost: u32 = threads_of(run, process).map(|thread| thread.units).sum();
    verdict(
        down > 0 && down == siblings().count() && alive + 1 == run.processes.len(),
        format!(
            "one thread crashed after {} and took {} with it; {lost} units of work are lost, and {} finished",
            time(culprit.ended_ns.unwrap_or_default()),
            plural(down, "sibling", "siblings"),
            plural(alive, "other process", "other processes"),
        ),
        vec![
            count("siblings taken down", down),
            count("units of work lost", lost),
            count("other processes that finished", alive),
        ],
    )
}

fn judge_serial(runs: &[Run]) -> Verdict {
    let [one, two, four, free] = runs else {
        return incomplete();
    };
    let gain = |run| speed_up(one, run);
    let label = |run| plural(workers(run), "thread", "threads");
    let (at_once, _) = holders(four);
    verdict(
        gain(two) <= 1.1 && gain(four) <= 1.1 && gain(free) >= 2.0,
        format!(
            "on {} {} run {} as fast as one and {} {}; without a GIL {}",
            plural(usize::from(one.trace.cores), "core", "cores"),
            label(two),
            fold(gain(two)),
            label(four),
            fold(gain(four)),
            fold(gain(free))
        ),
        vec![
            times("speed-up of 2 threads", gain(two)),
            times("speed-up of 4 threads", gain(four)),
            times("speed-up of 4 threads without a GIL", gain(free)),
            count("threads that held the GIL at once", at_once),
        ],
    )
}

fn judge_cpu_bound(runs: &[Run]) -> Verdict {
    let [one, more @ .., apart] = runs else {
        return incomplete();
    };
    let Some((hasty, usual)) = more.split_last() else {
        return incomplete();
    };
    let cost = |run: &Run| ratio(wall(run), wall(one));
    let fastest = more.iter().map(cost).fold(f64::MAX, f64::min);
    let slowest = usual.iter().map(cost).fold(0.0, f64::max);
    let counts: Vec<String> = usual.iter().map(|run| workers(run).to_string()).collect();
    let labels = [
        "2 threads",
        "4 threads",
        "8 threads",
        "4 threads, interval 0.1 ms",
    ];
    let mut figures = vec![in_ms("1 thread", wall(one))];
    figures.extend((labels.iter().zip(more)).map(|(label, run)| in_ms(*label, wall(run))));
    figures.push(in_ms("4 processes", wall(apart)));
    verdict(
        fastest >= 1.0 && speed_up(one, apart) >= 2.0,
        format!(
            "1 thread takes {}; {} threads take up to {} that, and {} with a short switch interval; {} take {}",
            time(wall(one)),
            counts.join(", "),
            fold(slowest),
            fold(cost(hasty)),
            plural(workers(apart), "process", "processes"),
            time(wall(apart))
        ),
        figures,
    )
}

fn judge_unkillable(runs: &[Run]) -> Verdict {
    let [asked, dead] = runs else {
        return incomplete();
    };
    let refused = asked.metrics.refused_kills;
    let went_on = ended(asked, Ended::Completed) == asked.threads.len();
    let failures = dead.outcome.failures.iter();
    let stuck = failures.filter(|f| f.how == Ended::Deadlocked).count();
    let leaked = dead.metrics.leaked_bytes;
    let killed = named(dead, "first").is_some_and(|p| p.ended == Ended::Killed);
    let helped = named(dead, "second").is_some_and(|p| p.ended == Ended::Completed);
    verdict(
        refused > 0 && went_on && stuck > 0 && leaked > 0 && killed && helped,
        format!(
            "{} to kill a thread {} refused; the death of one deadlocked {} and leaked {}; {}",
            plural(refused as usize, "request", "requests"),
            if refused > 1 { "were" } else { "was" },
            plural(stuck, "other", "others"),
            memory(leaked),
            if killed && helped {
                "ending its process freed all, and another did the work"
            } else {
                "no process had to be ended for the work to be done"
            }
        ),
        vec![
            count("requests refused", refused),
            count("threads deadlocked", stuck),
            in_mib("leaked", leaked),
        ],
    )
}
