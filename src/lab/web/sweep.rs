//! Runs the cells of a grid, one after the other.

use super::session::Session;
use crate::experiment::Experiment;
use crate::lab::grid::{Grid, Plan};
use crate::lab::trial::{Report, Trouble};

/// Runs all cells, or those that are missing in what was `begun`.
pub(super) async fn run(
    plan: &Plan,
    session: &Session,
    begun: Option<Grid>,
) -> Result<Grid, Trouble> {
    let mut grid = begun.unwrap_or_else(|| Grid::new(plan.clone()));
    let done = grid.done();
    let cells = plan.processes.len() * plan.threads.len();
    let steps = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    session.plan_after(steps(done), steps(cells));
    for (row, &processes) in plan.processes.iter().enumerate() {
        for (column, &threads) in plan.threads.iter().enumerate() {
            if row * plan.threads.len() + column < done {
                continue;
            }
            let name = format!("{processes} x {threads}");
            session.step(&*name);
            let experiment = Experiment {
                processes,
                threads,
                ..plan.experiment.clone()
            };
            match session.run(&name, experiment).await {
                Ok(run) => grid.cells.push(run),
                Err(trouble) => grid.refused.push((processes, threads, trouble.to_string())),
            }
            session.part(Report::Grid(Box::new(grid.clone())));
        }
    }
    Ok(grid)
}
