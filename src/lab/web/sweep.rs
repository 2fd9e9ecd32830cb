//! Runs the cells of a grid, one after the other.

use super::session::Session;
use crate::experiment::Costs;
use crate::lab::grid::{Grid, Plan};
use crate::lab::trial::{Report, Trouble};

pub(super) async fn run(plan: &Plan, session: &Session) -> Result<Grid, Trouble> {
    let mut grid = Grid {
        plan: plan.clone(),
        costs: Costs::IDEAL,
        cells: Vec::new(),
        refused: plan.refused(session.environment()),
        environment: session.environment().clone(),
    };
    let cells: Vec<_> = plan
        .cells()
        .filter(|&cell| grid.refusal(cell).is_none())
        .collect();
    if cells.is_empty() {
        let why = grid.refused.into_iter().next().map(|(_, _, why)| why);
        return Err(Trouble::Unavailable(why.unwrap_or_default()));
    }
    let runs = cells.len() * usize::from(plan.rounds);
    session.plan(u32::try_from(runs).unwrap_or(u32::MAX));
    for round in 1..=plan.rounds {
        for &(processes, threads) in &cells {
            let name = format!("{processes} x {threads}");
            session.step(match plan.rounds {
                1 => name.clone(),
                rounds => format!("{name}, round {round} of {rounds}"),
            });
            match session
                .run(&name, plan.experiment((processes, threads)))
                .await
            {
                Ok(mut run) => {
                    run.measurement.gil_holds.clear();
                    grid.cells.push(run);
                }
                // The others may work all the same.
                Err(trouble) => {
                    let why = trouble.to_string();
                    grid.refused.push((processes, threads, why));
                }
            }
            session.part(Report::Grid(Box::new(grid.clone())));
        }
    }
    Ok(grid)
}
