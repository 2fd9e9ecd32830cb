//! Makes a machine ready, one file a step. Each step says what it does and
//! why, and does nothing when its result is there already.

mod bindgen;
pub(crate) mod browser;
mod cargo_config;
pub(crate) mod compiler;
mod packages;
mod prebuilt;
mod std_lib;
mod toolchain;
mod trunk;
mod wasm_opt;

pub(crate) use bindgen::program as wasm_bindgen;
pub(crate) use std_lib::TARGET;
pub(crate) use wasm_opt::program as wasm_opt;

use crate::progress;
use anyhow::Result;

/// Everything that building and serving the page needs.
pub(crate) fn page() -> Result<()> {
    progress::heading("Set-up");
    let compiler = toolchain::ensure()?;
    let sysroot = std_lib::ensure(&compiler)?;
    trunk::ensure()?;
    let runner = bindgen::ensure()?;
    wasm_opt::ensure()?;
    cargo_config::ensure(&compiler, &sysroot, &runner)
}

/// The page's needs, and what the tests need on top.
pub(crate) fn page_and_browsers() -> Result<()> {
    page()?;
    toolchain::ensure_checkers()?;
    browser::ensure()?;
    Ok(())
}

/// Whether set-up was done for the compiler in use now. Quick: trunk runs it
/// before each build, to give a plain message instead of the compiler's
/// complaint about a standard library made by another compiler.
pub(crate) fn check() -> Result<()> {
    let compiler = compiler::Compiler::active()?;
    std_lib::check(&compiler)
}
