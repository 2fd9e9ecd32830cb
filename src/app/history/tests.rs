use super::*;
use crate::experiment::{Fault, FaultKind, PolicyKind, Trigger};
use expect_test::{Expect, expect};

const JOBS: &str = r#"{"name": "two jobs", "jobs": [{"burst": "3 ms"}, {"burst": "5 ms"}]}"#;

fn state_after(actions: impl IntoIterator<Item = Action>) -> State {
    let mut state = State::open("");
    for action in actions {
        let _ = state.reduce(action);
        // The page draws all the time.
        let _ = state.reduce(Action::Frame(0.0));
    }
    state
}

/// Does the actions, then undoes all, then redoes all: what each step says, and
/// the address after it.
fn check(actions: impl IntoIterator<Item = Action>, expect: Expect) {
    let mut state = state_after(actions);
    let last = super::super::link::write(&state);
    let mut said = format!("{last}\n");
    while let Some(what) = state.history.undoes().map(str::to_owned) {
        let _ = state.reduce(Action::Undo);
        let _ = state.reduce(Action::Frame(0.0));
        said += &format!("undo {what}: {}\n", super::super::link::write(&state));
    }
    expect.assert_eq(&said);
    while state.history.redoes().is_some() {
        let _ = state.reduce(Action::Redo);
        let _ = state.reduce(Action::Frame(0.0));
    }
    assert_eq!(super::super::link::write(&state), last, "all redone");
    // At the ends nothing happens.
    let before = state.history.clone();
    assert_eq!(state.reduce(Action::Redo), []);
    assert_eq!(state.history, before);
}

fn set(field: Field, value: u32) -> Action {
    Action::SetField(field, value)
}

fn drag(field: Field, values: &[u32]) -> Vec<Action> {
    let mut actions: Vec<_> = values.iter().map(|&value| set(field, value)).collect();
    actions.push(Action::Settle);
    actions
}

#[test]
fn each_deed_is_a_step_that_says_what_it_was() {
    let fault = Fault {
        kind: FaultKind::Segfault,
        process: 0,
        thread: 1,
        when: Trigger::Units(20),
    };
    let later = Fault {
        when: Trigger::TimeUs(5_000),
        ..fault
    };
    check(
        [
            set(Field::Threads, 8),
            set(Field::SwitchInterval, 1_000),
            Action::SetGil(false),
            Action::SetPolicy(PolicyKind::Fifo),
            Action::AddFault(fault),
            Action::SetFault(0, later),
            Action::RemoveFault(0),
        ],
        expect![[r#"
            v=1&threads=8&interval=1000&gil=off&policy=fifo
            undo fault removed: segfault in process 1, thread 2, at 5 ms: v=1&threads=8&interval=1000&gil=off&policy=fifo&fault=segfault.0.1.t5000
            undo fault changed to: segfault in process 1, thread 2, at 5 ms: v=1&threads=8&interval=1000&gil=off&policy=fifo&fault=segfault.0.1.u20
            undo fault added: segfault in process 1, thread 2, after 20 units: v=1&threads=8&interval=1000&gil=off&policy=fifo
            undo Policy Round robin (RR) → First in, first out (FIFO): v=1&threads=8&interval=1000&gil=off
            undo GIL on → off: v=1&threads=8&interval=1000
            undo Switch interval 5 ms → 1 ms: v=1&threads=8
            undo Threads per process 4 → 8: v=1
        "#]],
    );
}

#[test]
fn a_drag_is_one_step() {
    let mut actions = drag(Field::Threads, &[5, 6, 7, 8]);
    // The same slider again: another step.
    actions.extend(drag(Field::Threads, &[7, 6]));
    check(
        actions,
        expect![[r#"
            v=1&threads=6
            undo Threads per process 8 → 6: v=1&threads=8
            undo Threads per process 4 → 8: v=1
        "#]],
    );
    // Without letting go: another slider, or anything else, ends it, too.
    check(
        [
            set(Field::Threads, 5),
            set(Field::Threads, 6),
            set(Field::Cores, 2),
            set(Field::Cores, 8),
            Action::Seek(0),
            set(Field::Cores, 16),
        ],
        expect![[r#"
            v=1&cores=16&threads=6
            undo Cores 8 → 16: v=1&cores=8&threads=6
            undo Cores 4 → 8: v=1&threads=6
            undo Threads per process 4 → 6: v=1
        "#]],
    );
    // There and back again is no step; what was out of range is none either.
    check(
        [
            set(Field::Cores, 8),
            Action::Settle,
            set(Field::Threads, 9),
            set(Field::Threads, 65),
            set(Field::Threads, 4),
            Action::Settle,
            Action::ShowRight(crate::app::place::Right::Charts),
        ],
        expect![[r#"
            v=1&cores=8&right=charts
            undo Cores 4 → 8: v=1&right=charts
        "#]],
    );
}

#[test]
fn links_files_and_programs_lose_no_work() {
    let file = |name: &str, text: &str| Action::OpenFile {
        name: name.to_owned(),
        text: Ok(text.to_owned()),
    };
    check(
        [
            set(Field::Threads, 8),
            Action::Open("v=1&procs=4&threads=1".to_owned()),
            Action::Follow("procs=65&cores=9&units=50".to_owned()),
            file("jobs.json", JOBS),
            file("broken.json", "{"),
            file("other.csv", "arrival,burst\n0,3\n"),
        ],
        expect![[r#"
            v=1&cores=9&units=50&left=program&p=q-ZSUFDKyk8qVrJSiAayFRSqlZJKi4pLlKyUjBVyi5VqgYKxXLVcAA
            undo a program: v=1&cores=9&units=50&left=program&p=TcmxCkARGIbhW_n6ZtvpLG5FBsqiUH4yyL2LyfTW805mlwI12EZBLF6owFsNM-l7lXb2hyRcCg_9l-za
            undo program "two jobs": v=1&cores=9&units=50
            undo 4 settings: v=1&procs=4&threads=1
            undo example "4 processes, a GIL each": v=1&threads=8
            undo Threads per process 4 → 8: v=1
        "#]],
    );
    check(
        [
            Action::ShowLeft(Left::Program),
            Action::Write(JOBS.to_owned()),
            Action::Keep,
            Action::Write(JOBS.replace("5 ms", "6 ms")),
            // The editor is closed: what was in it can be had again.
            Action::ShowLeft(Left::Sliders),
            Action::Unkeep,
        ],
        expect![[r#"
            v=1&right=compare
            undo end of the comparison: v=1&right=compare&a=v%3D1%26p%3DTcmxCkARGIbhW_n6ZtvpLG5FBsqiUH4yyL2LyfTW805mlwI12EZBLF6owFsNM-l7lXb2hyRcCg_9l-za
            undo from the program to the sliders: v=1&left=program&right=compare&p=TcmxCkARGIbhW_n6ZtupM7gVGSiLQvnJIPcuJtNbzzuZXQrUYBsFsXihAm81zKTvVdrZH5JwKTz0X7JrAw&a=v%3D1%26p%3DTcmxCkARGIbhW_n6ZtvpLG5FBsqiUH4yyL2LyfTW805mlwI12EZBLF6owFsNM-l7lXb2hyRcCg_9l-za
            undo edit of the program: v=1&left=program&right=compare&p=TcmxCkARGIbhW_n6ZtvpLG5FBsqiUH4yyL2LyfTW805mlwI12EZBLF6owFsNM-l7lXb2hyRcCg_9l-za&a=v%3D1%26p%3DTcmxCkARGIbhW_n6ZtvpLG5FBsqiUH4yyL2LyfTW805mlwI12EZBLF6owFsNM-l7lXb2hyRcCg_9l-za
            undo keep "two jobs": v=1&left=program&right=compare&p=TcmxCkARGIbhW_n6ZtvpLG5FBsqiUH4yyL2LyfTW805mlwI12EZBLF6owFsNM-l7lXb2hyRcCg_9l-za
            undo program "two jobs": v=1&left=program&right=compare&p=lVPLTsMwELz3K1Y-u6iPcOEHEBIHDkgcUA_GtRpDYke2A0RV_p1d232kTZAqRVHWM7s7s_HuZwDMiFqxB2AFhNIpsfUcrFHw-PTMOOHiw7aBCG-lCMhR4Cu9Vc6DFx0H4UFA4-zOifouZdRCltpQ0T2GeCCtUx7Dgqe4sZWWHeHAvrTZUnXnGAeGpWVWU3sGPfL7WFNaH6gEk00XSmvmlTbtb-rnlaISyxigFKm8j_3eY7sk4sxpI5wygfHDefZNCftrVixJ7jLug3BhntsQ8WWJQjl5-bTaXCEbfGKnno_LQdZRyk5Xw7H4Hx1kOdcmKPctKpJz_Eb4nsbE40RjvISWxjZmLR8BnHmshTYXDhkldCz6SVZTDaK_Hp1eIatJZD2JFIO5jbW5BFZTwHoKKNIf4GPusc_AO1suFtAaHc5HOMxY3Zyxvjmj-CcjJ-QLhe_N4dIT259W7pR0-vXYxKlGiZCuWNB13BKk0uYF1RxWQNq6aYNKFyruIRKoGsNRZhEkoZ_1sz8
            undo program "4 threads, one GIL": v=1&right=compare
        "#]],
    );
}

#[test]
fn a_step_comes_back_with_the_place_where_it_was_made() {
    let mut state = state_after([
        Action::OpenLesson(Some("T7")),
        Action::Open("v=1&gil=off".to_owned()),
        Action::ShowLeft(Left::Sliders),
    ]);
    let _ = state.reduce(Action::Undo);
    assert_eq!(
        (state.place.left, state.place.lesson),
        (Left::Lessons, Some("T7"))
    );
    assert!(state.experiment.gil && state.stale);
}

#[test]
fn a_new_deed_ends_what_could_be_redone() {
    let mut state = state_after([set(Field::Threads, 8), Action::Undo, set(Field::Cores, 8)]);
    assert_eq!(
        (state.history.undoes(), state.history.redoes()),
        (Some("Cores 4 → 8"), None)
    );
    let _ = state.reduce(Action::Undo);
    assert_eq!(state.experiment, Experiment::default());
    assert_eq!(state.history.redoes(), Some("Cores 4 → 8"));
    // What the page does by itself ends nothing.
    let _ = state.reduce(Action::Frame(1.0));
    let _ = state.reduce(Action::SimulateNext);
    assert_eq!(state.history.redoes(), Some("Cores 4 → 8"));
}

#[test]
fn it_has_a_bound() {
    let actions = (0..MOST as u32 + 50).map(|round| Action::SetGil(round % 2 == 0));
    let state = state_after(
        [set(Field::Threads, 1), set(Field::Units, 1)]
            .into_iter()
            .chain(actions),
    );
    assert_eq!(state.history.past.len(), MOST);
}
