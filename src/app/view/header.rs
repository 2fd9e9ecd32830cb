//! Name, presets, problems with the link, and the page's state of isolation.

use super::PartProps;
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
                <h1>{ "Timeslice" }</h1>
            </div>
            { presets(state, dispatch) }
            <div class="tools">
                { step("Undo", "Ctrl Z", "↶", state.history.undoes(), Action::Undo, dispatch) }
                { step("Redo", "Ctrl Shift Z", "↷", state.history.redoes(), Action::Redo, dispatch) }
                <button onclick={dispatch.reform(|_| Action::OpenDialog(Some(Dialog::Share)))}
                    data-testid="share">{ "Share" }</button>
                <button onclick={dispatch.reform(|_| Action::OpenDialog(Some(Dialog::Keys)))}
                    aria-label="Keys" title="What each key does (?)" data-testid="keys">{ "?" }</button>
                <button class="theme" onclick={dispatch.reform(|_| Action::ToggleTheme)}
                    aria-label="Light or dark" title="Light or dark" data-testid="theme">{ "◐" }</button>
            </div>
            { problems(state, dispatch) }
        </header>
    }
}

/// The examples to choose from.
pub(super) fn presets(state: &State, dispatch: &Callback<Action>) -> Html {
    html! {
        <nav class="presets" aria-label="Examples">
            { for PRESETS.iter().enumerate().map(|(index, preset)| {
                let open = Action::Open(preset.fragment.to_owned());
                let current = state.program.is_none() && preset.experiment() == state.experiment;
                let onclick = dispatch.reform(move |_| open.clone());
                html! {
                    <button {onclick} title={format!("{} (key {})", preset.claim, index + 1)}
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
            <button onclick={dispatch.reform(|_| Action::DismissProblems)}>{ "Dismiss" }</button>
        </div>
    }
}

/// Undo or redo; `what` is what it would do. It stays when there is nothing, so
/// that the focus is not lost with it.
fn step(
    name: &'static str,
    keys: &'static str,
    sign: &'static str,
    what: Option<&str>,
    action: Action,
    dispatch: &Callback<Action>,
) -> Html {
    let title = match what {
        Some(what) => format!("{name}: {what}"),
        None => format!("Nothing to {} ({keys})", name.to_lowercase()),
    };
    let onclick = match what {
        Some(_) => dispatch.reform(move |_: yew::MouseEvent| action.clone()),
        None => Callback::noop(),
    };
    html! {
        <button class="step" {onclick} aria-label={title.clone()} {title}
            aria-disabled={what.is_none().then_some("true")}
            data-testid={name.to_lowercase()}><span aria-hidden="true">{ sign }</span></button>
    }
}
