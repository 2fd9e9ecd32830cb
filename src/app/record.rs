//! All findings as one file, for whoever wants to reckon with them.

use super::State;
use super::amount::date;
use super::claims_table::predictor;
use crate::claims::Verdict;
use crate::experiment::Costs;
use crate::lab::findings::Findings;
use crate::lab::measurement::Environment;
use crate::lessons::{self, Comparison};
use serde::Serialize;

#[derive(Serialize)]
struct Record<'a> {
    format: &'static str,
    version: u32,
    /// When it was written.
    date: String,
    environment: Option<&'a Environment>,
    /// What the probes say things cost; `null`: they have not run.
    costs: Option<Costs>,
    claims: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'static str,
    claim: &'static str,
    /// `null`: the simulator has not been asked yet.
    simulated: Option<&'a Verdict>,
    /// What was measured, or why not.
    #[serde(flatten)]
    came_of_it: CameOfIt<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum CameOfIt<'a> {
    Measured {
        verdict: &'a Verdict,
        comparisons: Vec<Comparison>,
        findings: &'a Findings,
    },
    Trouble(String),
}

/// All findings of the page as JSON; `now_ms` is the date it bears, ms since
/// 1970.
pub(super) fn findings_json(state: &State, now_ms: f64) -> String {
    let bench = &state.bench;
    let entry = |lesson: &'static lessons::Lesson| {
        let came_of_it = match bench.trials.get(lesson.id)? {
            Ok(tried) => {
                let predictor = predictor(tried, bench.costs(), state.this_browser);
                CameOfIt::Measured {
                    verdict: &tried.verdict,
                    comparisons: lesson.compare(&tried.findings, &predictor),
                    findings: &tried.findings,
                }
            }
            Err(trouble) => CameOfIt::Trouble(trouble.to_string()),
        };
        let simulated = bench.simulated.get(lesson.id);
        Some(Entry {
            id: lesson.id,
            claim: lesson.claim().sentence,
            simulated: simulated.and_then(|simulated| simulated.as_ref().as_ref().ok()),
            came_of_it,
        })
    };
    let record = Record {
        format: "timeslice-findings",
        version: 1,
        date: date(now_ms),
        environment: state.environment.as_ref(),
        costs: bench.costs(),
        claims: lessons::all().into_iter().filter_map(entry).collect(),
    };
    // Numbers and words only, so this cannot fail.
    serde_json::to_string_pretty(&record).unwrap_or_default()
}
