//! The Python tab: examples, the editor, the layout, the run and what it said.

mod about;
mod console;

use super::Shared;
use super::controls::{gil_switch, number};
use super::editor::{Editor, Kind, Mark};
use super::lab::{run, status};
use crate::app::english::python as text;
use crate::app::place::Right;
use crate::app::program::outline::to_utf16;
use crate::app::python::{EXAMPLES, Loading, PythonAction, example, example_of};
use crate::app::{Action, Busy, Lab, State};
use crate::experiment::Field;
use about::about;
use console::Console;
use std::rc::Rc;
use web_sys::HtmlSelectElement;
use yew::{
    AttrValue, Callback, Event, Html, Properties, TargetCast, component, html, use_effect,
    use_memo, use_node_ref,
};

/// The value of the entry that brings the visitor's own program back.
const OWN: &str = "own";

const KIND: Kind = Kind {
    language: "python",
    label: text::EDITOR,
    testids: ["python-editor", "python-text", "python-errors"],
    mistakes: text::exceptions,
};

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct PythonProps {
    pub state: Shared<State>,
    /// What the lab does.
    pub busy: Option<Busy>,
    pub dispatch: Callback<Action>,
}

#[component]
pub(super) fn PythonPart(props: &PythonProps) -> Html {
    let PythonProps {
        state,
        busy,
        dispatch,
    } = props;
    let act = dispatch.reform(Action::Python);
    let host = use_node_ref();
    let python = &state.python;
    let source = use_memo(Rc::clone(&python.text), |text| {
        AttrValue::from(text.to_string())
    });
    let heard = python
        .heard
        .as_ref()
        .map(|heard| Rc::as_ptr(&heard.transcript));
    // The transcript may be long; what is wrong changes with it and the text.
    let marks = use_memo((Rc::clone(&python.text), heard), |_| marks(state));
    // Else it is said there.
    let alerts = state.place.right != Right::Measure;
    html! {
        <div class="program-part python-part" data-testid="python" data-status={status(state)}>
            <div class="program-bar">
                <Examples ..props.clone() />
            </div>
            <p class="caption">{ text::CONTRACT }</p>
            <Editor kind={&KIND} {host} text={(*source).clone()} marks={(*marks).clone()}
                onwrite={act.reform(PythonAction::Write)}>
                <p class="caption">{ text::EDITOR_KEYS }</p>
            </Editor>
            { layout(state, dispatch) }
            <div class="python-run">
                { loading(state) }
                { run(state, busy.as_ref(), dispatch, "python-run", alerts) }
                { messages(state) }
            </div>
            if let Some(heard) = &python.heard {
                <Console transcript={Shared(Rc::clone(&heard.transcript))}
                    is_current={heard.text == python.text}
                    is_running={python.lab.is_running()} />
            }
            { about() }
        </div>
    }
}

/// What went wrong in the run.
fn messages(state: &State) -> Html {
    let measured = state.measured_python();
    let messages = measured.map_or(&[][..], |it| &it.measurement.messages);
    html! {
        if !messages.is_empty() {
            <ul class="messages" data-testid="python-messages">
                { for messages.iter().map(|message| html! { <li>{ message }</li> }) }
            </ul>
        }
    }
}

fn marks(state: &State) -> Rc<[Mark]> {
    let source = &state.python.text;
    let mistakes = state.python_mistakes().into_iter();
    let mark = mistakes.map(|mistake| Mark {
        at: (
            to_utf16(source, mistake.range.start),
            to_utf16(source, mistake.range.end),
        ),
        place: text::line(mistake.line),
        path: String::new(),
        message: mistake.message,
    });
    mark.collect()
}

/// What the lab asks of an experiment, close together.
fn layout(state: &State, dispatch: &Callback<Action>) -> Html {
    let number = |field| number(state, dispatch, field);
    html! {
        <form class="python-layout" aria-label={text::LAYOUT} data-testid="python-layout"
            onsubmit={|event: yew::SubmitEvent| event.prevent_default()}>
            { number(Field::Processes) }
            { number(Field::Threads) }
            { number(Field::Units) }
            if state.experiment.gil {
                { number(Field::SwitchInterval) }
            } else {
                <p class="caption">{ text::NO_INTERVAL }</p>
            }
            { gil_switch(state, dispatch) }
        </form>
    }
}

/// How far the interpreter is loaded, until it is there.
fn loading(state: &State) -> Html {
    let (words, share) = match &state.python.loading {
        Loading::Unasked | Loading::Done => return html! {},
        // The run that tries again says why it cannot.
        Loading::Failed(_) if matches!(state.python.lab, Lab::Refused(_)) => return html! {},
        Loading::Failed(why) => {
            return html! {
                <p class="refusal" role="status" data-testid="python-not-loaded">{ why.clone() }</p>
            };
        }
        Loading::Asked => (text::LOADING.to_owned(), None),
        Loading::Under(there, of) => (text::loading(*there, *of), Some((there, of))),
    };
    html! {
        <div class="progress" data-testid="python-loading">
            <progress max={share.map(|(_, of)| of.to_string())}
                value={share.map(|(there, _)| there.to_string())}
                aria-label={text::LOADING_BAR}></progress>
            <p class="caption">{ words }</p>
        </div>
    }
}

#[component]
fn Examples(props: &PythonProps) -> Html {
    let PythonProps {
        state, dispatch, ..
    } = props;
    let node = use_node_ref();
    let python = &state.python;
    let shown = example_of(&python.text);
    let value = shown.map_or("", |example| example.key);
    {
        let node = node.clone();
        // Every time: the visitor's choice changes it, too.
        use_effect(move || {
            if let Some(select) = node.cast::<HtmlSelectElement>() {
                select.set_value(value);
            }
        });
    }
    let dispatch = dispatch.clone();
    let onchange = Callback::from(move |event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        let action = match select.value().as_str() {
            OWN => Some(PythonAction::Own),
            key => example(key).map(PythonAction::Choose),
        };
        if let Some(action) = action {
            dispatch.emit(Action::Python(action));
        }
    });
    let own = python.own.as_ref().filter(|own| **own != python.text);
    html! {
        <select ref={node} {onchange} aria-label={text::EXAMPLES} data-testid="python-examples">
            if shown.is_none() { <option value="">{ text::OWN_PROGRAM }</option> }
            if own.is_some() { <option value={OWN}>{ text::LAST_TEXT }</option> }
            { for EXAMPLES.iter().map(|example| html! {
                <option value={example.key}>{ text::example(example.name, example.about) }</option>
            }) }
        </select>
    }
}
