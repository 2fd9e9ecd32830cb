//! A trace by lanes: which spans lie on each core, in each thread, on each
//! GIL. Made once for a trace, so that drawing looks only at what it shows.

use super::links::Links;
use super::timeline::crowd::{Pyramid, Sums};
use crate::sim::{Hold, Span, State, Trace};
use std::cell::OnceCell;

/// What follows from the lanes and is worked out when it is first asked for.
/// So it makes no difference to whether two are equal.
#[derive(Debug, Clone, Default)]
struct Later<T>(Vec<OnceCell<T>>);

impl<T> PartialEq for Later<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for Later<T> {}

impl<T: Clone> Later<T> {
    fn of(lanes: usize) -> Self {
        Self(vec![OnceCell::new(); lanes])
    }

    fn get(&self, lane: usize, make: impl FnOnce() -> T) -> &T {
        self.0[lane].get_or_init(make)
    }
}

/// Spans by lane, each lane ascending and without overlap.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lanes {
    /// For each core, who ran there.
    pub cores: Vec<Vec<Span>>,
    /// For each thread, by its index in [`Trace::threads`], its states.
    pub threads: Vec<Vec<Span>>,
    /// For each process, from 0 (the parent), who held its GIL.
    pub gils: Vec<Vec<Hold>>,
    thread_sums: Later<Sums>,
    core_pyramids: Later<Pyramid>,
    gil_pyramids: Later<Pyramid>,
    links: Later<Links>,
}

impl Lanes {
    /// Sorts a trace's spans into lanes.
    #[must_use]
    pub fn of(trace: &Trace) -> Self {
        let processes = trace.threads.iter().map(|name| name.process as usize + 1);
        let processes = processes.max().unwrap_or(0);
        // Counted first: growing lanes would copy each span several times.
        let mut on_cores = vec![0; usize::from(trace.cores)];
        let mut of_threads = vec![0; trace.threads.len()];
        for span in &trace.spans {
            of_threads[span.thread as usize] += 1;
            if span.state == State::Running {
                on_cores[usize::from(span.core)] += 1;
            }
        }
        let room = |counts: Vec<usize>| counts.into_iter().map(Vec::with_capacity).collect();
        let mut lanes = Self {
            core_pyramids: Later::of(on_cores.len()),
            thread_sums: Later::of(of_threads.len()),
            gil_pyramids: Later::of(processes),
            links: Later::of(1),
            cores: room(on_cores),
            threads: room(of_threads),
            gils: vec![Vec::new(); processes],
        };
        for &span in &trace.spans {
            lanes.threads[span.thread as usize].push(span);
            if span.state == State::Running {
                lanes.cores[usize::from(span.core)].push(span);
            }
        }
        for &hold in &trace.holds {
            let process = trace.threads[hold.thread as usize].process;
            lanes.gils[process as usize].push(hold);
        }
        lanes
    }

    /// Sums over stretches of a thread's lane.
    pub(super) fn thread_sums(&self, thread: usize) -> &Sums {
        let make = || Sums::of(&self.threads[thread]);
        self.thread_sums.get(thread, make)
    }

    /// Who had most of stretches of a core's lane.
    pub(super) fn core_pyramid(&self, core: usize) -> &Pyramid {
        let make = || Pyramid::of(&self.cores[core]);
        self.core_pyramids.get(core, make)
    }

    /// Who had most of stretches of a GIL's lane.
    pub(super) fn gil_pyramid(&self, process: usize) -> &Pyramid {
        let make = || Pyramid::of(&self.gils[process]);
        self.gil_pyramids.get(process, make)
    }

    /// What links threads to each other in `trace`, which must be the lanes'.
    pub(super) fn links(&self, trace: &Trace) -> Option<&Links> {
        let make = || Links::of(trace, &self.gils);
        (!self.links.0.is_empty()).then(|| self.links.get(0, make))
    }

    /// What each thread does at `time`; `None`: it does not exist then.
    pub fn states_at(&self, time: u64) -> impl Iterator<Item = Option<Span>> {
        self.threads.iter().map(move |lane| {
            let next = lane.partition_point(|span| span.end <= time);
            lane.get(next).filter(|span| span.start <= time).copied()
        })
    }

    /// Who holds the GIL of `process` at `time`, as an index into
    /// [`Trace::threads`].
    #[must_use]
    pub fn holder_at(&self, process: usize, time: u64) -> Option<u32> {
        let lane = self.gils.get(process)?;
        let next = lane.partition_point(|hold| hold.end <= time);
        let hold = lane.get(next).filter(|hold| hold.start <= time)?;
        Some(hold.thread)
    }

    /// The next instant after `time` at which some thread changes its state.
    #[must_use]
    pub fn next_change(&self, time: u64) -> Option<u64> {
        let next = |lane: &Vec<Span>| {
            let index = lane.partition_point(|span| span.end <= time);
            let span = lane.get(index)?;
            Some(if span.start > time {
                span.start
            } else {
                span.end
            })
        };
        self.threads.iter().filter_map(next).min()
    }

    /// The last instant before `time` at which some thread changed its state.
    #[must_use]
    pub fn previous_change(&self, time: u64) -> Option<u64> {
        let previous = |lane: &Vec<Span>| {
            let index = lane.partition_point(|span| span.start < time);
            let span = lane.get(index.checked_sub(1)?)?;
            Some(if span.end < time {
                span.end
            } else {
                span.start
            })
        };
        self.threads.iter().filter_map(previous).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Costs, from_fragment};
    use crate::sim::predict;

    fn lanes(fragment: &str) -> (Trace, Lanes) {
        let experiment = from_fragment(fragment).experiment;
        let trace = predict(&experiment, &Costs::IDEAL).expect("valid").trace;
        let lanes = Lanes::of(&trace);
        (trace, lanes)
    }

    #[test]
    fn steps_visit_every_change_in_both_directions() {
        let (trace, lanes) = lanes("cores=2&threads=3&units=30");
        let mut changes: Vec<_> = trace.spans.iter().flat_map(|s| [s.start, s.end]).collect();
        changes.sort_unstable();
        changes.dedup();
        let forth: Vec<_> =
            std::iter::successors(Some(0), |&time| lanes.next_change(time)).collect();
        assert_eq!(forth, changes);
        let mut back: Vec<_> =
            std::iter::successors(Some(trace.end), |&time| lanes.previous_change(time)).collect();
        back.reverse();
        assert_eq!(back, changes);
    }

    #[test]
    fn one_thread_runs_and_holds_the_gil_while_the_others_wait() {
        let (trace, lanes) = lanes("cores=4&threads=4&units=40");
        let time = 7_000_000;
        let in_state = |state| {
            let states = lanes.states_at(time).flatten();
            states.filter(|span| span.state == state).count()
        };
        assert_eq!(in_state(State::Running), 1);
        assert_eq!(in_state(State::WaitGil), 3);
        let holder = lanes.holder_at(1, time).expect("someone holds it");
        assert_eq!(trace.threads[holder as usize].process, 1);
    }
}
