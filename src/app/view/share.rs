//! Links, files, pictures, embedding.

use super::address::absolute;
use super::copy::CopyText;
use super::dialog::Dialog;
use super::files::open;
use super::{PartProps, Shared};
use crate::app::embed::{Control, Embed, snippet};
use crate::app::english::share as text;
use crate::app::files::Export;
use crate::app::link::{LONGEST, Written};
use crate::app::{Action, State};
use web_sys::HtmlInputElement;
use yew::{Callback, Event, Html, TargetCast, component, html, use_state};

#[component]
pub(super) fn ShareDialog(props: &PartProps) -> Html {
    let PartProps { state, dispatch } = props;
    let onclose = dispatch.reform(|()| Action::OpenDialog(None));
    html! {
        <Dialog title={text::HEADING} {onclose}>
            { link(state) }
            { keep(state, dispatch) }
            { export(state, dispatch) }
            <EmbedPart state={state.clone()} dispatch={dispatch.clone()} />
        </Dialog>
    }
}

fn link(state: &State) -> Html {
    let written = Written::of(state, None);
    let address = absolute(&written.fragment);
    html! {
        <section class="share-part" aria-labelledby="share-link">
            <h3 id="share-link">{ text::LINK }</h3>
            <CopyText text={address.clone()} label={text::LINK_NAME} rows={2} testid="share-link" button="copy-link" />
            if written.left_out.is_empty() {
                <p class="caption">
                    { text::link_holds(address.len() as u64, state.program.is_some()) }
                </p>
            } else {
                <p class="warning" role="status" data-testid="link-too-long">
                    { text::link_too_long(LONGEST as u64, &written.left_out) }
                </p>
            }
        </section>
    }
}

/// Files of our own: saved, and opened again.
fn keep(state: &State, dispatch: &Callback<Action>) -> Html {
    let onchange = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                open(file, dispatch.clone());
            }
            // So that the same file can be opened again when it was mended.
            input.set_value("");
        })
    };
    let what = match state.program {
        Some(_) => text::SAVE_PROGRAM,
        None => text::SAVE_EXPERIMENT,
    };
    html! {
        <section class="share-part" aria-labelledby="share-files">
            <h3 id="share-files">{ text::FILE }</h3>
            <div class="share-row">
                <button onclick={dispatch.reform(|_| Action::Export(Export::Setup))}
                    data-testid="save-experiment">{ what }</button>
                <label class="open-file">
                    <span>{ text::OPEN }</span>
                    <input type="file" accept=".json,.csv,application/json,text/csv" {onchange}
                        aria-describedby="opened-file" data-testid="open-file" />
                </label>
            </div>
            <div class="opened-file" id="opened-file" role="status" data-testid="opened-file">
                if let Some(opened) = &state.opened {
                    if opened.errors.is_empty() {
                        <p class="caption">{ text::opened(&opened.name) }</p>
                    } else {
                        <p class="refusal">{ text::not_opened(&opened.name) }</p>
                        <ul class="refusal">
                            { for opened.errors.iter().take(8).map(|error| html! { <li>{ error }</li> }) }
                        </ul>
                    }
                }
            </div>
        </section>
    }
}

/// What an export is good for, and its name for tests.
fn about(form: Export) -> (&'static str, &'static str, &'static str) {
    match form {
        Export::Setup => ("save-experiment", text::SETUP, text::SETUP_ABOUT),
        Export::Trace => ("export-trace", text::TRACE, text::TRACE_ABOUT),
        Export::Csv => ("export-csv", text::TABLE, text::TABLE_ABOUT),
        Export::Metrics => ("export-metrics", text::FIGURES, text::FIGURES_ABOUT),
        Export::Svg => ("export-svg", text::GANTT, text::GANTT_ABOUT),
    }
}

fn export(state: &State, dispatch: &Callback<Action>) -> Html {
    let forms = Export::ALL
        .into_iter()
        .filter(|&form| form != Export::Setup);
    // The start screen stands where the timeline would.
    let undrawn = state.place.start;
    let png = match undrawn {
        true => Callback::noop(),
        false => dispatch.reform(|_| Action::ExportPng),
    };
    html! {
        <section class="share-part" aria-labelledby="share-export">
            <h3 id="share-export">{ text::exports(&state.title()) }</h3>
            <ul class="exports">
                { for forms.map(|form| {
                    let (testid, name, use_of_it) = about(form);
                    html! {
                        <li>
                            <button onclick={dispatch.reform(move |_| Action::Export(form))}
                                data-testid={testid}>{ name }</button>
                            <span class="caption">{ use_of_it }</span>
                        </li>
                    }
                }) }
                <li>
                    <button onclick={png} aria-disabled={undrawn.then_some("true")}
                        data-testid="export-png">{ text::PICTURE }</button>
                    <span class="caption">{ if undrawn { text::PICTURE_UNDRAWN }
                        else { text::PICTURE_ABOUT } }</span>
                </li>
            </ul>
        </section>
    }
}

/// The page as a part of another one.
#[component]
fn EmbedPart(props: &PartProps) -> Html {
    let state: &Shared<State> = &props.state;
    let embed = use_state(Embed::default);
    let is_tried = use_state(|| false);
    let fragment = Written::of(state, Some(*embed)).fragment;
    let address = absolute(&fragment);
    let code = snippet(&address, &state.title());
    let ontoggle = {
        let is_tried = is_tried.clone();
        move |_: yew::MouseEvent| is_tried.set(!*is_tried)
    };
    html! {
        <section class="share-part" aria-labelledby="share-embed">
            <h3 id="share-embed">{ text::EMBED }</h3>
            <fieldset class="embed-controls">
                <legend class="caption">{ text::EMBED_CONTROLS }</legend>
                { for Control::all().map(|control| {
                    let shown = embed.shows(control);
                    let embed = embed.clone();
                    let onchange = move |_: Event| embed.set(embed.with(control, !shown));
                    html! {
                        <label>
                            <input type="checkbox" checked={shown} {onchange}
                                data-testid={format!("embed-{}", control.key())} />
                            <span>{ control.label() }</span>
                        </label>
                    }
                }) }
            </fieldset>
            <CopyText text={code} label={text::EMBED_CODE_NAME} rows={4} testid="embed-code"
                button="copy-embed" />
            <p class="caption">
                { text::EMBED_HOW }
            </p>
            <div>
                <button onclick={ontoggle} aria-expanded={is_tried.to_string()}
                    data-testid="try-embed">{ if *is_tried { text::EMBED_HIDE } else { text::EMBED_PREVIEW } }</button>
            </div>
            if *is_tried {
                // Another address each time, or the browser would only scroll.
                <iframe key={fragment} src={address} title={text::EMBED_PREVIEW} class="embed-preview"
                    allow="cross-origin-isolated" data-testid="embed-preview"></iframe>
            }
        </section>
    }
}
