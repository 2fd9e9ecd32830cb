//! What `cargo xtask bench page` wants of the built page: how long a visitor
//! waits for what. Prints lines of a name, a tab and a time in ms; the same name
//! comes once for each sample.
//!
//! With `SPEEDSCOPE` set to a folder with a built speedscope, the same trace is
//! opened, zoomed and moved there, too. With `LIGHTHOUSE` set to its script and
//! `CHROME_PATH` to the browser, Lighthouse scores the page.

mod lighthouse;

use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use timeslice::experiment::scenario::{Document, read};
use timeslice::export::chrome;
use timeslice::sim::{Limits, Run, run};
use timeslice_e2e::{Host, Page, visit};

/// Loads of the page.
const LOADS: usize = 10;

/// Moves of the slider: a drag of two seconds, right after the page was opened.
const MOVES: usize = 120;

/// Frames of zooming, and of moving.
const FRAMES: usize = 120;

/// How long a viewer may take to open the trace.
const PATIENCE: Duration = Duration::from_secs(120);

/// 16 cores, 64 threads, no GIL, and 10 s of virtual time: 160 s of work.
const LARGE: &str = "v=1&cores=16&procs=1&threads=64&gil=off&units=16000&cpu=10000";

/// 64 threads in slices of 10 µs on 16 cores: more than a million spans.
const MILLION: &str = r#"{
    "name": "a million spans",
    "machine": {"cores": 16, "policy": {"kind": "rr", "slice": "10 us"}},
    "processes": [{"name": "p", "threads": [{"name": "t", "count": 64, "program": [{"compute": "85 ms"}]}]}]
}"#;

/// Runs `act(frame)` in each of so many frames and tells how long the page was
/// at work on each, ms: the event itself, and from the beginning of the frame
/// until all that belongs to it is done. Waiting for the screen is not work.
const WORK: &str = "
const work = async (frames, act) => {
    const task = () => new Promise((done) => {
        const channel = new MessageChannel();
        channel.port1.onmessage = done;
        channel.port2.postMessage(null);
    });
    const frame = () => new Promise((done) => requestAnimationFrame(() => {
        const start = performance.now();
        // Runs after the frame's layout and paint.
        task().then(() => done(performance.now() - start));
    }));
    const times = [];
    for (let i = 0; i < frames; i += 1) {
        await frame();
        const start = performance.now();
        act(i);
        // Answers to the event that are put off to a task of their own count, too.
        await task();
        const event = performance.now() - start;
        times.push(event + await frame());
    }
    return times;
};";

fn main() -> Result<()> {
    visit("bench-page", Host::isolated(), async |page| {
        first_pictures(page).await?;
        slider_moves(page).await?;
        let file = written("million.json", MILLION.as_bytes())?;
        timeline(page, &file).await
    });
    if let Some(folder) = std::env::var_os("SPEEDSCOPE") {
        speedscope(Path::new(&folder))?;
    }
    if let (Some(program), Some(chrome)) = (
        std::env::var_os("LIGHTHOUSE"),
        std::env::var_os("CHROME_PATH"),
    ) {
        lighthouse::scores(Path::new(&program), Path::new(&chrome))?;
    }
    Ok(())
}

/// From navigation until the first picture is drawn.
async fn first_pictures(page: &Page) -> Result<()> {
    for _ in 0..LOADS {
        page.open_experiment("v=1").await?;
        let drawn = page
            .eval("performance.getEntriesByName('timeslice-first-picture')[0]?.startTime")
            .await?;
        let drawn = drawn.as_f64().context("the page marks its first picture")?;
        println!("first picture\t{drawn}");
        let paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime";
        if let Some(paint) = page.eval(paint).await?.as_f64() {
            println!("first contentful paint\t{paint}");
        }
    }
    Ok(())
}

/// From a slider's event until the new prediction is drawn.
async fn slider_moves(page: &Page) -> Result<()> {
    page.open_experiment(LARGE).await?;
    let slider = Page::expression("field-cores");
    page.reveal("field-cores").await?;
    let stop = page.eval(&format!("+{slider}.value")).await?;
    let stop = stop.as_f64().context("the slider has a value")?;
    let act = format!(
        "const slider = {slider}; const act = (i) => {{ \
            slider.value = {stop} - (i % 2); \
            slider.dispatchEvent(new Event('input', {{ bubbles: true }})); }};"
    );
    samples(page, "slider move", &act, MOVES).await
}

/// A million spans: opening, zooming, moving.
async fn timeline(page: &Page, file: &Path) -> Result<()> {
    page.open_experiment("v=1").await?;
    page.show_tab("program").await?;
    let input = page.element("open-program").await?;
    page.eval(
        "(self.opened = new Promise((done) => document.addEventListener('change', () => { \
            const start = performance.now(); \
            const look = () => document.querySelector('[data-testid=headline]') \
                ?.textContent.includes('a million spans') \
                ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - start))) \
                : setTimeout(look); \
            look(); \
        }, { capture: true, once: true })), null)",
    )
    .await?;
    input.send_keys(file.to_string_lossy().as_ref()).await?;
    let script = "const done = arguments[0]; self.opened.then(done);";
    let opened = page.driver().execute_async(script, Vec::new()).await?;
    let opened = opened.json().as_f64().context("opening takes a time")?;
    println!("open a million spans\t{opened}");
    pan_and_zoom(page, "timeline", &Page::expression("timeline")).await
}

/// Zooms in and out at the middle of a picture, and moves it about.
async fn pan_and_zoom(page: &Page, name: &str, canvas: &str) -> Result<()> {
    let wheel = |x: &str, y: &str, more: &str| {
        format!(
            "const canvas = {canvas}; const box = canvas.getBoundingClientRect(); \
             const act = (i) => canvas.dispatchEvent(new WheelEvent('wheel', {{ \
                bubbles: true, cancelable: true, deltaX: {x}, deltaY: {y}, {more} \
                clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 }}));"
        )
    };
    let zoom = wheel("0", "i % 60 < 30 ? -60 : 60", "ctrlKey: true,");
    samples(page, &format!("{name}, zoom"), &zoom, FRAMES).await?;
    // Somewhere in the middle of it.
    let nearer = wheel("0", "-60", "ctrlKey: true,");
    run_script(page, &nearer, 15).await?;
    let moved = wheel("i % 60 < 30 ? 60 : -60", "0", "");
    samples(page, &format!("{name}, move"), &moved, FRAMES).await
}

async fn samples(page: &Page, name: &str, act: &str, frames: usize) -> Result<()> {
    eprintln!("      {name}");
    for time in run_script(page, act, frames).await? {
        println!("{name}\t{time}");
    }
    Ok(())
}

async fn run_script(page: &Page, act: &str, frames: usize) -> Result<Vec<f64>> {
    page.driver().set_script_timeout(PATIENCE).await?;
    let script = format!("{WORK} const done = arguments[0]; {act} work({frames}, act).then(done);");
    let times = page.driver().execute_async(script, Vec::new()).await?;
    let times: Vec<f64> = times.convert()?;
    ensure!(times.len() == frames, "{} of {frames} frames", times.len());
    Ok(times)
}

/// The same trace in speedscope.
fn speedscope(folder: &Path) -> Result<()> {
    let Document::Scenario(scenario) = read(MILLION)? else {
        anyhow::bail!("it is a scenario");
    };
    let run: Run =
        run(&scenario, Limits::default()).map_err(|errors| anyhow::anyhow!("{}", errors[0]))?;
    eprintln!("      {} spans", run.trace.spans.len());
    println!("spans\t{}", run.trace.spans.len());
    let mut trace = Vec::new();
    chrome::write(&mut trace, &run, &scenario.name)?;
    fs::write(folder.join("million.trace.json"), trace)?;
    visit(
        "bench-speedscope",
        Host::plain().folder(folder.to_owned()),
        async |page| {
            page.driver().set_script_timeout(PATIENCE).await?;
            page.open("#profileURL=million.trace.json").await?;
            let canvas = "document.querySelector('canvas')";
            // It draws its picture on a canvas once it has read the trace.
            page.wait_for_within(PATIENCE, &format!("{canvas}?.width > 0"))
                .await?;
            let opened = page.eval("performance.now()").await?;
            let opened = opened.as_f64().context("a time")?;
            println!("speedscope, open\t{opened}");
            pan_and_zoom(page, "speedscope", canvas).await?;
            Ok(())
        },
    );
    Ok(())
}

/// A file for the page to open.
fn written(name: &str, bytes: &[u8]) -> Result<PathBuf> {
    let path = std::env::temp_dir().join(format!("timeslice-{}-{name}", std::process::id()));
    fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}
