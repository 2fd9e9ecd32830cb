//! Both arms run the same experiments and must agree on what fails, who goes
//! down with it and how much work gets done. On time they need not agree.

use anyhow::Result;
use std::fmt::Write;
use timeslice::experiment::{
    Ended, Experiment, Failure, FaultKind, Outcome, Trigger, from_fragment,
};
use timeslice::sim::predict;
use timeslice_e2e::{Host, Page, visit};

/// Without faults.
const SOUND: &[&str] = &[
    "threads=1&units=60",
    "procs=3&threads=1&units=100",
    "procs=2&threads=2&units=101",
    "threads=3&units=60&gil=off",
    "threads=2&units=40&kernel=sieve&io=2000",
    // More threads than units.
    "procs=2&threads=2&units=3",
];

/// A fault in a thread, after a number of units. Who must be at work when it
/// strikes has a second of work: threads may begin long after one another.
const IN_A_THREAD: &[&str] = &[
    "procs=2&threads=1&units=100&fault=segfault.0.0.u10",
    "procs=2&threads=2&units=4000&fault=segfault.1.1.u5",
    "procs=2&threads=2&units=4000&gil=off&fault=segfault.0.0.u5",
    "procs=2&threads=1&units=100&fault=exception.1.0.u7",
    "threads=2&units=200&fault=exception.0.1.u7",
    "procs=2&threads=2&units=100&gil=off&fault=exception.0.0.u3&fault=exception.0.1.u5",
    // Before the first unit, and after the last.
    "procs=2&threads=1&units=100&fault=segfault.0.0.u0",
    "procs=2&threads=1&units=100&fault=exception.1.0.u50",
];

/// A kill, which comes from outside, and faults that are due at a time.
const FROM_OUTSIDE: &[&str] = &[
    "procs=2&threads=1&units=2000&fault=kill.0.0.u40",
    "procs=2&threads=2&units=2000&fault=kill.1.0.u40",
    "procs=3&threads=1&units=1200&fault=kill.2.0.t0",
    "procs=2&threads=1&units=2000&fault=segfault.1.0.t100000",
    // Two processes fail, each for itself.
    "procs=3&threads=2&units=6000&fault=kill.0.0.u20&fault=segfault.2.1.u5",
];

/// An endless loop, which only the watchdog ends.
const HANGS: &[&str] = &[
    "procs=2&threads=1&units=100&fault=hang.0.0.u5",
    "threads=2&units=2000&fault=hang.0.1.u5",
    "procs=2&threads=2&units=200&gil=off&fault=hang.1.0.u5",
];

/// Faults that never strike.
const HARMLESS: &[&str] = &[
    "procs=2&threads=1&units=50&fault=segfault.0.0.u26&fault=exception.0.3.u1&fault=kill.7.0.u1",
    "threads=1&units=50&fault=kill.0.0.t60000000",
];

#[test]
fn both_arms_agree_where_nothing_fails() {
    check("parity-sound", SOUND);
}

#[test]
fn both_arms_agree_on_a_fault_in_a_thread() {
    check("parity-thread", IN_A_THREAD);
}

#[test]
fn both_arms_agree_on_what_comes_from_outside() {
    check("parity-outside", FROM_OUTSIDE);
}

#[test]
fn both_arms_agree_on_what_hangs() {
    check("parity-hang", HANGS);
}

#[test]
fn both_arms_agree_on_faults_that_never_strike() {
    check("parity-harmless", HARMLESS);
}

fn check(name: &str, fragments: &[&str]) {
    visit(name, Host::isolated(), async |page| {
        let mut differences = String::new();
        for fragment in fragments {
            let (predicted, measured) = run(page, fragment).await?;
            if predicted != measured {
                writeln!(
                    differences,
                    "{fragment}\npredicted:\n{predicted}measured:\n{measured}"
                )?;
            }
        }
        assert!(differences.is_empty(), "{differences}");
        Ok(())
    });
}

/// What both arms say, in words that can be compared.
async fn run(page: &Page, fragment: &str) -> Result<(String, String)> {
    let decoded = from_fragment(fragment);
    assert_eq!(decoded.problems, []);
    let experiment = decoded.experiment;
    let measurement = page.measure(fragment).await?;
    assert_eq!(measurement.outcome.units_wrong(), 0, "{fragment}");
    let predicted = predict(&experiment, &measurement.costs).expect("a valid experiment");
    Ok((
        told(&experiment, &predicted.outcome),
        told(&experiment, &measurement.outcome),
    ))
}

/// An outcome without times, and without the order that comes from them.
fn told(experiment: &Experiment, outcome: &Outcome) -> String {
    let mut lines = vec![format!("{} units planned", outcome.units_planned)];
    for (p, process) in outcome.processes.iter().enumerate() {
        lines.push(format!("process {p}: {:?}", process.ended));
        for (t, thread) in process.threads.iter().enumerate() {
            let units = if is_certain(experiment, thread.ended, (p, t)) {
                thread.units.to_string()
            } else {
                "some".to_owned()
            };
            let (ended, planned) = (thread.ended, thread.planned);
            lines.push(format!("  {t}: {ended:?} after {units} of {planned}"));
        }
    }
    let mut failures: Vec<_> = outcome
        .failures
        .iter()
        .map(|failure| tell(outcome, failure))
        .collect();
    failures.sort();
    lines.extend(failures);
    lines.join("\n") + "\n"
}

/// Whether the arms must agree on the units of a thread: if it did all of
/// them, or was struck by a fault of its own after so many.
fn is_certain(experiment: &Experiment, ended: Ended, place: (usize, usize)) -> bool {
    let struck_after_units = experiment.faults.iter().any(|fault| {
        fault.kind != FaultKind::Kill
            && (usize::from(fault.process), usize::from(fault.thread)) == place
            && matches!(fault.when, Trigger::Units(_))
    });
    match ended {
        Ended::Completed => true,
        Ended::Segfault | Ended::Exception | Ended::Hung => struck_after_units,
        _ => false,
    }
}

fn tell(outcome: &Outcome, failure: &Failure) -> String {
    let Failure {
        who,
        how,
        cause,
        medium,
        fault,
        ..
    } = failure;
    let cause = cause.map(|index| outcome.failures[index].who);
    format!("{who:?} {how:?} because of {cause:?} through {medium:?}, fault {fault:?}")
}
