use super::*;
use crate::app::Action;
use crate::app::place::{Dialog, Left};

use expect_test::{Expect, expect};

/// Opens a file on a page that shows something else; says what is shown then.
fn check(name: &str, text: &str, expect: Expect) {
    let mut state = State::open("procs=2&threads=3");
    for dialog in [None, Some(Dialog::Share)] {
        let before = state.experiment.clone();
        let _ = state.reduce(Action::OpenDialog(dialog));
        let _ = state.reduce(Action::OpenFile {
            name: name.to_owned(),
            text: Ok(text.to_owned()),
        });
        let _ = state.reduce(Action::Frame(0.0));
        let opened = state.opened.clone().expect("it was opened");
        assert_eq!(opened.name, name);
        if opened.errors.is_empty() {
            assert!(!state.predicted.run.threads.is_empty(), "it runs");
        } else {
            assert_eq!(state.experiment, before, "the last good one stays");
            assert_eq!(state.problems.is_empty(), dialog.is_some(), "said once");
        }
        if dialog.is_some() {
            let errors = opened.errors.join("; ");
            expect.assert_eq(&format!("{}{}", state.title(), [" but ", &errors].concat()));
        }
        state.problems.clear();
    }
}

#[test]
fn files_are_opened_by_what_they_are() {
    check(
        "x.json",
        r#"{"experiment": {"processes": 4, "threads": 1}}"#,
        expect!["4 processes, a GIL each but "],
    );
    check(
        "x.json",
        r#"{"name": "three", "jobs": [{"burst": "3 ms"}]}"#,
        expect!["three but "],
    );
    check(
        "x.csv",
        "arrival,burst\n0,3\n1,2\n",
        expect!["A program but "],
    );
    check(
        "x.json",
        "{\"jobs\": [",
        expect![
            "2 processes of 3 threads, a GIL per process but line 1, column 10: EOF while parsing a list"
        ],
    );
    check(
        "x.json",
        r#"{"experiment": {"threads": 65}}"#,
        expect![
            "2 processes of 3 threads, a GIL per process but Threads per process is 65, but must be from 1 to 64"
        ],
    );
    check(
        "x.csv",
        "arrival,burst\n0,many\n",
        expect![[
            r#"2 processes of 3 threads, a GIL per process but line 2, column 2 (burst): "many" is no time such as 5 or 5 ms, at most 1000000 s"#
        ]],
    );
}

#[test]
fn what_is_saved_can_be_opened_again() {
    for fragment in ["procs=3&gil=off&fault=hang.0.1.u3&seed=7", "v=1"] {
        let state = State::open(fragment);
        let file = saved(&state, Export::Setup).unwrap();
        let mut other = State::open("threads=7");
        let _ = other.reduce(Action::OpenFile {
            name: file.name.to_string(),
            text: Ok(file.text().to_owned()),
        });
        assert_eq!(other.experiment, state.experiment);
    }
    // A table becomes a text of the editor, which says the same.
    let mut state = State::open("");
    let _ = state.reduce(Action::OpenFile {
        name: "jobs.csv".to_owned(),
        text: Ok("arrival,burst\n0,3\n1,2\n".to_owned()),
    });
    let _ = state.reduce(Action::Frame(0.0));
    let file = saved(&state, Export::Setup).unwrap();
    let mut other = State::open("");
    let _ = other.reduce(Action::Write(file.text().to_owned()));
    let _ = other.reduce(Action::Frame(0.0));
    assert_eq!(other.predicted.run.trace, state.predicted.run.trace);
    assert_eq!(state.place.left, Left::Program);
}

#[test]
fn every_form_is_what_it_says() {
    let state = State::open("procs=2&threads=2&units=8");
    let mut said = String::new();
    for form in Export::ALL {
        let [Effect::Download(file)] = &state.export(form)[..] else {
            panic!("{form:?} gives no file");
        };
        if file.mime == "application/json" {
            let value: serde_json::Value = serde_json::from_str(file.text()).unwrap();
            assert!(value.is_object());
        }
        let start: String = file.text().chars().take(24).collect();
        said += &format!("{} {}: {start:?}\n", file.name, file.mime);
    }
    expect![[r#"
        timeslice-2-processes-of-2-threads-a-gil-per-process.json application/json: "{\n  \"experiment\": {\n    "
        timeslice-2-processes-of-2-threads-a-gil-per-process.trace.json application/json: "{\"displayTimeUnit\":\"ns\","
        timeslice-2-processes-of-2-threads-a-gil-per-process.csv text/csv: "kind,start_ns,end_ns,pro"
        timeslice-2-processes-of-2-threads-a-gil-per-process.metrics.json application/json: "{\n  \"figures\": {\n    \"ch"
        timeslice-2-processes-of-2-threads-a-gil-per-process.svg image/svg+xml: "<svg xmlns=\"http://www.w"
    "#]].assert_eq(&said);
}

#[test]
fn names_of_files_are_short_and_plain() {
    for (title, expected) in [
        (
            "4 processes × 1 thread, a GIL each",
            "timeslice-4-processes-×-1-thread-a-gil-each.csv",
        ),
        ("", "timeslice.csv"),
        ("../../etc/passwd", "timeslice-etc-passwd.csv"),
        ("Philosophes à table", "timeslice-philosophes-à-table.csv"),
        (
            &"long ".repeat(40),
            "timeslice-long-long-long-long-long-long-long-long-long-long.csv",
        ),
    ] {
        assert_eq!(file_name(title, "csv"), expected);
    }
}
