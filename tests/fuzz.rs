//! Files that mean harm: valid scenarios with values, lines and bytes changed,
//! and noise. Reading one ends in an error or a document; running a valid one
//! ends or is cut. Nothing panics; how long the slowest took is printed.
//!
//! Each input has a number, from which alone it is made, so that one that fails
//! can be made again: `TIMESLICE_FUZZ_FIRST=<number> TIMESLICE_FUZZ_INPUTS=1
//! cargo test --test fuzz -- --nocapture` prints it. More of them, with checks of
//! arithmetic: `CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS=true
//! TIMESLICE_FUZZ_INPUTS=100000 cargo test --release --test fuzz -- --nocapture`.

#![cfg(not(target_arch = "wasm32"))]

use seeded::Dice;
use serde_json::Value;
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use timeslice::experiment::Costs;
use timeslice::experiment::scenario::{Document, Scenario, read};
use timeslice::sim::{Limits, predict_within, run};

include!("common/seeded.rs");

/// An input that has run for so long is taken for one that never ends. The
/// slowest, with a million threads or steps, take seconds in a debug build.
const HANG: Duration = Duration::from_secs(300);

/// Inputs of a run without `TIMESLICE_FUZZ_INPUTS`.
const INPUTS: u64 = 20_000;
/// No run goes further than this.
const MAX_EVENTS: u64 = 20_000;
#[derive(Debug, Default)]
struct Tally {
    inputs: u64,
    read: u64,
    valid: u64,
    ended: u64,
    cut: u64,
    slowest: Duration,
    slowest_input: u64,
}

/// The input with this number, as text: what is no UTF-8 becomes a sign that
/// says so, as it would on the page.
fn input(number: u64) -> String {
    let mut dice = Dice::new(number.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let dice = &mut dice;
    let scenario = seeded::scenario(dice.next(), None);
    match dice.below(8) {
        // Unchanged, so that running is tried, too.
        0..=2 => json(&scenario).to_string(),
        3..=5 => {
            let mut json = json(&scenario);
            for _ in 0..dice.range(1, 3) {
                change_value(dice, &mut json);
            }
            json.to_string()
        }
        6 => {
            let mut bytes = json(&scenario).to_string().into_bytes();
            for _ in 0..dice.range(1, 4) {
                change_bytes(dice, &mut bytes);
            }
            String::from_utf8_lossy(&bytes).into_owned()
        }
        _ => {
            let bytes: Vec<u8> = (0..dice.below(64)).map(|_| noise(dice)).collect();
            String::from_utf8_lossy(&bytes).into_owned()
        }
    }
}

fn json(scenario: &Scenario) -> Value {
    serde_json::to_value(scenario).expect("it can be written")
}

fn count(json: &Value) -> usize {
    1 + match json {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(entries) => entries.values().map(count).sum(),
        _ => 0,
    }
}

/// The values in `json`, counted from the outside in.
fn nth<'v>(json: &'v mut Value, n: &mut usize) -> Option<&'v mut Value> {
    if *n == 0 {
        return Some(json);
    }
    *n -= 1;
    match json {
        Value::Array(items) => items.iter_mut().find_map(|item| nth(item, n)),
        Value::Object(entries) => entries.values_mut().find_map(|item| nth(item, n)),
        _ => None,
    }
}

/// Changes one value, so that most often the whole can still be read.
fn change_value(dice: &mut Dice, json: &mut Value) {
    let length = count(json);
    let other = nth(json, &mut dice.below(length)).cloned();
    let Some(value) = nth(json, &mut dice.below(length)) else {
        return;
    };
    match value {
        Value::Array(items) if !items.is_empty() && !dice.one_in(4) => {
            let (from, to) = (dice.below(items.len()), dice.below(items.len()));
            match dice.below(3) {
                0 => drop(items.remove(from)),
                1 => items.swap(from, to),
                _ => {
                    let item = items[from].clone();
                    let times = if dice.one_in(20) { 200 } else { 1 };
                    items.extend(std::iter::repeat_n(item, times));
                }
            }
        }
        Value::Object(entries) if !entries.is_empty() && !dice.one_in(8) => {
            let place = dice.below(entries.len());
            let key = entries.keys().nth(place).cloned().unwrap_or_default();
            entries.remove(&key);
        }
        Value::Number(_) => *value = number(dice),
        Value::String(text) if text.ends_with('s') && !dice.one_in(8) => *value = time(dice),
        Value::Bool(flag) => *flag = !*flag,
        value if dice.one_in(2) => *value = other.unwrap_or_default(),
        value => *value = anything(dice),
    }
}

fn number(dice: &mut Dice) -> Value {
    match dice.below(12) {
        0 => Value::from(u64::MAX),
        1 => Value::from(i64::MIN),
        2 => Value::from(1_u64 << dice.below(64)),
        3 => Value::from(dice.next() as i64),
        4 => Value::from(0.5),
        5 => Value::from(1e300),
        6 => Value::from(dice.range(0, 70_000)),
        7 => Value::from(-(dice.range(0, 100) as i64)),
        _ => Value::from(dice.range(0, 300)),
    }
}

fn time(dice: &mut Dice) -> Value {
    let unit = dice.pick(&["ns", "us", "ms", "s", "h", ""]);
    match dice.below(6) {
        0 => Value::from(format!("1000000 {unit}")),
        1 => Value::from(format!(
            "{}.{} {unit}",
            dice.range(0, 9),
            dice.range(0, 999)
        )),
        2 => Value::from(dice.range(0, 1 << 50)),
        _ => Value::from(format!("{} {unit}", dice.range(0, 1_000))),
    }
}

fn anything(dice: &mut Dice) -> Value {
    match dice.below(6) {
        0 => Value::Null,
        1 => number(dice),
        2 => time(dice),
        3 => Value::from(dice.pick(&["", "shared", "task", "lock 0", "process 0", "T1", "\u{0}"])),
        4 => Value::Array(vec![Value::Null; dice.below(3)]),
        _ => Value::Object(serde_json::Map::new()),
    }
}

fn noise(dice: &mut Dice) -> u8 {
    if dice.one_in(3) {
        dice.next() as u8
    } else {
        dice.pick(b"[]{}\",:/*\\ a0-.e\n")
    }
}

fn change_bytes(dice: &mut Dice, bytes: &mut Vec<u8>) {
    if bytes.is_empty() {
        return;
    }
    let at = dice.below(bytes.len());
    match dice.below(5) {
        0 => bytes[at] = noise(dice),
        1 => bytes.insert(at, noise(dice)),
        2 => drop(bytes.remove(at)),
        3 => bytes.truncate(at),
        _ => {
            let end = bytes.len().min(at + dice.below(64));
            let part = bytes[at..end].to_vec();
            let to = dice.below(bytes.len());
            bytes.splice(to..to, part);
        }
    }
}

/// Reads, checks and runs. What of it came to what.
fn try_out(text: &str, tally: &mut Tally) {
    let cut = match read(text) {
        Err(_) => return,
        Ok(Document::Experiment(experiment)) => {
            tally.read += 1;
            let Ok(prediction) = predict_within(&experiment, &Costs::CPYTHON_LINUX, MAX_EVENTS)
            else {
                return;
            };
            prediction.trace.cut_at.is_some()
        }
        Ok(Document::Scenario(scenario)) => {
            tally.read += 1;
            let limits = Limits {
                max_events: MAX_EVENTS,
                trace: tally.inputs.is_multiple_of(2),
            };
            let Ok(run) = run(&scenario, limits) else {
                return;
            };
            assert!(run.cut || run.events < MAX_EVENTS + 2);
            run.cut
        }
    };
    tally.valid += 1;
    tally.ended += u64::from(!cut);
    tally.cut += u64::from(cut);
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().expect("a number"))
}

/// The input that is being tried.
static CURRENT: AtomicU64 = AtomicU64::new(0);

/// Ends the test if an input takes far too long: it may never end.
fn watch() {
    std::thread::spawn(|| {
        let mut last = (u64::MAX, Instant::now());
        loop {
            std::thread::sleep(Duration::from_millis(500));
            let number = CURRENT.load(Ordering::Relaxed);
            if number != last.0 {
                last = (number, Instant::now());
            } else if last.1.elapsed() > HANG {
                eprintln!("input {number} has run for {HANG:?}");
                std::process::abort();
            }
        }
    });
}

#[test]
fn no_file_harms_the_reader_or_the_simulator() {
    let first = setting("TIMESLICE_FUZZ_FIRST", 0);
    let inputs = setting("TIMESLICE_FUZZ_INPUTS", INPUTS);
    let mut tally = Tally::default();
    let mut bad = Vec::new();
    CURRENT.store(first, Ordering::Relaxed);
    watch();
    for number in first..first + inputs {
        CURRENT.store(number, Ordering::Relaxed);
        let text = input(number);
        if inputs == 1 {
            println!("{text}");
        }
        tally.inputs += 1;
        let started = Instant::now();
        let mut after = Tally {
            inputs: tally.inputs,
            ..Tally::default()
        };
        let result = catch_unwind(move || {
            try_out(&text, &mut after);
            after
        });
        let took = started.elapsed();
        match result {
            Ok(after) => {
                tally.read += after.read;
                tally.valid += after.valid;
                tally.ended += after.ended;
                tally.cut += after.cut;
            }
            Err(_) => {
                println!("input {number} panics");
                bad.push(number);
            }
        }
        if took > tally.slowest {
            (tally.slowest, tally.slowest_input) = (took, number);
        }
    }
    println!("{tally:?}");
    assert!(bad.is_empty(), "these inputs panic: {bad:?}");
}
