//! The Program tab: texts to begin with, the editor, what is wrong, the table
//! of jobs, exercises.

mod editor;
mod fetch;

pub(super) use fetch::{fetch, read_file};

use super::PartProps;
use super::exercise::ExercisePart;
use super::jobs::JobsPart;
use crate::app::english::program as text;
use crate::app::exercise::{Exercise, Topic};
use crate::app::program::{DeskAction, EXAMPLES, Example};
use crate::app::{Action, State};
use editor::ScenarioEditor;
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::{Callback, Event, Html, TargetCast, component, html, use_effect, use_node_ref};

/// The value of the entry that brings the visitor's own text back.
const OWN: &str = "own";

#[component]
pub(super) fn ProgramPart(props: &PartProps) -> Html {
    let PartProps { state, dispatch } = props;
    let act = dispatch.reform(Action::Desk);
    let text = yew::AttrValue::from(state.program_text().to_owned());
    let errors = Rc::from(state.program_errors());
    html! {
        <div class="program-part" data-testid="program">
            if let Some(answering) = &state.desk.answering {
                <ExercisePart answering={Rc::clone(answering)} act={act} />
            } else {
                { bar(&act) }
                <Examples ..props.clone() />
                if let Some(refusal) = &state.desk.refusal {
                    <p class="refusal" role="alert" data-testid="program-refusal">{ refusal.clone() }</p>
                }
                <JobsPart text={text.clone()} errors={Rc::clone(&errors)} dispatch={dispatch.clone()} />
                <ScenarioEditor {text} {errors} dispatch={dispatch.clone()} />
            }
        </div>
    }
}

fn bar(act: &Callback<DeskAction>) -> Html {
    let on = |action: DeskAction| act.reform(move |_: yew::MouseEvent| action.clone());
    let first = Exercise {
        topic: Topic::Fifo,
        seed: 1,
    };
    let onopen = {
        let act = act.clone();
        move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                let act = act.clone();
                let name = file.name();
                read_file(&file, move |text| act.emit(DeskAction::Opened(name, text)));
            }
            // So that the same file can be opened again.
            input.set_value("");
        }
    };
    html! {
        <div class="program-bar" role="group" aria-label={text::DESK}>
            <button onclick={on(DeskAction::New)} data-testid="new-program"
                title={text::NEW_ABOUT}>{ text::NEW }</button>
            <button onclick={on(DeskAction::FromSliders)} data-testid="from-sliders"
                title={text::FROM_SLIDERS_ABOUT}>{ text::FROM_SLIDERS }</button>
            <button onclick={on(DeskAction::NewJobs)} data-testid="new-jobs"
                title={text::NEW_JOBS_ABOUT}>{ text::NEW_JOBS }</button>
            <button onclick={on(DeskAction::Exercise(first))} data-testid="start-exercise"
                title={text::EXERCISE_ABOUT}>{ text::EXERCISE }</button>
            <label class="as-button">
                { text::OPEN }
                <input type="file" accept=".json,.csv,application/json,text/csv" onchange={onopen}
                    data-testid="open-program" />
            </label>
            <button onclick={on(DeskAction::Save)} data-testid="save-program"
                title={text::SAVE_ABOUT}>{ text::SAVE }</button>
        </div>
    }
}

/// The example whose text stands in the editor unchanged.
fn shown(state: &State) -> Option<Example> {
    let is_unchanged = state.program_text() == state.desk.given;
    state.desk.example.filter(|_| is_unchanged)
}

#[component]
fn Examples(props: &PartProps) -> Html {
    let PartProps { state, dispatch } = props;
    let node = use_node_ref();
    let value = match (state.desk.fetching, shown(state)) {
        (Some(example), _) | (None, Some(example)) => example.file,
        (None, None) => "",
    };
    {
        let node = node.clone();
        // Every time: the visitor's choice changes it, too.
        use_effect(move || {
            if let Some(select) = node.cast::<HtmlSelectElement>() {
                select.set_value(value);
            }
        });
    }
    let chosen = |event: &Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        let file = select.value();
        if file == OWN {
            return Some(Action::Desk(DeskAction::Own));
        }
        let mut all = EXAMPLES.iter().flat_map(|(_, examples)| examples.iter());
        let example = all.find(|example| example.file == file)?;
        Some(Action::Desk(DeskAction::Choose(*example)))
    };
    let dispatch = dispatch.clone();
    let onchange = Callback::from(move |event: Event| {
        if let Some(action) = chosen(&event) {
            dispatch.emit(action);
        }
    });
    html! {
        <div class="program-bar">
            <select ref={node} {onchange} aria-label={text::EXAMPLES} data-testid="program-examples">
                <option value="">{ text::CHOOSE_EXAMPLE }</option>
                if state.desk.own.is_some() {
                    <option value={OWN}>{ text::OWN_TEXT }</option>
                }
                { for EXAMPLES.iter().map(|(theme, examples)| html! {
                    <optgroup label={*theme}>
                        { for examples.iter().map(|example| html! {
                            <option value={example.file}>
                                { format!("{}: {}", example.name, example.about) }
                            </option>
                        }) }
                    </optgroup>
                }) }
            </select>
        </div>
    }
}
