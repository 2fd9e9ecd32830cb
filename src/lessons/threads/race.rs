//! T5 and G2: what is lost when threads change the same numbers at once.

use super::super::{Comparison, Predictor};
use super::predicted::{self, cores};
use super::{counted, least};
use crate::claims::Verdict;
use crate::claims::text::{count, figure, fold, plural, time, times, verdict};
use crate::experiment::scenario::{GilSpec, Ns};
use crate::lab::findings::{Findings, Unit};

/// Threads of both trials.
const THREADS: u32 = 4;

/// Steps of an addition, and of a change of a reference count: load, add,
/// store.
const STEPS: f64 = 3.0;

/// T5.
pub(super) fn judge_updates(found: &Findings) -> Option<Verdict> {
    let additions = counted(found, "additions")?;
    let [without, with, atomic] = [
        "lost without a lock",
        "lost with a lock",
        "lost with atomic additions",
    ]
    .map(|name| counted(found, name));
    let (without, with, atomic) = (without?, with?, atomic?);
    let [bare, locked] = ["without a lock", "with a lock"].map(|way| each(found, way));
    let (bare, locked) = (bare?, locked?);
    Some(verdict(
        without > 0 && with == 0,
        format!(
            "of {additions} updates {without} were lost without a lock, {with} with one and \
             {atomic} as atomic additions; an update took {} without the lock and {} with it",
            time(bare as u64),
            time(locked as u64)
        ),
        vec![
            count("updates without a lock", additions),
            count("lost without a lock", without),
            count("lost with a lock", with),
            count("lost as atomic additions", atomic),
            figure("an update without a lock", bare, "ns"),
            figure("an update with a lock", locked, "ns"),
        ],
    ))
}

/// What an update took, ns of the run: the threads ran at once.
fn each(found: &Findings, way: &str) -> Option<f64> {
    let additions = found.median(&format!("additions in a round {way}"))?;
    Some(found.median(&format!("time of a round {way}"))? / additions.max(1.0))
}

pub(super) fn compare_updates(found: &Findings, predictor: &Predictor) -> Vec<Comparison> {
    let share = |what: &str, name: &str, of: &str, locked| {
        // The threads run on several cores at once, so a step takes one of
        // them longer than the run needs for it.
        let at_once = f64::from(cores(found)).min(f64::from(THREADS));
        let step_ns = each(found, "without a lock")? * at_once / STEPS;
        let share = predicted::lost_share(
            predictor.costs,
            cores(found),
            THREADS,
            step_ns as u64,
            locked,
        )?;
        Some(Comparison {
            what: what.to_owned(),
            predicted: 1e3 * share,
            measured: 1e3 * found.median(name)? / found.median(of)?.max(1.0),
            unit: Unit::Count,
        })
    };
    [
        share(
            "lost of 1,000 updates, without a lock",
            "lost without a lock",
            "additions",
            false,
        ),
        share(
            "lost of 1,000 updates, with a lock",
            "lost in a round with a lock",
            "additions in a round with a lock",
            true,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// G2, in Python.
pub(super) fn judge_python(found: &Findings) -> Option<Verdict> {
    let additions = counted(found, "additions")?;
    let lost = |way: &str| counted(found, &format!("lost {way}"));
    let without = lost("without a GIL")?;
    let with = lost("with the GIL")?;
    let locked = lost("with a lock")?;
    let took = |way: &str| found.median(&format!("time of a round {way}"));
    let price = took("with a lock")? / took("without a GIL")?.max(1.0);
    Some(verdict(
        without > 0 && with == 0 && locked == 0,
        format!(
            "of {additions} updates of a number that all threads share {without} were lost \
             without a GIL, {with} with it and {locked} behind a lock of the program\u{2019}s \
             own, with which it took {} as long",
            fold(price)
        ),
        vec![
            count("updates", additions),
            count("lost without a GIL", without),
            count("lost with the GIL", with),
            count("lost behind a lock", locked),
            times("time behind a lock", price),
        ],
    ))
}

/// Objects whose count is too high or too low in the end.
fn wrong(found: &Findings, way: &str) -> Option<u64> {
    let of = |what: &str| counted(found, &format!("{what} {way}"));
    Some(of("leaked")? + of("freed in use")?)
}

/// G2.
pub(super) fn judge_references(found: &Findings) -> Option<Verdict> {
    let leaked = counted(found, "leaked without a GIL")?;
    let freed = counted(found, "freed in use without a GIL")?;
    let with = wrong(found, "with the GIL")?;
    let atomic = wrong(found, "with atomic counts")?;
    let objects = counted(found, "objects")?;
    let hand_offs = counted(found, "GIL hand-offs")?;
    let price = least(found, "one thread, atomic counts, each change")?
        / least(found, "one thread, plain counts, each change")?.max(0.01);
    Some(verdict(
        leaked + freed > 0 && with == 0 && hand_offs > 0,
        format!(
            "of {objects} objects {leaked} would never be freed and {freed} would be freed while \
             in use without a GIL; with it, which changed hands {}, {with} counts are wrong, and \
             {atomic} with atomic counts, which take one thread {} as long",
            plural(hand_offs as usize, "time", "times"),
            fold(price)
        ),
        vec![
            count("never freed, without a GIL", leaked),
            count("freed in use, without a GIL", freed),
            count("wrong with the GIL", with),
            count("wrong with atomic counts", atomic),
            count("GIL hand-offs", hand_offs),
            times("atomic counts, compared with plain ones", price),
        ],
    ))
}

pub(super) fn compare_references(found: &Findings, predictor: &Predictor) -> Vec<Comparison> {
    let share = |what: &str, way: &str, gil| {
        let changes = found.median("changes")?.max(1.0);
        let rounds = f64::from(
            found
                .figure("time of a round without a GIL")?
                .summary
                .samples,
        );
        let round_ns = found.median("time of a round without a GIL")?;
        let at_once = f64::from(cores(found)).min(f64::from(THREADS));
        let step_ns = round_ns / (changes / rounds) * at_once / STEPS;
        let share = predicted::miscounted_share(
            predictor.costs,
            cores(found),
            THREADS,
            step_ns as u64,
            gil,
        )?;
        Some(Comparison {
            what: what.to_owned(),
            predicted: share * found.median("objects")?,
            measured: wrong(found, way)? as f64,
            unit: Unit::Count,
        })
    };
    let gil = GilSpec::SwitchInterval {
        interval: Ns(500_000),
        poll: Ns(1_000),
    };
    [
        share(
            "objects miscounted without a GIL",
            "without a GIL",
            GilSpec::None,
        ),
        share("objects miscounted with the GIL", "with the GIL", gil),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::findings;
    use super::super::super::{Predictor, find};
    use crate::experiment::Costs;
    use crate::lab::findings::{Findings, Unit};

    fn updates(lost: f64, lost_with: f64) -> Findings {
        findings(
            "T5",
            &[
                ("additions", Unit::Count, 1e6),
                ("lost without a lock", Unit::Count, lost),
                ("lost with a lock", Unit::Count, lost_with),
                ("lost with atomic additions", Unit::Count, 0.0),
                ("lost in a round with a lock", Unit::Count, lost_with),
                ("additions in a round without a lock", Unit::Count, 1e5),
                ("additions in a round with a lock", Unit::Count, 1e5),
                ("time of a round without a lock", Unit::Ns, 1e6),
                ("time of a round with a lock", Unit::Ns, 1e7),
            ],
        )
    }

    #[test]
    fn losing_none_or_losing_with_a_lock_would_turn_the_verdict() {
        let lesson = find("T5").unwrap();
        let verdict = lesson.judge(&updates(400_000.0, 0.0));
        assert!(verdict.holds, "{}", verdict.text);
        assert!(verdict.text.contains("10 ns") || verdict.text.contains("100 ns"));
        assert!(!lesson.judge(&updates(0.0, 0.0)).holds);
        assert!(!lesson.judge(&updates(400_000.0, 1.0)).holds);
        assert!(!lesson.judge(&findings("T5", &[])).holds);
    }

    #[test]
    fn the_simulator_loses_updates_without_a_lock_and_none_with_it() {
        let predictor = Predictor {
            costs: Costs::IDEAL,
        };
        let found = updates(400_000.0, 0.0);
        let compared = find("T5").unwrap().compare(&found, &predictor);
        let predicted: Vec<f64> = compared.iter().map(|it| it.predicted).collect();
        assert!(
            matches!(predicted[..], [without, 0.0] if without > 1.0),
            "{predicted:?}"
        );
    }

    fn references(freed: f64, freed_with: f64, hand_offs: f64) -> Findings {
        findings(
            "G2",
            &[
                ("objects", Unit::Count, 40.0),
                ("changes", Unit::Count, 8e6),
                ("leaked without a GIL", Unit::Count, 0.0),
                ("freed in use without a GIL", Unit::Count, freed),
                ("counts off without a GIL", Unit::Count, 900.0),
                ("leaked with the GIL", Unit::Count, 0.0),
                ("freed in use with the GIL", Unit::Count, freed_with),
                ("counts off with the GIL", Unit::Count, 0.0),
                ("leaked with atomic counts", Unit::Count, 0.0),
                ("freed in use with atomic counts", Unit::Count, 0.0),
                ("GIL hand-offs", Unit::Count, hand_offs),
                ("time of a round without a GIL", Unit::Ns, 3e7),
                ("one thread, plain counts, each change", Unit::Ns, 1.0),
                ("one thread, atomic counts, each change", Unit::Ns, 5.0),
            ],
        )
    }

    #[test]
    fn exact_counts_without_or_wrong_ones_with_the_gil_would_turn_the_verdict() {
        let lesson = find("G2").unwrap();
        let verdict = lesson.judge(&references(7.0, 0.0, 50.0));
        assert!(verdict.holds, "{}", verdict.text);
        assert!(!lesson.judge(&references(0.0, 0.0, 50.0)).holds);
        assert!(!lesson.judge(&references(7.0, 1.0, 50.0)).holds);
        // A lock that nobody had to share proves nothing.
        assert!(!lesson.judge(&references(7.0, 0.0, 0.0)).holds);
    }

    #[test]
    fn the_simulator_miscounts_without_a_gil_and_not_with_it() {
        let predictor = Predictor {
            costs: Costs::IDEAL,
        };
        let found = references(7.0, 0.0, 50.0);
        let compared = find("G2").unwrap().compare(&found, &predictor);
        let predicted: Vec<f64> = compared.iter().map(|it| it.predicted).collect();
        assert!(
            matches!(predicted[..], [without, 0.0] if without > 0.0),
            "{predicted:?}"
        );
    }
}
