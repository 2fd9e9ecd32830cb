//! The page inside another one: the verdict, the controls that were chosen for
//! it, and the way out to the whole page.

use super::PartProps;
use super::address::absolute;
use super::chart::ChartPart;
use super::charts::ChartsPart;
use super::controls::{gil_switch, number, policy};
use super::frame::FrameProps;
use super::header::{presets, problems};
use super::headline::HeadlinePart;
use super::lab::LabPart;
use super::machine::MachinePart;
use super::timeline::TimelinePart;
use super::transport::TransportPart;
use crate::app::State;
use crate::app::embed::{Control, Embed};
use crate::app::english::embed as text;
use crate::app::link::Written;
use crate::claims;
use yew::{Html, html};

pub(super) fn embedded(props: &FrameProps, embed: Embed) -> Html {
    let FrameProps {
        state,
        live,
        settled,
        dispatch,
    } = props;
    let part = || PartProps {
        state: settled.clone(),
        dispatch: dispatch.clone(),
    };
    let shows = |control| embed.shows(control);
    html! {
        <div class="embed" data-testid="embed">
            <header class="embed-head">
                <h1>{ state.title() }</h1>
                <a href={absolute(&Written::of(state, None).fragment)} target="_blank" rel="noopener"
                    data-testid="open-timeslice">{ text::OPEN }</a>
            </header>
            { problems(state, dispatch) }
            if shows(Control::Presets) { { presets(state, dispatch) } }
            if shows(Control::Lesson) { { lesson(state) } }
            { settings(props, embed) }
            <main id="main" class="embed-main" tabindex="-1">
                <HeadlinePart ..part() />
                if shows(Control::Machine) { <MachinePart ..part() /> }
                if shows(Control::Timeline) {
                    <TimelinePart state={settled.clone()} window={state.window}
                        dispatch={dispatch.clone()} />
                }
                if shows(Control::Play) { <TransportPart ..part() /> }
                if shows(Control::Charts) {
                    <ChartsPart state={live.clone()} dispatch={dispatch.clone()} />
                }
                if shows(Control::Measure) {
                    <LabPart state={live.clone()} busy={state.busy()} dispatch={dispatch.clone()} />
                    <ChartPart state={live.clone()} dispatch={dispatch.clone()} />
                }
            </main>
            { isolation(state) }
        </div>
    }
}

/// The controls that were chosen. A program has none of them.
fn settings(props: &FrameProps, embed: Embed) -> Html {
    let (state, dispatch) = (&props.settled, &props.dispatch);
    let (gil, chosen) = (embed.shows(Control::Gil), embed.shows(Control::Policy));
    if state.program.is_some() || !(gil || chosen || embed.fields().next().is_some()) {
        return html! {};
    }
    html! {
        <form class="embed-settings" aria-label={text::CONTROLS}
            onsubmit={|event: yew::SubmitEvent| event.prevent_default()}>
            { for embed.fields().map(|field| number(state, dispatch, field)) }
            if gil { { gil_switch(state, dispatch) } }
            if chosen { { policy(state, dispatch) } }
        </form>
    }
}

/// What the lesson claims, in its own words.
fn lesson(state: &State) -> Html {
    match state.place.lesson.and_then(claims::find) {
        None => html! {},
        Some(claim) => html! {
            <p class="embed-lesson" data-testid="embed-lesson">
                <strong>{ claim.id }</strong>{ " " }{ claim.sentence }
            </p>
        },
    }
}

/// An embedded page is isolated only if the one around it is.
fn isolation(state: &State) -> Html {
    let environment = state.environment.as_ref();
    if environment.is_none_or(|environment| environment.isolated) {
        return html! {};
    }
    html! {
        <p class="caption" data-testid="embed-isolation">
            { text::NOT_ISOLATED }
        </p>
    }
}
