//! The lab: its kernels native and in the built page, and what the page finds
//! when it measures itself in a headless browser.

use super::output;
use crate::{process, progress, project, setup, site};
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Wasm has no instructions of its own for SHA-256, so the native kernel must
/// not use the processor's.
const PORTABLE: &str = r#"build.rustflags=["--cfg", "sha2_256_backend=\"soft\""]"#;

/// How fast each kernel must be in wasm, compared with native.
const KERNEL: f64 = 0.7;

/// And those that live of SIMD, which wasm has less of.
const SIMD_KERNELS: [(&str, f64); 2] = [("matrix", 0.5), ("sha256", 0.5)];

/// What the page's browser found.
#[derive(Deserialize)]
struct Page {
    probes: Option<Probes>,
    speed_ups: BTreeMap<String, Vec<f64>>,
}

/// What we read of the page's probes.
#[derive(Deserialize)]
struct Probes {
    figures: Vec<Figure>,
}

#[derive(Deserialize)]
struct Figure {
    name: String,
    summary: Summary,
}

#[derive(Deserialize)]
struct Summary {
    median: f64,
}

/// What a ratio must be.
#[derive(Clone, Copy)]
enum Target {
    AtLeast(f64),
    AtMost(f64),
}

impl Target {
    fn is_met(self, ratio: f64) -> bool {
        match self {
            Self::AtLeast(least) => ratio >= least,
            Self::AtMost(most) => ratio <= most,
        }
    }

    fn text(self) -> String {
        match self {
            Self::AtLeast(least) => format!("at least {least}"),
            Self::AtMost(most) => format!("at most {most}"),
        }
    }
}

impl Page {
    /// The median of a probe, ns.
    fn probe(&self, name: &str) -> Option<f64> {
        let mut figures = self.probes.as_ref()?.figures.iter();
        Some(figures.find(|figure| figure.name == name)?.summary.median)
    }

    /// One probe over another.
    fn ratio(&self, over: &str, under: &str) -> Option<f64> {
        Some(self.probe(over)? / self.probe(under)?)
    }

    /// The median of the speed-ups of two workers.
    fn speed_up(&self, name: &str) -> Option<f64> {
        let mut rounds = self.speed_ups.get(name)?.clone();
        rounds.sort_by(f64::total_cmp);
        rounds.get(rounds.len() / 2).copied()
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
    let native = serde_json::from_str(&native).context("the native times can't be read")?;
    let package = ["run", "--package", "timeslice-e2e", "--bin", "bench-lab"];
    let page = output(
        process::command("cargo")
            .args(package)
            .env("CHROMEDRIVER", setup::browser::ensure()?),
    )?;
    let page = serde_json::from_str(&page).context("what the page found can't be read")?;
    Ok(report(&native, &page))
}

/// The tables.
fn report(native: &BTreeMap<String, f64>, page: &Page) -> String {
    let mut text = "## Kernels\n\n\
        Median time of a block, µs, on one thread: natively on the processor's clock (without its\n\
        instructions for SHA-256, which wasm has not), in the built page on the browser's.\n\n\
        | | native | wasm | speed | target | |\n|---|---:|---:|---:|---|---|\n"
        .to_owned();
    for (key, native_ns) in native {
        let wasm_ns = page.probe(&format!("kernel block, {key}"));
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
        ("Two processes, over one", page.speed_up("processes"), two),
        (
            "Two threads without a GIL, over one",
            page.speed_up("threads"),
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
fn row(text: &mut String, before: &str, ratio: Option<f64>, target: Target) {
    let (ratio, met) = match ratio {
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
        let page = r#"{
            "probes": { "figures": [
                { "name": "kernel block, sieve", "summary": { "median": 100e3 } },
                { "name": "kernel block, sha256", "summary": { "median": 60e3 } },
                { "name": "bare wake", "summary": { "median": 10e3 } },
                { "name": "rayon hand-off", "summary": { "median": 40e3 } }
            ] },
            "speed_ups": { "processes": [1.2, 1.95, 1.9], "threads": [] }
        }"#;
        let page = serde_json::from_str(page).unwrap();
        let native = [("sieve", 60e3), ("sha256", 36e3), ("sort", 30e3)];
        let native = native.map(|(key, ns)| (key.to_owned(), ns)).into();
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
    }
}
