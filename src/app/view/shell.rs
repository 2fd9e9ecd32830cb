//! Performs effects; owns the state, the lab's handle and the one frame
//! request.

use super::Shared;
use super::address::AddressBar;
use super::files::{download, download_png, dropped, open};
use super::frame::Frame;
use super::program::fetch;
use crate::app::english::page as text;
use crate::app::link::write;
use crate::app::place::Dialog;
use crate::app::program::{DeskAction, FOLDER};
use crate::app::python::PythonAction;
use crate::app::{Action, Effect, State};
use crate::experiment::{Experiment, PRESETS};
use crate::lab::plan::MAX_WORKERS;
use crate::lab::python::Work;
use crate::lab::trial::{Doing, Happened};
use crate::lab::web::{
    Activity, Event, Handle, begin, environment, load_python, on_workers, prepare, start, workers,
};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{KeyboardEvent, Storage, Window};
use yew::{Callback, Component, Context, Html, NodeRef, html};

/// Where what the probes found is kept from visit to visit.
const KEPT_PROBES: &str = "timeslice-this-browser";

/// Where what was read and folded is kept from visit to visit.
const KEPT_MEMORY: &str = "timeslice-memory";

/// Told by `www/isolation.js` when a newer version is there; the attribute says
/// it to a page that was mounted later.
const NEWER: &str = "timeslice-newer";

/// Puts the page into the document.
pub fn mount() {
    prepare();
    yew::Renderer::<Shell>::new().render();
}

fn window() -> Window {
    web_sys::window().expect("the page runs in a window")
}

/// How long the page waits between two claims that it simulates unasked, ms:
/// so that what the visitor does comes first.
const BETWEEN_CLAIMS_MS: i32 = 50;

/// For so long after the visitor has done something no claim is simulated, ms: a
/// drag's next move would have to wait.
const UNDISTURBED_MS: f64 = 400.0;

/// Told by `www/rest.js` when all code is there.
const WHOLE: &str = "timeslice-whole";

struct Shell {
    state: Shared<State>,
    /// The state as it was before the last trials, probes and sweeps had
    /// something to tell: for the parts that do not show them.
    live: Shared<State>,
    /// The state as it was before the lab's progress, too: for the parts that
    /// do not show that either, so that a running measurement is not disturbed
    /// by drawing them again and again.
    settled: Shared<State>,
    dispatch: Callback<Action>,
    address: AddressBar,
    lab: Option<Handle>,
    activity: Option<Activity>,
    /// When the visitor last did something, ms.
    used_ms: f64,
    /// Whether a frame has been asked for and has not come yet.
    frame_requested: bool,
    /// Whether a moment has been asked for and has not come yet.
    moment_requested: bool,
    /// The page's outermost element.
    page: NodeRef,
    on_frame: Closure<dyn FnMut(f64)>,
    on_moment: Closure<dyn FnMut()>,
    /// Kept alive as long as the page listens.
    _listeners: [Closure<dyn FnMut(web_sys::Event)>; 7],
}

impl Component for Shell {
    type Message = Action;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let dispatch = ctx.link().callback(|action: Action| action);
        let on_frame = {
            let dispatch = dispatch.clone();
            Closure::new(move |now_ms| dispatch.emit(Action::Frame(now_ms)))
        };
        let on_moment = {
            let dispatch = dispatch.clone();
            Closure::new(move || dispatch.emit(Action::SimulateNext))
        };
        let listeners = [
            listen("hashchange", {
                let dispatch = dispatch.clone();
                move |_| dispatch.emit(Action::Follow(fragment()))
            }),
            listen(NEWER, {
                let dispatch = dispatch.clone();
                move |_| dispatch.emit(Action::NewerVersion)
            }),
            // The theme is light on paper (see `www/theme.js`).
            listen("timeslice-theme", {
                let dispatch = dispatch.clone();
                move |_| dispatch.emit(Action::Redraw)
            }),
            listen(WHOLE, {
                let dispatch = dispatch.clone();
                move |_| recall(&dispatch)
            }),
            listen("dragover", |event| drop(dropped(&event))),
            listen("drop", {
                let dispatch = dispatch.clone();
                move |event| {
                    if let Some(file) = dropped(&event) {
                        open(file, dispatch.clone());
                    }
                }
            }),
            listen("keydown", {
                let dispatch = dispatch.clone();
                move |event| {
                    if let Some(action) = shortcut(&event) {
                        event.prevent_default();
                        dispatch.emit(action);
                    }
                }
            }),
        ];
        let page = NodeRef::default();
        on_workers({
            let page = page.clone();
            move |count| show_workers(&page, count)
        });
        dispatch.emit(Action::Environment(environment()));
        if is_whole() {
            recall(&dispatch);
        }
        if root_says("data-newer").is_some() {
            dispatch.emit(Action::NewerVersion);
        }
        let state = Shared(Rc::new(State::open(&fragment())));
        let mut shell = Self {
            settled: state.clone(),
            live: state.clone(),
            state,
            dispatch,
            address: AddressBar::new(),
            lab: None,
            activity: None,
            used_ms: 0.0,
            frame_requested: false,
            moment_requested: false,
            page,
            on_frame,
            on_moment,
            _listeners: listeners,
        };
        shell.simulate_later();
        shell
    }

    fn update(&mut self, _ctx: &Context<Self>, action: Action) -> bool {
        if let Action::SimulateNext = action {
            self.moment_requested = false;
        }
        match action {
            Action::Frame(_) => self.frame_requested = false,
            // The claims come with the second part of the code, which must not be
            // waited for here.
            Action::SimulateNext if !is_whole() || self.is_in_use() => {
                self.simulate_later();
                return false;
            }
            // The handle's work is done; dropping it frees what it holds.
            Action::LabDone(_) | Action::LabRefused(_) | Action::LabStopped => self.lab = None,
            Action::Happened(Happened::Done(_) | Happened::Failed(_) | Happened::Stopped) => {
                self.activity = None;
            }
            Action::Follow(ref fragment) => {
                // Our own change of the address comes back as an event.
                if *fragment == write(&self.state) {
                    return false;
                }
                self.address.forget();
            }
            _ => {}
        }
        if !action.is_about_the_bench() {
            self.used_ms = js_sys::Date::now();
        }
        let is_progress = action.is_progress();
        let is_about_the_bench = action.is_about_the_bench();
        // Only the timeline shows it, and gets it apart from the rest.
        let is_zoom = matches!(action, Action::Zoom(_));
        let effects = Rc::make_mut(&mut self.state.0).reduce(action);
        if !is_about_the_bench && !is_zoom {
            self.live = self.state.clone();
            if !is_progress {
                self.settled = self.state.clone();
            }
        }
        for effect in effects {
            self.perform(effect);
        }
        true
    }

    fn rendered(&mut self, _ctx: &Context<Self>, first_render: bool) {
        if first_render {
            show_workers(&self.page, workers());
            mark_first_picture();
        }
    }

    fn view(&self, _ctx: &Context<Self>) -> Html {
        let state = &self.state;
        let busy = state.is_busy().to_string();
        let paused = state.is_paused();
        html! {
            <div class="page" data-testid="page" data-busy={busy} data-paused={paused.to_string()}
                ref={self.page.clone()}>
                <a class="skip" href="#main" onclick={skip_to_main()}>{ text::SKIP }</a>
                if state.newer {
                    <p class="panel newer" role="status" data-testid="newer">
                        { text::NEWER }
                        <button class="link" onclick={self.dispatch.reform(|_| Action::Reload)}
                            data-testid="reload">{ text::LOAD_NEWER }</button>
                    </p>
                }
                if paused {
                    <p class="panel warning" role="status" data-testid="paused">
                        { text::PAUSED }
                    </p>
                }
                <Frame state={self.state.clone()} live={self.live.clone()}
                    settled={self.settled.clone()} dispatch={self.dispatch.clone()} />
            </div>
        }
    }
}

impl Shell {
    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::WriteFragment(fragment) => self.address.write(fragment),
            Effect::RequestFrame => {
                if !self.frame_requested {
                    let callback = self.on_frame.as_ref().unchecked_ref();
                    self.frame_requested = window().request_animation_frame(callback).is_ok();
                }
            }
            Effect::ToggleTheme => toggle_theme(),
            Effect::StartLab(experiment, work) => self.start_lab(experiment, work),
            Effect::LoadPython => {
                let dispatch = self.dispatch.clone();
                spawn_local(async move {
                    let tell = dispatch.clone();
                    let loaded = load_python(move |there, of| tell.emit(loading(there, of)));
                    if let Err(why) = loaded.await {
                        dispatch.emit(Action::Python(PythonAction::NotLoaded(why)));
                    }
                });
            }
            Effect::Begin(doing) => self.begin(doing),
            Effect::KeepProbes(text) => {
                if let Some(storage) = storage() {
                    // Storage may be full; then they last for this visit.
                    drop(storage.set_item(KEPT_PROBES, &text));
                }
            }
            Effect::ForgetProbes => {
                if let Some(storage) = storage() {
                    // A name that is not there is no error.
                    drop(storage.remove_item(KEPT_PROBES));
                }
            }
            Effect::KeepMemory(text) => {
                if let Some(storage) = storage() {
                    // Storage may be full; then it lasts for this visit. A name
                    // that is not there is no error.
                    drop(match text.is_empty() {
                        true => storage.remove_item(KEPT_MEMORY),
                        false => storage.set_item(KEPT_MEMORY, &text),
                    });
                }
            }
            // Refused only where the page may not be left; then it stays.
            Effect::Reload => drop(window().location().reload()),
            Effect::SimulateNext => self.simulate_later(),
            Effect::Fetch(example) => {
                let dispatch = self.dispatch.clone();
                fetch(format!("./{FOLDER}/{}", example.file), move |text| {
                    dispatch.emit(Action::Desk(DeskAction::Fetched(example, text)));
                });
            }
            Effect::Download(file) => {
                if let Some(document) = window().document() {
                    download(&document, &file);
                }
            }
            Effect::DownloadPng(name) => {
                if let Some(document) = window().document() {
                    download_png(&document, name);
                }
            }
            Effect::StopDoing => {
                if let Some(activity) = self.activity.take() {
                    activity.stop();
                }
            }
            Effect::StopLab => {
                if let Some(lab) = &self.lab {
                    lab.stop();
                }
            }
        }
    }

    fn is_in_use(&self) -> bool {
        js_sys::Date::now() - self.used_ms < UNDISTURBED_MS
    }

    /// In a moment, for the page answers the visitor in between.
    fn simulate_later(&mut self) {
        if !self.moment_requested {
            let callback = self.on_moment.as_ref().unchecked_ref();
            let asked = window()
                .set_timeout_with_callback_and_timeout_and_arguments_0(callback, BETWEEN_CLAIMS_MS);
            // Refused by no browser; opening a claim asks the simulator, too.
            self.moment_requested = asked.is_ok();
        }
    }

    fn begin(&mut self, doing: Doing) {
        let dispatch = self.dispatch.clone();
        let activity = begin(doing, move |event| dispatch.emit(Action::Happened(event)));
        self.activity = Some(activity);
    }

    fn start_lab(&mut self, experiment: Experiment, work: Work) {
        let dispatch = self.dispatch.clone();
        let started = start(experiment, work, move |event| {
            dispatch.emit(match event {
                // The measurement tells it, too.
                Event::Calibrated(_) => return,
                Event::Loading(there, of) => loading(there, of),
                Event::Told(told) => Action::Python(PythonAction::Told(told)),
                Event::Progress(progress) => Action::LabProgress(progress),
                Event::Paused => Action::LabPaused(true),
                Event::Resumed => Action::LabPaused(false),
                Event::Finished(measurement) => Action::LabDone(measurement),
                Event::Stopped => Action::LabStopped,
                Event::Failed(reason) => Action::LabRefused(reason),
            });
        });
        match started {
            Ok(handle) => self.lab = Some(handle),
            Err(refusal) => self.dispatch.emit(Action::LabRefused(refusal.to_string())),
        }
    }
}

fn loading(there: u64, of: u64) -> Action {
    Action::Python(PythonAction::Loading(there, of))
}

/// Marks, for whoever measures how long visitors wait, when the first picture
/// has been drawn: in the frame after the page was mounted.
fn mark_first_picture() {
    let mark = Closure::once_into_js(|| {
        if let Some(performance) = window().performance() {
            // Refused only for names that the browser uses itself.
            drop(performance.mark("timeslice-first-picture"));
        }
    });
    drop(window().request_animation_frame(mark.unchecked_ref()));
}

/// Writes the number of web workers where tests can read it, and where visitors
/// can. Not by drawing again, which would disturb what is measured while they
/// start.
fn show_workers(page: &NodeRef, count: u32) {
    if let Some(page) = page.cast::<web_sys::Element>() {
        // The name is valid, so this cannot fail.
        drop(page.set_attribute("data-workers", &count.to_string()));
        if let Ok(Some(line)) = page.query_selector(".workers-now") {
            line.set_text_content(Some(&text::workers_now(count, MAX_WORKERS)));
        }
    }
}

/// Changes the attribute that all colours hang on (see `www/theme.js`, which
/// reads what is stored here). Yew then draws everything again, canvases too.
fn toggle_theme() {
    let root = window()
        .document()
        .and_then(|document| document.document_element());
    let Some(root) = root else {
        return;
    };
    let dark = root.get_attribute("data-theme").as_deref() == Some("dark");
    let theme = if dark { "light" } else { "dark" };
    // The name is valid, so this cannot fail.
    drop(root.set_attribute("data-theme", theme));
    if let Some(storage) = storage() {
        // Storage may be full or forbidden; then the choice lasts for this visit.
        drop(storage.set_item("timeslice-theme", theme));
    }
}

/// What the browser keeps for this site; `None` where that is forbidden.
fn storage() -> Option<Storage> {
    window().local_storage().ok()?
}

/// The address's fragment, without the `#`.
fn fragment() -> String {
    let hash = window().location().hash().unwrap_or_default();
    hash.strip_prefix('#').unwrap_or(&hash).to_owned()
}

fn listen(
    name: &str,
    on_event: impl FnMut(web_sys::Event) + 'static,
) -> Closure<dyn FnMut(web_sys::Event)> {
    let closure = Closure::<dyn FnMut(web_sys::Event)>::new(on_event);
    let callback = closure.as_ref().unchecked_ref();
    // Fails for an object that is no event target only.
    drop(window().add_event_listener_with_callback(name, callback));
    closure
}

/// What a key does when no control has the focus that needs it itself.
fn shortcut(event: &web_sys::Event) -> Option<Action> {
    let event: &KeyboardEvent = event.dyn_ref()?;
    if let Some(action) = undo_key(event) {
        return Some(action);
    }
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return None;
    }
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    if matches!(
        target.tag_name().as_str(),
        "INPUT" | "SELECT" | "TEXTAREA" | "BUTTON" | "SUMMARY" | "A" | "DIALOG"
    ) {
        return None;
    }
    match event.key().as_str() {
        "?" => Some(Action::OpenDialog(Some(Dialog::Keys))),
        " " => Some(Action::TogglePlay),
        "." | "ArrowRight" => Some(Action::Step(true)),
        "," | "ArrowLeft" => Some(Action::Step(false)),
        digit => {
            let number: usize = digit.parse().ok()?;
            let preset = PRESETS.get(number.checked_sub(1)?)?;
            Some(Action::Open(preset.fragment.to_owned()))
        }
    }
}

/// Undo and redo, but where a text is written, which has its own.
fn undo_key(event: &KeyboardEvent) -> Option<Action> {
    if !(event.ctrl_key() || event.meta_key()) || event.alt_key() {
        return None;
    }
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    let writes =
        "textarea, [contenteditable], input:not([type=range], [type=checkbox], [type=file])";
    // The selector is right, so this cannot fail.
    if target.closest(writes).ok()?.is_some() {
        return None;
    }
    match (event.key().to_ascii_lowercase().as_str(), event.shift_key()) {
        ("z", false) => Some(Action::Undo),
        ("z", true) | ("y", false) => Some(Action::Redo),
        _ => None,
    }
}

/// The skip link must not overwrite the experiment in the address.
fn skip_to_main() -> Callback<yew::MouseEvent> {
    Callback::from(|event: yew::MouseEvent| {
        event.prevent_default();
        let document = window().document();
        let main = document.and_then(|document| document.get_element_by_id("main"));
        if let Some(main) = main.and_then(|main| main.dyn_into::<web_sys::HtmlElement>().ok()) {
            // Focus is refused only by elements that cannot have it.
            drop(main.focus());
        }
    })
}

/// Tells the page what earlier visits have kept. It takes all of the code to read
/// that.
fn recall(dispatch: &Callback<Action>) {
    let kept = |name| storage().and_then(|storage| storage.get_item(name).ok()?);
    if let Some(kept) = kept(KEPT_PROBES) {
        dispatch.emit(Action::KeptProbes(kept));
    }
    dispatch.emit(Action::KeptMemory(kept(KEPT_MEMORY).unwrap_or_default()));
}

/// Whether all code is loaded: `rest.js` says so, where the code is split.
fn is_whole() -> bool {
    root_says("data-whole").is_none_or(|whole| whole == "yes")
}

/// An attribute of the document's element, where scripts leave word.
fn root_says(name: &str) -> Option<String> {
    let root = window().document()?.document_element()?;
    root.get_attribute(name)
}
