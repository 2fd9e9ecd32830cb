//! One claim: a row, and all about it when it is opened.

use super::Shared;
use super::findings::{LessonBody, simulated_sign};
use super::progress::ProgressLine;
use super::start_button::StartButton;
use crate::app::claims_table::Standing;
use crate::app::{Action, Busy, Running, Simulated, Tried};
use crate::experiment::Costs;
use crate::lab::trial::{Doing, Trouble};
use crate::lessons::{self, Lesson};
use yew::{AttrValue, Callback, Html, Properties, component, html, use_memo, use_state_eq};

/// What came of the last trial.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Result {
    Tried(Shared<Tried>),
    Trouble(Trouble),
}

impl Result {
    fn tried(&self) -> Option<&Shared<Tried>> {
        match self {
            Self::Tried(tried) => Some(tried),
            Self::Trouble(_) => None,
        }
    }

    fn trouble(&self) -> Option<String> {
        match self {
            Self::Tried(_) => None,
            Self::Trouble(trouble) => Some(trouble.to_string()),
        }
    }
}

/// Only what this claim shows, so that it is drawn again only when that
/// changes.
#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct LessonRowProps {
    pub id: &'static str,
    pub standing: Standing,
    pub result: Option<Result>,
    /// `None`: the simulator has not been asked yet.
    pub simulated: Option<Shared<Simulated>>,
    /// How far this claim's trial is, if it runs.
    pub running: Option<Running>,
    pub busy: Option<Busy>,
    /// What the probes say things cost.
    pub probed: Option<Costs>,
    /// What things cost at the last run of any, or as probed.
    pub costs: Option<Costs>,
    pub dispatch: Callback<Action>,
}

#[component]
pub(super) fn LessonRow(props: &LessonRowProps) -> Html {
    let open = use_state_eq(|| false);
    let tried = props.result.as_ref().and_then(Result::tried).cloned();
    let json = use_memo(tried.clone(), |tried| {
        let findings = tried.as_ref().map(|tried| &tried.findings);
        // Plain data, so this cannot fail.
        AttrValue::from(serde_json::to_string(&findings).unwrap_or_default())
    });
    let Some(lesson) = lessons::find(props.id) else {
        return html! {};
    };
    let id = props.id;
    let toggle = {
        let (open, dispatch) = (open.clone(), props.dispatch.clone());
        move |_: yew::MouseEvent| {
            open.set(!*open);
            dispatch.emit(Action::Simulate(id));
        }
    };
    let body = format!("lesson-body-{id}");
    html! {
        <li class="lesson" data-testid={format!("lesson-{id}")} data-status={props.standing.status()}>
            <div class="lesson-row">
                <h4>
                    <button class="disclose" aria-expanded={open.to_string()}
                        aria-controls={open.then(|| body.clone())} onclick={toggle}
                        data-testid={format!("open-{id}")}>
                        <span class="id">{ id }</span>
                        <span>{ lesson.claim().sentence }</span>
                    </button>
                </h4>
                <p class="simulated"><span class="arm-label">{ "Simulated: " }</span>
                    { simulated_sign(props.simulated.as_deref()) }</p>
                <div class="measured-arm">{ measured(props) }</div>
                { button(props, lesson) }
            </div>
            if *open {
                <LessonBody key={id} {id} body_id={body} {tried} trouble={props.result.as_ref().and_then(Result::trouble)} simulated={props.simulated.clone()}
                    probed={props.probed} costs={props.costs} />
            }
            if props.result.as_ref().and_then(Result::tried).is_some() {
                <script type="application/json" data-testid={format!("findings-{id}")}>
                    { (*json).clone() }
                </script>
            }
        </li>
    }
}

/// Measures it; while it does, the same button stops it, so that the focus
/// stays.
fn button(props: &LessonRowProps, lesson: &Lesson) -> Html {
    let id = lesson.id;
    let busy = props.busy.clone().filter(|busy| !busy.is_trial_of(id));
    let (text, action, class) = match &props.running {
        Some(_) => ("Stop", Action::StopDoing, "stop"),
        None => (
            "Measure",
            Action::Begin(Doing::Trial(id.to_owned())),
            "measure",
        ),
    };
    html! {
        <StartButton {text} {action} {busy} {class} testid={format!("try-{id}")}
            label={format!("{text} {id}")} dispatch={props.dispatch.clone()} />
    }
}

fn measured(props: &LessonRowProps) -> Html {
    let id = props.id;
    let label = html! { <span class="arm-label">{ "Measured: " }</span> };
    if let Some(running) = props.running.clone() {
        return html! { <ProgressLine {running} label={format!("Steps of {id}")} /> };
    }
    match &props.result {
        None => html! { <p class="caption">{ label }{ "not measured yet" }</p> },
        Some(Result::Trouble(trouble)) => html! {
            <>
                { label }
                <p class={format!("sign {}", props.standing.class())} data-testid={format!("trouble-{id}")}>
                    { trouble.to_string() }
                </p>
            </>
        },
        Some(Result::Tried(tried)) => html! {
            <>
                { label }
                <p class={format!("sign {}", props.standing.class())} data-testid={format!("verdict-{id}")}
                    data-holds={tried.verdict.holds.to_string()}>{ &tried.verdict.text }</p>
            </>
        },
    }
}
