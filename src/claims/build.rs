//! Scenarios from parts, for claims that sweep a number.

use super::Arm;
use crate::experiment::Profile;
use crate::experiment::scenario::{
    ChannelSpec, CostsSpec, Document, GilSpec, Ns, ObjectSpec, ProcessSpec, Program, Scenario,
    Step, ThreadSpec, Transport, read,
};

/// The GIL of CPython as it comes.
pub(super) const GIL: GilSpec = GilSpec::SwitchInterval {
    interval: Ns(5_000_000),
    poll: Ns(1_000),
};

pub(crate) fn arm(name: &'static str, scenario: Scenario) -> Arm {
    Arm { name, scenario }
}

/// A scenario from a file of ours.
///
/// # Panics
/// If it cannot be read: the tests read every one.
pub(crate) fn file(text: &str) -> Scenario {
    match read(text) {
        Ok(Document::Scenario(scenario)) => *scenario,
        other => panic!("no scenario: {other:?}"),
    }
}

/// A machine that runs CPython and, so far, nothing else.
pub(crate) fn python(cores: u16, processes: Vec<ProcessSpec>) -> Scenario {
    let mut scenario = Scenario {
        costs: CostsSpec::Profile(Profile::CPythonLinux),
        processes,
        ..Scenario::default()
    };
    scenario.machine.cores = cores;
    scenario
}

/// A process of CPython.
pub(crate) fn process(name: impl Into<String>, threads: Vec<ThreadSpec>) -> ProcessSpec {
    ProcessSpec {
        name: name.into(),
        gil: GIL,
        threads,
        ..ProcessSpec::default()
    }
}

pub(crate) fn thread(name: &str, steps: Vec<Step>) -> ThreadSpec {
    ThreadSpec {
        name: name.to_owned(),
        program: Program::Steps(steps),
        ..ThreadSpec::default()
    }
}

pub(crate) fn repeat(times: u32, steps: Vec<Step>) -> Step {
    Step::Repeat { times, steps }
}

/// Units of CPU work.
pub(crate) fn cpu(units: u32, each: Ns) -> Vec<Step> {
    vec![repeat(units, vec![Step::Compute(each), Step::Unit])]
}

/// Units of waiting for the network.
pub(crate) fn waits(units: u32, each: Ns) -> Vec<Step> {
    let wait = Step::Io {
        device: None,
        time: each,
    };
    vec![repeat(units, vec![wait, Step::Unit])]
}

/// One thread that does `work`.
pub(crate) fn alone(cores: u16, work: Vec<Step>) -> Scenario {
    python(cores, vec![process("app", vec![thread("main", work)])])
}

/// One process whose main thread starts `count` threads and waits for them;
/// each does `work`.
pub(crate) fn threads(cores: u16, count: u32, gil: GilSpec, work: Vec<Step>) -> Scenario {
    let main = vec![
        Step::StartThread("worker".to_owned()),
        Step::JoinThread("worker".to_owned()),
    ];
    let worker = ThreadSpec {
        count,
        ..thread("worker", work)
    };
    let mut app = process("app", vec![thread("main", main), worker]);
    app.gil = gil;
    python(cores, vec![app])
}

/// A process that starts `count` others and waits for them; each does `work`.
pub(crate) fn processes(cores: u16, count: u32, work: &[Step]) -> Scenario {
    let name = |number: u32| format!("worker {number}");
    let starts = (1..=count).map(|number| Step::StartProcess(name(number)));
    let joins = (1..=count).map(|number| Step::JoinProcess(name(number)));
    let parent = process(
        "parent",
        vec![thread("main", starts.chain(joins).collect())],
    );
    let workers =
        (1..=count).map(|number| process(name(number), vec![thread("main", work.to_vec())]));
    python(cores, std::iter::once(parent).chain(workers).collect())
}

pub(crate) fn object(name: &str) -> ObjectSpec {
    ObjectSpec {
        name: name.to_owned(),
        value: 0,
        references: 0,
        bytes: 0,
        shared: false,
    }
}

/// `multiprocessing.Queue`: some 40 µs a side for each message, and for each
/// MiB what packing, the pipe and unpacking take together, dealt out evenly.
const QUEUE: Transport = Transport::Serialised {
    per_message: Ns(40_000),
    pack_per_mib: Ns(1_300_000),
    unpack_per_mib: Ns(1_300_000),
};

/// What two threads do that send 10 messages of `bytes` there and back, the
/// one that begins and the other.
fn ping_pong(bytes: u64) -> (Vec<Step>, Vec<Step>) {
    let send = |channel: &str| Step::Send {
        channel: channel.to_owned(),
        bytes,
    };
    let receive = |channel: &str| Step::Receive(channel.to_owned());
    (
        vec![repeat(10, vec![send("there"), receive("back"), Step::Unit])],
        vec![repeat(10, vec![receive("there"), send("back")])],
    )
}

fn with_channels(transport: Transport, processes: Vec<ProcessSpec>) -> Scenario {
    let channel = |name: &str| ChannelSpec {
        name: name.to_owned(),
        capacity: 1,
        transport,
    };
    Scenario {
        channels: vec![channel("there"), channel("back")],
        ..python(2, processes)
    }
}

/// Messages of `bytes` between two processes, there and back.
pub(super) fn between_processes(bytes: u64) -> Scenario {
    let (ping, pong) = ping_pong(bytes);
    let one = |name: &str, steps| process(name, vec![thread("main", steps)]);
    with_channels(QUEUE, vec![one("ping", ping), one("pong", pong)])
}

/// Messages of `bytes` between two threads of a process, there and back.
pub(super) fn between_threads(bytes: u64) -> Scenario {
    let (ping, pong) = ping_pong(bytes);
    let threads = vec![thread("ping", ping), thread("pong", pong)];
    with_channels(Transport::ByReference, vec![process("app", threads)])
}
