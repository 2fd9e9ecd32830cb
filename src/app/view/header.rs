//! Name, presets, problems with the link, and the page's state of isolation.

use super::PartProps;
use crate::app::english::header as text;
use crate::app::place::Dialog;
use crate::app::{Action, State};
use crate::experiment::PRESETS;
use yew::{Callback, Html, component, html};

#[component]
pub(super) fn Header(props: &PartProps) -> Html {
    let PartProps { state, dispatch } = props;
    html! {
        <header class="header">
            <div class="brand">
                <h1>{ text::NAME }</h1>
            </div>
            { presets(state, dispatch) }
            <div class="tools">
                { step("undo", "↶", state.history.undoes().map(text::undo), text::NOTHING_TO_UNDO,
                    Action::Undo, dispatch) }
                { step("redo", "↷", state.history.redoes().map(text::redo), text::NOTHING_TO_REDO,
                    Action::Redo, dispatch) }
                <button onclick={dispatch.reform(|_| Action::OpenDialog(Some(Dialog::Share)))}
                    data-testid="share">{ text::SHARE }</button>
                <button onclick={dispatch.reform(|_| Action::OpenDialog(Some(Dialog::Keys)))}
                    aria-label={text::KEYS} title={text::KEYS_ABOUT} data-testid="keys">{ "?" }</button>
                <button class="theme" onclick={dispatch.reform(|_| Action::ToggleTheme)}
                    aria-label={text::THEME} title={text::THEME} data-testid="theme">{ "◐" }</button>
            </div>
            { problems(state, dispatch) }
        </header>
    }
}

/// The examples to choose from.
pub(super) fn presets(state: &State, dispatch: &Callback<Action>) -> Html {
    html! {
        <nav class="presets" aria-label={text::EXAMPLES}>
            { for PRESETS.iter().enumerate().map(|(index, preset)| {
                let open = Action::Open(preset.fragment.to_owned());
                let current = state.program.is_none() && preset.experiment() == state.experiment;
                let onclick = dispatch.reform(move |_| open.clone());
                html! {
                    <button {onclick} title={text::example(preset.claim, index + 1)}
                        aria-pressed={current.to_string()}
                        data-testid={format!("preset-{}", preset.id)}>{ preset.title }</button>
                }
            }) }
        </nav>
    }
}

/// What is wrong with a link or a file.
pub(super) fn problems(state: &State, dispatch: &Callback<Action>) -> Html {
    if state.problems.is_empty() {
        return html! {};
    }
    html! {
        <div class="problems" role="alert" data-testid="problems">
            <ul>{ for state.problems.iter().map(|problem| html! { <li>{ problem }</li> }) }</ul>
            <button onclick={dispatch.reform(|_| Action::DismissProblems)}>{ text::DISMISS_PROBLEMS }</button>
        </div>
    }
}

/// Undo or redo; `what` says what it would do. It stays when there is nothing, so
/// that the focus is not lost with it.
fn step(
    testid: &'static str,
    sign: &'static str,
    what: Option<String>,
    nothing: &'static str,
    action: Action,
    dispatch: &Callback<Action>,
) -> Html {
    let is_there = what.is_some();
    let title = what.unwrap_or_else(|| nothing.to_owned());
    let onclick = match is_there {
        true => dispatch.reform(move |_: yew::MouseEvent| action.clone()),
        false => Callback::noop(),
    };
    html! {
        <button class="step" {onclick} aria-label={title.clone()} {title}
            aria-disabled={(!is_there).then_some("true")}
            data-testid={testid}><span aria-hidden="true">{ sign }</span></button>
    }
}
