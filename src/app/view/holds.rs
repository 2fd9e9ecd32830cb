//! Who had the GIL when, as it was measured: a picture, and the same in numbers.

use super::PartProps;
use super::canvas::Canvas;
use crate::app::english::holds as text;
use crate::app::holds::{Holding, MAX_ROWS};
use crate::plot::{HoldsRequest, HoldsRow, count, holds, percent};
use yew::{Callback, Html, component, html, use_memo};

#[component]
pub(super) fn HoldsPart(props: &PartProps) -> Html {
    let measured = props.state.measured().map(|it| super::Shared(it.clone()));
    let holding = use_memo(measured, |measured| {
        measured.as_ref().and_then(|measured| Holding::of(measured))
    });
    html! { if let Some(holding) = &*holding { { part(holding) } } }
}

fn part(holding: &Holding) -> Html {
    let drawn = holding.threads.iter().take(MAX_ROWS);
    let rows: Vec<HoldsRow> = drawn.map(|holder| holder.row.clone()).collect();
    let end = holding.end;
    let layout = Callback::from(move |width| {
        holds(&HoldsRequest {
            width,
            rows: &rows,
            end,
        })
    });
    html! {
        <section class="panel holds" aria-labelledby="holds-heading">
            <details open=true>
                <summary><h2 id="holds-heading">{ text::HEADING }</h2></summary>
                <Canvas testid="holds" label={holding.words()} {layout} />
                if let Some(more) = holding.more() { <p class="caption">{ more }</p> }
                <p class="caption" data-testid="gil-switches">{ &holding.switches }</p>
                <details>
                    <summary>{ text::TABLE }</summary>
                    <div class="scroll" tabindex="0" role="group" aria-label={text::TABLE}>
                        <table data-testid="holds-table">
                            <thead>
                                <tr>
                                    <th scope="col">{ text::THREAD }</th>
                                    <th scope="col">{ text::SHARE }</th>
                                    <th scope="col">{ text::TIMES }</th>
                                </tr>
                            </thead>
                            <tbody>
                                { for holding.threads.iter().map(|holder| html! {
                                    <tr>
                                        <th scope="row">{ &holder.row.name }</th>
                                        <td>{ percent(holder.share) }</td>
                                        <td>{ count(holder.row.held.len() as u64) }</td>
                                    </tr>
                                }) }
                            </tbody>
                        </table>
                    </div>
                </details>
            </details>
        </section>
    }
}
