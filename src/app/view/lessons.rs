//! The claims, each with its verdicts: what the simulator says, and what was
//! measured here.

use super::Shared;
use super::lesson::{LessonRow, Result as TrialResult};
use super::progress::ProgressLine;
use super::start_button::StartButton;
use crate::app::claims_table::{Group, costs_from, going_on, groups, standing, summary};
use crate::app::place::Place;
use crate::app::{Action, Bench, Busy};
use crate::experiment::Costs;
use crate::lab::trial::Doing;
use crate::lessons::Lesson;
use std::rc::Rc;
use yew::{Callback, Html, Properties, component, html};

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct LessonsProps {
    pub bench: Shared<Bench>,
    /// What the lab does.
    pub busy: Option<Busy>,
    /// Costs of this machine, from the probes or the last run.
    pub costs: Option<Costs>,
    /// What is shown where.
    pub place: Place,
    pub dispatch: Callback<Action>,
}

#[component]
pub(super) fn Lessons(props: &LessonsProps) -> Html {
    let LessonsProps {
        bench,
        busy,
        dispatch,
        ..
    } = props;
    html! {
        <section class="panel lessons" aria-labelledby="lessons-heading" data-testid="lessons"
            data-running={bench.running.is_some().to_string()}>
            <h2 id="lessons-heading">{ "The claims, measured " }
                <small>{ "Each claim: what the simulator says, and what web workers do in this browser." }</small>
            </h2>
            <div class="bench">
                <StartButton text="Measure all" testid="measure-all" class="primary"
                    action={Action::MeasureAll} busy={busy.clone()} dispatch={dispatch.clone()} />
                { stop(bench, dispatch) }
                { export(bench, dispatch) }
                <div class="bench-status">
                    <p role="status" data-testid="lessons-summary">
                        { going_on(bench).unwrap_or_else(|| summary(bench)) }
                    </p>
                    { progress(props) }
                </div>
            </div>
            <p class="caption">
                <span data-testid="costs-from">{ costs_from(bench.probes.as_deref()) }</span>
                { " " }
                // The shell writes into it.
                <span class="workers-now" data-testid="workers-now"></span>
            </p>
            { for groups().iter().map(|group| html! { <div key={group.id}>{ family(props, group) }</div> }) }
        </section>
    }
}

/// Stops whatever of the lab runs but single runs. It stays where it is when
/// nothing runs, so that the focus is not lost with it.
fn stop(bench: &Bench, dispatch: &Callback<Action>) -> Html {
    let idle = bench.running.is_none();
    html! {
        <button class={if idle { "" } else { "stop" }} data-testid="stop-doing"
            onclick={dispatch.reform(|_| Action::StopDoing)}
            aria-disabled={idle.then_some("true")}
            title={idle.then_some("Nothing is being measured.")}>{ "Stop" }</button>
    }
}

fn export(bench: &Bench, dispatch: &Callback<Action>) -> Html {
    let nothing = bench.trials.is_empty();
    let onclick = match nothing {
        true => Callback::noop(),
        false => dispatch.reform(|_| Action::ExportFindings(js_sys::Date::now())),
    };
    html! {
        <button {onclick} data-testid="export-findings"
            aria-disabled={nothing.then_some("true")}
            title={nothing.then_some("Nothing has been measured yet.")}>{ "Save findings" }</button>
    }
}

fn progress(props: &LessonsProps) -> Html {
    let Some(running) = props.bench.running.clone() else {
        return match &props.busy {
            Some(busy) => html! { <p class="caption">{ busy.why_not() }</p> },
            None => html! {},
        };
    };
    html! { <ProgressLine {running} label="Steps of this measurement" /> }
}

fn family(props: &LessonsProps, group: &Group) -> Html {
    let heading = format!("group-{}", group.id);
    html! {
        <section aria-labelledby={heading.clone()}>
            <div class="lesson-heads">
                <h3 id={heading}>{ group.name }</h3>
                <span aria-hidden="true">{ "Simulated" }</span>
                <span aria-hidden="true">{ "Measured here" }</span>
            </div>
            <ul class="lesson-list">{ for group.lessons.iter().map(|lesson| row(props, lesson)) }</ul>
        </section>
    }
}

fn row(props: &LessonsProps, lesson: &Lesson) -> Html {
    let LessonsProps {
        bench,
        busy,
        costs,
        dispatch,
        ..
    } = props;
    let id = lesson.id;
    let is_this =
        |running: &&crate::app::Running| matches!(&running.doing, Doing::Trial(now) if now == id);
    let running = bench.running.as_ref().filter(is_this).cloned();
    let result = bench.trials.get(id).map(|result| match result {
        Ok(tried) => TrialResult::Tried(Shared(Rc::clone(tried))),
        Err(trouble) => TrialResult::Trouble(trouble.clone()),
    });
    let simulated = bench.simulated.get(id).map(|s| Shared(Rc::clone(s)));
    html! {
        <LessonRow key={id} {id} standing={standing(bench, id)} {result} {simulated} {running}
            busy={busy.clone()} probed={bench.costs()} costs={*costs} dispatch={dispatch.clone()} />
    }
}
