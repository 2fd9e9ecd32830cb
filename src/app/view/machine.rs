//! The machine at the playhead: processes with their heaps and threads, the run
//! queue, cores, GILs and messages.

mod look;
mod parts;

use super::canvas::use_width;
use super::walk::walk;
use super::{PartProps, Shared};
use crate::app::english::machine as text;
use crate::app::{Action, Part, State};
use crate::plot::{Machine, MachineRequest, Rect, Scene, Stage, glyphs, instant, machine, scene};
use look::use_view;
use parts::{Block, TokenButton, gil_class, heap, line, parcel, slot, wall, wires};
use std::rc::Rc;
use yew::{Callback, Html, component, html, use_memo, use_node_ref, use_state};

#[component]
pub(super) fn MachinePart(props: &PartProps) -> Html {
    let PartProps { state, dispatch } = props;
    let folded = !state.memory.is_open(Part::Machine);
    let toggle = dispatch.reform(move |_: yew::MouseEvent| Action::Fold(Part::Machine, folded));
    let place = use_node_ref();
    let width = use_width(&place);
    let predicted = Shared(Rc::clone(&state.predicted));
    let stage = {
        let state = state.clone();
        use_memo(predicted, move |predicted| {
            Stage::of(&predicted.run, &predicted.lanes, state.machine_names())
        })
    };
    let view = use_view(state, !folded);
    // The keyboard enters the picture where it left it.
    let entrance = use_state(|| 0_u32);
    let onfocus = {
        let entrance = entrance.clone();
        Callback::from(move |thread: u32| entrance.set(thread))
    };
    let scene = scene(&MachineRequest {
        run: &state.predicted.run,
        lanes: &state.predicted.lanes,
        stage: &stage,
        at: state.playhead,
        view: view.as_ref(),
        awaited: state.can_rewind(),
    });
    let picture = (width > 0.0 && !folded).then(|| machine(&scene, &stage, width));
    html! {
        <section class="panel machine" aria-labelledby="machine-heading" data-testid="machine">
            <header>
                <h2 id="machine-heading">{ text::HEADING }<small>{ scene.summary() }</small></h2>
                <button class="fold" onclick={toggle} aria-expanded={(!folded).to_string()}
                    aria-controls="machine-picture" data-testid="machine-toggle"
                    aria-label={text::PICTURE} title={text::FOLD}>
                    { if folded { "▸" } else { "▾" } }
                </button>
            </header>
            <div id="machine-picture" class="m-place" ref={place} hidden={folded}>
                if let Some(picture) = picture {
                    { draw(&picture, state, dispatch, (*entrance, &onfocus)) }
                    { notes(&picture, &scene) }
                }
                { words(state, &scene) }
            </div>
        </section>
    }
}

fn draw(
    picture: &Machine,
    state: &State,
    dispatch: &Callback<Action>,
    (entrance, onfocus): (u32, &Callback<u32>),
) -> Html {
    let whole = Rect {
        w: picture.width,
        h: picture.height,
        ..Rect::default()
    };
    let first = picture.tokens.first().map_or(0, |token| token.thread);
    let is_there = picture.tokens.iter().any(|it| it.thread == entrance);
    let entrance = if is_there { entrance } else { first };
    let onpick = dispatch.reform(Action::Pick);
    let label = text::threads_at(&instant(state.playhead));
    let class = if picture.compact {
        "m-stage m-compact"
    } else {
        "m-stage"
    };
    html! {
        <Block rect={whole} {class} role="toolbar" {label} testid="machine-picture"
            onkeydown={Some(Callback::from(|event| walk(&event, "m-token")))}>
            { for picture.bands.iter().map(|band| {
                let class = if band.queue { "m-band m-queue" } else { "m-band" };
                html! {
                    <Block key={band.label} rect={band.rect} {class}><span>{ band.label }</span></Block>
                }
            }) }
            { for picture.walls.iter().map(wall) }
            { for picture.heaps.iter().map(heap) }
            { for picture.slots.iter().map(|it| slot(it, state.picked)) }
            { for picture.lines.iter().map(|it| line(it, state.picked)) }
            { wires(picture, state.picked) }
            { for picture.tokens.iter().map(|token| html! {
                <TokenButton key={token.thread} token={token.clone()} onpick={onpick.clone()}
                    picked={state.picked == Some(token.thread)}
                    entrance={token.thread == entrance} onfocus={onfocus.clone()} />
            }) }
            { for picture.gils.iter().map(|gil| html! {
                <Block key={format!("gil {} {}", gil.process, gil.number)} rect={gil.rect}
                    class={gil_class(gil)} testid="gil-token">{ gil.text.clone() }</Block>
            }) }
            { for picture.parcels.iter().map(parcel) }
        </Block>
    }
}

/// What is not drawn and, where signs stand for states, what they mean.
fn notes(picture: &Machine, scene: &Scene) -> Html {
    let (cores, busy) = picture.more_cores;
    html! {
        <>
            if picture.compact {
                <ul class="legend m-signs" aria-label={text::SIGNS}>
                    { for glyphs(scene).into_iter().map(|(sign, means)| html! {
                        <li><b>{ sign }</b>{ means }</li>
                    }) }
                </ul>
            }
            if cores > 0 {
                <p class="caption">
                    { text::more_cores(cores as u64, busy as u64) }
                </p>
            }
            if let Some(rest) = scene.rest() {
                <p class="caption" data-testid="machine-rest">{ rest }</p>
            }
        </>
    }
}

/// The picture in sentences. Not while it plays: nobody could read them.
fn words(state: &State, scene: &Scene) -> Html {
    let said = if state.playing.is_some() {
        vec![text::PLAYING.to_owned()]
    } else {
        scene.sentences()
    };
    html! {
        <ul class="hidden" aria-label={text::IN_WORDS} data-testid="machine-text">
            { for said.into_iter().map(|sentence| html! { <li>{ sentence }</li> }) }
        </ul>
    }
}
