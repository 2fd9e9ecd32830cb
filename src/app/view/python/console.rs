//! What the program has said, worker by worker.

use super::Shared;
use crate::app::english::python as text;
use crate::app::python::{Panel, panels, results};
use crate::lab::python::Transcript;
use yew::{Html, Properties, component, html};

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct ConsoleProps {
    pub transcript: Shared<Transcript>,
    /// Whether the program is still the one that said it.
    pub is_current: bool,
    /// Whether more may come.
    pub is_running: bool,
}

#[component]
pub(super) fn Console(props: &ConsoleProps) -> Html {
    let panels = panels(&props.transcript);
    let results = results(&props.transcript);
    let is_silent = panels.is_empty() && results.is_none();
    html! {
        <section class="console" aria-labelledby="console-heading" data-testid="python-console">
            <h2 id="console-heading">{ text::CONSOLE }</h2>
            if !props.is_current { <p class="caption">{ text::OLDER }</p> }
            if let Some(results) = results {
                <p class="results" data-testid="python-results"><code>{ text::RESULT }</code>{ results }</p>
            }
            { for panels.iter().map(panel) }
            if is_silent && !props.is_running { <p class="caption">{ text::NOTHING_SAID }</p> }
        </section>
    }
}

fn panel(panel: &Panel) -> Html {
    html! {
        <div class="said" key={panel.id.clone()} data-testid={format!("said-{}", panel.id)}>
            <h3>
                { &panel.name }
                if let Some(raised) = &panel.raised { <strong class="danger">{ ": " }{ raised }</strong> }
            </h3>
            <pre tabindex="0" role="group" aria-label={text::said_by(&panel.name)}>
                { &panel.text }
                if let Some(traceback) = &panel.traceback {
                    <span class="danger">{ traceback }</span>
                }
            </pre>
            if let Some(lost) = &panel.lost { <p class="caption">{ lost }</p> }
        </div>
    }
}
