//! What the page knows of the lab's trials, probes and sweeps.

use super::{Effect, File};
use crate::app::english::bench as text;
use crate::claims;
use crate::experiment::Costs;
use crate::lab::findings::Findings;
use crate::lab::grid::Grid;
use crate::lab::measurement::Environment;
use crate::lab::probes::Probes;
use crate::lab::trial::{Doing, Happened, Report, Step, Trouble};
use crate::lessons;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

/// Trials, probes and sweeps: what runs, and what has come of those that ran.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bench {
    /// What runs now.
    pub running: Option<Running>,
    /// The claims that are measured one after the other; `None`: no more than
    /// what runs now.
    pub queue: Option<Queue>,
    /// What came of each claim's last trial, by its id.
    pub trials: BTreeMap<String, Result<Rc<Tried>, Trouble>>,
    /// What the simulator says of each claim, by its id, as far as it was
    /// asked.
    pub simulated: BTreeMap<&'static str, Rc<Simulated>>,
    /// What things cost on this machine.
    pub probes: Option<Rc<Probes>>,
    /// Why what an earlier visit kept of its probes is not used, as a sentence.
    pub ignored: Option<String>,
    /// The last sweep, whole or in part.
    pub grid: Option<Rc<Grid>>,
    /// Why the last probes or sweep came to nothing.
    pub trouble: Option<Trouble>,
    /// What `trouble` is of.
    pub trouble_of: Option<Doing>,
}

/// What runs now.
#[derive(Debug, Clone, PartialEq)]
pub struct Running {
    /// What.
    pub doing: Doing,
    /// How far it is; `None`: it has not begun.
    pub step: Option<Step>,
    /// The page is hidden, so it waits.
    pub paused: bool,
}

/// Claims that are measured one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Those after the one that runs, in order.
    pub waiting: VecDeque<&'static str>,
    /// How many there were in all.
    pub of: usize,
}

impl Queue {
    /// The place of the one that runs, from 1.
    #[must_use]
    pub fn place(&self) -> usize {
        self.of.saturating_sub(self.waiting.len())
    }
}

/// What a trial found, and what that says of its claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// What it found.
    pub findings: Findings,
    /// What that says.
    pub verdict: claims::Verdict,
    /// Whether it says anything: findings that lack something decide nothing.
    pub is_decided: bool,
}

impl Tried {
    /// Judges the findings.
    fn of(findings: Findings) -> Self {
        let decided = lessons::find(&findings.claim).and_then(|lesson| lesson.decide(&findings));
        let is_decided = decided.is_some();
        let verdict = decided.unwrap_or_else(|| claims::Verdict {
            holds: false,
            text: text::UNDECIDED.to_owned(),
            figures: Vec::new(),
        });
        Self {
            findings,
            verdict,
            is_decided,
        }
    }
}

/// The simulator's verdict on a claim, or what is wrong with its scenarios.
pub type Simulated = Result<claims::Verdict, String>;

impl Bench {
    /// The visitor wants this to be done. Only one thing is done at a time.
    pub(super) fn begin(&mut self, doing: Doing) -> Vec<Effect> {
        if self.running.is_some() {
            return Vec::new();
        }
        if self.trouble_of.as_ref() == Some(&doing) || !matches!(doing, Doing::Trial(_)) {
            self.trouble = None;
            self.trouble_of = None;
        }
        self.running = Some(Running {
            doing: doing.clone(),
            step: None,
            paused: false,
        });
        vec![Effect::Begin(doing)]
    }

    /// The visitor wants all of these claims measured, one after the other.
    pub(super) fn measure_all(
        &mut self,
        ids: impl IntoIterator<Item = &'static str>,
    ) -> Vec<Effect> {
        if self.running.is_some() {
            return Vec::new();
        }
        let waiting: VecDeque<_> = ids.into_iter().collect();
        let of = waiting.len();
        self.queue = Some(Queue { waiting, of });
        self.next()
    }

    /// Begins the next claim of the queue, if one waits.
    fn next(&mut self) -> Vec<Effect> {
        let next = self
            .queue
            .as_mut()
            .and_then(|queue| queue.waiting.pop_front());
        match next {
            Some(id) => self.begin(Doing::Trial(id.to_owned())),
            None => {
                self.queue = None;
                Vec::new()
            }
        }
    }

    /// The visitor wants no more of it, nor of what waits behind it.
    pub(super) fn stop(&mut self) -> Vec<Effect> {
        self.queue = None;
        self.running.iter().map(|_| Effect::StopDoing).collect()
    }

    /// What the probes found, as a file.
    pub(super) fn export(&self) -> Vec<Effect> {
        let text = self.probes.iter().map(|probes| probes.to_json());
        text.map(|text| Effect::Download(File::json("timeslice-this-browser.json", text)))
            .collect()
    }

    /// Forgets what the probes found, here and in the browser.
    pub(super) fn forget(&mut self) -> Vec<Effect> {
        self.probes = None;
        self.ignored = None;
        vec![Effect::ForgetProbes]
    }

    /// What an earlier visit kept. It is of use only in the same browser, and
    /// only until the probes have run again.
    pub(super) fn kept(&mut self, text: &str, environment: Option<&Environment>) {
        if self.probes.is_some() {
            return;
        }
        match Probes::from_json(text, environment) {
            Ok(probes) => self.probes = Some(Rc::new(probes)),
            Err(why) => {
                self.ignored = Some(text::ignored(&why.to_string()));
            }
        }
    }

    /// This happened in the lab.
    pub(super) fn happened(&mut self, happened: Happened) -> Vec<Effect> {
        match happened {
            Happened::Step(step) => {
                if let Some(running) = &mut self.running {
                    running.step = Some(step);
                    running.paused = false;
                }
                Vec::new()
            }
            Happened::Part(report) => {
                self.keep(report);
                Vec::new()
            }
            Happened::Paused => {
                if let Some(running) = &mut self.running {
                    running.paused = true;
                }
                Vec::new()
            }
            Happened::Done(report) => {
                self.running = None;
                let mut effects = Vec::new();
                if let Report::Probes(probes) = &report {
                    self.ignored = None;
                    effects.push(Effect::KeepProbes(probes.to_json()));
                }
                self.keep(report);
                effects.extend(self.next());
                effects
            }
            Happened::Failed(trouble) => {
                match self.running.take().map(|running| running.doing) {
                    Some(Doing::Trial(id)) => drop(self.trials.insert(id, Err(trouble))),
                    doing => {
                        self.trouble = Some(trouble);
                        self.trouble_of = doing;
                    }
                }
                // What one claim cannot have, the others may.
                self.next()
            }
            Happened::Stopped => {
                self.running = None;
                self.queue = None;
                Vec::new()
            }
        }
    }

    fn keep(&mut self, report: Report) {
        match report {
            Report::Findings(findings) => {
                let id = findings.claim.clone();
                self.trials.insert(id, Ok(Rc::new(Tried::of(*findings))));
            }
            Report::Probes(probes) => self.probes = Some(Rc::new(*probes)),
            Report::Grid(grid) => self.grid = Some(Rc::new(*grid)),
        }
    }

    /// Asks the simulator about the claim of this id, if that was not done yet.
    pub(super) fn simulate(&mut self, id: &str) {
        let Some(claim) = claims::find(id).filter(|c| !self.simulated.contains_key(c.id)) else {
            return;
        };
        let verdict = claim.verdict().map_err(|errors| {
            let said: Vec<_> = errors.iter().map(ToString::to_string).collect();
            said.join(". ")
        });
        self.simulated.insert(claim.id, Rc::new(verdict));
    }

    /// The same for every claim that is left.
    pub(super) fn simulate_all(&mut self) {
        while let Some(id) = self.next_to_simulate() {
            self.simulate(id);
        }
    }

    /// The first claim about which the simulator was not asked yet.
    #[must_use]
    pub fn next_to_simulate(&self) -> Option<&'static str> {
        let mut ids = claims::all().map(|claim| claim.id);
        ids.find(|id| !self.simulated.contains_key(id))
    }

    /// What the probes say things cost here.
    #[must_use]
    pub fn costs(&self) -> Option<Costs> {
        self.probes.as_ref().map(|probes| probes.costs())
    }
}

#[cfg(test)]
pub(in crate::app) mod tests;
