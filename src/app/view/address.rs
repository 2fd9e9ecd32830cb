//! The page's address: what is shown is written into it, a moment later.

use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// How long the address must have been at rest before it is written, ms. Writing it
/// takes as long as drawing a picture does, and a slider's drag makes 60 changes a
/// second; browsers refuse more than about 200 in 30 s (Chromium) or 100 in 10 s
/// (Safari).
const REST_MS: i32 = 250;

/// It is written after so long at the latest, ms.
const LATEST_MS: f64 = 2_000.0;

/// Writes the address.
pub(super) struct AddressBar {
    pending: Rc<RefCell<Option<Pending>>>,
    on_time: Closure<dyn FnMut()>,
}

/// What waits to be written.
struct Pending {
    fragment: String,
    since_ms: f64,
    timer: Option<i32>,
}

impl AddressBar {
    pub(super) fn new() -> Self {
        let pending = Rc::new(RefCell::new(None::<Pending>));
        let on_time = {
            let pending = Rc::clone(&pending);
            Closure::new(move || {
                if let Some(pending) = pending.borrow_mut().take() {
                    replace(&pending.fragment);
                }
            })
        };
        Self { pending, on_time }
    }

    /// Puts this fragment into the address soon; the newest wins.
    pub(super) fn write(&self, fragment: String) {
        let now_ms = js_sys::Date::now();
        let mut pending = self.pending.borrow_mut();
        let since_ms = match pending.as_mut() {
            Some(pending) if now_ms - pending.since_ms > LATEST_MS => {
                pending.fragment = fragment;
                return;
            }
            Some(pending) => {
                forget(pending.timer);
                pending.since_ms
            }
            None => now_ms,
        };
        let callback = self.on_time.as_ref().unchecked_ref();
        // Refused by no browser; the next change would be written.
        let timer = web_sys::window().and_then(|window| {
            let asked =
                window.set_timeout_with_callback_and_timeout_and_arguments_0(callback, REST_MS);
            asked.ok()
        });
        *pending = Some(Pending {
            fragment,
            since_ms,
            timer,
        });
    }

    /// Forgets what waits: the visitor has changed the address since.
    pub(super) fn forget(&self) {
        if let Some(pending) = self.pending.borrow_mut().take() {
            forget(pending.timer);
        }
    }
}

fn forget(timer: Option<i32>) {
    if let (Some(window), Some(timer)) = (web_sys::window(), timer) {
        window.clear_timeout_with_handle(timer);
    }
}

/// Replaced, not pushed: a slider's drag is not a trail of pages.
fn replace(fragment: &str) {
    let history = web_sys::window().and_then(|window| window.history().ok());
    if let Some(history) = history {
        let address = format!("#{fragment}");
        // Browsers refuse too many changes a second; the next one says it all,
        // too.
        drop(history.replace_state_with_url(&JsValue::NULL, "", Some(&address)));
    }
}

/// The page's address with this fragment.
pub(super) fn absolute(fragment: &str) -> String {
    let location = web_sys::window().map(|window| window.location());
    let href = location.and_then(|location| location.href().ok());
    let href = href.unwrap_or_default();
    let page = href.split('#').next().unwrap_or_default();
    format!("{page}#{fragment}")
}
