use super::*;
use crate::app::holds::Holding;
use crate::app::link::{LONGEST, read, write};
use crate::app::place::Tab;
use crate::app::state::tests::measurement;
use crate::app::{Action, Busy, Measured, table};
use crate::experiment::{Fault, FaultKind, Field, Kernel, Trigger};
use crate::lab::gil::Hold;
use crate::lab::measurement::Progress;
use crate::lab::python::{Raised, Said, Told, Work};
use expect_test::{Expect, expect};

const OWN: &str = "def work(i):\n    return i\n";

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    let effects = state.reduce(action);
    if state.stale {
        let _ = state.reduce(Action::Frame(0.0));
    }
    effects
}

fn python(state: &mut State, action: PythonAction) -> Vec<Effect> {
    act(state, Action::Python(action))
}

fn write_text(state: &mut State, text: &str) {
    python(state, PythonAction::Write(text.to_owned()));
}

fn opened() -> State {
    let mut state = State::open("procs=2&threads=1");
    act(&mut state, Action::ShowLeft(Left::Python));
    state
}

fn said(text: &str, raised: Option<(&str, u32, Option<u32>)>) -> Said {
    Said {
        text: text.to_owned(),
        lost: 0,
        raised: raised.map(|(traceback, line, unit)| Raised {
            traceback: traceback.to_owned(),
            line: Some(line),
            unit,
        }),
    }
}

fn told(threads: Vec<Said>, result: Option<&str>) -> Told {
    Told {
        threads,
        result: result.map(str::to_owned),
    }
}

/// Two processes of two threads; the second thread of the first one, and the
/// sequential run, have raised an exception.
fn transcript() -> Transcript {
    let broken = "Traceback (most recent call last):\n  line 2\nValueError: broken\n";
    let raised = Some((broken, 2, Some(20)));
    let mut long = said("so much", None);
    long.lost = 1_234;
    Transcript {
        alone: told(vec![said("ready\n", raised)], Some("20000")),
        processes: vec![
            told(vec![said("ready\n", None), said("", raised)], Some("13771")),
            told(vec![said("", None), long], None),
        ],
    }
}

#[test]
fn the_interpreter_is_loaded_once_and_only_when_the_tab_is_opened() {
    let mut state = State::open("");
    for action in [
        Action::ShowLeft(Left::Program),
        Action::ShowLeft(Left::Lessons),
        Action::RunLab,
        Action::LabStopped,
    ] {
        assert!(!act(&mut state, action).contains(&Effect::LoadPython));
    }
    let effects = act(&mut state, Action::ShowLeft(Left::Python));
    assert!(effects.contains(&Effect::LoadPython));
    assert_eq!(state.python.loading, Loading::Asked);
    let history = Rc::clone(&state.history);
    python(&mut state, PythonAction::Loading(3, 14));
    assert_eq!(state.python.loading, Loading::Under(3, 14));
    assert_eq!(state.history, history, "that is no step of anybody's");
    python(&mut state, PythonAction::Loading(14, 14));
    assert_eq!(state.python.loading, Loading::Done);
    python(&mut state, PythonAction::NotLoaded("no".to_owned()));
    assert_eq!(state.python.loading, Loading::Failed("no".to_owned()));
    act(&mut state, Action::ShowLeft(Left::Sliders));
    let effects = act(&mut state, Action::ShowLeft(Left::Python));
    assert!(!effects.contains(&Effect::LoadPython));

    // A link opens the tab, too; inside another page there is none.
    let mut linked = State::open("left=python");
    let effects = linked.reduce(Action::Redraw);
    assert_eq!(effects, [Effect::LoadPython]);
    let mut embedded = State::open("left=python&embed=run");
    assert!(!embedded.shows_python());
    assert!(
        !embedded
            .reduce(Action::Redraw)
            .contains(&Effect::LoadPython)
    );
}

#[test]
fn the_program_runs_in_the_layout_of_the_page_and_nothing_else_of_it() {
    let mut state = opened();
    act(&mut state, Action::SetKernel(Kernel::ALL[1]));
    act(&mut state, Action::SetField(Field::IoPerUnit, 700));
    act(
        &mut state,
        Action::AddFault(Fault {
            kind: FaultKind::Segfault,
            process: 0,
            thread: 0,
            when: Trigger::Units(1),
        }),
    );
    write_text(&mut state, OWN);
    let effects = act(&mut state, Action::RunLab);
    let asked = plan(&state.experiment);
    assert_eq!(
        effects,
        [Effect::StartLab(asked.clone(), Work::Python(OWN.into()))]
    );
    assert_eq!((asked.processes, asked.threads, asked.units), (2, 1, 400));
    let default = Experiment::default();
    assert_eq!(
        (asked.kernel, asked.cpu_us),
        (default.kernel, default.cpu_us)
    );
    assert_eq!((asked.io_us, asked.faults.len()), (0, 0));
    assert_eq!(state.busy(), Some(Busy::Python));
    assert_eq!(act(&mut state, Action::RunLab), [], "one at a time");

    // The kernel waits its turn, and can be told from it.
    act(&mut state, Action::ShowLeft(Left::Sliders));
    assert_eq!(state.shown_lab(), &Lab::Idle);
    assert_eq!(act(&mut state, Action::RunLab), []);
    let progress = Progress {
        elapsed_ns: 1,
        units_done: 1,
        units_planned: 2,
        processes: Vec::new(),
        completions_ns: vec![1],
    };
    act(&mut state, Action::LabProgress(progress.clone()));
    assert!(
        matches!(&state.python.lab, Lab::Running { progress: Some(it), .. } if *it == progress)
    );
    act(&mut state, Action::LabPaused(true));
    assert!(state.is_paused());
    assert_eq!(act(&mut state, Action::StopLab), [Effect::StopLab]);
    act(&mut state, Action::LabStopped);
    assert_eq!((&state.python.lab, state.busy()), (&Lab::Idle, None));
}

#[test]
fn a_measurement_is_shown_only_as_what_it_is_of() {
    let mut state = opened();
    write_text(&mut state, OWN);
    act(&mut state, Action::RunLab);
    act(&mut state, Action::LabDone(Box::new(measurement())));
    let is_shown = |state: &State| {
        let measured = |it: Option<&Rc<Measured>>| it.map(|it| it.work != Work::Kernel);
        let has_row = table(state).iter().any(|row| row.id == "checked");
        assert_eq!(state.measured().is_some(), has_row);
        measured(state.measured())
    };
    assert_eq!(is_shown(&state), Some(true));
    let measured = state.measured_python().expect("it is of this program");
    assert_eq!((measured.here.cores, measured.here.cpu_us), (2, 1_250));
    assert!(!measured.is_beyond_prediction());
    assert_eq!(state.this_browser, None, "an interpreter is no kernel");

    // What a unit of the kernel does is nothing to it.
    act(&mut state, Action::SetField(Field::CpuPerUnit, 5_000));
    act(&mut state, Action::SetField(Field::Cores, 3));
    assert_eq!(is_shown(&state), Some(true));
    write_text(&mut state, "def work(i): pass");
    assert_eq!(is_shown(&state), None);
    write_text(&mut state, OWN);
    assert_eq!(is_shown(&state), Some(true));
    act(&mut state, Action::SetField(Field::Processes, 3));
    assert_eq!(is_shown(&state), None);
    act(&mut state, Action::SetField(Field::Processes, 2));

    act(&mut state, Action::ShowLeft(Left::Sliders));
    assert_eq!(is_shown(&state), None);
    act(&mut state, Action::RunLab);
    act(&mut state, Action::LabDone(Box::new(measurement())));
    assert_eq!(is_shown(&state), Some(false));
    act(&mut state, Action::ShowLeft(Left::Lessons));
    assert_eq!(is_shown(&state), Some(false));
    act(&mut state, Action::ShowLeft(Left::Python));
    assert_eq!(is_shown(&state), Some(true), "both are kept");
    assert!(state.measured_kernel().is_some());
}

#[test]
fn units_that_the_simulator_does_not_take_are_said_so() {
    let mut state = opened();
    act(&mut state, Action::RunLab);
    let slow = crate::lab::measurement::Measurement {
        baseline_units_per_s: 4.0,
        ..measurement()
    };
    act(&mut state, Action::LabDone(Box::new(slow)));
    let measured = state.measured_python().expect("it is of this program");
    assert!(measured.is_beyond_prediction());
    assert!((measured.unit_us() - 250_000.0).abs() < 1.0);
}

#[test]
fn results_that_were_not_compared_are_not_called_right() {
    let mut state = opened();
    act(&mut state, Action::RunLab);
    let some = crate::lab::measurement::Measurement {
        uncompared: 3,
        ..measurement()
    };
    act(&mut state, Action::LabDone(Box::new(some)));
    let rows = table(&state);
    let row = rows.iter().find(|row| row.id == "checked");
    expect!["all 397 right, 3 not checked"].assert_eq(&row.expect("it was measured").measured);
}

#[test]
fn what_is_told_is_of_the_program_that_ran() {
    let mut state = opened();
    python(&mut state, PythonAction::Told(Rc::new(transcript())));
    assert_eq!(state.python.heard, None, "nothing runs");
    let source = "# of its own\ndef work(i):\n    raise ValueError('broken')\n";
    write_text(&mut state, source);
    act(&mut state, Action::RunLab);
    python(&mut state, PythonAction::Told(Rc::new(transcript())));
    assert_eq!(state.python.loading, Loading::Done, "it speaks");
    let found = state.python_mistakes();
    assert_eq!(found.len(), 1);
    assert_eq!(&source[found[0].range.clone()], "def work(i):");
    expect!["ValueError: broken (alone, unit 20, and 1 more)"].assert_eq(&found[0].message);
    write_text(&mut state, OWN);
    assert_eq!(state.python_mistakes(), [], "it is another program");
    assert!(state.python.heard.is_some(), "but what it said is there");
    act(
        &mut state,
        Action::LabRefused("ValueError on line 2".to_owned()),
    );
    assert_eq!(
        state.python.lab,
        Lab::Refused("ValueError on line 2".to_owned())
    );
    assert_eq!(state.lab, Lab::Idle);
    act(&mut state, Action::RunLab);
    assert_eq!(state.python.heard, None, "the next run begins with nothing");
}

fn check_console(transcript: &Transcript, expect: Expect) {
    let panels = panels(transcript).into_iter().map(|panel| {
        let traceback = panel.traceback.as_deref().map(|it| it.lines().count());
        format!(
            "{} [{}] {:?} {:?} {:?} {:?}\n",
            panel.name, panel.id, panel.text, panel.lost, panel.raised, traceback
        )
    });
    let results = results(transcript).unwrap_or_default();
    expect.assert_eq(&format!("{}{results}\n", panels.collect::<String>()));
}

#[test]
fn who_said_something_has_a_panel() {
    check_console(
        &transcript(),
        expect![[r#"
            Alone [alone] "ready\n" None Some("error in line 2, unit 20") Some(3)
            Process 1, thread 1 [p0t0] "ready\n" None None None
            Process 1, thread 2 [p0t1] "" None Some("error in line 2, unit 20") Some(3)
            Process 2, thread 2 [p1t1] "so much" Some("1,234 bytes more were not kept") None None
            Alone: 20000; process 1: 13771
        "#]],
    );
    let hello = || said("hello", None);
    for (processes, name) in [
        (vec![told(vec![hello()], None)], "The run"),
        (
            vec![told(vec![said("", None), hello()], Some("7"))],
            "Thread 2",
        ),
        (
            vec![told(vec![said("", None)], None), told(vec![hello()], None)],
            "Process 2",
        ),
    ] {
        let transcript = Transcript {
            alone: Told::default(),
            processes,
        };
        let names: Vec<_> = panels(&transcript).into_iter().map(|it| it.name).collect();
        assert_eq!(names, [name]);
    }
    let nothing = Transcript::default();
    assert_eq!((panels(&nothing), results(&nothing)), (Vec::new(), None));
}

#[test]
fn a_text_is_not_lost_by_choosing_another_and_steps_can_be_taken_back() {
    let mut state = opened();
    write_text(&mut state, OWN);
    let units = state.experiment.units;
    let counter = example("counter").expect("it is there");
    python(&mut state, PythonAction::Choose(counter));
    assert_eq!(&*state.python.text, counter.text);
    assert!(!state.experiment.gil && state.experiment.threads == 2);
    assert_ne!(state.experiment.units, units);
    let before: Vec<_> = std::iter::from_fn(|| {
        let what = state.history.undoes().map(str::to_owned);
        what.inspect(|_| drop(state.reduce(Action::Undo)))
    })
    .collect();
    assert_eq!(
        before,
        [
            "Python program \"Counter, no lock\"",
            "edit of the Python program"
        ]
    );
    assert_eq!(&*state.python.text, EXAMPLES[0].text);
    assert_eq!(
        (state.experiment.units, state.experiment.gil),
        (units, true)
    );
    drop(state.reduce(Action::Redo));
    assert_eq!(&*state.python.text, OWN);
    drop(state.reduce(Action::Redo));
    python(&mut state, PythonAction::Own);
    assert_eq!(&*state.python.text, OWN);

    // Neither tabs nor presets nor links take it away.
    act(&mut state, Action::ShowLeft(Left::Program));
    act(&mut state, Action::Open("threads=3".to_owned()));
    act(&mut state, Action::ShowLeft(Left::Python));
    assert_eq!(&*state.python.text, OWN);
    assert!(state.program.is_none(), "the picture is of the experiment");
    act(
        &mut state,
        Action::Follow("left=python&py=ex:crash".to_owned()),
    );
    assert_eq!(
        example_of(&state.python.text).map(|it| it.key),
        Some("crash")
    );
    python(&mut state, PythonAction::Own);
    assert_eq!(&*state.python.text, OWN);
}

fn check_link(fragment: &str, expect: Expect) {
    let state = State::open(fragment);
    let text = match example_of(&state.python.text) {
        Some(example) => example.key,
        None => &state.python.text,
    };
    let problems: String = state.problems.iter().map(|it| format!("\n{it}")).collect();
    expect.assert_eq(&format!("{}: {text:?}{problems}", write(&state)));
}

#[test]
fn the_program_travels_in_the_link() {
    let mut state = opened();
    write_text(&mut state, OWN);
    let fragment = write(&state);
    assert!(fragment.starts_with("v=1&procs=2&threads=1&left=python&py="));
    let again = State::open(&fragment);
    assert_eq!((&*again.python.text, write(&again)), (OWN, fragment));

    check_link("left=python", expect![[r#"v=1&left=python: "count""#]]);
    check_link(
        "left=python&py=ex:count-lock",
        expect![[r#"
            v=1&left=python: "count"
            The link sets py to "ex:count-lock", but it must be a program, or ex: and one of count, primes, strings, counter, counter-lock, waiting, exception, crash, endless: it was ignored"#]],
    );
    check_link(
        "left=python&py=-",
        expect![[r#"
            v=1&left=python: "count"
            The program was too long for the link: open it from its file"#]],
    );
    check_link(
        "left=python&py=AAAA",
        expect![[r#"
            v=1&left=python: "count"
            The program in the link is damaged, perhaps because its end was cut off: it was ignored"#]],
    );

    // One that cannot be pressed.
    let mut seed = 1_u32;
    let long: String = (0..20_000)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(b' ' + (seed >> 24) as u8 % 90)
        })
        .collect();
    write_text(&mut state, &long);
    let fragment = write(&state);
    assert!(fragment.ends_with("&py=-") && fragment.len() < LONGEST);
    // Elsewhere it is not what is shown.
    act(&mut state, Action::ShowLeft(Left::Lessons));
    assert_eq!(write(&state), "v=1&procs=2&threads=1&left=lessons");
    assert_eq!(&*state.python.text, long);
}

#[test]
fn every_example_is_a_program_with_a_layout_and_a_link() {
    let mut keys: Vec<_> = EXAMPLES.iter().map(|example| example.key).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), EXAMPLES.len());
    for example in &EXAMPLES {
        let text = example.text;
        assert!(text.contains("\ndef work(i):\n"), "{}", example.key);
        assert!(
            text.starts_with("# ") && text.ends_with('\n'),
            "it says what it is"
        );
        let wide = text.lines().find(|line| line.len() > 55);
        assert_eq!(wide, None, "{}: it must fit in the editor", example.key);
        let mut state = opened();
        python(&mut state, PythonAction::Choose(example));
        assert_eq!(state.experiment.validate(), Ok(()));
        let fragment = write(&state);
        let link = read(&fragment);
        let expected = (example.key != "count").then_some(text);
        assert_eq!(link.python.as_deref(), expected, "{fragment}");
        assert_eq!(link.left.map(Tab::key), Some("python"));
        assert_eq!(State::open(&fragment).experiment, state.experiment);
    }
}

#[test]
fn who_had_the_gil_is_told_in_shares() {
    let mut state = State::open("threads=2");
    act(&mut state, Action::RunLab);
    let hold = |thread, from_ns, until_ns| Hold {
        thread,
        from_ns,
        until_ns,
    };
    let mut measured = measurement();
    act(&mut state, Action::LabDone(Box::new(measured.clone())));
    let without = state.measured().expect("it is of this experiment");
    assert_eq!(Holding::of(without), None);
    measured.gil_holds = vec![vec![
        hold(0, 100, 200),
        hold(1, 200, 450),
        hold(0, 450, 500),
    ]];
    measured.gil_holds_in_all = vec![5_000];
    act(&mut state, Action::RunLab);
    act(&mut state, Action::LabDone(Box::new(measured)));
    let holding = Holding::of(state.measured().expect("it is of this experiment"));
    let holding = holding.expect("there was a GIL");
    assert_eq!((holding.end, holding.more()), (500, None));
    expect!["Who had the GIL when, measured. T1 38 %, T2 62 %. The GIL went from one thread to another 0 times. Shown are the first 3 of the 5,000 times that a thread had it."]
        .assert_eq(&holding.words());
}
