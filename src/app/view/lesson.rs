//! The measured arm of a lesson: what came of it, and the button that starts
//! it.

use super::Shared;
use super::findings::figures_of;
use super::guide::GuideProps;
use super::progress::ProgressLine;
use super::start_button::StartButton;
use crate::app::english::lessons as text;
use crate::app::{Action, Tried};
use crate::lab::trial::{Doing, Trouble};
use yew::{Html, html};

/// What came of the last trial.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Result {
    Tried(Shared<Tried>),
    Trouble(Trouble),
}

impl Result {
    pub(super) fn tried(&self) -> Option<&Shared<Tried>> {
        match self {
            Self::Tried(tried) => Some(tried),
            Self::Trouble(_) => None,
        }
    }
}

/// Measures it; while it does, the same button stops it, so that the focus
/// stays.
pub(super) fn measure_button(props: &GuideProps) -> Html {
    let id = props.id;
    let busy = props.busy.clone().filter(|busy| !busy.is_trial_of(id));
    let (text, action, class) = match &props.running {
        Some(_) => (text::STOP, Action::StopDoing, "stop"),
        None => (
            if props.result.is_some() {
                text::MEASURE_AGAIN
            } else {
                text::MEASURE
            },
            Action::Begin(Doing::Trial(id.to_owned())),
            "measure",
        ),
    };
    html! {
        <StartButton {text} {action} {busy} {class} testid={format!("try-{id}")}
            dispatch={props.dispatch.clone()} />
    }
}

/// How far it is, or what came of it.
pub(super) fn measured(props: &GuideProps) -> Html {
    let id = props.id;
    if let Some(running) = props.running.clone() {
        return html! { <ProgressLine {running} label={text::steps_of(id)} /> };
    }
    match &props.result {
        None => html! { <p class="caption">{ text::NOT_MEASURED }</p> },
        Some(Result::Trouble(trouble)) => html! {
            <p class={format!("sign {}", props.standing.class())} data-testid={format!("trouble-{id}")}>
                { trouble.to_string() }
            </p>
        },
        Some(Result::Tried(tried)) => html! {
            <>
                <p class={format!("sign {}", props.standing.class())} data-testid={format!("verdict-{id}")}
                    data-holds={tried.verdict.holds.to_string()}>{ &tried.verdict.text }</p>
                { figures_of(&tried.verdict) }
            </>
        },
    }
}
