//! The verdict in one sentence, computed from the numbers.

use super::State;
use crate::app::english::headline as text;
use crate::experiment::scenario::Scenario;
use crate::experiment::{Experiment, Outcome};
use crate::plot::{duration, ratio};
use crate::sim::Run;

/// What the numbers say about the layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Clearly faster than one thread.
    Faster,
    /// About as fast as one thread.
    Same,
    /// Slower than one thread.
    Slower,
    /// Something failed, so speed is not the point.
    Failed,
}

/// A verdict on the prediction, with its sentence.
#[must_use]
pub fn headline(state: &State) -> (Verdict, String) {
    let experiment = &state.experiment;
    let prediction = &state.predicted.run;
    let outcome = &prediction.outcome;
    if let Some(scenario) = state.scenario() {
        return of_program(scenario, prediction);
    }
    if let Some(at) = prediction.trace.cut_at {
        let text = text::too_many_events(&duration(at));
        return (Verdict::Failed, text);
    }
    if !outcome.failures.is_empty() {
        return (Verdict::Failed, failed(outcome));
    }
    let speed_up = speed_up(experiment, outcome);
    let verdict = match speed_up {
        _ if speed_up > 1.1 => Verdict::Faster,
        _ if speed_up < 0.9 => Verdict::Slower,
        _ => Verdict::Same,
    };
    (
        verdict,
        text::sentence(
            &layout_name(experiment),
            &reason(experiment, verdict, speed_up),
        ),
    )
}

/// What became of a program.
fn of_program(scenario: &Scenario, run: &Run) -> (Verdict, String) {
    let name = match scenario.name.as_str() {
        "" => text::NO_NAME,
        name => name,
    };
    let outcome = &run.outcome;
    let end = duration(run.end_ns);
    let stopped = scenario.until.is_some_and(|until| until.0 == run.end_ns);
    if let Some((at, circle)) = run.deadlocks.first() {
        let who: Vec<_> = circle
            .iter()
            .map(|&thread| run.trace.name(thread))
            .collect();
        let text = text::deadlock(name, &duration(*at), &who);
        return (Verdict::Failed, text);
    }
    if !outcome.failures.is_empty() {
        let text = text::program_lost(name, outcome.threads_lost(), &end);
        return (Verdict::Failed, text);
    }
    let text = match (run.cut, stopped) {
        (true, false) => text::program_cut(name, &end),
        (_, true) => text::program_stopped(name, &end),
        _ => text::program_done(name, &end),
    };
    (Verdict::Same, text)
}

/// How many times faster than one thread without costs.
#[must_use]
pub(super) fn speed_up(experiment: &Experiment, outcome: &Outcome) -> f64 {
    if outcome.wall_ns == 0 {
        return 0.0;
    }
    let unit_ns = (u64::from(experiment.cpu_us) + u64::from(experiment.io_us)) * 1_000;
    (outcome.units_done() * unit_ns) as f64 / outcome.wall_ns as f64
}

fn failed(outcome: &Outcome) -> String {
    text::lost(
        (outcome.processes_lost(), outcome.processes.len()),
        outcome.threads_lost(),
        (outcome.units_done(), outcome.units_planned),
    )
}

/// What is set up, in a few words: "4 threads, one GIL".
pub(super) fn layout_name(experiment: &Experiment) -> String {
    text::layout(
        usize::from(experiment.processes),
        usize::from(experiment.threads),
        experiment.gil,
    )
}

fn reason(experiment: &Experiment, verdict: Verdict, speed_up: f64) -> String {
    let ratio = &ratio(speed_up);
    let many_threads = experiment.threads > 1;
    // What computing in parallel alone can bring; more comes from waits.
    let runners = match experiment.gil {
        true => u32::from(experiment.processes),
        false => experiment.workers(),
    };
    let in_parallel = f64::from(runners.min(u32::from(experiment.cores)));
    let waits = experiment.io_us > 0 && speed_up > 1.05 * in_parallel;
    match verdict {
        Verdict::Faster if waits => text::waits_overlap(ratio),
        Verdict::Faster => text::speed(ratio),
        Verdict::Same if experiment.workers() == 1 => text::yardstick(ratio),
        Verdict::Same if many_threads && experiment.gil && experiment.processes == 1 => {
            text::take_turns(ratio)
        }
        Verdict::Same if experiment.cores == 1 => text::one_core(ratio),
        Verdict::Same => text::speed(ratio),
        Verdict::Slower | Verdict::Failed => text::not_worth_it(ratio),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(fragment: &str, expect: Expect) {
        let (verdict, text) = headline(&State::open(fragment));
        expect.assert_eq(&format!("{verdict:?}: {text}"));
    }

    #[test]
    fn the_sentence_follows_the_numbers() {
        check(
            "",
            expect![
                "Same: 4 threads, one GIL: 0.97× the speed of one thread. They take turns on the lock."
            ],
        );
        check(
            "procs=4&threads=1",
            expect!["Faster: 4 processes, a GIL each: 3.52× the speed of one thread."],
        );
        check(
            "gil=off",
            expect!["Faster: 4 threads, no GIL: 3.78× the speed of one thread."],
        );
        check(
            "threads=1",
            expect!["Same: 1 process with 1 thread, one GIL: 0.99×, the yardstick for the rest."],
        );
        check(
            "cores=1&gil=off&policy=fifo",
            expect![
                "Same: 4 threads, no GIL: 0.99× the speed of one thread. There is only one core."
            ],
        );
        check(
            "units=200&cpu=500&io=5000",
            expect![
                "Faster: 4 threads, one GIL: 3.85× the speed of one thread, because waits overlap."
            ],
        );
        check(
            "procs=4&threads=1&cpu=10000&io=1",
            expect!["Faster: 4 processes, a GIL each: 3.92× the speed of one thread."],
        );
        check(
            "procs=64&threads=1&units=10",
            expect![
                "Slower: 64 processes, a GIL each: 0.06× the speed of one thread: starting, switching and waking cost more than they bring."
            ],
        );
        check(
            "procs=2&threads=2&fault=segfault.0.1.u30",
            expect!["Failed: 1 of 2 processes lost, 2 threads in all: 255 of 400 units get done."],
        );
        check(
            "threads=3&fault=exception.0.1.u30",
            expect!["Failed: No process is lost, but 1 thread: 297 of 400 units get done."],
        );
        check(
            "procs=64&threads=64&cores=64&slice=100&interval=1&units=20000",
            expect![
                "Failed: These settings make too many events to simulate: the prediction ends at 119 ms. Try a longer time slice or switch interval, or less work."
            ],
        );
    }
}
