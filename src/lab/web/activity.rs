//! What the lab does besides single runs: trials of claims, probes, sweeps. One
//! at a time, as a future that is dropped to stop it.
//!
//! While the page is hidden nothing runs: browsers slow hidden pages down.

use super::probe;
use super::session::Session;
use super::sweep;
use super::trial;
use super::{is_hidden, visibility};
use crate::lab::trial::{Doing, Happened, Report, Trouble};
use futures_channel::oneshot;
use futures_util::future::{Either, select};
use std::cell::RefCell;
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
    wasm_bindgen_futures::spawn_local(follow(doing, Rc::new(on_event), stopped));
    Activity { stop: Some(stop) }
}

/// Does it, pauses and does it again until it is over.
async fn follow(
    doing: Doing,
    on_event: Rc<impl Fn(Happened) + 'static>,
    mut stopped: oneshot::Receiver<()>,
) {
    // What was found up to now, for what need not begin from the start again.
    let so_far: Rc<RefCell<Option<Report>>> = Rc::default();
    let last = loop {
        if is_hidden() {
            on_event(Happened::Paused);
            let shown = pin!(visibility::until(false));
            match select(shown, &mut stopped).await {
                Either::Left(_) => {}
                Either::Right((Ok(()), _)) => break Happened::Stopped,
                // Dropped: nobody listens any more.
                Either::Right((Err(_), _)) => return,
            }
        }
        let tell = Rc::clone(&on_event);
        let part = Rc::clone(&so_far);
        let session = Session::new(move |event| {
            if let Happened::Part(report) = &event {
                part.replace(Some(report.clone()));
            }
            tell(event);
        });
        let begun = so_far.borrow().clone();
        // Scoped by the loop, so that all it has started has ended before the
        // next event.
        let work = pin!(perform(&doing, &session, begun));
        let hidden = pin!(visibility::until(true));
        match select(work, select(&mut stopped, hidden)).await {
            Either::Left((Ok(report), _)) => break Happened::Done(report),
            Either::Left((Err(trouble), _)) => break Happened::Failed(trouble),
            Either::Right((Either::Left((Ok(()), _)), _)) => break Happened::Stopped,
            Either::Right((Either::Left((Err(_), _)), _)) => return,
            Either::Right((Either::Right(_), _)) => {}
        }
    };
    on_event(last);
}

/// Does it; `begun` is what an attempt before that was cut off had found.
async fn perform(
    doing: &Doing,
    session: &Session,
    begun: Option<Report>,
) -> Result<Report, Trouble> {
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
            let begun = match begun {
                Some(Report::Grid(grid)) => Some(*grid),
                _ => None,
            };
            let grid = sweep::run(plan, session, begun).await?;
            Ok(Report::Grid(Box::new(grid)))
        }
    }
}
