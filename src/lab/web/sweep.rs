//! Runs the cells of a grid, one after the other.

use super::session::Session;
use crate::experiment::{Costs, Experiment};
use crate::lab::calibrate::{median_costs, quartiles};
use crate::lab::findings::NamedRun;
use crate::lab::grid::{Grid, Plan};
use crate::lab::measurement::Stretch;
use crate::lab::plan::MAX_WORKERS;
use crate::lab::trial::{Report, Trouble};

/// So many short runs show what a thing costs.
const PROBES: u32 = 3;

/// Work of each, for every process, µs: long enough to see all at work.
const PROBE_US: u32 = 200_000;

/// Units of such a run, for every process.
fn probe_units(plan: &Plan) -> u32 {
    let one = plan.experiment((1, 1));
    (PROBE_US / (one.cpu_us + one.io_us).max(1)).clamp(4, 2_000)
}

/// What starting, waking and handing over cost here: of short runs of one
/// process with so many threads. None of them is a cell.
async fn start(plan: &Plan, session: &Session, threads: u16) -> Result<Vec<NamedRun>, Trouble> {
    let experiment = Experiment {
        units: probe_units(plan),
        ..plan.experiment((1, threads))
    };
    let mut found = Vec::new();
    for probe in 1..=PROBES {
        session.step(format!("What a start costs, {probe} of {PROBES}"));
        found.push(session.run("start", experiment.clone()).await?);
    }
    Ok(found)
}

/// How many threads' start is measured: 2, and as many as any cell has.
fn starts(plan: &Plan, session: &Session) -> Vec<u16> {
    if session.needs_threads().is_err() {
        return vec![1];
    }
    let most = plan.threads.last().copied().unwrap_or(1);
    // One process with two threads tells of the lock's hand-over, too.
    let mut starts = vec![2, most.max(2)];
    starts.dedup();
    starts
}

/// How many processes at once crowding is measured with: 2, 4, ... and as many
/// as there are cores, or as the largest cell has threads if these are fewer.
fn crowds(plan: &Plan, cores: u32) -> Vec<u16> {
    let last = |side: &[u16]| side.last().copied().unwrap_or(1);
    let largest = u32::from(last(&plan.processes)) * u32::from(last(&plan.threads));
    let most = cores.min(largest).min(MAX_WORKERS);
    let mut crowds: Vec<u16> = Vec::new();
    let mut crowd = 2;
    while crowd < most {
        crowds.push(crowd as u16);
        crowd *= 2;
    }
    if most > 1 {
        crowds.push(most as u16);
    }
    crowds
}

/// How many units a second so many processes do while all are at work.
async fn crowd(plan: &Plan, session: &Session, processes: u16) -> Result<Vec<NamedRun>, Trouble> {
    let experiment = Experiment {
        units: probe_units(plan) * u32::from(processes),
        ..plan.experiment((processes, 1))
    };
    let mut found = Vec::new();
    for probe in 1..=PROBES {
        let what = format!("{processes} processes at once, {probe} of {PROBES}");
        session.step(what);
        found.push(session.run("crowd", experiment.clone()).await?);
    }
    Ok(found)
}

/// Measures what the cells are predicted with.
async fn calibrate(grid: &mut Grid, session: &Session) -> Result<(), Trouble> {
    let plan = grid.plan.clone();
    grid.thread_starts.clear();
    let baseline = |run: &NamedRun| run.measurement.baseline_units_per_s;
    let mut baselines: Vec<f64> = Vec::new();
    for (index, threads) in starts(&plan, session).into_iter().enumerate() {
        let probes = start(&plan, session, threads).await?;
        baselines.extend(probes.iter().map(baseline));
        let costs: Vec<_> = probes.iter().map(|run| run.measurement.costs).collect();
        let costs = median_costs(&costs);
        let all_ns = costs.thread_start_ns * u64::from(threads);
        grid.thread_starts.push((threads, all_ns));
        if index == 0 {
            grid.costs = costs;
        }
    }
    let mut rates = Vec::new();
    for processes in crowds(&plan, session.environment().cores) {
        let probes = crowd(&plan, session, processes).await?;
        baselines.extend(probes.iter().map(baseline));
        let stretches = probes.iter().filter_map(|run| run.measurement.all_at_work);
        let mut found: Vec<f64> = stretches.map(Stretch::units_per_second).collect();
        rates.push((processes, quartiles(&mut found)[1]));
    }
    let alone = quartiles(&mut baselines)[1];
    let slower = |(processes, rate): (u16, f64)| {
        // Not faster: that would be noise.
        let times = f64::from(processes) * alone / rate;
        (rate > 0.0).then_some((processes, times.max(1.0)))
    };
    grid.crowding = rates.into_iter().filter_map(slower).collect();
    Ok(())
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
        crowding: Vec::new(),
        thread_starts: Vec::new(),
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
    let crowds = crowds(plan, session.environment().cores).len();
    let probes = (crowds + starts(plan, session).len()) * PROBES as usize;
    let steps = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    session.plan_after(steps(grid.cells.len()), steps(runs + probes));
    if grid.cells.is_empty() {
        calibrate(&mut grid, session).await?;
    }
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
