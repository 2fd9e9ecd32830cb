//! A dialog over the page: the browser's own `<dialog>`, which keeps the focus
//! inside, closes by Escape and gives the focus back.

use crate::app::english::page as text;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, MouseEvent};
use yew::{Callback, Children, Html, Properties, component, html, use_effect_with, use_node_ref};

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct DialogProps {
    /// Its heading.
    pub title: &'static str,
    /// The visitor wants it closed.
    pub onclose: Callback<()>,
    #[prop_or_default]
    pub children: Children,
}

#[component]
pub(super) fn Dialog(props: &DialogProps) -> Html {
    let node = use_node_ref();
    use_effect_with(node.clone(), |node| {
        if let Some(dialog) = node.cast::<HtmlDialogElement>() {
            // Refused only for a dialog that is open already.
            drop(dialog.show_modal());
        }
    });
    let onclose = props.onclose.reform(|_: yew::Event| ());
    let onclick = {
        let onclose = props.onclose.clone();
        let node = node.clone();
        // A click on the dialog itself is one beside its content.
        Callback::from(move |event: MouseEvent| {
            let target = event
                .target()
                .and_then(|t| t.dyn_into::<web_sys::Node>().ok());
            if target.is_some() && target == node.get() {
                onclose.emit(());
            }
        })
    };
    html! {
        <dialog ref={node} class="dialog" aria-labelledby="dialog-title" {onclose} {onclick}
            data-testid="dialog">
            <div class="dialog-body">
                <header>
                    <h2 id="dialog-title">{ props.title }</h2>
                    <button onclick={props.onclose.reform(|_| ())} data-testid="close-dialog"
                        aria-label={text::DIALOG_CLOSE}>{ "✕" }</button>
                </header>
                { for props.children.iter() }
            </div>
        </dialog>
    }
}
