//! What the lab does besides single runs: trials of claims, probes, sweeps. One
//! at a time, as a future that is dropped to stop it.

use super::probe;
use super::session::Session;
use super::sweep;
use super::trial;
use crate::lab::trial::{Doing, Happened, Report, Trouble};
use futures_channel::oneshot;
use futures_util::future::{Either, select};
use std::pin::pin;
use std::rc::Rc;

/// An activity under way. Dropping it ends everything at once, without an
/// event.
#[derive(Debug)]
pub struct Activity {
    stop: Option<oneshot::Sender<()>>,
}

impl Activity {
    /// Ends it at once; [`Happened::Stopped`] follows.
    pub fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            // If it is over already, there is nobody to be told.
            let _ = stop.send(());
        }
    }
}

/// Begins to do it. Everything that happens comes to `on_event`, never before
/// this returns.
pub fn begin(doing: Doing, on_event: impl Fn(Happened) + 'static) -> Activity {
    let (stop, stopped) = oneshot::channel();
    let on_event = Rc::new(on_event);
    wasm_bindgen_futures::spawn_local(async move {
        let tell = Rc::clone(&on_event);
        let session = Session::new(move |event| tell(event));
        // Scoped, so that all it has started has ended before the last event.
        let last = {
            let work = pin!(perform(&doing, &session));
            match select(work, stopped).await {
                Either::Left((Ok(report), _)) => Happened::Done(report),
                Either::Left((Err(trouble), _)) => Happened::Failed(trouble),
                Either::Right((Ok(()), _)) => Happened::Stopped,
                // Dropped: nobody listens any more.
                Either::Right((Err(_), _)) => return,
            }
        };
        on_event(last);
    });
    Activity { stop: Some(stop) }
}

async fn perform(doing: &Doing, session: &Session) -> Result<Report, Trouble> {
    match doing {
        Doing::Trial(claim) => {
            let findings = trial::run(claim, session).await?;
            Ok(Report::Findings(Box::new(findings)))
        }
        Doing::Probes => {
            let probes = probe::run(session).await?;
            Ok(Report::Probes(Box::new(probes)))
        }
        Doing::Grid(plan) => {
            let grid = sweep::run(plan, session).await?;
            Ok(Report::Grid(Box::new(grid)))
        }
    }
}
