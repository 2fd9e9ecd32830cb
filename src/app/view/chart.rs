//! Throughput over time: lines for what is predicted, dots for what is
//! measured.

use super::PartProps;
use super::canvas::Canvas;
use crate::app::{Lab, State};
use crate::experiment::{Outcome, Throughput};
use crate::plot::{Chart, Ink, Picture, Series, Style, chart, rate};
use yew::{Callback, Html, component, html};

const HEIGHT: f64 = 190.0;
/// Bins of the dots while the run is under way.
const LIVE_BINS: usize = 24;

#[component]
pub(super) fn ChartPart(props: &PartProps) -> Html {
    let state = props.state.clone();
    let predicted = &state.predicted.run.outcome;
    let mut said = format!(
        "predicted {} on average",
        rate(predicted.units_per_second())
    );
    if let Some(measured) = state.measured() {
        let outcome = &measured.measurement.outcome;
        said += &format!(", measured {}", rate(outcome.units_per_second()));
    }
    let label = format!("Throughput over time: {said}.");
    let layout = {
        let state = state.clone();
        Callback::from(move |width| lay_out(&state, width))
    };
    let measured = matches!(state.lab, Lab::Running { .. }) || state.measured().is_some();
    html! {
        <section class="panel chart" aria-labelledby="chart-heading">
            <h2 id="chart-heading">{ "Throughput" }<small>{ " units per second" }</small></h2>
            <Canvas testid="chart" {label} {layout} />
            <ul class="legend" aria-label="Legend">
                <li><span class="key line-predicted" aria-hidden="true"></span>{ "predicted, these settings" }</li>
                if state.measured().is_some() {
                    <li><span class="key line-here" aria-hidden="true"></span>{ "predicted, this machine" }</li>
                }
                if measured {
                    <li><span class="key dot-measured" aria-hidden="true"></span>{ "measured" }</li>
                }
            </ul>
            <p class="caption" data-testid="throughput">{ format!("{}.", capitalised(&said)) }</p>
        </section>
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

fn lay_out(state: &State, width: f64) -> Picture {
    let mut series = vec![Series {
        points: points(&state.predicted.run.outcome),
        style: Style::Line,
        ink: Ink::Predicted,
    }];
    if let Some(measured) = state.measured() {
        series.push(Series {
            points: points(&measured.calibrated.run.outcome),
            style: Style::Dashed,
            ink: Ink::Predicted,
        });
        series.push(dots(points(&measured.measurement.outcome)));
    }
    if let Lab::Running {
        progress: Some(progress),
        ..
    } = &state.lab
    {
        let (times, elapsed) = (&progress.completions_ns, progress.elapsed_ns);
        let so_far = Throughput::from_times(times, elapsed, LIVE_BINS);
        series.push(dots(binned(&so_far, elapsed)));
    }
    chart(&Chart {
        width,
        height: HEIGHT,
        series: &series,
        playhead: Some(state.playhead).filter(|_| state.playing.is_some()),
    })
}

fn dots(points: Vec<(u64, f64)>) -> Series {
    Series {
        points,
        style: Style::Dots,
        ink: Ink::Measured,
    }
}

fn points(outcome: &Outcome) -> Vec<(u64, f64)> {
    binned(&outcome.throughput, outcome.wall_ns)
}

/// Each bin's rate, at the middle of the bin.
fn binned(throughput: &Throughput, wall_ns: u64) -> Vec<(u64, f64)> {
    let middle = |bin: usize| (2 * bin as u64 + 1) * throughput.bin_ns / 2;
    let rates = throughput.rates(wall_ns).into_iter();
    rates
        .enumerate()
        .map(|(bin, rate)| (middle(bin).min(wall_ns), rate))
        .collect()
}
