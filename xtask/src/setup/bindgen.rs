//! The wasm-bindgen command, which makes the page's JavaScript, and the test
//! runner that comes with it. Both must be of the library's exact version.

use super::trunk::cargo_install;
use crate::{process, progress, project};
use anyhow::{Context, Result};
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};

const RUNNER: &str = "wasm-bindgen-test-runner";

/// Have the version that `Cargo.lock` names.
pub(crate) fn ensure() -> Result<()> {
    let wanted = project::locked_version("wasm-bindgen")?;
    let on_path = process::version("wasm-bindgen");
    if on_path
        .as_deref()
        .is_some_and(|version| is(version, &wanted))
        && process::find(RUNNER).is_some()
    {
        progress::present("wasm-bindgen", &format!("{wanted} on the PATH"));
        return Ok(());
    }
    let private = private_dir(&wanted)?;
    if process::version(private.join("wasm-bindgen")).is_some_and(|version| is(&version, &wanted)) {
        progress::present(
            "wasm-bindgen",
            &format!("{wanted} in {}", private.display()),
        );
        return Ok(());
    }
    let why = format!(
        "it makes the page's JavaScript; the library is {wanted}, so must this be (compiling: a few minutes)"
    );
    progress::working("wasm-bindgen", &why, || match on_path {
        None => cargo_install("wasm-bindgen-cli", &wanted, &[]),
        Some(other) => {
            println!(
                "      {other} is on the PATH and stays; this one goes beside it, where trunk looks"
            );
            install_beside(&wanted, &private)
        }
    })
}

/// The test runner that matches the library.
pub(crate) fn runner() -> Result<PathBuf> {
    let wanted = project::locked_version("wasm-bindgen")?;
    let private = private_dir(&wanted)?.join(format!("{RUNNER}{EXE_SUFFIX}"));
    if private.is_file() {
        return Ok(private);
    }
    process::find(RUNNER).with_context(|| format!("{RUNNER} is missing: run `cargo xtask setup`"))
}

fn is(version: &str, wanted: &str) -> bool {
    version.split_whitespace().nth(1) == Some(wanted)
}

/// Trunk's own place for this version.
fn private_dir(version: &str) -> Result<PathBuf> {
    Ok(super::trunk::cache_dir()?.join(format!("wasm-bindgen-{version}")))
}

/// Cargo installs into `bin/`; trunk looks one level up.
fn install_beside(version: &str, folder: &Path) -> Result<()> {
    cargo_install(
        "wasm-bindgen-cli",
        version,
        &["--root", &folder.to_string_lossy()],
    )?;
    for program in ["wasm-bindgen", RUNNER] {
        let file = format!("{program}{EXE_SUFFIX}");
        fs::copy(folder.join("bin").join(&file), folder.join(&file))
            .with_context(|| format!("cannot copy {program} in {}", folder.display()))?;
    }
    Ok(())
}
