//! What the simulator says of what the trials do, with this machine's costs.

use crate::claims::build::{alone, file, object, process, python, repeat, thread, threads, waits};
use crate::claims::ways::event_loop;
use crate::experiment::scenario::{
    CostsSpec, GilSpec, LockProtocol, LockSpec, Ns, Program, Scenario, Step, ThreadSpec,
    WaiterOrder,
};
use crate::experiment::{Costs, Ended};
use crate::lab::findings::Findings;
use crate::sim::{self, Limits, Run};

fn run(costs: Costs, scenario: Scenario) -> Option<Run> {
    let scenario = Scenario {
        costs: CostsSpec::Costs(costs),
        ..scenario
    };
    sim::run(&scenario, Limits::default()).ok()
}

pub(super) fn cores(found: &Findings) -> u16 {
    found.environment.cores.clamp(1, 64) as u16
}

/// The trials measure between threads that are there already.
fn started(costs: Costs) -> Costs {
    Costs {
        process_start_parent_ns: 0,
        process_start_child_ns: 0,
        spawn_child_ns: 0,
        forkserver_child_ns: 0,
        thread_start_ns: 0,
        ..costs
    }
}

/// How many times as fast waits of `each` are in as many threads, and in an
/// event loop, as one after the other.
pub(super) fn overlap(costs: Costs, cores: u16, count: u32, each: Ns) -> Option<(f64, f64)> {
    let costs = started(costs);
    let wall = |scenario| Some(run(costs, scenario)?.outcome.wall_ns.max(1) as f64);
    let slow = wall(alone(cores, waits(count, each)))?;
    let threaded = wall(threads(cores, count, GilSpec::None, waits(1, each)))?;
    let looped = wall(event_loop(count as usize, each))?;
    Some((slow / threaded, slow / looped))
}

/// How late an event loop is for a timer while a callback computes, ns.
pub(super) fn lateness(costs: Costs, timer: Ns, busy: Ns) -> Option<u64> {
    let tasks = [Step::Await(timer), Step::Compute(busy)].map(|step| Program::Steps(vec![step]));
    let scenario = alone(1, vec![Step::RunLoop(tasks.to_vec())]);
    Some(run(started(costs), scenario)?.metrics.loop_lateness_ns)
}

/// So many additions of each thread are enough for a share: the simulator does
/// the same each time.
const ADDITIONS: u32 = 1_000;

/// The share of additions by `count` threads that is lost, where one step of
/// an addition takes `step`; with or without a lock.
pub(super) fn lost_share(
    costs: Costs,
    cores: u16,
    count: u32,
    step_ns: u64,
    locked: bool,
) -> Option<f64> {
    let costs = Costs {
        instruction_ns: step_ns.max(1),
        ..started(costs)
    };
    let mut addition = vec![
        Step::Load("number".to_owned()),
        Step::Add(1),
        Step::Store("number".to_owned()),
    ];
    if locked {
        addition.insert(0, Step::Lock("guard".to_owned()));
        addition.push(Step::Unlock("guard".to_owned()));
    }
    let work = vec![repeat(ADDITIONS, addition)];
    let mut scenario = threads(cores, count, GilSpec::None, work);
    scenario.objects = vec![object("number")];
    scenario.locks = vec![LockSpec {
        name: "guard".to_owned(),
        protocol: LockProtocol::default(),
        order: WaiterOrder::default(),
        shared: false,
    }];
    let lost = run(costs, scenario)?.metrics.lost_updates;
    Some(lost as f64 / (f64::from(ADDITIONS) * f64::from(count)))
}

/// The share of objects whose reference counts `count` threads leave wrong,
/// where one step of a change takes `step_ns`; with or without a GIL.
pub(super) fn miscounted_share(
    costs: Costs,
    cores: u16,
    count: u32,
    step_ns: u64,
    gil: GilSpec,
) -> Option<f64> {
    let costs = Costs {
        instruction_ns: step_ns.max(1),
        ..started(costs)
    };
    let name = |number: u32| format!("object {}", number % 4);
    let uses = |thread_number: u32| {
        // Each thread goes through the objects in an order of its own.
        let one = |turn: u32| {
            let object = name(thread_number * 3 + turn * (2 * thread_number + 1));
            [Step::Incref(object.clone()), Step::Decref(object)]
        };
        let turns: Vec<Step> = (0..8).flat_map(one).collect();
        vec![repeat(ADDITIONS / 8, turns)]
    };
    let all: Vec<ThreadSpec> = (0..count)
        .map(|number| thread(&format!("counter {number}"), uses(number)))
        .collect();
    let mut app = process("app", all);
    app.gil = gil;
    let mut scenario = python(cores, vec![app]);
    // Far from 0, where an object would be gone before the end.
    let references = 1_000_000;
    scenario.objects = (0..4)
        .map(|number| crate::experiment::scenario::ObjectSpec {
            references,
            ..object(&name(number))
        })
        .collect();
    let objects = run(costs, scenario)?.objects;
    let wrong = objects.iter().filter(|it| it.references != references);
    Some(wrong.count() as f64 / objects.len().max(1) as f64)
}

/// Threads deadlocked by one that ends with a lock and 4 MiB, and the bytes
/// that are leaked with it.
pub(super) fn death_with_lock(costs: Costs) -> Option<(usize, u64)> {
    let scenario = file(include_str!(
        "../../../scenarios/claims/thread-dies-with-lock.json"
    ));
    let run = run(costs, scenario)?;
    let failures = run.outcome.failures.iter();
    let deadlocked = failures.filter(|it| it.how == Ended::Deadlocked).count();
    Some((deadlocked, run.metrics.leaked_bytes))
}
