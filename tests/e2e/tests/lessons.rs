//! The lessons: every one opens, reads, shows its pictures, and its steps do
//! what they say.

use anyhow::{Result, ensure};
use timeslice::claims;
use timeslice_e2e::{Host, Page, visit_together};

#[test]
fn every_lesson_reads_shows_and_does_what_it_says() {
    visit_together("lessons", Host::isolated(), async |page| {
        page.open_experiment("v=1").await?;
        for claim in claims::all() {
            page.open_lesson(claim.id).await?;
            walk(page, claim.id)
                .await
                .map_err(|error| error.context(format!("in lesson {}", claim.id)))?;
        }
        assert_eq!(page.console_errors().await?, Vec::<String>::new());
        Ok(())
    });
}

async fn walk(page: &Page, id: &str) -> Result<()> {
    let claim = claims::find(id).expect("a claim").sentence;
    let said = page.content("lesson-claim").await?;
    ensure!(said == claim, "it says {said:?}");
    let text = page.content("lesson-text").await?;
    ensure!(text.len() > 200, "it has little to say: {text:?}");
    page.wait_until_idle().await?;
    for kind in ["view", "step"] {
        let buttons = page
            .eval(&format!(
                "[...document.querySelectorAll('[data-testid^={kind}-]')] \
                 .filter((button) => /^{kind}-\\d+$/.test(button.dataset.testid)).length"
            ))
            .await?
            .as_u64()
            .unwrap_or(0);
        ensure!(buttons > 0, "it has no {kind}");
        for index in 0..buttons {
            let button = Page::expression(&format!("{kind}-{index}"));
            page.eval(&format!("void {button}.click()")).await?;
            page.wait_for(&format!("{button}?.ariaPressed === 'true'"))
                .await?;
            page.wait_until_idle().await?;
            let headline = page.content("headline").await?;
            ensure!(!headline.is_empty(), "{kind} {index} has no verdict");
            let problems = page.eval(&Page::expression("problems")).await?;
            ensure!(problems.is_null(), "{kind} {index} has problems");
        }
    }
    // Both arms' verdicts are there; the simulated one comes by itself.
    page.wait_for(&format!(
        "!{}.textContent.includes('Simulating')",
        Page::expression("simulated")
    ))
    .await
}

#[test]
fn the_path_leads_through_all_lessons() {
    visit_together("path", Host::isolated(), async |page| {
        page.open_experiment("v=1").await?;
        page.show_tab("lessons").await?;
        page.click("next-lesson").await?;
        let mut seen = Vec::new();
        loop {
            seen.push(page.content("lesson-claim").await?);
            if !page.has("following-lesson").await? {
                break;
            }
            let button = Page::expression("following-lesson");
            page.eval(&format!("void {button}.click()")).await?;
            let last = seen.last().expect("just pushed").replace('\'', "\\'");
            page.wait_for(&format!(
                "{}.textContent !== '{last}'",
                Page::expression("lesson-claim")
            ))
            .await?;
            ensure!(seen.len() < 100, "it has no end");
        }
        seen.sort();
        let mut all: Vec<_> = claims::all()
            .map(|claim| claim.sentence.to_owned())
            .collect();
        all.sort();
        assert_eq!(seen, all);
        Ok(())
    });
}

#[test]
fn the_start_screen_races_and_opens_its_doors() {
    visit_together("start", Host::isolated(), async |page| {
        for (door, there) in [("start-lessons", "lesson-text"), ("start-play", "timeline")] {
            page.open(&format!("?{door}")).await?;
            page.wait_until_idle().await?;
            assert!(page.text("start-answer").await?.contains("GIL"));
            page.click(door).await?;
            page.wait_for(&Page::expression(there)).await?;
            assert!(!page.has("start").await?);
        }
        Ok(())
    });
}
