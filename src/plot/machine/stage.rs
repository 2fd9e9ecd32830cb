//! What of a machine stays the same all through a run: who there is, what it is
//! called, and which of it is shown.

use super::super::Lanes;
use crate::experiment::scenario::{Scenario, Transport};
use crate::experiment::{Ended, Subject};
use crate::sim::{Run, State};

/// Processes beyond this many are only counted.
pub(super) const MAX_PROCESSES: usize = 16;
/// Threads beyond this many are only counted.
pub(super) const MAX_THREADS: usize = 64;

/// What the things that threads wait for are called, by index.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MachineNames {
    /// Locks.
    pub locks: Vec<String>,
    /// Semaphores.
    pub semaphores: Vec<String>,
    /// Conditions.
    pub conditions: Vec<String>,
    /// Barriers.
    pub barriers: Vec<String>,
    /// Channels.
    pub channels: Vec<String>,
    /// Devices.
    pub devices: Vec<String>,
    /// Pools.
    pub pools: Vec<String>,
    /// Objects.
    pub objects: Vec<String>,
    /// Whether every channel copies, even between threads of one process.
    pub copies: bool,
    /// Whether anything lies in memory that processes share.
    pub shared: bool,
}

impl MachineNames {
    /// Those of a scenario.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        fn names<T>(list: &[T], name: impl Fn(&T) -> &str) -> Vec<String> {
            list.iter().map(|item| name(item).to_owned()).collect()
        }
        let copies = |channel: &_| {
            let channel: &crate::experiment::scenario::ChannelSpec = channel;
            channel.transport != Transport::ByReference
        };
        Self {
            locks: names(&scenario.locks, |it| &it.name),
            semaphores: names(&scenario.semaphores, |it| &it.name),
            conditions: scenario.conditions.clone(),
            barriers: names(&scenario.barriers, |it| &it.name),
            channels: names(&scenario.channels, |it| &it.name),
            devices: names(&scenario.devices, |it| &it.name),
            pools: names(&scenario.pools, |it| &it.name),
            objects: names(&scenario.objects, |it| &it.name),
            shared: scenario.objects.iter().any(|it| it.shared)
                || scenario.locks.iter().any(|it| it.shared),
            copies: !scenario.channels.is_empty() && scenario.channels.iter().all(copies),
        }
    }
}

/// A process of the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cast {
    /// Its number in the trace.
    pub(super) number: u32,
    pub(super) name: String,
    /// Those of its threads that results speak of, by their indices in the
    /// trace.
    pub(super) threads: Vec<u32>,
    /// Those that are shown.
    pub(super) shown: usize,
    /// All its threads: the main one of an experiment is not spoken of.
    pub(super) all: std::ops::Range<u32>,
    /// Whether anyone ever holds a GIL of it.
    pub(super) gil: bool,
}

/// A failure, by the trace's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fall {
    pub(super) at: u64,
    pub(super) process: u32,
    /// `None`: the process as a whole.
    pub(super) thread: Option<u32>,
    pub(super) how: Ended,
}

/// Everything that stays the same. Made once for a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stage {
    pub(super) names: MachineNames,
    /// Processes that are shown.
    pub(super) cast: Vec<Cast>,
    /// Processes that are only counted.
    pub(super) extras: Vec<Cast>,
    /// Whether any thread ever waits for something else than a GIL or a core.
    pub waits: bool,
    /// Whether any thread is ever ready without a core.
    pub queues: bool,
    /// About how many characters what lies on a heap takes: each thing's name
    /// with its state.
    pub(super) goods: Vec<usize>,
    /// All that fails, in order of time.
    pub(super) falls: Vec<Fall>,
}

impl Stage {
    /// Of `run`, whose trace by lanes is `lanes`.
    #[must_use]
    pub fn of(run: &Run, lanes: &Lanes, names: MachineNames) -> Self {
        let trace = &run.trace;
        let mut cast: Vec<Cast> = Vec::new();
        for (id, name) in (0_u32..).zip(&trace.threads) {
            if cast.last().is_none_or(|last| last.number != name.process) {
                let number = name.process as usize;
                let report = run.processes.get(number);
                cast.push(Cast {
                    number: name.process,
                    name: report.map_or_else(String::new, |report| report.name.clone()),
                    threads: Vec::new(),
                    shown: 0,
                    all: id..id,
                    gil: lanes.gils.get(number).is_some_and(|lane| !lane.is_empty()),
                });
            }
            if let Some(process) = cast.last_mut() {
                process.all.end = id + 1;
                if name.worker.is_some() {
                    process.threads.push(id);
                }
            }
        }
        let hidden = u16::from(trace.names.is_empty() && !trace.threads.is_empty());
        let falls = run.outcome.failures.iter();
        let falls = falls.map(|failure| {
            let process = u32::from(failure.who.process() + hidden);
            let of_process = cast.iter().find(|cast| cast.number == process);
            let thread = match failure.who {
                Subject::Process(_) => None,
                Subject::Thread(_, place) => of_process.and_then(|cast| {
                    let is_it = |&id: &u32| trace.threads[id as usize].worker == Some(place);
                    cast.threads.iter().copied().find(is_it)
                }),
            };
            Fall {
                at: failure.at_ns,
                process,
                thread,
                how: failure.how,
            }
        });
        let falls: Vec<_> = falls.collect();
        cast.retain(|process| !process.threads.is_empty());
        let waits = cast.iter().flat_map(|process| &process.threads);
        let waits = waits
            .flat_map(|&id| &lanes.threads[id as usize])
            .any(|span| {
                !matches!(
                    span.state,
                    State::New | State::Ready | State::Running | State::WaitGil | State::Ended
                )
            });
        let queues = run.threads.iter();
        let queues = queues.map(|thread| thread.time_in[State::Ready as usize]);
        let queues = queues.sum::<u64>() > 0;
        let mut room = MAX_THREADS;
        for process in cast.iter_mut().take(MAX_PROCESSES) {
            process.shown = process.threads.len().min(room);
            room -= process.shown;
        }
        let (cast, extras): (Vec<Cast>, Vec<Cast>) =
            cast.into_iter().partition(|process| process.shown > 0);
        let longest = |it: &Cast| {
            let names = it.threads.iter().map(|&id| trace.name(id));
            let own = names.map(|name| name.len().saturating_sub(it.name.len()));
            own.max().unwrap_or(0)
        };
        let longest = cast.iter().map(longest).max().unwrap_or(0);
        let chars = |name: &String| name.chars().count();
        let objects = names.objects.iter().map(|name| chars(name) + 13);
        let locks = names.locks.iter().map(|name| chars(name) + 2 + longest);
        Self {
            goods: objects.chain(locks).collect(),
            names,
            cast,
            extras,
            waits,
            queues,
            falls,
        }
    }
}
