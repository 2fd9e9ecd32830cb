//! What it takes to tell another process something, or another thread.

use super::{summary, whole};
use crate::claims::Verdict;
use crate::claims::text::{fold, in_ms, in_us, time, verdict};
use crate::lab::findings::Findings;

/// The sizes as the trial names them.
pub(super) const SIZES: [(&str, u64); 3] = [("64 B", 64), ("64 KiB", 64 << 10), ("8 MiB", 8 << 20)];

pub(super) fn judge_apart(found: &Findings) -> Option<Verdict> {
    let mut slower = found.all_checks().wrong == 0;
    let (mut told, mut figures, mut most) = (Vec::new(), Vec::new(), 0.0);
    for (size, _) in SIZES {
        let apart = whole(found, &format!("processes, {size}, clone"))?;
        let moved = whole(found, &format!("processes, {size}, transfer"))?;
        let within = whole(found, &format!("threads, {size}"))?;
        slower &= apart > within;
        most = apart as f64 / within.max(1) as f64;
        told.push(format!(
            "{size} there and back take {} between processes ({} if the sender gives them away) \
             and {} between threads",
            time(apart),
            time(moved),
            time(within)
        ));
        figures.push(in_us(format!("processes, {size}"), apart));
        figures.push(in_us(format!("processes, {size}, given away"), moved));
        figures.push(in_us(format!("threads, {size}"), within));
    }
    Some(verdict(slower && most >= 10.0, told.join("; "), figures))
}

pub(super) fn judge_within(found: &Findings) -> Option<Verdict> {
    // The least disturbed samples: two threads that watch a word for each
    // other stand still whenever something else takes one of their cores.
    let least = |name| Some(summary(found, name)?.min.round() as u64);
    let word = least("word, watched")?;
    let woken = least("word, woken")?;
    let message = least("message, 64 B")?;
    let passed = least("8 MiB handed over")?;
    let in_place = least("8 MiB read in place")?;
    let copied = least("8 MiB copied and read")?;
    let holds = found.all_checks().wrong == 0
        && word < message
        && in_place < copied
        && 10 * passed < copied;
    let facts = format!(
        "a word goes to another thread and back in {} ({} if each sleeps in between), the smallest \
         message to another process in {}; 8 MiB are handed to another thread and back in {}, and \
         read where they are in {}; copied to another process and read there they take {}, {} as \
         long",
        time(word),
        time(woken),
        time(message),
        time(passed),
        time(in_place),
        time(copied),
        fold(copied as f64 / in_place.max(1) as f64),
    );
    let figures = vec![
        in_us("word, watched", word),
        in_us("word, woken", woken),
        in_us("message, 64 B", message),
        in_us("8 MiB handed over", passed),
        in_ms("8 MiB read in place", in_place),
        in_ms("8 MiB copied and read", copied),
    ];
    Some(verdict(holds, facts, figures))
}

#[cfg(test)]
mod tests {
    use crate::lab::findings::Unit::Ns;
    use crate::lessons::find;
    use crate::lessons::testing::findings;

    #[test]
    fn messages_are_slow_only_beside_faster_threads() {
        let holds = |big: f64, thread: f64| {
            let mut found = findings("P8", &[]);
            for (size, ns) in [("64 B", 5e4), ("64 KiB", 2e5), ("8 MiB", big)] {
                found.add(format!("processes, {size}, clone"), Ns, &[ns]);
                found.add(format!("processes, {size}, transfer"), Ns, &[5e4]);
                found.add(format!("threads, {size}"), Ns, &[thread]);
            }
            find("P8").unwrap().judge(&found).holds
        };
        assert!(holds(2e7, 1e4));
        assert!(!holds(2e7, 6e4), "threads slower with small messages");
        assert!(!holds(9e4, 1e4), "copying costs little");
    }

    #[test]
    fn a_wrong_byte_or_a_slow_thread_turns_the_verdict() {
        let found = |word: f64, in_place: f64, passed: f64| {
            findings(
                "T3",
                &[
                    ("word, watched", Ns, word),
                    ("word, woken", Ns, 5e3),
                    ("message, 64 B", Ns, 5e4),
                    ("8 MiB handed over", Ns, passed),
                    ("8 MiB read in place", Ns, in_place),
                    ("8 MiB copied and read", Ns, 2e7),
                ],
            )
        };
        let lesson = find("T3").unwrap();
        assert!(lesson.judge(&found(300.0, 2e6, 1e4)).holds);
        assert!(!lesson.judge(&found(6e4, 2e6, 1e4)).holds);
        assert!(!lesson.judge(&found(300.0, 3e7, 1e4)).holds);
        assert!(!lesson.judge(&found(300.0, 2e6, 1e7)).holds);
        let mut wrong = found(300.0, 2e6, 1e4);
        wrong.checks.count(false);
        assert!(!lesson.judge(&wrong).holds);
    }
}
