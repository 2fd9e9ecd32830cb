//! Runs the cells of a grid, one after the other.

use super::session::Session;
use crate::experiment::Experiment;
use crate::lab::grid::{Grid, Plan};
use crate::lab::trial::{Report, Trouble};

pub(super) async fn run(plan: &Plan, session: &Session) -> Result<Grid, Trouble> {
    let mut grid = Grid {
        plan: plan.clone(),
        cells: Vec::new(),
        refused: Vec::new(),
    };
    let cells = plan.processes.len() * plan.threads.len();
    session.plan(u32::try_from(cells).unwrap_or(u32::MAX));
    for &processes in &plan.processes {
        for &threads in &plan.threads {
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
