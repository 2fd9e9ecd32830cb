//! Units of work: what a pool of processes is given to do.

use crate::experiment::Kernel;
use crate::lab::crew::{Crew, Team};
use crate::lab::kernel::Workload;
use crate::lab::routine::question;
use crate::lab::telemetry::{Area, State};
use crate::lab::work::Host;
use serde::{Deserialize, Serialize};

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Compute so many units on each thread, all at once.
    Units {
        /// What a unit computes.
        kernel: Kernel,
        /// Blocks of one unit.
        blocks_per_unit: u32,
        /// Units of each thread.
        units: u32,
        /// Whether the threads tell of each block and unit in their
        /// telemetry, as those of an experiment do; without it they only
        /// compute.
        telemetry: bool,
    },
    /// Compute so many blocks on each thread, and then make an invalid memory
    /// access there. A process of one thread does not answer.
    Crash {
        /// What a block computes.
        kernel: Kernel,
        /// How many.
        blocks: u32,
    },
}

/// What comes back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Units whose every result was right, of all threads together. Those of a
    /// thread that crashed are not counted.
    pub right: u64,
    /// Units with a wrong result.
    pub wrong: u64,
    /// When the first thread began, ns.
    pub began_ns: u64,
    /// When the last one was done, ns.
    pub ended_ns: u64,
}

question!(Task, Ask, Answer);

/// Answers.
pub(super) fn answer<T: Team, H: Host>(ask: &Ask, crew: Crew<'_, T, H>) -> Answer {
    let Crew { team, area, host } = crew;
    let began_ns = host.now_ns();
    match *ask {
        Ask::Units {
            kernel,
            blocks_per_unit,
            units,
            telemetry,
        } => {
            let spells = team.all(|index| {
                let work = Work {
                    workload: Workload::new(kernel),
                    blocks_per_unit,
                    units,
                };
                if telemetry {
                    told(work, index, area, host)
                } else {
                    bare(work, host)
                }
            });
            together(spells.into_iter().flatten()).unwrap_or_default()
        }
        Ask::Crash { kernel, blocks } => {
            team.all(|_| {
                let mut workload = Workload::new(kernel);
                for _ in 0..blocks {
                    let _ = workload.block(|| {});
                }
                host.crash()
            });
            Answer {
                began_ns,
                ended_ns: host.now_ns(),
                ..Answer::default()
            }
        }
    }
}

/// What one thread has to do.
struct Work {
    workload: Workload,
    blocks_per_unit: u32,
    units: u32,
}

impl Work {
    /// Computes all units. `before` each block; `after` each unit, with
    /// whether it was right.
    #[inline]
    fn run<H: Host>(mut self, host: &H, before: impl Fn(), after: impl Fn(bool)) -> Answer {
        let mut answer = Answer {
            began_ns: host.now_ns(),
            ..Answer::default()
        };
        for _ in 0..self.units {
            let mut right = true;
            for _ in 0..self.blocks_per_unit {
                before();
                right &= self.workload.block(|| {});
            }
            after(right);
            answer.right += u64::from(right);
            answer.wrong += u64::from(!right);
        }
        answer.ended_ns = host.now_ns();
        answer
    }
}

/// Computes and tells nobody.
fn bare<H: Host>(work: Work, host: &H) -> Answer {
    work.run(host, || {}, |_| {})
}

/// Computes and tells as much as a thread of an experiment does.
fn told<H: Host>(work: Work, index: usize, area: &Area, host: &H) -> Answer {
    // Never cut off: areas are made for at most 2^16 threads.
    let line = area.thread(index as u16);
    let now_us = || u32::try_from(host.now_ns() / 1_000).unwrap_or(u32::MAX);
    line.set_state(State::Computing);
    let answer = work.run(
        host,
        || {
            // Told to stop it would: here nobody does, but asking is a part of
            // the cost.
            std::hint::black_box(area.is_stopped());
            line.beat();
        },
        |right| {
            line.record_unit(now_us(), right);
            host.report(area, false);
        },
    );
    line.end(State::Completed, now_us());
    answer
}

/// From the first beginning to the last end.
fn together(spells: impl Iterator<Item = Answer>) -> Option<Answer> {
    spells.reduce(|one, other| Answer {
        right: one.right + other.right,
        wrong: one.wrong + other.wrong,
        began_ns: one.began_ns.min(other.began_ns),
        ended_ns: one.ended_ns.max(other.ended_ns),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::crew::native::with_crew;
    use crate::lab::telemetry::Head;

    fn units(telemetry: bool) -> Ask {
        Ask::Units {
            kernel: Kernel::Sort,
            blocks_per_unit: 2,
            units: 5,
            telemetry,
        }
    }

    #[test]
    fn each_thread_computes_its_units_and_tells_of_them_if_asked_to() {
        with_crew(3, |crew| {
            let told = |asked: bool| {
                let found = answer(&units(asked), crew);
                assert_eq!((found.right, found.wrong), (15, 0));
                assert!(found.began_ns < found.ended_ns);
                let head = Head::read(crew.area.layout(), &crew.area.copy()).unwrap();
                head.threads
                    .iter()
                    .map(|thread| (thread.state, thread.units, thread.beat))
                    .collect::<Vec<_>>()
            };
            assert_eq!(told(false), [(State::New, 0, 0); 3]);
            assert_eq!(told(true), [(State::Completed, 5, 10); 3]);
        });
    }

    #[test]
    fn a_crash_is_the_end_of_its_thread() {
        with_crew(2, |crew| {
            let kernel = Kernel::Sort;
            let found = answer(&Ask::Crash { kernel, blocks: 1 }, crew);
            assert_eq!((found.right, found.wrong), (0, 0));
        });
    }
}
