//! Claims about what processes cost, P6 to P9.

use super::build::{
    GIL, arm, between_processes, between_threads, object, process, processes, python, repeat,
    thread, threads,
};
use super::measure::{cold, last_unit, message_bytes, ratio, round_trip};
use super::text::{
    count, figure, fold, in_mib, in_ms, in_us, incomplete, memory, plural, time, verdict,
};
use super::{Claim, Verdict};
use crate::experiment::scenario::{
    Cache, Fork, Ns, ProcessSpec, Scenario, StartMethod, Step, ThreadSpec,
};
use crate::sim::Run;

pub(super) const CLAIMS: &[Claim] = &[
    Claim {
        id: "P6",
        sentence: "Processes are heavyweight.",
        about: "1 thread, 9 threads of a process, and 9 processes, all of which need the same 8 MiB of data. It holds if one more process takes at least 10 times the memory of one more thread.",
        arms: || {
            vec![
                arm("1 thread", with_data(1, 1)),
                arm("9 threads", with_data(1, 9)),
                arm("9 processes", with_data(9, 1)),
            ]
        },
        judge: judge_heavy,
    },
    Claim {
        id: "P7",
        sentence: "Processes are slow to create.",
        about: "From the request to the first instruction of a thread and of a process by each start method. It holds if thread < fork < forkserver < spawn, and fork takes at least 10 times as long as a thread.",
        arms: || {
            vec![
                arm("thread", threads(4, 1, GIL, vec![Step::Unit])),
                arm("fork", started(StartMethod::Fork(Fork::default()))),
                arm("fork after 400 MiB were touched", started(big_fork())),
                arm("forkserver", started(StartMethod::Forkserver)),
                arm("spawn", started(StartMethod::Spawn)),
            ]
        },
        judge: judge_creation,
    },
    Claim {
        id: "P8",
        sentence: "Communication between processes is complex and slower.",
        about: "Messages of 64 B, 64 KiB and 8 MiB go back and forth 10 times, between two processes (packed, copied, unpacked) and between two threads (a pointer). It holds if processes are slower at every size, and 10 times as slow at the largest.",
        arms: || {
            vec![
                arm("processes, 64 B", between_processes(64)),
                arm("processes, 64 KiB", between_processes(64 << 10)),
                arm("processes, 8 MiB", between_processes(8 << 20)),
                arm("threads, 64 B", between_threads(64)),
                arm("threads, 64 KiB", between_threads(64 << 10)),
                arm("threads, 8 MiB", between_threads(8 << 20)),
            ]
        },
        judge: judge_messages,
    },
    Claim {
        id: "P9",
        sentence: "More processes use more resources.",
        about: "400 ms of work dealt to 1, 2, 4 and 8 processes on 2 cores whose caches hold the data of one; beside it 8 threads. It holds if memory, switches and time with a cold cache all grow from 1 process to 8.",
        arms: || {
            vec![
                arm("1 process", with_cache(1, 1)),
                arm("2 processes", with_cache(2, 1)),
                arm("4 processes", with_cache(4, 1)),
                arm("8 processes", with_cache(8, 1)),
                arm("8 threads", with_cache(1, 8)),
            ]
        },
        judge: judge_resources,
    },
];

/// Processes with 8 MiB of data each, which their threads share.
fn with_data(processes: u32, threads: u32) -> Scenario {
    let load = Step::Alloc {
        object: "data".to_owned(),
        bytes: 8 << 20,
    };
    let work = || vec![Step::Compute(Ns::ms(1)), Step::Unit];
    let mut main = vec![load];
    main.extend(work());
    let one = |number| {
        let mut all = vec![thread("main", main.clone())];
        all.extend((1..threads).map(|n| thread(&format!("worker {n}"), work())));
        process(format!("process {number}"), all)
    };
    Scenario {
        objects: vec![object("data")],
        ..python(4, (1..=processes).map(one).collect())
    }
}

fn judge_heavy(runs: &[Run]) -> Verdict {
    let [one, threaded, many] = runs else {
        return incomplete();
    };
    let held = |run: &Run| run.metrics.memory_peak_bytes;
    let more = |run: &Run, others: usize| {
        held(run).saturating_sub(held(one)) / others.saturating_sub(1).max(1) as u64
    };
    let per_thread = more(threaded, threaded.threads.len());
    let per_process = more(many, many.processes.len());
    verdict(
        per_process >= 10 * per_thread.max(1),
        format!(
            "one more process takes {}, {} as much as one more thread ({})",
            memory(per_process),
            fold(ratio(per_process, per_thread)),
            memory(per_thread)
        ),
        vec![
            in_mib("1 thread", held(one)),
            in_mib("9 threads", held(threaded)),
            in_mib("9 processes", held(many)),
            in_mib("one more process", per_process),
            figure("one more thread", per_thread as f64 / 1024.0, "KiB"),
        ],
    )
}

fn big_fork() -> StartMethod {
    StartMethod::Fork(Fork {
        parent_bytes: 400 << 20,
    })
}

fn started(how: StartMethod) -> Scenario {
    let mut scenario = processes(4, 1, &[Step::Unit]);
    scenario.processes[1].start = how;
    scenario
}

fn judge_creation(runs: &[Run]) -> Verdict {
    let [thread, fork, big, server, spawn] = runs else {
        return incomplete();
    };
    let [thread, fork, big, server, spawn] = [thread, fork, big, server, spawn].map(last_unit);
    verdict(
        fork >= 10 * thread.max(1) && fork < server && server < spawn,
        format!(
            "a thread begins after {}, a process after {} by fork ({} with 400 MiB touched), {} by forkserver, {} by spawn",
            time(thread),
            time(fork),
            time(big),
            time(server),
            time(spawn)
        ),
        vec![
            in_us("thread", thread),
            in_ms("fork", fork),
            in_ms("fork, 400 MiB touched", big),
            in_ms("forkserver", server),
            in_ms("spawn", spawn),
        ],
    )
}

fn judge_messages(runs: &[Run]) -> Verdict {
    let (Some(apart), Some(within)) = (runs.get(..3), runs.get(3..6)) else {
        return incomplete();
    };
    let pairs: Vec<(String, u64, u64)> = (apart.iter().zip(within))
        .map(|(apart, within)| {
            let size = memory(message_bytes(apart));
            (size, round_trip(apart), round_trip(within))
        })
        .collect();
    let slower = pairs.iter().all(|(_, apart, within)| apart > within);
    let most = pairs.last().map_or(1.0, |&(_, a, w)| ratio(a, w));
    let told = pairs.iter().map(|(size, apart, within)| {
        format!(
            "{size} there and back take {} between processes and {} between threads",
            time(*apart),
            time(*within)
        )
    });
    let figures = pairs.iter().flat_map(|&(ref size, apart, within)| {
        [
            in_us(format!("processes, {size}"), apart),
            in_us(format!("threads, {size}"), within),
        ]
    });
    verdict(
        slower && most >= 10.0,
        told.collect::<Vec<_>>().join("; "),
        figures.collect(),
    )
}

/// 400 ms of work dealt to some processes, or to the threads of one, on cores
/// whose caches hold the data of one.
fn with_cache(processes: u32, threads: u32) -> Scenario {
    let share = 400 / (processes * threads);
    let worker = ThreadSpec {
        working_set: 1,
        count: threads,
        ..thread(
            "worker",
            vec![repeat(share, vec![Step::Native(Ns::ms(1)), Step::Unit])],
        )
    };
    let one = |number| ProcessSpec {
        threads: vec![worker.clone()],
        ..process(format!("process {number}"), Vec::new())
    };
    let mut scenario = python(2, (1..=processes).map(one).collect());
    scenario.machine.cache = Some(Cache {
        size: 1,
        warm_up: Ns::ms(1),
        warm_rate: 2,
    });
    scenario
}

fn judge_resources(runs: &[Run]) -> Verdict {
    let (Some(first), Some(last), Some(threaded)) = (runs.first(), runs.get(3), runs.get(4)) else {
        return incomplete();
    };
    let held = |run: &Run| run.metrics.memory_peak_bytes;
    let switches = |run: &Run| run.metrics.context_switches;
    let grows = |of: &dyn Fn(&Run) -> u64| of(last) > of(first);
    let figures = runs.iter().flat_map(|run| {
        let n = run.threads.len();
        let what = if run.processes.len() == n {
            "processes"
        } else {
            "threads"
        };
        [
            in_mib(format!("memory of {n} {what}"), held(run)),
            count(format!("switches of {n} {what}"), switches(run)),
            in_ms(format!("cold cache, {n} {what}"), cold(run)),
        ]
    });
    verdict(
        grows(&held) && grows(&switches) && grows(&cold),
        format!(
            "from {} to {}, memory goes from {} to {}, switches from {} to {} and time with a cold cache from {} to {}; 8 threads take {}",
            plural(first.processes.len(), "process", "processes"),
            plural(last.processes.len(), "process", "processes"),
            memory(held(first)),
            memory(held(last)),
            switches(first),
            switches(last),
            time(cold(first)),
            time(cold(last)),
            memory(held(threaded))
        ),
        figures.collect(),
    )
}
