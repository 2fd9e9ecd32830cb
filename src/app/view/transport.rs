//! The playback: plays, steps and scrubs; says what is going on at the playhead.

use super::PartProps;
use crate::app::english::transport as text;
use crate::app::{Action, Speed, State};
use crate::plot::instant;
use crate::sim::State as ThreadState;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::{Html, InputEvent, TargetCast, component, html};

/// Positions of the scrubber: fine enough for a wide screen.
const SCRUB_STEPS: u64 = 1_000;

/// Plays, steps and scrubs; says what is going on at the playhead.
#[component]
pub(super) fn TransportPart(props: &PartProps) -> Html {
    html! {
        <section class="panel transport-part" aria-label={text::HEADING}>
            <Transport ..props.clone() />
            { now(&props.state) }
        </section>
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
    let time = text::time(&instant(state.playhead), &instant(end));
    let (play, play_label) = match state.playing {
        Some(_) => ("❚❚", text::PAUSE),
        None => ("▶", text::PLAY),
    };
    html! {
        <div class="transport" role="group" aria-label={text::HEADING}>
            <button onclick={on(Action::Step(false))} aria-label={text::STEP_BACK}
                title={text::STEP_BACK_KEYS} data-testid="step-back">{ "◀❙" }</button>
            <button class="play" onclick={on(Action::TogglePlay)} aria-label={play_label}
                title={text::PLAY_KEYS} data-testid="play">{ play }</button>
            <button onclick={on(Action::Step(true))} aria-label={text::STEP}
                title={text::STEP_KEYS} data-testid="step">{ "❙▶" }</button>
            <input type="range" class="scrub" min="0" max={SCRUB_STEPS.to_string()}
                value={position.to_string()} oninput={onscrub} aria-label={text::TIME}
                aria-valuetext={time.clone()} data-testid="scrub" />
            <output data-testid="time">{ time }</output>
            <label class="speed">
                <span class="hidden">{ text::SPEED }</span>
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
    let run = &state.predicted.run;
    let (trace, lanes) = (&run.trace, &state.predicted.lanes);
    let mut counts = [0_u64; ThreadState::COUNT];
    for (id, span) in lanes.states_at(state.playhead).enumerate() {
        if let (Some(span), true) = (span, trace.threads[id].worker.is_some()) {
            counts[span.state as usize] += 1;
        }
    }
    let done = trace.units.partition_point(|&time| time <= state.playhead) as u64;
    let planned = run.outcome.units_planned;
    let of = |state: ThreadState| counts[state as usize];
    // These are said even of nobody: they are what a run is about.
    let always = [
        ThreadState::Running,
        ThreadState::WaitGil,
        ThreadState::Ready,
    ];
    let occurs = |state: &ThreadState| {
        let is_life = !matches!(state, ThreadState::New | ThreadState::Ended);
        always.contains(state) || is_life && of(*state) > 0
    };
    let mut parts: Vec<String> = always
        .into_iter()
        .chain(
            ThreadState::ALL
                .into_iter()
                .filter(|state| !always.contains(state)),
        )
        .filter(occurs)
        .map(|state| format!("{} {}", of(state), state.label()))
        .collect();
    let holders: Vec<_> = (0..lanes.gils.len())
        .filter_map(|process| lanes.holder_at(process, state.playhead))
        .map(|thread| trace.name(thread))
        .take(4)
        .collect();
    if !holders.is_empty() {
        parts.push(text::holders(&holders));
    }
    html! {
        <p class="now" data-testid="now">
            <strong>{ text::now(&instant(state.playhead)) }</strong>
            { text::doing_now(done, planned, &parts) }
        </p>
    }
}
