//! What it takes to start processes and threads, and to end a process.

use crate::lab::findings::Unit;
use crate::lab::probes::Probes;
use crate::lab::routine::signal::Ask;
use crate::lab::trial::Trouble;
use crate::lab::web::guest::Guest;
use crate::lab::web::session::Session;
use futures_util::future::{Either, select, try_join_all};
use std::pin::pin;

/// Processes started, one after the other.
const STARTS: usize = 15;

/// Groups of threads started.
const GROUPS: usize = 5;

/// Processes killed.
const KILLS: usize = 4;

/// A killed process gives signs of life, as soon as it can, for so many ms
/// before.
const ALIVE_MS: u32 = 25;

/// Whoever gives no sign within so many ms does not work.
const BIRTH_MS: u64 = 3_000;

/// Whoever has given no sign of life for so many ms is dead: much longer than
/// a busy machine keeps a thread waiting for a core.
const SILENCE_MS: u64 = 150;

/// A kill that takes so many ns is slow.
const SLOW_NS: f64 = 400e6;

/// Nobody survives a kill for so many ms, or something is wrong.
const SURVIVAL_MS: u64 = 6_000;

/// "instance start", "instance start, parent", "empty worker start", "memory
/// per instance". In turns, so that whatever disturbs them disturbs both.
pub(super) async fn processes(session: &Session, probes: &mut Probes) -> Result<(), Trouble> {
    let (mut start, mut parent, mut memory, mut empty) = (vec![], vec![], vec![], vec![]);
    // One more of both, first: the browser fetches the scripts.
    for round in 0..=STARTS {
        let guest = session.guest("start", 1).await?;
        let (start_ns, parent_ns) = (guest.start_ns(), guest.parent_ns as f64);
        let bytes = guest.times.memory_bytes as f64;
        drop(guest);
        let empty_ns = session.empty_worker().await?;
        if round > 0 {
            start.push(start_ns);
            parent.push(parent_ns);
            memory.push(bytes);
            empty.push(empty_ns);
        }
    }
    probes.add("instance start", Unit::Ns, &start);
    probes.add("instance start, parent", Unit::Ns, &parent);
    probes.add("empty worker start", Unit::Ns, &empty);
    probes.add("memory per instance", Unit::Bytes, &memory);
    Ok(())
}

/// "thread start", "memory per thread": of processes with several threads,
/// which start at once, and share what that takes.
pub(super) async fn threads(session: &Session, probes: &mut Probes) -> Result<(), Trouble> {
    session.needs_threads()?;
    let threads = probes.environment.cores.clamp(2, 4) as u16;
    let alone = probes.median("memory per instance").unwrap_or(0.0);
    let (mut start, mut memory) = (vec![], vec![]);
    for _ in 0..GROUPS {
        let guest = session.guest("threads", threads).await?;
        start.extend(guest.thread_start_ns());
        memory.push((guest.times.memory_bytes as f64 - alone).max(0.0) / f64::from(threads));
    }
    probes.add("thread start", Unit::Ns, &start);
    probes.add("memory per thread", Unit::Bytes, &memory);
    Ok(())
}

/// "kill latency".
pub(super) async fn kills(session: &Session, probes: &mut Probes) -> Result<(), Trouble> {
    let killed = kill(session, KILLS).await?;
    let latency: Vec<f64> = killed.iter().map(|kill| kill.latency_ns).collect();
    probes.add("kill latency", Unit::Ns, &latency);
    Ok(())
}

/// A process was killed.
#[derive(Debug, Clone, Copy)]
pub(in crate::lab::web) struct Kill {
    /// When, ns since the session began.
    pub(in crate::lab::web) at_ns: u64,
    /// From then until its last sign of life, ns.
    pub(in crate::lab::web) latency_ns: f64,
}

/// Kills so many processes that do nothing but give signs of life: from each
/// call until the process's last sign, ns. The first is killed alone; the
/// others too, unless this browser takes its time with it: then all at once.
pub(in crate::lab::web) async fn kill(
    session: &Session,
    many: usize,
) -> Result<Vec<Kill>, Trouble> {
    session.needs_threads()?;
    let mut latency = vec![kill_one(session).await?];
    if latency[0].latency_ns > SLOW_NS {
        let others = (1..many).map(|_| kill_one(session));
        latency.extend(try_join_all(others).await?);
    } else {
        for _ in 1..many {
            latency.push(kill_one(session).await?);
        }
    }
    Ok(latency)
}

async fn kill_one(session: &Session) -> Result<Kill, Trouble> {
    let guest = session.guest("to be killed", 1).await?;
    let busy = guest.ask_within(20_000, Ask::Live { ms: 15_000 });
    match select(pin!(watch(session, &guest)), pin!(busy)).await {
        Either::Left((latency, _)) => latency,
        Either::Right((Err(trouble), _)) => Err(trouble),
        Either::Right((Ok(_), _)) => Err(Trouble::Unusable("it ended by itself".to_owned())),
    }
}

/// Kills the guest and watches until it is silent.
async fn watch(session: &Session, guest: &Guest) -> Result<Kill, Trouble> {
    let last_us = || guest.head().map_or(0, |head| head.threads[0].ended_us);
    let asked_ns = session.now_ns();
    while last_us() == 0 {
        if session.now_ns() - asked_ns > BIRTH_MS * 1_000_000 {
            return Err(Trouble::Unusable("it gave no sign of life".to_owned()));
        }
        session.pause(ALIVE_MS).await;
    }
    let killed_ns = session.now_ns();
    guest.kill();
    let (mut last, mut since_ns) = (last_us(), killed_ns);
    loop {
        session.pause(4).await;
        let (now, seen_us) = (session.now_ns(), last_us());
        if seen_us != last {
            (last, since_ns) = (seen_us, now);
        } else if now.saturating_sub(since_ns) > SILENCE_MS * 1_000_000 {
            // It may have died before the call had returned.
            let last_ns = u64::from(last) * 1_000;
            return Ok(Kill {
                at_ns: killed_ns,
                latency_ns: last_ns.saturating_sub(killed_ns) as f64,
            });
        }
        if now.saturating_sub(killed_ns) > SURVIVAL_MS * 1_000_000 {
            return Err(Trouble::Unusable("it survived the kill".to_owned()));
        }
    }
}
