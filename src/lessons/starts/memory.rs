//! What processes and threads take of memory.

use super::whole;
use crate::claims::Verdict;
use crate::claims::text::{count, fold, in_mib, memory, verdict};
use crate::lab::findings::{Findings, Unit};
use crate::lessons::{Comparison, Predictor};

/// What every process needs besides: the simulator is told, as the lab was.
const DATA: u64 = 8 << 20;

fn ratio(a: u64, b: u64) -> f64 {
    a as f64 / b.max(1) as f64
}

pub(super) fn judge_heavy(found: &Findings) -> Option<Verdict> {
    let process = whole(found, "one more process")?;
    let thread = whole(found, "one more thread")?;
    let empty = whole(found, "empty process")?;
    let facts = format!(
        "one more process takes {} (empty {}, and its own copy of the data), {} as much as one \
         more thread ({}), which shares the data",
        memory(process),
        memory(empty),
        fold(ratio(process, thread)),
        memory(thread),
    );
    let figures = vec![
        in_mib("one more process", process),
        in_mib("an empty process", empty),
        in_mib("one more thread", thread),
    ];
    Some(verdict(process >= 2 * thread.max(1), facts, figures))
}

pub(super) fn judge_light(found: &Findings) -> Option<Verdict> {
    let process = whole(found, "one more process")?;
    let thread = whole(found, "one more thread")?;
    let holds = 2 * thread <= process;
    let facts = format!(
        "one more thread takes {}, one more process, still without data, {}{}",
        memory(thread),
        memory(process),
        if holds {
            ""
        } else {
            ": the whole stack of a thread is set aside when it starts, used or not"
        },
    );
    let figures = vec![
        in_mib("one more thread", thread),
        in_mib("one more process", process),
    ];
    Some(verdict(holds, facts, figures))
}

/// Memory by the number of processes, as the trial names it.
const COUNTS: [(u64, &str); 4] = [
    (1, "1 process"),
    (2, "2 processes"),
    (4, "4 processes"),
    (8, "8 processes"),
];

pub(super) fn judge_resources(found: &Findings) -> Option<Verdict> {
    let held = |who: &str| whole(found, &format!("memory, {who}"));
    let workers = |who: &str| whole(found, &format!("workers, {who}"));
    let all: Option<Vec<u64>> = COUNTS.iter().map(|(_, who)| held(who)).collect();
    let all = all?;
    let (one, eight) = (*all.first()?, *all.last()?);
    let grows = all.windows(2).all(|pair| pair[0] < pair[1]);
    // None where no threads can be had: then there is nothing to compare with.
    let threaded = held("8 threads");
    let less = threaded.is_none_or(|threaded| threaded < eight);
    let facts = format!(
        "1 process takes {} and {} web worker, 8 processes {} and {}{}",
        memory(one),
        workers("1 process")?,
        memory(eight),
        workers("8 processes")?,
        threaded.map_or(String::new(), |bytes| format!(
            "; 8 threads in one process {}",
            memory(bytes)
        )),
    );
    let mut figures = Vec::new();
    for ((_, who), bytes) in COUNTS.iter().zip(&all) {
        figures.push(in_mib(*who, *bytes));
    }
    figures.extend(threaded.map(|bytes| in_mib("8 threads", bytes)));
    figures.push(count("workers, 8 processes", workers("8 processes")?));
    Some(verdict(grows && less && eight > 4 * one, facts, figures))
}

/// One amount beside what the simulator charges for it; nothing without
/// probes.
fn beside(found: &Findings, name: &str, predicted: u64) -> Option<Comparison> {
    Some(Comparison {
        what: format!("memory, {name}"),
        predicted: predicted as f64,
        measured: found.median(name)?,
        unit: Unit::Bytes,
    })
}

/// What one more thread takes, once there are several.
fn one_more_thread(predictor: &Predictor) -> Option<u64> {
    Some((predictor.memory(1, 9)? - predictor.memory(1, 2)?) / 7)
}

pub(super) fn compare_heavy(found: &Findings, predictor: &Predictor) -> Vec<Comparison> {
    let process = || Some(predictor.memory(2, 1)? - predictor.memory(1, 1)? + DATA);
    [
        ("one more process", process()),
        ("one more thread", one_more_thread(predictor)),
    ]
    .into_iter()
    .filter_map(|(name, predicted)| beside(found, name, predicted?))
    .collect()
}

pub(super) fn compare_light(found: &Findings, predictor: &Predictor) -> Vec<Comparison> {
    one_more_thread(predictor)
        .and_then(|predicted| beside(found, "one more thread", predicted))
        .into_iter()
        .collect()
}

pub(super) fn compare_resources(found: &Findings, predictor: &Predictor) -> Vec<Comparison> {
    COUNTS
        .iter()
        .filter_map(|&(processes, who)| {
            let empty = predictor.memory(processes as u16, 1)?;
            Some(Comparison {
                what: format!("memory, {who}"),
                predicted: (empty + processes * DATA) as f64,
                measured: found.median(&format!("memory, {who}"))?,
                unit: Unit::Bytes,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Costs;
    use crate::lab::findings::Unit::{Bytes, Count};
    use crate::lessons::find;
    use crate::lessons::testing::findings;

    const MIB: f64 = 1_048_576.0;

    #[test]
    fn processes_are_heavy_only_beside_light_threads() {
        let judged = |id, process: f64, thread: f64| {
            let found = findings(
                id,
                &[
                    ("one more process", Bytes, process * MIB),
                    ("one more thread", Bytes, thread * MIB),
                    ("empty process", Bytes, MIB),
                ],
            );
            find(id).unwrap().judge(&found).holds
        };
        assert!(judged("P6", 9.3, 2.0) && !judged("P6", 3.0, 2.0));
        assert!(judged("T1", 1.3, 0.3) && !judged("T1", 1.3, 2.0));
    }

    fn resources(memory: [f64; 5]) -> Findings {
        let names = [
            "1 process",
            "2 processes",
            "4 processes",
            "8 processes",
            "8 threads",
        ];
        let mut found = findings("P9", &[]);
        for (name, mib) in names.into_iter().zip(memory) {
            found.add(format!("memory, {name}"), Bytes, &[mib * MIB]);
            found.add(format!("workers, {name}"), Count, &[1.0]);
        }
        found
    }

    #[test]
    fn resources_must_grow_and_exceed_those_of_threads() {
        let holds = |memory| find("P9").unwrap().judge(&resources(memory)).holds;
        assert!(holds([9.0, 18.0, 36.0, 72.0, 25.0]));
        assert!(!holds([9.0, 9.0, 9.0, 9.0, 25.0]));
        assert!(!holds([9.0, 18.0, 36.0, 72.0, 80.0]));
    }

    #[test]
    fn memory_is_predicted_from_what_the_probes_found() {
        let predictor = Predictor {
            costs: Costs {
                process_start_child_ns: 1,
                process_bytes: 1 << 20,
                thread_bytes: 2 << 20,
                ..Costs::IDEAL
            },
        };
        let found = resources([9.0, 18.0, 36.0, 72.0, 25.0]);
        for comparison in find("P9").unwrap().compare(&found, &predictor) {
            assert!(
                comparison.error_percent().unwrap().abs() < 1.0,
                "{comparison:?}"
            );
        }
        let unknown = Predictor {
            costs: Costs::IDEAL,
        };
        assert_eq!(find("P9").unwrap().compare(&found, &unknown), []);
    }
}
