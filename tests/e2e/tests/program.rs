//! The Program tab: a scenario is written, completed, corrected and run.

use anyhow::{Context, Result};
use serde_json::Value;
use std::fs;
use std::path::Path;
use timeslice::app::program::{EXAMPLES, JOB_LIST, SKELETON, Schema, from_sliders};
use timeslice::experiment::from_fragment;
use timeslice_e2e::{Drawn, Host, Key, Page, Spoilt, visit_together};

/// A file of the repository.
fn file(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(path)).expect(path)
}

/// Opens the editor with a text of the page's.
async fn open(page: &Page, button: &str, text: &str) -> Result<()> {
    page.open_experiment("v=1").await?;
    page.open_editor().await?;
    page.click(button).await?;
    page.runs(text).await
}

/// The timeline, which is another one than this and not empty.
async fn another_picture(page: &Page, than: Option<Drawn>) -> Result<Drawn> {
    page.drawn_when("timeline", |now| !now.is_blank() && Some(*now) != than)
        .await
}

#[test]
fn every_example_opens_and_runs() {
    visit_together("program-examples", Host::isolated(), async |page| {
        page.open_experiment("v=1").await?;
        page.open_editor().await?;
        let mut last = Some(another_picture(page, None).await?);
        for example in EXAMPLES.iter().flat_map(|(_, examples)| *examples) {
            page.set("program-examples", example.file).await?;
            let text = file(&format!("scenarios/{}", example.file));
            page.runs(&text).await.context(example.file)?;
            last = Some(another_picture(page, last).await.context(example.file)?);
            assert_eq!(page.value("program-examples").await?, example.file);
        }
        assert_eq!(page.console_errors().await?, Vec::<String>::new());
        Ok(())
    });
}

#[test]
fn what_is_typed_is_run_and_can_be_undone() {
    const TYPED: [(&str, &str); 2] = [
        (
            r#"{"name":"Two jobs","jobs":[{"name":"A","burst":"3 ms"},{"name":"B","burst":"5 ms"}]}"#,
            "Two jobs: all done after 8 ms.",
        ),
        (
            r#"{"name":"Stuck","processes":[{"name":"app","threads":[{"name":"one","program":[{"lock":"door"},{"lock":"door"}]}]}],"locks":[{"name":"door"}]}"#,
            "Stuck: deadlock",
        ),
    ];
    visit_together("program-typed", Host::isolated(), async |page| {
        for (text, said) in TYPED {
            open(page, "new-program", SKELETON).await?;
            let before = another_picture(page, None).await?;
            page.click("editor").await?;
            page.press_with_control('a').await?;
            page.type_keys(text).await?;
            page.runs(text).await?;
            page.wait_for_text("headline", said).await?;
            another_picture(page, Some(before)).await?;

            // The page takes it back, stop by stop, but not what was there.
            page.click("headline").await?;
            let undo = Page::expression("undo");
            let is_there = |text: &str| {
                let text = Value::from(text);
                format!("document.querySelector('scenario-editor').text === {text}")
            };
            for _ in 0..text.len() {
                if page.eval(&is_there(SKELETON)).await? == true {
                    break;
                }
                let now = Value::from(page.editor_text().await?);
                page.eval(&format!("void {undo}.click()")).await?;
                page.wait_for_editor(&format!("text !== {now}")).await?;
            }
            page.runs(SKELETON).await?;
        }
        Ok(())
    });
}

/// What is written over what, and a part of what is said about it.
const MISTAKES: [(&str, &str, &str); 5] = [
    ("3 ms", "3 lightyears", "lightyears"),
    ("\"unit\"", "7", "7"),
    (", \"count\": 2", " 2", "expected `,`"),
    ("door", "dor", "dor"),
    ("4 ms", "0 ms", "must be from 1 ns"),
];

#[test]
fn a_mistake_is_shown_where_it_is_and_the_last_good_picture_stays() {
    visit_together("program-mistakes", Host::isolated(), async |page| {
        for (good, bad, said) in MISTAKES {
            open(page, "new-program", SKELETON).await?;
            let before = another_picture(page, None).await?;
            let at = SKELETON.find(good).expect(good);
            page.select(at..at + good.len()).await?;
            page.type_keys(bad).await?;
            let text = SKELETON.replacen(good, bad, 1);
            page.wait_for_editor(&format!("text === {}", Value::from(&*text)))
                .await?;
            let error = page.complains(SKELETON, &text).await?;
            assert!(error.message.contains(said), "{error}");
            assert_eq!(page.drawn("timeline").await?, before, "{bad}");
            page.wait_for_editor(&marks(&text[error.range.clone()]))
                .await
                .with_context(|| format!("{error} is not marked"))?;

            // A click on the complaint leads to the place.
            page.eval("document.querySelector('scenario-editor').select(0, 0)")
                .await?;
            page.click("program-errors button").await?;
            assert_eq!(page.selected().await?, text[error.range.clone()]);

            // The editor's own undo takes it back, in one step or in several.
            while page.editor_text().await? != SKELETON {
                page.press_with_control('z').await?;
            }
            page.runs(SKELETON).await?;
        }
        Ok(())
    });
}

/// Whether just this is underlined in the editor; nothing can be where nothing
/// stands.
fn marks(part: &str) -> String {
    let lines: String = part.lines().map(str::trim_start).collect();
    format!(
        "shadowRoot && [...document.querySelector('scenario-editor').shadowRoot\
         .querySelectorAll('.cm-lintRange-error')].map((it) => it.textContent.trimStart()).join('') === {}",
        Value::from(lines)
    )
}

#[test]
fn control_and_space_offer_the_fields_that_fit_and_put_one_in() {
    const NAMES: &str = "[...document.querySelector('scenario-editor').shadowRoot\
        .querySelectorAll('.cm-tooltip-autocomplete .cm-completionLabel')]";
    /// Behind what the cursor stands, what is typed first, what is chosen, and
    /// what is put in.
    const OFFERS: [(&str, &str, &str, &str); 3] = [
        (
            r#""program": "work""#,
            ", ",
            "arrival",
            r#""arrival": "1 ms""#,
        ),
        (r#"{ "cores": 2"#, ", ", "preemption", "\"preemption\": "),
        (r#"{ "compute": "#, "", "100 us", r#""100 us""#),
    ];
    visit_together("program-completion", Host::isolated(), async |page| {
        let schema = Schema::read(&file("docs/scenario.schema.json")).expect("a schema");
        for (behind, typed, chosen, put_in) in OFFERS {
            open(page, "new-program", SKELETON).await?;
            let at = SKELETON.find(behind).expect(behind) + behind.len();
            page.select(at..at).await?;
            page.type_keys(typed).await?;
            let mut text = SKELETON.to_owned();
            text.insert_str(at, typed);
            let found = schema.offers(&text, at + typed.len());
            let mut expected: Vec<&str> = found.offers.iter().map(|it| &*it.label).collect();
            expected.sort_unstable();
            assert!(expected.contains(&chosen), "{expected:?}");

            page.press_with_control(' ').await?;
            page.wait_for(&format!("{NAMES}.length > 0")).await?;
            let names = page
                .eval(&format!("{NAMES}.map((it) => it.textContent)"))
                .await?;
            let mut names: Vec<String> = serde_json::from_value(names)?;
            names.sort_unstable();
            assert_eq!(names, expected);

            let entry =
                format!("{NAMES}.find((it) => it.textContent === '{chosen}').closest('li')");
            let press = "new MouseEvent('mousedown', { bubbles: true, composed: true })";
            page.eval(&format!("void {entry}.dispatchEvent({press})"))
                .await?;
            let offer = found.offers.iter().find(|it| it.label == chosen);
            let offer = &offer.expect(chosen).apply;
            assert!(offer.contains(put_in), "{offer}");
            text.replace_range(found.from..found.to, offer);
            page.wait_for_editor(&format!("text === {}", Value::from(&*text)))
                .await?;
            page.wait_for(&format!("{NAMES}.length === 0")).await?;
        }
        Ok(())
    });
}

#[test]
fn a_plain_field_does_where_the_editor_cannot_be_had() {
    let host = Host::isolated().spoiling("vendor/codemirror", Spoilt::NotFound);
    visit_together("program-plain", host, async |page| {
        page.open_experiment("v=1").await?;
        page.show_tab("program").await?;
        page.click("new-jobs").await?;
        page.runs(JOB_LIST).await?;
        let field = Page::expression("editor-text");
        let is_seen = format!("{field}.checkVisibility()");
        assert_eq!(page.eval(&is_seen).await?, true);

        let at = JOB_LIST.find("10 ms").expect("the longest job");
        let write_over = async |old: &str, new: &str| {
            let to = at + old.len();
            let select = format!("({field}.focus(), {field}.setSelectionRange({at}, {to}))");
            page.eval(&select).await?;
            page.type_keys(new).await
        };
        write_over("10", "ten").await?;
        let bad = JOB_LIST.replacen("10 ms", "ten ms", 1);
        let error = page.complains(JOB_LIST, &bad).await?;
        page.click("program-errors button").await?;
        let selected = format!("{field}.value.slice({field}.selectionStart, {field}.selectionEnd)");
        assert_eq!(page.eval(&selected).await?, bad[error.range].to_owned());

        write_over("ten", "10").await?;
        page.runs(JOB_LIST).await?;
        let loaded = page.eval("'ready' in document.querySelector('scenario-editor').dataset");
        assert_eq!(loaded.await?, false, "the editor was to be kept away");
        Ok(())
    });
}

#[test]
fn sliders_become_a_program_and_neither_is_lost_for_the_other() {
    const SLIDERS: &str = "procs=2&threads=3&units=40&gil=off";
    visit_together("program-sliders", Host::isolated(), async |page| {
        let program = from_sliders(&from_fragment(SLIDERS).experiment);
        page.open_experiment(SLIDERS).await?;
        page.open_editor().await?;
        page.runs(&program).await?;

        // Another one of the visitor's own, under way to a mistake.
        page.click("new-program").await?;
        page.runs(SKELETON).await?;
        let at = SKELETON.find("3 ms").expect("a time");
        page.select(at..at + 1).await?;
        page.type_keys("9").await?;
        let own = SKELETON.replacen("3 ms", "9 ms", 1);
        page.runs(&own).await?;

        page.show_tab("sliders").await?;
        page.shows_fragment(SLIDERS).await?;
        page.open_editor().await?;
        page.runs(&own).await?;

        // The sliders again, as a text; the visitor's own comes back, too.
        page.click("from-sliders").await?;
        page.runs(&program).await?;
        page.set("program-examples", "own").await?;
        page.runs(&own).await?;
        page.show_tab("sliders").await?;
        page.set("field-procs-number", "3").await?;
        page.shows_fragment(&SLIDERS.replace("procs=2", "procs=3"))
            .await?;
        page.open_editor().await?;
        page.runs(&own).await
    });
}

#[test]
fn the_tab_key_indents_and_escape_lets_it_leave() {
    visit_together("program-tab", Host::isolated(), async |page| {
        open(page, "new-program", SKELETON).await?;
        let at = SKELETON.find("\"name\"").expect("a field");
        page.select(at..at).await?;
        page.type_keys(Key::Tab).await?;
        let indented = SKELETON.replacen("  \"name\"", "    \"name\"", 1);
        page.runs(&indented).await?;
        page.type_keys(Key::Escape).await?;
        page.type_keys(Key::Tab).await?;
        page.wait_for("document.activeElement.localName !== 'scenario-editor'")
            .await?;
        page.runs(&indented).await
    });
}
