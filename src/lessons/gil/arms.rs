//! The arms of these trials: which of their rounds counts, and whether the
//! rounds agree.

use crate::claims::text::{fold, verdict};
use crate::claims::{Figure, Verdict};
use crate::experiment::Experiment;
use crate::lab::findings::{Findings, NamedRun};

/// Threads under a GIL may seem this much faster than one, on a machine that
/// does other things, too.
pub(super) const NO_FASTER: f64 = 1.25;

/// What several workers must reach to count as parallel. Each further one must
/// bring a third of a core: two of the cores that a browser counts may be one
/// that does two things at a time.
pub(super) fn parallel(workers: u32, cores: u32) -> f64 {
    1.0 + 0.35 * (f64::from(workers.min(cores)) - 1.0)
}

/// An arm of a trial: processes, threads in each, whether with a GIL.
pub(super) type Arm = (u16, u16, bool);

/// The arm's run that did the most units a second while all were at work, and
/// how many those were.
pub(super) fn best(found: &Findings, (processes, threads, gil): Arm) -> Option<(&NamedRun, f64)> {
    let is_it = |e: &Experiment| (e.processes, e.threads, e.gil) == (processes, threads, gil);
    let runs = found.runs.iter().filter(|run| is_it(&run.experiment));
    let rated = runs.filter_map(|run| {
        let stretch = run.measurement.all_at_work?;
        Some((run, stretch.units_per_second()))
    });
    rated.max_by(|(_, a), (_, b)| a.total_cmp(b))
}

/// How many times as many units a second as one worker.
pub(super) fn speed_up(found: &Findings, arm: Arm, one: Arm) -> Option<f64> {
    let (_, rate) = best(found, arm)?;
    let (_, alone) = best(found, one)?;
    (alone > 0.0).then(|| rate / alone)
}

/// A verdict; if it does not hold though the rounds of some arm differ much, it
/// says so: then it was perhaps the machine.
pub(super) fn in_rounds(
    found: &Findings,
    holds: bool,
    facts: String,
    figures: Vec<Figure>,
) -> Verdict {
    let holds = holds && all_right(found);
    let spread = spread(found);
    if holds || spread < UNSTEADY {
        return verdict(holds, facts, figures);
    }
    let facts = format!(
        "{facts}; but the same run was up to {} as fast another time: the machine is busy with \
         something else, so try again when it is not",
        fold(spread)
    );
    verdict(false, facts, figures)
}

/// If the rounds of an arm differ so much, as a ratio, the machine did something
/// else at the time.
const UNSTEADY: f64 = 1.4;

/// The largest ratio between two rounds of the same arm.
fn spread(found: &Findings) -> f64 {
    let rate = |run: &NamedRun| Some(run.measurement.all_at_work?.units_per_second());
    let mut most = 1.0;
    for run in &found.runs {
        let alike = found
            .runs
            .iter()
            .filter(|other| other.experiment == run.experiment);
        let rates = || alike.clone().filter_map(rate);
        let (least, best) = (
            rates().fold(f64::INFINITY, f64::min),
            rates().fold(0.0, f64::max),
        );
        if least > 0.0 {
            most = f64::max(most, best / least);
        }
    }
    most
}

/// Whether all results were right, there were some, and nobody failed.
pub(super) fn all_right(found: &Findings) -> bool {
    let checks = found.all_checks();
    let failed = |run: &NamedRun| !run.measurement.outcome.failures.is_empty();
    checks.right > 0 && checks.wrong == 0 && !found.runs.iter().any(failed)
}

/// The most processes of any run.
pub(super) fn most_processes(found: &Findings) -> Option<u16> {
    found.runs.iter().map(|run| run.experiment.processes).max()
}

/// The most threads of any run with or without a GIL.
pub(super) fn most_threads(found: &Findings, gil: bool) -> Option<u16> {
    let runs = found.runs.iter().filter(|run| run.experiment.gil == gil);
    runs.map(|run| run.experiment.threads).max()
}
