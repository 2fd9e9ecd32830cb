//! The page: how long a visitor waits for what, in a headless Chromium that
//! draws without a graphics processor; speedscope beside it on the same trace.

use super::lab::{Found, Target, row};
use super::output;
use crate::{process, progress, project, setup, site};
use anyhow::Result;
use std::path::PathBuf;

/// The viewer that the timeline is compared with, as npm has it.
const SPEEDSCOPE: &str = "speedscope@1.25.0";

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
    match speedscope() {
        Ok(folder) => {
            command.env("SPEEDSCOPE", folder);
        }
        Err(error) => println!("      without speedscope: {error:#}"),
    }
    Ok(report(&Found::read(&output(&mut command)?)?))
}

/// A folder with speedscope's built page.
fn speedscope() -> Result<PathBuf> {
    let folder = project::root().join("target/speedscope");
    let site = folder.join("node_modules/speedscope/dist/release");
    if !site.is_dir() {
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
            .arg(SPEEDSCOPE);
        process::run(&mut install)?;
    }
    Ok(site)
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
    text
}
