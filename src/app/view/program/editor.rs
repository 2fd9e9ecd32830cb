//! The editor: a textarea, which `www/editor.js` turns into more once it has
//! come (see there for what the two tell each other).

use super::super::later::Later;
use super::fetch;
use crate::app::Action;
use crate::app::english::program as text;
use crate::app::program::outline::{from_utf16, to_utf16};
use crate::app::program::{ProgramError, Schema};
use serde_json::json;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, Document, Element, Event, HtmlTextAreaElement};
use yew::{
    AttrValue, Callback, Html, NodeRef, Properties, component, hook, html, use_effect_with,
    use_mut_ref, use_node_ref,
};

/// How long the visitor must pause before what was written is run, ms.
const PAUSE_MS: i32 = 200;

/// No more errors than this are listed; all are marked.
const LISTED: usize = 20;

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct EditorProps {
    /// The text as the state has it.
    pub text: AttrValue,
    /// What is wrong with it.
    pub errors: Rc<[ProgramError]>,
    pub dispatch: Callback<Action>,
}

#[component]
pub(super) fn Editor(props: &EditorProps) -> Html {
    let host = use_node_ref();
    let area = use_node_ref();
    // What the state was told last, or has told.
    let known = use_mut_ref(String::new);
    let timer = use_mut_ref(|| None::<Later>);
    use_effect_with((), |()| load_script());
    use_schema(&host);
    {
        let (known, timer) = (Rc::clone(&known), Rc::clone(&timer));
        use_effect_with((props.text.clone(), area.clone()), move |(text, area)| {
            let is_news = *known.borrow() != text.as_str();
            if let (Some(area), true) = (area.cast::<HtmlTextAreaElement>(), is_news) {
                // Somebody else changed it: an example, the table, an undo.
                *timer.borrow_mut() = None;
                text.as_str().clone_into(&mut known.borrow_mut());
                area.set_value(text);
                if let Ok(event) = Event::new("refresh") {
                    // Nobody stops it.
                    drop(area.dispatch_event(&event));
                }
            }
        });
    }
    let write = {
        let (area, dispatch) = (area.clone(), props.dispatch.clone());
        move || {
            if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                let text = area.value();
                if *known.borrow() != text {
                    known.borrow_mut().clone_from(&text);
                    dispatch.emit(Action::Write(text));
                }
            }
        }
    };
    let oninput = {
        let (timer, write) = (Rc::clone(&timer), write.clone());
        Callback::from(move |_: yew::InputEvent| {
            *timer.borrow_mut() = Some(Later::new(PAUSE_MS, write.clone()));
        })
    };
    let onfocusout = Callback::from(move |_: yew::FocusEvent| write());
    html! {
        <>
            <scenario-editor ref={host.clone()} data-testid="editor" data-errors={marks(props)}
                aria-label={text::EDITOR} data-leave={text::EDITOR_LEAVE} {onfocusout}>
                <textarea ref={area.clone()} data-testid="editor-text" aria-label={text::EDITOR}
                    spellcheck="false" autocomplete="off" wrap="off" {oninput} />
            </scenario-editor>
            <p class="caption">
                { text::EDITOR_KEYS }
            </p>
            { list(props, &host, &area) }
        </>
    }
}

/// Where errors stand, for the editor.
fn marks(props: &EditorProps) -> String {
    let marks = props.errors.iter().map(|error| {
        let (from, to) = units(&props.text, error);
        json!({ "from": from, "to": to, "message": error.message })
    });
    serde_json::Value::Array(marks.collect()).to_string()
}

fn units(text: &str, error: &ProgramError) -> (usize, usize) {
    (
        to_utf16(text, error.range.start),
        to_utf16(text, error.range.end),
    )
}

fn list(props: &EditorProps, host: &NodeRef, area: &NodeRef) -> Html {
    let errors = &props.errors;
    let more = errors.len().saturating_sub(LISTED);
    html! {
        <div class="program-errors" role="alert" data-testid="program-errors">
            if !errors.is_empty() {
                <p><strong>{ text::mistakes(errors.len()) }</strong></p>
            }
            { for errors.iter().take(LISTED).map(|error| {
                let (from, to) = units(&props.text, error);
                let (host, area) = (host.clone(), area.clone());
                let onclick = Callback::from(move |_: yew::MouseEvent| go_to(&host, &area, from, to));
                html! {
                    <button {onclick} title={text::GO_TO_MISTAKE}>
                        { text::place(error.line, error.column) }
                        if !error.path.is_empty() { <code>{ error.path.clone() }</code>{ ": " } }
                        { error.message.clone() }
                    </button>
                }
            }) }
            if more > 0 { <p>{ text::more_mistakes(more) }</p> }
        </div>
    }
}

/// Selects a part of the text, in the editor or else in the textarea.
fn go_to(host: &NodeRef, area: &NodeRef, from: usize, to: usize) {
    let is_ready = |host: &Element| host.get_attribute("data-ready").is_some();
    if let Some(host) = host.cast::<Element>().filter(is_ready) {
        let select = js_sys::Reflect::get(&host, &"select".into());
        if let Some(select) = select
            .ok()
            .and_then(|it| it.dyn_into::<js_sys::Function>().ok())
        {
            // It takes any place.
            drop(select.call2(
                &host,
                &JsValue::from(from as f64),
                &JsValue::from(to as f64),
            ));
        }
    } else if let Some(area) = area.cast::<HtmlTextAreaElement>() {
        // Neither is refused by a textarea that is shown.
        drop(area.focus());
        drop(area.set_selection_range(from as u32, to as u32));
    }
}

/// Puts the editor's script into the document, once. Should it not come, the
/// textarea stays.
fn load_script() {
    const ID: &str = "editor-script";
    let add = |document: &Document| -> Result<(), JsValue> {
        if document.get_element_by_id(ID).is_none() {
            let script = document.create_element("script")?;
            script.set_id(ID);
            script.set_attribute("type", "module")?;
            script.set_attribute("src", "./editor.js")?;
            document
                .head()
                .ok_or(JsValue::NULL)?
                .append_child(&script)?;
        }
        Ok(())
    };
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        // Then the textarea stays.
        drop(add(&document));
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
