//! `docs/benchmarks.md`: the tables, and what they were measured on.

use crate::process;
use std::fs;
use std::thread::available_parallelism;
use std::time::{SystemTime, UNIX_EPOCH};

/// The whole file.
pub(super) fn text(tables: &str) -> String {
    let days = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs() / 86_400);
    let cores = available_parallelism().map_or_else(|_| "?".to_owned(), |n| n.to_string());
    let compiler = process::version("rustc").unwrap_or_default();
    let compiler = compiler.split(" (").next().unwrap_or_default();
    let node = process::version("node").unwrap_or_else(|| "none".to_owned());
    format!(
        "# Benchmarks\n\n\
         Written by `cargo xtask bench sim --write`. Times depend on the machine and on what\n\
         else it does; ratios of one run are what counts.\n\n\
         - Date: {date}\n\
         - Machine: {cores} cores, {cpu}\n\
         - Compiler: {compiler}; node: {node}\n\n\
         {tables}\n",
        date = date(days),
        cpu = cpu(),
        tables = tables.trim_end(),
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
    use super::{date, text};

    #[test]
    fn days_are_dates() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(20_454), "2026-01-01");
    }

    #[test]
    fn the_file_says_where_its_tables_come_from() {
        let text = text("| a |\n");
        assert!(text.contains("- Machine: ") && text.ends_with("| a |\n"));
    }
}
