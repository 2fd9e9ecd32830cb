//! The sliders' experiment, written as a scenario: what the simulator makes of
//! it, in the words of the file format.

use super::super::headline::layout_name;
use crate::app::english::program as text;
use crate::experiment::scenario::Ns;
use crate::experiment::{Experiment, FaultKind, PolicyKind, Profile, Trigger};
use serde_json::Value;

/// A scenario that does what `experiment` does. The parent, which the sliders
/// leave out of the picture, is one of its processes.
#[must_use]
pub fn from_sliders(experiment: &Experiment) -> String {
    let e = experiment;
    let profile = match e.profile {
        Profile::Ideal => "ideal",
        Profile::CPythonLinux => "cpython-linux",
        Profile::ThisBrowser => "this-browser",
    };
    let mut parts = vec![
        format!("\"name\": {}", Value::from(layout_name(e))),
        format!("\"about\": {}", Value::from(text::SLIDERS_ABOUT)),
        machine(e),
        format!("\"costs\": \"{profile}\""),
    ];
    if e.seed != 0 {
        parts.push(format!("\"seed\": {}", e.seed));
    }
    parts.push(format!(
        "\"processes\": [\n{}\n  ]",
        processes(e).join(",\n")
    ));
    parts.push(format!(
        "\"programs\": {{\n{}\n  }}",
        programs(e).join(",\n")
    ));
    if !e.faults.is_empty() {
        parts.push(format!("\"faults\": [\n{}\n  ]", faults(e).join(",\n")));
    }
    format!("{{\n  {}\n}}\n", parts.join(",\n  "))
}

fn machine(e: &Experiment) -> String {
    let slice = us(e.slice_us);
    let level = format!(r#"{{ "quantum": "{slice}" }}"#);
    let quantum = format!(r#""quantum": "{slice}""#);
    let (kind, more) = match e.policy {
        PolicyKind::Fifo => ("fifo", String::new()),
        PolicyKind::RoundRobin => ("rr", format!(r#""slice": "{slice}""#)),
        PolicyKind::Sjf => ("sjf", String::new()),
        PolicyKind::Srtf => ("srtf", String::new()),
        PolicyKind::Hrrn => ("hrrn", String::new()),
        PolicyKind::Mlfq => {
            let boost = Ns::us(u64::from(e.slice_us) * 100);
            let levels = vec![level; 4].join(", ");
            (
                "mlfq",
                format!(r#""levels": [{levels}], "boost": "{boost}""#),
            )
        }
        PolicyKind::Lottery => ("lottery", quantum),
        PolicyKind::Stride => ("stride", quantum),
        PolicyKind::Cfs => ("cfs", String::new()),
        PolicyKind::Eevdf => ("eevdf", String::new()),
    };
    let comma = if more.is_empty() { "" } else { ", " };
    let policy = format!(r#""policy": {{ "kind": "{kind}"{comma}{more} }}"#);
    // Linux has a queue for each core, and looks at slices when its clock ticks.
    let linux = match e.policy {
        PolicyKind::Cfs | PolicyKind::Eevdf => {
            ",\n    \"queues\": { \"kind\": \"per-core\", \"balance\": \"4 ms\" },\n    \
             \"preemption\": { \"kind\": \"tick\", \"period\": \"4 ms\" }"
        }
        _ => "",
    };
    format!(
        "\"machine\": {{\n    \"cores\": {},\n    {policy}{linux}\n  }}",
        e.cores
    )
}

fn processes(e: &Experiment) -> Vec<String> {
    let gil = if e.gil {
        let (interval, poll) = (us(e.switch_interval_us), Ns(e.kernel.poll_ns()));
        format!(
            "\n      \"gil\": {{ \"kind\": \"switch-interval\", \"interval\": \"{interval}\", \
             \"poll\": \"{poll}\" }},"
        )
    } else {
        String::new()
    };
    let names: Vec<String> = (1..=e.processes)
        .map(|number| format!("P{number}"))
        .collect();
    let steps = |step: &str, names: &[String]| {
        let all = names
            .iter()
            .map(|name| format!("{{ \"{step}\": \"{name}\" }}"));
        all.collect::<Vec<_>>().join(", ")
    };
    let (start, join) = (
        steps("start-process", &names),
        steps("join-process", &names),
    );
    let parent = format!(
        "    {{\n      \"name\": \"parent\",\n      \"threads\": [{{ \"name\": \"parent\", \
         \"program\": [{start}, {join}] }}]\n    }}"
    );
    let mut all = vec![parent];
    for (process, name) in names.iter().enumerate() {
        let process = u16::try_from(process).unwrap_or(u16::MAX);
        let threads: Vec<String> = (1..=e.threads).map(|number| format!("T{number}")).collect();
        let thread = |name: &str, program: String| {
            format!("        {{ \"name\": \"{name}\", \"program\": {program} }}")
        };
        let mut lines = Vec::new();
        if e.threads > 1 {
            // As the sliders have it: a main thread starts and joins the others.
            let (start, join) = (
                steps("start-thread", &threads),
                steps("join-thread", &threads),
            );
            lines.push(thread("main", format!("[\"ready\", {start}, {join}]")));
        }
        for (index, name) in threads.iter().enumerate() {
            let share = e.share(process, u16::try_from(index).unwrap_or(u16::MAX));
            let program = match (share, e.threads) {
                (0, _) => "[]".to_owned(),
                _ => format!("\"{}\"", program_name(share)),
            };
            lines.push(thread(name, program));
        }
        all.push(format!(
            "    {{\n      \"name\": \"{name}\",{gil}\n      \"threads\": [\n{}\n      ]\n    }}",
            lines.join(",\n")
        ));
    }
    all
}

fn program_name(share: u32) -> String {
    text::units(share)
}

fn programs(e: &Experiment) -> Vec<String> {
    let mut shares: Vec<u32> = (0..e.processes)
        .flat_map(|process| (0..e.threads).map(move |thread| e.share(process, thread)))
        .filter(|&share| share > 0)
        .collect();
    shares.sort_unstable();
    shares.dedup();
    let io = match e.io_us {
        0 => String::new(),
        io_us => format!(", {{ \"io\": {{ \"time\": \"{}\" }} }}", us(io_us)),
    };
    let cpu = us(e.cpu_us);
    let program = |share: u32| {
        format!(
            "    \"{}\": [\n      {{ \"repeat\": {{ \"times\": {share}, \"steps\": \
             [{{ \"compute\": \"{cpu}\" }}{io}, \"unit\"] }} }}\n    ]",
            program_name(share)
        )
    };
    shares.into_iter().map(program).collect()
}

fn faults(e: &Experiment) -> Vec<String> {
    let there = e.faults.iter().filter(|fault| {
        fault.process < e.processes && (!fault.kind.hits_thread() || fault.thread < e.threads)
    });
    let line = |fault: &crate::experiment::Fault| {
        let kind = match fault.kind {
            FaultKind::Segfault => "segfault",
            FaultKind::Exception => "exception",
            FaultKind::Kill => "kill-process",
            FaultKind::Hang => "hang",
        };
        let thread = match fault.kind.hits_thread() {
            true => format!(", \"thread\": \"T{}\"", fault.thread + 1),
            false => String::new(),
        };
        let when = match fault.when {
            Trigger::Units(units) => format!("\"units\": {units}"),
            Trigger::TimeUs(time) => format!("\"at\": \"{}\"", us(time)),
        };
        let process = fault.process + 1;
        format!(
            "    {{ \"kind\": \"{kind}\", \"process\": \"P{process}\"{thread}, \"when\": {{ {when} }} }}"
        )
    };
    there.map(line).collect()
}

fn us(us: u32) -> Ns {
    Ns::us(u64::from(us))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::app::program::{Written, written};
    use crate::experiment::{Costs, from_fragment};
    use crate::sim::{Limits, run, run_experiment};

    /// The scenario runs as the sliders do: as long, with as many units.
    fn check(fragment: &str) {
        let experiment = from_fragment(fragment).experiment;
        let text = from_sliders(&experiment);
        let Written::Program(program) = written(&text) else {
            panic!("{fragment}: {:?}\n{text}", written(&text));
        };
        let limits = Limits {
            trace: true,
            ..Limits::default()
        };
        let as_program = run(&program.scenario, limits).expect("it is valid");
        let costs = match experiment.profile {
            Profile::CPythonLinux => Costs::CPYTHON_LINUX,
            Profile::Ideal | Profile::ThisBrowser => Costs::IDEAL,
        };
        let as_sliders = run_experiment(&experiment, &costs, limits).expect("it is valid");
        let shape = |run: &crate::sim::Run| {
            let units: u32 = run.threads.iter().map(|thread| thread.units).sum();
            (run.end_ns, units, run.outcome.failures.len())
        };
        assert_eq!(shape(&as_program), shape(&as_sliders), "{fragment}\n{text}");
    }

    #[test]
    fn a_program_written_from_the_sliders_runs_as_they_do() {
        for fragment in [
            "",
            "procs=4&threads=1&gil=off",
            "procs=2&threads=3&gil=on&units=50",
            "profile=ideal&procs=1&threads=4&cores=2&policy=rr&slice_us=2000",
            "profile=ideal&policy=mlfq&threads=3",
            "policy=cfs&threads=5&cores=2",
            "io=2000&threads=8",
        ] {
            check(fragment);
        }
    }
}
