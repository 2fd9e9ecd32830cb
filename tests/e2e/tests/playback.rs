//! The playback: stepping, scrubbing, playing, and its keys.

use anyhow::Result;
use timeslice::plot::instant;
use timeslice_e2e::{Host, Page, visit};

/// The playhead's time as the page writes it, before the "of".
async fn time(page: &Page) -> Result<String> {
    let time = page.text("time").await?;
    Ok(time.split(" of ").next().unwrap_or_default().to_owned())
}

async fn wait_for_time(page: &Page, expected: &str) -> Result<()> {
    page.wait_for_text("time", &format!("{expected} of "))
        .await?;
    page.wait_for_text("now", &format!("At {expected}")).await
}

/// The whole run's time. The playhead stands within the run at first, where all
/// are at work, and the address says nothing of it.
async fn end(page: &Page) -> Result<String> {
    let text = page.text("time").await?;
    let (now, end) = text.split_once(" of ").expect("a time of a time");
    assert_ne!(now, end, "the playhead is within the run at first");
    assert!(!page.text("now").await?.contains(" 0 running"));
    assert_eq!(page.eval("location.hash.includes('&t=')").await?, false);
    Ok(end.to_owned())
}

/// Puts the playhead to the end.
async fn go_to_end(page: &Page, end: &str) -> Result<()> {
    page.set("scrub", "1000").await?;
    wait_for_time(page, end).await
}

#[test]
fn steps_go_from_change_to_change() {
    visit("steps", Host::isolated(), async |page| {
        page.open_experiment("costs=ideal&threads=2&units=20")
            .await?;
        let end = end(page).await?;
        go_to_end(page, &end).await?;
        let at_end = page.text("now").await?;

        let mut times = vec![end.clone()];
        for _ in 0..3 {
            let before = page.text("now").await?;
            page.click("step-back").await?;
            let text = time(page).await?;
            assert!(!times.contains(&text), "{text} again after {times:?}");
            assert_ne!(page.text("now").await?, before);
            times.push(text);
        }
        times.pop();
        for expected in times.iter().rev() {
            page.click("step").await?;
            wait_for_time(page, expected).await?;
        }
        assert_eq!(page.text("now").await?, at_end);
        // There is nothing behind the end.
        page.click("step").await?;
        wait_for_time(page, &end).await
    });
}

#[test]
fn the_scrubber_reaches_every_time() {
    visit("scrub", Host::isolated(), async |page| {
        page.open_experiment("costs=ideal&units=100").await?;
        assert_eq!(end(page).await?, instant(100_000_000));
        for (position, expected) in [("0", 0), ("500", 50), ("1000", 100)] {
            page.set("scrub", position).await?;
            wait_for_time(page, &instant(expected * 1_000_000)).await?;
        }
        page.wait_for("location.hash.endsWith('&t=100000000')")
            .await?;
        // A new prediction is shown at a moment of its own.
        page.set("field-units-number", "200").await?;
        let whole = format!(" of {}", instant(200_000_000));
        page.wait_for_text("time", &whole).await?;
        page.wait_for("!location.hash.includes('&t=')").await?;
        assert_eq!(end(page).await?, instant(200_000_000));
        Ok(())
    });
}

#[test]
fn playing_ends_at_the_end() {
    visit("play", Host::isolated(), async |page| {
        page.open_experiment("v=1").await?;
        let end = end(page).await?;
        page.set("speed", "whole run in 4 s").await?;
        page.click("play").await?;
        page.wait_for(&is_playing(true)).await?;
        // The first time from the start, wherever the playhead stood; from the
        // end, too.
        let moving = Page::expression("scrub");
        let has_begun = format!("0 < +{moving}.value && +{moving}.value < 400");
        page.wait_for(&has_begun).await?;
        page.wait_for(&is_playing(false)).await?;
        wait_for_time(page, &end).await?;
        page.click("play").await?;
        page.wait_for(&has_begun).await?;
        page.click("play").await?;
        page.wait_for(&is_playing(false)).await?;

        // Paused, it stands still wherever it is.
        page.set("scrub", "100").await?;
        page.click("play").await?;
        page.wait_for(&format!("+{moving}.value > 100")).await?;
        page.click("play").await?;
        page.wait_for(&is_playing(false)).await?;
        let paused = time(page).await?;
        assert_ne!(paused, end);
        frames(page, 5).await?;
        assert_eq!(time(page).await?, paused);
        Ok(())
    });
}

#[test]
fn keys_play_and_step_when_no_control_has_the_focus() {
    visit("keys", Host::isolated(), async |page| {
        const LEFT: char = '\u{e012}';
        const RIGHT: char = '\u{e014}';
        page.open_experiment("costs=ideal&threads=2&units=20")
            .await?;
        let end = end(page).await?;
        go_to_end(page, &end).await?;
        page.press_on_page(LEFT).await?;
        let before = time(page).await?;
        assert_ne!(before, end);
        page.press_on_page(RIGHT).await?;
        wait_for_time(page, &end).await?;
        page.press_on_page(' ').await?;
        page.wait_for(&is_playing(true)).await?;
        page.press_on_page(' ').await?;
        page.wait_for(&is_playing(false)).await?;
        assert_eq!(page.eval("scrollY").await?, 0, "space does not scroll");
        Ok(())
    });
}

fn is_playing(playing: bool) -> String {
    let label = if playing { "Pause" } else { "Play" };
    format!("{}.ariaLabel === '{label}'", Page::expression("play"))
}

/// Wait until so many frames have been drawn.
async fn frames(page: &Page, count: u32) -> Result<()> {
    page.eval(&format!(
        "(self.framesLeft = {count}, requestAnimationFrame(function frame() \
         {{ if (self.framesLeft-- > 0) requestAnimationFrame(frame); }}))"
    ))
    .await?;
    page.wait_for("self.framesLeft < 0").await
}
