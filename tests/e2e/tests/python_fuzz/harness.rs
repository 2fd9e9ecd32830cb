//! Runs many small programs in one instance of the page's interpreter, in a worker
//! of its own.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use timeslice::experiment::Experiment;
use timeslice::lab::python::{Plan, Task};
use timeslice::lab::telemetry::{Head, Layout, State};
use timeslice_e2e::Page;

/// Loads the interpreter into the page, and puts there what runs one task. Whoever
/// says nothing for so long, ms, is ended. Views of its memory are not counted as
/// garbage, so now and then some that is counted is made (see `host.js`).
const SET_UP: &str = "(async () => {
    const site = new URL('./', document.baseURI);
    const { folder } = await (await fetch(new URL('python.json', site))).json();
    const base = new URL(`${folder}/`, site);
    const main = new URL('timeslice_python.js', base).href;
    const wasm = fetch(new URL('timeslice_python_bg.wasm', base));
    const module = await WebAssembly.compileStreaming(wasm);
    const text = `self.onmessage = async ({ data: { main, module, job } }) => {
        try {
            const lab = await import(main);
            await lab.default({ module_or_path: module });
            lab.labPrepare(job);
            lab.labServe();
            postMessage({ kind: 'completed', content: '' });
        } catch (error) {
            postMessage({ kind: 'broken', content: String(error?.message ?? error) });
        }
    };`;
    const script = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
    let instances = 0;
    self.runTask = (job, length, silence) => new Promise((resolve) => {
        instances += 1;
        if (instances % 16 === 0) for (let i = 0; i < 4; i += 1) new ArrayBuffer(2 ** 28);
        const worker = new Worker(script, { type: 'module' });
        let output = null;
        let area = null;
        let said = 0;
        let since = performance.now();
        const end = (how, note) => {
            clearInterval(look);
            worker.terminate();
            const copy = (from) => Array.from(from ?? [], (_, at) => Atomics.load(from, at));
            resolve({ how, note, words: copy(output), area: copy(area) });
        };
        worker.onmessage = ({ data: { kind, content } }) => {
            if (kind === 'output') output = content;
            else if (kind === 'words') area = content;
            else end(kind, content);
        };
        worker.onerror = (event) => end('broken', event.message);
        const look = setInterval(() => {
            const now = output ? Atomics.load(output, length) : 0;
            if (now !== said) {
                said = now;
                since = performance.now();
            } else if (performance.now() - since > silence) end('silent', '');
        }, 20);
        worker.postMessage({ main, module, job });
    });
    return true;
})()";

/// A program that takes longer is given up, ms. Endless ones are: what is run by
/// `exec` has no poll points. Starting may take as long on a busy machine.
const SILENCE_MS: u32 = 8_000;

/// What became of an instance.
#[derive(Debug, Deserialize)]
struct Ended {
    how: String,
    note: String,
    /// What its thread has said.
    words: Vec<u32>,
    /// Its telemetry.
    area: Vec<u32>,
}

/// What became of programs.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// How many were run.
    pub(super) programs: usize,
    /// How many of them ended by themselves (`itself`) or by which exception.
    pub(super) ends: BTreeMap<String, usize>,
    /// Instances that were started.
    pub(super) instances: usize,
    /// Traps: what was said, and the program.
    pub(super) traps: Vec<(String, String)>,
    /// Programs that took too long.
    pub(super) endless: Vec<String>,
}

/// Puts the harness into the page that is open.
pub(super) async fn set_up(page: &Page) -> Result<()> {
    let done = page.promise(SET_UP).await?;
    if done != true {
        bail!("the interpreter can't be had: {done}");
    }
    Ok(())
}

/// Runs the programs, as many in one instance as will.
pub(super) async fn run(page: &Page, programs: &[String], tally: &mut Tally) -> Result<()> {
    let mut from = 0;
    let mut stillborn = 0;
    while from < programs.len() {
        let rest = &programs[from..];
        let ended = instance(page, rest).await?;
        tally.instances += 1;
        let plan = Plan::new(&[rest.len() as u32]);
        let told = plan.read(&ended.words);
        let said = told.map(|mut told| told.threads.remove(0).text);
        let said = said.unwrap_or_default();
        let begun = said.lines().filter(|it| it.starts_with("begun ")).count();
        for how in said.lines().filter_map(|it| it.strip_prefix("ended by ")) {
            *tally.ends.entry(how.to_owned()).or_default() += 1;
        }
        tally.programs += begun;
        if begun == 0 {
            // It was never the programs' fault, so it is tried once again.
            stillborn += 1;
            if stillborn > 1 {
                bail!("an instance does nothing: {}: {}", ended.how, ended.note);
            }
            continue;
        }
        stillborn = 0;
        let last = &rest[begun - 1];
        match ended.how.as_str() {
            "completed" if begun == rest.len() => {}
            // A trap is caught, and told of in the telemetry.
            "completed" => {
                let note = why_trapped(&ended.area, rest.len() as u32);
                let note = note.with_context(|| format!("it ended for no reason in:\n{last}"))?;
                tally.traps.push((note, last.clone()));
            }
            "broken" => tally.traps.push((ended.note, last.clone())),
            _ => tally.endless.push(last.clone()),
        }
        from += begun;
    }
    Ok(())
}

/// What the process noted of the trap that ended its thread. `None`: it was none.
fn why_trapped(area: &[u32], units: u32) -> Option<String> {
    let head = Head::read(&Layout::new(&[units]), area)?;
    let is_trapped = head.threads.first()?.state == State::Trapped;
    head.note.filter(|_| is_trapped)
}

async fn instance(page: &Page, programs: &[String]) -> Result<Ended> {
    let units = programs.len() as u32;
    let task = Task {
        experiment: Experiment {
            processes: 1,
            threads: 1,
            gil: false,
            units,
            ..Experiment::default()
        },
        source: driver(programs),
        index: 0,
        origin_ms: 0.0,
        page_reads_memory: true,
        expected: Vec::new(),
    };
    let job = Value::from(serde_json::to_string(&task)?);
    // Where the length of what its thread has said stands: behind what `result()`
    // gave, of 2 KiB and its length.
    let length = 1 + 2_048 / 4;
    let ended = page
        .promise(&format!("self.runTask({job}, {length}, {SILENCE_MS})"))
        .await?;
    serde_json::from_value(ended.clone()).with_context(|| format!("no answer: {ended}"))
}

/// Runs programs, one a unit: it says when each is begun, and what it was ended by.
/// What they print, and what is said of them, is nobody's business.
const DRIVER: &str = "
import sys

console = sys.stdout

class Quiet:
    def write(self, text):
        return len(text)
    def flush(self):
        pass

sys.stdout = sys.stderr = Quiet()

def work(i, say=print):
    say('begun', i, file=console)
    try:
        exec(compile(TEXTS[i], 'fuzz', 'exec'), {'__name__': 'fuzz'})
        how = 'itself'
    except BaseException as error:
        how = type(error).__name__
        try:
            str(error), repr(error)
        except BaseException:
            pass
    say('ended by', how, file=console)
    return i
";

fn driver(programs: &[String]) -> String {
    let mut texts = String::new();
    for program in programs {
        texts.push_str(&literal(program));
        texts.push_str(",\n");
    }
    format!("TEXTS = [\n{texts}]\n{DRIVER}")
}

/// A text as Python writes it, in ASCII.
fn literal(text: &str) -> String {
    let mut written = String::from("\"");
    for c in text.chars() {
        match c {
            '\n' => written.push_str("\\n"),
            '"' | '\\' => written.extend(['\\', c]),
            ' '..='~' => written.push(c),
            _ => written.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    written.push('"');
    written
}
