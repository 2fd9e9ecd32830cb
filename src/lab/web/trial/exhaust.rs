//! A process that uses up its memory: it ends, says why, and no other process
//! notices.

use crate::lab::findings::Findings;
use crate::lab::routine::heap::Ask;
use crate::lab::trial::Trouble;
use crate::lab::web::session::Session;

/// More than a page's process may ever have, MiB.
const TOO_MUCH_MIB: u32 = 4_095;

/// P1, the last part: one process allocates until there is nothing left; another one
/// still reads what it had written before.
pub(super) async fn runs_out(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    session.step("Using up the memory of a process");
    let greedy = session.guest("greedy", 1).await?;
    let other = session.guest("other", 1).await?;
    other.ask(Ask::Store(42)).await?;
    let filled = greedy.ask(Ask::Fill { mib: TOO_MUCH_MIB }).await;
    drop(greedy);
    let read = other.ask(Ask::Load).await?;
    match filled {
        Ok(_) => found.notes.push(format!(
            "A process was given all the {TOO_MUCH_MIB} MiB it asked for."
        )),
        Err(Trouble::Ended(why)) => {
            let own = read.value == 42;
            found.checks.right += u64::from(own);
            found.checks.wrong += u64::from(!own);
            found.notes.push(format!(
                "A process that allocated without end was ended, because {why}. Another process \
                 went on."
            ));
        }
        Err(trouble) => return Err(trouble),
    }
    Ok(())
}
