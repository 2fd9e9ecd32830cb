//! What the lanes' areas and lines mean.

use crate::app::english::timeline as text;
use crate::plot::{ArrowChoice, Rows};
use crate::sim::{Cause, Run, State};
use yew::{Html, html};

/// Which wakes have arrows in a run.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wakes {
    wakes: bool,
    joins: bool,
}

impl Wakes {
    /// Threads begin with being started and end with being joined, so both are
    /// found soon as a rule.
    pub(super) fn of(run: &Run) -> Self {
        let mut causes = run.trace.wakes.iter().map(|wake| wake.cause);
        Self {
            joins: causes.clone().rev().any(|cause| cause == Cause::Join),
            wakes: causes.any(is_wake),
        }
    }
}

/// The legend of what occurs in this run, with the arrows that are wanted.
pub(super) fn legend(run: &Run, rows: &Rows, wakes: Wakes, arrows: ArrowChoice) -> Html {
    let arrows = arrows != ArrowChoice::None;
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
            if arrows && wakes.wakes {
                { item("key-wake", text::LEGEND_WAKE) }
            }
            if arrows && wakes.joins {
                { item("key-join", text::LEGEND_JOIN) }
            }
            if arrows && !run.trace.messages.is_empty() {
                { item("key-message", text::LEGEND_MESSAGE) }
            }
            if arrows && !run.trace.holds.is_empty() {
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

/// Whether it has an arrow as a wake: the others are joins, or have one already.
fn is_wake(cause: Cause) -> bool {
    !matches!(cause, Cause::Join | Cause::Message | Cause::Gil)
}
