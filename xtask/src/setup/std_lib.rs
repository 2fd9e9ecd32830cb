//! The standard library with atomics, built once for each compiler.
//!
//! Threads in the browser share one memory, and the `std` that Rust ships for
//! the web is compiled without atomics. Cargo's `-Zbuild-std` can rebuild it,
//! but set in the configuration it would also apply to host programs such as
//! this one. So the library is built here, once, into a folder that looks
//! like a sysroot, and `cargo_config` passes that to the web target only.

use super::cargo_config::TARGET_FEATURES;
use super::compiler::Compiler;
use crate::{process, progress, project};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// The target that all of this is about.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Return the folder with the library for this compiler; build it if need be.
pub(crate) fn ensure(compiler: &Compiler) -> Result<PathBuf> {
    let sysroot = sysroot_for(compiler);
    if sysroot.is_dir() {
        progress::present(
            "Standard library with atomics",
            &format!("built for Rust {}", compiler.release()),
        );
        return Ok(sysroot);
    }
    progress::working(
        "Standard library with atomics",
        "the web target's own has none, and threads need them (once for each compiler, 1 to 2 minutes)",
        || build(&sysroot),
    )?;
    Ok(sysroot)
}

/// Fail with the remedy if the library was not built for this compiler.
pub(crate) fn check(compiler: &Compiler) -> Result<()> {
    if !sysroot_for(compiler).is_dir() {
        bail!(
            "the web set-up is not there for Rust {}: please run `cargo xtask setup`",
            compiler.release()
        );
    }
    Ok(())
}

/// One folder for each compiler and set of flags.
fn sysroot_for(compiler: &Compiler) -> PathBuf {
    let key = fnv(&[compiler.description(), TARGET_FEATURES].concat());
    sysroots().join(format!("{}-{key:016x}", compiler.release()))
}

fn sysroots() -> PathBuf {
    project::machine_dir().join("sysroot")
}

/// The FNV-1a hash: the same from every compiler, which std's hasher isn't.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn build(sysroot: &Path) -> Result<()> {
    let scratch = project::machine_dir().join("std");
    let partial = sysroots().join("partial");
    // What an interrupted set-up has left may be of another compiler.
    for left in [&scratch, &partial] {
        if left.exists() {
            fs::remove_dir_all(left)
                .with_context(|| format!("cannot remove {}", left.display()))?;
        }
    }
    write_empty_crate(&scratch)?;
    let target_dir = scratch.join("target");
    process::run(
        process::command("cargo")
            .current_dir(&scratch)
            .args([
                "build",
                "--release",
                "-Zbuild-std=std,panic_abort,test",
                "--target",
                TARGET,
                "--target-dir",
            ])
            .arg(&target_dir)
            .env("RUSTC_BOOTSTRAP", "1") // -Z flags on a stable compiler
            // Bitcode as well as machine code: the page is linked with LTO or without.
            .env(
                "RUSTFLAGS",
                format!("{TARGET_FEATURES} -Cembed-bitcode=yes"),
            ),
    )?;
    collect(
        &target_dir.join(TARGET).join("release/deps"),
        &partial.join("lib/rustlib").join(TARGET).join("lib"),
    )?;
    // Libraries for other compilers are of no use any more.
    for old in fs::read_dir(sysroots())?
        .flatten()
        .filter(|entry| entry.path() != partial)
    {
        fs::remove_dir_all(old.path())?;
    }
    fs::rename(&partial, sysroot)
        .with_context(|| format!("cannot move {} into place", partial.display()))?;
    fs::remove_dir_all(&scratch).with_context(|| format!("cannot remove {}", scratch.display()))
}

/// A crate of no content: building it builds the standard library.
fn write_empty_crate(folder: &Path) -> Result<()> {
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
                    [profile.release]\nopt-level = 3\n";
    fs::create_dir_all(folder.join("src"))
        .and_then(|()| fs::write(folder.join("Cargo.toml"), manifest))
        .and_then(|()| fs::write(folder.join("src/lib.rs"), ""))
        .with_context(|| format!("cannot write to {}", folder.display()))
}

fn collect(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            fs::copy(&path, to.join(&*name)).with_context(|| format!("cannot copy {name}"))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::fnv;

    #[test]
    fn the_hash_is_fnv_1a() {
        assert_eq!(fnv(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv("a"), 0xaf63_dc4c_8601_ec8c);
    }
}
