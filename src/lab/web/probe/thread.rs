//! What it takes to reach another thread, and what a lock costs.

use crate::lab::calibrate::quartiles;
use crate::lab::findings::Unit;
use crate::lab::probes::Probes;
use crate::lab::routine::{lock, signal};
use crate::lab::trial::Trouble;
use crate::lab::web::session::Session;
use signal::Batch;

/// What [`signals`] finds.
pub(super) const SIGNALS: [&str; 4] = [
    "atomics ping-pong",
    "futex ping-pong",
    "bare wake",
    "rayon hand-off",
];

/// Samples of each.
const SAMPLES: u32 = 9;

/// Turns of a sample where two threads only watch a word.
const SPINNING: Batch = Batch {
    rounds: 5_000,
    samples: SAMPLES,
};

/// Turns of a sample where they sleep in between.
const BLOCKING: Batch = Batch {
    rounds: 1_000,
    samples: SAMPLES,
};

/// Wakes of a sample: each comes after a rest, so that it wakes a sleeper.
const WAKES: Batch = Batch {
    rounds: 60,
    samples: 3,
};

/// How often the two take turns.
const TURNS: u32 = 5;

pub(super) async fn signals(session: &Session, probes: &mut Probes) -> Result<(), Trouble> {
    // As few threads as it takes, so that they are alone on their cores.
    let guest = session.guest("signals", 2).await?;
    let asks = [
        signal::Ask::PingPongSpinning(SPINNING),
        signal::Ask::PingPongBlocking(BLOCKING),
    ];
    for (id, ask) in SIGNALS.into_iter().zip(asks) {
        let answer = guest.ask(ask).await?;
        if answer.checks.wrong > 0 {
            return Err(Trouble::Unusable(format!("{id}: what arrived was wrong")));
        }
        probes.add(id, Unit::Ns, &answer.each_ns);
    }
    // Those are compared, so they take turns.
    let (mut wake, mut hand_off) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        wake.extend(guest.ask(signal::Ask::Wake(WAKES)).await?.each_ns);
        hand_off.extend(guest.ask(signal::Ask::HandOff(WAKES)).await?.each_ns);
    }
    probes.add(SIGNALS[2], Unit::Ns, &wake);
    probes.add(SIGNALS[3], Unit::Ns, &hand_off);
    Ok(())
}

/// "wake-up latency", "wake-up jitter": of a sleeping thread whose time has
/// come. Every process can sleep, shared memory or not.
pub(super) async fn waking(session: &Session, probes: &mut Probes) -> Result<(), Trouble> {
    let guest = session.guest("sleeper", 1).await?;
    let ask = signal::Ask::Late {
        us: 1_000,
        samples: 60,
    };
    let mut late = guest.ask(ask).await?.each_ns;
    probes.add("wake-up latency", Unit::Ns, &late);
    let [_, median, high] = quartiles(&mut late);
    probes.add("wake-up jitter", Unit::Ns, &[high - median]);
    Ok(())
}

/// "lock, uncontended".
pub(super) async fn lock_alone(session: &Session, probes: &mut Probes) -> Result<(), Trouble> {
    let guest = session.guest("lock", 1).await?;
    let ask = lock::Ask::Uncontended {
        rounds: 200_000,
        samples: SAMPLES,
    };
    probes.add(
        "lock, uncontended",
        Unit::Ns,
        &guest.ask(ask).await?.each_ns,
    );
    Ok(())
}

/// "lock, contended": by as many threads as there are cores, up to four.
pub(super) async fn lock_contended(session: &Session, probes: &mut Probes) -> Result<(), Trouble> {
    let threads = probes.environment.cores.clamp(2, 4) as u16;
    let guest = session.guest("locks", threads).await?;
    let ask = lock::Ask::Contended {
        rounds: 200_000,
        samples: SAMPLES,
    };
    probes.add("lock, contended", Unit::Ns, &guest.ask(ask).await?.each_ns);
    Ok(())
}
