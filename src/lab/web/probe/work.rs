//! What work takes: a block of each kernel, and a hand-off of the GIL.

use crate::experiment::{Experiment, Kernel};
use crate::lab::findings::Unit;
use crate::lab::probes::Probes;
use crate::lab::routine::speed::Ask;
use crate::lab::trial::Trouble;
use crate::lab::web::session::Session;

/// "kernel block, bytecode" and all the others.
pub(super) async fn kernels(session: &Session, probes: &mut Probes) -> Result<(), Trouble> {
    let guest = session.guest("kernels", 1).await?;
    for kernel in Kernel::ALL {
        let answer = guest.ask(Ask::Block(kernel)).await?;
        let id = format!("kernel block, {}", kernel.key());
        probes.add(id, Unit::Ns, &answer.block_ns);
    }
    Ok(())
}

/// "gil hand-off": from one thread's letting go of it to another's taking it,
/// in a run of two threads that both want it all the time.
pub(super) async fn gil(session: &Session, probes: &mut Probes) -> Result<(), Trouble> {
    session.needs_threads()?;
    let experiment = Experiment {
        processes: 1,
        threads: 2,
        gil: true,
        switch_interval_us: 2_000,
        units: 200,
        cpu_us: 1_000,
        io_us: 0,
        kernel: Kernel::Bytecode,
        faults: Vec::new(),
        ..Experiment::default()
    };
    let run = session.run("GIL", experiment).await?;
    let holds = run
        .measurement
        .gil_holds
        .first()
        .map_or(&[][..], |holds| holds);
    let gaps: Vec<f64> = holds
        .windows(2)
        .filter(|pair| pair[0].thread != pair[1].thread)
        .map(|pair| pair[1].from_ns.saturating_sub(pair[0].until_ns) as f64)
        .collect();
    if gaps.is_empty() {
        return Err(Trouble::Unavailable(
            "the lock was not handed over once".to_owned(),
        ));
    }
    probes.add("gil hand-off", Unit::Ns, &gaps);
    Ok(())
}
