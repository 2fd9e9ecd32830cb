//! P3 and T6: a real trap, and who goes down with it.

use crate::experiment::{Experiment, Fault, FaultKind, Trigger};
use crate::lab::findings::Findings;
use crate::lab::trial::Trouble;
use crate::lab::web::session::Session;

/// So many units for each thread: on a machine with a core for each they take
/// 200 ms, several times as long as the page needs to notice the trap. So a
/// sibling that finished would have outlived it.
const UNITS: u32 = 200;

/// Units after which the fault strikes.
const STRIKES_AFTER: u32 = 10;

/// One thread does everything without a GIL: nobody waits for anybody.
fn work(processes: u16, threads: u16) -> Experiment {
    Experiment {
        processes,
        threads,
        gil: false,
        units: UNITS * u32::from(processes) * u32::from(threads),
        cpu_us: 1_000,
        io_us: 0,
        ..Experiment::default()
    }
}

/// An invalid memory access in the second process of several, or in the second
/// thread of the first.
fn segfault(process: u16, thread: u16) -> Fault {
    Fault {
        kind: FaultKind::Segfault,
        process,
        thread,
        when: Trigger::Units(STRIKES_AFTER),
    }
}

/// P3: one of three processes crashes; beside it the same without that.
pub(in super::super) async fn process_crashes(
    session: &Session,
    found: &mut Findings,
) -> Result<(), Trouble> {
    session.plan(2);
    session.step("Three processes, of which one crashes");
    let crash = Experiment {
        faults: vec![segfault(1, 0)],
        ..work(3, 1)
    };
    found
        .runs
        .push(session.run("a process crashes", crash).await?);
    session.step("Three processes, undisturbed");
    let calm = session.run("nothing happens", work(3, 1)).await?;
    found.runs.push(calm);
    Ok(())
}

/// T6: one of four threads of a process crashes, beside another process.
pub(super) async fn thread_crashes(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    session.needs_threads()?;
    session.plan(1);
    session.step("Two processes of four threads, of which one crashes");
    let crash = Experiment {
        faults: vec![segfault(0, 1)],
        ..work(2, 4)
    };
    found
        .runs
        .push(session.run("a thread crashes", crash).await?);
    Ok(())
}
