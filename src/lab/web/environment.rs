//! What this browser offers, and why it does not offer more.

use super::clock_step_ms;
use crate::lab::measurement::Environment;
use js_sys::Reflect;
use wasm_bindgen::prelude::*;

/// Looks around. Takes about 4 ms, for the clock's resolution.
#[must_use]
pub fn environment() -> Environment {
    let isolated = global("crossOriginIsolated").is_truthy();
    let navigator = global("navigator");
    let of_navigator = |name: &str| Reflect::get(&navigator, &name.into()).unwrap_or_default();
    let cores = of_navigator("hardwareConcurrency").as_f64();
    Environment {
        isolated,
        threads_unavailable: threads_unavailable(isolated),
        processes_unavailable: global("Worker")
            .is_undefined()
            .then(|| "this browser has no web workers".to_owned()),
        // A browser that does not say has at least one.
        cores: cores.map_or(1, |cores| cores as u32),
        timer_resolution_ns: (clock_step_ms() * 1e6).round() as u32,
        user_agent: of_navigator("userAgent").as_string().unwrap_or_default(),
    }
}

fn threads_unavailable(isolated: bool) -> Option<String> {
    let why = if isolated && !global("SharedArrayBuffer").is_undefined() {
        return None;
    } else if !global("isSecureContext").is_truthy() {
        "shared memory needs a secure page, but this one was loaded neither over https nor from \
         localhost"
    } else if isolated {
        "this browser has no shared memory"
    } else {
        "shared memory needs a cross-origin isolated page, but this one came without the headers \
         Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp"
    };
    Some(why.to_owned())
}

fn global(name: &str) -> JsValue {
    Reflect::get(&js_sys::global(), &name.into()).unwrap_or_default()
}
