//! Everything the page knows, and how it changes.

use super::files::{File, Opened, file_name};
use super::link::{self, Address};
use super::place::{Left, Place};
use super::program::{Desk, Program, run_here};
use super::record::findings_json;
use super::telling::telling;
use super::{Action, Bench, Busy, Effect, History, Lab, Memory, Python};
use crate::app::english::{controls, transport};
use crate::experiment::scenario::Scenario;
use crate::experiment::{Costs, Experiment, Field, MAX_FAULTS, Profile};
use crate::lab::measurement::Environment;
use crate::lab::python::Work;
use crate::lab::trial::Happened;
use crate::lessons;
use crate::plot::{Lanes, Window};
use crate::sim::{Limits, MAX_EVENTS, Run, run_experiment};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A prediction, ready to draw.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Predicted {
    /// What the simulator says.
    pub run: Run,
    /// Its trace by lanes.
    pub lanes: Lanes,
}

/// How far the page simulates, so that a slider can be dragged whatever it
/// asks for.
pub(super) const LIMITS: Limits = Limits {
    max_events: MAX_EVENTS,
    trace: true,
};

/// How far the page simulates a program, which changes once a key stroke at
/// the most: a second or two of computing.
const PROGRAM_LIMITS: Limits = Limits {
    max_events: 4_000_000,
    trace: true,
};

impl Predicted {
    /// Runs the simulator. The experiment must be valid.
    #[must_use]
    pub fn of(experiment: &Experiment, costs: &Costs) -> Self {
        // The state never holds an invalid experiment; an empty picture is
        // what is left to show if it did.
        Self::from_run(run_experiment(experiment, costs, LIMITS).unwrap_or_default())
    }

    /// As [`Predicted::of`], of a valid scenario. `here`: what things cost in
    /// this browser, as far as that is known.
    #[must_use]
    pub fn of_scenario(scenario: &Scenario, here: Option<Costs>) -> Self {
        Self::from_run(run_here(scenario, here, PROGRAM_LIMITS))
    }

    /// A run by lanes.
    #[must_use]
    pub fn from_run(run: Run) -> Self {
        let lanes = Lanes::of(&run.trace);
        Self { run, lanes }
    }
}

/// A run that was put aside, to compare others with.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// What was run, in a few words.
    pub title: String,
    /// The link to it, without the `#`; empty: it is too long for one.
    pub fragment: String,
    /// The program, if it is of one.
    pub program: Option<Rc<Program>>,
    /// What the simulator says of it.
    pub predicted: Rc<Predicted>,
}

/// How fast the playback runs: the share of the run shown per second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Speed {
    /// The whole run in 40 s.
    Slow,
    /// The whole run in 10 s.
    Normal,
    /// The whole run in 4 s.
    Fast,
}

impl Speed {
    /// All of them, in the order the page offers them.
    pub const ALL: [Self; 3] = [Self::Slow, Self::Normal, Self::Fast];

    /// How long the playback of a whole run takes, ms.
    #[must_use]
    pub fn whole_ms(self) -> f64 {
        match self {
            Self::Slow => 40_000.0,
            Self::Normal => 10_000.0,
            Self::Fast => 4_000.0,
        }
    }

    /// Name on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Slow => transport::SPEED_SLOW,
            Self::Normal => transport::SPEED_NORMAL,
            Self::Fast => transport::SPEED_FAST,
        }
    }
}

/// Everything the page knows.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// What is set up with the sliders. Always valid.
    pub experiment: Experiment,
    /// What is shown instead of the sliders' experiment, if anything is.
    pub program: Option<Rc<Program>>,
    /// What the Program tab works with besides.
    pub desk: Rc<Desk>,
    /// What the simulator says of it; behind the experiment while `stale`.
    pub predicted: Rc<Predicted>,
    /// The experiment has changed since it was predicted.
    pub stale: bool,
    /// What is wrong with the link the page was opened with.
    pub problems: Vec<String>,
    /// Values that were entered and refused, by field.
    pub refused: BTreeMap<Field, String>,
    /// Where the playback is, ns.
    pub playhead: u64,
    /// Whether the playhead stands where the page has put it, at a moment that
    /// shows much: then playing begins at the start, and links name no time.
    pub parked: bool,
    /// Whether it plays, and if so when the last frame was, ms (`None`: no
    /// frame yet).
    pub playing: Option<Option<f64>>,
    /// How fast it plays.
    pub speed: Speed,
    /// What the lab does with the experiment's kernel.
    pub lab: Lab,
    /// The Python tab: its program, and what the lab does with that. Another one
    /// only when it has changed.
    pub python: Rc<Python>,
    /// Costs measured on this machine.
    pub this_browser: Option<Costs>,
    /// Browser and machine.
    pub environment: Option<Environment>,
    /// Trials, probes and sweeps. Another one only when it has changed.
    pub bench: Rc<Bench>,
    /// What is shown where.
    pub place: Place,
    /// The part of the run that the timeline shows; `None`: all of it.
    pub window: Option<Window>,
    /// The thread that is picked out in all pictures, by its index in the
    /// trace.
    pub picked: Option<u32>,
    /// The run to compare with: A, where the one that is shown is B.
    pub kept: Option<Rc<Kept>>,
    /// What can be undone and redone.
    pub history: Rc<History>,
    /// What the page's address holds.
    pub address: Address,
    /// The file that was opened last.
    pub opened: Option<Rc<Opened>>,
    /// What this browser remembers of the visitor: lessons read, parts folded.
    pub memory: Rc<Memory>,
    /// Whether a newer version of the page is there, for when it is loaded again.
    pub newer: bool,
}

impl State {
    /// The page as opened with `fragment`.
    #[must_use]
    pub fn open(fragment: &str) -> Self {
        let mut state = Self {
            experiment: Experiment::default(),
            program: None,
            desk: Rc::default(),
            predicted: Rc::default(),
            stale: true,
            problems: Vec::new(),
            refused: BTreeMap::new(),
            playhead: 0,
            parked: true,
            playing: None,
            speed: Speed::Normal,
            lab: Lab::Idle,
            python: Rc::default(),
            this_browser: None,
            environment: None,
            bench: Rc::default(),
            place: Place::default(),
            window: None,
            picked: None,
            kept: None,
            history: Rc::default(),
            address: Address::default(),
            opened: None,
            memory: Rc::default(),
            newer: false,
        };
        state.follow(fragment, true);
        state.place.start = fragment.trim_start_matches('#').is_empty();
        state.predict();
        state.address_is(&link::write(&state));
        state
    }

    /// The costs the simulator charges now. For a profile that has not been
    /// measured yet: none.
    #[must_use]
    pub fn costs(&self) -> Costs {
        self.costs_of(self.experiment.profile)
    }

    /// As [`State::costs`], for a profile.
    pub(super) fn costs_of(&self, profile: Profile) -> Costs {
        match profile {
            Profile::Ideal => Costs::IDEAL,
            Profile::CPythonLinux => Costs::CPYTHON_LINUX,
            Profile::ThisBrowser => self.this_browser.unwrap_or(Costs::IDEAL),
        }
    }

    /// Whether something is still being worked out: a prediction or a
    /// measurement.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.stale || self.busy().is_some() || self.desk.fetching.is_some()
    }

    /// What the lab does. Only one thing at a time: two would disturb each
    /// other.
    #[must_use]
    pub fn busy(&self) -> Option<Busy> {
        match (self.running(), &self.bench.running) {
            (Some(Work::Kernel), _) => Some(Busy::Experiment),
            (Some(Work::Python(_)), _) => Some(Busy::Python),
            (None, Some(running)) => Some(Busy::Doing(running.doing.clone())),
            (None, None) => None,
        }
    }

    /// Whether what runs in the lab waits for the page to be shown.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        let running = self.bench.running.as_ref();
        self.is_run_paused() || running.is_some_and(|running| running.paused)
    }

    pub(super) fn predict(&mut self) {
        self.predicted = Rc::new(match &self.program {
            Some(program) => Predicted::of_scenario(&program.scenario, self.this_browser),
            None => Predicted::of(&self.experiment, &self.costs()),
        });
        self.playhead = telling(&self.predicted);
        self.parked = true;
        self.playing = None;
        self.stale = false;
        // They were about another run.
        self.window = None;
        self.picked = None;
        self.arrive();
    }

    /// Changes the state and says what is to be done; [`State::reduce`] does it.
    pub(super) fn apply(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::SetField(field, value) => {
                let mut changed = self.experiment.clone();
                field.set(&mut changed, value);
                return self.change(field, changed);
            }
            Action::NotANumber(field, text) => {
                let spec = field.spec();
                let (min, max) = (spec.min, spec.max);
                self.refused
                    .insert(field, controls::no_number(&text, min, max));
            }
            Action::SetGil(gil) => return self.set(|e| e.gil = gil),
            Action::SetPolicy(policy) => return self.set(|e| e.policy = policy),
            Action::SetKernel(kernel) => return self.set(|e| e.kernel = kernel),
            Action::SetProfile(profile) => return self.set(|e| e.profile = profile),
            Action::AddFault(fault) => {
                return self.set(|e| {
                    if e.faults.len() < MAX_FAULTS {
                        e.faults.push(fault);
                    }
                });
            }
            Action::SetFault(index, fault) => {
                return self.set(|e| {
                    if let Some(slot) = e.faults.get_mut(index) {
                        *slot = fault;
                    }
                });
            }
            Action::RemoveFault(index) => {
                return self.set(|e| {
                    if index < e.faults.len() {
                        e.faults.remove(index);
                    }
                });
            }
            Action::Open(fragment) => {
                self.put_program_away();
                self.follow(&fragment, false);
                return vec![Effect::RequestFrame];
            }
            Action::Follow(fragment) => {
                self.address_is(&fragment);
                self.put_program_away();
                self.follow(&fragment, true);
                return vec![Effect::RequestFrame];
            }
            Action::Undo => return self.undo(),
            Action::Redo => return self.redo(),
            Action::Settle => {}
            Action::OpenFile { name, text } => return self.open_file(name, text),
            Action::Export(form) => return self.export(form),
            Action::ExportPng => {
                let name = file_name(&self.title(), "png");
                return vec![Effect::DownloadPng(name)];
            }
            Action::DismissProblems => self.problems.clear(),
            Action::Frame(now_ms) => return self.frame(now_ms),
            Action::Seek(time) => {
                self.playing = None;
                self.parked = false;
                self.playhead = time.min(self.end());
            }
            Action::TogglePlay => {
                if self.playing.take().is_none() {
                    let begins = std::mem::take(&mut self.parked);
                    if begins || self.playhead >= self.end() {
                        self.playhead = 0;
                    }
                    self.playing = Some(None);
                    return vec![Effect::RequestFrame];
                }
            }
            Action::Step(forward) => {
                self.playing = None;
                self.parked = false;
                let lanes = &self.predicted.lanes;
                self.playhead = if forward {
                    lanes.next_change(self.playhead).unwrap_or(self.end())
                } else {
                    lanes.previous_change(self.playhead).unwrap_or(0)
                };
                self.follow_playhead();
            }
            Action::SetSpeed(speed) => self.speed = speed,
            Action::RunLab
            | Action::StopLab
            | Action::LabRefused(_)
            | Action::LabProgress(_)
            | Action::LabPaused(_)
            | Action::LabStopped
            | Action::LabDone(_) => return self.lab(action),
            Action::Python(action) => return self.python(action),
            Action::ToggleTheme => return vec![Effect::ToggleTheme],
            Action::Begin(doing) => {
                if self.busy().is_none() {
                    return Rc::make_mut(&mut self.bench).begin(doing);
                }
            }
            Action::MeasureAll => {
                if self.busy().is_none() {
                    let ids = lessons::all().into_iter().map(|lesson| lesson.id);
                    return Rc::make_mut(&mut self.bench).measure_all(ids);
                }
            }
            Action::StopDoing => {
                if self.bench.running.is_some() {
                    return Rc::make_mut(&mut self.bench).stop();
                }
            }
            Action::Happened(happened) => return self.happened(happened),
            Action::Simulate(id) => {
                if !self.bench.simulated.contains_key(id) {
                    Rc::make_mut(&mut self.bench).simulate(id);
                }
            }
            Action::SimulateNext => {
                // Not while something is measured: it would be disturbed.
                if self.busy().is_none() && self.shows_verdicts() {
                    if let Some(id) = self.bench.next_to_simulate() {
                        Rc::make_mut(&mut self.bench).simulate(id);
                    }
                    return self.simulate_later();
                }
            }
            Action::ExportFindings(now_ms) => {
                Rc::make_mut(&mut self.bench).simulate_all();
                let text = findings_json(self, now_ms);
                let file = File::json("timeslice-findings.json", text);
                return vec![Effect::Download(file)];
            }
            Action::ExportProbes => return self.bench.export(),
            Action::ForgetProbes => {
                let mut effects = Rc::make_mut(&mut self.bench).forget();
                effects.extend(self.cost_this(None));
                return effects;
            }
            Action::KeptProbes(text) => {
                let environment = self.environment.as_ref();
                Rc::make_mut(&mut self.bench).kept(&text, environment);
                return self.cost_this(self.bench.costs().or(self.this_browser));
            }
            Action::KeptMemory(text) => return self.remember_visit(&text),
            Action::ForgetMemory => self.memory = Rc::default(),
            Action::Fold(part, open) => self.fold(part, open),
            Action::NewerVersion => self.newer = true,
            Action::Reload => return vec![Effect::Reload],
            Action::Redraw => {}
            Action::Environment(environment) => self.environment = Some(environment),
            Action::ShowLeft(left) => {
                self.place.left = left;
                self.place.start = false;
                return self.turn_to(left);
            }
            Action::ShowRight(right) => self.place.right = right,
            Action::OpenLesson(id) => return self.open_lesson(id),
            Action::Show(shown) => return self.show(shown),
            Action::CloseStart => self.place.start = false,
            Action::OpenDialog(dialog) => self.place.dialog = dialog,
            Action::Zoom(window) => self.window = window,
            Action::ShowArrows(arrows) => self.place.arrows = arrows,
            Action::Pick(thread) => self.picked = thread,
            Action::Write(text) => return self.write(&text),
            Action::Desk(action) => return self.desk(action),
            Action::Keep => self.keep(),
            Action::Unkeep => self.kept = None,
            Action::OpenKept => return self.open_kept(),
            Action::Swap => return self.swap(),
            Action::ComparePair(index) => return self.compare_pair(index),
        }
        Vec::new()
    }

    fn end(&self) -> u64 {
        self.predicted.run.trace.end
    }

    /// Puts in an experiment of which only `field` may be out of range.
    fn change(&mut self, field: Field, changed: Experiment) -> Vec<Effect> {
        match changed.validate() {
            Ok(()) => {
                self.refused.remove(&field);
                self.set(|e| *e = changed)
            }
            Err(broken) => {
                let said: Vec<_> = broken.iter().map(ToString::to_string).collect();
                self.refused.insert(field, said.join(". "));
                Vec::new()
            }
        }
    }

    /// Changes the experiment in a way that keeps it valid.
    pub(super) fn set(&mut self, change: impl FnOnce(&mut Experiment)) -> Vec<Effect> {
        change(&mut self.experiment);
        self.place.start = false;
        self.place.shown = None;
        self.stale = true;
        vec![Effect::RequestFrame]
    }

    fn frame(&mut self, now_ms: f64) -> Vec<Effect> {
        if self.stale {
            self.predict();
        }
        let Some(last) = self.playing else {
            return Vec::new();
        };
        if let Some(last_ms) = last {
            let share = (now_ms - last_ms).max(0.0) / self.speed.whole_ms();
            let step = (share * self.end() as f64) as u64;
            self.playhead = (self.playhead + step).min(self.end());
            self.follow_playhead();
        }
        if self.playhead >= self.end() {
            self.playing = None;
            return Vec::new();
        }
        self.playing = Some(Some(now_ms));
        vec![Effect::RequestFrame]
    }

    /// This happened in a trial, a sweep or the probes.
    fn happened(&mut self, happened: Happened) -> Vec<Effect> {
        let mut effects = Rc::make_mut(&mut self.bench).happened(happened);
        effects.extend(self.cost_this(self.bench.costs().or(self.this_browser)));
        if self.bench.running.is_none() {
            effects.extend(self.simulate_later());
        }
        effects
    }

    /// Sets what things cost in this browser.
    pub(super) fn cost_this(&mut self, costs: Option<Costs>) -> Vec<Effect> {
        let is_news = std::mem::replace(&mut self.this_browser, costs) != costs;
        if is_news && self.experiment.profile == Profile::ThisBrowser {
            self.stale = true;
            return vec![Effect::RequestFrame];
        }
        Vec::new()
    }

    /// Whether what the simulator says of the claims is shown.
    #[must_use]
    pub fn shows_verdicts(&self) -> bool {
        self.place.left == Left::Lessons && !self.place.start
    }

    /// Goes on asking the simulator about the claims, if there are any left and
    /// somebody looks: it would take the time of whatever else the page does.
    pub(super) fn simulate_later(&self) -> Vec<Effect> {
        // First whether anybody looks: the claims are loaded behind the first picture.
        if !self.shows_verdicts() {
            return Vec::new();
        }
        let next = self.bench.next_to_simulate();
        next.map(|_| Effect::SimulateNext).into_iter().collect()
    }
}

#[cfg(test)]
pub(in crate::app) mod tests;
