//! What lies under the pointer, or what the keyboard has picked out, in words:
//! on a card beside it.

use super::{TimelinePart, TimelineProps};
use crate::app::english::timeline as text;
use crate::plot::{Hit, RowKind, card, card_place, describe, hit, woken, x_at};
use web_sys::{Element, HtmlCanvasElement, HtmlElement};
use yew::{Html, html};

impl TimelinePart {
    /// What is told, and how far from the left.
    fn told(&self, props: &TimelineProps) -> Option<(Hit, f64)> {
        let request = self.request(props);
        if let Some((x, y)) = self.hover {
            return Some((hit(&request, x, y), x));
        }
        let thread = props.state.picked.filter(|_| self.focused)? as usize;
        self.rows.of_thread(thread)?;
        let at = props.state.playhead;
        let (left, right) = (request.gutter(), request.width);
        let x = x_at(&request, at).clamp(left, right.max(left));
        Some((Hit::Lane(RowKind::Thread(thread), at), x))
    }

    /// The card, if there is something to tell.
    pub(super) fn card(&self, props: &TimelineProps) -> Html {
        let request = self.request(props);
        let told = self.told(props).filter(|_| !self.drag.moves());
        let told = told.and_then(|(at, _)| card(&request, at));
        html! {
            if let Some(told) = told {
                <div ref={self.card.clone()} class="timeline-card" aria-hidden="true"
                    data-testid="timeline-card">
                    <b>{ told.title }</b>
                    { for told.lines.into_iter().map(|line| html! { <span>{ line }</span> }) }
                </div>
            }
        }
    }

    /// Puts the card where it covers nothing of what it tells of.
    pub(super) fn put_card(&self, props: &TimelineProps) {
        let (Some(element), Some(canvas)) = (
            self.card.cast::<HtmlElement>(),
            self.canvas.cast::<HtmlCanvasElement>(),
        ) else {
            return;
        };
        let request = self.request(props);
        let Some((at, x)) = self.told(props) else {
            return;
        };
        let (Some(told), Some(part), Some(window)) = (
            card(&request, at),
            element.parent_element(),
            web_sys::window(),
        ) else {
            return;
        };
        let (inner, outer) = (
            canvas.get_bounding_client_rect(),
            part.get_bounding_client_rect(),
        );
        // All of it as seen from the section's corner, where the card hangs.
        let (dx, dy) = (inner.left() - outer.left(), inner.top() - outer.top());
        let seen = window.inner_height().ok().and_then(|it| it.as_f64());
        let height = seen.unwrap_or(f64::MAX);
        let size = (
            f64::from(element.offset_width()),
            f64::from(element.offset_height()),
        );
        let band = (told.band.0 + dy, told.band.1 + dy);
        let bounds = (
            (0.0, outer.width()),
            (4.0 - outer.top(), height - outer.top() - 4.0),
        );
        let (x, y) = card_place(x + dx, band, size, bounds);
        let style = element.style();
        // Properties that every browser knows.
        drop(style.set_property("left", &format!("{x:.0}px")));
        drop(style.set_property("top", &format!("{y:.0}px")));
    }

    /// Whether the focus is to be seen, as it is when keys brought it.
    pub(super) fn is_focused_by_key(&self) -> bool {
        let lanes = self.lanes.cast::<Element>();
        lanes.is_some_and(|lanes| lanes.matches(":focus-visible").unwrap_or(false))
    }

    /// What is under the pointer, or what is picked out, in words.
    pub(super) fn readout(&self, props: &TimelineProps) -> String {
        let request = self.request(props);
        if let Some((x, y)) = self.hover {
            let words = describe(&request, hit(&request, x, y));
            if !words.is_empty() {
                return words;
            }
        }
        match props.state.picked {
            Some(thread) => {
                let at = Hit::Lane(RowKind::Thread(thread as usize), props.state.playhead);
                describe(&request, at)
            }
            None => text::HOW.to_owned(),
        }
    }

    /// Who let the thread there go on.
    pub(super) fn by_whom(&self, props: &TimelineProps) -> String {
        let request = self.request(props);
        let told = self.told(props);
        told.and_then(|(at, _)| woken(&request, at))
            .unwrap_or_default()
    }

    /// What a thread does at the playhead, and who let it.
    pub(super) fn doing(&self, props: &TimelineProps, thread: usize) -> String {
        let request = self.request(props);
        let at = Hit::Lane(RowKind::Thread(thread), props.state.playhead);
        match woken(&request, at) {
            Some(woken) => text::woken(&describe(&request, at), &woken),
            None => describe(&request, at),
        }
    }
}
