//! Throughput beside the measurement: lines for what is predicted, dots for
//! what is measured.

use super::PartProps;
use super::charts::{FigurePart, playhead, theme, use_throughput};
use yew::{Html, component, html};

#[component]
pub(super) fn ChartPart(props: &PartProps) -> Html {
    let state = &props.state;
    let make = use_throughput(state);
    html! {
        <section class="panel chart" aria-labelledby="chart-heading">
            <h2 id="chart-heading">{ "Throughput" }</h2>
            <FigurePart testid="chart" title_testid="throughput" name="Throughput over time" {make}
                playhead={playhead(state)} theme={theme()} />
        </section>
    }
}
