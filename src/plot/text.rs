//! Numbers as people read them, always with their unit.

/// A duration of `ns` with three significant digits: "1.25 ms".
#[must_use]
pub fn duration(ns: u64) -> String {
    let ns = ns as f64;
    match ns {
        _ if ns >= 1e9 => format!("{} s", significant(ns / 1e9)),
        _ if ns >= 1e6 => format!("{} ms", significant(ns / 1e6)),
        _ if ns >= 1e3 => format!("{} µs", significant(ns / 1e3)),
        _ if ns > 0.0 => format!("{ns} ns"),
        _ => "0 ms".to_owned(),
    }
}

/// An instant of a run, to the microsecond, so that one step can be told from
/// the next: "25.812 ms".
#[must_use]
pub fn instant(ns: u64) -> String {
    format!("{}.{:03} ms", count(ns / 1_000_000), ns / 1_000 % 1_000)
}

/// A rate in units per second: "1,960 units/s".
#[must_use]
pub fn rate(per_second: f64) -> String {
    if per_second < 100.0 {
        format!("{} units/s", significant(per_second))
    } else {
        format!("{} units/s", count(per_second.round() as u64))
    }
}

/// A whole number with commas between thousands.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number of bytes, with three significant digits: "1.5 MiB".
#[must_use]
pub fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let unit = UNITS.into_iter().find(|&(one, _)| bytes >= one);
    match unit {
        Some((one, unit)) => format!("{} {unit}", significant(bytes as f64 / one as f64)),
        None => format!("{bytes} B"),
    }
}

/// How many times as much: "1.94×".
#[must_use]
pub fn ratio(value: f64) -> String {
    format!("{value:.2}×")
}

/// A share from 0 to 1 as "42 %".
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A relative difference as "+4.2 %" or "−4.2 %".
#[must_use]
pub fn signed_percent(difference: f64) -> String {
    let sign = if difference < 0.0 { '−' } else { '+' };
    format!("{sign}{:.1} %", difference.abs() * 100.0)
}

/// Three significant digits, without an exponent.
#[must_use]
pub fn significant(value: f64) -> String {
    let decimals = match value {
        _ if value >= 99.95 => 0,
        _ if value >= 9.995 => 1,
        _ => 2,
    };
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        let durations = [
            0,
            999,
            1_500,
            99_960,
            409_400_000,
            1_000_000_000,
            83_210_000_000,
        ];
        assert_eq!(
            durations.map(duration),
            [
                "0 ms", "999 ns", "1.5 µs", "100 µs", "409 ms", "1 s", "83.2 s"
            ]
        );
        assert_eq!(
            [0, 25_812_499, 1_500_000_000].map(instant),
            ["0.000 ms", "25.812 ms", "1,500.000 ms"]
        );
        assert_eq!(
            [1_960.4, 12.345].map(rate),
            ["1,960 units/s", "12.3 units/s"]
        );
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(count),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(
            [0, 1_023, 1_536, 4 << 20].map(size),
            ["0 B", "1023 B", "1.5 KiB", "4 MiB"]
        );
        assert_eq!([-0.042, 0.5].map(signed_percent), ["−4.2 %", "+50.0 %"]);
    }
}
