use super::super::{Action, Effect};
use super::*;
use crate::experiment::{from_fragment, to_fragment};
use expect_test::{Expect, expect};

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    let effects = state.reduce(action);
    drop(state.reduce(Action::Frame(0.0)));
    effects
}

fn program(text: &str) -> State {
    let mut state = State::open("");
    act(&mut state, Action::Write(text.to_owned()));
    assert!(state.program.is_some(), "{:?}", state.problems);
    state
}

fn thread(state: &State, name: &str) -> Target {
    let trace = &state.predicted.run.trace;
    let id = (0..trace.threads.len() as u32).find(|&id| trace.name(id) == name);
    Target::Thread(id.unwrap_or_else(|| panic!("no {name}")))
}

/// What each pair of strike and moment does, in short.
fn check(state: &State, target: Target, pairs: &[(Strike, Moment)], expect: Expect) {
    let mut said = String::new();
    for &(strike, moment) in pairs {
        let injection = Injection {
            target,
            strike,
            moment,
        };
        said += &match state.inject(injection) {
            Ok(Action::AddFault(fault)) => format!("{fault}: {}\n", fault.describe()),
            Ok(other) => format!("{other:?}\n"),
            Err(reason) => format!("{reason}\n"),
        };
    }
    expect.assert_eq(&said);
}

const ALL: [(Strike, Moment); 7] = [
    (Strike::Segfault, Moment::HalfWay),
    (Strike::Segfault, Moment::Playhead),
    (Strike::Exception, Moment::UnitsDone),
    (Strike::Hang, Moment::Playhead),
    (Strike::KillProcess, Moment::HalfWay),
    (Strike::KillProcess, Moment::UnitsDone),
    (Strike::KillThread, Moment::Playhead),
];

#[test]
fn a_pick_and_the_playhead_make_a_fault() {
    let mut state = State::open("procs=2&threads=2&gil=off");
    act(&mut state, Action::Seek(60_000_000));
    check(
        &state,
        thread(&state, "P2 T2"),
        &ALL,
        expect![[r#"
            segfault.1.1.u50: segfault in process 2, thread 2, after 50 units
            segfault.1.1.t60000: segfault in process 2, thread 2, at 60 ms
            exception.1.1.u51: exception in process 2, thread 2, after 51 units
            hang.1.1.t60000: endless loop in process 2, thread 2, at 60 ms
            kill.1.0.u100: kill process 2 after 100 units
            kill.1.0.u102: kill process 2 after 102 units
            Refused: there is no way to kill one thread alone. It may hold a lock, or be in the middle of a change to the heap, and nobody would ever mend that. Kill its process instead.
        "#]],
    );
    check(
        &state,
        Target::Process(1),
        &ALL,
        expect![[r#"
        That strikes a thread: choose one of P1.
        That strikes a thread: choose one of P1.
        That strikes a thread: choose one of P1.
        That strikes a thread: choose one of P1.
        kill.0.0.u100: kill process 1 after 100 units
        kill.0.0.u108: kill process 1 after 108 units
        Refused: there is no way to kill one thread alone. It may hold a lock, or be in the middle of a change to the heap, and nobody would ever mend that. Kill its process instead.
    "#]],
    );
    check(
        &state,
        thread(&state, "P1 main"),
        &ALL[..1],
        expect![[r#"
        P1 main only starts and joins its threads: choose one of those.
    "#]],
    );
    check(
        &state,
        thread(&state, "parent"),
        &ALL[..1],
        expect![[r#"
        The parent only starts the others and waits for them: it is no target.
    "#]],
    );
}

#[test]
fn a_process_of_one_thread_is_that_thread() {
    let mut state = State::open("procs=2&threads=1");
    act(&mut state, Action::Seek(30_000_000));
    check(
        &state,
        thread(&state, "P2 T1"),
        &ALL,
        expect![[r#"
        segfault.1.0.u100: segfault in process 2, thread 1, after 100 units
        segfault.1.0.t30000: segfault in process 2, thread 1, at 30 ms
        exception.1.0.u21: exception in process 2, thread 1, after 21 units
        hang.1.0.t30000: endless loop in process 2, thread 1, at 30 ms
        kill.1.0.u100: kill process 2 after 100 units
        kill.1.0.u21: kill process 2 after 21 units
        Refused: there is no way to kill one thread alone. It may hold a lock, or be in the middle of a change to the heap, and nobody would ever mend that. Kill its process instead.
    "#]],
    );
}

#[test]
fn who_has_ended_cannot_fail_any_more() {
    let mut state = State::open("threads=2");
    act(&mut state, Action::Seek(u64::MAX));
    let target = thread(&state, "P1 T1");
    check(
        &state,
        target,
        &ALL[..3],
        expect![[r#"
        segfault.0.0.u100: segfault in process 1, thread 1, after 100 units
        At 410 ms, where the playhead stands, P1 T1 has ended: move it to an earlier time.
        At 410 ms, where the playhead stands, P1 T1 has ended: move it to an earlier time.
    "#]],
    );
    let faults = "&fault=exception.0.0.u900".repeat(MAX_FAULTS);
    let state = State::open(&format!("threads=2{faults}"));
    check(
        &state,
        target,
        &ALL[..1],
        expect![[r#"
        There are 16 faults already: remove one first.
    "#]],
    );
}

#[test]
fn what_is_put_in_survives_the_link_and_strikes_then() {
    let mut state = State::open("procs=2&threads=2&gil=off");
    act(&mut state, Action::Seek(60_000_000));
    let injection = Injection {
        target: thread(&state, "P1 T2"),
        strike: Strike::Segfault,
        moment: Moment::Playhead,
    };
    let action = state.inject(injection).expect("it can be put in");
    let effects = act(&mut state, action);
    let link = to_fragment(&state.experiment);
    assert_eq!(effects[0], Effect::WriteFragment(link.clone()));
    assert_eq!(from_fragment(&link).experiment, state.experiment);
    let failure = state.predicted.run.outcome.failures[0];
    assert!(
        (60_000_000..62_000_000).contains(&failure.at_ns),
        "at the next end of a unit: {failure:?}"
    );
    let set = state.faults_set();
    assert_eq!(set[0].0, "segfault in process 1, thread 2, at 60 ms");
    act(&mut state, set[0].1.clone());
    assert_eq!(state.faults_set(), []);
    assert!(state.predicted.run.outcome.failures.is_empty());
}

const TEXT: &str = r#"{
  "name": "two",
  "machine": {"cores": 4},
  "processes": [
    {"name": "a", "threads": [
      {"name": "main", "program": [{"join-thread": "w1"}]},
      {"name": "w", "count": 2, "program": "work"}]},
    {"name": "b", "threads": [{"program": "work"}]}],
  "programs": {"work": [{"repeat": {"times": 10, "steps": [{"compute": "1 ms"}, "unit"]}}]}
}"#;

#[test]
fn a_program_is_written_with_the_fault_and_without_it_again() {
    let mut state = program(TEXT);
    act(&mut state, Action::Seek(4_500_000));
    for (target, strike, moment, says) in [
        (
            thread(&state, "a w1"),
            Strike::Segfault,
            Moment::Playhead,
            "segfault in a w1, at 4.5 ms",
        ),
        (
            thread(&state, "b T1"),
            Strike::Exception,
            Moment::UnitsDone,
            "exception in b T1, after 4 units",
        ),
        (
            Target::Process(1),
            Strike::KillProcess,
            Moment::HalfWay,
            "kill of process b, at 5 ms",
        ),
    ] {
        let injection = Injection {
            target,
            strike,
            moment,
        };
        let mut state = state.clone();
        let action = state.inject(injection).expect(says);
        act(&mut state, action);
        let text = state.program.as_ref().expect("a program").text.clone();
        assert!(text.starts_with(TEXT.trim_end_matches("\n}")), "{text}");
        let set = state.faults_set();
        assert_eq!(set[0].0, says);
        assert!(!state.predicted.run.outcome.failures.is_empty(), "{says}");
        act(&mut state, set[0].1.clone());
        assert_eq!(state.faults_set(), []);
        assert!(state.predicted.run.outcome.failures.is_empty());
    }
}

#[test]
fn a_list_of_jobs_is_written_anew_as_a_program() {
    let mut state = program(r#"{"jobs": [{"burst": "4 ms"}, {"burst": "4 ms"}]}"#);
    let injection = Injection {
        target: thread(&state, "jobs J2"),
        strike: Strike::Exception,
        moment: Moment::HalfWay,
    };
    let action = state.inject(injection).expect("it can be put in");
    act(&mut state, action);
    assert_eq!(state.predicted.run.outcome.failures.len(), 1);
    assert_eq!(state.faults_set().len(), 1);
}
