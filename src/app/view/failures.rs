//! The failure view: who took down whom, in both arms.

use super::PartProps;
use crate::app::{Story, story};
use crate::experiment::{Ended, Outcome, ProcessOutcome};
use yew::{Html, component, html};

/// Processes and threads beyond these many are counted, not drawn.
const MAX_PROCESSES: usize = 8;
const MAX_THREADS: usize = 16;

#[component]
pub(super) fn Failures(props: &PartProps) -> Html {
    let state = &props.state;
    let predicted = &state.predicted.run.outcome;
    let measured = state
        .measured()
        .map(|measured| &measured.measurement.outcome);
    html! {
        <section class="panel failures" aria-labelledby="failures-heading">
            <h2 id="failures-heading">{ "Failures" }</h2>
            if predicted.failures.is_empty() && measured.is_none_or(|m| m.failures.is_empty()) {
                <p class="caption" data-testid="no-failures">
                    { "Nothing fails. Add a fault to see how far the damage spreads." }
                </p>
            } else {
                { arm("Predicted", "failures-predicted", predicted) }
                if let Some(measured) = measured {
                    { arm("Measured", "failures-measured", measured) }
                } else {
                    <p class="caption">{ "Run it for real to see it happen to web workers." }</p>
                }
            }
        </section>
    }
}

fn arm(title: &'static str, testid: &'static str, outcome: &Outcome) -> Html {
    let Story { lines, untouched } = story(outcome);
    let more = outcome.processes.len().saturating_sub(MAX_PROCESSES);
    html! {
        <div class="arm" data-testid={testid}>
            <h3>{ title }</h3>
            <div class="boxes" aria-hidden="true">
                { for outcome.processes.iter().take(MAX_PROCESSES).enumerate().map(process_box) }
                if more > 0 { <span class="caption">{ format!("and {more} more") }</span> }
            </div>
            <ul class="story">
                { for lines.into_iter().map(|(depth, line)| html! {
                    <li class={format!("depth-{}", depth.min(2))}>{ line }</li>
                }) }
                <li class="untouched">{ untouched }</li>
            </ul>
        </div>
    }
}

fn process_box((index, process): (usize, &ProcessOutcome)) -> Html {
    let more = process.threads.len().saturating_sub(MAX_THREADS);
    let lost = process.ended != Ended::Completed;
    html! {
        <div class={if lost { "box lost" } else { "box" }}>
            <span class="name">{ format!("P{}", index + 1) }</span>
            { for process.threads.iter().take(MAX_THREADS).map(|thread| {
                let (class, sign) = sign(thread.ended);
                html! { <span class={format!("thread {class}")}>{ sign }</span> }
            }) }
            if more > 0 { <span class="name">{ format!("+{more}") }</span> }
        </div>
    }
}

fn sign(ended: Ended) -> (&'static str, &'static str) {
    match ended {
        Ended::Completed => ("ok", "✓"),
        Ended::TakenDown => ("down", "↓"),
        Ended::Stopped | Ended::NeverStarted | Ended::CutOff => ("down", "–"),
        Ended::Deadlocked | Ended::Stuck => ("origin", "∞"),
        Ended::Exception
        | Ended::Segfault
        | Ended::Killed
        | Ended::Hung
        | Ended::OutOfMemory
        | Ended::Corrupted
        | Ended::Exited => ("origin", "✕"),
    }
}
