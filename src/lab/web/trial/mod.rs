//! How each claim is tried: one file a family.

mod exhaust;
mod gil;
mod pools;
mod processes;
mod python;
mod starts;
mod threads;

use super::session::Session;
use crate::lab::findings::Findings;
use crate::lab::trial::{PYTHON, Trouble};

/// Tries the claim of this id.
pub(super) async fn run(claim: &str, session: &Session) -> Result<Findings, Trouble> {
    let mut found = Findings::new(claim, session.environment().clone());
    if let Some(claim) = claim.strip_suffix(PYTHON) {
        python::run(claim, session, &mut found).await?;
        return Ok(found);
    }
    match claim {
        "P1" | "P3" => processes::run(claim, session, &mut found).await?,
        "P4" | "P6" | "P7" | "P8" | "P9" | "T1" | "T2" | "T3" => {
            starts::run(claim, session, &mut found).await?;
        }
        "T4" | "T5" | "T6" | "T9" | "G2" | "W2" | "W4" => {
            threads::run(claim, session, &mut found).await?;
        }
        "P2" | "P5" | "T7" | "T8" | "G1" | "W3" | "W5" => {
            gil::run(claim, session, &mut found).await?;
        }
        "W1" | "M1" => pools::run(claim, session, &mut found).await?,
        _ => return Err(Trouble::Unavailable(format!("there is no claim {claim}"))),
    }
    Ok(found)
}
