//! Trials in Python: the same layouts as with kernels, but what threads and
//! processes run is an interpreter; and what its threads lose of a number they
//! share.

use super::gil;
use crate::experiment::Experiment;
use crate::lab::findings::{Findings, Unit};
use crate::lab::trial::Trouble;
use crate::lab::web::session::Session;

/// A unit that computes, for a few milliseconds.
const COMPUTES: &str = include_str!("python/computes.py");

/// Additions to one number, by several threads.
const ADDS: &str = include_str!("python/adds.py");

/// The same behind a lock.
const ADDS_LOCKED: &str = include_str!("python/adds_locked.py");

/// What each unit of [`ADDS`] adds.
const ADDITIONS: u32 = 200;

/// Units, and threads for them.
const UNITS: u32 = 400;
const THREADS: u16 = 4;

/// The ways to compare take turns, so often.
const ROUNDS: u32 = 3;

/// Tries one claim.
pub(super) async fn run(
    claim: &str,
    session: &Session,
    found: &mut Findings,
) -> Result<(), Trouble> {
    match claim {
        "G2" => lost_updates(session, found).await,
        _ => {
            session.use_python(COMPUTES);
            gil::run(claim, session, found).await
        }
    }
}

/// G2: additions to one global number without lock and GIL, with the GIL, and
/// behind a lock.
async fn lost_updates(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    session.needs_threads()?;
    let ways = [
        ("without a GIL", ADDS, false),
        ("with the GIL", ADDS, true),
        ("with a lock", ADDS_LOCKED, false),
    ];
    session.plan(ROUNDS * ways.len() as u32);
    let mut lost = ways.map(|_| Vec::new());
    let mut took = ways.map(|_| Vec::new());
    for round in 1..=ROUNDS {
        for (way, (name, source, gil)) in ways.into_iter().enumerate() {
            let name = format!("{name}, round {round}");
            session.step(name.clone());
            session.use_python(source);
            let experiment = Experiment {
                processes: 1,
                threads: THREADS,
                gil,
                units: UNITS,
                ..Experiment::default()
            };
            let (run, told) = session.python(&name, experiment, source).await?;
            let process = told.processes.first();
            let result = process.and_then(|told| told.result.as_deref());
            let counted: u32 = result.and_then(|text| text.parse().ok()).ok_or_else(|| {
                Trouble::Unusable(format!("the program's result is {result:?}, not a number"))
            })?;
            let missing = (UNITS * ADDITIONS).saturating_sub(counted);
            if way > 0 {
                found.checks.count(missing == 0);
            }
            lost[way].push(f64::from(missing));
            took[way].push(run.measurement.outcome.wall_ns as f64);
            found.runs.push(run);
        }
    }
    let additions = f64::from(UNITS * ADDITIONS * ROUNDS);
    found.add("additions", Unit::Count, &[additions]);
    for (way, (name, _, _)) in ways.into_iter().enumerate() {
        let all: f64 = lost[way].iter().sum();
        found.add(format!("lost {name}"), Unit::Count, &[all]);
        found.add(format!("lost in a round {name}"), Unit::Count, &lost[way]);
        found.add(format!("time of a round {name}"), Unit::Ns, &took[way]);
    }
    found.notes.push(
        "Each addition reads the global, computes a little and writes the sum: three steps for \
         the interpreter. Under the GIL no other thread runs between them, because there is no \
         poll point there (a function\u{2019}s entry or a jump back); with a call in between, \
         updates would be lost under the GIL, too. RustPython\u{2019}s own reference counts are \
         atomic, so it survives without a GIL."
            .to_owned(),
    );
    Ok(())
}
