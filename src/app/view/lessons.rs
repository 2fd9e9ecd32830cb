//! The guided path: all lessons in a list, each with its verdicts; or the one
//! that is open.

use super::Shared;
use super::guide::GuideView;
use super::lesson::Arm;
use super::progress::ProgressLine;
use super::start_button::StartButton;
use super::term::glossary;
use crate::app::claims_table::{Standing, costs_from, going_on, standing, summary};
use crate::app::english::lessons as text;
use crate::app::place::Place;
use crate::app::{Action, Bench, Busy, State};
use crate::experiment::Costs;
use crate::lessons;
use crate::lessons::guide::{self, Chapter, Guide, PATH};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::{Callback, Html, Properties, component, html, use_effect_with, use_mut_ref};

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct LessonsProps {
    pub bench: Shared<Bench>,
    /// What the lab does.
    pub busy: Option<Busy>,
    /// Costs of this machine, from the probes or the last run.
    pub costs: Option<Costs>,
    /// What is shown where.
    pub place: Place,
    /// For the sliders, and for what was read.
    pub state: Shared<State>,
    pub dispatch: Callback<Action>,
}

#[component]
pub(super) fn Lessons(props: &LessonsProps) -> Html {
    let open = props.place.lesson.and_then(guide::find);
    let before = use_mut_ref(|| None::<Option<&'static str>>);
    use_effect_with(open.map(|guide| guide.id), move |&now| {
        follow(before.replace(Some(now)), now);
    });
    match open {
        Some(guide) => html! {
            <GuideView key={guide.id} id={guide.id} state={props.state.clone()}
                arm={Arm::of(&props.bench, guide.id)}
                python={in_python(guide.id).map(|id| Arm::of(&props.bench, id))}
                simulated={props.bench.simulated.get(guide.id).map(|s| Shared(Rc::clone(s)))}
                busy={props.busy.clone()} probed={props.bench.costs()} costs={props.costs}
                dispatch={props.dispatch.clone()} />
        },
        None => list(props),
    }
}

/// The id of the trial in Python of the claim of this id, if there is one.
fn in_python(id: &str) -> Option<&'static str> {
    let mut lessons = lessons::in_python();
    let id = lessons.find(|lesson| lesson.claim().id == id)?.id;
    Some(id)
}

/// Puts the focus on the heading of the lesson that was opened, or in the list
/// on the lesson one comes from. Where a visitor only looks at the tab, the
/// focus stays on it.
fn follow(before: Option<Option<&'static str>>, now: Option<&'static str>) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return;
    };
    let nowhere = document
        .active_element()
        .is_none_or(|element| element.tag_name() == "BODY");
    let id = match (before, now) {
        (Some(before), now) if before == now => return,
        (None, Some(_)) if nowhere => "lesson-title".to_owned(),
        (Some(_), Some(_)) => "lesson-title".to_owned(),
        (Some(Some(from)), None) => format!("open-{from}"),
        _ => return,
    };
    let element = document.get_element_by_id(&id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // Focus is refused only by elements that cannot have it.
        drop(element.focus());
    }
}

fn list(props: &LessonsProps) -> Html {
    let LessonsProps {
        bench,
        busy,
        state,
        dispatch,
        ..
    } = props;
    let read = &state.memory.read;
    let next = guide::path().find(|guide| !read.contains(guide.id));
    let all = guide::path().count();
    html! {
        <section class="panel lessons" aria-labelledby="lessons-heading" data-testid="lessons"
            data-running={bench.running.is_some().to_string()}>
            <h2 id="lessons-heading">{ text::HEADING }</h2>
            <p class="caption">
                { text::about(all, lessons::all().len(), read.len()) }
            </p>
            if let Some(next) = next {
                <button class="next primary" onclick={open(dispatch, next.id)} data-testid="next-lesson">
                    { text::to_lesson(if read.is_empty() { text::BEGIN } else { text::GO_ON }, next.title) }
                    <span aria-hidden="true">{ " →" }</span>
                </button>
            }
            { for PATH.iter().map(|chapter_now| chapter(props, chapter_now)) }
            <section class="bench-part" aria-labelledby="bench-heading">
                <h3 id="bench-heading">{ text::MEASURE_ALL_HEADING }</h3>
                <div class="bench">
                    <StartButton text={text::MEASURE_ALL} testid="measure-all"
                        action={Action::MeasureAll} busy={busy.clone()} dispatch={dispatch.clone()} />
                    { stop(bench, dispatch) }
                    { export(bench, dispatch) }
                </div>
                <div class="bench-status">
                    <p role="status" data-testid="lessons-summary">
                        { going_on(bench).unwrap_or_else(|| summary(bench)) }
                    </p>
                    { progress(props) }
                </div>
                <p class="caption">
                    <span data-testid="costs-from">{ costs_from(bench.probes.as_deref()) }</span>
                    { " " }
                    // The shell writes into it.
                    <span class="workers-now" data-testid="workers-now"></span>
                </p>
            </section>
            { memory(state, dispatch) }
            { glossary(state, dispatch) }
        </section>
    }
}

/// What the browser remembers, and the way to make it forget. The button stays
/// when there is nothing, so that the focus is not lost with it.
fn memory(state: &State, dispatch: &Callback<Action>) -> Html {
    let nothing = state.memory.is_empty();
    html! {
        <p class="caption memory">
            { text::REMEMBERED }
            <button class="link" onclick={dispatch.reform(|_| Action::ForgetMemory)}
                aria-disabled={nothing.then_some("true")}
                title={nothing.then_some(text::NOTHING_TO_FORGET)}
                data-testid="forget-memory">{ text::FORGET_IT }</button>
        </p>
    }
}

fn open(dispatch: &Callback<Action>, id: &'static str) -> Callback<yew::MouseEvent> {
    dispatch.reform(move |_| Action::OpenLesson(Some(id)))
}

/// Stops whatever of the lab runs but single runs. It stays where it is when
/// nothing runs, so that the focus is not lost with it.
fn stop(bench: &Bench, dispatch: &Callback<Action>) -> Html {
    let idle = bench.running.is_none();
    html! {
        <button class={if idle { "" } else { "stop" }} data-testid="stop-doing"
            onclick={dispatch.reform(|_| Action::StopDoing)}
            aria-disabled={idle.then_some("true")}
            title={idle.then_some(text::NOTHING_TO_STOP)}>{ text::STOP }</button>
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
            title={nothing.then_some(text::NOTHING_TO_SAVE)}>{ text::SAVE }</button>
    }
}

fn progress(props: &LessonsProps) -> Html {
    let Some(running) = props.bench.running.clone() else {
        return match &props.busy {
            Some(busy) => html! { <p class="caption">{ busy.why_not() }</p> },
            None => html! {},
        };
    };
    html! { <ProgressLine {running} label={text::STEPS_OF_ALL} /> }
}

fn chapter(props: &LessonsProps, chapter: &Chapter) -> Html {
    let heading = format!("group-{}", chapter.id);
    html! {
        <section key={chapter.id} aria-labelledby={heading.clone()}>
            <div class="path-heads">
                <h3 id={heading}>{ chapter.name }</h3>
                <span aria-hidden="true" title={text::COLUMN_SIMULATED_ABOUT}>{ text::COLUMN_SIMULATED }</span>
                <span aria-hidden="true" title={text::COLUMN_HERE_ABOUT}>{ text::COLUMN_HERE }</span>
            </div>
            <ol class="path">{ for chapter.guides.iter().map(|guide| row(props, guide)) }</ol>
        </section>
    }
}

/// A lesson in a line: read or not, its title, its two verdicts.
fn row(props: &LessonsProps, guide: &'static Guide) -> Html {
    let id = guide.id;
    let measured = standing(&props.bench, id);
    let (simulated, said) = match props.bench.simulated.get(id).map(|said| &**said) {
        None => ("open", text::SIMULATED_NOT_YET),
        Some(Ok(verdict)) if verdict.holds => ("holds", text::SIMULATED_HOLDS),
        Some(_) => ("fails", text::SIMULATED_FAILS),
    };
    let here = match measured {
        _ if lessons::find(id).is_none() => text::HERE_NEVER,
        Standing::NotYet => text::HERE_NOT_YET,
        Standing::Running => text::HERE_RUNNING,
        Standing::Holds => text::HERE_HOLDS,
        Standing::DoesNotHold => text::HERE_FAILS,
        Standing::Undecided => text::HERE_UNDECIDED,
        Standing::NotMeasurable => text::HERE_NOT_MEASURABLE,
        Standing::Failed => text::HERE_FAILED,
    };
    let is_read = props.state.memory.read.contains(id);
    html! {
        <li key={id} data-testid={format!("lesson-{id}")} data-status={measured.status()}>
            <button class={if is_read { "path-row read" } else { "path-row" }} id={format!("open-{id}")}
                onclick={open(&props.dispatch, id)} title={guide.claim().sentence}
                data-testid={format!("open-{id}")}>
                <span class="mark" aria-hidden="true"></span>
                <span class="id">{ id }</span>
                <span class="name">{ guide.title }</span>
                <span class="hidden">{ if is_read { text::ROW_READ } else { text::ROW_THEN } }</span>
                <span class={format!("sign {simulated}")}><span class="hidden">{ said }</span></span>
                <span class="hidden">{ text::ROW_THEN }</span>
                <span class={if lessons::find(id).is_some() { format!("sign {}", measured.class()) } else { "sign".to_owned() }}><span class="hidden">{ here }</span></span>
            </button>
        </li>
    }
}
