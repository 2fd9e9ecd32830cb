//! What a machine is doing at one instant of a run, by what it means.

use super::super::{Lanes, size};
use super::details::{awaits, chips};
use super::queue::{Queue, queues};
use super::stage::{Cast, Stage};
use crate::experiment::Ended;
use crate::sim::{Run, Span, State, View};

/// A message is seen on its way for this part of the whole run, and a little
/// beyond, so that playback shows it whatever its speed.
const FLIGHT: u64 = 80;
/// Messages beyond this many at an instant are not drawn.
const MAX_FLIGHTS: usize = 12;
/// Damage spreads through a heap for this part of the whole run.
const SPREAD: u64 = 60;

/// Which instant of which run, and who looks.
#[derive(Debug, Clone, Copy)]
pub struct MachineRequest<'a> {
    /// The run.
    pub run: &'a Run,
    /// The same run by lanes.
    pub lanes: &'a Lanes,
    /// What stays the same all through it.
    pub stage: &'a Stage,
    /// The instant, ns.
    pub at: u64,
    /// What only a second simulation can tell; `None`: not known (yet).
    pub view: Option<&'a View>,
    /// Whether that will come: room is kept for it, so that nothing jumps then.
    pub awaited: bool,
}

/// How far a process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// It has not begun.
    NotStarted,
    /// It lives.
    Alive,
    /// It has done all it had to do.
    Done,
    /// It failed, like this.
    Failed(Ended),
}

/// A thread at the instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Actor {
    /// Its index in the trace.
    pub thread: u32,
    /// Its name, with that of its process.
    pub name: String,
    /// Its name within its process.
    pub short: String,
    /// What it does or waits for.
    pub state: State,
    /// The core it is on, from 0.
    pub core: Option<u16>,
    /// What exactly it waits for, where that is known: "fork 2, which B holds".
    pub awaits: String,
    /// How it ended or, of one that waits for ever, how the run left it.
    pub ended: Option<Ended>,
}

impl Actor {
    /// Whether it came to a bad end.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        let ended = self.ended;
        ended.is_some_and(|how| !matches!(how, Ended::Completed | Ended::NeverStarted))
    }
}

/// Something in memory: an object or a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// What it is and how it stands: "counter = 41".
    pub text: String,
    /// What kind of thing.
    pub kind: ChipKind,
}

/// What kind of thing a [`Chip`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChipKind {
    /// An object in order.
    Object,
    /// An object that was freed.
    Freed,
    /// An object that is damaged.
    Damaged,
    /// A lock that nobody holds.
    Free,
    /// A lock that someone holds.
    Held,
}

/// A process at the instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Troupe {
    /// Its number in the trace.
    pub process: u32,
    /// Its name.
    pub name: String,
    /// How far it is.
    pub life: Life,
    /// Its threads that are shown.
    pub threads: Vec<Actor>,
    /// How many more it has.
    pub more: usize,
    /// How much memory it has, in words: the fullest first, then shorter ones.
    pub memory: Vec<String>,
    /// What lies on its heap.
    pub chips: Vec<Chip>,
    /// Its GILs.
    pub gils: Vec<Gil>,
    /// Damage of its heap: by which thread, and how far it has spread, from 0
    /// to 1.
    pub damage: Option<(u32, f64)>,
}

/// A GIL at the instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gil {
    /// Who holds it.
    pub holder: Option<u32>,
    /// Whether a waiter has asked the holder to let go.
    pub asked: bool,
}

/// A message on its way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flight {
    /// Its place among the messages of the trace.
    pub number: usize,
    /// Who sent it.
    pub from: u32,
    /// Who gets it.
    pub to: u32,
    /// Its size.
    pub bytes: u64,
    /// Whether it is a copy, not a reference.
    pub copy: bool,
    /// How far it is, from 0 to 1.
    pub progress: f64,
}

/// A machine at one instant.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scene {
    /// The instant, ns.
    pub at: u64,
    /// Whether nothing comes after it.
    pub over: bool,
    /// Processes that are shown.
    pub processes: Vec<Troupe>,
    /// What lies in memory that processes share.
    pub shared: Vec<Chip>,
    /// Who is on each core, with a name; `None`: it is idle.
    pub cores: Vec<Option<(u32, String)>>,
    /// The process of each thread that is on a core, in the order of the cores.
    pub hosts: Vec<Option<u32>>,
    /// Run queues in their order, as far as that is known: one for all cores,
    /// or one each.
    pub queues: Vec<Queue>,
    /// Whether they are not known yet, but will be.
    pub awaited: bool,
    /// Messages on their way.
    pub flights: Vec<Flight>,
    /// How many processes are only counted.
    pub more_processes: usize,
    /// How many threads are only counted, by [`State`] as an index.
    pub more_threads: [usize; State::COUNT],
}

/// What `request` asks for.
#[must_use]
pub fn scene(request: &MachineRequest<'_>) -> Scene {
    let MachineRequest {
        run,
        lanes,
        stage,
        at,
        view,
        awaited,
    } = *request;
    let mut more_threads = [0; State::COUNT];
    for process in stage.cast.iter().chain(&stage.extras) {
        for &id in &process.threads[process.shown..] {
            more_threads[state(request, id).0 as usize] += 1;
        }
    }
    let cores = lanes.cores.iter().map(|lane| {
        let id = span_in(lane, at)?.thread;
        Some((id, run.trace.name(id)))
    });
    let cores: Vec<_> = cores.collect();
    let host = |who: &Option<(u32, String)>| {
        let (id, _) = who.as_ref()?;
        Some(run.trace.threads[*id as usize].process)
    };
    Scene {
        at,
        over: at >= run.trace.end,
        processes: stage.cast.iter().map(|it| troupe(request, it)).collect(),
        shared: view.map_or_else(Vec::new, |view| chips(request, view, None)),
        hosts: cores.iter().map(host).collect(),
        cores,
        queues: view.map_or_else(Vec::new, |view| queues(run, view)),
        awaited: awaited && view.is_none(),
        flights: flights(request),
        more_processes: stage.extras.len(),
        more_threads,
    }
}

fn span_in(lane: &[Span], at: u64) -> Option<Span> {
    let next = lane.partition_point(|span| span.end <= at);
    lane.get(next).filter(|span| span.start <= at).copied()
}

/// What a thread does and, if it has ended or waits for ever, how.
fn state(request: &MachineRequest<'_>, id: u32) -> (State, Option<Span>, Option<Ended>) {
    let MachineRequest { run, at, .. } = *request;
    let lane = &request.lanes.threads[id as usize];
    if let Some(span) = span_in(lane, at) {
        return (span.state, Some(span), None);
    }
    if lane.first().is_none_or(|first| first.start > at) {
        return (State::New, None, None);
    }
    let report = run.threads.get(id as usize);
    let how = report.filter(|report| report.ended_ns.is_none_or(|end| end <= at));
    let falls = &request.stage.falls;
    let fall = falls
        .iter()
        .rfind(|fall| fall.at <= at && fall.thread == Some(id));
    let how = how
        .map(|report| report.ended)
        .or(fall.map(|fall| fall.how))
        .unwrap_or(Ended::Completed);
    // It did not end; the run did.
    let lasts = matches!(how, Ended::Deadlocked | Ended::Stuck | Ended::Stopped);
    match lane.last() {
        Some(last) if lasts && last.end == run.trace.end && at >= last.end => {
            (last.state, Some(*last), Some(how))
        }
        _ => (State::Ended, None, Some(how)),
    }
}

fn troupe(request: &MachineRequest<'_>, cast: &Cast) -> Troupe {
    let MachineRequest {
        run,
        lanes,
        at,
        view,
        ..
    } = *request;
    let life = life(request, cast);
    let threads = cast.threads[..cast.shown].iter();
    let threads: Vec<_> = threads.map(|&id| actor(request, cast, id)).collect();
    let known = view.filter(|_| cast.gil).map(|view| {
        let gils = view.gils.iter().filter(|gil| gil.process == cast.number);
        let gils = gils.map(|gil| Gil {
            holder: gil.holder,
            asked: gil.asked,
        });
        gils.collect()
    });
    let gils = match (known, cast.gil) {
        (_, false) => Vec::new(),
        (Some(gils), true) => gils,
        (None, true) => vec![Gil {
            holder: lanes.holder_at(cast.number as usize, at),
            asked: false,
        }],
    };
    let heap = view.and_then(|view| view.heaps.get(cast.number as usize));
    let report = run.processes.get(cast.number as usize);
    let memory = match (life, heap) {
        (Life::NotStarted, _) => Vec::new(),
        (Life::Done | Life::Failed(_), _) => vec!["given back".to_owned()],
        (Life::Alive, Some(heap)) if heap.bytes > 0 || heap.leaked > 0 => {
            let leaked = match heap.leaked {
                0 => String::new(),
                bytes => format!(", {} leaked", size(bytes)),
            };
            vec![format!("{}{leaked}", size(heap.bytes))]
        }
        // An experiment's threads work without objects.
        (Life::Alive, _) => match report.map_or(0, |report| report.memory_bytes) {
            bytes if bytes > 0 && run.trace.names.is_empty() => {
                let users = cast.threads.len();
                let bytes = size(bytes);
                let held = format!("the process holds {bytes}");
                let shared = format!("shared by {users} threads; {held}");
                let from = usize::from(users == 1);
                vec![shared, held, bytes].split_off(from)
            }
            _ => Vec::new(),
        },
    };
    let chips = match view {
        Some(view) if life == Life::Alive => chips(request, view, Some(cast.number)),
        _ => Vec::new(),
    };
    let hurt = heap.is_some_and(|heap| !heap.damaged.is_empty()) && life == Life::Alive;
    Troupe {
        process: cast.number,
        name: cast.name.clone(),
        life,
        more: cast.threads.len() - cast.shown,
        damage: damage(request, cast, life, hurt),
        threads,
        memory,
        chips,
        gils,
    }
}

fn life(request: &MachineRequest<'_>, cast: &Cast) -> Life {
    let MachineRequest { run, at, lanes, .. } = *request;
    let Some(report) = run.processes.get(cast.number as usize) else {
        return Life::NotStarted;
    };
    if report.started_ns.is_none_or(|start| start > at) {
        return Life::NotStarted;
    }
    let lives = |id: u32| span_in(&lanes.threads[id as usize], at).is_some();
    if cast.all.clone().any(lives) {
        return Life::Alive;
    }
    let waits = cast.all.clone().any(|id| {
        let (state, ..) = state(request, id);
        !matches!(state, State::New | State::Ended)
    });
    if waits {
        return Life::Alive;
    }
    let falls = &request.stage.falls;
    let fall = falls
        .iter()
        .rfind(|fall| fall.at <= at && fall.process == cast.number && fall.thread.is_none());
    match fall {
        Some(fall) => Life::Failed(fall.how),
        None if report.ended_ns.is_none_or(|end| end > at) => Life::Alive,
        None => Life::Done,
    }
}

/// How far damage has spread in a process's heap. A crash means that the heap
/// cannot be trusted any more, whoever shares it.
fn damage(request: &MachineRequest<'_>, cast: &Cast, life: Life, hurt: bool) -> Option<(u32, f64)> {
    let mut falls = request.stage.falls.iter();
    let fall = falls.rfind(|fall| {
        let ruins = match life {
            Life::Alive => hurt && fall.how == Ended::Corrupted,
            _ => matches!(fall.how, Ended::Segfault | Ended::Corrupted),
        };
        ruins && fall.at <= request.at && fall.process == cast.number
    });
    let first = cast.threads.first().copied().unwrap_or(0);
    if let Some(fall) = fall {
        let takes = (request.run.trace.end / SPREAD).max(1);
        let spread = (request.at - fall.at) as f64 / takes as f64;
        return Some((fall.thread.unwrap_or(first), (0.25 + spread).min(1.0)));
    }
    hurt.then_some((first, 0.25))
}

fn actor(request: &MachineRequest<'_>, cast: &Cast, id: u32) -> Actor {
    let trace = &request.run.trace;
    let (state, span, ended) = state(request, id);
    let name = trace.name(id);
    let short = match name.strip_prefix(&cast.name).map(str::trim_start) {
        Some(short) if !short.is_empty() => short.to_owned(),
        _ => name.clone(),
    };
    let running = span.filter(|span| span.state == State::Running);
    Actor {
        thread: id,
        short,
        core: running.map(|span| span.core),
        awaits: awaits(request, id, state),
        state,
        ended,
        name,
    }
}

/// Messages that are on their way.
fn flights(request: &MachineRequest<'_>) -> Vec<Flight> {
    let MachineRequest { run, at, .. } = *request;
    let trace = &run.trace;
    let takes = (trace.end / FLIGHT).max(1);
    let first = trace.messages.partition_point(|it| it.at + takes / 3 < at);
    let rest = trace.messages[first..].iter().zip(first..);
    let near = rest.take_while(|(message, _)| message.at <= at + takes);
    let process = |id: u32| trace.threads[id as usize].process;
    near.take(MAX_FLIGHTS)
        .map(|(message, number)| Flight {
            number,
            from: message.from,
            to: message.to,
            bytes: message.bytes,
            copy: request.stage.names.copies || process(message.from) != process(message.to),
            progress: 1.0 - (message.at.saturating_sub(at) as f64 / takes as f64),
        })
        .collect()
}
