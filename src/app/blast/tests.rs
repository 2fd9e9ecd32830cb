use super::super::{Action, State};
use super::*;
use expect_test::{Expect, expect};

fn check(state: &State, expect: Expect) {
    let run = &state.predicted.run;
    let told = story_of(run, &state.predicted.lanes);
    let mut said = format!("{}\n", Blast::of_run(run).words());
    for (depth, line) in &told.lines {
        said += &format!("{}{line}\n", "  ".repeat(*depth));
    }
    said += &format!("{}\n", told.untouched);
    if let Some(scenario) = state.scenario() {
        for circle in circles(run, scenario, None) {
            said += &format!("{}\n", circle.words());
        }
    }
    expect.assert_eq(&said);
}

fn program(text: &str) -> State {
    let mut state = State::open("");
    drop(state.reduce(Action::Write(text.to_owned())));
    drop(state.reduce(Action::Frame(0.0)));
    assert_eq!(state.problems, [""; 0]);
    state
}

#[test]
fn an_experiment_is_told_as_a_measurement_is() {
    let state = State::open("procs=4&threads=2&gil=off&fault=segfault.0.1.u10");
    let outcome = &state.predicted.run.outcome;
    assert_eq!(
        story_of(&state.predicted.run, &state.predicted.lanes),
        story(outcome)
    );
    assert_eq!(
        Blast::of_outcome(outcome),
        Blast::of_run(&state.predicted.run)
    );
    check(
        &state,
        expect![[r#"
            1 of 4 processes, 2 of 8 threads; 79 units lost
            22.3 ms: thread 2 of process 1 crashed with an invalid memory access
              process 1 ended with it: its memory can no longer be trusted
                thread 1 of process 1 went down with it
            Untouched: 3 of 4 processes; 79 units of work were lost.
        "#]],
    );
    check(
        &State::open("threads=4&fault=exception.0.1.u10"),
        expect![[r#"
                0 of 1 process, 1 of 4 threads; 90 units lost
                41.7 ms: thread 2 of process 1 ended by an exception
                The process completed; 90 units of work were lost.
            "#]],
    );
    check(
        &State::open("threads=1"),
        expect![[r#"
            0 of 1 process, 0 of 1 thread; no unit lost
            The process completed; no work was lost.
        "#]],
    );
}

#[test]
fn a_deadlock_names_who_waits_for_which_lock() {
    check(
        &program(include_str!("../../../scenarios/dining-philosophers.json")),
        expect![[r#"
                0 of 1 process, 5 of 5 threads; no unit lost
                2 ms: table philosopher E is deadlocked
                  2 ms: table philosopher A is deadlocked, too: it waits for a lock that is never given back
                  2 ms: table philosopher B is deadlocked, too: it waits for a lock that is never given back
                  2 ms: table philosopher C is deadlocked, too: it waits for a lock that is never given back
                  2 ms: table philosopher D is deadlocked, too: it waits for a lock that is never given back
                No process came through untouched; no finished work was lost.
                2 ms: philosopher E waits for fork 1, which philosopher A holds; philosopher A waits for fork 2, which philosopher B holds; philosopher B waits for fork 3, which philosopher C holds; philosopher C waits for fork 4, which philosopher D holds; philosopher D waits for fork 5, which philosopher E holds.
            "#]],
    );
}

#[test]
fn a_broken_pool_is_told_by_names() {
    check(
        &program(include_str!("../../../scenarios/broken-pool.json")),
        expect![[r#"
                2 of 3 processes, 2 of 3 threads; no unit lost
                45.5 ms: workers-1 main crashed with an invalid memory access
                  process workers-1 ended with it: its memory can no longer be trusted
                    45.5 ms: process workers-2 was killed, too: the pool broke when it lost a worker
                      workers-2 main went down with it
                Untouched: app; no finished work was lost.
            "#]],
    );
}

#[test]
fn restarts_are_told_with_their_time() {
    let process = |name: &str, strategy: &str| {
        format!(
            r#"{{"name": "{name}", "supervision": {{"strategy": "{strategy}", "max-restarts": 3,
                    "back-off": "2 ms"}}, "threads": [{{"name": "main", "program":
                    [{{"repeat": {{"times": 10, "steps": [{{"compute": "1 ms"}}, "unit"]}}}}]}}]}}"#
        )
    };
    for (strategy, expect) in [
        (
            "one-for-one",
            expect![[r#"
                1 of 2 processes, 1 of 2 threads; 3 units lost; 1 restart
                3 ms: one main crashed with an invalid memory access
                  process one ended with it: its memory can no longer be trusted
                5 ms: process one began anew
                Untouched: two; 3 units of finished work were lost.
            "#]],
        ),
        (
            "one-for-all",
            expect![[r#"
                2 of 2 processes, 2 of 2 threads; 5 units lost; 2 restarts
                3 ms: one main crashed with an invalid memory access
                  process one ended with it: its memory can no longer be trusted
                    3 ms: process two was killed, too: its supervisor decided so
                      two main went down with it
                5 ms: process one began anew
                5 ms: process two began anew
                No process came through untouched; 5 units of finished work were lost.
            "#]],
        ),
    ] {
        let text = format!(
            r#"{{"machine": {{"cores": 4}}, "processes": [{}, {}],
                    "faults": [{{"kind": "segfault", "process": "one", "when": {{"units": 3}}}}]}}"#,
            process("one", strategy),
            process("two", strategy)
        );
        check(&program(&text), expect);
    }
}
