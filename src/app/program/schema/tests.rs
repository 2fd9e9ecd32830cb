use super::*;
use expect_test::{Expect, expect};

fn schema() -> Schema {
    Schema::read(include_str!("../../../../docs/scenario.schema.json")).expect("it is JSON")
}

/// `|` marks the cursor; what is offered there is told in a line.
fn check(marked: &str, expect: Expect) {
    let at = marked.find('|').expect("a cursor");
    let text = marked.replacen('|', "", 1);
    let found = schema().offers(&text, at);
    let labels: Vec<&str> = found.offers.iter().map(|offer| offer.label.as_str()).collect();
    let replaced = &text[found.from..found.to];
    expect.assert_eq(&format!("`{replaced}`: {}", labels.join(", ")));
}

#[test]
fn keys_are_those_of_the_place_that_are_not_there_yet() {
    check("{ | }", expect![[""]]);
    check(r#"{ "jobs": [{ "burst": "1 ms", "| }] }"#, expect![[""]]);
    check(r#"{ "machine": { "cores": 2, "po| } }"#, expect![[""]]);
    check(r#"{ "machine": { "policy": { "kind": "rr", | } } }"#, expect![[""]]);
    check(r#"{ "programs": { "p": [{ "|" }] } }"#, expect![[""]]);
    check(r#"{ "programs": { "p": [{ "lock-for": { | } }] } }"#, expect![[""]]);
}

#[test]
fn values_are_those_of_the_schema_and_names_of_the_scenario() {
    check(r#"{ "costs": "|" }"#, expect![[""]]);
    check(r#"{ "machine": { "policy": { "kind": "|" } } }"#, expect![[""]]);
    check(r#"{ "machine": { "policy": | } }"#, expect![[""]]);
    check(r#"{ "machine": { "tie": | } }"#, expect![[""]]);
    check(r#"{ "until": | }"#, expect![[""]]);
    let own = |step: &str| {
        format!(
            r#"{{ "locks": [{{ "name": "a" }}, {{ "name": "b" }}], "programs": {{ "p": [] }},
            "conditions": ["full"], "channels": [{{ "name": "q" }}],
            "processes": [{{ "name": "x", "threads": [{{ "name": "t", "program": {step} }}] }}] }}"#
        )
    };
    check(&own(r#"[{ "lock": "|" }]"#), expect![[""]]);
    check(&own(r#"[{ "send": { "channel": "|" } }]"#), expect![[""]]);
    check(&own(r#"[{ "notify": | }]"#), expect![[""]]);
    check(&own(r#"[{ "start-thread": "|" }]"#), expect![[""]]);
    check(&own(r#"[{ "start-process": "|" }]"#), expect![[""]]);
    check(&own(r#"[{ "run-loop": ["|"] }]"#), expect![[""]]);
    check(&own("|"), expect![[""]]);
}

#[test]
fn what_is_offered_says_what_to_write_and_where_to_go_on() {
    let schema = schema();
    let offer = |text: &str, at: usize, label: &str| {
        let found = schema.offers(text, at);
        let offer = found.offers.into_iter().find(|offer| offer.label == label);
        offer.map(|offer| (offer.apply, offer.back)).expect("it is offered")
    };
    assert_eq!(offer("{}", 1, "name"), ("\"name\": \"\"".to_owned(), 1));
    assert_eq!(offer("{}", 1, "processes"), ("\"processes\": []".to_owned(), 1));
    // There is a value already.
    assert_eq!(offer("{\"na\": 1}", 3, "name"), ("\"name\"".to_owned(), 0));
    let about = schema.about("{\"seed\": 1}", 3).expect("a meaning");
    assert_eq!(about, (1..7, "Seed of everything random.".to_owned()));
    let lock = r#"{"programs": {"p": [{"lock": "a"}]}}"#;
    let at = lock.find("lock").expect("it is there");
    assert_eq!(
        schema.about(lock, at).map(|(_, about)| about),
        Some("Take a lock; waits until it can.".to_owned())
    );
}

#[test]
fn every_offer_is_json() {
    let schema = schema();
    for text in [
        r#"{ "machine": { "policy":  } }"#,
        r#"{ "faults": [{ "when":  }] }"#,
        r#"{ "programs": { "p": [ ] } }"#,
        r#"{ "processes": [ ] }"#,
        r#"{ "costs":  }"#,
    ] {
        let at = text.find("  ").or_else(|| text.find("[ ")).map_or(0, |at| at + 1);
        let offers = schema.offers(text, at).offers;
        assert!(!offers.is_empty(), "{text}");
        for offer in offers {
            assert!(serde_json::from_str::<Value>(&offer.apply).is_ok(), "{}", offer.apply);
        }
    }
}

#[test]
fn every_place_of_names_is_one_of_the_schema() {
    let text = include_str!("../../../../docs/scenario.schema.json");
    for (key, list) in NAMES {
        assert!(text.contains(&format!("\"{key}\"")), "{key}");
        assert!(*list == "threads" || text.contains(&format!("\"{list}\"")), "{list}");
    }
}
