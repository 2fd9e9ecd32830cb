//! The strip below the lanes: the whole run, and which part of it is shown.

use super::{Msg, TimelinePart};
use crate::app::english::timeline as text;
use crate::plot::{LaneChoice, duration, instant};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent};
use yew::{Context, Html, html};

/// The strip in its own units; it is stretched to its place.
const WIDTH: f64 = 1_000.0;
const HEIGHT: f64 = 20.0;
/// Marks of failures nearer to each other than this are one.
const APART: f64 = 3.0;

impl TimelinePart {
    pub(super) fn strip(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let end = props.state.predicted.run.trace.end.max(1);
        let window = self.window(props);
        let at = |time: u64| time as f64 / end as f64 * WIDTH;
        let (left, right) = (at(window.from), at(window.to).min(WIDTH));
        // A window of a millionth of the run is to be seen, too.
        let wide = (right - left).max(4.0);
        let left = left.min(WIDTH - wide);
        let mut marks: Vec<f64> = Vec::new();
        for failure in &props.state.predicted.run.outcome.failures {
            let x = at(failure.at_ns);
            if marks.last().is_none_or(|last| x - last >= APART) {
                marks.push(x);
            }
        }
        let ondrag = ctx.link().batch_callback(move |event: PointerEvent| {
            if event.buttons() & 1 == 0 {
                return None;
            }
            let target: Element = event.target()?.dyn_into().ok()?;
            let strip = target.closest(".strip").ok()??;
            if event.type_() == "pointerdown" {
                // A pointer that is gone already cannot be captured.
                drop(strip.set_pointer_capture(event.pointer_id()));
            }
            let place = strip.get_bounding_client_rect();
            let share = (f64::from(event.client_x()) - place.left()) / place.width().max(1.0);
            Some(Msg::Centre((share.clamp(0.0, 1.0) * end as f64) as u64))
        });
        let onkeydown = ctx.link().batch_callback(|event: KeyboardEvent| {
            let used = matches!(
                event.key().as_str(),
                "ArrowLeft" | "ArrowRight" | "Home" | "+" | "-" | "0"
            );
            if used { super::used(&event) } else { None }
        });
        let said = text::strip(
            &instant(window.from),
            &instant(window.to),
            &duration(window.length()),
            &duration(end),
        );
        let middle = (window.from + window.length() / 2).min(end) as f64 / end as f64;
        html! {
            <div class="strip" role="scrollbar" tabindex="0" aria-controls="timeline-lanes"
                aria-orientation="horizontal" aria-label={text::STRIP}
                aria-valuemin="0" aria-valuemax="100"
                aria-valuenow={format!("{:.0}", middle * 100.0)} aria-valuetext={said.clone()}
                title={said} onpointerdown={ondrag.clone()} onpointermove={ondrag} {onkeydown}
                data-testid="strip">
                <svg viewBox={format!("0 0 {WIDTH} {HEIGHT}")} preserveAspectRatio="none"
                    aria-hidden="true">
                    if self.choice != LaneChoice::Gils {
                        <path class="strip-load" d={outline(&self.load)} />
                    }
                    { for marks.iter().map(|x| html! {
                        <rect class="strip-failure" x={x.to_string()} y="0" width="2"
                            height={HEIGHT.to_string()} />
                    }) }
                    <rect class="strip-away" x="0" y="0" width={left.to_string()}
                        height={HEIGHT.to_string()} />
                    <rect class="strip-away" x={(left + wide).to_string()} y="0"
                        width={(WIDTH - left - wide).max(0.0).to_string()}
                        height={HEIGHT.to_string()} />
                    <rect class="strip-window" x={left.to_string()} y="0"
                        width={wide.to_string()} height={HEIGHT.to_string()} />
                </svg>
            </div>
        }
    }
}

/// The area below a line through these shares.
fn outline(load: &[f64]) -> String {
    let step = WIDTH / load.len().max(1) as f64;
    let mut path = format!("M0 {HEIGHT}");
    for (bin, share) in load.iter().enumerate() {
        let y = HEIGHT - share.clamp(0.0, 1.0) * (HEIGHT - 2.0);
        path.push_str(&format!("L{:.1} {y:.1}", bin as f64 * step));
        path.push_str(&format!("H{:.1}", (bin + 1) as f64 * step));
    }
    path.push_str(&format!("L{WIDTH} {HEIGHT}Z"));
    path
}
