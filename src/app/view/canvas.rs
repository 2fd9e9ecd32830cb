//! A canvas that is as wide as its place and shows a [`Picture`].

use super::paint::paint;
use crate::plot::Picture;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlCanvasElement, PointerEvent, ResizeObserver};
use yew::{
    AttrValue, Callback, Html, NodeRef, Properties, component, hook, html, use_effect,
    use_effect_with, use_node_ref, use_state,
};

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct CanvasProps {
    /// For tests.
    pub testid: AttrValue,
    /// What the picture shows, in words.
    pub label: AttrValue,
    /// Lays out the picture for a width, px.
    pub layout: Callback<f64, Picture>,
    /// Told where the visitor points with the button down: px from the left,
    /// and the width of the whole.
    #[prop_or_default]
    pub onpoint: Option<Callback<(f64, f64)>>,
}

#[component]
pub(super) fn Canvas(props: &CanvasProps) -> Html {
    let node = use_node_ref();
    let width = use_width(&node);
    {
        let (node, layout) = (node.clone(), props.layout.clone());
        // Every time: the picture may have changed, or the colours.
        use_effect(move || {
            if let (Some(canvas), true) = (node.cast::<HtmlCanvasElement>(), width > 0.0) {
                paint(&canvas, &layout.emit(width));
            }
        });
    }
    let point = props.onpoint.clone().map(|onpoint| {
        let node = node.clone();
        Callback::from(move |event: PointerEvent| {
            if let (Some(canvas), true) =
                (node.cast::<HtmlCanvasElement>(), event.buttons() & 1 == 1)
            {
                if event.type_() == "pointerdown" {
                    // A pointer that is gone already cannot be captured.
                    drop(canvas.set_pointer_capture(event.pointer_id()));
                }
                let left = canvas.get_bounding_client_rect().left();
                onpoint.emit((f64::from(event.client_x()) - left, width));
            }
        })
    });
    let class = point.as_ref().map(|_| "scrubbable");
    html! {
        <canvas ref={node} {class} role="img" aria-label={props.label.clone()}
            data-testid={props.testid.clone()}
            onpointerdown={point.clone()} onpointermove={point} />
    }
}

/// The width of an element, px; follows its changes. 0 before it is known.
#[hook]
pub(super) fn use_width(node: &NodeRef) -> f64 {
    let width = use_state(|| 0.0);
    let set = width.setter();
    use_effect_with(node.clone(), move |node| {
        let element = node.cast::<Element>();
        let observed = element.and_then(|element| {
            let target = element.clone();
            let on_resize = Closure::<dyn FnMut()>::new(move || {
                set.set(f64::from(target.client_width()));
            });
            let observer = ResizeObserver::new(on_resize.as_ref().unchecked_ref()).ok()?;
            observer.observe(&element);
            Some((observer, on_resize))
        });
        move || {
            if let Some((observer, on_resize)) = observed {
                observer.disconnect();
                drop(on_resize);
            }
        }
    });
    *width
}
