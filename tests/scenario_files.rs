//! The example files and the schema of scenario files.

#![cfg(not(target_arch = "wasm32"))]

use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use timeslice::experiment::scenario::import::{csv, rt_app};
use timeslice::experiment::scenario::{Document, Scenario, read, schema};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Name and text of every example.
fn examples() -> Vec<(String, String)> {
    let folders = ["scenarios", "scenarios/claims"].map(|folder| root().join(folder));
    let mut examples: Vec<(String, String)> = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).expect("there are examples"))
        .map(|entry| entry.expect("the entry can be read").path())
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.file_name().expect("a file has a name");
            let text = fs::read_to_string(&path).expect("an example is text");
            (name.to_string_lossy().into_owned(), text)
        })
        .collect();
    examples.sort();
    assert!(examples.len() >= 13, "{}", examples.len());
    examples
}

fn is_foreign(name: &str) -> bool {
    name.ends_with(".csv") || name.starts_with("rt-app")
}

fn scenario(name: &str, text: &str) -> Scenario {
    if name.ends_with(".csv") {
        return csv::read(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    if name.starts_with("rt-app") {
        return rt_app::read(text, 2).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    match read(text) {
        Ok(Document::Scenario(scenario)) => *scenario,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn every_example_is_valid_and_tells_what_it_shows() {
    for (name, text) in examples() {
        let scenario = scenario(&name, &text);
        let errors = scenario.validate().err().unwrap_or_default();
        assert_eq!(errors, [], "{name}");
        if !is_foreign(&name) {
            assert!(!scenario.name.is_empty(), "{name} has no name");
            assert!(scenario.about.ends_with('.'), "{name} has no sentence");
        }
        let json = serde_json::to_string(&scenario).expect("it can be written");
        let Ok(Document::Scenario(again)) = read(&json) else {
            panic!("{name}: it can be read again");
        };
        assert_eq!(*again, scenario, "{name}");
    }
}

/// `UPDATE_SCHEMA=1 cargo test --test scenario_files` writes it anew.
#[test]
fn the_schema_file_is_up_to_date() {
    let path = root().join("docs/scenario.schema.json");
    let mut fresh = serde_json::to_string_pretty(&schema()).expect("a schema is JSON");
    fresh.push('\n');
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(&path, &fresh).expect("the schema can be written");
    }
    let stale = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stale == fresh,
        "docs/scenario.schema.json is out of date: run UPDATE_SCHEMA=1 cargo test --test \
         scenario_files"
    );
}

/// Whether `value` is as `schema` says. Knows the words that occur in our
/// schema and stops at any other, so that it cannot wave something through.
fn accepts(root: &Value, schema: &Value, value: &Value) -> bool {
    let Value::Object(words) = schema else {
        return schema == &Value::Bool(true);
    };
    let any = |list: &Value| matches(root, list, value) >= 1;
    let no_more = |key: &str| {
        let known = words.get("properties").and_then(Value::as_object);
        known.is_some_and(|known| known.contains_key(key))
    };
    words
        .iter()
        .all(|(word, rule)| match (word.as_str(), value) {
            ("$schema" | "$defs" | "title" | "description" | "default" | "format", _) => true,
            ("$ref", _) => {
                let path = rule.as_str().and_then(|path| path.strip_prefix('#'));
                let target = path.and_then(|path| root.pointer(path));
                accepts(root, target.expect("a reference leads somewhere"), value)
            }
            ("type", _) => match rule {
                Value::Array(types) => types.iter().any(|name| is_a(name, value)),
                name => is_a(name, value),
            },
            ("const", _) => rule == value,
            ("enum", _) => rule.as_array().expect("a list").contains(value),
            ("anyOf", _) => any(rule),
            ("oneOf", _) => matches(root, rule, value) == 1,
            ("allOf", _) => matches(root, rule, value) == rule.as_array().expect("a list").len(),
            ("required", Value::Object(entries)) => {
                let mut names = rule.as_array().expect("a list").iter();
                names.all(|name| entries.contains_key(name.as_str().expect("a name")))
            }
            ("properties", Value::Object(entries)) => entries.iter().all(|(key, value)| {
                let rule = rule.get(key);
                rule.is_none_or(|rule| accepts(root, rule, value))
            }),
            ("additionalProperties", Value::Object(entries)) => entries
                .iter()
                .all(|(key, value)| no_more(key) || accepts(root, rule, value)),
            ("items", Value::Array(items)) => items.iter().all(|item| accepts(root, rule, item)),
            ("minimum", Value::Number(number)) => number.as_f64() >= rule.as_f64(),
            ("maximum", Value::Number(number)) => number.as_f64() <= rule.as_f64(),
            // Only for times, whose reader has its own test.
            ("pattern", Value::String(text)) => {
                text.parse::<timeslice::experiment::scenario::Ns>().is_ok()
            }
            (
                "required"
                | "properties"
                | "additionalProperties"
                | "items"
                | "minimum"
                | "maximum"
                | "pattern",
                _,
            ) => true,
            (unknown, _) => panic!("the schema uses {unknown}, which this test does not know"),
        })
}

fn matches(root: &Value, list: &Value, value: &Value) -> usize {
    let list = list.as_array().expect("a list");
    list.iter()
        .filter(|rule| accepts(root, rule, value))
        .count()
}

fn is_a(name: &Value, value: &Value) -> bool {
    match name.as_str().expect("the name of a type") {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no type: {other}"),
    }
}

#[test]
fn the_schema_accepts_what_the_reader_accepts() {
    let schema = schema();
    for (name, text) in examples() {
        let scenario = scenario(&name, &text);
        let written = serde_json::to_value(&scenario).expect("it can be written");
        assert!(accepts(&schema, &schema, &written), "{name} as written");
        if !is_foreign(&name) {
            let value = serde_json::from_str(&text).expect("it is JSON");
            assert!(accepts(&schema, &schema, &value), "{name}");
        }
    }
    for (text, right) in [
        ("{}", true),
        ("[]", false),
        (r#"{"nmae": "x"}"#, false),
        (r#"{"machine": {"cores": "2"}}"#, false),
        (
            r#"{"machine": {"policy": {"kind": "rr", "slice": "4 ms"}}}"#,
            true,
        ),
        (
            r#"{"machine": {"policy": {"slice": 4, "kind": "rr"}}}"#,
            true,
        ),
        (r#"{"machine": {"policy": {"kind": "rr"}}}"#, false),
        (
            r#"{"machine": {"policy": {"kind": "fifo", "slice": 1}}}"#,
            false,
        ),
        (r#"{"machine": {"policy": {"kind": "fair"}}}"#, false),
        (r#"{"machine": {"policy": "fifo"}}"#, false),
        (r#"{"machine": {"queues": {"kind": "per-core"}}}"#, true),
        (r#"{"costs": "ideal"}"#, true),
        (r#"{"costs": "free"}"#, false),
        (
            r#"{"programs": {"p": "q", "r": ["yield", {"compute": "1 ms"}]}}"#,
            true,
        ),
        (r#"{"programs": {"p": {"compute": 1}}}"#, false),
        (
            r#"{"programs": {"p": [{"compute": 1, "sleep": 1}]}}"#,
            false,
        ),
        (r#"{"programs": {"p": [{"sleep": "long"}]}}"#, false),
        (r#"{"programs": {"p": ["wat"]}}"#, false),
        (
            r#"{"processes": [{"name": "p", "threads": [{"sched": {"nice": 2.5}}]}]}"#,
            false,
        ),
        (
            r#"{"processes": [{"start": "spawn"}, {"start": {"fork": {}}}]}"#,
            true,
        ),
        (
            r#"{"channels": [{"name": "c", "transport": {"kind": "by-reference"}}]}"#,
            false,
        ),
        (
            r#"{"faults": [{"kind": "hang", "process": "p", "when": {"at": "1 s"}}]}"#,
            true,
        ),
    ] {
        assert_eq!(read(text).is_ok(), right, "the reader: {text}");
        let value = serde_json::from_str(text).expect("it is JSON");
        assert_eq!(
            accepts(&schema, &schema, &value),
            right,
            "the schema: {text}"
        );
    }
}
