//! The page's address: what is shown is written into it, as often as the
//! browser lets.

use crate::app::link::Allowance;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Writes the address.
pub(super) struct AddressBar {
    pending: Rc<RefCell<Pending>>,
    on_time: Closure<dyn FnMut()>,
}

struct Pending {
    allowance: Allowance,
    /// What waits to be written. While something does, the timer runs.
    fragment: Option<String>,
}

impl AddressBar {
    pub(super) fn new() -> Self {
        let pending = Rc::new(RefCell::new(Pending {
            allowance: Allowance::new(js_sys::Date::now()),
            fragment: None,
        }));
        let on_time = {
            let pending = Rc::clone(&pending);
            Closure::new(move || {
                if let Some(fragment) = pending.borrow_mut().fragment.take() {
                    replace(&fragment);
                }
            })
        };
        Self { pending, on_time }
    }

    /// Puts this fragment into the address, now or as soon as it may be; the
    /// newest wins.
    pub(super) fn write(&self, fragment: String) {
        let mut pending = self.pending.borrow_mut();
        if pending.fragment.is_some() {
            pending.fragment = Some(fragment);
        } else if pending.allowance.take(js_sys::Date::now()) {
            replace(&fragment);
        } else {
            pending.fragment = Some(fragment);
            let callback = self.on_time.as_ref().unchecked_ref();
            let window = web_sys::window();
            let asked = window.map(|window| {
                window.set_timeout_with_callback_and_timeout_and_arguments_0(
                    callback,
                    Allowance::WAIT_MS,
                )
            });
            // Refused by no browser; the next change would be written.
            drop(asked);
        }
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
