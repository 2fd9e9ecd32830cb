//! Hundreds of experiments in a row leave nothing behind.

use anyhow::{Result, ensure};
use timeslice_e2e::{Browser, Host, Memory, Page, Tried, visit_each};

/// What is done in turn, on one page.
enum Round {
    /// Run to the end.
    Run(&'static str),
    /// Stop midway.
    Stop(&'static str),
    /// Try a claim.
    Claim(&'static str),
}

const ROUNDS: [Round; 10] = [
    Round::Run("v=1&procs=2&threads=1&units=8&cpu=100"),
    Round::Run("v=1&procs=2&threads=2&units=8&cpu=100"),
    Round::Run("v=1&threads=3&units=9&cpu=100&gil=off"),
    Round::Claim("P1"),
    Round::Run("v=1&procs=2&threads=1&units=8&cpu=100&fault=segfault.0.0.u1"),
    Round::Run("v=1&procs=2&threads=2&units=8&cpu=100&fault=segfault.1.1.u1"),
    Round::Stop("v=1&procs=2&threads=1&units=10000&cpu=10000"),
    Round::Run("v=1&procs=2&threads=2&units=80&cpu=100&fault=kill.0.0.u0"),
    Round::Stop("v=1&threads=2&units=10000&cpu=10000"),
    Round::Run("v=1&threads=2&units=20&cpu=100&io=500"),
];

/// So many experiments are compared at the beginning and at the end.
const COMPARED: usize = 20;

/// Not looked at: browsers compile, cache and fill their pools at first.
const WARM_UP: usize = 10;

#[test]
fn twenty_experiments_in_a_row_leave_no_workers_behind() {
    visit_each("soak-short", Host::isolated(), async |page| {
        soak(page, 20).await.map(drop)
    });
}

#[test]
#[ignore = "takes many minutes: run it with --ignored"]
fn two_hundred_experiments_in_a_row_leave_memory_where_it_was() {
    visit_each("soak", Host::isolated(), async |page| {
        let memory = soak(page, 200).await?;
        let first = &memory[WARM_UP..WARM_UP + COMPARED];
        let last = &memory[memory.len() - COMPARED..];
        let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        let of = |part: &[Memory], what: fn(&Memory) -> u64| median(part.iter().map(what));
        let resident = [first, last].map(|part| mib(of(part, |memory| memory.resident)));
        let heap = [first, last].map(|part| mib(of(part, |memory| memory.heap.unwrap_or(0))));
        let listeners = [first, last].map(|part| of(part, |memory| memory.listeners.unwrap_or(0)));
        println!(
            "{}: medians of {COMPARED} after {WARM_UP}, and of the last {COMPARED} of {}: \
             {:.1} and {:.1} MiB resident, {:.2} and {:.2} MiB JavaScript heap, {} and {} listeners",
            page.browser(),
            memory.len(),
            resident[0],
            resident[1],
            heap[0],
            heap[1],
            listeners[0],
            listeners[1]
        );
        // A process that stayed would keep more than 1 MiB of its own, 200 of
        // them far more than this.
        ensure!(
            resident[1] < 1.25 * resident[0] + 50.0,
            "{resident:?} MiB resident"
        );
        ensure!(heap[1] < 1.1 * heap[0] + 1.0, "{heap:?} MiB of heap");
        ensure!(listeners[1] <= listeners[0] + 5, "{listeners:?} listeners");
        Ok(())
    });
}

/// Does so many experiments; returns the memory after each.
async fn soak(page: &Page, count: usize) -> Result<Vec<Memory>> {
    page.open("").await?;
    page.wait_until_idle().await?;
    let mut memory = Vec::new();
    for (index, round) in ROUNDS.iter().cycle().take(count).enumerate() {
        once(page, round).await?;
        let left = page.counted_workers().await?;
        ensure!(left == 0, "experiment {index} leaves {left} workers");
        memory.push(page.memory().await?);
    }
    if page.browser() == Browser::Chromium {
        page.wait_until_no_workers().await?;
    }
    ensure!(page.console_errors().await?.is_empty(), "errors");
    Ok(memory)
}

async fn once(page: &Page, round: &Round) -> Result<()> {
    match round {
        Round::Run(fragment) => {
            set_up(page, fragment).await?;
            let outcome = page.run_lab().await?.outcome;
            ensure!(outcome.units_wrong() == 0, "{fragment}");
        }
        Round::Stop(fragment) => {
            set_up(page, fragment).await?;
            page.start_lab().await?;
            page.wait_for_lab("querySelector('progress') !== null")
                .await?;
            page.click("run").await?;
            page.wait_for_lab("dataset.status !== 'running'").await?;
        }
        Round::Claim(id) => {
            let tried = page.try_claim(id).await?;
            ensure!(
                matches!(tried, Tried::Done { holds: true, .. }),
                "{tried:?}"
            );
        }
    }
    Ok(())
}

/// On the same page: a new one would tidy up.
async fn set_up(page: &Page, fragment: &str) -> Result<()> {
    page.change_to(fragment).await
}

fn median(values: impl Iterator<Item = u64>) -> u64 {
    let mut values: Vec<_> = values.collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}
