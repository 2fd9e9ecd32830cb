//! How fast the simulator is, in ratios of one run: `cargo xtask bench sim`.
//!
//! A harness of its own, because what matters is ratios between things that
//! other harnesses measure one after the other, and partly in other processes
//! (node, Python). Here they take turns, so that a busy machine slows all of
//! them alike, and each round gives a ratio. The result is the median of those.
//!
//! Prints Markdown; what it is doing goes to standard error. Arguments:
//! `--wasm FILE` the workload as web assembly, to run with node; `--python
//! EXE` an interpreter that has SimPy; `--once` the workload alone and no times,
//! for profilers.

mod guest;
mod minimal;
mod page;
mod policies;
mod rates;
mod timing;
mod workload;

use std::env;
use std::process::ExitCode;

/// Slices that each job of the workload needs.
const SLICES: u32 = 1_000;

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = env::args().skip(1).filter(|a| a != "--bench").collect();
    let after = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).map(String::as_str)
    };
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    if has("--once") {
        let scenario = workload::round_robin(SLICES);
        workload::simulate(&scenario, SLICES, has("--trace"));
        return ExitCode::SUCCESS;
    }
    match rates::print(after("--wasm"), after("--python")) {
        Ok(()) => {}
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    }
    page::print();
    policies::print();
    ExitCode::SUCCESS
}
