//! What is too much, what is stopped, and hosts that cannot isolate the page.

use anyhow::Result;
use timeslice::experiment::Ended;
use timeslice_e2e::{Host, Page, visit, visit_each};

/// A run that would take a minute on two cores.
const LONG: &str = "procs=2&threads=1&units=10000&cpu=10000";
const SHORT: &str = "procs=2&threads=1&units=20";

async fn expect_refusal(page: &Page, part: &str) -> Result<()> {
    page.click("run").await?;
    page.wait_for_lab("dataset.status === 'refused'").await?;
    page.wait_for_text("refusal", part).await?;
    assert_eq!(page.workers().await?, 0, "nothing was started");
    Ok(())
}

#[test]
fn too_much_is_refused_with_the_limit_and_the_page_goes_on() {
    visit("too-much", Host::isolated(), async |page| {
        for (fragment, limit) in [
            ("procs=64&threads=64&cores=64", "at most 32"),
            ("procs=33&threads=1", "at most 32"),
            ("threads=32", "at most 32"),
            ("threads=1&units=20000&cpu=50000", "at most 300 s"),
        ] {
            page.open_experiment(fragment).await?;
            expect_refusal(page, limit).await?;
            // The simulator goes on with it, and with what comes next.
            page.click("gil").await?;
            page.shows_fragment(&format!("{fragment}&gil=off")).await?;
        }
        page.click("preset-processes").await?;
        page.shows_fragment("procs=4&threads=1").await?;
        page.set("field-units-number", "40").await?;
        let measurement = page.run_lab().await?;
        assert_eq!(measurement.outcome.units_done(), 40);
        assert!(!page.has("refusal").await?);
        assert_eq!(page.console_errors().await?, Vec::<String>::new());
        Ok(())
    });
}

#[test]
fn a_run_can_be_stopped_and_another_one_works() {
    visit("stop", Host::isolated(), async |page| {
        for threads in [1, 2] {
            // While it calibrates nothing has been measured yet.
            page.open_experiment(&format!("{LONG}&threads={threads}"))
                .await?;
            page.start_lab().await?;
            page.click("run").await?;
            page.wait_for_lab("dataset.status === 'idle'").await?;
            page.wait_until_idle().await?;
            assert!(!page.has("measurement-json").await?);

            // Later something has, and it is shown as what it is.
            page.start_lab().await?;
            page.wait_for_lab("querySelector('progress')?.value > 20")
                .await?;
            assert_eq!(page.attribute("page", "data-busy").await?, "true");
            page.click("run").await?;
            page.wait_for_lab("dataset.status === 'done'").await?;
            page.wait_until_idle().await?;
            let outcome = page.measurement().await?.outcome;
            assert!((20..10_000).contains(&outcome.units_done()));
            assert_eq!(outcome.units_wrong(), 0);
            assert_eq!(outcome.failures, []);
            for process in &outcome.processes {
                assert_eq!(process.ended, Ended::Stopped);
            }
            page.wait_until_no_workers().await?;

            page.set("field-units-number", "20").await?;
            page.wait_until_idle().await?;
            let measurement = page.run_lab().await?;
            assert_eq!(measurement.outcome.units_done(), 20);
            assert_eq!(measurement.outcome.processes_lost(), 0);
        }
        Ok(())
    });
}

#[test]
fn many_runs_leave_no_workers_behind() {
    visit("many-runs", Host::isolated(), async |page| {
        // All on one page, or the browser would tidy up for it.
        page.open("").await?;
        page.wait_until_idle().await?;
        let tiny = "procs=2&threads=2&units=8&cpu=100";
        for (fragment, runs) in [
            (tiny.to_owned(), 10),
            (format!("{tiny}&gil=off"), 5),
            (format!("{tiny}&fault=segfault.0.1.u1&fault=kill.1.0.u0"), 5),
        ] {
            page.open(&format!("#{fragment}")).await?;
            page.shows_fragment(&fragment).await?;
            for _ in 0..runs {
                let outcome = page.run_lab().await?.outcome;
                assert_eq!(outcome.units_wrong(), 0, "{fragment}");
                assert_eq!(outcome.processes.len(), 2);
            }
        }
        page.wait_until_no_workers().await?;
        assert_eq!(page.console_errors().await?, Vec::<String>::new());
        Ok(())
    });
}

/// Browsers without `Atomics.waitAsync` have nothing to wake futures with there, but
/// for what the page brings.
#[test]
fn without_isolation_a_run_ends_in_each_browser() {
    visit_each("no-isolation-run", Host::plain(), async |page| {
        page.open("?noisolation#procs=2&threads=1&units=400")
            .await?;
        page.wait_until_idle().await?;
        let isolated = page.attribute("environment", "data-isolated").await?;
        assert_eq!(isolated, "false");
        let outcome = page.run_lab().await?.outcome;
        assert_eq!((outcome.units_done(), outcome.units_wrong()), (400, 0));
        assert_eq!(page.console_errors().await?, Vec::<String>::new());
        Ok(())
    });
}

#[test]
fn without_isolation_processes_are_measured_and_threads_refused() {
    visit("no-isolation", Host::plain(), async |page| {
        page.open(&format!("?noisolation#{SHORT}")).await?;
        page.wait_until_idle().await?;
        let isolated = page.attribute("environment", "data-isolated").await?;
        assert_eq!(isolated, "false");
        let reason = "Cross-Origin-Opener-Policy";
        page.wait_for_text("threads-unavailable", reason).await?;

        let outcome = page.run_lab().await?.outcome;
        assert_eq!((outcome.units_done(), outcome.units_wrong()), (20, 0));
        assert_eq!(outcome.processes_lost(), 0);

        // A crash is as real as elsewhere.
        page.open(&format!("?noisolation&crash#{SHORT}&fault=segfault.0.0.u3"))
            .await?;
        page.wait_until_idle().await?;
        let outcome = page.run_lab().await?.outcome;
        assert_eq!(outcome.processes[0].ended, Ended::Segfault);
        assert_eq!(outcome.processes[0].threads[0].units, 3);
        assert_eq!(outcome.processes[1].ended, Ended::Completed);

        page.set("field-threads-number", "2").await?;
        page.wait_until_idle().await?;
        expect_refusal(page, reason).await?;
        assert_eq!(page.console_errors().await?, Vec::<String>::new());
        Ok(())
    });
}

#[test]
fn the_lab_works_under_any_path_on_any_host() {
    for (name, host) in [
        ("prefix", Host::isolated().under("/some/prefix/")),
        ("service-worker", Host::plain().under("/some/prefix/")),
    ] {
        visit(name, host, async |page| {
            page.open("#threads=2&units=20").await?;
            page.wait_for("self.crossOriginIsolated").await?;
            page.wait_until_idle().await?;
            let outcome = page.run_lab().await?.outcome;
            assert_eq!((outcome.units_done(), outcome.units_wrong()), (20, 0));
            assert_eq!(page.console_errors().await?, Vec::<String>::new());
            Ok(())
        });
    }
}
