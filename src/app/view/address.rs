//! The page's address: what is shown is written into it, a moment later.

use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// How long a change of the address waits for the next, ms. Writing it takes as
/// long as drawing a picture does, and a slider's drag makes 60 changes a second;
/// browsers refuse more than about 200 in 30 s (Chromium) or 100 in 10 s (Safari).
const WAIT_MS: i32 = 250;

/// Writes the address.
pub(super) struct AddressBar {
    /// What waits to be written. While something does, the timer runs.
    pending: Rc<RefCell<Option<String>>>,
    on_time: Closure<dyn FnMut()>,
}

impl AddressBar {
    pub(super) fn new() -> Self {
        let pending = Rc::new(RefCell::new(None::<String>));
        let on_time = {
            let pending = Rc::clone(&pending);
            Closure::new(move || {
                if let Some(fragment) = pending.borrow_mut().take() {
                    replace(&fragment);
                }
            })
        };
        Self { pending, on_time }
    }

    /// Puts this fragment into the address soon; the newest wins.
    pub(super) fn write(&self, fragment: String) {
        if self.pending.borrow_mut().replace(fragment).is_some() {
            return;
        }
        let callback = self.on_time.as_ref().unchecked_ref();
        let asked = web_sys::window().map(|window| {
            window.set_timeout_with_callback_and_timeout_and_arguments_0(callback, WAIT_MS)
        });
        // Refused by no browser; the next change would be written.
        drop(asked);
    }

    /// Forgets what waits: the visitor has changed the address since.
    pub(super) fn forget(&self) {
        self.pending.borrow_mut().take();
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
