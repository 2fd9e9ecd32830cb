//! Program.

use super::PartProps;
use yew::{Html, component, html};

#[component]
pub(super) fn ProgramPart(_props: &PartProps) -> Html {
    html! {}
}
