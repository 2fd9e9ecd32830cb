//! A word with its meaning: shown on hover, focus and tap; Escape closes it.
//!
//! The meaning stands at a fixed place of the window, so that no scrolling
//! column cuts it off; it is put there when it is shown, and closes when
//! something scrolls.

use super::on_fold;
use crate::app::english::lessons as text;
use crate::app::terms::{Piece, Term, pieces};
use crate::app::{Action, Part, State};
use std::cell::Cell;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, HtmlElement, KeyboardEvent};
use yew::{
    AttrValue, Callback, Html, NodeRef, Properties, classes, component, html, use_effect_with,
    use_node_ref, use_state, use_state_eq,
};

/// Width of a meaning at most, and its distance from the window's edge, px.
const WIDTH: f64 = 300.0;
const EDGE: f64 = 8.0;

thread_local! {
    static NUMBER: Cell<u32> = const { Cell::new(0) };
}

fn next_number() -> u32 {
    NUMBER.with(|number| {
        number.set(number.get() + 1);
        number.get()
    })
}

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct ExplainedProps {
    /// The word as it stands in the text.
    pub word: AttrValue,
    /// What it means.
    pub meaning: AttrValue,
    /// What is read out, where the word alone does not say it.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// Instead of a dotted line, it looks like this.
    #[prop_or("term")]
    pub class: &'static str,
}

#[component]
pub(super) fn Explained(props: &ExplainedProps) -> Html {
    let open = use_state_eq(|| false);
    let number = *use_state(next_number);
    let (wrap, tip) = (use_node_ref(), use_node_ref());
    {
        let close = open.setter();
        let (wrap, tip) = (wrap.clone(), tip.clone());
        use_effect_with(*open, move |&open| {
            let listeners = open.then(|| {
                place(&wrap, &tip);
                let on_key = listen("keydown", {
                    let close = close.clone();
                    move |event: Event| {
                        if event
                            .dyn_ref::<KeyboardEvent>()
                            .is_some_and(|e| e.key() == "Escape")
                        {
                            // Only this is closed, not a dialog round it.
                            event.prevent_default();
                            event.stop_propagation();
                            close.set(false);
                        }
                    }
                });
                [on_key, listen("scroll", move |_| close.set(false))]
            });
            move || {
                for (name, listener) in ["keydown", "scroll"]
                    .into_iter()
                    .zip(listeners.into_iter().flatten())
                {
                    forget(name, &listener);
                }
            }
        });
    }
    let set = |to: bool| {
        let open = open.setter();
        move || open.set(to)
    };
    let (show, hide) = (set(true), set(false));
    let onmouseenter = {
        let show = show.clone();
        Callback::from(move |_: yew::MouseEvent| show())
    };
    let onmouseleave = {
        let hide = hide.clone();
        Callback::from(move |_: yew::MouseEvent| hide())
    };
    let onfocus = {
        let show = show.clone();
        Callback::from(move |_: yew::FocusEvent| show())
    };
    let onblur = Callback::from(move |_: yew::FocusEvent| hide());
    // A tap focuses the button in most browsers, but not in all.
    let onclick = Callback::from(move |event: yew::MouseEvent| {
        event.prevent_default();
        show();
    });
    let id = format!("meaning-{number}");
    html! {
        <span class="explained" ref={wrap} {onmouseenter} {onmouseleave}>
            <button type="button" class={classes!(props.class)} aria-describedby={id.clone()}
                aria-label={props.label.clone()} {onfocus} {onblur} {onclick}>{ &props.word }</button>
            <span ref={tip} {id} role="tooltip" class="meaning" hidden={!*open}>{ &props.meaning }</span>
        </span>
    }
}

/// Puts the meaning below its word, or above it where there is no room.
fn place(wrap: &NodeRef, tip: &NodeRef) {
    let (Some(wrap), Some(tip), Some(window)) = (
        wrap.cast::<HtmlElement>(),
        tip.cast::<HtmlElement>(),
        web_sys::window(),
    ) else {
        return;
    };
    let size =
        |size: Result<wasm_bindgen::JsValue, _>| size.ok().and_then(|v| v.as_f64()).unwrap_or(0.0);
    let (width, height) = (size(window.inner_width()), size(window.inner_height()));
    let style = tip.style();
    // Properties that are refused leave it where it was.
    let set = |name: &str, px: f64| drop(style.set_property(name, &format!("{px:.0}px")));
    let wide = WIDTH.min(width - 2.0 * EDGE);
    set("max-width", wide);
    let (word, own) = (
        wrap.get_bounding_client_rect(),
        tip.get_bounding_client_rect(),
    );
    set(
        "left",
        word.left().min(width - own.width() - EDGE).max(EDGE),
    );
    let below = word.bottom() + own.height() + EDGE <= height;
    set(
        "top",
        if below {
            word.bottom()
        } else {
            (word.top() - own.height()).max(0.0)
        },
    );
}

fn listen(name: &str, on_event: impl FnMut(Event) + 'static) -> Closure<dyn FnMut(Event)> {
    let closure = Closure::<dyn FnMut(Event)>::new(on_event);
    if let Some(window) = web_sys::window() {
        let callback = closure.as_ref().unchecked_ref();
        // On its way down, so that it is heard wherever it happens. Fails for
        // an object that is no event target only.
        drop(window.add_event_listener_with_callback_and_bool(name, callback, true));
    }
    closure
}

fn forget(name: &str, closure: &Closure<dyn FnMut(Event)>) {
    if let Some(window) = web_sys::window() {
        let callback = closure.as_ref().unchecked_ref();
        // Fails for an object that is no event target only.
        drop(window.remove_event_listener_with_callback_and_bool(name, callback, true));
    }
}

/// A term of the glossary.
fn term(word: &str, term: &'static Term) -> Html {
    html! { <Explained word={word.to_owned()} meaning={term.meaning} /> }
}

/// A text whose marked words are explained.
pub(super) fn explained(text: &str) -> Html {
    html! {
        <>{ for pieces(text).into_iter().map(|piece| match piece {
            Piece::Plain(text) => html! { { text } },
            Piece::Word(word, meaning) => term(word, meaning),
        }) }</>
    }
}

/// All terms with their meanings.
pub(super) fn glossary(state: &State, dispatch: &Callback<Action>) -> Html {
    html! {
        <details class="glossary" data-testid="glossary" open={state.memory.is_open(Part::Glossary)}
            ontoggle={on_fold(dispatch, Part::Glossary)}>
            <summary>{ text::GLOSSARY }</summary>
            <dl>
                { for crate::app::terms::TERMS.iter().map(|term| html! {
                    <div><dt>{ term.name }</dt><dd>{ term.meaning }</dd></div>
                }) }
            </dl>
        </details>
    }
}
