//! What holds for every run: random scenarios of every kind, and slider
//! experiments under every policy. 10 000 runs in all.

#![cfg(not(target_arch = "wasm32"))]

use proptest::prelude::*;
use std::collections::BTreeMap;
use timeslice::experiment::scenario::*;
use timeslice::experiment::{
    Costs, Ended, Experiment, Failure, Fault, FaultKind, Kernel, Medium, Outcome, PolicyKind,
    Profile, Trigger,
};
use timeslice::sim::{Limits, Metrics, Prediction, Rewind, Run, Span, State, Trace, predict, run};

include!("common/any_scenario.rs");
include!("common/seeded.rs");

/// A run of a random scenario goes no further: most of them end much earlier.
const LIMITS: Limits = Limits {
    max_events: 20_000,
    trace: true,
};

/// `cases`, or as many times as many as `TIMESLICE_PROPERTIES` says.
fn cases(cases: u32) -> ProptestConfig {
    let times = std::env::var("TIMESLICE_PROPERTIES").map_or(1, |times| {
        times
            .parse::<u32>()
            .expect("TIMESLICE_PROPERTIES is a number")
    });
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases * times)
    }
}

fn any_experiment() -> impl Strategy<Value = Experiment> {
    let fault = (0..4_usize, 0..4_u16, 0..4_u16, any::<bool>(), 0..40_u32).prop_map(
        |(kind, process, thread, timed, when)| Fault {
            kind: FaultKind::ALL[kind],
            process,
            thread,
            when: if timed {
                Trigger::TimeUs(when * 500)
            } else {
                Trigger::Units(when / 4)
            },
        },
    );
    let layout = (
        1..6_u16,
        1..5_u16,
        1..5_u16,
        any::<bool>(),
        0..PolicyKind::ALL.len(),
        0..Kernel::ALL.len(),
    );
    let work = (
        1..60_u32,
        100..3_000_u32,
        prop_oneof![Just(0), 1..8_000_u32],
    );
    let times = (1..9_000_u32, 100..9_000_u32, any::<u32>());
    (layout, work, times, prop::collection::vec(fault, 0..3)).prop_map(
        |((cores, processes, threads, gil, policy, kernel), work, times, faults)| Experiment {
            cores,
            processes,
            threads,
            gil,
            policy: PolicyKind::ALL[policy],
            kernel: Kernel::ALL[kernel],
            units: work.0,
            cpu_us: work.1,
            io_us: work.2,
            switch_interval_us: times.0,
            slice_us: times.1,
            seed: times.2,
            profile: Profile::CPythonLinux,
            faults,
        },
    )
}

fn any_costs() -> impl Strategy<Value = Costs> {
    prop_oneof![Just(Costs::IDEAL), Just(Costs::CPYTHON_LINUX)]
}

/// A seed of a scenario without proptest's: many more of them in the same
/// time, but they do not shrink.
fn any_seed() -> impl Strategy<Value = Scenario> {
    any::<u64>().prop_map(|seed| seeded::scenario(seed, None))
}

fn any_run() -> impl Strategy<Value = Scenario> {
    prop_oneof![1 => any_scenario(), 4 => any_seed()]
}

/// The spans of each thread, in order.
fn by_thread(trace: &Trace) -> Vec<Vec<Span>> {
    let mut threads = vec![Vec::new(); trace.threads.len()];
    for &span in &trace.spans {
        threads[span.thread as usize].push(span);
    }
    threads
}

/// The first of `spans` that begins before the one before it ends.
fn overlap(mut spans: Vec<(u64, u64)>) -> Option<(u64, u64)> {
    spans.sort_unstable();
    spans.windows(2).find(|w| w[0].1 > w[1].0).map(|w| w[1])
}

/// (a) No thread is in two states at once or in none, and no core runs two.
fn time_is_accounted_for(
    trace: &Trace,
    metrics: &Metrics,
    restarted: impl Fn(usize) -> bool,
) -> Result<(), TestCaseError> {
    prop_assert!(trace.spans.is_sorted_by_key(|span| span.end));
    for (id, spans) in by_thread(trace).iter().enumerate() {
        for pair in spans.windows(2) {
            prop_assert!(pair[0].end <= pair[1].start, "{id}: {pair:?} overlap");
            let gap = pair[0].end < pair[1].start;
            prop_assert!(!gap || restarted(id), "{id}: a gap in {pair:?}");
        }
    }
    for core in 0..trace.cores {
        let on_core = || {
            let on_core = |span: &&Span| span.state == State::Running && span.core == core;
            trace.spans.iter().filter(on_core)
        };
        prop_assert_eq!(overlap(on_core().map(|s| (s.start, s.end)).collect()), None);
        let busy: u64 = on_core().map(|span| span.end - span.start).sum();
        prop_assert_eq!(busy, metrics.core_busy_ns[usize::from(core)]);
    }
    Ok(())
}

/// (b) No thread is ready while a core is idle.
fn no_core_is_idle_in_vain(trace: &Trace) -> Result<(), TestCaseError> {
    let mut changes: BTreeMap<u64, (i64, i64)> = BTreeMap::new();
    for span in &trace.spans {
        for (at, by) in [(span.start, 1), (span.end, -1)] {
            let (running, ready) = changes.entry(at).or_default();
            match span.state {
                State::Running => *running += by,
                State::Ready => *ready += by,
                _ => {}
            }
        }
    }
    let (mut running, mut ready) = (0, 0);
    for (at, change) in changes {
        running += change.0;
        ready += change.1;
        prop_assert!(
            ready == 0 || running == i64::from(trace.cores),
            "at {at}: {running} run, {ready} are ready"
        );
    }
    Ok(())
}

/// (d), (i) Causes come before effects, and cross from process to process only
/// through what both use.
fn failures_have_their_causes(outcome: &Outcome) -> Result<(), TestCaseError> {
    for (index, failure) in outcome.failures.iter().enumerate() {
        let before = index
            .checked_sub(1)
            .map_or(0, |i| outcome.failures[i].at_ns);
        prop_assert!(before <= failure.at_ns, "{index} is out of order");
        let Some(cause) = failure.cause else { continue };
        prop_assert!(cause < index, "{index}: {failure:?}");
        let cause = &outcome.failures[cause];
        prop_assert!(cause.at_ns <= failure.at_ns);
        let crosses = cause.who.process() != failure.who.process();
        let through = matches!(
            failure.medium,
            Some(
                Medium::Lock
                    | Medium::Channel
                    | Medium::Pool
                    | Medium::Join
                    | Medium::Supervisor
                    | Medium::SharedMemory
            )
        );
        prop_assert!(!crosses || through, "{failure:?} because of {cause:?}");
    }
    Ok(())
}

/// (h) A GIL has one holder at the most.
fn a_gil_has_one_holder(
    trace: &Trace,
    gil_of: impl Fn(u32) -> (u32, u16),
) -> Result<(), TestCaseError> {
    prop_assert!(trace.holds.is_sorted_by_key(|hold| hold.end));
    let mut holds: BTreeMap<(u32, u16), Vec<(u64, u64)>> = BTreeMap::new();
    for hold in &trace.holds {
        holds
            .entry(gil_of(hold.thread))
            .or_default()
            .push((hold.start, hold.end));
    }
    for (gil, holds) in holds {
        prop_assert_eq!(overlap(holds), None, "of {:?}", gil);
    }
    Ok(())
}

/// The entry of each thread of a run that is one of the scenario's, with its
/// process's number.
fn entries(scenario: &Scenario, run: &Run) -> Vec<Option<(u32, ThreadSpec)>> {
    let mut by_name = BTreeMap::new();
    for (number, process) in scenario.processes.iter().enumerate() {
        for (entry, thread) in process.threads.iter().enumerate() {
            let name = process.entry_name(entry).into_owned();
            by_name.insert((number as u32, name.clone()), thread.clone());
            for n in 1..=thread.count.max(1) {
                by_name.insert((number as u32, format!("{name}{n}")), thread.clone());
            }
        }
    }
    run.threads
        .iter()
        .map(|report| {
            let process = scenario.processes.get(report.process as usize)?;
            let name = report.name.strip_prefix(&process.name)?.trim_start();
            let found = by_name.get(&(report.process, name.to_owned()))?;
            Some((report.process, found.clone()))
        })
        .collect()
}

/// Whether the policy promises that no core is idle while a thread is ready.
fn conserves_work(scenario: &Scenario) -> bool {
    let deadline_class = |thread: &ThreadSpec| thread.sched.class == Some(Class::Deadline);
    scenario.machine.queues == Queues::Global
        && match scenario.machine.policy {
            PolicySpec::Lottery { .. } | PolicySpec::SchedDeadline => false,
            _ => !scenario
                .processes
                .iter()
                .flat_map(|process| &process.threads)
                .any(deadline_class),
        }
}

/// What computing a program asks for, ns; `None`: that cannot be told from
/// the program alone.
fn computing(scenario: &Scenario, program: &Program) -> Option<u64> {
    fn of(steps: &[Step]) -> Option<u64> {
        let mut sum = 0;
        for step in steps {
            sum += match step {
                Step::Compute(ns) | Step::Call(ns) | Step::Release(ns) | Step::Native(ns) => ns.0,
                Step::Repeat { times, steps } => u64::from((*times).max(1)) * of(steps)?,
                Step::Sleep(_)
                | Step::Io { .. }
                | Step::Yield
                | Step::Unit
                | Step::Ready
                | Step::Lock(_)
                | Step::LockFor { .. }
                | Step::Unlock(_)
                | Step::Acquire(_)
                | Step::Post(_)
                | Step::Wait { .. }
                | Step::Notify(_)
                | Step::NotifyAll(_)
                | Step::Barrier(_)
                | Step::Load(_)
                | Step::Add(_)
                | Step::Store(_)
                | Step::Alloc { .. }
                | Step::Free(_)
                | Step::Incref(_)
                | Step::Decref(_)
                | Step::Touch(_)
                | Step::Corrupt(_)
                | Step::StartThread(_)
                | Step::JoinThread(_)
                | Step::JoinProcess(_)
                | Step::KillThread(_) => 0,
                _ => return None,
            };
        }
        Some(sum)
    }
    match program {
        Program::Steps(steps) => of(steps),
        Program::Named(name) => of(match scenario.programs.get(name)? {
            Program::Steps(steps) => steps,
            Program::Named(_) => return None,
        }),
    }
}

/// Whether a process may have begun more than once. A supervisor counts the
/// restart of a group only once.
fn may_be_restarted(scenario: &Scenario, run: &Run, process: u32) -> bool {
    let supervised = |process: &ProcessSpec| process.supervision.is_some();
    match scenario.processes.get(process as usize) {
        Some(spec) if supervised(spec) => run.metrics.restarts > 0,
        _ => run.processes[process as usize].restarts > 0,
    }
}

/// (c) Whoever completed has computed what its program says.
fn programs_are_run_exactly(scenario: &Scenario, run: &Run) -> Result<(), TestCaseError> {
    let ideal = scenario.costs == CostsSpec::Profile(Profile::Ideal);
    if !ideal || scenario.machine.cache.is_some() {
        return Ok(());
    }
    for (report, entry) in run.threads.iter().zip(entries(scenario, run)) {
        let Some((process, entry)) = entry else {
            continue;
        };
        let spec = &scenario.processes[process as usize];
        let slowed = matches!(spec.gil, GilSpec::FreeThreaded { .. });
        let restarted = may_be_restarted(scenario, run, process);
        let whole = report.ended == Ended::Completed && entry.periodic.is_none();
        if slowed || restarted || !whole {
            continue;
        }
        let Some(ns) = computing(scenario, &entry.program) else {
            continue;
        };
        prop_assert_eq!(
            report.cpu_ns(),
            ns,
            "{} ran {:?}",
            &report.name,
            entry.program
        );
    }
    Ok(())
}

/// Every thread's times add up to its life.
fn lives_add_up(scenario: &Scenario, run: &Run) -> Result<(), TestCaseError> {
    for (id, thread) in run.threads.iter().enumerate() {
        let restarted = may_be_restarted(scenario, run, thread.process);
        let Some(created) = thread.created_ns else {
            continue;
        };
        let lived = thread.ended_ns.unwrap_or(run.end_ns) - created;
        let sum: u64 = thread.time_in[1..].iter().sum();
        prop_assert!(
            sum == lived || restarted && sum >= lived,
            "{} ({id}) lived {lived}, its times are {:?}",
            thread.name,
            thread.time_in,
        );
    }
    Ok(())
}

/// Two processes that share nothing; the first has two threads and `fault`. The
/// second has one, for what two of its own do at the same instant has an order
/// that others may change.
fn neighbours(seed: u64, fault: Option<InjectedKind>) -> Scenario {
    let other = seeded::scenario(seed, None);
    let dice = &mut seeded::Dice::new(seed);
    let steps: Vec<Step> = (0..dice.range(1, 12))
        .map(|_| match dice.below(6) {
            0 => Step::Compute(Ns::us(dice.range(1, 3_000))),
            1 => Step::Native(Ns::us(dice.range(1, 3_000))),
            2 => Step::Sleep(Ns::us(dice.range(1, 3_000))),
            3 => Step::Io {
                device: None,
                time: Ns::us(dice.range(1, 3_000)),
            },
            4 => Step::Yield,
            _ => Step::Unit,
        })
        .collect();
    let process = |name: &str, threads: u32| ProcessSpec {
        name: name.to_owned(),
        gil: GilSpec::SwitchInterval {
            interval: Ns::ms(5),
            poll: Ns::us(1),
        },
        threads: (0..threads)
            .map(|_| ThreadSpec {
                program: Program::Steps(vec![Step::Repeat {
                    times: 5,
                    steps: steps.clone(),
                }]),
                sched: Sched {
                    priority: 1,
                    runtime: Some(Ns::ms(5)),
                    period: Some(Ns::ms(10)),
                    ..Sched::default()
                },
                ..ThreadSpec::default()
            })
            .collect(),
        ..ProcessSpec::default()
    };
    Scenario {
        machine: Machine {
            cores: 4,
            queues: Queues::Global,
            ..other.machine
        },
        processes: vec![process("a", 2), process("b", 1)],
        faults: fault
            .map(|kind| InjectedFault {
                kind,
                process: "a".to_owned(),
                thread: None,
                when: InjectedWhen::At(Ns::us(dice.range(0, 10_000))),
            })
            .into_iter()
            .collect(),
        ..Scenario::default()
    }
}

/// All that is told of a process and its threads, but where they ran.
fn report_of(run: &Run, process: u32) -> String {
    let threads: Vec<_> = run
        .threads
        .iter()
        .filter(|t| t.process == process)
        .collect();
    let process = &run.processes[process as usize];
    format!("{process:?} {threads:?}")
}

proptest! {
    #![proptest_config(cases(4_000))]

    /// (a), (c), (d), (g), (h), (i) at once, for a run is the dear part.
    #[test]
    fn every_scenario_keeps_the_books(scenario in any_run()) {
        let run = run(&scenario, LIMITS).expect("it is valid");
        prop_assert!(run.cut || run.events <= LIMITS.max_events);
        let entries = entries(&scenario, &run);
        let restarted = |id: usize| may_be_restarted(&scenario, &run, run.threads[id].process);
        time_is_accounted_for(&run.trace, &run.metrics, restarted)?;
        lives_add_up(&scenario, &run)?;
        failures_have_their_causes(&run.outcome)?;
        a_gil_has_one_holder(&run.trace, |thread| {
            let process = run.threads[thread as usize].process;
            let entry = entries[thread as usize].as_ref();
            (process, entry.map_or(0, |(_, entry)| entry.interpreter))
        })?;
        programs_are_run_exactly(&scenario, &run)?;
        if conserves_work(&scenario) {
            no_core_is_idle_in_vain(&run.trace)?;
        }
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn every_experiment_keeps_the_books(
        experiment in any_experiment(), costs in any_costs()
    ) {
        let Prediction { outcome, metrics, trace } = predict(&experiment, &costs).unwrap();
        time_is_accounted_for(&trace, &metrics, |_| false)?;
        failures_have_their_causes(&outcome)?;
        a_gil_has_one_holder(&trace, |thread| (trace.threads[thread as usize].process, 0))?;
        let promised = !matches!(
            experiment.policy,
            PolicyKind::Lottery | PolicyKind::Cfs | PolicyKind::Eevdf
        );
        if promised {
            no_core_is_idle_in_vain(&trace)?;
        }
        prop_assert!(experiment.gil || trace.holds.is_empty());
        prop_assert_eq!(trace.units.len() as u64, outcome.units_done());
        let binned: u64 = outcome.throughput.units.iter().map(|&n| u64::from(n)).sum();
        prop_assert_eq!(binned, outcome.units_done());
        if outcome.failures.is_empty() {
            prop_assert_eq!(outcome.units_done(), u64::from(experiment.units));
        }
        for thread in outcome.threads() {
            let done = thread.ended == Ended::Completed;
            prop_assert!(!done || thread.units == thread.planned);
            prop_assert!(thread.units <= thread.planned);
        }
        for failure in &outcome.failures {
            prop_assert!(failure.cause.is_some() || failure.fault.is_some());
            // Nothing is shared between the processes of an experiment.
            if let Some(cause) = failure.cause {
                let cause = outcome.failures[cause];
                prop_assert_eq!(cause.who.process(), failure.who.process());
            }
        }
        for (index, process) in outcome.processes.iter().enumerate() {
            let named = |failure: &Failure| usize::from(failure.who.process()) == index;
            let hit = outcome.failures.iter().any(named);
            prop_assert!(hit || process.ended == Ended::Completed);
        }
    }
}

proptest! {
    #![proptest_config(cases(1_000))]

    /// (d) With cores enough, what goes wrong in one process is nothing to
    /// another that shares nothing with it.
    #[test]
    fn a_fault_leaves_an_unrelated_process_alone(seed in any::<u64>(), kind in 0..7_usize) {
        let kind = [
            InjectedKind::Exception,
            InjectedKind::Segfault,
            InjectedKind::KillProcess,
            InjectedKind::KillThread,
            InjectedKind::Hang,
            InjectedKind::OutOfMemory,
            InjectedKind::Vanish,
        ][kind];
        let well = neighbours(seed, None);
        if matches!(well.machine.policy, PolicySpec::Lottery { .. }) {
            // Its held quanta keep cores from others.
            return Ok(());
        }
        let until = Some(Ns::ms(10_000));
        let well = Scenario { until, ..well };
        let ill = Scenario { until, ..neighbours(seed, Some(kind)) };
        let [well, ill] = [well, ill].map(|scenario| run(&scenario, LIMITS).expect("valid"));
        if !well.cut && ill.events < LIMITS.max_events {
            prop_assert_eq!(report_of(&well, 1), report_of(&ill, 1));
        }
    }

    /// (e)
    #[test]
    fn the_same_input_gives_the_same_run(scenario in any_run()) {
        let [first, second] = [(), ()].map(|()| run(&scenario, LIMITS).unwrap());
        prop_assert_eq!(first.trace.digest(), second.trace.digest());
        prop_assert_eq!(first, second);
    }
}

proptest! {
    #![proptest_config(cases(1_000))]

    /// (f) Going back to a moment shows what was there when it was first
    /// passed.
    #[test]
    fn snapshots_equal_replays(scenario in any_run(), places in prop::array::uniform4(any::<u64>())) {
        let (run, mut there) = Rewind::scenario(&scenario, LIMITS).unwrap();
        prop_assert_eq!(&timeslice::sim::run(&scenario, LIMITS).unwrap(), &run);
        let mut along = there.clone();
        let most = there.events().min(2_000);
        let mut events: Vec<u64> = places.iter().map(|n| n % (most + 1)).collect();
        events.sort_unstable();
        let mut first = along.view();
        for &event in &events {
            while first.event < event {
                first = along.step_forward();
            }
            prop_assert_eq!(&there.seek(there.events()).event, &there.events());
            prop_assert_eq!(&there.seek(event), &first);
            if event > 0 {
                there.step_back();
                prop_assert_eq!(&there.step_forward(), &first);
            }
            let at = first.at;
            let now = there.at(at);
            prop_assert_eq!(now.at, at);
            prop_assert!(now.event >= event);
            prop_assert!(now.next.is_none_or(|next| next > at));
        }
        let last = there.at(u64::MAX);
        prop_assert_eq!(last.at, run.end_ns);
        prop_assert_eq!(last.next, None);
    }
}

proptest! {
    #![proptest_config(cases(1_000))]

    /// (f) for the sliders, whose runs are longer.
    #[test]
    fn a_view_agrees_with_the_trace(
        experiment in any_experiment(), costs in any_costs(), place in any::<u64>()
    ) {
        let (prediction, mut rewind) = Rewind::experiment(&experiment, &costs, 100_000).unwrap();
        prop_assert_eq!(&predict(&experiment, &costs).unwrap(), &prediction);
        let at = place % (rewind.end() + 1);
        let view = rewind.at(at);
        for span in prediction.trace.spans.iter().filter(|s| s.start <= at && at < s.end) {
            let thread = &view.threads[span.thread as usize];
            prop_assert_eq!(thread.state, span.state);
            if span.state == State::Running {
                prop_assert_eq!(view.cores[usize::from(span.core)], Some(span.thread));
            }
        }
        let units = prediction.trace.units.iter().filter(|&&unit| unit <= at).count();
        prop_assert_eq!(view.units, units as u64);
    }
}

/// Any moment of a run of a million events is there within a frame. Run with
/// `cargo test --release --test properties -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn any_moment_of_a_long_run_is_reached_within_a_frame() {
    let steps = vec![Step::Repeat {
        times: 20_000,
        steps: vec![Step::Compute(Ns::us(30)), Step::Yield, Step::Unit],
    }];
    for threads in [8, 100, 1_000] {
        let mut steps = steps.clone();
        if let Step::Repeat { times, .. } = &mut steps[0] {
            *times = 250_000 / threads;
        }
        let scenario = Scenario {
            machine: Machine {
                cores: 4,
                ..Machine::default()
            },
            processes: vec![ProcessSpec {
                name: "p".to_owned(),
                threads: vec![ThreadSpec {
                    count: threads,
                    program: Program::Steps(steps),
                    ..ThreadSpec::default()
                }],
                ..ProcessSpec::default()
            }],
            ..Scenario::default()
        };
        let limits = Limits {
            max_events: u64::MAX,
            trace: false,
        };
        let started = std::time::Instant::now();
        let (run, mut rewind) = Rewind::scenario(&scenario, limits).unwrap();
        let recording = started.elapsed();
        let mut dice = seeded::Dice::new(1);
        let mut took: Vec<_> = (0..201)
            .map(|_| {
                let at = dice.range(0, run.end_ns);
                let started = std::time::Instant::now();
                rewind.at(at);
                started.elapsed()
            })
            .collect();
        took.sort_unstable();
        println!(
            "{threads} threads, {} events and ops, {} steps: recorded in {recording:?}, {:?} \
             snapshots and bytes; a moment takes {:?} (median), {:?} (95 %), {:?} (longest)",
            run.events,
            rewind.events(),
            rewind.kept(),
            took[100],
            took[190],
            took[200],
        );
    }
}
