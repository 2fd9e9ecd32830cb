//! What each key does.

use super::dialog::Dialog;
use crate::app::Action;
use yew::{Callback, Html, Properties, component, html};

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct KeysProps {
    pub dispatch: Callback<Action>,
}

/// Keys and what they do, by where they work.
const KEYS: &[(&str, &[(&str, &str)])] = &[
    (
        "Anywhere",
        &[
            ("Space", "play or pause"),
            (". or →", "to the next change"),
            (", or ←", "to the previous change"),
            ("1 to 6", "an example"),
            ("Ctrl Z, Ctrl Shift Z", "undo, redo"),
            ("?", "this list"),
        ],
    ),
    (
        "On the timeline",
        &[
            ("W, S or wheel", "zoom in, zoom out"),
            ("A, D or drag", "move left, right"),
            ("0", "the whole run"),
            ("Esc", "leave what is picked out"),
            ("/", "search for a thread"),
        ],
    ),
];

#[component]
pub(super) fn KeysDialog(props: &KeysProps) -> Html {
    let onclose = props.dispatch.reform(|()| Action::OpenDialog(None));
    html! {
        <Dialog title="Keys" {onclose}>
            { for KEYS.iter().map(|(place, keys)| html! {
                <section>
                    <h3>{ *place }</h3>
                    <dl class="keys">
                        { for keys.iter().map(|(key, what)| html! {
                            <div><dt><kbd>{ *key }</kbd></dt><dd>{ *what }</dd></div>
                        }) }
                    </dl>
                </section>
            }) }
        </Dialog>
    }
}
