//! Links, files, pictures, embedding.

use super::address::absolute;
use super::copy::CopyText;
use super::dialog::Dialog;
use super::files::open;
use super::{PartProps, Shared};
use crate::app::embed::{Control, Embed, snippet};
use crate::app::files::Export;
use crate::app::link::{LONGEST, Written};
use crate::app::{Action, State};
use crate::plot::count;
use web_sys::HtmlInputElement;
use yew::{Callback, Event, Html, TargetCast, component, html, use_state};

#[component]
pub(super) fn ShareDialog(props: &PartProps) -> Html {
    let PartProps { state, dispatch } = props;
    let onclose = dispatch.reform(|()| Action::OpenDialog(None));
    html! {
        <Dialog title="Share and keep" {onclose}>
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
    let holds = match state.program {
        Some(_) => "the program with all its text",
        None => "the whole experiment",
    };
    html! {
        <section class="share-part" aria-labelledby="share-link">
            <h3 id="share-link">{ "A link" }</h3>
            <CopyText text={address.clone()} label="the link" rows={2} testid="share-link" button="copy-link" />
            if written.left_out.is_empty() {
                <p class="caption">
                    { format!("The link says everything ({} characters): {holds}, the open tabs and \
                        lesson, the run kept for comparison, the time and the part of the timeline. \
                        Nothing is stored anywhere else.", count(address.len() as u64)) }
                </p>
            } else {
                <p class="warning" role="status" data-testid="link-too-long">
                    { format!("Too long for a link, which holds {} characters here: {}. Save it as a \
                        file instead; the link leads to everything else.",
                        count(LONGEST as u64), written.left_out.join(" and ")) }
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
        Some(_) => "Save the program",
        None => "Save the experiment",
    };
    html! {
        <section class="share-part" aria-labelledby="share-files">
            <h3 id="share-files">{ "A file" }</h3>
            <div class="share-row">
                <button onclick={dispatch.reform(|_| Action::Export(Export::Setup))}
                    data-testid="save-experiment">{ what }</button>
                <label class="open-file">
                    <span>{ "Open a file: an experiment or a program (.json), a table of jobs (.csv)" }</span>
                    <input type="file" accept=".json,.csv,application/json,text/csv" {onchange}
                        aria-describedby="opened-file" data-testid="open-file" />
                </label>
            </div>
            <div class="opened-file" id="opened-file" role="status" data-testid="opened-file">
                if let Some(opened) = &state.opened {
                    if opened.errors.is_empty() {
                        <p class="caption">{ format!("Opened {}. Undo brings back what was there before.",
                            opened.name) }</p>
                    } else {
                        <p class="refusal">{ format!("{} was not opened, and nothing was changed:", opened.name) }</p>
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
        Export::Setup => ("save-experiment", "Setup", "to open here again"),
        Export::Trace => (
            "export-trace",
            "Trace (.json)",
            "opens in Perfetto, speedscope and chrome://tracing",
        ),
        Export::Csv => (
            "export-csv",
            "Table (.csv)",
            "each thing that happened, a line",
        ),
        Export::Metrics => (
            "export-metrics",
            "Figures (.json)",
            "all numbers of the run",
        ),
        Export::Svg => (
            "export-svg",
            "Gantt chart (.svg)",
            "the whole run, for documents",
        ),
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
            <h3 id="share-export">{ format!("The run, for other programs: {}", state.title()) }</h3>
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
                        data-testid="export-png">{ "Picture (.png)" }</button>
                    <span class="caption">{ if undrawn { "once the timeline is shown" }
                        else { "the timeline as it is shown now" } }</span>
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
            <h3 id="share-embed">{ "In a page of your own" }</h3>
            <fieldset class="embed-controls">
                <legend class="caption">{ "What it shows, beside the verdict:" }</legend>
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
            <CopyText text={code} label="the code to embed it" rows={4} testid="embed-code"
                button="copy-embed" />
            <p class="caption">
                { "Put it into your page as it is. Threads can be measured in it only if your page is \
                   cross-origin isolated; it simulates all the same." }
            </p>
            <div>
                <button onclick={ontoggle} aria-expanded={is_tried.to_string()}
                    data-testid="try-embed">{ if *is_tried { "Hide the preview" } else { "Preview" } }</button>
            </div>
            if *is_tried {
                // Another address each time, or the browser would only scroll.
                <iframe key={fragment} src={address} title="Preview" class="embed-preview"
                    allow="cross-origin-isolated" data-testid="embed-preview"></iframe>
            }
        </section>
    }
}
