//! Two runs side by side: A, which was kept, and B, which is shown.

use super::canvas::Canvas;
use super::{PartProps, Shared};
use crate::app::compare::{PAIRS, differences, parts};
use crate::app::english::compare as text;
use crate::app::{Action, Kept, State};
use crate::experiment::Outcome;
use crate::export::compare::rows;
use crate::plot::{
    Chart, CompareRequest, ComparedRun, Ink, Picture, Series, Style, Window, chart, common_window,
    compare, duration,
};
use std::rc::Rc;
use yew::{Callback, Html, component, html};

/// Room left of the lanes: as in the timeline, so that one lies under the
/// other.
const GUTTER: f64 = 64.0;
const CHART_HEIGHT: f64 = 130.0;
/// Differences beyond these many are folded away.
const TOLD: usize = 2;

#[component]
pub(super) fn ComparePart(props: &PartProps) -> Html {
    let PartProps { state, dispatch } = props;
    let button = |text: &'static str, testid: &'static str, action: Action| {
        let onclick = dispatch.reform(move |_| action.clone());
        html! { <button type="button" {onclick} data-testid={testid}>{ text }</button> }
    };
    let pairs = html! {
        <>
            <h3>{ text::PAIRS }</h3>
            <ul class="pairs">
                { for PAIRS.iter().enumerate().map(|(index, pair)| html! {
                    <li><button type="button" data-testid={format!("pair-{}", pair.id)}
                        onclick={dispatch.reform(move |_| Action::ComparePair(index))}>
                        { pair.title }
                    </button></li>
                }) }
            </ul>
        </>
    };
    let Some(kept) = &state.kept else {
        return html! {
            <section class="panel compare" aria-labelledby="compare-heading">
                <h2 id="compare-heading">{ text::HEADING }</h2>
                <p class="caption">
                    { text::HOW }
                </p>
                { button(text::KEEP, "keep", Action::Keep) }
                { pairs }
            </section>
        };
    };
    html! {
        <section class="panel compare" aria-labelledby="compare-heading">
            <h2 id="compare-heading">{ text::HEADING }</h2>
            <dl class="sides">
                <div><dt>{ text::A }</dt><dd>{ text::kept(&kept.title) }</dd></div>
                <div><dt>{ text::B }</dt><dd>{ text::shown(&state.title()) }</dd></div>
            </dl>
            <div class="compare-buttons">
                { button(text::SWAP, "swap", Action::Swap) }
                { button(text::SHOW_A, "open-kept", Action::OpenKept) }
                if !state.is_kept() {
                    { button(text::KEEP_B, "keep", Action::Keep) }
                }
                { button(text::GIVE_UP, "unkeep", Action::Unkeep) }
            </div>
            if state.is_kept() {
                <p class="caption" data-testid="compare-words">
                    { text::NOTHING_CHANGED }
                </p>
            } else {
                { words(kept, state) }
            }
            { pictures(kept, state) }
            if !state.is_kept() {
                { where_time_went(kept, state) }
                { figures(kept, state) }
            }
            <details>
                <summary>{ text::OTHER_PAIRS }</summary>
                { pairs }
            </details>
        </section>
    }
}

fn words(kept: &Kept, state: &State) -> Html {
    let said = differences(&kept.predicted.run, &state.predicted.run);
    let (first, rest) = said.split_at(said.len().min(TOLD));
    html! {
        <div class="compare-words" aria-live="polite" data-testid="compare-words">
            { for first.iter().enumerate().map(|(index, text)| html! {
                <p class={(index == 0).then_some("telling")}>{ text.clone() }</p>
            }) }
            if !rest.is_empty() {
                <ul>{ for rest.iter().map(|text| html! { <li>{ text.clone() }</li> }) }</ul>
            }
        </div>
    }
}

fn pictures(kept: &Rc<Kept>, state: &Shared<State>) -> Html {
    let label = text::picture(
        &kept.title,
        &duration(kept.predicted.run.trace.end),
        &state.title(),
        &duration(state.predicted.run.trace.end),
    );
    let layout = {
        let (kept, state) = (Rc::clone(kept), state.clone());
        Callback::from(move |width| both(&kept, &state, width))
    };
    let throughput = {
        let (kept, state) = (Rc::clone(kept), state.clone());
        Callback::from(move |width| rates(&kept, &state, width))
    };
    let average = |outcome: &Outcome| crate::plot::rate(outcome.units_per_second());
    let rates_label = text::rates(
        &average(&kept.predicted.run.outcome),
        &average(&state.predicted.run.outcome),
    );
    let has_units = state.predicted.run.outcome.units_done() > 0;
    html! {
        <>
            <Canvas testid="compare" {label} {layout} />
            if has_units {
                <h3>{ text::THROUGHPUT }</h3>
                <Canvas testid="compare-throughput" label={rates_label} layout={throughput} />
                <ul class="legend" aria-label={text::LEGEND}>
                    <li><span class="key line-a" aria-hidden="true"></span>{ text::A }</li>
                    <li><span class="key line-predicted" aria-hidden="true"></span>{ text::B }</li>
                </ul>
            }
        </>
    }
}

fn both(kept: &Kept, state: &State, width: f64) -> Picture {
    let (a, b) = (&kept.predicted, &state.predicted);
    let (title_a, title_b) = (text::titled_a(&kept.title), text::titled_b(&state.title()));
    let whole = common_window([&a.run.trace, &b.run.trace]);
    compare(&CompareRequest {
        runs: &[
            ComparedRun {
                title: &title_a,
                trace: &a.run.trace,
                lanes: &a.lanes,
                failures: &a.run.outcome.failures,
            },
            ComparedRun {
                title: &title_b,
                trace: &b.run.trace,
                lanes: &b.lanes,
                failures: &b.run.outcome.failures,
            },
        ],
        window: state.window.unwrap_or(whole),
        playhead: state.playhead,
        left: GUTTER,
        width,
    })
}

fn rates(kept: &Kept, state: &State, width: f64) -> Picture {
    let series = [
        Series {
            points: points(&kept.predicted.run.outcome),
            style: Style::Dashed,
            ink: Ink::Muted,
        },
        Series {
            points: points(&state.predicted.run.outcome),
            style: Style::Line,
            ink: Ink::Predicted,
        },
    ];
    chart(&Chart {
        width,
        height: CHART_HEIGHT,
        series: &series,
        playhead: Some(state.playhead),
    })
}

/// Each bin's rate, at the middle of the bin.
fn points(outcome: &Outcome) -> Vec<(u64, f64)> {
    let bin = outcome.throughput.bin_ns;
    let middle = |index: usize| ((2 * index as u64 + 1) * bin / 2).min(outcome.wall_ns);
    let rates = outcome.throughput.rates(outcome.wall_ns).into_iter();
    rates
        .enumerate()
        .map(|(index, rate)| (middle(index), rate))
        .collect()
}

fn where_time_went(kept: &Kept, state: &State) -> Html {
    let Some(([a, b], parts)) = parts(&kept.predicted.run, &state.predicted.run) else {
        return html! {};
    };
    html! {
        <>
            <h3>{ text::PARTS }</h3>
            <p class="caption">
                { text::followed(&a, &b) }
            </p>
            <div class="scroll" tabindex="0" role="group" aria-label={text::PARTS_SCROLL}>
            <table data-testid="compare-parts">
                { head(text::PARTS_CHANGE) }
                <tbody>
                    { for parts.into_iter().map(|part| html! {
                        <tr><th scope="row">{ part.name }</th><td>{ part.a }</td><td>{ part.b }</td>
                            <td>{ part.change }</td></tr>
                    }) }
                </tbody>
            </table>
            </div>
        </>
    }
}

fn figures(kept: &Kept, state: &State) -> Html {
    let rows = rows(&kept.predicted.run, &state.predicted.run);
    html! {
        <>
            <h3>{ text::FIGURES }</h3>
            <div class="scroll" tabindex="0" role="group" aria-label={text::FIGURES_SCROLL}>
            <table data-testid="compare-figures">
                { head(text::FIGURES_CHANGE) }
                <tbody>
                    { for rows.into_iter().map(|row| html! {
                        <tr data-testid={format!("compare-{}", row.key)}><th scope="row">{ row.label }</th>
                            <td>{ row.a }</td><td>{ row.b }</td><td>{ row.change }</td></tr>
                    }) }
                </tbody>
            </table>
            </div>
        </>
    }
}

fn head(change: &'static str) -> Html {
    html! {
        <thead><tr>
            <td></td><th scope="col">{ text::A }</th><th scope="col">{ text::B }</th><th scope="col">{ change }</th>
        </tr></thead>
    }
}

/// A's lanes under the timeline, on the timeline's axis; nothing unless a run
/// is kept and another is compared with it.
#[component]
pub(super) fn KeptTimeline(props: &PartProps) -> Html {
    let PartProps { state, .. } = props;
    let is_compared = state.place.right == crate::app::place::Right::Compare && !state.is_kept();
    let Some(kept) = state.kept.as_ref().filter(|_| is_compared) else {
        return html! {};
    };
    let label = text::kept_picture(&kept.title, &duration(kept.predicted.run.trace.end));
    let layout = {
        let (kept, state) = (Rc::clone(kept), state.clone());
        Callback::from(move |width| {
            let title = text::titled_a(&kept.title);
            let predicted = &kept.predicted;
            let end = state.predicted.run.trace.end;
            compare(&CompareRequest {
                runs: &[ComparedRun {
                    title: &title,
                    trace: &predicted.run.trace,
                    lanes: &predicted.lanes,
                    failures: &predicted.run.outcome.failures,
                }],
                window: state.window.unwrap_or(Window::whole(end)),
                playhead: state.playhead,
                left: GUTTER,
                width,
            })
        })
    };
    html! {
        <section class="panel kept-timeline" aria-labelledby="kept-heading">
            <h2 id="kept-heading">{ text::KEPT_TIMELINE }</h2>
            <Canvas testid="kept-timeline" {label} {layout} />
        </section>
    }
}
