//! The menu that puts a failure into what is shown, and the list of those
//! that are set.

use super::Shared;
use crate::app::english::inject as text;
use crate::app::inject::{Injection, Moment, Strike, Target};
use crate::app::{Action, State};
use std::rc::Rc;
use web_sys::HtmlSelectElement;
use yew::{
    Callback, Event, Html, Properties, TargetCast, component, html, use_effect_with, use_memo,
    use_state,
};

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct InjectProps {
    pub state: Shared<State>,
    pub dispatch: Callback<Action>,
    /// Whom the visitor chose in this tab last.
    pub chosen: Option<Target>,
    /// Told whom the visitor chooses.
    pub onpick: Callback<Target>,
}

#[component]
pub(super) fn Inject(props: &InjectProps) -> Html {
    let InjectProps {
        state,
        dispatch,
        chosen,
        onpick,
    } = props;
    let strike = use_state(|| Strike::Segfault);
    // At the end of the run, where the playhead stands at first, nothing can
    // fail any more.
    let moment = use_state(|| None::<Moment>);
    {
        // A thread that is picked out in another picture is chosen here.
        let onpick = onpick.clone();
        use_effect_with(state.picked, move |picked| {
            if let Some(id) = *picked {
                onpick.emit(Target::Thread(id));
            }
        });
    }
    let target = chosen
        .filter(|&target| exists(state, target))
        .unwrap_or(first(state));
    let at_end = state.parked || state.playhead >= state.predicted.run.trace.end;
    let moment_now = moment.unwrap_or(if at_end {
        Moment::HalfWay
    } else {
        Moment::Playhead
    });
    let injection = Injection {
        target,
        strike: *strike,
        moment: moment_now,
    };
    let struck = state.struck(target, *strike);
    let refusal = state.refusal(injection);
    // Looking into the run takes as long as predicting it: not in each frame.
    let is_looked_up = moment_now == Moment::UnitsDone && state.playing.is_none();
    let then = {
        let key = (
            Shared(Rc::clone(&state.predicted)),
            is_looked_up.then_some(state.playhead),
            struck,
            moment_now,
        );
        use_memo(key, |_| match (moment_now, is_looked_up) {
            (Moment::UnitsDone, false) => text::AFTER_UNITS_THEN.to_owned(),
            _ => state.moment_name(struck, moment_now),
        })
    };
    // The time of the playhead changes more often than the memo's key.
    let when = match moment_now {
        Moment::Playhead => state.moment_name(struck, moment_now),
        _ => (*then).clone(),
    };
    let onclick = {
        let (state, dispatch) = (state.clone(), dispatch.clone());
        Callback::from(move |_| {
            // What would be refused has a button that is off.
            if let Ok(action) = state.inject(injection) {
                dispatch.emit(action);
            }
        })
    };
    let onstrike = {
        let strike = strike.setter();
        Callback::from(move |event| strike.set(Strike::ALL[selected(&event, Strike::ALL.len())]))
    };
    let onmoment = {
        let moment = moment.setter();
        Callback::from(move |event| {
            moment.set(Some(Moment::ALL[selected(&event, Moment::ALL.len())]));
        })
    };
    html! {
        <form class="inject" data-testid="inject" aria-labelledby="inject-heading"
            onsubmit={|event: yew::SubmitEvent| event.prevent_default()}>
            <h3 id="inject-heading">{ text::HEADING }</h3>
            <p class="caption">
                { text::HOW }
            </p>
            <div class="inject-fields">
                { who(state, target, dispatch, onpick) }
                <label>{ text::WHAT }
                    <select onchange={onstrike} data-testid="inject-kind">
                        { for Strike::ALL.iter().map(|&option| html! {
                            <option selected={option == *strike}>{ option.label() }</option>
                        }) }
                    </select>
                </label>
                <label>{ text::WHEN }
                    <select onchange={onmoment} data-testid="inject-when">
                        { for Moment::ALL.iter().map(|&option| html! {
                            <option selected={option == moment_now}>{ moment_label(option) }</option>
                        }) }
                    </select>
                </label>
            </div>
            <button type="button" class="primary" {onclick} disabled={refusal.is_some()}
                aria-describedby="inject-refusal" data-testid="inject-now">
                { text::inject(&state.target_name(struck), &when) }
            </button>
            <p class="refusal" id="inject-refusal" role="status" data-testid="inject-refusal">
                { refusal.unwrap_or_default() }
            </p>
            { list(state, dispatch) }
        </form>
    }
}

fn moment_label(moment: Moment) -> &'static str {
    match moment {
        Moment::HalfWay => text::HALF_WAY,
        Moment::Playhead => text::AT_PLAYHEAD,
        Moment::UnitsDone => text::AFTER_UNITS,
    }
}

/// The first target there is: the first worker.
fn first(state: &State) -> Target {
    let mut threads = state.predicted.run.trace.threads.iter().zip(0..);
    let worker = threads.find(|(name, _)| name.worker.is_some());
    Target::Thread(worker.map_or(0, |(_, id)| id))
}

fn exists(state: &State, target: Target) -> bool {
    let run = &state.predicted.run;
    match target {
        Target::Thread(id) => (id as usize) < run.trace.threads.len(),
        Target::Process(process) => (process as usize) < run.processes.len(),
    }
}

/// Two lists: the process, and all of it or one of its threads.
fn who(
    state: &Shared<State>,
    target: Target,
    dispatch: &Callback<Action>,
    onpick: &Callback<Target>,
) -> Html {
    let trace = &state.predicted.run.trace;
    let process = match target {
        Target::Process(process) => process,
        Target::Thread(id) => trace
            .threads
            .get(id as usize)
            .map_or(0, |name| name.process),
    };
    // The parent of an experiment's processes is no target.
    let first = u32::from(state.program.is_none());
    let processes: Vec<u32> = (first..state.predicted.run.processes.len() as u32).collect();
    let threads: Vec<u32> = (0..trace.threads.len() as u32)
        .filter(|&id| {
            let name = trace.threads[id as usize];
            name.process == process && name.worker.is_some()
        })
        .collect();
    let choose = {
        let (onpick, dispatch) = (onpick.clone(), dispatch.clone());
        move |target: Target| {
            onpick.emit(target);
            dispatch.emit(Action::Pick(match target {
                Target::Thread(id) => Some(id),
                Target::Process(_) => None,
            }));
        }
    };
    let onprocess = {
        let (choose, processes) = (choose.clone(), processes.clone());
        Callback::from(move |event| {
            if let Some(&process) = processes.get(selected(&event, processes.len())) {
                choose(Target::Process(process));
            }
        })
    };
    let onthread = {
        let threads = threads.clone();
        Callback::from(move |event| match selected(&event, threads.len() + 1) {
            0 => choose(Target::Process(process)),
            place => choose(Target::Thread(threads[place - 1])),
        })
    };
    html! {
        <>
            <label>{ text::PROCESS }
                <select onchange={onprocess} data-testid="inject-process">
                    { for processes.iter().map(|&option| html! {
                        <option selected={option == process}>
                            { state.target_name(Target::Process(option)) }
                        </option>
                    }) }
                </select>
            </label>
            <label>{ text::THREAD }
                <select onchange={onthread} data-testid="inject-thread">
                    <option selected={target == Target::Process(process)}>{ text::WHOLE_PROCESS }</option>
                    { for threads.iter().map(|&id| html! {
                        <option selected={target == Target::Thread(id)}>
                            { state.target_name(Target::Thread(id)) }
                        </option>
                    }) }
                </select>
            </label>
        </>
    }
}

fn list(state: &State, dispatch: &Callback<Action>) -> Html {
    let faults = state.faults_set();
    if faults.is_empty() {
        return html! {};
    }
    html! {
        <ul class="injected" aria-label={text::INJECTED}>
            { for faults.into_iter().enumerate().map(|(index, (said, remove))| html! {
                <li data-testid={format!("injected-{index}")}>
                    <span>{ said.clone() }</span>
                    <button type="button" aria-label={text::remove(&said)}
                        onclick={dispatch.reform(move |_| remove.clone())}>{ "✕" }</button>
                </li>
            }) }
        </ul>
    }
}

fn selected(event: &Event, options: usize) -> usize {
    let select: HtmlSelectElement = event.target_unchecked_into();
    usize::try_from(select.selected_index())
        .unwrap_or(0)
        .min(options.saturating_sub(1))
}
