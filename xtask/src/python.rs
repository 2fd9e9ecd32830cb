//! The Python module. Its interpreter takes minutes to compile, so it is built apart
//! from the page, in a target folder of its own, and what comes out is kept in
//! `.web/python`; `finish` puts it into the site, where the page loads it when it
//! is asked for Python.

use crate::setup::compiler::Compiler;
use crate::setup::{self, TARGET};
use crate::{finish, process, progress, project};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// How the folder in the site begins; what follows tells its contents.
pub(crate) const FOLDER: &str = "python-";

/// Tells the page where the module is. Without a module there is no such file.
const POINTER: &str = "python.json";

const PACKAGE: &str = "timeslice-python";
const LIBRARY: &str = "timeslice_python";
const PROFILE: &str = "python";

/// What the compiler writes, and wasm-opt must be told of; and how much it does.
/// `-O2` and `-O3` take more than twice and six times as long, for code that is no
/// smaller when compressed and no faster.
const OPTIMISING: [&str; 10] = [
    "--enable-threads",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-simd",
    "--enable-reference-types",
    "--enable-multivalue",
    "-O1",
    "--strip-debug",
];

/// How many modules are kept: worktrees may share the folder.
const KEPT: usize = 4;

/// Has the module, up to date: cargo compiles what has changed, and what comes out
/// is made ready for the site unless that was done.
pub(crate) fn ensure() -> Result<()> {
    progress::heading("Python");
    progress::working(
        "Module",
        "the interpreter takes minutes, the first time",
        make,
    )
}

fn make() -> Result<()> {
    process::run(&mut cargo("build"))?;
    let raw = raw();
    let wasm = fs::read(&raw).with_context(|| format!("cannot read {}", raw.display()))?;
    let bindgen = project::locked_version("wasm-bindgen")?;
    let recipe = format!("{bindgen} {} ", OPTIMISING.join(" "));
    let digest = finish::digest(&[recipe.as_bytes(), &wasm].concat());
    let kept = kept().join(&digest);
    if !kept.is_dir() {
        prepare(&raw, &kept)?;
        forget(&kept)?;
    }
    let pointer = pointer();
    fs::write(&pointer, digest).with_context(|| format!("cannot write {}", pointer.display()))
}

/// Checks the module's web code with clippy. It is compiled as it is built, so that
/// all it depends on is compiled only once; but no code is made.
pub(crate) fn lint() -> Result<()> {
    let mut command = cargo("rustc");
    command
        .env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver")
        .args(["--", "-Zno-codegen", "-Zno-link"]);
    if Compiler::active()?.is_strict() {
        command.arg("-Dwarnings");
    }
    process::run(&mut command)
}

fn cargo(subcommand: &str) -> Command {
    let mut command = process::command("cargo");
    command
        .args([subcommand, "--package", PACKAGE, "--lib"])
        .args(["--profile", PROFILE, "--target", TARGET])
        .arg("--target-dir")
        .arg(target());
    command
}

/// A folder of its own: the other builds wait for no lock of this one.
fn target() -> PathBuf {
    project::root().join("target/python")
}

/// What the compiler leaves.
fn raw() -> PathBuf {
    target().join(format!("{TARGET}/{PROFILE}/{LIBRARY}.wasm"))
}

/// Which of those that are kept is this folder's.
fn pointer() -> PathBuf {
    target().join("module")
}

fn kept() -> PathBuf {
    project::machine_dir().join("python")
}

/// Makes JavaScript and smaller web assembly of what the compiler has left.
fn prepare(raw: &Path, kept: &Path) -> Result<()> {
    let unfinished = kept.with_extension("unfinished");
    let folder = unfinished.join(FOLDER);
    if unfinished.exists() {
        remove(&unfinished)?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    process::run(
        process::command(setup::wasm_bindgen()?)
            .args(["--target", "web", "--no-typescript", "--out-name", LIBRARY])
            .arg("--out-dir")
            .arg(&folder)
            .arg(raw),
    )?;
    let wasm = folder.join(format!("{LIBRARY}_bg.wasm"));
    process::run(
        process::command(setup::wasm_opt()?)
            .args(OPTIMISING)
            .arg(&wasm)
            .arg("-o")
            .arg(&wasm),
    )?;
    // Named by its contents: no cache can mix two builds, and a new version of the
    // page with the same Python need not load it again.
    let mut contents = Vec::new();
    for path in project::files(&folder)? {
        contents.extend(path.as_bytes());
        contents.extend(read(&folder.join(path))?);
    }
    let named = unfinished.join(format!("{FOLDER}{}", finish::digest(&contents)));
    rename(&folder, &named)?;
    rename(&unfinished, kept)
}

/// Removes all but a few of what is kept, the oldest first.
fn forget(newest: &Path) -> Result<()> {
    let mut others: Vec<_> = fs::read_dir(kept())?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path != newest && path.extension().is_none())
        .collect();
    others.sort_by_key(|path| std::cmp::Reverse(modified(path)));
    others
        .iter()
        .skip(KEPT - 1)
        .try_for_each(|path| remove(path))
}

/// Puts the module into a site, if there is one, with what tells the page of it. It
/// builds nothing: trunk waits for this after each change.
pub(crate) fn put_into(site: &Path) -> Result<()> {
    const HOW: &str = "`cargo xtask python` builds it";
    let digest = fs::read_to_string(pointer()).unwrap_or_default();
    let module = kept().join(&digest);
    if digest.is_empty() || !module.is_dir() {
        println!("      The page is without Python: {HOW}, in some minutes.");
        return Ok(());
    }
    if is_stale() {
        println!("      The page's Python is older than its source: {HOW} anew.");
    }
    let mut wasm = None;
    for path in project::files(&module)? {
        let bytes = read(&module.join(&path))?;
        let place = site.join(&path);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
        }
        fs::write(&place, &bytes).with_context(|| format!("cannot write {path}"))?;
        if path.ends_with(".wasm") {
            wasm = path
                .split_once('/')
                .map(|(folder, _)| (folder.to_owned(), bytes.len()));
        }
    }
    let Some((folder, bytes)) = wasm else {
        bail!(
            "{} holds no web assembly: please delete it",
            module.display()
        );
    };
    let place = site.join(POINTER);
    fs::write(&place, told(&folder, bytes))
        .with_context(|| format!("cannot write {}", place.display()))
}

/// What the page reads: where the module is, and how large when it has come.
fn told(folder: &str, bytes: usize) -> String {
    format!("{{\"folder\": \"{folder}\", \"bytes\": {bytes}}}\n")
}

/// Whether a source of the module has changed since it was compiled, by what cargo
/// has noted. A newer dependency is not seen; only cargo itself sees that.
fn is_stale() -> bool {
    let raw = raw();
    let (Some(made), Ok(notes)) = (modified(&raw), fs::read_to_string(raw.with_extension("d")))
    else {
        return true;
    };
    sources(&notes)
        .iter()
        .any(|path| modified(path).is_none_or(|changed| changed > made))
}

/// The files that a note of cargo's names: `made: source source`, in which a space
/// within a name stands behind a backslash.
fn sources(notes: &str) -> Vec<PathBuf> {
    let lines = notes.lines().filter_map(|line| line.split_once(": "));
    lines
        .flat_map(|(_, list)| {
            let list = list.replace("\\ ", "\0");
            let paths: Vec<_> = list
                .split_whitespace()
                .map(|path| path.replace('\0', " "))
                .collect();
            paths
        })
        .map(PathBuf::from)
        .collect()
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).with_context(|| format!("cannot rename {}", from.display()))
}

fn remove(folder: &Path) -> Result<()> {
    fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_told_the_folder_and_the_size() {
        assert_eq!(
            told("python-0123456789abcdef", 12),
            "{\"folder\": \"python-0123456789abcdef\", \"bytes\": 12}\n"
        );
    }

    #[test]
    fn cargos_notes_name_the_sources() {
        let paths = |notes| {
            let paths = sources(notes).into_iter();
            paths
                .map(|path| path.display().to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            paths("/t/a.wasm: /p/src/lib.rs /my\\ own/b.rs\n"),
            ["/p/src/lib.rs", "/my own/b.rs"]
        );
        assert!(paths("").is_empty());
    }
}
