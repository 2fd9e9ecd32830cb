//! Links, files, pictures, embedding.

use super::PartProps;
use super::dialog::Dialog;
use crate::app::Action;
use yew::{Html, component, html};

#[component]
pub(super) fn ShareDialog(props: &PartProps) -> Html {
    let onclose = props.dispatch.reform(|()| Action::OpenDialog(None));
    html! { <Dialog title="Share and keep" {onclose}></Dialog> }
}
