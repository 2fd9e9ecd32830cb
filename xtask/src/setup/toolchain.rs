//! A stable compiler with the source of its standard library, a linker for
//! web assembly, and for the tests rustfmt and clippy.
//!
//! Two kinds of machine are served. Where rustup can download, it adds the
//! source to the compiler in use. Where it cannot (a mirror of the system's
//! packages only), the system's own Rust is installed and this folder is
//! pointed at it with a git-ignored `rust-toolchain.toml`.

use super::compiler::{Compiler, OLDEST};
use super::packages::{self, Package};
use crate::{process, progress, project};
use anyhow::{Context, Result, bail};
use std::fs;

const WHY_SOURCE: &str =
    "threads in the browser need a standard library built for them, so its source";

/// Debian's packages of a recent Rust (kept for its browsers), with the
/// standard library's source and everything that compiles it.
const SYSTEM_RUST: Package = Package {
    name: "Rust with its source",
    apt: &[
        "rustc-web",
        "cargo-web",
        "rust-web-src",
        "rustfmt-web",
        "rust-web-clippy",
    ],
    ..Package::NONE
};

/// Return a compiler that can build for the web; install one if need be.
pub(crate) fn ensure() -> Result<Compiler> {
    let compiler = with_source()?;
    if compiler.linker().is_none() {
        let lld = compiler.linker_package()?;
        progress::working(
            "Linker",
            "this compiler brings none for web assembly",
            || {
                packages::install(&Package {
                    name: "LLVM's linker",
                    apt: &[&lld],
                    brew: &["lld"],
                    ..Package::NONE
                })
            },
        )?;
        compiler
            .linker()
            .context("the linker was installed, yet no wasm-ld is on the PATH")?;
    }
    Ok(compiler)
}

fn with_source() -> Result<Compiler> {
    let compiler =
        Compiler::active().context("no working Rust compiler here: see https://rustup.rs")?;
    if compiler.std_source().is_some() && compiler.is_recent() {
        progress::present(
            "Rust",
            &format!("{} with its library's source", compiler.release()),
        );
        return Ok(compiler);
    }
    let by_rustup = by_rustup(&compiler);
    let Err(rustup_error) = by_rustup else {
        return by_rustup;
    };
    println!("      {rustup_error:#}");
    progress::working(
        "The system's Rust",
        "rustup could not download the source; packages have it",
        use_system_rust,
    )
    .with_context(|| "run `rustup component add rust-src` by hand where the network allows it")?;
    let compiler = Compiler::active()?;
    if compiler.std_source().is_none() || !compiler.is_recent() {
        bail!(
            "Rust {} is in use here, still without its source or older than {}",
            compiler.release(),
            oldest()
        );
    }
    Ok(compiler)
}

/// A recent compiler with its source, if rustup can get it.
fn by_rustup(compiler: &Compiler) -> Result<Compiler> {
    if !compiler.is_recent() {
        let why = format!(
            "{} is in use here, and Python needs {}",
            compiler.release(),
            oldest()
        );
        progress::working("A newer Rust", &why, || {
            process::run(process::command("rustup").args(["update", "stable"]))
        })?;
    }
    progress::working("Rust's library source", WHY_SOURCE, || {
        process::run(process::command("rustup").args(["component", "add", "rust-src"]))
    })?;
    let compiler = Compiler::active()?;
    if !compiler.is_recent() {
        bail!(
            "rustup uses {} in this folder, and Python needs {}",
            compiler.release(),
            oldest()
        );
    }
    Ok(compiler)
}

fn oldest() -> String {
    let (major, minor) = OLDEST;
    format!("{major}.{minor}")
}

fn use_system_rust() -> Result<()> {
    packages::install(&SYSTEM_RUST)?;
    if process::find("rustup").is_none() {
        return Ok(()); // Nothing stands between the shell and the system's compiler.
    }
    let choice = project::root().join("rust-toolchain.toml");
    let text = "# Written by `cargo xtask setup`: rustup could not download what the web needs,\n\
                # so this folder uses the system's Rust. Delete this file to undo that.\n\
                [toolchain]\npath = \"/usr\"\n";
    println!(
        "      writing {} (git-ignored): this folder uses the system's Rust",
        choice.display()
    );
    fs::write(&choice, text).with_context(|| format!("cannot write {}", choice.display()))
}

/// Rustfmt and clippy, which the tests run.
pub(crate) fn ensure_checkers() -> Result<()> {
    for (tool, component) in [("rustfmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        if process::version(tool).is_some() {
            progress::present(component, "there");
            continue;
        }
        progress::working(component, "the tests check the code with it", || {
            process::run(process::command("rustup").args(["component", "add", component]))
        })?;
    }
    Ok(())
}
