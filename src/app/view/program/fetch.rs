//! Texts from beside the page, and from the visitor's disk.

use crate::app::english::program as text;
use crate::experiment::scenario::MAX_FILE_BYTES;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, Response};

/// Fetches a text from beside the page; tells it, or why there is none.
pub(crate) fn fetch(address: String, then: impl FnOnce(Result<String, String>) + 'static) {
    spawn_local(async move {
        let text = fetched(&address).await;
        then(text.map_err(|error| said(&error)));
    });
}

/// Reads a file that the visitor chose.
pub(crate) fn read_file(file: &File, then: impl FnOnce(Result<String, String>) + 'static) {
    if file.size() > MAX_FILE_BYTES as f64 {
        then(Err(text::too_large(file.size(), MAX_FILE_BYTES)));
        return;
    }
    let text = JsFuture::from(file.text());
    spawn_local(async move {
        let text = text.await.map_err(|error| said(&error));
        then(text.map(|text| text.as_string().unwrap_or_default()));
    });
}

async fn fetched(address: &str) -> Result<String, JsValue> {
    let window = web_sys::window().ok_or(text::NO_WINDOW)?;
    let response = JsFuture::from(window.fetch_with_str(address)).await?;
    let response: Response = response.dyn_into()?;
    if !response.ok() {
        return Err(text::answered(response.status()).into());
    }
    let text = JsFuture::from(response.text()?).await?;
    Ok(text.as_string().unwrap_or_default())
}

fn said(error: &JsValue) -> String {
    let message = js_sys::Reflect::get(error, &"message".into());
    let message = message.ok().and_then(|message| message.as_string());
    message
        .or_else(|| error.as_string())
        .unwrap_or_else(|| text::FILE_IS_UNREADABLE.to_owned())
}
