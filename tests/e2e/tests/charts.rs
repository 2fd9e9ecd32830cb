//! The charts: drawn, readable by pointer, keyboard and table, and their lines
//! can be hidden.

use anyhow::{Context, Result};
use serde_json::Value;
use timeslice::app::State;
use timeslice::plot::charts::{
    Figure, Point, Rates, SpeedUp, counts, gil_wait, latency, serial_share, speed_up, throughput,
    utilisation, with_workers,
};
use timeslice::sim::{Limits, MAX_EVENTS, run_experiment};
use timeslice_e2e::{Host, Key, Page, visit_together};

/// A run in which all charts have something to show.
const RUN: &str = "v=1&procs=2&threads=2&units=200&cpu=500&io=1000";

/// The charts of the Charts tab, and what they are made from.
const CHARTS: [(&str, Make); 5] = [
    ("chart-throughput", |state, _| {
        let outcome = &state.predicted.run.outcome;
        let points = Rates::points(&outcome.throughput, outcome.wall_ns);
        let rates = Rates::predicted(points, outcome.units_per_second());
        throughput(&[rates], None, state.predicted.run.trace.end)
    }),
    ("chart-utilisation", |state, bins| {
        utilisation(&state.predicted.run, None, bins)
    }),
    ("chart-latency", |state, _| {
        latency(&state.predicted.run).expect("units are done")
    }),
    ("chart-speedup", |state, _| of_speed_up(state)),
    ("chart-gil", |state, bins| {
        gil_wait(&state.predicted.run, None, bins).expect("there is a GIL")
    }),
];

/// Makes a figure of a run, with so many bins.
type Make = fn(&State, usize) -> Figure;

fn of_speed_up(state: &State) -> Figure {
    let (experiment, costs) = (&state.experiment, state.costs());
    let run = |workers| {
        let limits = Limits {
            max_events: MAX_EVENTS,
            trace: workers == 1,
        };
        run_experiment(&with_workers(experiment, workers), &costs, limits).expect("it runs")
    };
    let points = counts(experiment).into_iter();
    let request = SpeedUp {
        experiment: experiment.clone(),
        points: points
            .filter_map(|workers| Point::of(workers, &run(workers)))
            .collect(),
        serial: serial_share(experiment, &run(1)),
        measured: None,
    };
    speed_up(&request).expect("there are points")
}

/// Brings a chart into view, as soon as it shows the figure that the page's
/// core makes for its width, and returns that.
async fn look_at(page: &Page, chart: &str, make: Make, state: &State) -> Result<Figure> {
    page.reveal(chart).await?;
    let place = Page::expression(chart);
    page.wait_for(&place).await?;
    page.eval(&format!("{place}.scrollIntoView({{ block: 'center' }})"))
        .await?;
    page.wait_for(&format!("{place}.querySelector('canvas')"))
        .await?;
    let width = page.eval(&format!("{place}.clientWidth")).await?;
    let bins = width.as_f64().context("a width")? / 4.0;
    let figure = make(state, bins as usize);
    page.wait_for_text(&format!("{chart}-title"), &figure.title)
        .await?;
    let canvas = format!("{chart} canvas");
    let drawn = page.drawn_when(&canvas, |drawn| drawn.colours > 10).await;
    drawn.with_context(|| format!("{chart} is blank"))?;
    Ok(figure)
}

/// What a chart says about where one points: place and values.
fn said(figure: &Figure, x: f64) -> String {
    let (place, values) = figure.read(x).expect("a figure has places");
    let values = values
        .into_iter()
        .map(|(label, value)| format!("{label} {value}"));
    std::iter::once(place).chain(values).collect()
}

/// Places in the middle of each bin, or the points.
fn places(figure: &Figure) -> Vec<f64> {
    match figure.is_of_bins() {
        true => figure
            .xs
            .windows(2)
            .map(|bin| f64::midpoint(bin[0], bin[1]))
            .collect(),
        false => figure.xs.clone(),
    }
}

async fn open(page: &Page) -> Result<State> {
    page.open_experiment(RUN).await?;
    page.show_tab("charts").await?;
    Ok(State::open(RUN))
}

#[test]
fn every_chart_is_drawn_and_its_table_has_its_numbers() {
    visit_together("charts", Host::isolated(), async |page| {
        let state = open(page).await?;
        for (chart, make) in CHARTS {
            let figure = look_at(page, chart, make, &state).await?;
            page.click(&format!("{chart}-disclosure")).await?;
            let table = Page::expression(&format!("{chart}-table"));
            page.wait_for(&table).await?;
            let rows = page
                .eval(&format!(
                    "[...{table}.rows].map((row) => [...row.cells].map((it) => it.textContent))"
                ))
                .await?;
            let rows: Vec<Vec<String>> = serde_json::from_value(rows)?;
            let expected = figure.table();
            assert!(expected.rows.len() > 2, "{chart}: {expected:?}");
            assert_eq!(rows[0], expected.head, "{chart}");
            assert_eq!(rows[1..], expected.rows, "{chart}");
            page.click(&format!("{chart}-disclosure")).await?;
        }
        assert_eq!(page.console_errors().await?, Vec::<String>::new());
        Ok(())
    });
}

#[test]
fn lines_are_hidden_and_come_back() {
    visit_together("chart-legends", Host::isolated(), async |page| {
        let state = open(page).await?;
        for (chart, make) in CHARTS {
            let figure = look_at(page, chart, make, &state).await?;
            let entries = format!(
                "{}.parentElement.querySelectorAll('.entry')",
                Page::expression(chart)
            );
            let names = page
                .eval(&format!("[...{entries}].map((it) => it.textContent)"))
                .await?;
            let names: Vec<String> = serde_json::from_value(names)?;
            let expected: Vec<_> = figure.lines.iter().map(|line| line.label.clone()).collect();
            assert_eq!(names, expected, "{chart}");

            let canvas = format!("{chart} canvas");
            let whole = page.drawn(&canvas).await?;
            for (index, line) in figure.lines.iter().enumerate() {
                // One of nothing but zeros may look the same without it.
                if line.values.iter().flatten().all(|&value| value == 0.0) {
                    continue;
                }
                let entry = format!("{entries}[{index}]");
                let of = || format!("{} of {chart}", line.label);
                let press = async |shown: bool| {
                    page.eval(&format!("void {entry}.click()")).await?;
                    page.wait_for(&format!("{entry}.ariaPressed === '{shown}'"))
                        .await
                };
                press(false).await?;
                page.drawn_when(&canvas, |drawn| *drawn != whole)
                    .await
                    .with_context(of)?;
                press(true).await?;
                page.drawn_when(&canvas, |drawn| *drawn == whole)
                    .await
                    .with_context(of)?;
            }
        }
        Ok(())
    });
}

#[test]
fn pointer_and_keys_read_values() {
    visit_together("chart-readouts", Host::isolated(), async |page| {
        let state = open(page).await?;
        for (chart, make) in CHARTS {
            let figure = look_at(page, chart, make, &state).await?;
            let all: Vec<_> = places(&figure).iter().map(|&x| said(&figure, x)).collect();
            let readout = Page::expression(&format!("{chart}-readout"));
            let (first, last) = (all.first(), all.last());

            // By keys: exactly the first, the next, the last.
            let keys = [
                (Key::Right, first),
                (Key::Right, all.get(1)),
                (Key::End, last),
            ];
            for (key, expected) in keys {
                page.press(chart, &key, 1).await?;
                let expected = Value::from(expected.context("a place")?.as_str());
                page.wait_for(&format!("{readout}.textContent === {expected}"))
                    .await
                    .context(chart)?;
            }

            // By the pointer: something further and further to the right.
            let mut before = None;
            for share in [0.25, 0.5, 0.85] {
                let wide = page
                    .eval(&format!("{}.clientWidth", Page::expression(chart)))
                    .await?;
                let wide = wide.as_f64().context("a width")?;
                page.point_at(chart, (wide * share, 60.0)).await?;
                let known = Value::from(match before {
                    None => last.context("a place")?.as_str(),
                    Some(before) => all[before as usize].as_str(),
                });
                page.wait_for(&format!("{readout}.textContent !== {known}"))
                    .await
                    .context(chart)?;
                let now = page.eval(&format!("{readout}.textContent")).await?;
                let at = all.iter().position(|said| now == **said);
                let at = at.with_context(|| format!("{chart} has nothing like {now}"))? as i64;
                assert!(before.is_none_or(|before| before < at), "{chart}: {now}");
                before = Some(at);
            }
            // And away again.
            page.point_at("headline", (5.0, 5.0)).await?;
            page.wait_for(&format!(
                "{readout}.textContent.includes('to read its values')"
            ))
            .await
            .context(chart)?;
        }
        Ok(())
    });
}

#[test]
fn without_the_library_the_tables_stay() {
    use timeslice_e2e::Spoilt;
    let host = Host::isolated().spoiling("vendor/uplot", Spoilt::NotFound);
    visit_together("chart-library", host, async |page| {
        let state = open(page).await?;
        page.wait_for_text("chart-throughput", "The chart could not be loaded")
            .await?;
        page.click("chart-throughput-disclosure").await?;
        page.wait_for(&Page::expression("chart-throughput-table"))
            .await?;
        let rows = page
            .eval(&format!(
                "{}.tBodies[0].rows.length",
                Page::expression("chart-throughput-table")
            ))
            .await?;
        let expected = CHARTS[0].1(&state, 0).table().rows.len();
        assert_eq!(rows, expected);
        Ok(())
    });
}
