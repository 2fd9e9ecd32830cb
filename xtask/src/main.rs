//! The project's chores. `cargo xtask serve` and `cargo xtask test` are the
//! two commands a newcomer needs: each first installs what is missing.
//!
//! Map: `setup` makes the machine ready, one file a step; `site` builds the
//! page and `python` the interpreter, `finish` does what trunk leaves to do, `budget`
//! weighs it; `serve` shows it; `test` runs every suite and adds up the results;
//! `bench` measures.
//! `process`, `progress` and `project` are what all of those share.

mod bench;
mod budget;
mod finish;
mod process;
mod progress;
mod project;
mod python;
mod serve;
mod setup;
mod site;
mod test;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Timeslice: set up, build, serve, test")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what is missing to build the page, and build its Python
    Setup {
        /// Also install the browsers the tests drive, and their drivers
        #[arg(long)]
        browsers: bool,
    },
    /// Say whether this compiler's set-up is in place (trunk runs this before each build)
    Check,
    /// Finish the page that trunk has put together (trunk runs this after each build)
    Finish,
    /// Set up and build the Python module, unless it is there and up to date
    Python,
    /// Set up, build and serve on this machine, rebuilding at each change
    Serve(serve::Options),
    /// Set up and build the optimised static site in `dist/`
    Build,
    /// Set up and run every test
    Test(test::Options),
    /// Set up and measure how fast it is
    Bench(bench::Options),
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Setup { browsers } => {
            if browsers {
                setup::page_and_browsers()?;
            } else {
                setup::page()?;
            }
            python::ensure()?;
        }
        Command::Check => setup::check()?,
        Command::Finish => finish::finish()?,
        Command::Python => {
            setup::page()?;
            python::ensure()?;
        }
        Command::Serve(options) => serve::serve(&options)?,
        Command::Build => {
            setup::page()?;
            site::build()?;
        }
        Command::Test(options) => return test::test(&options),
        Command::Bench(options) => bench::bench(&options)?,
    }
    Ok(ExitCode::SUCCESS)
}
