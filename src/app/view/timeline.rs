//! The timeline: lanes, what finds and moves things in them, and what lies
//! under the pointer, in words.

mod input;
mod legend;
mod listen;
mod strip;
mod tools;

use super::Shared;
use super::paint::paint_areas;
use crate::app::english::timeline as text;
use crate::app::gesture::{Move, Turn, key_move};
use crate::app::{Action, State, headline};
use crate::plot::{
    Hit, LaneChoice, Raster, RowKind, Rows, Timeline, TimelineRequest, Window, describe, duration,
    hit, instant, load, timeline,
};
use input::Drag;
use listen::{Hints, Listeners};
use std::collections::BTreeSet;
use web_sys::{Element, HtmlCanvasElement, HtmlElement, KeyboardEvent, PointerEvent};
use yew::{Callback, Component, Context, Html, NodeRef, Properties, html};

/// Parts of the strip that are told apart.
const LOAD_BINS: usize = 160;

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct TimelineProps {
    pub state: Shared<State>,
    /// The part of the run to show; newer than the state's.
    pub window: Option<Window>,
    pub dispatch: Callback<Action>,
}

/// What happens to it.
pub(super) enum Msg {
    /// Its place has another size now.
    Resized,
    /// The lanes were scrolled.
    Scrolled,
    /// The wheel was turned, at a position.
    Turned(Turn, f64),
    Pointer(PointerEvent),
    Key(Move),
    Choose(LaneChoice),
    Find(String),
    FindKey(String),
    /// A button: show so many times as much.
    Zoom(f64),
    Whole,
    /// The strip was dragged: this instant comes into the middle.
    Centre(u64),
}

pub(super) struct TimelinePart {
    /// What scrolls, what it scrolls over, what is drawn on, where to search.
    lanes: NodeRef,
    spacer: NodeRef,
    canvas: NodeRef,
    find: NodeRef,
    choice: LaneChoice,
    /// Processes that were folded or unfolded by hand.
    toggled: BTreeSet<usize>,
    rows: Rows,
    /// Load of the cores over the run.
    load: Vec<f64>,
    /// Width and height of the place, and how far the lanes are scrolled, px.
    size: (f64, f64),
    top: f64,
    search: String,
    found: Option<Vec<bool>>,
    /// Where the pointer is.
    hover: Option<(f64, f64)>,
    /// What was said last to those who do not see it.
    said: String,
    drag: Drag,
    /// The part of the run that was asked for, until the state has it: two
    /// fingers, or notches of a wheel, may move within one frame.
    asked: Option<Option<Window>>,
    arrows_left_out: usize,
    /// Whether it looks different from what is painted.
    dirty: bool,
    raster: Raster,
    hints: Hints,
    listeners: Option<Listeners>,
}

impl Component for TimelinePart {
    type Message = Msg;
    type Properties = TimelineProps;

    fn create(ctx: &Context<Self>) -> Self {
        let mut part = Self {
            lanes: NodeRef::default(),
            spacer: NodeRef::default(),
            canvas: NodeRef::default(),
            find: NodeRef::default(),
            choice: LaneChoice::default(),
            toggled: BTreeSet::new(),
            rows: Rows::default(),
            load: Vec::new(),
            size: (0.0, 0.0),
            top: 0.0,
            search: String::new(),
            found: None,
            hover: None,
            said: String::new(),
            drag: Drag::default(),
            asked: None,
            arrows_left_out: 0,
            dirty: true,
            raster: Raster::default(),
            hints: Hints::default(),
            listeners: None,
        };
        part.sort(ctx.props());
        part
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &TimelineProps) -> bool {
        let props = ctx.props();
        self.dirty = true;
        if props.window != old.window {
            self.asked = None;
        }
        if !std::rc::Rc::ptr_eq(&props.state.predicted, &old.state.predicted) {
            if props.state.title() != old.state.title() {
                self.toggled.clear();
            }
            self.sort(props);
        }
        if let Some(thread) = props
            .state
            .picked
            .filter(|_| props.state.picked != old.state.picked)
        {
            self.reveal(thread as usize);
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let props = ctx.props();
        self.dirty = true;
        match msg {
            Msg::Resized => {
                let Some(lanes) = self.lanes.cast::<Element>() else {
                    return false;
                };
                let size = (
                    f64::from(lanes.client_width()),
                    f64::from(lanes.client_height()),
                );
                self.dirty = size != self.size;
                self.size = size;
                return self.dirty;
            }
            Msg::Scrolled => {
                let lanes = self.lanes.cast::<Element>();
                let top = lanes.map_or(0.0, |lanes| f64::from(lanes.scroll_top()));
                self.dirty = (top - self.top).abs() > 0.1;
                self.top = top;
                return self.dirty;
            }
            Msg::Turned(turn, x) => {
                let request = self.request(props);
                let (left, right) = request.edges();
                let pivot = crate::plot::time_at(&request, x);
                match turn {
                    Turn::Zoom(factor) => self.zoom(props, factor, pivot),
                    Turn::Pan(px) => self.pan(props, px / (right - left)),
                }
            }
            Msg::Pointer(event) => self.pointer(props, &event),
            Msg::Key(change) => self.change(props, change),
            Msg::Choose(choice) => {
                self.choice = choice;
                self.toggled.clear();
                self.sort(props);
            }
            Msg::Find(text) => {
                self.found = self.rows.named(&props.state.predicted.run, &text);
                self.search = text;
            }
            Msg::FindKey(key) => self.find_key(props, &key),
            Msg::Zoom(factor) => {
                let window = self.window(props);
                self.zoom(props, factor, window.from + window.length() / 2);
            }
            Msg::Whole => self.ask(props, None),
            Msg::Centre(time) => {
                let window = self.window(props);
                let middle = window.from + window.length() / 2;
                let by = time as f64 - middle as f64;
                self.pan(props, by / window.length() as f64);
            }
        }
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            self.listeners = self.lanes.cast::<HtmlElement>().map(|lanes| {
                Listeners::of(&lanes, &self.hints, ctx.link().callback(|msg: Msg| msg))
            });
        }
        if std::mem::take(&mut self.dirty) {
            self.draw(ctx);
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let state = &props.state;
        let run = &state.predicted.run;
        let (_, sentence) = headline(state);
        let label = text::picture(&duration(run.trace.end), &sentence);
        let onpointer = ctx.link().callback(Msg::Pointer);
        let onkeydown = ctx
            .link()
            .batch_callback(|event: KeyboardEvent| used(&event));
        html! {
            <section class="panel timeline" aria-labelledby="timeline-heading">
                { self.toolbar(ctx) }
                <div ref={self.lanes.clone()} class="lanes" tabindex="0" role="application"
                    aria-roledescription={text::ROLE} aria-label={self.about(props)}
                    aria-describedby="timeline-readout" id="timeline-lanes" {onkeydown}
                    data-testid="timeline-lanes">
                    <div ref={self.spacer.clone()} class="lanes-space">
                        <canvas ref={self.canvas.clone()} role="img" aria-label={label}
                            class={self.cursor(props)} data-testid="timeline"
                            onpointerdown={onpointer.clone()} onpointermove={onpointer.clone()}
                            onpointerup={onpointer.clone()} onpointercancel={onpointer.clone()}
                            onpointerleave={onpointer} />
                    </div>
                </div>
                { self.strip(ctx) }
                <p class="readout" id="timeline-readout" data-testid="readout">{ self.readout(props) }</p>
                <p class="hidden" aria-live="polite" data-testid="timeline-said">{ &self.said }</p>
                { legend::legend(run, &self.rows, self.arrows_left_out) }
            </section>
        }
    }
}

/// What a key does on the timeline, which then keeps it from the page. Told at
/// once: later it could not be kept any more.
fn used(event: &KeyboardEvent) -> Option<Msg> {
    let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
    let change = key_move(&event.key(), event.shift_key()).filter(|_| !modified)?;
    event.prevent_default();
    event.stop_propagation();
    Some(Msg::Key(change))
}

impl TimelinePart {
    /// Sorts a new run into rows.
    fn sort(&mut self, props: &TimelineProps) {
        let predicted = &props.state.predicted;
        let end = predicted.run.trace.end;
        self.rows = Rows::of(&predicted.run, &predicted.lanes, self.choice, &self.toggled);
        self.load = load(&predicted.lanes, end, LOAD_BINS);
        self.found = self.rows.named(&predicted.run, &self.search);
        self.hover = None;
    }

    fn window(&self, props: &TimelineProps) -> Window {
        let whole = Window::whole(props.state.predicted.run.trace.end);
        self.asked.unwrap_or(props.window).unwrap_or(whole)
    }

    fn request<'a>(&'a self, props: &'a TimelineProps) -> TimelineRequest<'a> {
        let state = &props.state;
        TimelineRequest {
            run: &state.predicted.run,
            lanes: &state.predicted.lanes,
            rows: &self.rows,
            window: self.window(props),
            width: self.size.0,
            height: self.size.1,
            top: self.top,
            playhead: state.playhead,
            picked: state.picked,
            found: self.found.as_deref(),
        }
    }

    /// Paints what is in view.
    fn draw(&mut self, ctx: &Context<Self>) {
        let props = ctx.props();
        let height = self.request(props).whole_height();
        if let Some(spacer) = self.spacer.cast::<HtmlElement>() {
            // A property that the browser refuses leaves the size as it was.
            drop(
                spacer
                    .style()
                    .set_property("height", &format!("{height}px")),
            );
        }
        let Some(canvas) = self.canvas.cast::<HtmlCanvasElement>() else {
            return;
        };
        if self.size.0 < 1.0 || self.size.1 < 1.0 {
            return;
        }
        let request = self.request(props);
        self.hints.set(request.gutter(), props.window.is_none());
        let Timeline {
            picture,
            arrows_left_out,
            ..
        } = timeline(&request);
        paint_areas(&canvas, &picture, &mut self.raster);
        if std::mem::replace(&mut self.arrows_left_out, arrows_left_out) != arrows_left_out {
            // The legend says it.
            ctx.link().send_message(Msg::Resized);
        }
    }

    fn zoom(&mut self, props: &TimelineProps, factor: f64, pivot: u64) {
        let end = props.state.predicted.run.trace.end;
        self.show(props, self.window(props).zoomed(factor, pivot, end));
    }

    fn pan(&mut self, props: &TimelineProps, share: f64) {
        let end = props.state.predicted.run.trace.end;
        self.show(props, self.window(props).moved(share, end));
    }

    fn show(&mut self, props: &TimelineProps, window: Window) {
        let whole = Window::whole(props.state.predicted.run.trace.end);
        self.ask(props, Some(window).filter(|&window| window != whole));
    }

    fn ask(&mut self, props: &TimelineProps, window: Option<Window>) {
        if window != self.asked.unwrap_or(props.window) {
            self.asked = Some(window);
            props.dispatch.emit(Action::Zoom(window));
        }
    }

    /// Scrolls a thread's lane into view.
    fn reveal(&self, thread: usize) {
        let (Some(row), Some(lanes)) = (self.rows.of_thread(thread), self.lanes.cast::<Element>())
        else {
            return;
        };
        let room = self.size.1 - 40.0 - row.h;
        let top = self
            .top
            .min(row.y - 2.0)
            .max(row.y - room.max(0.0))
            .max(0.0);
        lanes.set_scroll_top(top as i32);
    }

    /// What is under the pointer, or what is picked out, in words.
    fn readout(&self, props: &TimelineProps) -> String {
        let request = self.request(props);
        if let Some((x, y)) = self.hover {
            let words = describe(&request, hit(&request, x, y));
            if !words.is_empty() {
                return words;
            }
        }
        match props.state.picked {
            Some(thread) => self.doing(props, thread as usize),
            None => text::HOW.to_owned(),
        }
    }

    /// What a thread does at the playhead.
    fn doing(&self, props: &TimelineProps, thread: usize) -> String {
        let request = self.request(props);
        let time = props.state.playhead;
        describe(&request, Hit::Lane(RowKind::Thread(thread), time))
    }

    /// What the timeline shows now, for those who do not see it.
    fn about(&self, props: &TimelineProps) -> String {
        let Window { from, to } = self.window(props);
        text::window(&instant(from), &instant(to))
    }
}
