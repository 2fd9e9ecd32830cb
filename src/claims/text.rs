//! Verdicts in words: numbers with units people can read.

use super::{Figure, Verdict};

/// A verdict from what was found; `facts` is a sentence that is true whether
/// the claim holds or not.
pub(crate) fn verdict(holds: bool, facts: String, figures: Vec<Figure>) -> Verdict {
    let text = if holds {
        format!("Holds: {facts}.")
    } else {
        format!("Does not hold here: {facts}.")
    };
    Verdict {
        holds,
        text,
        figures,
    }
}

/// The verdict on too few or too many runs.
pub(crate) fn incomplete() -> Verdict {
    verdict(
        false,
        "these are not the claim's runs".to_owned(),
        Vec::new(),
    )
}

pub(crate) fn figure(label: impl Into<String>, value: f64, unit: &'static str) -> Figure {
    Figure {
        label: label.into(),
        value,
        unit,
    }
}

pub(crate) fn in_ms(label: impl Into<String>, ns: u64) -> Figure {
    figure(label, ns as f64 / 1e6, "ms")
}

pub(crate) fn in_us(label: impl Into<String>, ns: u64) -> Figure {
    figure(label, ns as f64 / 1e3, "µs")
}

pub(crate) fn in_mib(label: impl Into<String>, bytes: u64) -> Figure {
    figure(label, bytes as f64 / 1_048_576.0, "MiB")
}

pub(crate) fn times(label: impl Into<String>, ratio: f64) -> Figure {
    figure(label, ratio, "times")
}

pub(crate) fn count(label: impl Into<String>, count: impl TryInto<u32>) -> Figure {
    let count = count.try_into().unwrap_or(u32::MAX);
    figure(label, f64::from(count), "")
}

/// A number with three digits, or all of a longer whole one.
fn digits(value: f64) -> String {
    match value {
        v if v >= 100.0 => format!("{v:.0}"),
        v if v >= 10.0 => format!("{v:.1}"),
        v => format!("{v:.2}"),
    }
}

/// A length of time.
pub(crate) fn time(ns: u64) -> String {
    let ns_f = ns as f64;
    match ns {
        0 => "no time".to_owned(),
        1..=999 => format!("{ns} ns"),
        1_000..=999_999 => format!("{} µs", digits(ns_f / 1e3)),
        1_000_000..=999_999_999 => format!("{} ms", digits(ns_f / 1e6)),
        _ => format!("{} s", digits(ns_f / 1e9)),
    }
}

/// How long after something: "at once", "3.00 ms later".
pub(crate) fn later(ns: u64) -> String {
    match ns {
        0 => "at once".to_owned(),
        ns => format!("{} later", time(ns)),
    }
}

/// How late compared with another run: "no later", "up to 3.0 % later".
pub(crate) fn no_later(ratio: f64) -> String {
    if ratio < 1.0005 {
        "no later".to_owned()
    } else {
        format!("up to {:.1} % later", (ratio - 1.0) * 100.0)
    }
}

/// An amount of memory.
pub(crate) fn memory(bytes: u64) -> String {
    let (one, unit) = match bytes {
        0..=1023 => return format!("{bytes} B"),
        1024..=1_048_575 => (1024, "KiB"),
        _ => (1_048_576, "MiB"),
    };
    if bytes.is_multiple_of(one) {
        return format!("{} {unit}", bytes / one);
    }
    format!("{} {unit}", digits(bytes as f64 / one as f64))
}

/// "3.84 times".
pub(crate) fn fold(ratio: f64) -> String {
    format!("{} times", digits(ratio))
}

pub(crate) fn plural(count: usize, one: &str, many: &str) -> String {
    match count {
        0 => format!("no {one}"),
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    }
}
