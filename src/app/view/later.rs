//! Something that happens a little later, unless it is dropped before.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// A timer that runs; dropping it stops it.
#[derive(Debug)]
pub(super) struct Later {
    id: Option<i32>,
    _callback: Closure<dyn FnMut()>,
}

impl Later {
    /// Does `what` in so many ms.
    pub(super) fn new(ms: i32, what: impl FnOnce() + 'static) -> Self {
        let callback = Closure::once(what);
        let id = web_sys::window().and_then(|window| {
            window
                .set_timeout_with_callback_and_timeout_and_arguments_0(
                    callback.as_ref().unchecked_ref(),
                    ms,
                )
                .ok()
        });
        Self {
            id,
            _callback: callback,
        }
    }
}

impl Drop for Later {
    fn drop(&mut self) {
        if let (Some(id), Some(window)) = (self.id, web_sys::window()) {
            window.clear_timeout_with_handle(id);
        }
    }
}
