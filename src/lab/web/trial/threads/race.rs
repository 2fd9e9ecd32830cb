//! T5 and G2: what is lost when threads change the same numbers at once.

use crate::lab::findings::{Findings, Unit};
use crate::lab::routine::{count, refer};
use crate::lab::trial::Trouble;
use crate::lab::web::guest::Guest;
use crate::lab::web::session::Session;

/// Threads that change the numbers.
const THREADS: u16 = 4;

/// The ways to compare take turns, so often.
const ROUNDS: u32 = 5;

/// A round of one way takes so long, ms: many time slices, for on a busy
/// machine the threads may take turns for a while.
const ROUND_MS: u32 = 100;

/// A round of one thread alone takes so long, ms.
const ALONE_MS: u32 = 20;

/// Few, as the objects that every thread of a program needs: the fewer, the more
/// often two threads meet at one.
const OBJECTS: u16 = 4;

/// Short enough for a few hundred changes of hands in a round.
const INTERVAL_US: u32 = 500;

/// T5: additions to one number, without a lock, with one, and atomic.
pub(super) async fn lost_updates(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    session.needs_threads()?;
    session.plan(1 + ROUNDS);
    session.step("Starting a process of four threads");
    let guest = session.guest("adders", THREADS).await?;
    let ways = [
        ("without a lock", count::How::Apart),
        ("with a lock", count::How::Locked),
        ("with atomic additions", count::How::Atomic),
    ];
    let mut lost = ways.map(|_| Vec::new());
    let mut took = ways.map(|_| Vec::new());
    let mut each = ways.map(|_| Vec::new());
    let mut additions = 0;
    for round in 1..=ROUNDS {
        session.step(format!("Adding, round {round} of {ROUNDS}"));
        for (way, (_, how)) in ways.into_iter().enumerate() {
            let ask = count::Ask {
                how,
                for_ms: ROUND_MS,
            };
            let answer = guest.ask(ask).await?;
            let missing = answer.additions.saturating_sub(answer.counted);
            if how == count::How::Apart {
                additions += answer.additions;
            } else {
                found.checks.right += u64::from(answer.additions == answer.counted);
                found.checks.wrong += u64::from(answer.additions != answer.counted);
            }
            lost[way].push(missing as f64);
            took[way].push(answer.took_ns as f64);
            each[way].push(answer.additions as f64);
        }
    }
    found.add("additions", Unit::Count, &[additions as f64]);
    for (way, (name, _)) in ways.into_iter().enumerate() {
        let all: f64 = lost[way].iter().sum();
        found.add(format!("lost {name}"), Unit::Count, &[all]);
        found.add(format!("lost in a round {name}"), Unit::Count, &lost[way]);
        found.add(
            format!("additions in a round {name}"),
            Unit::Count,
            &each[way],
        );
        found.add(format!("time of a round {name}"), Unit::Ns, &took[way]);
    }
    found.notes.push(
        "Each thread loads the number, adds 1 and stores the sum: three steps, each of which is \
         whole. What is lost is lost between them. A thread that has the lock \
         often takes it again before another wakes, so an update with it need not take longer than \
         one without, for which the cores fight. The simulator lets the threads take their \
         steps in turn, which loses as much as can be; a real core keeps the number to itself for \
         several additions, and loses less."
            .to_owned(),
    );
    Ok(())
}

/// G2: references to shared objects, taken and dropped without a GIL, with one,
/// and with atomic counts.
pub(super) async fn reference_counts(
    session: &Session,
    found: &mut Findings,
) -> Result<(), Trouble> {
    session.needs_threads()?;
    session.plan(1 + ROUNDS);
    session.step("Starting a process of four threads, and one of one");
    let guest = session.guest("counters", THREADS).await?;
    let alone = session.guest("lone counter", 1).await?;
    let gil = refer::How::Gil {
        interval_us: INTERVAL_US,
    };
    let ways = [
        ("without a GIL", refer::How::Apart),
        ("with the GIL", gil),
        ("with atomic counts", refer::How::Atomic),
    ];
    let mut sums = ways.map(|_| [0_u64; 4]);
    let mut took = ways.map(|_| Vec::new());
    let (mut plain, mut atomic) = (Vec::new(), Vec::new());
    let mut changes = 0;
    for round in 1..=ROUNDS {
        session.step(format!("Counting, round {round} of {ROUNDS}"));
        for (way, (_, how)) in ways.into_iter().enumerate() {
            let answer = guest.ask(ask(how, ROUND_MS)).await?;
            let wrong = u64::from(answer.leaked + answer.freed);
            if how == refer::How::Apart {
                changes += answer.changes;
            } else {
                found.checks.wrong += wrong;
                found.checks.right += u64::from(OBJECTS) - wrong;
            }
            let add = [
                u64::from(answer.leaked),
                u64::from(answer.freed),
                answer.off,
                answer.switches,
            ];
            for (sum, more) in sums[way].iter_mut().zip(add) {
                *sum += more;
            }
            took[way].push(answer.took_ns as f64);
        }
        plain.push(alone_ns(&alone, refer::How::Owned).await?);
        atomic.push(alone_ns(&alone, refer::How::Atomic).await?);
    }
    let objects = f64::from(OBJECTS) * f64::from(ROUNDS);
    found.add("objects", Unit::Count, &[objects]);
    found.add("changes", Unit::Count, &[changes as f64]);
    for (way, (name, _)) in ways.into_iter().enumerate() {
        let [leaked, freed, off, switches] = sums[way].map(|sum| [sum as f64]);
        found.add(format!("leaked {name}"), Unit::Count, &leaked);
        found.add(format!("freed in use {name}"), Unit::Count, &freed);
        found.add(format!("counts off {name}"), Unit::Count, &off);
        found.add(format!("time of a round {name}"), Unit::Ns, &took[way]);
        if matches!(ways[way].1, refer::How::Gil { .. }) {
            found.add("GIL hand-offs", Unit::Count, &switches);
        }
    }
    found.add("one thread, plain counts, each change", Unit::Ns, &plain);
    found.add("one thread, atomic counts, each change", Unit::Ns, &atomic);
    found.notes.push(
        "Each object belongs to somebody and begins with one reference, so a count that ends \
         above 1 would never come down to 0, and one that ends below has come down too early."
            .to_owned(),
    );
    Ok(())
}

fn ask(how: refer::How, for_ms: u32) -> refer::Ask {
    refer::Ask {
        how,
        objects: OBJECTS,
        for_ms,
    }
}

/// What a change of a count takes one thread alone, ns.
async fn alone_ns(guest: &Guest, how: refer::How) -> Result<f64, Trouble> {
    let answer = guest.ask(ask(how, ALONE_MS)).await?;
    Ok(answer.took_ns as f64 / answer.changes as f64)
}
