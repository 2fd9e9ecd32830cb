//! What `--set` says: a path, and the values to put there.

use serde_json::Value;
use std::str::FromStr;
use timeslice::experiment::scenario::Ns;

/// The most runs of a sweep.
pub(super) const MAX_POINTS: usize = 100_000;

/// A path and its values.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    pub(super) path: String,
    /// At least one.
    pub(super) values: Vec<Value>,
}

impl FromStr for Axis {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |reason: String| format!("--set {text}: {reason}");
        let Some((path, values)) = text.split_once('=') else {
            let reason = "write PATH=FROM..TO[:STEP] or PATH=A,B,C";
            return Err(wrong(reason.to_owned()));
        };
        let (path, values) = (path.trim().to_owned(), values.trim());
        if path.is_empty() || values.is_empty() {
            let reason = "the path or the values are missing";
            return Err(wrong(reason.to_owned()));
        }
        let values = match range(values) {
            Some(range) => range.map_err(wrong)?,
            None => list(values).map_err(wrong)?,
        };
        Ok(Self { path, values })
    }
}

/// A value for people: texts without quotes.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// `1..16`, `1..16:5`, `1 ms..5 ms:500 us`. `None`: it is no range.
fn range(text: &str) -> Option<Result<Vec<Value>, String>> {
    if text.contains(['"', '{', '[', ',']) {
        return None;
    }
    let (from, rest) = text.split_once("..")?;
    let (to, step) = match rest.split_once(':') {
        Some((to, step)) => (to, Some(step)),
        None => (rest, None),
    };
    let [from, to] = [from, to].map(str::trim);
    let step = step.map(str::trim);
    if let (Ok(from), Ok(to)) = (from.parse::<i64>(), to.parse::<i64>()) {
        let Ok(step) = step.map_or(Ok(1), str::parse::<i64>) else {
            return Some(Err("the step is no whole number".to_owned()));
        };
        return Some(steps(from.into(), to.into(), step.into()).map(|numbers| {
            // They lie between two i64s.
            numbers.map(|number| (number as i64).into()).collect()
        }));
    }
    if let (Ok(from), Ok(to)) = (from.parse::<Ns>(), to.parse::<Ns>()) {
        let Some(Ok(step)) = step.map(str::parse::<Ns>) else {
            let reason = "a range of times needs a step, as in 1 ms..5 ms:500 us";
            return Some(Err(reason.to_owned()));
        };
        return Some(
            steps(from.0.into(), to.0.into(), step.0.into()).map(|times| {
                times
                    .map(|time| Ns(time as u64).to_string().into())
                    .collect()
            }),
        );
    }
    let reason = "a range goes from a whole number to another, or from a time to another";
    Some(Err(reason.to_owned()))
}

fn steps(from: i128, to: i128, step: i128) -> Result<impl Iterator<Item = i128>, String> {
    if step <= 0 {
        return Err("the step must be at least 1".to_owned());
    }
    if from > to {
        return Err("the range is empty: it begins behind its end".to_owned());
    }
    let count = (to - from) / step + 1;
    if count > MAX_POINTS as i128 {
        return Err(format!(
            "there are {count} values; at most {MAX_POINTS} are run"
        ));
    }
    Ok((0..count).map(move |n| from + n * step))
}

/// `a,b,c`: commas inside brackets and quotes do not count. What is JSON is
/// taken for that, anything else for a text.
fn list(text: &str) -> Result<Vec<Value>, String> {
    let mut parts = Vec::new();
    let (mut depth, mut quoted, mut escaped, mut start) = (0_i64, false, false, 0);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    if parts.len() > MAX_POINTS {
        return Err(format!("there are more than {MAX_POINTS} values"));
    }
    parts.into_iter().map(value).collect()
}

fn value(part: &str) -> Result<Value, String> {
    let part = part.trim();
    match serde_json::from_str(part) {
        Ok(value) => Ok(value),
        Err(_) if part.is_empty() => Err("there is an empty value".to_owned()),
        Err(error) if part.starts_with(['{', '[', '"']) => {
            Err(format!("{part} is no JSON: {error}"))
        }
        Err(_) => Ok(part.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(set: &str, expect: Expect) {
        let said = match set.parse::<Axis>() {
            Ok(axis) => format!("{} = {}", axis.path, Value::from(axis.values)),
            Err(error) => error,
        };
        expect.assert_eq(&said);
    }

    #[test]
    fn ranges_and_lists() {
        check("a.b=1..4", expect!["a.b = [1,2,3,4]"]);
        check("a=-2..9:5", expect!["a = [-2,3,8]"]);
        check(
            "a=1 ms..2ms:500 us",
            expect![[r#"a = ["1 ms","1500 us","2 ms"]"#]],
        );
        check(
            "a=1,2.5,x y,true,null",
            expect![[r#"a = [1,2.5,"x y",true,null]"#]],
        );
        check(
            r#"p={"kind":"rr","slice":"1 ms"},{"kind":"sjf"}"#,
            expect![[r#"p = [{"kind":"rr","slice":"1 ms"},{"kind":"sjf"}]"#]],
        );
        check(r#"p="a,\"b",[1,2]"#, expect![[r#"p = ["a,\"b",[1,2]]"#]]);
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        check(
            "a",
            expect!["--set a: write PATH=FROM..TO[:STEP] or PATH=A,B,C"],
        );
        check(
            "=1",
            expect!["--set =1: the path or the values are missing"],
        );
        check(
            "a=4..1",
            expect!["--set a=4..1: the range is empty: it begins behind its end"],
        );
        check(
            "a=1..4:0",
            expect!["--set a=1..4:0: the step must be at least 1"],
        );
        check(
            "a=1..4:x",
            expect!["--set a=1..4:x: the step is no whole number"],
        );
        check(
            "a=1 ms..4 ms",
            expect!["--set a=1 ms..4 ms: a range of times needs a step, as in 1 ms..5 ms:500 us"],
        );
        check(
            "a=x..y",
            expect![
                "--set a=x..y: a range goes from a whole number to another, or from a time to another"
            ],
        );
        check(
            "a=1..9000000000",
            expect!["--set a=1..9000000000: there are 9000000000 values; at most 100000 are run"],
        );
        check("a=1,,2", expect!["--set a=1,,2: there is an empty value"]);
        check(
            "a={\"kind\"",
            expect![[
                r#"--set a={"kind": {"kind" is no JSON: EOF while parsing an object at line 1 column 7"#
            ]],
        );
    }
}
