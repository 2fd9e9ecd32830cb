//! TODO.

use crate::lab::findings::Findings;
use crate::lab::trial::Trouble;
use crate::lab::web::session::Session;

/// Tries one claim of this family.
pub(super) async fn run(
    claim: &str,
    session: &Session,
    found: &mut Findings,
) -> Result<(), Trouble> {
    let _ = (session, found);
    Err(Trouble::Unavailable(format!(
        "there is no trial of {claim} yet"
    )))
}
