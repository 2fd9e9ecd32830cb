//! Slices per second of one workload, by several means.

use crate::SLICES;
use crate::guest::Guest;
use crate::minimal;
use crate::timing::{least, median, seconds};
use crate::workload::{CORES, JOBS, round_robin, simulate};
use std::hint::black_box;
use std::io;

const ROUNDS: usize = 21;
/// Rounds that do not count. A wasm engine first runs code as it came, and
/// compiles properly what has run for a while.
const WARM_UP: usize = 12;
/// SimPy gets less to do: its rate does not depend on how much it is.
const SIMPY_SLICES: u32 = 20;

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches");

/// One means, and the seconds per slice it took in each round.
struct Contender {
    name: &'static str,
    times: Vec<f64>,
}

pub(crate) fn print(wasm: Option<&str>, python: Option<&str>) -> io::Result<()> {
    let mut node = wasm
        .map(|file| Guest::start("node", &[&format!("{SCRIPTS}/wasm/rate.mjs"), file]))
        .transpose()?;
    let mut simpy = python
        .map(|python| Guest::start(python, &[&format!("{SCRIPTS}/sim/round_robin.py")]))
        .transpose()?;
    let scenario = round_robin(SLICES);
    let slices = f64::from(SLICES * JOBS);
    let [
        mut least_work,
        mut quiet,
        mut traced,
        mut web,
        mut web_traced,
        mut python,
    ] = [
        "Minimal loop",
        "Engine, trace off",
        "Engine, trace on",
        "Engine in web assembly, trace off",
        "Engine in web assembly, trace on",
        "SimPy",
    ]
    .map(|name| Contender {
        name,
        times: Vec::new(),
    });
    if let Some(node) = &mut node {
        for _ in 0..WARM_UP {
            node.seconds_per_slice(SLICES, false)?;
            node.seconds_per_slice(SLICES, true)?;
        }
    }
    for round in 0..=ROUNDS {
        eprint!("\rround robin: round {round} of {ROUNDS}");
        let note = |contender: &mut Contender, time: f64| {
            if round > 0 {
                contender.times.push(time);
            }
        };
        note(
            &mut least_work,
            seconds(|| minimal::simulate(black_box(SLICES))) / slices,
        );
        note(
            &mut quiet,
            seconds(|| simulate(&scenario, SLICES, false)) / slices,
        );
        note(
            &mut traced,
            seconds(|| simulate(&scenario, SLICES, true)) / slices,
        );
        if let Some(node) = &mut node {
            note(&mut web, node.seconds_per_slice(SLICES, false)?);
            note(&mut web_traced, node.seconds_per_slice(SLICES, true)?);
        }
        if let Some(simpy) = &mut simpy {
            note(&mut python, simpy.seconds_per_slice(SIMPY_SLICES, false)?);
        }
    }
    eprintln!();

    println!("## Slices per second\n");
    println!("Round robin, {JOBS} jobs, {CORES} cores, no costs. Each ratio is of the rates of");
    println!(
        "the same round, the median of {ROUNDS} rounds; each rate is that of the best round.\n"
    );
    println!("| | million slices/s | ratio | to | at least |");
    println!("|---|---:|---:|---|---:|");
    let row = |of: &Contender, to: Option<(&Contender, f64)>| {
        if of.times.is_empty() {
            println!("| {} | not measured | | | |", of.name);
            return;
        }
        let rate = 1.0 / least(of.times.iter().copied()) / 1e6;
        print!("| {} | {rate:.2} |", of.name);
        match to {
            Some((to, target)) if !to.times.is_empty() => {
                let ratios = of.times.iter().zip(&to.times).map(|(of, to)| to / of);
                let (ratio, base) = (median(ratios), to.name.to_lowercase());
                println!(" {ratio:.3} | {base} | {target} |");
            }
            _ => println!(" | | |"),
        }
    };
    row(&least_work, None);
    row(&quiet, Some((&least_work, 0.25)));
    row(&traced, Some((&least_work, 0.125)));
    row(&web, Some((&quiet, 0.6)));
    row(&web_traced, Some((&traced, 0.6)));
    row(&python, None);
    if !python.times.is_empty() {
        row(&quiet, Some((&python, 100.0)));
    }
    println!();
    Ok(())
}
