//! Trials of what the GIL does: whole runs with and without it, of threads and
//! of processes. What is compared is run in turns, in rounds, so that a machine
//! that gets busy hits all of it.

use crate::experiment::{Experiment, Kernel};
use crate::lab::findings::{Findings, Unit};
use crate::lab::measurement::Stretch;
use crate::lab::trial::Trouble;
use crate::lab::web::session::Session;

/// Units of about 1 ms for each worker that is expected to have a core.
const UNITS: u32 = 400;

/// At most so many workers, where the machine has the cores.
const MOST: u32 = 4;

/// Tries one claim of this family.
pub(super) async fn run(
    claim: &str,
    session: &Session,
    found: &mut Findings,
) -> Result<(), Trouble> {
    let most = most(session);
    let arms = match claim {
        "P2" => {
            needs_cores(session)?;
            let counts = (1..=most).filter(|&count| count != 3);
            counts.map(|count| free(count, 1)).collect()
        }
        "P5" => {
            needs_cores(session)?;
            session.needs_threads()?;
            vec![
                gil(1, 1),
                gil(most, 1),
                gil(1, 2).units(UNITS),
                gil(most, 2).units(UNITS * most),
            ]
        }
        "T7" => {
            needs_cores(session)?;
            session.needs_threads()?;
            vec![
                gil(1, 1),
                gil(1, 2).units(UNITS),
                gil(1, 4).units(UNITS),
                free(1, most),
            ]
        }
        "T8" => {
            needs_cores(session)?;
            session.needs_threads()?;
            return wall_time(most, session, found).await;
        }
        "W3" => {
            needs_cores(session)?;
            session.needs_threads()?;
            vec![
                gil(1, 1),
                gil(1, most).units(UNITS * most),
                gil(most, 1).units(UNITS * most),
            ]
        }
        "W5" => {
            needs_cores(session)?;
            session.needs_threads()?;
            vec![gil(1, 1), gil(1, most).units(UNITS), free(1, most)]
        }
        "G1" => {
            session.needs_threads()?;
            return slices(session, found).await;
        }
        _ => {
            return Err(Trouble::Unavailable(format!(
                "there is no trial of {claim} yet"
            )));
        }
    };
    rounds(arms, session, found).await
}

/// Something to run.
struct Arm {
    name: String,
    experiment: Experiment,
}

impl Arm {
    /// The same with so many units in all.
    fn units(mut self, units: u32) -> Self {
        self.experiment.units = units;
        self
    }

    /// The same with another switch interval.
    fn interval_us(mut self, us: u32) -> Self {
        self.experiment.switch_interval_us = us;
        self.name += &match us % 1_000 {
            0 => format!(", interval {} ms", us / 1_000),
            _ => format!(", interval {} ms", f64::from(us) / 1e3),
        };
        self
    }
}

/// So many processes of so many threads, with no lock but what the work needs.
fn free(processes: u32, threads: u32) -> Arm {
    let name = match (processes, threads) {
        (1, 1) => "1 process".to_owned(),
        (1, threads) => format!("{threads} threads without a GIL"),
        (processes, _) => format!("{processes} processes"),
    };
    arm(name, processes, threads, false)
}

/// So many processes of so many threads, each process with a GIL.
fn gil(processes: u32, threads: u32) -> Arm {
    let name = match (processes, threads) {
        (1, 1) => "1 thread".to_owned(),
        (1, threads) => format!("{threads} threads"),
        (processes, 1) => format!("{processes} processes"),
        (processes, threads) => format!("{processes} processes of {threads} threads"),
    };
    arm(name, processes, threads, true)
}

fn arm(name: String, processes: u32, threads: u32, gil: bool) -> Arm {
    let number = |count: u32| u16::try_from(count).unwrap_or(u16::MAX);
    Arm {
        name,
        experiment: Experiment {
            processes: number(processes),
            threads: number(threads),
            gil,
            kernel: Kernel::Bytecode,
            units: UNITS * processes * threads,
            ..Experiment::default()
        },
    }
}

/// How many workers show what several cores do: as many as there are cores, at
/// least 2 and at most [`MOST`].
fn most(session: &Session) -> u32 {
    session.environment().cores.clamp(2, MOST)
}

/// Nothing can be faster than one thread on one core.
fn needs_cores(session: &Session) -> Result<(), Trouble> {
    if session.environment().cores > 1 {
        return Ok(());
    }
    let why = "the browser says that this machine has one core, where nothing runs in parallel";
    Err(Trouble::Unavailable(why.to_owned()))
}

/// Rounds at the least and at the most.
const ROUNDS: std::ops::RangeInclusive<usize> = 2..=4;

/// An arm's best round counts once another came so near, as a ratio of units
/// per second: then it was no chance, and nothing disturbed it.
const NEAR: f64 = 0.93;

/// Runs all arms in turns, in rounds: those whose best result has not been
/// reached twice, again. Calibrates for each round.
async fn rounds(arms: Vec<Arm>, session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    session.plan(u32::try_from(ROUNDS.start() * arms.len()).unwrap_or(1));
    for round in 1..=*ROUNDS.end() {
        let mut is_first = true;
        for arm in &arms {
            let name = format!("{}, round {round}", arm.name);
            if round > *ROUNDS.start() && is_settled(arm, found) {
                continue;
            }
            once(&name, arm, std::mem::take(&mut is_first), session, found).await?;
        }
    }
    Ok(())
}

/// Runs an arm, after a calibration of its own if `calibrated`.
async fn once(
    name: &str,
    arm: &Arm,
    calibrated: bool,
    session: &Session,
    found: &mut Findings,
) -> Result<(), Trouble> {
    session.step(name);
    let experiment = arm.experiment.clone();
    found.runs.push(if calibrated {
        session.run(name, experiment).await?
    } else {
        session.run_at_once(name, experiment).await?
    });
    Ok(())
}

fn is_settled(arm: &Arm, found: &Findings) -> bool {
    let runs = found
        .runs
        .iter()
        .filter(|run| run.experiment == arm.experiment);
    let mut rates: Vec<_> = runs
        .filter_map(|run| run.measurement.all_at_work)
        .map(Stretch::units_per_second)
        .collect();
    rates.sort_by(|a, b| b.total_cmp(a));
    matches!(rates[..], [best, next, ..] if next >= NEAR * best)
}

/// T8: the same work by more and more threads and by processes, in rounds; then
/// with other switch intervals.
async fn wall_time(most: u32, session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    let threads = |count| gil(1, count).units(UNITS);
    let arms = vec![
        threads(1),
        threads(2),
        threads(4),
        gil(most, 1).units(UNITS),
    ];
    rounds(arms, session, found).await?;
    for interval_us in [100, 1_000, 20_000] {
        let arm = threads(2).interval_us(interval_us);
        once(&arm.name, &arm, false, session, found).await?;
    }
    Ok(())
}

/// G1: who had the lock when, with switch intervals of 1, 5 and 20 ms, and with
/// more threads than cores.
async fn slices(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    let threads = |count: u32| gil(1, count).units(UNITS * 3 / 2);
    let arms = [
        threads(2).interval_us(1_000),
        threads(2).interval_us(5_000),
        threads(2).interval_us(20_000),
        threads(4).interval_us(1_000),
    ];
    session.plan(u32::try_from(arms.len()).unwrap_or(1));
    for (index, arm) in arms.iter().enumerate() {
        once(&arm.name, arm, index == 0, session, found).await?;
    }
    for run in found.runs.clone() {
        let trace = &run.measurement;
        let holds = trace.gil_holds.iter().flatten().copied();
        let holds: Vec<_> = holds.collect();
        let length = |hold: &crate::lab::gil::Hold| (hold.until_ns - hold.from_ns) as f64;
        // The last thread that is left has the lock for as long as it likes.
        let contended = holds.len().saturating_sub(1);
        let lengths: Vec<f64> = holds[..contended].iter().map(length).collect();
        found.add(format!("slice, {}", run.name), Unit::Ns, &lengths);
        let overlap = holds
            .windows(2)
            .map(|pair| pair[0].until_ns.saturating_sub(pair[1].from_ns) as f64);
        let overlaps: Vec<f64> = overlap.collect();
        found.add(format!("overlap, {}", run.name), Unit::Ns, &overlaps);
        let most = trace.gil_most_holders.iter().copied().max().unwrap_or(0);
        found.add(
            format!("holders at once, {}", run.name),
            Unit::Count,
            &[f64::from(most)],
        );
    }
    Ok(())
}
