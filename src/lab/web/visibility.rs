//! Whether the page can be seen. Browsers slow hidden pages down, so nothing is
//! measured then.

use super::is_hidden;
use futures_channel::oneshot;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use web_sys::Document;

const EVENT: &str = "visibilitychange";

/// Resolves when the page is hidden (or shown); at once if it is so already.
pub(super) async fn until(hidden: bool) {
    if is_hidden() == hidden {
        return;
    }
    let (sender, receiver) = oneshot::channel();
    let sender = RefCell::new(Some(sender));
    let listener = Listener::new(move || {
        if is_hidden() == hidden
            && let Some(sender) = sender.borrow_mut().take()
        {
            // Nobody waits any more, if it fails.
            let _ = sender.send(());
        }
    });
    if receiver.await.is_err() {
        // There is no document that could tell.
        std::future::pending::<()>().await;
    }
    drop(listener);
}

/// Listens until it is dropped.
struct Listener {
    document: Option<Document>,
    callback: Closure<dyn Fn()>,
}

impl Listener {
    fn new(on_change: impl Fn() + 'static) -> Self {
        let listener = Self {
            document: web_sys::window().and_then(|window| window.document()),
            callback: Closure::new(on_change),
        };
        if let Some(document) = &listener.document {
            let callback = listener.callback.as_ref().unchecked_ref();
            // Fails for an object that is no event target only.
            drop(document.add_event_listener_with_callback(EVENT, callback));
        }
        listener
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(document) = &self.document {
            let callback = self.callback.as_ref().unchecked_ref();
            drop(document.remove_event_listener_with_callback(EVENT, callback));
        }
    }
}
