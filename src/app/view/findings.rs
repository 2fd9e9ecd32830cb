//! What an opened claim shows: both arms, and all that was found.

use super::Shared;
use crate::app::amount::figure;
use crate::app::claims_table::predictor;
use crate::app::details::{
    CompareRow, FigureRow, RunRow, checks, compare_rows, conditions, failures, figure_row, notes,
    run_row,
};
use crate::app::english::findings as text;
use crate::app::{Story, Tried};
use crate::claims::{self, Verdict};
use crate::experiment::Costs;
use crate::lab::findings::Findings;
use crate::lab::trial::PYTHON;
use crate::lessons;
use yew::{Html, Properties, component, html, use_memo};

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct LessonBodyProps {
    pub id: &'static str,
    pub tried: Option<Shared<Tried>>,
    pub probed: Option<Costs>,
    pub costs: Option<Costs>,
}

#[component]
pub(super) fn LessonBody(props: &LessonBodyProps) -> Html {
    let id = props.id;
    // The simulator runs for this, so only when something has changed.
    let rows = use_memo(
        (props.tried.clone(), props.probed, props.costs),
        |(tried, probed, costs)| {
            let compare = |tried: &Shared<Tried>| {
                let lesson = lessons::find(id)?;
                let predictor = predictor(tried, *probed, *costs);
                Some(compare_rows(&lesson.compare(&tried.findings, &predictor)))
            };
            tried.as_ref().and_then(compare).unwrap_or_default()
        },
    );
    let lesson = lessons::find(id);
    let in_python = id.ends_with(PYTHON);
    html! {
        <div class="lesson-body">
            if let Some(claim) = claims::find(id) {
                <h4>{ text::SIMULATED }</h4>
                <p class="caption">{ claim.about }</p>
            }
            if let Some(lesson) = lesson {
                <h4>{ if in_python { text::MEASURED_IN_PYTHON } else { text::MEASURED_HERE } }</h4>
                <p class="caption">{ lesson.about }</p>
            }
            if let Some(tried) = &props.tried { { all_found(id, &tried.findings, &rows) } }
        </div>
    }
}

/// A verdict in words, with its figures.
pub(super) fn said(verdict: &Verdict, is_decided: bool) -> Html {
    let class = match (is_decided, verdict.holds) {
        (false, _) => "sign open",
        (true, true) => "sign holds",
        (true, false) => "sign fails",
    };
    html! {
        <>
            <p {class}>{ &verdict.text }</p>
            { figures_of(verdict) }
        </>
    }
}

/// The figures of a verdict.
pub(super) fn figures_of(verdict: &Verdict) -> Html {
    if verdict.figures.is_empty() {
        return html! {};
    }
    html! {
        <dl class="figures">
            { for verdict.figures.iter().map(|number| html! {
                <div><dt>{ &number.label }</dt><dd>{ figure(number) }</dd></div>
            }) }
        </dl>
    }
}

fn all_found(id: &str, found: &Findings, rows: &[CompareRow]) -> Html {
    let failed = failures(found);
    let notes = notes(found);
    html! {
        <>
            if !rows.is_empty() { { comparison(id, rows) } }
            if !found.runs.is_empty() { { runs(id, found) } }
            if !found.figures.is_empty() {
                { figures(&format!("figures-{id}"), ("h4", text::FIGURES), found.figures.iter().map(figure_row)) }
            }
            <div class="arms">
                <section>
                    <h4>{ text::FAILURES }</h4>
                    <p data-testid={format!("checks-{id}")}>{ checks(found) }</p>
                    if failed.is_empty() {
                        <p class="caption">{ text::NOTHING_FAILED }</p>
                    }
                    { for failed.into_iter().map(|(place, told)| failure(&place, told)) }
                </section>
                <section>
                    <h4>{ text::CONDITIONS }</h4>
                    <ul class="notes">
                        { for conditions(found).into_iter().map(|line| html! { <li>{ line }</li> }) }
                        { for notes.into_iter().map(|line| html! { <li>{ line }</li> }) }
                    </ul>
                </section>
            </div>
        </>
    }
}

fn failure(place: &str, told: Story) -> Html {
    html! {
        <>
            <p class="caption">{ place }</p>
            <ul class="story">
                { for told.lines.into_iter().map(|(depth, line)| html! {
                    <li class={format!("depth-{}", depth.min(2))}>{ line }</li>
                }) }
                if !told.untouched.is_empty() { <li class="untouched">{ told.untouched }</li> }
            </ul>
        </>
    }
}

/// A table with its heading (`h3`, `h4`), in a region of its own that scrolls.
fn table(
    id: &str,
    (level, title): (&'static str, &'static str),
    heads: &[&'static str],
    rows: Vec<Html>,
) -> Html {
    html! {
        <section>
            <@{level} id={format!("{id}-heading")}>{ title }</@>
            <div class="scroll" tabindex="0" role="group" aria-labelledby={format!("{id}-heading")}>
                <table data-testid={id.to_owned()} aria-labelledby={format!("{id}-heading")}>
                    <thead><tr>
                        { for heads.iter().map(|head| html! { <th scope="col">{ *head }</th> }) }
                    </tr></thead>
                    <tbody>{ for rows }</tbody>
                </table>
            </div>
        </section>
    }
}

fn comparison(id: &str, rows: &[CompareRow]) -> Html {
    let heads = [text::WHAT, text::PREDICTED, text::MEASURED, text::ERROR];
    let row = |row: &CompareRow| {
        html! {
            <tr>
                <th scope="row">{ &row.what }</th>
                <td class="predicted">{ &row.predicted }</td>
                <td class="measured">{ &row.measured }</td>
                <td>{ &row.error }</td>
            </tr>
        }
    };
    let rows = rows.iter().map(row).collect();
    let title = ("h4", text::COMPARISON);
    table(&format!("compare-{id}"), title, &heads, rows)
}

fn runs(id: &str, found: &Findings) -> Html {
    let heads = [
        text::RUN,
        text::LAYOUT,
        text::WALL,
        text::SPEED_UP,
        text::UNITS,
        text::LOST,
    ];
    let row = |row: RunRow| {
        html! {
            <tr>
                <th scope="row">{ row.name }</th>
                <td>{ row.layout }</td>
                <td>{ row.wall }</td>
                <td class="measured">{ row.speed_up }</td>
                <td>{ row.units }</td>
                <td>{ row.lost }</td>
            </tr>
        }
    };
    let rows = found.runs.iter().map(|run| row(run_row(run))).collect();
    table(&format!("runs-{id}"), ("h4", text::RUNS), &heads, rows)
}

/// Figures with their spread, as a table of this id under this heading.
pub(super) fn figures(
    id: &str,
    title: (&'static str, &'static str),
    figures: impl Iterator<Item = FigureRow>,
) -> Html {
    let heads = [
        text::WHAT,
        text::MEDIAN,
        text::P95,
        text::RANGE,
        text::SAMPLES,
    ];
    let row = |row: FigureRow| {
        html! {
            <tr>
                <th scope="row">{ row.what }</th>
                <td class="measured">{ row.median }</td>
                <td>{ row.p95 }</td>
                <td>{ row.range }</td>
                <td>{ row.samples }</td>
            </tr>
        }
    };
    table(id, title, &heads, figures.map(row).collect())
}
