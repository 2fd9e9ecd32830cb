//! The same work dealt out to P processes of T threads, for every P and T of a
//! grid.

use super::calibrate::quartiles;
use super::findings::NamedRun;
use super::measurement::Environment;
use super::plan;
use crate::experiment::{Costs, Experiment};
use serde::{Deserialize, Serialize};

/// The most processes and threads along each side of a grid.
pub const MAX_SIDE: u16 = 8;

/// A cell has at least so much work for one thread, µs: what starting costs
/// must not drown it.
pub const LEAST_WORK_US: u32 = 1_000_000;

/// The most rounds.
pub const MAX_ROUNDS: u16 = 9;

/// What is swept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The experiment of every cell, but for its processes and threads.
    pub experiment: Experiment,
    /// Processes, in rising order.
    pub processes: Vec<u16>,
    /// Threads in each, in rising order.
    pub threads: Vec<u16>,
    /// How often every cell is run. All are run once before any is run again.
    pub rounds: u16,
}

/// Why there is no such grid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoGrid {
    /// A side is empty or too long.
    #[error("A grid has from 1 to {MAX_SIDE} processes and threads, not {0} x {1}")]
    Sides(u16, u16),
    /// Too many rounds, or none.
    #[error("A grid is run from 1 to {MAX_ROUNDS} times, not {0}")]
    Rounds(u16),
}

impl Plan {
    /// Every number of processes and threads up to these. Faults are left out,
    /// and there are units for [`LEAST_WORK_US`]: the grid is about speed.
    ///
    /// # Errors
    /// [`NoGrid`] if that is no grid.
    pub fn new(
        experiment: &Experiment,
        processes: u16,
        threads: u16,
        rounds: u16,
    ) -> Result<Self, NoGrid> {
        let side = 1..=MAX_SIDE;
        if !side.contains(&processes) || !side.contains(&threads) {
            return Err(NoGrid::Sides(processes, threads));
        }
        if !(1..=MAX_ROUNDS).contains(&rounds) {
            return Err(NoGrid::Rounds(rounds));
        }
        let unit_us = (experiment.cpu_us + experiment.io_us).max(1);
        Ok(Self {
            experiment: Experiment {
                faults: Vec::new(),
                units: experiment.units.max(LEAST_WORK_US / unit_us),
                ..experiment.clone()
            },
            processes: (1..=processes).collect(),
            threads: (1..=threads).collect(),
            rounds,
        })
    }

    /// The cells, row by row: processes and threads.
    pub fn cells(&self) -> impl Iterator<Item = (u16, u16)> {
        let row = |&processes: &u16| {
            self.threads
                .iter()
                .map(move |&threads| (processes, threads))
        };
        self.processes.iter().flat_map(row)
    }

    /// What is run in a cell.
    #[must_use]
    pub fn experiment(&self, (processes, threads): (u16, u16)) -> Experiment {
        Experiment {
            processes,
            threads,
            ..self.experiment.clone()
        }
    }

    /// The cells that cannot be run in `environment`, with the reason: too many
    /// workers, no threads, too much work.
    #[must_use]
    pub fn refused(&self, environment: &Environment) -> Vec<(u16, u16, String)> {
        let refuse = |cell: (u16, u16)| {
            let refusal = plan::check(&self.experiment(cell), environment).err()?;
            Some((cell.0, cell.1, refusal.to_string()))
        };
        self.cells().filter_map(refuse).collect()
    }
}

/// What came of it, all of it or up to now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// What was asked for.
    pub plan: Plan,
    /// What starting, waking and handing over cost here, measured before the
    /// cells: what they are predicted with.
    pub costs: Costs,
    /// How long a unit takes while so many processes compute at once, compared
    /// with one alone: (processes, times as long), in rising order, measured
    /// before the cells. Cores share caches, memory, heat and sometimes
    /// themselves, and other programs want some, too.
    pub crowding: Vec<(u16, f64)>,
    /// What so many threads of a process take to start, all together, ns, in
    /// rising order, measured before the cells: it is less than so many times
    /// one, for they start side by side.
    pub thread_starts: Vec<(u16, u64)>,
    /// The runs of the cells, in that order; several of a cell if there were
    /// several rounds. Without the traces of the lock.
    pub cells: Vec<NamedRun>,
    /// The cells that could not be run: processes, threads, and why.
    pub refused: Vec<(u16, u16, String)>,
    /// Where it was measured.
    pub environment: Environment,
}

impl Grid {
    /// The runs of a cell.
    pub fn runs(&self, (processes, threads): (u16, u16)) -> impl Iterator<Item = &NamedRun> {
        let is_it = move |run: &&NamedRun| {
            (run.experiment.processes, run.experiment.threads) == (processes, threads)
        };
        self.cells.iter().filter(is_it)
    }

    /// Units per second of one thread alone: the median of what was measured
    /// before each run. One yardstick for all cells, so that what disturbed one
    /// of these does not disturb the map.
    #[must_use]
    pub fn baseline(&self) -> Option<f64> {
        median(
            self.cells
                .iter()
                .map(|run| run.measurement.baseline_units_per_s),
        )
    }

    /// How many times faster than one thread alone a cell was, start included:
    /// the median of its runs.
    #[must_use]
    pub fn speed_up(&self, cell: (u16, u16)) -> Option<f64> {
        let baseline = self.baseline().filter(|&baseline| baseline > 0.0)?;
        let rates = self
            .runs(cell)
            .map(|run| run.measurement.outcome.units_per_second());
        Some(median(rates)? / baseline)
    }

    /// How many times as long a unit takes in a cell as alone, because others
    /// compute at the same time: as many as there are cores, and under a GIL as
    /// there are processes. Between what was measured it is a straight line.
    #[must_use]
    pub fn crowded(&self, (processes, threads): (u16, u16)) -> f64 {
        let threads = if self.plan.experiment.gil { 1 } else { threads };
        let at_once = u32::from(processes) * u32::from(threads);
        let at_once = f64::from(at_once.min(self.environment.cores));
        let measured = self.crowding.iter();
        let points = measured.map(|&(processes, times)| (f64::from(processes), times));
        on_line((1.0, 1.0), points, at_once)
    }

    /// What is charged in a cell: the costs, with its number of threads' start.
    #[must_use]
    pub fn costs_of(&self, (_, threads): (u16, u16)) -> Costs {
        let measured = self.thread_starts.iter();
        let mut points = measured.map(|&(threads, ns)| (f64::from(threads), ns as f64));
        let Some(first) = points.next() else {
            return self.costs;
        };
        let all_ns = on_line(first, points, f64::from(threads));
        Costs {
            thread_start_ns: (all_ns / f64::from(threads.max(1))) as u64,
            ..self.costs
        }
    }

    /// Why a cell was not run.
    #[must_use]
    pub fn refusal(&self, cell: (u16, u16)) -> Option<&str> {
        let is_it = |(processes, threads, _): &&(u16, u16, String)| (*processes, *threads) == cell;
        self.refused.iter().find(is_it).map(|(_, _, why)| &**why)
    }
}

/// The value at `x` on straight lines from point to point; beyond the first and
/// the last point it is theirs.
fn on_line(first: (f64, f64), others: impl Iterator<Item = (f64, f64)>, x: f64) -> f64 {
    let mut below = first;
    for here in others {
        if x <= here.0 {
            let share = ((x - below.0) / (here.0 - below.0).max(1.0)).max(0.0);
            return below.1 + share * (here.1 - below.1);
        }
        below = here;
    }
    below.1
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    let [_, median, _] = quartiles(&mut values);
    (!values.is_empty()).then_some(median)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    fn environment() -> Environment {
        Environment {
            isolated: true,
            threads_unavailable: None,
            processes_unavailable: None,
            cores: 4,
            timer_resolution_ns: 5_000,
            user_agent: "test".to_owned(),
        }
    }

    #[test]
    fn cells_go_row_by_row_and_carry_the_experiment() {
        let faults = vec!["exception.0.0.u4".parse().unwrap()];
        let experiment = Experiment {
            faults,
            gil: false,
            ..Experiment::default()
        };
        let plan = Plan::new(&experiment, 2, 3, 1).unwrap();
        let cells: Vec<_> = plan.cells().collect();
        assert_eq!(cells, [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)]);
        let cell = plan.experiment((2, 3));
        assert_eq!((cell.processes, cell.threads, cell.gil), (2, 3, false));
        assert_eq!(cell.faults, []);
    }

    #[test]
    fn a_cell_is_charged_what_its_number_of_threads_costs() {
        let grid = |gil| Grid {
            plan: Plan::new(
                &Experiment {
                    gil,
                    ..Experiment::default()
                },
                4,
                4,
                1,
            )
            .unwrap(),
            costs: Costs::IDEAL,
            crowding: vec![(2, 1.1), (4, 1.5)],
            thread_starts: vec![(2, 100), (4, 140)],
            cells: Vec::new(),
            refused: Vec::new(),
            environment: environment(),
        };
        let close = |gil, cell, expected: f64| {
            let found = grid(gil).crowded(cell);
            assert!((found - expected).abs() < 1e-9, "{cell:?}: {found}");
        };
        close(false, (1, 1), 1.0);
        close(false, (1, 2), 1.1);
        close(false, (3, 1), 1.3);
        close(false, (4, 4), 1.5);
        close(true, (1, 4), 1.0);
        close(true, (2, 4), 1.1);
        let starts = [2, 3, 4].map(|threads| grid(true).costs_of((1, threads)).thread_start_ns);
        assert_eq!(starts, [100 / 2, 120 / 3, 140 / 4]);
    }

    #[test]
    fn no_grid_of_nothing_or_too_much() {
        let said = |processes, threads, rounds| {
            Plan::new(&Experiment::default(), processes, threads, rounds)
                .map_err(|no| no.to_string())
        };
        assert!(said(8, 8, 9).is_ok());
        expect![[r#"
            [
                "A grid has from 1 to 8 processes and threads, not 0 x 2",
                "A grid has from 1 to 8 processes and threads, not 2 x 9",
                "A grid is run from 1 to 9 times, not 0",
            ]
        "#]]
        .assert_debug_eq(&[said(0, 2, 1), said(2, 9, 1), said(2, 2, 0)].map(Result::unwrap_err));
    }

    #[test]
    fn what_takes_too_many_workers_is_refused_and_the_rest_is_not() {
        let plan = Plan::new(&Experiment::default(), 8, 8, 1).unwrap();
        let refused = plan.refused(&environment());
        for (processes, threads) in plan.cells() {
            let experiment = plan.experiment((processes, threads));
            let too_many = plan::workers(&experiment) > plan::MAX_WORKERS;
            let is_refused = refused
                .iter()
                .any(|(p, t, _)| (*p, *t) == (processes, threads));
            assert_eq!(is_refused, too_many, "{processes} x {threads}");
        }
        assert!(
            refused
                .iter()
                .any(|(_, _, why)| why.contains("72 web workers"))
        );
        let without = Environment {
            threads_unavailable: Some("the page is not isolated".to_owned()),
            ..environment()
        };
        let plan = Plan::new(&Experiment::default(), 2, 2, 1).unwrap();
        let refused = plan.refused(&without);
        let cells: Vec<_> = refused.iter().map(|(p, t, _)| (*p, *t)).collect();
        assert_eq!(cells, [(1, 2), (2, 2)]);
    }
}
