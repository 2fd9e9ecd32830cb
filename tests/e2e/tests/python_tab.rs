//! The Python tab around the run: what is printed, links, and where Python is not
//! to be had, or needs no host any more.

use anyhow::{Result, bail};
use std::time::{Duration, Instant};
use timeslice::app::python::{EXAMPLES, example};
use timeslice_e2e::{Host, Page, Spoilt, python_link, visit_each};

const BOTH: &str = "procs=2&threads=2&gil=on&units=8";
const FREE: &str = "procs=1&threads=2&gil=off&units=8";

#[test]
fn what_a_thread_prints_stands_in_its_panel() {
    visit_each("python-prints", Host::isolated(), async |page| {
        let program = "print('loaded', end='!\\n')\n\ndef work(i):\n    print('unit', i, 'ü€🐍')\n    return i\n\ndef result():\n    return 'the end'\n";
        let run = page.python(BOTH, program).await?;
        assert_eq!(
            run.ends()?,
            "Completed (Completed 2/2, Completed 2/2); Completed (Completed 2/2, Completed 2/2)"
        );
        for (worker, units) in [
            ("alone", 0..8),
            ("p0t0", 0..2),
            ("p0t1", 2..4),
            ("p1t0", 4..6),
            ("p1t1", 6..8),
        ] {
            let mut expected: String = units.map(|unit| format!("unit {unit} ü€🐍\n")).collect();
            // A process's first thread loads the program.
            if !worker.ends_with("t1") {
                expected.insert_str(0, "loaded!\n");
            }
            let said = run.said_by(worker);
            assert!(said.ends_with(&expected), "{worker}: {said:?}");
        }
        let results = run.results.unwrap_or_default();
        let ended = "Alone: the end; process 1: the end; process 2: the end";
        assert!(results.ends_with(ended), "{results}");
        // Who prints without end goes on, and is told what was not kept.
        let run = page
            .python(
                FREE,
                "def work(i):\n    print('x' * 10_000)\n    return i\n",
            )
            .await?;
        assert_eq!(run.ends()?, "Completed (Completed 4/4, Completed 4/4)");
        for worker in ["p0t0", "p0t1"] {
            let said = run.said_by(worker);
            assert!(said.contains("bytes more were not kept"), "{said}");
        }
        Ok(())
    });
}

#[test]
fn a_link_brings_the_program_and_the_layout() {
    visit_each("python-links", Host::isolated(), async |page| {
        let program = "# Grüße, 100 % & more: #€\ndef work(i):\n\treturn 'ü' * i\n";
        page.open_python(BOTH, program).await?;
        let fragment = page.fragment().await?;
        assert!(fragment.contains("&py="), "{fragment}");
        page.open_experiment(&fragment).await?;
        page.shows_python(BOTH, program).await?;
        assert_eq!(page.fragment().await?, fragment);
        let run = page.run_python().await?;
        assert_eq!(run.measured()?.outcome.units_done(), 8);
        // What comes with the page is named, not told.
        for example in &EXAMPLES[1..] {
            page.open_python(BOTH, example.text).await?;
            let named = format!("py=ex:{}", example.key);
            page.wait_for(&format!("location.hash.includes('{named}')"))
                .await?;
            let fragment = page.fragment().await?;
            assert!(fragment.len() < 200, "{fragment}");
        }
        Ok(())
    });
}

#[test]
fn an_example_can_be_chosen_and_written_over() {
    visit_each("python-choose", Host::isolated(), async |page| {
        let own = "def work(i):\n    return -i\n";
        page.open_python(FREE, own).await?;
        for (key, layout) in [
            ("primes", "procs=1&threads=2&gil=off&units=600"),
            ("counter-lock", "procs=1&threads=2&gil=off&units=100"),
            ("count", "procs=1&threads=2&gil=off&units=600"),
        ] {
            let select = Page::expression("python-examples");
            page.eval(&format!(
                "void ({select}.value = '{key}', {select}.dispatchEvent(new Event('change', {{ bubbles: true }})))"
            ))
            .await?;
            page.shows_python(layout, example(key).expect("it is there").text)
                .await?;
        }
        // What was there before can be had back.
        let select = Page::expression("python-examples");
        page.eval(&format!(
            "void ({select}.value = 'own', {select}.dispatchEvent(new Event('change', {{ bubbles: true }})))"
        ))
        .await?;
        page.shows_python("procs=1&threads=2&gil=off&units=600", own)
            .await
    });
}

#[test]
fn without_python_the_page_says_so_and_the_rest_works() {
    let host = Host::isolated().spoiling("python.json", Spoilt::NotFound);
    visit_each("python-missing", host, async |page| {
        const WHY: &str = "this copy of the page was built without Python";
        page.open_python(FREE, "def work(i):\n    pass\n").await?;
        page.wait_for_text("python-not-loaded", WHY).await?;
        let run = page.run_python().await?;
        assert_eq!(run.status, "refused");
        let refusal = run.refusal.unwrap_or_default();
        assert!(refusal.contains(WHY), "{refusal}");
        let measurement = page.measure("procs=2&threads=1&units=20").await?;
        assert_eq!(measurement.outcome.units_done(), 20);
        // Somebody puts it there.
        page.mend_host();
        let run = page.python(FREE, "def work(i):\n    pass\n").await?;
        assert_eq!(run.measured()?.outcome.units_done(), 8);
        Ok(())
    });
}

/// Whether the site's caches have a file that ends so.
fn is_kept(end: &str) -> String {
    format!(
        "caches.keys().then(async (names) => {{ \
            for (const name of names) {{ \
                const kept = await (await caches.open(name)).keys(); \
                if (kept.some(({{ url }}) => new URL(url).pathname.endsWith('{end}'))) return true; \
            }} \
            return false; }})"
    )
}

/// How long keeping may take on a busy machine.
const KEEPING: Duration = Duration::from_secs(60);

async fn wait_until_kept(page: &Page, end: &str) -> Result<()> {
    let deadline = Instant::now() + KEEPING;
    while page.promise(&is_kept(end)).await? != true {
        if Instant::now() > deadline {
            bail!("{end} is not kept after {KEEPING:?}");
        }
    }
    Ok(())
}

#[test]
fn python_that_was_run_once_needs_no_host() {
    const WASM: &str = "timeslice_python_bg.wasm";
    const PROGRAM: &str = "def work(i):\n    return i + 1\n";
    visit_each("python-offline", Host::plain(), async |page| {
        page.open("#v=1&procs=3").await?;
        page.wait_for("self.crossOriginIsolated").await?;
        page.wait_until_idle().await?;
        let worker = "fetch('isolation-sw.js').then((it) => it.text())";
        let worker = page.promise(worker).await?;
        if worker
            .as_str()
            .unwrap_or_default()
            .contains("const FILES = null")
        {
            println!("skipped: this build keeps nothing");
            return Ok(());
        }
        page.wait_for("navigator.serviceWorker.controller").await?;
        // The page itself comes last.
        wait_until_kept(page, "/").await?;
        assert_eq!(
            page.promise(&is_kept(WASM)).await?,
            false,
            "nobody asked for it"
        );

        let run = page.python(FREE, PROGRAM).await?;
        assert_eq!(run.measured()?.outcome.units_done(), 8);
        wait_until_kept(page, WASM).await?;
        wait_until_kept(page, "timeslice_python.js").await?;

        page.spoil("/", Spoilt::Gone);
        let fragment = python_link(FREE, PROGRAM);
        page.open_experiment(&fragment).await?;
        page.wait_for("self.crossOriginIsolated").await?;
        page.shows_python(FREE, PROGRAM).await?;
        let run = page.run_python().await?;
        assert_eq!(run.ends()?, "Completed (Completed 4/4, Completed 4/4)");
        Ok(())
    });
}
