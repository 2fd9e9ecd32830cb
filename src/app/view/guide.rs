//! A lesson: text, pictures to choose from, things to try, verdicts, sources.

use super::controls::Controls;
use super::findings::{LessonBody, said};
use super::lesson::{Arm, measure_button, measured};
use super::term::explained;
use super::{PartProps, Shared, on_fold};
use crate::app::english::lessons as text;
use crate::app::place::Left;
use crate::app::{Action, Busy, Part, Simulated, State, Tried};
use crate::experiment::Costs;
use crate::lessons;
use crate::lessons::guide::{self, Guide, Shown};
use yew::{AttrValue, Callback, Html, MouseEvent, Properties, component, html, use_memo};

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct GuideProps {
    pub id: &'static str,
    pub state: Shared<State>,
    /// What is measured with kernels.
    pub arm: Arm,
    /// What is measured in Python, where that is done.
    pub python: Option<Arm>,
    /// `None`: the simulator has not been asked yet.
    pub simulated: Option<Shared<Simulated>>,
    pub busy: Option<Busy>,
    /// What the probes say things cost.
    pub probed: Option<Costs>,
    /// What things cost at the last run of any, or as probed.
    pub costs: Option<Costs>,
    pub dispatch: Callback<Action>,
}

#[component]
pub(super) fn GuideView(props: &GuideProps) -> Html {
    let tried = props.arm.tried().cloned();
    let Some(guide) = guide::find(props.id) else {
        return html! {};
    };
    let id = guide.id;
    html! {
        <article class="panel lesson-page" aria-labelledby="lesson-title"
            data-testid={format!("lesson-{id}")} data-status={props.arm.standing.status()}>
            { ways(guide, &props.dispatch, true) }
            <h2 id="lesson-title" tabindex="-1"><span class="id">{ id }</span>{ " " }{ guide.title }</h2>
            <p class="claim" data-testid="lesson-claim">{ guide.claim().sentence }</p>
            { views(props, guide) }
            <div class="lesson-text" data-testid="lesson-text">
                { for guide.text.iter().map(|text| html! { <p>{ explained(text) }</p> }) }
            </div>
            { steps(props, guide) }
            { by_hand(props) }
            { verdicts(props) }
            <details class="more" data-testid="lesson-details"
                open={props.state.memory.is_open(Part::LessonDetails)}
                ontoggle={on_fold(&props.dispatch, Part::LessonDetails)}>
                <summary>{ text::DETAILS }</summary>
                <LessonBody {id} {tried} probed={props.probed} costs={props.costs} />
                if let Some(python) = &props.python {
                    <LessonBody id={python.id} tried={python.tried().cloned()}
                        probed={props.probed} costs={props.costs} />
                }
            </details>
            { sources(guide) }
            { ways(guide, &props.dispatch, false) }
            <FindingsJson {id} tried={props.arm.tried().cloned()} />
            if let Some(python) = &props.python {
                <FindingsJson id={python.id} tried={python.tried().cloned()} />
            }
        </article>
    }
}

#[derive(Debug, Clone, PartialEq, Properties)]
struct FindingsProps {
    id: &'static str,
    tried: Option<Shared<Tried>>,
}

/// What was found, whole, for tests and for whoever looks.
#[component]
fn FindingsJson(props: &FindingsProps) -> Html {
    let json = use_memo(props.tried.clone(), |tried| {
        let findings = tried.as_ref().map(|tried| &tried.findings);
        // Plain data, so this cannot fail.
        AttrValue::from(serde_json::to_string(&findings).unwrap_or_default())
    });
    if props.tried.is_none() {
        return html! {};
    }
    html! {
        <script type="application/json" data-testid={format!("findings-{}", props.id)}>
            { (*json).clone() }
        </script>
    }
}

/// To the list, to the lesson before and after: at the top in short, at the
/// bottom with the next one's title.
fn ways(guide: &Guide, dispatch: &Callback<Action>, is_top: bool) -> Html {
    let (before, after) = guide::neighbours(guide.id);
    let to = |guide: &'static Guide| {
        let id = guide.id;
        dispatch.reform(move |_: MouseEvent| Action::OpenLesson(Some(id)))
    };
    let place = guide::path()
        .position(|other| other.id == guide.id)
        .unwrap_or(0);
    let list = dispatch.reform(|_: MouseEvent| Action::OpenLesson(None));
    let name = if is_top { text::WAYS } else { text::WAYS_BELOW };
    html! {
        <nav class="ways" aria-label={name}>
            <button onclick={list} data-testid={is_top.then_some("all-lessons")}>{ text::ALL }</button>
            if is_top {
                <span class="caption">{ text::place(place + 1, guide::path().count()) }</span>
            }
            if let Some(before) = before {
                <button onclick={to(before)} title={before.title}
                    data-testid={is_top.then_some("previous-lesson")}>{ text::PREVIOUS }</button>
            }
            if let Some(after) = after {
                <button class={(!is_top).then_some("primary")} onclick={to(after)} title={after.title}
                    data-testid={if is_top { "following-lesson" } else { "following-lesson-below" }}>
                    { if is_top { text::NEXT.to_owned() } else { text::next(after.title) } }
                </button>
            }
        </nav>
    }
}

fn show(dispatch: &Callback<Action>, shown: Shown) -> Callback<MouseEvent> {
    dispatch.reform(move |_| Action::Show(shown))
}

/// Which of the pictures the middle shows.
fn views(props: &GuideProps, guide: &'static Guide) -> Html {
    let shown = props.state.place.shown;
    html! {
        <div class="views" role="group" aria-label={text::PICTURE}>
            <span class="caption" aria-hidden="true">{ text::PICTURE }</span>
            { for guide.views.iter().enumerate().map(|(index, view)| {
                let this = Shown::View(index);
                html! {
                    <button onclick={show(&props.dispatch, this)}
                        aria-pressed={(shown == Some(this)).to_string()}
                        data-testid={format!("view-{index}")}>{ view.name }</button>
                }
            }) }
            { look_down() }
        </div>
    }
}

/// The way to the picture, where it does not stand beside the text.
fn look_down() -> Html {
    html! { <a class="to-picture" href="#main" onclick={to_picture()}>{ text::TO_PICTURE }</a> }
}

fn steps(props: &GuideProps, guide: &'static Guide) -> Html {
    let shown = props.state.place.shown;
    html! {
        <section class="steps" aria-labelledby="steps-heading">
            <h3 id="steps-heading">{ text::STEPS }</h3>
            <ol>
                { for guide.steps.iter().enumerate().map(|(index, step)| {
                    let this = Shown::Step(index);
                    let pressed = shown == Some(this);
                    html! {
                        <li class={pressed.then_some("shown")}>
                            <button onclick={show(&props.dispatch, this)} aria-pressed={pressed.to_string()}
                                data-testid={format!("step-{index}")}>{ step.does }</button>
                            <p>{ explained(step.look) }</p>
                        </li>
                    }
                }) }
            </ol>
            { look_down() }
        </section>
    }
}

/// The link must not overwrite the experiment in the address.
fn to_picture() -> Callback<MouseEvent> {
    Callback::from(|event: MouseEvent| {
        event.prevent_default();
        let document = web_sys::window().and_then(|window| window.document());
        if let Some(main) = document.and_then(|document| document.get_element_by_id("main")) {
            main.scroll_into_view();
        }
    })
}

/// The sliders, where the picture is of sliders; else the way to its text.
fn by_hand(props: &GuideProps) -> Html {
    let GuideProps {
        state, dispatch, ..
    } = props;
    let part = PartProps {
        state: state.clone(),
        dispatch: dispatch.clone(),
    };
    match &state.program {
        None => html! {
            <details class="more by-hand" data-testid="lesson-controls"
                open={state.memory.is_open(Part::LessonControls)}
                ontoggle={on_fold(dispatch, Part::LessonControls)}>
                <summary>{ text::BY_HAND }</summary>
                <Controls ..part />
            </details>
        },
        Some(_) => html! {
            <p class="caption by-hand">
                { text::OF_PROGRAM }
                <button class="link" onclick={dispatch.reform(|_| Action::ShowLeft(Left::Program))}
                    data-testid="lesson-program">{ text::TO_PROGRAM }</button>
            </p>
        },
    }
}

/// What both arms say.
fn verdicts(props: &GuideProps) -> Html {
    let id = props.id;
    html! {
        <section class="verdicts" aria-labelledby="verdicts-heading">
            <h3 id="verdicts-heading">{ text::VERDICTS }</h3>
            <section data-testid="simulated">
                <h4>{ text::SIMULATED }</h4>
                { match props.simulated.as_deref() {
                    None => html! { <p class="caption">{ text::SIMULATING }</p> },
                    Some(Err(wrong)) => html! { <p class="refusal">{ wrong }</p> },
                    Some(Ok(verdict)) => said(verdict, true),
                } }
            </section>
            <section>
                <h4>{ text::MEASURED }</h4>
                if lessons::find(id).is_some() {
                    { measured(&props.arm) }
                    { measure_button(&props.arm, props) }
                } else {
                    <p class="caption">
                        { text::NOT_MEASURABLE }
                    </p>
                }
            </section>
            if let Some(python) = &props.python {
                <section data-testid="measured-in-python" data-status={python.standing.status()}>
                    <h4>{ text::IN_PYTHON }</h4>
                    <p class="caption">{ text::IN_PYTHON_ABOUT }</p>
                    { measured(python) }
                    { measure_button(python, props) }
                </section>
            }
        </section>
    }
}

fn sources(guide: &Guide) -> Html {
    html! {
        <section class="sources" aria-labelledby="sources-heading">
            <h3 id="sources-heading">{ text::SOURCES }</h3>
            <ul>
                { for guide.sources.iter().map(|source| html! {
                    <li><a href={source.url} target="_blank" rel="noreferrer">{ source.title }</a></li>
                }) }
            </ul>
        </section>
    }
}
