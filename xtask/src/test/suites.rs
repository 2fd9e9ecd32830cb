//! What each suite runs.

use super::Kind;
use super::tally::Tally;
use crate::setup::compiler::Compiler;
use crate::{budget, process, project, python, setup};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, IsTerminal};
use std::process::{Command, Stdio};

const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];

/// A suite and how to run it.
pub(super) struct Suite {
    pub(super) kind: Kind,
    pub(super) name: &'static str,
    pub(super) run: fn(&mut Tally) -> Result<()>,
}

/// Every suite; mostly the quickest to fail come first.
pub(super) const ALL: [Suite; 7] = [
    Suite {
        kind: Kind::Lint,
        name: "Formatting",
        run: |_| process::run(cargo("fmt").args(["--all", "--check"])),
    },
    Suite {
        kind: Kind::Lint,
        name: "Clippy",
        // Python is checked as web code, for which its interpreter is compiled anyway;
        // checking it here, too, would take minutes more.
        run: |_| {
            clippy(&[
                "--workspace",
                "--exclude",
                "timeslice-python",
                "--all-targets",
            ])
        },
    },
    Suite {
        kind: Kind::Lint,
        name: "Clippy on web code",
        run: |_| clippy(&WASM),
    },
    Suite {
        kind: Kind::Native,
        name: "Native tests",
        run: native,
    },
    Suite {
        kind: Kind::Lint,
        // Not sooner: it waits for the interpreter.
        name: "Clippy on Python",
        run: |_| python::lint(),
    },
    Suite {
        kind: Kind::Wasm,
        name: "Web tests",
        run: wasm,
    },
    Suite {
        kind: Kind::E2e,
        name: "End-to-end tests",
        run: e2e,
    },
];

fn cargo(subcommand: &str) -> Command {
    let mut command = process::command("cargo");
    command.arg(subcommand);
    command
}

fn clippy(what: &[&str]) -> Result<()> {
    let mut command = cargo("clippy");
    command.args(what);
    if Compiler::active()?.is_strict() {
        command.args(["--", "-D", "warnings"]);
    }
    process::run(&mut command)
}

fn native(tally: &mut Tally) -> Result<()> {
    count(
        cargo("test").args([
            "--workspace",
            "--exclude",
            "timeslice-e2e",
            "--no-fail-fast",
        ]),
        tally,
    )
}

fn wasm(tally: &mut Tally) -> Result<()> {
    if !project::root().join("tests/wasm.rs").is_file() {
        println!("      there are none");
        return Ok(());
    }
    let settings = project::root().join("tests/webdriver.json");
    let mut command = cargo("test");
    command
        .args(WASM)
        .args(["--test", "wasm"])
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", settings);
    // The runner takes the first driver it is told of, and one is enough.
    command.env("CHROMEDRIVER", setup::browser::ensure_chromium()?);
    count(&mut command, tally)
}

/// The site is there. One test at a time: some measure, and two browsers would share
/// the cores.
fn e2e(tally: &mut Tally) -> Result<()> {
    let mut command = cargo("test");
    command.args([
        "--package",
        "timeslice-e2e",
        "--no-fail-fast",
        "--",
        "--test-threads=1",
    ]);
    setup::browser::ensure()?.tell(&mut command);
    let tested = count(&mut command, tally);
    // A page that is too heavy may still work.
    budget::check()?;
    tested
}

/// Run to the end, let the output through and count the tests in it.
fn count(command: &mut Command, tally: &mut Tally) -> Result<()> {
    let line = process::line(command);
    println!("      $ {line}");
    if std::io::stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start: {line}"))?;
    let output = child.stdout.take().context("the child's output is piped")?;
    for text in BufReader::new(output).lines() {
        let text = text.with_context(|| format!("cannot read the output of: {line}"))?;
        println!("{text}");
        tally.read(&text);
    }
    let status = child
        .wait()
        .with_context(|| format!("cannot wait for: {line}"))?;
    if !status.success() {
        bail!("this command failed ({status}): {line}");
    }
    Ok(())
}
