//! Trials of what processes and threads cost: to start, to keep, to reach, and
//! to kill.

mod memory;
mod messages;

use crate::experiment::{Ended, Failure, Subject};
use crate::lab::findings::{Findings, Unit};
use crate::lab::routine::signal::{Ask, Batch};
use crate::lab::trial::Trouble;
use crate::lab::web::probe::start::kill;
use crate::lab::web::session::Session;
use futures_util::future::{Either, join, select, try_join_all};
use std::pin::pin;

/// Processes killed.
const KILLS: usize = 7;

/// Processes started one after the other, each with threads of its own after
/// that.
const STARTS: usize = 8;

/// Tasks handed to a pool.
const HAND_OFFS: Batch = Batch {
    rounds: 50,
    samples: 9,
};

/// Tries one claim of this family.
pub(super) async fn run(
    claim: &str,
    session: &Session,
    found: &mut Findings,
) -> Result<(), Trouble> {
    match claim {
        "P4" => killed(session, found).await,
        "P6" => memory::heavy(session, found).await,
        "P7" => processes_started(session, found).await,
        "P8" => messages::apart(session, found).await,
        "P9" => memory::resources(session, found).await,
        "T1" => memory::light(session, found).await,
        "T2" => threads_started(session, found).await,
        "T3" => messages::within(session, found).await,
        _ => Err(Trouble::Unavailable(format!(
            "there is no trial of {claim} yet"
        ))),
    }
}

/// P4: processes that do nothing but give signs of life are killed; beside
/// them another one lives on.
async fn killed(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    session.plan(2);
    session.step("Starting a process that is to be left alone");
    let beside = session.guest("beside", 1).await?;
    session.step("Killing processes at work");
    let isolated = found.environment.isolated;
    if isolated {
        let living = beside.ask(Ask::Live { ms: 1_000 });
        let (lived, killed) = join(living, kill(session, KILLS)).await;
        lived?;
        let killed = killed?;
        let latency: Vec<f64> = killed.iter().map(|kill| kill.latency_ns).collect();
        found.add("kill latency", Unit::Ns, &latency);
        let at_ns = killed.iter().map(|kill| kill.at_ns);
        found.failures = at_ns.zip(1..).map(was_killed).collect();
    } else {
        found.add("killed", Unit::Count, &[KILLS as f64]);
        found.add(
            "silent after the kill",
            Unit::Count,
            &[silent(session).await?],
        );
        let at_ns = session.now_ns();
        found.failures = (1..=KILLS as u16)
            .map(|process| was_killed((at_ns, process)))
            .collect();
        found.notes.push(
            "Without shared memory the page sees a process only by its messages: that it has \
             ended can be seen, but not when."
                .to_owned(),
        );
    }
    // It works as before, and so it answers.
    let answer = beside
        .ask(Ask::Late {
            us: 100,
            samples: 1,
        })
        .await?;
    found.checks.count(answer.each_ns.len() == 1);
    let answered = answer.each_ns.len() as f64;
    found.add("answers of the process beside", Unit::Count, &[answered]);
    Ok(())
}

/// The failure view of a kill: when, and of which process. The first process is
/// the one that is left alone.
fn was_killed((at_ns, process): (u64, u16)) -> Failure {
    Failure {
        at_ns,
        who: Subject::Process(process),
        how: Ended::Killed,
        cause: None,
        medium: None,
        fault: None,
    }
}

/// Kills processes whose memory the page cannot read: how many sent nothing
/// more.
async fn silent(session: &Session) -> Result<f64, Trouble> {
    let mut silent = 0.0;
    for _ in 0..KILLS {
        let guest = session.guest("to be killed", 1).await?;
        let watch = async {
            let signs = || guest.head().map_or(0, |head| head.threads[0].beat);
            session.pause(150).await;
            let alive = signs() > 0;
            guest.kill();
            // What it had sent before is still on its way.
            session.pause(50).await;
            let last = signs();
            session.pause(150).await;
            Ok(alive && signs() == last)
        };
        let busy = guest.ask_within(20_000, Ask::Live { ms: 15_000 });
        let ended = match select(pin!(watch), pin!(busy)).await {
            Either::Left((ended, _)) => ended,
            Either::Right((answered, _)) => answered.map(|_| false),
        }?;
        silent += f64::from(u8::from(ended));
    }
    Ok(silent)
}

/// P7: the start of processes beside that of threads, and beside a task for a
/// thread that is there.
async fn processes_started(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    session.plan(2);
    starts(session, found).await
}

/// Starts so many processes at once: until the last of them is ready, ns.
async fn together(session: &Session, processes: u16) -> Result<f64, Trouble> {
    let from_ns = session.now_ns();
    let guests = (0..processes).map(|_| session.guest("one of several", 1));
    let guests = try_join_all(guests).await?;
    let last_us = guests.iter().map(|guest| guest.times.ready_us).max();
    let last_ns = u64::from(last_us.unwrap_or(0)) * 1_000;
    Ok(last_ns.saturating_sub(from_ns) as f64)
}

/// T2: the start of a thread in a running process beside that of a process.
async fn threads_started(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    session.needs_threads()?;
    session.plan(2);
    starts(session, found).await
}

/// "process start" (one alone), "processes at once" and "threads at once"
/// (until the last of as many is ready), "thread start" (its share of that)
/// and "task hand-off". In turns, so that whatever disturbs one disturbs the
/// others, too.
async fn starts(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    let threads = found.environment.cores.clamp(2, 4) as u16;
    let can_have_threads = session.needs_threads().is_ok();
    session.step("Starting processes, and threads in them");
    // The browser fetches the scripts.
    drop(session.guest("first", 1).await?);
    let [mut process, mut thread, mut processes, mut all] = [const { Vec::new() }; 4];
    for _ in 0..STARTS {
        let own = if can_have_threads { threads } else { 1 };
        let guest = session.guest("start", own).await?;
        process.push(guest.start_ns());
        thread.extend(guest.thread_start_ns());
        if own > 1 {
            all.push(f64::from(guest.times.threads_us) * 1e3);
        }
        drop(guest);
        processes.push(together(session, threads).await?);
    }
    found.add("process start", Unit::Ns, &process);
    found.add("thread start", Unit::Ns, &thread);
    found.add("processes at once", Unit::Ns, &processes);
    found.add("threads at once", Unit::Ns, &all);
    found.add("at once", Unit::Count, &[f64::from(threads)]);
    session.step("Handing tasks to threads that are there");
    if !can_have_threads {
        found.notes.push(
            "Threads cannot be had on this page, so there is nothing to compare with.".to_owned(),
        );
        return Ok(());
    }
    let guest = session.guest("pool", threads).await?;
    let hand_off = guest.ask(Ask::HandOff(HAND_OFFS)).await?;
    found.checks.add(hand_off.checks);
    found.add("task hand-off", Unit::Ns, &hand_off.each_ns);
    Ok(())
}
