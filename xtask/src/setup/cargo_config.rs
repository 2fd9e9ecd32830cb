//! `.cargo/web.toml`: how this machine builds for the web.
//!
//! The tracked `.cargo/config.toml` includes it when it is there, so plain
//! `cargo` and `trunk` build the page too, from any shell.

use super::compiler::{Compiler, Linker};
use super::std_lib::TARGET;
use crate::{progress, project};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// What the page's code may use of web assembly. The standard library is
/// built with the same.
pub(crate) const TARGET_FEATURES: &str =
    "-Ctarget-feature=+atomics,+bulk-memory,+mutable-globals,+simd128";

/// One memory that all threads import, and what wasm-bindgen needs to give
/// each of them a stack and thread-locals. An instance reserves the whole
/// maximum when it starts (256 MiB here), and iOS refuses large ones.
const LINK_ARGS: [&str; 8] = [
    "--shared-memory",
    "--import-memory",
    "--max-memory=268435456",
    "--export=__wasm_init_tls",
    "--export=__tls_size",
    "--export=__tls_align",
    "--export=__tls_base",
    "--export=__heap_base",
];

/// Write the file unless it says the right thing already.
pub(crate) fn ensure(compiler: &Compiler, sysroot: &Path, runner: &Path) -> Result<()> {
    let path = project::root().join(".cargo/web.toml");
    let text = text(
        &compiler.linker().unwrap_or(Linker::Bundled),
        sysroot,
        runner,
    );
    if fs::read_to_string(&path).is_ok_and(|present| present == text) {
        progress::present("Cargo's web settings", "in .cargo/web.toml");
        return Ok(());
    }
    progress::working(
        "Cargo's web settings",
        "plain `cargo` and `trunk` read .cargo/web.toml",
        || fs::write(&path, text).with_context(|| format!("cannot write {}", path.display())),
    )
}

fn text(linker: &Linker, sysroot: &Path, runner: &Path) -> String {
    let mut flags = vec![
        format!("--sysroot={}", sysroot.display()),
        TARGET_FEATURES.to_owned(),
    ];
    flags.extend(LINK_ARGS.iter().map(|arg| format!("-Clink-arg={arg}")));
    let flags: String = flags
        .iter()
        .map(|flag| format!("    '{flag}',\n"))
        .collect();
    let linker = match linker {
        Linker::Bundled => String::new(),
        Linker::At(path) => format!("linker = '{}'\n", path.display()),
    };
    format!(
        "# Written by `cargo xtask setup` for this machine's compiler. Do not edit or commit.\n\
         [target.{TARGET}]\n\
         {linker}\
         runner = '{runner}'\n\
         rustflags = [\n{flags}]\n",
        runner = runner.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn a_linker_is_named_only_where_the_compiler_has_none() {
        let (sysroot, runner) = (Path::new("/somewhere/sysroot"), Path::new("runner"));
        assert!(!text(&Linker::Bundled, sysroot, runner).contains("linker ="));
        let external = text(
            &Linker::At(PathBuf::from("/usr/bin/wasm-ld-22")),
            sysroot,
            runner,
        );
        assert!(external.contains("linker = '/usr/bin/wasm-ld-22'\n"));
        assert!(external.contains("'--sysroot=/somewhere/sysroot'"));
    }
}
