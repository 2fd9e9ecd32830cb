//! Every claim is measured in every browser: its verdict is the expected one,
//! its results are right, and who failed is named. No time is asserted:
//! machines differ and are busy.

use anyhow::{Result, ensure};
use std::collections::BTreeMap;
use timeslice::experiment::{Ended, Failure, Subject};
use timeslice::lab::findings::Findings;
use timeslice::lab::trial::TRIALS;
use timeslice_e2e::{Host, Page, Tried, visit_each};

/// Claims whose trials are not written yet.
const MISSING: &[&str] = &[
    "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8",
    "T9", "G1", "G2", "W1", "W2", "W3", "W4", "W5", "M1",
];

/// What a claim without a trial says.
const NO_TRIAL: &str = "there is no trial of";

/// How often a claim is measured if it does not hold: on a machine that does
/// something else, too, a comparison of speeds may go wrong by chance.
const ATTEMPTS: usize = 3;

/// Claims about speed in parallel, which need a second core.
const NEED_CORES: &[&str] = &["P2", "P5", "T7", "T8", "W1", "W3", "W5", "M1"];

/// Claims in whose trials no unit of work has a result to check.
const NOTHING_TO_CHECK: &[&str] = &["P4", "P6", "P7", "P9", "T1", "T2", "T4", "T9", "W2", "W4"];

/// Claims about failures, and how those that fail by themselves (not taken down
/// by another) end.
const FAILURES: &[(&str, Ended)] = &[
    ("P3", Ended::Segfault),
    ("P4", Ended::Killed),
    ("T6", Ended::Segfault),
    ("M1", Ended::Segfault),
];

/// Claims that need threads, and so an isolated page.
const NEED_THREADS: &[&str] = &[
    "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "G1", "G2", "W3", "W4", "W5",
];

#[test]
fn every_claim_is_measured_and_holds_in_every_browser() {
    println!("not written yet: {MISSING:?}");
    visit_each("claims", Host::isolated(), async |page| {
        page.open("").await?;
        page.wait_until_idle().await?;
        let cores = page.eval("navigator.hardwareConcurrency").await?;
        let mut wrong = BTreeMap::new();
        for id in TRIALS {
            let many = cores.as_u64() >= Some(2);
            match check(page, id, many).await {
                Ok(verdict) => println!("{} {id}: {verdict}", page.browser()),
                Err(error) => drop(wrong.insert(id, format!("{error:#}"))),
            }
            let left = page.counted_workers().await?;
            ensure!(left == 0, "{id} leaves {left} workers behind");
        }
        ensure!(wrong.is_empty(), "{wrong:#?}");
        Ok(())
    });
}

/// Measures one claim until it holds; returns the verdict.
async fn check(page: &Page, id: &str, many_cores: bool) -> Result<String> {
    let mut said = Vec::new();
    for _ in 0..ATTEMPTS {
        let (holds, verdict, findings) = match page.try_claim(id).await? {
            Tried::Failed(why) if MISSING.contains(&id) => {
                ensure!(why.contains(NO_TRIAL), "{why}");
                return Ok("not written yet".to_owned());
            }
            Tried::Failed(why) => anyhow::bail!("not measured: {why}"),
            Tried::Done {
                holds,
                verdict,
                findings,
            } => (holds, verdict, findings),
        };
        // Whatever the speeds are, these must be so each time.
        ensure!(
            !MISSING.contains(&id),
            "it is written now: take it off the list"
        );
        sound(id, &findings)?;
        if holds || (!many_cores && NEED_CORES.contains(&id)) {
            return Ok(verdict);
        }
        said.push(verdict);
    }
    anyhow::bail!("it does not hold: {said:#?}")
}

/// What must be so however fast the machine is.
fn sound(id: &str, findings: &Findings) -> Result<()> {
    ensure!(
        findings.claim == id,
        "these are findings on {}",
        findings.claim
    );
    let checks = findings.all_checks();
    ensure!(checks.wrong == 0, "{} results are wrong", checks.wrong);
    ensure!(
        checks.right > 0 || NOTHING_TO_CHECK.contains(&id),
        "no result was checked"
    );
    for figure in &findings.figures {
        let s = figure.summary;
        ensure!(
            s.samples > 0 && s.min <= s.median && s.median <= s.p95 && s.p95 <= s.max,
            "{figure:?}"
        );
    }
    for run in &findings.runs {
        let most = run
            .measurement
            .gil_holds
            .iter()
            .zip(&run.measurement.gil_holds_in_all);
        for (holds, in_all) in most {
            ensure!(holds.len() <= *in_all as usize, "{}", run.name);
        }
    }
    let all = failures(findings);
    match FAILURES.iter().find(|(claim, _)| *claim == id) {
        Some((_, how)) => {
            ensure!(!all.is_empty(), "nothing failed");
            // A cause comes before what it causes; what has none is the fault.
            for failure in all.iter().filter(|failure| failure.cause.is_none()) {
                ensure!(failure.how == *how, "{failure:?} is not {how:?}");
            }
            // In a process that failed nothing goes on; in others all does.
            let process = |who: Subject| match who {
                Subject::Process(index) | Subject::Thread(index, _) => index,
            };
            let first = process(all[0].who);
            ensure!(
                all.iter().all(|failure| process(failure.who) == first),
                "a failure crossed to another process: {all:#?}"
            );
        }
        // A thread that keeps a lock for ever is no failure by itself, but its
        // process may be ended because of it.
        None if id == "T9" => ensure!(
            all.iter().all(|failure| failure.how != Ended::Segfault),
            "{all:#?}"
        ),
        None => ensure!(all.is_empty(), "something failed: {all:#?}"),
    }
    Ok(())
}

/// All that failed, in the runs and outside of them.
fn failures(findings: &Findings) -> Vec<Failure> {
    let runs = findings.runs.iter();
    let of_runs = runs.flat_map(|run| run.measurement.outcome.failures.clone());
    of_runs.chain(findings.failures.clone()).collect()
}

#[test]
fn without_isolation_processes_are_measured_and_threads_explained() {
    visit_each("claims-plain", Host::plain(), async |page| {
        page.open("?noisolation").await?;
        page.wait_until_idle().await?;
        for id in TRIALS {
            if MISSING.contains(&id) {
                continue;
            }
            let tried = page.try_claim(id).await?;
            if NEED_THREADS.contains(&id) {
                let Tried::Failed(why) = &tried else {
                    anyhow::bail!("{id} cannot have been measured: {tried:?}");
                };
                ensure!(why.contains("Not measurable here"), "{id}: {why}");
                ensure!(why.contains("Cross-Origin-Opener-Policy"), "{id}: {why}");
            } else if let Tried::Done { findings, .. } = &tried {
                sound(id, findings)?;
            } else {
                anyhow::bail!("{id} needs no threads: {tried:?}");
            }
            ensure!(page.counted_workers().await? == 0, "{id} leaves workers");
        }
        Ok(())
    });
}
