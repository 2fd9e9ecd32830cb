//! A length of time as people write it: `"5 ms"`, or a number of nanoseconds.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A length of time, or an instant since the start of the run, in ns. In JSON
/// either an integer (ns) or a text with a unit (`"5 ms"`, `"1.5us"`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ns(pub u64);

const UNITS: [(&str, u64); 5] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
];

impl Ns {
    /// The longest that may stand in a scenario: about 11 days. Sums of many
    /// stay far from overflow.
    pub const MAX: Self = Self(1_000_000 * 1_000_000_000);

    /// So many microseconds.
    #[must_use]
    pub const fn us(us: u64) -> Self {
        Self(us * 1_000)
    }

    /// So many milliseconds.
    #[must_use]
    pub const fn ms(ms: u64) -> Self {
        Self(ms * 1_000_000)
    }
}

/// Why a text is no time.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "\"{0}\" is no time; write a whole number of ns, or a number with a unit (ns, us, ms, s) \
     such as \"5 ms\", at most 1000000 s"
)]
pub struct ParseNsError(String);

impl FromStr for Ns {
    type Err = ParseNsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text.trim()).ok_or_else(|| ParseNsError(text.to_owned()))
    }
}

/// Exact for every decimal fraction that is a whole number of ns.
fn parse(text: &str) -> Option<Ns> {
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_')?;
    let (number, unit) = text.split_at(split);
    let unit = unit.trim_start();
    let scale = UNITS.iter().find(|(name, _)| *name == unit)?.1;
    let number = number.replace('_', "");
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let digits = |text: &str| -> Option<u64> {
        if text.is_empty() {
            return Some(0);
        }
        text.parse().ok()
    };
    let mut ns = digits(whole)?.checked_mul(scale)?;
    let mut unit = scale;
    for digit in fraction.bytes() {
        unit /= 10;
        let digit = u64::from(digit.checked_sub(b'0')?);
        if digit > 9 || (unit == 0 && digit > 0) {
            return None;
        }
        ns = ns.checked_add(digit * unit)?;
    }
    (ns <= Ns::MAX.0).then_some(Ns(ns))
}

impl fmt::Display for Ns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, scale) = UNITS
            .into_iter()
            .rev()
            .find(|&(_, scale)| self.0 != 0 && self.0.is_multiple_of(scale))
            .unwrap_or(("ns", 1));
        let name = if name == "µs" { "us" } else { name };
        write!(f, "{} {name}", self.0 / scale)
    }
}

impl Serialize for Ns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Ns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Ns;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time: a whole number of ns, or a text such as \"5 ms\"")
            }

            fn visit_u64<E: de::Error>(self, ns: u64) -> Result<Ns, E> {
                if ns <= Ns::MAX.0 {
                    return Ok(Ns(ns));
                }
                Err(E::custom(ParseNsError(ns.to_string())))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Ns, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl schemars::JsonSchema for Ns {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A time: a whole number of ns, or a number with a unit (ns, us, ms, s)",
            "anyOf": [
                { "type": "integer", "minimum": 0, "maximum": Ns::MAX.0 },
                { "type": "string", "pattern": r"^\s*([0-9_]+\.?[0-9]*|\.[0-9]+)\s*(ns|us|µs|ms|s)\s*$" }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write_and_writes_what_it_reads() {
        let table = [
            ("5 ms", 5_000_000, "5 ms"),
            ("1.5us", 1_500, "1500 ns"),
            ("0.000001s", 1_000, "1 us"),
            ("2 s", 2_000_000_000, "2 s"),
            ("0 s", 0, "0 ns"),
            ("1_000 µs", 1_000_000, "1 ms"),
        ];
        for (text, ns, written) in table {
            let read: Ns = text.parse().expect(text);
            assert_eq!((read.0, read.to_string().as_str()), (ns, written), "{text}");
        }
        for text in [
            "",
            "5",
            "ms",
            "5 m",
            "-1 ms",
            "1.2.3 ms",
            "0.5 ns",
            "2000000 s",
        ] {
            assert!(text.parse::<Ns>().is_err(), "{text}");
        }
    }
}
