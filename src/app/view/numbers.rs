//! The numbers in a table.

use super::lab::is_python;
use super::term::Explained;
use super::{PartProps, on_fold};
use crate::app::english::numbers as text;
use crate::app::{Part, Row, scheduler_table, table};
use yew::{Html, component, html};

#[component]
pub(super) fn Numbers(props: &PartProps) -> Html {
    let state = &props.state;
    let measured = state.measured();
    let here = measured.map(|measured| {
        let cores = measured.measurement.environment.cores;
        text::predicted_here(cores)
    });
    // These settings' units are not the program's.
    let is_of_python = measured.is_some() && state.shows_python();
    html! {
        <section class="panel numbers" aria-labelledby="numbers-heading">
            <h2 id="numbers-heading">{ text::HEADING }</h2>
            if measured.is_some() { { is_python(state) } }
            <div class="scroll" tabindex="0" role="group" aria-label={text::TABLE}>
            <table data-testid="numbers">
                <thead>
                    <tr>
                        <th scope="col">{ "" }<span class="hidden">{ text::WHAT }</span></th>
                        if !is_of_python {
                            <th scope="col">{ text::PREDICTED }</th>
                        }
                        if let Some(here) = &here {
                            <th scope="col">{ here.clone() }</th>
                            <th scope="col">{ text::MEASURED }</th>
                            <th scope="col">{ text::ERROR }</th>
                        }
                    </tr>
                </thead>
                <tbody>
                    { for table(state).into_iter().map(|row| line(&row, !is_of_python, here.is_some())) }
                </tbody>
            </table>
            </div>
            <details open={state.memory.is_open(Part::Scheduler)}
                ontoggle={on_fold(&props.dispatch, Part::Scheduler)}>
                <summary>{ text::SCHEDULER }</summary>
                <table data-testid="scheduler-numbers"><tbody>
                    { for scheduler_table(state).iter().map(|row| line(row, true, false)) }
                </tbody></table>
            </details>
            if measured.is_none() {
                <p class="caption">{ text::NOT_MEASURED }</p>
            }
        </section>
    }
}

/// A row, with what is predicted for the settings, and with what was measured.
fn line(row: &Row, predicted: bool, measured: bool) -> Html {
    let dash = |text: &str| match text {
        "" => "–".to_owned(),
        text => text.to_owned(),
    };
    html! {
        <tr data-testid={format!("row-{}", row.id)}>
            <th scope="row"><Explained word={row.name} meaning={row.help} /></th>
            if predicted { <td class="predicted">{ dash(&row.predicted) }</td> }
            if measured {
                <td>{ dash(&row.here) }</td>
                <td class={(!row.measured.is_empty()).then_some("measured")}>{ dash(&row.measured) }</td>
                <td>{ dash(&row.error) }</td>
            }
        </tr>
    }
}
