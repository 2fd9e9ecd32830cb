//! Run it for real: the button, the progress, and under what conditions it was
//! measured.

use super::Shared;
use super::start_button::StartButton;
use crate::app::english::lab as text;
use crate::app::{Action, Busy, Lab, Measured, State};
use crate::experiment::Experiment;
use crate::lab::measurement::{Environment, Progress};
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
    // What runs here can be stopped here.
    let busy = busy.clone().filter(|busy| *busy != Busy::Experiment);
    let running = matches!(state.lab, Lab::Running { .. });
    let (action, text) = if running {
        (Action::StopLab, text::STOP)
    } else {
        (Action::RunLab, text::RUN)
    };
    let status = match &state.lab {
        Lab::Idle => "idle",
        Lab::Running { .. } => "running",
        Lab::Refused(_) => "refused",
        Lab::Done(_) => "done",
    };
    html! {
        <section class="panel lab" aria-labelledby="lab-heading" data-testid="lab" data-status={status}>
            <h2 id="lab-heading">{ text::HEADING }</h2>
            <div class="run">
                <StartButton class={if running { "stop" } else { "primary" }} {text} {action}
                    busy={busy.clone()} testid="run" dispatch={dispatch.clone()} />
                if let Some(busy) = &busy {
                    <p class="caption">{ busy.why_not() }</p>
                } else {
                    { status_line(state) }
                }
            </div>
            if state.program.is_some() {
                <p class="caption" data-testid="not-the-program">{ text::NOT_THE_PROGRAM }</p>
            }
            if let Some(environment) = &state.environment { { conditions(environment) } }
            if let Some(measured) = state.measured() { { report(measured) } }
        </section>
    }
}

fn status_line(state: &State) -> Html {
    let experiment = &state.experiment;
    match &state.lab {
        Lab::Idle => html! {
            <p class="caption">
                { what_starts(experiment) }
            </p>
        },
        Lab::Running { progress, .. } => progress_line(progress.as_ref()),
        Lab::Refused(reason) => html! {
            <p class="refusal" role="alert" data-testid="refusal">{ reason }</p>
        },
        Lab::Done(measured) if measured.is_of(experiment) => html! {
            <p class="verdict" data-testid="measured-verdict">
                <strong>{ ratio(measured.measurement.speed_up()) }</strong>
                { text::VERDICT_AFTER_RATIO }
            </p>
        },
        Lab::Done(_) => html! {
            <p class="caption">{ text::CHANGED }</p>
        },
    }
}

/// The share of its calibrated speed that one thread alone reached, if that is
/// so little that the machine cannot have been idle.
fn busy_share(measured: &Measured) -> Option<f64> {
    let measurement = &measured.measurement;
    let unit_ns = measurement.calibration.unit_ns + u64::from(measured.experiment.io_us) * 1_000;
    let share = measurement.baseline_units_per_s * unit_ns as f64 / 1e9;
    (share < 0.85).then_some(share)
}

fn what_starts(experiment: &Experiment) -> String {
    text::what_starts(
        u32::from(experiment.processes),
        u32::from(experiment.threads),
    )
}

fn progress_line(progress: Option<&Progress>) -> Html {
    let Some(progress) = progress else {
        return html! {
            <p class="caption" role="status">{ text::BASELINE }</p>
        };
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

fn report(measured: &Measured) -> Html {
    let measurement = &measured.measurement;
    let calibration = &measurement.calibration;
    let workers = measured.experiment.workers();
    let cores = measurement.environment.cores;
    let spread = calibration.block_spread_ns / calibration.block_ns.max(1.0);
    let json = serde_json::to_string(measurement).unwrap_or_default();
    html! {
        <>
            <p class="caption">
                { text::unit(&duration(calibration.unit_ns), calibration.samples, &percent(spread)) }
                if measured.experiment.threads > 1 {
                    { text::starting_threads(&duration(
                        measurement.costs.thread_start_ns * u64::from(measured.experiment.threads))) }
                }
                if workers > cores {
                    { text::oversubscribed(workers, cores) }
                }
                if let Some(share) = busy_share(measured) {
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
