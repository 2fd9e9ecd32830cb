//! Lighthouse's scores of the start screen.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::path::Path;
use timeslice_e2e::Host;
use tokio::process::Command;

/// How often each kind of visitor is imitated: scores differ from run to run.
const RUNS: usize = 3;

/// What is scored, by Lighthouse's names.
const CATEGORIES: [&str; 3] = ["performance", "accessibility", "best-practices"];

/// The visitors that it imitates: at a desk; and with a phone a quarter as fast as
/// this machine, on a slow mobile network.
const VISITORS: [(&str, &[&str]); 2] = [("desktop", &["--preset=desktop"]), ("phone", &[])];

/// Runs `program` (Lighthouse's script) with the browser at `chrome`, and prints a
/// line for each score, from 0 to 100.
pub(crate) fn scores(program: &Path, chrome: &Path) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        // Compressed, as every host does.
        let address = Host::isolated().compressing().serve().await?;
        for (visitor, options) in VISITORS {
            eprintln!("      Lighthouse, {visitor}");
            for _ in 0..RUNS {
                let report = run(program, chrome, &address, options).await?;
                for category in CATEGORIES {
                    let score = &report["categories"][category]["score"];
                    let score = score.as_f64().with_context(|| format!("no {category}"))?;
                    println!("lighthouse, {visitor}, {category}\t{}", score * 100.0);
                }
            }
        }
        Ok(())
    })
}

async fn run(program: &Path, chrome: &Path, address: &str, options: &[&str]) -> Result<Value> {
    let output = Command::new("node")
        .arg(program)
        .arg(address)
        .args(["--quiet", "--output=json"])
        .arg(format!("--only-categories={}", CATEGORIES.join(",")))
        .arg("--chrome-flags=--headless=new --no-sandbox --disable-gpu")
        .args(options)
        .env("CHROME_PATH", chrome)
        .output()
        .await
        .context("node cannot be started")?;
    ensure!(
        output.status.success(),
        "Lighthouse failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let report: Value = serde_json::from_slice(&output.stdout).context("no report")?;
    // So that whoever wants to know why can look.
    for (name, audit) in report["audits"].as_object().into_iter().flatten() {
        let score = audit["score"].as_f64();
        if score.is_some_and(|score| score < 0.9) {
            let shown = audit["displayValue"].as_str().unwrap_or_default();
            eprintln!("        {name}: {shown}");
        }
    }
    Ok(report)
}
