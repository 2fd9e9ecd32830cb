//! Makes up exercises: few jobs, small whole numbers, and means that are whole
//! numbers, too, where that can be had.

use super::{Exercise, Topic};
use crate::app::english::exercise as text;
use crate::experiment::scenario::{Document, Scenario, read};
use crate::sim::{Limits, run};
use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// How many lists are tried for one with whole means.
const TRIES: u32 = 60;

struct Job {
    arrival: u32,
    burst: u32,
    priority: u32,
}

/// The list of jobs of `exercise`, as a text.
pub(super) fn text(exercise: Exercise) -> String {
    // The topic counts, too: the same seed is not the same list under another
    // policy.
    let seed = u64::from(exercise.seed) << 8 | exercise.topic as u64;
    let mut chance = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut best = String::new();
    for _ in 0..TRIES {
        let text = one(exercise, &mut chance);
        let is_whole = has_whole_means(&text);
        best = text;
        if is_whole {
            break;
        }
    }
    best
}

fn one(exercise: Exercise, chance: &mut Xoshiro256PlusPlus) -> String {
    let mut up_to = |most: u32| chance.next_u32() % most + 1;
    // 4 and 5 divide everything into at most two digits behind the point.
    let count = 3 + up_to(2);
    let mut bursts: Vec<u32> = Vec::new();
    while bursts.len() < count as usize {
        let burst = up_to(9);
        // Two equal ones would leave open which is the shorter.
        if !bursts.contains(&burst) {
            bursts.push(burst);
        }
    }
    let mut arrival = 0;
    let jobs: Vec<Job> = bursts
        .into_iter()
        .map(|burst| {
            let job = Job {
                arrival,
                burst,
                priority: 0,
            };
            arrival += up_to(3);
            job
        })
        .collect();
    let mut priorities: Vec<u32> = (1..=count).collect();
    for last in (1..priorities.len()).rev() {
        priorities.swap(last, up_to(last as u32 + 1) as usize - 1);
    }
    let jobs: Vec<Job> = jobs
        .into_iter()
        .zip(priorities)
        .map(|(job, priority)| Job { priority, ..job })
        .collect();
    let slice = up_to(3) + 1;
    written(exercise, &jobs, slice)
}

fn written(exercise: Exercise, jobs: &[Job], slice: u32) -> String {
    let plain = text::JOBS_ABOUT.to_owned();
    let (policy, about) = match exercise.topic {
        Topic::Fifo => (r#""kind": "fifo""#.to_owned(), plain),
        Topic::Sjf => (r#""kind": "sjf""#.to_owned(), plain),
        Topic::Stcf => (r#""kind": "srtf""#.to_owned(), plain),
        Topic::RoundRobin => (
            format!(r#""kind": "rr", "slice": "{slice} ms""#),
            text::jobs_about_slice(slice),
        ),
        Topic::Priority => (r#""kind": "priority""#.to_owned(), plain),
        Topic::Mlfq | Topic::Book => {
            let levels = [1, 2, 4].map(|quantum| format!(r#"{{ "quantum": "{quantum} ms" }}"#));
            (
                format!(r#""kind": "mlfq", "levels": [{}]"#, levels.join(", ")),
                text::JOBS_ABOUT_MLFQ.to_owned(),
            )
        }
    };
    let lines: Vec<String> = ('A'..='Z')
        .zip(jobs)
        .map(|(name, job)| {
            let priority = match exercise.topic {
                Topic::Priority => format!(r#", "priority": {}"#, job.priority),
                _ => String::new(),
            };
            let (arrival, burst) = (job.arrival, job.burst);
            format!(
                r#"    {{ "name": "{name}", "arrival": "{arrival} ms", "burst": "{burst} ms"{priority} }}"#
            )
        })
        .collect();
    let name = text::jobs_name(exercise.topic.label(), exercise.seed);
    format!(
        "{{\n  \"name\": \"{name}\",\n  \"about\": \"{about}\",\n  \
         \"machine\": {{ \"cores\": 1, \"policy\": {{ {policy} }} }},\n  \"jobs\": [\n{}\n  ]\n}}\n",
        lines.join(",\n")
    )
}

fn has_whole_means(text: &str) -> bool {
    let Some(scenario) = scenario(text) else {
        return false;
    };
    let limits = Limits {
        trace: false,
        ..Limits::default()
    };
    let Ok(run) = run(&scenario, limits) else {
        return false;
    };
    let count = run.threads.len() as u64;
    let whole = |of: &dyn Fn(&crate::sim::ThreadReport) -> u64| {
        let sum: u64 = run.threads.iter().map(of).sum();
        count > 0 && sum.is_multiple_of(count * 1_000_000)
    };
    whole(&|thread| thread.turnaround_ns().unwrap_or(1))
        && whole(&|thread| thread.response_ns().unwrap_or(1))
}

/// The scenario of a list of jobs.
pub(super) fn scenario(text: &str) -> Option<Box<Scenario>> {
    match read(text) {
        Ok(Document::Scenario(scenario)) => Some(scenario),
        _ => None,
    }
}
