//! What messages between processes take: by size, and by the way their bytes
//! come across.

use crate::lab::findings::Unit;
use crate::lab::probes::Probes;
use crate::lab::routine::signal::Batch;
use crate::lab::trial::Trouble;
use crate::lab::web::browser::message::{Way, ping};
use crate::lab::web::session::Session;

/// The sizes, their names, and round trips in a sample: enough for the clock's
/// resolution, no more than a moment.
pub(in crate::lab::web) const SIZES: [(u32, &str, u32); 3] = [
    (64, "64 B", 100),
    (64 << 10, "64 KiB", 50),
    (8 << 20, "8 MiB", 2),
];

/// Ways with their names.
const WAYS: [(Way, &str); 3] = [
    (Way::Clone, "clone"),
    (Way::Transfer, "transfer"),
    (Way::Shared, "shared"),
];

/// Samples of each.
const SAMPLES: u32 = 9;

/// "message, 64 B, clone" and all the others: round trips.
pub(super) async fn all(session: &Session, probes: &mut Probes) -> Result<(), Trouble> {
    let from = session.guest("ping", 1).await?;
    let to = session.guest("pong", 1).await?;
    for (bytes, size, rounds) in SIZES {
        for (way, name) in WAYS {
            let id = format!("message, {size}, {name}");
            if way == Way::Shared
                && let Some(why) = probes.environment.threads_unavailable.clone()
            {
                probes.lack(id, why);
                continue;
            }
            let batch = Batch {
                rounds,
                samples: SAMPLES,
            };
            let answer = ping([&from, &to], way, bytes, batch).await?;
            if answer.checks.wrong > 0 {
                return Err(Trouble::Unusable(format!("{id}: what came back was wrong")));
            }
            probes.add(id, Unit::Ns, &answer.each_ns);
        }
    }
    Ok(())
}
