//! What it takes to tell another process something, or another thread.

use crate::lab::findings::{Findings, Unit};
use crate::lab::routine::signal::{Ask, Batch};
use crate::lab::trial::Trouble;
use crate::lab::web::browser::message::{Way, ping};
use crate::lab::web::guest::Guest;
use crate::lab::web::probe::message::SIZES;
use crate::lab::web::session::Session;

/// Samples of each; processes and threads take turns.
const SAMPLES: u32 = 3;
const TURNS: usize = 3;

/// Pointers handed over in a sample.
const PASSES: u32 = 500;

/// Reads of 8 MiB in a turn.
const READS: u32 = 4;

/// The largest size.
const BIG: u32 = 8 << 20;

/// Samples of one figure, gathered over several turns.
#[derive(Debug, Default)]
struct Gathered(Vec<f64>);

impl Gathered {
    async fn message(
        &mut self,
        found: &mut Findings,
        pair: [&Guest; 2],
        way: Way,
        bytes: u32,
        rounds: u32,
    ) -> Result<(), Trouble> {
        let samples = SAMPLES;
        let answer = ping(pair, way, bytes, Batch { rounds, samples }).await?;
        found.checks.add(answer.checks);
        self.0.extend(answer.each_ns);
        Ok(())
    }

    async fn within(
        &mut self,
        found: &mut Findings,
        threads: &Guest,
        ask: Ask,
    ) -> Result<(), Trouble> {
        let answer = threads.ask(ask).await?;
        found.checks.add(answer.checks);
        self.0.extend(answer.each_ns);
        Ok(())
    }
}

fn pass(bytes: u32) -> Ask {
    let batch = Batch {
        rounds: PASSES,
        samples: SAMPLES,
    };
    Ask::Pass { bytes, batch }
}

/// P8: round trips between two processes, copied and handed over, and between
/// two threads.
pub(super) async fn apart(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    session.plan(1 + SIZES.len() as u32);
    session.step("Starting two processes, and one with two threads");
    let first = session.guest("first", 1).await?;
    let second = session.guest("second", 1).await?;
    let threads = match session.guest("threads", 2).await {
        Ok(guest) => Some(guest),
        Err(Trouble::Unavailable(why)) => {
            found
                .notes
                .push(format!("No threads to compare with: {why}."));
            None
        }
        Err(trouble) => return Err(trouble),
    };
    for (bytes, size, rounds) in SIZES {
        session.step(format!("{size} there and back"));
        let [mut cloned, mut moved, mut passed] = [const { Gathered(Vec::new()) }; 3];
        for _ in 0..TURNS {
            let pair = [&first, &second];
            cloned
                .message(found, pair, Way::Clone, bytes, rounds)
                .await?;
            moved
                .message(found, pair, Way::Transfer, bytes, rounds)
                .await?;
            if let Some(threads) = &threads {
                passed.within(found, threads, pass(bytes)).await?;
            }
        }
        found.add(format!("processes, {size}, clone"), Unit::Ns, &cloned.0);
        found.add(format!("processes, {size}, transfer"), Unit::Ns, &moved.0);
        found.add(format!("threads, {size}"), Unit::Ns, &passed.0);
    }
    Ok(())
}

/// T3: words between threads and messages between processes; 8 MiB read where
/// they are and 8 MiB copied to be read.
pub(super) async fn within(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    session.needs_threads()?;
    session.plan(3);
    session.step("Starting two processes, and one with two threads");
    let first = session.guest("first", 1).await?;
    let second = session.guest("second", 1).await?;
    let threads = session.guest("threads", 2).await?;
    let pair = [&first, &second];
    let batch = Batch {
        rounds: 2_000,
        samples: SAMPLES,
    };
    session.step("Words and small messages there and back");
    let [mut word, mut woken, mut message] = [const { Gathered(Vec::new()) }; 3];
    for _ in 0..TURNS {
        word.within(found, &threads, Ask::PingPongSpinning(batch))
            .await?;
        woken
            .within(found, &threads, Ask::PingPongBlocking(batch))
            .await?;
        message.message(found, pair, Way::Clone, 64, 200).await?;
    }
    found.add("word, watched", Unit::Ns, &word.0);
    found.add("word, woken", Unit::Ns, &woken.0);
    found.add("message, 64 B", Unit::Ns, &message.0);
    session.step("Reading 8 MiB");
    let [mut passed, mut in_place, mut copied] = [const { Gathered(Vec::new()) }; 3];
    for _ in 0..TURNS {
        let read = Ask::Read {
            bytes: BIG,
            samples: READS,
        };
        passed.within(found, &threads, pass(BIG)).await?;
        in_place.within(found, &threads, read).await?;
        copied.message(found, pair, Way::Read, BIG, 2).await?;
    }
    found.add("8 MiB handed over", Unit::Ns, &passed.0);
    found.add("8 MiB read in place", Unit::Ns, &in_place.0);
    found.add("8 MiB copied and read", Unit::Ns, &copied.0);
    Ok(())
}
