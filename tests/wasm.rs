//! Tests of web code, run in a headless browser by wasm-bindgen-test.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_memory_can_be_shared_with_threads() {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    assert!(
        memory
            .buffer()
            .is_instance_of::<js_sys::SharedArrayBuffer>()
    );
    assert!(cfg!(target_feature = "atomics"));
}
