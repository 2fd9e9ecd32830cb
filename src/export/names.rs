//! Who is who in a run.

use crate::experiment::Subject;
use crate::sim::Run;

/// Names of a run's processes and threads, and the way from the numbers of
/// failures to those of the trace.
#[derive(Clone, Copy)]
pub(super) struct Names<'r> {
    run: &'r Run,
    /// Processes in front of the first that results speak of: an experiment's
    /// parent.
    hidden: usize,
}

impl<'r> Names<'r> {
    pub(super) fn of(run: &'r Run) -> Self {
        let is_experiment = run.trace.names.is_empty() && !run.trace.threads.is_empty();
        Self {
            run,
            hidden: usize::from(is_experiment),
        }
    }

    /// A thread's name, with that of its process.
    pub(super) fn thread(self, id: u32) -> String {
        if (id as usize) < self.run.trace.threads.len() {
            self.run.trace.name(id)
        } else {
            "nobody".to_owned()
        }
    }

    /// A thread's name within its process.
    pub(super) fn short(self, id: u32) -> String {
        let full = self.thread(id);
        let process = self.process(self.process_of(id));
        match full.strip_prefix(process).map(str::trim_start) {
            Some(short) if !short.is_empty() => short.to_owned(),
            _ => full,
        }
    }

    /// The number of a thread's process in the trace.
    pub(super) fn process_of(self, id: u32) -> usize {
        let thread = self.run.trace.threads.get(id as usize);
        thread.map_or(0, |name| name.process as usize)
    }

    pub(super) fn process(self, process: usize) -> &'r str {
        let report = self.run.processes.get(process);
        report.map_or("", |report| report.name.as_str())
    }

    /// Whether results speak of this thread: all of a scenario's, the workers
    /// of an experiment.
    pub(super) fn is_shown(self, id: u32) -> bool {
        let thread = self.run.trace.threads.get(id as usize);
        thread.is_some_and(|name| name.worker.is_some())
    }

    /// Numbers of the threads that results speak of.
    pub(super) fn shown(self) -> impl Iterator<Item = u32> + Clone + 'r {
        (0..self.run.threads.len() as u32).filter(move |&id| self.is_shown(id))
    }

    /// The trace's numbers of a failure's process and, if it is one, thread.
    pub(super) fn locate(self, who: Subject) -> (usize, Option<u32>) {
        let process = usize::from(who.process()) + self.hidden;
        let Subject::Thread(_, place) = who else {
            return (process, None);
        };
        // The threads of a process stand together, in the order of the
        // processes; a main thread that results leave out comes first.
        let threads = &self.run.trace.threads;
        let first = threads.partition_point(|name| (name.process as usize) < process);
        let first = first + usize::from(place);
        let thread = [first, first + 1].into_iter().find(|&id| {
            let name = threads.get(id);
            name.is_some_and(|name| name.process as usize == process && name.worker == Some(place))
        });
        let thread = thread.map(|id| id as u32);
        (process, thread)
    }

    /// "thread table A", "process table".
    pub(super) fn subject(self, who: Subject) -> String {
        match self.locate(who) {
            (_, Some(thread)) => self.thread(thread),
            (process, None) => format!("process {}", self.process(process)),
        }
    }
}
