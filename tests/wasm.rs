//! What must hold in the browser as it does natively, run in a headless one by
//! wasm-bindgen-test.
#![cfg(target_arch = "wasm32")]

use timeslice::experiment::Kernel;
use timeslice::lab::kernel::Workload;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

include!("common/seeded.rs");
include!("common/digests.rs");

#[wasm_bindgen_test]
fn the_memory_can_be_shared_with_threads() {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    assert!(
        memory
            .buffer()
            .is_instance_of::<js_sys::SharedArrayBuffer>()
    );
    const { assert!(cfg!(target_feature = "atomics")) };
}

/// The same digests are asserted natively (`tests/sim.rs`).
#[wasm_bindgen_test]
fn the_trace_is_the_same_on_every_target() {
    for (line, digest) in digests::found() {
        assert_eq!(digests::with_digest(line, digest), line);
    }
}

#[wasm_bindgen_test]
fn the_kernels_compute_the_same_as_natively() {
    for kernel in Kernel::ALL {
        let mut workload = Workload::new(kernel);
        let mut polls = 0_u32;
        assert!(workload.block(|| polls += 1), "{kernel:?}");
        assert!(polls > 0, "{kernel:?}");
    }
}
