//! Trial.
use rustpython_vm as vm;
#[cfg(target_arch = "wasm32")]
pub use wasm_bindgen_rayon::init_thread_pool;

/// Runs.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen)]
pub fn run(source: &str) -> String {
    let interpreter = vm::Interpreter::with_init(Default::default(), |vm| {
        vm.state.gc.disable();
    });
    let out = interpreter.enter(|vm| {
        let scope = vm.new_scope_with_builtins();
        match vm.run_string(scope, source, "program.py") {
            Ok(v) => format!("{:?}", v.str(vm).map(|s| s.to_string()).ok()),
            Err(e) => {
                let mut s = String::new();
                let _ = vm.write_exception(&mut s, &e);
                s
            }
        }
    });
    std::mem::forget(interpreter);
    out
}
