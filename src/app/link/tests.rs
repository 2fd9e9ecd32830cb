use super::*;
use crate::app::{Action, Effect};
use crate::experiment::{Fault, FaultKind, Field, PRESETS, PolicyKind, Trigger};
use expect_test::{Expect, expect};
use proptest::prelude::*;

const JOBS: &str = r#"{"name": "two jobs", "jobs": [{"burst": "3 ms"}, {"burst": "5 ms"}]}"#;

/// Performs what comes with the next frame.
fn settle(state: &mut State) {
    let _ = state.reduce(Action::Frame(0.0));
}

fn act(state: &mut State, action: Action) {
    let _ = state.reduce(action);
    settle(state);
}

/// What a link leads to: the link again, and what was wrong with it.
fn check(fragment: &str, expect: Expect) {
    let state = State::open(fragment);
    let mut said = format!("{}\n", write(&state));
    for problem in &state.problems {
        said += &format!("{problem}\n");
    }
    expect.assert_eq(&said);
    let mut followed = State::open("procs=7&right=charts&lesson=P1&gil=off&t=5");
    act(&mut followed, Action::Follow(fragment.to_owned()));
    assert_eq!(write(&followed), write(&state), "wherever it is followed");
    assert_eq!(followed.problems, state.problems);
    assert_eq!(followed.experiment.validate(), Ok(()));
}

#[test]
fn links_of_the_experiment_alone_keep_their_meaning() {
    for preset in PRESETS {
        let state = State::open(preset.fragment);
        assert_eq!(state.experiment, preset.experiment());
        assert_eq!(write(&state), preset.fragment);
        assert_eq!(state.problems, [""; 0]);
    }
    check("", expect![["v=1\n"]]);
    check(
        "#procs=4&threads=1&fault=segfault.1.0.u30",
        expect![["v=1&procs=4&threads=1&fault=segfault.1.0.u30\n"]],
    );
}

#[test]
fn all_of_the_page_is_in_the_link() {
    check(
        "threads=8&left=lessons&right=charts&lesson=T7&exercise=sjf-1&embed=play.threads",
        expect![[
            "v=1&threads=8&left=lessons&right=charts&lesson=T7&exercise=sjf-1&embed=play.threads\n"
        ]],
    );
    check(
        "threads=2&t=5000000&from=1000000&to=9000000&a=v%3D1%26gil%3Doff",
        expect![["v=1&threads=2&t=5000000&from=1000000&to=9000000&a=v%3D1%26gil%3Doff\n"]],
    );
    let state = State::open("threads=2&t=5000000&from=1000000&to=9000000&a=gil%3Doff");
    assert_eq!(state.playhead, 5_000_000);
    let kept = state.kept.as_ref().expect("it is kept");
    assert_eq!(kept.title, "4 threads, no GIL");
    assert!(kept.predicted.run.trace.end < state.predicted.run.trace.end);
}

#[test]
fn what_is_broken_is_said_and_the_rest_counts() {
    check(
        "left=up&right=charts&lesson=T77&p=AAAA&t=now&from=5&to=5&embed=play.moon&procs=65&cores=8",
        expect![[r#"
            v=1&cores=8&right=charts&embed=play
            The link sets procs to "65", but it must be a whole number from 1 to 64: it was ignored
            The link sets left to "up", but it must be sliders or lessons or program or python: it was ignored
            The link sets lesson to "T77", but it must be a lesson, as in T7: it was ignored
            The program in the link is damaged, perhaps because its end was cut off: it was ignored
            The link sets t to "now", but it must be a whole number of nanoseconds: it was ignored
            The link shows "moon" in an embedded page, which this page does not know: ignored
            The link sets a part of the timeline, but it must have from and to, the one before the other: it was ignored
        "#]],
    );
    check(
        "p=-&from=7&a=procs%3D99%26threads%3D3",
        expect![[r#"
            v=1&a=v%3D1%26threads%3D3
            The program was too long for the link: open it from its file
            The link sets a part of the timeline, but it must have from and to, the one before the other: it was ignored
            The run to compare with: The link sets procs to "99", but it must be a whole number from 1 to 64: it was ignored
        "#]],
    );
    check(
        "v=2&right=charts&threads=2",
        expect![[r#"
            v=1
            The link is of version 2, but this page reads version 1: nothing of it was used
        "#]],
    );
    // Behind the end of the run there is nothing to show.
    check(
        "t=99999999999999&from=99999999999998&to=99999999999999",
        expect![["v=1&t=410591161\n"]],
    );
}

#[test]
fn a_program_travels_in_the_link_even_if_it_is_unfinished() {
    let mut state = State::open("");
    act(&mut state, Action::ShowLeft(Left::Program));
    act(&mut state, Action::Write(JOBS.to_owned()));
    let again = State::open(&write(&state));
    let text = |state: &State| state.program.as_ref().map(|program| program.text.clone());
    assert_eq!(text(&again), text(&state));
    assert_eq!(again.predicted.run.trace, state.predicted.run.trace);
    assert_eq!(again.title(), "two jobs");

    act(&mut state, Action::Write("{\"jobs\": [".to_owned()));
    let again = State::open(&write(&state));
    assert_eq!(text(&again).as_deref(), Some("{\"jobs\": ["));
    assert_eq!(again.program.as_ref().unwrap().errors.len(), 1);
}

#[test]
fn what_is_too_long_for_a_link_is_left_out_and_the_link_says_so() {
    // Letters without any order cannot be packed.
    let mut seed = 1_u32;
    let noise: String = (0..14_000)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(b'a' + (seed >> 24) as u8 % 26)
        })
        .collect();
    let long = JOBS.replacen("two jobs", &noise, 1);
    let mut state = State::open("");
    act(&mut state, Action::Write(long));
    act(&mut state, Action::Keep);
    let written = Written::of(&state, None);
    assert_eq!(written.fragment, "v=1&right=compare&p=-");
    assert_eq!(
        written.left_out,
        ["the program", "the run it is compared with"]
    );
    assert_eq!(State::open(&written.fragment).problems.len(), 1);
}

#[test]
fn the_address_follows_and_is_written_once() {
    let mut state = State::open("procs=2");
    let written = |effects: &[Effect]| {
        let mut fragments = effects.iter().filter_map(|effect| match effect {
            Effect::WriteFragment(fragment) => Some(fragment.clone()),
            _ => None,
        });
        (fragments.next(), fragments.next().is_none())
    };
    let mut check = |action: Action, expected: Option<&str>| {
        let effects = state.reduce(action.clone());
        assert_eq!(
            written(&effects),
            (expected.map(str::to_owned), true),
            "{action:?}"
        );
    };
    check(Action::Frame(0.0), None);
    check(
        Action::ShowRight(Right::Charts),
        Some("v=1&procs=2&right=charts"),
    );
    check(Action::ShowRight(Right::Charts), None);
    check(Action::Seek(7), Some("v=1&procs=2&right=charts&t=7"));
    // While it plays, the address keeps still.
    check(Action::TogglePlay, Some("v=1&procs=2&right=charts"));
    check(Action::Frame(1.0), None);
    check(Action::Frame(2.0), None);
    // An example changes what is run, not where one looks.
    check(
        Action::Open("v=1&gil=off".to_owned()),
        Some("v=1&gil=off&right=charts"),
    );
    check(Action::Frame(3.0), None);
    check(
        Action::Keep,
        Some("v=1&gil=off&right=compare&a=v%3D1%26gil%3Doff"),
    );
    // A link is all of it; its address becomes the one that the page writes.
    check(Action::Follow("procs=3".to_owned()), Some("v=1&procs=3"));
    check(Action::Follow("v=1&procs=3&t=3".to_owned()), None);
    check(Action::Frame(4.0), None);
}

#[test]
fn a_link_of_a_lesson_alone_shows_its_first_picture() {
    let mut state = State::open("lesson=T9");
    assert_eq!(
        (state.place.left, state.place.start),
        (Left::Lessons, false)
    );
    assert_eq!(state.title(), "T9, asked to be killed");
    act(&mut state, Action::Follow("lesson=T7".to_owned()));
    assert_eq!((state.experiment.threads, &state.program), (1, &None));
    // Where it names a run, that is shown.
    assert_eq!(State::open("v=1&lesson=T7").experiment.threads, 4);
}

#[test]
fn a_place_in_a_link_is_of_its_run_only() {
    let mut state = State::open("");
    let _ = state.reduce(Action::Follow("threads=2&t=1000".to_owned()));
    // Before the picture was there, something else was set.
    act(&mut state, Action::SetField(Field::Threads, 3));
    assert!(state.parked && state.playhead > 1_000);
}

/// A page that somebody has used.
fn any_state() -> impl Strategy<Value = State> {
    let place = (
        0..Left::ALL.len(),
        0..6_usize,
        0..4_usize,
        any::<Option<u32>>(),
    );
    let run = (
        1..9_u32,
        1..9_u32,
        any::<bool>(),
        0..PolicyKind::ALL.len(),
        prop::collection::vec((0..9_u16, 1..90_u32), 0..3),
    );
    let program = prop::option::of(("[a-zé\"<&# ]{0,12}", 1..50_u32, any::<bool>()));
    let time = (
        any::<bool>(),
        0.0..1.0_f64,
        prop::option::of((0.0..0.5_f64, 0.1..0.5_f64)),
    );
    (place, run, program, time, any::<bool>(), "[ -~é]{0,9}").prop_map(
        |(place, run, program, (is_moved, at, window), is_kept, exercise)| {
            let mut state = State::open("units=20");
            let (processes, threads, gil, policy, faults) = run;
            let kept = Action::Open(format!("threads={threads}"));
            if is_kept {
                act(&mut state, kept);
                act(&mut state, Action::Keep);
            }
            act(&mut state, Action::SetField(Field::Processes, processes));
            act(&mut state, Action::SetGil(gil));
            act(&mut state, Action::SetPolicy(PolicyKind::ALL[policy]));
            for (thread, units) in faults {
                let fault = Fault {
                    kind: FaultKind::Exception,
                    process: 0,
                    thread,
                    when: Trigger::Units(units),
                };
                act(&mut state, Action::AddFault(fault));
            }
            let (left, right, lesson, embed) = place;
            state.place.left = Left::ALL[left];
            state.place.right = Right::ALL[right];
            state.place.lesson = [None, Some("P1"), Some("T7"), Some("G2")][lesson];
            state.place.embedded = embed.map(|bits| {
                let controls = crate::app::embed::Control::all().enumerate();
                controls.fold(Embed::NOTHING, |embed, (index, control)| {
                    embed.with(control, bits >> index & 1 == 1)
                })
            });
            if let Some((name, burst, is_right)) = program {
                let name = serde_json::to_string(&name).unwrap();
                let jobs =
                    format!("{{\"name\": {name}, \"jobs\": [{{\"burst\": \"{burst} ms\"}}]}}");
                act(&mut state, Action::Write(jobs.clone()));
                if !is_right {
                    act(&mut state, Action::Write(format!("{jobs}}}")));
                }
            }
            if state.place.left == Left::Program && state.program.is_none() {
                // As a visitor comes there.
                act(&mut state, Action::ShowLeft(Left::Program));
            }
            if state.place.left == Left::Python {
                act(&mut state, Action::ShowLeft(Left::Python));
            }
            if !exercise.is_empty() {
                state.address.exercise = Some(exercise.as_str().into());
            }
            let end = state.predicted.run.trace.end;
            if is_moved {
                act(&mut state, Action::Seek((at * end as f64) as u64));
            }
            if let (Some((from, length)), true) = (window, end > 1_000) {
                let from = (from * end as f64) as u64;
                let to = from + (length * end as f64) as u64;
                act(&mut state, Action::Zoom(Some(Window { from, to })));
            }
            state
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_page_survives_the_way_through_its_link(state in any_state()) {
        let fragment = write(&state);
        let again = State::open(&fragment);
        prop_assert_eq!(&again.problems, &[""; 0]);
        prop_assert_eq!(&again.experiment, &state.experiment);
        prop_assert_eq!(again.place, state.place);
        prop_assert_eq!(&again.address.exercise, &state.address.exercise);
        let texts = [&state, &again].map(|s| s.program.as_ref().map(|p| (p.text.clone(), p.errors.clone())));
        prop_assert_eq!(&texts[0], &texts[1]);
        prop_assert_eq!(&again.kept, &state.kept);
        let is_right = state.program.as_ref().is_none_or(|program| program.errors.is_empty());
        if is_right {
            prop_assert_eq!(&again.predicted, &state.predicted);
            prop_assert_eq!((again.playhead, again.window), (state.playhead, state.window));
            prop_assert_eq!(write(&again), fragment);
        }
    }

    #[test]
    fn no_link_brings_the_page_down(fragment in "(#|&|=|p=|a=|t=|from=|to=|embed=|left=|[0-9A-Za-z%.-]){0,30}") {
        let state = State::open(&fragment);
        prop_assert_eq!(state.experiment.validate(), Ok(()));
    }
}

#[test]
fn the_arrows_of_the_timeline_are_part_of_it() {
    check(
        "threads=8&arrows=all",
        expect![[r#"
        v=1&threads=8&arrows=all
    "#]],
    );
    check(
        "threads=8&arrows=picked",
        expect![[r#"
        v=1&threads=8
    "#]],
    );
    check(
        "arrows=some",
        expect![[r#"
        v=1
        The link sets arrows to "some", but it must be none or picked or all: it was ignored
    "#]],
    );
    let mut state = State::open("threads=8");
    act(&mut state, Action::ShowArrows(ArrowChoice::None));
    assert_eq!(write(&state), "v=1&threads=8&arrows=none");
}
