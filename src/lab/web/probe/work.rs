//! What work takes: a block of each kernel, telling the page of it, and a
//! hand-off of the GIL.

use crate::experiment::{Experiment, Kernel};
use crate::lab::findings::Unit;
use crate::lab::probes::Probes;
use crate::lab::routine::speed::Ask;
use crate::lab::routine::task;
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

/// Rounds of a unit told and not told of, and units of each: about 40 ms, so
/// that both find the processor in the same mood.
const TELEMETRY_ROUNDS: usize = 40;
const TELEMETRY_UNITS: u32 = 40;

/// "telemetry on", "telemetry off": a unit of about 1 ms, told of as in an
/// experiment and not told of. In turns, and each is first as often.
pub(super) async fn telemetry(session: &Session, probes: &mut Probes) -> Result<(), Trouble> {
    let guest = session.guest("telemetry", 1).await?;
    let kernel = Kernel::Bytecode;
    let block_ns = probes.median("kernel block, bytecode").unwrap_or(1e6);
    let ask = |telemetry| task::Ask::Units {
        kernel,
        // Saturates, and is at least 1.
        blocks_per_unit: (1e6 / block_ns).round().max(1.0) as u32,
        units: TELEMETRY_UNITS,
        telemetry,
    };
    let mut unit_ns = [Vec::new(), Vec::new()];
    // A few more first: the engine compiles this code again, better.
    for round in 0..TELEMETRY_ROUNDS + 4 {
        let turns = if round % 2 == 0 { [0, 1] } else { [1, 0] };
        for turn in turns {
            let answer = guest.ask(ask(turn == 1)).await?;
            let took_ns = answer.ended_ns.saturating_sub(answer.began_ns);
            if round >= 4 {
                unit_ns[turn].push(took_ns as f64 / f64::from(TELEMETRY_UNITS));
            }
        }
    }
    probes.add("telemetry off", Unit::Ns, &unit_ns[0]);
    probes.add("telemetry on", Unit::Ns, &unit_ns[1]);
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
