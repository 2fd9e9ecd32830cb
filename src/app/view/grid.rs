//! The same work on P processes of T threads: the sweep, its heat map and its
//! table.

use super::PartProps;
use super::canvas::Canvas;
use crate::app::english::grid as text;
use crate::app::{Action, Running};
use crate::lab::grid::{Grid, MAX_SIDE, Plan};
use crate::lab::trial::Doing;
use crate::lessons::sweep::{Cell, cells};
use crate::plot::{Heat, HeatCell, heat, ratio, signed_percent};
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, component, html, use_state};

/// Sides are up to the cores, and at most this, unless the visitor wants more.
const DEFAULT_SIDE: u32 = 4;
/// What the visitor may choose as the number of rounds.
const ROUNDS: [u16; 4] = [1, 3, 5, 9];

#[component]
pub(super) fn GridPart(props: &PartProps) -> Html {
    let PartProps { state, dispatch } = props;
    let cores = state.environment.as_ref().map_or(2, |found| found.cores);
    let side = u16::try_from(cores.clamp(2, DEFAULT_SIDE)).unwrap_or(2);
    let chosen = use_state(|| None::<(u16, u16)>);
    let (processes, threads) = chosen.unwrap_or((side, side));
    let rounds = use_state(|| 3);
    let bench = &state.bench;
    let running = bench.running.as_ref();
    let sweeping = running.filter(|running| matches!(running.doing, Doing::Grid(_)));
    let is_busy = state.busy().is_some();
    let plan = Plan::new(&state.experiment, processes, threads, *rounds);
    let units = plan.as_ref().map_or(0, |plan| plan.experiment.units);
    let (plan, problem) = match plan {
        Ok(plan) => (Some(plan), None),
        Err(no) => (None, Some(no.to_string())),
    };
    let trouble = bench.trouble.as_ref().filter(|_| bench.grid.is_none());
    let start = dispatch.reform(move |_| match plan.clone() {
        Some(plan) => Action::Begin(Doing::Grid(plan)),
        // The button is disabled then.
        None => Action::StopDoing,
    });
    let set_processes = {
        let chosen = chosen.clone();
        Callback::from(move |value| chosen.set(Some((value, threads))))
    };
    let set_threads = {
        let chosen = chosen.clone();
        Callback::from(move |value| chosen.set(Some((processes, value))))
    };
    let set_rounds = {
        let rounds = rounds.clone();
        Callback::from(move |value| rounds.set(value))
    };
    let side: Vec<u16> = (1..=MAX_SIDE).collect();
    html! {
        <section class="panel sweep" aria-labelledby="grid-heading" data-testid="grid"
            data-running={sweeping.is_some().to_string()}>
            <h2 id="grid-heading">{ text::HEADING }<small>{ text::HEADING_MORE }</small></h2>
            <p>{ text::about(units, state.experiment.gil) }</p>
            <div class="grid-controls">
                { select(text::PROCESSES, "grid-processes", &side, processes, &set_processes) }
                { select(text::THREADS, "grid-threads", &side, threads, &set_threads) }
                { select(text::ROUNDS, "grid-rounds", &ROUNDS, *rounds, &set_rounds) }
                <button data-testid="run-grid" class="primary" onclick={start}
                    disabled={is_busy || problem.is_some()}>{ text::MEASURE }</button>
                if sweeping.is_some() {
                    <button data-testid="stop-grid" onclick={dispatch.reform(|_| Action::StopDoing)}>{ text::STOP }</button>
                }
            </div>
            if let Some(Running { step: Some(step), .. }) = sweeping {
                <p role="status" data-testid="grid-step">{ text::step(&step.doing, step.done + 1, step.of) }
                    <progress max={step.of.to_string()} value={step.done.to_string()} aria-label={text::RUNS_DONE}></progress></p>
            }
            if let Some(why) = problem.or_else(|| trouble.map(ToString::to_string)) {
                <p class="refusal" data-testid="grid-trouble">{ why }</p>
            }
            if let Some(grid) = &bench.grid {
                { result(grid) }
            }
        </section>
    }
}

fn select(
    label: &'static str,
    testid: &'static str,
    values: &[u16],
    chosen: u16,
    set: &Callback<u16>,
) -> Html {
    let onchange = set.reform(move |event: Event| {
        let select = event
            .target()
            .and_then(|t| t.dyn_into::<HtmlSelectElement>().ok());
        // What cannot be read leaves it as it is.
        select
            .and_then(|s| s.value().parse().ok())
            .unwrap_or(chosen)
    });
    html! {
        <label>{ label }{ " " }
            <select data-testid={testid} {onchange}>
                { for values.iter().map(|&value| html! {
                    <option value={value.to_string()} selected={value == chosen}>{ value }</option>
                }) }
            </select>
        </label>
    }
}

fn result(grid: &Grid) -> Html {
    let cells = cells(grid);
    let squares: Vec<HeatCell> = cells.iter().map(square).collect();
    let (processes, threads) = (grid.plan.processes.clone(), grid.plan.threads.clone());
    let layout = Callback::from(move |width| {
        heat(&Heat {
            width,
            processes: &processes,
            threads: &threads,
            cells: &squares,
        })
    });
    let measured = cells.iter().filter(|cell| cell.measured.is_some()).count();
    let best = cells.iter().filter_map(|cell| Some((cell.measured?, cell)));
    let best = best.max_by(|(a, _), (b, _)| a.total_cmp(b));
    let best = best.map(|(speed_up, cell)| {
        let name = text::cell(cell.processes, cell.threads);
        (name, ratio(speed_up))
    });
    let fastest = best.as_ref().map(|(cell, ratio)| (&**cell, &**ratio));
    let said = text::measured(measured, cells.len(), fastest);
    let errors = cells.iter().filter_map(Cell::error_percent).map(f64::abs);
    let worst = errors.fold(None, |worst: Option<f64>, error| {
        Some(worst.map_or(error, |worst| worst.max(error)))
    });
    let label = text::picture(&said);
    let json = serde_json::json!({ "grid": grid, "cells": &cells, "baseline": grid.baseline() });
    html! { <>
        <div class="grid-columns">
        <div>
        <Canvas testid="heat" {label} {layout} />
        <p class="caption" data-testid="grid-said">
            { said }
            if let Some(worst) = worst {
                { text::worst(worst) }
            }
            { text::HOW_COUNTED }
        </p>
        </div>
        <div class="scroll"><table>
            <caption class="hidden">{ text::TABLE }</caption>
            <thead><tr>
                <th scope="col">{ text::HEADING }</th>
                <th scope="col">{ text::PREDICTED }</th>
                <th scope="col">{ text::MEASURED }</th>
                <th scope="col">{ text::ERROR }</th>
            </tr></thead>
            <tbody>{ for cells.iter().map(row) }</tbody>
        </table></div>
        </div>
        <script type="application/json" data-testid="grid-json">{ json.to_string() }</script>
    </> }
}

fn square(cell: &Cell) -> HeatCell {
    match (cell.measured, &cell.refused) {
        (Some(measured), _) => HeatCell::Measured {
            measured,
            predicted: cell.predicted,
        },
        (None, Some(_)) => HeatCell::Refused,
        (None, None) => HeatCell::Awaited(cell.predicted),
    }
}

fn row(cell: &Cell) -> Html {
    let Cell {
        processes, threads, ..
    } = cell;
    let write = |value: Option<f64>| value.map(ratio).unwrap_or_default();
    let status = match (cell.measured, &cell.refused) {
        (Some(_), _) => "measured",
        (None, Some(_)) => "refused",
        (None, None) => "awaited",
    };
    let error = cell
        .error_percent()
        .map(|percent| signed_percent(percent / 100.0));
    html! {
        <tr data-testid={format!("grid-cell-{processes}x{threads}")} data-status={status}>
            <th scope="row">{ text::cell(*processes, *threads) }</th>
            <td class="predicted">{ write(cell.predicted) }</td>
            if let (None, Some(why)) = (cell.measured, &cell.refused) {
                <td colspan="2" class="reason">{ why }</td>
            } else {
                <td class="measured">{ write(cell.measured) }</td>
                <td>{ error.unwrap_or_default() }</td>
            }
        </tr>
    }
}
