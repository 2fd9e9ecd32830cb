//! How a program is written, and what it runs on.

use crate::app::english::python as text;
use yew::{Html, html};

pub(super) fn about() -> Html {
    let list = |heading: &str, lines: &[&str]| {
        html! {
            <>
                <h3>{ heading }</h3>
                <ul>{ for lines.iter().map(|line| html! { <li>{ with_code(line) }</li> }) }</ul>
            </>
        }
    };
    html! {
        <details class="python-about" data-testid="python-about">
            <summary>{ text::ABOUT }</summary>
            { list(text::HOW, &text::RULES) }
            { list(text::IS, &text::NATURE) }
            { list(text::CARRIES, &text::CONCLUSIONS) }
        </details>
    }
}

/// Words, and code between backquotes.
fn with_code(line: &str) -> Html {
    let parts = line.split('`').enumerate();
    parts
        .map(|(index, part)| match index % 2 {
            0 => html! { { part } },
            _ => html! { <code>{ part }</code> },
        })
        .collect()
}
