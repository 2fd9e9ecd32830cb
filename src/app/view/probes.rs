//! What things cost in this browser.

use super::Shared;
use super::findings::figures;
use super::progress::ProgressLine;
use super::start_button::StartButton;
use crate::app::english::probes as text;
use crate::app::probes_table::{Group, groups, measured_on};
use crate::app::{Action, Bench, Busy};
use crate::lab::probes::Probes;
use crate::lab::trial::Doing;
use yew::{AttrValue, Callback, Html, Properties, component, html, use_memo};

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct ProbesProps {
    pub bench: Shared<Bench>,
    /// What the lab does.
    pub busy: Option<Busy>,
    pub dispatch: Callback<Action>,
}

#[component]
pub(super) fn ProbesPart(props: &ProbesProps) -> Html {
    let ProbesProps {
        bench,
        busy,
        dispatch,
    } = props;
    let probes = bench.probes.clone().map(Shared);
    let json = use_memo(probes.clone(), |probes| {
        let text = probes.as_ref().map(|probes| probes.to_json());
        text.map(AttrValue::from)
    });
    let running = bench
        .running
        .clone()
        .filter(|running| running.doing == Doing::Probes);
    let trouble = bench
        .trouble
        .as_ref()
        .filter(|_| bench.trouble_of == Some(Doing::Probes));
    let status = match (&running, trouble, &probes) {
        (Some(_), ..) => "running",
        (_, Some(_), _) => "failed",
        (.., Some(_)) => "done",
        _ => "none",
    };
    html! {
        <section class="panel probes" aria-labelledby="probes-heading" data-testid="probes"
            data-status={status}>
            <h2 id="probes-heading">{ text::HEADING }
                <small>{ text::HEADING_MORE }</small>
            </h2>
            <div class="bench">
                { start(running.is_some(), probes.is_some(), busy, dispatch) }
                if probes.is_some() {
                    <button data-testid="export-probes"
                        onclick={dispatch.reform(|_| Action::ExportProbes)}>{ text::SAVE }</button>
                    <StartButton text={text::FORGET} testid="forget-probes"
                        action={Action::ForgetProbes} busy={busy.clone()} dispatch={dispatch.clone()} />
                }
                <div class="bench-status">
                    <p role="status" data-testid="probes-status">
                        { probes.as_ref().map_or_else(|| text::NOT_MEASURED.to_owned(), |p| measured_on(p)) }
                    </p>
                    if let Some(running) = running {
                        <ProgressLine {running} label={text::STEPS} />
                    } else if let Some(busy) = busy {
                        <p class="caption">{ busy.why_not() }</p>
                    }
                </div>
            </div>
            if let Some(trouble) = trouble {
                <p class="refusal" role="alert" data-testid="probes-trouble">{ trouble.to_string() }</p>
            }
            if let Some(why) = &bench.ignored {
                <p class="warning" data-testid="probes-ignored">{ why }</p>
            }
            <p class="caption">
                { text::WHAT_FOR }
            </p>
            if let Some(probes) = &probes { { tables(probes) } }
            if let Some(json) = (*json).clone() {
                <script type="application/json" data-testid="probes-json">{ json }</script>
            }
        </section>
    }
}

fn start(is_running: bool, again: bool, busy: &Option<Busy>, dispatch: &Callback<Action>) -> Html {
    let (text, action, class) = match (is_running, again) {
        (true, _) => (text::STOP, Action::StopDoing, "stop"),
        (_, true) => (text::MEASURE_AGAIN, Action::Begin(Doing::Probes), "primary"),
        _ => (text::MEASURE, Action::Begin(Doing::Probes), "primary"),
    };
    let busy = busy.clone().filter(|_| !is_running);
    html! {
        <StartButton {text} {action} {class} {busy} testid="run-probes" dispatch={dispatch.clone()} />
    }
}

fn tables(probes: &Probes) -> Html {
    html! {
        <div class="probe-groups">{ for groups(probes).into_iter().enumerate().map(group) }</div>
    }
}

fn group((index, group): (usize, Group)) -> Html {
    let Group {
        name,
        figures: rows,
        unavailable,
    } = group;
    html! {
        <div class="probe-group">
            if rows.is_empty() {
                <h3>{ name }</h3>
            } else {
                { figures(&format!("probes-{index}"), ("h3", name), rows.into_iter()) }
            }
            if !unavailable.is_empty() {
                <ul class="notes">
                    { for unavailable.into_iter().map(|(id, why)| html! {
                        <li>{ text::not_measurable(&id, &why) }</li>
                    }) }
                </ul>
            }
        </div>
    }
}
