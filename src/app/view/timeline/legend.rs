//! What the lanes' areas and lines mean.

use crate::app::english::timeline as text;
use crate::plot::Rows;
use crate::sim::{Run, State};
use yew::{Html, html};

/// The legend of what occurs in this run. `left_out`: messages without an arrow.
pub(super) fn legend(run: &Run, rows: &Rows, left_out: usize) -> Html {
    let item = |class: &str, text: &str| {
        html! { <li><span class={format!("key {class}")} aria-hidden="true"></span>{ text }</li> }
    };
    let state = |state: State| item(&format!("key-{}", state.key()), words(state));
    let workers = run.trace.threads.iter().any(|name| name.worker.is_none());
    html! {
        <ul class="legend" aria-label={text::LEGEND} data-testid="legend">
            { for rows.states(run).into_iter().map(state) }
            if workers && run.trace.names.is_empty() && has_main(run, rows) {
                { item("key-main", text::LEGEND_MAIN) }
            }
            if !run.outcome.failures.is_empty() {
                { item("key-fail", text::LEGEND_FAILED) }
            }
            if run.outcome.failures.iter().any(|failure| failure.cause.is_some()) {
                { item("key-cause", text::LEGEND_CAUSE) }
            }
            if !run.trace.messages.is_empty() {
                { item("key-message", &text::legend_message(left_out as u64)) }
            }
            if !run.trace.holds.is_empty() {
                { item("key-turn", text::LEGEND_TURN) }
            }
        </ul>
    }
}

fn has_main(run: &Run, rows: &Rows) -> bool {
    let is_main = |thread: usize| run.trace.threads[thread].worker.is_none();
    rows.threads().any(is_main)
}

fn words(state: State) -> &'static str {
    match state {
        State::Ready => text::LEGEND_READY,
        state => state.label(),
    }
}
