//! Getting tools: their authors' own builds where those can be downloaded
//! (seconds), else compiled with cargo (minutes).

use crate::process;
use anyhow::{Context, Result};
use std::env::consts::{ARCH, OS};
use std::fs;
use std::path::Path;
use std::process::Command;

/// What release archives call this machine.
pub(super) fn machine() -> Option<String> {
    let system = match OS {
        "linux" => "unknown-linux-musl",
        "macos" => "apple-darwin",
        "windows" => "pc-windows-msvc",
        _ => return None,
    };
    Some(format!("{ARCH}-{system}"))
}

/// Unpack the archive at `url` into `folder`, leaving out the outermost
/// `strip` folders in it.
pub(super) fn unpack(url: &str, folder: &Path, strip: u8) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let archive = folder.join("archive.tar.gz");
    let mut download = process::command("curl");
    download
        .args(["-fsSL", "--connect-timeout", "20", "--retry", "2", "-o"])
        .arg(&archive)
        .arg(url);
    process::run(&mut download)?;
    let mut extract = process::command("tar");
    extract
        .arg("-xzf")
        .arg(&archive)
        .args(["--strip-components", &strip.to_string(), "-C"])
        .arg(folder);
    process::run(&mut extract)?;
    fs::remove_file(&archive).with_context(|| format!("cannot remove {}", archive.display()))
}

/// Compile and install a tool, for a short wait rather than a fast tool.
///
/// `optimise` is the compiler's level: 0 nearly halves the compiling of a
/// large tool that does little work of its own.
pub(super) fn compile(name: &str, version: &str, optimise: u8, arguments: &[&str]) -> Result<()> {
    let install = |lock: &[&str]| -> Command {
        let mut command = process::command("cargo");
        command
            .args(["install", name, "--version", version, "--force"])
            .args(arguments)
            .args(lock);
        let quick = [
            ("LTO", "off"),
            ("CODEGEN_UNITS", "16"),
            ("OPT_LEVEL", &optimise.to_string()),
            ("DEBUG", "0"),
            ("STRIP", "symbols"),
        ];
        for (key, value) in quick {
            command.env(format!("CARGO_PROFILE_RELEASE_{key}"), value);
        }
        command
    };
    // The locked dependencies are the tried ones, but a registry's mirror may
    // lack one of them; that shows before anything is compiled.
    let mut locked = install(&["--locked"]);
    if process::run(&mut locked).is_ok() {
        return Ok(());
    }
    process::run(&mut install(&[])).with_context(|| format!("by hand: {}", process::line(&locked)))
}
