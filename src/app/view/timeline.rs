//! The picture in the middle: verdict, timeline, transport, and what is going
//! on at the playhead.

use super::PartProps;
use super::canvas::Canvas;
use crate::app::{Action, Speed, State, Verdict, headline};
use crate::experiment::PRESETS;
use crate::plot::{Picture, TimelineRequest, count, duration, instant, time_at, timeline};
use crate::sim::State as ThreadState;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::{Callback, Html, InputEvent, TargetCast, component, html};

/// Positions of the scrubber: fine enough for a wide screen.
const SCRUB_STEPS: u64 = 1_000;

fn lay_out(state: &State, width: f64) -> Picture {
    let predicted = &state.predicted;
    timeline(&TimelineRequest {
        trace: &predicted.run.trace,
        lanes: &predicted.lanes,
        failures: &predicted.run.outcome.failures,
        width,
        playhead: state.playhead,
    })
    .picture
}

/// The verdict in one sentence.
#[component]
pub(super) fn HeadlinePart(props: &PartProps) -> Html {
    let state = &props.state;
    let (verdict, sentence) = headline(state);
    let tone = match verdict {
        Verdict::Faster => "good",
        Verdict::Same => "even",
        Verdict::Slower | Verdict::Failed => "bad",
    };
    let preset = PRESETS
        .iter()
        .find(|preset| preset.experiment() == state.experiment);
    let about = match state.scenario() {
        Some(scenario) => Some(scenario.about.clone()),
        None => preset.map(|preset| preset.claim.to_owned()),
    };
    html! {
        <section class="headline-part" aria-label="Prediction">
            <p class={format!("headline {tone}")} data-testid="headline" aria-live="polite">{ sentence }</p>
            if let Some(about) = about {
                <p class="caption" data-testid="claim">{ about }</p>
            }
        </section>
    }
}

#[component]
pub(super) fn TimelinePart(props: &PartProps) -> Html {
    let PartProps { state, dispatch } = props;
    let (_, sentence) = headline(state);
    let layout = {
        let state = state.clone();
        Callback::from(move |width| lay_out(&state, width))
    };
    let end = state.predicted.run.trace.end;
    let onpoint =
        dispatch.reform(move |(x, width): (f64, f64)| Action::Seek(time_at(x, width, end)));
    let label = format!(
        "Timeline of {}: a lane for each core, each GIL and each thread. {sentence}",
        duration(end)
    );
    html! {
        <section class="panel timeline" aria-labelledby="timeline-heading">
            <h2 id="timeline-heading">{ "Timeline" }</h2>
            <div class="lanes" tabindex="0" role="group" aria-label="Timeline, scrollable">
                <Canvas testid="timeline" {label} {layout} {onpoint} />
            </div>
            { legend() }
        </section>
    }
}

/// Plays, steps and scrubs; says what is going on at the playhead.
#[component]
pub(super) fn TransportPart(props: &PartProps) -> Html {
    html! {
        <section class="panel transport-part" aria-label="Playback">
            <Transport ..props.clone() />
            { now(&props.state) }
        </section>
    }
}

fn legend() -> Html {
    let item = |class: &'static str, text: &'static str| {
        html! { <li><span class={format!("key {class}")} aria-hidden="true"></span>{ text }</li> }
    };
    html! {
        <ul class="legend" aria-label="Legend">
            { item("key-run", "running") }
            { item("key-gil", "waiting for the GIL") }
            { item("key-ready", "ready, no core free") }
            { item("key-wait", "waiting for I/O") }
            { item("key-main", "starting and joining others") }
            { item("key-fail", "failed") }
        </ul>
    }
}

#[component]
fn Transport(props: &PartProps) -> Html {
    let PartProps { state, dispatch } = props;
    let on = |action: Action| dispatch.reform(move |_: yew::MouseEvent| action.clone());
    let end = state.predicted.run.trace.end;
    let position = (u128::from(state.playhead) * u128::from(SCRUB_STEPS))
        .checked_div(u128::from(end))
        .unwrap_or(0);
    let onscrub = dispatch.reform(move |event: InputEvent| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let step = input.value_as_number().clamp(0.0, SCRUB_STEPS as f64) as u128;
        Action::Seek((step * u128::from(end) / u128::from(SCRUB_STEPS)) as u64)
    });
    let onspeed = dispatch.reform(|event: yew::Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        let chosen = usize::try_from(select.selected_index()).unwrap_or(0);
        Action::SetSpeed(Speed::ALL[chosen.min(Speed::ALL.len() - 1)])
    });
    let time = format!("{} of {}", instant(state.playhead), instant(end));
    let (play, play_label) = match state.playing {
        Some(_) => ("❚❚", "Pause"),
        None => ("▶", "Play"),
    };
    html! {
        <div class="transport" role="group" aria-label="Playback">
            <button onclick={on(Action::Step(false))} aria-label="Step back"
                title="To the previous change (Left)" data-testid="step-back">{ "◀❙" }</button>
            <button class="play" onclick={on(Action::TogglePlay)} aria-label={play_label}
                title="Play or pause (Space)" data-testid="play">{ play }</button>
            <button onclick={on(Action::Step(true))} aria-label="Step forward"
                title="To the next change (Right)" data-testid="step">{ "❙▶" }</button>
            <input type="range" class="scrub" min="0" max={SCRUB_STEPS.to_string()}
                value={position.to_string()} oninput={onscrub} aria-label="Time"
                aria-valuetext={time.clone()} data-testid="scrub" />
            <output data-testid="time">{ time }</output>
            <label class="speed">
                <span class="hidden">{ "Speed" }</span>
                <select onchange={onspeed} data-testid="speed">
                    { for Speed::ALL.iter().map(|&speed| html! {
                        <option selected={speed == state.speed}>{ speed.label() }</option>
                    }) }
                </select>
            </label>
        </div>
    }
}

/// What is going on at the playhead, in words.
fn now(state: &State) -> Html {
    let trace = &state.predicted.run.trace;
    let lanes = &state.predicted.lanes;
    let mut counts = [0_u64; ThreadState::COUNT];
    for (id, span) in lanes.states_at(state.playhead).enumerate() {
        if let (Some(span), true) = (span, trace.threads[id].worker.is_some()) {
            counts[span.state as usize] += 1;
        }
    }
    let done = trace.units.partition_point(|&time| time <= state.playhead) as u64;
    let of = |state: ThreadState| counts[state as usize];
    let mut parts = vec![
        format!("{} running", of(ThreadState::Running)),
        format!("{} waiting for the GIL", of(ThreadState::WaitGil)),
        format!("{} ready", of(ThreadState::Ready)),
        format!("{} waiting for I/O", of(ThreadState::WaitIo)),
    ];
    let holders: Vec<_> = (1..lanes.gils.len())
        .filter_map(|process| lanes.holder_at(process, state.playhead))
        .map(|thread| trace.threads[thread as usize].label())
        .take(4)
        .collect();
    if !holders.is_empty() {
        parts.push(format!("the GIL is with {}", holders.join(", ")));
    }
    html! {
        <p class="now" data-testid="now">
            <strong>{ format!("At {}: ", instant(state.playhead)) }</strong>
            { format!("{} of {} units done; threads: {}.", count(done),
                count(u64::from(state.experiment.units)), parts.join(", ")) }
        </p>
    }
}
