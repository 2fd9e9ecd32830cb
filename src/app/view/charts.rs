//! Charts of the run that is shown.

mod figure;
mod sources;
mod speed_up;
mod uplot;

pub(super) use figure::{FigurePart, Make};
pub(super) use sources::{playhead, theme, use_throughput};

use super::{PartProps, Shared};
use crate::plot::charts::{gil_wait, latency, utilisation};
use speed_up::SpeedUpPart;
use std::rc::Rc;
use yew::{Html, component, html, use_callback};

/// A bin is at least so many px wide: narrower ones could not be told apart.
const BIN: f64 = 4.0;

#[component]
pub(super) fn ChartsPart(props: &PartProps) -> Html {
    let state = &props.state;
    let theme = theme();
    let playhead = playhead(state);
    let throughput = use_throughput(state);
    let run = Shared(Rc::clone(&state.predicted));
    let utilised: Make = use_callback((run.clone(), state.window), |width: f64, (run, window)| {
        utilisation(&run.run, *window, (width / BIN) as usize)
    });
    let latencies: Make = use_callback(run.clone(), |_, run| latency(&run.run).unwrap_or_default());
    let waits: Make = use_callback((run, state.window), |width: f64, (run, window)| {
        gil_wait(&run.run, *window, (width / BIN) as usize).unwrap_or_default()
    });
    let run = &state.predicted.run;
    let has_gil = !run.trace.holds.is_empty();
    let has_ended = !run.trace.units.is_empty()
        || run
            .threads
            .iter()
            .any(|thread| thread.turnaround_ns().is_some());
    html! {
        <div class="charts" data-testid="charts">
            <section class="panel chart" aria-labelledby="throughput-heading">
                <h2 id="throughput-heading">{ "Throughput over time" }</h2>
                <FigurePart testid="chart-throughput" name="Throughput over time" make={throughput}
                    {playhead} theme={theme.clone()} />
            </section>
            <section class="panel chart" aria-labelledby="utilisation-heading">
                <h2 id="utilisation-heading">{ "What the time goes to" }</h2>
                <FigurePart testid="chart-utilisation" name="What the time goes to" make={utilised}
                    {playhead} theme={theme.clone()} />
            </section>
            <section class="panel chart" aria-labelledby="latency-heading">
                <h2 id="latency-heading">{ "How long it takes" }</h2>
                if has_ended {
                    <FigurePart testid="chart-latency" name="How long units take" make={latencies}
                        theme={theme.clone()} />
                } else {
                    <p data-testid="chart-latency">
                        { "In this run no unit of work is completed and no thread ends, so there is \
                           nothing to count." }
                    </p>
                }
            </section>
            <SpeedUpPart state={state.clone()} theme={theme.clone()} />
            <section class="panel chart" aria-labelledby="gil-heading">
                <h2 id="gil-heading">{ "Waiting for the GIL" }</h2>
                if has_gil {
                    <FigurePart testid="chart-gil" name="Waiting for the GIL" make={waits}
                        {playhead} {theme} />
                } else {
                    <p data-testid="chart-gil">
                        { "0 % of the threads' time is waiting for the GIL: in this run there is none." }
                    </p>
                }
            </section>
        </div>
    }
}
