//! Throughput beside the measurement: lines for what is predicted, dots for
//! what is measured.

use super::PartProps;
use super::charts::{FigurePart, playhead, theme, use_throughput};
use crate::app::english::charts as text;
use yew::{Html, component, html};

#[component]
pub(super) fn ChartPart(props: &PartProps) -> Html {
    let state = &props.state;
    let make = use_throughput(state);
    html! {
        <section class="panel chart" aria-labelledby="chart-heading">
            <h2 id="chart-heading">{ text::THROUGHPUT }</h2>
            <FigurePart testid="chart" title_testid="throughput" name={text::THROUGHPUT_NAME} {make}
                playhead={playhead(state)} theme={theme()} />
        </section>
    }
}
