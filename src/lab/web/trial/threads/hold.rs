//! T9: a thread that never gives its lock back, and what helps against it.

use crate::experiment::{Ended, Failure, Medium, Subject};
use crate::lab::deadlock::{Deadlock, Watchdog};
use crate::lab::findings::{Findings, Unit};
use crate::lab::routine::hold::{Answer, Ask, Ending};
use crate::lab::trial::Trouble;
use crate::lab::web::guest::{Guest, Remains};
use crate::lab::web::session::Session;
use futures_util::future::{Either, select};
use std::pin::pin;

/// The holder, two that want the lock, and one that needs none.
const THREADS: u16 = 4;

/// What the holder allocates, bytes.
const BYTES: u32 = 4 << 20;

/// So long without a sign of life is a deadlock, ms.
const PATIENCE_MS: u32 = 800;

/// Threads that were told to stop have so long to do it, ms.
const HEED_MS: u32 = 400;

/// The page looks so often, ms.
const LOOK_MS: u32 = 20;

/// A process that was ended is taken to be still when it has been so for so
/// long, and not to end at all after so long, ms. Browsers take their time with
/// workers that are in the middle of something: Chromium gives each two seconds
/// before it ends it by force, first the process's own and then its threads'.
const STILL_MS: u32 = 200;
const END_LIMIT_MS: u32 = 12_000;

/// A process that does not answer and never will is given up after so long, ms.
const LIMIT_MS: u32 = 15_000;

/// T9: a thread parks for ever with a lock and 4 MiB, and another traps with
/// them.
pub(super) async fn unkillable(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    session.needs_threads()?;
    session.plan(6);
    session.step("A thread gives its lock and its memory back");
    let healthy = session.guest("healthy", THREADS).await?;
    let given_back = healthy.ask(ask(Ending::GivesBack, true)).await?;
    note_finished(found, &given_back);
    let healthy_grew = grown(&healthy, given_back.memory_bytes);
    drop(healthy);

    session.step("A thread parks for ever with its lock");
    let parked = session.guest("parked", THREADS).await?;
    let deadlock = deadlocked(session, &parked, Ending::Parks).await?;
    let parked_grew = grown(&parked, memory(&parked));
    report(found, 0, &deadlock);

    session.step("Telling its threads to stop");
    parked.tell_to_stop();
    session.pause(HEED_MS).await;
    let (stopped, stayed) = after_stop(&parked, &deadlock);

    session.step("Another process does the work meanwhile");
    let second = session.guest("second", THREADS).await?;
    let work = second.ask(ask(Ending::GivesBack, true)).await?;
    note_finished(found, &work);
    drop(second);
    drop(parked);
    end_of_process(found, 0, session.now_ns());

    session.step("A thread crashes with its lock");
    let trapped = session.guest("trapped", THREADS).await?;
    let second_deadlock = deadlocked(session, &trapped, Ending::Traps).await?;
    report(found, 1, &second_deadlock);
    session.step("Ending the process");
    let (still_ms, beats) = end(session, trapped).await;
    end_of_process(found, 1, session.now_ns());

    let count = |number: usize| [number as f64];
    found.add(
        "had the lock, given back",
        Unit::Count,
        &count(given_back.had_lock as usize),
    );
    found.add(
        "memory grew by, given back",
        Unit::Bytes,
        &[healthy_grew as f64],
    );
    found.add("memory grew by, parked", Unit::Bytes, &[parked_grew as f64]);
    found.add(
        "deadlocked, parked",
        Unit::Count,
        &count(deadlock.waiters.len()),
    );
    found.add(
        "deadlocked, trapped",
        Unit::Count,
        &count(second_deadlock.waiters.len()),
    );
    found.add(
        "holders that trapped",
        Unit::Count,
        &count(second_deadlock.trapped.len()),
    );
    found.add("told to stop, and stopped", Unit::Count, &count(stopped));
    found.add("told to stop, and did not", Unit::Count, &count(stayed));
    found.add(
        "second process, had the lock",
        Unit::Count,
        &count(work.had_lock as usize),
    );
    found.add(
        "signs of life before the end",
        Unit::Count,
        &[f64::from(beats)],
    );
    if let Some(ms) = still_ms {
        found.add("still after the end", Unit::Ns, &[f64::from(ms) * 1e6]);
    }
    found.notes.push(
        "There is no operation that ends one thread. If there was, it could strike while the \
         thread holds the allocator's lock, and no thread of the process could allocate again."
            .to_owned(),
    );
    Ok(())
}

fn ask(ending: Ending, heeds_stop: bool) -> Ask {
    Ask {
        ending,
        bytes: BYTES,
        heeds_stop,
    }
}

/// A lock that is given back goes to the holder and to the two others.
fn note_finished(found: &mut Findings, answer: &Answer) {
    let right = answer.had_lock == u32::from(THREADS) - 1;
    found.checks.right += u64::from(right);
    found.checks.wrong += u64::from(!right);
}

/// By how much the memory has grown since the start, bytes.
fn grown(guest: &Guest, now: u64) -> u64 {
    now.saturating_sub(guest.times.memory_bytes)
}

fn memory(guest: &Guest) -> u64 {
    guest.head().map_or(0, |head| head.memory_bytes)
}

/// Asks for a lock that is never given back, and waits until the watchdog has
/// found the deadlock.
async fn deadlocked(session: &Session, guest: &Guest, ending: Ending) -> Result<Deadlock, Trouble> {
    // The bystander of a process that is to be ended by force stops for nobody.
    let heeds_stop = ending == Ending::Parks;
    let answer = pin!(guest.ask_within(LIMIT_MS, ask(ending, heeds_stop)));
    let found = pin!(watch(session, guest, PATIENCE_MS));
    match select(found, answer).await {
        Either::Left((deadlock, _)) => Ok(deadlock),
        Either::Right((Ok(_), _)) => Err(Trouble::Unusable(
            "a lock that nobody gave back was given to others".to_owned(),
        )),
        Either::Right((Err(trouble), _)) => Err(trouble),
    }
}

/// Watches a process until its threads have not moved for `patience_ms` and
/// wait for locks. Never returns while they get on, so race it against a limit.
pub(super) async fn watch(session: &Session, guest: &Guest, patience_ms: u32) -> Deadlock {
    let mut watchdog = Watchdog::new(u64::from(patience_ms) * 1_000_000);
    loop {
        let head = guest.head();
        if let Some(deadlock) = head.and_then(|head| watchdog.look(&head, session.now_ns())) {
            return deadlock;
        }
        session.pause(LOOK_MS).await;
    }
}

/// How many threads have ended since they were told to stop, and how many of
/// those concerned by the deadlock have not.
fn after_stop(guest: &Guest, deadlock: &Deadlock) -> (usize, usize) {
    let threads = guest.head().map(|head| head.threads).unwrap_or_default();
    let has_ended = |index: usize| threads.get(index).is_some_and(|it| it.state.has_ended());
    let concerned = || deadlock.holders.iter().chain(&deadlock.waiters);
    (
        (0..threads.len()).filter(|&index| has_ended(index)).count(),
        concerned().filter(|&&index| !has_ended(index)).count(),
    )
}

/// Ends a process and watches what is left of it. Returns how long it took
/// until its threads gave their last sign of life, ms (`None`: they went on),
/// and how many such signs there were before it was ended.
async fn end(session: &Session, guest: Guest) -> (Option<u32>, u32) {
    let beats = |remains: &Remains| {
        let threads = remains.head().map(|head| head.threads).unwrap_or_default();
        threads.iter().map(|thread| thread.beat).sum::<u32>()
    };
    let from_ns = session.now_ns();
    let remains = guest.end();
    let first = beats(&remains);
    let mut before = first;
    let mut changed_ns = from_ns;
    loop {
        session.pause(LOOK_MS / 4).await;
        let now_ns = session.now_ns();
        let now = beats(&remains);
        if now != before {
            (before, changed_ns) = (now, now_ns);
        }
        if now_ns - changed_ns >= u64::from(STILL_MS) * 1_000_000 {
            let ms = (changed_ns - from_ns) / 1_000_000;
            return (u32::try_from(ms).ok(), first);
        }
        if now_ns - from_ns >= u64::from(END_LIMIT_MS) * 1_000_000 {
            return (None, first);
        }
    }
}

/// Puts the watchdog's report into the findings.
fn report(found: &mut Findings, process: u16, deadlock: &Deadlock) {
    let before = found.failures.len();
    found.failures.extend(deadlock.failures(process, before));
    let name = Subject::Process(process).name();
    let sentence = deadlock.sentence();
    found
        .notes
        .push(format!("The watchdog says of {name}: {sentence}."));
}

/// The process was ended from outside, because its threads were deadlocked.
fn end_of_process(found: &mut Findings, process: u16, at_ns: u64) {
    let its =
        |failure: &Failure| failure.who.process() == process && failure.how == Ended::Deadlocked;
    let cause = found.failures.iter().position(its);
    found.failures.push(Failure {
        at_ns,
        who: Subject::Process(process),
        how: Ended::Killed,
        cause,
        medium: cause.map(|_| Medium::Watchdog),
        fault: None,
    });
}
