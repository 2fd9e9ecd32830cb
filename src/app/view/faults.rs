//! The list of faults to put in.

use super::PartProps;
use crate::app::Action;
use crate::app::english::controls as text;
use crate::experiment::{Experiment, Fault, FaultKind, MAX_FAULTS, Trigger};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::{Callback, Event, Html, TargetCast, component, html};

#[component]
pub(super) fn Faults(props: &PartProps) -> Html {
    let PartProps { state, dispatch } = props;
    let experiment = &state.experiment;
    let new = Action::AddFault(first_fault(experiment));
    html! {
        <fieldset>
            <legend>{ text::FAULTS }</legend>
            <ol class="faults">
                { for experiment.faults.iter().enumerate().map(|(index, &fault)| {
                    row(dispatch, index, fault)
                }) }
            </ol>
            if experiment.faults.len() < MAX_FAULTS {
                <button type="button" onclick={dispatch.reform(move |_| new.clone())}
                    data-testid="add-fault">{ text::ADD_FAULT }</button>
            }
        </fieldset>
    }
}

/// What "add a fault" adds: the crash of the first thread, half-way.
fn first_fault(experiment: &Experiment) -> Fault {
    Fault {
        kind: FaultKind::Segfault,
        process: 0,
        thread: 0,
        when: Trigger::Units(experiment.share(0, 0) / 2),
    }
}

fn row(dispatch: &Callback<Action>, index: usize, fault: Fault) -> Html {
    let change = move |fault: Fault| Action::SetFault(index, fault);
    let onkind = dispatch.reform(move |event: Event| {
        let kind = FaultKind::ALL[selected(&event, FaultKind::ALL.len())];
        change(Fault { kind, ..fault })
    });
    let onprocess = dispatch.reform(move |event: Event| {
        let process = counted_from_one(&event).unwrap_or(fault.process);
        change(Fault { process, ..fault })
    });
    let onthread = dispatch.reform(move |event: Event| {
        let thread = counted_from_one(&event).unwrap_or(fault.thread);
        change(Fault { thread, ..fault })
    });
    let (timed, amount) = match fault.when {
        Trigger::Units(units) => (false, units),
        Trigger::TimeUs(us) => (true, us / 1_000),
    };
    let ontrigger = dispatch.reform(move |event: Event| {
        let when = trigger(selected(&event, 2) == 1, amount);
        change(Fault { when, ..fault })
    });
    let onamount = dispatch.reform(move |event: Event| {
        let amount = entered(&event).unwrap_or(amount);
        change(Fault {
            when: trigger(timed, amount),
            ..fault
        })
    });
    let number = index + 1;
    html! {
        <li class="fault" data-testid={format!("fault-{index}")}>
            <select class="kind" aria-label={text::fault_kind(number)} onchange={onkind}>
                { for FaultKind::ALL.iter().map(|&kind| html! {
                    <option selected={kind == fault.kind}>{ kind.label() }</option>
                }) }
            </select>
            <button type="button" class="remove" aria-label={text::remove_fault(number)}
                onclick={dispatch.reform(move |_| Action::RemoveFault(index))}>{ "✕" }</button>
            <label>{ text::FAULT_PROCESS }
                <input type="number" min="1" max="64" value={(fault.process + 1).to_string()} onchange={onprocess} />
            </label>
            if fault.kind.hits_thread() {
                <label>{ text::FAULT_THREAD }
                    <input type="number" min="1" max="64" value={(fault.thread + 1).to_string()} onchange={onthread} />
                </label>
            }
            <span class="when">
                <select aria-label={text::fault_when(number)} onchange={ontrigger}>
                    <option selected={!timed}>{ text::FAULT_AFTER_UNITS }</option>
                    <option selected={timed}>{ text::FAULT_AT_TIME }</option>
                </select>
                <input type="number" min="0" value={amount.to_string()} onchange={onamount}
                    aria-label={text::fault_amount(number, timed)} />
            </span>
        </li>
    }
}

fn trigger(timed: bool, amount: u32) -> Trigger {
    if timed {
        Trigger::TimeUs(amount.saturating_mul(1_000))
    } else {
        Trigger::Units(amount)
    }
}

fn selected(event: &Event, options: usize) -> usize {
    let select: HtmlSelectElement = event.target_unchecked_into();
    usize::try_from(select.selected_index())
        .unwrap_or(0)
        .min(options - 1)
}

/// What was entered, if it is a whole number.
fn entered(event: &Event) -> Option<u32> {
    let input: HtmlInputElement = event.target_unchecked_into();
    input.value().trim().parse().ok()
}

fn counted_from_one(event: &Event) -> Option<u16> {
    let number = entered(event)?.clamp(1, 64);
    u16::try_from(number - 1).ok()
}
