//! What pointers and keys do to the timeline.

use super::{TimelinePart, TimelineProps};
use crate::app::Action;
use crate::app::english::timeline as text;
use crate::app::gesture::{Move, pinched};
use crate::plot::{Hit, LaneChoice, RowKind, Window, hit, instant, thread_at, time_at};
use web_sys::{Element, HtmlCanvasElement, HtmlElement, PointerEvent};

/// A pointer that moves less than this has clicked, px.
const CLICK: f64 = 4.0;

/// What the pointers that are down do.
#[derive(Debug, Default)]
pub(super) struct Drag {
    /// Each by its id, and where it is.
    down: Vec<(i32, f64, f64)>,
    /// Where the first went down, until it has moved.
    click: Option<(f64, f64)>,
    /// Whether it moves the playhead, and not the window.
    scrubs: bool,
}

impl Drag {
    /// Whether something is being moved.
    pub(super) fn moves(&self) -> bool {
        !self.down.is_empty() && self.click.is_none()
    }
}

impl TimelinePart {
    pub(super) fn pointer(&mut self, props: &TimelineProps, event: &PointerEvent) {
        let Some(canvas) = self.canvas.cast::<HtmlCanvasElement>() else {
            return;
        };
        let place = canvas.get_bounding_client_rect();
        let x = f64::from(event.client_x()) - place.left();
        let y = f64::from(event.client_y()) - place.top();
        let id = event.pointer_id();
        let known = self.drag.down.iter().position(|pointer| pointer.0 == id);
        self.dirty = false;
        match (event.type_().as_str(), known) {
            ("pointerdown", _) if event.button() == 0 => {
                // A pointer that is gone already cannot be captured.
                drop(canvas.set_pointer_capture(id));
                self.drag.down.push((id, x, y));
                self.press(props, x, y);
            }
            ("pointermove", Some(known)) => {
                let before = self.drag.down[known];
                match self.drag.down.len() {
                    1 => self.drag_one(props, event, before, (x, y)),
                    _ => self.pinch(props, known, x),
                }
                if let Some(pointer) = self.drag.down.get_mut(known) {
                    (pointer.1, pointer.2) = (x, y);
                }
            }
            ("pointermove", None) => self.hover = Some((x, y)),
            ("pointerup", Some(known)) => {
                self.drag.down.remove(known);
                if self.drag.click.take().is_some() {
                    self.click(props, x, y);
                }
            }
            ("pointercancel", Some(known)) => {
                self.drag.down.remove(known);
                self.drag.click = None;
            }
            // A finger leaves when it is lifted; what it touched stays told.
            ("pointerleave", None) if event.pointer_type() != "touch" => self.hover = None,
            _ => {}
        }
    }

    fn press(&mut self, props: &TimelineProps, x: f64, y: f64) {
        let single = self.drag.down.len() == 1;
        self.drag.click = single.then_some((x, y));
        let request = self.request(props);
        let at = hit(&request, x, y);
        let time = time_at(&request, x);
        let over_lanes = x >= request.gutter() && !matches!(at, Hit::Name(_));
        // With the whole in view there is nothing to move but the playhead.
        self.drag.scrubs = single && over_lanes && (y < 24.0 || props.window.is_none());
        if self.drag.scrubs {
            props.dispatch.emit(Action::Seek(time));
        }
    }

    fn drag_one(
        &mut self,
        props: &TimelineProps,
        event: &PointerEvent,
        before: (i32, f64, f64),
        (x, y): (f64, f64),
    ) {
        if let Some((from_x, from_y)) = self.drag.click {
            if (x - from_x).abs().max((y - from_y).abs()) < CLICK {
                return;
            }
            self.drag.click = None;
        }
        self.hover = Some((x, y));
        let request = self.request(props);
        if self.drag.scrubs {
            let time = time_at(&request, x);
            props.dispatch.emit(Action::Seek(time));
            return;
        }
        let (left, right) = request.edges();
        self.pan(props, (before.1 - x) / (right - left));
        // A finger's way up and down belongs to the browser.
        if let (Some(lanes), "mouse") =
            (self.lanes.cast::<Element>(), event.pointer_type().as_str())
        {
            lanes.set_scroll_top(lanes.scroll_top() + (before.2 - y).round() as i32);
        }
    }

    fn pinch(&mut self, props: &TimelineProps, moved: usize, x: f64) {
        self.drag.click = None;
        let [first, second] = [self.drag.down[0].1, self.drag.down[1].1];
        let now = match moved {
            0 => (x, second),
            1 => (first, x),
            _ => return,
        };
        let request = self.request(props);
        let (left, right) = request.edges();
        let share = |x: f64| (x - left) / (right - left);
        let shares = |(a, b): (f64, f64)| (share(a), share(b));
        let end = props.state.predicted.run.trace.end;
        let window = pinched(
            self.window(props),
            shares((first, second)),
            shares(now),
            end,
        );
        self.show(props, window);
    }

    /// Picks what is there out, folds it, or moves the playhead there.
    fn click(&mut self, props: &TimelineProps, x: f64, y: f64) {
        self.hover = Some((x, y));
        let request = self.request(props);
        let at = hit(&request, x, y);
        let time = time_at(&request, x);
        let picked = match at {
            Hit::Name(RowKind::Process(process) | RowKind::Folded(process)) => {
                self.fold(props, process);
                return;
            }
            Hit::Name(RowKind::Thread(thread)) => {
                let thread = thread as u32;
                let again = props.state.picked == Some(thread);
                let pick = (!again).then_some(thread);
                props.dispatch.emit(Action::Pick(pick));
                return;
            }
            Hit::Failure(_) | Hit::Lane(..) | Hit::Axis(_) => thread_at(&request, at),
            Hit::Name(_) | Hit::Nothing => return,
        };
        props.dispatch.emit(Action::Seek(time));
        if picked.is_some() && picked != props.state.picked {
            props.dispatch.emit(Action::Pick(picked));
        }
    }

    fn fold(&mut self, props: &TimelineProps, process: usize) {
        if !self.toggled.remove(&process) {
            self.toggled.insert(process);
        }
        self.sort(props);
        self.dirty = true;
    }

    pub(super) fn change(&mut self, props: &TimelineProps, change: Move) {
        self.focused = true;
        let state = &props.state;
        let window = self.window(props);
        let end = state.predicted.run.trace.end;
        match change {
            Move::Zoom(factor) => {
                let in_view = (window.from..=window.to).contains(&state.playhead);
                // At the run's end, where it waits when all was played, nothing is
                // to be seen closer.
                let pivot = match in_view && state.playhead < end {
                    true => state.playhead,
                    false => window.from + window.length() / 2,
                };
                self.say_window(window.zoomed(factor, pivot, end));
                self.zoom(props, factor, pivot);
            }
            Move::Pan(share) => {
                self.say_window(window.moved(share, end));
                self.pan(props, share);
            }
            Move::Whole => {
                self.say_window(Window::whole(end));
                self.ask(props, None);
            }
            Move::Leave => {
                self.search.clear();
                self.found = None;
                self.hover = None;
                self.hovered = None;
                self.said = text::NOTHING_PICKED.to_owned();
                props.dispatch.emit(Action::Pick(None));
            }
            Move::Find => {
                if let Some(find) = self.find.cast::<HtmlElement>() {
                    // Focus is refused only by elements that cannot have it.
                    drop(find.focus());
                }
            }
            Move::Pick(next) => {
                let picked = state.picked.map(|thread| thread as usize);
                if let Some(thread) = self.rows.neighbour(picked, next) {
                    self.pick(props, thread);
                }
            }
            Move::Details => {
                self.said = match state.picked {
                    Some(thread) => self.doing(props, thread as usize),
                    None => text::NOBODY_TO_TELL_OF.to_owned(),
                };
            }
            Move::Step(forward) => props.dispatch.emit(Action::Step(forward)),
            Move::Arrows => {
                let arrows = state.place.arrows.next();
                self.said = arrows.label().to_owned();
                props.dispatch.emit(Action::ShowArrows(arrows));
            }
            Move::Fold => {
                let names = &state.predicted.run.trace.threads;
                let picked = state.picked.and_then(|thread| names.get(thread as usize));
                if let Some(name) = picked {
                    self.fold(props, name.process as usize);
                }
            }
        }
    }

    fn say_window(&mut self, window: Window) {
        self.said = text::moved(&instant(window.from), &instant(window.to));
    }

    fn pick(&mut self, props: &TimelineProps, thread: usize) {
        self.said = self.doing(props, thread);
        props.dispatch.emit(Action::Pick(Some(thread as u32)));
    }

    pub(super) fn find_key(&mut self, props: &TimelineProps, key: &str) {
        match key {
            "Enter" => {
                let Some(found) = self.found.clone() else {
                    return;
                };
                let all: Vec<usize> = (0..found.len()).filter(|&thread| found[thread]).collect();
                let picked = props.state.picked.map(|thread| thread as usize);
                let next = all
                    .iter()
                    .find(|&&thread| picked.is_none_or(|now| thread > now));
                let Some(&thread) = next.or(all.first()) else {
                    return;
                };
                self.unfold(props, thread);
                self.pick(props, thread);
                self.said = text::found_one(&self.doing(props, thread), all.len() as u64);
                if picked == Some(thread) {
                    self.reveal(thread);
                }
            }
            "Escape" => {
                self.search.clear();
                self.found = None;
                if let Some(lanes) = self.lanes.cast::<HtmlElement>() {
                    // Focus is refused only by elements that cannot have it.
                    drop(lanes.focus());
                }
            }
            _ => self.dirty = false,
        }
    }

    /// Gives a thread a lane of its own.
    fn unfold(&mut self, props: &TimelineProps, thread: usize) {
        if matches!(self.choice, LaneChoice::Cores | LaneChoice::Gils) {
            self.choice = LaneChoice::All;
            self.sort(props);
        }
        let row = self.rows.of_thread(thread);
        if let Some(RowKind::Folded(process)) = row.map(|row| row.kind) {
            self.fold(props, process);
        }
    }

    /// What the pointer looks like over the canvas.
    pub(super) fn cursor(&self, props: &TimelineProps) -> &'static str {
        let request = self.request(props);
        match self.hover.map(|(x, y)| hit(&request, x, y)) {
            Some(Hit::Axis(_) | Hit::Failure(_)) => "scrubbable",
            Some(Hit::Name(RowKind::Cores | RowKind::Gils)) | None => "plain",
            Some(Hit::Name(_)) => "pickable",
            _ if props.window.is_none() => "scrubbable",
            _ if self.drag.down.is_empty() => "grabbable",
            _ => "grabbed",
        }
    }
}
