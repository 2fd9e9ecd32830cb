//! Trunk, which puts the page together.

use super::prebuilt;
use crate::{process, progress, project};
use anyhow::{Context, Result, bail};
use std::env;
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::PathBuf;

/// The version installed where there is none.
const VERSION: &str = "0.21.14";

/// The versions that read this project's `Trunk.toml`: those of this series.
const SERIES: &str = "trunk 0.21.";

/// Have `trunk` on the PATH.
pub(super) fn ensure() -> Result<()> {
    let present = process::version("trunk");
    if let Some(version) = present
        .as_deref()
        .filter(|version| version.starts_with(SERIES))
    {
        progress::present("Trunk", version);
        return Ok(());
    }
    let why = match present {
        Some(other) => {
            format!("it puts the page together; {other} is there, {VERSION} will replace it")
        }
        None => "it puts the page together".to_owned(),
    };
    progress::working("Trunk", &why, || {
        if let Err(error) = install_prebuilt() {
            println!("      {error:#}\n      compiling it instead (a few minutes)");
            prebuilt::compile("trunk", VERSION, 0, &[])?;
        }
        if process::version("trunk").is_none_or(|version| !version.starts_with(SERIES)) {
            bail!(
                "trunk {VERSION} was installed, but the PATH does not lead to it: please put cargo's bin folder (usually ~/.cargo/bin) on the PATH"
            );
        }
        Ok(())
    })
}

fn install_prebuilt() -> Result<()> {
    let machine = prebuilt::machine().context("there is no build for this system")?;
    let url = format!(
        "https://github.com/trunk-rs/trunk/releases/download/v{VERSION}/trunk-{machine}.tar.gz"
    );
    let folder = project::machine_dir().join("trunk");
    prebuilt::unpack(&url, &folder, 0)?;
    let program = folder.join(format!("trunk{EXE_SUFFIX}"));
    process::version(&program).context("the downloaded trunk does not run here")?;
    let bin = cargo_home()?.join("bin");
    fs::create_dir_all(&bin)
        .and_then(|()| fs::copy(&program, bin.join(format!("trunk{EXE_SUFFIX}"))))
        .with_context(|| format!("cannot copy trunk to {}", bin.display()))?;
    fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))
}

fn cargo_home() -> Result<PathBuf> {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
        .context("this machine names no home folder")
}

/// Where trunk keeps the tools it uses, and looks for them before it
/// downloads any.
pub(super) fn cache_dir() -> Result<PathBuf> {
    let home = |rest: &str| env::home_dir().map(|home| home.join(rest));
    let folder = match env::consts::OS {
        "windows" => {
            env::var_os("LOCALAPPDATA").map(|base| PathBuf::from(base).join("trunkrs/trunk/cache"))
        }
        "macos" => home("Library/Caches/dev.trunkrs.trunk"),
        _ => env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .filter(|base| base.is_absolute())
            .map(|base| base.join("trunk"))
            .or_else(|| home(".cache/trunk")),
    };
    folder.context("this machine names no home folder, so trunk has no place for its tools")
}
