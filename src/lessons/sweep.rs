//! A grid, predicted and measured, cell by cell.

use super::compare::here;
use crate::lab::grid::Grid;
use crate::sim::predict;
use serde::Serialize;

/// A cell of a grid.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cell {
    /// Processes.
    pub processes: u16,
    /// Threads in each.
    pub threads: u16,
    /// Speed-up over one thread, as the simulator says with this machine's
    /// costs; `None` before anything was measured.
    pub predicted: Option<f64>,
    /// The same, measured: the median of its runs.
    pub measured: Option<f64>,
    /// Why it was not run.
    pub refused: Option<String>,
}

impl Cell {
    /// By how much the prediction is off, in percent of the measurement.
    #[must_use]
    pub fn error_percent(&self) -> Option<f64> {
        let (predicted, measured) = (self.predicted?, self.measured?);
        (measured > 0.0).then(|| (predicted / measured - 1.0) * 100.0)
    }
}

/// All cells, row by row.
#[must_use]
pub fn cells(grid: &Grid) -> Vec<Cell> {
    let one = |cell: (u16, u16)| Cell {
        processes: cell.0,
        threads: cell.1,
        predicted: predicted(grid, cell),
        measured: grid.speed_up(cell),
        refused: grid.refusal(cell).map(str::to_owned),
    };
    grid.plan.cells().map(one).collect()
}

/// What the simulator says of a cell, over the very yardstick that the
/// measurement is held against.
fn predicted(grid: &Grid, cell: (u16, u16)) -> Option<f64> {
    let measurement = &grid.cells.first()?.measurement;
    // Units take longer where others compute, too.
    let rate = grid.baseline()? / grid.crowded(cell);
    let here = here(&grid.plan.experiment(cell), measurement, rate);
    let prediction = predict(&here, &grid.costs_of(cell)).ok()?;
    Some(prediction.outcome.units_per_second() / grid.baseline()?)
}

#[cfg(test)]
mod tests {
    use super::super::testing::environment;
    use super::*;
    use crate::experiment::{
        Costs, Ended, Experiment, Outcome, ProcessOutcome, ThreadOutcome, Throughput,
    };
    use crate::lab::findings::NamedRun;
    use crate::lab::grid::Plan;
    use crate::lab::measurement::{Calibration, Measurement};

    /// A run of a cell: 400 units in so many ms, after a baseline of so many
    /// units a second.
    fn run(plan: &Plan, cell: (u16, u16), wall_ms: u64, baseline: f64) -> NamedRun {
        let wall_ns = wall_ms * 1_000_000;
        let thread = ThreadOutcome {
            planned: 400,
            units: 400,
            wrong: 0,
            ended: Ended::Completed,
            gil_wait_ns: 0,
        };
        let process = ProcessOutcome {
            ready_ns: Some(0),
            ended_ns: wall_ns,
            ended: Ended::Completed,
            gil_switches: 0,
            memory_bytes: 0,
            threads: vec![thread],
        };
        NamedRun {
            name: format!("{cell:?}"),
            experiment: plan.experiment(cell),
            measurement: Measurement {
                outcome: Outcome {
                    wall_ns,
                    units_planned: 400,
                    throughput: Throughput {
                        bin_ns: wall_ns,
                        units: vec![400],
                    },
                    processes: vec![process],
                    ..Outcome::default()
                },
                calibration: Calibration {
                    block_ns: 50_000.0,
                    block_spread_ns: 0.0,
                    samples: 15,
                    blocks_per_unit: 20,
                    unit_ns: 1_000_000,
                    blocked_ns: 0,
                },
                baseline_units_per_s: baseline,
                environment: environment(),
                costs: Costs::IDEAL,
                gil_holds: Vec::new(),
                gil_holds_in_all: Vec::new(),
                gil_most_holders: Vec::new(),
                all_at_work: None,
                uncompared: 0,
                messages: Vec::new(),
            },
        }
    }

    fn grid() -> Grid {
        let experiment = Experiment {
            gil: false,
            ..Experiment::default()
        };
        let mut plan = Plan::new(&experiment, 2, 2, 3).unwrap();
        plan.experiment.units = 400;
        Grid {
            costs: Costs {
                process_start_child_ns: 100_000_000,
                threads_start_together: true,
                ..Costs::IDEAL
            },
            crowding: Vec::new(),
            thread_starts: Vec::new(),
            // 1,000 units a second in the middle; one baseline was disturbed.
            cells: vec![
                run(&plan, (1, 1), 500, 1_000.0),
                run(&plan, (2, 1), 300, 600.0),
                run(&plan, (2, 1), 310, 1_000.0),
                run(&plan, (2, 1), 900, 1_050.0),
            ],
            refused: vec![(1, 2, "no threads".to_owned())],
            environment: environment(),
            plan,
        }
    }

    #[test]
    fn every_cell_stands_beside_its_prediction() {
        let cells = cells(&grid());
        let seen: Vec<_> = cells
            .iter()
            .map(|cell| {
                let round = |value: Option<f64>| value.map(|value| (value * 100.0).round());
                (
                    (cell.processes, cell.threads),
                    round(cell.predicted),
                    round(cell.measured),
                    cell.refused.is_some(),
                )
            })
            .collect();
        // 400 ms of work after 100 ms of start: 400/500; on two cores 400/300.
        let expected = [
            ((1, 1), Some(80.0), Some(80.0), false),
            ((1, 2), Some(133.0), None, true),
            ((2, 1), Some(133.0), Some(129.0), false),
            ((2, 2), Some(133.0), None, false),
        ];
        assert_eq!(seen, expected);
        assert!(cells[0].error_percent().unwrap().abs() < 1.0);
        assert_eq!(cells[3].error_percent(), None);
    }

    #[test]
    fn crowding_lowers_what_is_predicted_where_cores_are_shared() {
        let mut grid = grid();
        grid.crowding = vec![(2, 1.25)];
        let cells = cells(&grid);
        let of = |cell: &Cell| cell.predicted.unwrap();
        assert!(
            (of(&cells[0]) - 0.8).abs() < 0.01,
            "one alone is not crowded"
        );
        // 200 ms of work take 250 ms.
        assert!((of(&cells[2]) - 400.0 / 350.0).abs() < 0.01);
    }

    #[test]
    fn nothing_measured_says_nothing() {
        let mut grid = grid();
        grid.cells.clear();
        let nothing = |cell: &Cell| cell.predicted.is_none() && cell.measured.is_none();
        assert!(cells(&grid).iter().all(nothing));
    }
}
