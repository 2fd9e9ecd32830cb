//! Trials of what processes are.

use crate::lab::findings::{Findings, Unit};
use crate::lab::routine::heap::Ask;
use crate::lab::trial::Trouble;
use crate::lab::web::session::Session;

/// Tries one claim of this family.
pub(super) async fn run(
    claim: &str,
    session: &Session,
    found: &mut Findings,
) -> Result<(), Trouble> {
    match claim {
        "P1" => separate_memory(session, found).await,
        "P3" => super::threads::process_crashes(session, found).await,
        _ => Err(Trouble::Unavailable(format!(
            "there is no trial of {claim}"
        ))),
    }
}

/// P1: two processes write different values to the same address, and each
/// reads it again after the other has written. Then one of two uses up all
/// memory it can have, and the other goes on.
async fn separate_memory(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    session.plan(3);
    session.step("Starting two processes");
    let first = session.guest("first", 1).await?;
    let second = session.guest("second", 1).await?;
    session.step("Writing to the same address in both");
    let wrote = [
        first.ask(Ask::Store(111)).await?,
        second.ask(Ask::Store(222)).await?,
    ];
    let read = [first.ask(Ask::Load).await?, second.ask(Ask::Load).await?];
    for ((name, wrote), read) in ["first", "second"].into_iter().zip(wrote).zip(read) {
        found.add(
            format!("address, {name}"),
            Unit::Count,
            &[f64::from(wrote.address)],
        );
        found.add(
            format!("wrote, {name}"),
            Unit::Count,
            &[f64::from(wrote.value)],
        );
        found.add(
            format!("read, {name}"),
            Unit::Count,
            &[f64::from(read.value)],
        );
        let own = wrote.value == read.value && wrote.address == read.address;
        found.checks.right += u64::from(own);
        found.checks.wrong += u64::from(!own);
    }
    drop((first, second));
    super::exhaust::runs_out(session, found).await
}
