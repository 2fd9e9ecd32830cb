//! A grid, predicted and measured, cell by cell.

use super::compare::{Predictor, here};
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
    let predictor = Predictor { costs: grid.costs };
    let one = |cell: (u16, u16)| Cell {
        processes: cell.0,
        threads: cell.1,
        predicted: predicted(grid, &predictor, cell),
        measured: grid.speed_up(cell),
        refused: grid.refusal(cell).map(str::to_owned),
    };
    grid.plan.cells().map(one).collect()
}

/// What the simulator says of a cell, over the very yardstick that the
/// measurement is held against.
fn predicted(grid: &Grid, predictor: &Predictor, cell: (u16, u16)) -> Option<f64> {
    let measurement = &grid.cells.first()?.measurement;
    // Units take longer where others compute, too.
    let rate = grid.baseline()? / grid.crowded(cell);
    let here = here(&grid.plan.experiment(cell), measurement, rate);
    let prediction = predict(&here, &predictor.costs).ok()?;
    Some(prediction.outcome.units_per_second() / grid.baseline()?)
}
