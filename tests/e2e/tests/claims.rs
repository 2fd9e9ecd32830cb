//! Every claim is measured in every browser: its verdict is the expected one,
//! its results are right, and who failed is named. No time is asserted:
//! machines differ and are busy.

use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use timeslice::experiment::{Ended, Failure};
use timeslice::lab::findings::Findings;
use timeslice::lab::trial::{IN_PYTHON, PYTHON, TRIALS};
use timeslice_e2e::{Browser, Host, Page, Tried, visit_each};

/// How often a claim is measured if it does not hold: on a machine that does
/// something else, too, a comparison of speeds may go wrong by chance.
const ATTEMPTS: usize = 3;

/// Claims about speed in parallel, which need a second core.
const NEED_CORES: &[&str] = &["P2", "P5", "T7", "T8", "W1", "W3", "W5", "M1"];

/// Claims in whose trials no unit of work has a result to check.
const NOTHING_TO_CHECK: &[&str] = &["P4", "P6", "P7", "P9", "T1", "T2", "T4", "T9", "W2", "W4"];

/// Claims about failures, and how those that fail by themselves (not taken down
/// by another) may end.
const FAILURES: &[(&str, &[Ended])] = &[
    ("P3", &[Ended::Segfault]),
    ("P4", &[Ended::Killed]),
    ("T6", &[Ended::Segfault]),
    ("T9", &[Ended::Segfault, Ended::Stuck, Ended::Deadlocked]),
    ("M1", &[Ended::Segfault, Ended::Killed]),
];

/// Claims that are true of an operating system, and may not be of a browser:
/// then the verdict has to say why.
const MAY_NOT_HOLD: &[(&str, &str)] = &[("T2", "a browser's thread is a web worker, too")];

/// Claims that need threads, and so an isolated page.
const NEED_THREADS: &[&str] = &[
    "P5", "P6", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "G1", "G2", "W3", "W4", "W5",
];

#[test]
fn every_claim_is_measured_in_every_browser() {
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

/// Of the trials in Python, those that both browsers do: the others are laid out like
/// them, and take long.
const IN_BOTH: [&str; 2] = ["G2", "W5"];

#[test]
fn claims_are_measured_in_python_too() {
    visit_each("claims-python", Host::isolated(), async |page| {
        page.open("").await?;
        page.wait_until_idle().await?;
        let cores = page.eval("navigator.hardwareConcurrency").await?;
        let many = cores.as_u64() >= Some(2);
        for claim in IN_PYTHON {
            if page.browser() == Browser::Chromium || IN_BOTH.contains(&claim) {
                let id = format!("{claim}{PYTHON}");
                let verdict = check(page, &id, many).await;
                println!("{} {id}: {}", page.browser(), verdict.context(id.clone())?);
                let left = page.counted_workers().await?;
                ensure!(left == 0, "{id} leaves {left} workers behind");
            }
        }
        Ok(())
    });
}

/// Measures one claim until it holds; returns the verdict.
async fn check(page: &Page, id: &str, many_cores: bool) -> Result<String> {
    let mut said = Vec::new();
    for _ in 0..ATTEMPTS {
        let (holds, verdict, findings) = match page.try_claim(id).await? {
            Tried::Failed(why) if !many_cores && needs_cores(id) => return Ok(why),
            Tried::Failed(why) => anyhow::bail!("not measured: {why}"),
            Tried::Done {
                holds,
                verdict,
                findings,
            } => (holds, verdict, findings),
        };
        // Whatever the speeds are, these must be so each time.
        sound(id, &findings)?;
        if holds || (!many_cores && needs_cores(id)) {
            return Ok(verdict);
        }
        if let Some((_, why)) = MAY_NOT_HOLD.iter().find(|(claim, _)| *claim == id) {
            ensure!(verdict.contains(why), "it does not say why: {verdict}");
            return Ok(verdict);
        }
        said.push(verdict);
    }
    anyhow::bail!("it does not hold: {said:#?}")
}

fn needs_cores(id: &str) -> bool {
    NEED_CORES.contains(&id.strip_suffix(PYTHON).unwrap_or(id))
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
    let all = failures(findings)?;
    match FAILURES.iter().find(|(claim, _)| *claim == id) {
        Some((_, how)) => {
            ensure!(!all.is_empty(), "nothing failed");
            // What has no cause is the fault itself.
            for failure in all.iter().filter(|failure| failure.cause.is_none()) {
                ensure!(how.contains(&failure.how), "{failure:?} is not of {how:?}");
            }
        }
        None => ensure!(all.is_empty(), "something failed: {all:#?}"),
    }
    Ok(())
}

/// All that failed, in the runs and outside of them. Causes come before what
/// they cause, and no failure crosses to another process.
fn failures(findings: &Findings) -> Result<Vec<Failure>> {
    let runs = findings.runs.iter();
    let lists = runs
        .map(|run| &run.measurement.outcome.failures)
        .chain([&findings.failures]);
    let mut all = Vec::new();
    for list in lists {
        for (index, failure) in list.iter().enumerate() {
            let cause = failure.cause;
            if let Some(cause) = cause {
                ensure!(cause < index, "a cause comes later: {list:#?}");
                ensure!(
                    list[cause].who.process() == failure.who.process(),
                    "a failure crossed to another process: {list:#?}"
                );
            }
        }
        all.extend(list.iter().cloned());
    }
    Ok(all)
}

#[test]
fn without_isolation_processes_are_measured_and_threads_explained() {
    visit_each("claims-plain", Host::plain(), async |page| {
        page.open("?noisolation").await?;
        page.wait_until_idle().await?;
        for id in TRIALS {
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
