use super::*;
use expect_test::{Expect, expect};

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    let effects = state.reduce(action);
    drop(state.reduce(Action::Frame(0.0)));
    effects
}

/// What the page says of keeping `a` and showing `b`.
fn check(a: &str, b: &str, expect: Expect) {
    let mut state = State::open(b);
    assert_eq!(state.keep_from(a), [""; 0]);
    let kept = state.kept.clone().expect("it is kept");
    expect.assert_eq(&said(&kept.predicted.run, &state.predicted.run));
}

fn said(a: &Run, b: &Run) -> String {
    let mut said = differences(a, b).join("\n");
    said += "\n";
    if let Some(([a, b], parts)) = parts(a, b) {
        said += &format!("{a} | {b}\n");
        for part in parts {
            said += &format!("{}: {} | {} | {}\n", part.name, part.a, part.b, part.change);
        }
    }
    said
}

#[test]
fn the_difference_is_said_in_words_and_parts() {
    check(
        "v=1",
        "v=1&procs=4&threads=1",
        expect![[r#"
            B finishes 3.61× sooner.
            In the thread that ends last: 305 ms less waiting for the GIL, 5.55 ms more before it starts.
            Use of the cores rises from 25 % to 93 %.
            Mean turnaround falls from 378 ms to 103 ms.
            GIL wait falls from 1.11 s to 0.
            Context switches fall from 87 to 2.
            Migrations fall from 27 to 1.
            Memory at its peak rises from 26.1 MiB to 65.1 MiB.
            P1 T3 | P4 T1
            before it starts: 5.65 ms | 11.2 ms | +5.55 ms
            on a core: 100 ms | 103 ms | +2.47 ms
            waiting for the GIL: 305 ms | 0 | −305 ms
            after its end: 112 µs | 64.9 µs | −47.4 µs
            together: the run: 411 ms | 114 ms | −297 ms
        "#]],
    );
    check(
        "v=1&threads=2",
        "v=1&threads=2",
        expect![[r#"
            A and B finish at the same time.
            P1 T1 | P1 T1
            before it starts: 5.42 ms | 5.42 ms | =
            on a core: 200 ms | 200 ms | =
            waiting for the GIL: 205 ms | 205 ms | =
            after its end: 132 µs | 132 µs | =
            together: the run: 410 ms | 410 ms | =
        "#]],
    );
    check(
        "v=1&gil=off",
        "v=1&gil=off&fault=segfault.0.1.u30",
        expect![[r#"
                B finishes 2.97× sooner, with 118 units of work done instead of 400.
                In the thread that ends last: 69.9 ms less on a core.
                Use of the cores falls from 96 % to 88 %.
                Mean turnaround falls from 100 ms to 29.9 ms.
                Context switches fall from 4 to 3.
                Migrations fall from 1 to 0.
                Failures rise from 0 to 5.
                Threads that did not complete rise from 0 to 4.
                P1 T4 | P1 T1
                before it starts: 5.77 ms | 5.42 ms | −351 µs
                on a core: 100 ms | 30.1 ms | −69.9 ms
                after its end: 120 µs | 67.7 µs | −52.4 µs
                together: the run: 106 ms | 35.6 ms | −70.3 ms
            "#]],
    );
    check(
        "v=1",
        "procs=64&threads=64&cores=64&slice=100&interval=1&units=20000",
        expect![[r#"
                A finishes after 411 ms, B did not finish by 119 ms.
                Use of the cores rises from 25 % to 34 %.
                Mean turnaround falls from 378 ms to 90.6 ms.
                GIL wait rises from 1.11 s to 49.2 s.
                Context switches rise from 87 to 109,538.
                Migrations rise from 27 to 91,279.
                Memory at its peak rises from 26.1 MiB to 602 MiB.
                Threads that did not complete rise from 0 to 4,088.
            "#]],
    );
}

#[test]
fn a_run_is_kept_opened_swapped_and_given_up() {
    let mut state = State::open("v=1&threads=2");
    act(&mut state, Action::Swap);
    act(&mut state, Action::OpenKept);
    assert_eq!((state.experiment.threads, &state.kept), (2, &None));
    act(&mut state, Action::Keep);
    assert!(state.is_kept() && state.place.right == Right::Compare);
    act(&mut state, Action::Open("v=1&threads=3".to_owned()));
    assert!(!state.is_kept());
    let of = |state: &State| {
        let kept = state.kept.as_ref().expect("one is kept");
        (kept.fragment.clone(), to_fragment(&state.experiment))
    };
    let link = |threads| format!("v=1&threads={threads}");
    assert_eq!(of(&state), (link(2), link(3)));
    let effects = act(&mut state, Action::Swap);
    assert_eq!(of(&state), (link(3), link(2)));
    assert!(effects.contains(&Effect::WriteFragment(link(2))));
    let kept = state.kept.clone().expect("one is kept");
    assert_eq!(kept.title, "3 threads, one GIL");
    assert_eq!(kept.predicted.run.outcome.processes[0].threads.len(), 3);
    act(&mut state, Action::OpenKept);
    assert_eq!(of(&state), (link(3), link(3)));
    act(&mut state, Action::Unkeep);
    assert_eq!(state.kept, None);
}

#[test]
fn what_was_just_set_is_kept_even_before_it_is_predicted() {
    let mut state = State::open("v=1&threads=2");
    drop(state.reduce(Action::SetGil(false)));
    drop(state.reduce(Action::Keep));
    let kept = state.kept.clone().expect("one is kept");
    assert_eq!(kept.fragment, "v=1&threads=2&gil=off");
    assert_eq!(kept.predicted.run.metrics.gil_switches, 0);
}

#[test]
fn every_pair_runs_and_differs() {
    for (index, pair) in PAIRS.iter().enumerate() {
        let mut state = State::open("v=1&threads=7");
        act(&mut state, Action::ComparePair(index));
        assert_eq!(state.problems, [""; 0], "{}", pair.id);
        let kept = state.kept.clone().expect(pair.id);
        assert_eq!(
            state.program.is_some(),
            kept.program.is_some(),
            "{}",
            pair.id
        );
        let shown = Rc::clone(&state.predicted);
        let (a, b) = (&kept.predicted.run, &shown.run);
        assert_ne!(a.end_ns, 0, "{}", pair.id);
        assert!(differences(a, b).len() > 1, "{}: {}", pair.id, said(a, b));
        act(&mut state, Action::Swap);
        let swapped = state.kept.clone().expect(pair.id);
        assert_eq!(swapped.predicted.run.end_ns, b.end_ns, "{}", pair.id);
        assert_eq!(state.predicted.run.end_ns, a.end_ns, "{}", pair.id);
    }
    let mut state = State::open("v=1");
    act(&mut state, Action::ComparePair(PAIRS.len()));
    assert_eq!(state.kept, None);
}

#[test]
fn spawn_is_said_to_start_later_than_fork() {
    let mut state = State::open("");
    let fork = PAIRS.iter().position(|pair| pair.id == "fork-spawn");
    act(&mut state, Action::ComparePair(fork.expect("it is there")));
    let kept = state.kept.clone().expect("one is kept");
    let words = differences(&kept.predicted.run, &state.predicted.run);
    expect![[r#"
            B finishes 4.31× later.
            In the thread that ends last: 145 ms more on a core, 7.68 ms less before it starts."#]]
    .assert_eq(&words[..2].join("\n"));
}
