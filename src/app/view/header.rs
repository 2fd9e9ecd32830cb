//! Name, presets, problems with the link, and the page's state of isolation.

use super::PartProps;
use crate::app::Action;
use crate::app::place::Dialog;
use crate::experiment::PRESETS;
use yew::{Html, component, html};

#[component]
pub(super) fn Header(props: &PartProps) -> Html {
    let PartProps { state, dispatch } = props;
    html! {
        <header class="header">
            <div class="brand">
                <h1>{ "Timeslice" }</h1>
            </div>
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
            <div class="tools">
                <button onclick={dispatch.reform(|_| Action::OpenDialog(Some(Dialog::Share)))}
                    data-testid="share">{ "Share" }</button>
                <button onclick={dispatch.reform(|_| Action::OpenDialog(Some(Dialog::Keys)))}
                    aria-label="Keys" title="What each key does (?)" data-testid="keys">{ "?" }</button>
                <button class="theme" onclick={dispatch.reform(|_| Action::ToggleTheme)}
                    aria-label="Light or dark" title="Light or dark" data-testid="theme">{ "◐" }</button>
            </div>
            if !state.problems.is_empty() {
                <div class="problems" role="alert" data-testid="problems">
                    <ul>{ for state.problems.iter().map(|problem| html! { <li>{ problem }</li> }) }</ul>
                    <button onclick={dispatch.reform(|_| Action::DismissProblems)}>{ "Dismiss" }</button>
                </div>
            }
        </header>
    }
}
