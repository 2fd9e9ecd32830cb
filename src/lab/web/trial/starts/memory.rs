//! What processes and threads take of memory. What is counted is the memory of
//! the web assembly instances; what the browser needs for a worker besides, it
//! does not tell.

use crate::lab::findings::{Findings, Unit};
use crate::lab::routine::heap;
use crate::lab::trial::Trouble;
use crate::lab::web::guest::Guest;
use crate::lab::web::session::Session;

/// What all work with: shared by the threads of a process, needed by each
/// process.
const DATA: u32 = 8 << 20;

/// Starts a process of so many threads that has its data, and says how many
/// bytes of memory it has then.
async fn with_data(session: &Session, threads: u16) -> Result<(Guest, f64), Trouble> {
    let guest = session.guest("with data", threads).await?;
    let bytes = guest.ask(heap::Ask::Keep(DATA)).await?.memory_bytes;
    Ok((guest, bytes as f64))
}

fn say_what_counts(found: &mut Findings) {
    found.notes.push(
        "Counted is the memory of the web assembly instances; what the browser itself needs for \
         each worker, it does not tell."
            .to_owned(),
    );
}

/// P6: one more process with its data, and one more thread that shares it.
pub(super) async fn heavy(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    session.needs_threads()?;
    session.plan(2);
    session.step("Starting a process with its data, and another");
    let (first, alone) = with_data(session, 1).await?;
    let (second, other) = with_data(session, 1).await?;
    found.add(
        "empty process",
        Unit::Bytes,
        &[first.times.memory_bytes as f64],
    );
    found.add("1 process", Unit::Bytes, &[alone]);
    found.add("one more process", Unit::Bytes, &[other]);
    drop((first, second));
    session.step("Starting one with 9 threads");
    let (_threaded, bytes) = with_data(session, 9).await?;
    found.add("9 threads", Unit::Bytes, &[bytes]);
    let more = (bytes - alone).max(0.0) / 9.0;
    found.add("one more thread", Unit::Bytes, &[more]);
    say_what_counts(found);
    Ok(())
}

/// P9: memory and workers of 1, 2, 4 and 8 processes with their data, and of 8
/// threads in one.
pub(super) async fn resources(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    session.plan(5);
    let mut guests = Vec::new();
    let mut bytes = 0.0;
    for count in [1, 2, 4, 8] {
        session.step(format!("{count} processes"));
        while guests.len() < count {
            let (guest, more) = with_data(session, 1).await?;
            guests.push(guest);
            bytes += more;
        }
        let what = if count == 1 { "process" } else { "processes" };
        found.add(format!("memory, {count} {what}"), Unit::Bytes, &[bytes]);
        let workers = guests.len() as f64;
        found.add(format!("workers, {count} {what}"), Unit::Count, &[workers]);
    }
    drop(guests);
    session.step("8 threads in one process");
    match with_data(session, 8).await {
        Ok((_threaded, bytes)) => {
            found.add("memory, 8 threads", Unit::Bytes, &[bytes]);
            // The process's own worker waits for its threads.
            found.add("workers, 8 threads", Unit::Count, &[9.0]);
        }
        Err(Trouble::Unavailable(why)) => {
            found
                .notes
                .push(format!("No threads to compare with: {why}."));
        }
        Err(trouble) => return Err(trouble),
    }
    say_what_counts(found);
    Ok(())
}

/// T1: by how much a process's memory grows for each of its threads.
pub(super) async fn light(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    session.needs_threads()?;
    session.plan(4);
    let mut sizes = Vec::new();
    for threads in [1_u16, 2, 9, 17] {
        let what = if threads == 1 { "thread" } else { "threads" };
        session.step(format!("{threads} {what}"));
        let guest = session.guest("threads", threads).await?;
        let bytes = guest.times.memory_bytes as f64;
        found.add(format!("memory, {threads} {what}"), Unit::Bytes, &[bytes]);
        sizes.push((f64::from(threads), bytes));
    }
    // One thread needs no pool; from two on each adds the same.
    let slopes: Vec<f64> = sizes[1..]
        .windows(2)
        .map(|pair| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0))
        .collect();
    found.add("one more thread", Unit::Bytes, &slopes);
    found.add("one more process", Unit::Bytes, &[sizes[0].1]);
    say_what_counts(found);
    Ok(())
}
