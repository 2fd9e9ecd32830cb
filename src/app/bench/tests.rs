use super::*;
use crate::app::place::Left;
use crate::app::{Action, Effect, State};
use crate::experiment::{Experiment, from_fragment};
use crate::lab::findings::{NamedRun, Unit};
use crate::lab::measurement::{Calibration, Environment, Measurement};
use crate::sim::predict;

/// A machine with two cores where everything can be had.
pub(in crate::app) fn environment() -> Environment {
    Environment {
        isolated: true,
        threads_unavailable: None,
        processes_unavailable: None,
        cores: 2,
        timer_resolution_ns: 5_000,
        user_agent: "a browser".to_owned(),
    }
}

/// What the trial of a claim about separate memories might find.
pub(in crate::app) fn findings(claim: &str, separate: bool) -> Findings {
    let mut found = Findings::new(claim, environment());
    for who in ["first", "second"] {
        let wrote = if who == "first" { 111.0 } else { 222.0 };
        let read = if separate { wrote } else { 222.0 };
        found.add(format!("address, {who}"), Unit::Count, &[1024.0]);
        found.add(format!("wrote, {who}"), Unit::Count, &[wrote]);
        found.add(format!("read, {who}"), Unit::Count, &[read]);
    }
    found
}

/// A run of so many threads, as the simulator sees it.
pub(in crate::app) fn run(name: &str, threads: u16) -> NamedRun {
    let experiment: Experiment = from_fragment(&format!("threads={threads}")).experiment;
    let outcome = predict(&experiment, &Costs::CPYTHON_LINUX).unwrap().outcome;
    NamedRun {
        name: name.to_owned(),
        experiment,
        measurement: Measurement {
            outcome,
            calibration: Calibration {
                block_ns: 50_000.0,
                block_spread_ns: 1_000.0,
                samples: 9,
                blocks_per_unit: 20,
                unit_ns: 1_000_000,
                blocked_ns: 0,
            },
            baseline_units_per_s: 1_000.0,
            environment: environment(),
            costs: Costs::CPYTHON_LINUX,
            gil_holds: Vec::new(),
            gil_holds_in_all: Vec::new(),
            gil_most_holders: Vec::new(),
            all_at_work: None,
            uncompared: 0,
            messages: Vec::new(),
        },
    }
}

/// The trial of the findings' claim is begun, if nothing runs, and ends with
/// them.
pub(in crate::app) fn done(bench: &mut Bench, findings: Findings) -> Vec<Effect> {
    bench.begin(Doing::Trial(findings.claim.clone()));
    bench.happened(Happened::Done(Report::Findings(Box::new(findings))))
}

fn trial(id: &str) -> Doing {
    Doing::Trial(id.to_owned())
}

fn step(done: u32) -> Happened {
    Happened::Step(Step {
        doing: "2 threads".to_owned(),
        done,
        of: 3,
    })
}

#[test]
fn one_thing_is_done_at_a_time() {
    let mut state = State::open("");
    let begun = state.reduce(Action::Begin(trial("P1")));
    assert_eq!(begun, [Effect::Begin(trial("P1"))]);
    assert!(state.is_busy());
    for second in [
        Action::Begin(trial("P2")),
        Action::Begin(Doing::Probes),
        Action::MeasureAll,
        Action::RunLab,
    ] {
        assert_eq!(state.reduce(second.clone()), [], "{second:?}");
    }
    assert_eq!(
        state.bench.running.as_ref().map(|running| &running.doing),
        Some(&trial("P1"))
    );

    let mut state = State::open("");
    assert_eq!(state.reduce(Action::RunLab).len(), 1);
    for second in [Action::Begin(trial("P1")), Action::MeasureAll] {
        assert_eq!(state.reduce(second.clone()), [], "{second:?}");
    }
    assert_eq!(state.bench.running, None);
}

#[test]
fn why_not_now_names_what_runs() {
    let mut state = State::open("");
    assert_eq!(state.busy(), None);
    let _ = state.reduce(Action::Begin(trial("T7")));
    let busy = state.busy().unwrap();
    assert!(busy.is_trial_of("T7") && !busy.is_trial_of("T8"));
    assert!(busy.why_not().contains("T7 is being measured"));
    let _ = state.reduce(Action::Happened(Happened::Stopped));
    let _ = state.reduce(Action::RunLab);
    let why = state.busy().unwrap().why_not();
    assert!(why.contains("your experiment is running"));
}

#[test]
fn steps_are_shown_and_end_a_pause() {
    let mut bench = Bench::default();
    bench.begin(trial("P1"));
    let running = |bench: &Bench| bench.running.clone().unwrap();
    assert_eq!(running(&bench).step, None);
    bench.happened(step(0));
    bench.happened(Happened::Paused);
    assert!(running(&bench).paused);
    assert_eq!(running(&bench).step.unwrap().done, 0, "still shown");
    bench.happened(step(1));
    assert!(!running(&bench).paused);
    assert_eq!(running(&bench).step.unwrap().done, 1);
}

#[test]
fn findings_are_judged_when_they_come() {
    let mut bench = Bench::default();
    done(&mut bench, findings("P1", true));
    let tried = bench.trials["P1"].clone().unwrap();
    assert!(tried.is_decided && tried.verdict.holds);
    done(&mut bench, findings("P1", false));
    assert!(!bench.trials["P1"].clone().unwrap().verdict.holds);
    done(&mut bench, Findings::new("P1", environment()));
    assert!(!bench.trials["P1"].clone().unwrap().is_decided);
    done(&mut bench, Findings::new("no claim", environment()));
    assert!(!bench.trials["no claim"].clone().unwrap().is_decided);
}

#[test]
fn trouble_goes_to_what_was_done() {
    let trouble = Trouble::Silent(500);
    let mut bench = Bench::default();
    bench.begin(trial("P1"));
    bench.happened(Happened::Failed(trouble.clone()));
    assert_eq!(bench.trials["P1"], Err(trouble.clone()));
    assert_eq!((&bench.running, &bench.trouble), (&None, &None));
    bench.begin(Doing::Probes);
    bench.happened(Happened::Failed(trouble.clone()));
    assert_eq!(bench.trouble_of, Some(Doing::Probes));
    assert_eq!(bench.trouble, Some(trouble));
    bench.begin(trial("P1"));
    assert!(bench.trouble.is_some(), "it is not about this");
    bench.happened(Happened::Stopped);
    bench.begin(Doing::Probes);
    assert_eq!((&bench.trouble, &bench.trouble_of), (&None, &None));
}

#[test]
fn all_are_measured_one_after_the_other_though_one_fails() {
    let mut bench = Bench::default();
    let begun = bench.measure_all(["P1", "P2", "P3"]);
    assert_eq!(begun, [Effect::Begin(trial("P1"))]);
    assert_eq!(bench.queue.as_ref().unwrap().place(), 1);
    assert_eq!(bench.measure_all(["P1"]), [], "they are being measured");
    let next = bench.happened(Happened::Failed(Trouble::Silent(1)));
    assert_eq!(next, [Effect::Begin(trial("P2"))]);
    assert_eq!(bench.happened(step(0)), []);
    let next = done(&mut bench, findings("P2", true));
    assert_eq!(next, [Effect::Begin(trial("P3"))]);
    assert_eq!(bench.queue.as_ref().unwrap().place(), 3);
    assert_eq!(done(&mut bench, findings("P3", true)), []);
    assert_eq!((&bench.running, &bench.queue), (&None, &None));
    assert_eq!(bench.trials.len(), 3);
}

#[test]
fn a_stop_ends_the_queue_too() {
    let mut bench = Bench::default();
    bench.measure_all(["P1", "P2"]);
    assert_eq!(bench.stop(), [Effect::StopDoing]);
    assert_eq!(bench.happened(Happened::Stopped), []);
    assert_eq!((&bench.running, &bench.queue), (&None, &None));
    assert_eq!(bench.stop(), [], "nothing is left to stop");

    // Done just before the stop arrived: no further one begins.
    bench.measure_all(["P1", "P2"]);
    bench.stop();
    assert_eq!(done(&mut bench, findings("P1", true)), []);
    assert_eq!(bench.running, None);
}

#[test]
fn a_stop_keeps_what_was_found_before() {
    let mut bench = Bench::default();
    done(&mut bench, findings("P1", true));
    bench.begin(trial("P1"));
    bench.happened(Happened::Stopped);
    assert!(bench.trials["P1"].is_ok());
}

#[test]
fn the_page_asks_the_simulator_once_and_not_while_it_measures() {
    let mut state = State::open("");
    assert_eq!(state.reduce(Action::SimulateNext), [], "nobody looks");
    assert!(state.bench.simulated.is_empty());
    let asked = |effects: &[Effect]| effects.contains(&Effect::SimulateNext);
    let shown = state.reduce(Action::ShowLeft(Left::Lessons));
    assert!(asked(&shown), "{shown:?}");
    let again = state.reduce(Action::ShowLeft(Left::Lessons));
    assert!(!asked(&again), "{again:?}");
    let _ = state.reduce(Action::Begin(trial("P1")));
    let before = state.bench.simulated.len();
    assert_eq!(state.reduce(Action::SimulateNext), []);
    assert_eq!(state.bench.simulated.len(), before);
    let first = state.bench.next_to_simulate().unwrap();
    // It goes on when the lab is idle again.
    let effects = state.reduce(Action::Happened(Happened::Stopped));
    assert_eq!(effects, [Effect::SimulateNext]);
    let _ = state.reduce(Action::Simulate(first));
    let verdict = Rc::clone(&state.bench.simulated[first]);
    assert!(verdict.as_ref().as_ref().unwrap().holds);
    let before = Rc::clone(&state.bench);
    let _ = state.reduce(Action::Simulate(first));
    assert!(Rc::ptr_eq(&before, &state.bench), "nothing has changed");
    let mut effects = vec![Effect::SimulateNext];
    while effects == [Effect::SimulateNext] {
        effects = state.reduce(Action::SimulateNext);
    }
    assert_eq!(effects, []);
    assert_eq!(state.bench.next_to_simulate(), None);
    assert_eq!(state.bench.simulated.len(), claims::all().count());
}

#[test]
fn the_bench_is_another_one_only_when_it_has_changed() {
    let mut state = State::open("threads=2&units=4");
    let before = Rc::clone(&state.bench);
    let _ = state.reduce(Action::TogglePlay);
    let _ = state.reduce(Action::Frame(16.0));
    let _ = state.reduce(Action::Frame(32.0));
    let _ = state.reduce(Action::Seek(3));
    let _ = state.reduce(Action::StopDoing);
    assert!(Rc::ptr_eq(&before, &state.bench));
    let _ = state.reduce(Action::Begin(trial("P1")));
    assert!(!Rc::ptr_eq(&before, &state.bench));
}

#[test]
fn all_findings_go_into_one_file_with_date_and_browser() {
    let mut state = State::open("");
    let _ = state.reduce(Action::Environment(environment()));
    let _ = state.reduce(Action::Begin(trial("P1")));
    let report = Report::Findings(Box::new(findings("P1", true)));
    let _ = state.reduce(Action::Happened(Happened::Done(report)));
    let effects = state.reduce(Action::ExportFindings(20_513.0 * 86_400e3));
    let [Effect::Download(file)] = &effects[..] else {
        panic!("{effects:?}");
    };
    let record: serde_json::Value = serde_json::from_str(file.text()).unwrap();
    assert_eq!(record["date"], "2026-03-01 00:00 UTC");
    assert_eq!(record["environment"]["user_agent"], "a browser");
    assert_eq!(record["claims"][0]["id"], "P1");
    assert_eq!(record["claims"][0]["measured"]["verdict"]["holds"], true);
    let found: Findings =
        serde_json::from_value(record["claims"][0]["measured"]["findings"].clone()).unwrap();
    assert_eq!(found, findings("P1", true));
}
