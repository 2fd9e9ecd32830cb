//! What the simulator says of the same, with what the probes have found here.

use super::messages::SIZES;
use crate::experiment::scenario::{
    ChannelSpec, CostsSpec, Ns, ProcessSpec, Program, Scenario, Step, ThreadSpec, Transport,
};
use crate::experiment::{Costs, Experiment, Profile};
use crate::lab::findings::{Findings, Unit};
use crate::lessons::{Comparison, Predictor};
use crate::sim::{self, Limits, Prediction, predict};

/// The work that each thread does at least, µs: an experiment has some.
const WORK_US: u32 = 100;

impl Predictor {
    /// So many processes of so many threads, each of which does next to
    /// nothing. `None` without probes.
    fn start(&self, cores: u32, processes: u16, threads: u16) -> Option<Prediction> {
        let experiment = Experiment {
            cores: cores.clamp(1, 64) as u16,
            processes,
            threads,
            gil: false,
            units: u32::from(processes) * u32::from(threads),
            cpu_us: WORK_US,
            io_us: 0,
            profile: Profile::ThisBrowser,
            ..Experiment::default()
        };
        (self.costs != Costs::IDEAL).then(|| predict(&experiment, &self.costs).ok())?
    }

    /// Until the last of them begins to work, ns.
    fn ready_ns(&self, cores: u32, processes: u16, threads: u16) -> Option<f64> {
        let run = self.start(cores, processes, threads)?;
        let work_ns = u64::from(WORK_US) * 1_000;
        Some(run.outcome.wall_ns.saturating_sub(work_ns) as f64)
    }

    /// The memory they take, bytes.
    pub(super) fn memory(&self, processes: u16, threads: u16) -> Option<u64> {
        // In a browser a process of one thread has no pool: the stack of its
        // only thread is a part of what every process takes.
        let thread_bytes = if threads > 1 {
            self.costs.thread_bytes
        } else {
            0
        };
        let costs = Costs {
            thread_bytes,
            ..self.costs
        };
        let run = Self { costs }.start(8, processes, threads)?;
        let processes = run.outcome.processes.iter();
        Some(processes.map(|process| process.memory_bytes).sum())
    }
}

/// P7: one process, and several at once.
pub(super) fn starts(found: &Findings, predictor: &Predictor) -> Vec<Comparison> {
    let cores = found.environment.cores;
    let several = found.median("at once").map_or(1, |count| count as u16);
    [(1, "process start"), (several, "processes at once")]
        .into_iter()
        .filter_map(|(processes, name)| {
            Some(Comparison {
                what: match processes {
                    1 => "1 process ready".to_owned(),
                    many => format!("{many} processes ready"),
                },
                predicted: predictor.ready_ns(cores, processes, 1)?,
                measured: found.median(name)?,
                unit: Unit::Ns,
            })
        })
        .collect()
}

/// T2: all threads of a process.
pub(super) fn threads(found: &Findings, predictor: &Predictor) -> Vec<Comparison> {
    let compared = || {
        let cores = found.environment.cores;
        let threads = found.median("at once")? as u16;
        let alone = predictor.ready_ns(cores, 1, 1)?;
        // They share the cores: what the last one still has to do counts.
        Some(Comparison {
            what: format!("{threads} threads ready"),
            predicted: predictor.ready_ns(cores, 1, threads)? - alone,
            measured: found.median("threads at once")?,
            unit: Unit::Ns,
        })
    };
    compared().into_iter().collect()
}

/// Bytes that go back and forth between two processes: a round trip, ns.
fn round_trip(bytes: u64, costs: &Costs) -> Option<f64> {
    const ROUNDS: u32 = 4;
    let send = |channel: &str| Step::Send {
        channel: channel.to_owned(),
        bytes,
    };
    let receive = |channel: &str| Step::Receive(channel.to_owned());
    let process = |name: &str, steps| ProcessSpec {
        name: name.to_owned(),
        threads: vec![ThreadSpec {
            name: "main".to_owned(),
            program: Program::Steps(vec![Step::Repeat {
                times: ROUNDS,
                steps,
            }]),
            ..ThreadSpec::default()
        }],
        ..ProcessSpec::default()
    };
    let channel = |name: &str| ChannelSpec {
        name: name.to_owned(),
        capacity: 1,
        transport: Transport::Serialised {
            per_message: Ns(0),
            pack_per_mib: Ns(costs.pickle_ns_per_mib),
            unpack_per_mib: Ns(costs.unpickle_ns_per_mib),
        },
    };
    let mut scenario = Scenario {
        // A message's way is what the probe of messages has found; how late a
        // timer is does not delay it.
        costs: CostsSpec::Costs(Costs {
            pickle_ns_per_mib: costs.pickle_ns_per_mib,
            unpickle_ns_per_mib: costs.unpickle_ns_per_mib,
            ..Costs::IDEAL
        }),
        channels: vec![channel("there"), channel("back")],
        processes: vec![
            process("ping", vec![send("there"), receive("back")]),
            process("pong", vec![receive("there"), send("back")]),
        ],
        ..Scenario::default()
    };
    scenario.machine.cores = 2;
    let run = sim::run(&scenario, Limits::default()).ok()?;
    (costs.pickle_ns_per_mib > 0).then(|| run.end_ns as f64 / f64::from(ROUNDS))
}

/// P8: the sizes that copying takes time for.
pub(super) fn messages(found: &Findings, predictor: &Predictor) -> Vec<Comparison> {
    SIZES[1..]
        .iter()
        .filter_map(|(size, bytes)| {
            Some(Comparison {
                what: format!("{size} there and back, copied"),
                predicted: round_trip(*bytes, &predictor.costs)?,
                measured: found.median(&format!("processes, {size}, clone"))?,
                unit: Unit::Ns,
            })
        })
        .collect()
}

/// T3: 8 MiB copied once.
pub(super) fn copy(found: &Findings, predictor: &Predictor) -> Vec<Comparison> {
    let compared = || {
        let copied = found.median("8 MiB copied and read")?;
        let read = found.median("8 MiB read in place")?;
        Some(Comparison {
            what: "copying 8 MiB, one way".to_owned(),
            predicted: round_trip(8 << 20, &predictor.costs)? / 2.0,
            measured: (copied - read).max(0.0),
            unit: Unit::Ns,
        })
    };
    compared().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::experiment::Costs;
    use crate::lab::findings::Unit::{Count, Ns};
    use crate::lessons::testing::findings;
    use crate::lessons::{Predictor, find};

    /// As the probes of a machine with two cores would have it.
    const PREDICTOR: Predictor = Predictor {
        costs: Costs {
            process_start_parent_ns: 1_000_000,
            process_start_child_ns: 49_000_000,
            thread_start_ns: 20_000_000,
            threads_start_together: true,
            pickle_ns_per_mib: 250_000,
            unpickle_ns_per_mib: 250_000,
            ..Costs::IDEAL
        },
    };

    fn near(id: &str, found: &[(&str, crate::lab::findings::Unit, f64)], count: usize) {
        let compared = find(id).unwrap().compare(&findings(id, found), &PREDICTOR);
        assert_eq!(compared.len(), count);
        for one in compared {
            assert!(one.error_percent().unwrap().abs() < 3.0, "{one:?}");
        }
        let ideal = Predictor {
            costs: Costs::IDEAL,
        };
        let compared = find(id).unwrap().compare(&findings(id, found), &ideal);
        assert_eq!(compared, [], "nothing is predicted without probes");
    }

    #[test]
    fn predictions_follow_the_probes() {
        // Four children on two cores: two at a time.
        let starts = [
            ("process start", Ns, 50e6),
            ("at once", Count, 4.0),
            ("processes at once", Ns, 99e6),
        ];
        near("P7", &starts, 2);
        let threads = [("at once", Count, 2.0), ("threads at once", Ns, 40e6)];
        near("T2", &threads, 1);
        let message = ("processes, 8 MiB, clone", Ns, 8e6);
        near("P8", &[message], 1);
        let copy = [
            ("8 MiB copied and read", Ns, 5e6),
            ("8 MiB read in place", Ns, 1e6),
        ];
        near("T3", &copy, 1);
    }
}
