//! wasm-opt, which makes the released page smaller and faster.
//!
//! It goes where trunk looks for the version that `Trunk.toml` names, so that
//! trunk downloads nothing. The systems' packages of it are too old for what
//! today's compiler writes.

use super::packages::{self, Package};
use super::prebuilt;
use super::trunk::cache_dir;
use crate::{process, progress};
use anyhow::{Result, ensure};
use std::env::consts::{ARCH, OS};
use std::path::{Path, PathBuf};

/// Binaryen's release, as `Trunk.toml` also says.
const VERSION: &str = "132";

const NODE: Package<'_> = Package {
    name: "Node.js with npm",
    apt: &["nodejs", "npm"],
    dnf: &["nodejs", "npm"],
    pacman: &["nodejs", "npm"],
    brew: &["node"],
    winget: &["OpenJS.NodeJS.LTS"],
};

/// Have wasm-opt where trunk finds it.
pub(super) fn ensure() -> Result<()> {
    let folder = folder()?;
    if is_there(Path::new("wasm-opt")) || is_there(&folder.join("bin/wasm-opt")) {
        progress::present("wasm-opt", VERSION);
        return Ok(());
    }
    progress::working(
        "wasm-opt",
        "it makes the page's code smaller and faster",
        || {
            if let Err(error) = download(&folder) {
                println!("      {error:#}\n      trying npm, which has it too");
                install_with_npm(&folder)?;
            }
            ensure!(
                is_there(&folder.join("bin/wasm-opt")),
                "the wasm-opt in {} does not run",
                folder.display()
            );
            Ok(())
        },
    )
}

/// The program, where `ensure` has put or found it.
pub(crate) fn program() -> Result<PathBuf> {
    let own = folder()?.join("bin/wasm-opt");
    Ok(if is_there(&own) {
        own
    } else {
        PathBuf::from("wasm-opt")
    })
}

fn folder() -> Result<PathBuf> {
    Ok(cache_dir()?.join(format!("wasm-opt-version_{VERSION}")))
}

fn is_there(program: &Path) -> bool {
    let tool = format!("wasm-opt version {VERSION}");
    process::version(program).is_some_and(|version| version.starts_with(&tool))
}

/// Binaryen's own build for this machine: quicker at its work than npm's.
fn download(folder: &Path) -> Result<()> {
    let system = match (OS, ARCH) {
        ("macos", "aarch64") => "arm64-macos".to_owned(),
        _ => format!("{ARCH}-{OS}"),
    };
    let release = format!("version_{VERSION}");
    let url = format!(
        "https://github.com/WebAssembly/binaryen/releases/download/{release}/binaryen-{release}-{system}.tar.gz"
    );
    prebuilt::unpack(&url, folder, 1)
}

/// npm's package runs on Node; a global install has trunk's folder layout.
fn install_with_npm(folder: &Path) -> Result<()> {
    if process::find("npm").is_none() {
        packages::install(&NODE)?;
    }
    let package = format!("binaryen@{VERSION}.0.0");
    process::run(
        process::command("npm")
            .args(["install", "--global", "--no-audit", "--no-fund", "--prefix"])
            .arg(folder)
            .arg(package),
    )
}
