//! Numbers from a finished run, by the standard definitions.

use super::engine::{Engine, Thread};
use super::plan::{NONE, Plan};
use super::trace::{State, by_state};
use crate::experiment::{Ended, Outcome, ProcessOutcome, ThreadOutcome, Throughput};
use serde::Serialize;

/// Mean and extremes of a set of times, ns. All 0 for an empty set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Summary {
    /// Arithmetic mean, rounded down.
    pub mean: u64,
    /// Median: the smallest value that half of them do not exceed.
    pub p50: u64,
    /// The smallest value that 95 % of them do not exceed.
    pub p95: u64,
    /// Largest.
    pub max: u64,
}

impl Summary {
    /// Of at most `most` times.
    fn of(most: usize, them: impl Iterator<Item = u64>) -> Self {
        let mut times = Vec::with_capacity(most);
        times.extend(them);
        times.sort_unstable();
        let Some(&max) = times.last() else {
            return Self::default();
        };
        let percentile = |p: usize| times[(times.len() * p).div_ceil(100).max(1) - 1];
        let sum: u128 = times.iter().copied().map(u128::from).sum();
        Self {
            mean: (sum / times.len() as u128) as u64,
            p50: percentile(50),
            p95: percentile(95),
            max,
        }
    }
}

/// What the simulator alone can tell about a run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Metrics {
    /// Time each core had a thread on it, ns.
    pub core_busy_ns: Vec<u64>,
    /// Time each core ran a thread that was warm there, ns.
    pub core_warm_ns: Vec<u64>,
    /// Times a core went from one thread to another.
    pub context_switches: u64,
    /// Of those, the times it went to another process.
    pub process_switches: u64,
    /// Times a thread ran on another core than before.
    pub migrations: u64,
    /// Times an idle core took a thread from another's queue.
    pub steals: u64,
    /// Times a better thread took the core of a worse one.
    pub preemptions: u64,
    /// Messages put into channels, and their bytes.
    pub messages: u64,
    /// Bytes of all messages.
    pub message_bytes: u64,
    /// By how much shared values and reference counts differ from what all
    /// changes stored in them add up to.
    pub lost_updates: u64,
    /// Times a freed object was used.
    pub uses_after_free: u64,
    /// Bytes that nothing refers to and nobody freed.
    pub leaked_bytes: u64,
    /// Most bytes of memory in use at once by the processes, each taken at its
    /// own peak.
    pub memory_peak_bytes: u64,
    /// Requests to kill a thread alone, all refused.
    pub refused_kills: u64,
    /// Processes restarted by a supervisor or a pool.
    pub restarts: u64,
    /// Pool tasks that were done.
    pub tasks_done: u64,
    /// Pool tasks that raised an exception or failed with their pool.
    pub tasks_failed: u64,
    /// Pool tasks of which nothing was ever heard again.
    pub tasks_lost: u64,
    /// The latest an event-loop task was resumed after what it awaited had
    /// come, ns.
    pub loop_lateness_ns: u64,
    /// Jobs of periodic threads done or cut off late.
    pub deadline_misses: u64,
    /// Times the GILs went from one thread to another.
    pub gil_switches: u64,
    /// Jain's fairness index of the CPU time of the threads, in thousandths:
    /// 1000 when all got the same.
    pub fairness_permille: u64,
    /// From creation to end, of each worker thread that ended within the run.
    pub turnaround: Summary,
    /// From creation to the first time on a core.
    pub response: Summary,
    /// Time spent ready but without a core.
    pub waiting: Summary,
    /// Time all worker threads spent in each state, ns, by
    /// [`State`](super::State) as an index.
    #[serde(serialize_with = "by_state")]
    pub time_in: [u64; State::COUNT],
}

impl Metrics {
    /// Share of the cores' time that was used, from 0 to 1.
    #[must_use]
    pub fn utilisation(&self, wall_ns: u64) -> f64 {
        let cores = self.core_busy_ns.len() as u64;
        if wall_ns == 0 || cores == 0 {
            return 0.0;
        }
        let busy: f64 = self.core_busy_ns.iter().map(|&busy| busy as f64).sum();
        busy / (cores as f64 * wall_ns as f64)
    }
}

/// One thread of a scenario, and what came of it. Times are ns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ThreadReport {
    /// Its name, with its process's.
    pub name: String,
    /// Index of its process.
    pub process: u32,
    /// When it was created; `None`: never.
    pub created_ns: Option<u64>,
    /// When it first ran.
    pub first_run_ns: Option<u64>,
    /// When it ended; `None`: not by the end of the run.
    pub ended_ns: Option<u64>,
    /// How it ended.
    pub ended: Ended,
    /// Time in each [`State`](super::State) by index.
    #[serde(serialize_with = "by_state")]
    pub time_in: [u64; State::COUNT],
    /// Units of work it completed.
    pub units: u32,
}

impl ThreadReport {
    /// From creation to end.
    #[must_use]
    pub fn turnaround_ns(&self) -> Option<u64> {
        Some(self.ended_ns? - self.created_ns?)
    }

    /// From creation to the first time on a core.
    #[must_use]
    pub fn response_ns(&self) -> Option<u64> {
        Some(self.first_run_ns? - self.created_ns?)
    }

    /// Time ready but without a core.
    #[must_use]
    pub fn waiting_ns(&self) -> u64 {
        self.time_in[State::Ready as usize]
    }

    /// Time on a core.
    #[must_use]
    pub fn cpu_ns(&self) -> u64 {
        self.time_in[State::Running as usize]
    }
}

/// One process of a scenario, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProcessReport {
    /// Its name.
    pub name: String,
    /// When it first began; `None`: never.
    pub started_ns: Option<u64>,
    /// When it was ready for work.
    pub ready_ns: Option<u64>,
    /// When it ended.
    pub ended_ns: Option<u64>,
    /// How it ended.
    pub ended: Ended,
    /// Its exit status as Python shows it: negative for a signal.
    pub status: i32,
    /// How often it was restarted.
    pub restarts: u32,
    /// Units whose results were lost with its heap.
    pub units_lost: u32,
    /// Memory it held at its peak: runtime, stacks, heap and copied pages.
    pub memory_bytes: u64,
    /// Of those, pages of its parent's that were copied when written to.
    pub copied_bytes: u64,
    /// Bytes that nothing refers to and nobody freed.
    pub leaked_bytes: u64,
}

fn is_shown(plan: &Plan, id: usize) -> bool {
    plan.hidden == 0 || plan.threads[id].worker.is_some()
}

/// Threads that results speak of.
fn shown<'e>(
    engine: &'e Engine<'_>,
    plan: &'e Plan,
) -> impl Iterator<Item = (usize, &'e Thread)> + Clone {
    let is_shown =
        move |(id, thread): &(usize, &Thread)| is_shown(plan, *id) && thread.created.is_some();
    engine.threads.iter().enumerate().filter(is_shown)
}

fn memory(engine: &Engine<'_>, plan: &Plan, process: usize) -> u64 {
    let state = &engine.processes[process];
    let table = &plan.processes[process];
    if state.started.is_none() {
        return 0;
    }
    let threads = u64::from(table.end_thread - table.first_thread);
    plan.costs.process_bytes
        + plan.costs.thread_bytes * threads
        + state.heap_peak
        + state.copied_bytes
}

pub(super) fn measure(engine: &Engine<'_>, plan: &Plan) -> Metrics {
    let workers = || shown(engine, plan).map(|(_, thread)| thread);
    let mut time_in = [0; State::COUNT];
    for thread in workers() {
        for (sum, time) in time_in.iter_mut().zip(thread.time_in) {
            *sum = u64::saturating_add(*sum, time);
        }
    }
    let since_creation = |thread: &Thread, at: u64| Some(at - thread.created?);
    let counts = engine.counts;
    let most = engine.threads.len();
    let late = |job: &&super::Job| job.missed(engine.now) == Some(true);
    let processes = 0..plan.processes.len();
    Metrics {
        core_busy_ns: engine.cores.iter().map(|core| core.busy).collect(),
        core_warm_ns: engine.cores.iter().map(|core| core.warm).collect(),
        context_switches: counts.context_switches,
        process_switches: counts.process_switches,
        migrations: counts.migrations,
        steals: counts.steals,
        preemptions: counts.preemptions,
        messages: counts.messages,
        message_bytes: counts.message_bytes,
        lost_updates: engine.lost_updates(),
        uses_after_free: counts.uses_after_free,
        leaked_bytes: processes.clone().map(|p| leaked(engine, p)).sum(),
        memory_peak_bytes: processes.map(|p| memory(engine, plan, p)).sum(),
        refused_kills: counts.refused_kills,
        restarts: counts.restarts,
        tasks_done: counts.tasks_done,
        tasks_failed: counts.tasks_failed,
        tasks_lost: counts.tasks_lost,
        loop_lateness_ns: counts.loop_lateness_ns,
        deadline_misses: engine.jobs.iter().filter(late).count() as u64,
        gil_switches: engine.gil_switches(),
        fairness_permille: fairness(
            workers().map(|thread| thread.time_in[State::Running as usize]),
        ),
        turnaround: Summary::of(
            most,
            workers().filter_map(|thread| since_creation(thread, ended(thread)?)),
        ),
        response: Summary::of(
            most,
            workers().filter_map(|thread| since_creation(thread, thread.first_run?)),
        ),
        waiting: Summary::of(
            most,
            workers().map(|thread| thread.time_in[State::Ready as usize]),
        ),
        time_in,
    }
}

fn leaked(engine: &Engine<'_>, process: usize) -> u64 {
    engine.processes[process].leaked_bytes + engine.leaked_objects(process as u32)
}

/// Jain's index (sum x)^2 / (n sum x^2), in thousandths, rounded down.
fn fairness(times: impl Iterator<Item = u64> + Clone) -> u64 {
    let count = times.clone().count() as u128;
    // In µs, so that the squares of long runs fit.
    let sum: u128 = times.clone().map(|time| u128::from(time / 1_000)).sum();
    let squares: u128 = times.map(|time| u128::from(time / 1_000).pow(2)).sum();
    if squares == 0 {
        return 1000;
    }
    (sum.saturating_mul(sum).saturating_mul(1000) / count.saturating_mul(squares)) as u64
}

pub(super) fn outcome(engine: &Engine<'_>, plan: &Plan) -> Outcome {
    let hidden = plan.hidden as usize;
    let processes: Vec<_> = plan.processes[hidden..]
        .iter()
        .zip(&engine.processes[hidden..])
        .enumerate()
        .map(|(index, (table, process))| {
            let (ended, ended_ns) = process.ended.unwrap_or((Ended::NeverStarted, 0));
            ProcessOutcome {
                ready_ns: process.ready,
                ended_ns,
                ended,
                gil_switches: engine.gil_switches_of(process),
                memory_bytes: memory_at_end(engine, plan, index + hidden),
                threads: (table.first_thread..table.end_thread)
                    .filter(|&id| is_shown(plan, id as usize))
                    .map(|id| thread_outcome(engine, plan, id as usize))
                    .collect(),
            }
        })
        .collect();
    let wall_ns = processes.iter().map(|p| p.ended_ns).max().unwrap_or(0);
    Outcome {
        wall_ns,
        units_planned: plan.threads.iter().map(|t| u64::from(t.planned)).sum(),
        throughput: Throughput::of_run(&engine.trace.units, wall_ns),
        processes,
        failures: engine.failures.clone(),
    }
}

/// A worker process of an experiment holds its memory from when it is ready.
fn memory_at_end(engine: &Engine<'_>, plan: &Plan, process: usize) -> u64 {
    if plan.hidden > 0 && engine.processes[process].ready.is_none() {
        return 0;
    }
    memory(engine, plan, process)
}

fn thread_outcome(engine: &Engine<'_>, plan: &Plan, id: usize) -> ThreadOutcome {
    let thread = &engine.threads[id];
    ThreadOutcome {
        planned: plan.threads[id].planned,
        units: thread.units,
        wrong: 0,
        ended: thread.ended.map_or(Ended::NeverStarted, |(how, _)| how),
        gil_wait_ns: thread.time_in[State::WaitGil as usize],
    }
}

/// When a thread ended by itself or by what happened to it, not by the end of
/// the run.
fn ended(thread: &Thread) -> Option<u64> {
    let (how, at) = thread.ended?;
    let lived_on = matches!(how, Ended::Stopped | Ended::Stuck | Ended::Deadlocked);
    (!lived_on).then_some(at)
}

pub(super) fn threads(engine: &Engine<'_>, plan: &Plan) -> Vec<ThreadReport> {
    let report = |(table, thread): (&super::plan::ThreadPlan, &Thread)| ThreadReport {
        name: full_name(plan, table),
        process: table.process,
        created_ns: thread.created,
        first_run_ns: thread.first_run,
        ended_ns: ended(thread),
        ended: thread.ended.map_or(Ended::NeverStarted, |(how, _)| how),
        time_in: thread.time_in,
        units: thread.units,
    };
    plan.threads
        .iter()
        .zip(&engine.threads)
        .map(report)
        .collect()
}

pub(super) fn full_name(plan: &Plan, thread: &super::plan::ThreadPlan) -> String {
    let process = &plan.processes[thread.process as usize].name;
    format!("{process} {}", thread.name)
}

pub(super) fn processes(engine: &Engine<'_>, plan: &Plan) -> Vec<ProcessReport> {
    let report = |(index, table): (usize, &super::plan::ProcessPlan)| {
        let state = &engine.processes[index];
        let threads = table.first_thread as usize..table.end_thread as usize;
        ProcessReport {
            name: table.name.clone(),
            started_ns: state.started,
            ready_ns: state.ready,
            ended_ns: state
                .ended
                .filter(|(how, _)| !matches!(how, Ended::Stopped | Ended::Stuck))
                .map(|(_, at)| at),
            ended: state.ended.map_or(Ended::NeverStarted, |(how, _)| how),
            status: state.status,
            restarts: state.restarts,
            units_lost: engine.threads[threads].iter().map(|t| t.units_lost).sum(),
            memory_bytes: memory(engine, plan, index),
            copied_bytes: state.copied_bytes,
            leaked_bytes: leaked(engine, index),
        }
    };
    debug_assert!(plan.processes.len() < NONE as usize);
    plan.processes.iter().enumerate().map(report).collect()
}
