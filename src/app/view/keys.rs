//! What each key does.

use super::dialog::Dialog;
use crate::app::Action;
use crate::app::english::keys as text;
use yew::{Callback, Html, Properties, component, html};

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct KeysProps {
    pub dispatch: Callback<Action>,
}

/// Keys and what they do, by where they work.
const KEYS: &[(&str, &[(&str, &str)])] = &[
    (
        text::ANYWHERE,
        &[
            (text::PLAY_KEY, text::PLAY),
            (text::NEXT_CHANGE_KEYS, text::NEXT_CHANGE),
            (text::PREVIOUS_CHANGE_KEYS, text::PREVIOUS_CHANGE),
            (text::EXAMPLE_KEYS, text::EXAMPLE),
            (text::UNDO_KEYS, text::UNDO),
            ("?", text::KEYS),
        ],
    ),
    (
        text::ON_THE_TIMELINE,
        &[
            (text::ZOOM_KEYS, text::ZOOM),
            (text::WHEEL_KEYS, text::WHEEL),
            (text::PINCH_KEYS, text::PINCH),
            (text::MOVE_KEYS, text::MOVE),
            (text::DRAG_KEYS, text::DRAG),
            (text::WHOLE_KEYS, text::WHOLE),
            (text::CHANGES_KEYS, text::CHANGES),
            ("↑, ↓", text::PICK),
            (text::SAY_KEYS, text::SAY),
            (text::FOLD_KEY, text::FOLD),
            ("/", text::SEARCH),
            (text::LEAVE_KEY, text::LEAVE),
        ],
    ),
];

#[component]
pub(super) fn KeysDialog(props: &KeysProps) -> Html {
    let onclose = props.dispatch.reform(|()| Action::OpenDialog(None));
    html! {
        <Dialog title={text::HEADING} {onclose}>
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
