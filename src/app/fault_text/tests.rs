use super::*;
use crate::experiment::scenario::{Document, InjectedKind, InjectedWhen, Ns, Scenario, read};
use expect_test::{Expect, expect};

fn fault() -> InjectedFault {
    InjectedFault {
        kind: InjectedKind::Hang,
        process: "p, \"{q".to_owned(),
        thread: Some("T1".to_owned()),
        when: InjectedWhen::At(Ns::ms(3)),
    }
}

fn scenario(text: &str) -> Scenario {
    match read(text) {
        Ok(Document::Scenario(scenario)) => *scenario,
        other => panic!("{other:?} in {text}"),
    }
}

fn check(text: &str, expect: Expect) {
    let with = with_fault(text, &fault()).expect("an object");
    expect.assert_eq(&with);
    let (before, after) = (scenario(text), scenario(&with));
    let mut expected = before.clone();
    expected.faults.push(fault());
    assert_eq!(after, expected);
    let index = before.faults.len();
    let without = without_fault(&with, index).expect("it is there");
    assert_eq!(scenario(&without), before, "{without}");
    for index in 0..index {
        let mut expected = before.clone();
        expected.faults.remove(index);
        let without = without_fault(text, index).expect("it is there");
        assert_eq!(scenario(&without), expected, "{without}");
    }
    assert_eq!(without_fault(text, index), None);
}

#[test]
fn a_fault_is_put_in_and_the_rest_stays_as_it_is() {
    check(
        "{}",
        expect![[
            r#"{ "faults": [{ "kind": "hang", "process": "p, \"{q", "thread": "T1", "when": { "at": "3 ms" } }]}"#
        ]],
    );
    check(
        r#"{"seed": 3}"#,
        expect![[
            r#"{"seed": 3, "faults": [{ "kind": "hang", "process": "p, \"{q", "thread": "T1", "when": { "at": "3 ms" } }]}"#
        ]],
    );
    check(
        "{\n  \"seed\": 3,\n  \"about\": \"a \\\" } ] , \\\\\"\n}\n",
        expect![[r#"
                {
                  "seed": 3,
                  "about": "a \" } ] , \\",
                  "faults": [
                    { "kind": "hang", "process": "p, \"{q", "thread": "T1", "when": { "at": "3 ms" } }
                  ]
                }
            "#]],
    );
    check(
        r#"{"faults": [], "seed": 3}"#,
        expect![[
            r#"{"faults": [{ "kind": "hang", "process": "p, \"{q", "thread": "T1", "when": { "at": "3 ms" } }], "seed": 3}"#
        ]],
    );
    check(
        r#"{"faults": [{"kind": "hang", "process": "a", "when": {"units": 1}},
                {"kind": "segfault", "process": "]", "when": {"at": 5}}], "seed": 3}"#,
        expect![[r#"
                {"faults": [{"kind": "hang", "process": "a", "when": {"units": 1}},
                                {"kind": "segfault", "process": "]", "when": {"at": 5}},
                    { "kind": "hang", "process": "p, \"{q", "thread": "T1", "when": { "at": "3 ms" } }], "seed": 3}"#]],
    );
    check(
        r#"{"seed": 3, "faults": [{"kind": "hang", "process": "a", "when": {"units": 1}}]}"#,
        expect![[
            r#"{"seed": 3, "faults": [{"kind": "hang", "process": "a", "when": {"units": 1}}, { "kind": "hang", "process": "p, \"{q", "thread": "T1", "when": { "at": "3 ms" } }]}"#
        ]],
    );
}

#[test]
fn what_is_no_object_is_left_alone() {
    for text in ["", "[", "{\"a", "{\"faults\": [", "}"] {
        assert_eq!(with_fault(text, &fault()), None, "{text}");
        assert_eq!(without_fault(text, 0), None, "{text}");
    }
}
