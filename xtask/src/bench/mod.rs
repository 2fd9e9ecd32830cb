//! Measuring how fast the simulator, the lab and the page are.

mod document;
mod lab;
mod page;
mod python;
mod sim;

use crate::{process, progress, project, setup};
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use std::fs;
use std::process::{Command, Stdio};

/// What to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// What to measure
    what: What,
    /// Also write the tables to docs/benchmarks.md
    #[arg(long)]
    write: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// The simulator: native, in web assembly, and SimPy beside it
    Sim,
    /// The lab: the built page in a browser, and its kernels native beside it
    Lab,
    /// The page: how long a visitor waits, and speedscope beside its timeline
    Page,
    /// Python: a visitor's first run, and each layout beside one thread alone
    Python,
}

/// Build what is compared, let the benchmark take its times, show and keep them.
pub(crate) fn bench(options: &Options) -> Result<()> {
    let (part, tables) = match options.what {
        What::Sim => {
            setup::page()?;
            progress::heading("Benchmark");
            (document::Part::Sim, sim::tables()?)
        }
        What::Lab => {
            setup::page_and_browsers()?;
            (document::Part::Lab, lab::tables()?)
        }
        What::Page => {
            setup::page_and_browsers()?;
            (document::Part::Page, page::tables()?)
        }
        What::Python => {
            setup::page_and_browsers()?;
            (document::Part::Python, python::tables()?)
        }
    };
    println!("\n{tables}");
    if options.write {
        let path = project::root().join("docs/benchmarks.md");
        // None yet: the first part makes it.
        let present = fs::read_to_string(&path).unwrap_or_default();
        fs::write(&path, document::with_part(&present, part, &tables))
            .with_context(|| format!("cannot write {}", path.display()))?;
        println!("      written to {}", path.display());
    }
    Ok(())
}

/// Runs a benchmark and returns what it prints; what it is doing goes on the
/// screen.
fn output(command: &mut Command) -> Result<String> {
    let line = process::line(command);
    println!("      $ {line}");
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start: {line}"))?;
    if !output.status.success() {
        bail!("this command failed ({}): {line}", output.status);
    }
    String::from_utf8(output.stdout).context("a benchmark prints text")
}
