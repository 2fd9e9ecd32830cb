//! The engine against an independent simulator; see `tests/oracles/README.md`.

use super::Engine;
use crate::experiment::{Costs, Experiment};
use crate::sim::old_policy::{Fifo, Policy, RoundRobin};
use crate::sim::old_program::{Op, Plan, ThreadPlan};
use crate::sim::trace::State;
use serde::Deserialize;

/// One unit of the oracle's time, ns.
const UNIT: u64 = 1_000_000;

#[derive(Deserialize)]
struct Case {
    policy: String,
    quantum: Option<u64>,
    bursts: Vec<u64>,
    expect: Vec<Expected>,
}

#[derive(Deserialize, Debug, PartialEq)]
struct Expected {
    response: f64,
    turnaround: f64,
    wait: f64,
}

/// All jobs are ready at time 0, in order; the parent takes no time.
fn jobs(bursts: &[u64]) -> Plan {
    let ids = 1..=bursts.len() as u32;
    let start = ids.clone().map(Op::StartThread);
    let join = ids.map(Op::JoinThread);
    let mut threads = vec![ThreadPlan {
        process: 0,
        worker: None,
        ops: start.chain(join).collect(),
    }];
    threads.extend(bursts.iter().map(|burst| ThreadPlan {
        process: 0,
        worker: None,
        ops: vec![Op::Native(burst * UNIT)],
    }));
    Plan {
        processes: 1,
        threads,
        mains: vec![0],
    }
}

fn run(bursts: &[u64], policy: impl Policy) -> Vec<Expected> {
    let experiment = Experiment {
        cores: 1,
        ..Experiment::default()
    };
    let plan = jobs(bursts);
    let mut engine = Engine::new(&experiment, &Costs::IDEAL, &plan, policy);
    engine.run(u64::MAX);
    let units = |ns: u64| (ns / UNIT) as f64;
    let result = |thread: &super::Thread| {
        let created = thread.created.expect("it was created");
        Expected {
            response: units(thread.first_run.expect("it ran") - created),
            turnaround: units(thread.ended.expect("it ended").1 - created),
            wait: units(thread.time_in[State::Ready as usize]),
        }
    };
    engine.threads[1..].iter().map(result).collect()
}

#[test]
fn schedules_are_those_of_the_textbooks_simulator() {
    let cases = include_str!("../../../tests/oracles/fifo_sjf_rr.jsonl");
    let mut checked = 0;
    for (number, line) in cases.lines().enumerate() {
        let case: Case = serde_json::from_str(line).expect("a case is well-formed");
        let found = match (case.policy.as_str(), case.quantum) {
            ("FIFO", _) => run(&case.bursts, Fifo::default()),
            // The simulator's own default quantum.
            ("RR", quantum) => run(&case.bursts, RoundRobin::new(quantum.unwrap_or(1) * UNIT)),
            _ => continue,
        };
        assert_eq!(found, case.expect, "line {}", number + 1);
        checked += 1;
    }
    assert_eq!(checked, 40, "all cases of FIFO and RR");
}
