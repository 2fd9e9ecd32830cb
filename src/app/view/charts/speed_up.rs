//! The speed-up curve: one simulation for each number of workers, while the
//! visitor looks at it and moves nothing.

use super::figure::{FigurePart, Make};
use super::uplot::later;
use crate::app::State;
use crate::app::english::charts as text;
use crate::app::view::Shared;
use crate::experiment::{Costs, Experiment};
use crate::plot::charts::{Figure, Point, SpeedUp, counts, serial_share, speed_up, with_workers};
use crate::sim::{Limits, MAX_EVENTS, run_experiment};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::{
    AttrValue, Callback, Html, Properties, component, html, use_callback, use_effect_with,
    use_state,
};

/// The sliders must rest for this long before the curve is worked out, ms.
const SETTLED_MS: f64 = 250.0;

/// The page has so long to itself between two simulations, ms.
const BETWEEN_MS: f64 = 20.0;

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct SpeedUpProps {
    pub state: Shared<State>,
    pub theme: AttrValue,
}

/// What the curve depends on.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    experiment: Experiment,
    costs: Costs,
}

/// The curve, worked out.
#[derive(Debug, Clone, PartialEq)]
struct Curve {
    asked: Rc<Asked>,
    points: Vec<Point>,
    serial: f64,
}

#[component]
pub(super) fn SpeedUpPart(props: &SpeedUpProps) -> Html {
    let state = &props.state;
    let asked = Asked {
        experiment: state.experiment.clone(),
        costs: state.costs(),
    };
    let curve = use_state(|| None::<Rc<Curve>>);
    let seen = use_state(|| false);
    let is_program = state.program.is_some();
    let is_known = curve.as_ref().is_some_and(|curve| *curve.asked == asked);
    // Not while something is measured: it would be disturbed.
    let wanted =
        (*seen && !is_program && !is_known && state.busy().is_none()).then_some(asked.clone());
    {
        let setter = curve.setter();
        use_effect_with(wanted, move |wanted| {
            // The newest request wins: another one ends this one.
            let stale = Rc::new(Cell::new(false));
            if let Some(asked) = wanted.clone() {
                let stale = Rc::clone(&stale);
                spawn_local(async move {
                    let told = |curve: Curve| setter.set(Some(Rc::new(curve)));
                    work_out(asked, &stale, told).await;
                });
            }
            move || stale.set(true)
        });
    }
    let measured = state
        .measured()
        .map(|measured| measured.measurement.speed_up());
    let make: Make = use_callback(
        ((*curve).clone().map(Shared), measured),
        |_, (curve, measured)| {
            curve
                .as_ref()
                .map(|curve| figure(curve, *measured))
                .unwrap_or_default()
        },
    );
    let onseen = use_callback(seen.setter(), |is_seen, seen| seen.set(is_seen));
    html! {
        <section class="panel chart" aria-labelledby="speed-up-heading" data-testid="speedup"
            data-busy={(!is_program && !is_known).to_string()}>
            <h2 id="speed-up-heading">{ text::SPEED_UP }</h2>
            if is_program {
                <p data-testid="chart-speedup">
                    { text::SPEED_UP_OF_PROGRAM }
                </p>
            } else {
                <div class={if is_known { "fresh" } else { "stale" }}>
                    <FigurePart testid="chart-speedup" name={text::SPEED_UP} {make}
                        onseen={Callback::clone(&onseen)} theme={props.theme.clone()} />
                </div>
                <p class="caption" aria-live="polite">
                    { progress(curve.as_deref(), &asked, state.busy().is_some()) }
                </p>
            }
        </section>
    }
}

fn progress(curve: Option<&Curve>, asked: &Asked, is_busy: bool) -> String {
    let all = counts(&asked.experiment).len();
    match curve {
        Some(curve) if *curve.asked == *asked => match all - curve.points.len() {
            0 => String::new(),
            missing => text::speed_up_missing(missing, all),
        },
        _ if is_busy => text::SPEED_UP_LATER.to_owned(),
        _ => text::speed_up_busy(all),
    }
}

fn figure(curve: &Curve, measured: Option<f64>) -> Figure {
    let request = SpeedUp {
        experiment: curve.asked.experiment.clone(),
        points: curve.points.clone(),
        serial: curve.serial,
        measured,
    };
    speed_up(&request).unwrap_or_default()
}

/// Simulates one number of workers after the other, leaving the page time in
/// between, until it is `stale`. Tells what is there at the end, and on the
/// way now and then.
async fn work_out(asked: Asked, stale: &Cell<bool>, told: impl Fn(Curve)) {
    rest(SETTLED_MS).await;
    let counts = counts(&asked.experiment);
    let mut curve = Curve {
        asked: Rc::new(asked),
        points: Vec::new(),
        serial: 1.0,
    };
    for workers in counts {
        if stale.get() {
            return;
        }
        let Asked { experiment, costs } = &*curve.asked;
        let limits = Limits {
            max_events: MAX_EVENTS,
            // Only the first tells what is serial.
            trace: workers == 1,
        };
        let varied = with_workers(experiment, workers);
        // An experiment of other workers is as valid as this one.
        let Ok(run) = run_experiment(&varied, costs, limits) else {
            continue;
        };
        if workers == 1 {
            curve.serial = serial_share(experiment, &run);
        }
        curve.points.extend(Point::of(workers, &run));
        rest(BETWEEN_MS).await;
    }
    if !stale.get() {
        told(curve);
    }
}

async fn rest(ms: f64) {
    // Nothing rejects it.
    drop(JsFuture::from(later(ms)).await);
}
