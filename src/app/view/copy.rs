//! A text to copy: shown, selected by a click, copied by a button.

use crate::app::english::page as text;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlTextAreaElement;
use yew::{
    AttrValue, Callback, Html, Properties, component, html, use_effect_with, use_node_ref,
    use_state,
};

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct CopyProps {
    /// What is to be copied.
    pub text: AttrValue,
    /// What it is.
    pub label: AttrValue,
    /// Rows that are shown at once.
    pub rows: u32,
    /// For tests: of the text.
    pub testid: AttrValue,
    /// For tests: of the button.
    pub button: AttrValue,
}

/// What came of copying.
#[derive(Clone, Copy, PartialEq)]
enum Copied {
    NotYet,
    Yes,
    /// The browser does not let; the text is selected for the visitor to do it.
    Selected,
}

#[component]
pub(super) fn CopyText(props: &CopyProps) -> Html {
    let node = use_node_ref();
    let copied = use_state(|| Copied::NotYet);
    {
        let copied = copied.setter();
        use_effect_with(props.text.clone(), move |_| copied.set(Copied::NotYet));
    }
    let select = {
        let node = node.clone();
        move || {
            if let Some(area) = node.cast::<HtmlTextAreaElement>() {
                // Focus is refused only by elements that cannot have it.
                drop(area.focus());
                area.select();
            }
        }
    };
    let onclick = {
        let (text, copied, select) = (props.text.clone(), copied.setter(), select.clone());
        Callback::from(move |_: yew::MouseEvent| {
            let (text, copied, select) = (text.clone(), copied.clone(), select.clone());
            spawn_local(async move {
                if write(&text).await.is_ok() {
                    copied.set(Copied::Yes);
                } else {
                    select();
                    copied.set(Copied::Selected);
                }
            });
        })
    };
    let said = match *copied {
        Copied::NotYet => "",
        Copied::Yes => text::COPIED,
        Copied::Selected => text::COPY_SELECTED,
    };
    html! {
        <div class="copy">
            <textarea ref={node} readonly=true spellcheck="false" rows={props.rows.to_string()}
                aria-label={props.label.clone()} value={props.text.clone()}
                onfocus={move |_| select()} data-testid={props.testid.clone()} />
            <button class="primary" {onclick} aria-label={text::copy(&props.label)}
                data-testid={props.button.clone()}>{ text::COPY }</button>
            <span role="status" class="caption">{ said }</span>
        </div>
    }
}

/// Writes to the clipboard. There is none where the page is not secure, or not
/// allowed to; so it is looked for, not taken for granted.
async fn write(text: &str) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let navigator = Reflect::get(&window, &"navigator".into())?;
    let clipboard = Reflect::get(&navigator, &"clipboard".into())?;
    let write: Function = Reflect::get(&clipboard, &"writeText".into())?.dyn_into()?;
    let promise: Promise = write.call1(&clipboard, &text.into())?.dyn_into()?;
    JsFuture::from(promise).await.map(drop)
}
