//! Claims about what processes are good for, P1 to P5.

use super::build::{GIL, arm, cpu, file, processes, threads};
use super::measure::{
    delay_of_others, failed, failed_at, holders, speed_up, throughput, value, wall,
    working_processes,
};
use super::text::{
    count, figure, fold, in_ms, in_us, incomplete, later, memory, no_later, plural, time, times,
    verdict,
};
use super::{Claim, Verdict};
use crate::experiment::Ended;
use crate::experiment::scenario::{Ns, Program, Scenario, Step};
use crate::sim::Run;

pub(super) const CLAIMS: &[Claim] = &[
    Claim {
        id: "P1",
        sentence: "Processes have separate memory.",
        about: "A forked process writes to an object; then its parent reads it. Beside it the same with a thread. It holds if the parent reads another value than its child wrote.",
        arms: || {
            vec![
                arm("a process writes", file(SEPARATE)),
                arm("a thread writes", file(SHARED)),
            ]
        },
        judge: judge_separate,
    },
    Claim {
        id: "P2",
        sentence: "Processes run concurrently and independently.",
        about: "1, 2 and 4 processes on 4 cores, each with 200 ms of work. It holds if the work done each second grows with their number, to at least 3/4 of n times as much.",
        arms: || {
            let each = |count| processes(4, count, &cpu(200, Ns::ms(1)));
            vec![
                arm("1 process", each(1)),
                arm("2 processes", each(2)),
                arm("4 processes", each(4)),
            ]
        },
        judge: judge_concurrent,
    },
    Claim {
        id: "P3",
        sentence: "One process failing leaves the others alone.",
        about: "One of three processes makes an invalid memory access; beside it the same without. It holds if no other process fails or is more than 1 % later.",
        arms: || {
            let crash = file(CRASH);
            let calm = Scenario {
                faults: Vec::new(),
                ..crash.clone()
            };
            vec![
                arm("a process crashes", crash),
                arm("nothing happens", calm),
            ]
        },
        judge: judge_isolated,
    },
    Claim {
        id: "P4",
        sentence: "A process can be interrupted and killed.",
        about: "A process is killed in the middle of a C call that nothing can interrupt; beside it the same without the kill. It holds if it ends within 1 ms, sooner than by itself, and no other is more than 1 % later.",
        arms: || vec![arm("killed", file(KILL)), arm("left alone", patient())],
        judge: judge_killed,
    },
    Claim {
        id: "P5",
        sentence: "Each process has a GIL of its own, so processes run Python in parallel.",
        about: "800 ms of work in 1 process and in 4, on 4 cores; beside it 4 threads. It holds if 4 processes are at least 3 times as fast and as many GILs are held at once.",
        arms: || {
            vec![
                arm("1 process", processes(4, 1, &cpu(800, Ns::ms(1)))),
                arm("4 processes", processes(4, 4, &cpu(200, Ns::ms(1)))),
                arm("4 threads", threads(4, 4, GIL, cpu(200, Ns::ms(1)))),
            ]
        },
        judge: judge_parallel,
    },
];

const SEPARATE: &str = include_str!("../../scenarios/claims/separate-memory.json");
const SHARED: &str = include_str!("../../scenarios/claims/shared-memory.json");
const CRASH: &str = include_str!("../../scenarios/claims/process-crashes.json");
const KILL: &str = include_str!("../../scenarios/claims/process-is-killed.json");

fn judge_separate(runs: &[Run]) -> Verdict {
    let [forked, threaded] = runs else {
        return incomplete();
    };
    let seen = |run, process| value(run, "x", process).unwrap_or_default();
    let (parent, child, one) = (seen(forked, 0), seen(forked, 1), seen(threaded, 0));
    let copied = forked.processes.iter().map(|p| p.copied_bytes).sum();
    let why = match copied {
        0 => String::new(),
        bytes => format!(", for the write copied {}", memory(bytes)),
    };
    verdict(
        parent != child,
        format!(
            "x is {child} in the process that wrote it and {parent} in its parent{why}; the threads share one x, {one}"
        ),
        vec![
            figure("x in the child", child as f64, ""),
            figure("x in the parent", parent as f64, ""),
            figure("x of both threads", one as f64, ""),
            figure("copied", copied as f64, "B"),
        ],
    )
}

fn judge_concurrent(runs: &[Run]) -> Verdict {
    let Some((first, more)) = runs.split_first() else {
        return incomplete();
    };
    let gains: Vec<(usize, f64)> = more
        .iter()
        .map(|run| (working_processes(run), throughput(run) / throughput(first)))
        .collect();
    let grows = |&(count, gain): &(usize, f64)| count > 1 && gain >= 0.75 * count as f64;
    let parts = gains
        .iter()
        .map(|&(count, gain)| format!("{count} processes do {} as much", fold(gain)));
    let mut figures = vec![figure("1 process", throughput(first), "units/s")];
    figures.extend(runs.iter().skip(1).map(|run| {
        let label = format!("{} processes", working_processes(run));
        figure(label, throughput(run), "units/s")
    }));
    verdict(
        gains.iter().all(grows),
        format!(
            "in the same time as one, {}",
            parts.collect::<Vec<_>>().join(" and ")
        ),
        figures,
    )
}

fn judge_isolated(runs: &[Run]) -> Verdict {
    let [crash, calm] = runs else {
        return incomplete();
    };
    let failed = failed(crash);
    let others = crash.processes.len() - failed.len();
    let delay = delay_of_others(crash, calm);
    let lost: u32 = failed
        .iter()
        .map(|&p| {
            let threads = &crash.outcome.processes[p].threads;
            threads.iter().map(|thread| thread.units).sum::<u32>()
        })
        .sum();
    verdict(
        failed.len() == 1 && others > 0 && delay <= 1.01,
        format!(
            "{} failed and {lost} units of work are lost; {} finished, {} than without the failure",
            plural(failed.len(), "process", "processes"),
            plural(others, "other", "others"),
            no_later(delay),
        ),
        vec![
            count("processes that failed", failed.len()),
            count("processes that finished", others),
            times("end of the others, compared", delay),
        ],
    )
}

/// The parent waits for the end instead.
fn patient() -> Scenario {
    let mut scenario = file(KILL);
    if let Program::Steps(steps) = &mut scenario.processes[0].threads[0].program {
        steps.retain(|step| !matches!(step, Step::KillProcess(_)));
    }
    scenario
}

fn judge_killed(runs: &[Run]) -> Verdict {
    let [killed, calm] = runs else {
        return incomplete();
    };
    let victim = failed(killed).first().copied();
    let found = victim.and_then(|victim| {
        let asked = failed_at(killed, victim, Ended::Killed)?;
        let ended = killed.processes[victim].ended_ns?;
        Some((asked, ended, calm.processes[victim].ended_ns?))
    });
    let Some((asked, ended, natural)) = found else {
        return verdict(false, "no process was killed".to_owned(), Vec::new());
    };
    let delay = delay_of_others(killed, calm);
    let latency = ended - asked;
    verdict(
        ended < natural && latency <= 1_000_000 && delay <= 1.01,
        format!(
            "killed after {}, the process ended {}, where it would have run until {}; the others ended {} than without that",
            time(asked),
            later(latency),
            time(natural),
            no_later(delay)
        ),
        vec![
            in_ms("killed", asked),
            in_us("until it ended", latency),
            in_ms("end if left alone", natural),
            times("end of the others, compared", delay),
        ],
    )
}

fn judge_parallel(runs: &[Run]) -> Verdict {
    let [one, many, threaded] = runs else {
        return incomplete();
    };
    let n = working_processes(many);
    let gain = speed_up(one, many);
    let (at_once, _) = holders(many);
    verdict(
        n > 1 && gain >= 0.75 * n as f64 && at_once >= n,
        format!(
            "{n} processes finish {} as fast as one, with up to {} held at once; as many threads {} as fast",
            fold(gain),
            plural(at_once, "GIL", "GILs"),
            fold(speed_up(one, threaded))
        ),
        vec![
            in_ms("1 process", wall(one)),
            in_ms(format!("{n} processes"), wall(many)),
            in_ms(format!("{n} threads"), wall(threaded)),
            times("speed-up", gain),
            count("GILs held at once", at_once),
        ],
    )
}
