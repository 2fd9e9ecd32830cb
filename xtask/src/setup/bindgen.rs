//! The wasm-bindgen command, which makes the page's JavaScript, and the test
//! runner that comes with it. Both must be of the library's exact version.
//!
//! They go where trunk looks for that version. Another version on the PATH,
//! for another project, is left as it is.

use super::{prebuilt, trunk};
use crate::{process, progress, project};
use anyhow::{Context, Result, ensure};
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};

const RUNNER: &str = "wasm-bindgen-test-runner";

/// Have the version that `Cargo.lock` names; return its test runner.
pub(super) fn ensure() -> Result<PathBuf> {
    let wanted = project::locked_version("wasm-bindgen")?;
    let folder = folder(&wanted)?;
    let own_runner = folder.join(format!("{RUNNER}{EXE_SUFFIX}"));
    let is_wanted = |program: &Path| is_version(program, &wanted);
    if is_wanted(&folder.join("wasm-bindgen")) && own_runner.is_file() {
        progress::present("wasm-bindgen", &format!("{wanted} in {}", folder.display()));
        return Ok(own_runner);
    }
    if let Some(runner) = process::find(RUNNER).filter(|_| is_wanted(Path::new("wasm-bindgen"))) {
        progress::present("wasm-bindgen", &format!("{wanted} on the PATH"));
        return Ok(runner);
    }
    let why = format!("it makes the page's JavaScript, and must be {wanted} as the library is");
    progress::working("wasm-bindgen", &why, || {
        if let Err(error) = download(&wanted, &folder) {
            println!("      {error:#}\n      compiling it instead (a few minutes)");
            compile(&wanted, &folder)?;
        }
        ensure!(
            is_wanted(&folder.join("wasm-bindgen")),
            "the wasm-bindgen in {} does not run",
            folder.display()
        );
        Ok(own_runner)
    })
}

/// The command itself, where `ensure` has put or found it.
pub(crate) fn program() -> Result<PathBuf> {
    let wanted = project::locked_version("wasm-bindgen")?;
    let own = folder(&wanted)?.join("wasm-bindgen");
    Ok(if is_version(&own, &wanted) {
        own
    } else {
        PathBuf::from("wasm-bindgen")
    })
}

fn folder(version: &str) -> Result<PathBuf> {
    Ok(trunk::cache_dir()?.join(format!("wasm-bindgen-{version}")))
}

fn is_version(program: &Path, wanted: &str) -> bool {
    process::version(program)
        .is_some_and(|version| version.split_whitespace().nth(1) == Some(wanted))
}

fn download(version: &str, folder: &Path) -> Result<()> {
    let machine = prebuilt::machine().context("there is no build for this system")?;
    let url = format!(
        "https://github.com/wasm-bindgen/wasm-bindgen/releases/download/{version}/wasm-bindgen-{version}-{machine}.tar.gz"
    );
    prebuilt::unpack(&url, folder, 1)?;
    process::version(folder.join("wasm-bindgen"))
        .map(drop)
        .context("the downloaded wasm-bindgen does not run here")
}

/// Cargo installs into `bin/`; trunk looks one level up.
fn compile(version: &str, folder: &Path) -> Result<()> {
    prebuilt::compile(
        "wasm-bindgen-cli",
        version,
        1,
        &["--root", &folder.to_string_lossy()],
    )?;
    for program in ["wasm-bindgen", RUNNER] {
        let file = format!("{program}{EXE_SUFFIX}");
        fs::rename(folder.join("bin").join(&file), folder.join(&file))
            .with_context(|| format!("cannot move {program} in {}", folder.display()))?;
    }
    Ok(())
}
