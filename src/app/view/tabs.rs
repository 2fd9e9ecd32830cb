//! Tabs of a column, by the pattern of the ARIA Authoring Practices Guide:
//! one of them is in the order of the Tab key, arrows go to the others.

use crate::app::place::Tab;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::{Callback, Html, KeyboardEvent, TargetCast, html};

/// The tabs of a column named `name`; `shown` is the one that is open.
pub(super) fn tabs<T: Tab>(name: &'static str, shown: T, onshow: &Callback<T>) -> Html {
    let onkeydown = {
        let onshow = onshow.clone();
        move |event: KeyboardEvent| {
            let here = T::ALL.iter().position(|&tab| tab == shown).unwrap_or(0);
            let count = T::ALL.len();
            let next = match event.key().as_str() {
                "ArrowRight" => (here + 1) % count,
                "ArrowLeft" => (here + count - 1) % count,
                "Home" => 0,
                "End" => count - 1,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            onshow.emit(T::ALL[next]);
            let list: HtmlElement = event.target_unchecked_into();
            let tab = list
                .parent_element()
                .and_then(|list| list.children().item(next as u32))
                .and_then(|tab| tab.dyn_into::<HtmlElement>().ok());
            if let Some(tab) = tab {
                // Focus is refused only by elements that cannot have it.
                drop(tab.focus());
            }
        }
    };
    html! {
        <div class="tabs" role="tablist" aria-label={name} {onkeydown}>
            { for T::ALL.iter().map(|&tab| {
                let selected = tab == shown;
                html! {
                    <button role="tab" id={id(tab)} aria-selected={selected.to_string()}
                        aria-controls={selected.then(|| format!("panel-{}", tab.key()))}
                        tabindex={if selected { "0" } else { "-1" }}
                        data-testid={id(tab)}
                        onclick={onshow.reform(move |_| tab)}>{ tab.label() }</button>
                }
            }) }
        </div>
    }
}

/// What belongs to a tab.
pub(super) fn tab_panel<T: Tab>(tab: T, content: Html) -> Html {
    html! {
        <div class="tab-panel" role="tabpanel" key={tab.key()} id={format!("panel-{}", tab.key())}
            aria-labelledby={id(tab)}>
            { content }
        </div>
    }
}

fn id<T: Tab>(tab: T) -> String {
    format!("tab-{}", tab.key())
}
