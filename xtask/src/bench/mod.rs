//! Measuring how fast the simulator is.

mod document;

use crate::setup::{self, TARGET};
use crate::{process, progress, project};
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

/// What is compared with, fixed so that the numbers stay comparable.
const SIMPY: &str = "simpy==4.1.1";

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
}

/// Build what is compared, let the benchmark take its times, show and keep them.
pub(crate) fn bench(options: &Options) -> Result<()> {
    let What::Sim = options.what;
    setup::page()?;
    progress::heading("Benchmark");
    let mut command = process::command("cargo");
    command.args(["bench", "--bench", "sim", "--"]);
    if process::find("node").is_some() {
        command.arg("--wasm").arg(web()?);
    } else {
        println!("      web assembly is left out: there is no node here to run it");
    }
    match simpy() {
        Ok(python) => {
            command.arg("--python").arg(python);
        }
        Err(error) => println!("      SimPy is left out: {error:#}"),
    }
    let line = process::line(&command);
    println!("      $ {line}");
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start: {line}"))?;
    if !output.status.success() {
        bail!("this command failed ({}): {line}", output.status);
    }
    let tables = String::from_utf8(output.stdout).context("the tables are text")?;
    println!("\n{tables}");
    if options.write {
        let path = project::root().join("docs/benchmarks.md");
        fs::write(&path, document::text(&tables))
            .with_context(|| format!("cannot write {}", path.display()))?;
        println!("      written to {}", path.display());
    }
    Ok(())
}

/// The workload as web assembly.
fn web() -> Result<PathBuf> {
    let arguments = [
        "build",
        "--release",
        "--target",
        TARGET,
        "--example",
        "rate",
    ];
    process::run(process::command("cargo").args(arguments))?;
    Ok(project::root().join(format!("target/{TARGET}/release/examples/rate.wasm")))
}

/// A Python of its own that has SimPy.
fn simpy() -> Result<PathBuf> {
    let folder = project::machine_dir().join("bench");
    let python = folder.join("bin/python");
    let has_it = || process::read(process::command(&python).args(["-c", "import simpy"])).is_ok();
    if !python.is_file() || !has_it() {
        process::find("python3").context("there is no python3 here")?;
        process::run(
            process::command("python3")
                .args(["-m", "venv"])
                .arg(&folder),
        )?;
        let arguments = ["-m", "pip", "install", "--quiet", SIMPY];
        process::run(process::command(&python).args(arguments))?;
    }
    Ok(python)
}
