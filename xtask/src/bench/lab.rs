//! The lab: its kernels native and in the built page, and what the page finds
//! when it measures itself in a headless browser.

use super::output;
use crate::{process, progress, project, setup, site};
use anyhow::{Context, Result};
use std::fmt::Write;

/// Wasm has no instructions of its own for SHA-256, so the native kernel must
/// not use the processor's.
const PORTABLE: &str = r#"build.rustflags=["--cfg", "sha2_256_backend=\"soft\""]"#;

/// How fast each kernel must be in wasm, compared with native.
const KERNEL: f64 = 0.7;

/// And those that live of SIMD, which wasm has less of.
const SIMD_KERNELS: [(&str, f64); 2] = [("matrix", 0.5), ("sha256", 0.5)];

/// What a benchmark found: names with numbers, in any order.
pub(super) struct Found(Vec<(String, f64)>);

/// What a ratio must be.
#[derive(Clone, Copy)]
pub(super) enum Target {
    /// None; the number stands for comparison.
    None,
    AtLeast(f64),
    AtMost(f64),
}

impl Target {
    pub(super) fn is_met(self, ratio: f64) -> bool {
        match self {
            Self::None => true,
            Self::AtLeast(least) => ratio >= least,
            Self::AtMost(most) => ratio <= most,
        }
    }

    fn text(self) -> String {
        match self {
            Self::None => String::new(),
            Self::AtLeast(least) => format!("at least {least}"),
            Self::AtMost(most) => format!("at most {most}"),
        }
    }
}

impl Found {
    /// Reads lines of a name, a tab and a number.
    pub(super) fn read(text: &str) -> Result<Self> {
        let lines = text.lines().map(|line| {
            let (name, number) = line.split_once('\t')?;
            Some((name.to_owned(), number.parse().ok()?))
        });
        let found: Option<Vec<_>> = lines.collect();
        found.map(Self).context("what was found can't be read")
    }

    /// The median of the numbers of this name.
    pub(super) fn median(&self, name: &str) -> Option<f64> {
        self.percentile(name, 50)
    }

    /// This percentile of the numbers of this name.
    pub(super) fn percentile(&self, name: &str, percent: usize) -> Option<f64> {
        let is_its = |(each, number): &(String, f64)| (each == name).then_some(*number);
        let mut numbers: Vec<f64> = self.0.iter().filter_map(is_its).collect();
        numbers.sort_by(f64::total_cmp);
        let last = numbers.len().checked_sub(1)?;
        Some(numbers[(numbers.len() * percent / 100).min(last)])
    }

    /// One median over another.
    fn ratio(&self, over: &str, under: &str) -> Option<f64> {
        Some(self.median(over)? / self.median(under)?)
    }
}

/// Builds, measures and says what was found.
pub(super) fn tables() -> Result<String> {
    site::build()?;
    progress::heading("Benchmark");
    let folder = project::root().join("target/portable");
    let native = output(
        process::command("cargo")
            .args(["bench", "--bench", "lab", "--config", PORTABLE])
            .arg("--target-dir")
            .arg(folder),
    )?;
    let package = ["run", "--package", "timeslice-e2e", "--bin", "bench-lab"];
    let page = output(
        process::command("cargo")
            .args(package)
            .env("CHROMEDRIVER", setup::browser::ensure_chromium()?),
    )?;
    Ok(report(&Found::read(&native)?, &Found::read(&page)?))
}

/// The tables.
fn report(native: &Found, page: &Found) -> String {
    let mut text = "## Kernels\n\n\
        Median time of a block, µs, on one thread: natively on the processor's clock (without its\n\
        instructions for SHA-256, which wasm has not), in the built page on the browser's.\n\n\
        | | native | wasm | speed | target | |\n|---|---:|---:|---:|---|---|\n"
        .to_owned();
    for (key, native_ns) in &native.0 {
        let wasm_ns = page.median(&format!("kernel block, {key}"));
        let special = SIMD_KERNELS.iter().find(|(name, _)| name == key);
        let target = Target::AtLeast(special.map_or(KERNEL, |&(_, least)| least));
        let wasm = wasm_ns.map_or_else(|| "missing".to_owned(), |ns| format!("{:.1}", ns / 1e3));
        let before = format!("{key} | {:.1} | {wasm}", native_ns / 1e3);
        row(&mut text, &before, wasm_ns.map(|ns| native_ns / ns), target);
    }
    text += "\n## The page\n\n\
        Ratios of one run. Two workers: the median of five runs, over one worker alone, measured\n\
        just before each. The others are of medians.\n\n\
        | | ratio | target | |\n|---|---:|---|---|\n";
    let two = Target::AtLeast(1.8);
    let rows = [
        ("Two processes, over one", page.median("two processes"), two),
        (
            "Two threads without a GIL, over one",
            page.median("two threads"),
            two,
        ),
        (
            "A unit with telemetry, over one without",
            page.ratio("telemetry on", "telemetry off"),
            Target::AtMost(1.01),
        ),
        (
            "Start of an instance, over that of an empty module worker",
            page.ratio("instance start", "empty worker start"),
            Target::AtMost(1.5),
        ),
        (
            "Hand-off through rayon, over a bare Atomics wake",
            page.ratio("rayon hand-off", "bare wake"),
            Target::AtMost(3.0),
        ),
    ];
    for (what, ratio, target) in rows {
        row(&mut text, what, ratio, target);
    }
    text
}

/// A line of a table: what it is, the ratio, the target, and whether it is met.
pub(super) fn row(text: &mut String, before: &str, ratio: Option<f64>, target: Target) {
    let (ratio, met) = match ratio {
        Some(ratio) if matches!(target, Target::None) => (format!("{ratio:.3}"), ""),
        Some(ratio) if target.is_met(ratio) => (format!("{ratio:.3}"), "met"),
        Some(ratio) => (format!("{ratio:.3}"), "not met"),
        None => ("missing".to_owned(), "unknown"),
    };
    // Writing to a string cannot fail.
    let _ = writeln!(text, "| {before} | {ratio} | {} | {met} |", target.text());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_target_is_met_or_not_or_unknown() {
        let page = "kernel block, sieve\t100000\nkernel block, sha256\t60000\n\
            bare wake\t10000\nrayon hand-off\t40000\n\
            two processes\t1.2\ntwo processes\t1.95\ntwo processes\t1.9\n";
        let page = Found::read(page).unwrap();
        let native = Found::read("sieve\t60000\nsha256\t36000\nsort\t30000\n").unwrap();
        let text = report(&native, &page);
        for line in [
            "| sieve | 60.0 | 100.0 | 0.600 | at least 0.7 | not met |",
            "| sha256 | 36.0 | 60.0 | 0.600 | at least 0.5 | met |",
            "| sort | 30.0 | missing | missing | at least 0.7 | unknown |",
            "| Two processes, over one | 1.900 | at least 1.8 | met |",
            "| Two threads without a GIL, over one | missing | at least 1.8 | unknown |",
            "| Hand-off through rayon, over a bare Atomics wake | 4.000 | at most 3 | not met |",
        ] {
            assert!(text.contains(&format!("{line}\n")), "{line}\n{text}");
        }
        assert!(Found::read("sieve 60000\n").is_err());
    }
}
