//! The job list as a table. What is entered is written into the text.

use crate::app::Action;
use crate::app::english::jobs as text;
use crate::app::jobs::{
    Cell, Column, Jobs, jobs, policies, with_cell, with_cores, with_job, with_policy, with_slice,
    without_job,
};
use crate::app::program::ProgramError;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, HtmlSelectElement};
use yew::{
    AttrValue, Callback, Event, Html, NodeRef, Properties, TargetCast, UseStateHandle, component,
    html, use_effect_with, use_mut_ref, use_node_ref, use_state,
};

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct JobsProps {
    /// The text that has a list of jobs, perhaps.
    pub text: AttrValue,
    /// What is wrong with it.
    pub errors: Rc<[ProgramError]>,
    pub dispatch: Callback<Action>,
}

/// Entries that do not fit, with the reason, by the name of their field.
type Refused = BTreeMap<String, (String, String)>;

#[component]
pub(super) fn JobsPart(props: &JobsProps) -> Html {
    let refused = use_state(Refused::new);
    let add = use_node_ref();
    let body = use_node_ref();
    let is_new = use_mut_ref(|| false);
    let table = jobs(&props.text);
    let count = table.as_ref().map_or(0, |table| table.rows.len());
    {
        let (body, is_new) = (body.clone(), Rc::clone(&is_new));
        // The visitor goes on in the row that was added.
        use_effect_with(count, move |_| {
            if std::mem::take(&mut *is_new.borrow_mut()) {
                focus_last(&body);
            }
        });
    }
    let Some(table) = table else {
        return html! {};
    };
    let form = Form {
        props,
        refused: &refused,
    };
    let onadd = {
        let (text, dispatch) = (props.text.clone(), props.dispatch.clone());
        Callback::from(move |_: yew::MouseEvent| {
            *is_new.borrow_mut() = true;
            dispatch.emit(Action::Write(with_job(&text)));
        })
    };
    html! {
        <section class="panel jobs" aria-labelledby="jobs-heading" data-testid="jobs">
            <h2 id="jobs-heading">{ text::HEADING }<small>{ text::HEADING_MORE }</small></h2>
            { machine(&form, &table) }
            <div class="scroll" tabindex="0" role="group" aria-label={text::TABLE}>
                <table>
                    <thead><tr>
                        { for table.columns.iter().map(|column| html! {
                            <th scope="col">{ column.label() }</th>
                        }) }
                        <th scope="col"><span class="hidden">{ text::REMOVE }</span></th>
                    </tr></thead>
                    <tbody ref={body}>
                        { for (0..count).map(|row| line(&form, &table, row, &add)) }
                    </tbody>
                </table>
            </div>
            <button ref={add} onclick={onadd} data-testid="add-job">{ text::ADD }</button>
        </section>
    }
}

/// What the fields have in common.
struct Form<'f> {
    props: &'f JobsProps,
    refused: &'f UseStateHandle<Refused>,
}

impl Form<'_> {
    /// A field of the list. `path` is where errors place it.
    fn field(
        &self,
        name: String,
        label: String,
        path: &str,
        cell: &Cell,
        write: impl Fn(&str, &str) -> Result<String, String> + 'static,
    ) -> Html {
        let entered = self.refused.get(&name);
        let of_text = self.props.errors.iter().find(|error| error.path == path);
        let error = entered
            .map(|(_, why)| why.clone())
            .or_else(|| cell.error.clone().filter(|_| !cell.text.is_empty()))
            .or_else(|| of_text.map(|error| error.message.clone()));
        let value = entered.map_or(&cell.text, |(text, _)| text).clone();
        let onchange = {
            let (props, refused) = (self.props.clone(), self.refused.clone());
            let name = name.clone();
            Callback::from(move |event: Event| {
                let input: HtmlInputElement = event.target_unchecked_into();
                let mut now = (*refused).clone();
                now.remove(&name);
                match write(&props.text, &input.value()) {
                    Ok(text) => props.dispatch.emit(Action::Write(text)),
                    Err(why) => {
                        now.insert(name.clone(), (input.value(), why));
                    }
                }
                refused.set(now);
            })
        };
        let error_id = format!("{name}-error");
        html! {
            <>
                <input type="text" {value} {onchange} aria-label={label} data-testid={name}
                    aria-invalid={error.is_some().to_string()}
                    aria-describedby={error.is_some().then(|| error_id.clone())} />
                if let Some(error) = error {
                    <span class="refusal" id={error_id}>{ error }</span>
                }
            </>
        }
    }
}

fn machine(form: &Form<'_>, table: &Jobs) -> Html {
    let props = form.props;
    let onpolicy = {
        let (text, dispatch) = (props.text.clone(), props.dispatch.clone());
        Callback::from(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            dispatch.emit(Action::Write(with_policy(&text, &select.value())));
        })
    };
    let cores = Cell {
        text: table.cores.clone(),
        error: None,
    };
    html! {
        <div class="machine-row">
            <label>{ text::POLICY }
                <select onchange={onpolicy} data-testid="jobs-policy">
                    { for policies().map(|info| html! {
                        <option value={info.kind} title={info.about}
                            selected={info.kind == table.policy}>{ info.kind }</option>
                    }) }
                </select>
            </label>
            if let Some(slice) = &table.slice {
                <label>{ text::SLICE }
                    { form.field("jobs-slice".to_owned(), text::SLICE.to_owned(),
                        "machine.policy.slice", slice, with_slice) }
                </label>
            }
            <label>{ text::CORES }
                { form.field("jobs-cores".to_owned(), text::CORES.to_owned(), "machine.cores", &cores,
                    with_cores) }
            </label>
        </div>
    }
}

fn line(form: &Form<'_>, table: &Jobs, row: usize, add: &NodeRef) -> Html {
    let props = form.props;
    let cells = &table.rows[row];
    let number = row + 1;
    let field = |(column, cell): (&Column, &Cell)| {
        let column = *column;
        let name = format!("job-{row}-{}", column.key());
        let path = format!("jobs[{row}].{}", column.key());
        let label = text::cell(column.label(), number);
        let write = move |text: &str, value: &str| with_cell(text, row, column, value);
        html! { <td>{ form.field(name, label, &path, cell, write) }</td> }
    };
    let onremove = {
        let (text, dispatch) = (props.text.clone(), props.dispatch.clone());
        let (refused, add) = (form.refused.clone(), add.clone());
        let is_last = number == table.rows.len();
        Callback::from(move |_: yew::MouseEvent| {
            // Its button goes with it.
            if let (true, Some(add)) = (is_last, add.cast::<HtmlElement>()) {
                // A button is focusable.
                drop(add.focus());
            }
            refused.set(Refused::new());
            dispatch.emit(Action::Write(without_job(&text, row)));
        })
    };
    html! {
        <tr data-testid={format!("job-{row}")}>
            { for table.columns.iter().zip(cells).map(field) }
            <td class="narrow">
                <button onclick={onremove} aria-label={text::remove(number)}
                    data-testid={format!("remove-job-{row}")}>{ "✕" }</button>
            </td>
        </tr>
    }
}

/// Puts the focus on the name in the last row.
fn focus_last(body: &NodeRef) {
    let body = body.cast::<web_sys::Element>();
    let last = body.and_then(|body| body.last_element_child());
    let input = last.and_then(|row| row.query_selector("input").ok()?);
    if let Some(input) = input.and_then(|input| input.dyn_into::<HtmlElement>().ok()) {
        // An input is focusable.
        drop(input.focus());
    }
}
