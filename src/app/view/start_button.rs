//! A button that starts something in the lab, if nothing else runs.

use crate::app::{Action, Busy};
use yew::{AttrValue, Callback, Classes, Html, Properties, component, html};

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct StartButtonProps {
    pub text: AttrValue,
    pub testid: AttrValue,
    /// What is read out, where the text alone does not say what is started.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    pub action: Action,
    /// What runs now; then it cannot be pressed, and says why.
    pub busy: Option<Busy>,
    #[prop_or_default]
    pub class: Classes,
    pub dispatch: Callback<Action>,
}

/// It is not taken out of the keyboard's reach while it cannot be pressed, so
/// that the focus is not lost when it was pressed, and the reason can be read.
#[component]
pub(super) fn StartButton(props: &StartButtonProps) -> Html {
    let action = props.action.clone();
    let onclick = match props.busy {
        Some(_) => Callback::noop(),
        None => props.dispatch.reform(move |_| action.clone()),
    };
    html! {
        <button class={props.class.clone()} {onclick} data-testid={props.testid.clone()}
            aria-label={props.label.clone()}
            aria-disabled={props.busy.is_some().then_some("true")}
            title={props.busy.as_ref().map(Busy::why_not)}>{ props.text.clone() }</button>
    }
}
