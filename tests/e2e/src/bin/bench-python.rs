//! What `cargo xtask bench python` wants of the built page: how long a visitor's first
//! run of Python takes, and how much faster than one thread alone each layout is.
//! Prints lines of a name, a tab and a number; the same name comes once for each
//! sample.
//!
//! With `CPYTHON` set to a Python and `CONTROL` to `benches/python/control.py`, the same
//! program runs there, too, in turns with the page.

use anyhow::{Context, Result, ensure};
use std::env;
use std::process::{Command, Stdio};
use timeslice::app::python::example;
use timeslice::lab::measurement::Measurement;
use timeslice_e2e::{Host, visit};

/// Layouts, by name. The first one is there to tell how far two runs of the same are
/// apart on this machine.
const LAYOUTS: [(&str, &str); 5] = [
    ("one thread", "procs=1&threads=1&gil=off"),
    ("two threads", "procs=1&threads=2&gil=off"),
    ("two threads, GIL", "procs=1&threads=2&gil=on"),
    ("four threads, GIL", "procs=1&threads=4&gil=on"),
    ("two processes", "procs=2&threads=1&gil=on"),
];

/// Runs of each, in turns.
const ROUNDS: usize = 9;

/// Units of one to two ms: seconds of work, beside which starting does not count much.
const UNITS: u32 = 6_000;

/// Units that take CPython about as long.
const CPYTHON_UNITS: u32 = 8_000;

/// First runs, each in a browser that knows nothing of the page.
const FIRST: usize = 5;

/// Opens the tab, presses Run as soon as it can be pressed, and tells how long it takes
/// until the results are there, ms.
const FIRST_RUN: &str = "(async () => { \
    const it = (testid) => document.querySelector(`[data-testid=${testid}]`); \
    const until = (is) => new Promise((done) => { \
        const look = () => is() ? done() : requestAnimationFrame(look); \
        look(); \
    }); \
    const from = performance.now(); \
    it('tab-python').click(); \
    await until(() => it('python-run')?.disabled === false); \
    it('python-run').click(); \
    await until(() => ['done', 'refused'].includes(it('python')?.dataset.status)); \
    return performance.now() - from; \
})()";

fn main() {
    for round in 1..=FIRST {
        eprintln!("      a first run, {round} of {FIRST}");
        visit("bench-python-first", Host::isolated(), async |page| {
            page.open("").await?;
            page.wait_until_idle().await?;
            let took = page.eval(FIRST_RUN).await?;
            sound(&page.measurement().await?)?;
            println!("first run\t{took}");
            Ok(())
        });
    }
    visit("bench-python", Host::isolated(), async |page| {
        let text = example("count").expect("it is there").text;
        for round in 1..=ROUNDS {
            for (name, layout) in LAYOUTS {
                eprintln!("      {name}, round {round} of {ROUNDS}");
                let layout = format!("{layout}&units={UNITS}");
                let run = page.python(&layout, text).await?;
                let measurement = run.measured()?;
                sound(measurement)?;
                println!("{name}\t{}", measurement.speed_up());
                let at_work = measurement.speed_up_at_work().unwrap_or_default();
                println!("{name}, at work\t{at_work}");
            }
            cpython(round)?;
        }
        Ok(())
    });
}

/// The same program beside it, if there is a Python.
fn cpython(round: usize) -> Result<()> {
    let (Some(python), Some(control)) = (env::var_os("CPYTHON"), env::var_os("CONTROL")) else {
        return Ok(());
    };
    eprintln!("      CPython, round {round} of {ROUNDS}");
    let program = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../src/app/python/examples/count.py"
    );
    let mut command = Command::new(python);
    command.arg(control).arg(program);
    command.arg(CPYTHON_UNITS.to_string());
    let output = command.stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "CPython fails: {}", output.status);
    let text = String::from_utf8(output.stdout).context("it prints text")?;
    print!("{text}");
    Ok(())
}

/// All units are done and none is wrong.
fn sound(measurement: &Measurement) -> Result<()> {
    let outcome = &measurement.outcome;
    let threads = outcome
        .processes
        .iter()
        .flat_map(|process| &process.threads);
    let planned: u64 = threads.map(|thread| u64::from(thread.planned)).sum();
    let done = outcome.units_done();
    ensure!(done == planned, "{done} units of {planned} are done");
    let wrong = outcome.units_wrong();
    ensure!(wrong == 0, "{wrong} results are wrong");
    Ok(())
}
