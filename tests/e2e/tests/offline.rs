//! Once seen, the page needs its host no more.

use timeslice_e2e::{Host, Spoilt, visit_each};

#[test]
fn a_page_that_was_seen_opens_without_its_host() {
    for (name, host) in [("isolated", Host::isolated()), ("plain", Host::plain())] {
        visit_each(&format!("offline-{name}"), host, async |page| {
            page.open("#v=1&procs=3").await?;
            page.wait_for("self.crossOriginIsolated").await?;
            page.wait_until_idle().await?;
            // All files are kept before the worker counts as active.
            let active = "navigator.serviceWorker.ready.then((kept) => kept.active.state)";
            page.promise(active).await?;
            page.wait_for("navigator.serviceWorker.controller").await?;

            page.spoil("/", Spoilt::NotFound);
            page.open("?reloaded#v=1&procs=3").await?;
            page.wait_until_idle().await?;
            assert_eq!(page.eval("self.crossOriginIsolated").await?, true);
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
