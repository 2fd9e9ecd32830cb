//! The measured arm of a lesson: what came of it, and the button that starts
//! it.

use super::Shared;
use super::findings::figures_of;
use super::guide::GuideProps;
use super::progress::ProgressLine;
use super::start_button::StartButton;
use crate::app::claims_table::{Standing, standing};
use crate::app::english::lessons as text;
use crate::app::{Action, Bench, Running, Tried};
use crate::lab::trial::{Doing, Trouble};
use std::rc::Rc;
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

/// A measured arm of a lesson: with kernels, or in Python.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Arm {
    /// The trial's id.
    pub id: &'static str,
    pub standing: Standing,
    pub result: Option<Result>,
    /// How far its trial is, if it runs.
    pub running: Option<Running>,
}

impl Arm {
    /// As the page knows it now.
    pub(super) fn of(bench: &Bench, id: &'static str) -> Self {
        let is_this = |running: &&Running| matches!(&running.doing, Doing::Trial(now) if now == id);
        let result = bench.trials.get(id).map(|result| match result {
            Ok(tried) => Result::Tried(Shared(Rc::clone(tried))),
            Err(trouble) => Result::Trouble(trouble.clone()),
        });
        Self {
            id,
            standing: standing(bench, id),
            result,
            running: bench.running.as_ref().filter(is_this).cloned(),
        }
    }

    /// What its last trial found.
    pub(super) fn tried(&self) -> Option<&Shared<Tried>> {
        self.result.as_ref().and_then(Result::tried)
    }
}

/// Measures it; while it does, the same button stops it, so that the focus
/// stays.
pub(super) fn measure_button(arm: &Arm, props: &GuideProps) -> Html {
    let id = arm.id;
    let busy = props.busy.clone().filter(|busy| !busy.is_trial_of(id));
    let (text, action, class) = match &arm.running {
        Some(_) => (text::STOP, Action::StopDoing, "stop"),
        None => (
            if arm.result.is_some() {
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
pub(super) fn measured(arm: &Arm) -> Html {
    let id = arm.id;
    if let Some(running) = arm.running.clone() {
        return html! { <ProgressLine {running} label={text::steps_of(id)} /> };
    }
    match &arm.result {
        None => html! { <p class="caption">{ text::NOT_MEASURED }</p> },
        Some(Result::Trouble(trouble)) => html! {
            <p class={format!("sign {}", arm.standing.class())} data-testid={format!("trouble-{id}")}>
                { trouble.to_string() }
            </p>
        },
        Some(Result::Tried(tried)) => html! {
            <>
                <p class={format!("sign {}", arm.standing.class())} data-testid={format!("verdict-{id}")}
                    data-holds={tried.verdict.holds.to_string()}>{ &tried.verdict.text }</p>
                { figures_of(&tried.verdict) }
            </>
        },
    }
}
