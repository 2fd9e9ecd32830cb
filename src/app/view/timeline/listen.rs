//! Listens where yew cannot: the wheel must be refused to the page, and sizes
//! change without an event.

use super::Msg;
use crate::app::gesture::{Turn, Wheel, wheel_turn};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{AddEventListenerOptions, Event, HtmlElement, ResizeObserver, WheelEvent};
use yew::Callback;

/// The layout in which the page fits on one screen and does not scroll.
const ONE_SCREEN: &str = "(min-width: 1101px) and (min-height: 560px)";

/// Told by `www/theme.js` when the page is about to be printed, and after it.
const PAPER: &str = "timeslice-theme";

/// What the wheel must know at once: the room for the names, px, and whether
/// the whole run is shown.
#[derive(Debug, Clone, Default)]
pub(super) struct Hints(Rc<Cell<(f64, bool)>>);

impl Hints {
    pub(super) fn set(&self, gutter: f64, whole: bool) {
        self.0.set((gutter, whole));
    }
}

/// Listens until it is dropped.
pub(super) struct Listeners {
    node: HtmlElement,
    wheel: Closure<dyn FnMut(WheelEvent)>,
    scroll: Closure<dyn FnMut(Event)>,
    paper: Closure<dyn FnMut(Event)>,
    observer: Option<ResizeObserver>,
    _resize: Closure<dyn FnMut()>,
}

impl Listeners {
    pub(super) fn of(node: &HtmlElement, hints: &Hints, send: Callback<Msg>) -> Self {
        let wheel = {
            let (send, hints, node) = (send.clone(), hints.clone(), node.clone());
            Closure::new(move |event: WheelEvent| {
                let x = f64::from(event.client_x()) - node.get_bounding_client_rect().left();
                let (gutter, whole) = hints.0.get();
                if let Some(turn) = turn(&event, x < gutter) {
                    // There is nothing more to see: let the page scroll.
                    let in_vain = whole && !matches!(turn, Turn::Zoom(factor) if factor < 1.0);
                    if in_vain && !event.ctrl_key() {
                        return;
                    }
                    event.prevent_default();
                    send.emit(Msg::Turned(turn, x));
                }
            })
        };
        let scroll = {
            let send = send.clone();
            Closure::new(move |_: Event| send.emit(Msg::Scrolled))
        };
        // Laid out for paper, which does not wait for the observer.
        let paper = {
            let send = send.clone();
            Closure::new(move |_: Event| {
                send.emit(Msg::Resized);
                send.emit(Msg::Scrolled);
            })
        };
        let resize = Closure::<dyn FnMut()>::new(move || send.emit(Msg::Resized));
        let options = AddEventListenerOptions::new();
        options.set_passive(false);
        // Refused by no element.
        drop(
            node.add_event_listener_with_callback_and_add_event_listener_options(
                "wheel",
                wheel.as_ref().unchecked_ref(),
                &options,
            ),
        );
        drop(node.add_event_listener_with_callback("scroll", scroll.as_ref().unchecked_ref()));
        if let Some(window) = web_sys::window() {
            drop(window.add_event_listener_with_callback(PAPER, paper.as_ref().unchecked_ref()));
        }
        let observer = ResizeObserver::new(resize.as_ref().unchecked_ref()).ok();
        if let Some(observer) = &observer {
            observer.observe(node);
        }
        Self {
            node: node.clone(),
            wheel,
            scroll,
            paper,
            observer,
            _resize: resize,
        }
    }
}

impl Drop for Listeners {
    fn drop(&mut self) {
        let node = &self.node;
        let wheel = self.wheel.as_ref().unchecked_ref();
        drop(node.remove_event_listener_with_callback("wheel", wheel));
        let scroll = self.scroll.as_ref().unchecked_ref();
        drop(node.remove_event_listener_with_callback("scroll", scroll));
        if let Some(window) = web_sys::window() {
            let paper = self.paper.as_ref().unchecked_ref();
            drop(window.remove_event_listener_with_callback(PAPER, paper));
        }
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

fn turn(event: &WheelEvent, over_names: bool) -> Option<Turn> {
    // Firefox may count in lines or pages.
    let unit = match event.delta_mode() {
        WheelEvent::DOM_DELTA_LINE => 18.0,
        WheelEvent::DOM_DELTA_PAGE => 400.0,
        _ => 1.0,
    };
    let media = web_sys::window().and_then(|window| window.match_media(ONE_SCREEN).ok()?);
    wheel_turn(Wheel {
        x: event.delta_x() * unit,
        y: event.delta_y() * unit,
        ctrl: event.ctrl_key() || event.meta_key(),
        shift: event.shift_key(),
        over_names,
        one_screen: media.is_some_and(|media| media.matches()),
    })
}
