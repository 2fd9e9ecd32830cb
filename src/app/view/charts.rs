//! Charts of the run that is shown.

mod figure;
mod sources;
mod speed_up;
mod uplot;

pub(super) use figure::{FigurePart, Make};
pub(super) use sources::{playhead, theme, use_throughput};

use super::lab::is_python;
use super::{PartProps, Shared};
use crate::app::english::charts as text;
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
                <h2 id="throughput-heading">{ text::THROUGHPUT_NAME }</h2>
                if state.measured().is_some() { { is_python(state) } }
                <FigurePart testid="chart-throughput" name={text::THROUGHPUT_NAME} make={throughput}
                    {playhead} theme={theme.clone()} />
            </section>
            <section class="panel chart" aria-labelledby="utilisation-heading">
                <h2 id="utilisation-heading">{ text::UTILISATION }</h2>
                <FigurePart testid="chart-utilisation" name={text::UTILISATION} make={utilised}
                    {playhead} theme={theme.clone()} />
            </section>
            <section class="panel chart" aria-labelledby="latency-heading">
                <h2 id="latency-heading">{ text::LATENCY }</h2>
                if has_ended {
                    <FigurePart testid="chart-latency" name={text::LATENCY_NAME} make={latencies}
                        theme={theme.clone()} />
                } else {
                    <p data-testid="chart-latency">
                        { text::LATENCY_NONE }
                    </p>
                }
            </section>
            <SpeedUpPart state={state.clone()} theme={theme.clone()} />
            <section class="panel chart" aria-labelledby="gil-heading">
                <h2 id="gil-heading">{ text::GIL_WAIT }</h2>
                if has_gil {
                    <FigurePart testid="chart-gil" name={text::GIL_WAIT} make={waits}
                        {playhead} {theme} />
                } else {
                    <p data-testid="chart-gil">
                        { text::GIL_WAIT_NONE }
                    </p>
                }
            </section>
        </div>
    }
}
