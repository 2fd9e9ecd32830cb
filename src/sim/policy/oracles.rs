//! The policies against independent simulators; see `tests/oracles/README.md`.

use super::drive::{Job, Run, Setting, drive};
use crate::experiment::scenario::{Level, Ns, PolicySpec, SliceTimer, Tie};
use serde::Deserialize;

fn cases<'a, Case: Deserialize<'a>>(text: &'a str) -> impl Iterator<Item = Case> {
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a case"))
}

/// On one core, slices ending before arrivals, as in OSTEP's simulators.
fn run(policy: &PolicySpec, jobs: &[Job]) -> Run {
    let setting = Setting {
        tie: Tie::ExpiredFirst,
        ..Setting::default()
    };
    drive(policy, jobs, setting)
}

#[test]
fn fifo_sjf_and_rr() {
    #[derive(Deserialize)]
    struct Expected {
        response: f64,
        turnaround: f64,
        wait: f64,
    }
    #[derive(Deserialize)]
    struct Case {
        policy: String,
        bursts: Vec<u64>,
        quantum: Option<u64>,
        expect: Vec<Expected>,
    }

    let text = include_str!("../../../tests/oracles/fifo_sjf_rr.jsonl");
    let mut count = 0;
    for case in cases::<Case>(text) {
        let policy = match case.policy.as_str() {
            "FIFO" => PolicySpec::Fifo,
            "SJF" => PolicySpec::Sjf,
            _ => PolicySpec::RoundRobin {
                slice: Ns(case.quantum.expect("a quantum")),
                timer: SliceTimer::Own,
            },
        };
        let jobs: Vec<_> = case
            .bursts
            .iter()
            .map(|&burst| Job::new(0, burst))
            .collect();
        let run = run(&policy, &jobs);
        for (job, expected) in case.expect.iter().enumerate() {
            assert_eq!(run.first_run[job], expected.response as u64);
            assert_eq!(run.done[job], expected.turnaround as u64);
            assert_eq!(run.done[job] - case.bursts[job], expected.wait as u64);
        }
        count += 1;
    }
    assert_eq!(count, 60);
}

#[test]
fn mlfq() {
    #[derive(Deserialize)]
    struct CaseJob {
        arrival: u64,
        run_time: u64,
        io_every: u64,
    }
    #[derive(Debug, Deserialize, PartialEq)]
    struct Expected {
        response: u64,
        turnaround: u64,
    }
    #[derive(Deserialize)]
    struct Case {
        quantum_highest_first: Vec<u64>,
        allotment_highest_first: Vec<u32>,
        io_time: u64,
        boost_period: u64,
        stay_after_io: bool,
        io_bump: bool,
        jobs: Vec<CaseJob>,
        expect: Vec<Expected>,
    }

    let text = include_str!("../../../tests/oracles/mlfq.jsonl");
    let mut wrong = Vec::new();
    let mut count = 0;
    for (number, case) in (1..).zip(cases::<Case>(text)) {
        let levels = (case.quantum_highest_first.iter()).zip(&case.allotment_highest_first);
        let policy = PolicySpec::Mlfq {
            levels: levels
                .map(|(&quantum, &allotment)| Level {
                    quantum: Ns(quantum),
                    allotment,
                })
                .collect(),
            boost: (case.boost_period > 0).then_some(Ns(case.boost_period)),
            stay_after_io: case.stay_after_io,
            io_bump: case.io_bump,
        };
        let jobs: Vec<_> = (case.jobs.iter())
            .map(|job| Job::new(job.arrival, job.run_time).io(job.io_every, case.io_time))
            .collect();
        let run = run(&policy, &jobs);
        let found: Vec<_> = (jobs.iter().zip(&run.first_run).zip(&run.done))
            .map(|((job, first_run), done)| Expected {
                response: first_run - job.arrival,
                turnaround: done - job.arrival,
            })
            .collect();
        if found != case.expect {
            wrong.push(format!("case {number}: {found:?}, not {:?}", case.expect));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(count, 80);
}

/// The oracle tells completions only to the end of the quantum.
#[test]
fn lottery() {
    #[derive(Deserialize)]
    struct CaseJob {
        run_time: u64,
        tickets: u32,
    }
    #[derive(Deserialize)]
    struct Case {
        quantum: u64,
        jobs: Vec<CaseJob>,
        draws: Vec<u32>,
        expect_done: Vec<(u64, u64)>,
    }

    let text = include_str!("../../../tests/oracles/lottery.jsonl");
    let mut count = 0;
    for case in cases::<Case>(text) {
        let policy = PolicySpec::Lottery {
            quantum: Ns(case.quantum),
            draws: case.draws,
        };
        let jobs: Vec<_> = (case.jobs.iter())
            .map(|job| Job::new(0, job.run_time).tickets(job.tickets))
            .collect();
        let run = run(&policy, &jobs);
        let mut done: Vec<_> = (0..)
            .zip(&run.done)
            .map(|(job, done)| (job, done.next_multiple_of(case.quantum)))
            .collect();
        done.sort_by_key(|&(_, done)| done);
        assert_eq!(done, case.expect_done);
        count += 1;
    }
    assert_eq!(count, 30);
}
