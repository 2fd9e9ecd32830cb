//! Whole scenarios against independent simulators, one case a line: see
//! `tests/oracles/README.md`. With `TIMESLICE_ORACLES=DIR` the cases of the
//! files in DIR are run instead.
#![cfg(not(target_arch = "wasm32"))]

use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::{env, fs, io};
use timeslice::experiment::scenario::{
    Cache, Level, Machine, Ns, ObjectSpec, OrderBy, Periodic, PolicySpec, ProcessSpec, Program,
    Queues, Scenario, Sched, SliceTimer, Step, ThreadSpec, Tie,
};
use timeslice::sim::{self, Job, Limits, Run, Span, State};

/// Lines of our own files whose differences are excused, with the excuse: see
/// the README. They are run, and must still differ.
const DISPUTED: [(&str, usize, &str); 3] = [
    ("realtime.jsonl", 3, LOSES_RUNNING),
    ("realtime.jsonl", 9, LOSES_RUNNING),
    ("realtime.jsonl", 13, LOSES_RUNNING),
];
const LOSES_RUNNING: &str = "SimSo's RM loses the running job when a waiting one is cut off";
const EQUAL_DEADLINES: &str = "which of equal deadlines a core serves is left to the simulator";

/// The environment variable that names another folder of cases.
const FOLDER: &str = "TIMESLICE_ORACLES";

/// What came of a case.
#[derive(Default)]
struct Verdict {
    /// How it differs from what is expected.
    notes: Vec<String>,
    /// Why that is no fault of ours.
    excuse: Option<&'static str>,
}

impl From<Vec<String>> for Verdict {
    fn from(notes: Vec<String>) -> Self {
        Self {
            notes,
            excuse: None,
        }
    }
}

/// Runs every case of a file and tells how many passed; fails if one does not.
fn check_file<Case: DeserializeOwned, V: Into<Verdict>>(file: &str, check: impl Fn(&Case) -> V) {
    let other = env::var_os(FOLDER).map(PathBuf::from);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracles");
    let folder = other.as_ref().unwrap_or(&own);
    assert!(folder.is_dir(), "{} is no folder", folder.display());
    let path = folder.join(file);
    if other.is_some() && !path.exists() {
        return tell(&format!("{file}: skipped, {} is missing", path.display()));
    }
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let (mut passed, mut disputed, mut failed) = (0, 0, Vec::new());
    for (line, case) in (1..).zip(text.lines()) {
        let verdict = match serde_json::from_str(case) {
            Ok(case) => catch_unwind(AssertUnwindSafe(|| check(&case).into()))
                .unwrap_or_else(|_| vec!["panicked, see above".to_owned()].into()),
            Err(error) => vec![format!("cannot be read: {error}")].into(),
        };
        let excuse = if other.is_some() {
            verdict.excuse
        } else {
            let entry = DISPUTED
                .iter()
                .find(|entry| entry.0 == file && entry.1 == line);
            entry.map(|entry| entry.2)
        };
        match excuse {
            Some(why) if verdict.excuse == Some(why) => {
                disputed += 1;
                tell(&format!("{file}:{line}: disputed: {why}"));
            }
            Some(why) => failed.push(format!("{file}:{line}: no longer disputed: {why}")),
            None if verdict.notes.is_empty() => passed += 1,
            None => failed.push(format!("{file}:{line}: {}", verdict.notes.join("\n    "))),
        }
    }
    let failures = failed.len();
    tell(&format!(
        "{file}: {passed} cases passed, {disputed} disputed, {failures} failed"
    ));
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(passed > 0, "{file} holds no case");
}

/// Tells something past the test harness, which keeps to itself what passing
/// tests print.
fn tell(line: &str) {
    // If nobody can be told, the result stands all the same.
    let _ = writeln!(io::stderr(), "{line}");
}

/// Notes that something is not what the oracle says.
fn compare<T: PartialEq + Debug>(notes: &mut Vec<String>, what: &str, found: T, expected: T) {
    if found != expected {
        notes.push(format!("{what} is {found:?}, not {expected:?}"));
    }
}

fn run(scenario: &Scenario) -> Run {
    sim::run(scenario, Limits::default())
        .unwrap_or_else(|errors| panic!("the scenario of a case is not valid: {errors:?}"))
}

/// One core, slices ending before arrivals, as in OSTEP's simulators.
fn machine(policy: PolicySpec) -> Machine {
    Machine {
        policy,
        tie: Tie::ExpiredFirst,
        ..Machine::default()
    }
}

/// Every thread in a process of its own, which begins at a given time.
fn scenario(machine: Machine, threads: impl IntoIterator<Item = (Ns, ThreadSpec)>) -> Scenario {
    let processes = (0..)
        .zip(threads)
        .map(|(number, (arrival, thread))| ProcessSpec {
            name: format!("P{number}"),
            arrival,
            threads: vec![thread],
            ..ProcessSpec::default()
        });
    Scenario {
        machine,
        processes: processes.collect(),
        ..Scenario::default()
    }
}

fn thread(steps: Vec<Step>) -> ThreadSpec {
    ThreadSpec {
        program: Program::Steps(steps),
        ..ThreadSpec::default()
    }
}

/// Milliseconds, which may have a fraction, in the simulator's time.
fn ms(ms: f64) -> u64 {
    (ms * 1e6).round() as u64
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch {
    policy: String,
    bursts: Vec<f64>,
    quantum: Option<f64>,
    expect: Vec<BatchJob>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BatchJob {
    response: f64,
    turnaround: f64,
    wait: f64,
}

fn check_fifo_sjf_and_rr(case: &Batch) -> Vec<String> {
    let policy = match (case.policy.as_str(), case.quantum) {
        ("FIFO", _) => PolicySpec::Fifo,
        ("SJF", _) => PolicySpec::Sjf,
        ("RR", Some(quantum)) => PolicySpec::RoundRobin {
            slice: Ns(ms(quantum)),
            timer: SliceTimer::Own,
        },
        _ => return vec![format!("cannot be read: policy {}", case.policy)],
    };
    let threads =
        (case.bursts.iter()).map(|&burst| (Ns(0), thread(vec![Step::Compute(Ns(ms(burst)))])));
    let run = run(&scenario(machine(policy), threads));
    let mut notes = Vec::new();
    compare(&mut notes, "jobs", run.threads.len(), case.expect.len());
    for (job, (found, expected)) in run.threads.iter().zip(&case.expect).enumerate() {
        let mut compare = |what, found, expected| {
            compare(
                &mut notes,
                &format!("job {job} {what}"),
                found,
                Some(ms(expected)),
            );
        };
        compare("response", found.response_ns(), expected.response);
        compare("turnaround", found.turnaround_ns(), expected.turnaround);
        compare("wait", Some(found.waiting_ns()), expected.wait);
    }
    notes
}

#[test]
fn fifo_sjf_and_rr() {
    check_file("fifo_sjf_rr.jsonl", check_fifo_sjf_and_rr);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Feedback {
    quantum_highest_first: Vec<u64>,
    allotment_highest_first: Vec<u32>,
    io_time: u64,
    boost_period: u64,
    stay_after_io: bool,
    io_bump: bool,
    jobs: Vec<FeedbackJob>,
    expect: Vec<FeedbackTimes>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FeedbackJob {
    arrival: u64,
    run_time: u64,
    io_every: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FeedbackTimes {
    response: u64,
    turnaround: u64,
}

fn check_mlfq(case: &Feedback) -> Vec<String> {
    let levels = (case.quantum_highest_first.iter()).zip(&case.allotment_highest_first);
    let policy = PolicySpec::Mlfq {
        levels: levels
            .map(|(&quantum, &allotment)| Level {
                quantum: Ns(quantum),
                allotment,
            })
            .collect(),
        boost: (case.boost_period > 0).then_some(Ns(case.boost_period)),
        stay_after_io: case.stay_after_io,
        io_bump: case.io_bump,
    };
    let jobs = case.jobs.iter().map(|job| {
        let steps = with_io(job.run_time, job.io_every, case.io_time);
        (Ns(job.arrival), thread(steps))
    });
    let run = run(&scenario(machine(policy), jobs));
    let mut notes = Vec::new();
    compare(&mut notes, "jobs", run.threads.len(), case.expect.len());
    for (job, (found, expected)) in run.threads.iter().zip(&case.expect).enumerate() {
        let mut compare = |what, found, expected| {
            compare(
                &mut notes,
                &format!("job {job} {what}"),
                found,
                Some(expected),
            );
        };
        compare("response", found.response_ns(), expected.response);
        compare("turnaround", found.turnaround_ns(), expected.turnaround);
    }
    notes
}

#[test]
fn mlfq() {
    check_file("mlfq.jsonl", check_mlfq);
}

/// Computes for `run_time` in all, with I/O each time another `every` (0:
/// never) are done, but not at the end.
fn with_io(run_time: u64, every: u64, io_time: u64) -> Vec<Step> {
    let rounds = run_time.saturating_sub(1).checked_div(every).unwrap_or(0);
    let mut steps = Vec::new();
    if rounds > 0 {
        let io = Step::Io {
            device: None,
            time: Ns(io_time),
        };
        steps.push(Step::Repeat {
            times: rounds as u32,
            steps: vec![Step::Compute(Ns(every)), io],
        });
    }
    steps.push(Step::Compute(Ns(run_time - rounds * every)));
    steps
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Draw {
    quantum: u64,
    jobs: Vec<DrawJob>,
    draws: Vec<u32>,
    expect_done: Vec<(u64, u64)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DrawJob {
    run_time: u64,
    tickets: u32,
}

/// The oracle tells completions only to the end of their quantum.
fn check_lottery(case: &Draw) -> Vec<String> {
    let policy = PolicySpec::Lottery {
        quantum: Ns(case.quantum),
        draws: case.draws.clone(),
    };
    let jobs = case.jobs.iter().map(|job| {
        let job = ThreadSpec {
            sched: Sched {
                tickets: job.tickets,
                ..Sched::default()
            },
            ..thread(vec![Step::Compute(Ns(job.run_time))])
        };
        (Ns(0), job)
    });
    let run = run(&scenario(machine(policy), jobs));
    let mut done: Vec<_> = (0..)
        .zip(&run.threads)
        .filter_map(|(job, thread)| Some((job, thread.ended_ns?.next_multiple_of(case.quantum))))
        .collect();
    done.sort_by_key(|&(_, done)| done);
    let mut notes = Vec::new();
    compare(&mut notes, "completions", &done, &case.expect_done);
    notes
}

#[test]
fn lottery() {
    check_file("lottery.jsonl", check_lottery);
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Warm {
    cpus: u16,
    cache_size: u64,
    warm_up: u64,
    warm_rate: u32,
    quantum: u64,
    jobs: Vec<WarmJob>,
    expect: WarmTimes,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WarmJob {
    run_time: u64,
    working_set: u64,
    cpu: u16,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WarmTimes {
    finish: u64,
    per_cpu: Vec<WarmShare>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WarmShare {
    utilisation: f64,
    warm: f64,
}

/// The oracle's tick is 1 ns: a last warm tick that is not full is a whole one.
fn check_cache(case: &Warm) -> Vec<String> {
    let policy = PolicySpec::RoundRobin {
        slice: Ns(case.quantum),
        timer: SliceTimer::Global,
    };
    let machine = Machine {
        cores: case.cpus,
        queues: Queues::PerCore {
            steal: false,
            balance: None,
            hot: Ns(0),
        },
        cache: Some(Cache {
            size: case.cache_size,
            warm_up: Ns(case.warm_up),
            warm_rate: case.warm_rate,
        }),
        ..machine(policy)
    };
    let jobs = case.jobs.iter().map(|job| {
        let job = ThreadSpec {
            affinity: Some(vec![job.cpu]),
            working_set: job.working_set,
            ..thread(vec![Step::Compute(Ns(job.run_time))])
        };
        (Ns(0), job)
    });
    let run = run(&scenario(machine, jobs));
    let mut notes = Vec::new();
    compare(&mut notes, "finish", run.end_ns, case.expect.finish);
    let expected = &case.expect.per_cpu;
    compare(&mut notes, "cores", usize::from(case.cpus), expected.len());
    let percent = |ns: u64| format!("{:.2}", 100.0 * ns as f64 / run.end_ns as f64);
    for (core, expected) in expected.iter().enumerate() {
        let mut compare = |what, found: &[u64], expected| {
            let what = format!("core {core} {what}");
            let found = found.get(core).map(|&ns| percent(ns));
            compare(&mut notes, &what, found, Some(format!("{expected:.2}")));
        };
        compare(
            "utilisation",
            &run.metrics.core_busy_ns,
            expected.utilisation,
        );
        // The oracle calls warm who runs faster than at rate 1.
        let warm = &run.metrics.core_warm_ns;
        let idle = vec![0; warm.len()];
        let faster = if case.warm_rate > 1 { warm } else { &idle };
        compare("warm", faster, expected.warm);
    }
    notes
}

#[test]
fn cache() {
    check_file("cache.jsonl", check_cache);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Race {
    threads: u32,
    iterations: u32,
    interval: u64,
    r#final: i64,
}

/// An instruction is 1 ns and takes effect at its end.
fn check_race(case: &Race) -> Vec<String> {
    const INSTRUCTION: Step = Step::Native(Ns(1));
    let variable = || "value".to_owned();
    let load = [INSTRUCTION, Step::Load(variable())];
    let add = [INSTRUCTION, Step::Add(1)];
    let store = [INSTRUCTION, Step::Store(variable())];
    let decrement_test_jump = [INSTRUCTION, INSTRUCTION, INSTRUCTION];
    let each = ThreadSpec {
        count: case.threads,
        ..thread(vec![
            Step::Repeat {
                times: case.iterations,
                steps: [&load[..], &add, &store, &decrement_test_jump].concat(),
            },
            // The halt.
            INSTRUCTION,
        ])
    };
    let machine = Machine {
        // Interrupts come after everything else of their instant: who takes
        // over from a thread that halted is interrupted at once.
        tie: Tie::ArrivalFirst,
        ..machine(PolicySpec::RoundRobin {
            slice: Ns(case.interval),
            timer: SliceTimer::Global,
        })
    };
    let run = run(&Scenario {
        objects: vec![ObjectSpec {
            name: variable(),
            value: 0,
            references: 0,
            bytes: 0,
            shared: false,
        }],
        ..scenario(machine, [(Ns(0), each)])
    });
    let mut notes = Vec::new();
    let found: Vec<_> = run.objects.iter().map(|object| object.value).collect();
    compare(&mut notes, "value", found, vec![case.r#final]);
    notes
}

#[test]
fn race() {
    check_file("race.jsonl", check_race);
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RealTime {
    policy: String,
    cpus: u16,
    duration_ms: f64,
    abort_on_miss: bool,
    tasks: Vec<RealTimeTask>,
    /// For each task, for each job: activation, end, whether it was aborted.
    expect: Vec<Vec<(f64, Option<f64>, bool)>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RealTimeTask {
    period: f64,
    wcet: f64,
    deadline: f64,
    phase: f64,
}

fn check_real_time(case: &RealTime) -> Verdict {
    let policy = match case.policy.as_str() {
        "RM" => PolicySpec::Rm,
        "EDF" => PolicySpec::Edf,
        other => return vec![format!("cannot be read: policy {other}")].into(),
    };
    let machine = Machine {
        cores: case.cpus,
        equal_keys: if case.policy == "EDF" {
            OrderBy::Id
        } else {
            OrderBy::Queue
        },
        ..machine(policy)
    };
    let tasks = case.tasks.iter().map(|task| {
        let task = ThreadSpec {
            periodic: Some(Periodic {
                period: Ns(ms(task.period)),
                deadline: Some(Ns(ms(task.deadline))),
                phase: Ns(ms(task.phase)),
                abort_on_miss: case.abort_on_miss,
            }),
            ..thread(vec![Step::Compute(Ns(ms(task.wcet)))])
        };
        (Ns(0), task)
    });
    let run = run(&Scenario {
        until: Some(Ns(ms(case.duration_ms))),
        ..scenario(machine, tasks)
    });
    let mut notes = Vec::new();
    compare(&mut notes, "tasks", case.tasks.len(), case.expect.len());
    let mut first_difference = u64::MAX;
    for (task, expected) in (0..).zip(&case.expect) {
        let jobs = run.jobs.iter().filter(|job| job.thread == task);
        let found: Vec<_> = jobs
            .map(|job| (job.released_ns, end(job), job.aborted))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|&(released, done, aborted)| (ms(released), done.map(ms), aborted))
            .collect();
        for (job, (found, expected)) in found.iter().zip(&expected).enumerate() {
            if found != expected {
                let ends = [found.1, expected.1].into_iter().flatten();
                first_difference = ends.fold(first_difference, u64::min);
            }
            compare(
                &mut notes,
                &format!("task {task} job {job}"),
                found,
                expected,
            );
        }
        if found.len() != expected.len() {
            first_difference = 0;
        }
        compare(
            &mut notes,
            &format!("task {task} jobs"),
            found.len(),
            expected.len(),
        );
    }
    let excuse =
        excuse(case, &run).filter(|&(from, _)| !notes.is_empty() && from < first_difference);
    Verdict {
        notes,
        excuse: excuse.map(|(_, why)| why),
    }
}

/// In the oracle, a job that is cut off ends with that.
fn end(job: &Job) -> Option<u64> {
    job.done_ns.or(job.aborted.then_some(job.deadline_ns))
}

/// From when on the oracle may differ, and why: see the README.
fn excuse(case: &RealTime, run: &Run) -> Option<(u64, &'static str)> {
    let spans = |state| {
        run.trace
            .spans
            .iter()
            .filter(move |span: &&Span| span.state == state)
    };
    if case.policy == "RM" {
        let waited = |job: &&Job| {
            job.aborted
                && spans(State::Ready)
                    .any(|span| (span.thread, span.end) == (job.thread, job.deadline_ns))
        };
        let cut_off = run.jobs.iter().filter(waited).map(|job| job.deadline_ns);
        return Some((cut_off.min()?, LOSES_RUNNING));
    }
    if case.cpus == 1 {
        return None;
    }
    // A thread waits while one with an equal deadline runs.
    let deadline = |thread: u32, at: u64| {
        let mut jobs = run.jobs.iter().filter(|job| job.thread == thread);
        let job = jobs.find(|job| end(job).is_none_or(|end| end > at))?;
        Some(job.deadline_ns)
    };
    let tied = spans(State::Ready).filter_map(|waiting| {
        let from = spans(State::Running).filter_map(|running| {
            let from = waiting.start.max(running.start);
            let beside = from < waiting.end.min(running.end);
            let tied = beside && deadline(waiting.thread, from) == deadline(running.thread, from);
            tied.then_some(from)
        });
        from.min()
    });
    Some((tied.min()?, EQUAL_DEADLINES))
}

#[test]
fn real_time() {
    check_file("realtime.jsonl", check_real_time);
}

/// Literal simulations, tick by tick, for parameters that the files do not
/// have.
mod reference {
    use super::*;
    use proptest::prelude::*;
    use std::collections::VecDeque;

    /// `x86.py` with one program for all threads.
    fn race_final(threads: usize, iterations: u32, interval: u64) -> i64 {
        let mut state = vec![(0, iterations, 0); threads];
        let mut queue: VecDeque<usize> = (0..threads).collect();
        let (mut value, mut left) = (0, interval);
        while let Some(&running) = queue.front() {
            let (at, rounds, register) = &mut state[running];
            *at += 1;
            match *at {
                1 if *rounds > 0 => *register = value,
                2 => *register += 1,
                3 => value = *register,
                4 => *rounds -= 1,
                6 if *rounds > 0 => *at = 0,
                7 => {
                    queue.pop_front();
                }
                _ => {}
            }
            left -= 1;
            if left == 0 {
                left = interval;
                if !queue.is_empty() {
                    queue.rotate_left(1);
                }
            }
        }
        value
    }

    /// `multi.py` for one core; returns when each job is done and the warm
    /// ticks.
    /// `multi.py` for one core; how long it was busy, and how much of that warm.
    fn cache_times(case: &Warm, cpu: u16) -> (u64, u64) {
        let jobs: Vec<_> = case.jobs.iter().filter(|job| job.cpu == cpu).collect();
        let mut left: Vec<_> = jobs.iter().map(|job| job.run_time).collect();
        let mut until_warm = vec![case.warm_up; jobs.len()];
        let mut warm: VecDeque<usize> = VecDeque::new();
        let mut queue: VecDeque<usize> = (0..jobs.len()).collect();
        let (mut time, mut warm_ticks) = (0, 0);
        while let Some(&job) = queue.front() {
            let is_warm = warm.contains(&job);
            warm_ticks += u64::from(is_warm && case.warm_rate > 1);
            let rate = if is_warm {
                u64::from(case.warm_rate)
            } else {
                1
            };
            left[job] = left[job].saturating_sub(rate);
            if !is_warm {
                until_warm[job] -= 1;
                if until_warm[job] == 0 {
                    warm.push_back(job);
                    let size = |warm: &VecDeque<usize>| -> u64 {
                        warm.iter().map(|&job| jobs[job].working_set).sum()
                    };
                    while size(&warm) > case.cache_size {
                        let out = warm.pop_front().expect("somebody fills the cache");
                        until_warm[out] = case.warm_up;
                    }
                }
            }
            time += 1;
            if left[job] == 0 {
                queue.pop_front();
            } else if time % case.quantum == 0 {
                queue.rotate_left(1);
            }
        }
        (time, warm_ticks)
    }

    /// Global RM, or EDF on one core, in whole milliseconds. Periods differ.
    fn real_time_jobs(case: &RealTime) -> Vec<Vec<(f64, Option<f64>, bool)>> {
        let mut jobs = vec![Vec::new(); case.tasks.len()];
        // Of each task: its current job, and what is left of that.
        let mut current = vec![(0, 0.0); case.tasks.len()];
        let mut running: Vec<usize> = Vec::new();
        for now in 0..=case.duration_ms as u64 {
            let now = now as f64;
            for (id, task) in case.tasks.iter().enumerate() {
                let since = now - task.phase;
                if since >= 0.0 && since % task.period == 0.0 {
                    jobs[id].push((now, None, false));
                    if jobs[id].len() == current[id].0 + 1 {
                        current[id].1 = task.wcet;
                    }
                }
                let (number, left) = &mut current[id];
                let Some(job) = jobs[id].get_mut(*number) else {
                    continue;
                };
                let late = case.abort_on_miss && job.0 + task.deadline <= now;
                if *left == 0.0 || late {
                    job.1 = Some(now);
                    job.2 = *left > 0.0;
                    *number += 1;
                    *left = task.wcet;
                }
            }
            let mut ready: Vec<_> = (0..case.tasks.len())
                .filter(|&id| current[id].0 < jobs[id].len())
                .collect();
            ready.sort_by_key(|&id| {
                let task = &case.tasks[id];
                let key = if case.policy == "RM" {
                    task.period
                } else {
                    jobs[id][current[id].0].0 + task.deadline
                };
                let begun = running.contains(&id) && current[id].1 < task.wcet;
                (ms(key), !begun, id)
            });
            ready.truncate(case.cpus.into());
            for &id in &ready {
                current[id].1 -= 1.0;
            }
            running = ready;
        }
        jobs
    }

    fn any_warm() -> impl Strategy<Value = Warm> {
        let job = (1_u64..200, 1_u64..160, 0_u16..6);
        let jobs = prop::collection::vec(job, 1..9);
        let cache = (20_u64..200, 1_u64..40, 1_u32..6);
        (1_u16..7, cache, 1_u64..40, jobs).prop_map(|(cpus, cache, quantum, jobs)| {
            let jobs = jobs
                .into_iter()
                .map(|(run_time, working_set, cpu)| WarmJob {
                    run_time,
                    working_set,
                    cpu: cpu % cpus,
                });
            Warm {
                cpus,
                cache_size: cache.0,
                warm_up: cache.1,
                warm_rate: cache.2,
                quantum,
                jobs: jobs.collect(),
                expect: WarmTimes {
                    finish: 0,
                    per_cpu: Vec::new(),
                },
            }
        })
    }

    fn any_real_time() -> impl Strategy<Value = RealTime> {
        let periods: Vec<u32> = (3..60).collect();
        let periods = prop::sample::subsequence(periods, 1..12).prop_shuffle();
        let shares = prop::collection::vec((1_u32..100, 0_u32..100, 0_u32..12), 12);
        let machine = (any::<bool>(), any::<bool>(), 1_u16..6, 1_u32..200);
        (machine, periods, shares).prop_map(|((rm, abort, cpus, until), periods, shares)| {
            let tasks = periods
                .iter()
                .zip(shares)
                .map(|(&period, (work, slack, phase))| {
                    let wcet = (period * work / 100).max(1);
                    RealTimeTask {
                        period: period.into(),
                        wcet: wcet.into(),
                        deadline: (wcet + (period - wcet) * slack / 99).into(),
                        phase: phase.into(),
                    }
                });
            RealTime {
                policy: if rm { "RM" } else { "EDF" }.to_owned(),
                cpus: if rm { cpus } else { 1 },
                duration_ms: until.into(),
                abort_on_miss: abort,
                tasks: tasks.collect(),
                expect: Vec::new(),
            }
        })
    }

    proptest! {
        #[test]
        fn race(threads in 1_usize..12, iterations in 1_u32..30, interval in 1_u64..60) {
            let case = Race {
                threads: threads as u32,
                iterations,
                interval,
                r#final: race_final(threads, iterations, interval),
            };
            prop_assert_eq!(check_race(&case), Vec::<String>::new());
        }

        #[test]
        fn cache(mut case in any_warm()) {
            let cores: Vec<_> = (0..case.cpus).map(|cpu| cache_times(&case, cpu)).collect();
            let finish = cores.iter().map(|core| core.0).max().unwrap_or(0);
            case.expect.finish = finish;
            let percent = |ticks: u64| 100.0 * ticks as f64 / finish as f64;
            case.expect.per_cpu = cores
                .iter()
                .map(|&(busy, warm)| WarmShare {
                    utilisation: percent(busy),
                    warm: percent(warm),
                })
                .collect();
            prop_assert_eq!(check_cache(&case), Vec::<String>::new());
        }

        #[test]
        fn real_time(mut case in any_real_time()) {
            case.expect = real_time_jobs(&case);
            prop_assert_eq!(check_real_time(&case).notes, Vec::<String>::new());
        }
    }
}
