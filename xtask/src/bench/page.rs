//! The page: how long a visitor waits for what, in a headless Chromium that
//! draws without a graphics processor; speedscope beside it on the same trace.

use super::lab::{Found, Target, row};
use super::output;
use crate::{process, progress, project, setup, site};
use anyhow::Result;
use std::path::PathBuf;

/// The viewer that the timeline is compared with, as npm has it.
const SPEEDSCOPE: &str = "speedscope@1.25.0";

/// What scores pages. Later versions want a newer Node than many have.
const LIGHTHOUSE: &str = "lighthouse@12.8.2";

/// The least that Lighthouse should give, of 100.
const SCORE: f64 = 95.0;

/// A frame at 60 a second, ms.
const FRAME: f64 = 16.7;

/// Builds, measures and says what was found.
pub(super) fn tables() -> Result<String> {
    site::build()?;
    progress::heading("Benchmark");
    let mut command = process::command("cargo");
    command
        .args([
            "run",
            "--release",
            "--package",
            "timeslice-e2e",
            "--bin",
            "bench-page",
        ])
        .env("CHROMEDRIVER", setup::browser::ensure_chromium()?);
    for (variable, package, file) in [
        ("SPEEDSCOPE", SPEEDSCOPE, "speedscope/dist/release"),
        ("LIGHTHOUSE", LIGHTHOUSE, "lighthouse/cli/index.js"),
    ] {
        match from_npm(package, file) {
            Ok(path) => {
                command.env(variable, path);
            }
            Err(error) => println!("      without {package}: {error:#}"),
        }
    }
    if let Some(chrome) = setup::browser::chromium() {
        command.env("CHROME_PATH", chrome);
    }
    Ok(report(&Found::read(&output(&mut command)?)?))
}

/// A file or folder of a package of npm's, which is installed if it is not there.
fn from_npm(package: &str, file: &str) -> Result<PathBuf> {
    let folder = project::root().join("target/npm").join(package);
    let path = folder.join("node_modules").join(file);
    if !path.exists() {
        let mut install = process::command("npm");
        install
            .args([
                "install",
                "--no-save",
                "--no-audit",
                "--no-fund",
                "--prefix",
            ])
            .arg(&folder)
            .arg(package);
        process::run(&mut install)?;
    }
    Ok(path)
}

/// The table.
fn report(found: &Found) -> String {
    let spans = found.median("spans").unwrap_or(0.0);
    let mut text = format!(
        "Times in ms, median and 95th percentile of the samples. A frame's work: the event, and all\n\
         the page does for the frame after it. The trace has {spans:.0} spans.\n\n\
         | | median | p95 | target | |\n|---|---:|---:|---|---|\n"
    );
    let rows = [
        (
            "First meaningful picture after navigation",
            "first picture",
            Some(1000.0),
        ),
        ("First contentful paint", "first contentful paint", None),
        (
            "Slider move: 16 cores, 64 threads, 10 s",
            "slider move",
            Some(FRAME),
        ),
        (
            "Opening a million spans",
            "open a million spans",
            Some(1000.0),
        ),
        (
            "Zooming in them, work of a frame",
            "timeline, zoom",
            Some(FRAME),
        ),
        (
            "Moving in them, work of a frame",
            "timeline, move",
            Some(FRAME),
        ),
        ("speedscope: opening them", "speedscope, open", None),
        (
            "speedscope: zooming, work of a frame",
            "speedscope, zoom",
            None,
        ),
        (
            "speedscope: moving, work of a frame",
            "speedscope, move",
            None,
        ),
    ];
    for (what, name, most) in rows {
        let median = found
            .median(name)
            .map_or_else(|| "missing".to_owned(), |ms| format!("{ms:.1}"));
        let p95 = found.percentile(name, 95);
        let before = format!("{what} | {median}");
        row(
            &mut text,
            &before,
            p95,
            most.map_or(Target::None, Target::AtMost),
        );
    }
    text += "\n## Lighthouse\n\nScores of the start screen from 0 to 100, the median of three runs each; what the host sends is\n\
        gzipped. The phone is Lighthouse's own idea of one: a quarter of this machine's speed, 1.6 Mbit/s\n\
        and 150 ms to the host.\n\n| | score | target | |\n|---|---:|---|---|\n";
    for (visitor, target) in [("desktop", Target::AtLeast(SCORE)), ("phone", Target::None)] {
        for category in ["performance", "accessibility", "best-practices"] {
            let score = found.median(&format!("lighthouse, {visitor}, {category}"));
            row(&mut text, &format!("{visitor}: {category}"), score, target);
        }
    }
    text
}
