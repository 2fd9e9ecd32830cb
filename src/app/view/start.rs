//! Start.

use super::PartProps;
use yew::{Html, component, html};

#[component]
pub(super) fn StartPart(_props: &PartProps) -> Html {
    html! {}
}
