//! A look into heaps and locks, which takes a second simulation: made when
//! things have settled, and kept as long as the run is shown.

use super::Shared;
use crate::app::{Predicted, State};
use crate::sim::{Rewind, View};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use yew::{hook, use_effect_with, use_force_update, use_mut_ref};

/// How long a run must have been shown before it is simulated again, ms: longer
/// than a slider stays where it is while it is dragged.
const SETTLED_MS: i32 = 150;

/// A run to look into; `None`: it is too long for that.
struct Looked {
    at: Shared<Predicted>,
    rewind: Option<Rewind>,
}

/// The run at the playhead; `None` until it can be looked into. `wanted`:
/// whether anyone looks.
#[hook]
pub(super) fn use_view(state: &Shared<State>, wanted: bool) -> Option<View> {
    let looked = use_mut_ref(|| None::<Looked>);
    let update = use_force_update();
    let predicted = Shared(Rc::clone(&state.predicted));
    // What is measured must not be disturbed.
    let wanted = wanted && !state.is_busy();
    {
        let (looked, state) = (Rc::clone(&looked), state.clone());
        use_effect_with((predicted.clone(), wanted), move |(predicted, wanted)| {
            let is_there = looked
                .borrow()
                .as_ref()
                .is_some_and(|it| it.at == *predicted);
            let wait = (*wanted && !is_there).then(|| {
                let predicted = predicted.clone();
                wait(move || {
                    *looked.borrow_mut() = Some(Looked {
                        at: predicted.clone(),
                        rewind: state.rewind(),
                    });
                    update.force_update();
                })
            });
            move || drop(wait)
        });
    }
    let mut looked = looked.borrow_mut();
    let looked = looked.as_mut().filter(|it| it.at == predicted)?;
    Some(looked.rewind.as_mut()?.at(state.playhead))
}

/// Something that is to be done in a moment, unless this is dropped before.
struct Wait {
    timer: i32,
    _work: Closure<dyn FnMut()>,
}

impl Drop for Wait {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_timeout_with_handle(self.timer);
        }
    }
}

fn wait(work: impl FnMut() + 'static) -> Option<Wait> {
    let work = Closure::<dyn FnMut()>::new(work);
    let callback = work.as_ref().unchecked_ref();
    let window = web_sys::window()?;
    let timer = window.set_timeout_with_callback_and_timeout_and_arguments_0(callback, SETTLED_MS);
    Some(Wait {
        timer: timer.ok()?,
        _work: work,
    })
}
