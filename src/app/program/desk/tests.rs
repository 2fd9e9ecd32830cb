use super::*;
use crate::app::exercise::Topic;
use crate::app::{Action, Effect};

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    let effects = state.reduce(action);
    let mut more = effects.clone();
    let mut now = 0.0;
    while more.contains(&Effect::RequestFrame) {
        now += 16.0;
        more = state.reduce(Action::Frame(now));
    }
    effects
}

fn at_the_tab() -> State {
    let mut state = State::open("threads=2");
    act(&mut state, Action::ShowLeft(Left::Program));
    state
}

#[test]
fn the_tab_begins_with_what_the_sliders_say_and_keeps_what_is_written() {
    let mut state = at_the_tab();
    let sliders = state.program_text().to_owned();
    assert!(sliders.contains("\"T2\"") && state.program.is_some());
    act(&mut state, Action::Write(SKELETON.to_owned()));
    act(&mut state, Action::ShowLeft(Left::Sliders));
    assert!(state.program.is_none());
    act(&mut state, Action::ShowLeft(Left::Program));
    assert_eq!(state.program_text(), SKELETON);
    assert_eq!(state.title(), "My program");
    act(&mut state, Action::Open("threads=3".to_owned()));
    assert_eq!(
        (state.place.left, state.program.is_some()),
        (Left::Sliders, false)
    );
    act(&mut state, Action::ShowLeft(Left::Program));
    assert_eq!(state.program_text(), SKELETON);
}

#[test]
fn the_last_good_run_stays_while_the_text_is_wrong() {
    let mut state = at_the_tab();
    act(&mut state, Action::Write(SKELETON.to_owned()));
    let run = Rc::clone(&state.predicted);
    let broken = SKELETON.replace("\"door\" }]", "\"gate\" }]");
    act(&mut state, Action::Write(broken.clone()));
    assert!(Rc::ptr_eq(&run, &state.predicted));
    assert_eq!(state.program_text(), broken);
    let paths: Vec<&str> = state
        .program_errors()
        .iter()
        .map(|error| &*error.path)
        .collect();
    assert_eq!(paths, ["programs.work[1].lock", "programs.work[3].unlock"]);
    act(&mut state, Action::Write(SKELETON.to_owned()));
    assert!(state.program_errors().is_empty());
}

#[test]
fn an_example_is_fetched_and_the_visitors_own_text_is_kept() {
    let mut state = at_the_tab();
    let own = SKELETON.replace("My program", "Mine");
    act(&mut state, Action::Write(own.clone()));
    let example = super::super::EXAMPLES[0].1[0];
    let effects = act(&mut state, Action::Desk(DeskAction::Choose(example)));
    assert_eq!(effects, [Effect::Fetch(example)]);
    assert!(state.is_busy());
    let text = JOB_LIST.to_owned();
    act(
        &mut state,
        Action::Desk(DeskAction::Fetched(example, Ok(text))),
    );
    assert!(!state.is_busy());
    assert_eq!(state.program_text(), JOB_LIST);
    // Another example over an unchanged one: the own text is still the last.
    act(&mut state, Action::Desk(DeskAction::New));
    assert_eq!(state.desk.own.as_deref(), Some(&*own));
    act(&mut state, Action::Desk(DeskAction::Own));
    assert_eq!(state.program_text(), own);
    // One that comes late is not wanted any more; one that does not come is told of.
    act(
        &mut state,
        Action::Desk(DeskAction::Fetched(example, Ok(String::new()))),
    );
    assert_eq!(state.program_text(), own);
    act(&mut state, Action::Desk(DeskAction::Choose(example)));
    act(
        &mut state,
        Action::Desk(DeskAction::Fetched(example, Err("offline".to_owned()))),
    );
    assert!(
        state
            .desk
            .refusal
            .as_ref()
            .is_some_and(|why| why.ends_with("offline"))
    );
}

#[test]
fn files_are_opened_or_refused() {
    let mut state = at_the_tab();
    let open = |state: &mut State, name: &str, text: &str| {
        let opened = DeskAction::Opened(name.to_owned(), Ok(text.to_owned()));
        act(state, Action::Desk(opened));
    };
    let csv = include_str!("../../../../scenarios/jobs.csv");
    open(&mut state, "jobs.csv", csv);
    assert!(state.program_errors().is_empty());
    let jobs = crate::app::jobs::jobs(state.program_text()).expect("a list of jobs");
    assert_eq!(
        (jobs.rows.len(), jobs.rows[3][1].text.as_str()),
        (5, "1 ms")
    );
    let before = state.program_text().to_owned();
    open(&mut state, "jobs.csv", "burst\nlong");
    assert_eq!(state.program_text(), before);
    let refusal = state.desk.refusal.clone().expect("a reason");
    assert!(
        refusal.starts_with("jobs.csv: line 2, column 1 (burst): \"long\""),
        "{refusal}"
    );
    open(
        &mut state,
        "rt.json",
        include_str!("../../../../scenarios/rt-app.json"),
    );
    assert!(state.desk.refusal.is_none() && state.program_errors().is_empty());
    open(&mut state, "a.json", "{");
    assert_eq!(
        (state.program_text(), state.program_errors().len()),
        ("{", 1)
    );
    assert!(state.program.is_some(), "the picture stays");
    let effects = act(&mut state, Action::Desk(DeskAction::Save));
    assert!(
        matches!(&effects[..], [Effect::Download(file)] if file.text() == state.program_text())
    );
}

#[test]
fn an_exercise_hides_its_answer_until_it_is_checked_or_given_up() {
    let mut state = at_the_tab();
    act(&mut state, Action::Write(SKELETON.to_owned()));
    let exercise = Exercise {
        topic: Topic::Book,
        seed: 3,
    };
    act(&mut state, Action::Desk(DeskAction::Exercise(exercise)));
    assert!(state.hides_answer());
    assert_eq!(state.exercise_key().as_deref(), Some("book.3"));
    assert_eq!(state.desk.own.as_deref(), Some(SKELETON));
    // Elsewhere the sliders are shown, and back here it is still open.
    act(&mut state, Action::ShowLeft(Left::Sliders));
    assert!(!state.hides_answer());
    act(&mut state, Action::ShowLeft(Left::Program));
    assert!(state.hides_answer());
    act(
        &mut state,
        Action::Desk(DeskAction::Answer(0, "A B C".to_owned())),
    );
    act(&mut state, Action::Desk(DeskAction::Check));
    assert!(!state.hides_answer());
    let answering = state.desk.answering.clone().expect("it is set");
    assert_eq!(answering.score(), Some((1, 1)));
    act(
        &mut state,
        Action::Desk(DeskAction::Exercise(exercise.next())),
    );
    assert!(state.hides_answer());
    act(&mut state, Action::Desk(DeskAction::ShowMe));
    assert!(!state.hides_answer());
    act(&mut state, Action::Desk(DeskAction::EndExercise));
    assert_eq!(state.exercise_key(), None);
    assert!(state.program.is_some(), "its jobs stay in the editor");
}
