use super::*;
use crate::experiment::{Fault, FaultKind, Trigger, from_fragment};
use crate::lab::measurement::{Measurement, Progress};
use crate::lab::trial::{Doing, Happened};

/// Performs frames until nothing more asks for one; returns their number.
fn settle(state: &mut State, mut effects: Vec<Effect>) -> usize {
    let mut frames = 0;
    while effects.contains(&Effect::RequestFrame) {
        frames += 1;
        effects = state.reduce(Action::Frame(frames as f64 * 16.0));
    }
    frames
}

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    let effects = state.reduce(action);
    settle(state, effects.clone());
    effects
}

#[test]
fn a_change_is_predicted_at_the_next_frame_and_written_to_the_address() {
    let mut state = State::open("");
    let before = Rc::clone(&state.predicted);
    let effects = state.reduce(Action::SetField(Field::Threads, 2));
    assert!(state.is_busy() && Rc::ptr_eq(&before, &state.predicted));
    assert_eq!(
        effects[0],
        Effect::WriteFragment("v=1&threads=2".to_owned())
    );
    // A drag: several changes, one prediction.
    let effects = state.reduce(Action::SetField(Field::Threads, 3));
    assert_eq!(settle(&mut state, effects), 1);
    assert!(!state.is_busy());
    let outcome = &state.predicted.run.outcome;
    assert_eq!(outcome.processes[0].threads.len(), 3);
}

#[test]
fn what_is_out_of_range_is_refused_and_the_rest_stays() {
    let mut state = State::open("threads=2");
    assert_eq!(act(&mut state, Action::SetField(Field::Threads, 65)), []);
    assert_eq!(
        state.refused[&Field::Threads],
        "Threads per process is 65, but must be from 1 to 64"
    );
    assert_eq!(
        act(
            &mut state,
            Action::NotANumber(Field::Cores, "two".to_owned())
        ),
        []
    );
    assert_eq!(
        state.refused[&Field::Cores],
        "\"two\" is no whole number from 1 to 64"
    );
    assert_eq!(state.experiment, from_fragment("threads=2").experiment);
    act(&mut state, Action::SetField(Field::Threads, 3));
    assert!(
        !state.refused.contains_key(&Field::Threads),
        "now it is right"
    );
    act(&mut state, Action::Open("procs=2".to_owned()));
    assert!(state.refused.is_empty(), "all fields have other values now");
}

#[test]
fn a_bad_link_is_reported_and_the_good_part_counts() {
    let mut state = State::open("procs=3&threads=none");
    assert_eq!((state.experiment.processes, state.problems.len()), (3, 1));
    act(&mut state, Action::DismissProblems);
    assert!(state.problems.is_empty());
}

#[test]
fn playback_runs_to_the_end_and_steps_visit_changes() {
    let mut state = State::open("threads=2&units=4");
    let end = state.predicted.run.trace.end;
    assert!(
        0 < state.playhead && state.playhead < end,
        "at work at first"
    );
    assert_eq!(link::write(&state), "v=1&threads=2&units=4");
    let effects = state.reduce(Action::TogglePlay);
    assert_eq!(
        (state.playhead, state.playing),
        (0, Some(None)),
        "from the start"
    );
    let frames = settle(&mut state, effects);
    assert_eq!((state.playhead, state.playing), (end, None));
    let whole = Speed::Normal.whole_ms() / 16.0;
    assert!(
        (frames as f64 - whole).abs() < 3.0,
        "{frames} frames of 16 ms"
    );

    act(&mut state, Action::Step(false));
    let before_end = state.playhead;
    assert!(before_end < end);
    act(&mut state, Action::Step(true));
    assert_eq!(state.playhead, end);
    act(&mut state, Action::Seek(u64::MAX));
    assert_eq!(state.playhead, end);

    // Where the visitor has put it, it goes on; the link says where that is.
    act(&mut state, Action::Seek(end / 4));
    assert_eq!(
        link::write(&state),
        format!("v=1&threads=2&units=4&t={}", end / 4)
    );
    drop(state.reduce(Action::TogglePlay));
    assert_eq!(state.playhead, end / 4);
    // A new run has a moment of its own.
    act(&mut state, Action::SetField(Field::Units, 5));
    assert_eq!(link::write(&state), "v=1&threads=2&units=5");
}

#[test]
fn faults_are_added_changed_and_removed() {
    let mut state = State::open("procs=2&threads=1");
    let fault = Fault {
        kind: FaultKind::Segfault,
        process: 1,
        thread: 0,
        when: Trigger::Units(5),
    };
    act(&mut state, Action::AddFault(fault));
    assert_eq!(state.predicted.run.outcome.processes_lost(), 1);
    let later = Fault {
        when: Trigger::Units(100_000),
        ..fault
    };
    act(&mut state, Action::SetFault(0, later));
    assert_eq!(state.predicted.run.outcome.processes_lost(), 0);
    act(&mut state, Action::RemoveFault(7));
    act(&mut state, Action::RemoveFault(0));
    assert_eq!(state.experiment.faults, []);
    for _ in 0..MAX_FAULTS + 3 {
        act(&mut state, Action::AddFault(fault));
    }
    assert_eq!(state.experiment.faults.len(), MAX_FAULTS);
    assert_eq!(state.experiment.validate(), Ok(()));
}

pub(in crate::app) fn measurement() -> Measurement {
    use crate::lab::measurement::Calibration;
    Measurement {
        outcome: State::open("procs=2&threads=1")
            .predicted
            .run
            .outcome
            .clone(),
        calibration: Calibration {
            block_ns: 50_000.0,
            block_spread_ns: 1_000.0,
            samples: 9,
            blocks_per_unit: 20,
            unit_ns: 1_250_000,
            blocked_ns: 0,
        },
        baseline_units_per_s: 800.0,
        environment: Environment {
            isolated: true,
            threads_unavailable: None,
            processes_unavailable: None,
            cores: 2,
            timer_resolution_ns: 5_000,
            user_agent: "a browser".to_owned(),
        },
        costs: Costs::CPYTHON_LINUX,
        gil_holds: Vec::new(),
        gil_holds_in_all: Vec::new(),
        gil_most_holders: Vec::new(),
        all_at_work: None,
        uncompared: 0,
        messages: Vec::new(),
    }
}

#[test]
fn a_measurement_stands_beside_a_prediction_for_this_machine() {
    let mut state = State::open("procs=2&threads=1&cores=8");
    let effects = act(&mut state, Action::RunLab);
    assert_eq!(
        effects,
        [Effect::StartLab(state.experiment.clone(), Work::Kernel)]
    );
    assert_eq!(act(&mut state, Action::RunLab), [], "one at a time");
    act(&mut state, Action::LabDone(Box::new(measurement())));
    let measured = state.measured().expect("it is of this experiment");
    assert_eq!((measured.here.cores, measured.here.cpu_us), (2, 1_250));
    // The simulated machine may change; what the lab ran may not.
    act(&mut state, Action::SetField(Field::Cores, 3));
    assert!(state.measured().is_some());
    act(&mut state, Action::SetField(Field::Processes, 3));
    assert!(state.measured().is_none());
}

#[test]
fn measured_costs_are_charged_by_this_browsers_profile() {
    let mut state = State::open("procs=2&threads=1&costs=browser");
    let ideal = state.predicted.run.outcome.wall_ns;
    act(&mut state, Action::RunLab);
    let effects = act(&mut state, Action::LabDone(Box::new(measurement())));
    assert!(effects.contains(&Effect::RequestFrame));
    assert!(state.predicted.run.outcome.wall_ns > ideal);
}

#[test]
fn a_hidden_page_pauses_what_runs_and_begins_again() {
    let mut state = State::open("procs=2");
    act(&mut state, Action::LabPaused(true));
    assert!(!state.is_paused(), "nothing runs");
    act(&mut state, Action::RunLab);
    let progress = Progress {
        elapsed_ns: 1,
        units_done: 1,
        units_planned: 2,
        processes: Vec::new(),
        completions_ns: vec![1],
    };
    act(&mut state, Action::LabProgress(progress));
    act(&mut state, Action::LabPaused(true));
    assert!(state.is_paused() && state.is_busy());
    act(&mut state, Action::LabPaused(false));
    assert!(!state.is_paused() && state.is_busy());
    // From the start: what was done before does not count.
    assert!(matches!(state.lab, Lab::Running { progress: None, .. }));

    act(&mut state, Action::LabStopped);
    act(&mut state, Action::Begin(Doing::Probes));
    act(&mut state, Action::Happened(Happened::Paused));
    assert!(state.is_paused());
    act(&mut state, Action::Happened(Happened::Stopped));
    assert!(!state.is_paused() && !state.is_busy());
}

#[test]
fn the_lab_can_be_stopped_and_refuse_without_loss() {
    let mut state = State::open("procs=2");
    assert_eq!(act(&mut state, Action::StopLab), []);
    act(&mut state, Action::RunLab);
    assert_eq!(act(&mut state, Action::StopLab), [Effect::StopLab]);
    act(&mut state, Action::LabStopped);
    assert_eq!(state.lab, Lab::Idle);
    act(&mut state, Action::RunLab);
    act(&mut state, Action::LabRefused("no".to_owned()));
    assert_eq!(state.lab, Lab::Refused("no".to_owned()));
    assert_eq!(
        act(&mut state, Action::RunLab).len(),
        1,
        "may be tried again"
    );
}

#[test]
fn what_the_probes_found_is_charged_kept_exported_and_forgotten() {
    use crate::lab::findings::Unit;
    use crate::lab::probes::Probes;
    use crate::lab::trial::{Doing, Happened, Report};

    let mut probes = Probes::new(1e12, measurement().environment);
    probes.add("instance start", Unit::Ns, &[20e6]);
    let kept = probes.to_json();

    let mut state = State::open("procs=2&threads=1&costs=browser");
    let free = state.predicted.run.outcome.wall_ns;
    act(&mut state, Action::Environment(measurement().environment));
    assert_eq!(act(&mut state, Action::ExportProbes), [], "there are none");
    assert_eq!(
        act(&mut state, Action::Begin(Doing::Probes)),
        [Effect::Begin(Doing::Probes)]
    );
    let done = Happened::Done(Report::Probes(Box::new(probes)));
    let mut effects = act(&mut state, Action::Happened(done));
    effects.retain(|effect| *effect != Effect::SimulateNext);
    assert_eq!(
        effects,
        [Effect::KeepProbes(kept.clone()), Effect::RequestFrame]
    );
    assert!(state.predicted.run.outcome.wall_ns > free);
    let effects = act(&mut state, Action::ExportProbes);
    assert!(matches!(&effects[..], [Effect::Download(file)] if file.text() == kept));
    let effects = act(&mut state, Action::ForgetProbes);
    assert_eq!(effects, [Effect::ForgetProbes, Effect::RequestFrame]);
    assert_eq!(state.predicted.run.outcome.wall_ns, free);

    // The next visit, in the same browser and in another one.
    act(&mut state, Action::KeptProbes(kept.clone()));
    assert!(state.bench.probes.is_some() && state.bench.ignored.is_none());
    let mut other = State::open("");
    let environment = Environment {
        user_agent: "another".to_owned(),
        ..measurement().environment
    };
    act(&mut other, Action::Environment(environment));
    act(&mut other, Action::KeptProbes(kept));
    assert!(other.bench.probes.is_none() && other.this_browser.is_none());
    assert!(
        other
            .bench
            .ignored
            .as_ref()
            .is_some_and(|why| why.contains("another browser"))
    );
}

#[test]
fn a_newer_version_is_told_and_loaded_only_when_asked() {
    let mut state = State::open("");
    assert!(!state.newer);
    assert_eq!(act(&mut state, Action::NewerVersion), []);
    assert!(state.newer && state.place.start, "all else stays");
    assert_eq!(act(&mut state, Action::Reload), [Effect::Reload]);
}
