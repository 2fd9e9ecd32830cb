//! Every claim's verdict, as people read it; and what turns it round.

#![cfg(not(target_arch = "wasm32"))]

#[path = "common/decisive.rs"]
mod decisive;

use decisive::DECISIVE;
use expect_test::expect;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use timeslice::claims::{self, Arm, Claim, Verdict};
use timeslice::experiment::scenario::{Document, read};
use timeslice::sim::{Limits, run};

fn verdict(claim: &Claim, arms: &[Arm]) -> Verdict {
    claim
        .verdict_on(arms)
        .unwrap_or_else(|errors| panic!("{}: {errors:?}", claim.id))
}

#[test]
fn every_claim_of_the_table_is_there_once() {
    let ids: Vec<&str> = claims::all().map(|claim| claim.id).collect();
    expect!["P1 P2 P3 P4 P5 P6 P7 P8 P9 T1 T2 T3 T4 T5 T6 T7 T8 T9 G1 G2 W1 W2 W3 W4 W5 M1 X1 X2 X3 X4 X5 X6 X7 X8 X9 X10"]
        .assert_eq(&ids.join(" "));
    for id in ids {
        assert_eq!(claims::find(id).map(|claim| claim.id), Some(id));
    }
}

#[test]
fn every_claim_holds_and_reads_well() {
    let mut text = String::new();
    for claim in claims::all() {
        let verdict = verdict(claim, &claim.arms());
        assert!(verdict.holds, "{}: {}", claim.id, verdict.text);
        assert!(!verdict.figures.is_empty(), "{}", claim.id);
        for figure in &verdict.figures {
            assert!(figure.value.is_finite(), "{}: {}", claim.id, figure.label);
        }
        writeln!(text, "{} {}", claim.id, claim.sentence).expect("a text can be written");
        writeln!(text, "   {}", verdict.text).expect("a text can be written");
    }
    expect![[""]].assert_eq(&text);
}

#[test]
fn every_scenario_is_short_named_and_can_be_a_file() {
    let mut names = BTreeSet::new();
    let mut events = 0;
    for (name, scenario) in claims::all_scenarios() {
        let json = serde_json::to_string(&scenario).expect("it can be written");
        let Ok(Document::Scenario(again)) = read(&json) else {
            panic!("{name}: it can be read again");
        };
        assert_eq!(*again, scenario, "{name}");
        let run = run(&scenario, Limits::default()).expect("it is valid");
        assert!(!run.cut || scenario.until.is_some(), "{name}");
        events += run.events;
        assert!(names.insert(name.clone()), "{name} twice");
    }
    assert!(names.len() >= 100, "{}", names.len());
    assert!(events < 300_000, "{events} events in all");
}

#[test]
fn the_wrong_number_of_runs_is_no_proof() {
    for claim in claims::all() {
        assert!(!claim.judge(&[]).holds, "{}", claim.id);
    }
}

#[test]
fn every_verdict_turns_when_what_decides_it_is_changed() {
    let mut text = String::new();
    for claim in claims::all() {
        let mut turned = 0;
        for (_, why, change) in DECISIVE.iter().filter(|(id, ..)| *id == claim.id) {
            let mut arms = claim.arms();
            change(&mut arms);
            let verdict = verdict(claim, &arms);
            assert!(!verdict.holds, "{}, {why}: {}", claim.id, verdict.text);
            let facts = verdict.text.strip_prefix("Does not hold here: ");
            let facts = facts.expect("that is how it begins");
            writeln!(text, "{} {why}: {facts}", claim.id).expect("a text can be written");
            turned += 1;
        }
        assert!(turned > 0, "nothing turns {}", claim.id);
    }
    expect![[""]].assert_eq(&text);
}
