//! What visitors keep and share: links, files, what they undo, pages of others
//! that the page stands in.

use anyhow::Result;
use serde_json::Value;
use timeslice::app::State;
use timeslice::experiment::scenario::{Document, read};
use timeslice::experiment::{Experiment, from_fragment};
use timeslice_e2e::{Host, Page, visit_together};

const CRASH: &str = "v=1&procs=2&threads=2&gil=off&fault=segfault.0.1.u30";

#[test]
fn a_link_brings_back_all_that_was_set_up() {
    visit_together("share-link", Host::isolated(), async |page| {
        page.open_experiment(CRASH).await?;
        page.show_tab("failures").await?;
        page.set("scrub", "500").await?;
        let time = page.text("time").await?;
        page.click("share").await?;
        let link = page.value("share-link").await?;
        let (_, fragment) = link.split_once('#').expect("a link has a fragment");
        assert_eq!(
            from_fragment(CRASH).experiment,
            State::open(fragment).experiment,
            "{link}"
        );

        page.open_experiment(fragment).await?;
        page.wait_for_text("time", &time).await?;
        assert_eq!(
            page.attribute("tab-failures", "aria-selected").await?,
            "true"
        );
        assert!(!page.has("problems").await?);
        Ok(())
    });
}

#[test]
fn undo_and_redo_go_through_what_was_done() {
    visit_together("undo", Host::isolated(), async |page| {
        page.open_experiment("v=1").await?;
        page.set("field-procs-number", "3").await?;
        page.click("gil").await?;
        page.click("preset-processes").await?;
        let steps = ["v=1", "procs=3", "procs=3&gil=off", "procs=4&threads=1"];
        for fragment in steps[..3].iter().rev() {
            page.click("undo").await?;
            page.shows_fragment(fragment).await?;
        }
        assert_eq!(page.attribute("undo", "aria-disabled").await?, "true");
        for fragment in &steps[1..] {
            page.click("redo").await?;
            page.shows_fragment(fragment).await?;
        }
        // By keys, too: Ctrl Z and Ctrl Shift Z.
        press_with_control(page, 'z', false).await?;
        page.shows_fragment(steps[2]).await?;
        press_with_control(page, 'z', true).await?;
        page.shows_fragment(steps[3]).await
    });
}

#[test]
fn a_file_that_was_saved_can_be_opened_again() {
    visit_together("files", Host::isolated(), async |page| {
        page.open_experiment(CRASH).await?;
        page.click("share").await?;
        let saved = page.save("save-experiment").await?;
        assert!(saved.name.ends_with(".json"), "{saved:?}");
        let Document::Experiment(experiment) = read(&saved.text)? else {
            panic!("it is an experiment: {}", saved.text);
        };
        assert_eq!(*experiment, from_fragment(CRASH).experiment);

        page.open_experiment("v=1").await?;
        page.click("share").await?;
        page.bring("open-file", "crash.json", &saved.text).await?;
        page.wait_for_text("headline", "1 of 2 processes lost")
            .await?;
        page.click("close-dialog").await?;
        page.shows(&experiment).await?;
        Ok(())
    });
}

#[test]
fn what_is_no_experiment_is_refused_and_nothing_is_lost() {
    visit_together("bad-files", Host::isolated(), async |page| {
        page.open_experiment("v=1&procs=3").await?;
        page.click("share").await?;
        for (name, content, part) in [
            (
                "broken.json",
                "{\"experiment\": {\"cores\": 65}}",
                "from 1 to 64",
            ),
            ("text.json", "hello", "line 1"),
            (
                "wrong.json",
                "{\"processes\": [{\"name\": \"a\", \"threads\": 3}]}",
                "threads",
            ),
        ] {
            page.bring("open-file", name, content).await?;
            page.wait_for_text("opened-file", part).await?;
        }
        page.click("close-dialog").await?;
        page.shows_fragment("procs=3").await
    });
}

#[test]
fn a_run_is_exported_in_every_form() {
    visit_together("exports", Host::isolated(), async |page| {
        page.open_experiment("v=1&procs=2&threads=2&units=40")
            .await?;
        page.click("share").await?;

        let trace = page.save("export-trace").await?;
        let trace: Value = serde_json::from_str(&trace.text)?;
        let events = trace["traceEvents"].as_array().expect("events");
        assert!(events.len() > 40, "{} events", events.len());
        assert!(events.iter().all(|event| event["ph"].is_string()));

        let csv = page.save("export-csv").await?;
        assert!(csv.text.lines().count() > 40, "{}", csv.text);
        assert_eq!(csv.kind, "text/csv");

        let metrics: Value = serde_json::from_str(&page.save("export-metrics").await?.text)?;
        assert!(metrics.is_object(), "{metrics}");

        let svg = page.save("export-svg").await?;
        let parsed = format!(
            "new DOMParser().parseFromString({}, 'image/svg+xml').documentElement.tagName",
            Value::from(svg.text.as_str())
        );
        assert_eq!(page.eval(&parsed).await?, "svg");

        let png = page.save("export-png").await?;
        assert_eq!(png.kind, "image/png");
        assert!(png.size > 1_000, "{} bytes", png.size);
        assert!(png.text[..8].contains("PNG"));
        Ok(())
    });
}

#[test]
fn an_embedded_page_shows_what_was_chosen_and_leads_to_the_whole() {
    visit_together("embed", Host::isolated(), async |page| {
        page.open_experiment("v=1&procs=2").await?;
        page.click("share").await?;
        let code = page.value("embed-code").await?;
        assert!(code.starts_with("<iframe"), "{code}");
        let from = code.find('#').expect("a fragment") + 1;
        let fragment = code[from..].split('"').next().unwrap_or_default();
        let fragment = fragment.replace("&amp;", "&");

        page.open_experiment(&fragment).await?;
        assert!(page.has("embed").await?);
        for (testid, shown) in [
            ("timeline", true),
            ("play", true),
            ("field-procs", true),
            ("gil", true),
            ("field-units", false),
            ("tab-lessons", false),
        ] {
            assert_eq!(page.has(testid).await?, shown, "{testid}");
        }
        page.set("field-procs-number", "3").await?;
        page.wait_for_text("headline", "3 processes").await?;
        let whole = page.attribute("open-timeslice", "href").await?;
        let (_, fragment) = whole.split_once('#').expect("a fragment");
        let expected = Experiment {
            processes: 3,
            ..Experiment::default()
        };
        assert_eq!(State::open(fragment).experiment, expected);
        Ok(())
    });
}

/// Presses a key together with Control, and Shift if asked, with nothing
/// focused.
async fn press_with_control(page: &Page, key: char, shift: bool) -> Result<()> {
    page.eval("document.activeElement.blur()").await?;
    const CONTROL: char = '\u{e009}';
    const SHIFT: char = '\u{e008}';
    let mut chain = page.driver().action_chain().key_down(CONTROL);
    if shift {
        chain = chain.key_down(SHIFT);
    }
    chain = chain.key_down(key).key_up(key);
    if shift {
        chain = chain.key_up(SHIFT);
    }
    chain.key_up(CONTROL).perform().await?;
    Ok(())
}
