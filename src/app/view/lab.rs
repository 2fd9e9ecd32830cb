//! Run it for real: the button, the progress, and under what conditions it was
//! measured.

use super::Shared;
use super::start_button::StartButton;
use crate::app::{Action, Busy, Lab, Measured, State};
use crate::experiment::Experiment;
use crate::lab::measurement::{Environment, Progress};
use crate::plot::{count, duration, percent, ratio};
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
        (Action::StopLab, "Stop")
    } else {
        (Action::RunLab, "Run it for real")
    };
    let status = match &state.lab {
        Lab::Idle => "idle",
        Lab::Running { .. } => "running",
        Lab::Refused(_) => "refused",
        Lab::Done(_) => "done",
    };
    html! {
        <section class="panel lab" aria-labelledby="lab-heading" data-testid="lab" data-status={status}>
            <h2 id="lab-heading">{ "Measured here" }</h2>
            <div class="run">
                <StartButton class={if running { "stop" } else { "primary" }} {text} {action}
                    busy={busy.clone()} testid="run" dispatch={dispatch.clone()} />
                if let Some(busy) = &busy {
                    <p class="caption">{ busy.why_not() }</p>
                } else {
                    { status_line(state) }
                }
            </div>
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
                { " the speed of one thread, measured." }
            </p>
        },
        Lab::Done(_) => html! {
            <p class="caption">{ "The settings have changed since the last run." }</p>
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
    let threads = match experiment.threads {
        1 => "one thread".to_owned(),
        threads => format!("{threads} threads that share it"),
    };
    match experiment.processes {
        1 => format!("Starts a web worker with a memory of its own and {threads}."),
        many => format!("Starts {many} web workers, each with a memory of its own and {threads}."),
    }
}

fn progress_line(progress: Option<&Progress>) -> Html {
    let Some(progress) = progress else {
        return html! {
            <p class="caption" role="status">{ "Measuring one thread alone, for comparison …" }</p>
        };
    };
    let ready = progress.processes.iter().filter(|p| p.is_ready).count();
    html! {
        <div class="progress" role="status">
            <progress max={progress.units_planned.to_string()} value={progress.units_done.to_string()}
                aria-label="Units done"></progress>
            <p class="caption">
                { format!("{} of {} units, {ready} of {} processes ready", count(progress.units_done),
                    count(progress.units_planned), progress.processes.len()) }
            </p>
        </div>
    }
}

fn conditions(environment: &Environment) -> Html {
    let cores = match environment.cores {
        1 => "1 core".to_owned(),
        cores => format!("{cores} cores"),
    };
    html! {
        <div data-testid="environment" data-isolated={environment.isolated.to_string()}>
            <p class="caption">
                { format!("This browser: {cores}, clock steps of {}, {}.",
                    duration(u64::from(environment.timer_resolution_ns)),
                    if environment.isolated { "page isolated (shared memory on)" }
                    else { "page not isolated" }) }
            </p>
            if let Some(reason) = &environment.threads_unavailable {
                <p class="warning" data-testid="threads-unavailable">
                    { format!("Threads can't be measured here: {reason}. Processes can.") }
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
                { format!("One unit computes {} here ({} samples, spread {}).",
                    duration(calibration.unit_ns), calibration.samples, percent(spread)) }
                if measured.experiment.threads > 1 {
                    { format!(" Starting the threads took about {} in each process.",
                        duration(measurement.costs.thread_start_ns * u64::from(measured.experiment.threads))) }
                }
                if workers > cores {
                    { format!(" {workers} threads share {cores} cores: oversubscribed.") }
                }
                if let Some(share) = busy_share(measured) {
                    { format!(" Something else was using this machine: one thread alone got {} of its \
                        calibrated speed. Run it again when the machine is idle.", percent(share)) }
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
