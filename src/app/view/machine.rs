//! Machine.

use super::PartProps;
use yew::{Html, component, html};

#[component]
pub(super) fn MachinePart(_props: &PartProps) -> Html {
    html! {}
}
