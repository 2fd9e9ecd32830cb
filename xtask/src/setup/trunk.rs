//! Trunk, which puts the page together, and installing tools with cargo.

use crate::{process, progress};
use anyhow::{Context, Result, bail};
use std::env;
use std::path::PathBuf;
use std::process::Command;

/// The version installed where there is none.
const VERSION: &str = "0.21.14";

/// The versions that read this project's `Trunk.toml`: those of this series.
const SERIES: &str = "trunk 0.21.";

/// Have `trunk` on the PATH.
pub(crate) fn ensure() -> Result<()> {
    let present = process::version("trunk");
    if let Some(version) = present
        .as_deref()
        .filter(|version| version.starts_with(SERIES))
    {
        progress::present("Trunk", version);
        return Ok(());
    }
    let why = match present {
        Some(other) => format!(
            "it puts the page together ({other} is there, {VERSION} is needed; it replaces the other)"
        ),
        None => "it puts the page together (compiling it takes a few minutes)".to_owned(),
    };
    progress::working("Trunk", &why, || {
        cargo_install("trunk", VERSION, &[])?;
        if process::version("trunk").is_none() {
            bail!(
                "trunk was installed but is not on the PATH; please add cargo's bin folder (usually ~/.cargo/bin)"
            );
        }
        Ok(())
    })
}

/// Install a tool with cargo: prebuilt if `cargo binstall` is there, else
/// compiled, for a short wait rather than a fast tool.
pub(crate) fn cargo_install(name: &str, version: &str, arguments: &[&str]) -> Result<()> {
    if process::read(process::command("cargo").args(["binstall", "-V"])).is_ok() {
        let package = format!("{name}@{version}");
        let mut prebuilt = process::command("cargo");
        prebuilt
            .args([
                "binstall",
                "--no-confirm",
                "--disable-strategies",
                "compile",
                &package,
            ])
            .args(arguments);
        if process::run(&mut prebuilt).is_ok() {
            return Ok(());
        }
    }
    let compile = |lock: &[&str]| -> Command {
        let mut command = process::command("cargo");
        command
            .args(["install", name, "--version", version])
            .args(arguments)
            .args(lock);
        for (key, value) in [
            ("LTO", "off"),
            ("CODEGEN_UNITS", "16"),
            ("OPT_LEVEL", "1"),
            ("DEBUG", "0"),
            ("STRIP", "symbols"),
        ] {
            command.env(format!("CARGO_PROFILE_RELEASE_{key}"), value);
        }
        command
    };
    // The locked dependencies are the tried ones, but a registry's mirror may
    // lack one of them; that shows before anything is compiled.
    let mut locked = compile(&["--locked"]);
    if process::run(&mut locked).is_ok() {
        return Ok(());
    }
    process::run(&mut compile(&[])).with_context(|| format!("by hand: {}", process::line(&locked)))
}

/// Where trunk keeps the tools it uses, and looks for them before it
/// downloads any.
pub(crate) fn cache_dir() -> Result<PathBuf> {
    let from = |variable: &str, rest: &str| {
        env::var_os(variable).map(|base| PathBuf::from(base).join(rest))
    };
    let folder = match env::consts::OS {
        "windows" => from("LOCALAPPDATA", "trunkrs/trunk/cache"),
        "macos" => from("HOME", "Library/Caches/dev.trunkrs.trunk"),
        _ => from("XDG_CACHE_HOME", "trunk")
            .filter(|path| path.is_absolute())
            .or_else(|| from("HOME", ".cache/trunk")),
    };
    folder.context("this machine names no home folder, so trunk has no place for its tools")
}
