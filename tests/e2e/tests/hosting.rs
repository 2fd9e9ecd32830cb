//! The built site works on every kind of static host.

use std::time::Duration;
use timeslice_e2e::{Browser, Host, visit, visit_each};

#[test]
fn headers_isolate_the_page() {
    visit("headers-isolate-the-page", Host::isolated(), async |page| {
        page.open("").await?;
        assert_eq!(page.eval("self.crossOriginIsolated").await?, true);
        assert_eq!(
            page.eval("document.title.startsWith('Timeslice')").await?,
            true
        );
        Ok(())
    });
}

#[test]
fn every_file_is_found_under_a_prefix() {
    visit(
        "every-file-is-found-under-a-prefix",
        Host::isolated().under("/some/prefix/"),
        async |page| {
            page.open("").await?;
            page.wait_for("window.wasmBindings").await?;
            assert_eq!(page.eval("self.crossOriginIsolated").await?, true);
            assert_eq!(
                page.eval("document.title.startsWith('Timeslice')").await?,
                true
            );
            let missing: Vec<String> = page
                .console()
                .await?
                .into_iter()
                .filter(|line| line.contains("404"))
                .collect();
            assert_eq!(missing, Vec::<String>::new());
            Ok(())
        },
    );
}

#[test]
fn a_host_without_headers_is_not_isolated_if_the_visitor_opts_out() {
    visit("not-isolated-if-opted-out", Host::plain(), async |page| {
        page.open("?noisolation").await?;
        page.wait_for("window.wasmBindings").await?;
        assert_eq!(page.eval("self.crossOriginIsolated").await?, false);
        Ok(())
    });
}

#[test]
fn a_service_worker_isolates_where_the_host_cannot() {
    visit(
        "a-service-worker-isolates",
        Host::plain().under("/some/prefix/"),
        async |page| {
            page.open("").await?;
            page.wait_for("self.crossOriginIsolated && window.wasmBindings")
                .await?;
            // The mark against reload loops is gone again, for the next visit.
            assert_eq!(page.eval("sessionStorage.length").await?, 0);
            Ok(())
        },
    );
}

#[test]
fn every_browser_isolates_the_page_and_shares_memory() {
    visit_each("every-browser", Host::isolated(), async |page| {
        page.open("").await?;
        page.wait_until_idle().await?;
        let able = "self.crossOriginIsolated && typeof SharedArrayBuffer === 'function'";
        assert_eq!(page.eval(able).await?, true);
        let agent = page.eval("navigator.userAgent").await?;
        let named = match page.browser() {
            Browser::Chromium => "Chrome/",
            Browser::Firefox => "Firefox/",
        };
        assert!(
            agent.as_str().unwrap_or_default().contains(named),
            "{agent}"
        );
        assert_eq!(page.console_errors().await?, Vec::<String>::new());
        Ok(())
    });
}

#[test]
fn what_the_page_says_on_its_console_is_kept() {
    visit_each("console", Host::isolated(), async |page| {
        page.open("").await?;
        page.wait_until_idle().await?;
        page.eval("console.error('a complaint')").await?;
        // Firefox prints it when it comes to it.
        for _ in 0..500 {
            if !page.console_errors().await?.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let errors = page.console_errors().await?.concat();
        assert!(errors.contains("a complaint"), "{errors}");
        Ok(())
    });
}

#[test]
fn the_first_picture_does_without_the_second_part() {
    visit_each("first-part", Host::isolated(), async |page| {
        // Of a visitor who has been here before, too.
        for query in ["", "?again"] {
            page.open(query).await?;
            page.wait_for(&format!("location.search === '{query}'"))
                .await?;
            page.wait_until_idle().await?;
            page.wait_for("document.documentElement.dataset.whole === 'yes'")
                .await?;
            let waited = "performance.getEntriesByName('timeslice-waited-for-rest').length";
            assert_eq!(page.eval(waited).await?, 0);
            page.show_tab("lessons").await?;
            page.click("open-P1").await?;
            page.wait_until_idle().await?;
        }
        Ok(())
    });
}

/// Starts the page's code in a worker, where nobody prepares for its second part,
/// and knocks at the door to it. Resolves with whether the first function behind
/// the door was there before, and after.
const KNOCK: &str = "(() => {
    const loaded = performance.getEntriesByType('resource').map((entry) => entry.name);
    const find = (name) => JSON.stringify(loaded.find((address) => name.test(address)));
    const script = `import init from ${find(/timeslice-page-[0-9a-f]+\\.js$/)};
        const wasm = await init({ module_or_path: ${find(/first-[0-9a-f]+\\.wasm$/)} });
        const isThere = () => wasm.doors.get(1) !== null;
        const before = isThere();
        wasm.doors.get(0)();
        postMessage([before, isThere()]);`;
    const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    const worker = new Worker(address, { type: 'module' });
    return new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => reject(event.message);
    }).finally(() => worker.terminate());
})()";

#[test]
fn a_worker_loads_the_second_part_when_it_needs_it() {
    let host = Host::isolated().under("/some/prefix/");
    visit_each("second-part", host, async |page| {
        page.open("").await?;
        page.wait_until_idle().await?;
        let was_and_is_there = page.promise(KNOCK).await?;
        assert_eq!(was_and_is_there, serde_json::json!([false, true]));
        Ok(())
    });
}
