//! Python in the built page, in a headless browser: how long a visitor's first run
//! takes, and what layouts gain.

use super::lab::{Found, Target};
use super::output;
use crate::{process, progress, project, setup, site};
use anyhow::Result;
use std::fmt::Write;

/// How long the first run may take, ms, from opening the tab on.
const FIRST_RUN: f64 = 3_000.0;

/// What each layout should reach, as it is measured on two idle cores.
const LAYOUTS: [(&str, f64, f64); 5] = [
    ("one thread", 0.9, 1.1),
    ("two threads", 1.7, f64::INFINITY),
    ("two threads, GIL", 0.9, 1.1),
    ("four threads, GIL", 0.0, f64::INFINITY),
    ("two processes", 1.7, f64::INFINITY),
];

/// Builds, measures and says what was found.
pub(super) fn tables() -> Result<String> {
    site::build()?;
    progress::heading("Benchmark");
    let package = ["run", "--package", "timeslice-e2e", "--bin", "bench-python"];
    let mut command = process::command("cargo");
    command
        .args(package)
        .env("CHROMEDRIVER", setup::browser::ensure_chromium()?);
    let version = process::version("python3");
    match &version {
        Some(_) => {
            let control = project::root().join("benches/python/control.py");
            command.env("CPYTHON", "python3").env("CONTROL", control);
        }
        None => println!("      without CPython: there is no python3 here"),
    }
    let found = Found::read(&output(&mut command)?)?;
    Ok(report(&found, version.as_deref()))
}

/// The tables. `cpython` is the version of the one that ran the same, if one did.
fn report(found: &Found, cpython: Option<&str>) -> String {
    let mut text = "## First run\n\n\
        From a click on the tab, then on Run, with what the tab shows at first, until the results\n\
        are there, in a browser that has nothing of the page, from this machine.\n\n"
        .to_owned();
    let _ = match found.median("first run") {
        Some(median) => writeln!(
            text,
            "{median:.0} ms in the median, {:.0} to {:.0} ms in all samples; at most {FIRST_RUN:.0} ms: {}.",
            found.percentile("first run", 0).unwrap_or_default(),
            found.percentile("first run", 100).unwrap_or_default(),
            met(Target::AtMost(FIRST_RUN), median)
        ),
        None => writeln!(text, "Missing."),
    };
    text += "\n## Layouts\n\n\
        The page's own figures: over one thread alone, measured just before each run for two\n\
        seconds. The median of all rounds, with the lowest and the highest, and again for the time\n\
        in which all threads were at work. The first line is one thread beside one thread: what\n\
        this machine makes of the same twice.\n";
    if let Some(version) = cpython {
        let _ = writeln!(
            text,
            "Beside it, in turns with the page, the same program in {version}, outside the\n\
             browser: what real threads under a real GIL reach on this machine at the same time."
        );
    }
    text += "\n| | ratio | lowest | highest | at work | lowest | highest | target | | CPython | lowest | highest |\n\
        |---|---:|---:|---:|---:|---:|---:|---|---|---:|---:|---:|\n";
    for (name, least, most) in LAYOUTS {
        let numbers = |name: &str| {
            let number = |percent| found.percentile(name, percent);
            [50, 0, 100]
                .map(|percent| number(percent).map_or_else(String::new, |it| format!("{it:.2}")))
                .join(" | ")
        };
        let target = match (least > 0.0, most.is_finite()) {
            (false, _) => String::new(),
            (true, false) => format!("at least {least}"),
            (true, true) => format!("{least} to {most}"),
        };
        let verdict = match found.median(name) {
            _ if target.is_empty() => "",
            None => "unknown",
            Some(ratio) if (least..=most).contains(&ratio) => "met",
            Some(_) => "not met",
        };
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {target} | {verdict} | {} |",
            numbers(name),
            numbers(&format!("{name}, at work")),
            numbers(&format!("CPython, {name}")),
        );
    }
    text
}

fn met(target: Target, number: f64) -> &'static str {
    match target.is_met(number) {
        true => "met",
        false => "not met",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_shown_with_their_range() {
        let found = "first run\t2000\nfirst run\t3500\nfirst run\t2100\n\
            two threads\t1.6\ntwo threads\t1.8\ntwo threads\t1.9\n\
            two threads, at work\t1.95\n\
            one thread\t1.2\ntwo processes\t1.5\nCPython, two processes\t2\n";
        let text = report(&Found::read(found).unwrap(), Some("Python 3.11.7"));
        for line in [
            "2100 ms in the median, 2000 to 3500 ms in all samples; at most 3000 ms: met.",
            "Beside it, in turns with the page, the same program in Python 3.11.7, outside the",
            "| one thread | 1.20 | 1.20 | 1.20 |  |  |  | 0.9 to 1.1 | not met |  |  |  |",
            "| two threads | 1.80 | 1.60 | 1.90 | 1.95 | 1.95 | 1.95 | at least 1.7 | met |  |  |  |",
            "| two processes | 1.50 | 1.50 | 1.50 |  |  |  | at least 1.7 | not met | 2.00 | 2.00 | 2.00 |",
            "| two threads, GIL |  |  |  |  |  |  | 0.9 to 1.1 | unknown |  |  |  |",
            "| four threads, GIL |  |  |  |  |  |  |  |  |  |  |  |",
        ] {
            assert!(text.contains(&format!("{line}\n")), "{line}\n{text}");
        }
    }
}
