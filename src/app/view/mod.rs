//! The thin shell: events in, actions out; effects performed; state shown.

mod address;
mod canvas;
mod chart;
mod charts;
mod compare;
mod controls;
mod copy;
mod dialog;
mod editor;
mod embed;
mod exercise;
mod failures;
mod faults;
mod files;
mod findings;
mod frame;
mod grid;
mod guide;
mod header;
mod headline;
mod holds;
mod inject;
mod jobs;
mod keys;
mod lab;
mod later;
mod lesson;
mod lessons;
mod machine;
mod numbers;
mod paint;
mod probes;
mod program;
mod progress;
mod python;
mod share;
mod shell;
mod start;
mod start_button;
mod tabs;
mod term;
mod timeline;
mod transport;
mod walk;

pub use shell::mount;

use super::{Action, Part, State};
use std::ops::Deref;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};
use yew::{Callback, Properties};

/// A shared value that counts as changed when it is another one: comparing
/// traces by content would take longer than drawing them.
#[derive(Debug)]
struct Shared<T>(Rc<T>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// What every part of the page gets.
#[derive(Debug, Clone, PartialEq, Properties)]
struct PartProps {
    state: Shared<State>,
    dispatch: Callback<Action>,
}

/// Remembers whether a part that the browser itself folds is open.
fn on_fold(dispatch: &Callback<Action>, part: Part) -> Callback<Event> {
    let dispatch = dispatch.clone();
    Callback::from(move |event: Event| {
        let details = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        if let Some(details) = details {
            dispatch.emit(Action::Fold(part, details.has_attribute("open")));
        }
    })
}
