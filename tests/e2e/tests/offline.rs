//! Once seen, the page needs its host no more.

use anyhow::{Result, bail};
use std::time::{Duration, Instant};
use timeslice_e2e::{Host, Page, Spoilt, visit_each};

/// Whether all is kept: the page itself comes last.
const IS_KEPT: &str = "caches.keys().then(async (names) => { \
    for (const name of names) { \
        if (await (await caches.open(name)).match(new URL('./', location.href).href)) return true; \
    } \
    return false; })";

/// How long keeping may take on a busy machine.
const KEEPING: Duration = Duration::from_secs(60);

async fn wait_until_kept(page: &Page) -> Result<()> {
    let deadline = Instant::now() + KEEPING;
    while page.promise(IS_KEPT).await? != true {
        if Instant::now() > deadline {
            bail!("nothing is kept after {KEEPING:?}");
        }
    }
    Ok(())
}

#[test]
fn a_page_that_was_seen_opens_without_its_host() {
    for (name, host) in [("isolated", Host::isolated()), ("plain", Host::plain())] {
        visit_each(&format!("offline-{name}"), host, async |page| {
            page.open("#v=1&procs=3").await?;
            page.wait_for("self.crossOriginIsolated").await?;
            page.wait_until_idle().await?;
            page.wait_for("navigator.serviceWorker.controller").await?;
            wait_until_kept(page).await?;

            page.spoil("/", Spoilt::Gone);
            page.open("?reloaded#v=1&procs=3").await?;
            // Firefox's driver may not wait for it.
            page.wait_for("location.search === '?reloaded'").await?;
            page.wait_until_idle().await?;
            // Waited for: Firefox's driver may still ask the document before.
            page.wait_for("self.crossOriginIsolated").await?;
            page.wait_for_text("headline", "3 processes").await?;
            // Workers start without the host, too.
            let outcome = {
                page.change_to("v=1&procs=2&threads=2&units=8").await?;
                page.run_lab().await?.outcome
            };
            assert_eq!(outcome.units_done(), 8);
            assert_eq!(outcome.units_wrong(), 0);
            Ok(())
        });
    }
}
