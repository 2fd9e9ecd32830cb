//! Texts as files to download.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, Document, HtmlElement, Url};

/// Offers a text of JSON as a file: a link to it, clicked at once. Not the
/// text itself as an address: browsers limit their length.
pub(super) fn download(document: &Document, name: &str, text: &str) {
    // Fails only for want of memory; then there is nothing to offer.
    drop(offer(document, name, text));
}

fn offer(document: &Document, name: &str, text: &str) -> Result<(), JsValue> {
    let kind = BlobPropertyBag::new();
    kind.set_type("application/json");
    let parts = Array::of1(&text.into());
    let blob = Blob::new_with_str_sequence_and_options(&parts, &kind)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link = document.create_element("a")?;
    link.set_attribute("href", &address)?;
    link.set_attribute("download", name)?;
    link.unchecked_ref::<HtmlElement>().click();
    // The download has begun and holds what it needs.
    Url::revoke_object_url(&address)
}
