//! The threads of a guest: the workers of its pool, or the worker itself.

use super::describe;
use super::serve::record_trap;
use crate::lab::crew::Team;
use std::sync::Mutex;
use wasm_bindgen::prelude::*;

/// The threads of this instance.
#[derive(Debug, Clone, Copy)]
pub(super) struct WebTeam {
    threads: usize,
}

impl WebTeam {
    /// With more than one thread the pool must have been started.
    pub(super) fn new(threads: usize) -> Self {
        Self { threads }
    }
}

impl Team for WebTeam {
    fn threads(&self) -> usize {
        self.threads
    }

    fn all<R: Send>(&self, work: impl Fn(usize) -> R + Sync) -> Vec<Option<R>> {
        if self.threads == 1 {
            return vec![Some(work(0))];
        }
        rayon::broadcast(|context| survive(context.index(), || work(context.index())))
    }

    fn hand(
        &self,
        before: impl FnOnce() + Send,
        task: impl FnOnce() + Send,
        after: impl FnOnce() + Send,
    ) {
        // From outside of the pool: one of its threads takes the scope, and
        // another one the task.
        rayon::scope(|scope| {
            before();
            scope.spawn(|_| task());
            after();
        });
    }
}

/// Runs `work` inside a JavaScript call, which catches what nothing in wasm
/// can: a trap, which the telemetry then tells of.
fn survive<R: Send>(index: usize, work: impl FnOnce() -> R) -> Option<R> {
    let answer = Mutex::new(None);
    let mut run = Some(|| {
        let made = work();
        *answer
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = Some(made);
    });
    let mut call = || {
        if let Some(run) = run.take() {
            run();
        }
    };
    let caught = wasm_bindgen_call(&mut call);
    if let Err(error) = caught {
        // The answer's lock may be held by what was cut off: leave it alone.
        record_trap(index, &describe(&error));
        return None;
    }
    answer
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[wasm_bindgen(module = "/src/lab/web/host.js")]
extern "C" {
    /// Calls back at once, and throws what the callback throws.
    #[wasm_bindgen(js_name = callBack, catch)]
    fn wasm_bindgen_call(work: &mut dyn FnMut()) -> Result<(), JsValue>;
}
