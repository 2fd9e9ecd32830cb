//! Throughput beside the measurement: lines for what is predicted, dots for
//! what is measured.

use super::PartProps;
use super::charts::{FigurePart, playhead, theme, use_throughput};
use crate::plot::rate;
use yew::{Html, component, html};

#[component]
pub(super) fn ChartPart(props: &PartProps) -> Html {
    let state = &props.state;
    let make = use_throughput(state);
    let predicted = state.predicted.run.outcome.units_per_second();
    let measured = state.measured().map(|measured| {
        let found = measured.measurement.outcome.units_per_second();
        format!(", measured {}", rate(found))
    });
    html! {
        <section class="panel chart" aria-labelledby="chart-heading">
            <h2 id="chart-heading">{ "Throughput" }</h2>
            <FigurePart testid="chart" name="Throughput over time" {make}
                playhead={playhead(state)} theme={theme()} />
            <p class="hidden" data-testid="throughput">
                { format!("Predicted {} on average{}.", rate(predicted), measured.unwrap_or_default()) }
            </p>
        </section>
    }
}
