//! What stands above the lanes: which lanes, the search for a thread, zooming.

use super::{Msg, TimelinePart};
use crate::app::english::timeline as text;
use crate::plot::LaneChoice;
use web_sys::{HtmlInputElement, HtmlSelectElement, KeyboardEvent};
use yew::{Context, Html, InputEvent, TargetCast, html};

/// What a key does in the search field, besides writing.
fn found_by(event: &KeyboardEvent) -> Option<Msg> {
    let key = event.key();
    let used = matches!(key.as_str(), "Enter" | "Escape");
    used.then(|| {
        event.prevent_default();
        event.stop_propagation();
        Msg::FindKey(key)
    })
}

impl TimelinePart {
    pub(super) fn toolbar(&self, ctx: &Context<Self>) -> Html {
        let onchoose = ctx.link().callback(|event: yew::Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            let chosen = usize::try_from(select.selected_index()).unwrap_or(0);
            Msg::Choose(LaneChoice::ALL[chosen.min(LaneChoice::ALL.len() - 1)])
        });
        let onfind = ctx.link().callback(|event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            Msg::Find(input.value())
        });
        let matches = match &self.found {
            Some(found) => text::found(found.iter().filter(|&&f| f).count() as u64),
            None => String::new(),
        };
        let zoomed = ctx.props().window.is_some();
        let zoom = |factor| {
            ctx.link()
                .callback(move |_: yew::MouseEvent| Msg::Zoom(factor))
        };
        html! {
            <div class="timeline-tools">
                <h2 id="timeline-heading">{ text::HEADING }</h2>
                <label><span class="hidden">{ text::LANES }</span>
                    <select onchange={onchoose} data-testid="lanes" title={text::LANES_ABOUT}>
                        { for LaneChoice::ALL.iter().map(|&choice| html! {
                            <option selected={choice == self.choice}>{ choice.label() }</option>
                        }) }
                    </select>
                </label>
                <label class="find">
                    <span class="hidden">{ text::FIND }</span>
                    <input ref={self.find.clone()} type="text" placeholder={text::FIND}
                        value={self.search.clone()} oninput={onfind} data-testid="find-thread"
                        onkeydown={ctx.link().batch_callback(|event: KeyboardEvent| found_by(&event))}
                        autocomplete="off" />
                </label>
                <output class="matches" aria-live="polite" data-testid="found">{ matches }</output>
                <span class="zoom" role="group" aria-label={text::ZOOM}>
                    <button onclick={zoom(2.0)} disabled={!zoomed} aria-label={text::ZOOM_OUT}
                        title={text::ZOOM_OUT_KEYS} data-testid="zoom-out">{ "−" }</button>
                    <button onclick={zoom(0.5)} aria-label={text::ZOOM_IN} title={text::ZOOM_IN_KEYS}
                        data-testid="zoom-in">{ "+" }</button>
                    <button onclick={ctx.link().callback(|_| Msg::Whole)} disabled={!zoomed}
                        title={text::WHOLE_KEYS} data-testid="zoom-all">{ text::WHOLE }</button>
                </span>
            </div>
        }
    }
}
