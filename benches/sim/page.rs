//! What a slider on the page waits for: one prediction.

use crate::timing::{median, seconds};
use timeslice::experiment::{Costs, Experiment, from_fragment};
use timeslice::sim::predict;

const ROUNDS: usize = 31;

pub(crate) fn print() {
    let one_gil = Experiment {
        cores: 64,
        threads: 64,
        units: 20_000,
        cpu_us: 50_000,
        ..Experiment::default()
    };
    let shortest_slices = Experiment {
        slice_us: 100,
        gil: false,
        cores: 8,
        ..one_gil.clone()
    };
    let everything = Experiment {
        cores: 64,
        processes: 64,
        threads: 64,
        ..Experiment::default()
    };
    let cases = [
        ("The start screen", from_fragment("v=1").experiment),
        ("64 threads, one GIL, 1000 s of work", one_gil),
        (
            "64 threads, 8 cores, slices of 100 µs, 1000 s of work",
            shortest_slices,
        ),
        ("64 cores, 64 processes of 64 threads", everything),
    ];
    println!("## One prediction, as the page makes it\n");
    println!("With the trace, and cut after as many events as on the page. Median of {ROUNDS}.\n");
    println!("| | ms | trace entries |");
    println!("|---|---:|---:|");
    for (name, experiment) in cases {
        eprint!("\r{name}...                              ");
        let mut entries = 0;
        let times = (0..ROUNDS).map(|_| {
            seconds(|| {
                let prediction = predict(&experiment, &Costs::CPYTHON_LINUX).expect("valid");
                let trace = &prediction.trace;
                entries = trace.spans.len() + trace.holds.len() + trace.units.len();
                prediction
            })
        });
        let milliseconds = median(times) * 1e3;
        println!("| {name} | {milliseconds:.1} | {entries} |");
    }
    eprintln!();
    println!();
}
