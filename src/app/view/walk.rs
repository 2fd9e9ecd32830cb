//! Walking through many buttons that are one stop for the Tab key.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// Arrow keys go from one element of a class to the next in the same parent.
pub(super) fn walk(event: &KeyboardEvent, class: &str) {
    let step = match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => 1,
        "ArrowLeft" | "ArrowUp" => -1,
        "Home" => i32::MIN,
        "End" => i32::MAX,
        _ => return,
    };
    let target = event
        .target()
        .and_then(|it| it.dyn_into::<HtmlElement>().ok());
    let Some(stage) = target.as_ref().and_then(|it| it.parent_element()) else {
        return;
    };
    let tokens = stage.get_elements_by_class_name(class);
    let count = tokens.length() as i32;
    let at = (0..count).find(|&index| {
        let token = tokens.item(index as u32);
        token.as_ref().map(AsRef::as_ref) == target.as_deref()
    });
    let Some(at) = at else {
        return;
    };
    let next = at.saturating_add(step).clamp(0, count - 1);
    let next = tokens.item(next as u32);
    if let Some(next) = next.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        event.prevent_default();
        // Focus is refused only by elements that cannot have it.
        drop(next.focus());
    }
}
