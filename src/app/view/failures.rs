//! The failure view: who took down whom, through what and when, in both arms;
//! and what puts a failure in.

mod bars;

use super::canvas::Canvas;
use super::inject::Inject;
use super::lab::is_python;
use super::{PartProps, Shared};
use crate::app::english::failures as text;
use crate::app::inject::Target;
use crate::app::{
    Action, Blast, Circle, State, Story, circles, restarts, short_name, story, story_of,
};
use crate::experiment::{Ended, Outcome, Subject};
use crate::plot::{CircleRequest, FailuresRequest, circle, failure_graph};
use bars::{bars, subject_of};
use std::rc::Rc;
use yew::{Callback, Html, component, html, use_memo, use_state};

/// Processes and threads beyond these many are counted, not drawn as boxes.
const MAX_PROCESSES: usize = 8;
const MAX_THREADS: usize = 16;
/// Circles of waiting beyond these many are told in words only.
const MAX_CIRCLES: usize = 2;

#[component]
pub(super) fn Failures(props: &PartProps) -> Html {
    let PartProps { state, dispatch } = props;
    let chosen = use_state(|| None::<Target>);
    let run = &state.predicted.run;
    let measured = state.measured();
    let measured = measured.map(|measured| &measured.measurement.outcome);
    let nothing = run.outcome.failures.is_empty() && run.deadlocks.is_empty();
    let calm = nothing && measured.is_none_or(|m| m.failures.is_empty());
    let onpick = {
        let chosen = chosen.setter();
        Callback::from(move |target: Target| chosen.set(Some(target)))
    };
    html! {
        <section class="panel failures" aria-labelledby="failures-heading">
            <h2 id="failures-heading">{ text::HEADING }</h2>
            if measured.is_some() { { is_python(state) } }
            if calm {
                <p class="caption" data-testid="no-failures">
                    { text::NONE }
                </p>
                { boxes(state, &run.outcome, Some(&onpick)) }
            } else {
                { predicted(state, dispatch, &onpick) }
                <Circles ..props.clone() />
                if let Some(outcome) = measured {
                    { measured_arm(state, outcome) }
                } else if state.program.is_none() {
                    <p class="caption">{ text::NOT_MEASURED }</p>
                }
            }
            <Inject state={state.clone()} dispatch={dispatch.clone()} chosen={*chosen} {onpick} />
        </section>
    }
}

fn predicted(
    state: &Shared<State>,
    dispatch: &Callback<Action>,
    onpick: &Callback<Target>,
) -> Html {
    let run = &state.predicted.run;
    let told = story_of(run, &state.predicted.lanes);
    let layout = {
        let state = state.clone();
        Callback::from(move |width| {
            let predicted = &state.predicted;
            let run = &predicted.run;
            failure_graph(&FailuresRequest {
                outcome: &run.outcome,
                name: &|who| short_name(run, who),
                restarts: &restarts(run, &predicted.lanes),
                end: run.trace.end,
                window: state.window,
                playhead: Some(state.playhead),
                picked: state.picked.and_then(|thread| subject_of(&state, thread)),
                width,
            })
            .picture
        })
    };
    let words = Blast::of_run(run).words();
    let label = text::predicted_graph(&in_one(&told));
    html! {
        <div class="arm" data-testid="failures-predicted">
            <h3>{ text::PREDICTED }</h3>
            <p class="blast" data-testid="blast"><strong>{ text::BLAST }</strong>{ words }</p>
            { boxes(state, &run.outcome, Some(onpick)) }
            <div class="graph">
                <Canvas testid="failure-graph" {label} {layout} />
                { bars(state, dispatch) }
            </div>
            <p class="caption">
                { text::HOW_TO_READ }
            </p>
            { window_note(state, &run.outcome) }
            { story_list(told) }
        </div>
    }
}

/// Failures that the zoomed picture does not show are not kept secret.
fn window_note(state: &State, outcome: &Outcome) -> Html {
    let Some(window) = state.window else {
        return html! {};
    };
    let inside = |at: u64| (window.from..=window.to).contains(&at);
    let outside = outcome
        .failures
        .iter()
        .filter(|failure| !inside(failure.at_ns))
        .count();
    let text = match outside {
        0 => return html! {},
        failures => text::outside(failures),
    };
    html! { <p class="caption">{ text }</p> }
}

fn measured_arm(state: &Shared<State>, outcome: &Outcome) -> Html {
    let told = story(outcome);
    let label = text::measured_graph(&in_one(&told));
    let layout = {
        let state = state.clone();
        Callback::from(move |width| {
            let run = &state.predicted.run;
            let Some(measured) = state.measured() else {
                return crate::plot::Picture::default();
            };
            let outcome = &measured.measurement.outcome;
            failure_graph(&FailuresRequest {
                outcome,
                name: &|who| short_name(run, who),
                restarts: &[],
                end: outcome.wall_ns,
                window: None,
                playhead: None,
                picked: None,
                width,
            })
            .picture
        })
    };
    html! {
        <div class="arm" data-testid="failures-measured">
            <h3>{ text::MEASURED }</h3>
            <p class="blast"><strong>{ text::BLAST }</strong>{ Blast::of_outcome(outcome).words() }</p>
            { boxes(state, outcome, None) }
            if !outcome.failures.is_empty() {
                <Canvas testid="failure-graph-measured" {label} {layout} />
            }
            { story_list(told) }
        </div>
    }
}

fn story_list(told: Story) -> Html {
    html! {
        <ul class="story">
            { for told.lines.into_iter().map(|(depth, line)| html! {
                <li class={format!("depth-{}", depth.min(2))}>{ line }</li>
            }) }
            <li class="untouched">{ told.untouched }</li>
        </ul>
    }
}

fn in_one(told: &Story) -> String {
    let lines = told.lines.iter().take(6).map(|(_, line)| line.as_str());
    let lines: Vec<_> = lines.chain([told.untouched.as_str()]).collect();
    lines.join("; ")
}

/// The deadlocks, each as a circle.
#[component]
fn Circles(props: &PartProps) -> Html {
    let PartProps { state, .. } = props;
    let key = (Shared(Rc::clone(&state.predicted)), state.this_browser);
    let found = use_memo(key, |(predicted, here)| match state.scenario() {
        Some(scenario) => circles(&predicted.run, scenario, *here),
        None => Vec::new(),
    });
    html! {
        <>
            { for found.iter().enumerate().map(|(index, found)| html! {
                <div class="arm deadlock" data-testid={format!("deadlock-{index}")}>
                    <h3>{ text::DEADLOCK }</h3>
                    if index < MAX_CIRCLES { { drawn(index, found) } }
                    <p class="caption">{ found.words() }</p>
                </div>
            }) }
        </>
    }
}

fn drawn(index: usize, found: &Circle) -> Html {
    let waits = found.waits.clone();
    let layout = Callback::from(move |width| {
        circle(&CircleRequest {
            waits: &waits,
            width,
        })
    });
    let label = text::circle(&found.words());
    html! { <Canvas testid={format!("circle-{index}")} {label} {layout} /> }
}

/// The blast radius as a figure; where `onpick` is given, a click picks out
/// whom to let fail.
fn boxes(state: &State, outcome: &Outcome, onpick: Option<&Callback<Target>>) -> Html {
    let more = outcome.processes.len().saturating_sub(MAX_PROCESSES);
    html! {
        <div class="boxes">
            { for (0..outcome.processes.len().min(MAX_PROCESSES))
                .map(|process| process_box(state, outcome, process, onpick)) }
            if more > 0 { <span class="caption">{ text::more_processes(more) }</span> }
        </div>
    }
}

fn process_box(
    state: &State,
    outcome: &Outcome,
    index: usize,
    onpick: Option<&Callback<Target>>,
) -> Html {
    let run = &state.predicted.run;
    let process = &outcome.processes[index];
    let failed = |who| outcome.failures.iter().any(|failure| failure.who == who);
    let lost = process.ended != Ended::Completed || failed(Subject::Process(index as u16));
    let more = process.threads.len().saturating_sub(MAX_THREADS);
    let hidden = u32::from(run.trace.names.is_empty());
    let in_trace = index as u32 + hidden;
    let name = short_name(run, Subject::Process(index as u16));
    let pick = |target: Target| onpick.map(|onpick| onpick.reform(move |_| target));
    let threads = process.threads.iter().take(MAX_THREADS).enumerate();
    html! {
        <div class={if lost { "box lost" } else { "box" }}>
            { square(pick(Target::Process(in_trace)), "name", &name,
                &text::choose_process(&name, process.ended.phrase())) }
            { for threads.map(|(place, thread)| {
                let (class, sign) = sign(thread.ended);
                let id = thread_in_trace(state, in_trace, place);
                let about = id.map_or_else(String::new, |id| text::choose_thread(
                    &run.trace.name(id), thread.ended.phrase()));
                let onclick = id.and_then(|id| pick(Target::Thread(id)));
                square(onclick, &format!("thread {class}"), sign, &about)
            }) }
            if more > 0 { <span class="name">{ text::more_threads(more) }</span> }
        </div>
    }
}

fn square(
    onclick: Option<Callback<yew::MouseEvent>>,
    class: &str,
    text: &str,
    about: &str,
) -> Html {
    let class = class.to_owned();
    let (text, about) = (text.to_owned(), about.to_owned());
    match onclick {
        Some(onclick) => html! {
            <button type="button" {class} {onclick} title={about.clone()} aria-label={about}>{ text }</button>
        },
        None => html! { <span {class} aria-hidden="true">{ text }</span> },
    }
}

/// The number in the trace of the worker at `place` of a process.
fn thread_in_trace(state: &State, process: u32, place: usize) -> Option<u32> {
    let threads = state.predicted.run.trace.threads.iter().zip(0..);
    let mut own = threads.filter(|(name, _)| name.process == process && name.worker.is_some());
    own.nth(place).map(|(_, id)| id)
}

fn sign(ended: Ended) -> (&'static str, &'static str) {
    match ended {
        Ended::Completed => ("ok", "✓"),
        Ended::TakenDown => ("down", "↓"),
        Ended::Stopped | Ended::NeverStarted | Ended::CutOff => ("down", "–"),
        Ended::Deadlocked | Ended::Stuck => ("origin", "∞"),
        Ended::Exception
        | Ended::Segfault
        | Ended::Killed
        | Ended::Hung
        | Ended::OutOfMemory
        | Ended::Corrupted
        | Ended::Exited => ("origin", "✕"),
    }
}
