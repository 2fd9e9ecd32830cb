//! One visit: start everything, do what the test says, and keep the evidence
//! when it goes wrong.

use crate::browser::Browser;
use crate::host::{self, Host};
use crate::page::Page;
use anyhow::{Context, Result};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// Visits take turns: some measure, and two browsers would share the cores.
static TURN: Mutex<()> = Mutex::new(());

/// Open a browser on the site and run `body`; panic if it fails, as a test
/// should. `name` names the evidence: `target/e2e/<name>.png` and `.log`.
pub fn visit(name: &str, host: Host, body: impl AsyncFnOnce(&Page) -> Result<()>) {
    // Poisoned by a visit that failed, which is no reason not to go on.
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    let (page, browser) = runtime.block_on(start(&host)).expect("the visit starts");
    let outcome = catch_unwind(AssertUnwindSafe(|| runtime.block_on(body(&page))));
    let failed = !matches!(outcome, Ok(Ok(())));
    runtime.block_on(async {
        if failed {
            match keep_evidence(name, &page).await {
                Ok(path) => eprintln!(
                    "the last view and the console are in {}.png and .log",
                    path.display()
                ),
                Err(error) => eprintln!("no evidence could be kept: {error:#}"),
            }
        }
        drop(page);
        if let Err(error) = browser.driver.clone().quit().await {
            eprintln!("the browser did not quit: {error}");
        }
    });
    match outcome {
        Ok(Ok(())) => {}
        Ok(Err(error)) => panic!("{name}: {error:#}"),
        Err(panic) => resume_unwind(panic),
    }
}

async fn start(host: &Host) -> Result<(Page, Browser)> {
    let address = host.serve().await?;
    let browser = Browser::start().await?;
    Ok((Page::new(browser.driver.clone(), address), browser))
}

async fn keep_evidence(name: &str, page: &Page) -> Result<PathBuf> {
    let folder = host::root().join("target/e2e");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join(name);
    fs::write(path.with_extension("log"), page.console().await?.join("\n"))?;
    page.screenshot(&path.with_extension("png")).await?;
    Ok(path)
}
