//! The Rust compiler that this folder uses, and what lies beside it.

use crate::process;
use anyhow::{Context, Result};
use std::path::PathBuf;

/// The oldest release that compiles everything here, the Python module's parser too.
pub(crate) const OLDEST: (u32, u32) = (1, 96);

/// The newest release whose warnings are known: there are none here. A newer one may
/// warn of what nobody has been told of, and that must not fail anyone's tests.
const NEWEST: (u32, u32) = (1, 99);

/// A compiler, known by its own description.
pub(crate) struct Compiler {
    /// What `rustc -vV` prints: version, commit, host and LLVM.
    description: String,
    sysroot: PathBuf,
}

/// What links web assembly.
pub(crate) enum Linker {
    /// The compiler brings its own and finds it.
    Bundled,
    /// A program of this machine, which cargo must be told of.
    At(PathBuf),
}

impl Compiler {
    /// The one that `cargo` and `trunk` use in this folder.
    pub(crate) fn active() -> Result<Self> {
        let description = process::read(process::command("rustc").arg("-vV"))?;
        let sysroot = process::read(process::command("rustc").args(["--print", "sysroot"]))?;
        Ok(Self {
            description,
            sysroot: PathBuf::from(sysroot),
        })
    }

    pub(crate) fn description(&self) -> &str {
        &self.description
    }

    /// For example `1.96.0`.
    pub(crate) fn release(&self) -> &str {
        self.field("release").unwrap_or("unknown")
    }

    /// Whether it compiles everything here. `xtask` itself needs less.
    pub(crate) fn is_recent(&self) -> bool {
        is_recent(self.release())
    }

    /// Whether its warnings count as errors.
    pub(crate) fn is_strict(&self) -> bool {
        is_strict(self.release())
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.description
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// Where cargo's `-Zbuild-std` looks for the standard library's source.
    pub(crate) fn std_source(&self) -> Option<PathBuf> {
        let library = self.sysroot.join("lib/rustlib/src/rust/library");
        library.join("std/Cargo.toml").is_file().then_some(library)
    }

    /// The package that has a linker made for this compiler's LLVM.
    pub(crate) fn linker_package(&self) -> Result<String> {
        let llvm = self
            .field("LLVM version")
            .context("rustc -vV names no LLVM version")?;
        let (major, _) = llvm.split_once('.').unwrap_or((llvm, ""));
        Ok(format!("lld-{major}"))
    }

    /// The compiler's own `rust-lld`, else a `wasm-ld` of the same LLVM, else
    /// any `wasm-ld`.
    pub(crate) fn linker(&self) -> Option<Linker> {
        let host = self.field("host")?;
        let bundled = self.sysroot.join(format!(
            "lib/rustlib/{host}/bin/rust-lld{}",
            std::env::consts::EXE_SUFFIX
        ));
        if bundled.is_file() {
            return Some(Linker::Bundled);
        }
        let same_llvm = self.linker_package().ok()?.replace("lld", "wasm-ld");
        process::find(&same_llvm)
            .or_else(|| process::find("wasm-ld"))
            .map(Linker::At)
    }
}

fn is_recent(release: &str) -> bool {
    version(release).is_none_or(|version| version >= OLDEST)
}

fn is_strict(release: &str) -> bool {
    version(release).is_some_and(|version| version <= NEWEST)
}

/// Major and minor.
fn version(release: &str) -> Option<(u32, u32)> {
    let mut numbers = release.split('.').map(|number| number.parse::<u32>().ok());
    numbers.next().flatten().zip(numbers.next().flatten())
}

#[cfg(test)]
mod tests {
    use super::{is_recent, is_strict};

    #[test]
    fn a_compiler_is_recent_and_strict_by_its_number() {
        for (release, recent, strict) in [
            ("1.95.0", false, true),
            ("1.96.0", true, true),
            ("1.99.1", true, true),
            ("1.100.0-nightly", true, false),
            ("2.0.0", true, false),
            ("unknown", true, false),
        ] {
            assert_eq!(is_recent(release), recent, "{release}");
            assert_eq!(is_strict(release), strict, "{release}");
        }
    }
}
