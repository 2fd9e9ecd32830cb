//! Which lanes there are, in which order, and where.

use crate::experiment::Subject;
use crate::plot::Lanes;
use crate::sim::{Run, State};
use std::collections::BTreeSet;

const HEADING: f64 = 18.0;
const GIL: f64 = 13.0;
const GAP: f64 = 2.0;
/// With more threads than this, processes are folded until they are opened.
const MANY: usize = 256;

/// Which lanes to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LaneChoice {
    /// Cores, GILs and threads.
    #[default]
    All,
    /// Cores only.
    Cores,
    /// GILs only: who holds each.
    Gils,
    /// Threads only.
    Threads,
    /// A lane a process, all its threads together.
    Processes,
}

impl LaneChoice {
    /// All of them, in the order the page offers them.
    pub const ALL: [Self; 5] = [
        Self::All,
        Self::Cores,
        Self::Gils,
        Self::Threads,
        Self::Processes,
    ];

    /// Name on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::All => "all lanes",
            Self::Cores => "cores",
            Self::Gils => "GIL holders",
            Self::Threads => "threads",
            Self::Processes => "processes",
        }
    }
}

/// What a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// Words above the cores.
    Cores,
    /// Who runs on a core.
    Core(usize),
    /// Words above the GILs.
    Gils,
    /// Who holds the GIL of a process.
    Gil(usize),
    /// Words above a process's threads.
    Process(usize),
    /// All threads of a process together, in one lane.
    Folded(usize),
    /// What a thread does, by its index in the trace.
    Thread(usize),
}

/// A row: what, and where, px below the axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// What it shows.
    pub kind: RowKind,
    /// Its upper edge.
    pub y: f64,
    /// Its height.
    pub h: f64,
}

/// All rows of a timeline, from top to bottom.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    /// The rows.
    pub rows: Vec<Row>,
    /// Height of all of them together, px.
    pub height: f64,
    /// Of each thread, whether it has a lane when its process is unfolded.
    shown: Vec<bool>,
    /// Where each thread stands; folded ones where their process does.
    place: Vec<Option<usize>>,
    /// How many processes have threads to show.
    processes: usize,
    /// Characters of the longest name of a row.
    longest_name: usize,
}

/// Whether these are an experiment's: its parent process and the processes'
/// main threads are no workers, and results do not speak of them.
fn is_experiment(run: &Run) -> bool {
    run.trace.names.is_empty()
}

/// Whether a thread is worth a lane: it works, or it is at least seen to start
/// and join others. Of an experiment only those that work: the others are seen
/// on the cores, and their lanes would push the rest out of sight.
fn is_worth_a_lane(run: &Run, thread: usize) -> bool {
    let worker = run.trace.threads[thread].worker.is_some();
    let report = run.threads.get(thread);
    let ran = report.map_or(0, |report| report.time_in[State::Running as usize]);
    worker || !is_experiment(run) && ran > run.trace.end / 500
}

impl Rows {
    /// The rows of a run. `toggled`: processes that were folded or unfolded by
    /// hand, by their number in the trace.
    #[must_use]
    pub fn of(run: &Run, lanes: &Lanes, choice: LaneChoice, toggled: &BTreeSet<usize>) -> Self {
        let count = run.trace.threads.len();
        let shown: Vec<bool> = (0..count).map(|id| is_worth_a_lane(run, id)).collect();
        let mut rows = Self {
            place: vec![None; count],
            ..Self::default()
        };
        let all = choice == LaneChoice::All;
        if (all || choice == LaneChoice::Cores) && !lanes.cores.is_empty() {
            rows.push(RowKind::Cores, HEADING);
            let height = core_height(lanes.cores.len());
            for core in 0..lanes.cores.len() {
                rows.push(RowKind::Core(core), height);
            }
        }
        let held = |process: &usize| !lanes.gils[*process].is_empty();
        let gils: Vec<usize> = (0..lanes.gils.len()).filter(held).collect();
        if (all || choice == LaneChoice::Gils) && !gils.is_empty() {
            rows.push(RowKind::Gils, HEADING);
            for process in gils {
                rows.push(RowKind::Gil(process), GIL);
            }
        }
        let mut groups: Vec<(usize, Vec<usize>)> = Vec::new();
        for thread in (0..count).filter(|&id| shown[id]) {
            let process = run.trace.threads[thread].process as usize;
            match groups.last_mut().filter(|group| group.0 == process) {
                Some(group) => group.1.push(thread),
                None => groups.push((process, vec![thread])),
            }
        }
        let works = |id: &usize| run.trace.threads[*id].worker.is_some();
        let workers = |group: &&(usize, Vec<usize>)| group.1.iter().any(works);
        rows.processes = groups.iter().filter(workers).count();
        if all || matches!(choice, LaneChoice::Threads | LaneChoice::Processes) {
            let many = shown.iter().filter(|&&shown| shown).count() > MANY;
            let folded = choice == LaneChoice::Processes || many && rows.processes > 1;
            let height = if count <= 16 { 18.0 } else { 15.0 };
            for (process, threads) in groups {
                if folded != toggled.contains(&process) {
                    for thread in threads {
                        rows.place[thread] = Some(rows.rows.len());
                    }
                    rows.push(RowKind::Folded(process), 18.0);
                    continue;
                }
                // The parent is its only thread: no heading says more.
                if threads.iter().any(works) {
                    rows.push(RowKind::Process(process), HEADING);
                }
                for thread in threads {
                    rows.place[thread] = Some(rows.rows.len());
                    rows.push(RowKind::Thread(thread), height);
                }
            }
        }
        rows.shown = shown;
        let name = |row: &Row| match row.kind {
            RowKind::Core(core) => format!("core {}", core + 1),
            RowKind::Gil(process) => format!("GIL {}", process_name(run, process)),
            RowKind::Folded(process) => format!("▸ {}", process_name(run, process)),
            RowKind::Thread(thread) => short_name(run, thread),
            RowKind::Cores | RowKind::Gils | RowKind::Process(_) => String::new(),
        };
        let lengths = rows.rows.iter().map(|row| name(row).chars().count());
        rows.longest_name = lengths.max().unwrap_or(0);
        rows
    }

    fn push(&mut self, kind: RowKind, h: f64) {
        let y = self.height;
        self.rows.push(Row { kind, y, h });
        self.height += h + GAP;
    }

    /// The rows that lie at least in part between two heights.
    #[must_use]
    pub fn between(&self, top: f64, bottom: f64) -> &[Row] {
        let first = self.rows.partition_point(|row| row.y + row.h <= top);
        let last = self.rows.partition_point(|row| row.y < bottom);
        &self.rows[first.min(last)..last]
    }

    /// Where a thread stands: in its own row, or in its folded process's.
    #[must_use]
    pub fn of_thread(&self, thread: usize) -> Option<Row> {
        let place = *self.place.get(thread)?;
        self.rows.get(place?).copied()
    }

    /// Whether any thread stands anywhere.
    pub(super) fn has_threads(&self) -> bool {
        self.place.iter().any(Option::is_some)
    }

    /// Where a process stands: its heading, or its folded row.
    #[must_use]
    pub fn of_process(&self, process: usize) -> Option<Row> {
        let is = |row: &&Row| match row.kind {
            RowKind::Process(other) | RowKind::Folded(other) => other == process,
            _ => false,
        };
        self.rows.iter().find(is).copied()
    }

    /// Threads that have a row of their own, from top to bottom.
    pub fn threads(&self) -> impl DoubleEndedIterator<Item = usize> + '_ {
        self.rows.iter().filter_map(|row| match row.kind {
            RowKind::Thread(thread) => Some(thread),
            _ => None,
        })
    }

    /// The next (or previous) thread with a row of its own, from one of them.
    #[must_use]
    pub fn neighbour(&self, thread: Option<usize>, next: bool) -> Option<usize> {
        let place = thread.and_then(|thread| self.threads().position(|other| other == thread));
        match (place, next) {
            (Some(place), true) => self.threads().nth(place + 1),
            (Some(place), false) => self.threads().nth(place.checked_sub(1)?),
            (None, true) => self.threads().next(),
            (None, false) => self.threads().next_back(),
        }
    }

    /// The states that occur in the lanes of threads, in the order of
    /// [`State::ALL`].
    #[must_use]
    pub fn states(&self, run: &Run) -> Vec<State> {
        let reports = run.threads.iter().enumerate();
        let shown: Vec<_> = reports.filter(|(id, _)| self.is_shown(*id)).collect();
        let occurs = |state: &State| {
            let time = |report: &crate::sim::ThreadReport| report.time_in[*state as usize];
            let is_life = !matches!(state, State::New | State::Ended);
            is_life && shown.iter().any(|(_, report)| time(report) > 0)
        };
        State::ALL.into_iter().filter(occurs).collect()
    }

    /// Of each thread, whether its name contains `text`, in large letters or
    /// small; threads without a lane never. `None` for an empty text.
    #[must_use]
    pub fn named(&self, run: &Run, text: &str) -> Option<Vec<bool>> {
        let text = text.trim().to_lowercase();
        if text.is_empty() {
            return None;
        }
        let matches = |thread: usize| {
            self.is_shown(thread) && run.trace.name(thread as u32).to_lowercase().contains(&text)
        };
        Some((0..run.trace.threads.len()).map(matches).collect())
    }

    /// Whether a thread has a lane when its process is unfolded.
    pub(super) fn is_shown(&self, thread: usize) -> bool {
        self.shown.get(thread).copied().unwrap_or(false)
    }

    /// Characters of the longest name.
    pub(super) fn longest_name(&self) -> usize {
        self.longest_name
    }

    /// How many processes there are to tell apart.
    pub(super) fn processes(&self) -> usize {
        self.processes
    }
}

fn core_height(cores: usize) -> f64 {
    match cores {
        0..=8 => 18.0,
        9..=16 => 13.0,
        17..=32 => 9.0,
        _ => 6.0,
    }
}

/// The trace's numbers of a failure's process and, if it is one, its thread.
#[must_use]
pub(super) fn locate(run: &Run, who: Subject) -> (usize, Option<usize>) {
    // An experiment's first process is the parent, of which failures know
    // nothing.
    let process = usize::from(who.process()) + usize::from(is_experiment(run));
    let Subject::Thread(_, place) = who else {
        return (process, None);
    };
    // The threads of a process stand together, in the order of the processes.
    let threads = &run.trace.threads;
    let first = threads.partition_point(|name| (name.process as usize) < process);
    let mut there =
        (first..threads.len()).take_while(|&id| threads[id].process as usize == process);
    (process, there.find(|&id| threads[id].worker == Some(place)))
}

/// A process's name on the page.
#[must_use]
pub(super) fn process_name(run: &Run, process: usize) -> String {
    if is_experiment(run) {
        return match process {
            0 => "parent".to_owned(),
            process => format!("P{process}"),
        };
    }
    let report = run.processes.get(process);
    report.map_or_else(
        || format!("process {process}"),
        |report| report.name.clone(),
    )
}

/// A thread's name below its process's.
#[must_use]
pub(super) fn short_name(run: &Run, thread: usize) -> String {
    let full = run.trace.name(thread as u32);
    if is_experiment(run) {
        return full;
    }
    let process = process_name(run, run.trace.threads[thread].process as usize);
    match full.strip_prefix(&process).map(str::trim_start) {
        Some(short) if !short.is_empty() => short.to_owned(),
        _ => full,
    }
}
