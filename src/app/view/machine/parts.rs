//! The parts of the picture: each stands where the layout says and, where
//! motion is welcome, glides to where it stands next.

use crate::app::english::machine as text;
use crate::plot::{GilToken, Heap, Machine, Parcel, Rect, Slot, Token, Wall};
use crate::sim::State;
use web_sys::{HtmlElement, KeyboardEvent};
use yew::{
    AttrValue, Callback, Classes, Html, NodeRef, Properties, classes, component, hook, html,
    use_effect_with, use_node_ref,
};

/// Puts an element where `rect` says. Not by an attribute: a strict policy
/// would refuse that.
#[hook]
fn use_place(rect: Rect) -> NodeRef {
    let node = use_node_ref();
    let element = node.clone();
    use_effect_with(rect, move |rect| {
        if let Some(element) = element.cast::<HtmlElement>() {
            let style = element.style();
            let Rect { x, y, w, h } = rect;
            // All of these are properties that every browser knows.
            drop(style.set_property("transform", &format!("translate({x:.1}px,{y:.1}px)")));
            drop(style.set_property("width", &format!("{w:.1}px")));
            drop(style.set_property("height", &format!("{h:.1}px")));
        }
    });
    node
}

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct BlockProps {
    pub rect: Rect,
    pub class: Classes,
    #[prop_or_default]
    pub role: Option<AttrValue>,
    #[prop_or_default]
    pub label: Option<AttrValue>,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    /// The number of the process it stands for.
    #[prop_or_default]
    pub process: Option<u32>,
    #[prop_or_default]
    pub onkeydown: Option<Callback<KeyboardEvent>>,
    #[prop_or_default]
    pub children: Html,
}

/// A rectangle with something in it.
#[component]
pub(super) fn Block(props: &BlockProps) -> Html {
    let node = use_place(props.rect);
    html! {
        <div ref={node} class={props.class.clone()} role={props.role.clone()}
            aria-label={props.label.clone()} data-testid={props.testid.clone()}
            data-process={props.process.map(|process| process.to_string())}
            onkeydown={props.onkeydown.clone()}>
            { props.children.clone() }
        </div>
    }
}

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct TokenProps {
    pub token: Token,
    pub picked: bool,
    /// Whether the keyboard enters the picture here.
    pub entrance: bool,
    pub onpick: Callback<Option<u32>>,
    pub onfocus: Callback<u32>,
}

/// A thread: a button that picks it out.
#[component]
pub(super) fn TokenButton(props: &TokenProps) -> Html {
    let TokenProps { token, picked, .. } = props;
    let node = use_place(token.rect);
    let (thread, picked) = (token.thread, *picked);
    let onclick = props
        .onpick
        .reform(move |_: yew::MouseEvent| (!picked).then_some(thread));
    let onfocus = props.onfocus.reform(move |_: yew::FocusEvent| thread);
    let class = classes!(
        "m-token",
        hue_class(Some(token.hue)),
        state_class(token.state),
        token.failed.then_some("is-failed"),
        token.carries.then_some("carries"),
        (token.rect.w < 60.0).then_some("narrow"),
        picked.then_some("picked"),
    );
    html! {
        <button ref={node} type="button" {class} {onclick} {onfocus}
            tabindex={if props.entrance { "0" } else { "-1" }}
            aria-pressed={picked.to_string()}
            title={token.label.clone()} data-testid="machine-thread"
            data-thread={thread.to_string()} data-process={token.process.to_string()}>
            <span class="hidden">{ token.label.clone() }</span>
            <b aria-hidden="true">{ &token.name }</b>
            if token.brief.is_empty() {
                <i aria-hidden="true">{ token.glyph }</i>
            } else {
                <span aria-hidden="true">{ &token.brief }</span>
            }
        </button>
    }
}

fn hue_class(hue: Option<u8>) -> String {
    match hue {
        Some(hue) => format!("m-hue-{hue}"),
        None => "m-main".to_owned(),
    }
}

fn state_class(state: State) -> &'static str {
    match state {
        State::New => "is-new",
        State::Ready => "is-ready",
        State::Running => "is-running",
        State::WaitGil => "is-gil",
        State::WaitIo
        | State::WaitJoin
        | State::WaitLock
        | State::WaitChannel
        | State::WaitTimer => "is-waiting",
        State::Ended => "is-ended",
    }
}

pub(super) fn wall(wall: &Wall) -> Html {
    use crate::plot::Life;
    let life = match wall.life {
        Life::NotStarted => "is-new",
        Life::Alive => "is-alive",
        Life::Done => "is-ended",
        Life::Failed(_) => "is-failed",
    };
    let hue = wall.hue.map(|hue| format!("m-hue-{hue}"));
    let process = wall.process;
    html! {
        <>
            if let Some(damage) = wall.damage {
                <Block key={format!("damage {process}")} rect={damage} class="m-damage"
                    testid="machine-damage" />
            }
            <Block key={format!("wall {process}")} rect={wall.rect} process={Some(process)}
                class={classes!("m-wall", life, hue)} testid="machine-process">
                <p class="m-title"><b>{ &wall.title }</b>{ " " }<span>{ &wall.status }</span></p>
            </Block>
        </>
    }
}

pub(super) fn heap(heap: &Heap) -> Html {
    use crate::plot::ChipKind;
    let key = format!("heap {:?}", heap.process);
    let class = classes!(
        "m-heap",
        (!heap.alive).then_some("is-gone"),
        heap.damaged.then_some("is-damaged"),
    );
    let name = match heap.process {
        Some(_) => text::HEAP,
        None => text::SHARED_MEMORY,
    };
    html! {
        <Block {key} rect={heap.rect} {class} testid="machine-heap" process={heap.process}>
            if heap.rect.h > 12.0 {
                <span class="m-what">{ name }</span>
            }
            if !heap.memory.is_empty() {
                <span class="m-memory">{ &heap.memory }</span>
            }
            { for heap.chips.iter().map(|chip| {
                let class = match chip.kind {
                    ChipKind::Object => "m-chip",
                    ChipKind::Freed => "m-chip is-freed",
                    ChipKind::Damaged => "m-chip is-damaged",
                    ChipKind::Free => "m-chip is-lock",
                    ChipKind::Held => "m-chip is-lock is-held",
                };
                html! { <span {class} title={chip.text.clone()}>{ &chip.text }</span> }
            }) }
            if heap.more > 0 {
                <span class="m-more">{ text::more_chips(heap.more) }</span>
            }
        </Block>
    }
}

pub(super) fn slot(slot: &Slot, picked: Option<u32>) -> Html {
    let idle = slot.thread.is_none();
    let class = classes!(
        "m-slot",
        if idle {
            "is-idle".to_owned()
        } else {
            hue_class(slot.hue)
        },
        (!idle && slot.thread == picked).then_some("picked"),
    );
    html! {
        <Block key={format!("core {}", slot.core)} rect={slot.rect} {class} testid="machine-core">
            <small>{ text::core(slot.core + 1) }</small>
            <span>{ &slot.name }</span>
        </Block>
    }
}

/// From every thread that runs to its core.
pub(super) fn wires(picture: &Machine, picked: Option<u32>) -> Html {
    let wire = |wire: &crate::plot::Wire| {
        let ((x, y), (to_x, to_y)) = (wire.from, wire.to);
        let bend = (to_y - y) / 2.0;
        let path = format!(
            "M{x:.1} {y:.1}C{x:.1} {:.1} {to_x:.1} {:.1} {to_x:.1} {to_y:.1}",
            y + bend,
            to_y - bend
        );
        let picked = (picked == Some(wire.thread)).then_some("picked");
        html! {
            <path key={format!("{} {}", wire.thread, wire.core)} d={path}
                class={classes!("m-wire", hue_class(wire.hue), picked)} />
        }
    };
    let way = |parcel: &Parcel| {
        let [(x, y), (to_x, to_y)] = parcel.way;
        let path = format!("M{x:.1} {y:.1}L{to_x:.1} {to_y:.1}");
        html! { <path key={format!("way {}", parcel.number)} d={path} class="m-way" /> }
    };
    let (width, height) = (picture.width.to_string(), picture.height.to_string());
    html! {
        <svg key="wires" class="m-wires" {width} {height} aria-hidden="true">
            { for picture.wires.iter().map(wire) }
            { for picture.parcels.iter().map(way) }
        </svg>
    }
}

pub(super) fn gil_class(gil: &GilToken) -> Classes {
    classes!(
        "m-gil",
        gil.held.then_some("is-held"),
        gil.asked.then_some("is-asked"),
    )
}

pub(super) fn parcel(parcel: &Parcel) -> Html {
    let width = if parcel.copy { 50.0 } else { 26.0 };
    let height = 16.0;
    let (x, y) = parcel.at;
    let rect = Rect {
        x: x - width / 2.0,
        y: y - height / 2.0,
        w: width,
        h: height,
    };
    let class = if parcel.copy {
        "m-parcel is-copy"
    } else {
        "m-parcel"
    };
    html! {
        <Block key={format!("message {}", parcel.number)} {rect} {class} testid="machine-message">
            { parcel.text.clone() }
        </Block>
    }
}
