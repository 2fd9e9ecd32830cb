//! Lessons on pools of processes.

use super::{Comparison, Lesson, Predictor};
use crate::claims::Verdict;
use crate::claims::text::{count, fold, in_mib, in_ms, memory, plural, time, times, verdict};
use crate::experiment::scenario::{
    CostsSpec, GilSpec, Ns, PoolKind, PoolSpec, ProcessSpec, Program, Scenario, Step, ThreadSpec,
};
use crate::experiment::{Costs, Ended};
use crate::lab::findings::{Findings, Unit};
use crate::sim::{Limits, run};

/// A pool is clearly faster from here on, on any machine.
const CLEARLY: f64 = 1.3;

/// And it must use this part of the cores it could use.
const PART: f64 = 0.6;

pub(super) const LESSONS: &[Lesson] = &[
    Lesson {
        id: "W1",
        about: "16 tasks of about 10 ms, handed out by messages to one process and to a pool of \
                up to four, one for each core, in turns; the best of ten rounds counts. It holds if the pool is at least 1.3 times as \
                fast, and 0.6 times as fast as it has processes on cores of their own, and every \
                result is right. Starting the processes is not counted.",
        judge: judge_way_round,
        compare: |found, predictor| {
            let pool = compare_pool(found, predictor);
            let threads = found.run("threads under a GIL");
            let threads = threads.and_then(|run| predictor.speed_up(run));
            pool.into_iter().chain(threads).collect()
        },
    },
    Lesson {
        id: "M1",
        about: "16 tasks of about 10 ms, done by one process and by a pool of four, the best of ten rounds each; then again, \
                while one process of the pool crashes in the middle of a task and another is \
                killed. It holds if the pool is clearly faster than one process, if all results \
                are there and right in spite of the two failures, and if four processes take at \
                least three times the memory of one.",
        judge: judge_multiprocessing,
        compare: |found, predictor| {
            let pool = compare_pool(found, predictor);
            pool.into_iter()
                .chain(compare_memory(found, predictor))
                .collect()
        },
    },
];

/// What both trials find of a pool and one process that does the same tasks.
struct Race {
    tasks: f64,
    processes: f64,
    one_ns: u64,
    pool_ns: u64,
    gain: f64,
    /// Whether the pool is clearly faster.
    is_won: bool,
    all_right: bool,
    results: u64,
}

fn race(found: &Findings) -> Option<Race> {
    let processes = found.median("processes")?;
    let best = |name| Some(found.figure(name)?.summary.min);
    let (one_ns, pool_ns) = (best("wall, one process")?, best("wall, pool")?);
    let gain = one_ns / pool_ns.max(1.0);
    let usable = processes.min(f64::from(found.environment.cores));
    let checks = found.all_checks();
    Some(Race {
        tasks: found.median("tasks")?,
        processes,
        one_ns: one_ns as u64,
        pool_ns: pool_ns as u64,
        gain,
        is_won: gain >= (PART * usable).max(CLEARLY),
        all_right: checks.wrong == 0 && checks.right > 0,
        results: checks.right + checks.wrong,
    })
}

impl Race {
    /// In words: who took how long.
    fn facts(&self, cores: u32) -> String {
        format!(
            "{} tasks take one process {} and a pool of {} on {} {}: {} as fast",
            self.tasks,
            time(self.one_ns),
            self.processes,
            plural(cores as usize, "core", "cores"),
            time(self.pool_ns),
            fold(self.gain)
        )
    }
}

/// How many results were right, in words.
fn rightness(found: &Findings, race: &Race) -> String {
    match found.all_checks().wrong {
        0 => format!("all {} results are right", race.results),
        wrong => format!("{wrong} of {} results are wrong", race.results),
    }
}

fn judge_way_round(found: &Findings) -> Option<Verdict> {
    let race = race(found)?;
    let mut figures = vec![
        in_ms("one process", race.one_ns),
        in_ms("pool", race.pool_ns),
        times("speed-up", race.gain),
    ];
    let mut facts = race.facts(found.environment.cores);
    if let Some(run) = found.run("threads under a GIL") {
        let gain = run.measurement.speed_up();
        facts += &format!(
            "; as many threads under a GIL are {} as fast as one",
            fold(gain)
        );
        figures.push(times("threads under a GIL", gain));
    }
    facts += &format!("; {}", rightness(found, &race));
    Some(verdict(race.is_won && race.all_right, facts, figures))
}

fn judge_multiprocessing(found: &Findings) -> Option<Verdict> {
    let race = race(found)?;
    let done = found.median("tasks done")?;
    let lost = found.median("tasks lost")?;
    let again = found.median("done again")?;
    let survivors = found.median("survivors")?;
    let start = found.median("start")? as u64;
    let one = found.median("memory, 1 process")?;
    let all = found.median(&format!("memory, {} processes", race.processes))?;

    let failed = |how| found.failures.iter().any(|failure| failure.how == how);
    let struck = failed(Ended::Segfault) && failed(Ended::Killed) && found.failures.len() == 2;
    let others_live = survivors + 2.0 >= race.processes && survivors >= 1.0;
    let survives = struck && others_live && done >= race.tasks && again >= lost;
    let more_memory = all / one.max(1.0);
    let facts = format!(
        "{}; one crashed and one was killed, {} went on, {done} of {} tasks were done all the \
         same, {again} of the {lost} lost ones once more by another; {}; the processes take {}, \
         {} as much as one, and took {} to start",
        race.facts(found.environment.cores),
        plural(survivors as usize, "process", "processes"),
        race.tasks,
        rightness(found, &race),
        memory(all as u64),
        fold(more_memory),
        time(start),
    );
    Some(verdict(
        race.is_won && survives && race.all_right && more_memory >= 0.75 * race.processes,
        facts,
        vec![
            times("speed-up", race.gain),
            count("tasks lost", lost as u32),
            count("done again", again as u32),
            count("processes that went on", survivors as u32),
            in_mib("memory of one process", one as u64),
            in_mib("memory of the pool", all as u64),
            in_ms("start of the pool", start),
        ],
    ))
}

/// The pool's speed-up. What goes in is what one process alone takes for a task
/// and for the message there and back; starting the processes is left out, as
/// in the measurement.
fn compare_pool(found: &Findings, predictor: &Predictor) -> Option<Comparison> {
    let processes = found.median("processes")? as u32;
    let wall = |workers| {
        Some(
            run(&pool(found, predictor, workers)?, limits())
                .ok()?
                .outcome,
        )
    };
    let (one, all) = (wall(1)?.wall_ns, wall(processes)?.wall_ns);
    Some(Comparison {
        what: format!("speed-up, pool of {processes}"),
        predicted: one as f64 / all.max(1) as f64,
        measured: race(found)?.gain,
        unit: Unit::Times,
    })
}

/// No more than the wall time is asked for.
fn limits() -> Limits {
    Limits {
        trace: false,
        ..Limits::default()
    }
}

/// The trial's tasks in a pool of so many processes that are there already.
fn pool(found: &Findings, predictor: &Predictor, workers: u32) -> Option<Scenario> {
    let task = vec![
        // Its worker waits so long for the message with it.
        Step::Io {
            device: None,
            time: Ns(found.median("hand-over")? as u64),
        },
        Step::Compute(Ns(found.median("task")? as u64)),
        Step::Unit,
    ];
    let main = vec![
        Step::Submit {
            pool: "pool".to_owned(),
            task: Program::Steps(task),
            count: found.median("tasks")? as u32,
            bytes: 0,
        },
        Step::Gather("pool".to_owned()),
    ];
    let page = ProcessSpec {
        name: "page".to_owned(),
        threads: vec![ThreadSpec {
            name: "main".to_owned(),
            program: Program::Steps(main),
            ..ThreadSpec::default()
        }],
        ..ProcessSpec::default()
    };
    let mut scenario = Scenario {
        costs: CostsSpec::Costs(Costs {
            process_start_parent_ns: 0,
            process_start_child_ns: 0,
            forkserver_child_ns: 0,
            spawn_child_ns: 0,
            fork_ns_per_mib: 0,
            thread_start_ns: 0,
            ..predictor.costs
        }),
        processes: vec![page],
        ..Scenario::default()
    };
    scenario.machine.cores = found.environment.cores.clamp(1, 64) as u16;
    scenario.pools.push(PoolSpec {
        name: "pool".to_owned(),
        kind: PoolKind::Executor,
        workers,
        start: None,
        gil: GilSpec::None,
        submit: Ns(0),
    });
    Some(scenario)
}

/// The memory of the pool's processes; nothing if no probe has measured one's.
fn compare_memory(found: &Findings, predictor: &Predictor) -> Option<Comparison> {
    let processes = found.median("processes")?;
    let each = predictor.costs.process_bytes;
    (each > 0).then_some(Comparison {
        what: format!("memory, {processes} processes"),
        predicted: each as f64 * processes,
        measured: found.median(&format!("memory, {processes} processes"))?,
        unit: Unit::Bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::findings;
    use super::super::{Predictor, find};
    use crate::experiment::{Costs, Ended, Failure, Subject};
    use crate::lab::findings::{Findings, Unit};

    /// What a pool of so many found, so many times as fast as one process.
    fn found(claim: &str, processes: u32, gain: f64) -> Findings {
        let one_ns = 160e6;
        let all = format!("memory, {processes} processes");
        let mut found = findings(
            claim,
            &[
                ("tasks", Unit::Count, 16.0),
                ("processes", Unit::Count, f64::from(processes)),
                ("wall, one process", Unit::Ns, one_ns),
                ("wall, pool", Unit::Ns, one_ns / gain),
                ("task", Unit::Ns, 10e6),
                ("hand-over", Unit::Ns, 400e3),
                ("start", Unit::Ns, 60e6),
                ("memory, 1 process", Unit::Bytes, 2e6),
                (&all, Unit::Bytes, 2e6 * f64::from(processes)),
                ("tasks done", Unit::Count, 16.0),
                ("tasks lost", Unit::Count, 2.0),
                ("done again", Unit::Count, 2.0),
                ("survivors", Unit::Count, f64::from(processes - 2)),
            ],
        );
        found.checks.right = 960;
        let fail = |process, how| Failure {
            at_ns: 1,
            who: Subject::Process(process),
            how,
            cause: None,
            medium: None,
            fault: None,
        };
        if claim == "M1" {
            found.failures = vec![fail(1, Ended::Segfault), fail(2, Ended::Killed)];
        }
        found
    }

    fn holds(found: &Findings) -> bool {
        find(&found.claim).unwrap().judge(found).holds
    }

    #[test]
    fn a_pool_must_be_clearly_faster() {
        let verdict = find("W1").unwrap().judge(&found("W1", 2, 1.9));
        assert!(verdict.holds);
        assert_eq!(
            verdict.text,
            "Holds: 16 tasks take one process 160 ms and a pool of 2 on 2 cores 84.2 ms: \
             1.90 times as fast; all 960 results are right."
        );
        assert!(!holds(&found("W1", 2, 1.25)));
        // Half of what four cores could do is too little.
        let on_four = |gain| {
            let mut found = found("W1", 4, gain);
            found.environment.cores = 4;
            holds(&found)
        };
        assert!(on_four(2.5) && !on_four(2.0));
        // Four processes on two cores cannot be four times as fast.
        assert!(holds(&found("W1", 4, 1.9)));
    }

    #[test]
    fn speed_without_right_results_is_none() {
        for claim in ["W1", "M1"] {
            let mut wrong = found(claim, 4, 1.9);
            assert!(holds(&wrong));
            wrong.checks.wrong = 1;
            assert!(!holds(&wrong));
            assert!(!holds(&findings(claim, &[])));
        }
    }

    #[test]
    fn a_pool_must_survive_two_failures() {
        let change = |name: &str, value: f64| {
            let mut found = found("M1", 4, 1.9);
            let mut figures = found.figures.iter_mut();
            let figure = figures.find(|figure| figure.name == name).unwrap();
            (figure.summary.median, figure.summary.min) = (value, value);
            holds(&found)
        };
        assert!(change("survivors", 2.0));
        assert!(!change("survivors", 1.0), "a third one ended");
        assert!(!change("tasks done", 15.0));
        assert!(!change("done again", 1.0));
        assert!(!change("memory, 4 processes", 4e6), "they share");
        assert!(!change("wall, pool", 145e6));
        let mut unharmed = found("M1", 4, 1.9);
        unharmed.failures.pop();
        assert!(!holds(&unharmed), "nobody was killed");
    }

    #[test]
    fn the_simulator_predicts_the_pools_speed_up() {
        let mut costs = Costs::CPYTHON_LINUX;
        let compare = |costs| {
            let predictor = Predictor { costs };
            find("M1")
                .unwrap()
                .compare(&found("M1", 4, 1.9), &predictor)
        };
        let [speed_up, memory] = &compare(costs)[..] else {
            panic!("two numbers are compared");
        };
        // Two cores, and while a worker waits for its task another computes.
        assert!(speed_up.predicted > 1.8 && speed_up.predicted < 2.2);
        assert!((speed_up.measured - 1.9).abs() < 1e-9);
        let expected = 4.0 * costs.process_bytes as f64;
        assert!((memory.predicted - expected).abs() < 1.0);
        // Starting the processes makes no difference: it is left out.
        let before = speed_up.predicted;
        costs.process_start_parent_ns *= 100;
        costs.process_bytes = 0;
        let [speed_up] = &compare(costs)[..] else {
            panic!("no memory was measured");
        };
        assert!((speed_up.predicted - before).abs() < 1e-9);
    }
}
