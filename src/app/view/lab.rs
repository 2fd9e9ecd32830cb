//! Run it for real: the button, the progress, and under what conditions it was
//! measured.

use super::Shared;
use super::start_button::StartButton;
use crate::app::english::lab as text;
use crate::app::english::python as python_text;
use crate::app::{Action, Busy, Lab, Measured, State};
use crate::lab::measurement::{Environment, Measurement, Progress};
use crate::lab::python::Work;
use crate::plot::{duration, percent, ratio};
use yew::{Callback, Html, Properties, component, html};

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct LabProps {
    pub state: Shared<State>,
    /// What the lab does.
    pub busy: Option<Busy>,
    pub dispatch: Callback<Action>,
}

#[component]
pub(super) fn LabPart(props: &LabProps) -> Html {
    let LabProps {
        state,
        busy,
        dispatch,
    } = props;
    html! {
        <section class="panel lab" aria-labelledby="lab-heading" data-testid="lab"
            data-status={status(state)}>
            <h2 id="lab-heading">{ text::HEADING }</h2>
            { is_python(state) }
            { run(state, busy.as_ref(), dispatch, "run", true) }
            if state.program.is_some() {
                <p class="caption" data-testid="not-the-program">{ text::NOT_THE_PROGRAM }</p>
            }
            if let Some(environment) = &state.environment { { conditions(environment) } }
            if let Some(measured) = state.measured() { { report(measured) } }
        </section>
    }
}

/// Says so where what is measured is the Python program.
pub(super) fn is_python(state: &State) -> Html {
    html! {
        if state.shows_python() {
            <p class="caption" data-testid="is-python">{ python_text::IS_PYTHON }</p>
        }
    }
}

/// What the lab does with what is shown, for tests.
pub(super) fn status(state: &State) -> &'static str {
    match state.shown_lab() {
        Lab::Idle => "idle",
        Lab::Running { .. } => "running",
        Lab::Refused(_) => "refused",
        Lab::Done(_) => "done",
    }
}

/// What runs what is shown, and stops it, with how far that is. `alerts`: what
/// went wrong is read out.
pub(super) fn run(
    state: &State,
    busy: Option<&Busy>,
    dispatch: &Callback<Action>,
    testid: &'static str,
    alerts: bool,
) -> Html {
    // What runs here can be stopped here.
    let busy = busy.filter(|busy| !busy.is_run(state.shows_python()));
    let running = state.shown_lab().is_running();
    let (action, text) = match running {
        true => (Action::StopLab, text::STOP),
        false => (Action::RunLab, text::RUN),
    };
    html! {
        <div class="run">
            <StartButton class={if running { "stop" } else { "primary" }} {text} {action}
                busy={busy.cloned()} {testid} dispatch={dispatch.clone()} />
            if let Some(busy) = busy {
                <p class="caption">{ busy.why_not() }</p>
            } else {
                { status_line(state, testid, alerts) }
            }
        </div>
    }
}

fn status_line(state: &State, testid: &'static str, alerts: bool) -> Html {
    let is_python = state.shows_python();
    // The first of them is as old as the page.
    let named = |of: &str| match testid {
        "run" => of.to_owned(),
        _ => format!("{testid}-{of}"),
    };
    match state.shown_lab() {
        Lab::Idle => html! {
            <p class="caption">{ what_starts(state) }</p>
        },
        Lab::Running { progress, .. } => progress_line(progress.as_ref(), is_python),
        Lab::Refused(reason) => html! {
            <p class="refusal" role={alerts.then_some("alert")} data-testid={named("refusal")}>
                { reason }
            </p>
        },
        Lab::Done(measured) if state.is_current(measured) => html! {
            <p class="verdict" data-testid={named("measured-verdict")}>
                <strong>{ ratio(measured.measurement.speed_up()) }</strong>
                { text::VERDICT_AFTER_RATIO }
                { at_work(&measured.measurement) }
            </p>
        },
        Lab::Done(_) => html! {
            <p class="caption">{ if is_python { python_text::CHANGED } else { text::CHANGED } }</p>
        },
    }
}

/// The speed-up without what starting took, where that makes a difference.
fn at_work(measurement: &Measurement) -> Option<String> {
    let whole = measurement.speed_up();
    let at_work = measurement.speed_up_at_work()?;
    (at_work > 1.05 * whole).then(|| text::at_work(&ratio(at_work)))
}

/// The share of its calibrated speed that one thread alone reached, if that is
/// so little that the machine cannot have been idle.
fn busy_share(measured: &Measured) -> Option<f64> {
    let measurement = &measured.measurement;
    let unit_ns = measurement.calibration.unit_ns + u64::from(measured.experiment.io_us) * 1_000;
    let share = measurement.baseline_units_per_s * unit_ns as f64 / 1e9;
    (share < 0.85).then_some(share)
}

fn what_starts(state: &State) -> String {
    let processes = u32::from(state.experiment.processes);
    let threads = u32::from(state.experiment.threads);
    match state.shows_python() {
        true => python_text::what_starts(processes, threads),
        false => text::what_starts(processes, threads),
    }
}

fn progress_line(progress: Option<&Progress>, is_python: bool) -> Html {
    let Some(progress) = progress else {
        let baseline = match is_python {
            true => python_text::BASELINE,
            false => text::BASELINE,
        };
        return html! { <p class="caption" role="status">{ baseline }</p> };
    };
    let ready = progress.processes.iter().filter(|p| p.is_ready).count();
    html! {
        <div class="progress" role="status">
            <progress max={progress.units_planned.to_string()} value={progress.units_done.to_string()}
                aria-label={text::UNITS_DONE}></progress>
            <p class="caption">
                { text::progress((progress.units_done, progress.units_planned),
                    (ready, progress.processes.len())) }
            </p>
        </div>
    }
}

fn conditions(environment: &Environment) -> Html {
    html! {
        <div data-testid="environment" data-isolated={environment.isolated.to_string()}>
            <p class="caption">
                { text::conditions(environment.cores,
                    &duration(u64::from(environment.timer_resolution_ns)), environment.isolated) }
            </p>
            if let Some(reason) = &environment.threads_unavailable {
                <p class="warning" data-testid="threads-unavailable">
                    { text::threads_unavailable(reason) }
                </p>
            }
        </div>
    }
}

/// What a unit of Python takes.
fn python_unit(measured: &Measured) -> String {
    let waits_us = measured.measurement.calibration.blocked_ns as f64 / 1e3;
    // A lock that nobody else wants takes a moment, too.
    let waits = (waits_us > 0.02 * measured.unit_us()).then(|| us(waits_us));
    python_text::unit(&us(measured.unit_us()), waits.as_deref())
}

fn us(us: f64) -> String {
    duration((us * 1e3) as u64)
}

fn report(measured: &Measured) -> Html {
    let measurement = &measured.measurement;
    let calibration = &measurement.calibration;
    let workers = measured.experiment.workers();
    let cores = measurement.environment.cores;
    let spread = calibration.block_spread_ns / calibration.block_ns.max(1.0);
    let is_kernel = measured.work == Work::Kernel;
    let json = serde_json::to_string(measurement).unwrap_or_default();
    html! {
        <>
            <p class="caption">
                if is_kernel {
                    { text::unit(&duration(calibration.unit_ns), calibration.samples,
                        &percent(spread)) }
                } else {
                    { python_unit(measured) }
                }
                if measured.is_beyond_prediction() {
                    { python_text::beyond(&us(f64::from(measured.here.cpu_us))) }
                }
                if measured.experiment.threads > 1 {
                    { text::starting_threads(&duration(
                        measurement.costs.thread_start_ns * u64::from(measured.experiment.threads))) }
                }
                if workers > cores {
                    { text::oversubscribed(workers, cores) }
                }
                if let (Some(share), true) = (busy_share(measured), is_kernel) {
                    { text::disturbed(&percent(share)) }
                }
            </p>
            if !measurement.messages.is_empty() {
                <ul class="messages" data-testid="messages">
                    { for measurement.messages.iter().map(|message| html! { <li>{ message }</li> }) }
                </ul>
            }
            <script type="application/json" data-testid="measurement-json">{ json }</script>
        </>
    }
}
