//! T4, W2 and W4: waits one after the other, in threads, and in an event loop.

use crate::experiment::Experiment;
use crate::lab::findings::{Findings, Unit};
use crate::lab::routine::wait::{self, For};
use crate::lab::trial::Trouble;
use crate::lab::web::browser::promise;
use crate::lab::web::guest::Guest;
use crate::lab::web::session::Session;
use js_sys::Array;
use wasm_bindgen::JsValue;

/// Waits of threads, and threads for them.
const WAITS: u32 = 16;

/// Waits of an event loop, which can have more of them.
const AWAITS: u32 = 40;

/// How long each takes, ms.
const WAIT_MS: u32 = 20;

/// Fetches, and threads for them.
const FETCHES: u32 = 12;
const FETCHERS: u16 = 4;

/// The ways to compare take turns, so often.
const ROUNDS: u32 = 3;

/// Waits of each thread under a GIL, so that its start does not decide.
const WAITS_UNDER_GIL: u32 = 30;

/// A callback computes so long, ms.
const BUSY_MS: u32 = 50;

/// Such callbacks, and as many timers without one.
const CALLBACKS: u32 = 5;

/// An event loop that has not answered by then will not, ms.
const LIMIT_MS: u32 = 15_000;

/// T4: blocking waits and fetches in one thread and in many, and waits under a
/// real GIL that is given back around them.
pub(super) async fn threads(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    session.needs_threads()?;
    session.plan(4);
    session.step("Starting processes of 1, 4 and 16 threads");
    let one = session.guest("one", 1).await?;
    let many = session.guest("many", WAITS as u16).await?;
    let few = session.guest("few", FETCHERS).await?;

    session.step("Waiting in 1 thread and in 16");
    let (mut apart, mut overlapped) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        apart.push(blocking(&one, found).await?);
        overlapped.push(blocking(&many, found).await?);
    }
    found.add("waits", Unit::Count, &[f64::from(WAITS)]);
    found.add("one after the other", Unit::Ns, &apart);
    found.add("16 threads", Unit::Ns, &overlapped);

    session.step("Fetching in 1 thread and in 4");
    let mut fetched = Fetched::default();
    for _ in 0..ROUNDS {
        for guest in [&one, &few] {
            let ask = wait::Ask {
                waits: FETCHES,
                what: For::File,
            };
            let answer = guest.ask(ask).await?;
            fetched.add(answer.took_ns, answer.bytes, answer.trouble);
        }
    }
    fetched.tell(found, "1 thread", "4 threads");
    drop((one, many, few));

    session.step("Waiting under a GIL, in 16 threads");
    let under_gil = Experiment {
        processes: 1,
        threads: WAITS as u16,
        gil: true,
        units: WAITS * WAITS_UNDER_GIL,
        cpu_us: 100,
        io_us: WAIT_MS * 1_000,
        ..Experiment::default()
    };
    found
        .runs
        .push(session.run("16 threads under a GIL", under_gil).await?);
    Ok(())
}

/// W2: timers and fetches awaited together, and how late a callback that
/// computes makes the loop.
pub(super) async fn event_loop(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    session.plan(4);
    session.step("Starting a process of one thread");
    let guest = session.guest("loop", 1).await?;
    let timers = |together| promise::Ask::Await {
        count: AWAITS,
        what: promise::For::Ms(WAIT_MS),
        together,
    };
    session.step("Awaiting 40 timers, one after the other and together");
    let (mut apart, mut together) = (Vec::new(), Vec::new());
    // What takes longest needs no second try to be seen as such.
    for is_together in [false, true, true, true] {
        let answer = browser(&guest, timers(is_together)).await?;
        note_done(found, answer.done, AWAITS);
        let took_ns = answer.took_ns as f64;
        if is_together {
            together.push(took_ns);
        } else {
            apart.push(took_ns);
        }
    }
    found.add("awaits", Unit::Count, &[f64::from(AWAITS)]);
    found.add("one after the other", Unit::Ns, &apart);
    found.add("event loop", Unit::Ns, &together);

    session.step("Fetching, one after the other and together");
    let mut fetched = Fetched::default();
    for together in [false, true].repeat(ROUNDS as usize) {
        let ask = promise::Ask::Await {
            count: FETCHES,
            what: promise::For::File,
            together,
        };
        let answer = browser(&guest, ask).await?;
        fetched.add(answer.took_ns, answer.bytes, answer.trouble);
    }
    fetched.tell(found, "one after the other", "together");

    session.step("Computing in a callback");
    let (mut idle, mut busy) = (Vec::new(), Vec::new());
    for _ in 0..CALLBACKS {
        for (busy_ms, late) in [(0, &mut idle), (BUSY_MS, &mut busy)] {
            let ask = promise::Ask::Late {
                timer_ms: WAIT_MS,
                busy_ms,
            };
            late.push(browser(&guest, ask).await?.late_ns as f64);
        }
    }
    found.add("late, nothing computes", Unit::Ns, &idle);
    found.add("late, a callback computes", Unit::Ns, &busy);
    Ok(())
}

/// W4: the same waits one after the other, in threads and in an event loop.
pub(super) async fn all_ways(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    session.needs_threads()?;
    session.plan(1 + ROUNDS);
    session.step("Starting processes of 1 and 16 threads");
    let one = session.guest("one", 1).await?;
    let many = session.guest("many", WAITS as u16).await?;
    let (mut apart, mut overlapped, mut looped) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        session.step(format!("Waiting in all ways, round {round} of {ROUNDS}"));
        apart.push(blocking(&one, found).await?);
        overlapped.push(blocking(&many, found).await?);
        let ask = promise::Ask::Await {
            count: WAITS,
            what: promise::For::Ms(WAIT_MS),
            together: true,
        };
        let answer = browser(&one, ask).await?;
        note_done(found, answer.done, WAITS);
        looped.push(answer.took_ns as f64);
    }
    found.add("waits", Unit::Count, &[f64::from(WAITS)]);
    found.add("one after the other", Unit::Ns, &apart);
    found.add("16 threads", Unit::Ns, &overlapped);
    found.add("event loop", Unit::Ns, &looped);
    Ok(())
}

/// Blocking waits, shared out over the guest's threads. Returns how long all
/// took, ns.
async fn blocking(guest: &Guest, found: &mut Findings) -> Result<f64, Trouble> {
    let ask = wait::Ask {
        waits: WAITS,
        what: For::Us(WAIT_MS * 1_000),
    };
    let answer = guest.ask(ask).await?;
    note_done(found, answer.done, WAITS);
    Ok(answer.took_ns as f64)
}

async fn browser(guest: &Guest, ask: promise::Ask) -> Result<promise::Answer, Trouble> {
    let nothing = (&JsValue::UNDEFINED, &Array::new());
    guest.ask_browser(LIMIT_MS, ask, nothing.0, nothing.1).await
}

fn note_done(found: &mut Findings, done: u32, of: u32) {
    found.checks.right += u64::from(done.min(of));
    found.checks.wrong += u64::from(of.saturating_sub(done));
}

/// Fetches in two ways that take turns.
#[derive(Default)]
struct Fetched {
    took_ns: [Vec<f64>; 2],
    /// Lengths of the files, bytes: the smallest and the largest.
    bytes: Option<(u64, u64)>,
    trouble: Option<String>,
}

impl Fetched {
    fn add(&mut self, took_ns: u64, bytes: Option<(u64, u64)>, trouble: Option<String>) {
        let [slow, fast] = &mut self.took_ns;
        let turn = if slow.len() > fast.len() { fast } else { slow };
        turn.push(took_ns as f64);
        let both = self.bytes.into_iter().chain(bytes);
        self.bytes = both.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        self.trouble = self.trouble.take().or(trouble);
    }

    /// Adds the figures, if all went well; else a note of what did not.
    fn tell(self, found: &mut Findings, slow: &str, fast: &str) {
        let trouble = self.trouble.or(match self.bytes {
            Some((least, most)) if least == most && most > 0 => None,
            Some((least, most)) => Some(format!(
                "the same file had {least} B one time and {most} B another"
            )),
            None => Some("nothing came".to_owned()),
        });
        if let Some(why) = trouble {
            found
                .notes
                .push(format!("The fetches could not be measured: {why}."));
            return;
        }
        let [slow_ns, fast_ns] = self.took_ns;
        found.add("fetches", Unit::Count, &[f64::from(FETCHES)]);
        found.add(format!("fetches, {slow}"), Unit::Ns, &slow_ns);
        found.add(format!("fetches, {fast}"), Unit::Ns, &fast_ns);
        found.notes.push(
            "The fetches do not decide: a server near by may answer so soon that there is \
             nothing to overlap."
                .to_owned(),
        );
    }
}
