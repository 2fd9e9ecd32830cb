//! Where everything stands: what is set up on the left, the picture in the
//! middle, what came of it on the right.

use super::chart::ChartPart;
use super::charts::ChartsPart;
use super::compare::{ComparePart, KeptTimeline};
use super::controls::Controls;
use super::embed::embedded;
use super::exercise::answer_first;
use super::failures::Failures;
use super::grid::GridPart;
use super::header::Header;
use super::headline::HeadlinePart;
use super::holds::HoldsPart;
use super::keys::KeysDialog;
use super::lab::LabPart;
use super::lessons::Lessons;
use super::machine::MachinePart;
use super::numbers::Numbers;
use super::probes::ProbesPart;
use super::program::ProgramPart;
use super::python::PythonPart;
use super::share::ShareDialog;
use super::start::StartPart;
use super::tabs::{tab_panel, tabs};
use super::timeline::TimelinePart;
use super::transport::TransportPart;
use super::{PartProps, Shared};
use crate::app::english::page as text;
use crate::app::place::{Dialog, Left, Right};
use crate::app::{Action, State};
use std::rc::Rc;
use yew::{Callback, Html, Properties, component, html};

/// What the columns get.
#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct FrameProps {
    /// As it is.
    pub state: Shared<State>,
    /// As it was before the last trials, probes and sweeps had something to
    /// tell: for the parts that do not show them.
    pub live: Shared<State>,
    /// As it was before the lab's progress, too.
    pub settled: Shared<State>,
    pub dispatch: Callback<Action>,
}

#[component]
pub(super) fn Frame(props: &FrameProps) -> Html {
    let FrameProps {
        state,
        settled,
        dispatch,
        ..
    } = props;
    let part = || PartProps {
        state: settled.clone(),
        dispatch: dispatch.clone(),
    };
    let place = state.place;
    if let Some(embed) = place.embedded {
        return embedded(props, embed);
    }
    html! {
        <>
            <Header ..part() />
            <div class={format!("columns left-{}", crate::app::place::Tab::key(place.left))}>
                <aside class="column left" aria-label={text::LEFT_COLUMN}>
                    { tabs(text::LEFT_COLUMN, place.left, &dispatch.reform(Action::ShowLeft)) }
                    { tab_panel(place.left, left(props)) }
                </aside>
                <main id="main" class="column middle" tabindex="-1">
                    if place.start {
                        <StartPart ..part() />
                    } else if state.hides_answer() {
                        { answer_first() }
                    } else {
                        <HeadlinePart ..part() />
                        <MachinePart ..part() />
                        <TimelinePart state={settled.clone()} window={state.window}
                            dispatch={dispatch.clone()} />
                        <KeptTimeline ..part() />
                        <TransportPart ..part() />
                    }
                </main>
                <aside class="column right" aria-label={text::RIGHT_COLUMN}>
                    { tabs(text::RIGHT_COLUMN, place.right, &dispatch.reform(Action::ShowRight)) }
                    { tab_panel(place.right, right(props)) }
                </aside>
            </div>
            { dialog(props) }
        </>
    }
}

fn left(props: &FrameProps) -> Html {
    let FrameProps {
        state,
        live,
        settled,
        dispatch,
    } = props;
    match state.place.left {
        Left::Sliders => html! { <Controls state={settled.clone()} dispatch={dispatch.clone()} /> },
        Left::Lessons => html! {
            <Lessons bench={Shared(Rc::clone(&state.bench))} busy={state.busy()}
                costs={state.this_browser} place={state.place}
                state={settled.clone()} dispatch={dispatch.clone()} />
        },
        Left::Program => {
            html! { <ProgramPart state={settled.clone()} dispatch={dispatch.clone()} /> }
        }
        Left::Python => html! {
            <PythonPart state={live.clone()} busy={state.busy()} dispatch={dispatch.clone()} />
        },
    }
}

fn right(props: &FrameProps) -> Html {
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
    match state.place.right {
        // They would tell the answer.
        right if right != Right::Machine && state.hides_answer() => answer_first(),
        Right::Measure => html! {
            <>
                <LabPart state={live.clone()} busy={state.busy()} dispatch={dispatch.clone()} />
                <ChartPart state={live.clone()} dispatch={dispatch.clone()} />
                if has_holds(state) { <HoldsPart ..part() /> }
            </>
        },
        Right::Charts => html! { <ChartsPart state={live.clone()} dispatch={dispatch.clone()} /> },
        Right::Failures => html! { <Failures ..part() /> },
        Right::Numbers => html! { <Numbers ..part() /> },
        Right::Compare => html! { <ComparePart ..part() /> },
        Right::Machine => html! {
            <>
                <ProbesPart bench={Shared(Rc::clone(&state.bench))} busy={state.busy()}
                    dispatch={dispatch.clone()} />
                <GridPart state={state.clone()} dispatch={dispatch.clone()} />
            </>
        },
    }
}

/// Whether somebody has had a GIL in the last measurement.
fn has_holds(state: &State) -> bool {
    let measured = state.measured();
    measured.is_some_and(|measured| !measured.measurement.gil_holds.is_empty())
}

fn dialog(props: &FrameProps) -> Html {
    let FrameProps {
        state, dispatch, ..
    } = props;
    match state.place.dialog {
        None => html! {},
        Some(Dialog::Keys) => html! { <KeysDialog dispatch={dispatch.clone()} /> },
        Some(Dialog::Share) => {
            html! { <ShareDialog state={state.clone()} dispatch={dispatch.clone()} /> }
        }
    }
}
