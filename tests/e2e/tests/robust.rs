//! What goes wrong outside of an experiment is noticed, explained and survived.

use anyhow::Result;
use std::time::{Duration, Instant};
use timeslice::experiment::Ended;
use timeslice_e2e::{Browser, Host, Page, Spoilt, Tried, visit, visit_each};

const SHORT: &str = "v=1&procs=2&threads=1&units=20";
const THREADS: &str = "v=1&threads=2&units=20";
/// A run that would take a minute on two cores.
const LONG: &str = "procs=2&threads=2&units=10000&cpu=10000";

/// Whatever went wrong before: a run works again, and no worker is left.
async fn works(page: &Page, fragment: &str) -> Result<()> {
    page.change_to(fragment).await?;
    let outcome = page.run_lab().await?.outcome;
    assert_eq!((outcome.units_done(), outcome.units_wrong()), (20, 0));
    assert_eq!(outcome.failures, []);
    assert_eq!(page.counted_workers().await?, 0);
    Ok(())
}

#[test]
fn a_service_worker_that_fails_leaves_the_page_without_threads_only() {
    for (name, how) in [
        ("worker-missing", Spoilt::NotFound),
        ("worker-no-script", Spoilt::PlainText),
    ] {
        let host = Host::plain().spoiling("isolation-sw.js", how);
        visit_each(name, host, async |page| {
            page.open(&format!("#{SHORT}")).await?;
            page.wait_until_idle().await?;
            assert_eq!(page.eval("self.crossOriginIsolated").await?, false);
            page.wait_for_text("threads-unavailable", "Cross-Origin-Opener-Policy")
                .await?;
            works(page, SHORT).await
        });
    }
}

#[test]
fn a_browser_without_shared_memory_measures_processes_and_says_why_not_threads() {
    visit("no-shared-memory", Host::isolated(), async |page| {
        page.before_scripts("delete self.SharedArrayBuffer").await?;
        page.open(&format!("#{SHORT}")).await?;
        page.wait_until_idle().await?;
        assert_eq!(page.eval("self.crossOriginIsolated").await?, true);
        page.wait_for_text("threads-unavailable", "this browser has no shared memory")
            .await?;
        works(page, SHORT).await
    });
}

/// A browser in which the page cannot keep its scripts in memory: workers load
/// theirs from the host.
const NOTHING_KEPT: &str = "URL.createObjectURL = () => { throw new Error('refused') }";

#[test]
fn once_it_is_loaded_the_page_needs_its_host_no_more() {
    visit_each("host-gone", Host::isolated(), async |page| {
        page.open(&format!("#{SHORT}")).await?;
        page.wait_until_idle().await?;
        works(page, SHORT).await?;
        for file in ["host.js", "timeslice-page", "workerHelpers.no-bundler.js"] {
            page.spoil(file, Spoilt::NotFound);
        }
        works(page, SHORT).await?;
        works(page, THREADS).await
    });
}

#[test]
fn workers_that_cannot_load_are_explained_and_the_next_run_works() {
    visit("workers-that-fail", Host::isolated(), async |page| {
        page.before_scripts(NOTHING_KEPT).await?;
        page.open(&format!("#{SHORT}")).await?;
        page.wait_until_idle().await?;
        // Each answer is for the workers: the page has loaded everything.
        for (file, fragment, part) in [
            ("host.js", SHORT, "its script could not be loaded"),
            ("timeslice-page", SHORT, "module"),
            ("timeslice-page", THREADS, "module"),
        ] {
            page.change_to(fragment).await?;
            page.spoil(file, Spoilt::NotFound);
            page.click("run").await?;
            page.wait_for_lab("dataset.status === 'refused'").await?;
            let said = page.text("refusal").await?;
            assert!(said.contains("could not be calibrated"), "{said}");
            assert!(said.contains(part), "{file}: {said}");
            assert_eq!(page.counted_workers().await?, 0);
            page.mend_host();
            works(page, fragment).await?;
        }
        Ok(())
    });
}

#[test]
fn threads_that_cannot_load_are_explained_and_the_next_run_works() {
    visit("threads-that-fail", Host::isolated(), async |page| {
        page.before_scripts(NOTHING_KEPT).await?;
        // Without the service worker: it would fetch for the imports, too.
        page.open(&format!("?noisolation#{THREADS}")).await?;
        page.wait_until_idle().await?;
        for _ in 0..2 {
            // Each thread fetches its script; the module has it imported, too.
            page.spoil("workerHelpers.no-bundler.js", Spoilt::NotFetched);
            let outcome = page.run_lab().await?.outcome;
            assert_eq!(outcome.processes[0].ended, Ended::NeverStarted);
            let said = page.text("messages").await?;
            assert!(said.contains("did not start"), "{said}");
            assert!(said.contains("could not be loaded"), "{said}");
            assert_eq!(page.counted_workers().await?, 0);
            page.mend_host();
            works(page, THREADS).await?;
        }
        Ok(())
    });
}

#[test]
fn a_process_that_runs_out_of_memory_says_so_and_the_others_go_on() {
    visit_each("out-of-memory", Host::isolated(), async |page| {
        page.open(&format!("#{SHORT}")).await?;
        page.wait_until_idle().await?;
        for _ in 0..2 {
            let Tried::Done {
                findings, holds, ..
            } = page.try_claim("P1").await?
            else {
                anyhow::bail!("P1 was not measured");
            };
            assert!(holds);
            let notes = findings.notes.join("\n");
            assert!(notes.contains("it ran out of memory: it has 25"), "{notes}");
            assert!(notes.contains("Another process went on"), "{notes}");
            assert_eq!(page.counted_workers().await?, 0);
        }
        works(page, SHORT).await
    });
}

/// What a visitor may stop, and what shows that it is under way.
const TO_STOP: [&str; 4] = [
    LONG,
    // Endless loops, with and without the lock.
    "procs=2&threads=2&units=2000&gil=off&fault=hang.0.0.u0&fault=hang.1.1.u0",
    "procs=1&threads=2&units=2000&fault=hang.0.0.u1",
    // Long waits.
    "procs=2&threads=2&units=2000&cpu=100&io=100000",
];

#[test]
fn whatever_runs_is_stopped_at_once() {
    visit_each("stopped-at-once", Host::isolated(), async |page| {
        for fragment in TO_STOP {
            page.open_experiment(fragment).await?;
            page.start_lab().await?;
            let elsewhere = "querySelector('progress') !== null";
            page.wait_for_lab(elsewhere).await?;
            assert!(page.counted_workers().await? > 0, "{fragment}");
            let pressed = Instant::now();
            page.click("run").await?;
            page.wait_for_lab("dataset.status !== 'running'").await?;
            page.wait_for(&format!(
                "{}.dataset.workers === '0'",
                Page::expression("page")
            ))
            .await?;
            println!(
                "{}: stopped after {:?} (two requests to the browser included): {fragment}",
                page.browser(),
                pressed.elapsed()
            );
        }
        works(page, SHORT).await?;
        if page.browser() == Browser::Chromium {
            page.wait_until_no_workers().await?;
        }
        Ok(())
    });
}

#[test]
fn a_hidden_page_pauses_a_run_and_begins_it_again() {
    visit_each("hidden-run", Host::isolated(), async |page| {
        let fragment = "procs=2&threads=1&units=300&cpu=2000";
        page.open_experiment(fragment).await?;
        page.start_lab().await?;
        for _ in 0..2 {
            page.wait_for_lab("querySelector('progress') !== null")
                .await?;
            assert!(page.counted_workers().await? > 0);
            page.hide().await?;
            paused(page).await?;
            assert_eq!(page.lab_status().await?, "running");
            page.unhide().await?;
            page.wait_for(&format!("{} === null", Page::expression("paused")))
                .await?;
        }
        page.wait_for_lab("dataset.status === 'done'").await?;
        let outcome = page.measurement().await?.outcome;
        assert_eq!((outcome.units_done(), outcome.units_wrong()), (300, 0));
        assert_eq!(outcome.failures, []);

        // Stopped while it waits, it does not begin again.
        page.start_lab().await?;
        page.hide().await?;
        paused(page).await?;
        page.click("run").await?;
        page.wait_for_lab("dataset.status === 'idle'").await?;
        page.unhide().await?;
        page.wait_until_idle().await?;
        assert_eq!(page.counted_workers().await?, 0);
        assert_eq!(page.lab_status().await?, "idle");

        // Hidden before it begins, it waits from the start.
        page.hide().await?;
        page.start_lab().await?;
        paused(page).await?;
        page.unhide().await?;
        page.wait_for_lab("dataset.status === 'done'").await
    });
}

async fn paused(page: &Page) -> Result<()> {
    page.wait_for_text("paused", "Paused: the page is hidden")
        .await?;
    assert_eq!(page.attribute("page", "data-paused").await?, "true");
    assert_eq!(page.counted_workers().await?, 0);
    Ok(())
}

#[test]
fn a_hidden_page_pauses_a_trial_and_begins_it_again() {
    visit_each("hidden-trial", Host::isolated(), async |page| {
        page.open(&format!("#{SHORT}")).await?;
        page.wait_until_idle().await?;
        for id in ["P1"] {
            // Hidden as soon as it has begun, and for a while.
            page.begin_claim(id).await?;
            page.hide().await?;
            paused(page).await?;
            tokio::time::sleep(Duration::from_millis(300)).await;
            assert_eq!(page.counted_workers().await?, 0, "nothing begins meanwhile");
            page.unhide().await?;
            let tried = page.claim_result(id).await?;
            assert!(
                matches!(tried, Tried::Done { holds: true, .. }),
                "{tried:?}"
            );
            assert_eq!(page.counted_workers().await?, 0);
            assert!(!page.has("paused").await?);
        }
        works(page, SHORT).await
    });
}
