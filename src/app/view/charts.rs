//! Charts.

use super::PartProps;
use yew::{Html, component, html};

#[component]
pub(super) fn ChartsPart(_props: &PartProps) -> Html {
    html! {}
}
