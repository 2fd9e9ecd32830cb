//! Whatever a program says, it never takes the page down.
//!
//! Random programs run in the page's own interpreter. `TIMESLICE_FUZZ` says how
//! many in each browser. Most run many to an instance; some of them as a visitor
//! would, by two threads without a GIL. A trap is no failure: the instance is lost,
//! and the next one must work.

mod dice;
mod grammar;
mod harness;
mod spoil;
mod words;

use anyhow::{Context, Result, ensure};
use dice::Dice;
use grammar::Writer;
use harness::Tally;
use spoil::{deep, mutated};
use std::collections::BTreeMap;
use timeslice::app::python::EXAMPLES;
use timeslice_e2e::{Host, Page, visit_each};

const PROGRAMS: usize = 200;

/// Programs of one instance.
const BATCH: usize = 50;

/// One in so many is run as a visitor would run it.
const REAL: usize = 25;

const SEED: u64 = 0x7173_e511_ce00;

/// Two threads without a GIL.
const LAYOUT: &str = "procs=1&threads=2&gil=off&units=4";

fn program(dice: &mut Dice) -> String {
    match dice.below(10) {
        0 => deep(dice),
        1 => {
            let example = &EXAMPLES[dice.below(EXAMPLES.len())];
            mutated(dice, &format!("{}\nwork(3)\n", example.text))
        }
        2 => {
            let text = Writer::program(dice);
            mutated(dice, &text)
        }
        _ => Writer::program(dice),
    }
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn no_program_takes_the_page_down() {
    let programs = setting("TIMESLICE_FUZZ").map_or(PROGRAMS, |it| it as usize);
    let seed = setting("TIMESLICE_FUZZ_SEED").unwrap_or(SEED);
    visit_each("python-fuzz", Host::isolated(), async |page| {
        let mut dice = Dice::new(seed);
        let mut tally = Tally::default();
        let mut ends: BTreeMap<String, usize> = BTreeMap::new();
        page.open_python(LAYOUT, "def work(i):\n    return i\n")
            .await?;
        harness::set_up(page).await?;
        while tally.programs < programs {
            let count = BATCH.min(programs - tally.programs);
            let batch: Vec<String> = (0..count).map(|_| program(&mut dice)).collect();
            harness::run(page, &batch, &mut tally).await?;
            is_alive(page).await?;
            for _ in 0..count.div_ceil(REAL) {
                let text = Writer::work(&mut dice);
                let end = as_a_visitor(page, &text, &mut tally).await?;
                *ends.entry(end).or_default() += 1;
            }
        }
        report(page, &tally, &ends);
        // All the same, a program that is right is run.
        let run = page
            .python(LAYOUT, "def work(i):\n    return i * i\n")
            .await?;
        ensure!(
            run.ends()? == "Completed (Completed 2/2, Completed 2/2)",
            "{run:?}"
        );
        page.wait_until_no_workers_counted().await
    });
}

/// Runs it by the button. How it ended, in a few words.
async fn as_a_visitor(page: &Page, text: &str, tally: &mut Tally) -> Result<String> {
    let run = page.python(LAYOUT, text).await;
    let run = run.with_context(|| format!("in the run of:\n{text}"))?;
    is_alive(page).await?;
    match run.status.as_str() {
        "refused" => {
            let why = run.refusal.unwrap_or_default();
            ensure!(!why.is_empty(), "nothing is said of:\n{text}");
            if why.contains("crashed") {
                tally.traps.push((why.clone(), text.to_owned()));
            }
            // "Line 3: KeyError: 1, in work(0)"
            let kind = why.split(": ").find(|it| !it.starts_with("Line "));
            Ok(format!("alone: {}", kind.unwrap_or(&why)))
        }
        "done" => {
            let measurement = run.measured()?;
            for message in &measurement.messages {
                tally.traps.push((message.clone(), text.to_owned()));
            }
            let ended = measurement
                .outcome
                .threads()
                .map(|it| format!("{:?}", it.ended));
            Ok(ended.collect::<Vec<_>>().join(", "))
        }
        status => anyhow::bail!("the lab is {status} after:\n{text}"),
    }
}

/// The page still draws and answers.
async fn is_alive(page: &Page) -> Result<()> {
    page.wait_until_idle().await?;
    page.wait_for("Boolean(document.querySelector('[data-testid=python-run]'))")
        .await?;
    let frame = "new Promise((done) => requestAnimationFrame(() => done(6 * 7)))";
    ensure!(page.promise(frame).await? == 42, "the page does not draw");
    Ok(())
}

fn report(page: &Page, tally: &Tally, ends: &BTreeMap<String, usize>) {
    let browser = page.browser();
    println!(
        "{browser}: {} programs in {} instances: {} trapped, {} took too long, the others were \
         ended by {:?}",
        tally.programs,
        tally.instances,
        tally.traps.len(),
        tally.endless.len(),
        tally.ends
    );
    println!("{browser}: by the button: {ends:?}");
    let mut why: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (note, program) in &tally.traps {
        let known = why.entry(note.lines().next().unwrap_or_default());
        known.or_default().push(program);
    }
    for (note, programs) in why {
        // The shortest says most.
        let shortest = programs.iter().min_by_key(|it| it.len());
        println!(
            "{browser}: {} x {note}, as in:\n{}",
            programs.len(),
            shortest.unwrap_or(&"")
        );
    }
    for program in &tally.endless {
        println!("{browser}: too long:\n{program}");
    }
}
