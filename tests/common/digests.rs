// Included by tests/sim.rs and tests/wasm.rs, after tests/common/seeded.rs: runs
// with the digests of their traces, natively and in the browser the same.
//
// They stand in tests/common/digests.txt. After a change that is meant to
// change runs, write them anew with
// `TIMESLICE_DIGESTS=write cargo test --test sim the_trace_is_the_same`.
mod digests {
    use super::seeded;
    use timeslice::experiment::scenario::{Document, Scenario, read};
    use timeslice::experiment::{Costs, from_fragment};
    use timeslice::sim::{Limits, predict, run};

    pub(crate) const TABLE: &str = include_str!("digests.txt");

    /// Each line of the table with the digest that is found now.
    pub(crate) fn found() -> impl Iterator<Item = (&'static str, u64)> {
        TABLE.lines().filter(|line| !line.starts_with('#')).map(|line| {
            let (kind, rest) = line.split_once(' ').expect("a kind of input");
            let (input, _) = rest.rsplit_once(' ').expect("an input and its digest");
            (line, digest(kind, input.trim()))
        })
    }

    /// The line as it has to be for a digest.
    pub(crate) fn with_digest(line: &str, digest: u64) -> String {
        let (input, _) = line.rsplit_once(' ').expect("an input and its digest");
        format!("{input} {digest:#018x}")
    }

    fn digest(kind: &str, input: &str) -> u64 {
        match kind {
            "sliders" => {
                let experiment = from_fragment(input).experiment;
                let prediction = predict(&experiment, &Costs::CPYTHON_LINUX);
                prediction.expect("it is valid").trace.digest()
            }
            "file" => of_scenario(&file(input)),
            "seed" => {
                let seed: u64 = input.parse().expect("a number");
                let policy = seed as usize % seeded::POLICIES;
                of_scenario(&seeded::scenario(seed, Some(policy)))
            }
            kind => panic!("{kind} is no kind of input"),
        }
    }

    fn of_scenario(scenario: &Scenario) -> u64 {
        let limits = Limits {
            max_events: 20_000,
            trace: true,
        };
        run(scenario, limits).expect("it is valid").trace.digest()
    }

    fn file(name: &str) -> Scenario {
        macro_rules! files {
            ($($name:literal),* $(,)?) => {
                match name {
                    $($name => include_str!(concat!("../../scenarios/", $name, ".json")),)*
                    name => panic!("there is no file {name}"),
                }
            };
        }
        let text = files![
            "asyncio-blocked-loop",
            "broken-pool",
            "cfs-nice",
            "dining-philosophers",
            "dining-philosophers-ordered",
            "fork-holding-a-lock",
            "lost-update",
            "mlfq-gaming",
            "priority-inheritance",
            "priority-inversion",
            "producer-consumer",
            "producer-consumer-semaphores",
        ];
        match read(text) {
            Ok(Document::Scenario(scenario)) => *scenario,
            other => panic!("{name}: {other:?}"),
        }
    }
}
