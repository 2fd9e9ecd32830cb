//! The probes: what things cost in this browser, measured one after the other
//! on a machine that does nothing else.

pub(super) mod message;
pub(super) mod start;
mod thread;
mod work;

use super::epoch_ms;
use super::session::Session;
use crate::lab::findings::Unit;
use crate::lab::probes::Probes;
use crate::lab::trial::{Report, Trouble};

/// Groups of probes, as the page tells them.
const STEPS: u32 = 9;

/// Runs all probes. One that cannot run here is noted as unavailable with the
/// reason; the others go on.
pub(super) async fn run(session: &Session) -> Result<Probes, Trouble> {
    let environment = session.environment().clone();
    let mut probes = Probes::new(epoch_ms(), environment);
    session.plan(STEPS);
    let resolution = f64::from(probes.environment.timer_resolution_ns);
    probes.add("timer resolution", Unit::Ns, &[resolution]);

    session.step("Starting processes, and empty workers beside them");
    start::processes(session, &mut probes).await?;
    told(session, &probes);

    session.step("Starting threads");
    let ids = ["thread start", "memory per thread"];
    let done = start::threads(session, &mut probes).await;
    noted(&mut probes, &ids, done)?;
    told(session, &probes);

    session.step("Waking and reaching threads");
    let done = thread::signals(session, &mut probes).await;
    noted(&mut probes, &thread::SIGNALS, done)?;
    thread::waking(session, &mut probes).await?;
    told(session, &probes);

    session.step("Taking locks");
    thread::lock_alone(session, &mut probes).await?;
    let done = thread::lock_contended(session, &mut probes).await;
    noted(&mut probes, &["lock, contended"], done)?;
    told(session, &probes);

    session.step("Sending messages between processes");
    message::all(session, &mut probes).await?;
    told(session, &probes);

    session.step("Killing processes");
    let done = start::kills(session, &mut probes).await;
    noted(&mut probes, &["kill latency"], done)?;
    told(session, &probes);

    session.step("Timing kernels");
    work::kernels(session, &mut probes).await?;
    told(session, &probes);

    session.step("Telling the page of work");
    work::telemetry(session, &mut probes).await?;
    told(session, &probes);

    session.step("Handing over a global interpreter lock");
    let done = work::gil(session, &mut probes).await;
    noted(&mut probes, &["gil hand-off"], done)?;
    Ok(probes)
}

fn told(session: &Session, probes: &Probes) {
    session.part(Report::Probes(Box::new(probes.clone())));
}

/// Notes why probes cannot run here; any other trouble ends them all.
fn noted(probes: &mut Probes, ids: &[&str], done: Result<(), Trouble>) -> Result<(), Trouble> {
    if let Err(Trouble::Unavailable(why)) = &done {
        for id in ids {
            probes.lack(*id, why);
        }
        return Ok(());
    }
    done
}
