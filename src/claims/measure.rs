//! Numbers that judges read from runs.

use crate::experiment::{Ended, Subject};
use crate::sim::{Hold, ProcessReport, Run, ThreadReport};

/// `a` over `b`; 1 if both are 0, and never infinite.
pub(super) fn ratio(a: u64, b: u64) -> f64 {
    if a == b {
        return 1.0;
    }
    a as f64 / b.max(1) as f64
}

pub(super) fn wall(run: &Run) -> u64 {
    run.outcome.wall_ns
}

/// How many times as soon as `slow` `fast` is done.
pub(super) fn speed_up(slow: &Run, fast: &Run) -> f64 {
    ratio(wall(slow), wall(fast))
}

/// Units of work a second.
pub(super) fn throughput(run: &Run) -> f64 {
    run.outcome.units_done() as f64 / (wall(run).max(1) as f64 / 1e9)
}

/// Threads that did work.
pub(super) fn workers(run: &Run) -> usize {
    run.threads.iter().filter(|thread| thread.units > 0).count()
}

/// Processes that did work.
pub(super) fn working_processes(run: &Run) -> usize {
    let works = |process: &&crate::experiment::ProcessOutcome| {
        process.threads.iter().any(|thread| thread.units > 0)
    };
    run.outcome.processes.iter().filter(works).count()
}

pub(super) fn process<'r>(run: &'r Run, name: &str) -> Option<&'r ProcessReport> {
    run.processes.iter().find(|process| process.name == name)
}

/// The threads of a process.
pub(super) fn threads_of(run: &Run, process: usize) -> impl Iterator<Item = &ThreadReport> {
    let is_its = move |thread: &&ThreadReport| thread.process as usize == process;
    run.threads.iter().filter(is_its)
}

/// The value of an object as `process` sees it.
pub(super) fn value(run: &Run, object: &str, process: u32) -> Option<i64> {
    let seen = |report: &&crate::sim::ObjectReport| {
        report.name == object && report.process.is_none_or(|owner| owner == process)
    };
    run.objects.iter().find(seen).map(|report| report.value)
}

/// Size of the messages of a run in which all are equally large.
pub(super) fn message_bytes(run: &Run) -> u64 {
    run.trace
        .messages
        .first()
        .map_or(0, |message| message.bytes)
}

/// Mean time of a message there and another back, ns, in a run in which two
/// threads take turns.
pub(super) fn round_trip(run: &Run) -> u64 {
    let messages = &run.trace.messages;
    match (messages.first(), messages.last()) {
        (Some(first), Some(last)) if messages.len() > 1 => {
            (last.at - first.at) * 2 / (messages.len() as u64 - 1)
        }
        _ => 0,
    }
}

/// How many threads at most held a GIL at the same instant, and how many held
/// one at some time.
pub(super) fn holders(run: &Run) -> (usize, usize) {
    let holds = &run.trace.holds;
    let mut edges: Vec<(u64, bool)> = holds
        .iter()
        .flat_map(|&Hold { start, end, .. }| [(start, true), (end, false)])
        .collect();
    // An end before a start at the same instant.
    edges.sort_unstable();
    let (mut now, mut most) = (0_usize, 0);
    for (_, begins) in edges {
        if begins {
            now += 1;
            most = most.max(now);
        } else {
            now -= 1;
        }
    }
    let mut who: Vec<u32> = holds.iter().map(|hold| hold.thread).collect();
    who.sort_unstable();
    who.dedup();
    (most, who.len())
}

/// Time that cores ran threads with a cold cache, ns.
pub(super) fn cold(run: &Run) -> u64 {
    let metrics = &run.metrics;
    let busy: u64 = metrics.core_busy_ns.iter().sum();
    busy - metrics.core_warm_ns.iter().sum::<u64>()
}

/// When the last unit of work was done, ns.
pub(super) fn last_unit(run: &Run) -> u64 {
    run.trace.units.last().copied().unwrap_or(0)
}

/// Processes that did not complete, by index.
pub(super) fn failed(run: &Run) -> Vec<usize> {
    let failed =
        |&index: &usize| !matches!(run.processes[index].ended, Ended::Completed | Ended::CutOff);
    (0..run.processes.len()).filter(failed).collect()
}

/// When a process first failed in this way.
pub(super) fn failed_at(run: &Run, process: usize, how: Ended) -> Option<u64> {
    let who = Subject::Process(u16::try_from(process).ok()?);
    let failures = run.outcome.failures.iter();
    let mut its = failures.filter(|failure| failure.who == who && failure.how == how);
    its.next().map(|failure| failure.at_ns)
}

/// By how much the processes that completed were later than in `undisturbed`,
/// at most; as a ratio of their ends.
pub(super) fn delay_of_others(run: &Run, undisturbed: &Run) -> f64 {
    let pairs = run.processes.iter().zip(&undisturbed.processes);
    let completed = pairs.filter(|(process, _)| process.ended == Ended::Completed);
    completed
        .filter_map(|(process, before)| Some(ratio(process.ended_ns?, before.ended_ns?)))
        .fold(0.0, f64::max)
}

/// Worker threads that ended so.
pub(super) fn ended(run: &Run, how: Ended) -> usize {
    run.threads
        .iter()
        .filter(|thread| thread.ended == how)
        .count()
}
