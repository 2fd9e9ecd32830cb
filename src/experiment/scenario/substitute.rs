//! Setting one value of a document by its path, as a sweep does.

use serde_json::{Map, Value};
use thiserror::Error;

/// Why a value cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SubstituteError {
    /// The path itself makes no sense.
    #[error("\"{path}\" is no path: {reason}; write one such as processes[0].threads[2].arrival")]
    Path {
        /// What was given.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A list has no such entry.
    #[error("{path}: there is no entry {index}; the list has {length}")]
    NoEntry {
        /// The list's path.
        path: String,
        /// The entry asked for, from 0.
        index: usize,
        /// Entries there are.
        length: usize,
    },
    /// There is something on the way that the path cannot go through.
    #[error("{path}: is {found}, but the path goes on as if it were {expected}")]
    NotThere {
        /// The way so far.
        path: String,
        /// What stands there.
        found: String,
        /// What would have to.
        expected: &'static str,
    },
}

enum Segment<'p> {
    Field(&'p str),
    Entry(usize),
}

/// Puts `value` at `path` (`machine.cores`, `processes[0].threads[2].arrival`)
/// into `document`. Objects on the way that are absent are made, for a document
/// leaves out what is as by default; entries of lists are not.
///
/// # Errors
/// Where the path leads nowhere.
pub fn substitute(document: &mut Value, path: &str, value: Value) -> Result<(), SubstituteError> {
    let mut at = document;
    let mut so_far = String::new();
    for segment in segments(path)? {
        let here = if so_far.is_empty() {
            "the file"
        } else {
            &so_far
        };
        match segment {
            Segment::Field(name) => {
                if at.is_null() {
                    *at = Value::Object(Map::new());
                }
                let Value::Object(fields) = at else {
                    return Err(not_there(here, at, "an object"));
                };
                at = fields.entry(name).or_insert(Value::Null);
                if !so_far.is_empty() {
                    so_far.push('.');
                }
                so_far.push_str(name);
            }
            Segment::Entry(index) => {
                let Value::Array(entries) = at else {
                    return Err(not_there(here, at, "a list"));
                };
                let length = entries.len();
                let Some(entry) = entries.get_mut(index) else {
                    return Err(SubstituteError::NoEntry {
                        path: here.to_owned(),
                        index,
                        length,
                    });
                };
                at = entry;
                so_far.push_str(&format!("[{index}]"));
            }
        }
    }
    *at = value;
    Ok(())
}

fn not_there(path: &str, found: &Value, expected: &'static str) -> SubstituteError {
    SubstituteError::NotThere {
        path: path.to_owned(),
        found: match found {
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "an object".to_owned(),
            Value::Null => "absent".to_owned(),
            plain => plain.to_string(),
        },
        expected,
    }
}

fn segments(path: &str) -> Result<Vec<Segment<'_>>, SubstituteError> {
    let wrong = |reason| SubstituteError::Path {
        path: path.to_owned(),
        reason,
    };
    let mut segments = Vec::new();
    for part in path.split('.') {
        let (name, indices) = part.split_at(part.find('[').unwrap_or(part.len()));
        let name = name.trim();
        if name.is_empty() {
            return Err(wrong("a name is empty"));
        }
        if name.contains(']') {
            return Err(wrong("a bracket was never opened"));
        }
        segments.push(Segment::Field(name));
        let mut rest = indices;
        while let Some(inside) = rest.strip_prefix('[') {
            let Some((index, after)) = inside.split_once(']') else {
                return Err(wrong("a bracket is never closed"));
            };
            let index = index.trim().parse();
            segments.push(Segment::Entry(index.map_err(|_| {
                wrong("between brackets stands the number of an entry, from 0")
            })?));
            rest = after;
        }
        if !rest.is_empty() {
            return Err(wrong("after a bracket comes a dot, a bracket or the end"));
        }
    }
    Ok(segments)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use serde_json::json;

    fn check(path: &str, expect: Expect) {
        let mut document = json!({"machine": {"cores": 4}, "processes": [{"threads": [{}, {}]}]});
        let said = match substitute(&mut document, path, json!(8)) {
            Ok(()) => document.to_string(),
            Err(error) => error.to_string(),
        };
        expect.assert_eq(&said);
    }

    #[test]
    fn a_value_is_set_where_the_path_leads() {
        check(
            "machine.cores",
            expect![[r#"{"machine":{"cores":8},"processes":[{"threads":[{},{}]}]}"#]],
        );
        check(
            "processes[0].threads[1].sched.nice",
            expect![[
                r#"{"machine":{"cores":4},"processes":[{"threads":[{},{"sched":{"nice":8}}]}]}"#
            ]],
        );
        check(
            "until",
            expect![[r#"{"machine":{"cores":4},"processes":[{"threads":[{},{}]}],"until":8}"#]],
        );
    }

    #[test]
    fn a_path_that_leads_nowhere_says_where_it_breaks_off() {
        check(
            "processes[0].threads[2].arrival",
            expect!["processes[0].threads: there is no entry 2; the list has 2"],
        );
        check(
            "machine.cores.count",
            expect!["machine.cores: is 4, but the path goes on as if it were an object"],
        );
        check(
            "machine[0]",
            expect!["machine: is an object, but the path goes on as if it were a list"],
        );
        for path in ["", "a..b", "a[", "a[x]", "a[0]b", "a]", "[0]"] {
            let error = substitute(&mut json!({}), path, json!(1));
            assert!(
                matches!(error, Err(SubstituteError::Path { .. })),
                "{path}: {error:?}"
            );
        }
    }
}
