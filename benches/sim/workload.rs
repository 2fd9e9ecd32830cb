//! The workload that native code, web assembly and SimPy run alike: many jobs,
//! few cores, round robin, no costs.

use timeslice::experiment::scenario::{
    Machine, Ns, PolicySpec, ProcessSpec, Program, Scenario, SliceTimer, Step, ThreadSpec,
};
use timeslice::sim::{Limits, run};

/// Jobs that are ready from the start.
pub(crate) const JOBS: u32 = 1_000;
/// Cores that take them.
pub(crate) const CORES: u16 = 8;
/// Length of a slice, ns.
pub(crate) const SLICE_NS: u64 = 1_000_000;

/// The workload, with `slices` for each job.
pub(crate) fn round_robin(slices: u32) -> Scenario {
    let work = Ns(SLICE_NS * u64::from(slices));
    Scenario {
        machine: Machine {
            cores: CORES,
            policy: PolicySpec::RoundRobin {
                slice: Ns(SLICE_NS),
                timer: SliceTimer::Own,
            },
            ..Machine::default()
        },
        processes: vec![ProcessSpec {
            name: "jobs".to_owned(),
            threads: vec![ThreadSpec {
                count: JOBS,
                program: Program::Steps(vec![Step::Native(work)]),
                ..ThreadSpec::default()
            }],
            ..ProcessSpec::default()
        }],
        ..Scenario::default()
    }
}

/// Runs the workload, from reading the scenario to the numbers at the end.
/// Returns how many slices it took.
///
/// # Panics
/// If the engine did not do all the work.
pub(crate) fn simulate(scenario: &Scenario, slices: u32, trace: bool) -> u64 {
    let limits = Limits {
        trace,
        ..Limits::default()
    };
    let run = run(scenario, limits).expect("the workload is valid");
    let rounds = u64::from(slices) * u64::from(JOBS) / u64::from(CORES);
    assert_eq!((run.cut, run.end_ns), (false, rounds * SLICE_NS));
    u64::from(slices) * u64::from(JOBS)
}
