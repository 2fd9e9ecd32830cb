//! Files: offered for download, and read when the visitor brings some.

use crate::app::english::files as text;
use crate::app::{Action, File};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, Document, DragEvent, HtmlCanvasElement,
    HtmlElement, Url,
};
use yew::Callback;

/// Offers a file: a link to it, clicked at once. Not its contents as an
/// address: browsers limit their length.
pub(super) fn download(document: &Document, file: &File) {
    // Fails only for want of memory; then there is nothing to offer.
    drop(blob(file).and_then(|blob| offer(document, &file.name, &blob)));
}

fn blob(file: &File) -> Result<Blob, JsValue> {
    let kind = BlobPropertyBag::new();
    kind.set_type(file.mime);
    // A copy: what lies in shared memory goes into no blob.
    let parts = Array::of1(&Uint8Array::from(&file.bytes[..]));
    Blob::new_with_u8_array_sequence_and_options(&parts, &kind)
}

fn offer(document: &Document, name: &str, blob: &Blob) -> Result<(), JsValue> {
    let address = Url::create_object_url_with_blob(blob)?;
    let link = document.create_element("a")?;
    link.set_attribute("href", &address)?;
    link.set_attribute("download", name)?;
    link.unchecked_ref::<HtmlElement>().click();
    // The download has begun and holds what it needs.
    Url::revoke_object_url(&address)
}

/// Offers the timeline as it is drawn, under this name. Does nothing where it is
/// not drawn.
pub(super) fn download_png(document: &Document, name: String) {
    // Fails only for want of memory; then there is nothing to offer.
    drop(offer_png(document, name));
}

/// Space around the picture, px of the screen.
const MARGIN: f64 = 12.0;

fn offer_png(document: &Document, name: String) -> Result<(), JsValue> {
    let Some(drawn) = document.query_selector("canvas[data-testid=timeline]")? else {
        return Ok(());
    };
    let drawn: HtmlCanvasElement = drawn.unchecked_into();
    let paper: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
    let scale = f64::from(drawn.width()) / f64::from(drawn.client_width().max(1));
    let margin = (MARGIN * scale).round();
    let (width, height) = (
        f64::from(drawn.width()) + 2.0 * margin,
        f64::from(drawn.height()) + 2.0 * margin,
    );
    paper.set_width(width as u32);
    paper.set_height(height as u32);
    let context = paper.get_context("2d")?.ok_or(JsValue::NULL)?;
    let context: CanvasRenderingContext2d = context.unchecked_into();
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let style = window.get_computed_style(&drawn)?.ok_or(JsValue::NULL)?;
    // The picture itself has no ground.
    context.set_fill_style_str(style.get_property_value("--surface")?.trim());
    context.fill_rect(0.0, 0.0, width, height);
    context.draw_image_with_html_canvas_element(&drawn, margin, margin)?;
    let document = document.clone();
    let on_blob = Closure::once_into_js(move |blob: Option<Blob>| {
        if let Some(blob) = blob {
            // As above.
            drop(offer(&document, &name, &blob));
        }
    });
    paper.to_blob(on_blob.unchecked_ref())
}

/// The longest file that is read, bytes: as long as the longest that makes
/// sense.
const LONGEST: f64 = crate::experiment::scenario::MAX_FILE_BYTES as f64;

/// Reads a file and opens what is in it.
pub(super) fn open(file: web_sys::File, dispatch: Callback<Action>) {
    let name = file.name();
    spawn_local(async move {
        let text = if file.size() > LONGEST {
            let mib = file.size() / 1_048_576.0;
            Err(text::too_large(mib))
        } else {
            let read = JsFuture::from(file.text()).await;
            let text = read.ok().and_then(|text| text.as_string());
            text.ok_or_else(|| text::UNREADABLE.to_owned())
        };
        dispatch.emit(Action::OpenFile { name, text });
    });
}

/// The file that is dropped on the page, if one is. Without this the browser
/// would leave the page for it.
pub(super) fn dropped(event: &web_sys::Event) -> Option<web_sys::File> {
    let transfer = event.dyn_ref::<DragEvent>()?.data_transfer()?;
    let has_files = transfer.types().includes(&"Files".into(), 0);
    if has_files {
        event.prevent_default();
    }
    transfer.files()?.get(0)
}
