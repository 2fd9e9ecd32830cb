//! Runs the cells of a grid, one after the other.

use super::session::Session;
use crate::experiment::{Costs, Experiment};
use crate::lab::calibrate::median_costs;
use crate::lab::grid::{Grid, Plan};
use crate::lab::trial::{Report, Trouble};

/// So many short runs show what starting and handing over cost.
const PROBES: u32 = 3;

/// Units of each: a tenth of a second of work.
const PROBE_UNITS: u32 = 100;

/// What starting, waking and handing over cost here: of short runs of one
/// process, with two threads where threads can be had. None of them is a cell.
async fn costs(plan: &Plan, session: &Session) -> Result<Costs, Trouble> {
    let threads = if session.needs_threads().is_ok() {
        2
    } else {
        1
    };
    let experiment = Experiment {
        units: PROBE_UNITS,
        ..plan.experiment((1, threads))
    };
    let mut found = Vec::new();
    for probe in 1..=PROBES {
        session.step(format!("Measuring what a start costs, {probe} of {PROBES}"));
        let run = session.run("start", experiment.clone()).await?;
        found.push(run.measurement.costs);
    }
    Ok(median_costs(&found))
}

/// Runs all cells, or goes on with what was `begun`.
pub(super) async fn run(
    plan: &Plan,
    session: &Session,
    begun: Option<Grid>,
) -> Result<Grid, Trouble> {
    let begun = begun.filter(|begun| begun.plan == *plan);
    let mut grid = begun.unwrap_or_else(|| Grid {
        plan: plan.clone(),
        costs: Costs::IDEAL,
        cells: Vec::new(),
        refused: plan.refused(session.environment()),
        environment: session.environment().clone(),
    });
    let cells: Vec<_> = plan
        .cells()
        .filter(|&cell| grid.refusal(cell).is_none())
        .collect();
    if cells.is_empty() {
        let why = grid.refused.into_iter().next().map(|(_, _, why)| why);
        return Err(Trouble::Unavailable(why.unwrap_or_default()));
    }
    let runs = cells.len() * usize::from(plan.rounds);
    let steps = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    session.plan_after(steps(grid.cells.len()), steps(runs) + PROBES);
    grid.costs = costs(plan, session).await?;
    for round in 1..=plan.rounds {
        for &(processes, threads) in &cells {
            let known = grid.runs((processes, threads)).count();
            if known >= usize::from(round) || grid.refusal((processes, threads)).is_some() {
                continue;
            }
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
                    if grid.refusal((processes, threads)).is_none() {
                        grid.refused.push((processes, threads, why));
                    }
                }
            }
            session.part(Report::Grid(Box::new(grid.clone())));
        }
    }
    Ok(grid)
}
