//! What charts are made from, taken from the state; made again only when it is
//! another.

use super::Make;
use crate::app::view::Shared;
use crate::app::{Lab, Measured, Predicted, State};
use crate::experiment::{Outcome, Throughput};
use crate::lab::measurement::Progress;
use crate::lab::python::Work;
use crate::plot::Window;
use crate::plot::charts::{Rates, throughput, units_between};
use std::rc::Rc;
use yew::{AttrValue, hook, use_callback};

/// Bins of the dots while the measurement is under way.
const LIVE_BINS: usize = 24;

/// What the throughput's chart is made from.
#[derive(Debug, Clone, PartialEq)]
struct Sources {
    predicted: Shared<Predicted>,
    measured: Option<Shared<Measured>>,
    progress: Option<Progress>,
    window: Option<Window>,
}

/// Makes the chart of throughput.
#[hook]
pub(in crate::app::view) fn use_throughput(state: &Shared<State>) -> Make {
    let progress = match state.shown_lab() {
        Lab::Running { progress, .. } => progress.clone(),
        _ => None,
    };
    let sources = Sources {
        predicted: Shared(Rc::clone(&state.predicted)),
        measured: state.measured().map(|measured| Shared(Rc::clone(measured))),
        progress,
        window: state.window,
    };
    use_callback(sources, |_, sources| {
        let end = sources.predicted.run.trace.end;
        throughput(&series(sources), sources.window, end)
    })
}

fn series(sources: &Sources) -> Vec<Rates> {
    let run = &sources.predicted.run;
    let predicted = match sources.window {
        Some(window) => units_between(&run.trace.units, window),
        None => points(&run.outcome),
    };
    let mut all = vec![Rates::predicted(predicted, run.outcome.units_per_second())];
    if let Some(measured) = &sources.measured {
        if measured.work != Work::Kernel {
            // These settings' units are not the program's.
            all.clear();
        }
        let here = &measured.calibrated.run.outcome;
        all.push(Rates::here(points(here), here.units_per_second()));
        let found = &measured.measurement.outcome;
        all.push(Rates::measured(points(found), found.units_per_second()));
    }
    if let Some(Progress {
        elapsed_ns,
        completions_ns,
        ..
    }) = &sources.progress
    {
        let so_far = Throughput::from_times(completions_ns, *elapsed_ns, LIVE_BINS);
        let mean = completions_ns.len() as f64 / (*elapsed_ns).max(1) as f64 * 1e9;
        all.push(Rates::measured(Rates::points(&so_far, *elapsed_ns), mean));
    }
    all
}

fn points(outcome: &Outcome) -> Vec<(u64, f64)> {
    Rates::points(&outcome.throughput, outcome.wall_ns)
}

/// Where the playback is, unless it stands at the end, ns.
pub(in crate::app::view) fn playhead(state: &State) -> Option<f64> {
    let moves = state.playing.is_some() || state.playhead < state.predicted.run.trace.end;
    moves.then_some(state.playhead as f64)
}

/// The theme that is set, for what must be drawn anew with another.
pub(in crate::app::view) fn theme() -> AttrValue {
    let document = web_sys::window().and_then(|window| window.document());
    let root = document.and_then(|document| document.document_element());
    let theme = root.and_then(|root| root.get_attribute("data-theme"));
    theme.unwrap_or_default().into()
}
