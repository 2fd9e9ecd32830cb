//! An editor: a textarea, which `www/editor.js` turns into more once it has
//! come (see there for what the two tell each other).

use super::later::Later;
use crate::app::english::program as text;
use serde_json::json;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, Event, HtmlTextAreaElement};
use yew::{
    AttrValue, Callback, Html, NodeRef, Properties, component, html, use_effect_with, use_mut_ref,
    use_node_ref,
};

/// How long the visitor must pause before what was written is run, ms.
const PAUSE_MS: i32 = 200;

/// No more errors than this are listed; all are marked.
const LISTED: usize = 20;

/// Something wrong with the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// From where to where, UTF-16 units.
    pub at: (usize, usize),
    /// Where that is, in words.
    pub place: String,
    /// The part of a document that it is about, if it is of one.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

/// What tells one editor from another.
#[derive(Debug)]
pub(super) struct Kind {
    /// What is written in it, for `www/editor.js`.
    pub language: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// For tests: the editor, its textarea, what is wrong.
    pub testids: [&'static str; 3],
    /// What is read out when something is wrong: so many.
    pub mistakes: fn(usize) -> String,
}

/// There is one of each.
impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.language == other.language
    }
}

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct EditorProps {
    pub kind: &'static Kind,
    /// The editor's element.
    pub host: NodeRef,
    /// The text as the state has it.
    pub text: AttrValue,
    /// What is wrong with it.
    pub marks: Rc<[Mark]>,
    /// The visitor has written this.
    pub onwrite: Callback<String>,
    /// What stands below it.
    #[prop_or_default]
    pub children: Html,
}

#[component]
pub(super) fn Editor(props: &EditorProps) -> Html {
    let EditorProps { kind, host, .. } = props;
    let area = use_node_ref();
    // What the state was told last, or has told.
    let known = use_mut_ref(String::new);
    let timer = use_mut_ref(|| None::<Later>);
    use_effect_with((), |()| load_script());
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
        let (area, onwrite) = (area.clone(), props.onwrite.clone());
        move || {
            if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                let text = area.value();
                if *known.borrow() != text {
                    known.borrow_mut().clone_from(&text);
                    onwrite.emit(text);
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
    let [testid, text_testid, errors_testid] = kind.testids;
    html! {
        <>
            <scenario-editor ref={host.clone()} data-testid={testid} data-errors={errors(&props.marks)}
                data-language={kind.language} aria-label={kind.label} data-leave={text::EDITOR_LEAVE}
                {onfocusout}>
                <textarea ref={area.clone()} data-testid={text_testid} aria-label={kind.label}
                    spellcheck="false" autocomplete="off" wrap="off" {oninput} />
            </scenario-editor>
            { props.children.clone() }
            <div class="program-errors" role="alert" data-testid={errors_testid}>
                { list(props, &area) }
            </div>
        </>
    }
}

/// Where something is wrong, for the editor.
fn errors(marks: &[Mark]) -> String {
    let errors = marks.iter().map(|mark| {
        let (from, to) = mark.at;
        json!({ "from": from, "to": to, "message": mark.message })
    });
    serde_json::Value::Array(errors.collect()).to_string()
}

fn list(props: &EditorProps, area: &NodeRef) -> Html {
    let marks = &props.marks;
    let more = marks.len().saturating_sub(LISTED);
    html! {
        <>
            if !marks.is_empty() {
                <p><strong>{ (props.kind.mistakes)(marks.len()) }</strong></p>
            }
            { for marks.iter().take(LISTED).map(|mark| {
                let (from, to) = mark.at;
                let (host, area) = (props.host.clone(), area.clone());
                let onclick = Callback::from(move |_: yew::MouseEvent| go_to(&host, &area, from, to));
                html! {
                    <button {onclick} title={text::GO_TO_MISTAKE}>
                        { mark.place.clone() }
                        if !mark.path.is_empty() { <code>{ mark.path.clone() }</code>{ ": " } }
                        { mark.message.clone() }
                    </button>
                }
            }) }
            if more > 0 { <p>{ text::more_mistakes(more) }</p> }
        </>
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
