//! The verdict: what the picture comes to, in one sentence.

use super::PartProps;
use crate::app::english::headline as text;
use crate::app::{Verdict, headline};
use crate::experiment::PRESETS;
use yew::{Html, component, html};

/// The verdict in one sentence.
#[component]
pub(super) fn HeadlinePart(props: &PartProps) -> Html {
    let state = &props.state;
    let (verdict, sentence) = headline(state);
    let tone = match verdict {
        Verdict::Faster => "good",
        Verdict::Same => "even",
        Verdict::Slower | Verdict::Failed => "bad",
    };
    let preset = PRESETS
        .iter()
        .find(|preset| preset.experiment() == state.experiment);
    let about = match state.scenario() {
        Some(scenario) => Some(scenario.about.clone()),
        None => preset.map(|preset| preset.claim.to_owned()),
    };
    html! {
        <section class="headline-part" aria-label={text::PART}>
            <p class={format!("headline {tone}")} data-testid="headline" aria-live="polite">{ sentence }</p>
            if let Some(about) = about {
                <p class="caption" data-testid="claim">{ about }</p>
            }
        </section>
    }
}
