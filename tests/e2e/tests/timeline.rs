//! The timeline and the machine: zoomed, moved, searched and picked in, with
//! wheel, mouse, fingers and keys. What should come of it is computed here by
//! the page's own core.

use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeSet;
use timeslice::app::State;
use timeslice::app::gesture::{Move, Turn, Wheel, key_move, pinched, wheel_turn};
use timeslice::experiment::from_fragment;
use timeslice::plot::{Hit, LaneChoice, RowKind, Window, describe, hit, instant, time_at};
use timeslice_e2e::{Host, Key, Page, Sight, visit_together};

/// Few lanes, so that the threads' are in view.
const RUN: &str = "v=1&threads=4&units=100";

/// Opens the page with only the threads' lanes.
async fn open(page: &Page, fragment: &str) -> Result<()> {
    page.open_experiment(fragment).await?;
    page.set("lanes", LaneChoice::Threads.label()).await
}

/// Waits until this part of the run is shown, and stands in the address.
async fn check(page: &Page, expected: Option<Window>) -> Result<()> {
    let pair = match expected {
        Some(Window { from, to }) => format!("location.hash.includes('&from={from}&to={to}')"),
        None => "!/[&](from|to)=/.test(location.hash)".to_owned(),
    };
    page.wait_for(&pair).await?;
    let end = State::open(&page.fragment().await?).predicted.run.trace.end;
    let Window { from, to } = expected.unwrap_or(Window::whole(end));
    let said = format!("Timeline, {} to {}", instant(from), instant(to));
    let lanes = Page::expression("timeline-lanes");
    page.wait_for(&format!("{lanes}.ariaLabel === '{said}'"))
        .await?;
    let whole = Page::expression("zoom-all");
    page.wait_for(&format!("{whole}.disabled === {}", expected.is_none()))
        .await
}

/// A window, unless it is the whole run.
fn part(window: Window, end: u64) -> Option<Window> {
    Some(window).filter(|window| *window != Window::whole(end))
}

#[test]
fn the_wheel_zooms_at_the_pointer_and_moves() {
    /// With shift or not, and the turn, px.
    const TURNS: [(bool, (i32, i32)); 5] = [
        (false, (0, -120)),
        (false, (0, -200)),
        (false, (90, 0)),
        (false, (-40, 10)),
        (false, (0, 120)),
    ];
    visit_together("timeline-wheel", Host::isolated(), async |page| {
        open(page, RUN).await?;
        for (shift, (right, down)) in TURNS {
            let sight = Sight::of(page, LaneChoice::Threads).await?;
            let before = page.drawn("timeline").await?;
            let thread = sight.threads()[1];
            let at = sight.place(thread, 0.3);
            let (x, _) = page.turn_wheel("timeline", at, (right, down)).await?;
            let turn = wheel_turn(Wheel {
                x: f64::from(right),
                y: f64::from(down),
                shift,
                one_screen: true,
                ..Wheel::default()
            });
            let request = sight.request();
            let (window, end) = (sight.window(), sight.end());
            let expected = match turn.context("a turn that does something")? {
                Turn::Zoom(factor) => window.zoomed(factor, time_at(&request, x), end),
                Turn::Pan(px) => window.moved(px / sight.wide(), end),
            };
            check(page, part(expected, end))
                .await
                .with_context(|| format!("the wheel, {right} and {down}"))?;
            page.drawn_when("timeline", |now| *now != before).await?;
        }
        Ok(())
    });
}

#[test]
fn keys_and_buttons_zoom_and_move() {
    const KEYS: [&str; 13] = [
        "w",
        "W",
        "d",
        "ArrowRight",
        "a",
        "ArrowLeft",
        "s",
        "+",
        "0",
        "=",
        "-",
        "w",
        "Home",
    ];
    visit_together("timeline-keys", Host::isolated(), async |page| {
        open(page, RUN).await?;
        page.eval(&format!("{}.focus()", Page::expression("timeline-lanes")))
            .await?;
        for key in KEYS {
            let sight = Sight::of(page, LaneChoice::Threads).await?;
            let (window, end) = (sight.window(), sight.end());
            let expected = match key_move(key, false).context(key)? {
                Move::Zoom(factor) => window.zoomed(factor, sight.pivot(), end),
                Move::Pan(share) => window.moved(share, end),
                _ => Window::whole(end),
            };
            match key {
                "ArrowRight" => page.type_keys(Key::Right).await?,
                "ArrowLeft" => page.type_keys(Key::Left).await?,
                "Home" => page.type_keys(Key::Home).await?,
                key => page.type_keys(key).await?,
            }
            check(page, part(expected, end))
                .await
                .with_context(|| format!("the key {key}"))?;
            let said = format!("{} to {}", instant(expected.from), instant(expected.to));
            page.wait_for_text("timeline-said", &said).await?;
        }
        for (button, factor) in [("zoom-in", 0.5), ("zoom-in", 0.5), ("zoom-out", 2.0)] {
            let sight = Sight::of(page, LaneChoice::Threads).await?;
            let (window, end) = (sight.window(), sight.end());
            page.click(button).await?;
            check(page, part(window.zoomed(factor, sight.pivot(), end), end)).await?;
        }
        page.click("zoom-all").await?;
        check(page, None).await
    });
}

#[test]
fn a_drag_moves_what_is_zoomed_and_else_the_playhead() {
    visit_together("timeline-drag", Host::isolated(), async |page| {
        open(page, RUN).await?;
        let sight = Sight::of(page, LaneChoice::Threads).await?;
        let thread = sight.threads()[0];
        let (from, to) = (sight.place(thread, 0.2), sight.place(thread, 0.6));
        let (_, (x, _)) = page.drag("timeline", from, to).await?;
        let time = time_at(&sight.request(), x);
        page.wait_for_text("time", &format!("{} of", instant(time)))
            .await?;
        page.wait_for(&format!("location.hash.includes('&t={time}')"))
            .await?;
        check(page, None).await?;

        // Zoomed in, the same drag moves the window, and the playhead stays.
        let (end, window) = (sight.end(), sight.window());
        let window = window.zoomed(0.25, end / 2, end);
        open(
            page,
            &format!("{RUN}&t={time}&from={}&to={}", window.from, window.to),
        )
        .await?;
        check(page, Some(window)).await?;
        let sight = Sight::of(page, LaneChoice::Threads).await?;
        let (from, to) = (sight.place(thread, 0.6), sight.place(thread, 0.3));
        let (from, to) = page.drag("timeline", from, to).await?;
        let share = (from.0 - to.0) / sight.wide();
        check(page, Some(window.moved(share, end))).await?;
        page.wait_for(&format!("location.hash.includes('&t={time}')"))
            .await?;

        // The strip below brings what is pointed at into the middle.
        let strip = Page::expression("strip");
        let wide = page.eval(&format!("{strip}.clientWidth")).await?;
        let wide = wide.as_f64().context("a width")?;
        page.click_at("strip", (wide * 0.8, 5.0)).await?;
        let shown = format!("{strip}.ariaValueNow === '80'");
        page.wait_for(&shown).await
    });
}

#[test]
fn two_fingers_zoom_and_what_lies_under_them_stays() {
    visit_together("timeline-pinch", Host::isolated(), async |page| {
        open(page, RUN).await?;
        for (before, now) in [((0.4, 0.6), (0.2, 0.8)), ((0.3, 0.7), (0.4, 0.65))] {
            let sight = Sight::of(page, LaneChoice::Threads).await?;
            let (window, end) = (sight.window(), sight.end());
            let thread = sight.threads()[0];
            let places = |(a, b): (f64, f64)| [sight.place(thread, a), sight.place(thread, b)];
            page.pinch("timeline", places(before), places(now)).await?;
            let expected = pinched(window, before, now, end);
            // To the pixel: one finger goes after the other, each to a whole one.
            let near = expected.length() / 100;
            let pattern = "/&from=(\\d+)&to=(\\d+)/.exec(location.hash)";
            page.wait_for(&format!(
                "Math.abs({pattern}[1] - {}) < {near} && Math.abs({pattern}[2] - {}) < {near}",
                expected.from, expected.to
            ))
            .await
            .with_context(|| format!("not {expected:?} from {before:?} to {now:?}"))?;
        }
        Ok(())
    });
}

#[test]
fn what_is_pointed_at_is_said() {
    visit_together("timeline-hover", Host::isolated(), async |page| {
        page.open_experiment("v=1&procs=2&threads=2&units=100&fault=segfault.0.1.u10")
            .await?;
        let mut seen = BTreeSet::new();
        for choice in LaneChoice::ALL {
            page.set("lanes", choice.label()).await?;
            let sight = Sight::of(page, choice).await?;
            let request = sight.request();
            let (left, wide) = (request.gutter(), request.width - request.gutter());
            for step in 0..6 {
                let y = sight.size.1 / 6.0 * (f64::from(step) + 0.5);
                for x in [20.0, left + 0.2 * wide, left + 0.9 * wide] {
                    let (x, y) = page.point_at("timeline", (x, y)).await?;
                    let words = describe(&request, hit(&request, x, y));
                    if words.is_empty() || !seen.insert(words.clone()) {
                        continue;
                    }
                    let said = Page::expression("readout");
                    let words = Value::from(words);
                    page.wait_for(&format!("{said}.textContent === {words}"))
                        .await
                        .with_context(|| format!("at {x}, {y}"))?;
                }
            }
        }
        assert!(seen.len() > 20, "{seen:?}");
        page.point_at("headline", (5.0, 5.0)).await?;
        page.wait_for_text("readout", "Point at a lane to read it")
            .await
    });
}

/// Waits until this thread is picked out, or none: the machine shows it, too.
async fn picked(page: &Page, thread: Option<usize>) -> Result<()> {
    let pressed = "[...document.querySelectorAll('[data-testid=machine-thread]')]\
        .filter((it) => it.ariaPressed === 'true').map((it) => it.dataset.thread).join()";
    let expected = thread.map(|thread| thread.to_string()).unwrap_or_default();
    page.wait_for(&format!("{pressed} === '{expected}'"))
        .await
        .with_context(|| format!("{thread:?} is not picked out"))
}

#[test]
fn threads_are_searched_for_and_picked() {
    visit_together("timeline-pick", Host::isolated(), async |page| {
        open(page, &format!("{RUN}&t=20000000")).await?;
        let sight = Sight::of(page, LaneChoice::Threads).await?;
        let (threads, run) = (sight.threads(), &sight.state.predicted.run);
        let name = |thread: usize| run.trace.name(thread as u32);

        // Searched for.
        let text = name(threads[3]).to_uppercase();
        let found = sight.rows.named(run, &text).context("a search")?;
        let found: Vec<usize> = (0..found.len()).filter(|&thread| found[thread]).collect();
        page.type_keys_into("find-thread", &text).await?;
        page.wait_for_text("found", &format!("{} found", found.len()))
            .await?;
        page.type_keys(Key::Enter).await?;
        picked(page, found.first().copied()).await?;
        page.type_keys(Key::Escape).await?;
        page.wait_for(&format!(
            "{}.value === '' && {}.textContent === ''",
            Page::expression("find-thread"),
            Page::expression("found")
        ))
        .await?;

        // Escape has led to the lanes; there the keys pick, say and leave.
        page.type_keys(Key::Escape).await?;
        picked(page, None).await?;
        page.type_keys(Key::Down).await?;
        picked(page, threads.first().copied()).await?;
        page.type_keys(Key::Down).await?;
        picked(page, threads.get(1).copied()).await?;
        page.type_keys(Key::Up).await?;
        picked(page, threads.first().copied()).await?;
        page.type_keys(Key::Enter).await?;
        page.wait_for_text("timeline-said", &name(threads[0]))
            .await?;
        page.type_keys(Key::Escape).await?;
        picked(page, None).await?;

        // A click on a lane picks its thread, and moves the playhead.
        let place = sight.place(threads[2], 0.4);
        let (x, _) = page.click_at("timeline", place).await?;
        picked(page, Some(threads[2])).await?;
        let time = time_at(&sight.request(), x);
        page.wait_for_text("time", &format!("{} of", instant(time)))
            .await?;
        // One on its name lets it go.
        page.click_at("timeline", (20.0, place.1)).await?;
        picked(page, None).await
    });
}

#[test]
fn the_machine_picks_by_click_and_key() {
    visit_together("machine-pick", Host::isolated(), async |page| {
        open(page, &format!("{RUN}&t=20000000")).await?;
        let tokens = page
            .eval(
                "[...document.querySelectorAll('[data-testid=machine-thread]')]\
                 .map((it) => +it.dataset.thread)",
            )
            .await?;
        let tokens: Vec<usize> = serde_json::from_value(tokens)?;
        assert!(tokens.len() >= 4, "{tokens:?}");
        let token = |thread: usize| format!("machine-picture [data-thread='{thread}']");
        let drawn = page.drawn("timeline").await?;
        for &thread in &tokens[..4] {
            page.click(&token(thread)).await?;
            picked(page, Some(thread)).await?;
        }
        // The timeline tells it apart, and says what it does.
        page.drawn_when("timeline", |now| *now != drawn).await?;
        page.click(&token(tokens[3])).await?;
        picked(page, None).await?;

        // By keys: the arrows walk, Enter picks.
        page.eval(&format!("{}.focus()", Page::expression(&token(tokens[0]))))
            .await?;
        for (key, at) in [
            (Key::Right, 1),
            (Key::Down, 2),
            (Key::Left, 1),
            (Key::Home, 0),
        ] {
            page.type_keys(key).await?;
            page.wait_for(&format!(
                "document.activeElement.dataset.thread === '{}'",
                tokens[at]
            ))
            .await?;
        }
        page.type_keys(Key::Enter).await?;
        picked(page, Some(tokens[0])).await?;
        let words = describe_at_playhead(page, tokens[0]).await?;
        page.wait_for_text("readout", &words).await
    });
}

/// What a thread does at the playhead.
async fn describe_at_playhead(page: &Page, thread: usize) -> Result<String> {
    let sight = Sight::of(page, LaneChoice::Threads).await?;
    let at = Hit::Lane(RowKind::Thread(thread), sight.state.playhead);
    Ok(describe(&sight.request(), at))
}

#[test]
fn a_link_shows_the_same_part_at_the_same_instant() {
    visit_together("timeline-link", Host::isolated(), async |page| {
        let fragment = format!("{RUN}&t=30000000&from=20000000&to=45000000");
        page.open_experiment(&fragment).await?;
        let window = Window {
            from: 20_000_000,
            to: 45_000_000,
        };
        check(page, Some(window)).await?;
        page.wait_for_text("time", "30.000 ms of").await?;
        // Another run begins as a whole.
        page.set("field-units-number", "120").await?;
        page.wait_until_idle().await?;
        check(page, None).await?;
        page.shows(&from_fragment(&RUN.replace("100", "120")).experiment)
            .await
    });
}
