//! The claims, each with its trial.

use super::PartProps;
use crate::app::{Action, Running};
use crate::experiment::Costs;
use crate::lab::trial::Doing;
use crate::lessons::{self, Lesson, Predictor};
use yew::{Html, component, html};

#[component]
pub(super) fn Lessons(props: &PartProps) -> Html {
    let running = props.state.bench.running.as_ref();
    html! {
        <section class="panel lessons" aria-labelledby="lessons-heading" data-testid="lessons"
            data-running={running.is_some().to_string()}>
            <h2 id="lessons-heading">{ "The claims, measured" }</h2>
            if let Some(Running { step: Some(step), .. }) = running {
                <p role="status">{ format!("{} ({} of {})", step.doing, step.done + 1, step.of) }</p>
            }
            <button data-testid="try-PROBES" onclick={props.dispatch.reform(|_| Action::Begin(Doing::Probes))}>{ "Probes" }</button>
            if let Some(probes) = &props.state.bench.probes {
                <script type="application/json" data-testid="probes-json">{ probes.to_json() }</script>
            }
            if let Some(trouble) = &props.state.bench.trouble { <p data-testid="trouble-PROBES">{ trouble.to_string() }</p> }
            { for lessons::all().into_iter().map(|lesson| one(props, lesson)) }
        </section>
    }
}

fn one(props: &PartProps, lesson: &'static Lesson) -> Html {
    let PartProps { state, dispatch } = props;
    let id = lesson.id;
    let result = state.bench.trials.get(id);
    let status = match result {
        None => "none",
        Some(Ok(_)) => "done",
        Some(Err(_)) => "failed",
    };
    let predictor = Predictor {
        costs: state.this_browser.unwrap_or(Costs::IDEAL),
    };
    html! {
        <section data-testid={format!("lesson-{id}")} data-status={status}>
            <h3>{ format!("{id} {}", lesson.claim().sentence) }</h3>
            <p>{ lesson.about }</p>
            <button data-testid={format!("try-{id}")}
                onclick={dispatch.reform(move |_| Action::Begin(Doing::Trial(id.to_owned())))}>{ "Measure" }</button>
            { match result {
                None => html! {},
                Some(Err(trouble)) => html! { <p class="refusal" data-testid={format!("trouble-{id}")}>{ trouble.to_string() }</p> },
                Some(Ok(found)) => {
                    let verdict = lesson.judge(found);
                    let comparisons = lesson.compare(found, &predictor);
                    html! { <>
                        <p data-testid={format!("verdict-{id}")} data-holds={verdict.holds.to_string()}>{ &verdict.text }</p>
                        { for comparisons.iter().map(|c| html! { <p>{ format!("{}: predicted {:.3}, measured {:.3} ({:+.1} %)", c.what, c.predicted, c.measured, c.error_percent().unwrap_or(f64::NAN)) }</p> }) }
                        <script type="application/json" data-testid={format!("findings-{id}")}>{ serde_json::to_string(&**found).unwrap_or_default() }</script>
                    </> }
                }
            } }
        </section>
    }
}
