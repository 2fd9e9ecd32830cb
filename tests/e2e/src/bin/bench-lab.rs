//! What `cargo xtask bench lab` wants of the built page: opens it in a headless
//! browser, lets it measure, and prints what it found: lines of a name, a tab and
//! a number.

use anyhow::{Context, Result};
use std::time::Duration;
use timeslice::lab::probes::Probes;
use timeslice_e2e::{Host, Page, visit};

/// The two ways to have two workers.
const TWO: [(&str, &str); 2] = [
    ("two processes", "procs=2&threads=1&units=2000"),
    ("two threads", "procs=1&threads=2&gil=off&units=2000"),
];

/// Runs of each, in turns.
const ROUNDS: usize = 5;

/// How long all probes together may take, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);

fn main() {
    visit("bench-lab", Host::isolated(), async |page| {
        page.open("").await?;
        page.wait_until_idle().await?;
        let probes = probes(page).await?;
        for figure in probes.iter().flat_map(|probes| &probes.figures) {
            println!("{}\t{}", figure.name, figure.summary.median);
        }
        for round in 1..=ROUNDS {
            for (name, fragment) in TWO {
                eprintln!("      {name}, round {round} of {ROUNDS}");
                let measurement = page.measure(fragment).await?;
                let wrong = measurement.outcome.units_wrong();
                anyhow::ensure!(wrong == 0, "{fragment}: {wrong} results are wrong");
                println!("{name}\t{}", measurement.speed_up());
            }
        }
        Ok(())
    });
}

/// Lets the page run its probes; `None` if it has none.
async fn probes(page: &Page) -> Result<Option<Probes>> {
    if !page.has("run-probes").await? {
        return Ok(None);
    }
    eprintln!("      the page's probes");
    // Not a visitor's click: the button may be on a part that is folded away.
    let button = Page::expression("run-probes");
    page.eval(&format!("{button}.click()")).await?;
    let busy = format!("{}.dataset.busy", Page::expression("page"));
    page.wait_for(&format!("{busy} === 'true'")).await?;
    page.wait_for_within(PATIENCE, &format!("{busy} === 'false'"))
        .await?;
    let element = Page::expression("probes-json");
    page.wait_for(&element).await?;
    let text = page.eval(&format!("{element}.textContent")).await?;
    let text = text.as_str().context("probes are text")?;
    Ok(Some(
        Probes::from_json(text, None).context("the page's probes can't be read")?,
    ))
}
