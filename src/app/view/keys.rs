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
            ("W or +, S or −", "zoom in, zoom out"),
            ("Wheel", "zoom at the pointer; over the names: scroll"),
            (
                "Ctrl wheel, pinch",
                "zoom, also where the page scrolls by wheel",
            ),
            ("A, D or ←, →", "move left, right"),
            ("Shift wheel, drag", "move, when zoomed in"),
            ("0 or Home", "the whole run"),
            ("Shift ←, Shift →", "to the previous, next change"),
            ("↑, ↓", "pick the thread above, below"),
            ("Enter or Space", "say what the picked thread does"),
            ("F", "fold or unfold the picked thread's process"),
            ("X", "arrows: none, those of the picked thread, all"),
            ("/", "search for a thread; Enter: the next"),
            ("Esc", "leave what is picked out"),
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
