//! `docs/benchmarks.md`: the tables, and what they were measured on.

use crate::process;
use std::fs;
use std::thread::available_parallelism;
use std::time::{SystemTime, UNIX_EPOCH};

/// A part of the file; each is written by a command of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// `cargo xtask bench sim`.
    Sim,
    /// `cargo xtask bench lab`.
    Lab,
    /// `cargo xtask bench page`.
    Page,
    /// `cargo xtask bench python`.
    Python,
}

impl Part {
    /// In the order of the file.
    const ALL: [Self; 4] = [Self::Sim, Self::Lab, Self::Page, Self::Python];

    /// Its heading.
    fn heading(self) -> &'static str {
        match self {
            Self::Sim => "# The simulator",
            Self::Lab => "# The lab",
            Self::Page => "# The page",
            Self::Python => "# Python",
        }
    }
}

/// The whole file: `present`, with this part in the place of what it said
/// before. Only a part's heading begins with a single `#`.
pub(super) fn with_part(present: &str, part: Part, tables: &str) -> String {
    let mut text = "Written by `cargo xtask bench sim --write`, `... lab --write`, `... page --write` and\n\
                    `... python --write`, a part each. Times depend on the machine and on what else it\n\
                    does; ratios of one run are what counts.\n"
        .to_owned();
    for each in Part::ALL {
        if each == part {
            text += &format!(
                "\n{}\n\n{}\n{}\n",
                part.heading(),
                conditions(),
                tables.trim()
            );
        } else if let Some(kept) = find(present, each) {
            text += &format!("\n{}\n", kept.trim());
        }
    }
    text
}

/// What the file says in this part, from its heading on.
fn find(text: &str, part: Part) -> Option<&str> {
    // At the beginning of a line: "## The page" is a heading within another part.
    let from = text.find(&format!("\n{}\n", part.heading()))? + 1;
    let rest = &text[from..];
    let end = rest[1..].find("\n# ").map_or(rest.len(), |at| at + 1);
    Some(&rest[..end])
}

/// When and on what the tables were measured.
fn conditions() -> String {
    let days = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs() / 86_400);
    let cores = available_parallelism().map_or_else(|_| "?".to_owned(), |n| n.to_string());
    let compiler = process::version("rustc").unwrap_or_default();
    let compiler = compiler.split(" (").next().unwrap_or_default();
    let node = process::version("node").unwrap_or_else(|| "none".to_owned());
    format!(
        "- Date: {date}\n\
         - Machine: {cores} cores, {cpu}\n\
         - Compiler: {compiler}; node: {node}\n",
        date = date(days),
        cpu = cpu(),
    )
}

/// The processor's name, as the operating system gives it.
fn cpu() -> String {
    let linux = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = linux
        .lines()
        .find_map(|line| Some(line.strip_prefix("model name")?.split_once(':')?.1.trim()));
    match name {
        Some(name) => name.to_owned(),
        None => process::read(process::command("sysctl").args(["-n", "machdep.cpu.brand_string"]))
            .unwrap_or_else(|_| "an unknown processor".to_owned()),
    }
}

/// The date so many days after 1970 began (H. Hinnant's `civil_from_days`).
fn date(days: u64) -> String {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::{Part, date, with_part};

    #[test]
    fn days_are_dates() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(20_454), "2026-01-01");
    }

    #[test]
    fn a_part_replaces_itself_and_leaves_the_other() {
        let sim = with_part("", Part::Sim, "## Slices\n| a |\n");
        assert!(sim.contains("- Machine: ") && sim.ends_with("| a |\n"));
        let both = with_part(&sim, Part::Lab, "## Kernels\n| b |\n");
        assert!(both.starts_with(&sim) && both.ends_with("| b |\n"));
        let newer = with_part(&both, Part::Sim, "## Slices\n| c |\n");
        assert_eq!(newer, both.replace("| a |", "| c |"));
        // A heading within a part may be called as another part.
        let lab = with_part("", Part::Lab, "## The page\n| d |\n");
        let page = with_part(&lab, Part::Page, "| e |\n");
        let more = with_part(&page, Part::Python, "| f |\n");
        assert!(
            more.starts_with(&page) && more.ends_with("| f |\n"),
            "{more}"
        );
        let newest = with_part(&newer, Part::Lab, "## Kernels\n| d |\n");
        assert_eq!(newest, newer.replace("| b |", "| d |"));
    }
}
