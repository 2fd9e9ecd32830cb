//! The start screen: three runs of the same work, growing side by side.

use super::PartProps;
use super::Shared;
use super::canvas::Canvas;
use crate::app::Action;
use crate::app::english::start as text;
use crate::app::place::Right;
use crate::app::start::{Moment, Race, Runner};
use crate::lessons::guide;
use crate::plot::duration;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use yew::{
    Callback, Html, component, hook, html, use_effect_with, use_memo, use_state, use_state_eq,
};

/// A frame that comes later than this after the one before, ms, is the first
/// after a pause, for which the film stood still.
const LATE_MS: f64 = 250.0;

#[component]
pub(super) fn StartPart(props: &PartProps) -> Html {
    let dispatch = &props.dispatch;
    let race = Shared(use_memo((), |()| Race::run()));
    let to = |action: Action| dispatch.reform(move |_: yew::MouseEvent| action.clone());
    let first = guide::path().next().map(|guide| guide.id);
    let measure = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: yew::MouseEvent| {
            dispatch.emit(Action::CloseStart);
            dispatch.emit(Action::ShowRight(Right::Measure));
            dispatch.emit(Action::RunLab);
        })
    };
    html! {
        <section class="panel start" aria-labelledby="start-heading" data-testid="start">
            <h2 id="start-heading">{ text::HEADING }</h2>
            <p class="caption">
                { text::WHAT_IS_RUN }
            </p>
            <Film race={race.clone()} />
            <p class="answer" data-testid="start-answer">
                { for race.words().into_iter().map(|words| html! { <span>{ words }{ " " }</span> }) }
            </p>
            <div class="doors">
                <button class="primary" onclick={to(Action::OpenLesson(first))} data-testid="start-lessons">
                    <strong>{ text::TO_LESSONS }</strong><span>{ text::TO_LESSONS_ABOUT }</span>
                </button>
                <button onclick={to(Action::CloseStart)} data-testid="start-play">
                    <strong>{ text::TO_PLAY }</strong><span>{ text::TO_PLAY_ABOUT }</span>
                </button>
                <button onclick={measure} data-testid="start-measure">
                    <strong>{ text::TO_MEASURE }</strong><span>{ text::TO_MEASURE_ABOUT }</span>
                </button>
            </div>
        </section>
    }
}

#[derive(Debug, Clone, PartialEq, yew::Properties)]
struct FilmProps {
    race: Shared<Race>,
}

/// The three pictures, and what stops and starts them.
#[component]
fn Film(props: &FilmProps) -> Html {
    let race = &props.race;
    let playing = use_state_eq(|| !prefers_stillness());
    let elapsed = use_film(*playing);
    let moment = if *playing || elapsed.0 > 0.0 {
        Moment::at(elapsed.0)
    } else {
        Moment::END
    };
    let rests = moment.over;
    let toggle = {
        let (playing, reset) = (playing.clone(), elapsed.1.clone());
        Callback::from(move |_: yew::MouseEvent| {
            if rests {
                reset.emit(());
                playing.set(true);
            } else {
                playing.set(!*playing);
            }
        })
    };
    let now = race.time(moment.share);
    let does = match (rests, *playing) {
        (true, _) => text::AGAIN,
        (false, true) => text::PAUSE,
        (false, false) => text::PLAY,
    };
    html! {
        <div class="race" data-testid="race" data-over={rests.to_string()}>
            { for (0..race.runners.len()).map(|index| runner(race, index, now)) }
            <div class="runner axis" aria-hidden="true">
                <Canvas testid="race-axis" label="" layout={ {
                    let race = race.clone();
                    Callback::from(move |width| race.axis(width))
                } } />
            </div>
            <div class="race-foot">
                <ul class="legend" aria-label={text::LEGEND}>
                    <li><span class="key key-running" aria-hidden="true"></span>{ text::LEGEND_RUNNING }</li>
                    <li><span class="key key-wait-gil" aria-hidden="true"></span>{ text::LEGEND_GIL_WAIT }</li>
                    <li><span class="key key-idle" aria-hidden="true"></span>{ text::LEGEND_IDLE }</li>
                </ul>
                <button class="film" onclick={toggle} data-testid="race-toggle">{ does }</button>
            </div>
        </div>
    }
}

fn runner(race: &Shared<Race>, index: usize, now: u64) -> Html {
    let runner: &Runner = &race.runners[index];
    let (end, is_done) = (runner.end(), now >= runner.end());
    let layout = {
        let race = race.clone();
        Callback::from(move |width| race.runners[index].picture(width, now, race.end))
    };
    let label = text::runner(runner.title, runner.about, &duration(end));
    html! {
        <div class={format!("runner {}", runner.id)} data-testid={format!("runner-{}", runner.id)}>
            <p>
                <strong>{ runner.title }</strong>{ " " }<span class="about">{ runner.about }</span>
                <span class={if is_done { "clock done" } else { "clock" }} aria-hidden="true">
                    { if is_done { text::clock_done(&duration(end)) } else { text::clock(now / 1_000_000) } }
                </span>
            </p>
            <Canvas testid={format!("race-{}", runner.id)} {label} {layout} />
        </div>
    }
}

/// How long the film has run, ms, while `playing`; and what sets it back to 0.
#[hook]
fn use_film(playing: bool) -> (f64, Callback<()>) {
    let elapsed = use_state(|| 0.0_f64);
    // What the closure counts in; the state is what is shown of it.
    let clock = use_memo((), |()| RefCell::new((0.0_f64, None::<f64>)));
    let reset = {
        let (clock, set) = (Rc::clone(&clock), elapsed.setter());
        Callback::from(move |()| {
            *clock.borrow_mut() = (0.0, None);
            set.set(0.0);
        })
    };
    {
        let set = elapsed.setter();
        // At its end the film asks for no more frames.
        let runs = playing && !Moment::at(*elapsed).over;
        use_effect_with(runs, move |&runs| {
            clock.borrow_mut().1 = None;
            let frames = runs.then(|| {
                Frames::start(move |now_ms| {
                    let mut clock = clock.borrow_mut();
                    let step = clock.1.map_or(0.0, |last| now_ms - last);
                    clock.1 = Some(now_ms);
                    if (0.0..LATE_MS).contains(&step) {
                        clock.0 += step;
                    }
                    set.set(clock.0);
                })
            });
            move || drop(frames)
        });
    }
    (*elapsed, reset)
}

/// Calls back at every frame until it is dropped.
struct Frames {
    request: Rc<RefCell<i32>>,
    closure: Rc<RefCell<Option<OnFrame>>>,
}

/// Called with the time of a frame, ms.
type OnFrame = Closure<dyn FnMut(f64)>;

impl Frames {
    fn start(mut on_frame: impl FnMut(f64) + 'static) -> Self {
        let frames = Self {
            request: Rc::default(),
            closure: Rc::default(),
        };
        let (request, weak) = (Rc::clone(&frames.request), Rc::downgrade(&frames.closure));
        *frames.closure.borrow_mut() = Some(Closure::new(move |now_ms| {
            on_frame(now_ms);
            if let Some(closure) = weak.upgrade()
                && let Some(closure) = closure.borrow().as_ref()
            {
                *request.borrow_mut() = ask(closure);
            }
        }));
        if let Some(closure) = frames.closure.borrow().as_ref() {
            *frames.request.borrow_mut() = ask(closure);
        }
        frames
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            // A frame that has come already is no error.
            drop(window.cancel_animation_frame(*self.request.borrow()));
        }
    }
}

/// Asks for the next frame; 0, which is no request, where there is none.
fn ask(closure: &Closure<dyn FnMut(f64)>) -> i32 {
    let window = web_sys::window();
    let asked =
        window.map(|window| window.request_animation_frame(closure.as_ref().unchecked_ref()));
    asked.and_then(Result::ok).unwrap_or(0)
}

/// Whether the visitor asked the system for less motion.
fn prefers_stillness() -> bool {
    let query = "(prefers-reduced-motion: reduce)";
    web_sys::window()
        .and_then(|window| window.match_media(query).ok().flatten())
        .is_some_and(|query| query.matches())
}
