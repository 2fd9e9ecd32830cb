//! The sliders. Each has a number beside it, for exact values and for the
//! keyboard.

use super::PartProps;
use super::faults::Faults;
use super::term::Explained;
use crate::app::english::controls as text;
use crate::app::{Action, State, terms};
use crate::experiment::{Field, Kernel, PolicyKind, Profile, Scale};
use crate::plot::duration;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::{Callback, Event, Html, InputEvent, TargetCast, component, html};

#[component]
pub(super) fn Controls(props: &PartProps) -> Html {
    let PartProps { state, dispatch } = props;
    let experiment = &state.experiment;
    let number = |field: Field| number(state, dispatch, field);
    html! {
        <form class="controls" onsubmit={|event: yew::SubmitEvent| event.prevent_default()}>
            <fieldset>
                <legend>{ text::LAYOUT }</legend>
                { number(Field::Processes) }
                { number(Field::Threads) }
                { number(Field::Cores) }
            </fieldset>
            <fieldset>
                <legend>{ text::GIL }</legend>
                { gil_switch(state, dispatch) }
                if experiment.gil { { number(Field::SwitchInterval) } }
            </fieldset>
            <fieldset>
                <legend>{ text::WORK }</legend>
                { number(Field::Units) }
                { number(Field::CpuPerUnit) }
                { number(Field::IoPerUnit) }
                { choice(text::KERNEL, "kernel", &Kernel::ALL, Kernel::label, experiment.kernel,
                    dispatch.reform(Action::SetKernel)) }
            </fieldset>
            <fieldset>
                <legend>{ text::MACHINE }</legend>
                { policy(state, dispatch) }
                if experiment.policy.has_slice() { { number(Field::Slice) } }
                { choice(text::COSTS, "profile", &Profile::ALL, Profile::label, experiment.profile,
                    dispatch.reform(Action::SetProfile)) }
                if experiment.profile == Profile::ThisBrowser && state.this_browser.is_none() {
                    <p class="caption">
                        { text::COSTS_NOT_MEASURED }
                    </p>
                }
                { number(Field::Seed) }
            </fieldset>
            <Faults state={state.clone()} dispatch={dispatch.clone()} />
            if !experiment.warnings().is_empty() {
                <div role="status" data-testid="warnings">
                    <ul class="messages">
                        { for experiment.warnings().iter().map(|warning| html! {
                            <li>{ warning.to_string() }</li>
                        }) }
                    </ul>
                </div>
            }
        </form>
    }
}

/// Whether there is a GIL.
pub(super) fn gil_switch(state: &State, dispatch: &Callback<Action>) -> Html {
    let onchange = dispatch.reform(|event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        Action::SetGil(input.checked())
    });
    html! {
        <label class="switch">
            <input type="checkbox" role="switch" checked={state.experiment.gil} {onchange}
                data-testid="gil" />
            <span>{ text::GIL_SWITCH }</span>
        </label>
    }
}

/// Which ready thread a free core takes.
pub(super) fn policy(state: &State, dispatch: &Callback<Action>) -> Html {
    choice(
        text::POLICY,
        "policy",
        &PolicyKind::ALL,
        PolicyKind::label,
        state.experiment.policy,
        dispatch.reform(Action::SetPolicy),
    )
}

/// A number with its slider.
pub(super) fn number(state: &State, dispatch: &Callback<Action>, field: Field) -> Html {
    let spec = field.spec();
    let value = field.get(&state.experiment);
    let id = format!("field-{}", spec.key);
    let help_id = format!("{id}-help");
    let error_id = format!("{id}-error");
    let stops = spec.stops();
    let refused = state.refused.get(&field);
    let onslide = dispatch.reform(move |event: InputEvent| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let stop = input.value_as_number().max(0.0) as usize;
        let stops = spec.stops();
        Action::SetField(field, stops[stop.min(stops.len() - 1)])
    });
    let onenter = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let text = input.value();
            dispatch.emit(match text.trim().parse() {
                Ok(value) => Action::SetField(field, value),
                Err(_) => Action::NotANumber(field, text),
            });
            dispatch.emit(Action::Settle);
        })
    };
    // The slider was let go.
    let onsettle = dispatch.reform(|_: Event| Action::Settle);
    let readable = match spec.unit {
        "µs" => duration(u64::from(value) * 1_000),
        _ => value.to_string(),
    };
    html! {
        <div class="field">
            <span class="field-name">
                <label for={format!("{id}-number")} title={spec.help}>{ spec.label }</label>
                { what_is(field) }
            </span>
            <span class="entry">
                <input type="text" inputmode="numeric" id={format!("{id}-number")}
                    value={value.to_string()} onchange={onenter}
                    aria-invalid={refused.is_some().to_string()}
                    aria-describedby={format!("{help_id} {error_id}")}
                    data-testid={format!("{id}-number")} />
                if !spec.unit.is_empty() { <span class="unit">{ spec.unit }</span> }
            </span>
            if spec.scale != Scale::Exact {
                <input type="range" {id} min="0" max={(stops.len() - 1).to_string()}
                    value={spec.stop_of(value).to_string()} oninput={onslide} onchange={onsettle}
                    aria-label={text::slider(spec.label)} aria-valuetext={readable}
                    data-testid={format!("field-{}", spec.key)} />
            }
            <span class="hidden" id={help_id}>{ spec.help }</span>
            if let Some(reason) = refused {
                <p class="refusal" id={error_id} role="alert"
                    data-testid={format!("field-{}-error", spec.key)}>{ reason }</p>
            }
        </div>
    }
}

/// What the field's term means, where it has one.
fn what_is(field: Field) -> Html {
    let name = match field {
        Field::Processes => "process",
        Field::Threads => "thread",
        Field::Cores => "core",
        Field::SwitchInterval => "switch interval",
        Field::Slice => "time slice",
        _ => return html! {},
    };
    terms::find(name).map_or_else(Html::default, |term| {
        html! {
            <Explained word="?" class="help-mark" meaning={term.meaning}
                label={text::what_is(term.name)} />
        }
    })
}

/// A choice of one of `all`.
fn choice<T: Copy + PartialEq + 'static>(
    label: &'static str,
    id: &'static str,
    all: &'static [T],
    name: fn(T) -> &'static str,
    chosen: T,
    onchoose: Callback<T>,
) -> Html {
    let onchange = onchoose.reform(move |event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        let index = usize::try_from(select.selected_index()).unwrap_or(0);
        all[index.min(all.len() - 1)]
    });
    html! {
        <label class="choice">
            <span>{ label }</span>
            <select {onchange} data-testid={id}>
                { for all.iter().map(|&option| html! {
                    <option selected={option == chosen}>{ name(option) }</option>
                }) }
            </select>
        </label>
    }
}
