//! T9: a thread that keeps its lock for ever.

use super::super::{Comparison, Predictor};
use super::{counted, predicted};
use crate::claims::Verdict;
use crate::claims::text::{count, in_mib, in_ms, memory, plural, time, verdict};
use crate::lab::findings::{Findings, Unit};

/// What the dead thread had, bytes.
const BYTES: u64 = 4 << 20;

/// Browsers may take seconds to end what does not look whether it should. What
/// takes longer has not been ended, ns.
const ENDED_NS: u64 = 10_000_000_000;

pub(super) fn judge(found: &Findings) -> Option<Verdict> {
    let count_of = |name: &str| counted(found, name);
    let [parked, trapped] = [
        count_of("deadlocked, parked")?,
        count_of("deadlocked, trapped")?,
    ];
    let by_trap = count_of("holders that trapped")?;
    let stayed = count_of("told to stop, and did not")?;
    let second = count_of("second process, had the lock")?;
    let leaked = leaked(found)?;
    let signs = count_of("signs of life before the end")?;
    // Missing if the threads could not be seen to end.
    let still = found.median("still after the end").map(|ns| ns as u64);
    let all_ended = still.is_some_and(|ns| ns <= ENDED_NS);
    let deadlocked = parked > 0 && trapped > 0 && by_trap > 0;
    // The holder and those that wait for it.
    let in_vain = stayed > parked;
    let ended = match still {
        None => "ending the process did not end them all".to_owned(),
        Some(0) => "ending the process ended all at once".to_owned(),
        Some(ns) => format!("ending the process ended all within {}", time(ns)),
    };
    Some(verdict(
        deadlocked && in_vain && leaked >= BYTES / 2 && signs > 0 && all_ended && second > 1,
        format!(
            "a thread that kept its lock left {} waiting for ever, one that crashed with it {}; \
             told to stop, {} did not; {} could not be used again; {ended}, and in another \
             process {} had the lock meanwhile",
            plural(parked as usize, "other", "others"),
            plural(trapped as usize, "other", "others"),
            plural(stayed as usize, "thread", "threads"),
            memory(leaked),
            plural(second as usize, "thread", "threads"),
        ),
        vec![
            count("deadlocked by one that waits", parked),
            count("deadlocked by one that crashed", trapped),
            count("told to stop in vain", stayed),
            in_mib("not given back", leaked),
            in_ms("until all had ended", still.unwrap_or(0)),
        ],
    ))
}

/// Memory that the process had to grow by because a dead thread has it, bytes.
fn leaked(found: &Findings) -> Option<u64> {
    let parked = counted(found, "memory grew by, parked")?;
    Some(parked.saturating_sub(counted(found, "memory grew by, given back")?))
}

pub(super) fn compare(found: &Findings, predictor: &Predictor) -> Vec<Comparison> {
    let both = || {
        let (deadlocked, bytes) = predicted::death_with_lock(predictor.costs)?;
        let pair = |what: &str, predicted: f64, measured: u64, unit| Comparison {
            what: what.to_owned(),
            predicted,
            measured: measured as f64,
            unit,
        };
        let measured = counted(found, "deadlocked, trapped")?;
        Some(vec![
            pair(
                "threads deadlocked",
                deadlocked as f64,
                measured,
                Unit::Count,
            ),
            pair("leaked", bytes as f64, leaked(found)?, Unit::Bytes),
        ])
    };
    both().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::findings;
    use super::super::super::{Predictor, find};
    use crate::experiment::Costs;
    use crate::lab::findings::{Findings, Unit};

    const FOUND: [(&str, Unit, f64); 10] = [
        ("deadlocked, parked", Unit::Count, 2.0),
        ("deadlocked, trapped", Unit::Count, 2.0),
        ("holders that trapped", Unit::Count, 1.0),
        ("told to stop, and did not", Unit::Count, 3.0),
        ("told to stop, and stopped", Unit::Count, 1.0),
        ("second process, had the lock", Unit::Count, 3.0),
        ("memory grew by, parked", Unit::Bytes, 8_388_608.0),
        ("memory grew by, given back", Unit::Bytes, 4_194_304.0),
        ("signs of life before the end", Unit::Count, 900.0),
        ("still after the end", Unit::Ns, 1e6),
    ];

    fn with(name: &str, value: Option<f64>) -> Findings {
        let figures: Vec<_> = FOUND
            .into_iter()
            .filter_map(|figure| match value {
                _ if figure.0 != name => Some(figure),
                Some(value) => Some((figure.0, figure.1, value)),
                None => None,
            })
            .collect();
        findings("T9", &figures)
    }

    #[test]
    fn whatever_helps_against_a_dead_thread_would_turn_the_verdict() {
        let lesson = find("T9").unwrap();
        let verdict = lesson.judge(&with("", None));
        assert!(verdict.holds, "{}", verdict.text);
        for (name, value) in [
            ("deadlocked, parked", Some(0.0)),
            ("holders that trapped", Some(0.0)),
            ("told to stop, and did not", Some(0.0)),
            ("second process, had the lock", Some(0.0)),
            ("memory grew by, parked", Some(4_194_304.0)),
            ("still after the end", Some(11e9)),
            ("still after the end", None),
            ("deadlocked, trapped", None),
        ] {
            assert!(!lesson.judge(&with(name, value)).holds, "{name}");
        }
    }

    #[test]
    fn the_simulator_says_the_same() {
        let predictor = Predictor {
            costs: Costs::IDEAL,
        };
        let compared = find("T9").unwrap().compare(&with("", None), &predictor);
        assert_eq!(compared.len(), 2);
        for one in compared {
            assert_eq!(one.predicted as u64, one.measured as u64, "{}", one.what);
        }
    }
}
