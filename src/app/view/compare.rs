//! Compare.

use super::PartProps;
use yew::{Html, component, html};

#[component]
pub(super) fn ComparePart(_props: &PartProps) -> Html {
    html! {}
}
