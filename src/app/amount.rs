//! Measured numbers and dates as people read them.

use crate::claims;
use crate::lab::findings::Unit;
use crate::plot::{count, duration, ratio, significant};

/// A number of this unit: "1.25 ms", "8 MiB", "1,200", "1.94×", "250 /s".
#[must_use]
pub fn amount(value: f64, unit: Unit) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if value < 0.0 {
        return format!("−{}", amount(-value, unit));
    }
    match unit {
        // What is shorter than a nanosecond step is a mean of many.
        Unit::Ns if value > 0.0 && value < 999.5 => format!("{} ns", significant(value)),
        Unit::Ns => duration(value.round() as u64),
        Unit::Bytes => bytes(value),
        Unit::Count => number(value),
        Unit::Times => ratio(value),
        Unit::PerSecond => format!("{} /s", number(value)),
    }
}

/// A number of a verdict, with its unit.
#[must_use]
pub fn figure(figure: &claims::Figure) -> String {
    let value = figure.value;
    match figure.unit {
        "times" => ratio(value),
        "ms" => amount(value * 1e6, Unit::Ns),
        "µs" => amount(value * 1e3, Unit::Ns),
        "ns" => amount(value, Unit::Ns),
        "B" => amount(value, Unit::Bytes),
        "MiB" => amount(value * 1_048_576.0, Unit::Bytes),
        "" => amount(value, Unit::Count),
        unit if value < 0.0 => format!("−{} {unit}", number(-value)),
        unit => format!("{} {unit}", number(value)),
    }
}

/// Whole numbers in full, others with three digits.
fn number(value: f64) -> String {
    if value.fract() == 0.0 || value >= 99.95 {
        count(value.round() as u64)
    } else {
        significant(value)
    }
}

fn bytes(value: f64) -> String {
    let (one, unit) = match value {
        v if v >= 1_073_741_824.0 => (1_073_741_824.0, "GiB"),
        v if v >= 1_048_576.0 => (1_048_576.0, "MiB"),
        v if v >= 1024.0 => (1024.0, "KiB"),
        _ => (1.0, "B"),
    };
    format!("{} {unit}", number(value / one))
}

/// The day and the minute of a time in ms since 1970: "2026-03-01 09:05 UTC".
#[must_use]
pub fn date(epoch_ms: f64) -> String {
    let seconds = (epoch_ms / 1e3).max(0.0) as u64;
    let (hours, minutes) = (seconds / 3_600 % 24, seconds / 60 % 60);
    format!("{} {hours:02}:{minutes:02} UTC", day(epoch_ms))
}

/// The day of a time in ms since 1970: "2026-03-01".
fn day(epoch_ms: f64) -> String {
    // Years that begin in March have their leap day at the end. 719,468 days
    // lie between March 1st of year 0 and 1970; 400 years have 146,097 days.
    let days = (epoch_ms / 86_400e3).max(0.0) as u64 + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = (march_month + 2) % 12 + 1;
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_carry_their_unit() {
        let said = [
            (0.0, Unit::Ns),
            (0.5234, Unit::Ns),
            (999.4, Unit::Ns),
            (1_250_000.0, Unit::Ns),
            (-1_500.0, Unit::Ns),
            (512.0, Unit::Bytes),
            (8_388_608.0, Unit::Bytes),
            (1_500.0, Unit::Bytes),
            (1_210_880.0, Unit::Count),
            (2.5, Unit::Count),
            (1.944, Unit::Times),
            (12_345.6, Unit::PerSecond),
            (f64::NAN, Unit::Times),
        ]
        .map(|(value, unit)| amount(value, unit));
        assert_eq!(
            said,
            [
                "0 ms",
                "0.52 ns",
                "999 ns",
                "1.25 ms",
                "−1.5 µs",
                "512 B",
                "8 MiB",
                "1.46 KiB",
                "1,210,880",
                "2.5",
                "1.94×",
                "12,346 /s",
                "–"
            ]
        );
    }

    #[test]
    fn the_figures_of_verdicts_are_written_alike() {
        let said = [
            (3.84, "times"),
            (1_250.0, "ms"),
            (0.25, "MiB"),
            (12.0, ""),
            (35.0, "%"),
        ]
        .map(|(value, unit)| {
            figure(&claims::Figure {
                label: String::new(),
                value,
                unit,
            })
        });
        assert_eq!(said, ["3.84×", "1.25 s", "256 KiB", "12", "35 %"]);
    }

    #[test]
    fn dates_know_leap_years() {
        let day_ms = 86_400e3;
        let said = [0.0, 59.0, 789.0, 790.0, 11_016.0, 20_513.0].map(|days| day(days * day_ms));
        assert_eq!(
            said,
            [
                "1970-01-01",
                "1970-03-01",
                "1972-02-29",
                "1972-03-01",
                "2000-02-29",
                "2026-03-01"
            ]
        );
        assert_eq!(
            date(20_513.0 * day_ms + (9.0 * 60.0 + 5.5) * 60e3),
            "2026-03-01 09:05 UTC"
        );
        assert_eq!(date(-1.0), "1970-01-01 00:00 UTC");
    }
}
