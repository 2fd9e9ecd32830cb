//! The editor of scenarios: it knows their schema.

use super::super::editor::{Editor, Kind, Mark};
use super::fetch;
use crate::app::Action;
use crate::app::english::program as text;
use crate::app::program::outline::{from_utf16, to_utf16};
use crate::app::program::{ProgramError, Schema};
use serde_json::json;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{CustomEvent, Element};
use yew::{
    AttrValue, Callback, Html, NodeRef, Properties, component, hook, html, use_effect_with,
    use_node_ref,
};

const KIND: Kind = Kind {
    language: "json",
    label: text::EDITOR,
    testids: ["editor", "editor-text", "program-errors"],
    mistakes: text::mistakes,
};

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct ScenarioEditorProps {
    /// The text as the state has it.
    pub text: AttrValue,
    /// What is wrong with it.
    pub errors: Rc<[ProgramError]>,
    pub dispatch: Callback<Action>,
}

#[component]
pub(super) fn ScenarioEditor(props: &ScenarioEditorProps) -> Html {
    let host = use_node_ref();
    use_schema(&host);
    let marks: Rc<[Mark]> = props
        .errors
        .iter()
        .map(|it| mark(&props.text, it))
        .collect();
    html! {
        <Editor kind={&KIND} {host} text={props.text.clone()} {marks}
            onwrite={props.dispatch.reform(Action::Write)}>
            <p class="caption">{ text::EDITOR_KEYS }</p>
        </Editor>
    }
}

fn mark(source: &str, error: &ProgramError) -> Mark {
    let unit = |byte| to_utf16(source, byte);
    Mark {
        at: (unit(error.range.start), unit(error.range.end)),
        place: text::place(error.line, error.column),
        path: error.path.clone(),
        message: error.message.clone(),
    }
}

/// Answers what the editor asks about the schema, once that has come.
#[hook]
fn use_schema(host: &NodeRef) {
    use_effect_with(host.clone(), |host| {
        let schema = Rc::new(RefCell::new(None::<Schema>));
        {
            let schema = Rc::clone(&schema);
            // Without it the editor completes nothing; all else works.
            fetch("./scenario.schema.json".to_owned(), move |text| {
                *schema.borrow_mut() = text.ok().and_then(|text| Schema::read(&text));
            });
        }
        let host = host.cast::<Element>();
        let listeners: Vec<_> = ["offer", "about"]
            .into_iter()
            .filter_map(|name| {
                let schema = Rc::clone(&schema);
                let answer = Closure::<dyn FnMut(CustomEvent)>::new(move |event: CustomEvent| {
                    if let Some(schema) = &*schema.borrow() {
                        answer(schema, &event, name);
                    }
                });
                let callback = answer.as_ref().unchecked_ref();
                let host = host.as_ref()?;
                host.add_event_listener_with_callback(name, callback).ok()?;
                Some((name, answer))
            })
            .collect();
        move || {
            for (name, answer) in listeners {
                if let Some(host) = &host {
                    let callback = answer.as_ref().unchecked_ref();
                    // It was added.
                    drop(host.remove_event_listener_with_callback(name, callback));
                }
            }
        }
    });
}

fn answer(schema: &Schema, event: &CustomEvent, name: &str) {
    let detail = event.detail();
    let get = |name: &str| js_sys::Reflect::get(&detail, &name.into()).ok();
    let text = get("text").and_then(|text| text.as_string());
    let at = get("at").and_then(|at| at.as_f64());
    let (Some(text), Some(at)) = (text, at) else {
        return;
    };
    let byte = from_utf16(&text, at as usize);
    let said = if name == "offer" {
        let found = schema.offers(&text, byte);
        let offers = found.offers.iter().map(|offer| {
            json!({ "label": offer.label, "apply": offer.apply, "back": offer.back, "about": offer.about })
        });
        json!({
            "from": to_utf16(&text, found.from),
            "to": to_utf16(&text, found.to),
            "offers": offers.collect::<Vec<_>>(),
        })
    } else {
        let Some((range, about)) = schema.about(&text, byte) else {
            return;
        };
        json!({
            "from": to_utf16(&text, range.start),
            "to": to_utf16(&text, range.end),
            "about": about,
        })
    };
    // The detail is the editor's own plain object.
    drop(js_sys::Reflect::set(
        &detail,
        &"answer".into(),
        &said.to_string().into(),
    ));
}
