//! `timeslice`: the simulator on the command line. It parses and prints; what
//! it prints is made by the library.
//!
//! Exit status: 0, done; 1, the run has what `--fail-on` names; 2, wrong usage;
//! 3, bad input; 4, a file cannot be read or written. A reader that goes away
//! (`| head`) ends it quietly with 0.

mod args;
mod compare;
mod error;
mod input;
mod output;
mod reference;
mod run;
mod sweep;

use args::{Cli, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // There is nobody left to tell if this cannot be printed.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let done = match &cli.command {
        Command::Run(args) => run::run(args),
        Command::Compare(args) => compare::compare(args),
        Command::Sweep(args) => sweep::sweep(args),
        Command::Policies(args) => reference::policies(args),
        Command::Schema => reference::schema(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
