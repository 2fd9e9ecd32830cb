// Included by the tests that run scenarios: `use timeslice::experiment::scenario`
// and so on stand there.

/// Runs a scenario file.
fn run_file(text: &str) -> Run {
    let document = read(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let Document::Scenario(scenario) = document else {
        panic!("not a scenario");
    };
    run(&scenario, Limits::default()).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"))
}
