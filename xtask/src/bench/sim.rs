//! The simulator: native, in web assembly, and SimPy beside it.

use super::output;
use crate::setup::TARGET;
use crate::{process, project};
use anyhow::{Context, Result};
use std::path::PathBuf;

/// What is compared with, fixed so that the numbers stay comparable.
const SIMPY: &str = "simpy==4.1.1";

/// The benchmark's tables.
pub(super) fn tables() -> Result<String> {
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
    output(&mut command)
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
