//! How much a visitor waits for: what the page loads at its start, compressed
//! as hosts send it.

use crate::{project, python};
use anyhow::{Context, Result, bail, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fmt::Write as _;
use std::fs;
use std::io::Write;

/// At most this many bytes.
const BUDGET: usize = 600_000;

/// And Python at most these, when it is asked for.
const PYTHON_BUDGET: usize = 4_150_000;

/// What the page loads behind its first picture, or only when it is asked for
/// it: the beginnings of paths.
const LAZY: [&str; 5] = [
    "editor.js",
    "reload.js",
    "rest-",
    "vendor/codemirror",
    python::FOLDER,
];

/// A file of the site.
struct File {
    path: String,
    bytes: usize,
    compressed: usize,
}

impl File {
    fn is_lazy(&self) -> bool {
        LAZY.iter().any(|start| self.path.starts_with(start))
    }
}

/// What the site's code weighs.
pub(crate) struct Weight(Vec<File>);

impl Weight {
    /// Weighs the site in `dist/`: its web assembly, scripts and styles.
    pub(crate) fn of_dist() -> Result<Self> {
        let dist = project::dist();
        let mut files = Vec::new();
        for path in project::files(&dist)? {
            if ![".wasm", ".js", ".css"]
                .iter()
                .any(|end| path.ends_with(end))
            {
                continue;
            }
            let bytes =
                fs::read(dist.join(&path)).with_context(|| format!("cannot read {path}"))?;
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(&bytes)?;
            files.push(File {
                path,
                bytes: bytes.len(),
                compressed: encoder.finish()?.len(),
            });
        }
        files.sort_by_key(|file| (file.is_lazy(), usize::MAX - file.compressed));
        Ok(Self(files))
    }

    /// What is loaded at the start, compressed, bytes.
    pub(crate) fn at_start(&self) -> usize {
        let files = self.0.iter().filter(|file| !file.is_lazy());
        files.map(|file| file.compressed).sum()
    }

    /// What Python takes, compressed, bytes; 0 in a site without it.
    pub(crate) fn of_python(&self) -> usize {
        let its = |file: &&File| file.path.starts_with(python::FOLDER);
        let files = self.0.iter().filter(its);
        files.map(|file| file.compressed).sum()
    }

    /// A line for each file, the heaviest first, and the sums.
    pub(crate) fn table(&self) -> String {
        let mut table = String::new();
        let mut line = |name: &str, bytes: String, compressed: usize| {
            // Writing to a text cannot fail.
            let _ = writeln!(
                table,
                "      {name:<60} {bytes:>9} {:>9.1}",
                compressed as f64 / 1e3
            );
        };
        for file in &self.0 {
            let when = if file.is_lazy() { " (later)" } else { "" };
            line(
                &format!("{}{when}", file.path),
                format!("{:.1}", file.bytes as f64 / 1e3),
                file.compressed,
            );
        }
        let python = format!("Python, in all (at most {} kB)", PYTHON_BUDGET / 1000);
        line(&python, String::new(), self.of_python());
        let sum = format!("At the start, in all (at most {} kB)", BUDGET / 1000);
        line(&sum, String::new(), self.at_start());
        format!("      {:<60} {:>9} {:>9}\n{table}", "File", "kB", "gzip kB")
    }
}

/// Fails if the site in `dist/` is heavier than it may be, or has no Python.
pub(crate) fn check() -> Result<()> {
    let weight = Weight::of_dist()?;
    let at_start = weight.at_start();
    if at_start > BUDGET {
        bail!(
            "the page loads {:.1} kB at its start, and {} kB is the most it may:\n{}",
            at_start as f64 / 1e3,
            BUDGET / 1000,
            weight.table()
        );
    }
    weigh_python(weight.of_python())
}

fn weigh_python(bytes: usize) -> Result<()> {
    ensure!(bytes > 0, "the site has no Python");
    ensure!(
        bytes <= PYTHON_BUDGET,
        "Python takes {:.1} kB, and {} kB is the most it may",
        bytes as f64 / 1e3,
        PYTHON_BUDGET / 1000
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, compressed: usize) -> File {
        File {
            path: path.to_owned(),
            bytes: 2 * compressed,
            compressed,
        }
    }

    #[test]
    fn what_is_loaded_later_counts_for_nothing() {
        let weight = Weight(vec![
            file("page.wasm", 400_000),
            file("page.css", 1_500),
            file("vendor/codemirror.js", 300_000),
            file("python-0/a_bg.wasm", 3_000_000),
            file("python-0/snippets/a.js", 1_000),
            file("python.js", 2_000),
        ]);
        assert_eq!(weight.at_start(), 403_500);
        assert_eq!(weight.of_python(), 3_001_000);
        assert!(weight.table().contains("vendor/codemirror.js (later)"));
        assert!(
            weight.table().trim_end().ends_with("403.5"),
            "{}",
            weight.table()
        );
    }

    #[test]
    fn python_has_a_budget_of_its_own() {
        assert!(weigh_python(0).is_err());
        assert!(weigh_python(1).is_ok());
        assert!(weigh_python(PYTHON_BUDGET + 1).is_err());
    }
}
