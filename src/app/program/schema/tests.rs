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
    let labels: Vec<&str> = found
        .offers
        .iter()
        .map(|offer| offer.label.as_str())
        .collect();
    let replaced = &text[found.from..found.to];
    expect.assert_eq(&format!("`{replaced}`: {}", labels.join(", ")));
}

#[test]
fn keys_are_those_of_the_place_that_are_not_there_yet() {
    check(
        "{ | }",
        expect![
            "``: about, barriers, channels, conditions, costs, devices, faults, jobs, locks, machine, name, objects, pools, processes, programs, seed, semaphores, until"
        ],
    );
    check(
        r#"{ "jobs": [{ "burst": "1 ms", "| }] }"#,
        expect![[r#"`"`: arrival, deadline, name, period, priority, tickets"#]],
    );
    check(
        r#"{ "machine": { "cores": 2, "po| } }"#,
        expect![[r#"`"po`: cache, equal-keys, policy, preemption, queues, tie"#]],
    );
    check(
        r#"{ "machine": { "policy": { "kind": "rr", | } } }"#,
        expect!["``: slice, timer"],
    );
    check(
        r#"{ "programs": { "p": [{ "|" }] } }"#,
        expect![[
            r#"`""`: compute, call, release, native, sleep, io, repeat, lock, lock-for, unlock, acquire, post, wait, notify, notify-all, barrier, send, receive, load, add, store, alloc, free, incref, decref, touch, corrupt, start-thread, join-thread, start-process, join-process, kill-process, kill-thread, run-loop, await, submit, gather, exit-process"#
        ]],
    );
    check(
        r#"{ "programs": { "p": [{ "lock-for": { | } }] } }"#,
        expect!["``: lock, time"],
    );
}

#[test]
fn values_are_those_of_the_schema_and_names_of_the_scenario() {
    check(
        r#"{ "costs": "|" }"#,
        expect![[r#"`""`: ideal, cpython-linux, this-browser, {}"#]],
    );
    check(
        r#"{ "machine": { "policy": { "kind": "|" } } }"#,
        expect![[
            r#"`""`: fifo, sjf, srtf, priority, hrrn, rr, mlfq, lottery, stride, cfs, eevdf, sched-fifo, sched-rr, sched-deadline, edf, rm, dm, llf"#
        ]],
    );
    // Another kind than the one that stands there, too.
    check(
        r#"{ "machine": { "policy": { "kind": "r|r", "slice": "1 ms" } } }"#,
        expect![[r#"`"rr"`: rr, eevdf, sched-rr"#]],
    );
    check(
        r#"{ "machine": { "policy": | } }"#,
        expect![[
            r#"``: { "kind": "fifo" }, { "kind": "sjf" }, { "kind": "srtf" }, { "kind": "priority" }, { "kind": "hrrn" }, { "kind": "rr", "slice": "1 ms" }, { "kind": "mlfq", "levels": [] }, { "kind": "lottery", "quantum": "1 ms" }, { "kind": "stride", "quantum": "1 ms" }, { "kind": "cfs" }, { "kind": "eevdf" }, { "kind": "sched-fifo" }, { "kind": "sched-rr" }, { "kind": "sched-deadline" }, { "kind": "edf" }, { "kind": "rm" }, { "kind": "dm" }, { "kind": "llf" }"#
        ]],
    );
    check(
        r#"{ "machine": { "tie": | } }"#,
        expect!["``: arrival-first, expired-first"],
    );
    check(r#"{ "until": | }"#, expect!["``: 1 ms, 100 us, 1 s, null"]);
    let own = |step: &str| {
        format!(
            r#"{{ "locks": [{{ "name": "a" }}, {{ "name": "b" }}], "programs": {{ "p": [] }},
            "conditions": ["full"], "channels": [{{ "name": "q" }}],
            "processes": [{{ "name": "x", "threads": [{{ "name": "t", "program": {step} }}] }}] }}"#
        )
    };
    check(&own(r#"[{ "lock": "|" }]"#), expect![[r#"`""`: a, b"#]]);
    check(
        &own(r#"[{ "send": { "channel": "|" } }]"#),
        expect![[r#"`""`: q"#]],
    );
    check(&own(r#"[{ "notify": | }]"#), expect!["``: full"]);
    check(
        &own(r#"[{ "start-thread": "|" }]"#),
        expect![[r#"`""`: t"#]],
    );
    check(
        &own(r#"[{ "start-process": "|" }]"#),
        expect![[r#"`""`: x"#]],
    );
    check(
        &own(r#"[{ "run-loop": ["|"] }]"#),
        expect![[r#"`""`: p, []"#]],
    );
    check(&own("|"), expect!["``: p, []"]);
}

#[test]
fn what_is_offered_says_what_to_write_and_where_to_go_on() {
    let schema = schema();
    let offer = |text: &str, at: usize, label: &str| {
        let found = schema.offers(text, at);
        let offer = found.offers.into_iter().find(|offer| offer.label == label);
        offer
            .map(|offer| (offer.apply, offer.back))
            .expect("it is offered")
    };
    assert_eq!(offer("{}", 1, "name"), ("\"name\": \"\"".to_owned(), 1));
    assert_eq!(
        offer("{}", 1, "processes"),
        ("\"processes\": []".to_owned(), 1)
    );
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
        let at = text
            .find("  ")
            .or_else(|| text.find("[ "))
            .map_or(0, |at| at + 1);
        let offers = schema.offers(text, at).offers;
        assert!(!offers.is_empty(), "{text}");
        for offer in offers {
            assert!(
                serde_json::from_str::<Value>(&offer.apply).is_ok(),
                "{}",
                offer.apply
            );
        }
    }
}

#[test]
fn every_place_of_names_is_one_of_the_schema() {
    let text = include_str!("../../../../docs/scenario.schema.json");
    for (key, list) in NAMES {
        assert!(text.contains(&format!("\"{key}\"")), "{key}");
        assert!(
            *list == "threads" || text.contains(&format!("\"{list}\"")),
            "{list}"
        );
    }
}
