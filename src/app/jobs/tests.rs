use super::*;
use crate::experiment::scenario::{Document, read};

const TEXT: &str = r#"{
  "machine": { "policy": { "kind": "sjf" } },
  "jobs": [
    { "name": "A", "burst": "5 ms" },
    { "name": "B", "arrival": 1000000, "burst": "2 ms", "priority": 3 }
  ]
}"#;

fn cells(text: &str) -> Vec<String> {
    let jobs = jobs(text).expect("there are jobs");
    let head = jobs.columns.iter().map(|column| column.label());
    let mut lines = vec![head.collect::<Vec<_>>().join("|")];
    lines.extend(jobs.rows.iter().map(|row| {
        let texts: Vec<_> = row.iter().map(|cell| cell.text.as_str()).collect();
        texts.join("|")
    }));
    lines
}

/// It must still be read, and say the same in the table.
fn is_read(text: &str) -> usize {
    match read(text) {
        Ok(Document::Scenario(scenario)) => scenario.processes[0].threads.len(),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn a_text_and_its_table_say_the_same() {
    assert_eq!(
        cells(TEXT),
        [
            "Job|Arrival|CPU time|Priority",
            "A||5 ms|",
            "B|1000000|2 ms|3"
        ]
    );
    assert_eq!(jobs("{}"), None);
    assert_eq!(jobs(r#"{"jobs": 1}"#), None);
    assert_eq!(jobs(""), None);
    assert!(jobs(r#"{"jobs": ["#).is_some_and(|jobs| jobs.rows.is_empty()));
}

#[test]
fn a_cell_is_written_in_its_place() {
    for (row, column, value, there) in [
        (0, Column::Burst, "7", r#""burst": "7 ms""#),
        (0, Column::Burst, "250us", r#""burst": "250us""#),
        (
            0,
            Column::Arrival,
            " 3 ms ",
            r#"{ "name": "A", "burst": "5 ms", "arrival": "3 ms" }"#,
        ),
        (1, Column::Name, "say \"x\"", r#""name": "say \"x\"""#),
        (1, Column::Name, "", r#"{ "arrival": 1000000,"#),
        (1, Column::Priority, "", r#""burst": "2 ms" }"#),
        (1, Column::Priority, "-4", r#""priority": -4"#),
        (0, Column::Deadline, "20", r#""deadline": "20 ms" }"#),
    ] {
        let text = with_cell(TEXT, row, column, value).expect("it fits");
        assert!(text.contains(there), "{value}: {text}");
        assert_eq!(is_read(&text), 2);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    for (column, value, said) in [
        (Column::Burst, "", "a job needs a CPU time"),
        (Column::Burst, "long", "\"long\" is no time such as 5 ms"),
        (Column::Arrival, "-1", "\"-1\" is no time such as 5 ms"),
        (Column::Priority, "1.5", "\"1.5\" is no whole number"),
        (Column::Tickets, "0", "\"0\" is no whole number from 1"),
    ] {
        assert_eq!(with_cell(TEXT, 0, column, value), Err(said.to_owned()));
    }
    assert!(with_cell(TEXT, 9, Column::Burst, "1").is_err());
    assert!(with_cores(TEXT, "0").is_err());
    assert!(with_slice(TEXT, "x").is_err());
}

#[test]
fn rows_come_and_go() {
    let three = with_job(TEXT);
    assert_eq!(cells(&three)[3], "C|1000000|1 ms|");
    assert!(three.contains(",\n    { \"name\": \"C\""), "{three}");
    for (row, left) in [(0, ["B", "C"]), (1, ["A", "C"]), (2, ["A", "B"])] {
        let text = without_job(&three, row);
        let names = cells(&text);
        assert!(
            names[1].starts_with(left[0]) && names[2].starts_with(left[1]),
            "{text}"
        );
        assert_eq!(is_read(&text), 2);
    }
    let none = without_job(&without_job(TEXT, 0), 0);
    assert_eq!(cells(&none).len(), 1);
    assert_eq!(is_read(&none), 0);
    assert_eq!(is_read(&with_job(&none)), 1);
    assert_eq!(is_read(&with_job(&with_job(r#"{"jobs":[]}"#))), 2);
}

#[test]
fn policies_bring_their_columns_and_their_slice() {
    for info in policies() {
        let text = with_policy(TEXT, info.kind);
        assert_eq!(is_read(&text), 2, "{text}");
        let table = jobs(&text).expect("there are jobs");
        assert_eq!(table.policy, info.kind);
        if table.slice.is_some() {
            let text = with_slice(&text, "3").expect("a time");
            assert_eq!(is_read(&text), 2, "{text}");
            assert_eq!(
                jobs(&text)
                    .and_then(|jobs| jobs.slice)
                    .map(|cell| cell.text),
                Some("3 ms".to_owned())
            );
        }
    }
    let plain = r#"{"jobs": [{"burst": "1 ms"}]}"#;
    let table = jobs(plain).expect("there are jobs");
    assert_eq!((table.policy.as_str(), table.cores.as_str()), ("rr", "1"));
    assert_eq!(is_read(&with_slice(plain, "2").expect("a time")), 1);
    let two = with_cores(plain, "2").expect("a number");
    assert_eq!(jobs(&two).map(|jobs| jobs.cores), Some("2".to_owned()));
    assert_eq!(
        jobs(&with_policy(plain, "edf")).map(|jobs| jobs.columns.len()),
        Some(4)
    );
}
