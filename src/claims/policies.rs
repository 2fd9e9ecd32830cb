//! Claims about scheduling, X7 to X10: affinity and policies.

use super::build::{arm, file, process, python, repeat, thread};
use super::measure::{cold, ratio, speed_up};
use super::text::{count, figure, fold, in_ms, incomplete, time, times, verdict};
use super::{Claim, Verdict};
use crate::experiment::scenario::{
    Cache, Job, Machine, Ns, Periodic, PolicySpec, ProcessSpec, Queues, Scenario, SliceTimer, Step,
    ThreadSpec, processes_of,
};
use crate::sim::Run;

pub(super) const CLAIMS: &[Claim] = &[
    Claim {
        id: "X7",
        sentence: "A thread that stays on its core keeps its cache warm.",
        about: "4 threads on 2 cores whose caches hold the data of two each, free to move and pinned to a core. It holds if pinned ones are at least 1.1 times as fast with less time with a cold cache.",
        arms: || {
            vec![
                arm("free to move", pinned(false)),
                arm("pinned", pinned(true)),
            ]
        },
        judge: judge_affinity,
    },
    Claim {
        id: "X8",
        sentence: "First come, first served makes short jobs wait behind a long one.",
        about: "A job of 100 ms, and 1 ms later five of 5 ms, on one core, under FIFO, round robin (4 ms) and shortest remaining time first. It holds if the mean turnaround under FIFO is at least twice that under SRTF, with round robin in between.",
        arms: || {
            let slice = Ns::ms(4);
            let timer = SliceTimer::Own;
            vec![
                arm("FIFO", jobs(PolicySpec::Fifo)),
                arm("round robin", jobs(PolicySpec::RoundRobin { slice, timer })),
                arm("SRTF", jobs(PolicySpec::Srtf)),
            ]
        },
        judge: judge_turnaround,
    },
    Claim {
        id: "X9",
        sentence: "Under CFS a step of nice is worth about 1.25 times the CPU time.",
        about: "Three threads with nice 0, 5 and 10 compute all the time on one core. It holds if each step of 5 is worth 1.25 to the power of 5, that is 3.05 times, within 10 %.",
        arms: || {
            let mut scenario = file(NICE);
            scenario.until = Some(Ns::ms(3_000));
            vec![arm("nice 0, 5 and 10", scenario)]
        },
        judge: judge_nice,
    },
    Claim {
        id: "X10",
        sentence: "EDF meets every deadline up to a full core; rate monotonic does not.",
        about: "2 ms every 5 ms and 4 ms every 7 ms, 97 % of one core, for 350 ms. It holds if no job is late under EDF and some are under RM.",
        arms: || {
            vec![
                arm("EDF", periodic(PolicySpec::Edf)),
                arm("RM", periodic(PolicySpec::Rm)),
            ]
        },
        judge: judge_deadlines,
    },
];

const NICE: &str = include_str!("../../scenarios/cfs-nice.json");

fn jobs(policy: PolicySpec) -> Scenario {
    let job = |name: String, arrival, burst| Job {
        name: Some(name),
        arrival,
        burst,
        priority: 0,
        tickets: 1,
        deadline: None,
        period: None,
    };
    let long = job("long".to_owned(), Ns(0), Ns::ms(100));
    let short = (1..=5).map(|n| job(format!("short {n}"), Ns::ms(1), Ns::ms(5)));
    Scenario {
        machine: Machine {
            policy,
            ..Machine::default()
        },
        processes: processes_of(std::iter::once(long).chain(short).collect()),
        ..Scenario::default()
    }
}

fn judge_turnaround(runs: &[Run]) -> Verdict {
    let [fifo, robin, shortest] = runs else {
        return incomplete();
    };
    let [fifo, robin, shortest] = [fifo, robin, shortest].map(|run| run.metrics.turnaround.mean);
    verdict(
        fifo >= 2 * shortest && (shortest..=fifo).contains(&robin),
        format!(
            "the mean turnaround is {} under FIFO, {} under round robin and {} under SRTF",
            time(fifo),
            time(robin),
            time(shortest)
        ),
        vec![
            in_ms("FIFO", fifo),
            in_ms("round robin", robin),
            in_ms("SRTF", shortest),
        ],
    )
}

fn judge_nice(runs: &[Run]) -> Verdict {
    let [run] = runs else {
        return incomplete();
    };
    let cpu: Vec<u64> = run.threads.iter().map(|thread| thread.cpu_ns()).collect();
    let all: u64 = cpu.iter().sum();
    let steps: Vec<f64> = cpu.windows(2).map(|pair| ratio(pair[0], pair[1])).collect();
    let expected = 1.25_f64.powi(5);
    let percent = |ns: u64| 100.0 * ratio(ns, all);
    let shares: Vec<String> = cpu
        .iter()
        .map(|&ns| format!("{:.1} %", percent(ns)))
        .collect();
    let ratios: Vec<String> = steps.iter().map(|&step| fold(step)).collect();
    let mut figures: Vec<_> = (run.threads.iter().zip(&cpu))
        .map(|(thread, &ns)| figure(thread.name.as_str(), percent(ns), "%"))
        .collect();
    figures.extend(steps.iter().map(|&step| times("5 steps of nice", step)));
    verdict(
        !steps.is_empty()
            && steps
                .iter()
                .all(|step| (step / expected - 1.0).abs() <= 0.1),
        format!(
            "the threads get {} of the core; 5 steps of nice are worth {}",
            shares.join(", "),
            ratios.join(" and ")
        ),
        figures,
    )
}

fn periodic(policy: PolicySpec) -> Scenario {
    let task = |name: &str, work, period| ThreadSpec {
        periodic: Some(Periodic {
            period,
            deadline: None,
            phase: Ns(0),
            abort_on_miss: false,
        }),
        ..thread(name, vec![Step::Compute(work), Step::Unit])
    };
    Scenario {
        machine: Machine {
            policy,
            ..Machine::default()
        },
        until: Some(Ns::ms(350)),
        processes: vec![ProcessSpec {
            name: "control".to_owned(),
            threads: vec![
                task("fast", Ns::ms(2), Ns::ms(5)),
                task("slow", Ns::ms(4), Ns::ms(7)),
            ],
            ..ProcessSpec::default()
        }],
        ..Scenario::default()
    }
}

fn judge_deadlines(runs: &[Run]) -> Verdict {
    let [edf, rm] = runs else {
        return incomplete();
    };
    let late = |run: &Run| run.metrics.deadline_misses;
    let used = 100.0 * edf.metrics.utilisation(edf.end_ns);
    verdict(
        late(edf) == 0 && late(rm) > 0,
        format!(
            "with {used:.0} % of the core in use, {} of {} jobs were late under EDF and {} of {} under RM",
            late(edf),
            edf.jobs.len(),
            late(rm),
            rm.jobs.len()
        ),
        vec![
            figure("core in use", used, "%"),
            count("late under EDF", late(edf)),
            count("late under RM", late(rm)),
        ],
    )
}

fn pinned(is_pinned: bool) -> Scenario {
    let worker = |number: u16| {
        let pause = Ns::us(300 * (u64::from(number) + 1));
        let steps = vec![Step::Native(Ns::ms(5)), Step::Unit, Step::Sleep(pause)];
        ThreadSpec {
            working_set: 1,
            affinity: is_pinned.then(|| vec![number % 2]),
            ..thread(&format!("worker {}", number + 1), vec![repeat(40, steps)])
        }
    };
    let threads = (0..4).map(worker).collect();
    let mut scenario = python(2, vec![process("app", threads)]);
    scenario.machine.queues = Queues::PerCore {
        steal: true,
        balance: None,
        hot: Ns(0),
    };
    scenario.machine.policy = PolicySpec::RoundRobin {
        slice: Ns::ms(2),
        timer: SliceTimer::Own,
    };
    scenario.machine.cache = Some(Cache {
        size: 2,
        warm_up: Ns::ms(4),
        warm_rate: 2,
    });
    scenario
}

fn judge_affinity(runs: &[Run]) -> Verdict {
    let [free, pinned] = runs else {
        return incomplete();
    };
    let gain = speed_up(free, pinned);
    let moves = |run: &Run| run.metrics.migrations;
    verdict(
        gain >= 1.1 && cold(pinned) < cold(free),
        format!(
            "free threads move {} times and run {} with a cold cache, pinned ones {} times and {}, {} as fast",
            moves(free),
            time(cold(free)),
            moves(pinned),
            time(cold(pinned)),
            fold(gain)
        ),
        vec![
            count("moves, free", moves(free)),
            in_ms("cold, free", cold(free)),
            in_ms("cold, pinned", cold(pinned)),
            times("speed-up", gain),
        ],
    )
}
