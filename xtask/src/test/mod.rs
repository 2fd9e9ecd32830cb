//! Running every suite and adding up the results.

mod ahead;
mod suites;
mod tally;

use crate::{progress, setup};
use ahead::Site;
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tally::Tally;

/// Which tests to run.
#[derive(Args)]
pub(crate) struct Options {
    /// Run one kind of test only
    #[arg(long)]
    only: Option<Kind>,
}

/// The kinds of test, in the order in which they run.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Formatting and clippy
    Lint,
    /// The tests that need no browser
    Native,
    /// The tests of web code, in a headless browser
    Wasm,
    /// The built page, driven in headless browsers
    E2e,
}

/// What one suite came to.
struct Outcome {
    kind: Kind,
    name: &'static str,
    tally: Tally,
    took: Duration,
    error: Option<String>,
}

/// Set up, run every suite even if one fails, and end with the sum on a line
/// of its own, which nothing may follow.
pub(crate) fn test(options: &Options) -> Result<ExitCode> {
    setup::page_and_browsers()?;
    let chosen = suites::ALL
        .iter()
        .filter(|suite| options.only.is_none_or(|only| only == suite.kind));
    let mut site = Some(match options.only {
        None => Site::begin()?,
        Some(_) => Site::Unbuilt,
    });
    let outcomes: Vec<Outcome> = chosen.map(|suite| run(suite, &mut site)).collect();

    progress::heading("Results");
    for outcome in &outcomes {
        let verdict = if outcome.error.is_some() {
            "FAIL"
        } else {
            " ok "
        };
        let count = if outcome.kind == Kind::Lint {
            String::new()
        } else {
            format!(": {}", outcome.tally)
        };
        println!(
            "{verdict}  {}{count} ({})",
            outcome.name,
            progress::seconds(outcome.took)
        );
        if let Some(error) = &outcome.error {
            println!("      {error}");
        }
    }
    let sum: Tally = outcomes.iter().map(|outcome| outcome.tally).sum();
    println!("\n{sum}");
    let failed = outcomes.iter().any(|outcome| outcome.error.is_some());
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn run(suite: &suites::Suite, site: &mut Option<Site>) -> Outcome {
    progress::heading(suite.name);
    let start = Instant::now();
    let mut tally = Tally::default();
    let ready = match site.take_if(|_| suite.kind == Kind::E2e) {
        Some(site) => site.finish(),
        None => Ok(()),
    };
    let error = ready
        .and_then(|()| (suite.run)(&mut tally))
        .err()
        .map(|error| format!("{error:#}"));
    // A suite that could not run, or a check, is one failure of its own.
    if error.is_some() && tally.failed == 0 {
        tally.failed = 1;
    }
    Outcome {
        kind: suite.kind,
        name: suite.name,
        tally,
        took: start.elapsed(),
        error,
    }
}
