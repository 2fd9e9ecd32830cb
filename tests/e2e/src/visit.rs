//! One visit: start everything, do what the test says, and keep the evidence
//! when it goes wrong.

use crate::browser::Browser;
use crate::host::{self, Host};
use crate::page::Page;
use anyhow::{Context, Result};
use std::any::Any;
use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

/// Visits of different tests take turns: some measure, and two browsers would share
/// the cores.
static TURN: Mutex<()> = Mutex::new(());

/// Open Chromium on the site and run `body`; panic if it fails, as a test
/// should. `name` names the evidence: `target/e2e/<name>.png` and `.log`.
pub fn visit(name: &str, host: Host, body: impl AsyncFnOnce(&Page) -> Result<()>) {
    let _turn = turn();
    if let Err(failure) = visit_with(Browser::Chromium, name, &host, body) {
        failure.panic(name);
    }
}

/// The same in each browser, one after the other; panic if it fails in any.
/// The evidence is named by the browser, too: `<name>-firefox.png`.
pub fn visit_each(name: &str, host: Host, body: impl AsyncFn(&Page) -> Result<()>) {
    let visit = |browser| {
        let _turn = turn();
        visit_in(browser, name, &host, &body)
    };
    panic_if_any(chosen().filter_map(visit).collect());
}

/// The same in each browser at the same time, where nothing is measured: a browser
/// seldom keeps more than one core busy.
pub fn visit_together(name: &str, host: Host, body: impl AsyncFn(&Page) -> Result<()> + Sync) {
    let (host, body) = (&host, &body);
    let _turn = turn();
    let failures = thread::scope(|scope| {
        let start = |browser| scope.spawn(move || visit_in(browser, name, host, body));
        let visits: Vec<_> = chosen().map(start).collect();
        let ends = visits.into_iter().map(|visit| visit.join());
        ends.filter_map(|end| end.unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    });
    panic_if_any(failures);
}

/// All browsers, or the one that `TIMESLICE_BROWSER` names, for a long run by hand.
fn chosen() -> impl Iterator<Item = Browser> {
    let only = env::var("TIMESLICE_BROWSER").ok();
    if let Some(name) = &only {
        let is_known = Browser::ALL.iter().any(|it| it.to_string() == *name);
        assert!(is_known, "TIMESLICE_BROWSER: there is no browser {name:?}");
    }
    Browser::ALL.into_iter().filter(move |browser| {
        only.as_ref()
            .is_none_or(|name| browser.to_string() == *name)
    })
}

fn turn() -> MutexGuard<'static, ()> {
    // Poisoned by a visit that failed, which is no reason not to go on.
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A visit that failed, by its name.
type Failed = Option<(String, Failure)>;

fn visit_in(
    browser: Browser,
    name: &str,
    host: &Host,
    body: &impl AsyncFn(&Page) -> Result<()>,
) -> Failed {
    let name = format!("{name}-{browser}");
    let failure = visit_with(browser, &name, host, body).err()?;
    if let Failure::Error(error) = &failure {
        eprintln!("{name}: {error:#}");
    }
    Some((name, failure))
}

fn panic_if_any(failures: Vec<(String, Failure)>) {
    // What the others said is on the screen.
    if let Some((name, failure)) = failures.into_iter().next() {
        failure.panic(&name);
    }
}

/// How a visit went wrong.
enum Failure {
    Error(anyhow::Error),
    Panic(Box<dyn Any + Send>),
}

impl Failure {
    fn panic(self, name: &str) -> ! {
        match self {
            Self::Error(error) => panic!("{name}: {error:#}"),
            Self::Panic(panic) => resume_unwind(panic),
        }
    }
}

fn visit_with(
    browser: Browser,
    name: &str,
    host: &Host,
    body: impl AsyncFnOnce(&Page) -> Result<()>,
) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    let page = runtime
        .block_on(start(browser, host))
        .map_err(Failure::Error)?;
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
        if let Err(error) = page.driver().clone().quit().await {
            eprintln!("the browser did not quit: {error}");
        }
        drop(page);
    });
    match outcome {
        Ok(outcome) => outcome.map_err(Failure::Error),
        Err(panic) => Err(Failure::Panic(panic)),
    }
}

async fn start(browser: Browser, host: &Host) -> Result<Page> {
    let host = host.another();
    let address = host.serve().await?;
    Ok(Page::new(browser.start().await?, address, host.faults()))
}

async fn keep_evidence(name: &str, page: &Page) -> Result<PathBuf> {
    let folder = host::root().join("target/e2e");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join(name);
    fs::write(path.with_extension("log"), page.console().await?.join("\n"))?;
    page.screenshot(&path.with_extension("png")).await?;
    Ok(path)
}
