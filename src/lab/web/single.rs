//! A single run as the page asks for it: it ends while the page is hidden, and
//! begins again when the page is shown.

use super::run::{self, Event};
use super::{environment, is_hidden, pause, python, visibility};
use crate::experiment::Experiment;
use crate::lab::plan::{self, Refusal};
use crate::lab::python::{Work, plain};
use futures_channel::oneshot;
use futures_util::future::{Either, select};
use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;
use wasm_bindgen_futures::JsFuture;

/// A run under way. Dropping it ends everything at once, without an event.
#[derive(Debug)]
pub struct Handle {
    stop: RefCell<Option<oneshot::Sender<()>>>,
}

impl Handle {
    /// Ends the run at once; what was measured up to now comes as the last
    /// event. Does nothing if the run is over.
    pub fn stop(&self) {
        if let Some(stop) = self.stop.borrow_mut().take() {
            // If it is over already, there is nobody to be told.
            let _ = stop.send(());
        }
    }
}

/// Runs `work` laid out as in `experiment` here and now: calibrates first, then
/// starts the processes. Everything that happens comes to `on_event`, never before this returns.
///
/// # Errors
/// A [`Refusal`] if the lab does not run it; nothing was started then.
pub fn start(
    experiment: Experiment,
    work: Work,
    on_event: impl Fn(Event) + 'static,
) -> Result<Handle, Refusal> {
    let checked = match &work {
        Work::Kernel => plan::check(&experiment, &environment()),
        Work::Python(_) => plan::check(&plain(&experiment), &environment()),
    };
    checked?;
    let (stop, stopped) = oneshot::channel();
    wasm_bindgen_futures::spawn_local(follow(experiment, work, Rc::new(on_event), stopped));
    Ok(Handle {
        stop: RefCell::new(Some(stop)),
    })
}

/// Runs, pauses and runs again until it is over.
async fn follow(
    experiment: Experiment,
    work: Work,
    on_event: Rc<impl Fn(Event) + 'static>,
    mut stopped: oneshot::Receiver<()>,
) {
    loop {
        if is_hidden() {
            on_event(Event::Paused);
            let shown = pin!(visibility::until(false));
            match select(shown, &mut stopped).await {
                Either::Left(_) => on_event(Event::Resumed),
                Either::Right((Ok(()), _)) => return on_event(Event::Stopped),
                // Dropped: nobody listens any more.
                Either::Right((Err(_), _)) => return,
            }
        }
        if let Work::Python(source) = &work {
            match with_python(&experiment, source, &on_event, &mut stopped).await {
                Ending::Over(last) => return on_event(last),
                Ending::Dropped => return,
                Ending::Hidden => continue,
            }
        }
        let (sender, ended) = oneshot::channel();
        let sender = RefCell::new(Some(sender));
        let tell = Rc::clone(&on_event);
        let started = run::start(experiment.clone(), move |event| {
            if !event.is_last() {
                tell(event);
            } else if let Some(sender) = sender.borrow_mut().take() {
                // It is dropped only with the run.
                drop(sender.send(event));
            }
        });
        let run = match started {
            Ok(run) => run,
            Err(refusal) => return on_event(Event::Failed(refusal.to_string())),
        };
        let hidden = pin!(visibility::until(true));
        let last = match select(ended, select(&mut stopped, hidden)).await {
            Either::Left((last, _)) => last,
            Either::Right((Either::Left((Ok(()), _)), ended)) => {
                run.stop();
                ended.await
            }
            Either::Right((Either::Left((Err(_), _)), _)) => return,
            Either::Right((Either::Right(_), _)) => continue,
        };
        drop(run);
        return on_event(last.unwrap_or(Event::Stopped));
    }
}

/// How one attempt at a run ends.
enum Ending {
    /// With this as the last event.
    Over(Event),
    /// Nobody listens any more.
    Dropped,
    /// The page was hidden.
    Hidden,
}

/// How long a run may take to end by itself when it is told to, ms.
const STOP_MS: u32 = 200;

async fn with_python(
    experiment: &Experiment,
    source: &str,
    on_event: &Rc<impl Fn(Event) + 'static>,
    stopped: &mut oneshot::Receiver<()>,
) -> Ending {
    let stop = Cell::new(false);
    let tell = Rc::clone(on_event);
    let program = python::Program {
        source,
        known: None,
    };
    let tell = Rc::new(move |event| tell(event));
    let running = pin!(python::run(experiment, program, &stop, tell));
    let hidden = pin!(visibility::until(true));
    match select(running, select(stopped, hidden)).await {
        Either::Left((ran, _)) => Ending::Over(ran.last),
        Either::Right((Either::Left((Ok(()), _)), running)) => {
            stop.set(true);
            // It may be loading, which it cannot break off.
            let late = JsFuture::from(pause(STOP_MS));
            match select(running, late).await {
                Either::Left((ran, _)) => Ending::Over(ran.last),
                Either::Right(_) => Ending::Over(Event::Stopped),
            }
        }
        Either::Right((Either::Left((Err(_), _)), _)) => Ending::Dropped,
        Either::Right((Either::Right(_), _)) => Ending::Hidden,
    }
}
