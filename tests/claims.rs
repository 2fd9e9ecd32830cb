//! Every claim's verdict, as people read it; and what turns it round.

#![cfg(not(target_arch = "wasm32"))]

use std::fmt::Write as _;
use timeslice::claims;

#[test]
fn verdicts_read_well() {
    let mut text = String::new();
    for claim in claims::all() {
        match claim.verdict() {
            Ok(verdict) => writeln!(text, "{} {}\n  {}", claim.id, claim.sentence, verdict.text),
            Err(errors) => writeln!(text, "{} INVALID {errors:?}", claim.id),
        }
        .expect("a text can be written");
    }
    println!("{text}");
}
