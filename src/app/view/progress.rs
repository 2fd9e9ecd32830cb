//! How far an activity of the lab is.

use crate::app::{Running, claims_table};
use yew::{AttrValue, Html, Properties, component, html};

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct ProgressProps {
    pub running: Running,
    /// What the bar is of, for who cannot see it.
    pub label: AttrValue,
}

/// The step in words and as a bar. Not read out by itself: that would be once
/// a second.
#[component]
pub(super) fn ProgressLine(props: &ProgressProps) -> Html {
    let running = &props.running;
    let (done, of) = running
        .step
        .as_ref()
        .map_or((0, 1), |step| (step.done, step.of.max(1)));
    html! {
        <div class={if running.paused { "progress paused" } else { "progress" }}>
            <progress max={of.to_string()} value={done.to_string()} aria-label={props.label.clone()}></progress>
            <p class="caption">{ claims_table::step(running) }</p>
        </div>
    }
}
