// Included by the tests of the table of failures, after scenarios.rs and
// describe.rs.

/// Runs a scenario file on two cores at no costs. `file` lacks the outermost
/// braces.
fn run_on_two(file: &str) -> Run {
    run_file(&format!(r#"{{"machine": {{"cores": 2}}, {file}}}"#))
}

const GIL: &str = r#"{"kind": "switch-interval"}"#;

/// A parent process with these threads beside its `children`.
fn processes(threads: &str, children: &str) -> String {
    let comma = if children.is_empty() { "" } else { ", " };
    format!(
        r#""processes": [{{"name": "app", "gil": {GIL}, "threads": [{threads}]}}{comma}{children}]"#
    )
}

fn check(file: &str, expect: Expect) {
    expect.assert_eq(&describe(&run_on_two(file)));
}
