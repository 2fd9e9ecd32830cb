//! What stands above the lanes: which lanes, the search for a thread, zooming.

use super::{Msg, TimelinePart};
use crate::plot::{ArrowChoice, LaneChoice, count};
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
        let onarrows = ctx.link().callback(|event: yew::Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            let chosen = usize::try_from(select.selected_index()).unwrap_or(0);
            Msg::Arrows(ArrowChoice::ALL[chosen.min(ArrowChoice::ALL.len() - 1)])
        });
        let arrows = ctx.props().state.place.arrows;
        let left_out = self.left_out.words(arrows == ArrowChoice::All);
        let onfind = ctx.link().callback(|event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            Msg::Find(input.value())
        });
        let matches = match &self.found {
            Some(found) => format!(
                "{} found",
                count(found.iter().filter(|&&f| f).count() as u64)
            ),
            None => String::new(),
        };
        let zoomed = ctx.props().window.is_some();
        let zoom = |factor| {
            ctx.link()
                .callback(move |_: yew::MouseEvent| Msg::Zoom(factor))
        };
        html! {
            <div class="timeline-tools">
                <h2 id="timeline-heading">{ "Timeline" }</h2>
                <label><span class="hidden">{ "Lanes" }</span>
                    <select onchange={onchoose} data-testid="lanes" title="Which lanes to show">
                        { for LaneChoice::ALL.iter().map(|&choice| html! {
                            <option selected={choice == self.choice}>{ choice.label() }</option>
                        }) }
                    </select>
                </label>
                <label><span class="hidden">{ "Arrows" }</span>
                    <select onchange={onarrows} data-testid="arrows"
                        title="Arrows of wakes, joins, messages and turns of the GIL (X); causes of failures are always shown">
                        { for ArrowChoice::ALL.iter().map(|&choice| html! {
                            <option selected={choice == arrows}>{ choice.label() }</option>
                        }) }
                    </select>
                </label>
                <label class="find">
                    <span class="hidden">{ "Find a thread" }</span>
                    <input ref={self.find.clone()} type="text" placeholder="Find a thread"
                        value={self.search.clone()} oninput={onfind} data-testid="find-thread"
                        onkeydown={ctx.link().batch_callback(|event: KeyboardEvent| found_by(&event))}
                        autocomplete="off" />
                </label>
                <output class="matches" aria-live="polite" data-testid="found">{ matches }</output>
                <output class="left-out" data-testid="arrows-left-out">
                    { left_out.unwrap_or_default() }
                </output>
                <span class="zoom" role="group" aria-label="Zoom">
                    <button onclick={zoom(2.0)} disabled={!zoomed} aria-label="Zoom out"
                        title="Zoom out (S)" data-testid="zoom-out">{ "−" }</button>
                    <button onclick={zoom(0.5)} aria-label="Zoom in" title="Zoom in (W)"
                        data-testid="zoom-in">{ "+" }</button>
                    <button onclick={ctx.link().callback(|_| Msg::Whole)} disabled={!zoomed}
                        title="Show the whole run (0)" data-testid="zoom-all">{ "Whole run" }</button>
                </span>
            </div>
        }
    }
}
