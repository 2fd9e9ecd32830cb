//! The bars of the failure graph, to be picked.

use super::super::Shared;
use super::super::walk::walk;
use super::thread_in_trace;
use crate::app::english::failures as text;
use crate::app::{Action, State, short_name};
use crate::experiment::Subject;
use crate::plot::{FailureRow, Rect, failure_rows};
use web_sys::HtmlElement;
use yew::{Callback, Html, Properties, component, html, use_effect_with, use_node_ref};

/// A button over each bar of the graph, which picks its thread out in all
/// pictures: of a process the thread that failed first.
pub(super) fn bars(state: &Shared<State>, dispatch: &Callback<Action>) -> Html {
    let run = &state.predicted.run;
    let hidden = u32::from(run.trace.names.is_empty());
    let rows = failure_rows(&run.outcome).into_iter().filter_map(|row| {
        let (process, place) = match row.who {
            Subject::Thread(process, place) => (process, place),
            Subject::Process(process) => {
                let mut failures = run.outcome.failures.iter();
                let first = failures.find_map(|failure| match failure.who {
                    Subject::Thread(of, place) if of == process => Some(place),
                    _ => None,
                });
                (process, first.unwrap_or(0))
            }
        };
        let thread = thread_in_trace(state, u32::from(process) + hidden, usize::from(place))?;
        Some((row, thread))
    });
    let rows: Vec<(FailureRow, u32)> = rows.collect();
    let is_picked = |row: &FailureRow, thread: u32| {
        state.picked == Some(thread) && matches!(row.who, Subject::Thread(..))
    };
    let entrance = rows
        .iter()
        .position(|(row, thread)| is_picked(row, *thread));
    let entrance = entrance.unwrap_or(0);
    let bar = |(index, (row, thread)): (usize, &(FailureRow, u32))| {
        let (thread, picked) = (*thread, is_picked(row, *thread));
        let name = run.trace.name(thread);
        let label = match row.who {
            Subject::Thread(..) => text::pick(&name),
            process => text::pick_first(&name, &short_name(run, process)),
        };
        let onclick =
            dispatch.reform(move |_: yew::MouseEvent| Action::Pick((!picked).then_some(thread)));
        let rect = Rect {
            y: row.y,
            h: row.h,
            ..Rect::default()
        };
        html! {
            <Bar key={index} {rect} {label} {picked} {onclick} entrance={index == entrance} />
        }
    };
    html! {
        <div class="bars" role="toolbar" aria-label={text::BARS}
            onkeydown={Callback::from(|event| walk(&event, "bar"))} data-testid="failure-bars">
            { for rows.iter().enumerate().map(bar) }
        </div>
    }
}

#[derive(Debug, Clone, PartialEq, Properties)]
struct BarProps {
    rect: Rect,
    label: String,
    picked: bool,
    /// Whether the keyboard enters the graph here.
    entrance: bool,
    onclick: Callback<yew::MouseEvent>,
}

/// A button as wide as the graph over one row of it.
#[component]
fn Bar(props: &BarProps) -> Html {
    let node = use_node_ref();
    let element = node.clone();
    use_effect_with(props.rect, move |rect| {
        if let Some(element) = element.cast::<HtmlElement>() {
            // Properties that every browser knows; an attribute would be
            // refused by a strict policy.
            let style = element.style();
            drop(style.set_property("top", &format!("{:.1}px", rect.y)));
            drop(style.set_property("height", &format!("{:.1}px", rect.h)));
        }
    });
    html! {
        <button ref={node} type="button" class="bar" onclick={props.onclick.clone()}
            tabindex={if props.entrance { "0" } else { "-1" }}
            aria-pressed={props.picked.to_string()} aria-label={props.label.clone()}
            title={props.label.clone()} data-testid="failure-bar" />
    }
}

/// Who a thread is in the outcome; `None`: a main thread that it does not
/// speak of.
pub(super) fn subject_of(state: &State, thread: u32) -> Option<Subject> {
    let trace = &state.predicted.run.trace;
    let name = trace.threads.get(thread as usize)?;
    let hidden = u32::from(trace.names.is_empty());
    let process = u16::try_from(name.process.checked_sub(hidden)?).ok()?;
    Some(Subject::Thread(process, name.worker?))
}
