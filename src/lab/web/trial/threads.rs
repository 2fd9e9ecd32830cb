//! Trials of what threads share, and of ways to wait.

mod crash;
mod hold;
mod race;
mod waits;

pub(super) use crash::process_crashes;

use crate::lab::findings::Findings;
use crate::lab::trial::Trouble;
use crate::lab::web::session::Session;

/// Tries one claim of this family.
pub(super) async fn run(
    claim: &str,
    session: &Session,
    found: &mut Findings,
) -> Result<(), Trouble> {
    match claim {
        "T4" => waits::threads(session, found).await,
        "T5" => race::lost_updates(session, found).await,
        "T6" => crash::thread_crashes(session, found).await,
        "T9" => hold::unkillable(session, found).await,
        "G2" => race::reference_counts(session, found).await,
        "W2" => waits::event_loop(session, found).await,
        "W4" => waits::all_ways(session, found).await,
        _ => Err(Trouble::Unavailable(format!(
            "there is no trial of {claim}"
        ))),
    }
}
