//! Any scenario survives its file, and no file harms the reader.

#![cfg(not(target_arch = "wasm32"))]

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use std::collections::BTreeSet;
use timeslice::experiment::scenario::import::{csv, rt_app};
use timeslice::experiment::scenario::{Document, read, schema};

include!("common/any_scenario.rs");

/// All readers, on anything. What they make of it is checked, too.
fn read_all(text: &str) {
    if let Ok(Document::Scenario(scenario)) = read(text) {
        let _ = scenario.validate();
    }
    if let Ok(scenario) = csv::read(text) {
        let _ = scenario.validate();
    }
    if let Ok(scenario) = rt_app::read(text, 2) {
        let _ = scenario.validate();
    }
}

/// The values in `json`, counted from the outside in.
fn nth<'v>(json: &'v mut Value, n: &mut usize) -> Option<&'v mut Value> {
    if *n == 0 {
        return Some(json);
    }
    *n -= 1;
    match json {
        Value::Array(items) => items.iter_mut().find_map(|item| nth(item, n)),
        Value::Object(entries) => entries.values_mut().find_map(|item| nth(item, n)),
        _ => None,
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        Just(Value::from("9999999 s")),
        Just(Value::from("shared")),
        Just(Value::Array(Vec::new())),
        Just(Value::Object(serde_json::Map::new())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_scenario_is_valid_and_reads_back_equal(scenario in any_scenario()) {
        prop_assert_eq!(scenario.validate(), Ok(()));
        let json = serde_json::to_string(&scenario).expect("it can be written");
        match read(&json) {
            Ok(Document::Scenario(again)) => prop_assert_eq!(*again, scenario),
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn changed_values_do_not_harm_the_reader(
        scenario in any_scenario(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any_value()), 1..4),
    ) {
        let mut json = serde_json::to_value(&scenario).expect("it can be written");
        for (at, value) in changes {
            if let Some(place) = nth(&mut json, &mut at.index(400)) {
                *place = value;
            }
        }
        read_all(&json.to_string());
    }

    #[test]
    fn cut_and_spliced_text_does_not_harm_the_reader(
        scenario in any_scenario(),
        at in any::<prop::sample::Index>(),
        noise in prop::collection::vec(any::<u8>(), 0..8),
    ) {
        let mut bytes = serde_json::to_vec(&scenario).expect("it can be written");
        let at = at.index(bytes.len());
        let end = bytes.len().min(at + noise.len() / 2);
        bytes.splice(at..end, noise);
        read_all(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn random_text_does_not_harm_the_reader(
        bytes in prop::collection::vec(any::<u8>(), 0..256),
        signs in "[\\[\\]{}\",:/*\\\\ a0-]{0,64}",
    ) {
        read_all(&String::from_utf8_lossy(&bytes));
        read_all(&signs);
    }
}

/// The names of the variants of a type, as the schema has them.
fn variants(of: &str) -> BTreeSet<String> {
    let schema = schema();
    let list = schema["$defs"][of]["oneOf"].as_array().expect("an enum");
    let mut names = BTreeSet::new();
    for variant in list {
        let plain = variant["enum"].as_array().into_iter().flatten();
        let kind = &variant["properties"]["kind"]["const"];
        names.extend(plain.chain([&variant["const"], kind]).filter_map(text));
        if kind.is_null() {
            let keys = variant["required"].as_array().into_iter().flatten();
            names.extend(keys.filter_map(text));
        }
    }
    names
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// All keys and texts in `json`.
fn words(json: &Value, found: &mut BTreeSet<String>) {
    match json {
        Value::String(text) => drop(found.insert(text.clone())),
        Value::Array(items) => items.iter().for_each(|item| words(item, found)),
        Value::Object(entries) => {
            for (key, value) in entries {
                found.insert(key.clone());
                words(value, found);
            }
        }
        _ => {}
    }
}

#[test]
fn any_scenario_comes_to_every_step_and_policy() {
    let mut runner = TestRunner::deterministic();
    let mut found = BTreeSet::new();
    for _ in 0..400 {
        let tree = any_scenario().new_tree(&mut runner).expect("it is made");
        let json = serde_json::to_value(tree.current()).expect("it can be written");
        words(&json, &mut found);
    }
    for (of, count) in [
        ("Step", 45),
        ("PolicySpec", 18),
        ("GilSpec", 5),
        ("InjectedKind", 7),
    ] {
        let variants = variants(of);
        assert_eq!(variants.len(), count, "{of}: {variants:?}");
        let missing: Vec<_> = variants.difference(&found).collect();
        assert!(missing.is_empty(), "no scenario has the {of} {missing:?}");
    }
}
