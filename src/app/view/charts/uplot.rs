//! What `host.js` is told of a chart: the figure with ready ticks, in the
//! tokens of the page's colours.

use crate::app::english::charts as text;
use crate::app::view::paint::token;
use crate::plot::charts::{Dash, Figure, Line, Look, Quantity, Scale, Weave};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

#[wasm_bindgen(module = "/src/app/view/charts/host.js")]
extern "C" {
    /// Tells a function the width of an element and whether it is near the
    /// screen, whenever one changes; returns what ends that.
    pub(super) fn watch(host: &HtmlElement, tell: &js_sys::Function) -> js_sys::Function;

    /// Draws a [`Spec`], with the playback's place and a function that is told
    /// where the visitor points.
    pub(super) fn draw(
        host: &HtmlElement,
        spec: &str,
        playhead: Option<f64>,
        point: &js_sys::Function,
    );

    /// Moves the line that shows the playback's place.
    #[wasm_bindgen(js_name = movePlayhead)]
    pub(super) fn move_playhead(host: &HtmlElement, playhead: Option<f64>);

    /// Points at a place of the horizontal axis.
    #[wasm_bindgen(js_name = pointAt)]
    pub(super) fn point_at(host: &HtmlElement, x: f64);

    /// Lets go of what draws.
    pub(super) fn erase(host: &HtmlElement);

    /// A promise of so many ms later.
    pub(super) fn later(ms: f64) -> js_sys::Promise;
}

#[derive(Serialize)]
struct Spec<'a> {
    width: f64,
    height: f64,
    x: Axis,
    y: Axis,
    xs: &'a [f64],
    lines: Vec<Drawn>,
    /// Upper and lower line of each area between two lines.
    bands: Vec<(usize, usize)>,
    marks: &'a [(f64, String)],
    /// What to say if the library cannot be loaded.
    unloaded: &'static str,
}

#[derive(Serialize)]
struct Axis {
    from: f64,
    to: f64,
    ticks: Vec<(f64, String)>,
}

#[derive(Serialize)]
struct Drawn {
    ink: String,
    look: &'static str,
    weave: &'static str,
    dash: &'static [u8],
    values: Vec<Option<f64>>,
}

/// The chart as text for [`draw`], `width` by `height` px.
pub(super) fn spec(figure: &Figure, width: f64, height: f64) -> String {
    let stacked: Vec<_> = figure
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| matches!(line.look, Look::Stack(_)))
        .map(|(index, _)| index)
        .collect();
    let lines = figure.lines.iter().zip(figure.heights());
    let label = match figure.x.quantity {
        Quantity::Count => 28.0,
        _ => 70.0,
    };
    let spec = Spec {
        width,
        height,
        x: axis(
            &figure.x,
            ((width - 60.0) / label).clamp(1.0, 12.0) as usize,
        ),
        y: axis(&figure.y, 4),
        xs: &figure.xs,
        lines: lines.map(|(line, values)| drawn(line, values)).collect(),
        bands: stacked.windows(2).map(|pair| (pair[1], pair[0])).collect(),
        marks: &figure.marks,
        unloaded: text::NOT_LOADED,
    };
    // Numbers and words only, so this cannot fail.
    serde_json::to_string(&spec).unwrap_or_default()
}

fn axis(scale: &Scale, most: usize) -> Axis {
    Axis {
        from: scale.from,
        to: scale.to,
        ticks: scale.ticks(most),
    }
}

fn drawn(line: &Line, values: Vec<Option<f64>>) -> Drawn {
    let (look, weave, dash) = match line.look {
        Look::Line(dash) => ("line", Weave::Solid, dash),
        Look::Steps(dash) => ("steps", Weave::Solid, dash),
        Look::Dots => ("dots", Weave::Solid, Dash::Whole),
        Look::Points => ("points", Weave::Solid, Dash::Whole),
        Look::Stack(weave) => ("stack", weave, Dash::Whole),
        Look::Area(weave) => ("area", weave, Dash::Whole),
    };
    Drawn {
        ink: token(line.ink),
        look,
        weave: weave_key(weave),
        dash: match dash {
            Dash::Whole => &[],
            Dash::Dashed => &[6, 4],
            Dash::Dotted => &[2, 3],
        },
        values,
    }
}

/// Its name in styles and scripts.
pub(super) fn weave_key(weave: Weave) -> &'static str {
    match weave {
        Weave::Solid => "solid",
        Weave::Rising => "rising",
        Weave::Falling => "falling",
        Weave::Crossed => "crossed",
        Weave::Dotted => "dotted",
        Weave::Level => "level",
        Weave::Faint => "faint",
    }
}
